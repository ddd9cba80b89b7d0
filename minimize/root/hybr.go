package root

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Hybr is Powell's hybrid method: a trust-region method with dogleg steps, whose
// Jacobian is evaluated again only where Broyden's updates of it fail. It is for small
// dense problems.
//
// It stops when the relative change of the scaled point can be at most XTol (status 1),
// after MaxFev evaluations (2), when no more digits can be had (3), and when it makes
// no good progress, over the last five Jacobians (4) or the last ten iterations (5). An
// iteration costs a factorization, 4n³/3 operations.
//
// Powell, "A hybrid method for nonlinear equations", in "Numerical methods for
// nonlinear algebraic equations", 1970; the tests are those of Moré, Garbow &
// Hillstrom, "User guide for MINPACK-1", 1980, chapter 2.
type Hybr struct {
	XTol   float64   `opt:"xtol"`   // relative change of the point; default 1.49012e-8
	MaxFev int       `opt:"maxfev"` // evaluations at most, with those for differences; default 200(n+1), or 100(n+1) with a Jacobian
	Factor float64   `opt:"factor"` // the first step is at most so long, relative to the scaled point; default 100
	Diag   []float64 `opt:"diag"`   // scales of the variables, positive; nil: the norms of the Jacobian's columns
}

// Name is "hybr".
func (Hybr) Name() string { return "hybr" }

// hybrid is the state of a search.
type hybrid struct {
	r      *run
	given  []float64 // the scales, if they are options
	xtol   float64
	maxFev int

	x, f        []float64 // the point and the values there
	fnorm       float64   // |f|
	diag        []float64 // D, the scales of the variables
	jac         *mat.Dense
	qr          mat.QR
	p           []float64 // the step
	newton, jp  []float64 // Newton's step, and J p
	next, nextF []float64 // the point last tried, and the values there

	delta         float64 // the radius of the trust region, for |D p|
	slow, slowJac int     // iterations, and Jacobians, in a row without good progress
	first         bool    // no step has been tried
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
		if o, ended := h.iterate(); ended {
			return o
		}
	}
}

// start checks the options and evaluates the first point.
func (m Hybr) start(r *run) *hybrid {
	n := r.n()
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
		r: r, given: m.Diag, xtol: r.tolerance(m.XTol, 1.49012e-8), maxFev: option.Or(m.MaxFev, maxFev), first: true,
		x: mem.Take(n), f: mem.Take(n), p: mem.Take(n), diag: mem.Take(n), newton: mem.Take(n), jp: mem.Take(n),
		next: mem.Take(n), nextF: mem.Take(n), jac: mat.NewDense(n, n, nil),
	}
	copy(h.x, r.x0)
	r.values(h.x, h.f)
	h.fnorm = vec.Norm2(h.f)
	return h
}

// derive evaluates the Jacobian at x and makes the scales no less than its columns; the
// first time it sets both and the radius, factor times the scaled point.
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

// iterate takes steps with the Jacobian, which it updates, until two in a row fail or the
// search has ended.
func (h *hybrid) iterate() (o outcome, ended bool) {
	failures, successes := 0, 0
	for fresh := true; failures < 2; fresh = false {
		h.step(h.delta)
		length := h.scaled(h.p)
		if h.first {
			h.delta = min(h.delta, length)
		}
		fnorm, actual, ratio := h.try()
		if ratio < 0.1 {
			successes, failures, h.delta = 0, failures+1, h.delta/2
		} else {
			successes, failures = successes+1, 0
			if ratio >= 0.5 || successes > 1 {
				h.delta = max(h.delta, 2*length)
			}
			if math.Abs(ratio-1) <= 0.1 {
				h.delta = 2 * length
			}
		}
		// Broyden's update from the step, whether or not it is taken.
		if vec.IsFinite(fnorm) && length > 0 {
			h.update(length)
		}
		h.slow++
		if ratio >= 1e-4 {
			h.take(fnorm, actual)
		}
		if fresh {
			h.slowJac++
		}
		if actual >= 0.1 {
			h.slowJac = 0
		}
		h.first = false
		if o, ended := h.ended(length); ended {
			return o, true
		}
	}
	return outcome{}, false
}

// try evaluates the point at the end of the step. It returns |F| there, by which part |F|²
// is less than at x, and the ratio of that to the part by the linear model; -1 and 0 where
// they are not.
func (h *hybrid) try() (fnorm, actual, ratio float64) {
	for i, v := range h.p {
		h.next[i] = h.x[i] + v
	}
	h.r.values(h.next, h.nextF)
	fnorm = vec.Norm2(h.nextF)
	actual = -1
	if fnorm < h.fnorm {
		actual = 1 - fnorm/h.fnorm*(fnorm/h.fnorm)
	}
	n := len(h.x)
	mat.NewVecDense(n, h.jp).MulVec(h.jac, mat.NewVecDense(n, h.p))
	model := 0.0
	for i, v := range h.jp {
		model = math.Hypot(model, h.f[i]+v)
	}
	if model < h.fnorm {
		if predicted := 1 - model/h.fnorm*(model/h.fnorm); predicted > 0 {
			ratio = actual / predicted
		}
	}
	return fnorm, actual, ratio
}

