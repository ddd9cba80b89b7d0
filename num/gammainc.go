package num

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// GammaInc is the regularized lower incomplete gamma function P(a, x) = γ(a, x)/Γ(a) for
// a > 0 and x ≥ 0: the distribution function of the gamma distribution with shape a. It is 0
// at x = 0, 1 at +Inf and for a = 0, and NaN for negative a or x. It has derivatives in a and
// x of any order, and is accurate in both tails; see [GammaIncC] for 1 - P.
func GammaInc(a, x Array) Array {
	return inFloat64("num.GammaInc", func(v []Array) Array {
		p, q, lower := gammaInc(v[0], v[1])
		return gammaEdges(v[0], v[1], Where(lower, p, q.Neg().AddScalar(1)), 0)
	}, a, x)
}

// GammaIncC is the regularized upper incomplete gamma function Q(a, x) = Γ(a, x)/Γ(a), the
// complement 1 - P(a, x) of [GammaInc] without cancellation.
func GammaIncC(a, x Array) Array {
	return inFloat64("num.GammaIncC", func(v []Array) Array {
		a, x := v[0], v[1]
		p, q, lower := gammaInc(a, x)
		corner := a.Lt(a.Const(1)).And(x.Lt(a.Const(1)))
		q = Where(lower, p.Neg().AddScalar(1), q)
		return gammaEdges(a, x, Where(corner, gammaCorner(corner, a, x), q), 1)
	}, a, x)
}

// gammaEdges gives P or Q, which is at0 at x = 0, at the edges of their domain.
func gammaEdges(a, x, inside Array, at0 float64) Array {
	zero := a.Const(0)
	// At x = 0 Taylor's polynomial has the derivatives.
	first := x.Eq(zero)
	b, z := Where(first.And(a.Gt(zero)), a, a.Const(1)), Where(first, x, zero)
	s := a.Const(1).Div(b)
	for k, f := 1.0, 1.0; k <= 4; k++ {
		f = -f * k
		s = s.Add(z.Pow(a.Const(k)).Div(b.AddScalar(k)).Scale(1 / f))
	}
	p := z.Pow(b).Mul(s).Mul(b.Lgamma().Neg().Exp())
	r := Where(first, p.Scale(1-2*at0).AddScalar(at0), inside)
	r = Where(x.Eq(a.Const(posInf)).Or(a.Eq(zero).And(x.Gt(zero))), a.Const(1-at0), r)
	r = Where(a.Eq(a.Const(posInf)).And(x.IsFinite()), a.Const(at0), r)
	bad := a.Lt(zero).Or(x.Lt(zero)).Or(a.IsNaN()).Or(x.IsNaN()).Or(a.Eq(zero).And(x.Eq(zero))).Or(a.IsInf().And(x.IsInf()))
	return Where(bad, a.Const(math.NaN()), r)
}

// gammaInc gives P where lower holds, which is for x ≤ a+1, and Q elsewhere. With t = x e⁻ˢ
// and t = x eˢ in the integrals of tᵃ⁻¹e⁻ᵗ over [0, x] and [x, ∞),
//
//	γ(a, x) = xᵃ e⁻ˣ ∫ exp(-a s + x(1 - e⁻ˢ)) ds,  Γ(a, x) = xᵃ e⁻ˣ ∫ exp(a s - x(eˢ - 1)) ds,
//
// in both of which the exponent is -|a-x| s - x(e^±s - 1 ∓ s) with the sign that makes
// e^±s - 1 ∓ s the falling part. For the lower one a+1 is taken in place of a, where the
// integrand falls at x ≤ a+1, by P(a, x) = P(a+1, x) + xᵃ e⁻ˣ/Γ(a+1).
func gammaInc(a, x Array) (p, q, lower Array) {
	zero, one := a.Const(0), a.Const(1)
	in := a.Gt(zero).And(x.Gt(zero)).And(a.IsFinite()).And(x.IsFinite())
	a, x = Where(in, a, one), Where(in, x, one)
	lower = x.Le(a.AddScalar(1))
	sign := Where(lower, a.Const(-1), one)
	d := Where(lower, a.Sub(x).AddScalar(1), x.Sub(a))
	c := a.Const(fallen).Div(x)
	root := c.Scale(2).Sqrt() // bounds the s with eˢ - 1 - s = c
	end := Where(lower, root.Add(c), c.Add(root).Log1p())
	end = Minimum(end, a.Const(fallen).Div(d))
	last := func(v Array) Array { return v.ExpandDims(-1) }
	sum := integral(end, func(s Array) Array {
		return last(d).Mul(s).Add(last(x).Mul(s.Mul(last(sign)).expm2())).Neg().Exp()
	})
	front := gammaDensity(a, x)
	return front.Div(a).Mul(x.Mul(sum).AddScalar(1)), front.Mul(sum), lower
}

