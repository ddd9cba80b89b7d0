package qp

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Point is the point of a state, within its bounds.
func (m Method) Point(st State) Point { return m.point(st.X, st.T) }

// point is x, within its bounds, and the multipliers t of all limits in the units of the problem.
func (m program) point(x, t array) Point {
	t = t.Mul(m.rows).Div(m.cost)
	x = num.Maximum(m.head(m.low), num.Minimum(m.head(m.high), x.Mul(m.d)))
	return Point{X: x, Y: m.tail(t), W: m.head(t)}
}

// errors measures a state.
func (m Method) errors(st State) Errors {
	e := m.errorsAt(m.Point(st))
	if m.Least > 0 {
		weight := m.cost.Scale(m.Least)
		off := func(s, z, has array) array { return s.Mul(z).Sub(weight).Mul(has).Abs().Sum() }
		e.Gap = off(st.SL, st.ZL, m.hasL).Add(off(st.SU, st.ZU, m.hasU)).Div(m.cost)
	}
	return e
}

// errorsAt measures a point on the data as they are given, which scaling has not rounded.
func (m program) errorsAt(p Point) Errors {
	sys := m.System
	hx, v, t := sys.HTimes(m.K, p.X), num.Concat(0, p.X, sys.JTimes(m.K, p.X)), num.Concat(0, p.W, p.Y)
	pull := sys.TransposeTimes(m.K, p.Y)
	some := num.Maximum(m.hasL, num.Maximum(m.hasU, m.eq))
	outside := num.Maximum(m.low.Sub(v), v.Sub(m.high))
	quad, lin := p.X.Dot(hx), p.X.Dot(m.C)
	e := Errors{Primal: largest(num.Maximum(outside, num.Const(0))), Dual: largest(hx.Add(m.C).Add(p.W).Add(pull)), Value: quad.Scale(0.5).Add(lin)}
	e.PrimalSize = largest(v.Mul(some))
	e.DualSize = num.Maximum(num.Maximum(largest(hx), largest(m.C)), num.Maximum(largest(p.W), largest(pull)))
	e.Gap = quad.Add(lin).Add(support(t, m.low, m.high)).Abs()
	e.GapSize = num.Maximum(e.Value.Abs(), quad.Abs().Scale(0.5))
	return e
}

// support is the largest tᵀv of values v within limits.
func support(t, lo, hi array) array {
	zero := num.Const(0)
	return num.Where(positive(t), num.Where(positive(t), hi, zero).Mul(t), num.Where(positive(t.Neg()), lo, zero).Mul(t)).Sum()
}

// proved is how small what is left of a certificate may be, relative to what it proves: as Clarabel and SCS.
const proved = 1e-8

// idle is how many iterations are the last ones in which nothing gets smaller by a tenth, a choice.
const idle = 40

// measured is the state with its errors.
func (m Method) measured(st State) State {
	e := m.errors(st)
	st.Errors, st.Before, st.Error = e, st.Best.At(0), m.worst(e)
	least := []array{st.Error, e.Primal, e.Dual, e.Gap, st.Mu}
	st.Idle = st.Idle.AddScalar(1)
	for i, v := range least {
		best := st.Best.At(i)
		better := v.Lt(best.Scale(0.9))
		st.Idle = num.Where(better, num.Int(0), st.Idle)
		least[i] = num.Where(better, v, best)
	}
	st.Best = num.Stack(least...)
	return st
}

// Polish takes a state within the tolerance to rounding, mostly, on which derivatives depend.
func (m Method) Polish(st State) State {
	if m.Least > 0 {
		return st
	}
	return num.Cond(st.Error.Le(num.Const(m.Tol)), func(st State) State {
		low, up := flag(st.ZL.Gt(st.SL), m.c.DType()).Mul(m.hasL), flag(st.ZU.Gt(st.SU), m.c.DType()).Mul(m.hasU)
		up = up.Mul(num.Const(1).Sub(low))
		st.X, st.T = m.polished(st.X, st.T, low, up, st.Error)
		st.V, st.HX = num.Concat(0, st.X, m.System.JTimes(m.k, st.X)), m.System.HTimes(m.k, st.X)
		st.Errors = m.errors(st)
		st.Error = m.worst(st.Errors)
		return st
	}, func(st State) State { return st }, st)
}

// Judge says how a state stands to a solution, and what it proves.
func (m Method) Judge(st State) Outcome {
	tol := num.Const(m.Tol)
	// Where polishing did not, the step after the tolerance is reached takes the answer to rounding, mostly.
	o := Outcome{Done: st.Error.Le(tol).And(st.Before.Le(tol).Or(st.Error.Le(num.Const(1e-3 * m.Tol))))}
	infeasible, unbounded := m.certificates(st.X, st.V, st.HX, st.T)
	o.Infeasible = infeasible.And(o.Done.Not())
	o.Unbounded = unbounded.And(o.Done.Not()).And(infeasible.Not())
	o.Stuck = st.Idle.Ge(num.Int(idle))
	return o
}

// certificates reports whether multipliers t prove that no point is within the limits, and whether x, with Jx in v and Hx, is a
// direction in which values fall without end.
func (m program) certificates(x, v, hx, t array) (infeasible, unbounded array) {
	return m.infeasible(x, t), m.unbounded(x, v, hx)
}

// infeasible is the first of the certificates, for points as large as x.
func (m program) infeasible(x, t array) array {
	// Farkas: tᵀv ≤ support(t) for every feasible v, and tᵀv = xᵀ(t + Jᵀt) is zero.
	t = m.signed(t)
	down := support(t, m.lo, m.hi).Neg()
	left := largest(m.head(t).Add(m.System.TransposeTimes(m.k, m.tail(t))))
	size := num.Maximum(largest(x), num.Const(1))
	return positive(down).And(left.Mul(size).Le(down.Scale(proved))).And(left.Le(largest(t).Scale(proved)))
}

// unbounded is the second one: no curvature, within all limits, and a slope downwards.
func (m program) unbounded(x, v, hx array) array {
	fall := x.Dot(m.c).Neg()
	out := num.Maximum(v.Neg().Mul(num.Maximum(m.hasL, m.eq)), v.Mul(num.Maximum(m.hasU, m.eq)))
	out = largest(num.Maximum(out, num.Const(0)))
	bent, far := largest(hx), largest(x)
	proof := positive(fall).And(num.Maximum(out, bent).Le(fall.Scale(proved)))
	// All of it relative to the matrices, too: a small curvature is one, and far away it ends the fall.
	return proof.And(out.Le(far.Scale(proved))).And(bent.Le(far.Mul(m.curve).Scale(proved)))
}

// Convex reports whether no eigenvalue of H, with rows and columns scaled, is more below zero than what six digits of the data leave: the third root
// of rounding.
func (m Method) Convex() array {
	shift := num.Maximum(m.curve.Scale(math.Cbrt(m.c.DType().Eps())), num.Const(1e-30))
	return m.direct.Definite(m.k, shift.BroadcastTo(m.n)).Or(m.curve.IsFinite().Not())
}
