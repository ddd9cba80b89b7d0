package nullspace

import "github.com/argmin-go/argmin/minimize/internal/vec"

// Normal makes steps towards J v = -c.
type Normal struct {
	p                             *Projection
	y, g, jg                      []float64
	newton, cauchy, way, v, other []float64
}

// NewNormal makes steps with the Jacobian of p.
func NewNormal(p *Projection) *Normal {
	n, m := p.J.Cols(), p.J.Rows()
	return &Normal{p: p, y: make([]float64, m), jg: make([]float64, m),
		g: make([]float64, n), newton: make([]float64, n), cauchy: make([]float64, n), way: make([]float64, n), v: make([]float64, n), other: make([]float64, n)}
}

// Step sets v to a step within the region that makes |J v + c| small: the shortest
// solution of the equations where it is within. Otherwise it is the best of the
// farthest points within on two ways: the dogleg from 0 over the least value along
// the steepest descent to that solution, and the straight one.
//
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, section 18.5; with limits
// of slacks Byrd, Hribar & Nocedal, "An interior point algorithm for large-scale
// nonlinear programming", SIAM J. Optim. 9 (1999).
func (s *Normal) Step(c []float64, region Region, v []float64) {
	clear(v)
	j := s.p.J
	if len(c) == 0 || vec.Norm2(c) == 0 {
		return
	}
	for i, v := range c {
		s.y[i] = -v
	}
	s.p.Solve(nil, s.y, s.newton, s.jg)
	usable := vec.AllFinite(s.newton)
	if usable && region.Has(s.newton) {
		copy(v, s.newton)
		return
	}
	j.MulTrans(c, s.g)
	j.Mul(s.g, s.jg)
	gg, jgjg := vec.Dot(s.g, s.g), vec.Dot(s.jg, s.jg)
	if gg == 0 || jgjg == 0 {
		return // |c| is stationary here
	}
	for i, v := range s.g {
		s.cauchy[i] = -gg / jgjg * v
	}
	clear(v)
	for i, v := range s.newton {
		s.way[i] = v - s.cauchy[i]
	}
	if from, t, ok := region.Interval(s.cauchy, s.way); usable && ok && t >= 0 && from <= 1 {
		s.along(s.cauchy, s.way, min(t, 1), v)
	} else {
		_, t, _ := region.Interval(v, s.cauchy)
		s.along(v, s.cauchy, min(t, 1), v)
	}
	if !usable {
		return
	}
	clear(s.v)
	_, t, _ := region.Interval(s.v, s.newton)
	s.along(s.v, s.newton, min(t, 1), s.other)
	if s.residual(s.other, c) < s.residual(v, c) {
		copy(v, s.other)
	}
}

// along sets out to from + t way.
func (s *Normal) along(from, way []float64, t float64, out []float64) {
	for i, v := range from {
		out[i] = v + t*way[i]
	}
}

// residual is |J v + c|.
func (s *Normal) residual(v, c []float64) float64 {
	s.p.J.Mul(v, s.jg)
	for i, c := range c {
		s.jg[i] += c
	}
	return vec.Norm2(s.jg)
}
