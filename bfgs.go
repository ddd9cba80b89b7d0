package argmin

import (
	"log/slog"
	"math"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// BFGSOptions configures [BFGS]; the zero value is useful.
type BFGSOptions struct {
	MaxIter    int               // iterations at most; 0 means 500
	Tol        float64           // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	LineSearch linesearch.Search // nil means linesearch.Zoom
	Unroll     bool              // Argmin differentiates through the iterations instead of implicitly
	Linear     num.LinearSolver  // solves the system of the implicit derivative; nil means num.DenseSolver
	History    bool              // keep the value and error of every iteration in Result.History
	Logger     *slog.Logger      // gets a record for every iteration; nil means none
	NoJit      bool              // trace the objective anew in every call, which then sees what it captures as it is
}

// BFGS is the method of Broyden, Fletcher, Goldfarb and Shanno, which keeps an n×n
// approximation of the inverse Hessian (Nocedal & Wright, "Numerical Optimization",
// algorithm 6.1; the first one is scaled by equation 6.20). Pairs without positive
// curvature are left out. n² operations and numbers beside the evaluations.
func BFGS[P, A any](f func(P, A) num.Array, opt BFGSOptions) *Solver[P, A] {
	search := chosen(opt.LineSearch, linesearch.Zoom(linesearch.ZoomOptions{}))
	return newSolver(f, always[P, A](bfgs{search}), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type bfgs struct{ search linesearch.Search }

// The state is the inverse Hessian, and whether it holds: not before the first pair.
func (bfgs) init(it iterate) []num.Array {
	n := it.X.Size()
	return []num.Array{num.Full(it.X.DType(), 0, n, n), num.Full(num.Bool, 0)}
}

func (m bfgs) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	h, scaled := st[0], st[1]
	dt := it.X.DType()
	one := num.Full(dt, 1)
	d := num.Where(scaled, h.MatMul(it.G), it.G.Mul(atMostOne(it.Error))).Neg()
	next, _ := it.along(m.search, f, d, one)
	s, y := next.X.Sub(it.X), next.G.Sub(it.G)
	sy, yy := s.Dot(y), y.Dot(y)
	keep := sy.Gt(yy.Scale(dt.Eps()))
	safe := num.Where(keep, sy, one)
	eye := num.Eye(it.X.Size()).AsType(dt)
	h0 := num.Where(scaled, h, eye.Mul(sy.Div(num.Where(keep, yy, one))))
	// (I - s yᵀ/ρ) H (I - y sᵀ/ρ) + s sᵀ/ρ, with ρ = sᵀy.
	hy := h0.MatMul(y)
	a := y.Dot(hy).Div(safe).AddScalar(1).Div(safe)
	hn := h0.Add(num.Outer(s, s).Mul(a)).Sub(num.Outer(hy, s).Add(num.Outer(s, hy)).Div(safe))
	next, forget := next.orAnew(scaled.Not())
	return next, []num.Array{num.Where(keep, hn, h), scaled.Or(keep).And(forget.Not())}
}

// atMostOne is the factor that makes a vector of this norm one of at most 1: of the
// first steps, when nothing is known of the scale.
func atMostOne(norm num.Array) num.Array {
	one := num.Full(norm.DType(), 1)
	return num.Minimum(one, one.Div(num.Maximum(norm, num.Full(norm.DType(), math.SmallestNonzeroFloat32))))
}
