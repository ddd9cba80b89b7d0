package num

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/krylov"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// LinearSolver solves matvec(x) = b for a vector b of n numbers. Package linsolve has them.
//
// Nil stands for the default. Up to 256 unknowns it is [DenseSolver]. For more it needs only
// products with the map and its transpose, and a few vectors: MINRES, one product per
// iteration, if the map is symmetric, as the Hessian of an objective is; else BiCGSTAB; and where
// that fails, conjugate gradients on the normal equations. The iterations aim at a residual of 100 ε
// relative to b; an answer whose relative residual is above √ε is an error
// (errors.Is(err, ErrNumeric)). Before them, if package sparse is part of the program, which package argmin
// needs, a map whose matrix has few entries is factored, except on XLA: see sparse.Solve.
//
// A singular system that has solutions gives the one of smallest norm (of a map that is neither
// symmetric nor dense, any). The derivative of an answer then leaves the answer where it is in the directions that
// its condition does not see.
type LinearSolver func(matvec func(Array) Array, b Array) Array

// denseLimit is the most unknowns whose map is written out as a matrix. Measured on two cores with
// Hessians of condition number 10 to 100: at 300 unknowns the matrix takes 20 to 40 ms and MINRES 1 ms
// for one right-hand side, but the matrix serves many, such as all rows of a Jacobian, and it
// does not depend on the condition number.
const denseLimit = 256

// language is this one, for the methods of package krylov.
var language = krylov.Language[Array]{
	While: func(more func([]Array) Array, step func([]Array) []Array, init []Array) []Array {
		return While(more, step, init)
	},
	Where: Where,
}

// DenseSolver writes the linear map out as an n×n matrix and solves it by LU with one step of
// refinement, which is accurate to rounding: n applications of the map, n² numbers, n³ operations. The
// solution of smallest norm of a singular system, by its singular values, costs some fifty times as
// much; a system without a solution is an error (errors.Is(err, ErrNumeric)).
func DenseSolver(matvec func(Array) Array, b Array) Array {
	s := system{apply: matvec, b: b}
	x, _ := s.dense()
	return s.checked(x, "num.DenseSolver")
}

// system is a linear system.
type system struct {
	apply, transposed func(Array) Array
	b                 Array
}

// checked is x if it solves the system: if its residual is at most √ε, relative to b.
func (s system) checked(x Array, by string) Array {
	if s.b.Size() == 0 {
		return x
	}
	size := s.b.Abs().Max()
	size = Where(size.Gt(size.Const(0)), size, size.Const(1))
	norm := krylov.Norm(s.b.Div(size))
	rel := krylov.Norm(s.b.Sub(s.apply(x)).Div(size)).Div(Where(norm.Gt(norm.Const(0)), norm, norm.Const(1)))
	return Check(x, rel.Le(rel.Const(math.Sqrt(s.b.DType().Eps()))), rel, fmt.Sprintf(
		"implicit derivative: %s did not solve the linear system of %d unknowns: it is singular and has no solution, or is too badly "+
			"conditioned; set Linear (Options.Linear, or the argument linear) to a solver of package linsolve, such as linsolve.LU with a Ridge "+
			"or an iterative one with a preconditioner; relative residual", by, s.b.Size()))
}

// least is the least-squares solution of smallest norm, which solves the system if there is a
// solution, and a vector that the map takes to zero, or zeros if none was found.
func (s system) least() (x, null Array) {
	if s.b.Size() <= denseLimit {
		return s.dense()
	}
	if direct != nil {
		if factored := direct(s.apply, s.b); factored != nil {
			return s.either(factored)
		}
	}
	return s.iterative()
}

// direct is set by package sparse.
var direct func(matvec func(Array) Array, b Array) func() (x, ok Array)

// UseDirect is for package sparse, which can factor linear maps whose matrices have few entries: it gives a function
// that returns nil for others, and else another one for the solution and whether there is one.
func UseDirect(f func(matvec func(Array) Array, b Array) func() (x, ok Array)) { direct = f }

// either is the answer by a factorization, and by iteration where that finds none.
func (s system) either(factored func() (x, ok Array)) (x, null Array) {
	type answer struct{ X, Null Array }
	y := Portable("num.LinearSolver", func(struct{}) answer {
		x, ok := factored()
		return Cond(ok, func(x Array) answer { return answer{x, x.Scale(0)} }, func(Array) answer {
			x, null := s.iterative()
			return answer{x, null}
		}, x)
	}, func(struct{}) answer {
		x, null := s.iterative()
		return answer{x, null}
	}, struct{}{})
	return y.X, y.Null
}

func (s system) iterative() (x, null Array) {
	t := krylov.System[Array]{Language: language, Map: s.apply, Trans: s.transposed, B: s.b}
	x = krylov.Scaled(t, func(t krylov.System[Array]) Array { x, n := iterative(t); null = n; return x })
	return x, null
}

