package minimize

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
)

// functions are the functions of a problem and its derivatives, as in minimize.Problem.
type functions struct {
	Func     func(x []float64) float64
	Grad     func(x, grad []float64)
	FuncGrad func(x, grad []float64) float64
	Hess     func(x []float64, h *mat.SymDense)
	HessP    func(x, p, hp []float64)
	Complex  func(z []complex128) complex128
}

// constraint is Lower ≤ Func(x) ≤ Upper or Lower ≤ A x ≤ Upper, as in minimize.Constraint.
type constraint struct {
	A            *mat.Dense
	Func         func(x, c []float64)
	Jac          func(x []float64, j *mat.Dense)
	Hess         func(x, v []float64, h *mat.SymDense)
	Sparsity     [][]int
	Lower, Upper []float64
	KeepFeasible bool
}

// run is one search: it evaluates, counts, and ends the search from outside.
type run struct {
	evaluator
	p            functions
	scheme       string                                                         // of finite differences, as in the options
	callback     func(x []float64, f float64, g []float64, maxCV float64) error // after each iteration; may be nil
	x0           []float64                                                      // within the bounds
	lower, upper []float64                                                      // of full length if there are bounds, else nil
	cons         *constraints
	tol          float64

	nit, nfev, njev, nhev int
	stopStatus            int // and message where a callback stops the method; 0: those of most
	stopMessage           string
	best                  []float64 // the best point known
	bestF, bestCV         float64
	sawNaN                bool // the function was NaN somewhere
	wildG                 bool // the gradient evaluated last is not finite

	// What is known at the point last evaluated.
	at         []float64
	atF        float64
	atG        []float64
	hasF, hasG bool
}

// Kinds of evaluations in a journal.
const (
	kindF byte = 'f' + iota
	kindG
	kindBoth
	kindDiff
	kindHess
	kindHessP
)

var kindNames = map[byte]string{kindF: "value", kindG: "derivative", kindBoth: "value or derivative", kindHess: "Hessian", kindHessP: "product of the Hessian"}

func (r *run) n() int { return len(r.x0) }

// move makes x the point of the cache.
func (r *run) move(x []float64) {
	if r.at == nil || !slices.Equal(r.at, x) {
		r.at = append(r.at[:0], x...)
		r.hasF, r.hasG = false, false
	}
}

// f is the function at x. Asked again at the same point it is not evaluated again.
func (r *run) f(x []float64) float64 {
	r.move(x)
	if !r.hasF {
		if r.p.FuncGrad != nil {
			r.both()
		} else {
			r.atF, r.hasF = r.call(x), true
			r.note()
		}
	}
	return r.atF
}

// call evaluates the function, whatever the cache holds.
func (r *run) call(x []float64) float64 {
	r.check()
	r.nfev++
	if r.journal == nil { // without a closure
		return r.value(x)
	}
	out := make([]float64, 1)
	r.ask(kindF, x, out, func() { out[0] = r.value(x) })
	return out[0]
}

func (r *run) value(x []float64) float64 {
	if r.p.Func != nil {
		return r.p.Func(r.copied(x))
	}
	return r.p.FuncGrad(r.copied(x), make([]float64, len(x)))
}

func (r *run) both() {
	r.atG = grown(r.atG, r.n())
	r.check()
	r.nfev++
	r.njev++
	if r.journal == nil {
		r.atF = r.p.FuncGrad(r.copied(r.at), r.atG)
	} else {
		out := make([]float64, r.n()+1)
		r.ask(kindBoth, r.at, out, func() { out[r.n()] = r.p.FuncGrad(r.copied(r.at), out[:r.n()]) })
		copy(r.atG, out)
		r.atF = out[r.n()]
	}
	r.hasF, r.hasG = true, true
	r.wildG = !allFinite(r.atG)
	r.note()
}

// note remembers the point of the cache if it is the best so far; with constraints if
// these are known there too.
func (r *run) note() {
	r.sawNaN = r.sawNaN || math.IsNaN(r.atF)
	if r.cons != nil {
		if cv, ok := r.cons.known(r.at); ok {
			r.keep(r.at, r.atF, cv)
		}
		return
	}
	if r.best == nil || r.atF < r.bestF || math.IsNaN(r.bestF) {
		r.best, r.bestF = append(r.best[:0], r.at...), r.atF
	}
}

// grad sets g to the gradient at x, given or by finite differences within the bounds.
func (r *run) grad(x, g []float64) {
	r.move(x)
	if !r.hasG {
		if r.p.FuncGrad != nil {
			r.both()
		} else {
			r.atG = grown(r.atG, r.n())
			r.njev++
			switch {
			case r.p.Grad == nil:
				r.differences()
			case r.journal == nil:
				r.check()
				r.p.Grad(r.copied(r.at), r.atG)
			default:
				r.ask(kindG, r.at, r.atG, func() { r.p.Grad(r.copied(r.at), r.atG) })
			}
			r.hasG = true
			r.wildG = !allFinite(r.atG)
		}
	}
	copy(g, r.atG)
}

// differences sets atG to finite differences at r.at.
func (r *run) differences() {
	if r.scheme == "cs" {
		r.ask(kindDiff, r.at, r.atG, r.complexSteps)
		return
	}
	f0 := [1]float64{r.f(r.at)}
	count := r.n() * r.diff.points()
	r.askDifferences(&r.asked, r.at, r.atG, func(x, y []float64) { y[0] = r.p.Func(x) }, func(f func(x, y []float64)) {
		r.diff.jacobian(f, r.at, f0[:], r.lower, r.upper, r.atG, nil, nil)
	})
	r.nfev += count
}

