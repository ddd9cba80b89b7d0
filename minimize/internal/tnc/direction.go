package tnc

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// pairs is how many of the last steps are in the preconditioner: our choice. Nash's code has two pairs
// too, of which one gathers several steps.
const pairs = 2

// conjugate solves the Newton equation of the free variables by preconditioned conjugate gradients. The
// preconditioner is a diagonal, updated by the BFGS formula from the products with the Hessian, and
// changed by the last steps (Nash, "Preconditioning of truncated-Newton methods", SIAM J. Sci. Stat.
// Comput. 6 (1985)).
type conjugate struct {
	s *state
	h *mat.SymDense // nil: products are HessP's or differences

	res, z, v, hv []float64 // residual, preconditioned, direction and its product
	near          []float64 // a point by x, or a vector in x's own units
	diag, next    []float64 // of the preconditioner, and of the next

	steps, changes [][]float64 // the last steps and changes of the gradient, oldest first
	k              int
	ms, my         [][]float64 // of those the free variables, of pairs that are curved there
	sy             []float64
	mk             int
	c              []float64
}

func newConjugate(s *state) conjugate {
	n := len(s.x)
	c := conjugate{s: s, c: make([]float64, pairs), sy: make([]float64, pairs)}
	mem := make(vec.Slab, (7+4*pairs)*n)
	c.res, c.z, c.v, c.hv, c.near, c.diag, c.next = mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	for range pairs {
		c.steps, c.changes = append(c.steps, mem.Take(n)), append(c.changes, mem.Take(n))
		c.ms, c.my = append(c.ms, mem.Take(n)), append(c.my, mem.Take(n))
	}
	if s.r.Problem.Hess != nil && s.r.Problem.HessP == nil {
		c.h = mat.NewSymDense(n, nil)
	}
	c.forget()
	return c
}

// forget makes the preconditioner the identity.
func (c *conjugate) forget() {
	c.k = 0
	for i := range c.next {
		c.next[i] = 1
	}
}

// rescale adapts what is kept to a function multiplied by a factor.
func (c *conjugate) rescale(by float64) {
	vec.Scale(by, c.next)
	for _, y := range c.changes[:c.k] {
		vec.Scale(by, y)
	}
}

// keep remembers the step to the point last tried, and returns its length.
func (c *conjugate) keep() float64 {
	s := c.s
	if c.k == pairs {
		vec.Rotate(c.steps)
		vec.Rotate(c.changes)
		c.k--
	}
	step, change := c.steps[c.k], c.changes[c.k]
	for i, v := range s.xt {
		step[i] = (v - s.x[i]) / s.scale[i]
		change[i] = s.unit*s.scale[i]*s.gt[i] - s.gs[i]
	}
	c.k++
	return vec.Norm2(step)
}

// mask sets ms and my: the pairs on the free variables that have positive curvature there.
func (c *conjugate) mask() {
	c.mk = 0
	for j := range c.k {
		ms, my := c.ms[c.mk], c.my[c.mk]
		for i, fixed := range c.s.fixed {
			ms[i], my[i] = 0, 0
			if !fixed {
				ms[i], my[i] = c.steps[j][i], c.changes[j][i]
			}
		}
		if c.sy[c.mk] = vec.Dot(ms, my); c.sy[c.mk] > vec.Eps*vec.Norm2(ms)*vec.Norm2(my) {
			c.mk++
		}
	}
}

// precondition sets z to the inverse preconditioner times res: the diagonal, updated by
// the last steps (the recursion of two loops, as for L-BFGS).
func (c *conjugate) precondition() {
	copy(c.z, c.res)
	for j := c.mk - 1; j >= 0; j-- {
		c.c[j] = vec.Dot(c.ms[j], c.z) / c.sy[j]
		vec.Axpy(-c.c[j], c.my[j], c.z)
	}
	for i, d := range c.diag {
		c.z[i] /= d
	}
	for j := range c.mk {
		vec.Axpy(c.c[j]-vec.Dot(c.my[j], c.z)/c.sy[j], c.ms[j], c.z)
	}
}

