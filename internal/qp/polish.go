package qp

import "github.com/argmin-go/argmin/num"

// polished is a point (x, t) with the limits that are active there met exactly and the multipliers of the others zero: the solution
// of the equations that the conditions of optimality then are (OSQP, section 5.4), if its error is not larger. Otherwise it is the point itself.
func (m Method) polished(x, t array, low, up array, before array) (px, pt array) {
	one, d := num.Const(1), m.c.DType()
	on := num.Maximum(num.Maximum(low, up), m.eq)
	e := m
	e.lo, e.hasL, e.hasU, e.eq = num.Where(positive(up), m.hi, m.lo), on.Scale(0), on.Scale(0), on
	_, _, least, _ := weights(d)
	st := State{X: x, T: t.Mul(on), Rho: num.Full(d, least), Delta: num.Full(d, max(least, 1/m.System.Steepest())), SL: on.Scale(0).Add(one), SU: on.Scale(0).Add(one), ZL: on.Scale(0), ZU: on.Scale(0)}
	place := func(st State) State {
		st.V, st.HX = num.Concat(0, st.X, m.System.JTimes(m.k, st.X)), m.System.HTimes(m.k, st.X)
		return st
	}
	st = place(st)
	n := e.newton(st)
	for range refinements {
		n.st, n.r = st, e.residuals(st)
		step := n.toward(on.Scale(0), on.Scale(0))
		st.X, st.T = st.X.Add(step.X), st.T.Add(step.T.Mul(on))
		st.X = num.Where(positive(e.head(on)), e.head(e.lo), st.X)
		st = place(st)
	}
	// Multipliers of the wrong sign are those of limits that are not active.
	after := m.worst(m.errorsAt(m.Point(State{X: st.X, T: m.signed(st.T)})))
	better := after.Le(before)
	return num.Where(better, st.X, x), num.Where(better, m.signed(st.T), t)
}

// refinements is how many corrections a polished point gets: OSQP's 3 and the first solution.
const refinements = 4

// signed is t without what no limit can have.
func (m program) signed(t array) array {
	return num.Where(positive(t), t.Mul(num.Maximum(m.hasU, m.eq)), t.Mul(num.Maximum(m.hasL, m.eq)))
}