// complexSteps sets atG to Im f(x + ih)/h, which has no cancellation (Squire & Trapp,
// "Using complex variables to estimate derivatives of real functions", 1998).
func (r *run) complexSteps() {
	const h = 0x1p-100
	z := make([]complex128, r.n())
	for i, v := range r.at {
		z[i] = complex(v, 0)
	}
	for i, v := range r.at {
		r.check()
		z[i] = complex(v, h)
		r.atG[i] = imag(r.p.Complex(z)) / h
		z[i] = complex(v, 0)
	}
	r.nfev += r.n()
}

// hess sets h to the Hessian at x: given, from HessP, or by differences of gradients.
func (r *run) hess(x []float64, h *mat.SymDense) {
	r.nhev++
	n := r.n()
	switch {
	case r.p.Hess != nil:
		if r.journal == nil {
			r.check()
			r.p.Hess(r.copied(x), h)
			return
		}
		raw := h.RawSymmetric()
		r.ask(kindHess, x, raw.Data, func() { r.p.Hess(r.copied(x), h) })
	case r.p.HessP != nil:
		e, c := make([]float64, n), make([]float64, n)
		full := mat.NewDense(n, n, nil)
		for i := range n {
			e[i] = 1
			r.product(x, e, c)
			e[i] = 0
			full.SetCol(i, c)
		}
		symmetric(h, full)
	default:
		y, g0, g1 := slices.Clone(x), make([]float64, n), make([]float64, n)
		r.grad(x, g0)
		full := mat.NewDense(n, n, nil)
		var d differencing
		var fixed []int
		if r.p.Grad == nil && r.p.FuncGrad == nil && r.scheme != "cs" {
			d.rel = math.Sqrt(math.Sqrt(eps)) // as gradients have half of the digits
		}
		for i, v := range x {
			lo, hi := math.Inf(-1), math.Inf(1)
			if r.lower != nil {
				lo, hi = r.lower[i], r.upper[i]
			}
			s, _, _ := d.stencil(v, lo, hi)
			if s == 0 {
				fixed = append(fixed, i)
				continue
			}
			y[i] = v + s
			r.grad(y, g1)
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

// product sets hp to HessP at x times p.
func (r *run) product(x, p, hp []float64) {
	if r.journal == nil {
		r.check()
		r.p.HessP(r.copied(x), r.copied(p), hp)
		return
	}
	r.ask(kindHessP, append(slices.Clone(x), p...), hp, func() { r.p.HessP(r.copied(x), r.copied(p), hp) })
}

// hessp sets hp to the Hessian at x times p.
func (r *run) hessp(x, p, hp []float64) {
	if r.p.HessP != nil {
		r.nhev++
		r.product(x, p, hp)
		return
	}
	h := mat.NewSymDense(r.n(), nil)
	r.hess(x, h)
	mat.NewVecDense(len(hp), hp).MulVec(h, mat.NewVecDense(len(p), p))
}

// iterated ends an iteration at x, with what the method knows (jac may be nil): it
// calls the callback.
func (r *run) iterated(x []float64, f float64, jac []float64) {
	r.nit++
	cv := 0.0
	if r.cons != nil {
		cv = r.noteFeasible(x, f)
	} else if r.lower != nil {
		cv = boundViolation(x, r.lower, r.upper)
	}
	if r.monitor != nil {
		r.monitor.iterated(TracePoint{NIter: r.nit, NFev: r.nfev, Fun: f, GradNorm: gradNorm(jac), MaxCV: cv}, x)
	}
	if r.callback == nil {
		return
	}
	if err := r.callback(x, f, jac, cv); err != nil {
		abort(err)
	}
}

// noteFeasible has x kept if it is the best so far. It returns the violation there.
func (r *run) noteFeasible(x []float64, f float64) float64 {
	if r.best != nil && r.bestF == f && slices.Equal(r.best, x) {
		return r.bestCV // without an evaluation of the constraints
	}
	cv := r.cons.violation(x)
	r.keep(x, f, cv)
	return cv
}

// keep remembers x if it is the best so far: the least violation, and among those within
// feasible the least value.
func (r *run) keep(x []float64, f, cv float64) {
	if r.best != nil {
		a, b := max(cv-feasible, 0), max(r.bestCV-feasible, 0)
		if a > b || a == b && !(f < r.bestF || math.IsNaN(r.bestF)) {
			return
		}
	}
	r.best, r.bestF, r.bestCV = append(r.best[:0], x...), f, cv
}

// feasible is the violation of a constraint that counts as none where nothing else is said.
const feasible = 1e-6

// tolerance is the option v, with the default d unless Options.Tol sets another.
func (r *run) tolerance(v, d float64) float64 {
	if r.tol != 0 {
		d = r.tol
	}
	return option.Or(v, d)
}

// iterations is the limit on iterations v, by default 200 for each variable.
func (r *run) iterations(v int) int { return option.Or(v, 200*r.n()) }

// needGradient refuses a problem without a gradient.
func (r *run) needGradient(method string) {
	if r.p.Grad == nil && r.p.FuncGrad == nil {
		refuse("%s needs the gradient (Problem.Grad or FuncGrad)", method)
	}
}
