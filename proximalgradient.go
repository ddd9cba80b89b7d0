package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
)

// ProximalGradientOptions configures [ProximalGradient] and [ProjectedGradient]; the
// zero value is useful.
type ProximalGradientOptions struct {
	MaxIter        int              // iterations at most; 0 means 500
	Tol            float64          // stop when the Euclidean norm of the condition is at most this; 0 means 1e-6
	StepSize       float64          // a fixed step, at most the inverse of the gradient's Lipschitz constant; 0 means a line search
	NoAcceleration bool             // without momentum
	NoRestart      bool             // keep the momentum where it leads uphill
	Unroll         bool             // Argmin differentiates through the iterations instead of implicitly
	Linear         num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History        bool             // keep the value and error of every iteration in Result.History
	Logger         *slog.Logger     // gets a record for every iteration; nil means none
	NoJit          bool             // trace the objective anew in every call, which then sees what it captures as it is
}

func (o ProximalGradientOptions) settings() settings {
	return settings{o.MaxIter, o.Tol, o.Unroll, o.Linear, o.History, o.Logger, o.NoJit}
}

// ProximalGradient minimizes f(x, data) + h(x, data) for a smooth f and an h that is
// given by its proximal operator,
//
//	prox(x, data, step) = argmin_y step·h(y, data) + ½|y - x|²,
//
// such as those of package prox. The objective in the results is that of f alone. The
// method is FISTA (Beck & Teboulle, "A fast iterative shrinkage-thresholding algorithm
// for linear inverse problems", 2009) with steps that may grow again (Scheinberg,
// Goldfarb & Bai, "Fast first-order methods for composite convex optimization with
// backtracking", 2014) and the gradient restart of O'Donoghue & Candès, "Adaptive
// restart for accelerated gradient schemes", 2015. One evaluation of f's gradient and
// one or two of its value an iteration.
//
// The condition of optimality is x = prox(x - ∇f(x), 1).
func ProximalGradient[P, A any](f func(P, A) num.Array, prox func(x P, data A, step num.Array) P, opt ProximalGradientOptions) *Solver[P, A] {
	return newProximal(f, prox, false, opt)
}

// ProjectedGradient minimizes f(x, data) over a set that is given by its projection,
// such as those of package projection. It is [ProximalGradient] of the set's indicator;
// the condition of optimality is x = projection(x - ∇f(x)). A start outside of the
// set is moved to the nearest point in it.
func ProjectedGradient[P, A any](f func(P, A) num.Array, projection func(x P, data A) P, opt ProximalGradientOptions) *Solver[P, A] {
	return newProximal(f, func(x P, data A, _ num.Array) P { return projection(x, data) }, true, opt)
}

func newProximal[P, A any](f func(P, A) num.Array, prox func(x P, data A, step num.Array) P, admit bool, opt ProximalGradientOptions) *Solver[P, A] {
	set := opt.settings().defaults()
	m := proximal{step: opt.StepSize, tol: set.tol, unroll: opt.Unroll, plain: opt.NoAcceleration, restart: !opt.NoRestart}
	r := func(b binding[P, A]) method {
		m := m
		m.prox = func(x, step num.Array) num.Array { return b.ravel(prox(b.unravel(x), b.data, step)) }
		if admit {
			return projected{m}
		}
		return m
	}
	zero := func(x, g P, data A) P {
		return optimality.ProximalGradient(func(P, A) P { return g }, prox)(x, data)
	}
	return newSolver(f, r, zero, set)
}

type proximal struct {
	prox           func(x, step num.Array) num.Array
	step, tol      float64
	unroll         bool
	plain, restart bool
}

// projected moves the start into the set.
type projected struct{ proximal }

func (m projected) admit(x num.Array) num.Array { return m.prox(x, num.Full(x.DType(), 1)) }

func (m proximal) residual(x, g num.Array) num.Array {
	return x.Sub(m.prox(x.Sub(g), num.Full(x.DType(), 1)))
}

func (m proximal) start(it iterate) num.Array { return num.Norm(m.residual(it.X, it.G)) }

// The state is the step and, with momentum, the point to go from and the counter t
// of the momentum.
func (m proximal) init(it iterate) []num.Array {
	d := it.X.DType()
	step := num.Full(d, 1)
	if m.step > 0 {
		step = num.Full(d, m.step)
	}
	if m.plain {
		return []num.Array{step}
	}
	return []num.Array{step, it.X, num.Full(d, 1)}
}

// from is where a step starts.
type from struct{ Y, Value, G, N num.Array }

