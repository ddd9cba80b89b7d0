package trustconstr

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/restore"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// patience is how many steps in a row without less violation lead to a search for a feasible point: our
// choice.
const patience = 30

// doubtful is the stationarity up to which a search whose steps have become too short is at a minimum, and
// mostRetries how often it begins again where it is not: our choices.
const (
	doubtful    = 1e-3
	mostRetries = 3
)

// unbounded reports whether a value is so low where the constraints hold that the objective counts as one
// without a lower bound; the point is there then.
func (k *state) unbounded() bool {
	low := func(p *point) bool {
		return p.f < k.unboundedTest.Floor && (p.j == nil || restore.Nearly(k.r.Constraints, p.x, p.c, k.at.j.RawMatrix(), k.gtol))
	}
	if math.IsInf(k.trial.f, -1) && low(k.trial) {
		k.at, k.trial = k.trial, k.at
		return true
	}
	return low(k.at) || k.unboundedTest.Due(k.at.f) && k.findUnbounded()
}

// findUnbounded goes to a point far away where the objective is so low. It reports false, and stays, if it
// finds none.
func (k *state) findUnbounded() bool {
	x, f := k.unboundedTest.Beyond(k.r, k.at.x, k.at.g, k.gtol, k.allowed)
	if x == nil {
		return false
	}
	copy(k.at.x, x)
	k.at.f = f
	k.r.Gradient(x, k.at.g)
	return true
}

// recoverFeasibility is called where the search would end by o, or is stalled. Where the point violates
// the constraints it seeks a feasible one, from which the search restarts. The outcome is Infeasible where
// instead there is a stationary point of the violations. It reports whether to continue.
func (k *state) recoverFeasibility(o search.Outcome) (search.Outcome, bool) {
	if k.r.Constraints == nil || o.Status != status.Infeasible && o.Status != status.Running {
		return o, false
	}
	x, found := restore.From(k.r.Constraints, k.at.x, k.gtol/2, k.allowed)
	if found == restore.Point {
		if f := k.r.Value(x); vec.IsFinite(f) {
			k.r.NoteFeasible(x, f)
		}
	}
	switch {
	case found == restore.Point && k.restarts < restore.MaxRestarts && k.restart(x):
		k.restarts++
		return o, true
	case found == restore.Stationary:
		return k.infeasible(x), false
	case o.Status == status.Infeasible: // as it seemed to be
		o.Status = status.Failed
	}
	return o, o.Status == status.Running
}

// allowed reports whether the inequalities that must hold do at x, apart from bounds.
func (k *state) allowed(x, c []float64) bool {
	k.values(x, c, k.row)
	for i, e := range k.in[:k.rows] {
		if e.feasible && !(k.row[len(k.eq)+i] < 0) {
			return false
		}
	}
	return true
}

// restart makes x, moved away from the bounds, the point from which the search continues, with the first
// barrier parameter. It reports false, and stays, if something is not finite there.
func (k *state) restart(x []float64) bool {
	x = slices.Clone(x)
	if k.inside(x) != nil {
		return false
	}
	p := k.trial
	copy(p.x, x)
	if !k.evaluate(p, false) || !k.differentiate(p) {
		return false
	}
	k.at, k.trial = k.trial, k.at
	k.resetBarrier()
	k.hess.reset()
	return k.startBarrier()
}

// infeasible ends at a stationary point of the violations.
func (k *state) infeasible(x []float64) search.Outcome {
	o := k.ended(status.Infeasible, 4, msgInfeasible)
	if f := k.r.Value(x); vec.IsFinite(f) {
		o.X, o.Fun, o.Jac = x, f, slices.Clone(o.Jac)
		k.r.Gradient(x, o.Jac)
	}
	return o
}

