// Package scalar has SciPy's methods for functions of one variable: [Minimize] for a minimum,
// as minimize_scalar, [Root] for a root, as root_scalar, and [Bracket].
//
//	r, err := scalar.Root(ctx, math.Cos, scalar.RootOptions{Bracket: []float64{1, 2}})
//
// Options, errors and statuses follow package minimize.
package scalar

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linemin"
	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// Options are what all methods of [Minimize] share; the zero value is
// useful.
type Options struct {
	Method Method // nil: Brent, with bounds Bounded
	// Bracket is two points from which to search downhill for a bracket, as [Bracket]
	// does, or three that are one: the middle one lies between the others and has a
	// value below theirs. Brent and Golden take it; nil means 0 and 1.
	Bracket []float64
	Bounds  []float64 // the least and the greatest x, finite; Bounded needs them
	Tol     float64   // sets the method's own tolerance where that is zero, as SciPy's tol does; 0 for none
}

// Method is one of the methods of [Minimize], with its options: [Brent],
// [Bounded] or [Golden].
type Method interface {
	// Name is SciPy's name, such as "brent".
	Name() string
	minimize(s *minimum) Result // without the counts
}

// Result is the OptimizeResult of SciPy's minimize_scalar. Without success X is
// the best point found.
type Result struct {
	X, Fun      float64
	Success     bool
	Status      status.Code
	SciPyStatus int // the method's own code: 0 after a success
	Message     string
	NFev        int // evaluations of the function
	NIter       int // SciPy's nit
}

// Err is nil after a success, otherwise an error with the reason.
func (r Result) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("minimize: %v after %d iterations: %s", r.Status, r.NIter, r.Message)
}

// methods are the methods of Minimize with their default options.
var methods = registry.Of[Method]{What: "scalar method", All: []Method{Brent{}, Bounded{}, Golden{}}}

// Methods are the names of the methods of [Minimize], sorted.
func Methods() []string { return slices.Sorted(slices.Values(methods.Names())) }

// MethodByName is the method of [Minimize] with SciPy's name, with options
// by SciPy's names, such as {"xtol": 1e-8}.
func MethodByName(name string, options map[string]any) (Method, error) {
	return methods.ByName(name, Methods(), options)
}

// Minimize finds a local minimum of a function of one variable, as SciPy's
// minimize_scalar. It ends early when ctx does, with the best point so far and the
// context's error. A search that does not converge is not an error: see [Result.Err].
// A panic of f is an error.
func Minimize(ctx context.Context, f func(x float64) float64, opt Options) (Result, error) {
	s := &minimum{function: newFunction(search.NewEvaluator(ctx), f), opt: opt}
	if err := s.prepare(); err != nil {
		return Result{}, err
	}
	return search.Do(&s.Evaluator, func() Result { return s.result(s.opt.Method.minimize(s)) }, s.interrupted, unwatched)
}

// unwatched is the summary of a search that nobody looks on.
func unwatched[R any](R) (p trace.Point, reason status.Code) { return }

// function is a function of one variable that is called through an evaluator and
// counted. It keeps the point of the least value.
type function struct {
	search.Evaluator
	f      func(float64) float64
	nfev   int
	x, y   [1]float64 // of the evaluation being made
	bestX  float64
	bestF  float64
	answer func() // sets y to f at x; made once
}

func newFunction(e search.Evaluator, f func(float64) float64) *function {
	s := &function{Evaluator: e, f: f, bestX: math.NaN(), bestF: math.NaN()}
	s.answer = func() { s.y[0] = s.f(s.x[0]) }
	return s
}

// at is the function at x.
func (s *function) at(x float64) float64 {
	s.Check()
	s.nfev++
	s.x[0] = x
	s.Ask(search.KindF, s.x[:], s.y[:], s.answer)
	if y := s.y[0]; y < s.bestF || math.IsNaN(s.bestF) {
		s.bestX, s.bestF = x, y
	}
	return s.y[0]
}

// minimum is one search for a minimum.
type minimum struct {
	*function
	opt Options
	nit int
}

