package qp

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

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
	n := e.newton(place(st))
	type trial struct{ X, T, Step, Count array }
	last := num.While(func(t trial) array {
		return t.Step.Gt(num.Const(math.Pow(d.Eps(), 3./4))).And(t.Count.Lt(num.Int(refinements)))
	}, func(t trial) trial {
		st := st
		st.X, st.T = t.X, t.T
		n := n
		n.st = place(st)
		n.r = e.residuals(n.st)
		step := n.toward(on.Scale(0), on.Scale(0))
		step.T = step.T.Mul(on)
		x, y := t.X.Add(step.X), t.T.Add(step.T)
		x = num.Where(positive(e.head(on)), e.head(e.lo), x)
		relative := func(step, v array) array { return largest(step).Div(num.Maximum(largest(v), num.Const(1))) }
		return trial{x, y, num.Maximum(relative(step.X, x), relative(step.T, y)), t.Count.AddScalar(1)}
	}, trial{st.X, st.T, num.Full(d, 1), num.Int(0)})
	st.X, st.T = last.X, last.T
	// Multipliers of the wrong sign are those of limits that are not active.
	after := m.worst(m.errorsAt(m.Point(State{X: st.X, T: m.signed(st.T)})))
	better := after.Le(before)
	return num.Where(better, st.X, x), num.Where(better, m.signed(st.T), t)
}

// refinements is how many corrections a polished point gets at most: OSQP's 3 and the first solution. There are no more after one that is almost rounding.
const refinements = 4

// signed is t without what no limit can have.
func (m program) signed(t array) array {
	return num.Where(positive(t), t.Mul(num.Maximum(m.hasU, m.eq)), t.Mul(num.Maximum(m.hasL, m.eq)))
}
