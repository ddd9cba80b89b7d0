package prim

import (
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// relation is embedded by comparisons.
type relation struct{ notLinear }

func (relation) dtypes() class                       { return anything }
func (relation) out(ir.DType) ir.DType               { return ir.Bool }
func (relation) jvp(x, y, out, dx, dy *value) *value { return nil }

// Eq reports where x equals y; NaN equals nothing.
func Eq(x, y *value) *value { return ir.Apply1(OpEq, x, y) }

type eqFn struct{ relation }

func (eqFn) name() string { return "eq" }
func eqB[T ir.Elem](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[bool](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = x[i] == y[i]
	}
}
func (eqFn) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return ground.Wide(kernel.EqBool, eqB[bool], ir.Bool, ir.Bool, ir.Bool)
	}
	return ir.ByNumber(d, ground.Wide(kernel.EqF64, eqB[float64], ir.Bool, ir.Float64, ir.Float64), eqB[float32], eqB[int64], ground.Wide(kernel.EqInt32, eqB[int32], ir.Bool, ir.Int32, ir.Int32), eqB[uint32])
}
func eqScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[bool](o) = *ir.Ref[T](a) == *ir.Ref[T](b)
}
func (eqFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, eqScalar[float64], eqScalar[float32], eqScalar[int64], eqScalar[int32], eqScalar[uint32])
}
func (eqFn) hlo() string { return "compare EQ" }

// OpEq is the primitive of [Eq].
var OpEq = register(Binary[eqFn]{})

// Ne reports where x differs from y; NaN differs from everything.
func Ne(x, y *value) *value { return ir.Apply1(opNe, x, y) }

type neFn struct{ relation }

func (neFn) name() string { return "ne" }
func neB[T ir.Elem](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[bool](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = x[i] != y[i]
	}
}
func (neFn) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return neB[bool]
	}
	return ir.ByNumber(d, neB[float64], neB[float32], neB[int64], neB[int32], neB[uint32])
}
func neScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[bool](o) = *ir.Ref[T](a) != *ir.Ref[T](b)
}
func (neFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, neScalar[float64], neScalar[float32], neScalar[int64], neScalar[int32], neScalar[uint32])
}
func (neFn) hlo() string { return "compare NE" }

var opNe = register(Binary[neFn]{})

// Lt reports where x is less than y; false is less than true.
func Lt(x, y *value) *value { return ir.Apply1(OpLt, x, y) }

// Gt reports where x is greater than y.
func Gt(x, y *value) *value { return Lt(y, x) }

type ltFn struct{ relation }

func (ltFn) name() string { return "lt" }
func ltB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[bool](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = x[i] < y[i]
	}
}
func (ltFn) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return zip(func(a, b bool) bool { return !a && b })
	}
	return ir.ByNumber(d, ground.Wide(kernel.LtF64, ltB[float64], ir.Bool, ir.Float64, ir.Float64), ltB[float32], ltB[int64], ltB[int32], ltB[uint32])
}
func ltScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[bool](o) = *ir.Ref[T](a) < *ir.Ref[T](b)
}
func (ltFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, ltScalar[float64], ltScalar[float32], ltScalar[int64], ltScalar[int32], ltScalar[uint32])
}
func (ltFn) hlo() string { return "compare LT" }

// OpLt is the primitive of [Lt].
var OpLt = register(Binary[ltFn]{})

// Le reports where x is at most y.
func Le(x, y *value) *value { return ir.Apply1(OpLe, x, y) }

type leFn struct{ relation }

func (leFn) name() string { return "le" }
func leB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[bool](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = x[i] <= y[i]
	}
}
func (leFn) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return zip(func(a, b bool) bool { return !a || b })
	}
	return ir.ByNumber(d, ground.Wide(kernel.LeF64, leB[float64], ir.Bool, ir.Float64, ir.Float64), leB[float32], leB[int64], leB[int32], leB[uint32])
}
func leScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[bool](o) = *ir.Ref[T](a) <= *ir.Ref[T](b)
}
func (leFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, leScalar[float64], leScalar[float32], leScalar[int64], leScalar[int32], leScalar[uint32])
}
func (leFn) hlo() string { return "compare LE" }

// OpLe is the primitive of [Le].
var OpLe = register(Binary[leFn]{})

// logic is embedded by the connectives of bools, or of the bits of integers.
type logic struct{ notLinear }

func (logic) dtypes() class                       { return logical }
func (logic) out(d ir.DType) ir.DType             { return d }
func (logic) jvp(x, y, out, dx, dy *value) *value { return nil }

// bits is embedded by operations on the bits of integers only.
type bits struct{ logic }

func (bits) dtypes() class { return integers }

func bitsBlock(d ir.DType, i64 func(a, b int64) int64, i32 func(a, b int32) int32, u32 func(a, b uint32) uint32) ir.Block {
	return ir.ByNumber(d, nil, nil, zip(i64), zip(i32), zip(u32))
}

func zip[T ir.Elem](f func(a, b T) T) ir.Block {
	return func(o, a, b, _ ir.Buf) {
		dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
		for i := range dst {
			dst[i] = f(x[i], y[i])
		}
	}
}

// onBool is a routine for one bool, and for no other type.
func onBool(d ir.DType, f ir.ScalarFunc) ir.ScalarFunc {
	if d == ir.Bool {
		return f
	}
	return nil
}

// Not is the negation of bools, or of the bits of integers.
func Not(x *value) *value { return ir.Apply1(Unary[notFn]{}, x) }

