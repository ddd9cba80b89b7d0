package root

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Hybr is Powell's hybrid method, the default: a good first choice for up to some hundred
// unknowns. It is a trust-region method with dogleg steps, whose Jacobian is evaluated again only
// where Broyden's updates of it fail.
//
// It stops when the trust region is at most XTol times the scaled point (SciPyStatus 1), after
// MaxFev evaluations (2), when rounding allows no more digits (3), and when it makes no good
// progress over the last five Jacobians (4) or the last ten iterations (5). An iteration costs one
// evaluation and a QR factorization, 4n³/3 operations.
//
// Powell, "A hybrid method for nonlinear equations", in Rabinowitz (ed.), "Numerical methods for
// nonlinear algebraic equations", 1970. Constants and tests are from MINPACK's subroutines
// hybrd and hybrj (Moré, Garbow & Hillstrom, "User guide for MINPACK-1", 1980).
type Hybr struct {
	XTol   float64   `opt:"xtol"`   // bound of the relative change of the scaled point at the end; default 1.49012e-8
	MaxFev int       `opt:"maxfev"` // most evaluations, including differences; default 200(n+1), or 100(n+1) with a Jacobian
	Factor float64   `opt:"factor"` // largest length of the first step, relative to the scaled point, positive; default 100
	Diag   []float64 `opt:"diag"`   // scales of the variables, one positive number each; default the norms of the Jacobian's columns
}

// Name returns "hybr".
func (Hybr) Name() string { return "hybr" }

// Constants of hybrd.
const (
	hybrFail       = 0.1  // a step with a smaller ratio of actual to predicted decrease has failed
	hybrGood       = 0.5  // one with a larger ratio lets the region grow
	hybrTake       = 1e-4 // one with a larger ratio is taken
	hybrProgress   = 1e-3 // an iteration with a larger decrease of |F|² makes progress
	hybrJacobian   = 0.1  // a Jacobian with one step of a larger decrease makes progress
	hybrMaxSlow    = 10   // consecutive iterations without progress before it gives up
	hybrMaxSlowJac = 5    // consecutive Jacobians without progress before it gives up
)

// hybrid is the state of a search. D is the diagonal matrix of the scales, Δ the radius of the
// trust region |D p| ≤ Δ, and J the Jacobian or Broyden's update of it.
type hybrid struct {
	r      *run
	given  []float64 // the scales from the options; nil if they follow the Jacobian
	xtol   float64
	maxFev int

	x, f        []float64 // the point and F there
	fnorm       float64   // |F|
	diag        []float64 // D
	jac         *mat.Dense
	qr          mat.QR
	p           []float64 // the step
	newton      []float64 // Newton's step, -J⁻¹F
	jp          []float64 // J p
	next, nextF []float64 // the point last tried, x + p, and F there

	delta    float64 // Δ
	slow     int     // consecutive iterations without progress
	slowJac  int     // consecutive Jacobians without progress
	first    bool    // no step has been tried
	restarts int     // from points at which the stopping test held, but which are no roots
}

// trial is what was found at x + p. Decreases are relative, 1 - |F(x+p)|²/|F(x)|².
type trial struct {
	length float64 // |D p|
	fnorm  float64 // |F(x+p)|
	actual float64 // the decrease of |F|², or -1 if it increased
	ratio  float64 // actual divided by the decrease of the linear model |F + J p|²; 0 if that is none
}

func (m Hybr) root(r *run) outcome {
	h := m.start(r)
	if !vec.IsFinite(h.fnorm) {
		return h.end(status.NonFinite, 5, "The values at the start are not finite.")
	}
	for {
		h.derive(option.Or(m.Factor, 100))
		if h.fnorm == 0 {
			return h.converged()
		}
		o, ended := h.iterate()
		if ended && o.reason == status.Converged && !r.isRoot(h.x, h.f) {
			const most = 2 // a choice
			if h.restarts == most {
				return r.noRoot(h.x, h.f, 5)
			}
			// The region has shrunk where F is not small: from scratch.
			h.restarts, h.first, h.slow, h.slowJac, ended = h.restarts+1, true, 0, 0, false
		}
		if ended && o.reason == status.Failed && r.coarse() {
			h.first, h.slow, h.slowJac, ended = true, 0, 0, false
		}
		if ended {
			return o
		}
	}
}

