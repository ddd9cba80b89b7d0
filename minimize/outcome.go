package minimize

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// outcome is how a method ended.
type outcome struct {
	x       []float64
	f       float64
	jac     []float64 // the gradient at x; may be nil
	reason  Reason
	status  int // SciPy's
	message string
	tol     float64 // the largest violation of constraints with which the method takes a point for feasible; 0 for 1e-6
	maxCV   float64 // the largest violation at x; set by finish

	// What only some methods know, as in the public result.
	hess, hessInv    *mat.SymDense
	hessInvP         func(v, to []float64)
	multipliers      []float64
	boundMultipliers []float64
	optimality       float64
	trustRadius      float64
	barrier          float64
	simplex          [][]float64
	simplexFun       []float64
	directions       [][]float64
}

// Messages that several methods share.
const (
	msgSuccess   = "Optimization terminated successfully."
	msgMaxIter   = "Maximum number of iterations has been exceeded."
	msgMaxFev    = "Maximum number of function evaluations has been exceeded."
	msgPrecision = "Desired error not necessarily achieved due to precision loss."
	msgNaN       = "NaN result encountered."
	msgUnbounded = "The objective is -Inf: it has no lower bound."
)

// lowest is a value below which a search that finds no step has found no minimum either.
const lowest = -1e100

// ended is the outcome of a line-search method that stopped at x; failed reports that the
// last line search found no step.
func (r *run) ended(x []float64, f float64, g []float64, norm float64, maxIter int, failed bool) outcome {
	o := outcome{x: x, f: f, jac: g}
	switch {
	case failed && f < lowest:
		o.reason, o.status, o.message = Unbounded, 2, fmt.Sprintf("The function falls without end, to %.3g.", f)
	case failed && !isNumber(f):
		o.reason, o.status, o.message = NonFinite, 2, "The function is not finite."
	case failed:
		o.reason, o.status, o.message = LineSearchFailed, 2, msgPrecision
	case r.nit >= maxIter:
		o.reason, o.status, o.message = IterationLimit, 1, msgMaxIter
	case math.IsNaN(norm) || math.IsNaN(f) || hasNaN(x):
		o.reason, o.status, o.message = NonFinite, 3, msgNaN
	default:
		o.reason, o.message = Converged, msgSuccess
	}
	return o
}

// finish checks what a method answered, once, outside of the method: a value that is not
// finite or a point that violates the constraints is not a success, and without success
// the best point known is the answer.
func (r *run) finish(o outcome) outcome {
	if r.hasF && slices.Equal(r.at, o.x) {
		o.f = r.atF // line searches take NaN for infinity
	} else if math.IsInf(o.f, 1) && r.sawNaN {
		o.f = r.f(o.x)
	}
	last := o
	o.x, o.jac = slices.Clone(o.x), slices.Clone(o.jac)
	switch {
	case r.cons != nil:
		o.maxCV = r.cons.violation(o.x)
		r.noteFeasible(o.x, o.f)
	case r.lower != nil:
		o.maxCV = boundViolation(o.x, r.lower, r.upper)
	}
	fail := func(reason Reason, format string, args ...any) {
		if o.reason == Converged {
			o.reason, o.message = reason, fmt.Sprintf(format, args...)
		}
	}
	switch {
	case math.IsInf(o.f, -1) && o.reason != Unbounded:
		o.reason, o.message = Unbounded, msgUnbounded
	case !isNumber(o.f) || hasNaN(o.x):
		fail(NonFinite, "the value at the last point is %g: the objective is not finite there", o.f)
	case o.maxCV > max(o.tol, feasible):
		fail(Infeasible, "the last point violates the constraints by %.3g", o.maxCV)
	}
	if r.wildG && (o.reason == LineSearchFailed || o.reason == Failed) {
		o.reason, o.message = NonFinite, o.message+" The gradient evaluated last is not finite."
	}
	if o.reason != Converged && r.best != nil && r.better(last.f) {
		o.x, o.f, o.maxCV, o.jac = slices.Clone(r.best), r.bestF, r.bestCV, nil
		if last.jac != nil && r.hasG && slices.Equal(r.at, r.best) {
			o.jac = slices.Clone(r.atG)
		}
	}
	return o
}

// better reports whether the best point known is better than one with the value f, the
// last. With constraints it was compared with all others already.
func (r *run) better(f float64) bool {
	return r.cons != nil || r.bestF < f || math.IsNaN(f) && !math.IsNaN(r.bestF)
}

// interrupted is the outcome of a search that was ended from outside, with the best point
// so far.
func (r *run) interrupted(reason Reason, cause error) outcome {
	o := outcome{x: slices.Clone(r.best), f: r.bestF, maxCV: r.bestCV, reason: reason, status: -1, message: cause.Error()}
	if r.best == nil {
		o.x, o.f = slices.Clone(r.x0), math.NaN()
	}
	if reason == Stopped {
		if o.status, o.message = r.stopStatus, r.stopMessage; o.status == 0 {
			o.status, o.message = 99, "`callback` raised `StopIteration`."
		}
	}
	return o
}

// do runs find and gives its result. A search that is ended from outside, by the context,
// a callback, a panic or an error of its options, has the result that interrupted makes
// of the reason and the cause, and the cause as its error, unless a callback stopped it.
// summary is the end of the search for its monitor.
func do[R any](e *evaluator, find func() R, interrupted func(reason Reason, cause error) R, summary func(R) (TracePoint, Reason)) (res R, err error) {
	defer func() {
		if v := recover(); v != nil {
			cause := recovered(v)
			reason := e.endedBy(cause)
			if res = interrupted(reason, cause); reason != Stopped {
				err = fmt.Errorf("minimize: %w", cause)
			}
		}
		e.monitor.done(summary(res))
		err = e.journal.close(err)
	}()
	return find(), nil
}
