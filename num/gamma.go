package num

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Gamma is the gamma function Γ(a), with Γ(n+1) = n!: +Inf from about 171.6 on, ±Inf at ±0 and
// NaN at -1, -2, …. See [Array.Lgamma] for the logarithm, and [RandGamma] for random numbers.
func (a Array) Gamma() Array { return wrap(prim.Gamma(a.value())) }

// Betaln is the logarithm of the beta function [Beta] for positive a and b, without
// cancellation where one is much larger than the other.
func Betaln(a, b Array) Array {
	return inFloat64("num.Betaln", func(v []Array) Array {
		p, q := ordered(v[0], v[1])
		return betaln(p, q)
	}, a, b)
}

// ordered is the smaller and the larger of each pair, of equal ones the first and the second,
// so that both have derivatives.
func ordered(a, b Array) (lo, hi Array) {
	first := a.Le(b)
	return Where(first, a, b), Where(first, b, a)
}

// betaln is log B(p, q) for p ≤ q, by Stirling's formula (DiDonato and Morris, "Algorithm 708",
// 1992), for q below 10 at q+10: Γ(q)/Γ(p+q) is the same for q+10 times the ten (p+q+i)/(q+i).
func betaln(p, q Array) Array {
	ten := p.Const(10)
	both, short := p.Ge(ten), q.Lt(ten)
	y := Where(short, q.AddScalar(10), q)
	x := Where(both, ten, p)
	// log Γ(y) - log Γ(x+y), without the terms that cancel.
	n := x.Add(y)
	fall := stirlingFall(y, x).Sub(y.AddScalar(-0.5).Mul(x.Div(y).Log1p())).Sub(x.Mul(n.Log().AddScalar(-1)))
	z := Where(short, q, ten)
	for i := range 10 {
		fall = fall.Add(Where(short, x.Div(z.AddScalar(float64(i))).Log1p(), p.Const(0)))
	}
	some := x.Lgamma().Add(fall)
	x, y = Where(both, p, ten), Where(both, q, ten)
	n = x.Add(y)
	all := x.stirling().Add(stirlingFall(y, x)).Add(x.AddScalar(-0.5).Mul(x.Div(n).Log())).
		Sub(y.Mul(x.Div(y).Log1p())).Sub(y.Log().Scale(0.5)).AddScalar(0.5 * math.Log(2*math.Pi))
	return Where(both, all, some)
}

// stirlingFall is y.stirling() - (y+p).stirling() without cancellation: the powers of
// u = 1/y and v = 1/(y+p) in it are differences with the factor u - v = p/(y(y+p)).
func stirlingFall(y, p Array) Array {
	u, v := y.Const(1).Div(y), y.Const(1).Div(y.Add(p))
	sum, quotient, power := y.Const(0), y.Const(1), y.Const(1) // (uᵐ-vᵐ)/(u-v) and vᵐ⁻¹
	for _, c := range stirlingSeries {
		sum = sum.Add(quotient.Scale(c))
		for range 2 {
			power = power.Mul(v)
			quotient = quotient.Mul(u).Add(power)
		}
	}
	return p.Mul(u).Mul(v).Mul(sum)
}

// Beta is the beta function B(a, b) = Γ(a)Γ(b)/Γ(a+b). See [Betaln] for the logarithm, and
// [RandBeta] for random numbers.
func Beta(a, b Array) Array {
	return inFloat64("num.Beta", func(v []Array) Array {
		a, b := v[0], v[1]
		one := a.Const(1)
		positive := a.Gt(a.Const(0)).And(b.Gt(a.Const(0)))
		// Γ(a)Γ(b)/Γ(a+b) loses the derivatives of small ones, and overflows for large ones.
		large := positive.And(Maximum(a, b).Gt(a.Const(50)).Or(Minimum(a, b).Lt(a.Const(0.5))))
		p, q := ordered(Where(large, a, one), Where(large, b, one))
		x, y := Where(large, one, a), Where(large, one, b)
		return Where(large, betaln(p, q).Exp(), x.Gamma().Mul(y.Gamma()).Div(x.Add(y).Gamma()))
	}, a, b)
}

// Multigammaln is the logarithm of the multivariate gamma function of d ≥ 1 dimensions, for
// a > (d-1)/2.
func (a Array) Multigammaln(d int) Array {
	const op = "num.Multigammaln"
	floatOnly(op, a.DType())
	if d < 1 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "d is %d, want 1 or more", d))
	}
	y := a.Lgamma()
	for i := 1; i < d; i++ {
		y = y.Add(a.AddScalar(-float64(i) / 2).Lgamma())
	}
	bad := a.Le(a.Const(float64(d-1) / 2))
	return Where(bad, a.Const(math.NaN()), y.AddScalar(float64(d*(d-1))/4*math.Log(math.Pi)))
}

// Zeta is the Hurwitz zeta function Σ (q+k)⁻ˣ over k ≥ 0, for x > 1 and q > 0; with q = 1 it is
// Riemann's. It is +Inf for x = 1 and NaN elsewhere.
func Zeta(x, q Array) Array {
	return inFloat64("num.Zeta", func(v []Array) Array {
		x, q := v[0], v[1]
		in := x.Gt(x.Const(1)).And(q.Gt(x.Const(0))).And(x.IsFinite()).And(q.IsFinite())
		s, a := Where(in, x, x.Const(2)), Where(in, q, x.Const(1))
		y := hurwitz(s, a)
		y = Where(in, y, Where(x.Eq(x.Const(1)).And(q.Gt(x.Const(0))), x.Const(posInf), x.Const(math.NaN())))
		return Where(x.Eq(x.Const(posInf)).And(q.Ge(x.Const(1))), Where(q.Eq(x.Const(1)), x.Const(1), x.Const(0)), y)
	}, x, q)
}

// hurwitz adds up the first terms and the rest by the formula of Euler and Maclaurin: from
// q+12 on, twelve of its terms are enough for 1e-16.
func hurwitz(s, q Array) Array {
	const n = 12
	sum := s.Const(0)
	for k := range n {
		sum = sum.Add(q.AddScalar(float64(k)).Pow(s.Neg()))
	}
	a := q.AddScalar(n)
	last := a.Pow(s.Neg())
	sum = sum.Add(a.Pow(s.Neg().AddScalar(1)).Div(s.AddScalar(-1)))
	rest := s.Const(0.5)
	// term is s (s+1) … (s+2j-2)/a²ʲ⁻¹.
	term, r := s.Div(a), a.Square()
	for j, b := range bernoulli {
		rest = rest.Add(term.Scale(b))
		term = term.Mul(s.AddScalar(float64(2*j + 1))).Mul(s.AddScalar(float64(2*j + 2))).Div(r)
	}
	return sum.Add(last.Mul(rest))
}

// bernoulli are B₂ⱼ/(2j)! for j = 1, 2, …
var bernoulli = func() []float64 {
	b := []float64{1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
		43867.0 / 798, -174611.0 / 330, 854513.0 / 138, -236364091.0 / 2730}
	f := 1.0
	for j := range b {
		f *= float64((2*j + 1) * (2*j + 2))
		b[j] /= f
	}
	return b
}()
