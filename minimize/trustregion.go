package minimize

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// trustRegion is the loop that the trust-region methods share: a step minimizes the
// quadratic model within a radius, which grows or shrinks with how well the model
// predicted the value (Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006,
// algorithm 4.1).
type trustRegion struct {
	initial, limit, eta, gtol float64
	maxIter                   int
	solve                     func(m *trustModel, radius float64) (boundary bool)
}

// trustModel is the model at x: f + gᵀp + pᵀBp/2. A subproblem's solver sets p.
type trustModel struct {
	r     *search.Run
	x, g  []float64
	f     float64
	gnorm float64
	p     []float64
	h     *mat.SymDense // nil: products only
	at    bool          // h is the Hessian at x
	tries int           // steps from x that were refused
}

// product sets bp to B p.
func (m *trustModel) product(p, bp []float64) {
	if m.h == nil {
		m.r.Product(m.x, p, bp)
		return
	}
	blas64.Symv(1, m.hessian().RawSymmetric(), vec.Of(p), 0, vec.Of(bp))
}

func (m *trustModel) hessian() *mat.SymDense {
	if m.h == nil { // from the products
		m.h = mat.NewSymDense(len(m.x), nil)
	}
	if !m.at {
		m.r.Hessian(m.x, m.h)
		m.at = true
	}
	return m.h
}

const (
	msgBadModel = "A bad approximation caused failure to predict improvement."
	msgLinalg   = "A linalg error occurred, such as a non-psd Hessian."
)

// predicted is by how much the step p lowers the model. It sets bp to B p.
func (m *trustModel) predicted(bp []float64) float64 {
	m.product(m.p, bp)
	return -vec.Dot(m.g, m.p) - vec.Dot(m.p, bp)/2
}

// check refuses options that are wrong.
func (t trustRegion) check(method string) {
	if !(t.eta >= 0 && t.eta < 0.25) {
		search.Refuse("%s: Eta is %g, want a number from 0 to below 0.25", method, t.eta)
	}
	if !(t.initial > 0 && t.initial < t.limit) {
		search.Refuse("%s: the first radius is %g, want a positive number below the largest, %g", method, t.initial, t.limit)
	}
}

func (t trustRegion) minimize(r *search.Run, method string) search.Outcome {
	t.check(method)
	n := r.N()
	mem := make(vec.Slab, 5*n)
	m := &trustModel{r: r, x: mem.Take(n), g: mem.Take(n), p: mem.Take(n)}
	next, bp := mem.Take(n), mem.Take(n)
	if r.Problem.Hess != nil || r.Problem.HessP == nil {
		m.h = mat.NewSymDense(n, nil)
	}
	copy(m.x, r.X0)
	m.f = r.Value(m.x)
	r.Gradient(m.x, m.g)
	m.gnorm = vec.Norm2(m.g)
	radius := t.initial
	end := func(reason status.Code, scipy int, message string) search.Outcome {
		o := search.Outcome{X: m.x, Fun: m.f, Jac: m.g, Status: reason, SciPyStatus: scipy, Message: message}
		if m.h != nil && m.at {
			o.Hess = m.h
		}
		return o
	}
	if math.IsInf(m.f, -1) {
		return end(status.Unbounded, 3, search.MsgUnbounded)
	}
	if math.IsNaN(m.f) || math.IsInf(m.f, 0) || math.IsNaN(m.gnorm) || math.IsInf(m.gnorm, 0) {
		return end(status.NonFinite, 3, search.MsgNaN)
	}
	for m.gnorm >= t.gtol {
		if r.NIter >= t.maxIter {
			return end(status.IterationLimit, 1, search.MsgMaxIter)
		}
		boundary := t.solve(m, radius)
		predicted := m.predicted(bp)
		if vec.HasNaN(bp) {
			return end(status.NonFinite, 3, msgLinalg)
		}
		if !(predicted > 0) { // rounding spoiled the step
			boundary = m.cauchy(radius, bp)
			predicted = m.predicted(bp)
		}
		if !(predicted > 0) {
			return end(status.LineSearchFailed, 2, msgBadModel)
		}
		for i, v := range m.p {
			next[i] = m.x[i] + v
		}
		f := r.Value(next)
		rho := (m.f - f) / predicted // NaN where f is: the radius shrinks
		// Where rounding hides the change of the value, the model is trusted.
		if noise := 10 * vec.Eps * max(math.Abs(f), math.Abs(m.f)); math.Abs(m.f-f) <= noise && predicted <= noise {
			rho = 1
		}
		switch { // Nocedal & Wright's numbers
		case !(rho >= 0.25):
			radius /= 4
		case rho > 0.75 && boundary:
			radius = min(2*radius, t.limit)
		}
		if rho > t.eta {
			m.x, next = next, m.x
			m.f, m.at, m.tries = f, false, 0
			r.Gradient(m.x, m.g)
			m.gnorm = vec.Norm2(m.g)
			if math.IsInf(f, -1) {
				return end(status.Unbounded, 3, search.MsgUnbounded)
			}
			if math.IsNaN(m.gnorm) || math.IsInf(m.gnorm, 0) {
				return end(status.NonFinite, 3, search.MsgNaN)
			}
		} else if m.tries++; radius < 0x1p-52*max(vec.Norm2(m.x), 0x1p-500) {
			return end(status.LineSearchFailed, 2, msgBadModel)
		}
		r.Iterated(m.x, m.f, m.g)
	}
	return end(status.Converged, 0, search.MsgSuccess)
}

