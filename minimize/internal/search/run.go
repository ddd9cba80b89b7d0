// Package search is the driver of all searches of minimize. [Do] runs a method and makes a
// result of however it ends; an [Evaluator] calls the functions of a problem, with the context,
// the checkpoint and the monitor; a [Run] is a search for a minimum, and a [System] a function
// with many values.
//
// A method of minimize, in this module or a user's, works with a Run only:
//
//	X0, Lower, Upper, Constraints     the problem: the start within the bounds, these and the constraints
//	Problem                           which derivatives there are
//	Value, Gradient, Hessian, Product evaluations at a point, kept for the last one
//	Evaluate                          a value whatever is kept
//	Iterated                          ends an iteration: counts, monitor, callback
//	NIter, NFev, Best, BestF          how far the search is
//	Tolerance, Iterations             options with their defaults
//
// and answers with an [Outcome]. [Refuse] ends a search whose options are wrong.
package search

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/trace"
)

// Problem are the functions of a problem and its derivatives, as in minimize.Problem.
type Problem struct {
	Func     func(x []float64) float64
	Grad     func(x, grad []float64)
	FuncGrad func(x, grad []float64) float64
	Hess     func(x []float64, h *mat.SymDense)
	HessP    func(x, p, hp []float64)
	Complex  func(z []complex128) complex128
}

// Constraint is Lower ≤ Func(x) ≤ Upper or Lower ≤ A x ≤ Upper, as in minimize.Constraint.
type Constraint struct {
	A            *mat.Dense
	Func         func(x, c []float64)
	Jac          func(x []float64, j *mat.Dense)
	Hess         func(x, v []float64, h *mat.SymDense)
	Sparsity     [][]int
	Lower, Upper []float64
	KeepFeasible bool
}

// Run is one search for a minimum: it evaluates, counts, and remembers the best point.
type Run struct {
	Evaluator
	Problem      Problem                                                        // the functions; methods use it to see which there are
	Callback     func(x []float64, f float64, g []float64, maxCV float64) error // after each iteration; may be nil
	X0           []float64                                                      // within the bounds
	Lower, Upper []float64                                                      // of full length if there are bounds, else nil
	Constraints  *Constraints                                                   // nil: there are none
	scheme       string                                                         // of finite differences, as in the options
	tol          float64                                                        // Options.Tol

	NIter, NFev, NJev, NHev int
	StopStatus              int // SciPy's status if a callback stops the search, with StopMessage; 0 for the usual ones
	StopMessage             string
	Best                    []float64 // the best point known
	BestF, bestCV           float64   // the value and the violation there
	sawNaN                  bool      // the function was NaN somewhere
	wildG                   bool      // the gradient evaluated last is not finite

	// What is known at the point last evaluated.
	at         []float64
	atF        float64
	atG        []float64
	hasF, hasG bool
}

// Kinds of evaluations in a journal.
const (
	KindF byte = 'f' + iota
	KindG
	kindBoth
	kindDiff
	KindHess
	kindHessP
)

var kindNames = map[byte]string{KindF: "value", KindG: "derivative", kindBoth: "value or derivative", KindHess: "Hessian", kindHessP: "product of the Hessian"}

// NewRun is a search for a minimum of p from x0. scheme is the one of the evaluator's
// differences, and tol sets the tolerances of methods that have none; 0 for their defaults.
func NewRun(e Evaluator, p Problem, x0 []float64, scheme string, tol float64) *Run {
	return &Run{Evaluator: e, Problem: p, X0: slices.Clone(x0), scheme: scheme, tol: tol}
}

// N is the number of variables.
func (r *Run) N() int { return len(r.X0) }

// move makes x the point of the cache.
func (r *Run) move(x []float64) {
	if r.at == nil || !slices.Equal(r.at, x) {
		r.at = append(r.at[:0], x...)
		r.hasF, r.hasG = false, false
	}
}

// Value is the function at x. Asked again at the same point it is not evaluated again.
func (r *Run) Value(x []float64) float64 {
	r.move(x)
	if !r.hasF {
		if r.Problem.FuncGrad != nil {
			r.both()
		} else {
			r.atF, r.hasF = r.Evaluate(x), true
			r.note()
		}
	}
	return r.atF
}