type notFn struct{}

func (notFn) name() string            { return "not" }
func (notFn) dtypes() class           { return logical }
func (notFn) out(d ir.DType) ir.DType { return d }
func (notFn) diff(x, y *value) *value { return nil }
func notB[T int32 | int64 | uint32](o, a, _, _ ir.Buf) {
	dst := ir.As[T](o)
	for i, v := range ir.As[T](a) {
		dst[i] = ^v
	}
}
func (notFn) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return ground.Wide(kernel.NotBool, func(o, a, _, _ ir.Buf) {
			dst := ir.As[bool](o)
			for i, v := range ir.As[bool](a) {
				dst[i] = !v
			}
		}, ir.Bool, ir.Bool)
	}
	return ir.ByNumber(d, nil, nil, notB[int64], notB[int32], notB[uint32])
}
func (notFn) scalar(d ir.DType) ir.ScalarFunc {
	return onBool(d, func(o, a, _, _ unsafe.Pointer) { *ir.Ref[bool](o) = !*ir.Ref[bool](a) })
}
func (notFn) hlo() string { return "stablehlo.not" }

var _ = register(Unary[notFn]{})

// And is the conjunction of bools, or of the bits of integers.
func And(x, y *value) *value { return ir.Apply1(OpAnd, x, y) }

type andFn struct{ logic }

func (andFn) name() string { return "and" }
func (andFn) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return ground.Wide(kernel.AndBool, zip(func(a, b bool) bool { return a && b }), ir.Bool, ir.Bool, ir.Bool)
	}
	return bitsBlock(d, func(a, b int64) int64 { return a & b }, func(a, b int32) int32 { return a & b },
		func(a, b uint32) uint32 { return a & b })
}
func (andFn) scalar(d ir.DType) ir.ScalarFunc {
	return onBool(d, func(o, a, b, _ unsafe.Pointer) { *ir.Ref[bool](o) = *ir.Ref[bool](a) && *ir.Ref[bool](b) })
}
func (andFn) hlo() string { return "stablehlo.and" }

// OpAnd is the primitive of [And].
var OpAnd = register(Binary[andFn]{})

// Or is the disjunction of bools, or of the bits of integers.
func Or(x, y *value) *value { return ir.Apply1(OpOr, x, y) }

type orFn struct{ logic }

func (orFn) name() string { return "or" }
func (orFn) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return ground.Wide(kernel.OrBool, zip(func(a, b bool) bool { return a || b }), ir.Bool, ir.Bool, ir.Bool)
	}
	return bitsBlock(d, func(a, b int64) int64 { return a | b }, func(a, b int32) int32 { return a | b },
		func(a, b uint32) uint32 { return a | b })
}
func (orFn) scalar(d ir.DType) ir.ScalarFunc {
	return onBool(d, func(o, a, b, _ unsafe.Pointer) { *ir.Ref[bool](o) = *ir.Ref[bool](a) || *ir.Ref[bool](b) })
}
func (orFn) hlo() string { return "stablehlo.or" }

// OpOr is the primitive of [Or].
var OpOr = register(Binary[orFn]{})

// Xor is the exclusive disjunction of bools, or of the bits of integers.
func Xor(x, y *value) *value { return ir.Apply1(OpXor, x, y) }

type xorFn struct{ logic }

func (xorFn) name() string { return "xor" }
func (xorFn) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return zip(func(a, b bool) bool { return a != b })
	}
	return bitsBlock(d, func(a, b int64) int64 { return a ^ b }, func(a, b int32) int32 { return a ^ b },
		func(a, b uint32) uint32 { return a ^ b })
}
func (xorFn) hlo() string { return "stablehlo.xor" }

// OpXor is the primitive of [Xor].
var OpXor = register(Binary[xorFn]{})

// ShiftLeft moves the bits of x by y places to the left; by the width of the type
// or more it gives zero.
func ShiftLeft(x, y *value) *value { return ir.Apply1(OpShiftLeft, x, y) }

type shiftLeftFn struct{ bits }

func (shiftLeftFn) name() string { return "shift_left" }
func (shiftLeftFn) block(d ir.DType) ir.Block {
	return bitsBlock(d, func(a, b int64) int64 { return a << uint64(b) },
		func(a, b int32) int32 { return a << uint32(b) }, func(a, b uint32) uint32 { return a << b })
}
func (shiftLeftFn) hlo() string { return "stablehlo.shift_left" }

// OpShiftLeft is the primitive of [ShiftLeft].
var OpShiftLeft = register(Binary[shiftLeftFn]{})

// ShiftRight moves the bits of x by y places to the right and brings in zeros; by
// the width of the type or more it gives zero.
func ShiftRight(x, y *value) *value { return ir.Apply1(OpShiftRight, x, y) }

type shiftRightFn struct{ bits }

func (shiftRightFn) name() string { return "shift_right_logical" }
func (shiftRightFn) block(d ir.DType) ir.Block {
	return bitsBlock(d, func(a, b int64) int64 { return int64(uint64(a) >> uint64(b)) },
		func(a, b int32) int32 { return int32(uint32(a) >> uint32(b)) }, func(a, b uint32) uint32 { return a >> b })
}
func (shiftRightFn) hlo() string { return "stablehlo.shift_right_logical" }

// OpShiftRight is the primitive of [ShiftRight].
var OpShiftRight = register(Binary[shiftRightFn]{})