// toBoundary is the positive t with |p + t d| = radius, for |p| ≤ radius.
func toBoundary(p, d []float64, radius float64) float64 {
	a, b, c := vec.Dot(d, d), vec.Dot(p, d), vec.Dot(p, p)-radius*radius
	root := math.Sqrt(max(b*b-a*c, 0))
	if b > 0 { // without cancellation
		return -c / (b + root)
	}
	return (root - b) / a
}

// cauchy sets p to the minimizer of the model along the gradient within the radius
// (Nocedal & Wright, equations 4.11 and 4.12); bg is scratch.
func (m *trustModel) cauchy(radius float64, bg []float64) (boundary bool) {
	m.product(m.g, bg)
	curve := vec.Dot(m.g, bg)
	t := radius / m.gnorm
	boundary = true
	if curve > 0 {
		if u := m.gnorm * m.gnorm / curve; u < t {
			t, boundary = u, false
		}
	}
	for i, v := range m.g {
		m.p[i] = -t * v
	}
	return boundary
}

// shiftedCholesky is the factorization B + λI = UᵀU.
type shiftedCholesky struct {
	shifted blas64.Symmetric
	u       blas64.Triangular
	factors []float64
}

func newShiftedCholesky(n int) *shiftedCholesky {
	return &shiftedCholesky{shifted: blas64.Symmetric{N: n, Stride: n, Uplo: blas.Upper, Data: make([]float64, n*n)},
		factors: make([]float64, n*n)}
}

// factor reports whether B + λI is positive definite. It is kept in shifted.
func (c *shiftedCholesky) factor(b *mat.SymDense, lambda float64) bool {
	raw, n := b.RawSymmetric(), c.shifted.N
	for i := range n {
		copy(c.shifted.Data[i*n+i:(i+1)*n], raw.Data[i*raw.Stride+i:i*raw.Stride+n])
		c.shifted.Data[i*n+i] += lambda
	}
	copy(c.factors, c.shifted.Data)
	a := c.shifted
	a.Data = c.factors
	var ok bool
	c.u, ok = lapack64.Potrf(a)
	return ok
}

// solve sets x to (B + λI)⁻¹x.
func (c *shiftedCholesky) solve(x []float64) {
	blas64.Trsv(blas.Trans, c.u, vec.Of(x))
	blas64.Trsv(blas.NoTrans, c.u, vec.Of(x))
}
