// Package trustlp minimizes a linear function subject to linear inequalities within a ball: the subproblem
// of COBYLA. The minimizer is the projection of a point on a ray onto the inequalities, so that the problem is
// a sequence of projections, each a nonnegative least squares problem; the comment of [Solver.Solve] has the
// argument.
//
// Read trustlp.go for the ray, nnls.go for the projections.
//
// Lawson & Hanson, "Solving least squares problems", 1974, chapter 23.
package trustlp

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Solver has the memory for problems of n variables and at most m inequalities.
type Solver struct {
	n    int
	rows []row // those with a gradient
	h    []float64
	ldp  nnls

	y, z, p, unit, last []float64
}

// row is a·y ≥ (b - t) k, with a of length 1 and y in units of the radius; without t
// where it is hard.
type row struct {
	a    []float64
	b, k float64
	hard bool
}

// at is the right side for the violation t.
func (r *row) at(t float64) float64 {
	if r.hard {
		return r.b * r.k
	}
	return (r.b - t) * r.k
}

// New makes a solver.
func New(n, m int) *Solver {
	s := &Solver{n: n, rows: make([]row, 0, m), h: make([]float64, m)}
	mem := make(vec.Slab, 5*n+m*n)
	s.y, s.z, s.p, s.unit, s.last = mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	for range m {
		s.rows = append(s.rows, row{a: mem.Take(n)})
	}
	s.rows = s.rows[:0]
	s.ldp.init(n+1, m)
	return s
}

// Solve sets d, no longer than the radius, to the minimizer of g·d subject to aᵢ·d ≥ bᵢ,
// with aᵢ the rows of a, one after the other. Where these cannot all hold within the
// ball, the largest violation is made as small as can be first, and g·d is minimized
// among the d with no larger one. The first hard inequalities are never violated; 0 must
// satisfy them. Of several minimizers it is the shortest.
//
// With C the set that satisfies the inequalities, the minimizer is the projection onto C
// of a point on the ray -s g, at the s where it meets the sphere or beyond which it does
// not move: s is the inverse of the ball's multiplier. A projection onto a polyhedron is a
// nonnegative least squares problem (Lawson & Hanson, "Solving least squares problems",
// 1974, chapter 23), which no degenerate set of inequalities disturbs. Between changes of
// the active inequalities the projection is linear in s, so that Newton's method finds
// s in a few steps. Some 10 projections of m (n+1)² operations each.
func (s *Solver) Solve(g, a, b []float64, hard int, radius float64, d []float64) {
	t := s.scale(a, b, hard, radius)
	s.relax(t)
	size := vec.Norm2(g)
	if size > 0 && vec.Norm2(s.y) < 1-boundary {
		for i, v := range g {
			s.unit[i] = v / size
		}
		if s.descend(); !(vec.Norm2(s.y) <= 1+boundary) {
			copy(s.y, s.last)
		}
	}
	length := vec.Norm2(s.y)
	for i, v := range s.y {
		d[i] = radius * v / max(length, 1)
	}
}

// Tolerances, our choices.
const (
	// boundary is the largest distance from 1 of the length of a point on the sphere.
	boundary = 1e-9
	// thin is the error allowed in the least violation, relative to the largest one. Without it the
	// set with that violation may be a single point, which rounding may lose.
	thin = 1e-11
	// farAway is the squared residual of the dual below which there is no point within 10⁴ sizes.
	farAway = 1e-8
	// rest is the squared speed along the ray below which the projection does not move.
	rest = 1e-20
)

// scale sets the rows, and returns the least violation of those without a gradient.
func (s *Solver) scale(a, b []float64, hard int, radius float64) float64 {
	t := 0.0
	all := s.rows[:cap(s.rows)]
	s.rows = s.rows[:0]
	for i, v := range b {
		from := a[i*s.n : (i+1)*s.n]
		size := vec.Norm2(from)
		if size == 0 || math.IsInf(v, -1) {
			if i >= hard {
				t = max(t, v)
			}
			continue
		}
		r := &all[len(s.rows)]
		for j, e := range from {
			r.a[j] = e / size
		}
		r.b, r.k, r.hard = v, 1/(size*radius), i < hard
		s.rows = all[:len(s.rows)+1]
	}
	return t
}

