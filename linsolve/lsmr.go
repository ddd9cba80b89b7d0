package linsolve

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/krylov"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// LSMR minimizes |A x - b|² + Ridge |x|² for a rectangular map A that is given by its products: from a vector b of m numbers it finds n
// of them, as many as zero has, whose numbers do not matter. m may be more than n, or fewer. Of several minima it gives the smallest.
//
// The method is LSMR (Fong & Saunders, "LSMR: An iterative algorithm for sparse least-squares problems", 2011): two applications per
// iteration, of the map and of its transpose, which is derived from it, and a few vectors. Its number of iterations grows with the condition number
// of A; columns of about the same size help. [NormalCG] needs about as many; LSMR may be stopped earlier, as its residual of the normal
// equations falls in every iteration. Precond is an error: scale the columns instead, which is a preconditioner from the right. MaxIter has the default 10·max(m, n), at least 100.
//
// What is checked is Aᵀ(b - A x) - Ridge·x, as by [NormalCG]: an answer that is not solved to the tolerance is an error of the run
// (errors.Is(err, num.ErrNumeric)). The answer is differentiable in b and in what the map captures, by the normal equations.
func LSMR(matvec func(num.Array) num.Array, b, zero num.Array, opt Options) num.Array {
	const op = "linsolve.LSMR"
	switch {
	case opt.Precond != nil:
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the method has no preconditioner; leave Options.Precond nil and scale the columns of the map"))
	case b.Rank() != 1 || zero.Rank() != 1:
		ir.Throw(ir.Errorf(ir.ShapeError, op, "b has shape %s and zero %s, want two vectors", ir.ShapeString(b.Shape()), ir.ShapeString(zero.Shape())))
	case b.DType() != zero.DType():
		ir.Throw(ir.Errorf(ir.DTypeError, op, "b is %s and zero %s; convert one with AsType", b.DType(), zero.DType()))
	}
	zero = zero.Scale(0).StopGradient()
	if y := matvec(zero); y.Rank() != 1 || y.Size() != b.Size() || y.DType() != b.DType() {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "matvec takes %s%s to %s%s, want %s%s as b", zero.DType(), ir.ShapeString(zero.Shape()),
			y.DType(), ir.ShapeString(y.Shape()), b.DType(), ir.ShapeString(b.Shape())))
	}
	m, n := b.Size(), zero.Size()
	if m == 0 || n == 0 {
		return zero
	}
	o := opt
	o.Tol = option.Or(o.Tol, 100*b.DType().Eps())
	o.MaxIter = option.Or(o.MaxIter, max(100, 10*max(m, n)))
	_, transposed := num.VJP(matvec, zero)
	// The normal equations: their root is the answer.
	gradient := func(x, b array) array {
		_, back := num.VJP(matvec, zero)
		return back(matvec(x).Sub(b)).Add(x.Scale(o.Ridge))
	}
	solve := func(b array) array {
		s := system{Language: language, Map: matvec, Trans: transposed, B: b, MaxIter: o.MaxIter}
		return krylov.ScaledNormal(s, num.Full(b.DType(), o.Ridge), func(s system, ridge array) array {
			return o.checkNormal("LSMR", s, krylov.LSMR(s, ridge, krylov.Norm(s.Trans(s.B)).Scale(o.Tol)), ridge)
		})
	}
	return num.CustomRoot(gradient, solve, nil)(b)
}
