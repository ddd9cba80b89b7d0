package minimize

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

func init() { registerMethod(LBFGSB{}) }

// LBFGSB is the limited-memory BFGS method with bounds, for smooth functions of up to
// very many variables. An iteration finds the generalized Cauchy point of the
// quadratic model, which says what bounds are active, minimizes the model over the
// free variables, and searches along the line there for the strong Wolfe conditions.
// Points are within the bounds at all times.
//
// It stops when the largest element of the projected gradient is at most GTol, or the
// relative decrease of an iteration at most FTol (status 0), after MaxIter iterations
// or MaxFun evaluations (1), and when no step is found (2). The result has HessInv for
// up to 1000 variables.
//
// An iteration costs some 10·MaxCor·n operations beside one or two evaluations of the
// function and the gradient.
//
// Byrd, Lu, Nocedal & Zhu, "A limited memory algorithm for bound constrained
// optimization", SIAM J. Sci. Comput. 16 (1995); the projection of the subspace's
// minimizer is that of Morales & Nocedal, "Remark on Algorithm 778", 2011.
type LBFGSB struct {
	MaxCor  int     `opt:"maxcor"`  // pairs of steps and changes of the gradient that are kept; 0 means 10
	FTol    float64 `opt:"ftol"`    // (f - f')/max(|f|, |f'|, 1) at the end; 0 means 2.22e-9, negative zero
	GTol    float64 `opt:"gtol"`    // largest element of the projected gradient at the end; 0 means 1e-5, negative zero
	MaxFun  int     `opt:"maxfun"`  // evaluations at most; 0 means 15000
	MaxIter int     `opt:"maxiter"` // iterations at most; 0 means 15000
	MaxLS   int     `opt:"maxls"`   // evaluations in a line search at most; 0 means 20
}

// Name is "L-BFGS-B".
func (LBFGSB) Name() string { return "L-BFGS-B" }

// Capability says that it takes bounds.
func (LBFGSB) Capability() Capability { return Capability{Bounds: true} }

func (m LBFGSB) minimize(r *run) outcome {
	def := func(v, d int) int {
		if v <= 0 {
			return d
		}
		return v
	}
	n, limit := r.n(), def(m.MaxFun, 15000)
	ftol, gtol := r.tolerance(m.FTol, 2.2204460492503131e-9), r.tolerance(m.GTol, 1e-5)
	maxIter, maxLS := def(m.MaxIter, 15000), def(m.MaxLS, 20)
	q := newLimitedModel(r, n, def(m.MaxCor, 10))
	mem := make([]float64, 6*n)
	x, g, d, next, nextG := mem[:n:n], mem[n:2*n:2*n], mem[2*n:3*n:3*n], mem[3*n:4*n:4*n], mem[4*n:5*n:5*n]
	target := mem[5*n:]
	copy(x, r.x0)
	f := r.f(x)
	r.grad(x, g)
	end := func(reason Reason, status int, message string) outcome {
		o := outcome{x: x, f: f, jac: g, reason: reason, status: status, message: message}
		if n <= 1000 {
			o.fill = func(res *Result) { res.HessInv = q.inverse() }
		}
		return o
	}
	if math.IsInf(f, -1) {
		return end(Unbounded, 2, msgUnbounded)
	}
	if !finiteAll(f, g) {
		return end(NonFinite, 2, "ABNORMAL: the value or the gradient at the start is not finite")
	}
	if r.projected(x, g) <= gtol {
		return end(Converged, 0, "CONVERGENCE: NORM OF PROJECTED GRADIENT <= PGTOL")
	}
	var slope, step float64
	calls := 0
	phi := func(a float64) (float64, float64) {
		if calls++; calls > maxLS || r.nfev >= limit {
			return math.Inf(1), math.NaN() // which the search cannot go on from
		}
		step = a
		for i, v := range x {
			next[i] = v + a*d[i]
		}
		r.within(next)
		v := r.f(next)
		if math.IsNaN(v) {
			v = math.Inf(1)
		}
		r.grad(next, nextG)
		return v, dot(nextG, d)
	}
	for {
		q.direction(x, g, target)
		for i, v := range target {
			d[i] = v - x[i]
		}
		slope = dot(d, g)
		first, longest := 1.0, 1e10
		if r.lower != nil {
			longest = r.longest(x, d)
			if r.nit == 0 {
				longest = 1
			}
		}
		if q.k == 0 && !r.boxed() {
			first = min(1/norm2(d), longest)
		}
		first = min(first, longest)
		calls = 0
		last := f
		value, ok := r.lineBoundSearch(phi, f, slope, first, longest, maxLS)
		if !ok {
			switch {
			case r.nfev >= limit:
				return end(EvaluationLimit, 1, "STOP: TOTAL NO. OF F,G EVALUATIONS EXCEEDS LIMIT")
			case q.k > 0: // forget, and go along the gradient
				q.reset()
				continue
			}
			return end(LineSearchFailed, 2, "ABNORMAL: no step along the projected gradient lowers the value")
		}
		f = value
		x, next = next, x
		g, nextG = nextG, g
		r.iterated(x, f, g)
		if math.IsInf(f, -1) {
			return end(Unbounded, 2, msgUnbounded)
		}
		if !finiteAll(f, g) {
			return end(NonFinite, 2, "ABNORMAL: the gradient is not finite")
		}
		switch {
		case r.projected(x, g) <= gtol:
			return end(Converged, 0, "CONVERGENCE: NORM OF PROJECTED GRADIENT <= PGTOL")
		case last-f <= ftol*max(math.Abs(last), math.Abs(f), 1):
			return end(Converged, 0, "CONVERGENCE: RELATIVE REDUCTION OF F <= FACTR*EPSMCH")
		case r.nit >= maxIter:
			return end(IterationLimit, 1, "STOP: TOTAL NO. OF ITERATIONS REACHED LIMIT")
		case r.nfev >= limit:
			return end(EvaluationLimit, 1, "STOP: TOTAL NO. OF F,G EVALUATIONS EXCEEDS LIMIT")
		}
		q.add(x, next, g, nextG, -slope*step)
	}
}

