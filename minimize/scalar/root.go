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

// RootOptions are what all methods of [Root] share.
type RootOptions struct {
	// Method is nil for BrentQ with a bracket, and without one for Halley with FPrime and
	// FPrime2, NewtonRaphson with FPrime, Secant with X1, else NewtonRaphson.
	Method RootMethod
	// Bracket is two points where f has different signs, between which it is continuous.
	// Bisect, BrentQ, BrentH, Ridder and TOMS748 need it.
	Bracket []float64
	X0      *float64 // where to start, such as new(0.2); NewtonRaphson, Secant and Halley need it
	X1      *float64 // the second point of Secant, other than X0; nil: one near X0
	FPrime  func(x float64) float64
	FPrime2 func(x float64) float64 // the second derivative
}

// RootMethod is one of the methods of [Root], with its options: [Bisect],
// [BrentQ], [BrentH], [Ridder], [TOMS748], [NewtonRaphson], [Secant] or [Halley].
type RootMethod interface {
	// Name is SciPy's name, such as "brentq".
	Name() string
	needs() needs
	solve(s *zero) outcome
}

// needs is what a method must have.
type needs struct{ bracket, x0, fprime, fprime2 bool }

// outcome is how a method ended.
type outcome struct {
	root    float64
	reason  status.Code
	message string
}

// RootResult is SciPy's RootResults. Without success X is the best point
// known: an end of the bracket or the last iterate.
type RootResult struct {
	X       float64
	Success bool
	Status  status.Code
	NIter   int
	NFev    int // evaluations of the function and of its derivatives
	Message string
}

// Err is nil after a success, otherwise an error with the reason.
func (r RootResult) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("minimize: %v after %d iterations: %s", r.Status, r.NIter, r.Message)
}

// rootMethods are the methods of Root with their default options.
var rootMethods = registry.Of[RootMethod]{What: "root_scalar method", All: []RootMethod{Bisect{}, BrentQ{}, BrentH{}, Ridder{}, TOMS748{}, NewtonRaphson{}, Secant{}, Halley{}}}

// RootMethods are the names of the methods of [Root], sorted.
func RootMethods() []string { return slices.Sorted(slices.Values(rootMethods.Names())) }

// RootMethodByName is the method of [Root] with SciPy's name, with options by
// SciPy's names, such as {"xtol": 1e-8}.
func RootMethodByName(name string, options map[string]any) (RootMethod, error) {
	return rootMethods.ByName(name, RootMethods(), options)
}

// Root finds a root of a function of one variable, as SciPy's root_scalar. It ends
// early when ctx does, with the last point and the context's error. A bracket without a
// change of sign is an error; a search that does not converge is not: see
// [RootResult.Err]. A panic of f is an error.
func Root(ctx context.Context, f func(x float64) float64, opt RootOptions) (RootResult, error) {
	s := &zero{function: newFunction(search.NewEvaluator(ctx), f), opt: opt}
	if err := s.prepare(); err != nil {
		return RootResult{}, err
	}
	return search.Do(&s.Evaluator, func() RootResult { return s.result(s.run()) }, func(reason status.Code, cause error) RootResult {
		return s.result(outcome{s.last, reason, cause.Error()})
	}, unwatched)
}

// found ends a search from where it evaluates, as a root or NaN was found there.
type found outcome

// run is the method's search, which may end by found.
func (s *zero) run() (o outcome) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case found:
			o = outcome(v)
		default:
			panic(v)
		}
	}()
	return s.opt.Method.solve(s)
}

// zero is one search for a root.
type zero struct {
	*function
	opt   RootOptions
	nit   int
	last  float64 // where the function was evaluated last
	calls int     // of derivatives
}