func (m proximal) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	d := it.X.DType()
	zero, one := num.Full(d, 0), num.Full(d, 1)
	at := func(y num.Array, n int) from { v, g := f(y); return from{y, v, g, int32s(n)} }
	y := at(it.X, 1)
	if !m.plain {
		// Momentum may lead out of where the objective has numbers.
		y = at(st[1], 1)
		y = num.Cond(y.Value.IsFinite(), func(y from) from { return y }, func(from) from { return at(it.X, 2) }, y)
	}
	next := it
	s := m.move(f, y, st[0])
	next.X, next.Value = num.Where(s.OK, s.X, it.X), num.Where(s.OK, s.Value, it.Value)
	next.Code = num.Where(s.OK, int32s(Running), int32s(LineSearchFailed))

	// The step itself says whether the point may be the answer; only then the
	// condition is evaluated there.
	type verdict struct{ Error, G, N num.Array }
	moved := num.Norm(y.Y.Sub(s.X)).Div(num.Minimum(s.Step, one))
	e := num.Cond(moved.Le(num.Full(d, m.tol)), func(x num.Array) verdict {
		_, g := f(x)
		return verdict{num.Norm(m.residual(x, g)), g, int32s(1)}
	}, func(num.Array) verdict { return verdict{moved, y.G, int32s(0)} }, next.X)
	next.Error, next.G = e.Error, e.G
	next.NumFun = it.NumFun.Add(y.N).Add(s.N).Add(e.N)

	step := s.Step
	if m.step == 0 {
		step = num.Minimum(step.Scale(1.05), num.Full(d, 1/d.Eps()))
	}
	if m.plain {
		return next, []num.Array{step}
	}
	t, dx := st[2], next.X.Sub(it.X)
	tn := t.Square().Scale(4).AddScalar(1).Sqrt().AddScalar(1).Scale(0.5)
	beta := t.AddScalar(-1).Div(tn)
	if m.restart {
		uphill := y.Y.Sub(next.X).Dot(dx).Gt(zero)
		beta, tn = num.Where(uphill, zero, beta), num.Where(uphill, one, tn)
	}
	return next, []num.Array{step, next.X.Add(dx.Mul(beta)), tn}
}

type proximalStep struct{ X, Step, Value, N, OK num.Array }

// move makes a step from y whose quadratic model bounds the objective from above.
// Where rounding hides the difference of the values, the gradients decide (Becker,
// Candès & Grant, "Templates for convex cone problems with applications to sparse
// signal recovery", 2011, section 5.3).
func (m proximal) move(f linesearch.Func, y from, first num.Array) proximalStep {
	d := first.DType()
	at := func(step num.Array) (x, v num.Array) {
		x = m.prox(y.Y.Sub(y.G.Mul(step)), step)
		v, _ = f(x)
		return x, v
	}
	if m.step > 0 {
		x, v := at(first)
		return proximalStep{x, first, v, int32s(1), num.Full(num.Bool, 1)}
	}
	type verdict struct{ Curve, N num.Array }
	type state struct {
		proximalStep
		Next num.Array // the step to try
	}
	try := func(s state) state {
		x, v := at(s.Next)
		dx := x.Sub(y.Y)
		square := dx.Dot(dx)
		rise := v.Sub(y.Value).Sub(y.G.Dot(dx))
		noise := num.Maximum(y.Value.Abs(), v.Abs()).Scale(100 * d.Eps())
		// curve is dxᵀHdx for the objective's curvature between the points.
		c := num.Cond(square.Div(s.Next.Scale(2)).Gt(noise), func(num.Array) verdict { return verdict{rise.Scale(2), int32s(1)} },
			func(x num.Array) verdict { _, g := f(x); return verdict{g.Sub(y.G).Dot(dx), int32s(2)} }, x)
		ok := c.Curve.Mul(s.Next).Le(square.Scale(1 + 10*d.Eps())).And(v.IsFinite()).And(x.IsFinite().All())
		shorter := num.Maximum(num.Minimum(square.Div(c.Curve).Scale(0.95), s.Next.Scale(0.8)), s.Next.Scale(1e-3))
		shorter = num.Where(c.Curve.IsFinite(), shorter, s.Next.Scale(0.1))
		return state{proximalStep{x, s.Next, v, s.N.Add(c.N), ok}, shorter}
	}
	end := num.WhileMax(60, func(s state) num.Array { return s.OK.Not() }, try,
		state{proximalStep{y.Y, first, y.Value, int32s(0), num.Full(num.Bool, 0)}, first}).proximalStep
	if m.unroll { // the step is a constant of derivatives, as in alongArc
		end.Step = end.Step.StopGradient()
		end.X, end.Value = at(end.Step)
		end.N = end.N.AddScalar(1)
	}
	return end
}