// Evaluate evaluates the function, whatever the cache holds.
func (r *Run) Evaluate(x []float64) float64 {
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
		return r.Problem.Func(r.copied(x))
	}
	return r.Problem.FuncGrad(r.copied(x), make([]float64, len(x)))
}

func (r *Run) both() {
	r.atG = vec.Grown(r.atG, r.N())
	r.Check()
	r.NFev++
	r.NJev++
	if r.journal == nil {
		r.atF = r.Problem.FuncGrad(r.copied(r.at), r.atG)
	} else {
		out := make([]float64, r.N()+1)
		r.Ask(kindBoth, r.at, out, func() { out[r.N()] = r.Problem.FuncGrad(r.copied(r.at), out[:r.N()]) })
		copy(r.atG, out)
		r.atF = out[r.N()]
	}
	r.hasF, r.hasG = true, true
	r.wildG = !vec.AllFinite(r.atG)
	r.note()
}

// note remembers the point of the cache if it is the best so far; with constraints if
// these are known there too.
func (r *Run) note() {
	r.sawNaN = r.sawNaN || math.IsNaN(r.atF)
	if r.Constraints != nil {
		if cv, ok := r.Constraints.known(r.at); ok {
			r.keep(r.at, r.atF, cv)
		}
		return
	}
	if r.Best == nil || r.atF < r.BestF || math.IsNaN(r.BestF) {
		r.Best, r.BestF = append(r.Best[:0], r.at...), r.atF
	}
}

