package num

import "math"

// Ndtr is the standard normal distribution function Φ(a), accurate in its lower tail: 0 at
// -Inf and 1 at +Inf. See [Array.LogNdtr] for its logarithm.
func (a Array) Ndtr() Array {
	return inFloat64("num.Ndtr", func(v []Array) Array {
		return CustomJVP(ndtr, func(x, dx Array) (Array, Array) { return ndtr(x), dx.Mul(x.normalDensity()) })(v[0])
	}, a)
}

// Φ(x) is e^(-x²/2) erfcx(-x/√2)/2: erfc itself would magnify the rounding of x/√2 by x².
func ndtr(x Array) Array {
	low := x.Lt(x.Const(0))
	y := Where(low, x, x.Neg()).Scale(-math.Sqrt2 / 2)
	tail := y.erfcxTail().Mul(x.expSquare(-0.5)).Scale(0.5)
	return Where(low, tail, tail.Neg().AddScalar(1))
}

// normalDensity is exp(-a²/2)/√2π.
func (a Array) normalDensity() Array { return a.expSquare(-0.5).Scale(1 / math.Sqrt(2*math.Pi)) }

// expSquare is exp(c·a²) for c = ±1 or ±½, without the rounding of a², which exp would
// magnify: the square of the leading bits of a is exact.
func (a Array) expSquare(c float64) Array {
	in := a.Abs().Lt(a.Const(64)) // else it is 0 or infinite
	x := Where(in, a, a.Const(0))
	head := x.Scale(64).Round().Scale(1.0 / 64).StopGradient()
	rest := x.Sub(head).Mul(x.Add(head))
	y := head.Square().Scale(c).Exp().Mul(rest.Scale(c).Exp())
	out := a.Const(0)
	if c > 0 {
		out = a.Const(posInf)
	}
	return Where(in, y, Where(a.IsNaN(), a, out))
}

// Erfcx is exp(a²)·erfc(a), the scaled complement of the error function, which neither
// overflows nor underflows for positive a: +Inf from about -26.6 down.
func (a Array) Erfcx() Array {
	return inFloat64("num.Erfcx", func(v []Array) Array {
		x := v[0]
		low := x.Lt(x.Const(0))
		y := Where(low, x.Neg(), x).erfcxTail()
		return Where(low, Where(low, x, x.Const(0)).expSquare(1).Scale(2).Sub(y), y)
	}, a)
}

// erfcxTail is erfcx for a ≥ 0, (2/√π) ∫ exp(-s² - 2as) ds: for large a it is 1/(a√π).
func (a Array) erfcxTail() Array {
	in := a.IsFinite()
	x := Where(in, a, a.Const(1))
	end := Minimum(x.Const(math.Sqrt(fallen)), x.Const(fallen/2).Div(x))
	y := integral(end, func(s Array) Array {
		return s.Mul(s.Add(x.ExpandDims(-1).Scale(2))).Neg().Exp()
	}).Scale(2 / math.SqrtPi)
	return Where(in, y, Where(a.IsNaN(), a, a.Const(0)))
}

// Ndtri is the inverse of [Array.Ndtr], the quantile of the standard normal distribution,
// accurate for tiny probabilities: -Inf at 0, +Inf at 1 and NaN outside of [0, 1].
func (a Array) Ndtri() Array {
	return inFloat64("num.Ndtri", func(v []Array) Array {
		return CustomJVP(ndtri, func(p, dp Array) (Array, Array) {
			// 1/φ(x) from φ(x)/Φ(x), which does not magnify the rounding of x as e^(x²/2) does.
			x := ndtri(p)
			negative := x.Lt(x.Const(0))
			tail := Where(negative, x.Neg(), x).Scale(math.Sqrt2 / 2).erfcxTail()
			return x, dp.Mul(tail).Div(Minimum(p, p.Neg().AddScalar(1))).Scale(math.Sqrt(math.Pi / 2))
		})(v[0])
	}, a)
}

// ndtri is √2 erfinv(2p-1) in the middle. In the tails it solves log Φ(x) = log p by Newton's
// method from the left: Φ(x) ≤ exp(-x²/2)/2 bounds x, and log Φ is concave, so that the steps
// never pass the solution.
func ndtri(p Array) Array {
	half := p.Const(0.5)
	upper := p.Gt(half)
	q := Where(upper, p.Neg().AddScalar(1), p)
	tail := q.Lt(p.Const(0.25)).And(q.Gt(p.Const(0)))
	t := Where(tail, q, p.Const(0.1))
	logp := t.Log()
	x := logp.AddScalar(math.Ln2).Scale(-2).Sqrt().Neg()
	for range 6 {
		y := x.LogNdtr()
		slope := x.Square().Scale(-0.5).AddScalar(-0.5 * math.Log(2*math.Pi)).Sub(y).Exp()
		x = x.Sub(y.Sub(logp).Div(slope))
	}
	mid := Where(tail, half, q).Scale(2).AddScalar(-1).Erfinv().Scale(math.Sqrt2)
	x = Where(tail, x, mid)
	return Where(upper, x.Neg(), x)
}
