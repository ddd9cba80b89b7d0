package conic

import (
	"math"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// power is the cones {s₀^α s₁^(1-α) ≥ |s₂|}, whose dual cones are {(z₀/α)^α (z₁/(1-α))^(1-α) ≥ |z₂|}, with the barrier
//
//	f*(z) = -log((z₀/α)^2α (z₁/(1-α))^2(1-α) - z₂²) - (1-α) log z₀ - α log z₁
type power struct {
	alpha []float64
}

func newPower(list []cone.Cone) power {
	var p power
	for _, c := range list {
		p.alpha = append(p.alpha, c.Alpha)
	}
	return p
}

func (c power) list() []cone.Cone {
	var l []cone.Cone
	for _, a := range c.alpha {
		l = append(l, cone.Power(a))
	}
	return l
}

// central is the solution of s = -∇f*(s).
func (c power) central() []float64 {
	var v []float64
	for _, a := range c.alpha {
		v = append(v, math.Sqrt(1+a), math.Sqrt(2-a), 0)
	}
	return v
}

// exponents are α and 1 - α.
func (c power) exponents(d num.DType) (a, b array) {
	a = num.New(c.alpha, len(c.alpha)).AsType(d)
	return a, num.Const(1).Sub(a)
}

// mean is x^2a y^2b.
func mean(x, y, a, b array) array { return x.Log().Mul(a).Add(y.Log().Mul(b)).Scale(2).Exp() }

func (c power) insideDual(z triple) array {
	a, b := c.exponents(z[0].DType())
	return within(triple{z[0].Div(a), z[1].Div(b), z[2]}, a, b)
}

func (c power) inside(s triple) array {
	a, b := c.exponents(s[0].DType())
	return within(s, a, b)
}

func within(s triple, a, b array) array {
	zero := num.Const(0)
	in := s[0].Gt(zero).And(s[1].Gt(zero))
	x, y := num.Where(in, s[0], num.Const(1)), num.Where(in, s[1], num.Const(1))
	return in.And(mean(x, y, a, b).Gt(s[2].Square()))
}

func (c power) dual(z triple) triple {
	a, b := c.exponents(z[0].DType())
	phi := mean(z[0].Div(a), z[1].Div(b), a, b)
	psi := phi.Sub(z[2].Square())
	share := phi.Div(psi).Scale(2)
	return triple{
		a.Mul(share).Add(b).Div(z[0]).Neg(),
		b.Mul(share).Add(a).Div(z[1]).Neg(),
		z[2].Scale(2).Div(psi),
	}
}

// primal solves ∇f*(z) = -s. With v = -s₂z₂ the first equations are z₀ = (1 + α + αv)/s₀ and z₁ = (2 - α + (1-α)v)/s₁, and leave for r = 1/v
//
//	log(1 + 2r) - 2α log(1 + pr) - 2(1-α) log(1 + qr) = -2θ,  p = (1 + α)/α,  q = (2 - α)/(1 - α)
//
// with θ = α log s₀ + (1-α) log s₁ - log |s₂| > 0. The left side is convex and decreasing, so that Newton's method from below
// never overshoots.
func (c power) primal(s triple) triple {
	a, b := c.exponents(s[0].DType())
	p, q := a.AddScalar(1).Div(a), b.AddScalar(1).Div(b)
	m := s[0].Log().Mul(a).Add(s[1].Log().Mul(b)).Exp()
	// Where |s₂| is less than a part of its bound, z₂ is as small.
	size := num.Maximum(s[2].Abs(), m.Scale(s[0].DType().Eps()))
	twice := m.Div(size).Log().Scale(2)
	bound := p.Log().Mul(a).Add(q.Log().Mul(b)).Scale(2)
	r := num.Maximum(twice.Scale(0.25), twice.Sub(bound).Expm1())
	for range 12 { // the first guess is within a factor of some ten, for any α within 1e-3 of 0 and 1
		f := r.Scale(2).Log1p().Sub(a.Mul(p.Mul(r).Log1p()).Scale(2)).Sub(b.Mul(q.Mul(r).Log1p()).Scale(2)).Add(twice)
		slope := num.Const(2).Div(r.Scale(2).AddScalar(1)).Sub(a.Scale(2).Mul(p).Div(p.Mul(r).AddScalar(1))).
			Sub(b.Scale(2).Mul(q).Div(q.Mul(r).AddScalar(1)))
		r = r.Sub(f.Div(slope))
	}
	v := num.Const(1).Div(r)
	return triple{
		a.AddScalar(1).Add(a.Mul(v)).Div(s[0]).Neg(),
		b.AddScalar(1).Add(b.Mul(v)).Div(s[1]).Neg(),
		v.Div(size).Mul(s[2].Sign()), // -z₂, whose sign is that of s₂
	}
}
