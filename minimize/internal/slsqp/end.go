package slsqp

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/minimize/internal/lsq"
	"github.com/argmin-go/argmin/minimize/internal/restore"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

const msgSuccess = "Optimization terminated successfully"

const unbounded = "The objective has no lower bound: where the constraints hold it falls below -1e30 max(1, |f(x0)|)"

// unbounded reports whether the value is so low where the constraints hold that the
// objective counts as one without a lower bound. The point may be a trial point without derivatives:
// the derivatives of the point before will do.
func (k *state) unbounded() bool {
	return k.f < k.unboundedTest.Floor && (k.r.Constraints == nil || restore.Nearly(k.r.Constraints, k.x, k.c, k.j, k.acc))
}

// findUnbounded goes to a point far away where [state.unbounded] holds. It reports false, and stays,
// if it finds none.
func (k *state) findUnbounded() bool {
	x, f := k.unboundedTest.Beyond(k.r, k.x, k.g, k.acc, nil)
	if x != nil {
		copy(k.x, x)
		k.f = f
		k.derivatives()
	}
	return x != nil
}

// recoverFeasibility is called where the search would end by o, or is stalled. Where the point
// violates the constraints it seeks a feasible one, from which the search restarts. The outcome is
// Infeasible where instead there is a stationary point of the violations. It reports whether to
// continue.
func (k *state) recoverFeasibility(o search.Outcome) (search.Outcome, bool) {
	if k.viol <= max(k.acc, search.Feasible) {
		return o, false
	}
	switch o.Status {
	case status.Infeasible, status.Failed, status.LineSearchFailed, status.Running:
	default:
		return o, false
	}
	x, found := restore.From(k.r.Constraints, k.x, k.acc/float64(2*len(k.q.rows)), nil)
	switch {
	case found == restore.Point && k.restarts < restore.MaxRestarts && k.restart(x):
		k.restarts++
		k.r.NoteFeasible(k.x, k.f)
		return o, true
	case found == restore.Stationary:
		k.restart(x)
		return k.infeasible(), false
	case o.Status == status.Infeasible: // as it seemed to be
		o.Status = status.Failed
	}
	return o, o.Status == status.Running
}

// restart makes x the point from which the search continues, with B = I. It reports false, and
// stays, if something is not finite there.
func (k *state) restart(x []float64) bool {
	copy(k.x0, k.x)
	copy(k.x, x)
	ok := k.values() && k.derivatives()
	if !ok {
		copy(k.x, k.x0)
		k.values()
		k.derivatives()
	}
	k.reset()
	k.stall.Reset(k.viol)
	k.failedSearches = 0
	k.q.elastic, k.q.penalty = false, firstPenalty
	return ok
}

// infeasible ends at a stationary point of the violations.
func (k *state) infeasible() search.Outcome {
	switch k.q.unrelaxed {
	case lsq.Incompatible, lsq.SingularC:
		return k.failed(k.q.unrelaxed)
	}
	code, message := 6, "Singular matrix C in LSQ subproblem"
	if k.q.meq > len(k.q.free) {
		code, message = 2, "More equality constraints than independent variables"
	}
	for i := k.q.meq; i < len(k.q.rows); i++ {
		if k.q.violation(i, k.q.value(i, k.c)) > k.acc {
			code, message = 4, "Inequality constraints incompatible"
		}
	}
	return k.end(status.Infeasible, code, k.incompatible(message, "no point near the last violates them less"))
}

// end is the outcome at the point.
func (k *state) end(reason status.Code, status int, message string) search.Outcome {
	o := search.Outcome{X: k.x, Fun: k.f, Status: reason, SciPyStatus: status, Message: message, Tol: k.acc}
	if vec.AllFinite(k.g) {
		o.Jac = k.g
	}
	o.Multipliers, o.BoundMultipliers = k.q.multipliers(k.g, k.j)
	o.Optimality = vec.Norm(k.fullLagrangian(), math.Inf(1))
	return o
}

