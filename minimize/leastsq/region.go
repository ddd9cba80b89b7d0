package leastsq

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// model is the quadratic model ½ sᵀ(JᵀJ + diag) s + gᵀs of the cost, in variables
// that are scaled: a step of x is s times scale. diag and scale may be nil, for zeros
// and ones; g is the gradient in the scaled variables.
type model struct {
	j              jacobian
	g, diag, scale []float64
	step           []float64 // scratch
	u, v           []float64 // scratch, of the length of the residuals
}

func newModel(r *run) model {
	mem := make(vec.Slab, 2*r.m+r.n)
	return model{j: r.j, step: mem.Take(r.n), u: mem.Take(r.m), v: mem.Take(r.m)}
}

// mul sets y to J times the step s.
func (q *model) mul(s, y []float64) {
	if q.scale != nil {
		for i, v := range s {
			q.step[i] = v * q.scale[i]
		}
		s = q.step
	}
	q.j.mul(s, y)
}

// mulT sets s to the gradient of ½|J s|² in direction y.
func (q *model) mulT(y, s []float64) {
	q.j.mulT(y, s)
	if q.scale != nil {
		for i, v := range q.scale {
			s[i] *= v
		}
	}
}

// inner is aᵀ diag b.
func (q *model) inner(a, b []float64) float64 {
	s := 0.0
	if q.diag != nil {
		for i, d := range q.diag {
			s += a[i] * d * b[i]
		}
	}
	return s
}

// value is the model at s.
func (q *model) value(s []float64) float64 {
	q.mul(s, q.v)
	return (vec.Dot(q.v, q.v)+q.inner(s, s))/2 + vec.Dot(q.g, s)
}

// line is the model along from + t s, a t² + b t + c; from may be nil.
func (q *model) line(s, from []float64) parabola {
	q.mul(s, q.v)
	l := parabola{a: (vec.Dot(q.v, q.v) + q.inner(s, s)) / 2, b: vec.Dot(q.g, s)}
	if from != nil {
		q.mul(from, q.u)
		l.b += vec.Dot(q.u, q.v) + q.inner(from, s)
		l.c = (vec.Dot(q.u, q.u)+q.inner(from, from))/2 + vec.Dot(q.g, from)
	}
	return l
}

// parabola is a t² + b t + c.
type parabola struct{ a, b, c float64 }

// min is where it is least in [lo, hi], and the value there.
func (l parabola) min(lo, hi float64) (t, y float64) {
	at := func(t float64) float64 { return t*(l.a*t+l.b) + l.c }
	t, y = lo, at(lo)
	if v := at(hi); v < y {
		t, y = hi, v
	}
	if l.a != 0 {
		if e := -l.b / l.a / 2; lo < e && e < hi {
			if v := at(e); v < y {
				t, y = e, v
			}
		}
	}
	return t, y
}

// boundStep is the largest t with lower ≤ x + t s ≤ upper, infinite for s = 0.
func boundStep(x, s, lower, upper []float64) float64 {
	t := math.Inf(1)
	for i := range s {
		t = min(t, toBoundAt(x[i], s[i], lower[i], upper[i]))
	}
	return t
}

func toBoundAt(x, s, lower, upper float64) float64 {
	switch {
	case s > 0:
		return (upper - x) / s
	case s < 0:
		return (lower - x) / s
	}
	return math.Inf(1)
}

// toRegion is the t ≥ 0 with |p + t s| = delta, for |p| ≤ delta.
func toRegion(p, s []float64, delta float64) float64 {
	a, b, c := vec.Dot(s, s), vec.Dot(p, s), vec.Dot(p, p)-delta*delta
	if a == 0 {
		return math.Inf(1)
	}
	root := math.Sqrt(max(b*b-a*c, 0))
	if b > 0 { // without cancellation
		return max(-c/(b+root), 0)
	}
	return (root - b) / a
}

// disk is the problem min ½ pᵀB p + gᵀp with |p| ≤ delta in two dimensions, for a positive
// semidefinite B, in coordinates turned by an angle with the cosine cs and the sine sn, in which B is
// diagonal.
type disk struct {
	cs, sn float64
	l1, l2 float64 // the eigenvalues of B
	h1, h2 float64 // g
	delta  float64
}

// newDisk is the problem for B with elements a, b; b, c.
func newDisk(a, b, c, g1, g2, delta float64) disk {
	d := disk{cs: 1, l1: a, l2: c, delta: delta}
	if b != 0 { // a Jacobi rotation
		tau := (c - a) / (2 * b)
		t := math.Copysign(1, tau) / (math.Abs(tau) + math.Hypot(1, tau))
		d.cs = 1 / math.Hypot(1, t)
		d.sn = t * d.cs
		d.l1, d.l2 = a-t*b, c+t*b
	}
	d.h1, d.h2 = d.cs*g1-d.sn*g2, d.sn*g1+d.cs*g2
	return d
}

// at is the solution q of (B + αI) q = -g, in the turned coordinates.
func (d *disk) at(alpha float64) (q1, q2 float64) {
	if d.h1 != 0 {
		q1 = -d.h1 / (d.l1 + alpha)
	}
	if d.h2 != 0 {
		q2 = -d.h2 / (d.l2 + alpha)
	}
	return q1, q2
}

