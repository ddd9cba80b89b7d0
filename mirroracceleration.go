package argmin

import (
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Mirror descent with momentum. Mirror steps from one point to the next add up where the set
// is affine and its border is out of reach, as for entropic ones:
//
//	step(step(x, u, 1), v, 1) = step(x, u + v, 1).
//
// So the momentum is what led from the last point to this one, as a sum of gradients, and
// Nesterov's extrapolation ("A method of solving a convex programming problem with
// convergence rate O(1/k²)", 1983) is a step along it. Weights stay positive, and those that
// go to zero do so geometrically, where the convex combinations of Auslender & Teboulle
// ("Interior gradient and proximal methods for convex and conic optimization", 2006) and of
// Hanzely, Richtárik & Xiao ("Accelerated Bregman proximal gradient methods for relatively
// smooth convex optimization", 2021) keep a share of what they were. Steps obey
// f(x) ≤ f(y) + <∇f(y), x - y> + D(x, y)/size; momentum that leads uphill is forgotten, and
// what it raised is taken back, so that the values where steps end never rise. No rate is
// proved; as observed, the iterations go with the square root of the condition number.
//
// The iterate is the extrapolated point, where the gradient is needed anyway.

type mirrorState struct {
	Size  num.Array // of the next step
	T     num.Array // counter of the momentum
	X     num.Array // [n] the point that the last step reached
	Value num.Array // the value there
	Lead  num.Array // [n] the sum of gradients that leads from X to the iterate
}

func (m mirror) accelerated() Rule[mirrorState] {
	return Rule[mirrorState]{
		Init: func(it Iterate) mirrorState {
			return mirrorState{m.first(it), it.X.Const(1), it.X, it.Value, it.Grad.Scale(0)}
		},
		Update: m.update,
	}
}

func (m mirror) update(it Iterate, st mirrorState) (Iterate, mirrorState) {
	zero, one := num.Const(0), num.Const(1)
	plain := st.T.Le(one)
	size, fixed := m.sized(it, st.Size)
	s := m.move(it, size, fixed)

	// Momentum that leads uphill is forgotten. Where rounding hides the slope, the
	// displacements decide.
	dx := s.X.Sub(st.X)
	uphill := num.Where(s.Blind, it.X.Sub(s.X).Dot(dx), it.Grad.Dot(dx)).Gt(zero)
	// What it raised is taken back.
	back := plain.Not().And(s.OK.Not().Or(s.Value.Sub(st.Value).Gt(noise(s.Value, st.Value))))
	t, beta := momentum(st.T)
	forget := uphill.Or(back)
	beta, t = num.Where(forget, zero, beta), num.Where(forget, one, t)
	x := num.Where(back, st.X, s.X)
	y := m.extrapolated(x, st.Lead.Add(it.Grad.Mul(s.Step)).Mul(beta), t)

	next := it
	failed := plain.And(s.OK.Not())
	next.X, next.Value, next.Grad = num.Where(failed, it.X, y.X), num.Where(failed, it.Value, y.Value), num.Where(failed, it.Grad, y.Grad)
	next.Code = num.Where(failed, code(status.LineSearchFailed), code(status.Running))
	next.NFev = it.NFev.Add(s.N).Add(y.N)
	next.NVal = it.NVal.Add(s.NVal)
	next.StepSize, next.NFailed = s.Step, it.NFailed.Add(s.OK.Not().AsType(num.Int32))
	if !fixed {
		most := num.Const(1 / it.X.DType().Eps())
		// Growth as in ProximalGradient.
		grown := num.Where(s.Blind, s.Step.Div(num.Maximum(one, m.excess(it, next, s.Step))), num.Minimum(s.Step.Scale(1.05), most))
		size = num.Where(s.OK, grown, size)
	}
	return next, mirrorState{size, y.T, x, num.Where(back, y.Value, s.Value), y.Lead}
}

// mirrorPoint is an extrapolated point, with the momentum that led there.
type mirrorPoint struct{ X, Value, Grad, T, Lead, N num.Array }

// extrapolated goes from x along lead. Momentum may lead out of where the objective has
// numbers: then the point is x itself, without momentum.
func (m mirror) extrapolated(x, lead, t num.Array) mirrorPoint {
	at := func(p mirrorPoint) mirrorPoint {
		p.Value, p.Grad = m.Func(p.X)
		p.N = p.N.AddScalar(1)
		return p
	}
	y := at(mirrorPoint{X: m.Mirror(x, lead, x.Const(1)), T: t, Lead: lead, N: num.Int(0)})
	return num.Cond(y.Value.IsFinite(), func(y mirrorPoint) mirrorPoint { return y }, func(y mirrorPoint) mirrorPoint {
		y.X, y.T, y.Lead = x, x.Const(1), lead.Scale(0)
		return at(y)
	}, y)
}

// excess is by how much a step of a size was too long for the curvature between two points,
// which is seen without values or slopes: where the gradient changes by h over dx, a mirror
// step by h undoes -size·D⁻¹h for the Hessians H of f and D of the divergence, and
// <h, size·D⁻¹h>/<h, dx> is a mean of the eigenvalues of size·D⁻¹H, which are to be at most 1.
func (m mirror) excess(from, to Iterate, size num.Array) num.Array {
	h, dx := to.Grad.Sub(from.Grad).StopGradient(), to.X.Sub(from.X).StopGradient()
	x := from.X.StopGradient()
	bend := h.Dot(dx)
	bent := bend.Gt(num.Const(0))
	return num.Where(bent, h.Dot(x.Sub(m.Mirror(x, h, size))).Div(num.Where(bent, bend, bend.Scale(0).AddScalar(1))), num.Const(0))
}

// mirrorTrial is where a step led. Blind reports that rounding hid its slope.
type mirrorTrial struct{ X, Value, Blind num.Array }

type mirrorStep struct {
	mirrorTrial
	Step, N, NVal, OK num.Array
}

// move makes a step that f's model bounds, f(x) ≤ f(y) + <g, x - y> + D(x, y)/size for the
// iterate y: the relative smoothness of Bauschke, Bolte & Teboulle, "A descent lemma beyond
// Lipschitz gradient continuity", 2017. D itself is unknown, but
// D(x, y) + D(y, x) = -size·<g, x - y>, of which D(x, y) is half for short steps.
func (m mirror) move(it Iterate, first num.Array, fixed bool) mirrorStep {
	try := func(step num.Array) linesearch.Trial[mirrorTrial] {
		x := m.Mirror(it.X, it.Grad, step)
		v, _ := m.Func(x)
		dx := x.Sub(it.X)
		slope := it.Grad.Dot(dx)
		blind := slopeHidden(slope, it)
		type verdict struct{ Curve, N num.Array }
		// Where rounding hides the difference of the values, the gradients decide.
		level := slope.Neg().Le(noise(v, it.Value).Scale(2)).Or(v.Eq(it.Value))
		c := num.Cond(level.And(blind.Not()),
			func(x num.Array) verdict { _, g := m.Func(x); return verdict{g.Sub(it.Grad).Dot(dx), num.Int(2)} },
			func(num.Array) verdict { return verdict{v.Sub(it.Value).Sub(slope).Scale(2), num.Int(1)} }, x)
		finite := v.IsFinite().And(x.IsFinite().All())
		ok := blind.Or(c.Curve.Le(slope.Neg())).And(finite)
		// As in ProximalGradient's shorter.
		factor := num.Maximum(num.Minimum(slope.Neg().Div(c.Curve).Scale(0.95), num.Const(0.8)), num.Const(1e-3))
		factor = num.Where(c.Curve.IsFinite(), factor, num.Const(0.1))
		return linesearch.Trial[mirrorTrial]{Found: mirrorTrial{x, v, blind}, Next: factor.Mul(step), NFev: c.N, NVal: num.Int(1), OK: ok}
	}
	var end linesearch.Trial[mirrorTrial]
	if fixed {
		end = try(first)
		end.Step, end.OK = first, num.Full(num.Bool, 1)
	} else {
		end = linesearch.Curve(0, mirrorTrial{it.X, it.Value, num.Full(num.Bool, 0)}, first, try)
	}
	s := mirrorStep{end.Found, end.Step, end.NFev, end.NVal, end.OK}
	if m.Options.Unroll { // the step is a constant of derivatives, as in alongArc
		s.Step = s.Step.StopGradient()
		s.X = m.Mirror(it.X, it.Grad, s.Step)
	}
	return s
}
