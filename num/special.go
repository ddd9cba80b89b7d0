package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// More functions of every element.
func Asin(a Array) Array  { return wrap(prim.Asin(a.value())) }
func Acos(a Array) Array  { return wrap(prim.Acos(a.value())) }
func Atan(a Array) Array  { return wrap(prim.Atan(a.value())) }
func Asinh(a Array) Array { return wrap(prim.Asinh(a.value())) }
func Acosh(a Array) Array { return wrap(prim.Acosh(a.value())) }
func Atanh(a Array) Array { return wrap(prim.Atanh(a.value())) }
func Cbrt(a Array) Array  { return wrap(prim.Cbrt(a.value())) }
func Ceil(a Array) Array  { return wrap(prim.Ceil(a.value())) }

// Round rounds to the nearest integer, halves to the even one.
func Round(a Array) Array { return wrap(prim.Round(a.value())) }

// Atan2 is the angle of the points (x, y), in (-π, π].
func Atan2(y, x Array) Array { return binary("num.Atan2", prim.OpAtan2, y, x) }

// Rem is the remainder of the division truncated toward zero, with the sign of a
// (Go's % and math.Mod).
func Rem(a, b Array) Array { return binary("num.Rem", prim.OpRem, a, b) }

// Xor is true where one of a and b is; of integers it is that of their bits, as
// [Array.And], [Array.Or] and [Array.Not] are.
func Xor(a, b Array) Array { return binary("num.Xor", prim.OpXor, a, b) }

// ShiftLeft and ShiftRight move the bits of integers; zeros come in.
func ShiftLeft(a, b Array) Array { return binary("num.ShiftLeft", prim.OpShiftLeft, a, b) }

// ShiftRight moves the bits of integers to the right; zeros come in.
func ShiftRight(a, b Array) Array { return binary("num.ShiftRight", prim.OpShiftRight, a, b) }

// Erfc is 1 - [Erf] without cancellation, Erfinv the inverse of Erf.
func Erfc(a Array) Array { return wrap(prim.Erfc(a.value())) }

// Erfinv is the inverse of [Erf] on (-1, 1).
func Erfinv(a Array) Array { return wrap(prim.Erfinv(a.value())) }

// Lgamma is log |Γ(a)|.
func Lgamma(a Array) Array { return wrap(prim.Lgamma(a.value())) }

// Digamma is the derivative of log Γ.
func Digamma(a Array) Array { return wrap(prim.Digamma(a.value())) }

// Polygamma is the derivative of order n ≥ 0 of [Digamma].
func Polygamma(n int, a Array) Array {
	switch {
	case n < 0:
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Polygamma", "order is %d, want 0 or more", n))
	case n == 0:
		return Digamma(a)
	}
	return wrap(prim.Polygamma(n, a.value()))
}

// Logit is log(a / (1-a)), the inverse of [Expit].
func Logit(a Array) Array { return wrap(prim.Logit(a.value())) }

// Softplus is log(1 + exp(a)) without overflow.
func Softplus(a Array) Array { return wrap(prim.Softplus(a.value())) }

// LogExpit is the logarithm of [Expit] without underflow.
func LogExpit(a Array) Array { return Softplus(a.Neg()).Neg() }

// LogNdtr is the logarithm of the standard normal distribution function, also far
// in its lower tail.
func LogNdtr(a Array) Array { return wrap(prim.LogNdtr(a.value())) }

// Clip moves elements below lo to lo and above hi to hi.
func Clip(a Array, lo, hi float64) Array { return Min(Max(a, a.of(lo)), a.of(hi)) }

// Ne tells where a and b differ.
func (a Array) Ne(b Array) Array { return a.Eq(b).Not() }
