package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
)

// FrankWolfeOptions configures [FrankWolfe]; the zero value is useful.
type FrankWolfeOptions struct {
	MaxIter int              // iterations at most; 0 means 500
	Tol     float64          // stop when the gap is at most this; 0 means 1e-6
	Unroll  bool             // Argmin differentiates through the iterations instead of implicitly
	Linear  num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History bool             // keep the value and error of every iteration in Result.History
	Logger  *slog.Logger     // gets a record for every iteration; nil means none
	NoJit   bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// FrankWolfe minimizes over a bounded convex set that is given by its linear
// minimization oracle, oracle(g, data) = argmin_s <g, s> over the set, such as those of
// package oracle. It is the conditional gradient method (Frank & Wolfe, "An algorithm
// for quadratic programming", 1956) with the steps of Pedregosa et al., "Linearly
// convergent Frank-Wolfe with backtracking line-search", 2020. The start must be in the
// set.
//
// The error is the gap <∇f(x), x - s>, which bounds f(x) - min f of a convex f. The
// implicit derivative is that of the projected gradient: it needs projection, which may
// be nil where no derivative is asked for, or with the option Unroll.
func FrankWolfe[P, A any](f func(P, A) num.Array, oracle func(g P, data A) P, projection func(x P, data A) P, opt FrankWolfeOptions) *Solver[P, A] {
	r := func(b binding[P, A]) method {
		return frankWolfe{opt.Unroll, func(g num.Array) num.Array { return b.ravel(oracle(b.unravel(g), b.data)) }}
	}
	zero := func(x, g P, data A) P {
		if projection == nil {
			ir.Throw(ir.Errorf(ir.ArgumentError, "argmin.FrankWolfe", "projection is nil; the condition of optimality needs one, unless the option Unroll is set"))
		}
		return optimality.ProjectedGradient(func(P, A) P { return g }, projection)(x, data)
	}
	return newSolver(f, r, zero, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type frankWolfe struct {
	unroll bool
	oracle func(g num.Array) num.Array
}

func (m frankWolfe) start(it iterate) num.Array {
	return it.G.Dot(it.X.Sub(m.oracle(it.G)))
}

// The state is the estimate of the gradient's Lipschitz constant.
func (frankWolfe) init(it iterate) []num.Array { return []num.Array{num.Full(it.X.DType(), 1)} }

func (m frankWolfe) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	d := it.X.DType()
	dir := m.oracle(it.G).Sub(it.X)
	gap, square := it.G.Dot(dir).Neg(), dir.Dot(dir)
	tiny := num.Full(d, minPositive(d))
	type state struct{ X, Value, G, L, Next, N, OK num.Array }
	end := num.WhileMax(60, func(s state) num.Array { return s.OK.Not() }, func(s state) state {
		step := num.Minimum(gap.Div(num.Maximum(s.Next.Mul(square), tiny)), num.Full(d, 1))
		x := it.X.Add(dir.Mul(step))
		v, g := f(x)
		bound := step.Mul(s.Next.Mul(square).Mul(step).Scale(0.5).Sub(gap))
		noise := num.Maximum(v.Abs(), it.Value.Abs()).Scale(100 * d.Eps())
		// Where rounding hides the decrease the slopes decide: g changes by at most L.
		level := bound.Abs().Le(noise)
		slow := g.Sub(it.G).Dot(dir).Le(s.Next.Mul(square).Mul(step))
		ok := num.Where(level, slow, v.Sub(it.Value).Le(bound)).And(v.IsFinite()).And(g.IsFinite().All())
		return state{x, v, g, s.Next, s.Next.Scale(2), s.N.AddScalar(1), ok}
	}, state{it.X, it.Value, it.G, st[0], st[0].Scale(0.9), int32s(0), num.Full(num.Bool, 0)})
	if m.unroll { // the step's constant is one of derivatives, as in alongArc
		end.L = end.L.StopGradient()
		end.X = it.X.Add(dir.Mul(num.Minimum(gap.Div(num.Maximum(end.L.Mul(square), tiny)), num.Full(d, 1))))
		end.Value, end.G = f(end.X)
		end.N = end.N.AddScalar(1)
	}
	next := it
	next.X, next.Value, next.G = num.Where(end.OK, end.X, it.X), num.Where(end.OK, end.Value, it.Value), num.Where(end.OK, end.G, it.G)
	next.NumFun = it.NumFun.Add(end.N)
	next.Code = num.Where(end.OK, int32s(Running), int32s(LineSearchFailed))
	next.Error = m.start(next)
	return next, []num.Array{num.Where(end.OK, end.L, st[0])}
}