// prepare checks the arguments.
func (s *minimum) prepare() error {
	o := &s.opt
	if o.Method == nil {
		o.Method = Brent{}
		if o.Bounds != nil {
			o.Method = Bounded{}
		}
	}
	if err := registry.Check(o.Method); err != nil {
		return err
	}
	_, bounded := o.Method.(Bounded)
	switch name := o.Method.Name(); {
	case s.Context() == nil:
		return search.ErrNoContext
	case s.f == nil:
		return errors.New("minimize: the function is nil")
	case math.IsNaN(o.Tol) || o.Tol < 0:
		return fmt.Errorf("minimize: Tol is %g, want a positive number or 0", o.Tol)
	case bounded && o.Bounds == nil:
		return fmt.Errorf("minimize: method %s needs bounds", name)
	case !bounded && o.Bounds != nil:
		return fmt.Errorf("minimize: method %s takes no bounds; bounded does", name)
	case bounded && o.Bracket != nil:
		return fmt.Errorf("minimize: method %s takes no bracket; brent and golden do", name)
	case bounded && len(o.Bounds) != 2:
		return fmt.Errorf("minimize: there are %d bounds, want 2", len(o.Bounds))
	case o.Bracket != nil && len(o.Bracket) != 2 && len(o.Bracket) != 3:
		return fmt.Errorf("minimize: the bracket has %d points, want 2 or 3", len(o.Bracket))
	}
	for _, v := range slices.Concat(o.Bounds, o.Bracket) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("minimize: a bound or point of the bracket is %g, want finite numbers", v)
		}
	}
	if b := o.Bounds; b != nil && b[0] > b[1] {
		return fmt.Errorf("minimize: the lower bound %g is above the upper bound %g", b[0], b[1])
	}
	return nil
}

// tolerance is a setting that opt.Tol sets.
func (s *minimum) tolerance(v, d float64) float64 {
	if s.opt.Tol != 0 {
		d = s.opt.Tol
	}
	return option.Or(v, d)
}

// bracket is the bracket given or found. Where there is none it ends the search.
func (s *minimum) bracket() (b linemin.Bracket, failed *Result) {
	given := s.opt.Bracket
	if len(given) == 3 {
		b.XA, b.XB, b.XC = given[0], given[1], given[2]
		if b.XA > b.XC {
			b.XA, b.XC = b.XC, b.XA
		}
		if !(b.XA < b.XB && b.XB < b.XC) {
			search.Refuse("the bracket %g, %g, %g is not in order: the middle point must lie between the others", given[0], given[1], given[2])
		}
		b.FA, b.FB, b.FC = s.at(b.XA), s.at(b.XB), s.at(b.XC)
		if !(b.FB < b.FA && b.FB < b.FC) {
			search.Refuse("the bracket encloses no minimum: f(%g) = %g, f(%g) = %g, f(%g) = %g, and the middle value must be below the others", b.XA, b.FA, b.XB, b.FB, b.XC, b.FC)
		}
		return b, nil
	}
	if given == nil {
		given = []float64{0, 1}
	}
	b = linemin.Bracket{XA: given[0], XB: given[1], FA: s.at(given[0]), FB: s.at(given[1])}
	if reason, message := b.Search(s.at, linemin.GrowLimit, linemin.MaxIter); reason != status.Converged {
		return b, &Result{X: b.XB, Fun: b.FB, Status: reason, SciPyStatus: 1, Message: message}
	}
	return b, nil
}

// result adds the counts, and checks what the method says: a value that is not finite
// is no success, and without success the best point that is known is the answer.
func (s *minimum) result(res Result) Result {
	res.NFev, res.NIter = s.nfev, s.nit
	if res.Status == status.Converged {
		switch {
		case math.IsInf(res.Fun, -1):
			res.Status, res.SciPyStatus, res.Message = status.Unbounded, 2, "The value is -Inf: the function has no lower bound."
		case math.IsNaN(res.Fun) || math.IsInf(res.Fun, 0) || math.IsNaN(res.X):
			res.Status, res.SciPyStatus, res.Message = status.NonFinite, 2, search.MsgNaN
		}
	}
	res.Success = res.Status == status.Converged
	if !res.Success {
		res.X, res.Fun = s.bestX, s.bestF
	}
	return res
}

// interrupted is the result of a search that was ended from outside or refused.
func (s *minimum) interrupted(reason status.Code, cause error) Result {
	return Result{X: s.bestX, Fun: s.bestF, Status: reason, SciPyStatus: -1, Message: cause.Error(), NFev: s.nfev, NIter: s.nit}
}
