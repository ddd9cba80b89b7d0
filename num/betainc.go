package num

import "math"

// BetaInc is the regularized incomplete beta function I(x; a, b) for a, b > 0 and 0 ≤ x ≤ 1:
// the distribution function of the beta distribution. It is NaN outside. It has derivatives in
// a, b and x of any order, and is accurate in the lower tail; the upper one, 1 - I(x; a, b), is
// I(1-x; b, a).
func BetaInc(a, b, x Array) Array {
	return inFloat64("num.BetaInc", func(v []Array) Array {
		a, b, x := v[0], v[1], v[2]
		zero, one := x.Const(0), x.Const(1)
		positive := a.Gt(zero).And(b.Gt(zero)).And(a.IsFinite()).And(b.IsFinite())
		in := positive.And(x.Gt(zero)).And(x.Lt(one))
		y := betaInside(Where(in, a, one), Where(in, b, one), Where(in, x, x.Const(0.5)))
		y = Where(in, y, Where(positive.And(x.Eq(zero)), zero, Where(positive.And(x.Eq(one)), one, x.Const(math.NaN()))))
		return y
	}, a, b, x)
}

// betaInside is I(x; a, b) for 0 < x < 1. With t/(1-t) = e⁻ˢ x/(1-x) in its integral and
// n = a+b,
//
//	I(x; a, b) = xᵃ (1-x)ᵇ/B(a, b) ∫ exp(-a s - n log(1 - x + x e⁻ˢ)) ds,
//
// whose integrand falls for x ≤ a/n; elsewhere it is 1 - I(1-x; b, a). As for [GammaInc], a+1
// takes the place of a, which makes both right around x = a/n.
func betaInside(a, b, x Array) Array {
	one := x.Const(1)
	lower := x.Le(a.AddScalar(1).Div(a.Add(b).AddScalar(1)))
	front := betaDensity(a, b, x)
	u, v := Where(lower, x, one.Sub(x)), Where(lower, one.Sub(x), x)
	p, q := Where(lower, a, b), Where(lower, b, a)
	shape := p.AddScalar(1)
	n := shape.Add(q)
	d := shape.Mul(v).Sub(q.Mul(u)) // shape - n u
	// -h(s) = d s + n (u s + log(1 - u + u e⁻ˢ)) bounds the end from each of its parts.
	c := x.Const(fallen).Div(n.Mul(u).Mul(v))
	end := Minimum(c.Scale(2).Sqrt().Add(c), x.Const(fallen).Add(n.Mul(v.Log().Neg())).Div(shape))
	end = Minimum(end, x.Const(fallen).Div(Where(d.Gt(x.Const(0)), d, x.Const(0))))
	// Of u and v the smaller one, w, in log(1 - w + w e^∓s) keeps the terms from cancelling.
	small := u.Le(v)
	w, sign := Where(small, u, v), Where(small, x.Const(-1), one)
	last := func(v Array) Array { return v.ExpandDims(-1) }
	sum := integral(end, func(s Array) Array {
		r := s.Mul(last(sign))
		bracket := last(w).Mul(r.Expm1()).log1pmx().Add(last(w).Mul(r.expm2()))
		return last(d).Mul(s).Add(last(n).Mul(bracket)).Neg().Exp()
	})
	// I(u; p, q) = I(u; p+1, q) + u^p v^q/(p B(p, q)), and B(p+1, q) = B(p, q) p/(p+q).
	y := front.Div(p).Mul(p.Add(q).Mul(u).Mul(sum).AddScalar(1))
	return Where(lower, y, one.Sub(y))
}

// betaDensity is xᵃ (1-x)ᵇ/B(a, b). Where a and b are large it is √(ab/2πn) exp(-a f(e/a) -
// b f(-e/b)) over Stirling's corrections, with f(μ) = μ - log(1+μ), n = a+b and e = bx - a(1-x).
func betaDensity(a, b, x Array) Array {
	one, ten := x.Const(1), x.Const(10)
	large := a.Ge(ten).And(b.Ge(ten))
	p, q := Where(large, a, ten), Where(large, b, ten)
	y := one.Sub(x)
	e := Where(large, q.Mul(x).Sub(p.Mul(y)), x.Const(0))
	n := p.Add(q)
	gap := func(p, ratio, mu Array) Array {
		far := large.And(mu.Lt(x.Const(-0.4)))
		return p.Mul(Where(far, mu.Sub(Where(far, ratio, one).Log()), Where(far, x.Const(0), mu).log1pmx().Neg()))
	}
	exponent := gap(p, n.Mul(x).Div(p), e.Div(p)).Add(gap(q, n.Mul(y).Div(q), e.Neg().Div(q)))
	stirling := n.stirling().Sub(p.stirling()).Sub(q.stirling())
	big := stirling.Sub(exponent).Exp().Mul(p.Div(n).Mul(q).Scale(1 / (2 * math.Pi)).Sqrt())
	lo, hi := ordered(Where(large, one, a), Where(large, one, b))
	small := Where(large, one, a).Mul(x.Log()).Add(Where(large, one, b).Mul(x.Neg().Log1p())).Sub(betaln(lo, hi)).Exp()
	return Where(large, big, small)
}
