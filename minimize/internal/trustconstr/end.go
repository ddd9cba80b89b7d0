package trustconstr

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/restore"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// patience is how many steps in a row without less violation lead to a search for a feasible point: our
// choice.
const patience = 30

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
	p := k.trial
	copy(p.x, x)
	k.interior(p.x)
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

// tooShort is the outcome of a search whose trust radius fell below XTol.
func (k *state) tooShort() search.Outcome {
	if k.violation > k.gtol {
		return k.ended(status.Infeasible, 4, msgViolated)
	}
	// After few refusals XTol was large. After many the gradient must be small too: if it is right
	// a short step along it lowers the merit function. The numbers are our choice.
	const few, small = 8, 0.01
	size := k.rounding / (4 * vec.Eps) // of the terms of the gradient
	if (k.refused >= few || k.idle > k.maxIdle) && !(k.optimality <= small*max(1, math.Abs(k.at.f), size)) {
		return k.ended(status.LineSearchFailed, 2, msgWrong)
	}
	return k.ended(status.Converged, 2, msgXTol)
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
