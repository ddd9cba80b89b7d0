package search

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/trace"
)

// Run is one search for a minimum: it evaluates, counts, and remembers the best point. The package
// comment has what methods may use.
type Run struct {
	// For methods, to be read only.
	Problem          Problem      // the functions
	X0               []float64    // the start, within the bounds
	Lower, Upper     []float64    // the bounds, of full length; nil: there are none
	Constraints      *Constraints // nil: there are none
	Scale            []float64    // sizes of the variables, if the user gives them; else nil
	NIter            int          // iterations
	NFev, NJev, NHev int          // evaluations of the objective, its gradient and its Hessian
	Best             []float64    // the best point evaluated; nil: none yet
	BestF            float64      // the value there

	// StopStatus and StopMessage may be set by methods: SciPy's status and message if a callback
	// stops the search; 0 for the usual ones.
	StopStatus  int
	StopMessage string // with StopStatus

	// For the front door.
	Evaluator
	// Callback is called after each iteration; nil: none. An error of it ends the search.
	Callback func(x []float64, f float64, g []float64, maxCV float64) error

	units          *Units  // of this search; nil: the user's
	outer          *Run    // with units, the search that they are units in
	unit           float64 // of its values, 0 as long as it is not known; see inUnit
	differenced    bool    // gradients come from another search, which finds them by differences
	derivativeFree bool    // the method uses only values

	visits  []Visited // the ends of the last iterations; nil: there are none
	reach   []float64 // the largest magnitude of each variable at the ends of iterations; nil: there are none
	sloped  []bool    // which variables ever had a slope
	start   start     // where the search began
	scheme  string    // of finite differences, as in the options
	tol     float64   // Options.Tol
	loose   float64   // the largest tolerance relative to its default
	bestCV  float64   // the violation at Best
	sawNaN  bool      // the function was NaN somewhere
	badGrad bool      // the gradient evaluated last is not finite

	// The cache: the point last evaluated, with the value and the gradient if they are known.
	at         []float64
	atF        float64
	atG        []float64
	hasF, hasG bool
}

// NewRun is a search for a minimum of p from x0. scheme is the scheme of the evaluator's
// differences, and tol sets the tolerances of methods that have none; 0 for their defaults.
func NewRun(e Evaluator, p Problem, x0 []float64, scheme string, tol float64) *Run {
	return &Run{Evaluator: e, Problem: p, X0: slices.Clone(x0), scheme: scheme, tol: tol}
}

// start is what is known of the start of a search.
type start struct {
	hasF, hasCV bool
	f, cv       float64
}

// Start is the value at X0, and whether the constraints were seen to hold there. NaN if it has not been
// evaluated.
func (r *Run) Start() (f float64, feasible bool) {
	if !r.start.hasF {
		return math.NaN(), false
	}
	return r.start.f, r.Constraints == nil || r.start.hasCV && r.start.cv <= Feasible
}

// DerivativeFree reports whether the method uses only values.
func (r *Run) DerivativeFree() bool { return r.derivativeFree }

// UsesValuesOnly says that the method uses only values: the gradients that it takes to judge a point are
// then found by differences.
func (r *Run) UsesValuesOnly() {
	r.derivativeFree = true
	if r.Problem.Func != nil {
		r.Problem.FuncGrad, r.Problem.Grad = nil, nil
	}
}

// N is the number of variables.
func (r *Run) N() int { return len(r.X0) }

// Known reports that the value at x is f, which it has been evaluated to some time ago.
func (r *Run) Known(x []float64, f float64) {
	if r.move(x); !r.hasF {
		r.atF, r.hasF = f, true
	}
}

// move makes x the point of the cache, with nothing known there unless it was that point.
func (r *Run) move(x []float64) {
	if r.at == nil || !slices.Equal(r.at, x) {
		r.at = append(r.at[:0], x...)
		r.hasF, r.hasG = false, false
	}
}

// Value is the function at x. At the point of the last evaluation it is not evaluated again.
func (r *Run) Value(x []float64) float64 {
	r.move(x)
	if !r.hasF {
		if r.Problem.FuncGrad != nil {
			r.valueAndGradient()
		} else {
			r.atF, r.hasF = r.evaluate(x), true
			r.note()
		}
	}
	return r.atF
}

// evaluate evaluates the function, whatever the cache holds.
func (r *Run) evaluate(x []float64) float64 {
	r.Check()
	r.NFev++
	if r.journal == nil { // without a closure
		return r.value(x)
	}
	out := make([]float64, 1)
	r.Ask(KindF, x, out, func() { out[0] = r.value(x) })
	return out[0]
}

func (r *Run) value(x []float64) float64 {
	if r.Problem.Func != nil {
		return r.inUnit(r.Problem.Func(r.copied(x)))
	}
	return r.inUnit(r.Problem.FuncGrad(r.copied(x), make([]float64, len(x))))
}

