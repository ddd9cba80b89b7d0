package minimize

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// TrustNCG is the trust-region Newton method that solves its subproblems by conjugate gradients,
// truncated at the radius and at directions of negative curvature. It needs the Hessian or its
// products with vectors, and is for many variables.
//
// It stops when the Euclidean norm of the gradient is below GTol (status 0), after MaxIter
// iterations (1), when the model predicts no decrease or no step, however short, lowers the value
// (2), and when there are NaNs (3).
//
// Steihaug, "The conjugate gradient method and trust regions in large scale optimization", 1983;
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, algorithm 7.2, with the residual of
// equation 7.3.
type TrustNCG struct {
	InitialTrustRadius float64 `opt:"initial_trust_radius"` // first trust radius; default 1
	MaxTrustRadius     float64 `opt:"max_trust_radius"`     // largest trust radius; default 1000
	Eta                float64 `opt:"eta"`                  // least ratio of actual to predicted decrease of an accepted step; default 0.15
	GTol               float64 `opt:"gtol"`                 // largest Euclidean norm of the gradient at the end; default 1e-4
	MaxIter            int     `opt:"maxiter"`              // most iterations; default 200n
}

func (TrustNCG) Name() string { return "trust-ncg" }

func (TrustNCG) Capability() Capability { return Capability{Hess: true} }

func (m TrustNCG) minimize(r *search.Run) search.Outcome {
	n := r.N()
	res, d, bd := make([]float64, n), make([]float64, n), make([]float64, n)
	solve := func(q *trustModel, radius float64) bool {
		enough := min(0.5, math.Sqrt(q.gnorm)) * q.gnorm
		clear(q.p)
		for i, v := range q.g {
			res[i], d[i] = v, -v
		}
		rr := vec.Dot(res, res)
		if q.gnorm < enough {
			return false
		}
		leave := func() bool {
			t := toBoundary(q.p, d, radius)
			for i, v := range d {
				q.p[i] += t * v
			}
			return true
		}
		for range 20 * n {
			q.product(d, bd)
			curve := vec.Dot(d, bd)
			if !(curve > 0) {
				return leave()
			}
			a := rr / curve
			s := 0.0
			for i, v := range d {
				s += (q.p[i] + a*v) * (q.p[i] + a*v)
			}
			if math.Sqrt(s) >= radius {
				return leave()
			}
			for i, v := range d {
				q.p[i] += a * v
				res[i] += a * bd[i]
			}
			before := rr
			rr = vec.Dot(res, res)
			if math.Sqrt(rr) < enough {
				return false
			}
			for i, v := range res {
				d[i] = rr/before*d[i] - v
			}
		}
		return false
	}
	return trustRegion{option.Or(m.InitialTrustRadius, 1), option.Or(m.MaxTrustRadius, 1000), option.Or(m.Eta, 0.15),
		r.ValueTolerance(m.GTol, 1e-4), r.Iterations(m.MaxIter), solve}.minimize(r, m.Name())
}