// lineBoundSearch is the line search of the method; the point is where phi was called
// last. Where there are no numbers it begins anew with a tenth of the step. A step with
// less value is a success even where the conditions do not hold.
func (r *run) lineBoundSearch(phi func(a float64) (f, g float64), f0, slope, first, longest float64, trials int) (f float64, ok bool) {
	if !(slope < 0) {
		return f0, false
	}
	for range trials {
		var at float64
		if at, f, _, ok = moreThuente(phi, f0, slope, first, 1e-3, 0.9, 0.1, 0, longest, trials); isNumber(f) || math.IsInf(f, -1) {
			break
		}
		longest, first = at/2, at/10
	}
	return f, ok || f < f0
}

// within moves x to the bounds where rounding took it beyond.
func (r *run) within(x []float64) {
	for i := range r.lower {
		x[i] = min(max(x[i], r.lower[i]), r.upper[i])
	}
}

// projected is the largest element of x - P(x - g).
func (r *run) projected(x, g []float64) float64 {
	s := 0.0
	for i, v := range g {
		if r.lower != nil {
			if v < 0 {
				v = max(v, x[i]-r.upper[i])
			} else {
				v = min(v, x[i]-r.lower[i])
			}
		}
		if v = math.Abs(v); v > s || math.IsNaN(v) {
			s = v
		}
	}
	return s
}

// longest is the longest step along d within the bounds.
func (r *run) longest(x, d []float64) float64 {
	a := 1e10
	for i, v := range d {
		switch {
		case v > 0:
			a = min(a, (r.upper[i]-x[i])/v)
		case v < 0:
			a = min(a, (r.lower[i]-x[i])/v)
		}
	}
	return max(a, 0)
}

// boxed reports whether all variables have two bounds.
func (r *run) boxed() bool {
	for i := range r.lower {
		if math.IsInf(r.lower[i], -1) || math.IsInf(r.upper[i], 1) {
			return false
		}
	}
	return r.lower != nil
}

// inverse is the inverse of the model's matrix.
func (q *limitedModel) inverse() *mat.SymDense {
	h := mat.NewSymDense(q.n, nil)
	e := make([]float64, q.n)
	c := make([]float64, q.n)
	for i := range q.n {
		clear(e)
		e[i] = 1
		q.times(e, c)
		for j := i; j < q.n; j++ {
			h.SetSym(i, j, c[j])
		}
	}
	return h
}
