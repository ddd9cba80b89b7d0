package qp

import "github.com/argmin-go/argmin/num"

// away is a state of which the point is a direction in which values fall without end, if there is one near to where the point has gone. In an unbounded
// program points go far along such a direction, but what limits hold in place stays in them: it is taken out by a projection.
func (m Method) away(st State) State {
	return atTimes(st, func(st State) array {
		fall, out, far := st.X.Dot(m.c).Neg(), largest(m.outside(st.V)), largest(st.X)
		return positive(fall).And(out.Le(far.Scale(gone)))
	}, m.projected)
}

// atTimes is a state changed by a function where the error has not got smaller for a while and there is reason to, of which most iterations do not have to
// look for any.
func atTimes(st State, reason func(State) array, change func(State) State) State {
	same := func(st State) State { return st }
	due := positive(st.Since).And(st.Since.Rem(num.Int(again)).Eq(num.Int(0)))
	return num.Cond(due, func(st State) State { return num.Cond(reason(st), change, same, st) }, same, st)
}

// gone is how much of a far point may be outside of the directions without a limit, to look there: a choice.
const gone = 1e-4

// projected is the state at the direction nearest to its point that does not move what stays within its limits, if that is a certificate.
func (m Method) projected(st State) State {
	limited := num.Maximum(m.eq, num.Maximum(m.hasL, m.hasU))
	stays := flag(st.V.Abs().Le(largest(m.outside(st.V)).Scale(10)), m.c.DType()).Mul(limited)
	rho, _, _, _ := weights(m.c.DType())
	w := stays.Scale(m.System.Steepest() * rho)
	f := m.System.Factor(m.k, m.head(w).AddScalar(rho), m.tail(w))
	d := st.X.Div(largest(st.X))
	for range refinements {
		d, _ = m.System.Solve(f, d.Scale(rho), m.tail(w).Scale(0))
		d = d.Mul(num.Const(1).Sub(m.head(stays)))
	}
	v, hx := num.Concat(0, d, m.System.JTimes(m.k, d)), m.System.HTimes(m.k, d)
	_, unbounded := m.certificates(d, v, hx, st.T)
	st.X, st.V, st.HX = num.Where(unbounded, d, st.X), num.Where(unbounded, v, st.V), num.Where(unbounded, hx, st.HX)
	return st
}

// pulled is how much of multipliers may be left in their equation, to look for a proof near them, and faint how freely those may change that are zero, beside
// the largest. They are choices: with these, 300 random programs of small integers end as by an active set method.
const (
	pulled = 0.1
	faint  = 1e-4
)

// contradicted is a state of which the multipliers prove that no point is within the limits, if there are some nearby that do: multipliers of an
// infeasible program grow along a proof, and what is left of their equation is taken out in proportion to them, so that signs stay.
func (m Method) contradicted(st State) State {
	return atTimes(st, func(st State) array {
		t := m.signed(st.T)
		return positive(support(t, m.lo, m.hi).Neg()).And(largest(m.pulls(t)).Le(largest(t).Scale(pulled)))
	}, m.balanced)
}

// pulls are what multipliers t add to the gradient of the Lagrangian.
func (m program) pulls(t array) array {
	return m.head(t).Add(m.Products.TransposeTimes(m.k, m.tail(t)))
}

// balanced is the state at the multipliers nearest to its own that pull at nothing, if they are a certificate.
func (m Method) balanced(st State) State {
	t := m.signed(st.T)
	t = t.Div(largest(t))
	limited := num.Maximum(m.eq, num.Maximum(m.hasL, m.hasU))
	w, k := num.Maximum(t.Abs(), limited.Scale(faint)), m.k
	k.H = k.H.Scale(0)
	rho, _, _, _ := weights(t.DType())
	f := m.System.Factor(k, m.head(w).AddScalar(rho), m.tail(w))
	for range refinements {
		dx, y := m.System.Solve(f, m.pulls(t), m.tail(w).Scale(0))
		t = m.signed(t.Sub(num.Concat(0, m.head(w).Mul(dx), y)))
	}
	st.T = num.Where(m.infeasible(st.X, t), t, st.T)
	return st
}
