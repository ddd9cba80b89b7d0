package interior

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Place is a point of the search: x and the slacks, and in the restoration phase the violations.
type Place struct{ V, P, N array }

func (a Place) along(d Place, step array) Place {
	return Place{a.V.Add(d.V.Mul(step)), a.P.Add(d.P.Mul(step)), a.N.Add(d.N.Mul(step))}
}

func (a Place) or(pick array, b Place) Place {
	return Place{num.Where(pick, a.V, b.V), num.Where(pick, a.P, b.P), num.Where(pick, a.N, b.N)}
}

// phase is what a step minimizes: the objective, or in the restoration phase the violation and the distance to where it
// began.
type phase struct {
	limits
	on     array // whether this is the restoration phase
	weight array // of the objective: 0 in the restoration phase, else 1
	mu     array
	near   array // weights of the squared distances, [n], 0 outside of the restoration phase
	x0     array
}

// phase is the one that a state is in.
func (st State) phase(l limits) phase {
	r := st.Restore
	on := flag(r.On, st.Mu.DType())
	mu := num.Where(r.On, r.Mu, st.Mu)
	size := num.Maximum(r.X.Abs(), num.Const(1))
	return phase{limits: l, on: on, weight: num.Const(1).Sub(on), mu: mu, x0: r.X,
		near: num.Const(1).Div(size.Square()).Mul(mu.Sqrt()).Mul(on).Mul(l.keep)}
}

// residual is what is left of the rows, at values c of them.
func (ph phase) residual(at Place, c array) array {
	r := c.Sub(ph.s(at.V)).Sub(at.P.Sub(at.N).Mul(ph.on))
	return num.Where(ph.rows.Gt(num.Const(0)), r, num.Const(0))
}

// barrier is the value that steps lower, where the objective is f.
func (ph phase) barrier(at Place, f array) array {
	lower, upper := ph.slack(at.V)
	logs := log(lower).Sum().Add(log(upper).Sum())
	logs = logs.Add(log(at.P).Add(log(at.N)).Mul(ph.rows).Sum().Mul(ph.on))
	dx := ph.x(at.V).Sub(ph.x0)
	far := at.P.Add(at.N).Mul(ph.rows).Sum().Scale(rho).Mul(ph.on).Add(dx.Square().Mul(ph.near).Sum().Scale(0.5))
	pull := num.Where(ph.damp.Gt(num.Const(0)), at.V.Sub(ph.lo), at.V.Sub(ph.hi)).Mul(ph.damp).Sum()
	return num.Where(ph.on.Gt(num.Const(0)), far, f).Add(pull.Sub(logs).Mul(ph.mu))
}

// log is the logarithm, -Inf also of negative numbers.
func log(v array) array {
	ok := v.Gt(num.Const(0))
	return num.Where(ok, num.Where(ok, v, num.Const(1)).Log(), num.Const(math.Inf(-1)))
}

// slope is the derivative of barrier along d, where g is the gradient of the objective.
func (ph phase) slope(at, d Place, g array) array {
	lower, upper := ph.slack(at.V)
	push := ph.push(lower, upper)
	s := push.Mul(d.V).Sum().Add(ph.pull(at, g).Mul(ph.x(d.V)).Sum())
	elastic := func(p, dp array) array {
		return num.Const(rho).Sub(ph.mu.Div(p)).Mul(dp).Mul(ph.rows).Sum().Mul(ph.on)
	}
	return s.Add(elastic(at.P, d.P)).Add(elastic(at.N, d.N))
}

// push is the gradient of the barrier.
func (ph phase) push(lower, upper array) array {
	return ph.hasU.Div(upper).Sub(ph.hasL.Div(lower)).Add(ph.damp).Mul(ph.mu)
}

// pull is the gradient of what is minimized, without the barrier.
func (ph phase) pull(at Place, g array) array {
	dx := ph.x(at.V).Sub(ph.x0)
	return num.Where(ph.on.Gt(num.Const(0)), dx.Mul(ph.near), g)
}

// longest is the largest step ≤ 1 along d that leaves at least 1 - tau of every distance in v.
func longest(v, d array, tau array) array {
	if v.Size() == 0 {
		return v.Const(1)
	}
	down := d.Lt(num.Const(0))
	step := num.Where(down, v.Mul(tau).Div(num.Where(down, d.Neg(), num.Const(1))), num.Const(1))
	return num.Minimum(step.Min(), num.Const(1))
}

// room is the longest step along d from a place.
func (ph phase) room(at, d Place, tau array) array {
	lower, upper := ph.slack(at.V)
	step := num.Minimum(longest(lower, d.V.Mul(ph.hasL), tau), longest(upper, d.V.Mul(ph.hasU).Neg(), tau))
	elastic := num.Minimum(longest(at.P, d.P, tau), longest(at.N, d.N, tau))
	return num.Where(ph.on.Gt(num.Const(0)), num.Minimum(step, elastic), step)
}