// project sets y to the projection of z, whose length is about size, onto the rows with violation t. It
// reports false when there is no such point within 10⁴ times the size.
func (s *Solver) project(z []float64, size, t float64) bool {
	outside := false
	for i, r := range s.rows {
		s.h[i] = (r.at(t) - vec.Dot(r.a, z)) / size
		outside = outside || s.h[i] > 0
	}
	s.ldp.clear()
	copy(s.y, z)
	if !outside {
		return true
	}
	phi := s.ldp.solve(s.rows, s.h[:len(s.rows)])
	if phi < farAway {
		return false
	}
	for i, v := range s.ldp.res[:s.n] {
		s.y[i] += size * v / phi
	}
	return true
}

// relax sets y to the shortest point of the least violation, and relaxes the rows by that violation. t is a
// violation that cannot be avoided.
func (s *Solver) relax(t float64) {
	clear(s.z)
	most, scale := t, 0.0 // the violation of 0
	for _, r := range s.rows {
		if r.hard {
			continue
		}
		most = max(most, r.b)
		scale = max(scale, math.Abs(r.b))
	}
	lo, hi := t, most // with violation lo there is no point in the ball, unless it is the first
	for k := 0; ; k++ {
		var next float64
		if s.project(s.z, 1, t) {
			length := vec.Norm2(s.y)
			if math.Abs(length-1) <= boundary || length < 1 && k == 0 || hi-lo <= thin*scale {
				break
			}
			// The length is a convex function of t, whose slope is the sum of the
			// multipliers.
			slope := 0.0
			for j, i := range s.ldp.set {
				if r := &s.rows[i]; !r.hard {
					slope += s.ldp.u[j] * r.k
				}
			}
			if slope *= 1 / (s.ldp.phi * length); length > 1 {
				lo = t
			} else {
				hi = t
			}
			if newton := t + (length-1)/slope; newton > lo && newton < hi {
				next = newton
			} else {
				next = (lo + hi) / 2
			}
		} else {
			lo = t
			next = (lo + hi) / 2
		}
		if t = next; k > 60 || hi-lo <= thin*scale {
			t = hi + thin*scale
			s.project(s.z, 1, t)
			break
		}
	}
	for i := range s.rows {
		if r := &s.rows[i]; !r.hard {
			r.b -= t
		}
	}
}

// descend moves y to the minimizer, or near it; last is then the last point within the ball.
func (s *Solver) descend() {
	lo, hi, step := 0.0, math.Inf(1), 1.0
	copy(s.last, s.y)
	for range 60 {
		for i, v := range s.unit {
			s.z[i] = -step * v
		}
		if !s.project(s.z, max(1, step), 0) {
			copy(s.y, s.last)
			return
		}
		length := vec.Norm2(s.y)
		if math.Abs(length-1) <= boundary {
			return
		}
		if length < 1 {
			lo = step
			copy(s.last, s.y)
		} else {
			hi = step
		}
		// y moves by -p as the step grows by 1. Where it rests, it may move on when the
		// multiplier of an active inequality has become zero.
		until := s.ldp.orthogonal(s.rows, s.unit, s.p) * max(1, step)
		pp := vec.Dot(s.p, s.p)
		if length < 1 && pp <= rest {
			next := step + until*(1+1e-6)
			if next > longest {
				return
			}
			if next >= hi {
				next = (lo + hi) / 2
			}
			step = next
			continue
		}
		yp := vec.Dot(s.y, s.p)
		next := math.NaN()
		if disc := yp*yp + (1-length*length)*pp; disc >= 0 {
			next = step + (yp+math.Sqrt(disc))/pp
		}
		if !(next > lo && next < hi) {
			if next = (lo + hi) / 2; math.IsInf(hi, 1) {
				next = 4 * lo
			}
		}
		if !math.IsInf(hi, 1) && hi-lo <= 1e-15*hi {
			return
		}
		if step = next; step > longest {
			return
		}
	}
}

// longest is the longest step along the ray, in radii: our choice.
const longest = 1e7
