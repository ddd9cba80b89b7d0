package minimize

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Minimize minimizes p from x0. It ends early when ctx does, with the best point so
// far and the context's error. That a search did not succeed is no error: see
// [Result.Err]. The same call gives the same bits.
func Minimize(ctx context.Context, p Problem, x0 []float64, opt Options) (res Result, err error) {
	r, m, err := prepare(evaluator{ctx: ctx}, p, x0, opt)
	if err != nil {
		return Result{}, err
	}
	defer func() {
		if v := recover(); v != nil {
			res, err = r.interrupted(recovered(v))
		}
		r.monitor.done(TracePoint{NIter: res.NIter, NFev: res.NFev, Fun: res.Fun, GradNorm: gradNorm(res.Jac), MaxCV: res.MaxCV}, res.Reason)
		err = r.journal.close(err)
	}()
	return r.result(m.minimize(r)), nil
}

// interrupted is the result of a search that was ended from outside, with the best
// point so far.
func (r *run) interrupted(cause error) (Result, error) {
	res := r.counted(Result{X: slices.Clone(r.best), Fun: r.bestF, MaxCV: r.bestCV, Reason: r.endedBy(cause), Status: -1, Message: cause.Error()})
	if r.best == nil {
		res.X, res.Fun = slices.Clone(r.x0), math.NaN()
	}
	if res.Reason == Stopped {
		if res.Status, res.Message = r.stopStatus, r.stopMessage; res.Status == 0 {
			res.Status, res.Message = 99, "`callback` raised `StopIteration`."
		}
		return res, nil
	}
	return res, fmt.Errorf("minimize: %w", cause)
}

func (r *run) counted(res Result) Result {
	res.NIter, res.NFev, res.NJev, res.NHev = r.nit, r.nfev, r.njev, r.nhev
	res.NReplay = r.journal.replays()
	return res
}

// result is that of a search that ended itself, after one check outside of the
// method: a value that is not finite or a point that violates the constraints is no
// success, and without success the best point that is known is the answer.
func (r *run) result(o outcome) Result {
	if r.hasF && slices.Equal(r.at, o.x) {
		o.f = r.atF // line searches take NaN for infinity
	} else if math.IsInf(o.f, 1) && r.sawNaN {
		o.f = r.f(o.x)
	}
	res := r.counted(Result{X: slices.Clone(o.x), Fun: o.f, Jac: slices.Clone(o.jac), Reason: o.reason, Status: o.status, Message: o.message})
	tol := max(o.tol, feasible)
	switch {
	case r.cons != nil:
		res.MaxCV = r.cons.violation(o.x)
		r.noteFeasible(o.x, o.f)
	case r.lower != nil:
		res.MaxCV = boundViolation(o.x, r.lower, r.upper)
	}
	fail := func(reason Reason, format string, args ...any) {
		if res.Reason == Converged {
			res.Reason, res.Message = reason, fmt.Sprintf(format, args...)
		}
	}
	switch {
	case math.IsInf(o.f, -1) && res.Reason != Unbounded:
		res.Reason, res.Message = Unbounded, msgUnbounded
	case math.IsNaN(o.f) || math.IsInf(o.f, 0) || hasNaN(o.x):
		fail(NonFinite, "the value at the last point is %g: the objective is not finite there", o.f)
	case res.MaxCV > tol:
		fail(Infeasible, "the last point violates the constraints by %.3g", res.MaxCV)
	}
	if r.wildG && (res.Reason == LineSearchFailed || res.Reason == Failed) {
		res.Reason, res.Message = NonFinite, res.Message+" The gradient evaluated last is not finite."
	}
	res.Success = res.Reason == Converged
	if !res.Success && r.best != nil && r.better(o) {
		res.X, res.Fun, res.MaxCV, res.Jac = slices.Clone(r.best), r.bestF, r.bestCV, nil
		if o.jac != nil && r.hasG && slices.Equal(r.at, r.best) {
			res.Jac = slices.Clone(r.atG)
		}
	}
	if o.fill != nil {
		o.fill(&res)
	}
	return res
}

// better reports whether the best point known is better than the last one. With
// constraints it was compared with all others already.
func (r *run) better(o outcome) bool {
	return r.cons != nil || r.bestF < o.f || math.IsNaN(o.f) && !math.IsNaN(r.bestF)
}
