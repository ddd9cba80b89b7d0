package conic

import (
	"slices"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// exponential is the cone {s₁ exp(s₀/s₁) ≤ s₂}, whose dual cone is {-z₀ exp(z₁/z₀ - 1) ≤ z₂, z₀ < 0}, with the barrier
//
//	f*(z) = -log(z₁ - z₀ - z₀ log(-z₂/z₀)) - log(-z₀) - log z₂
type exponential struct{ k int }

func (c exponential) list() []cone.Cone { return slices.Repeat([]cone.Cone{cone.Exponential()}, c.k) }

// central is the solution of s = -∇f*(s).
func (c exponential) central() []float64 {
	var v []float64
	for range c.k {
		v = append(v, -1.051383943750229, 0.5564096186043384, 1.2589678864644603)
	}
	return v
}

// depth is the argument of the first logarithm.
func (exponential) depth(z triple) array {
	w := z[0].Neg()
	return z[1].Add(w).Add(w.Mul(z[2].Div(w).Log()))
}

func (c exponential) insideDual(z triple) array {
	zero := num.Const(0)
	in := z[0].Lt(zero).And(z[2].Gt(zero))
	one := z[0].Scale(0).AddScalar(1)
	return in.And(c.depth(triple{num.Where(in, z[0], one.Neg()), z[1], num.Where(in, z[2], one)}).Gt(zero))
}

func (exponential) inside(s triple) array {
	zero := num.Const(0)
	in := s[1].Gt(zero).And(s[2].Gt(zero))
	y, z := num.Where(in, s[1], num.Const(1)), num.Where(in, s[2], num.Const(1))
	return in.And(z.Div(y).Log().Sub(s[0].Div(y)).Gt(zero))
}

func (c exponential) dual(z triple) triple {
	w, l := z[0].Neg(), c.depth(z)
	return triple{
		z[2].Div(w).Log().Div(l).Add(num.Const(1).Div(w)),
		num.Const(-1).Div(l),
		num.Const(-1).Div(z[2]).Mul(w.Div(l).AddScalar(1)),
	}
}

// primal solves ∇f*(z) = -s: with w = -1/(s₁z₀) the equations leave w + log(1 + w) = r = log(s₂/s₁) - s₀/s₁, so that 1 + w is Wright's ω function of 1 + r, by
// the iteration of Fritsch, Shafer and Crowley ("Algorithm 443", Comm. ACM 16, 1973), whose errors go to their fourth power.
func (exponential) primal(s triple) triple {
	r := s[2].Div(s[1]).Log().Sub(s[0].Div(s[1]))
	w := num.Maximum(r.Scale(0.5), r.Sub(r.Log1p()))
	for range 2 { // the first guess is within a fifth, the next one within 2e-6
		off, one := r.Sub(w).Sub(w.Log1p()), w.AddScalar(1)
		two := one.AddScalar(1)
		q := two.Mul(two.Add(off.Scale(2. / 3)))
		w = w.Add(one.Mul(off).Div(two).Mul(q.Sub(off.Scale(0.5))).Div(q.Sub(off)))
	}
	y := num.Const(1).Div(s[1].Mul(w)) // -z₀
	z2 := num.Const(1).Div(w).AddScalar(1).Div(s[2])
	z1 := num.Const(1).Div(s[1]).Sub(y).Sub(y.Mul(z2.Div(y).Log()))
	return triple{y, z1.Neg(), z2.Neg()} // -z
}
