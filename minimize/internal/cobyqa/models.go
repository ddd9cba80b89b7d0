package cobyqa

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// models are quadratic models of the objective and the constraints, and the values of these at the
// points.
type models struct {
	*points
	opt     int // the best point
	f       []float64
	c       [][]float64
	cv      []float64   // norms of violations
	quad    []quadratic // of the objective, then of the constraints
	curved  bool        // some constraint is not linear
	shifted []float64   // the best point less the base
}

// quadratic is c + gᵀx + ½ xᵀB x with x from the base. A linear one has no B.
type quadratic struct {
	c    float64
	g, b []float64
}

func newModels(n int, rows []row) *models {
	s := &models{points: newPoints(n)}
	s.f, s.cv = make([]float64, s.npt), make([]float64, s.npt)
	s.shifted = make([]float64, n)
	for range s.npt {
		s.c = append(s.c, make([]float64, len(rows)))
	}
	s.quad = append(s.quad, quadratic{g: make([]float64, n), b: make([]float64, n*n)})
	for _, row := range rows {
		q := quadratic{g: row.gradient}
		if q.g == nil {
			q.g, q.b = make([]float64, n), make([]float64, n*n)
			s.curved = true
		}
		s.quad = append(s.quad, q)
	}
	return s
}

// value is the value of function i, the objective or a constraint, at point k.
func (s *models) value(i, k int) float64 {
	if i == 0 {
		return s.f[k]
	}
	return s.c[k][i-1]
}

// at is the quadratic at x.
func (q *quadratic) at(x []float64) float64 {
	n := len(x)
	v := q.c
	for i, xi := range x {
		v += xi * (q.g[i] + vec.Dot(q.b[i*n:(i+1)*n], x)/2)
	}
	return v
}

// gradientAt sets g to the gradient at x.
func (q *quadratic) gradientAt(x, g []float64) {
	copy(g, q.g)
	if q.b == nil {
		return
	}
	n := len(x)
	for i := range g {
		g[i] += vec.Dot(q.b[i*n:(i+1)*n], x)
	}
}

// fit sets the models to the interpolants with Hessians of least Frobenius norm.
func (s *models) fit() {
	for i := range s.quad {
		q := &s.quad[i]
		if q.b == nil {
			continue
		}
		q.c = 0
		clear(q.g)
		clear(q.b)
	}
	s.correct()
}

// correct adds to each model the interpolant of its errors at the points.
func (s *models) correct() {
	for i := range s.quad {
		q := &s.quad[i]
		if q.b == nil {
			continue
		}
		clear(s.column)
		for k, y := range s.y {
			vec.Axpy(s.value(i, k)-q.at(y), s.h.Data[k*s.order:(k+1)*s.order], s.column)
		}
		s.combine(s.column)
		q.add(1, s.column[s.npt], s.points)
	}
}

// add adds a times the combination in p, with the constant c.
func (q *quadratic) add(a, c float64, p *points) {
	q.c += a * c
	vec.Axpy(a, p.grad, q.g)
	vec.Axpy(a, p.hess, q.b)
}

// replace puts x with its values in the place of point t, for the last call of
// lagrange, and updates the models by the least change of their Hessians. It reports
// false if the points are spoiled.
func (s *models) replace(t int, x []float64, f float64, c []float64, cv float64) bool {
	if !s.exchange(t, x) {
		return false
	}
	s.f[t], s.cv[t] = f, cv
	copy(s.c[t], c)
	constant := s.function(t)
	if s.age > 0 && !(s.wrong(t, constant) < maxError) {
		if !s.invert() {
			return false
		}
		constant = s.function(t)
	}
	for i := range s.quad {
		if q := &s.quad[i]; q.b != nil {
			q.add(s.value(i, t)-q.at(s.y[t]), constant, s.points)
		}
	}
	return true
}

// wrong is the error of the t-th Lagrange function, with a constant, at point t and at the best
// point.
func (s *models) wrong(t int, constant float64) float64 {
	l := quadratic{constant, s.grad, s.hess}
	v := math.Abs(l.at(s.y[t]) - 1)
	if s.opt != t {
		v = max(v, math.Abs(l.at(s.y[s.opt])))
	}
	return v
}

// shift makes the best point the base if it is farther than dist from it.
func (s *models) shift(dist float64) bool {
	o := s.y[s.opt]
	if vec.Norm2(o) <= dist {
		return false
	}
	copy(s.shifted, o)
	for i := range s.quad {
		if q := &s.quad[i]; q.b != nil {
			q.c = q.at(s.shifted)
			q.gradientAt(s.shifted, s.grad)
			copy(q.g, s.grad)
		}
	}
	s.rebase(s.points.at[s.opt])
	return true
}
