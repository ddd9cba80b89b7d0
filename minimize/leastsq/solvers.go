package leastsq

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/lsmr"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// exact finds the step in a trust region from a singular value decomposition.
type exact struct {
	svd   *svd
	free  []int     // the variables that are not fixed
	alpha float64   // the multiplier of the last step
	p     []float64 // the step of free variables
}

func newExact(r *run) *exact {
	e := &exact{}
	for i := range r.n {
		if r.lower[i] < r.upper[i] {
			e.free = append(e.free, i)
		}
	}
	rows := r.m
	if r.bounded {
		rows += len(e.free)
	}
	e.svd, e.p = newSVD(rows, len(e.free)), make([]float64, len(e.free))
	return e
}

func (e *exact) prepare(r *run, q *model, _ float64) bool {
	return len(e.free) == 0 || e.svd.factorize(r.dense, e.free, q.scale, q.diag, r.f)
}

func (e *exact) solve(delta float64, p []float64) {
	clear(p)
	if len(e.free) == 0 {
		return
	}
	e.alpha = e.svd.region(delta, e.alpha, e.p)
	for k, i := range e.free {
		p[i] = e.p[k]
	}
}

func (e *exact) widened(by float64) { e.alpha /= by }

// plane finds the step in a trust region in the plane of the gradient and an
// approximate Gauss-Newton step.
type plane struct {
	iterative
	e1, e2  []float64  // an orthonormal basis
	b       [3]float64 // the model in it: elements of the matrix, and of the gradient
	g1, g2  float64
	rhs     []float64
	damping []float64
}

func newPlane(r *run, opt LSMR) *plane {
	mem := make(vec.Slab, 4*r.n+r.m)
	return &plane{iterative: newIterative(r.n, opt), e1: mem.Take(r.n), e2: mem.Take(r.n), damping: mem.Take(r.n), rhs: mem.Take(r.n + r.m)}
}

// iterative solves linear least-squares problems with a model's Jacobian by LSMR.
type iterative struct {
	opt   LSMR
	norms []float64 // of the columns, with the damping
	z     []float64
}

func newIterative(n int, opt LSMR) iterative {
	return iterative{opt, make([]float64, n), make([]float64, n)}
}

// solve sets x to the minimizer of |J x - b|² + |damping x|², elementwise; damping may
// be nil. b has room for the damping behind the m elements for J. The columns are scaled
// to length 1, which makes the tests of the end independent of the variables' units.
func (l iterative) solve(q *model, m int, b, damping, x []float64) {
	n := len(x)
	q.j.columnNorms(l.norms)
	for i := range l.norms {
		if q.scale != nil {
			l.norms[i] *= q.scale[i]
		}
		if damping != nil {
			l.norms[i] = math.Hypot(l.norms[i], damping[i])
		}
		if l.norms[i] == 0 {
			l.norms[i] = 1
		}
	}
	p := lsmr.Problem{M: len(b), N: n, B: b,
		ATol: option.Or(l.opt.ATol, 1e-6), BTol: option.Or(l.opt.BTol, 1e-6), CondLim: option.Or(l.opt.CondLim, 1e8),
		MaxIter: option.Or(l.opt.MaxIter, min(m, n)),
		Mul: func(x, y []float64) {
			for i, v := range x {
				l.z[i] = v / l.norms[i]
			}
			q.mul(l.z, y[:m])
			for i, d := range damping {
				y[m+i] = d * l.z[i]
			}
		},
		MulT: func(y, x []float64) {
			q.mulT(y[:m], x)
			for i := range x {
				if damping != nil {
					x[i] += damping[i] * y[m+i]
				}
				x[i] /= l.norms[i]
			}
		},
	}
	lsmr.Solve(p, x)
	for i := range x {
		x[i] /= l.norms[i]
	}
}

func (p *plane) prepare(r *run, q *model, delta float64) bool {
	size := vec.Norm2(q.g)
	if size == 0 {
		clear(p.e1)
		clear(p.e2)
		p.b, p.g1, p.g2 = [3]float64{}, 0, 0
		return true
	}
	p.gaussNewton(r, q, delta, size)
	p.orthogonalize(q.g, size)
	q.mul(p.e1, q.u)
	q.mul(p.e2, q.v)
	p.b = [3]float64{vec.Dot(q.u, q.u) + q.inner(p.e1, p.e1), vec.Dot(q.u, q.v) + q.inner(p.e1, p.e2), vec.Dot(q.v, q.v) + q.inner(p.e2, p.e2)}
	p.g1, p.g2 = vec.Dot(p.e1, q.g), vec.Dot(p.e2, q.g)
	return true
}

// gaussNewton sets e2 to the approximate Gauss-Newton step, by a regularized problem unless that is
// off: the multiple of the identity is -1/delta² times the least value of the model along the
// gradient, of length size, within delta (Byrd, Schnabel & Shultz, equation 3.4).
func (p *plane) gaussNewton(r *run, q *model, delta, size float64) {
	reg := 0.0
	if !p.opt.Unregularized {
		for i, g := range q.g {
			p.e1[i] = -g
		}
		_, y := q.line(p.e1, nil).min(0, delta/size)
		reg = max(-y/(delta*delta), 0)
	}
	for i, v := range r.f {
		p.rhs[i] = -v
	}
	for i := range p.damping {
		p.damping[i] = reg
		if q.diag != nil {
			p.damping[i] += q.diag[i]
		}
		p.damping[i] = math.Sqrt(p.damping[i])
	}
	p.iterative.solve(q, r.m, p.rhs, p.damping, p.e2)
}

// orthogonalize sets e1 to g/size and e2 to the direction of its part that is orthogonal to e1, or
// to zero if there is none: then the plane is a line.
func (p *plane) orthogonalize(g []float64, size float64) {
	for i, v := range g {
		p.e1[i] = v / size
	}
	long := vec.Norm2(p.e2)
	for range 2 { // twice is enough for orthogonality to rounding
		along := vec.Dot(p.e1, p.e2)
		for i := range p.e2 {
			p.e2[i] -= along * p.e1[i]
		}
	}
	rest := vec.Norm2(p.e2)
	if !(rest > 4*vec.Eps*long) {
		clear(p.e2)
		return
	}
	for i := range p.e2 {
		p.e2[i] /= rest
	}
}

func (p *plane) solve(delta float64, s []float64) {
	d := newDisk(p.b[0], p.b[1], p.b[2], p.g1, p.g2, delta)
	a, b := d.solve()
	for i := range s {
		s[i] = a*p.e1[i] + b*p.e2[i]
	}
}

func (p *plane) widened(float64) {}