// start checks the options and evaluates the first point.
func (m Hybr) start(r *run) *hybrid {
	n := r.n()
	if m.Factor < 0 {
		search.Refuse("hybr: Factor is %g, want a positive number, or 0 for 100", m.Factor)
	}
	if m.Diag != nil && len(m.Diag) != n {
		search.Refuse("hybr: Diag has length %d, x0 has %d", len(m.Diag), n)
	}
	for i, v := range m.Diag {
		if !(v > 0) {
			search.Refuse("hybr: Diag[%d] is %g, want a positive number", i, v)
		}
	}
	maxFev := 200 * (n + 1)
	if r.p.Jac != nil {
		maxFev = 100 * (n + 1)
	}
	mem := make(vec.Slab, 8*n)
	h := &hybrid{
		r: r, given: m.Diag, xtol: max(r.tolerance(m.XTol, 1.49012e-8), r.floor()), maxFev: option.Or(m.MaxFev, maxFev), first: true,
		x: mem.Take(n), f: mem.Take(n), p: mem.Take(n), diag: mem.Take(n), newton: mem.Take(n), jp: mem.Take(n),
		next: mem.Take(n), nextF: mem.Take(n), jac: mat.NewDense(n, n, nil),
	}
	r.jac = h.jac
	copy(h.x, r.x0)
	r.values(h.x, h.f)
	h.fnorm = vec.Norm2(h.f)
	return h
}

// derive evaluates the Jacobian at x and makes the scales no less than the norms of its columns.
// The first time it sets the scales to these, with 1 in place of 0, and Δ to factor |D x|.
func (h *hybrid) derive(factor float64) {
	h.r.sys.Jacobian(h.x, h.jac)
	norms := h.columnNorms()
	switch {
	case h.first:
		for i, s := range norms {
			if h.diag[i] = s; s == 0 {
				h.diag[i] = 1
			}
		}
		copy(h.diag, h.given)
		if h.delta = factor * h.scaled(h.x); h.delta == 0 {
			h.delta = factor
		}
	case h.given == nil:
		for i, s := range norms {
			h.diag[i] = max(h.diag[i], s)
		}
	}
}

// iterate takes steps with the Jacobian, which it updates, until two consecutive ones fail or the
// search has ended.
func (h *hybrid) iterate() (o outcome, ended bool) {
	failures, successes := 0, 0
	for fresh := true; failures < 2; fresh = false {
		t := h.try()
		if t.ratio < hybrFail {
			successes, failures = 0, failures+1
		} else {
			successes, failures = successes+1, 0
		}
		h.resize(t, successes)
		// Broyden's update, whether or not the step is taken.
		if vec.IsFinite(t.fnorm) && t.length > 0 {
			h.update(t.length)
		}
		if t.ratio < hybrGood || t.length < h.delta/4 { // progress that the region limits is no lack of it
			h.slow++
		}
		if t.ratio >= hybrTake {
			h.take(t)
		}
		if fresh {
			h.slowJac++
		}
		if t.actual >= hybrJacobian {
			h.slowJac = 0
		}
		h.first = false
		if o, ended := h.ended(t.length); ended {
			return o, true
		}
	}
	return outcome{}, false
}

// try finds a step within the trust region and evaluates F at its end.
func (h *hybrid) try() (t trial) {
	h.step()
	t.length = h.scaled(h.p)
	if h.first && t.length > 0 {
		h.delta = min(h.delta, t.length)
	}
	for i, v := range h.p {
		h.next[i] = h.x[i] + v
	}
	h.r.values(h.next, h.nextF)
	t.fnorm = vec.Norm2(h.nextF)
	t.actual = -1
	if t.fnorm < h.fnorm {
		t.actual = decrease(t.fnorm, h.fnorm)
	}
	h.timesJacobian(h.p)
	model := 0.0 // |F + J p|
	for i, v := range h.jp {
		model = math.Hypot(model, h.f[i]+v)
	}
	if model < h.fnorm {
		if predicted := decrease(model, h.fnorm); predicted > 0 {
			t.ratio = t.actual / predicted
		}
	}
	return t
}

