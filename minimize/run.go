package minimize

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Method is one of this package's methods, such as [BFGS], with its options.
type Method interface {
	// Name is SciPy's name, such as "L-BFGS-B".
	Name() string
	// minimize searches from r.x0. It may return at any time; evaluations that must
	// not be made (the context ended, the callback said stop) end it by a panic that
	// [Minimize] recovers.
	minimize(r *run) outcome
}

// needs is implemented by methods that can take bounds or constraints, or must have
// derivatives; others take none of these.
type needs interface{ needs() capability }

type capability struct {
	bounds, constraints bool
	hess                bool // wants Hess or HessP
	fullHess            bool // must have Hess
}

// outcome is how a method ended, in SciPy's terms.
type outcome struct {
	x       []float64
	f       float64
	jac     []float64
	status  int
	message string
	success bool
	fill    func(*Result) // sets the fields of its own; may be nil
}

// Options are what all methods share.
type Options struct {
	Method      Method
	Bounds      *Bounds
	Constraints []Constraint
	Tol         float64 // sets the method's own tolerances that are zero, as SciPy's tol does; 0 for none
	// FiniteDiff is how missing derivatives are found: "2-point" (the default), "3-point".
	FiniteDiff string
	// Callback is called after every iteration with what is known then; ErrStop from it
	// ends the search well, any other error with that error.
	Callback func(Result) error
}

// ErrStop is returned by a callback that has seen enough.
var ErrStop = errors.New("minimize: stopped by the callback")

// run is one search: it evaluates, counts, and ends the search from outside.
type run struct {
	ctx          context.Context
	p            Problem
	opt          Options
	x0           []float64 // within the bounds
	lower, upper []float64 // of full length if there are bounds, else nil
	tol          float64

	nit, nfev, njev, nhev int
	best                  []float64 // the best point evaluated, within the bounds
	bestF                 float64

	// What is known at the point last evaluated.
	at         []float64
	atF        float64
	atG        []float64
	hasF, hasG bool
}

// stopped ends a search from within an evaluation or a callback.
type stopped struct{ err error }

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
		}
	}
	return r.atF
}

// call evaluates the function, whatever the cache holds.
func (r *run) call(x []float64) float64 {
	if err := r.ctx.Err(); err != nil {
		panic(stopped{context.Cause(r.ctx)})
	}
	r.nfev++
	var v float64
	if r.p.Func != nil {
		v = r.p.Func(x)
	} else {
		v = r.p.FuncGrad(x, make([]float64, len(x)))
	}
	if r.best == nil || v < r.bestF || math.IsNaN(r.bestF) {
		r.best, r.bestF = append(r.best[:0], x...), v
	}
	return v
}

func (r *run) both() {
	if err := r.ctx.Err(); err != nil {
		panic(stopped{context.Cause(r.ctx)})
	}
	r.atG = grown(r.atG, r.n())
	r.nfev++
	r.njev++
	r.atF, r.hasF, r.hasG = r.p.FuncGrad(r.at, r.atG), true, true
	if r.best == nil || r.atF < r.bestF || math.IsNaN(r.bestF) {
		r.best, r.bestF = append(r.best[:0], r.at...), r.atF
	}
}

// grad sets g to the gradient at x, given or by finite differences within the bounds.
func (r *run) grad(x, g []float64) {
	r.move(x)
	if !r.hasG {
		switch {
		case r.p.FuncGrad != nil:
			r.both()
		case r.p.Grad != nil:
			r.atG = grown(r.atG, r.n())
			r.njev++
			r.p.Grad(r.at, r.atG)
			r.hasG = true
		default:
			r.atG = grown(r.atG, r.n())
			r.njev++
			r.differences(r.atG)
			r.hasG = true
		}
	}
	copy(g, r.atG)
}

func grown(s []float64, n int) []float64 {
	if len(s) != n {
		return make([]float64, n)
	}
	return s
}