// solve sets s.p to an approximate solution, a direction of descent.
func (c *conjugate) solve() {
	s := c.s
	clear(s.p)
	for i, v := range s.gs {
		c.res[i] = 0
		if !s.fixed[i] {
			c.res[i] = -v
		}
	}
	if s.maxCGIt == 0 {
		copy(s.p, c.res)
		return
	}
	if c.h != nil {
		s.r.Hessian(s.x, c.h)
	}
	c.mask()
	copy(c.diag, c.next)
	c.precondition()
	copy(c.v, c.z)
	rz := vec.Dot(c.res, c.z)
	model := 0.0
	for k := 1; k <= s.maxCGIt && s.r.NJev < s.maxFun; k++ {
		c.product()
		curve := vec.Dot(c.v, c.hv)
		if !vec.IsFinite(curve) {
			break
		}
		if curve <= vec.Eps*vec.Dot(c.v, c.v) {
			if curve < 0 { // go there as far as if it were positive
				vec.Axpy(-rz/curve, c.v, s.p)
			}
			break
		}
		c.improve(curve)
		a := rz / curve
		vec.Axpy(a, c.v, s.p)
		vec.Axpy(-a, c.hv, c.res)
		// The quadratic model stops falling (Nash & Sofer, "Assessing a search direction within a
		// truncated-Newton method", Oper. Res. Lett. 9 (1990), with their 0.5).
		before := model
		if model = (vec.Dot(s.gs, s.p) - vec.Dot(c.res, s.p)) / 2; float64(k)*(1-before/model) <= 0.5 {
			break
		}
		c.precondition()
		old := rz
		if rz = vec.Dot(c.res, c.z); !(rz > 0) {
			break
		}
		for i, z := range c.z {
			c.v[i] = z + rz/old*c.v[i]
		}
	}
	if vec.Norm(s.p, 0) == 0 {
		copy(s.p, c.v)
	}
}

// improve makes the diagonal's BFGS update for the product hv of v, which takes effect
// with the next equation.
func (c *conjugate) improve(curve float64) {
	vdv := 0.0
	for i, v := range c.v {
		vdv += c.next[i] * v * v
	}
	for i, v := range c.v {
		dv := c.next[i] * v
		if d := c.next[i] - dv*dv/vdv + c.hv[i]*c.hv[i]/curve; d > 0 {
			c.next[i] = d
		}
	}
}

// product sets hv to the Hessian times v.
func (c *conjugate) product() {
	s := c.s
	if c.h != nil || s.r.Problem.HessP != nil {
		for i, v := range c.v {
			c.near[i] = s.scale[i] * v
		}
		if c.h != nil {
			blas64.Symv(1, c.h.RawSymmetric(), vec.Of(c.near), 0, vec.Of(c.hv))
		} else {
			s.r.Product(s.x, c.near, c.hv)
		}
		for i, v := range c.hv {
			c.hv[i] = s.unit * s.scale[i] * v
		}
	} else {
		d := c.interval()
		for i, v := range c.v {
			c.near[i] = s.x[i] + d*s.scale[i]*v
		}
		s.clip(c.near)
		s.r.Gradient(c.near, c.hv)
		for i, v := range c.hv {
			c.hv[i] = (s.unit*s.scale[i]*v - s.gs[i]) / d
		}
	}
	for i, fixed := range s.fixed {
		if fixed {
			c.hv[i] = 0
		}
	}
}

// interval is the step of the difference along v, on the side where the bounds are farther if one of
// them is too near.
func (c *conjugate) interval() float64 {
	s := c.s
	size := 0.0
	ahead, back := math.Inf(1), math.Inf(1)
	for i, v := range c.v {
		u := (s.x[i] - s.offset[i]) / s.scale[i]
		size += u * u
		if s.lower == nil || v == 0 {
			continue
		}
		down, up := (s.lower[i]-s.x[i])/(s.scale[i]*v), (s.upper[i]-s.x[i])/(s.scale[i]*v)
		ahead, back = min(ahead, max(down, up)), min(back, -min(down, up))
	}
	d := s.accuracy * (1 + math.Sqrt(size)) / vec.Norm2(c.v)
	if ahead < d && back > ahead {
		return -d
	}
	return d
}
