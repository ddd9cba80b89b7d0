package nullspace

import "github.com/argmin-go/argmin/minimize/internal/vec"

// Tangential makes steps in the null space of a Jacobian.
type Tangential struct {
	p                   *Projection
	r, d, hd, next, cut []float64
	y                   []float64
}

// NewTangential makes steps with the Jacobian of p.
func NewTangential(p *Projection) *Tangential {
	n := p.J.Cols()
	return &Tangential{p, make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, p.J.Rows())}
}

// Step adds to v, a step normal to the null space and within the region, one t in it
// that makes gᵀt + ½tᵀHt small, with v + t within. g is the gradient at v, and is
// lost; h sets its second argument to H times the first. The conjugate gradients end
// when their residual is small relative to the first, along a direction of negative
// curvature, or outside of the ball. Where they end beyond the limits of the slacks, the step ends where
// these limits were crossed last.
//
// Gould, Hribar & Nocedal, "On the solution of equality constrained quadratic
// programming problems arising in optimization", SIAM J. Sci. Comput. 23 (2001),
// algorithm 6.2; Byrd, Hribar & Nocedal, "An interior
// point algorithm for large-scale nonlinear programming", SIAM J. Optim. 9 (1999).
func (s *Tangential) Step(h func(d, hd []float64), g []float64, region Region, v []float64) {
	r, d, hd, y := s.r, s.d, s.hd, s.y
	s.p.Solve(g, nil, r, y)
	for i, v := range r {
		d[i] = -v
	}
	rr := vec.Dot(r, r)
	enough := rr * forcing(rr)
	inside := true
	for k := 0; k < 2*len(v) && rr > enough; k++ {
		h(d, hd)
		curve := vec.Dot(d, hd)
		if !(curve > 0) {
			if leave(region, v, d, v) {
				return
			}
			break
		}
		a := rr / curve
		for i, v := range v {
			s.next[i] = v + a*d[i]
		}
		if vec.Norm2(s.next) >= region.Radius {
			if leave(region, v, d, v) {
				return
			}
			break
		}
		switch in := region.inBox(s.next); {
		case in:
			inside = true
		case inside:
			leave(region, v, d, s.cut)
			inside = false
		}
		copy(v, s.next)
		for i, u := range hd {
			r[i] += a * u
		}
		copy(hd, r)
		s.p.Solve(hd, nil, r, y)
		before := rr
		rr = vec.Dot(r, r)
		for i, u := range r {
			d[i] = rr/before*d[i] - u
		}
	}
	if !inside {
		copy(v, s.cut)
	}
}

// leave sets to to where the line from v along d leaves the region. It reports false, with to as it was, if that
// is not ahead.
func leave(region Region, v, d, to []float64) bool {
	_, t, ok := region.Interval(v, d)
	if ok = ok && t >= 0; ok {
		for i, v := range v {
			to[i] = v + t*d[i]
		}
	}
	return ok
}

// forcing is the reduction of the squared residual at which conjugate gradients are good
// enough: a twentieth at first, later so that steps converge quadratically (Nocedal & Wright, theorem 7.2),
// and never below rounding.
func forcing(rr float64) float64 {
	return max(min(0.05, rr), 1e-20)
}
