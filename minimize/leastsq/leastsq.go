package leastsq

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// Problem is a sum of squares to minimize, ½ Σ rᵢ(x)², or with a loss
// ½ Σ ρ(rᵢ(x)²). Its functions get a copy of the point and set all of their last argument. A
// function that cannot answer ends the search by minimize.Abort; a panic ends it too, and is in the
// error.
type Problem struct {
	Residuals func(x, r []float64) // sets r, of length M, to the residuals at x
	M         int                  // the number of residuals
	// Jac sets j, [M, n], to the Jacobian: row i has the derivatives of residual i; default finite
	// differences.
	Jac func(x []float64, j *mat.Dense)
	// Sparsity lists for every residual the variables that it depends on, so that finite
	// differences change several variables at once, and methods that can keep the Jacobian sparse;
	// default all variables.
	Sparsity [][]int
	// JacSparse is Jac for a sparse Jacobian: it sets values[i][k] to the derivative of
	// residual i with respect to variable Sparsity[i][k].
	JacSparse func(x []float64, values [][]float64)
	// Complex sets r to the residuals for complex variables, for a Jacobian by complex steps, with Differences.Scheme "cs"; default
	// none.
	Complex func(z, r []complex128)
}

// Options are the options of [Minimize], as in scipy.optimize.least_squares; the zero value is
// useful.
type Options struct {
	Method Method  // the method with its own options; default TRF{}
	Bounds *Bounds // limits of the variables, into which x0 is moved; default none

	// FTol, XTol and GTol are the tests of the end of TRF and Dogbox; LM has its own. The search has
	// converged when a step changes the cost by less than FTol times the cost and the model of the
	// cost was adequate (SciPyStatus 2), when a step is shorter than XTol (XTol + |x|) (3), or when
	// the largest element of the gradient, scaled for the bounds, is less than GTol (1), and the gradient is small
	// compared with the products that it sums. 0 itself turns a test off; default 1e-8.
	FTol, XTol, GTol float64

	// XScale is the size of a characteristic change of each variable, positive: the
	// trust region is as long in each direction. Default ones, for LM JacScale.
	XScale   []float64
	JacScale bool // SciPy's x_scale="jac": the scales are the inverse norms of the columns of the Jacobian, the smallest so far

	// Loss reduces the weight of large residuals: "linear" (ρ(z) = z),
	// "soft_l1" (2√(1+z) - 2), "huber" (z up to 1, then 2√z - 1), "cauchy" (ln(1+z)) or
	// "arctan" (arctan z). LM takes only the linear one. Default "linear".
	Loss string
	// LossFunc is a custom loss: it sets rho, d1 and d2 to ρ, ρ′ and ρ″ at each z.
	LossFunc func(z, rho, d1, d2 []float64)
	FScale   float64 // the size C of a residual that is large, in units of the residuals: the loss is C²ρ(r²/C²); default 1

	MaxNFev int // largest number of evaluations of the residuals, without those for differences; default 100n

	// Callback is called after every iteration, with X, Fun, Cost, Grad, the counts and
	// Optimality. minimize.ErrStop from it stops the search without an error, any other
	// error stops it with that error.
	Callback func(Result) error

	finite.Differences // how a missing Jacobian is found: by two or three points or complex steps
	trace.Monitor      // who sees the iterations, and the checkpoint
}

// Bounds are limits of the variables, Lower ≤ x ≤ Upper. An element is infinite where a variable
// has no limit, and a slice is nil where none has. A variable with equal limits is fixed.
type Bounds struct {
	Lower, Upper []float64 // of length n, or nil
}

// Result is the minimum found, and how the search ended: SciPy's OptimizeResult of
// least_squares. X is the best point found.
type Result struct {
	X    []float64 // the minimum
	Cost float64   // ½ Σ rᵢ², or with a loss ½ Σ ρ(rᵢ²), at X
	Fun  []float64 // the residuals at X
	// Jac is the Jacobian at X, its rows scaled for the loss such that JᵀJ approximates
	// the Hessian of the cost. It is nil if the Jacobian is kept sparse; then JacSparse has the
	// elements in the order of Sparsity.
	Jac        *mat.Dense
	JacSparse  [][]float64 // the elements of a sparse Jacobian; see Jac
	Grad       []float64   // the gradient of the cost at X
	Optimality float64     // the number that GTol bounds; for LM the largest element of the gradient
	ActiveMask []int       // -1 for a variable at its lower bound, 1 at its upper bound, else 0; for TRF to a relative XTol

	Success     bool        // one of the tests holds, at a minimum
	Status      status.Code // why the search ended, in the same codes for all methods
	SciPyStatus int         // SciPy's status: 1 GTol, 2 FTol, 3 XTol, 4 FTol and XTol, 0 MaxNFev, -1 failed, -2 stopped by the callback
	Message     string      // why the search ended, in SciPy's words

	NIter    int // iterations
	NFev     int // evaluations of the residuals, without those for differences
	NJev     int // evaluations of the Jacobian
	NFevDiff int // evaluations of the residuals for differences
	NReplay  int // evaluations whose values came from Options.Checkpoint
}

// Err returns nil after a success, otherwise an error with the reason.
func (r Result) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("leastsq: %v after %d evaluations: %s", r.Status, r.NFev, r.Message)
}

