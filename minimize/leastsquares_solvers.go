package minimize

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/lsmr"
)

// lsqExact finds the step in a trust region from a singular value decomposition.
type lsqExact struct {
	svd   *lsqSVD
	free  []int     // the variables that are not fixed
	alpha float64   // the multiplier of the last step
	p     []float64 // the step of free variables
}

func newLsqExact(r *lsqRun) *lsqExact {
	e := &lsqExact{}
	for i := range r.n {
		if r.lower[i] < r.upper[i] {
			e.free = append(e.free, i)
		}
	}
	rows := r.m
	if r.bounded {
		rows += len(e.free)
	}
	e.svd, e.p = newLsqSVD(rows, len(e.free)), make([]float64, len(e.free))
	return e
}

func (e *lsqExact) prepare(r *lsqRun, q *lsqModel, _ float64) bool {
	return len(e.free) == 0 || e.svd.factorize(r.dense, e.free, q.scale, q.diag, r.f)
}

func (e *lsqExact) solve(delta float64, p []float64) {
	clear(p)
	if len(e.free) == 0 {
		return
	}
	e.alpha = e.svd.region(delta, e.alpha, e.p)
	for k, i := range e.free {
		p[i] = e.p[k]
	}
}

func (e *lsqExact) widened(by float64) { e.alpha /= by }

// lsqPlane finds the step in a trust region in the plane of the gradient and an
// approximate Gauss-Newton step.
type lsqPlane struct {
	opt     LSMR
	e1, e2  []float64 // an orthonormal basis
	b       [3]float64
	g1, g2  float64
	rhs     []float64
	damping []float64
}

func newLsqPlane(r *lsqRun, opt LSMR) *lsqPlane {
	p := &lsqPlane{opt: opt, e1: make([]float64, r.n), e2: make([]float64, r.n), rhs: make([]float64, r.m)}
	if r.bounded {
		p.rhs, p.damping = make([]float64, r.m+r.n), make([]float64, r.n)
	}
	return p
}

// solve sets x to the solution of the least-squares problem with q's Jacobian and the
// right-hand side -f.
func (o LSMR) solve(q *lsqModel, m, n int, rhs, damping []float64, damp float64, x []float64) {
	p := lsmr.Problem{M: m, N: n, B: rhs, Damp: damp, Mul: q.mul, MulT: q.mulT,
		ATol: setting(o.ATol, 1e-6), BTol: setting(o.BTol, 1e-6), CondLim: setting(o.CondLim, 1e8), MaxIter: o.MaxIter}
	if p.MaxIter == 0 {
		p.MaxIter = min(m, n)
	}
	if damping != nil { // rows below J with the damping of each variable
		p.M += n
		p.Mul = func(x, y []float64) {
			q.mul(x, y[:m])
			for i, d := range damping {
				y[m+i] = d * x[i]
			}
		}
		p.MulT = func(y, x []float64) {
			q.mulT(y[:m], x)
			for i, d := range damping {
				x[i] += d * y[m+i]
			}
		}
	}
	lsmr.Solve(p, x)
}

func (p *lsqPlane) prepare(r *lsqRun, q *lsqModel, delta float64) bool {
	size := norm2(q.g)
	if size == 0 {
		clear(p.e1)
		clear(p.e2)
		p.b, p.g1, p.g2 = [3]float64{}, 0, 0
		return true
	}
	reg := 0.0
	if !p.opt.Unregularized { // as in Byrd, Schnabel & Shultz, equation 3.4
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
		p.damping[i] = math.Sqrt(q.diag[i] + reg)
	}
	damp := math.Sqrt(reg)
	if p.damping != nil {
		damp = 0
	}
	p.opt.solve(q, r.m, r.n, p.rhs, p.damping, damp, p.e2)

	for i, g := range q.g {
		p.e1[i] = g / size
	}
	long := norm2(p.e2)
	for range 2 { // twice is enough for orthogonality to rounding
		along := dot(p.e1, p.e2)
		for i := range p.e2 {
			p.e2[i] -= along * p.e1[i]
		}
	}
	if rest := norm2(p.e2); rest > 4*eps*long {
		for i := range p.e2 {
			p.e2[i] /= rest
		}
	} else {
		clear(p.e2) // the plane is a line
	}
	q.mul(p.e1, q.u)
	q.mul(p.e2, q.v)
	p.b = [3]float64{dot(q.u, q.u) + q.inner(p.e1, p.e1), dot(q.u, q.v) + q.inner(p.e1, p.e2), dot(q.v, q.v) + q.inner(p.e2, p.e2)}
	p.g1, p.g2 = dot(p.e1, q.g), dot(p.e2, q.g)
	return true
}

func (p *lsqPlane) solve(delta float64, s []float64) {
	a, b := lsqRegion2(p.b[0], p.b[1], p.b[2], p.g1, p.g2, delta)
	for i := range s {
		s[i] = a*p.e1[i] + b*p.e2[i]
	}
}

func (p *lsqPlane) widened(float64) {}
