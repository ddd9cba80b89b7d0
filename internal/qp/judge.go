package qp

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Point is the point of a state, within its bounds.
func (m Method) Point(st State) Point {
	t := st.T.Mul(m.rows).Div(m.cost)
	x := num.Maximum(m.head(m.low), num.Minimum(m.head(m.high), st.X.Mul(m.d)))
	return Point{X: x, Y: m.tail(t), W: m.head(t)}
}

// errors measures a state on the data as they are given, which scaling has not rounded.
func (m Method) errors(st State) Errors {
	p := m.Point(st)
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
	if m.Least > 0 {
		weight := m.cost.Scale(m.Least)
		off := func(s, z, has array) array { return s.Mul(z).Sub(weight).Mul(has).Abs().Sum() }
		e.Gap = off(st.SL, st.ZL, m.hasL).Add(off(st.SU, st.ZU, m.hasU)).Div(m.cost)
	}
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
	st.Errors, st.Before, st.Error = e, st.Error, e.worst(m.Absolute)
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

// Judge says how a state stands to a solution, and what it proves.
func (m Method) Judge(st State) Outcome {
	tol := num.Const(m.Tol)
	// The step after the tolerance is reached takes the answer to rounding, mostly, on which derivatives depend.
	o := Outcome{Done: st.Error.Le(tol).And(st.Before.Le(tol).Or(st.Error.Le(num.Const(1e-3 * m.Tol))))}

	// Farkas: tᵀv ≤ support(t) for every feasible v, and tᵀv = xᵀ(t + Jᵀt) is zero.
	t := st.T
	down := support(t, m.lo, m.hi).Neg()
	left := largest(m.head(t).Add(m.System.TransposeTimes(m.k, m.tail(t))))
	size := num.Maximum(largest(st.X), num.Const(1))
	o.Infeasible = positive(down).And(left.Mul(size).Le(down.Scale(proved))).And(o.Done.Not())

	// A direction of no curvature, within all limits, in which the objective falls.
	fall := st.X.Dot(m.c).Neg()
	out := num.Maximum(st.V.Neg().Mul(num.Maximum(m.hasL, m.eq)), st.V.Mul(num.Maximum(m.hasU, m.eq)))
	stays := num.Maximum(largest(num.Maximum(out, num.Const(0))), largest(st.HX))
	o.Unbounded = positive(fall).And(stays.Le(fall.Scale(proved))).And(o.Done.Not()).And(o.Infeasible.Not())
	o.Stuck = st.Idle.Ge(num.Int(idle))
	return o
}

// Convex reports whether no eigenvalue of H, with rows and columns scaled, is less than the root of rounding below zero.
func (m Method) Convex() array {
	_, _, h := m.System.Largest(m.k)
	most := largest(h)
	shift := num.Maximum(most.Scale(math.Sqrt(m.c.DType().Eps())), num.Const(1e-30))
	return m.System.Definite(m.k, shift.BroadcastTo(m.n)).Or(most.IsFinite().Not())
}