// valueAndGradient evaluates both at the point of the cache, by FuncGrad.
func (r *Run) valueAndGradient() {
	r.atG = vec.Grown(r.atG, r.N())
	r.Check()
	r.NFev++
	r.NJev++
	both := func(g []float64) float64 {
		f := r.inUnit(r.Problem.FuncGrad(r.copied(r.at), g))
		if r.unit == 0 { // f is 0
			r.unit = 1
		}
		r.slopesInUnit(g)
		return f
	}
	if r.journal == nil {
		r.atF = both(r.atG)
	} else {
		out := make([]float64, r.N()+1)
		r.Ask(kindBoth, r.at, out, func() { out[r.N()] = both(out[:r.N()]) })
		copy(r.atG, out)
		r.atF = out[r.N()]
	}
	r.hasF, r.hasG = true, true
	r.badGrad = !vec.AllFinite(r.atG)
	r.noteSloped()
	r.note()
}

// Gradient sets g to the gradient at x, given or by finite differences within the bounds.
func (r *Run) Gradient(x, g []float64) {
	r.move(x)
	if !r.hasG {
		if r.Problem.FuncGrad != nil {
			r.valueAndGradient()
		} else {
			r.needUnit(x)
			r.atG = vec.Grown(r.atG, r.N())
			r.NJev++
			switch {
			case r.Problem.Grad == nil:
				r.differences()
			case r.journal == nil:
				r.Check()
				r.Problem.Grad(r.copied(r.at), r.atG)
				r.slopesInUnit(r.atG)
			default:
				r.Ask(KindG, r.at, r.atG, func() {
					r.Problem.Grad(r.copied(r.at), r.atG)
					r.slopesInUnit(r.atG)
				})
			}
			r.hasG = true
			r.badGrad = !vec.AllFinite(r.atG)
			r.noteSloped()
		}
	}
	copy(g, r.atG)
}

// differences sets atG to finite differences at r.at.
func (r *Run) differences() {
	if r.scheme == "cs" {
		r.Ask(kindDiff, r.at, r.atG, r.complexSteps)
		return
	}
	f0 := [1]float64{r.Value(r.at)}
	d := &derivative{differencing: &r.diff, x: r.at, y: f0[:], lower: r.Lower, upper: r.Upper, dense: r.atG}
	d.prepare()
	r.askDifferences(&r.asked, r.at, r.atG, func(x, y []float64) { y[0] = r.inUnit(r.Problem.Func(x)) }, func(f func(x, y []float64)) {
		d.f = f
		d.columns(nil)
	})
	r.NFev += r.N() * r.diff.points()
}

// complexSteps sets atG to Im f(x + ih)/h, which has no cancellation (Squire & Trapp,
// "Using complex variables to estimate derivatives of real functions", 1998).
func (r *Run) complexSteps() {
	const h = 0x1p-100
	z := make([]complex128, r.N())
	for i, v := range r.at {
		z[i] = complex(v, 0)
	}
	for i, v := range r.at {
		r.Check()
		z[i] = complex(v, h)
		r.atG[i] = imag(r.Problem.Complex(z)) / h
		z[i] = complex(v, 0)
	}
	r.slopesInUnit(r.atG)
	r.NFev += r.N()
}

// Iterated ends an iteration at x, with the value f and the gradient jac there, which may be nil: it
// counts, shows it to the monitor and calls the callback.
func (r *Run) Iterated(x []float64, f float64, jac []float64) {
	r.NIter++
	r.visit(x, jac)
	cv := 0.0
	if r.Constraints != nil {
		cv = r.NoteFeasible(x, f)
	} else if r.Lower != nil {
		cv = BoundViolation(x, r.Lower, r.Upper)
	}
	if r.unit != 1 && r.unit != 0 {
		f, jac = f*r.unit, slices.Clone(jac)
		vec.Scale(r.unit, jac)
	}
	r.Record(trace.Point{NIter: r.NIter, NFev: r.NFev, Fun: f, GradNorm: GradNorm(jac), MaxCV: cv}, x)
	if r.Callback == nil {
		return
	}
	if err := r.Callback(x, f, jac, cv); err != nil {
		Abort(err)
	}
}

// Tolerance is the option v of a method, whose default is Options.Tol, or if that is 0, d.
func (r *Run) Tolerance(v, d float64) float64 {
	t := option.Or(v, option.Or(r.tol, d))
	if d > 0 {
		r.loose = max(r.loose, t/d)
	}
	return t
}

// ValueTolerance is Tolerance for one in units of the value, or of its gradient. One that the user has given is in
// those of the problem; the default is in those of this search.
func (r *Run) ValueTolerance(v, d float64) float64 {
	t := r.Tolerance(v, d)
	if r.outer == nil && (v > 0 || v == 0 && r.tol > 0) {
		r.needUnit(r.X0)
		return r.inUnit(t)
	}
	return t
}

// Loose is by how much the user has made a tolerance larger than its default; at least 1.
func (r *Run) Loose() float64 { return max(r.loose, 1) }

// Iterations is the option v of a method that limits iterations; default 200 per variable, as in
// SciPy.
func (r *Run) Iterations(v int) int { return option.Or(v, 200*r.N()) }

// Differenced reports whether gradients are found by differences of values: then they have about
// half of the digits.
func (r *Run) Differenced() bool {
	return r.differenced || r.Problem.Grad == nil && r.Problem.FuncGrad == nil && r.scheme != "cs"
}

// NeedGradient ends the search if the problem has no gradient.
func (r *Run) NeedGradient(method string) {
	if r.Problem.Grad == nil && r.Problem.FuncGrad == nil {
		Refuse("%s needs the gradient (Problem.Grad or FuncGrad)", method)
	}
}