// differences sets g to finite differences at r.at, with steps relative to x (SciPy's
// _numdiff): √ε for two points, ∛ε for three, turned round at a bound.
func (r *run) differences(g []float64) {
	x := slices.Clone(r.at)
	three := r.opt.FiniteDiff == "3-point"
	f0 := r.f(x)
	rel := math.Sqrt(eps)
	if three {
		rel = math.Cbrt(eps)
	}
	for i, v := range x {
		h := rel * math.Max(1, math.Abs(v))
		if v < 0 {
			h = -h
		}
		lo, hi := math.Inf(-1), math.Inf(1)
		if r.lower != nil {
			lo, hi = r.lower[i], r.upper[i]
		}
		step := func(h float64) (float64, float64) { // the value a step away, and the step as it is in numbers
			x[i] = v + h
			return r.call(x), x[i] - v
		}
		if three {
			h = math.Abs(h)
			if v-h >= lo && v+h <= hi {
				up, a := step(h)
				down, b := step(-h)
				g[i] = (up - down) / (a - b)
			} else {
				if hi-v < v-lo {
					h = -h
				}
				h = math.Copysign(math.Min(math.Abs(h), math.Max(hi-v, v-lo)/2), h)
				f1, h1 := step(h)
				f2, h2 := step(2 * h)
				// The parabola through three points.
				g[i] = (f1-f0)*h2/(h1*(h2-h1)) - (f2-f0)*h1/(h2*(h2-h1))
			}
		} else {
			if v+h > hi || v+h < lo {
				if math.Abs(h) <= math.Max(hi-v, v-lo) {
					h = -h
				} else if hi-v >= v-lo {
					h = hi - v
				} else {
					h = lo - v
				}
			}
			f1, h1 := step(h)
			g[i] = (f1 - f0) / h1
		}
		x[i] = v
	}
	r.move(x)
}

const eps = 0x1p-52

