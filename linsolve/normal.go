package linsolve

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/core/krylov"
	"github.com/argmin-go/argmin/num"
)

// NormalCG is conjugate gradients on the normal equations (Aᵀ A + Ridge·I) x = Aᵀ b, for any map;
// the condition number is squared (Björck, "Numerical Methods for Least Squares Problems", 1996,
// algorithm 7.4.1). Two applications per iteration, of the map and of its transpose.
//
// It solves least-squares problems: where A x = b has no solution, the answer is the x with the
// least |A x - b|, and of many such x the smallest, without an error. With a
// ridge it minimizes |A x - b|² + Ridge |x|². What is checked is the residual of the normal equations,
// Aᵀ (b - A x) - Ridge·x, relative to the sizes of its terms.
func NormalCG(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		if b.Size() == 0 {
			return b
		}
		zero := num.Full(b.DType(), 0, b.Size())
		_, transposed := num.VJP(matvec, zero)
		// b is scaled by its image under Aᵀ, the right-hand side of what is solved.
		s := system{Language: language, Map: matvec, Trans: transposed, Precond: o.Precond, B: b, MaxIter: o.MaxIter}
		return krylov.ScaledNormal(s, num.Full(b.DType(), o.Ridge), func(s system, ridge array) array {
			return o.checkNormal("NormalCG", s, krylov.CGLS(s, ridge, krylov.Norm(s.Trans(s.B)).Scale(o.Tol)), ridge)
		})
	}
}

func (o Options) checkNormal(name string, s system, x, ridge array) array {
	positive := func(x array) array { return arg.Safe(x.Gt(num.Const(0)), x) }
	norm := krylov.Norm[array]
	r := s.B.Sub(s.Map(x))
	right := s.Trans(s.B)
	left := norm(s.Trans(r).Sub(x.Mul(ridge)))
	solved := norm(r).Le(norm(s.B).Scale(10 * o.Tol))
	// Relative to Aᵀ b, as the iteration ends, and, so that what is left of b is not a direction in
	// which the map is merely small, to A and r.
	size := positive(norm(right)).Div(positive(norm(s.B)))
	rel := left.Div(positive(norm(right)))
	angle := left.Div(positive(size.Mul(norm(r))))
	least := rel.Le(num.Const(10 * o.Tol)).And(angle.Le(num.Const(math.Sqrt(10 * o.Tol))).Or(ridge.Gt(num.Const(0))))
	return num.Check(x, solved.Or(least), rel, fmt.Sprintf("linsolve.%s: the normal equations of %d unknowns are not "+
		"solved to the tolerance %.3g after at most %d iterations (a ridge, a preconditioner or more iterations may help): "+
		"relative residual", name, x.Size(), o.Tol, o.MaxIter))
}
