package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// More functions of every element.
func (a Array) Asin() Array  { return wrap(prim.Asin(a.value())) }
func (a Array) Acos() Array  { return wrap(prim.Acos(a.value())) }
func (a Array) Atan() Array  { return wrap(prim.Atan(a.value())) }
func (a Array) Asinh() Array { return wrap(prim.Asinh(a.value())) }
func (a Array) Acosh() Array { return wrap(prim.Acosh(a.value())) }
func (a Array) Atanh() Array { return wrap(prim.Atanh(a.value())) }
func (a Array) Cbrt() Array  { return wrap(prim.Cbrt(a.value())) }
func (a Array) Ceil() Array  { return wrap(prim.Ceil(a.value())) }

// Round rounds to the nearest integer, halves to the even one.
func (a Array) Round() Array { return wrap(prim.Round(a.value())) }

// Atan2 is the angle of the points (x, y), in (-π, π].
func Atan2(y, x Array) Array { return binary("num.Atan2", prim.OpAtan2, y, x) }

// Rem is the remainder of the division truncated toward zero, with the sign of a
// (Go's % and math.Mod).
func (a Array) Rem(b Array) Array { return binary("num.Rem", prim.OpRem, a, b) }

// Xor is true where one of a and b is; of integers it is that of their bits, as
// [Array.And], [Array.Or] and [Array.Not] are.
func (a Array) Xor(b Array) Array { return binary("num.Xor", prim.OpXor, a, b) }

// ShiftLeft and ShiftRight move the bits of integers; zeros come in.
func (a Array) ShiftLeft(b Array) Array { return binary("num.ShiftLeft", prim.OpShiftLeft, a, b) }

// ShiftRight moves the bits of integers to the right; zeros come in.
func (a Array) ShiftRight(b Array) Array { return binary("num.ShiftRight", prim.OpShiftRight, a, b) }

// Erfc is 1 - [Erf] without cancellation, Erfinv the inverse of Erf.
func (a Array) Erfc() Array { return wrap(prim.Erfc(a.value())) }

// Erfinv is the inverse of [Erf] on (-1, 1).
func (a Array) Erfinv() Array { return wrap(prim.Erfinv(a.value())) }

// Lgamma is log |Γ(a)|.
func (a Array) Lgamma() Array { return wrap(prim.Lgamma(a.value())) }

// Digamma is the derivative of log Γ.
func (a Array) Digamma() Array { return wrap(prim.Digamma(a.value())) }

// Polygamma is the derivative of order n ≥ 0 of [Digamma].
func Polygamma(n int, a Array) Array {
	switch {
	case n < 0:
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Polygamma", "order is %d, want 0 or more", n))
	case n == 0:
		return a.Digamma()
	}
	return wrap(prim.Polygamma(n, a.value()))
}

// Logit is log(a / (1-a)), the inverse of [Expit].
func (a Array) Logit() Array { return wrap(prim.Logit(a.value())) }

// Softplus is log(1 + exp(a)) without overflow.
func (a Array) Softplus() Array { return wrap(prim.Softplus(a.value())) }

// LogExpit is the logarithm of [Expit] without underflow.
func (a Array) LogExpit() Array { return a.Neg().Softplus().Neg() }

// LogNdtr is the logarithm of the standard normal distribution function, also far
// in its lower tail.
func (a Array) LogNdtr() Array { return wrap(prim.LogNdtr(a.value())) }

// Clip moves elements below lo to lo and above hi to hi.
func (a Array) Clip(lo, hi float64) Array { return Minimum(Maximum(a, a.Const(lo)), a.Const(hi)) }

// Ne tells where a and b differ.
func (a Array) Ne(b Array) Array { return a.Eq(b).Not() }
