package minimize

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/trace"
)

// Options are the options that all methods share; the zero value is useful. Those that other
// packages have too are separate structs, embedded here and there.
type Options struct {
	Method      Method       // default BFGS{}; within bounds LBFGSB{}, with constraints SLSQP{}
	Bounds      *Bounds      // limits of the variables, into which x0 is moved; nil: none
	Constraints []Constraint // all of them hold at a solution
	// Scale is the sizes of the variables, where they differ by orders of magnitude: typical values, or the changes
	// that matter. The method then works with x/Scale, rounded to powers of two, and so do its options that are in units
	// of the variables; differences take their steps from it. Default 1 each.
	Scale []float64
	// NoVerification takes the method's own stopping test for a success, as SciPy does, without the check of package
	// minimize's documentation. It saves what that evaluates: about one gradient, or 2n values (COBYQA: none, COBYLA with
	// active constraints: none or n) with methods that use
	// only these.
	NoVerification bool
	Tol            float64 // sets the method's own tolerances that are 0, as SciPy's tol does; default none
	// Callback is called after every iteration with the point, the value, the gradient of
	// methods that use it, and the counts. [ErrStop] from it stops the search without an
	// error, any other error stops it with that error.
	Callback func(Result) error

	// Differences specify how missing derivatives are found. Complex steps ("cs") need
	// Problem.Complex. Dogleg and the trust-region methods, which need the Hessian, find it
	// by differences of the gradient where Scheme is set.
	finite.Differences
	trace.Monitor // who sees the iterations, and the checkpoint
}

// prepare checks the arguments and makes a search that has not begun, and its method.
func prepare(ctx context.Context, p Problem, x0 []float64, opt Options) (*search.Run, Method, error) {
	if err := checkArguments(ctx, p, x0, opt); err != nil {
		return nil, nil, err
	}
	r := search.NewRun(search.NewEvaluator(ctx), search.Problem(p), x0, opt.Scheme, opt.Tol)
	r.Callback, r.Scale = callback(r, opt.Callback), opt.Scale
	err := r.Differences(opt.Differences, len(x0))
	if err != nil {
		return nil, nil, err
	}
	if opt.Scale != nil {
		r.Sizes(opt.Scale)
	}
	if b := opt.Bounds; b != nil && (b.Lower != nil || b.Upper != nil) {
		if r.Lower, r.Upper, r.X0, err = search.Box(x0, opt.Bounds.Lower, opt.Bounds.Upper); err != nil {
			return nil, nil, err
		}
	}
	list := make([]search.Constraint, len(opt.Constraints))
	for i, c := range opt.Constraints {
		list[i] = search.Constraint(c)
	}
	if r.Constraints, err = search.NewConstraints(r, list); err != nil {
		return nil, nil, err
	}
	m := opt.Method
	if m == nil {
		m = defaultMethod(r)
	}
	if err := checkMethod(m, r, opt); err != nil {
		return nil, nil, err
	}
	r.Watch("minimize", opt.Monitor)
	if opt.Checkpoint != "" {
		if err = r.Resume(opt.Checkpoint, fingerprintOf(r, m, opt)); err != nil {
			return nil, nil, err
		}
	}
	return r, m, nil
}

// checkArguments reports what is wrong with the arguments of a search.
func checkArguments(ctx context.Context, p Problem, x0 []float64, opt Options) error {
	switch {
	case ctx == nil:
		return search.ErrNoContext
	case p.Func == nil && p.FuncGrad == nil:
		return errors.New("minimize: the problem has neither Func nor FuncGrad")
	case math.IsNaN(opt.Tol):
		return errors.New("minimize: Tol is NaN")
	case opt.Scale != nil && len(opt.Scale) != len(x0):
		return fmt.Errorf("minimize: Scale has length %d, want that of x0, %d", len(opt.Scale), len(x0))
	case opt.Scheme == "cs" && p.Complex == nil:
		return errors.New(`minimize: Differences.Scheme "cs" needs Problem.Complex`)
	}
	for i, v := range opt.Scale {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("minimize: Scale[%d] is %g, want a positive number", i, v)
		}
	}
	return search.CheckStart(x0)
}

// defaultMethod is the method for a problem for which none is chosen.
func defaultMethod(r *search.Run) Method {
	switch {
	case r.Constraints != nil:
		return SLSQP{}
	case r.Lower != nil:
		return LBFGSB{}
	}
	return BFGS{}
}

// checkMethod reports what is wrong with a method for a problem. A method that uses only
// function values gets Func without FuncGrad.
func checkMethod(m Method, r *search.Run, opt Options) error {
	if err := registry.Check(m); err != nil {
		return err
	}
	p, n := r.Problem, r.N()
	can := m.Capability()
	switch {
	case r.Lower != nil && !can.Bounds:
		return fmt.Errorf("minimize: method %s takes no bounds; the methods that do are %s", m.Name(),
			capable(func(c Capability) bool { return c.Bounds }))
	case r.Constraints != nil && !can.Constraints:
		return fmt.Errorf("minimize: method %s takes no constraints; the methods that do are %s", m.Name(),
			capable(func(c Capability) bool { return c.Constraints }))
	case (can.FullHess || can.Hess) && p.Hess == nil && p.HessP == nil && (opt.Scheme == "" || p.Grad == nil && p.FuncGrad == nil):
		return fmt.Errorf("minimize: method %s needs the Hessian or its product with a vector (Problem.Hess or HessP), "+
			"or the gradient and Options.Differences.Scheme", m.Name())
	}
	if (can.Dense || can.FullHess) && n > mostDense {
		return fmt.Errorf("minimize: method %s keeps matrices of n² numbers, of %.3g GiB each for x0 of length %d; "+
			"L-BFGS-B and CG keep only a few vectors, as do Newton-CG and trust-krylov with Problem.HessP",
			m.Name(), float64(n)*float64(n)/(1<<27), n)
	}
	if can.DerivativeFree {
		r.UsesValuesOnly()
	}
	return nil
}

// mostDense is the largest n for methods that keep matrices: one matrix then has 32 GiB.
const mostDense = 1 << 16

// fingerprintOf is a fingerprint of all that a search depends on, except its functions.
func fingerprintOf(r *search.Run, m Method, opt Options) uint64 {
	what := fmt.Sprintf("%s %s %s %v %v %v %v %v", m.Name(), registry.Settings(m), search.Settings(opt.Differences), opt.Tol, r.Lower, r.Upper, opt.Scale, opt.NoVerification)
	if r.Constraints != nil {
		what = fmt.Sprint(what, r.Constraints.Lower, r.Constraints.Upper)
	}
	numbers := slices.Clone(r.X0)
	for _, c := range opt.Constraints {
		if c.A != nil {
			numbers = append(numbers, mat.DenseCopyOf(c.A).RawMatrix().Data...)
		}
	}
	return search.ID(numbers, what)
}

// capable names the methods that can do something.
func capable(what func(Capability) bool) string {
	var names []string
	for _, m := range methods.All {
		if what(m.Capability()) {
			names = append(names, m.Name())
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
