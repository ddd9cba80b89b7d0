package num

import "math"

// Exp1 is the exponential integral E₁(a) = ∫ e⁻ᵗ/t dt over [a, ∞), for a > 0: +Inf at 0 and NaN
// below.
func (a Array) Exp1() Array {
	return inFloat64("num.Exp1", func(v []Array) Array {
		return CustomJVP(exp1, func(x, dx Array) (Array, Array) {
			return exp1(x), dx.Mul(x.Neg().Exp().Div(x)).Neg()
		})(v[0])
	}, a)
}

// Expi is the exponential integral Ei(a), the principal value of ∫ eᵗ/t dt over (-∞, a]: -Inf at
// 0, where its derivative is infinite, and -E₁(-a) for a < 0.
func (a Array) Expi() Array {
	return inFloat64("num.Expi", func(v []Array) Array {
		return CustomJVP(expi, func(x, dx Array) (Array, Array) { return expi(x), dx.Mul(x.Exp().Div(x)) })(v[0])
	}, a)
}

// exp1 is a power series up to 1, and from there on e⁻ˣ ∫ exp(-x(eˢ-1)) ds: see [gammaInc].
func exp1(x Array) Array {
	zero, one := x.Const(0), x.Const(1)
	far := x.Gt(one)
	y := Where(far, one, x)
	sum, term := zero, one
	for k := 1.0; k <= 18; k++ {
		term = term.Mul(y).Scale(-1 / k)
		sum = sum.Add(term.Scale(1 / k))
	}
	near := y.Log().Add(sum).Neg().AddScalar(-eulerGamma)
	z := Where(far.And(x.IsFinite()), x, one)
	tail := integral(x.Const(fallen).Div(z).Log1p(), func(s Array) Array {
		return z.ExpandDims(-1).Mul(s.Expm1()).Neg().Exp()
	}).Mul(z.Neg().Exp())
	r := Where(far, Where(x.IsInf(), zero, tail), near)
	return Where(x.Lt(zero).Or(x.IsNaN()), x.Const(math.NaN()), r)
}

// The positive zero of Ei, in two parts.
const (
	expiRoot   = 0.37250741078136663446
	expiRootLo = 1.3140183414386028e-17
)

// expiSeries are 1/(k k!) for k = 1, 2, …: Ei(x) = γ + log x + Σ xᵏ/(k k!).
var expiSeries = func() []float64 {
	c, f := make([]float64, 20), 1.0
	for k := range c {
		f *= float64(k + 1)
		c[k] = 1 / (float64(k+1) * f)
	}
	return c
}()

// expi is a power series up to 40, and from there on eˣ/x Σ k!/xᵏ; the smallest term is 7e-17.
func expi(x Array) Array {
	zero, one := x.Const(0), x.Const(1)
	positive := x.Gt(zero)
	low := exp1(Where(positive, one, x.Neg())).Neg()
	far := x.Gt(x.Const(40))
	y := Where(positive.And(far.Not()), x, one)
	type term struct{ Here, Next Array }
	const terms = 120
	k := Arange(Float64, 1, terms).Flip()
	sum, _ := Scan(func(s Array, t term) (Array, struct{}) {
		return y.Mul(s).Mul(t.Next).Add(t.Here), struct{}{}
	}, y.Const(1.0/terms).BroadcastTo(y.Shape()...), term{k.Const(1).Div(k), k.Const(1).Div(k.AddScalar(1))})
	mid := y.Log().AddScalar(eulerGamma).Add(y.Mul(sum))
	near := y.Gt(y.Const(0.2)).And(y.Lt(y.Const(0.6)))
	z := Where(far.And(x.IsFinite()), x, x.Const(41))
	s := one
	for k := 40.0; k >= 1; k-- {
		s = one.Add(s.Div(z).Scale(k))
	}
	half := z.Scale(0.5).Exp()
	tail := half.Div(z).Mul(half).Mul(s)
	r := Where(far, Where(x.IsInf(), x, tail), Where(near, expiNear(Where(near, y, one)), mid))
	return Where(positive, r, Where(x.IsNaN(), x, low))
}

// expiNear is Ei near its zero r, from log(x/r) and (xᵏ - rᵏ)/(k k!), from each of which the
// factor x - r is taken out.
func expiNear(x Array) Array {
	d := x.AddScalar(-expiRoot).AddScalar(-expiRootLo)
	sum, c := x.Const(0), 0.0
	rest := make([]float64, len(expiSeries))
	for k := len(expiSeries) - 1; k >= 0; k-- { // of the division by x - r
		c = c*expiRoot + expiSeries[k]
		rest[k] = c
	}
	for k := len(rest) - 1; k >= 0; k-- {
		sum = sum.Mul(x).AddScalar(rest[k])
	}
	return d.Scale(1 / expiRoot).Log1p().Add(d.Mul(sum))
}
