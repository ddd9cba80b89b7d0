package conic

import (
	"math"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// triple is the entries of k vectors of three.
type triple [3]array

func (a triple) dot(b triple) array { return a[0].Mul(b[0]).Add(a[1].Mul(b[1])).Add(a[2].Mul(b[2])) }

func (a triple) plus(b triple, t array) triple {
	return triple{a[0].Add(b[0].Mul(t)), a[1].Add(b[1].Mul(t)), a[2].Add(b[2].Mul(t))}
}

func (a triple) neg() triple { return triple{a[0].Neg(), a[1].Neg(), a[2].Neg()} }

func (a triple) cross(b triple) triple {
	c := func(i, j int) array { return a[i].Mul(b[j]).Sub(a[j].Mul(b[i])) }
	return triple{c(1, 2), c(2, 0), c(0, 1)}
}

// barrier is a cone of three dimensions that is not symmetric, by a logarithmically homogeneous self-concordant barrier f* of degree
// three of its dual cone, and its conjugate f.
type barrier interface {
	list() []cone.Cone
	central() []float64
	// dual is the gradient of f* at z, and primal that of f at s: ∇f*(-∇f(s)) = -s.
	dual(z triple) triple
	primal(s triple) triple
	// inside reports which of the vectors are inside of the cone, and insideDual of its dual cone.
	inside(s triple) array
	insideDual(z triple) array
	// together is [cones.joint], and apart [cones.balanced].
	apart(logs, count triple) triple
	together(terms triple) triple
}

// nonsymmetric is k such cones.
type nonsymmetric struct {
	barrier
	k int
}

func (c nonsymmetric) rows() int { return 3 * c.k }

func (c nonsymmetric) degree() int { return 3 * c.k }

func (nonsymmetric) extra() int { return 0 }

func (c nonsymmetric) tied() []int {
	ids := make([]int, c.rows())
	for i := range ids {
		ids[i] = i / 3
	}
	return ids
}

// triangle are the places of a symmetric matrix of order three.
var triangle = [6][2]int{{0, 0}, {1, 0}, {1, 1}, {2, 0}, {2, 1}, {2, 2}}

func (c nonsymmetric) entries() (row, col []int) {
	for _, t := range triangle {
		for b := range c.k {
			row, col = append(row, 3*b+t[0]), append(col, 3*b+t[1])
		}
	}
	return row, col
}

func (c nonsymmetric) triple(v array) triple {
	a := v.Reshape(c.k, 3).T()
	return triple{a.At(0), a.At(1), a.At(2)}
}

func (c nonsymmetric) vector(t triple) array { return num.Stack(t[0], t[1], t[2]).T().Reshape(3 * c.k) }

// symmetric is symmetric matrices of order three, by their entries in the order of triangle.
type symmetric [6]array

func (h symmetric) at(i, j int) array {
	if i < j {
		i, j = j, i
	}
	return h[i*(i+1)/2+j]
}

func (h symmetric) times(v triple) triple {
	var out triple
	for i := range 3 {
		out[i] = h.at(i, 0).Mul(v[0]).Add(h.at(i, 1).Mul(v[1])).Add(h.at(i, 2).Mul(v[2]))
	}
	return out
}

// cholesky is the factor L of a positive definite matrix, in the same order.
func (h symmetric) cholesky() symmetric {
	l00 := h[0].Sqrt()
	l10, l20 := h[1].Div(l00), h[3].Div(l00)
	l11 := h[2].Sub(l10.Square()).Sqrt()
	l21 := h[4].Sub(l20.Mul(l10)).Div(l11)
	return symmetric{l00, l10, l11, l20, l21, h[5].Sub(l20.Square()).Sub(l21.Square()).Sqrt()}
}

// forward is L⁻¹b for a factor, and backward L⁻ᵀb.
func (l symmetric) forward(b triple) triple {
	y0 := b[0].Div(l[0])
	y1 := b[1].Sub(l[1].Mul(y0)).Div(l[2])
	return triple{y0, y1, b[2].Sub(l[3].Mul(y0)).Sub(l[4].Mul(y1)).Div(l[5])}
}

func (l symmetric) backward(b triple) triple {
	x2 := b[2].Div(l[5])
	x1 := b[1].Sub(l[4].Mul(x2)).Div(l[2])
	return triple{b[0].Sub(l[1].Mul(x1)).Sub(l[3].Mul(x2)).Div(l[0]), x1, x2}
}

// solve is the solution x of hx = b for a positive definite h.
func (h symmetric) solve(b triple) triple {
	l := h.cholesky()
	return l.backward(l.forward(b))
}

// plus is h + a aᵀ t.
func (h symmetric) plus(a triple, t array) symmetric {
	for k, p := range triangle {
		h[k] = h[k].Add(a[p[0]].Mul(a[p[1]]).Mul(t))
	}
	return h
}

// hessian is ∇²f* at z.
func (c nonsymmetric) hessian(z triple) symmetric {
	var h symmetric
	zero, one := z[0].Scale(0), z[0].Scale(0).AddScalar(1)
	_, along := num.Linearize(c.dual, z)
	for j := range 3 {
		unit := triple{zero, zero, zero}
		unit[j] = one
		column := along(unit)
		for i := j; i < 3; i++ {
			h[i*(i+1)/2+j] = column[i]
		}
	}
	return h
}

// scale is the scaling of DA, section 5: the symmetric H nearest to μ∇²f*(z), in a sense, with Hz = s and H∇f(s) = ∇f*(z). With
// s̃ = -∇f*(z), z̃ = -∇f(s) and μ = sᵀz/3 it is, for δs = s - μs̃, δz = z - μz̃ and a vector a orthogonal to z and z̃,
//
//	s sᵀ/(sᵀz) + δs δsᵀ/(δsᵀδz) + a aᵀ/(aᵀ(μ∇²f*)⁻¹a)
//
// On the central path, where δs vanishes, it is μ∇²f*(z) itself.
func (c nonsymmetric) scale(sv, zv, _ array) scaled {
	s, z := c.triple(sv), c.triple(zv)
	h := c.hessian(z)
	st, zt := c.dual(z).neg(), c.primal(s).neg()
	sz := s.dot(z)
	mu := sz.Scale(1. / 3)
	ds, dz := s.plus(st, mu.Neg()), z.plus(zt, mu.Neg())
	a := z.cross(zt)
	size := a.dot(a).Sqrt()
	apart := mu.Mul(st.dot(zt)).Scale(1. / 3).AddScalar(-1) // μμ̃ - 1, 0 on the central path
	along := ds.dot(dz)
	eps := sv.DType().Eps()
	off := apart.Gt(num.Const(math.Sqrt(eps))).And(along.Gt(num.Const(0))).And(size.Gt(num.Const(0)))
	safe := func(v array) array { return num.Where(off, v, num.Const(1)) }
	a = triple{a[0].Div(safe(size)), a[1].Div(safe(size)), a[2].Div(safe(size))}
	curve := a.dot(h.solve(a)).Div(mu)
	zero := sz.Scale(0)
	two := symmetric{zero, zero, zero, zero, zero, zero}.plus(s, num.Const(1).Div(sz)).plus(ds, num.Const(1).Div(safe(along))).plus(a, num.Const(1).Div(safe(curve)))
	good := off.And(curve.Gt(num.Const(0)))
	local := &secant{c: c, s: s, z: z, hessian: h, dualGrad: st.neg()}
	for k := range two {
		local.h[k] = num.Where(good, two[k], h[k].Mul(mu))
	}
	return local
}

// secant is such cones with their scaling.
type secant struct {
	c        nonsymmetric
	s, z     triple
	h        symmetric
	hessian  symmetric // ∇²f*
	dualGrad triple    // ∇f*
}

func (r *secant) times(v array) array { return r.c.vector(r.h.times(r.c.triple(v))) }

func (r *secant) half(v array, trans bool) array {
	l := r.h.cholesky()
	if trans {
		return r.c.vector(l.backward(r.c.triple(v)))
	}
	return r.c.vector(l.forward(r.c.triple(v)))
}

func (r *secant) values() array { return num.Concat(0, r.h[0], r.h[1], r.h[2], r.h[3], r.h[4], r.h[5]) }

// target has the correction of third order of DA, section 6: -½∇³f*(z)[dz, ∇²f*(z)⁻¹ ds].
func (r *secant) target(dsv, dzv, sigma array) array {
	ds, dz := r.c.triple(dsv), r.c.triple(dzv)
	u := r.hessian.solve(ds)
	_, third := num.JVP(func(z triple) triple {
		_, second := num.JVP(r.c.dual, z, dz)
		return second
	}, r.z, u)
	half := sigma.Const(-0.5)
	return r.c.vector(r.s.plus(r.dualGrad, sigma).plus(third, half))
}

const (
	// Steps are tried at the longest one and then at shorter of the one before.
	shorter, trials = 0.9, 100
	// near is how far products of s and z may be from the weight of the central path: the least 1/μ̃ relative to μ, as DA.
	near = 1e-6
)

// reach is the first trial with which every cone stays inside and near the central path; 0 if there is none.
func (r *secant) reach(dsv, dzv, most array, mu path) array {
	c := r.c
	ds, dz := c.triple(dsv), c.triple(dzv)
	type trial struct{ Step, N, Good array }
	end := num.While(func(t trial) array { return t.Good.Not().And(t.N.Lt(num.Int(trials))) }, func(t trial) trial {
		step := num.Where(t.N.Eq(num.Int(0)), t.Step, t.Step.Scale(shorter))
		s, z := r.s.plus(ds, step), r.z.plus(dz, step)
		inside := c.inside(s).And(c.insideDual(z))
		// Where a point is outside, what follows is computed at the present one.
		for i := range 3 {
			s[i], z[i] = num.Where(inside, s[i], r.s[i]), num.Where(inside, z[i], r.z[i])
		}
		shadow := c.dual(z).dot(c.primal(s)).Scale(1. / 3)
		return trial{step, t.N.AddScalar(1), inside.And(shadow.Mul(mu(step)).Le(num.Const(1 / near))).All()}
	}, trial{most, num.Int(0), num.Full(num.Bool, 0)})
	return num.Where(end.Good, end.Step, num.Const(0))
}
