package interior

import (
	"github.com/argmin-go/argmin/num"
)

// The barrier keeps every answer a little inside of its limits. The last step is therefore another one: a Newton step on the
// conditions of optimality themselves, with the limits that are active as equations and without the others. It makes the answer
// as good as rounding allows, with slacks and multipliers that are exactly zero, on which derivatives of the answer depend.
// The same step, which has no units, shows whether a point that is within the tolerance is near a solution.

// Stages of the end of a run.
const (
	searching = iota
	polished  // the point is the last step's, to be judged
	settled   // the point from before is the better one
)

// kept is a point to which the last step can be taken back.
type kept struct{ X, S, Y, ZL, ZU, Value, Error array }

// candidate is a point that the last step leads to.
type candidate struct {
	V, Y, ZL, ZU array
	OK           array // whether the step is short, or promises nothing
	Near         array // whether hardly a digit of the point changes
}

// active reports which limits are active: as the barrier goes to zero, either the distance or the multiplier does, in the
// same proportion, whatever their units (El-Bakry, Tapia & Zhang, "A study of indicators for identifying zero variables
// in interior-point methods", SIAM Review 36, 1994).
func (w newton) active(fix correction) (lower, upper array) {
	ph := w.ph
	ph.mu = ph.mu.Const(0)
	free := newNewton(w.sys, ph, w.at, w.st, w.l)
	free.hess = w.hess
	d := free.step(fix, ph.residual(w.at, w.l.c))
	half := func(dist array, slack, has array) array {
		return flag(dist.Div(slack).Lt(num.Const(-0.5)), dist.DType()).Mul(has)
	}
	return half(d.V, w.lower, ph.hasL), half(d.V.Neg(), w.upper, ph.hasU)
}

// polish is the last step. size is the size of each variable.
func (w newton) polish(fix correction, size array) candidate {
	ph, st, sys := w.ph, w.st, w.sys
	one := num.Const(1)
	lower, upper := w.active(fix)
	upper = upper.Mul(one.Sub(lower))
	held := num.Maximum(num.Maximum(lower, upper), ph.fixed)
	limit := num.Where(upper.Gt(num.Const(0)), ph.hi, ph.lo)
	on := held.Gt(num.Const(0))
	keep, rows := one.Sub(ph.x(held)), ph.s(held)
	x := ph.x(w.at.V)
	to := num.Where(ph.x(on), ph.x(limit).Sub(x), num.Const(0))
	y := st.Y.Mul(rows)
	r := num.Where(ph.s(on), w.l.c.Sub(ph.s(limit)), num.Const(0))
	grad := w.l.g.Add(w.l.trans(sys, y))
	bx := grad.Add(sys.HessianTimes(w.hess, to)).Neg().Mul(keep)
	br := r.Add(w.l.times(sys, to)).Neg().Mul(rows)

	// What is held may depend on itself: a little compliance makes the system regular (WB, section 3.1).
	c := w
	c.ph.limits.keep, c.ph.limits.rows, c.ph.limits.moves = keep, rows, rows.Scale(0)
	c.ph.limits.hasL, c.ph.limits.hasU, c.st.Delta = ph.hasL.Scale(0), ph.hasU.Scale(0), st.Delta.Const(0)
	again := c.corrected()
	b := num.Concat(0, bx, br)
	u := sys.Solve(again.Factors, b)
	for range 2 {
		u = u.Add(sys.Solve(again.Factors, b.Sub(c.times(again, u))))
	}
	dx := u.Range(0, ph.n).Add(to)
	y = y.Add(u.Range(ph.n, ph.n+ph.m).Mul(rows))
	curve := sys.HessianTimes(w.hess, dx)
	force := num.Concat(0, w.l.g.Add(curve).Add(w.l.trans(sys, y)), y.Neg()).Neg()
	v := num.Concat(0, x.Add(dx), num.Where(ph.s(on), ph.s(limit), w.l.c.Add(w.l.times(sys, dx))))
	v = num.Where(on, limit, ph.clip(v))
	positive := func(z, has array) array { return num.Maximum(z, num.Const(0)).Mul(has) }

	within := func(part array) array {
		return dx.Abs().Le(num.Maximum(size.Mul(part), largest(size).Scale(1e-10))).All()
	}
	falls := grad.Mul(keep).Dot(dx).Abs().Add(st.Y.Abs().Dot(r.Abs()))
	flat := falls.Le(w.l.f.Abs().Scale(1e-9)).And(largest(r).Le(num.Const(0)))
	short := num.Maximum(st.ScaleF.Scale(placed), num.Const(near))
	gained := falls.Le(w.l.f.Sub(st.F0).Abs().Scale(spent)).And(st.ScaleF.Eq(one)) // what a steep start gains says nothing
	return candidate{V: v, Y: y, ZL: positive(force.Neg(), num.Maximum(lower, ph.fixed)), ZU: positive(force, num.Maximum(upper, ph.fixed)), OK: within(short).Or(flat).Or(gained), Near: within(num.Full(y.DType(), near))}
}

// placed is how long, relative to the size of each variable, the Newton step at a solution may be: at the least root of a polynomial
// of degree k it is 1/(k-1) of the distance, which a gradient of 1e-8 leaves at 1e-8^(1/(k-1)). A hundredth is right for k ≤ 5;
// our choice. After a steep start, in whose units every gradient is small, it is as much less as the objective is scaled.
const placed = 1e-2

// spent is the part of what the run has gained that a Newton step may still promise: along a tail such as that of 1/x it promises half of
// what is left, however far away. A millionth is our choice.
const spent = 1e-6

// near is how long it may be where there are no multipliers, so that the gradient of the Lagrangian does not vanish: half of the digits.
const near = 1e-8

// clip is v within the limits.
func (l limits) clip(v array) array {
	v = num.Where(l.hasL.Gt(num.Const(0)), num.Maximum(v, l.lo), v)
	return num.Where(l.hasU.Gt(num.Const(0)), num.Minimum(v, l.hi), v)
}

// reflected is the state at a point that the last step led to: the multipliers of active limits are what the gradient says there.
func (w newton) reflected() State {
	st, ph := w.st, w.ph
	force := num.Concat(0, w.l.g.Add(w.l.trans(w.sys, st.Y)), st.Y.Neg())
	at := func(slack, has, force, z array) array {
		on := slack.Eq(num.Const(0)).And(has.Gt(num.Const(0))).Or(ph.fixed.Gt(num.Const(0)))
		return num.Where(on, num.Maximum(force, num.Const(0)), z)
	}
	st.ZL = at(w.lower, ph.hasL, force, st.ZL)
	st.ZU = at(w.upper, ph.hasU, force.Neg(), st.ZU)
	return st
}