// decrease is 1 - to²/from².
func decrease(to, from float64) float64 { return 1 - to/from*(to/from) }

// resize sets Δ for the next step, after consecutive successes.
func (h *hybrid) resize(t trial, successes int) {
	if t.ratio < hybrFail {
		h.delta /= 2
		return
	}
	if t.ratio >= hybrGood || successes > 1 {
		h.delta = max(h.delta, 2*t.length)
	}
	if math.Abs(t.ratio-1) <= 0.1 { // the model is nearly exact, in hybrd's terms
		h.delta = 2 * t.length
	}
}

// take moves to the point last tried.
func (h *hybrid) take(t trial) {
	h.x, h.next = h.next, h.x
	h.f, h.nextF = h.nextF, h.f
	h.fnorm = t.fnorm
	if t.actual >= hybrProgress {
		h.slow = 0
	}
	h.r.iterated(h.x, h.f)
}

// ended reports whether the search has ended after a step with |D p| = length, and how.
func (h *hybrid) ended(length float64) (outcome, bool) {
	size := h.scaled(h.x)
	switch {
	case h.delta <= h.xtol*size || h.fnorm == 0:
		return h.converged(), true
	case h.r.zeroAt(h.x, h.f):
		return h.end(status.Converged, 1, zeroMessage), true
	case h.r.sys.NFev >= h.maxFev:
		return h.end(status.EvaluationLimit, 2, "The number of calls to function has reached maxfev."), true
	case 0.1*max(0.1*h.delta, length) <= vec.Eps*size: // as in hybrd
		return h.end(status.Failed, 3, "xtol is too small, no further improvement in the approximate solution is possible."), true
	case h.slowJac >= hybrMaxSlowJac:
		return h.end(status.Failed, 4,
			"The iteration is not making good progress, as measured by the improvement from the last five Jacobian evaluations."), true
	case h.slow >= hybrMaxSlow:
		return h.end(status.Failed, 5,
			"The iteration is not making good progress, as measured by the improvement from the last ten iterations."), true
	}
	return outcome{}, false
}

func (h *hybrid) converged() outcome { return h.end(status.Converged, 1, "The solution converged.") }

func (h *hybrid) end(why status.Code, code int, message string) outcome {
	return outcome{h.x, h.f, why, code, message}
}

// scaled is |D x|.
func (h *hybrid) scaled(x []float64) float64 {
	s := 0.0
	for i, v := range x {
		s = math.Hypot(s, h.diag[i]*v)
	}
	return s
}

func (h *hybrid) columnNorms() []float64 {
	s := make([]float64, len(h.x))
	for i := range s {
		for k := range s {
			s[k] = math.Hypot(s[k], h.jac.At(i, k))
		}
	}
	return s
}

// step sets p to the dogleg step (MINPACK's subroutine dogleg): Newton's step if it is within
// |D p| ≤ Δ; else the point where the path from 0 to Cauchy's point, the minimum of |F + J p|
// along the scaled gradient, and on to Newton's step leaves the region.
func (h *hybrid) step() {
	h.newtonStep()
	length := h.scaled(h.newton)
	if length <= h.delta {
		copy(h.p, h.newton)
		return
	}
	slope := h.scaledGradient()
	if !vec.IsFinite(length) { // the pivots are too small
		for i := range h.p {
			h.p[i] *= -h.delta
		}
		return
	}
	if slope == 0 { // p is 0: part of the way to Newton's step
		for i, v := range h.newton {
			h.p[i] = v * h.delta / length
		}
		return
	}
	// p is the gradient with |D p| = 1. Along -t p the model is |F|² - 2 slope t + |J p|² t².
	h.timesJacobian(h.p)
	curve := vec.Norm2(h.jp)
	cauchy := slope / curve / curve
	if !(cauchy < h.delta) {
		for i := range h.p {
			h.p[i] *= -h.delta
		}
		return
	}
	h.beyondCauchy(cauchy)
}