// dense is [system.least] by a matrix. LU is tried first: its answer counts if its residual is
// small and no pivot is small in a matrix whose rows and columns are scaled, so that small
// pivots show that it is singular and not that it has units.
func (s system) dense() (x, null Array) {
	n, d := s.b.Size(), s.b.DType()
	if n == 0 {
		return s.b, s.b
	}
	eps := d.Eps()
	scale := func(x Array) Array { m := x.Abs().Max(); return Where(m.Gt(m.Const(0)), m, m.Const(1)) }
	size := scale(s.b)
	b := s.b.Div(size)
	a := Vmap(s.apply)(Eye(n).AsType(d)).T() // column j is A e_j
	unit := func(a Array, axis int) Array {
		m := a.Abs().Max(axis)
		return m.Const(1).Div(Where(m.Gt(m.Const(0)), m, m.Const(1)))
	}
	rows := unit(a, 1)
	scaled := a.Mul(rows.ExpandDims(1))
	columns := unit(scaled, 0)
	lu := ir.Apply(prim.LUOp{}, scaled.Mul(columns).v)
	solve := func(b Array) Array {
		x := wrap(prim.LUSolve(lu[0], lu[1], b.Mul(rows).Reshape(n, 1).v)).Reshape(n)
		return x.Mul(columns)
	}
	residual := func(x Array) Array { return b.Sub(a.MatMul(x)) }
	x = solve(b)
	x = x.Add(solve(residual(x)))
	pivots := wrap(prim.Diag(lu[0])).Abs()
	solved := func(x Array) Array { return residual(x).Abs().Max().Le(x.Const(math.Sqrt(eps))) }
	regular := pivots.Min().Gt(pivots.Max().Scale(10 * float64(n) * eps)).And(solved(x))
	// A loop of at most one pass: on a backend that runs the members of a batch at once, a branch
	// would run for all of them. It carries what it needs, so that nothing is computed before.
	type state struct{ X, Null, A, B, Done Array }
	other := While(func(s state) Array { return s.Done.Not() }, func(s state) state {
		x, null := pseudoinverse(s.A, s.B)
		return state{x, null, s.A, s.B, Full(Bool, 1)}
	}, state{x, b.Scale(0), a, b, regular})
	// Near the edge of singularity LU may be right where singular values that are rounding are left out.
	keep := regular.Or(solved(other.X).Not().And(solved(x)))
	return Where(keep, x, other.X).Mul(size), Where(keep, x.Const(0), other.Null)
}

// pseudoinverse is the least-squares solution of smallest norm by the singular values of a, of
// which those count as zero that are below n ε of the largest, as in NumPy's pinv and
// matrix_rank; and a unit vector that a takes to zero.
func pseudoinverse(a, b Array) (x, null Array) {
	n := b.Size()
	size := a.Abs().Max()
	size = Where(size.Gt(size.Const(0)), size, size.Const(1))
	u, s, vt := SVD(a.Div(size))
	some := s.Gt(s.Max().Scale(float64(n) * a.DType().Eps()))
	inverse := Where(some, s.Const(1).Div(Where(some, s, s.Const(1))), s.Const(0))
	solve := func(b Array) Array { return vt.T().MatMul(inverse.Mul(u.T().MatMul(b))) }
	x = solve(b)
	x = x.Add(solve(b.Sub(a.Div(size).MatMul(x)))).Div(size)
	// A vector without symmetries, which is not orthogonal to a null space by accident.
	pattern := Arange(Float64, 1, n+1).Square().Sin().AsType(a.DType())
	null = vt.T().MatMul(Where(some, s.Const(0), vt.MatMul(pattern)))
	norm := krylov.Norm(null)
	return x, null.Div(Where(norm.Gt(norm.Const(0)), norm, norm.Const(1)))
}

// maxIterations is the most iterations of one method of the default solver: 10 n, as in SciPy
// and JAX, but no more than take minutes for a million unknowns.
func maxIterations(n int) int { return min(10*n, 20000) }

// iterative is [system.least] by products only. s is scaled.
func iterative(s krylov.System[Array]) (x, null Array) {
	eps := s.B.DType().Eps()
	s.MaxIter = maxIterations(s.B.Size())
	norm := krylov.Norm(s.B)
	s.Limit = norm.Scale(100 * eps)
	enough := norm.Scale(math.Sqrt(eps))

	norms := func(x, y Array) Array { return krylov.Norm(x).Mul(krylov.Norm(y)) }
	zero := s.B.Scale(0)
	// The residual of MINRES does not grow; of BiCGSTAB only a good answer is one.
	x, r := krylov.Refined(s, func(s krylov.System[Array]) Array { return krylov.MINRES(s, eps) }, 1, zero, s.B, Full(Bool, 1))
	solved := krylov.Norm(r).Le(enough)

	// Without a solution, what a symmetric map leaves of b is nearly orthogonal to its range. The
	// part of x outside of the range is along it, and goes.
	rr := r.Dot(r)
	within := x.Sub(r.Mul(r.Dot(x).Div(Where(rr.Gt(rr.Const(0)), rr, rr.Const(1)))))
	away := func(x, r Array, tol float64) Array { // whether A and Aᵀ take r to less than tol of its size
		return Maximum(norms(s.Map(r), x), norms(s.Trans(r), x)).Le(norms(s.B.Sub(r), r).Scale(tol))
	}
	least := solved.Not().And(x.Abs().Max().Gt(norm.Const(0))).And(away(within, r, 1e-3))
	x = Where(least, within, x)
	r = s.B.Sub(s.Map(x))

	x, r = krylov.Refined(s, krylov.BiCGSTAB[Array], 0.5, x, r, solved.Or(least).Not())
	solved = krylov.Norm(r).Le(enough)

	t := s
	t.B = Where(solved, zero, Where(least, r, s.B))
	size := krylov.Norm(s.B.Sub(r)).Div(Where(least, krylov.Norm(x), norm.Const(1)))
	limit := Where(least, size.Mul(krylov.Norm(r)), krylov.Norm(s.Trans(s.B))).Scale(100 * eps)
	y := krylov.CGLS(t, norm.Const(0), limit).Add(Where(least, x, zero))
	ry := s.B.Sub(s.Map(y))
	take := solved.Not().And(least.Or(krylov.Norm(ry).Le(krylov.Norm(r))))
	x, r = Where(take, y, x), Where(take, ry, r)
	return x, Where(solved.Not().And(away(x, r, math.Sqrt(eps))), r, zero)
}
