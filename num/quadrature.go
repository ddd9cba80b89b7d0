package num

import (
	"gonum.org/v1/gonum/integrate/quad"
)

// The incomplete gamma and beta functions, the exponential integral and erfcx are integrals
// over [0, ∞) of a positive, smooth, decreasing exp(-h(s)). Cut where it has fallen by 1e-17,
// they take one rule of Gauss and Legendre: every term is positive, so that the sum is right
// to a few units in the last place however small it is, and so are its derivatives, of any
// order and in all parameters, by differentiating the terms.

// fallen is the h at which the rest of an integral is left out: e⁻³⁸ is 3e-17.
const fallen = 38

// ruleSize nodes resolve integrands that fall by up to e⁻²·ᶠᵃˡˡᵉⁿ in the interval.
const ruleSize = 64

// rule is the nodes and weights on [0, 1].
var rule = func() (r struct{ x, w []float64 }) {
	r.x, r.w = make([]float64, ruleSize), make([]float64, ruleSize)
	quad.Legendre{}.FixedLocations(r.x, r.w, 0, 1)
	return r
}()

// integral is the integral of f over [0, end], element by element: f gets points with one more
// axis at the end. The derivative does not go through end, where f is next to nothing.
func integral(end Array, f func(s Array) Array) Array {
	end = end.StopGradient()
	s := end.ExpandDims(-1).Mul(New(rule.x))
	return f(s).MatMul(New(rule.w)).Mul(end)
}

// expm2 is eᵃ - 1 - a without cancellation.
func (a Array) expm2() Array {
	near := a.Abs().Lt(a.Const(0.5))
	// Taylor's series to the 14th power, whose rest is below 1e-17 for |a| < ½.
	x := Where(near, a, a.Const(0))
	s := a.Const(1)
	for k := 14.0; k >= 3; k-- {
		s = a.Const(1).Add(x.Mul(s).Scale(1 / k))
	}
	y := Where(near, a.Const(1), a)
	return Where(near, x.Square().Mul(s).Scale(0.5), y.Expm1().Sub(y))
}

// log1pmx is log(1+a) - a without cancellation.
func (a Array) log1pmx() Array {
	near := a.Gt(a.Const(-0.4)).And(a.Lt(a.Const(0.7)))
	// log(1+x) = 2 artanh(r) with r = x/(2+x), and 2r - x = -xr: the series of artanh for
	// |r| ≤ ¼, whose rest after r²⁵ is below 1e-17.
	x := Where(near, a, a.Const(0))
	r := x.Div(x.AddScalar(2))
	r2 := r.Square()
	s := a.Const(1.0 / 25)
	for k := 23.0; k >= 3; k -= 2 {
		s = s.Mul(r2).AddScalar(1 / k)
	}
	y := Where(near, a.Const(1), a)
	return Where(near, r.Mul(r2.Mul(s).Scale(2).Sub(x)), y.Log1p().Sub(y))
}

// stirling is log Γ(a) - (a-½) log a + a - ½ log 2π for a ≥ 10, to 1e-17: Abramowitz and
// Stegun, 6.1.40.
func (a Array) stirling() Array {
	u := a.Const(1).Div(a)
	v := u.Square()
	s := a.Const(stirlingSeries[len(stirlingSeries)-1])
	for k := len(stirlingSeries) - 2; k >= 0; k-- {
		s = s.Mul(v).AddScalar(stirlingSeries[k])
	}
	return s.Mul(u)
}

// stirlingSeries are B₂ₖ/(2k(2k-1)) for the Bernoulli numbers B₂ₖ.
var stirlingSeries = []float64{
	1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400,
	43867.0 / 244188,
}
