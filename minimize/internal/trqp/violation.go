package trqp

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Violation is the problem of least violation of linear constraints c + A d ≤ 0, the
// first A.Free of them equations,
//
//	minimize   ½ |max(c + A d, 0)|²
//	subject to |d| ≤ Radius, Lower ≤ d ≤ Upper.
type Violation struct {
	A            Normals   // their bounds are Lower and Upper
	C            []float64 // one per row of A
	Lower, Upper []float64 // of length n
	Radius       float64   // of the ball

	q          Quadratic
	r, s, near []float64
	in, before []bool
}

// Size is the Euclidean norm of the violations at d.
func (v *Violation) Size(d []float64) float64 {
	s := 0.0
	for j, c := range v.C {
		if c += vec.DotInOrder(v.A.row(j), d); c > 0 || j < v.A.Free {
			s += c * c
		}
	}
	return math.Sqrt(s)
}

// Relax moves d, a feasible point of v, to a solution or near it by Gauss-Newton steps
// with the constraints that are violated, and exact searches along them.
func (w *Solver) Relax(v *Violation, d []float64) {
	n, m := w.n, len(v.C)
	v.q.G, v.q.B, v.near = vec.Grown(v.q.G, n), vec.Grown(v.q.B, n*n), vec.Grown(v.near, n)
	v.r, v.s = vec.Grown(v.r, m), vec.Grown(v.s, m)
	v.q.Lower, v.q.Upper, v.q.Radius, v.q.A.N = v.Lower, v.Upper, v.Radius, n
	full, left := false, v.Size(d)
	enough := 1e-12 * left
	for range 10 + 2*m {
		if v.model(d, n); left <= enough || full && slices.Equal(v.in, v.before) {
			return
		}
		v.before = append(v.before[:0], v.in...)
		copy(v.near, d)
		w.Minimize(&v.q, v.near)
		for i := range v.near {
			v.near[i] -= d[i]
		}
		for j := range v.s {
			v.s[j] = vec.DotInOrder(v.A.row(j), v.near)
		}
		t := v.search()
		if !(t > 0) {
			return
		}
		full = t == 1
		for i, p := range v.near {
			d[i] = min(max(d[i]+t*p, v.Lower[i]), v.Upper[i])
		}
		before := left
		if left = v.Size(d); before-left <= 1e-2*before && vec.DotInOrder(d, d) >= 0.99*v.Radius*v.Radius {
			return // the step is cut short anyway
		}
	}
}

// model sets q to half the sum of squares of the constraints that are violated at d.
func (v *Violation) model(d []float64, n int) {
	clear(v.q.G)
	clear(v.q.B)
	v.in = v.in[:0]
	for j, c := range v.C {
		a := v.A.row(j)
		v.r[j] = c + vec.DotInOrder(a, d)
		in := v.r[j] > 0 || j < v.A.Free
		v.in = append(v.in, in)
		if !in {
			continue
		}
		vec.Axpy(c, a, v.q.G)
		for i, x := range a {
			if x != 0 {
				vec.Axpy(x, a, v.q.B[i*n:(i+1)*n])
			}
		}
	}
}

// search is the t in [0, 1] where ½ |max(r + t s, 0)|² is least: where its slope, which
// is linear between the points at which a constraint is met, is zero.
func (v *Violation) search() float64 {
	slope := func(t float64) float64 {
		g := 0.0
		for j, s := range v.s {
			if r := v.r[j] + t*s; r > 0 || j < v.A.Free {
				g += r * s
			}
		}
		return g
	}
	t, g := 0.0, slope(0)
	for g < 0 && t < 1 {
		next := 1.0
		for j := v.A.Free; j < len(v.s); j++ {
			if u := -v.r[j] / v.s[j]; u > t && u < next {
				next = u
			}
		}
		h := slope(next)
		if h >= 0 {
			return t + (next-t)*g/(g-h)
		}
		t, g = next, h
	}
	return t
}
