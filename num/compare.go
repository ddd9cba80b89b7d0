package num

import (
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Eq reports where a = b, as an array of bool. NaN equals nothing.
func (a Array) Eq(b Array) Array { return binary("num.Eq", prim.OpEq, a, b) }

// Ne reports where a ≠ b, as an array of bool: true where either is NaN.
func (a Array) Ne(b Array) Array { return a.Eq(b).Not() }

// Lt reports where a < b, as an array of bool: false where either is NaN.
func (a Array) Lt(b Array) Array { return binary("num.Lt", prim.OpLt, a, b) }

// Le reports where a ≤ b, as an array of bool: false where either is NaN.
func (a Array) Le(b Array) Array { return binary("num.Le", prim.OpLe, a, b) }

// Gt reports where a > b, as an array of bool: false where either is NaN.
func (a Array) Gt(b Array) Array { return binary("num.Gt", prim.OpLt, b, a) }

// Ge reports where a ≥ b, as an array of bool: false where either is NaN.
func (a Array) Ge(b Array) Array { return binary("num.Ge", prim.OpLe, b, a) }

// IsFinite reports which elements of a floating-point array are neither NaN nor infinite.
func (a Array) IsFinite() Array { return wrap(prim.IsFinite(a.value())) }

// Where takes elements of a where cond, an array of bool, is true and of b elsewhere.
// Both a and b are computed everywhere. The derivative goes to the one that was taken;
// but where the derivative of the other is infinite, as for the square root at 0, its zero
// share becomes NaN: replace the argument too, as in
//
//	num.Where(ok, num.Where(ok, x, num.Const(1)).Sqrt(), num.Const(0))
func Where(cond, a, b Array) Array {
	x, y := meet("num.Where", a, b)
	r := apply(prim.SelectOp{}, broadcast("num.Where", cond, x, y)...)
	r.weak = a.weak && b.weak
	return r
}
