package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// NewtonOptions configures [Newton]; the zero value is useful.
type NewtonOptions struct {
	MaxIter    int               // iterations at most; 0 means 500
	Tol        float64           // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	LineSearch linesearch.Search // nil means linesearch.Backtracking
	Unroll     bool              // Argmin differentiates through the iterations instead of implicitly
	Linear     num.LinearSolver  // solves the system of the implicit derivative; nil means num.DenseSolver
	History    bool              // keep the value and error of every iteration in Result.History
	Logger     *slog.Logger      // gets a record for every iteration; nil means none
	NoJit      bool              // trace the objective anew in every call, which then sees what it captures as it is
}

// Newton is Newton's method with the exact Hessian and a line search. Where the
// Hessian is not positive definite a multiple of the identity is added (Nocedal &
// Wright, "Numerical Optimization", algorithms 3.2 and 3.3). n³ operations an
// iteration beside n products with the Hessian.
func Newton[P, A any](f func(P, A) num.Array, opt NewtonOptions) *Solver[P, A] {
	search := chosen(opt.LineSearch, linesearch.Backtracking(linesearch.BacktrackingOptions{}))
	return newSolver(f, always[P, A](newton{search}), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type newton struct{ search linesearch.Search }

func (newton) init(iterate) []num.Array { return nil }

func (m newton) update(f linesearch.Func, it iterate, _ []num.Array) (iterate, []num.Array) {
	d := it.X.DType()
	h := num.Vmap(hessp(f, it.X))(num.Eye(it.X.Size()).AsType(d))
	l := regularized(h)
	step := num.SolveCholesky(l, it.G).Neg()
	next, _ := it.along(m.search, f, step, num.Full(d, 1))
	return next, nil
}

// hessp is the product of the Hessian at x with a vector.
func hessp(f linesearch.Func, x num.Array) func(num.Array) num.Array {
	return func(v num.Array) num.Array {
		_, hv := num.JVP(func(x num.Array) num.Array { _, g := f(x); return g }, x, v)
		return hv
	}
}

// regularized is the Cholesky factor of H + τ I for the first τ of 0, β, 10β, … that
// has one, with β the smallest that can matter.
func regularized(h num.Array) num.Array {
	d, n := h.DType(), h.Shape()[0]
	eye := num.Eye(n).AsType(d)
	zero := num.Full(d, 0)
	size := num.Maximum(h.Abs().Max(), num.Full(d, 1e-30))
	low := num.Diag(h).Min()
	first := num.Where(low.Gt(zero), zero, low.Neg().Add(size.Scale(1e-3)))
	type state struct{ L, Tau num.Array }
	try := func(tau num.Array) num.Array { return num.Cholesky(h.Add(eye.Mul(tau))) }
	bad := func(l num.Array) num.Array { return num.Diag(l).Sum().IsFinite().Not() }
	end := num.WhileMax(20, func(s state) num.Array { return bad(s.L).And(size.IsFinite()) }, func(s state) state {
		tau := num.Maximum(s.Tau.Scale(10), size.Scale(1e-6))
		return state{try(tau), tau}
	}, state{try(first), first})
	return end.L
}