// solve returns the minimizer, which is at(α) with the least α ≥ 0 that keeps it in the disk.
func (d *disk) solve() (p1, p2 float64) {
	q1, q2 := d.at(d.multiplier())
	return d.cs*q1 + d.sn*q2, d.cs*q2 - d.sn*q1
}

// multiplier is α. Unless it is 0, |at(α)| is delta, which is solved by Newton's method for
// 1/|at(α)| from where this is too long.
func (d *disk) multiplier() float64 {
	tiny := 2 * vec.Eps * max(d.l1, d.l2)
	d.l1, d.l2 = max(d.l1, 0), max(d.l2, 0)
	if (d.h1 == 0 || d.l1 > tiny) && (d.h2 == 0 || d.l2 > tiny) && math.Hypot(d.at(0)) <= d.delta {
		return 0
	}
	lo, hi := max(0, math.Abs(d.h1)/d.delta-d.l1, math.Abs(d.h2)/d.delta-d.l2), math.Hypot(d.h1, d.h2)/d.delta
	alpha := lo
	for range 100 { // a few steps are usual: a backstop
		q1, q2 := d.at(alpha)
		size := math.Hypot(q1, q2)
		if math.Abs(size-d.delta) <= 4*vec.Eps*d.delta {
			break
		}
		if size > d.delta {
			lo = alpha
		} else {
			hi = alpha
		}
		slope := 0.0 // of |at(α)|, negative
		if d.h1 != 0 {
			slope -= q1 * q1 / (d.l1 + alpha) / size
		}
		if d.h2 != 0 {
			slope -= q2 * q2 / (d.l2 + alpha) / size
		}
		next := alpha - (size-d.delta)/slope*size/d.delta
		if !(next > lo && next < hi) {
			next = (lo + hi) / 2
		}
		if next == alpha {
			break
		}
		alpha = next
	}
	return alpha
}

// nextRadius is the radius of the next trust region, and the ratio of the actual to the
// predicted reduction (Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006,
// algorithm 4.1). length is the length of the step, and filled reports whether it reached the
// edge of the region.
func nextRadius(delta, actual, predicted, length float64, filled bool) (next, ratio float64) {
	switch {
	case predicted > 0:
		ratio = actual / predicted
	case predicted == 0 && actual == 0:
		ratio = 1
	}
	switch {
	case ratio < 0.25:
		return 0.25 * length, ratio
	case ratio > 0.75 && filled:
		return 2 * delta, ratio
	}
	return delta, ratio
}

// terminated is the status of the tests of cost and step (FTol and XTol), 0 if neither holds, for a step
// from x. Lengths are those of the variables, or of scaled ones if the scales follow the Jacobian although
// the options do not say so.
func (r *run) terminated(actual float64, step []float64, ratio float64, s *scaling) int {
	length, size := vec.Norm2(step), vec.Norm2(s.from)
	if s.followed {
		length, size = s.norm(step), s.norm(s.from)
	}
	f := actual < r.ftol*r.cost && ratio > 0.25 // an adequate model, as in SciPy
	x := length < r.xtol*(r.xtol+size)
	switch {
	case f && x:
		return 4
	case f:
		return 2
	case x:
		return 3
	}
	return 0
}

// scaling is x_scale: inv are the inverse scales of the variables.
type scaling struct {
	jac        bool
	scale, inv []float64
	norms      []float64 // of the columns of the Jacobian
	largest    []float64 // the largest so far
	followed   bool      // jac was set by follow
	from       []float64 // the point before the step
}

// follow has the scales follow the Jacobian from now on, as if they had from the start. It reports whether they
// did not.
func (s *scaling) follow(r *run) bool {
	if s.jac || r.opt.XScale != nil {
		return false
	}
	s.jac, s.followed = true, true
	s.update(r.j)
	return true
}

// norm is the norm of v in scaled variables.
func (s *scaling) norm(v []float64) (size float64) {
	for i, v := range v {
		size = math.Hypot(size, v*s.inv[i])
	}
	return size
}

// first is the radius of the first region at x: the size of x, or 1 if that is 0.
func (s *scaling) first(x []float64) float64 {
	if size := s.norm(x); size > 0 {
		return size
	}
	return 1
}

func newScale(r *run, jac bool) *scaling {
	s := &scaling{jac: jac, scale: make([]float64, r.n), inv: make([]float64, r.n), norms: make([]float64, r.n),
		largest: make([]float64, r.n), from: make([]float64, r.n)}
	for i := range s.scale {
		s.scale[i] = 1
		if r.opt.XScale != nil {
			s.scale[i] = r.opt.XScale[i]
		}
		s.inv[i] = 1 / s.scale[i]
	}
	s.update(r.j)
	return s
}

// update makes scales of a Jacobian's columns smaller; a column of zeros has scale 1.
func (s *scaling) update(j jacobian) {
	j.columnNorms(s.norms)
	for i, v := range s.norms {
		s.largest[i] = max(s.largest[i], v)
		if !s.jac {
			continue
		}
		if s.inv[i] = s.largest[i]; s.inv[i] == 0 {
			s.inv[i] = 1
		}
		s.scale[i] = 1 / s.inv[i]
	}
}
