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

// Options are the options that all methods of [Minimize] share; the zero value is useful.
type Options struct {
	Method Method // the method with its own options; default Brent{}, with bounds Bounded{}
	// Bracket is two points from which to search downhill for a bracket, as [Bracket]
	// does, or three that are one: the middle one lies between the others and has a
	// smaller value. It is used by Brent and Golden; default 0 and 1.
	Bracket []float64
	Bounds  []float64 // the smallest and the largest x, both finite; Bounded needs them, the other methods refuse them
	Tol     float64   // sets the method's own tolerance, XTol or XAtol, if that is 0, as SciPy's tol does; default none
}

// Method is one of the methods of [Minimize] with its options: [Brent], [Bounded] or [Golden].
type Method interface {
	// Name returns SciPy's name, such as "brent".
	Name() string
	minimize(s *minimum) Result // without the counts
}

// Result is the minimum found, and how the search ended: SciPy's OptimizeResult of
// minimize_scalar. Without success X is the best point found.
type Result struct {
	X           float64     // the minimum
	Fun         float64     // the value at X
	Success     bool        // the method's test holds and the value is finite
	Status      status.Code // why the search ended, in the same codes for all methods
	SciPyStatus int         // the method's own code: 0 after a success
	Message     string      // why the search ended, in SciPy's words
	NFev        int         // evaluations of the function
	NIter       int         // iterations, as SciPy counts them
}

// Err returns nil after a success, otherwise an error with the reason.
func (r Result) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("scalar: %v after %d iterations: %s", r.Status, r.NIter, r.Message)
}

// methods are the methods of Minimize with their default options.
var methods = registry.Of[Method]{What: "scalar method", All: []Method{Brent{}, Bounded{}, Golden{}}}

// Methods returns the names of the methods of [Minimize], in SciPy's spelling, sorted.
func Methods() []string { return slices.Sorted(slices.Values(methods.Names())) }

// MethodByName returns the method of [Minimize] with SciPy's name, in any case, with options
// by SciPy's names, such as {"xtol": 1e-8}. It returns an error for a name that does not exist,
// with the one that was probably meant, and for an option of the wrong type.
func MethodByName(name string, options map[string]any) (Method, error) {
	m, err := methods.ByName(name, Methods(), options)
	return m, search.In("scalar", err)
}

// Minimize searches for a local minimum of a function of one variable.
//
// It ends early when ctx does, with the best point so far and the context's error. It returns an
// error for arguments that are wrong, and for a panic of f. A search that does not converge is not
// an error: see [Result.Err].
//
// It is scipy.optimize.minimize_scalar; the package documentation describes which method to take.
func Minimize(ctx context.Context, f func(x float64) float64, opt Options) (Result, error) {
	s := &minimum{function: newFunction(search.NewEvaluator(ctx), f), opt: opt}
	if err := s.prepare(); err != nil {
		err = search.In("scalar", err)
		return Result{X: math.NaN(), Fun: math.NaN(), Status: status.Failed, SciPyStatus: -1, Message: err.Error()}, err
	}
	res, err := search.Do(&s.Evaluator, func() Result { return s.result(s.opt.Method.minimize(s)) }, s.interrupted, unwatched)
	return res, search.In("scalar", err)
}

// unwatched is the summary of a search for a monitor that does not exist.
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

// prepare picks the method and checks the arguments.
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
		return errors.New("scalar: the function is nil")
	case math.IsNaN(o.Tol):
		return errors.New("scalar: Tol is NaN")
	case bounded && o.Bounds == nil:
		return fmt.Errorf("scalar: method %s needs bounds", name)
	case !bounded && o.Bounds != nil:
		return fmt.Errorf("scalar: method %s takes no bounds; bounded does", name)
	case bounded && o.Bracket != nil:
		return fmt.Errorf("scalar: method %s takes no bracket; brent and golden do", name)
	case bounded && len(o.Bounds) != 2:
		return fmt.Errorf("scalar: there are %d bounds, want 2", len(o.Bounds))
	case o.Bracket != nil && len(o.Bracket) != 2 && len(o.Bracket) != 3:
		return fmt.Errorf("scalar: the bracket has %d points, want 2 or 3", len(o.Bracket))
	}
	for _, v := range slices.Concat(o.Bounds, o.Bracket) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("scalar: a bound or point of the bracket is %g, want finite numbers", v)
		}
	}
	for _, v := range [][]float64{o.Bounds, o.Bracket} {
		if n := len(v); n > 0 && math.IsInf(v[n-1]-v[0], 0) {
			return fmt.Errorf("scalar: the interval from %g to %g is longer than the largest number", v[0], v[n-1])
		}
	}
	if b := o.Bounds; b != nil && b[0] > b[1] {
		return fmt.Errorf("scalar: the lower bound %g is above the upper bound %g", b[0], b[1])
	}
	return nil
}

// tolerance is the option v, with the default d unless Options.Tol sets another.
func (s *minimum) tolerance(v, d float64) float64 {
	return option.Or(v, option.Or(s.opt.Tol, d))
}

// bracket returns the bracket that is given or found. If there is none it returns the result.
func (s *minimum) bracket() (b linemin.Bracket, failed *Result) {
	given := s.opt.Bracket
	if len(given) == 3 {
		return s.threePoints(given[0], given[1], given[2]), nil
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

// threePoints is the bracket of three given points, which it refuses if they are none.
func (s *minimum) threePoints(x0, x1, x2 float64) (b linemin.Bracket) {
	b.XA, b.XB, b.XC = min(x0, x2), x1, max(x0, x2)
	if !(b.XA < b.XB && b.XB < b.XC) {
		search.Refuse("the bracket %g, %g, %g is not in order: the middle point must lie between the others", x0, x1, x2)
	}
	b.FA, b.FB, b.FC = s.at(b.XA), s.at(b.XB), s.at(b.XC)
	if !(b.FB < b.FA && b.FB < b.FC) {
		search.Refuse("the bracket encloses no minimum: f(%g) = %g, f(%g) = %g, f(%g) = %g, and the middle value must be below the others",
			b.XA, b.FA, b.XB, b.FB, b.XC, b.FC)
	}
	return b
}

// result adds the counts, and checks the method's result: a value that is not finite
// is not a success, and without success the answer is the best point evaluated.
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