// newtonStep sets newton to -J⁻¹F. A pivot that is zero counts as a very small one, as in MINPACK's
// subroutine dogleg, so that the step is long: the shortest minimizer of |F + J p| leaves out the
// equations that depend on nothing here, although they do elsewhere.
func (h *hybrid) newtonStep() {
	n := len(h.x)
	newton, minusF := mat.NewVecDense(n, h.newton), mat.NewVecDense(n, h.p)
	for i, v := range h.f {
		h.p[i] = -v
	}
	h.qr.Factorize(h.jac)
	if h.qr.SolveVecTo(newton, false, minusF) == nil && vec.AllFinite(h.newton) {
		return
	}
	var q, r mat.Dense
	h.qr.QTo(&q)
	h.qr.RTo(&r)
	newton.MulVec(q.T(), minusF)
	for i := n - 1; i >= 0; i-- {
		sum := h.newton[i]
		for k := i + 1; k < n; k++ {
			sum -= r.At(i, k) * h.newton[k]
		}
		pivot := r.At(i, i)
		if pivot == 0 {
			for k := range i + 1 {
				pivot = max(pivot, vec.Eps*math.Abs(r.At(k, i)))
			}
		}
		if pivot == 0 {
			pivot = vec.Eps
		}
		h.newton[i] = sum / pivot
	}
}

// scaledGradient sets p to D⁻²g/|D⁻¹g|, for which |D p| = 1, and returns the slope |D⁻¹g|, with
// the gradient g = JᵀF of ½|F + J p|². Where g is 0 so is p.
func (h *hybrid) scaledGradient() (slope float64) {
	n := len(h.x)
	mat.NewVecDense(n, h.p).MulVec(h.jac.T(), mat.NewVecDense(n, h.f))
	for i := range h.p {
		h.p[i] /= h.diag[i]
		slope = math.Hypot(slope, h.p[i])
	}
	if slope == 0 {
		return 0
	}
	for i := range h.p {
		h.p[i] /= slope * h.diag[i]
	}
	return slope
}

// beyondCauchy sets p, which is the scaled gradient, to the point between Cauchy's point
// c = -cauchy p and Newton's step where |D p| = Δ: c + t(newton - c) with the root t in [0, 1] of
// a t² + 2b t + c₀ = 0, a = |D(newton-c)|², b = (D(newton-c))ᵀD c, c₀ = |D c|² - Δ².
func (h *hybrid) beyondCauchy(cauchy float64) {
	a, b, c := 0.0, 0.0, cauchy*cauchy-h.delta*h.delta
	for i, v := range h.newton {
		h.p[i] *= -cauchy
		d := (v - h.p[i]) * h.diag[i]
		a += d * d
		b += d * h.p[i] * h.diag[i]
	}
	root := math.Sqrt(max(b*b-a*c, 0))
	t := -c / (b + root)
	if b < 0 { // without cancellation
		t = (root - b) / a
	}
	for i, v := range h.newton {
		h.p[i] += t * (v - h.p[i])
	}
}

// timesJacobian sets jp to J p.
func (h *hybrid) timesJacobian(p []float64) {
	n := len(h.x)
	mat.NewVecDense(n, h.jp).MulVec(h.jac, mat.NewVecDense(n, p))
}

// update adds (F(x+p) - F - J p)(D²p)ᵀ/|D p|² to J, which makes it right along p: the least change
// in the norm of J D⁻¹ (Broyden, "A class of methods for solving nonlinear simultaneous
// equations", 1965). length is |D p|; jp is J p.
func (h *hybrid) update(length float64) {
	for i := range h.x {
		u := (h.nextF[i] - h.f[i] - h.jp[i]) / length
		for k, v := range h.p {
			h.jac.Set(i, k, h.jac.At(i, k)+u*h.diag[k]*(h.diag[k]*v/length))
		}
	}
}