// Method is one of the methods of this package with its options: [TRF], [Dogbox] or [LM].
type Method interface {
	// Name returns SciPy's name, such as "trf".
	Name() string
	// ready refuses what the method cannot do, makes the first point fit for it, and
	// reports whether it can keep the Jacobian sparse.
	ready(r *run) (sparse bool, err error)
	// leastSquares searches from r.x, where the residuals are finite.
	leastSquares(r *run) outcome
}

// methods are all methods with their default options.
var methods = registry.Of[Method]{What: "least-squares method", All: []Method{TRF{}, Dogbox{}, LM{}}}

// Methods returns the names of the methods, in SciPy's spelling.
func Methods() []string { return methods.Names() }

// MethodByName returns the method with SciPy's name, in any case, with
// options by SciPy's names, such as {"tr_solver": "lsmr"}. It returns an error for a name that does
// not exist, with the one that was probably meant, and for an option of the wrong type.
func MethodByName(name string, options map[string]any) (Method, error) {
	m, err := methods.ByName(name, Methods(), options)
	return m, search.In("leastsq", err)
}

// Minimize searches for a local minimum of a sum of squares from x0, of length n, within bounds and
// with a loss against outliers if they are given. The same call gives the same bits.
//
// It ends early when ctx does, with the best point so far and the context's error. It returns an
// error for arguments that are wrong, and for a panic or minimize.Abort in the functions of the
// problem. A search that does not converge is not an error: see [Result.Err].
//
// It is scipy.optimize.least_squares; the package documentation describes which method to take.
func Minimize(ctx context.Context, p Problem, x0 []float64, opt Options) (Result, error) {
	res, _, err := solve(ctx, p, x0, opt, false)
	return res, err
}

// solve is Minimize. With confirm it also reports whether the differences of the last Jacobian are noise:
// differences over other steps disagree.
func solve(ctx context.Context, p Problem, x0 []float64, opt Options, confirm bool) (res Result, noise bool, err error) {
	r, m, err := newRun(ctx, p, x0, opt)
	if err != nil {
		res, err = refused(x0, err)
		return res, false, err
	}
	if opt.Checkpoint != "" {
		what := fmt.Sprintf("least squares %s %s %v %v %v %v %v %v %v %s", m.Name(), registry.Settings(m),
			[]float64{r.ftol, r.xtol, r.gtol}, r.lower, r.upper, opt.XScale, opt.JacScale, opt.Loss, opt.FScale, search.Settings(opt.Differences))
		if err := r.Resume(opt.Checkpoint, search.ID(x0, what)); err != nil {
			res, err = refused(x0, err)
			return res, false, err
		}
	}
	r.Watch("least squares", opt.Monitor)
	res, err = search.Do(&r.Evaluator, func() Result {
		if !r.start() {
			return r.result(outcome{status: -1, reason: status.NonFinite, message: notFiniteAtStart})
		}
		o := m.leastSquares(r)
		noise = confirm && r.derived && !r.sys.Confirmed(r.sys.Doubtful())
		return r.result(o)
	}, r.interrupted, func(res Result) (trace.Point, status.Code) {
		return trace.Point{NIter: res.NIter, NFev: res.NFev, Fun: res.Cost, GradNorm: res.Optimality}, res.Status
	})
	return res, noise, search.In("leastsq", err)
}

// refused is the result of a call with arguments that are wrong.
func refused(x0 []float64, err error) (Result, error) {
	err = search.In("leastsq", err)
	return Result{X: slices.Clone(x0), Cost: math.NaN(), Status: status.Failed, SciPyStatus: -1, Message: err.Error()}, err
}

// outcome is how a method ended at the current point of its run.
type outcome struct {
	status     int // SciPy's
	reason     status.Code
	message    string
	optimality float64
	active     []int
}

// messages are SciPy's, except for the first.
var messages = map[int]string{
	noStep: "No step was found that reduces the model of the cost, though the gradient is not zero: the Jacobian is too badly scaled.",
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

// endedBy is the outcome with a status of messages.
func endedBy(code int, optimality float64, active []int) outcome {
	o := outcome{status: code, reason: status.Converged, message: messages[code], optimality: optimality, active: active}
	switch code {
	case 0:
		o.reason = status.EvaluationLimit
	case noStep:
		o.reason = status.Failed
	}
	return o
}

// notFinite is the outcome of a search that came to a Jacobian that is not finite.
func notFinite(active []int) outcome {
	return outcome{status: -1, reason: status.NonFinite,
		message: "The Jacobian or the gradient is not finite at the last point.", active: active}
}

// notSmall is the outcome of a search whose test with a code holds at a point that is not stationary.
func (r *run) notSmall(code int, optimality float64, active []int) outcome {
	o := endedBy(code, optimality, active)
	o.reason = status.Failed
	o.message += fmt.Sprintf(" But the gradient is not small: the cosine of the angle between the residuals and a column of the Jacobian is %.2g, "+
		"and no step reduces the cost, %.3g. The derivatives may be wrong", r.cosine(), r.cost)
	if r.differenced() {
		o.message += " (see Differences.RelStep and FuncError)"
	}
	o.message += ", or the residuals may have a kink there."
	return o
}

// result is the result of a run that ended itself.
func (r *run) result(o outcome) Result {
	res := r.current(o.optimality)
	res.SciPyStatus, res.Status, res.Message = o.status, o.reason, o.message
	res.ActiveMask = slices.Clone(o.active)
	if res.ActiveMask == nil {
		res.ActiveMask = make([]int, r.n)
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
