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
// Jacobian is evaluated anew only where Broyden's updates of it fail. It is for small
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
	XTol   float64   `opt:"xtol"`   // relative change of the point; 0 means 1.49012e-8, negative zero
	MaxFev int       `opt:"maxfev"` // evaluations at most, with those for differences; 0 means 200(n+1), or 100(n+1) where there is a Jacobian
	Factor float64   `opt:"factor"` // the first step is at most so long, relative to the scaled point; 0 means 100
	Diag   []float64 `opt:"diag"`   // scales of the variables, positive; nil: the norms of the Jacobian's columns
}

// Name is "hybr".
func (Hybr) Name() string { return "hybr" }

// hybrid is the state of a search.
type hybrid struct {
	r           *run
	x, f, p     []float64
	diag        []float64
	jac         *mat.Dense
	qr          mat.QR
	newton, jp  []float64
	next, nextF []float64
}

func (m Hybr) root(r *run) outcome {
	n := r.n()
	if m.Diag != nil && len(m.Diag) != n {
		search.Refuse("hybr: Diag has length %d, x0 has %d", len(m.Diag), n)
	}
	for i, v := range m.Diag {
		if !(v > 0) {
			search.Refuse("hybr: Diag[%d] is %g, want a positive number", i, v)
		}
	}
	xtol, factor := r.tolerance(m.XTol, 1.49012e-8), option.Or(m.Factor, 100)
	maxFev := m.MaxFev
	if maxFev <= 0 {
		maxFev = 200 * (n + 1)
		if r.p.Jac != nil {
			maxFev = 100 * (n + 1)
		}
	}
	vector := func() []float64 { return make([]float64, n) }
	h := &hybrid{r: r, x: vector(), f: vector(), p: vector(), diag: vector(), jac: mat.NewDense(n, n, nil),
		newton: vector(), jp: vector(), next: vector(), nextF: vector()}
	copy(h.x, r.x0)
	r.values(h.x, h.f)
	end := func(reason status.Code, status int, message string) outcome {
		return outcome{h.x, h.f, reason, status, message}
	}
	fnorm := vec.Norm2(h.f)
	if math.IsNaN(fnorm) || math.IsInf(fnorm, 0) {
		return end(status.NonFinite, 5, "The values at the start are not finite.")
	}
	delta, slow, slowJac, first := 0.0, 0, 0, true
	for {
		r.sys.Jacobian(h.x, h.jac)
		fresh, failures, successes := true, 0, 0
		scales := h.columnNorms()
		if first {
			for i := range h.diag {
				h.diag[i] = scales[i]
				if m.Diag != nil {
					h.diag[i] = m.Diag[i]
				} else if scales[i] == 0 {
					h.diag[i] = 1
				}
			}
			if delta = factor * h.scaled(h.x); delta == 0 {
				delta = factor
			}
		} else if m.Diag == nil {
			for i, s := range scales {
				h.diag[i] = max(h.diag[i], s)
			}
		}
		if fnorm == 0 {
			return end(status.Converged, 1, "The solution converged.")
		}
		for {
			h.step(delta)
			pnorm := h.scaled(h.p)
			if first {
				delta = min(delta, pnorm)
			}
			for i, v := range h.p {
				h.next[i] = h.x[i] + v
			}
			r.values(h.next, h.nextF)
			newnorm := vec.Norm2(h.nextF)
			actual := -1.0
			if newnorm < fnorm {
				actual = 1 - newnorm/fnorm*(newnorm/fnorm)
			}
			model := 0.0
			mat.NewVecDense(n, h.jp).MulVec(h.jac, mat.NewVecDense(n, h.p))
			for i, v := range h.jp {
				model = math.Hypot(model, h.f[i]+v)
			}
			predicted := 0.0
			if model < fnorm {
				predicted = 1 - model/fnorm*(model/fnorm)
			}
			ratio := 0.0
			if predicted > 0 {
				ratio = actual / predicted
			}
			if ratio < 0.1 {
				successes, failures, delta = 0, failures+1, delta/2
			} else {
				successes, failures = successes+1, 0
				if ratio >= 0.5 || successes > 1 {
					delta = max(delta, 2*pnorm)
				}
				if math.Abs(ratio-1) <= 0.1 {
					delta = 2 * pnorm
				}
			}
			// Broyden's update from the step, whether or not it is taken.
			finite := !math.IsNaN(newnorm) && !math.IsInf(newnorm, 0)
			if finite && pnorm > 0 {
				h.update(pnorm)
			}
			slow++
			if ratio >= 1e-4 {
				h.x, h.next = h.next, h.x
				h.f, h.nextF = h.nextF, h.f
				fnorm = newnorm
				if actual >= 1e-3 {
					slow = 0
				}
				r.iterated(h.x, h.f)
			}
			if fresh {
				slowJac++
			}
			if actual >= 0.1 {
				slowJac = 0
			}
			first = false
			xnorm := h.scaled(h.x)
			switch {
			case delta <= xtol*xnorm || fnorm == 0:
				return end(status.Converged, 1, "The solution converged.")
			case r.sys.NFev >= maxFev:
				return end(status.EvaluationLimit, 2, "The number of calls to function has reached maxfev.")
			case 0.1*max(0.1*delta, pnorm) <= vec.Eps*xnorm:
				return end(status.Failed, 3, "xtol is too small, no further improvement in the approximate solution is possible.")
			case slowJac >= 5:
				return end(status.Failed, 4, "The iteration is not making good progress, as measured by the improvement from the last five Jacobian evaluations.")
			case slow >= 10:
				return end(status.Failed, 5, "The iteration is not making good progress, as measured by the improvement from the last ten iterations.")
			}
			fresh = false
			if failures >= 2 {
				break
			}
		}
	}
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
