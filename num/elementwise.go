package num

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/prim"
)

// LogAddExp is log(eᵃ + eᵇ) without overflow, element by element; see [Array.LogSumExp] for
// the elements of one array.
func LogAddExp(a, b Array) Array {
	a, b = pairOf("num.LogAddExp", a, b)
	// The difference of equal infinities, which is NaN, is 0 here.
	same := a.Eq(b).And(a.IsFinite().Not())
	d := Where(same, a.Const(0), a.Sub(b))
	return Where(a.Ge(b), a.Add(d.Neg().Softplus()), b.Add(d.Softplus()))
}

// Log2 is the logarithm to base 2, exact for powers of 2: -Inf at 0 and NaN below.
func (a Array) Log2() Array { return a.logBase(2) }

// Log10 is the logarithm to base 10, exact for powers of 10: -Inf at 0 and NaN below.
func (a Array) Log10() Array { return a.logBase(10) }

// logBase rounds the quotient of two logarithms to an integer where that is exact.
func (a Array) logBase(base float64) Array {
	y := a.Log().Scale(1 / math.Log(base))
	n := y.Round()
	exact := y.Const(base).Pow(n).Eq(a).And(y.IsFinite())
	return y.Add(Where(exact, n.Sub(y), y.Const(0)).StopGradient())
}

// Exp2 is 2ᵃ: 0 at -Inf.
func (a Array) Exp2() Array { return wrap(prim.Exp2(a.value())) }

// Rsqrt is 1/√a: +Inf at 0 and NaN below.
func (a Array) Rsqrt() Array { return a.Const(1).Div(a.Sqrt()) }

// Mod is the remainder of the division rounded down, with the sign of b (Python's %); see
// [Array.Rem] for Go's. By zero it is NaN, and of integers a.
func (a Array) Mod(b Array) Array {
	const op = "num.Mod"
	a, b = pairOf(op, a, b)
	r, zero := a.Rem(b), a.Const(0)
	if a.DType() == Uint32 {
		return r
	}
	return Where(r.Ne(zero).And(r.Lt(zero).Xor(b.Lt(zero))).And(b.Ne(zero)), r.Add(b), r)
}

// FloorDivide is the quotient a/b rounded down to an integer (Python's //), of integers too:
// a = b·FloorDivide(a, b) + a.Mod(b). Its derivative is zero everywhere. A division by zero is
// as in [Array.Div].
func FloorDivide(a, b Array) Array {
	const op = "num.FloorDivide"
	a, b = pairOf(op, a, b)
	if a.DType().IsInt() {
		q, zero := a.Div(b), a.Const(0)
		if a.DType() == Uint32 {
			return q
		}
		down := a.Rem(b).Ne(zero).And(a.Lt(zero).Xor(b.Lt(zero))).And(b.Ne(zero))
		return Where(down, q.Sub(a.Const(1)), q)
	}
	// a - Mod is a multiple of b, so that the quotient has only to lose its rounding.
	zero := a.Const(0)
	q := Where(b.Eq(zero), a.Div(b), a.Sub(a.Mod(b)).Div(b))
	q = Where(b.IsInf().And(a.IsFinite()), Where(a.Ne(zero).And(a.Lt(zero).Xor(b.Lt(zero))), a.Const(-1), zero), q)
	return q.Round()
}

// Trunc is the integer part of a, rounded toward zero. Its derivative is zero everywhere.
func (a Array) Trunc() Array { return Where(a.Lt(a.Const(0)), a.Ceil(), a.Floor()) }

// Hypot is √(a² + b²) without overflow or underflow, element by element. Its derivative at
// the origin is zero, which is a subgradient. See [Norm] for vectors.
func Hypot(a, b Array) Array {
	const op = "num.Hypot"
	a, b = pairOf(op, a, b)
	floatOnly(op, a.DType())
	one := a.Const(1)
	x, y := a.Abs(), b.Abs()
	m := Maximum(x, y).StopGradient()
	infinite := x.IsInf().Or(y.IsInf())
	zero := m.Eq(a.Const(0))
	unit := Where(zero.Or(infinite), one, m)
	clean := func(x Array) Array { return Where(zero.Or(infinite), one, x) }
	r := unit.Mul(clean(x).Div(unit).Square().Add(clean(y).Div(unit).Square()).Sqrt())
	return Where(infinite, a.Const(math.Inf(1)), Where(zero, a.Const(0), r))
}

