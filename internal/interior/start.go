package interior

import (
	"github.com/argmin-go/argmin/num"
)

// scales are WB's gradient-based scaling (section 3.8): no gradient at the start is larger than 100.
func (m Method) scales(g array, jac Matrix) (f, c array) {
	const most = 100
	unit := func(v array) array {
		ok := v.IsFinite().And(v.Gt(num.Const(most)))
		return num.Where(ok, num.Const(most).Div(num.Where(ok, v, num.Const(1))), num.Const(1))
	}
	return unit(largest(g)), unit(m.System.Largest(jac))
}

// Start moves a start to where the method can begin. warm, a bool scalar, reports whether multipliers are given: the
// start is then moved as little as possible.
func (m Method) Start(x, warm array) array {
	n := x.Size()
	one := num.Full(x.DType(), 1, m.Low.Size())
	l := m.limits(one)
	v := num.Concat(0, x, one)
	return num.Where(warm, l.inside(v, warmShare), l.inside(v, coldShare)).Range(0, n)
}

// warmSteps is the most steps at a warm start that take its active limits for those of the solution: Newton's method needs a
// few, if they are. Our choice.
const warmSteps = 5

// How far from its limits a start is moved, in their units: κ₁ = κ₂ of WB, section 3.6, and IPOPT's value for warm starts.
const (
	coldShare = 1e-2
	warmShare = 1e-9
)

// Init is the state before the first iteration, at a start that Start moved; f and g are the objective's there.
func (m Method) Init(p Point, f, g array) State {
	d := p.X.DType()
	c, jac := m.System.Jacobian(p.X)
	warm := Warm(p)
	sf, sc := m.scales(g, jac)
	l := m.limits(sc)
	c = c.Mul(sc)
	raw := num.Concat(0, p.X, c)
	v := num.Where(warm, l.inside(raw, warmShare), l.inside(raw, coldShare))
	s := num.Where(l.free.Gt(num.Const(0)), c, l.s(v))
	z := num.Concat(0, p.W.Mul(sf), p.Y.Mul(sf).Div(sc))
	lower, upper := l.slack(num.Concat(0, p.X, s))
	mu := num.Full(d, m.Mu)
	if m.Least > 0 {
		mu = num.Maximum(mu, sf.Scale(m.Least))
	}
	one := num.Full(d, 1, l.m)
	no, zero := num.Full(num.Bool, 0), num.Int(0)
	st := State{S: s, Y: num.Where(warm, l.rows.Mul(l.s(z)), num.Const(0)), Mu: mu, Delta: mu.Const(0), Filter: newFilter(d), ScaleF: sf, ScaleC: sc,
		X0: p.X, F0: f, Tight: mu.Const(1), Stage: num.Int(searching), Rescues: zero, Slow: zero, Blocked: zero, Cleared: zero, Warm: num.Where(warm, num.Int(warmSteps), zero),
		Secant: newSecant(p.X, m.Quasi, m.limited()), Fresh: warm.Not(), Infeasible: no, Failed: no, Sure: no}
	if m.Least > 0 {
		st.Warm = zero
	}
	st.Kept = kept{p.X, s, st.Y, v.Scale(0), v.Scale(0), f, mu}
	st.Watchdog = newWatchdog(p.X, s, st.Y, st.Kept.ZL)
	st.Restore = Restoration{On: no, P: one, N: one, ZP: one, ZN: one, X: p.X, Mu: mu, Theta: mu.Const(0), Filter: newFilter(d)}
	r := c.Sub(s).Mul(l.rows)
	theta := num.Maximum(r.Abs().Sum(), num.Const(1))
	st.ThetaMin, st.ThetaMax = theta.Scale(1e-4), theta.Scale(1e4) // as WB

	// At a warm start the barrier is as strong as the error there.
	dual := largest(g.Mul(sf).Add(m.System.TransposeTimes(jac, p.Y.Mul(sf))).Add(p.W.Mul(sf)).Mul(l.keep))
	near := num.Maximum(num.Maximum(largest(r), dual), m.gap(l, z, lower, upper))
	near = num.Where(near.IsFinite(), num.Minimum(num.Maximum(near, m.least(st)), mu), mu)
	st.Mu = num.Where(warm, near, mu)
	given := func(z, slack array) array {
		return num.Where(warm, num.Where(z.Gt(num.Const(0)), z, num.Minimum(st.Mu.Div(slack), largest(z))), num.Const(1))
	}
	st.ZL, st.ZU = given(z.Neg(), lower).Mul(l.hasL), given(z, upper).Mul(l.hasU)
	return st
}

// gap is the largest of the smaller ones of each multiplier and the distance to its limit.
func (m Method) gap(l limits, z, lower, upper array) array {
	part := func(z, slack, has array) array {
		return largest(num.Minimum(slack, num.Maximum(z, num.Const(0))).Mul(has))
	}
	return num.Maximum(part(z.Neg(), lower, l.hasL), part(z, upper, l.hasU))
}

// ErrorAt is what is left of the conditions of optimality at a start, where f and g are the objective's.
func (m Method) ErrorAt(p Point, f, g array) array {
	st := m.Init(p, f, g)
	c, jac := m.System.Jacobian(p.X)
	l := m.limits(st.ScaleC)
	loc := local{f.Mul(st.ScaleF), g.Mul(st.ScaleF), c.Mul(st.ScaleC), jac, st.ScaleC}
	w := newton{sys: m.System, ph: st.phase(l), at: Place{num.Concat(0, p.X, st.S), st.Restore.P, st.Restore.N}, st: st, l: loc}
	w.lower, w.upper = w.ph.slack(w.at.V)
	return w.errors(m.target(st))
}

// Warm reports whether a point has multipliers.
func Warm(p Point) array { return largest(p.Y).Gt(num.Const(0)).Or(largest(p.W).Gt(num.Const(0))) }
