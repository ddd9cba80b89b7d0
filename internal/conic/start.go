package conic

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

const (
	// A point that is given is mixed with the middle of the cones, of which the mixture has at least mixed (Skajaa, Andersen & Ye,
	// "Warmstarting the homogeneous and self-dual interior point method for linear and conic quadratic problems", 2013, take 1e-2), and
	// more where the point has a larger error: mixedError times that. Both are choices.
	mixed, mixedError = 1e-3, 1
	// useful is the largest part of the middle with which the point is of any use.
	useful = 0.3
)

// Middle is the point of the central path with weight 1.
func (m Method) Middle() State {
	d := m.p.c.DType()
	middle := m.p.layout.central(d)
	return State{X: num.Full(d, 0, m.p.n), S: middle, Z: middle, Tau: num.Full(d, 1), Kappa: num.Full(d, 1), Waits: num.Int(0)}
}

// Init is the state at the start: a mixture of the point given and the middle of the cones, if it is near a solution; else
// [Method.Middle]. Before it comes the point itself, if its residuals are within the tolerance. Slacks and multipliers that are outside of the cones count as
// those nearest to them.
func (m Method) Init(start Point) (first, st State) {
	p := m.p
	cold := m.Middle()
	one := cold.Tau
	s := p.lean.more(p.layout.arranged(start.S).Mul(p.e)).Div(p.beta)
	z := p.lean.trans(p.layout.arranged(start.Z).Div(p.e), -1).Div(p.delta)
	given := State{
		X: start.X.Div(p.d).Div(p.beta), S: projection.Cones(s, p.layout.cones), Z: z.Add(projection.Cones(z.Neg(), p.layout.cones)),
		Tau: one, Kappa: one.Scale(0), Waits: cold.Waits,
	}
	off := m.Norms(given)
	part := num.Maximum(off.Scale(mixedError), num.Const(mixed))
	warm := cold.scaled(part).plus(given, one.Sub(part))
	warm.Tau = one
	near := part.Le(num.Const(useful)).And(p.layout.scale(warm.S, warm.Z, part).near(m.weight(warm)))
	st = pick(near, warm, cold)
	return pick(off.Le(num.Const(m.tol)), given, st), st
}

func (st State) scaled(by array) State {
	return State{st.X.Mul(by), st.S.Mul(by), st.Z.Mul(by), st.Tau.Mul(by), st.Kappa.Mul(by), st.Waits}
}

// near reports whether the point of a scaling is near the central path, as steps must be.
func (sc scaling) near(mu array) array {
	ok := mu.IsFinite()
	for _, p := range sc.scaled {
		if c, special := p.(*secant); special {
			none := c.c.vector(c.s).Scale(0)
			ok = ok.And(c.reach(none, none, mu.Const(1), func(array) array { return mu }).Ge(num.Const(1)))
		}
	}
	return ok
}
