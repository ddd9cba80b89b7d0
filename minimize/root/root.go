package root

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// Problem is n equations in n unknowns, F(x) = 0. Its functions get a copy of the point and set
// all of their last argument. A function that cannot answer ends the search by
// minimize.Abort; a panic ends it too, and is in the error.
type Problem struct {
	// Func sets f, of the length of x, to F(x).
	Func func(x, f []float64)
	// Jac sets j, [n, n], to the Jacobian: row i has the derivatives of equation i. It is used by
	// Hybr and LM; default finite differences.
	Jac func(x []float64, j *mat.Dense)
	// Sparsity lists for every equation the unknowns that it depends on, so that finite
	// differences change several unknowns at once; default all unknowns.
	Sparsity [][]int
	// Complex sets f to F for complex unknowns, for a Jacobian by complex steps, with Differences.Scheme "cs"; default none.
	Complex func(z, f []complex128)
}

// Options are the options that all methods share; the zero value is useful.
type Options struct {
	Method Method  // the method with its own options; default Hybr{}
	Tol    float64 // sets the method's own tolerance, XTol, FTol or FAtol, if that is 0, as SciPy's tol does; default none
	// Callback is called after every iteration with the point, the values and the counts;
	// minimize.ErrStop from it stops the search without an error, any other error stops it
	// with that error.
	Callback func(Result) error

	finite.Differences // how a missing Jacobian is found: by two or three points or complex steps
	trace.Monitor      // who sees the iterations, and the checkpoint
}

// Result is the root found, and how the search ended: SciPy's OptimizeResult of root. Without
// success X is the point with the smallest |F| found.
type Result struct {
	X   []float64 // the root
	Fun []float64 // F(X)

	// Jac is the last Jacobian, [n, n], of Hybr and LM; that of Hybr is updated by Broyden's formula rather than evaluated
	// at each point. It is nil for other methods.
	Jac *mat.Dense

	Success     bool        // the method's tests hold, and F(X) is small compared with its changes near X
	Status      status.Code // why the search ended, in the same codes for all methods
	SciPyStatus int         // SciPy's status: 1 for a root, otherwise the method's own code
	Message     string      // why the search ended, in SciPy's words

	NIter   int // iterations
	NFev    int // evaluations of F, including those for finite differences
	NJev    int // evaluations of the Jacobian
	NReplay int // evaluations whose values came from Options.Checkpoint
}

// Err returns nil after a success, otherwise an error with the reason.
func (r Result) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("root: %v after %d evaluations: %s", r.Status, r.NFev, r.Message)
}

// Method is one of the methods of this package with its options: [Hybr], [LM], [Broyden1],
// [Broyden2], [Anderson], [LinearMixing], [DiagBroyden], [ExcitingMixing], [Krylov] or [DFSane].
type Method interface {
	// Name returns SciPy's name, such as "df-sane".
	Name() string
	root(r *run) outcome
}

// methods are all methods with their default options.
var methods = registry.Of[Method]{What: "method", Purpose: " for roots", All: []Method{
	Hybr{}, LM{}, Broyden1{}, Broyden2{}, Anderson{}, LinearMixing{}, DiagBroyden{}, ExcitingMixing{}, Krylov{}, DFSane{}}}

// Methods returns the names of the methods, in SciPy's spelling, sorted.
func Methods() []string { return slices.Sorted(slices.Values(methods.Names())) }

// MethodByName returns the method with SciPy's name, in any case, with options by
// SciPy's names, such as {"fatol": 1e-8}. It returns an error for a name that does not exist, with
// the one that was probably meant, and for an option of the wrong type.
func MethodByName(name string, options map[string]any) (Method, error) {
	m, err := methods.ByName(name, Methods(), options)
	return m, search.In("root", err)
}

// outcome is how a method ended.
type outcome struct {
	x, f    []float64
	reason  status.Code
	status  int
	message string
}

// run is one search.
type run struct {
	search.Evaluator
	sys    *search.System
	p      Problem
	opt    Options
	x0     []float64
	nit    int
	best   []float64  // the point with the smallest |F| so far
	bestF  []float64  // F there
	bestSq float64    // |F|² there
	jac    *mat.Dense // of the method, the last one; nil: it has none

	visited   visited   // for isRoot
	probed    []float64 // where isRoot has evaluated F near by; nil: nowhere
	startNorm float64   // |F| at x0
	started   []float64 // the absolute values there
	notSmall  []int     // the values that smallAt last found not to be small
}

func (r *run) n() int { return len(r.x0) }

// values sets f to F(x).
func (r *run) values(x, f []float64) {
	r.sys.Values(x, f)
	s := 0.0
	for _, v := range f {
		s += v * v
	}
	if r.best == nil {
		r.begun(f)
		r.visited.move(x)
	}
	r.visited.add(x, f)
	if r.best == nil || s < r.bestSq || math.IsNaN(r.bestSq) {
		r.best, r.bestF, r.bestSq = append(r.best[:0], x...), append(r.bestF[:0], f...), s
	}
}

// tolerance is the option v, with the default d unless Options.Tol sets another.
func (r *run) tolerance(v, d float64) float64 {
	return option.Or(v, option.Or(r.opt.Tol, d))
}

// floor is the relative change that is noise, if the options say so; else 0.
func (r *run) floor() float64 { return max(r.opt.FuncError, 0) }

// iterated ends an iteration: it counts, shows it to the monitor and calls the callback.
func (r *run) iterated(x, f []float64) {
	r.nit++
	r.visited.move(x)
	r.Record(trace.Point{NIter: r.nit, NFev: r.sys.NFev, Fun: vec.Norm2(f), GradNorm: math.NaN()}, x)
	if r.opt.Callback == nil {
		return
	}
	if err := r.callback(x, f); err != nil {
		search.Abort(err)
	}
}

