// Package leastsq minimizes sums of squares of functions of []float64, within bounds and with
// losses against outliers: [Minimize] is SciPy's least_squares, [CurveFit] its curve_fit.
//
//	r, err := leastsq.Minimize(ctx, leastsq.Problem{M: 10, Residuals: f}, x0, leastsq.Options{Loss: "huber"})
//
// Options, errors and statuses follow package minimize.
package leastsq

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// Problem is a sum of squares to minimize: ½ Σ rᵢ(x)², or with a loss
// ½ Σ ρ(rᵢ(x)²). Functions get a copy of the point and set their last argument in full.
type Problem struct {
	Residuals func(x, r []float64)            // sets r, of length M
	M         int                             // the number of residuals
	Jac       func(x []float64, j *mat.Dense) // sets j, [M, n], to ∂rᵢ/∂xₖ; nil: finite differences
	// Sparsity lists for every residual the variables that it depends on, so that finite
	// differences change several variables at once; nil: all on all. With it the methods
	// that can keep the Jacobian sparse.
	Sparsity [][]int
	// JacSparse is Jac for a sparse Jacobian: it sets values[i][k] to the derivative of
	// residual i with respect to variable Sparsity[i][k].
	JacSparse func(x []float64, values [][]float64)
}

// Options are the options of scipy.optimize.least_squares; the zero value has its
// defaults.
type Options struct {
	Method Method  // default TRF{}
	Bounds *Bounds // x0 is moved into them

	// The search has converged when a step changes the cost by less than FTol times the
	// cost and the model of it was adequate (status 2), when a step is shorter than
	// XTol (XTol + |x|) (3), or when the largest element of the gradient, scaled for
	// the bounds, is less than GTol (1). LM has its own tests. Default 1e-8;
	// 0 itself turns a test off.
	FTol, XTol, GTol float64

	// XScale are the sizes of a characteristic change of each variable, positive: the
	// trust region is as long in each direction. Nil means ones, for LM JacScale.
	XScale   []float64
	JacScale bool // SciPy's x_scale="jac": scales are the inverse norms of the columns of the Jacobian, the least so far

	// Loss lessens the weight of large residuals: "linear" (the default, ρ(z) = z),
	// "soft_l1" (2√(1+z) - 2), "huber" (z up to 1, then 2√z - 1), "cauchy" (ln(1+z)) or
	// "arctan" (arctan z); LM takes the linear one only.
	Loss string
	// LossFunc is a custom loss: it sets rho, d1 and d2 to ρ, ρ′ and ρ″ at each z.
	LossFunc func(z, rho, d1, d2 []float64)
	FScale   float64 // the size C of a residual that is large: the loss is C²ρ(r²/C²); default 1

	MaxNFev int // evaluations of the residuals, without those for differences; default 100n

	// Callback is called after every iteration, with X, Fun, Cost, Grad, the counts and
	// Optimality. minimize.ErrStop from it stops the search without an error, any other
	// error stops it with that error.
	Callback func(Result) error

	finite.Differences // how a missing Jacobian is found: by two or three points
	trace.Monitor      // who sees the iterations, and the checkpoint
}

// Bounds limit every element of x: Lower ≤ x ≤ Upper. Elements are infinite where
// there is no limit, and a slice is nil where there are none at all. Where they are equal the
// variable is fixed.
type Bounds struct{ Lower, Upper []float64 }

// Result is SciPy's OptimizeResult of least_squares. X is the best point
// found.
type Result struct {
	X    []float64
	Cost float64   // ½ Σ rᵢ², or ½ Σ ρ(rᵢ²)
	Fun  []float64 // the residuals at X
	// Jac is the Jacobian at X, its rows scaled for the loss such that JᵀJ approximates
	// the Hessian of the cost. It is nil where it is kept sparse; then JacSparse has the
	// elements in the order of Sparsity.
	Jac        *mat.Dense
	JacSparse  [][]float64
	Grad       []float64 // of the cost
	Optimality float64   // what GTol bounds; for LM the largest element of the gradient
	ActiveMask []int     // -1 where a variable is at its lower bound, 1 at its upper one, else 0; for TRF to a relative XTol

	Success     bool
	Status      status.Code
	SciPyStatus int // SciPy's: 1 GTol, 2 FTol, 3 XTol, 4 both, 0 MaxNFev, -1 failed, -2 stopped by the callback
	Message     string

	NIter    int
	NFev     int // evaluations of the residuals, without those for differences
	NJev     int // Jacobians
	NFevDiff int // evaluations of the residuals for differences
	NReplay  int // answers that came from Options.Checkpoint
}

// Err is nil after a success, otherwise an error with the reason.
func (r Result) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("minimize: least squares: %v after %d evaluations: %s", r.Status, r.NFev, r.Message)
}

