package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
	"github.com/argmin-go/argmin/status"
)

// ProximalGradient minimizes a smooth function plus a penalty with a proximal operator, by a
// gradient step of the one followed by a proximal step of the other.
//
// It is FISTA (Beck & Teboulle, "A fast iterative shrinkage-thresholding algorithm for
// linear inverse problems", 2009) with steps that may grow again (Scheinberg, Goldfarb &
// Bai, "Fast first-order methods for composite convex optimization with backtracking",
// 2014) and the gradient restart of O'Donoghue & Candès, "Adaptive restart for accelerated
// gradient schemes", 2015. An iteration takes one gradient and one or two values.
type ProximalGradient struct {
	StepSize       float64        // a fixed step, at most the inverse of the gradient's Lipschitz constant; default a line search
	Schedule       optim.Schedule // a step for each iteration, from the number of iterations so far; it replaces StepSize
	Decrease       float64        // largest factor of the step after a rejected trial; default 0.8
	MaxTrials      int            // most steps tried in an iteration; default 60
	NoAcceleration bool           // without momentum
	NoRestart      bool           // keep the momentum where it leads uphill
}

func (m ProximalGradient) ranges() []option.Range {
	return []option.Range{option.Positive("StepSize", m.StepSize), option.Between("Decrease", m.Decrease, 0, 1),
		option.AtLeast("MaxTrials", float64(m.MaxTrials), 1)}
}

func (m ProximalGradient) composite() definition { return m.define("ProximalGradient") }
func (m ProximalGradient) separable() definition { return m.define("ProximalGradient") }

// ProjectedGradient minimizes a smooth function on a set that has a projection, by gradient
// steps that are projected back: it is [ProximalGradient] for the indicator function of the
// set. A start outside of the set is moved to the nearest point in it.
type ProjectedGradient struct {
	StepSize       float64        // a fixed step, at most the inverse of the gradient's Lipschitz constant; default a line search
	Schedule       optim.Schedule // a step for each iteration, from the number of iterations so far; it replaces StepSize
	Decrease       float64        // largest factor of the step after a rejected trial; default 0.8
	MaxTrials      int            // most steps tried in an iteration; default 60
	NoAcceleration bool           // without momentum
	NoRestart      bool           // keep the momentum where it leads uphill
}

func (m ProjectedGradient) ranges() []option.Range { return ProximalGradient(m).ranges() }

func (m ProjectedGradient) onSet() definition   { return m.define() }
func (m ProjectedGradient) bounded() definition { return m.define() }

func (m ProjectedGradient) define() definition {
	const name = "ProjectedGradient"
	return define(name, func(p *Problem) Rule[proximalState] {
		if p.Project == nil {
			throwf(name, "the method needs Set.Project")
		}
		r := ProximalGradient(m).rule(p, func(x, _ num.Array) num.Array { return p.Project(x) })
		r.Start = p.Project
		return r
	})
}

type proximalState struct {
	Step num.Array // size of the next step to try
	From num.Array // [n] the extrapolated point, from which it goes
	T    num.Array // counter of the momentum
}

func (m ProximalGradient) define(name string) definition {
	return define(name, func(p *Problem) Rule[proximalState] { return m.rule(p, p.Prox) })
}

func (m ProximalGradient) rule(p *Problem, prox func(x, step num.Array) num.Array) Rule[proximalState] {
	s := proximal{m, p, prox}
	return Rule[proximalState]{
		Error: func(it Iterate) num.Array { return num.Norm(s.residual(it.X, it.Grad)) },
		Init: func(it Iterate) proximalState {
			return proximalState{it.X.Const(1), it.X, it.X.Const(1)}
		},
		Update: s.update,
	}
}

// proximal is the method on one problem.
type proximal struct {
	ProximalGradient
	*Problem
	prox func(x, step num.Array) num.Array
}

func (m proximal) residual(x, g num.Array) num.Array {
	return x.Sub(m.prox(x.Sub(g), x.Const(1)))
}

// from is where a step starts.
type from struct{ Y, Value, G, N num.Array }

func (m proximal) from(y num.Array, n int) from {
	v, g := m.Func(y)
	return from{y, v, g, num.Int(n)}
}

func (m proximal) update(it Iterate, st proximalState) (Iterate, proximalState) {
	start := it.X
	if !m.NoAcceleration {
		start = st.From
	}
	y := m.from(start, 1)
	if !m.NoAcceleration {
		// Momentum may lead out of where the objective has numbers.
		y = num.Cond(y.Value.IsFinite(), func(y from) from { return y }, func(from) from { return m.from(it.X, 2) }, y)
	}
	next := it
	size := st.Step
	fixed, isFixed := fixedStep(m.StepSize, m.Schedule, it)
	if isFixed {
		size = fixed
	}
	s := m.move(y, size, isFixed)
	next.StepSize, next.NFailed = s.Step, it.NFailed.Add(s.OK.Not().AsType(num.Int32))
	next.X, next.Value = num.Where(s.OK, s.X, it.X), num.Where(s.OK, s.Value, it.Value)
	next.Code = num.Where(s.OK, code(status.Running), code(status.LineSearchFailed))

	e := m.errorAt(next.X, y, s)
	next.Error, next.Grad = e.Error, e.G
	next.NFev = it.NFev.Add(y.N).Add(s.N).Add(e.N)
	next.NVal = it.NVal.Add(s.NVal)

	st.Step = s.Step
	if !isFixed {
		// Growth by 5% per iteration finds where the curvature is lower; where it is not, one
		// iteration in about five needs a second trial, as a rejected step shrinks by a fifth.
		// Where there is next to none, it doubles.
		factor := num.Where(s.Flat, s.Step.Const(2), num.Const(1.05))
		st.Step = num.Minimum(s.Step.Mul(factor), num.Const(longest(it.X.DType())))
	}
	if m.NoAcceleration {
		return next, st
	}
	dx := next.X.Sub(it.X)
	t, beta := momentum(st.T)
	if !m.NoRestart {
		uphill := y.Y.Sub(next.X).Dot(dx).Gt(num.Const(0))
		beta, t = num.Where(uphill, num.Const(0), beta), num.Where(uphill, num.Const(1), t)
	}
	st.From, st.T = next.X.Add(dx.Mul(beta)), t
	return next, st
}

