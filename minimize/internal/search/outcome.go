package search

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Outcome is where a method ended, and how.
type Outcome struct {
	X           []float64   // the last point
	Fun         float64     // the value at X
	Jac         []float64   // the gradient at X; may be nil
	Status      status.Code // Converged if the method's stopping test held
	SciPyStatus int         // the method's code in SciPy
	Message     string      // the reason in words, SciPy's where it has the same
	Asked       bool        // the end is one that the user asked for, such as a value to reach: the point need not be a minimum
	Tol         float64     // the largest violation with which the method takes a point for feasible; default and at least 1e-6
	MaxCV       float64     // the largest violation of bounds and constraints at X; set by Finish

	Model *Model // what a method that uses only values knows of the function at X; nil: nothing

	// What only some methods have, as in minimize.Result.
	Hess, HessInv    *mat.SymDense         // the Hessian at X; an approximation of its inverse
	HessInvP         func(v, to []float64) // sets to to the product of that approximation with v
	Multipliers      []float64             // of the constraints
	BoundMultipliers []float64             // of the bounds
	Optimality       float64               // norm of the gradient of the Lagrangian
	TrustRadius      float64               // the last one
	Barrier          float64               // the last barrier parameter
	Simplex          [][]float64           // the last one
	SimplexFun       []float64             // the values at its vertices
	Directions       [][]float64           // the last set
}

// Model is the slope and the curvature of a function in every variable by an interpolation of its values.
type Model struct {
	Slope, Width []float64     // and how far away the values were
	Curvature    []float64     // nil: the model is linear
	Hess         *mat.SymDense // with Curvature, its diagonal
	Constraints  *mat.Dense    // the slopes of all constraints; nil: there are none
}

// Messages that several methods share.
const (
	MsgSuccess   = "Optimization terminated successfully."
	MsgMaxIter   = "Maximum number of iterations has been exceeded."
	MsgMaxFev    = "Maximum number of function evaluations has been exceeded."
	MsgPrecision = "Desired error not necessarily achieved due to precision loss."
	MsgNaN       = "NaN result encountered."
	MsgUnbounded = "The objective is -Inf: it has no lower bound."
)

// lowest is a value below which a search that finds no step has not found a minimum either, but an
// objective without a lower bound: our choice.
const lowest = -1e100

// Ended is the outcome of a line-search method that stopped at x; failed reports that the
// last line search found no step.
func (r *Run) Ended(x []float64, f float64, g []float64, norm float64, maxIter int, failed bool) Outcome {
	o := Outcome{X: x, Fun: f, Jac: g}
	switch {
	case failed && f < lowest:
		o.Status, o.SciPyStatus, o.Message = status.Unbounded, 2, fmt.Sprintf("The function falls without end, to %.3g.", r.ToUser(f))
	case failed && !vec.IsFinite(f):
		o.Status, o.SciPyStatus, o.Message = status.NonFinite, 2, "The function is not finite."
	case failed:
		o.Status, o.SciPyStatus, o.Message = status.LineSearchFailed, 2, MsgPrecision
	case r.NIter >= maxIter:
		o.Status, o.SciPyStatus, o.Message = status.IterationLimit, 1, MsgMaxIter
	case math.IsNaN(norm) || math.IsNaN(f) || vec.HasNaN(x):
		o.Status, o.SciPyStatus, o.Message = status.NonFinite, 3, MsgNaN
	default:
		o.Status, o.Message = status.Converged, MsgSuccess
	}
	return o
}

// Finish checks the outcome of a method, once for all methods: a value that is not finite or a point
// that violates the constraints is not a success, and without success the answer is the best point
// seen.
func (r *Run) Finish(o Outcome) Outcome {
	if r.hasF && slices.Equal(r.at, o.X) {
		o.Fun = r.atF // line searches take NaN for infinity
	} else if math.IsInf(o.Fun, 1) && r.sawNaN {
		o.Fun = r.Value(o.X)
	}
	last := o
	o.X, o.Jac = slices.Clone(o.X), slices.Clone(o.Jac)
	switch {
	case r.Constraints != nil:
		o.MaxCV = r.Constraints.violation(o.X)
		r.NoteFeasible(o.X, o.Fun)
	case r.Lower != nil:
		o.MaxCV = BoundViolation(o.X, r.Lower, r.Upper)
	}
	fail := func(reason status.Code, format string, args ...any) {
		if o.Status == status.Converged {
			o.Status, o.Message = reason, fmt.Sprintf(format, args...)
		}
	}
	switch {
	case math.IsInf(o.Fun, -1) && o.Status != status.Unbounded:
		o.Status, o.Message = status.Unbounded, MsgUnbounded
	case !vec.IsFinite(o.Fun) || vec.HasNaN(o.X):
		fail(status.NonFinite, "the value at the last point is %g: the objective is not finite there", o.Fun)
	case o.MaxCV > max(o.Tol, Feasible):
		fail(status.Infeasible, "the last point violates the constraints by %.3g", o.MaxCV)
	}
	if r.badGrad && (o.Status == status.LineSearchFailed || o.Status == status.Failed) {
		o.Status, o.Message = status.NonFinite, o.Message+" The gradient evaluated last is not finite."
	}
	if o.Status != status.Converged && r.Best != nil && r.better(last.Fun) {
		o.X, o.Fun, o.MaxCV, o.Jac = slices.Clone(r.Best), r.BestF, r.bestCV, nil
		if last.Jac != nil && r.hasG && slices.Equal(r.at, r.Best) {
			o.Jac = slices.Clone(r.atG)
		}
	}
	return r.toUser(o)
}

// better reports whether the best point seen is better than the last one, with the value f. With
// constraints it has been compared with the last one already.
func (r *Run) better(f float64) bool {
	return r.Constraints != nil || r.BestF < f || math.IsNaN(f) && !math.IsNaN(r.BestF)
}

// Interrupted is the outcome of a search that was ended from outside, with the best point
// so far.
func (r *Run) Interrupted(reason status.Code, cause error) Outcome {
	o := Outcome{X: slices.Clone(r.Best), Fun: r.BestF, MaxCV: r.bestCV, Status: reason, SciPyStatus: -1, Message: cause.Error()}
	if r.Best == nil {
		o.X, o.Fun = slices.Clone(r.X0), math.NaN()
	}
	if reason == status.Stopped {
		if o.SciPyStatus, o.Message = r.StopStatus, r.StopMessage; o.SciPyStatus == 0 {
			o.SciPyStatus, o.Message = 99, "`callback` raised `StopIteration`."
		}
	}
	return r.toUser(o)
}
