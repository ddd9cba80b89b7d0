package num

import (
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Exp is eᵃ: 0 at -Inf, and +Inf from about 710 on (from 89 on for float32).
func (a Array) Exp() Array { return wrap(prim.Exp(a.value())) }

// Expm1 is eᵃ - 1, accurate also near 0.
func (a Array) Expm1() Array { return wrap(prim.Expm1(a.value())) }

// Log is the natural logarithm: -Inf at 0, where its derivative is infinite, and NaN below.
func (a Array) Log() Array { return wrap(prim.Log(a.value())) }

// Log1p is log(1 + a), accurate also near 0: -Inf at -1 and NaN below.
func (a Array) Log1p() Array { return wrap(prim.Log1p(a.value())) }

// Sqrt is the square root: NaN below 0. Its derivative at 0 is infinite; see [Norm] for a norm that has one.
func (a Array) Sqrt() Array { return wrap(prim.Sqrt(a.value())) }

// Cbrt is the cube root, of negative numbers too. Its derivative at 0 is +Inf.
func (a Array) Cbrt() Array { return wrap(prim.Cbrt(a.value())) }

// Sin is the sine of an angle in radians: NaN at ±Inf.
func (a Array) Sin() Array { return wrap(prim.Sin(a.value())) }

// Cos is the cosine of an angle in radians: NaN at ±Inf.
func (a Array) Cos() Array { return wrap(prim.Cos(a.value())) }

// Tan is the tangent of an angle in radians: NaN at ±Inf.
func (a Array) Tan() Array { return wrap(prim.Tan(a.value())) }

// Asin is the inverse sine in [-π/2, π/2]: NaN outside of [-1, 1]. Its derivative at ±1 is +Inf.
func (a Array) Asin() Array { return wrap(prim.Asin(a.value())) }

// Acos is the inverse cosine in [0, π]: NaN outside of [-1, 1]. Its derivative at ±1 is -Inf.
func (a Array) Acos() Array { return wrap(prim.Acos(a.value())) }

// Atan is the inverse tangent in [-π/2, π/2]: ±π/2 at ±Inf.
func (a Array) Atan() Array { return wrap(prim.Atan(a.value())) }

// Atan2 is the angle of the points (x, y) in radians, in [-π, π], with the special values
// of math.Atan2. The derivative at the origin is NaN, and 0 at infinity.
func Atan2(y, x Array) Array { return binary("num.Atan2", prim.OpAtan2, y, x) }

// Sinh is the hyperbolic sine: ±Inf at ±Inf.
func (a Array) Sinh() Array { return wrap(prim.Sinh(a.value())) }

// Cosh is the hyperbolic cosine: +Inf at ±Inf.
func (a Array) Cosh() Array { return wrap(prim.Cosh(a.value())) }

// Tanh is the hyperbolic tangent: ±1 at ±Inf.
func (a Array) Tanh() Array { return wrap(prim.Tanh(a.value())) }

// Asinh is the inverse hyperbolic sine: ±Inf at ±Inf.
func (a Array) Asinh() Array { return wrap(prim.Asinh(a.value())) }

// Acosh is the inverse hyperbolic cosine: NaN below 1, where its derivative is infinite.
func (a Array) Acosh() Array { return wrap(prim.Acosh(a.value())) }

// Atanh is the inverse hyperbolic tangent: ±Inf at ±1 and NaN outside of [-1, 1].
func (a Array) Atanh() Array { return wrap(prim.Atanh(a.value())) }

// Floor is the largest integer that is not above a. Its derivative is zero everywhere.
func (a Array) Floor() Array { return wrap(prim.Floor(a.value())) }

// Ceil is the smallest integer that is not below a. Its derivative is zero everywhere.
func (a Array) Ceil() Array { return wrap(prim.Ceil(a.value())) }

// Round is the nearest integer, of two equally near ones the even one. Its derivative is zero everywhere.
func (a Array) Round() Array { return wrap(prim.Round(a.value())) }