// tooShort is where the trust radius has fallen below XTol: a success where the gradient of the Lagrangian is
// small. If it is right, a short step along it lowers the merit function, so where it is not small the search
// begins again, as long as that leads on, with another Hessian, penalty and units of the variables.
func (k *state) tooShort() (search.Outcome, bool) {
	if k.violation > k.gtol {
		return k.ended(status.Infeasible, 4, msgViolated), true
	}
	// Steps of which many were refused fell to rounding, to XTol, or a gradient that is wrong.
	const few, small = 8, 0.01
	size := k.rounding / (4 * vec.Eps) // of the terms of the gradient
	stuck := (k.refused >= few || k.idle > k.maxIdle) && !(k.inUnits <= small*max(1, math.Abs(k.at.f), size))
	if !stuck && k.stationary(max(100*k.xtol, doubtful)) || k.differenced() {
		return k.converged(2, msgXTol)
	}
	progress := k.retriedAt-k.at.f > 1e-6*k.scale.Value(k.at.f)
	if k.retried == 0 || progress && k.retried < mostRetries {
		k.retried, k.retriedAt = k.retried+1, k.at.f
		copy(k.unit, k.scale.Units()) // the Hessian has the same slice
		if k.restart(slices.Clone(k.at.x)) {
			return search.Outcome{}, false
		}
	}
	return k.ended(status.Failed, 2, fmt.Sprintf(msgWrong, k.optimality)), true
}

// converged ends with success, unless the value is above the one at x0, from which the barrier has led away: then
// the search begins again there, once, with a smaller one.
func (k *state) converged(code int, message string) (search.Outcome, bool) {
	f0, above := k.above()
	if !above {
		o := k.ended(status.Converged, code, message)
		if f0 < k.at.f { // by what the barrier adds
			o.X, o.Fun, o.Jac = slices.Clone(k.r.X0), f0, slices.Clone(o.Jac)
			k.r.Gradient(o.X, o.Jac)
		}
		return o, true
	}
	const nearer = 1e-3 // the part of the first barrier parameter and radius for the other start
	if !k.returned {
		k.returned = true
		k.m.InitialBarrierParameter = nearer * option.Or(k.m.InitialBarrierParameter, 0.1)
		k.m.InitialTrRadius = nearer * option.Or(k.m.InitialTrRadius, 1)
		if k.restart(k.r.X0) {
			return search.Outcome{}, false
		}
	}
	return k.ended(status.Failed, code, fmt.Sprintf("The search ended at a stationary point with the value %.6g, above the one at x0, %.6g, "+
		"which is feasible. Try another start, or smaller values of InitialBarrierParameter and InitialTrRadius.", k.at.f, f0)), true
}

// above reports whether the value is above the one at x0, f0, beyond what the barrier adds, and x0 is feasible; f0 is
// infinite where it does not matter. It
// evaluates there only where the first derivatives at the start, which may have been moved, do not rule it out.
func (k *state) above() (f0 float64, above bool) {
	x0, slope := k.r.X0, 0.0
	for i, v := range x0 {
		slope += math.Abs(k.first[i] * (v - k.begun[i]))
	}
	f, start := k.at.f, k.scale.First()
	margin := max(1e-8*max(math.Abs(f), math.Abs(start)), 10*k.mu*float64(len(k.in)))
	if f <= start-2*slope+margin {
		return math.Inf(1), false
	}
	if k.r.Constraints != nil {
		c := make([]float64, k.r.Constraints.Rows())
		k.r.Constraints.Values(x0, c)
		if search.BoundViolation(c, k.r.Constraints.Lower, k.r.Constraints.Upper) > k.gtol {
			return math.Inf(1), false
		}
	}
	f0 = k.r.Value(x0)
	return f0, f > f0+margin
}

// differenced reports whether the gradient of the Lagrangian may be no more than the error of differences: it is
// small against the first gradient, and absolutely.
func (k *state) differenced() bool {
	const part, small = 1e-5, 1e-6
	f := k.at.f
	return k.differences() && k.optimality <= small*max(1, math.Abs(f)) &&
		k.scale.Stationarity(f, k.left) <= part*k.scale.Stationarity(f, k.first)
}

// ended is the outcome at the point.
func (k *state) ended(reason status.Code, status int, message string) search.Outcome {
	p := k.at
	o := search.Outcome{
		X: p.x, Fun: p.f, Jac: p.g, Status: reason, SciPyStatus: status, Message: message, Tol: k.gtol,
		Optimality: k.optimality, TrustRadius: k.radius, BoundMultipliers: k.boundMultipliers(k.y, p.g, k.u, p.j),
	}
	if len(k.in) > 0 {
		o.Barrier = k.mu
	}
	for _, v := range k.u {
		o.Multipliers = append(o.Multipliers, 0-v)
	}
	return o
}
