package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// NewtonCGOptions configures [NewtonCG]; the zero value is useful.
type NewtonCGOptions struct {
	MaxIter    int               // iterations at most; 0 means 500
	Tol        float64           // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	LineSearch linesearch.Search // nil means linesearch.Backtracking
	Unroll     bool              // Argmin differentiates through the iterations instead of implicitly
	Linear     num.LinearSolver  // solves the system of the implicit derivative; nil means num.DenseSolver
	History    bool              // keep the value and error of every iteration in Result.History
	Logger     *slog.Logger      // gets a record for every iteration; nil means none
	NoJit      bool              // trace the objective anew in every call, which then sees what it captures as it is
}

// NewtonCG is the truncated Newton method with a line search: conjugate gradients on
// the Newton system until the residual is at most min(½, |g|^½) |g|, or until they meet
// negative curvature, which is not followed (Nocedal & Wright, "Numerical
// Optimization", algorithm 7.1). It needs products with the Hessian alone.
func NewtonCG[P, A any](f func(P, A) num.Array, opt NewtonCGOptions) *Solver[P, A] {
	search := chosen(opt.LineSearch, linesearch.Backtracking(linesearch.BacktrackingOptions{}))
	return newSolver(f, always[P, A](newtonCG{search}), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type newtonCG struct{ search linesearch.Search }

func (newtonCG) init(iterate) []num.Array { return nil }

func (m newtonCG) update(f linesearch.Func, it iterate, _ []num.Array) (iterate, []num.Array) {
	d := it.X.DType()
	forcing := it.Error.Mul(num.Minimum(num.Full(d, 0.5), it.Error.Sqrt()))
	p, _, _ := steihaug(hessp(f, it.X), it.G, forcing, false, num.Array{})
	// Negative curvature at once: the gradient, no longer than 1.
	p = num.Where(p.Dot(it.G).Lt(num.Full(d, 0)), p, it.G.Neg().Mul(atMostOne(it.Error)))
	next, _ := it.along(m.search, f, p, num.Full(d, 1))
	return next, nil
}
