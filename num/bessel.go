package num

import "math"

// I0 is the modified Bessel function of the first kind of order 0: +Inf from about 713 on. See
// [Array.I0e] for large arguments.
func (a Array) I0() Array { return a.bessel("num.I0", 0, false) }

// I1 is the modified Bessel function of the first kind of order 1: ±Inf from about 713 on. See
// [Array.I1e] for large arguments.
func (a Array) I1() Array { return a.bessel("num.I1", 1, false) }

// I0e is e^-|a|·I₀(a), which does not overflow: 0 at ±Inf.
func (a Array) I0e() Array { return a.bessel("num.I0e", 0, true) }

// I1e is e^-|a|·I₁(a), which does not overflow: 0 at ±Inf.
func (a Array) I1e() Array { return a.bessel("num.I1e", 1, true) }

// besselLarge is from where on the asymptotic series holds to the last digit: its terms fall
// below 1e-17 before they grow.
const besselLarge = 25

// bessel is Iₙ for order 0 or 1, times e^-|a| if scaled. Up to besselLarge it is the power
// series, all of whose terms have one sign, and beyond that the asymptotic one: Abramowitz and
// Stegun, 9.6.10 and 9.7.1. Their terms' derivatives are accurate as well.
func (a Array) bessel(op string, order float64, scaled bool) Array {
	return inFloat64(op, func(v []Array) Array {
		x := v[0]
		far := x.Abs().Gt(x.Const(besselLarge))
		small := Where(far, x.Const(0), x)
		z := small.Square().Scale(0.25)
		near := x.Const(1)
		for k := 60.0; k >= 1; k-- {
			near = x.Const(1).Add(z.Mul(near).Scale(1 / (k * (k + order))))
		}
		if order == 1 {
			near = near.Mul(small.Scale(0.5))
		}
		large := Where(far, x, x.Const(besselLarge))
		negative := large.Lt(x.Const(0))
		large = Where(negative, large.Neg(), large)
		large = Where(x.IsInf(), x.Const(besselLarge), large)
		u := x.Const(1).Div(large.Scale(8))
		tail := x.Const(1)
		for k := 30.0; k >= 1; k-- {
			odd := 2*k - 1
			tail = x.Const(1).Sub(u.Mul(tail).Scale((4*order*order - odd*odd) / k))
		}
		tail = tail.Mul(x.Const(1).Div(large.Sqrt())).Scale(1 / math.Sqrt(2*math.Pi))
		if scaled {
			down := Where(small.Lt(x.Const(0)), small, small.Neg()) // -|x|, whose slope at 0 is -1
			near = near.Mul(down.Exp())
		} else {
			// e^x overflows where I(x) does not yet.
			half := large.Scale(0.5).Exp()
			tail = tail.Mul(half).Mul(half)
		}
		end := x.Const(posInf)
		if scaled {
			end = x.Const(0)
		}
		tail = Where(x.IsInf(), end, tail)
		if order == 1 {
			tail = Where(negative, tail.Neg(), tail)
		}
		return Where(far, tail, near)
	}, a)
}