// Gradient sets g to the gradient at x, given or by finite differences within the bounds.
func (r *Run) Gradient(x, g []float64) {
	r.move(x)
	if !r.hasG {
		if r.Problem.FuncGrad != nil {
			r.both()
		} else {
			r.atG = vec.Grown(r.atG, r.N())
			r.NJev++
			switch {
			case r.Problem.Grad == nil:
				r.differences()
			case r.journal == nil:
				r.Check()
				r.Problem.Grad(r.copied(r.at), r.atG)
			default:
				r.Ask(KindG, r.at, r.atG, func() { r.Problem.Grad(r.copied(r.at), r.atG) })
			}
			r.hasG = true
			r.wildG = !vec.AllFinite(r.atG)
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
	count := r.N() * r.diff.points()
	r.askDifferences(&r.asked, r.at, r.atG, func(x, y []float64) { y[0] = r.Problem.Func(x) }, func(f func(x, y []float64)) {
		r.diff.jacobian(f, r.at, f0[:], r.Lower, r.Upper, r.atG, nil, nil)
	})
	r.NFev += count
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
	r.NFev += r.N()
}

// Hessian sets h to the Hessian at x: given, from HessP, or by differences of gradients.
func (r *Run) Hessian(x []float64, h *mat.SymDense) {
	r.NHev++
	n := r.N()
	switch {
	case r.Problem.Hess != nil:
		if r.journal == nil {
			r.Check()
			r.Problem.Hess(r.copied(x), h)
			return
		}
		raw := h.RawSymmetric()
		r.Ask(KindHess, x, raw.Data, func() { r.Problem.Hess(r.copied(x), h) })
	case r.Problem.HessP != nil:
		e, c := make([]float64, n), make([]float64, n)
		full := mat.NewDense(n, n, nil)
		for i := range n {
			e[i] = 1
			r.hessianTimes(x, e, c)
			e[i] = 0
			full.SetCol(i, c)
		}
		symmetric(h, full)
	default:
		y, g0, g1 := slices.Clone(x), make([]float64, n), make([]float64, n)
		r.Gradient(x, g0)
		full := mat.NewDense(n, n, nil)
		var d differencing
		var fixed []int
		if r.Differenced() {
			d.rel = math.Sqrt(math.Sqrt(vec.Eps)) // as gradients have half of the digits
		}
		for i, v := range x {
			lo, hi := math.Inf(-1), math.Inf(1)
			if r.Lower != nil {
				lo, hi = r.Lower[i], r.Upper[i]
			}
			s, _, _ := d.stencil(v, lo, hi)
			if s == 0 {
				fixed = append(fixed, i)
				continue
			}
			y[i] = v + s
			r.Gradient(y, g1)
			y[i] = v
			for j := range g1 {
				g1[j] = (g1[j] - g0[j]) / s
			}
			full.SetCol(i, g1)
		}
		for _, i := range fixed { // from the others' columns, but for the diagonal
			for j := range n {
				full.Set(j, i, full.At(i, j))
			}
		}
		symmetric(h, full)
	}
}

func symmetric(h *mat.SymDense, full *mat.Dense) {
	n := h.SymmetricDim()
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
}

// hessianTimes sets hp to HessP at x times p.
func (r *Run) hessianTimes(x, p, hp []float64) {
	if r.journal == nil {
		r.Check()
		r.Problem.HessP(r.copied(x), r.copied(p), hp)
		return
	}
	r.Ask(kindHessP, append(slices.Clone(x), p...), hp, func() { r.Problem.HessP(r.copied(x), r.copied(p), hp) })
}

// Product sets hp to the Hessian at x times p.
func (r *Run) Product(x, p, hp []float64) {
	if r.Problem.HessP != nil {
		r.NHev++
		r.hessianTimes(x, p, hp)
		return
	}
	h := mat.NewSymDense(r.N(), nil)
	r.Hessian(x, h)
	mat.NewVecDense(len(hp), hp).MulVec(h, mat.NewVecDense(len(p), p))
}

// Iterated ends an iteration at x, with what the method knows (jac may be nil): it
// calls the callback.
func (r *Run) Iterated(x []float64, f float64, jac []float64) {
	r.NIter++
	cv := 0.0
	if r.Constraints != nil {
		cv = r.NoteFeasible(x, f)
	} else if r.Lower != nil {
		cv = BoundViolation(x, r.Lower, r.Upper)
	}
	r.Record(trace.Point{NIter: r.NIter, NFev: r.NFev, Fun: f, GradNorm: GradNorm(jac), MaxCV: cv}, x)
	if r.Callback == nil {
		return
	}
	if err := r.Callback(x, f, jac, cv); err != nil {
		Abort(err)
	}
}

// NoteFeasible has x kept if it is the best so far. It returns the violation there.
func (r *Run) NoteFeasible(x []float64, f float64) float64 {
	if r.Best != nil && r.BestF == f && slices.Equal(r.Best, x) {
		return r.bestCV // without an evaluation of the constraints
	}
	cv := r.Constraints.violation(x)
	r.keep(x, f, cv)
	return cv
}

// keep remembers x if it is the best so far: the least violation, and among those within
// feasible the least value.
func (r *Run) keep(x []float64, f, cv float64) {
	if r.Best != nil {
		a, b := max(cv-Feasible, 0), max(r.bestCV-Feasible, 0)
		if a > b || a == b && !(f < r.BestF || math.IsNaN(r.BestF)) {
			return
		}
	}
	r.Best, r.BestF, r.bestCV = append(r.Best[:0], x...), f, cv
}

// Feasible is the violation of a constraint that counts as none where nothing else is said.
const Feasible = 1e-6

// Tolerance is the option v, with the default d unless Options.Tol sets another.
func (r *Run) Tolerance(v, d float64) float64 {
	if r.tol != 0 {
		d = r.tol
	}
	return option.Or(v, d)
}

// Iterations is the limit on iterations v, by default 200 for each variable.
func (r *Run) Iterations(v int) int { return option.Or(v, 200*r.N()) }

// Differenced reports whether gradients are found by differences of values, which leaves
// them half of the digits.
func (r *Run) Differenced() bool {
	return r.Problem.Grad == nil && r.Problem.FuncGrad == nil && r.scheme != "cs"
}

// NeedGradient refuses a problem without a gradient.
func (r *Run) NeedGradient(method string) {
	if r.Problem.Grad == nil && r.Problem.FuncGrad == nil {
		Refuse("%s needs the gradient (Problem.Grad or FuncGrad)", method)
	}
}