// Method is [TRF], [Dogbox] or [LM].
type Method interface {
	// Name is SciPy's name, such as "trf".
	Name() string
	// ready refuses what the method cannot do, makes the first point fit for it, and
	// says whether it can keep the Jacobian sparse.
	ready(r *run) (sparse bool, err error)
	// leastSquares searches from r.x, where the residuals are finite.
	leastSquares(r *run) outcome
}

// methods are all methods with their default options.
var methods = registry.Of[Method]{What: "least-squares method", All: []Method{TRF{}, Dogbox{}, LM{}}}

// Methods are the names of the methods for least squares, in SciPy's
// spelling.
func Methods() []string { return methods.Names() }

// MethodByName is the method with SciPy's name, whatever its case, with
// options by SciPy's names, such as {"tr_solver": "lsmr"}.
func MethodByName(name string, options map[string]any) (Method, error) {
	return methods.ByName(name, Methods(), options)
}

// Minimize finds a local minimum of a sum of squares, within bounds and with a loss
// against outliers if they are given. It ends early when ctx does, with the best point
// so far and the context's error. A search that does not converge is not an error: see
// [Result.Err]. The same call gives the same bits.
//
// It is SciPy's least_squares: [TRF] is for all problems, [Dogbox] for small ones with
// bounds, [LM] for small ones without.
func Minimize(ctx context.Context, p Problem, x0 []float64, opt Options) (Result, error) {
	r, m, err := newRun(ctx, p, x0, opt)
	if err != nil {
		return Result{}, err
	}
	if opt.Checkpoint != "" {
		what := fmt.Sprintf("least squares %s %s %v %v %v %v %v %v %v %v", m.Name(), registry.Settings(m), []float64{r.ftol, r.xtol, r.gtol}, r.lower, r.upper, opt.XScale, opt.JacScale, opt.Loss, opt.FScale, opt.Scheme)
		if err := r.Resume(opt.Checkpoint, search.ID(x0, what)); err != nil {
			return Result{}, err
		}
	}
	r.Watch("least squares", opt.Monitor)
	return search.Do(&r.Evaluator, func() Result {
		if !r.start() {
			return r.result(outcome{status: -1, reason: status.NonFinite, message: notFiniteAtStart})
		}
		return r.result(m.leastSquares(r))
	}, r.interrupted, func(res Result) (trace.Point, status.Code) {
		return trace.Point{NIter: res.NIter, NFev: res.NFev, Fun: res.Cost, GradNorm: res.Optimality}, res.Status
	})
}

// outcome is how a method ended at the current point of its run.
type outcome struct {
	status     int // SciPy's
	reason     status.Code
	message    string
	optimality float64
	active     []int
}

// The messages are SciPy's, but for the first.
var messages = map[int]string{
	noStep: "No step was found that lessens the model of the cost, though the gradient is not zero: the Jacobian is too badly scaled.",
	0:      "The maximum number of function evaluations is exceeded.",
	1:      "`gtol` termination condition is satisfied.",
	2:      "`ftol` termination condition is satisfied.",
	3:      "`xtol` termination condition is satisfied.",
	4:      "Both `ftol` and `xtol` termination conditions are satisfied.",
}

const (
	notFiniteAtStart = "Residuals are not finite in the initial point."
	noStep           = -1 // a status
)

// ended is the outcome with a status of messages.
func ended(code int, optimality float64, active []int) outcome {
	o := outcome{status: code, reason: status.Converged, message: messages[code], optimality: optimality, active: active}
	switch code {
	case 0:
		o.reason = status.EvaluationLimit
	case noStep:
		o.reason = status.LineSearchFailed
	}
	return o
}

// notFinite is the outcome of a search that came to a Jacobian that is not finite.
func notFinite(active []int) outcome {
	return outcome{status: -1, reason: status.NonFinite, message: "The Jacobian or the gradient is not finite at the last point.", active: active}
}

// result is that of a run that ended itself.
func (r *run) result(o outcome) Result {
	res := r.current(o.optimality)
	res.SciPyStatus, res.Status, res.Message = o.status, o.reason, o.message
	res.ActiveMask = slices.Clone(o.active)
	if res.ActiveMask == nil {
		res.ActiveMask = make([]int, r.n)
	}
	if o.status == 3 && r.astray(o.active) {
		res.Status, res.Message = status.LineSearchFailed, res.Message+" But the gradient is not small: derivatives may be wrong."
	}
	res.Success = res.Status == status.Converged
	if !r.derived {
		return res
	}
	if r.sparse == nil {
		res.Jac = mat.DenseCopyOf(r.dense)
		return res
	}
	res.JacSparse = make([][]float64, r.m)
	for i, v := range r.sparse.values {
		res.JacSparse[i] = slices.Clone(v)
	}
	return res
}
