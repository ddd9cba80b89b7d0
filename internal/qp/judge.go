package qp

import "github.com/argmin-go/argmin/num"

// Point is the point of a state.
func (m Method) Point(st State) Point {
	t := st.T.Mul(m.rows).Div(m.cost)
	return Point{X: st.X.Mul(m.d), Y: m.tail(t), W: m.head(t)}
}

// errors measures a state in the units of the problem.
func (m Method) errors(st State) Errors {
	r := m.residuals(st)
	t := st.T
	outside := num.Maximum(m.lo.Sub(st.V).Mul(m.hasL.Add(m.eq)), st.V.Sub(m.hi).Mul(m.hasU.Add(m.eq)))
	outside = num.Maximum(outside, num.Const(0)).Div(m.rows)
	unit := m.d.Mul(m.cost) // of the dual residual
	pull := m.System.TransposeTimes(m.k, m.tail(t))
	quad, lin := st.X.Dot(st.HX).Div(m.cost), st.X.Dot(m.c).Div(m.cost)
	e := Errors{Primal: largest(outside), Dual: largest(r.dual.Div(unit)), Value: quad.Scale(0.5).Add(lin)}
	e.PrimalSize = largest(st.V.Div(m.rows).Mul(num.Maximum(m.hasL, num.Maximum(m.hasU, m.eq))))
	e.DualSize = num.Maximum(num.Maximum(largest(st.HX.Div(unit)), largest(m.c.Div(unit))), num.Maximum(largest(m.head(t).Div(unit)), largest(pull.Div(unit))))
	e.Gap = quad.Add(lin).Add(m.support(t).Div(m.cost)).Abs()
	if m.Least > 0 {
		off := st.SL.Mul(st.ZL).Sub(m.cost.Scale(m.Least)).Mul(m.hasL).Abs().Sum().Add(st.SU.Mul(st.ZU).Sub(m.cost.Scale(m.Least)).Mul(m.hasU).Abs().Sum())
		e.Gap = off.Div(m.cost)
	}
	e.GapSize = num.Maximum(e.Value.Abs(), quad.Abs().Scale(0.5))
	return e
}

// support is the largest tᵀv of values v within the limits.
func (m Method) support(t array) array {
	return num.Where(positive(t), t.Mul(m.hi), t.Mul(m.lo)).Sum()
}

// proved is how small what is left of a certificate may be, relative to what it proves: as Clarabel and SCS.
const proved = 1e-8

// Judge says how far a state is from a solution, and what it proves.
func (m Method) Judge(st State) Outcome {
	e := m.errors(st)
	o := Outcome{Errors: e, Error: e.worst(m.Absolute)}
	o.Done = o.Error.Le(num.Const(m.Tol))

	// Farkas: tᵀv ≤ support(t) for every feasible v, and tᵀv = xᵀ(t + Jᵀt) is zero.
	t := st.T
	down := m.support(t).Neg()
	left := largest(m.head(t).Add(m.System.TransposeTimes(m.k, m.tail(t))))
	size := num.Maximum(largest(st.X), num.Const(1))
	o.Infeasible = positive(down).And(left.Mul(size).Le(down.Scale(proved))).And(o.Done.Not())

	// A direction of no curvature, within all limits, in which the objective falls.
	fall := st.X.Dot(m.c).Neg()
	out := num.Maximum(st.V.Neg().Mul(num.Maximum(m.hasL, m.eq)), st.V.Mul(num.Maximum(m.hasU, m.eq)))
	stays := num.Maximum(largest(num.Maximum(out, num.Const(0))), largest(st.HX))
	o.Unbounded = positive(fall).And(stays.Le(fall.Scale(proved))).And(o.Done.Not()).And(o.Infeasible.Not())
	o.Stuck = st.Short.Ge(num.Int(5))
	return o
}