// Heaviside is the step function: 0 where a is negative, 1 where it is positive, and at0
// where it is zero.
func (a Array) Heaviside(at0 float64) Array {
	zero := a.Const(0)
	step := Where(a.Lt(zero), zero, Where(a.Gt(zero), a.Const(1), a.Const(at0)))
	return Where(a.IsNaN(), a, step).StopGradient()
}

// CopySign is the absolute value of a with the sign of b, which zeros have too.
func CopySign(a, b Array) Array {
	const op = "num.CopySign"
	a, b = pairOf(op, a, b)
	floatOnly(op, a.DType())
	zero := a.Const(0)
	negative := b.Lt(zero).Or(b.Eq(zero).And(a.Const(1).Div(b.StopGradient()).Lt(zero)))
	return Where(negative, a.Abs().Neg(), a.Abs())
}

// Sinc is sin(πa)/(πa), and 1 at 0; it is exactly 0 at all other integers.
func (a Array) Sinc() Array {
	floatOnly("num.Sinc", a.DType())
	// Near 0, Taylor's series in x² = (πa)², whose derivatives do not cancel either: for
	// |x| < π/4 its term of degree 18 is below 1e-19.
	near := a.Abs().Lt(a.Const(0.25))
	z := Where(near, a, a.Const(0)).Scale(math.Pi).Square()
	s := a.Const(1)
	for k := 18.0; k >= 2; k -= 2 {
		s = a.Const(1).Sub(z.Mul(s).Scale(1 / (k * (k + 1))))
	}
	far := Where(near, a.Const(1), a)
	return Where(near, s, far.sinPi().Div(far.Scale(math.Pi)))
}

// sinPi is sin(πa), with the period taken off a, where that is exact.
func (a Array) sinPi() Array {
	r := a.Sub(a.Scale(0.5).Round().Scale(2)) // in [-1, 1]
	half := a.Const(0.5)
	folded := Where(r.Abs().Gt(half), Where(r.Gt(a.Const(0)), a.Const(1), a.Const(-1)).Sub(r), r)
	return folded.Scale(math.Pi).Sin()
}

// Clip moves elements of x below lo to lo and above hi to hi, which are arrays; see
// [Array.Clip] for limits that are numbers. Where lo > hi it is hi. The derivative at a limit
// is shared by both, as in [Maximum].
func Clip(x, lo, hi Array) Array { return Minimum(Maximum(x, lo), hi) }

// Log1mExp is log(1 - e⁻ᵃ) for a ≥ 0, accurate for small and large a (Mächler, "Accurately
// computing log(1 - exp(-|a|))", 2012): -Inf at 0 and NaN below.
func (a Array) Log1mExp() Array {
	small := a.Lt(a.Const(math.Ln2))
	one := a.Const(1)
	x := Where(small, a, one).Neg().Expm1().Neg().Log()
	y := Where(small, one, a).Neg().Exp().Neg().Log1p()
	return Where(small, x, y)
}

// pairOf gives two operands one dtype and one shape.
func pairOf(op string, a, b Array) (Array, Array) {
	x, y := meet(op, a, b)
	v := broadcast(op, x, y)
	return wrap(v[0]), wrap(v[1])
}

// floats gives floating-point operands one dtype and one shape.
func floats(op string, xs ...Array) []Array {
	first := xs[0]
	for _, x := range xs {
		if !x.weak {
			first = x
			break
		}
	}
	same := make([]Array, len(xs))
	for i, x := range xs {
		same[i], _ = meet(op, x, first)
	}
	floatOnly(op, same[0].DType())
	out := make([]Array, len(xs))
	for i, v := range broadcast(op, same...) {
		out[i] = wrap(v)
	}
	return out
}

// inFloat64 computes f of floating-point operands in float64, so that its result in float32 is
// right to the last digit.
func inFloat64(op string, f func(x []Array) Array, xs ...Array) Array {
	same := floats(op, xs...)
	d := same[0].DType()
	for i, x := range same {
		same[i] = x.AsType(Float64)
	}
	return f(same).AsType(d)
}