// take moves to the point last tried.
func (h *hybrid) take(fnorm, actual float64) {
	h.x, h.next = h.next, h.x
	h.f, h.nextF = h.nextF, h.f
	h.fnorm = fnorm
	if actual >= 1e-3 {
		h.slow = 0
	}
	h.r.iterated(h.x, h.f)
}

// ended reports whether the search has ended after a step of a scaled length, and how.
func (h *hybrid) ended(length float64) (outcome, bool) {
	size := h.scaled(h.x)
	switch {
	case h.delta <= h.xtol*size || h.fnorm == 0:
		return h.converged(), true
	case h.r.sys.NFev >= h.maxFev:
		return h.end(status.EvaluationLimit, 2, "The number of calls to function has reached maxfev."), true
	case 0.1*max(0.1*h.delta, length) <= vec.Eps*size:
		return h.end(status.Failed, 3, "xtol is too small, no further improvement in the approximate solution is possible."), true
	case h.slowJac >= 5:
		return h.end(status.Failed, 4, "The iteration is not making good progress, as measured by the improvement from the last five Jacobian evaluations."), true
	case h.slow >= 10:
		return h.end(status.Failed, 5, "The iteration is not making good progress, as measured by the improvement from the last ten iterations."), true
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

// step sets p to the dogleg step within |D p| ≤ delta.
func (h *hybrid) step(delta float64) {
	n := len(h.x)
	h.qr.Factorize(h.jac)
	p := mat.NewVecDense(n, h.newton)
	minus := mat.NewVecDense(n, h.p)
	for i, v := range h.f {
		h.p[i] = -v
	}
	ok := h.qr.SolveVecTo(p, false, minus) == nil
	if !ok || vec.HasNaN(h.newton) { // singular: the least step of least squares
		var svd mat.SVD
		ok = svd.Factorize(h.jac, mat.SVDFull)
		rank := 0
		if ok {
			values := svd.Values(nil)
			for _, v := range values {
				if v > 1e-13*values[0] {
					rank++
				}
			}
		}
		if ok && rank > 0 {
			svd.SolveVecTo(p, minus, rank)
		} else {
			clear(h.newton)
		}
	}
	length := h.scaled(h.newton)
	if length <= delta {
		copy(h.p, h.newton)
		return
	}
	// The scaled gradient of ½|F + J p|², and the minimum along it.
	g := mat.NewVecDense(n, h.p)
	g.MulVec(h.jac.T(), mat.NewVecDense(n, h.f))
	s := 0.0
	for i := range h.p {
		h.p[i] /= h.diag[i]
		s = math.Hypot(s, h.p[i])
	}
	if s == 0 {
		for i, v := range h.newton {
			h.p[i] = v * delta / length
		}
		return
	}
	for i := range h.p {
		h.p[i] /= s * h.diag[i] // so that |D p| = 1
	}
	mat.NewVecDense(n, h.jp).MulVec(h.jac, g)
	curve := vec.Norm2(h.jp)
	cauchy := s / curve / curve
	if !(cauchy < delta) {
		for i := range h.p {
			h.p[i] *= -delta
		}
		return
	}
	// On the way from there to Newton's point.
	a, b, c := 0.0, 0.0, cauchy*cauchy-delta*delta
	for i, v := range h.newton {
		h.p[i] *= -cauchy
		d := (v - h.p[i]) * h.diag[i]
		a += d * d
		b += d * h.p[i] * h.diag[i]
	}
	t := -c / (b + math.Sqrt(max(b*b-a*c, 0)))
	if b < 0 {
		t = (math.Sqrt(max(b*b-a*c, 0)) - b) / a
	}
	for i, v := range h.newton {
		h.p[i] += t * (v - h.p[i])
	}
}

// update makes the Jacobian right along the step, in the scaled norm (Broyden, "A class
// of methods for solving nonlinear simultaneous equations", 1965). jp is J p.
func (h *hybrid) update(pnorm float64) {
	for i := range h.x {
		u := (h.nextF[i] - h.f[i] - h.jp[i]) / pnorm
		for k, v := range h.p {
			h.jac.Set(i, k, h.jac.At(i, k)+u*h.diag[k]*(h.diag[k]*v/pnorm))
		}
	}
}