// hess sets h to the Hessian at x: given, from HessP, or by differences of gradients.
func (r *run) hess(x []float64, h *mat.SymDense) {
	r.nhev++
	n := r.n()
	switch {
	case r.p.Hess != nil:
		r.p.Hess(x, h)
	case r.p.HessP != nil:
		e, c := make([]float64, n), make([]float64, n)
		full := mat.NewDense(n, n, nil)
		for i := range n {
			e[i] = 1
			r.p.HessP(x, e, c)
			e[i] = 0
			full.SetCol(i, c)
		}
		symmetric(h, full)
	default:
		y, g0, g1 := slices.Clone(x), make([]float64, n), make([]float64, n)
		r.grad(x, g0)
		full := mat.NewDense(n, n, nil)
		for i, v := range x {
			s := math.Sqrt(eps) * math.Max(1, math.Abs(v))
			y[i] = v + s
			s = y[i] - v
			r.grad(y, g1)
			y[i] = v
			for j := range g1 {
				g1[j] = (g1[j] - g0[j]) / s
			}
			full.SetCol(i, g1)
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

// hessp sets hp to the Hessian at x times p.
func (r *run) hessp(x, p, hp []float64) {
	if r.p.HessP != nil {
		r.nhev++
		r.p.HessP(x, p, hp)
		return
	}
	h := mat.NewSymDense(r.n(), nil)
	r.hess(x, h)
	mat.NewVecDense(len(hp), hp).MulVec(h, mat.NewVecDense(len(p), p))
}

// iterated ends an iteration at x, with what the method knows: it calls the callback.
func (r *run) iterated(x []float64, f float64, jac []float64) {
	r.nit++
	if r.opt.Callback == nil {
		return
	}
	err := r.opt.Callback(Result{X: slices.Clone(x), Fun: f, Jac: slices.Clone(jac), NIter: r.nit, NFev: r.nfev, NJev: r.njev, NHev: r.nhev})
	if err != nil {
		panic(stopped{err})
	}
}

// Minimize minimizes p from x0. It ends early when ctx does, with the best point so
// far and the context's error.
func Minimize(ctx context.Context, p Problem, x0 []float64, opt Options) (res Result, err error) {
	r, m, err := prepare(ctx, p, x0, opt)
	if err != nil {
		return Result{}, err
	}
	defer func() {
		switch v := recover().(type) {
		case nil:
		case stopped:
			res = Result{X: slices.Clone(r.best), Fun: r.bestF, Status: 99, Message: "`callback` raised `StopIteration`.", NIter: r.nit, NFev: r.nfev, NJev: r.njev, NHev: r.nhev}
			if r.best == nil {
				res.X, res.Fun = slices.Clone(r.x0), math.NaN()
			}
			if !errors.Is(v.err, ErrStop) {
				res.Message = v.err.Error()
				err = fmt.Errorf("minimize: %w", v.err)
			}
		case error:
			err = fmt.Errorf("minimize: panic in a function of the problem: %w\n%s", v, debug.Stack())
		default:
			err = fmt.Errorf("minimize: panic in a function of the problem: %v\n%s", v, debug.Stack())
		}
	}()
	o := m.minimize(r)
	res = Result{X: o.x, Fun: o.f, Jac: o.jac, Status: o.status, Message: o.message, Success: o.success,
		NIter: r.nit, NFev: r.nfev, NJev: r.njev, NHev: r.nhev}
	if o.fill != nil {
		o.fill(&res)
	}
	return res, nil
}

// prepare checks the arguments.
func prepare(ctx context.Context, p Problem, x0 []float64, opt Options) (*run, Method, error) {
	n := len(x0)
	if p.Func == nil && p.FuncGrad == nil {
		return nil, nil, errors.New("minimize: the problem has no Func")
	}
	if n == 0 {
		return nil, nil, errors.New("minimize: x0 is empty")
	}
	for i, v := range x0 {
		if math.IsNaN(v) {
			return nil, nil, fmt.Errorf("minimize: x0[%d] is NaN", i)
		}
	}
	if f := opt.FiniteDiff; f != "" && f != "2-point" && f != "3-point" {
		return nil, nil, fmt.Errorf("minimize: FiniteDiff is %q, want 2-point or 3-point", f)
	}
	r := &run{ctx: ctx, p: p, opt: opt, x0: slices.Clone(x0), tol: opt.Tol}
	if b := opt.Bounds; b != nil {
		if len(b.Lower) != n || len(b.Upper) != n {
			return nil, nil, fmt.Errorf("minimize: bounds have lengths %d and %d, x0 has %d", len(b.Lower), len(b.Upper), n)
		}
		r.lower, r.upper = slices.Clone(b.Lower), slices.Clone(b.Upper)
		for i := range n {
			if !(b.Lower[i] <= b.Upper[i]) {
				return nil, nil, fmt.Errorf("minimize: lower bound %g of x[%d] is above its upper bound %g", b.Lower[i], i, b.Upper[i])
			}
			r.x0[i] = min(max(x0[i], b.Lower[i]), b.Upper[i])
		}
	}
	for k, c := range opt.Constraints {
		if len(c.Lower) == 0 || len(c.Lower) != len(c.Upper) {
			return nil, nil, fmt.Errorf("minimize: constraint %d has %d lower and %d upper bounds, want as many of both as it has values", k, len(c.Lower), len(c.Upper))
		}
		for i := range c.Lower {
			if !(c.Lower[i] <= c.Upper[i]) {
				return nil, nil, fmt.Errorf("minimize: lower bound %g of constraint %d[%d] is above its upper bound %g", c.Lower[i], k, i, c.Upper[i])
			}
		}
		if c.A == nil && c.Func == nil {
			return nil, nil, fmt.Errorf("minimize: constraint %d has neither A nor Func", k)
		}
		if c.A != nil {
			if rows, cols := c.A.Dims(); rows != len(c.Lower) || cols != n {
				return nil, nil, fmt.Errorf("minimize: A of constraint %d is %d×%d, want %d×%d", k, rows, cols, len(c.Lower), n)
			}
		}
	}
	m := opt.Method
	if m == nil {
		return nil, nil, errors.New("minimize: no method")
	}
	var can capability
	if k, ok := m.(needs); ok {
		can = k.needs()
	}
	switch {
	case r.lower != nil && !can.bounds:
		return nil, nil, fmt.Errorf("minimize: method %s takes no bounds; use L-BFGS-B, TNC, Nelder-Mead, Powell, SLSQP, COBYLA, COBYQA or trust-constr", m.Name())
	case len(opt.Constraints) > 0 && !can.constraints:
		return nil, nil, fmt.Errorf("minimize: method %s takes no constraints; use SLSQP, COBYLA, COBYQA or trust-constr", m.Name())
	case can.fullHess && p.Hess == nil:
		return nil, nil, fmt.Errorf("minimize: method %s needs the Hessian (Problem.Hess)", m.Name())
	case can.hess && p.Hess == nil && p.HessP == nil:
		return nil, nil, fmt.Errorf("minimize: method %s needs the Hessian or its product with a vector (Problem.Hess or HessP)", m.Name())
	}
	return r, m, nil
}