// converged ends with success, with the multipliers at the point, unless the gradient of the Lagrangian is not
// small there: then the search continues with another B, as long as that leads on.
func (k *state) converged(tol float64) (o search.Outcome, done bool) {
	if k.above() && k.goBack() {
		return o, false
	}
	k.q.remember()
	if status := k.q.solve(k.x, k.g, k.c, k.j); status != lsq.OK || k.q.relaxed() {
		k.q.restore()
	}
	if k.stationarity() > k.judge.limit(k) {
		if k.rescale() {
			return o, false
		}
		if k.stationarity() > max(doubtful, 10*k.judge.small) {
			return k.end(status.LineSearchFailed, 8, fmt.Sprintf("No step lowers the objective, although the gradient of the Lagrangian, %.3g, is not small "+
				"against its terms: derivatives may be wrong, the objective may have a kink here, or its variables may be badly scaled. "+
				"Try derivatives without differences, variables of size 1, or another method", vec.Norm(k.fullLagrangian(), math.Inf(1)))), true
		}
	}
	if k.above() {
		return k.end(status.LineSearchFailed, 8, "The search ends above the value at x0: derivatives may be wrong, or differences too coarse for the size of the variables"), true
	}
	o = k.end(status.Converged, 0, msgSuccess)
	o.Tol = tol
	return o, true
}

// fixed ends a search without free variables.
func (k *state) fixed() search.Outcome {
	if k.viol >= max(k.acc, search.Feasible) {
		return k.end(status.Infeasible, 4, k.incompatible("Inequality constraints incompatible", "all variables are fixed"))
	}
	return k.end(status.Converged, 0, msgSuccess)
}

// noDescent ends where no step is a descent of the merit function, even for B = I.
func (k *state) noDescent() (search.Outcome, bool) {
	tol := 10 * k.acc
	near := math.Abs(k.slope) < 10*k.valueTol()+1e-8*math.Abs(k.f) || k.slope >= 0 && k.relativeLength() < tol
	switch {
	case near && k.viol < tol: // as near as rounding allows
		return k.converged(tol)
	case k.sawNonFinite:
		return k.notFinite(), true
	case k.q.relaxed():
		return k.failed(k.q.unrelaxed), true
	case k.rescale():
		return search.Outcome{}, false
	}
	return k.end(status.LineSearchFailed, 8, "Positive directional derivative for linesearch"), true
}

// notFinite ends where something is not.
func (k *state) notFinite() search.Outcome {
	if math.IsInf(k.f, -1) {
		return k.end(status.Unbounded, -1, unbounded)
	}
	return k.end(status.NonFinite, -1, "A value or derivative of the objective or the constraints is not finite")
}

// failed ends where the subproblem with its constraints as they are was not solved.
func (k *state) failed(code lsq.Status) search.Outcome {
	reason := status.Failed
	if k.viol > max(k.acc, search.Feasible) {
		reason = status.Infeasible
	}
	switch code {
	case lsq.IterationLimit:
		return k.end(status.Failed, 3, "More than 3*n iterations in LSQ subproblem")
	case lsq.Incompatible:
		return k.end(reason, 4, k.incompatible("Inequality constraints incompatible", "linearized here they have no common point"))
	case lsq.NearlyIncompatible:
		return k.end(status.Failed, 4, k.incompatible("Inequality constraints incompatible", "linearized here they are so nearly incompatible that rounding hides whether they are"))
	case lsq.SingularE:
		return k.end(status.Failed, 5, "Singular matrix E in LSQ subproblem")
	case lsq.SingularC:
		if k.q.meq > len(k.q.free) {
			return k.end(reason, 2, k.incompatible("More equality constraints than independent variables", "linearized here they contradict each other"))
		}
		return k.end(reason, 6, k.incompatible("Singular matrix C in LSQ subproblem", "the equations linearized here contradict each other"))
	case lsq.RankDeficient:
		return k.end(status.Failed, 7, "Rank-deficient equality constraint subproblem HFTI")
	}
	return k.end(status.NonFinite, -1, "The LSQ subproblem overflows")
}

// incompatible is a message with the reason, and whether the point is feasible.
func (k *state) incompatible(message, why string) string {
	if k.viol > max(k.acc, search.Feasible) {
		return fmt.Sprintf("%s: %s, and the last point violates them by %.3g in sum", message, why, k.viol)
	}
	return fmt.Sprintf("%s: %s, although the last point satisfies them: the subproblem is ill-conditioned", message, why)
}
