package minimize

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Dogleg is the trust-region method whose steps lie on a path of two legs: along the gradient to
// the minimizer of the model there, and from that to the minimizer of the model. It needs the
// Hessian, which should be positive definite. Where it is not, the path is of the Hessian plus a
// multiple of the identity that makes it so (Nocedal & Wright, algorithm 3.3), where SciPy's
// method gives up.
//
// It stops when the Euclidean norm of the gradient is below GTol (status 0), after MaxIter
// iterations (1), when the model predicts no decrease or no step, however short, lowers the value
// (2), and when there are NaNs (3). A step costs n³/3 operations.
//
// Powell, "A new algorithm for unconstrained optimization", 1970; Nocedal & Wright, "Numerical
// Optimization", 2nd ed. 2006, section 4.1.
type Dogleg struct {
	InitialTrustRadius float64 `opt:"initial_trust_radius"` // first trust radius; default 1
	MaxTrustRadius     float64 `opt:"max_trust_radius"`     // largest trust radius; default 1000
	Eta                float64 `opt:"eta"`                  // least ratio of actual to predicted decrease of an accepted step; default 0.15
	GTol               float64 `opt:"gtol"`                 // largest Euclidean norm of the gradient at the end; default 1e-4
	MaxIter            int     `opt:"maxiter"`              // most iterations; default 200n
}

func (Dogleg) Name() string { return "dogleg" }

func (Dogleg) Capability() Capability { return Capability{FullHess: true} }

func (m Dogleg) minimize(r *search.Run) search.Outcome {
	n := r.N()
	newton, bg := make([]float64, n), make([]float64, n)
	chol := newShiftedCholesky(n)
	solve := func(q *trustModel, radius float64) bool {
		b := q.hessian()
		if !chol.factor(b, 0) {
			least, size := math.Inf(1), 0.0
			for i := range n {
				least, size = min(least, b.At(i, i)), max(size, math.Abs(b.At(i, i)))
			}
			if size == 0 {
				size = 1
			}
			tau := max(1e-3*size-least, 1e-3*size) // the β of algorithm 3.3, relative to the diagonal
			for ; !math.IsInf(tau, 0) && !math.IsNaN(tau); tau *= 2 {
				if chol.factor(b, tau) {
					break
				}
			}
		}
		for i, v := range q.g {
			newton[i] = -v
		}
		if chol.solve(newton); vec.HasNaN(newton) {
			return q.cauchy(radius, bg)
		}
		if vec.Norm2(newton) <= radius {
			copy(q.p, newton)
			return false
		}
		if q.cauchy(radius, bg) {
			return true
		}
		for i, v := range q.p {
			newton[i] -= v
		}
		t := toBoundary(q.p, newton, radius)
		for i, v := range newton {
			q.p[i] += t * v
		}
		return true
	}
	return trustRegion{option.Or(m.InitialTrustRadius, 1), option.Or(m.MaxTrustRadius, 1000), option.Or(m.Eta, 0.15),
		r.ValueTolerance(m.GTol, 1e-4), r.Iterations(m.MaxIter), solve}.minimize(r, m.Name())
}