// callback calls the user's callback.
func (r *run) callback(x, f []float64) error {
	return r.opt.Callback(r.counted(Result{X: slices.Clone(x), Fun: slices.Clone(f)}))
}

func (r *run) counted(res Result) Result {
	res.NIter, res.NFev, res.NJev, res.NReplay = r.nit, r.sys.NFev, r.sys.NJev, r.NReplay()
	return res
}

// Find searches for a root of n equations in n unknowns, from x0, of length n.
//
// It ends early when ctx does, with the best point so far and the context's error. It returns an
// error for arguments that are wrong, and for a panic or minimize.Abort in the functions of the
// problem. A search that does not converge is not an error: see [Result.Err].
//
// It is scipy.optimize.root; the package documentation describes which method is for which problem.
func Find(ctx context.Context, p Problem, x0 []float64, opt Options) (Result, error) {
	r, err := newRun(ctx, p, x0, opt)
	if err != nil {
		err = search.In("root", err)
		return Result{X: slices.Clone(x0), Status: status.Failed, SciPyStatus: -1, Message: err.Error()}, err
	}
	res, err := search.Do(&r.Evaluator, func() Result { return r.result(r.opt.Method.root(r)) }, r.interrupted,
		func(res Result) (trace.Point, status.Code) {
			return trace.Point{NIter: res.NIter, NFev: res.NFev, Fun: vec.Norm2(res.Fun), GradNorm: math.NaN()}, res.Status
		})
	return res, search.In("root", err)
}

// result is the result of a search that ended itself. Values that are not finite are not a
// root, and without success the answer is the best point.
func (r *run) result(o outcome) Result {
	stuck := o.reason == status.Failed || o.reason == status.LineSearchFailed
	if stuck && r.zeroAt(o.x, o.f) { // no step makes it smaller
		o.reason, o.status, o.message = status.Converged, 1, zeroMessage
	}
	res := r.counted(Result{X: slices.Clone(o.x), Fun: slices.Clone(o.f), Status: o.reason, SciPyStatus: o.status, Message: o.message})
	if sq := vec.Dot(o.f, o.f); o.reason == status.Converged && (math.IsNaN(sq) || math.IsInf(sq, 0)) {
		res.Status, res.Message = status.NonFinite, "the values at the last point are not finite"
	} else if o.reason == status.Converged && !r.isRoot(o.x, o.f) { // a method that has not asked
		o = r.noRoot(o.x, o.f, o.status)
		res = r.counted(Result{X: slices.Clone(o.x), Fun: slices.Clone(o.f), Status: o.reason, SciPyStatus: 5, Message: o.message})
	} else if o.reason != status.Converged && r.best != nil && !(sq <= r.bestSq) {
		res.X, res.Fun = slices.Clone(r.best), slices.Clone(r.bestF)
	}
	res.Success, res.Jac = res.Status == status.Converged, r.jac
	return res
}

// interrupted is the result of a search that was ended from outside.
func (r *run) interrupted(reason status.Code, cause error) Result {
	res := r.counted(Result{X: slices.Clone(r.best), Fun: slices.Clone(r.bestF), Status: reason, SciPyStatus: -1, Message: cause.Error()})
	if r.best == nil {
		res.X = slices.Clone(r.x0)
	}
	if reason == status.Stopped {
		res.Message = "stopped by the callback"
	}
	return res
}

// newRun checks the arguments.
func newRun(ctx context.Context, p Problem, x0 []float64, opt Options) (*run, error) {
	n := len(x0)
	switch {
	case ctx == nil:
		return nil, search.ErrNoContext
	case p.Func == nil:
		return nil, errors.New("root: the problem has no Func")
	case math.IsNaN(opt.Tol):
		return nil, errors.New("root: Tol is NaN")
	case opt.Scheme == "cs" && p.Complex == nil:
		return nil, errors.New(`root: Differences.Scheme "cs" needs Problem.Complex`)
	}
	if err := search.CheckStart(x0); err != nil {
		return nil, err
	}
	if err := search.CheckSparsity("the problem", p.Sparsity, n, n); err != nil {
		return nil, err
	}
	e := search.NewEvaluator(ctx)
	if err := e.Differences(opt.Differences, n); err != nil {
		return nil, err
	}
	if opt.Method == nil {
		opt.Method = Hybr{}
	}
	if err := registry.Check(opt.Method); err != nil {
		return nil, err
	}
	e.Sizes(sizes(opt.Method))
	r := &run{Evaluator: e, p: p, opt: opt, x0: slices.Clone(x0)}
	r.sys = search.NewSystem(&r.Evaluator, n, n, p.Func, p.Jac, nil, nil, p.Sparsity)
	if opt.Scheme == "cs" {
		r.sys.Complex = p.Complex
	}
	if opt.Checkpoint != "" {
		what := fmt.Sprintf("root %s %s %v %s", opt.Method.Name(), registry.Settings(opt.Method), opt.Tol, search.Settings(opt.Differences))
		if err := r.Resume(opt.Checkpoint, search.ID(x0, what)); err != nil {
			return nil, err
		}
	}
	r.Watch("root", opt.Monitor)
	return r, nil
}

// sizes are the sizes of the unknowns that the options of a method have, nil for none.
func sizes(m Method) []float64 {
	h, ok := m.(Hybr)
	if !ok || h.Diag == nil {
		return nil
	}
	sizes := make([]float64, len(h.Diag))
	for i, d := range h.Diag {
		if sizes[i] = 1 / d; !(sizes[i] > 0) { // refused by the method
			return nil
		}
	}
	return sizes
}
