package num

import (
	"github.com/argmin-go/argmin/internal/core/prim"
)

// And is true where both a and b are; of integers it combines their bits.
func (a Array) And(b Array) Array { return binary("num.And", prim.OpAnd, a, b) }

// Or is true where a or b is, or both; of integers it combines their bits.
func (a Array) Or(b Array) Array { return binary("num.Or", prim.OpOr, a, b) }

// Xor is true where exactly one of a and b is; of integers it combines their bits.
func (a Array) Xor(b Array) Array { return binary("num.Xor", prim.OpXor, a, b) }

// Not is true where a is false; of integers it inverts every bit.
func (a Array) Not() Array { return wrap(prim.Not(a.value())) }

// ShiftLeft moves the bits of integers b places to the left; zeros come in, and from as many places as there are bits on all are zero.
func (a Array) ShiftLeft(b Array) Array { return binary("num.ShiftLeft", prim.OpShiftLeft, a, b) }

// ShiftRight moves the bits of integers b places to the right; zeros come in, also for negative numbers.
func (a Array) ShiftRight(b Array) Array { return binary("num.ShiftRight", prim.OpShiftRight, a, b) }
