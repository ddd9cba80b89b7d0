package num

import (
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Add is a + b, element by element. Sums of integers wrap around.
func (a Array) Add(b Array) Array { return binary("num.Add", prim.OpAdd, a, b) }

// Sub is a - b, element by element. Differences of integers wrap around.
func (a Array) Sub(b Array) Array { return binary("num.Sub", prim.OpSub, a, b) }

// Mul is a · b, element by element; see [Array.MatMul] for the product of matrices. Products of integers wrap around.
func (a Array) Mul(b Array) Array { return binary("num.Mul", prim.OpMul, a, b) }

// Div is a / b, element by element. Floating-point division by zero gives ±Inf or NaN;
// division of integers truncates toward zero, and by zero it gives -1 (all bits set).
func (a Array) Div(b Array) Array { return binary("num.Div", prim.OpDiv, a, b) }

// Rem is the remainder of the division truncated toward zero, with the sign of a
// (Go's % and math.Mod). By zero it is NaN, and of integers a.
func (a Array) Rem(b Array) Array { return binary("num.Rem", prim.OpRem, a, b) }

// Pow is a to the power of b for floating-point arrays, with the special values of
// math.Pow: anything to the power of 0 is 1, and a negative number to a power that is not
// an integer is NaN. The derivative with respect to a is 0 where b is 0. The derivative with respect to b is taken as 0 where a
// is 0 and b is not negative, and is NaN where a is negative.
func (a Array) Pow(b Array) Array { return binary("num.Pow", prim.OpPow, a, b) }

// Scale is a times the number x, which takes a's dtype.
func (a Array) Scale(x float64) Array { return a.Mul(a.Const(x)) }

// AddScalar is a plus the number x, which takes a's dtype.
func (a Array) AddScalar(x float64) Array { return a.Add(a.Const(x)) }

// Neg is -a.
func (a Array) Neg() Array { return wrap(prim.Neg(a.value())) }

// Abs is the absolute value. Its derivative at 0 is 0.
func (a Array) Abs() Array { return wrap(prim.Abs(a.value())) }

// Sign is -1, 0 or 1, and NaN for NaN. Its derivative is zero everywhere.
func (a Array) Sign() Array { return wrap(prim.Sign(a.value())) }

// Square is a · a.
func (a Array) Square() Array { return a.Mul(a) }

// Maximum is the larger of a and b, element by element, and NaN where either is; see
// [Array.Max] for the largest element. Where a = b each gets half of the derivative.
func Maximum(a, b Array) Array { return binary("num.Maximum", prim.OpMax, a, b) }

// Minimum is the smaller of a and b, element by element, and NaN where either is; see
// [Array.Min] for the smallest element. Where a = b each gets half of the derivative.
func Minimum(a, b Array) Array { return binary("num.Minimum", prim.OpMin, a, b) }

// Clip moves elements below lo to lo and above hi to hi; NaN stays NaN. The derivative is
// 1 strictly between lo and hi, 0 outside, and ½ at either bound.
func (a Array) Clip(lo, hi float64) Array { return Minimum(Maximum(a, a.Const(lo)), a.Const(hi)) }