// prepare checks the arguments and picks the method.
func (s *zero) prepare() error {
	o := &s.opt
	if o.Method == nil {
		switch {
		case o.Bracket != nil:
			o.Method = BrentQ{}
		case o.X0 == nil:
			return errors.New("minimize: Root has neither a bracket nor a start (Bracket or X0)")
		case o.FPrime != nil && o.FPrime2 != nil:
			o.Method = Halley{}
		case o.FPrime != nil || o.X1 == nil:
			o.Method = NewtonRaphson{}
		default:
			o.Method = Secant{}
		}
	}
	if err := registry.Check(o.Method); err != nil {
		return err
	}
	name, needs := o.Method.Name(), o.Method.needs()
	switch {
	case s.Context() == nil:
		return search.ErrNoContext
	case s.f == nil:
		return errors.New("minimize: the function is nil")
	case needs.bracket && o.Bracket == nil:
		return fmt.Errorf("minimize: method %s needs a bracket (Bracket)", name)
	case needs.bracket && len(o.Bracket) != 2:
		return fmt.Errorf("minimize: the bracket has %d points, want 2", len(o.Bracket))
	case needs.x0 && o.X0 == nil:
		return fmt.Errorf("minimize: method %s needs a start (X0)", name)
	case needs.fprime && o.FPrime == nil:
		return fmt.Errorf("minimize: method %s needs the derivative (FPrime)", name)
	case needs.fprime2 && o.FPrime2 == nil:
		return fmt.Errorf("minimize: method %s needs the second derivative (FPrime2)", name)
	case name == Secant{}.Name() && o.X1 != nil && *o.X1 == *o.X0:
		return fmt.Errorf("minimize: X0 and X1 are both %g, want two points", *o.X0)
	}
	points := o.Bracket
	for _, p := range []*float64{o.X0, o.X1} {
		if p != nil {
			points = append(points[:len(points):len(points)], *p)
		}
	}
	for _, v := range points {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("minimize: a point of the bracket or the start is %g, want finite numbers", v)
		}
	}
	return nil
}

// tolerances are the settings xtol and rtol; the relative one is at least four units of
// rounding, as SciPy demands, where a bracket must shrink to it.
func (s *zero) tolerances(xtol, rtol float64) tolerance {
	return tolerance{option.Or(xtol, 2e-12), max(rtol, 4*vec.Eps)}
}

// tolerance is how exact a root must be.
type tolerance struct{ abs, rel float64 }

// at is the tolerance for a root near x.
func (t tolerance) at(x float64) float64 { return t.abs + t.rel*math.Abs(x) }

// value is the function at x. NaN ends the search.
func (s *zero) value(x float64) float64 {
	s.last = x
	return s.number("function value", x, s.at(x))
}

func (s *zero) number(what string, x, v float64) float64 {
	if math.IsNaN(v) {
		panic(found{x, status.NonFinite, fmt.Sprintf("The %s at x=%g is NaN; solver cannot continue.", what, x)})
	}
	return v
}

// derivative is f, a derivative that is known by kind in a journal, at x.
func (s *zero) derivative(kind byte, f func(float64) float64, x float64) float64 {
	s.calls++
	var in, out [1]float64
	in[0] = x
	s.Ask(kind, in[:], out[:], func() { out[0] = f(x) })
	return s.number("derivative", x, out[0])
}

// bracket is the ends of the bracket and the values there, and the root if it is one of
// them. Values of the same sign are an error.
func (s *zero) bracket() (a, b, fa, fb float64) {
	a, b = s.opt.Bracket[0], s.opt.Bracket[1]
	fa, fb = s.value(a), s.value(b)
	switch {
	case fa == 0:
		panic(found(s.converged(a)))
	case fb == 0:
		panic(found(s.converged(b)))
	case math.Signbit(fa) == math.Signbit(fb):
		search.Refuse("the function has the same sign at both ends of the bracket: f(%g) = %g and f(%g) = %g", a, fa, b, fb)
	}
	return a, b, fa, fb
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
	return RootResult{X: o.root, Success: o.reason == status.Converged, Status: o.reason, NIter: s.nit, NFev: s.nfev + s.calls, Message: o.message}
}