// gammaDensity is xᵃ e⁻ˣ/Γ(a). For large a it is √(a/2π) exp(-a (μ - log(1+μ))) over
// Stirling's correction, with μ = (x-a)/a: Temme, "A set of algorithms for the incomplete
// gamma functions", 1994.
func gammaDensity(a, x Array) Array {
	one := a.Const(1)
	big := a.Ge(a.Const(10))
	b := Where(big, a, a.Const(10))
	y := Where(big, x, a.Const(10))
	mu := y.Sub(b).Div(b)
	far := mu.Lt(a.Const(-0.4)) // μ - log(1+μ) by x/a itself, which μ has lost
	tail := Where(far, mu.Sub(Where(far, y.Div(b), one).Log()), Where(far, a.Const(0), mu).log1pmx().Neg())
	large := b.Mul(tail).Add(b.stirling()).Neg().Exp().Mul(b.Scale(1 / (2 * math.Pi)).Sqrt())
	s := Where(big, one, a)
	z := Where(big, one, x)
	// 1/Γ(a) = a/Γ(a+1), which does not overflow for small a.
	small := z.Pow(s).Mul(z.Neg().Sub(s.AddScalar(1).Lgamma()).Exp()).Mul(s)
	return Where(big, large, small)
}

// gammaCorner is Q for a and x below 1, where P is close to 1: with u = a log x - log Γ(a+1),
// Q = -(eᵘ - 1) - eᵘ a Σ (-x)ᵏ/((a+k) k!) over k ≥ 1 (DiDonato and Morris, "Computation of the
// incomplete gamma function ratios and their inverse", 1986).
func gammaCorner(corner, a, x Array) Array {
	half := a.Const(0.5)
	a, x = Where(corner, a, half), Where(corner.And(x.Gt(a.Const(0))), x, half)
	a = Where(a.Gt(a.Const(0)), a, half)
	u := a.Mul(x.Log()).Sub(a.lgamma1p())
	sum, term := a.Const(0), a.Const(-1)
	for k := 1.0; k <= 18; k++ { // 1/18! is 2e-16, of a sum above 1/3
		term = term.Mul(x).Scale(-1 / k)
		sum = sum.Add(term.Div(a.AddScalar(k)))
	}
	return u.Exp().Mul(a).Mul(sum).Sub(u.Expm1())
}

// lgamma1p is log Γ(1+a) for 0 ≤ a ≤ 1, accurate near its zeros 0 and 1. About ½ it is the
// logarithm itself; near either end it is Taylor's series, whose coefficients are values of
// the zeta function: Abramowitz and Stegun, 6.1.33.
func (a Array) lgamma1p() Array {
	half := a.Gt(a.Const(0.5))
	// log Γ(1+a) = log a + log Γ(1 + (a-1)), so that one series is enough.
	x := Where(half, a.AddScalar(-1), a)
	s := a.Const(lgamma1pSeries[len(lgamma1pSeries)-1])
	for k := len(lgamma1pSeries) - 2; k >= 0; k-- {
		s = s.Mul(x).AddScalar(lgamma1pSeries[k])
	}
	// The series of log Γ(1+x) + log(1+x), which converges for |x| < 2.
	y := x.Square().Mul(s).Add(x.Scale(1 - eulerGamma))
	return Where(half, y, y.Sub(x.Log1p()))
}

const eulerGamma = 0.57721566490153286060651209008240243

// lgamma1pSeries are (-1)ᵏ (ζ(k) - 1)/k for k = 2, 3, …, 30.
var lgamma1pSeries = func() (c []float64) {
	for k := 2; k <= 30; k++ {
		c = append(c, mathext.Zeta(float64(k), 2)/float64(k)*float64(1-2*(k%2)))
	}
	return c
}()
