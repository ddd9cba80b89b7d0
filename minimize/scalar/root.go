package scalar

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// RootOptions are the options that all methods of [Root] share. There must be a Bracket or X0.
type RootOptions struct {
	// Method is the method with its own options; default BrentQ with a bracket, else Halley with
	// FPrime and FPrime2, NewtonRaphson with FPrime, Secant with X1, and NewtonRaphson without
	// any of them.
	Method RootMethod
	// Bracket is two points at which f has different signs and between which it is continuous.
	// It is used by Bisect, BrentQ, BrentH, Ridder and TOMS748.
	Bracket []float64
	X0      *float64                // the start, such as new(0.2), of NewtonRaphson, Secant and Halley
	X1      *float64                // the second point of Secant, different from X0; default a point near X0
	FPrime  func(x float64) float64 // the first derivative, for NewtonRaphson and Halley; default of NewtonRaphson a difference of values
	FPrime2 func(x float64) float64 // the second derivative, for Halley
}

// RootMethod is one of the methods of [Root] with its options: [Bisect],
// [BrentQ], [BrentH], [Ridder], [TOMS748], [NewtonRaphson], [Secant] or [Halley].
type RootMethod interface {
	// Name returns SciPy's name, such as "brentq".
	Name() string
	needs() needs
	solve(s *zero) outcome
}

// needs are the fields of RootOptions that a method must have.
type needs struct{ bracket, x0, fprime, fprime2 bool }

// outcome is how a method ended.
type outcome struct {
	root    float64
	reason  status.Code
	message string
}

// RootResult is the root found, and how the search ended: SciPy's RootResults. Without success X
// is an end of the bracket or the last iterate.
type RootResult struct {
	X       float64     // the root
	Success bool        // the method's test holds
	Status  status.Code // why the search ended, in the same codes for all methods
	NIter   int         // iterations, as SciPy counts them
	NFev    int         // evaluations of the function and of its derivatives
	Message string      // why the search ended, in SciPy's words
}

// Err returns nil after a success, otherwise an error with the reason.
func (r RootResult) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("scalar: %v after %d iterations: %s", r.Status, r.NIter, r.Message)
}

// rootMethods are the methods of Root with their default options.
var rootMethods = registry.Of[RootMethod]{What: "root_scalar method", All: []RootMethod{Bisect{}, BrentQ{}, BrentH{},
	Ridder{}, TOMS748{}, NewtonRaphson{}, Secant{}, Halley{}}}

// RootMethods returns the names of the methods of [Root], in SciPy's spelling, sorted.
func RootMethods() []string { return slices.Sorted(slices.Values(rootMethods.Names())) }

// RootMethodByName returns the method of [Root] with SciPy's name, in any case, with options by
// SciPy's names, such as {"xtol": 1e-8}. It returns an error for a name that does not exist, with
// the one that was probably meant, and for an option of the wrong type.
func RootMethodByName(name string, options map[string]any) (RootMethod, error) {
	m, err := rootMethods.ByName(name, RootMethods(), options)
	return m, search.In("scalar", err)
}

// Root searches for a root of a function of one variable.
//
// It ends early when ctx does, with the last point and the context's error. It returns an error
// for arguments that are wrong, such as a bracket without a change of sign, and for a panic of f.
// A search that does not converge is not an error: see [RootResult.Err].
//
// It is scipy.optimize.root_scalar; the package documentation describes which method to take.
func Root(ctx context.Context, f func(x float64) float64, opt RootOptions) (RootResult, error) {
	s := &zero{function: newFunction(search.NewEvaluator(ctx), f), opt: opt, last: math.NaN()}
	if err := s.prepare(); err != nil {
		err = search.In("scalar", err)
		return RootResult{X: math.NaN(), Status: status.Failed, Message: err.Error()}, err
	}
	interrupted := func(reason status.Code, cause error) RootResult {
		return s.result(outcome{s.last, reason, cause.Error()})
	}
	res, err := search.Do(&s.Evaluator, func() RootResult { return s.result(s.run()) }, interrupted, unwatched)
	return res, search.In("scalar", err)
}

// notNumber is a NaN that a function answered at x. It is the one panic of this package: value and
// derivative, which are called from the middle of every method's formulas, panic with it, and run
// makes it the outcome of the search.
type notNumber struct {
	what string // such as "derivative"
	x    float64
}

// run is the method's search.
func (s *zero) run() (o outcome) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case notNumber:
			o = outcome{v.x, status.NonFinite, fmt.Sprintf("The %s at x=%g is NaN; solver cannot continue.", v.what, v.x)}
		default:
			panic(v)
		}
	}()
	return s.crossed(s.opt.Method.solve(s))
}

// zero is one search for a root.
type zero struct {
	*function
	opt   RootOptions
	nit   int
	last  float64 // where the function was evaluated last; NaN: nowhere
	calls int     // of derivatives
	first float64 // the absolute value at the start, or the larger one at the ends of the bracket

	points [8][2]float64 // the last points, with the values
}