type proximalError struct{ Error, G, N num.Array }

// errorAt is the error at x, where a step s from y led. The step itself shows whether the
// point may be the answer; only then the condition is evaluated there.
func (m proximal) errorAt(x num.Array, y from, s proximalStep) proximalError {
	moved := num.Norm(y.Y.Sub(s.X)).Div(num.Maximum(num.Minimum(s.Step, num.Const(1)), num.Const(s.Step.DType().Tiny())))
	return num.Cond(moved.Le(num.Const(m.Options.Tol)), func(x num.Array) proximalError {
		_, g := m.Func(x)
		return proximalError{num.Norm(m.residual(x, g)), g, num.Int(1)}
	}, func(num.Array) proximalError { return proximalError{moved, y.G, num.Int(0)} }, x)
}

// proximalPoint is where a step led. Flat reports that it met next to no curvature: less than a
// thousandth of what it bears.
type proximalPoint struct{ X, Value, Flat num.Array }

type proximalStep struct {
	proximalPoint
	Step, N, NVal, OK num.Array
}

// move makes a step from y whose quadratic model bounds the objective from above. Where
// rounding hides the difference of the values, the gradients decide (Becker, Candès & Grant,
// "Templates for convex cone problems with applications to sparse signal recovery", 2011,
// section 5.3).
func (m proximal) move(y from, first num.Array, fixed bool) proximalStep {
	eps := first.DType().Eps()
	at := func(step num.Array) proximalPoint {
		x := m.prox(y.Y.Sub(y.G.Mul(step)), step)
		v, _ := m.Func(x)
		return proximalPoint{x, v, num.Full(num.Bool, 0)}
	}
	if fixed {
		return proximalStep{at(first), first, num.Int(1), num.Int(1), num.Full(num.Bool, 1)}
	}
	type verdict struct{ Curve, N num.Array }
	try := func(step num.Array) linesearch.Trial[proximalPoint] {
		p := at(step)
		x, v := p.X, p.Value
		dx := x.Sub(y.Y)
		square := dx.Dot(dx)
		rise := v.Sub(y.Value).Sub(y.G.Dot(dx))
		// Curve is dxᵀHdx for the objective's curvature between the points.
		c := num.Cond(square.Div(step.Scale(2)).Gt(noise(y.Value, v)).And(v.Ne(y.Value)), func(num.Array) verdict { return verdict{rise.Scale(2), num.Int(1)} },
			func(x num.Array) verdict { _, g := m.Func(x); return verdict{g.Sub(y.G).Dot(dx), num.Int(2)} }, x)
		// 10 ε are left to the rounding of the two sides.
		ok := c.Curve.Mul(step).Le(square.Scale(1 + 10*eps)).And(v.IsFinite()).And(x.IsFinite().All())
		p.Flat = c.Curve.Mul(step).Le(square.Scale(1e-3)).And(square.Gt(num.Const(0)))
		return linesearch.Trial[proximalPoint]{Found: p, Next: shorter(step, square, c.Curve, option.Or(m.Decrease, 0.8)), NFev: c.N, NVal: num.Int(1), OK: ok}
	}
	end := linesearch.Curve(m.MaxTrials, proximalPoint{y.Y, y.Value, num.Full(num.Bool, 0)}, first, try)
	s := proximalStep{end.Found, end.Step, end.NFev, end.NVal, end.OK}
	if m.Options.Unroll { // the step is a constant of derivatives, as in alongArc
		s.Step = s.Step.StopGradient()
		flat := s.Flat
		s.proximalPoint = at(s.Step)
		s.Flat = flat
		s.N, s.NVal = s.N.AddScalar(1), s.NVal.AddScalar(1)
	}
	return s
}

// shorter is the step to try after one that was too long by the ratio of square and curve:
// a little below what fits this curvature, shorter at least by the factor decrease, so that trials come to
// an end, and at most a thousand times, as curvatures far out mean little here.
func shorter(step, square, curve num.Array, decrease float64) num.Array {
	fits := num.Maximum(num.Minimum(square.Div(curve).Scale(0.95), step.Scale(decrease)), step.Scale(min(decrease, 1e-3)))
	return num.Where(curve.IsFinite(), fits, step.Scale(min(decrease, 0.1)))
}
