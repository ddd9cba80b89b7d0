package minimize

import (
	"math"
	"slices"
)

// constrPatience is how many steps in a row that leave the violation where it is make one
// ask whether there is a feasible point.
const constrPatience = 30

// unbounded reports whether a value is so low where the constraints hold that the objective
// counts as one without end; at is there then.
func (k *constrSearch) unbounded() bool {
	low := func(p *constrPoint) bool {
		return p.f < k.bottom.floor && (p.j == nil || nearly(k.r.cons, p.x, p.c, k.at.j.RawMatrix(), k.gtol))
	}
	if math.IsInf(k.trial.f, -1) && low(k.trial) {
		k.at, k.trial = k.trial, k.at
		return true
	}
	return low(k.at) || k.bottom.due(k.at.f) && k.endless()
}

// endless goes to a point far away where the objective is so low. It reports false, and
// stays, if it finds none.
func (k *constrSearch) endless() bool {
	x, f := k.bottom.beyond(k.r, k.at.x, k.at.g, k.gtol, k.allowed)
	if x == nil {
		return false
	}
	copy(k.at.x, x)
	k.at.f = f
	k.r.grad(x, k.at.g)
	return true
}

// judge is asked where the search would end by o, or is stalled. Where the point violates
// the constraints it seeks a feasible one, from where the search begins anew. That the
// constraints are infeasible is said where instead there is a stationary point of the
// violations. It reports whether to go on.
func (k *constrSearch) judge(o outcome) (outcome, bool) {
	if k.r.cons == nil || o.reason != Infeasible && o.reason != Unfinished {
		return o, false
	}
	x, found := restore(k.r.cons, k.at.x, k.gtol/2, k.allowed)
	if found == restoredPoint {
		if f := k.r.f(x); isNumber(f) {
			k.r.noteFeasible(x, f)
		}
	}
	switch {
	case found == restoredPoint && k.restarts < maxRestarts && k.jump(x):
		k.restarts++
		return o, true
	case found == restoredStationary:
		return k.infeasible(x), false
	case o.reason == Infeasible: // as it seemed to be
		o.reason = Failed
	}
	return o, o.reason == Unfinished
}

// allowed reports whether the inequalities hold at x that must, but for bounds.
func (k *constrSearch) allowed(x, c []float64) bool {
	k.values(x, c, k.row)
	for i, e := range k.in[:k.rows] {
		if e.feasible && !(k.row[len(k.eq)+i] < 0) {
			return false
		}
	}
	return true
}

// jump makes the search begin anew at x, away from the bounds. It reports false, and stays,
// if that cannot be.
func (k *constrSearch) jump(x []float64) bool {
	p := k.trial
	copy(p.x, x)
	k.interior(p.x)
	if !k.evaluate(p, false) || !k.differentiate(p) {
		return false
	}
	k.at, k.trial = k.trial, k.at
	k.first()
	k.hess.forget()
	return k.settle()
}

// infeasible ends at a stationary point of the violations.
func (k *constrSearch) infeasible(x []float64) outcome {
	o := k.ended(Infeasible, 4, msgConstrInfeasible)
	if f := k.r.f(x); isNumber(f) {
		o.x, o.f, o.jac = x, f, slices.Clone(o.jac)
		k.r.grad(x, o.jac)
	}
	return o
}

// tooShort is how the search ended whose trust radius fell below XTol.
func (k *constrSearch) tooShort() outcome {
	if k.violation > k.gtol {
		return k.ended(Infeasible, 4, msgConstrViolated)
	}
	// After few refusals it is XTol that is large. After many the gradient must be small
	// too: if it is right a short step along it lowers the merit function.
	const few, small = 8, 0.01
	size := k.rounding / (4 * eps) // of the terms of the gradient
	if (k.refused >= few || k.idle > k.maxIdle) && !(k.optimality <= small*max(1, math.Abs(k.at.f), size)) {
		return k.ended(LineSearchFailed, 2, msgConstrWrong)
	}
	return k.ended(Converged, 2, msgConstrXTol)
}

// ended is how the search ended.
func (k *constrSearch) ended(reason Reason, status int, message string) outcome {
	p := k.at
	o := outcome{
		x: p.x, f: p.f, jac: p.g, reason: reason, status: status, message: message, tol: k.gtol,
		optimality: k.optimality, trustRadius: k.radius, boundMultipliers: k.boundMultipliers(k.y, p.g, k.u, p.j),
	}
	if len(k.in) > 0 {
		o.barrier = k.mu
	}
	for _, v := range k.u {
		o.multipliers = append(o.multipliers, 0-v)
	}
	return o
}