// prepare picks the method and checks the arguments.
func (s *zero) prepare() error {
	o := &s.opt
	if o.Method == nil {
		if o.Bracket == nil && o.X0 == nil {
			return errors.New("scalar: Root has neither a bracket nor a start (Bracket or X0)")
		}
		o.Method = o.method()
	}
	if err := registry.Check(o.Method); err != nil {
		return err
	}
	name, needs := o.Method.Name(), o.Method.needs()
	switch {
	case s.Context() == nil:
		return search.ErrNoContext
	case s.f == nil:
		return errors.New("scalar: the function is nil")
	case needs.bracket && o.Bracket == nil:
		return fmt.Errorf("scalar: method %s needs a bracket (Bracket)", name)
	case needs.bracket && len(o.Bracket) != 2:
		return fmt.Errorf("scalar: the bracket has %d points, want 2", len(o.Bracket))
	case needs.x0 && o.X0 == nil:
		return fmt.Errorf("scalar: method %s needs a start (X0)", name)
	case needs.fprime && o.FPrime == nil:
		return fmt.Errorf("scalar: method %s needs the derivative (FPrime)", name)
	case needs.fprime2 && o.FPrime2 == nil:
		return fmt.Errorf("scalar: method %s needs the second derivative (FPrime2)", name)
	case name == Secant{}.Name() && o.X1 != nil && *o.X1 == *o.X0:
		return fmt.Errorf("scalar: X0 and X1 are both %g, want two points", *o.X0)
	}
	points := slices.Clone(o.Bracket)
	for _, p := range []*float64{o.X0, o.X1} {
		if p != nil {
			points = append(points, *p)
		}
	}
	for _, v := range points {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("scalar: a point of the bracket or the start is %g, want finite numbers", v)
		}
	}
	if b := o.Bracket; len(b) == 2 && needs.bracket && math.IsInf(b[1]-b[0], 0) {
		return fmt.Errorf("scalar: the bracket from %g to %g is longer than the largest number", b[0], b[1])
	}
	return nil
}

// method is the default method.
func (o *RootOptions) method() RootMethod {
	switch {
	case o.Bracket != nil:
		return BrentQ{}
	case o.FPrime != nil && o.FPrime2 != nil:
		return Halley{}
	case o.FPrime != nil || o.X1 == nil:
		return NewtonRaphson{}
	}
	return Secant{}
}

// tolerance is the tolerance of the options xtol and rtol of a method whose bracket, of length b - a, must
// shrink to it. The default is SciPy's for brackets that are longer than 2e-3. The relative one is at least four units of rounding, as
// SciPy demands.
func (e ends) tolerance(xtol, rtol float64) tolerance {
	return tolerance{option.Or(xtol, min(2e-12, 1e-9*math.Abs(e.b-e.a))), max(rtol, 4*vec.Eps)}
}

// stepTolerance is the tolerance of the options xtol and rtol of a method whose steps must shrink
// to it.
func stepTolerance(xtol, rtol float64) tolerance {
	return tolerance{option.Or(xtol, 1.48e-8), option.Or(rtol, 0)}
}

// tolerance is how exact a root must be.
type tolerance struct{ abs, rel float64 }

// at is the tolerance for a root near x.
func (t tolerance) at(x float64) float64 { return t.abs + t.rel*math.Abs(x) }

// value is the function at x. It panics with notNumber for NaN.
func (s *zero) value(x float64) float64 {
	s.last = x
	f := s.at(x)
	if math.IsNaN(f) {
		panic(notNumber{"function value", x})
	}
	s.points[s.nfev%len(s.points)] = [2]float64{x, f}
	return f
}

// derivative is f at x, the derivative that a journal knows by kind. It panics with notNumber for
// NaN.
func (s *zero) derivative(kind byte, f func(float64) float64, x float64) float64 {
	s.calls++
	var in, out [1]float64
	in[0] = x
	s.Ask(kind, in[:], out[:], func() { out[0] = f(x) })
	if math.IsNaN(out[0]) {
		panic(notNumber{"derivative", x})
	}
	return out[0]
}

// ends are the ends of a bracket and the values there, which have different signs.
type ends struct{ a, b, fa, fb float64 }

// bracket evaluates the ends of the bracket. If one of them is a root the search is done. Values
// with the same sign are refused.
func (s *zero) bracket() (e ends, done *outcome) {
	e.a, e.b = s.opt.Bracket[0], s.opt.Bracket[1]
	e.fa, e.fb = s.value(e.a), s.value(e.b)
	s.first = max(math.Abs(e.fa), math.Abs(e.fb))
	for _, end := range [][2]float64{{e.a, e.fa}, {e.b, e.fb}} {
		if end[1] == 0 {
			o := s.converged(end[0])
			return e, &o
		}
	}
	if math.Signbit(e.fa) == math.Signbit(e.fb) {
		s.last = math.NaN() // an end is no answer
		search.Refuse("the function has the same sign at both ends of the bracket: f(%g) = %g and f(%g) = %g", e.a, e.fa, e.b, e.fb)
	}
	return e, nil
}

func (s *zero) converged(x float64) outcome {
	return outcome{x, status.Converged, "converged"}
}

func (s *zero) unfinished(x float64) outcome {
	return outcome{x, status.IterationLimit, fmt.Sprintf("Failed to converge after %d iterations, value is %g.", s.nit, x)}
}

func (s *zero) result(o outcome) RootResult {
	if o.reason == status.Converged && (math.IsNaN(o.root) || math.IsInf(o.root, 0)) {
		o.reason, o.message = status.NonFinite, fmt.Sprintf("The last point is %g.", o.root)
	}
	return RootResult{X: o.root, Success: o.reason == status.Converged, Status: o.reason, NIter: s.nit,
		NFev: s.nfev + s.calls, Message: o.message}
}
