package prim

import (
	"math"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// arith is embedded by binary rules from numbers to the same type.
type arith struct{}

func (arith) dtypes() class           { return numbers }
func (arith) out(d ir.DType) ir.DType { return d }

type notLinear struct{}

func (notLinear) transpose(x, y, ct *value) (*value, *value) {
	nonlinear{}.Transpose(nil, nil, nil)
	return nil, nil
}

// Sub is x - y.
func Sub(x, y *value) *value { return ir.Apply1(OpSub, x, y) }

type subFn struct{ arith }

func (subFn) name() string { return "sub" }
func (subFn) jvp(x, y, out, dx, dy *value) *value {
	switch {
	case dy == nil:
		return dx
	case dx == nil:
		return Neg(dy)
	}
	return Sub(dx, dy)
}
func (subFn) transpose(x, y, ct *value) (cx, cy *value) {
	if x == nil {
		cx = ct
	}
	if y == nil {
		cy = Neg(ct)
	}
	return cx, cy
}
func subB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] - y[i]
	}
}
func (subFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.SubF64, subB[float64], ir.Float64, ir.Float64, ir.Float64), subB[float32], subB[int64], subB[int32], subB[uint32])
}
func (subFn) hlo() string { return "stablehlo.subtract" }
func subScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[T](o) = *ir.Ref[T](a) - *ir.Ref[T](b)
}
func (subFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, subScalar[float64], subScalar[float32], subScalar[int64], subScalar[int32], subScalar[uint32])
}

// OpSub is the primitive of [Sub].
var OpSub = register(Binary[subFn]{})

// Mul is x y, element by element.
func Mul(x, y *value) *value { return ir.Apply1(OpMul, x, y) }

type mulFn struct{ arith }

func (mulFn) name() string { return "mul" }
func (mulFn) jvp(x, y, out, dx, dy *value) *value {
	var a, b *value
	if dx != nil {
		a = Mul(dx, y)
	}
	if dy != nil {
		b = Mul(x, dy)
	}
	return sum(a, b)
}
func (mulFn) transpose(x, y, ct *value) (cx, cy *value) {
	if x == nil {
		return Mul(ct, y), nil
	}
	return nil, Mul(x, ct)
}
func (mulFn) flat() (x, y bool) { return true, true }
func mulB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}
func (mulFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.MulF64, mulB[float64], ir.Float64, ir.Float64, ir.Float64), mulB[float32], mulB[int64], mulB[int32], mulB[uint32])
}
func (mulFn) hlo() string { return "stablehlo.multiply" }
func mulScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[T](o) = *ir.Ref[T](a) * *ir.Ref[T](b)
}
func (mulFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, mulScalar[float64], mulScalar[float32], mulScalar[int64], mulScalar[int32], mulScalar[uint32])
}

// OpMul is the primitive of [Mul].
var OpMul = register(Binary[mulFn]{})

// Div is x / y; for integers truncated toward zero.
func Div(x, y *value) *value { return ir.Apply1(OpDiv, x, y) }

type divFn struct{ arith }

func (divFn) name() string { return "div" }
func (divFn) jvp(x, y, out, dx, dy *value) *value {
	var a, b *value
	if dx != nil {
		a = Div(dx, y)
	}
	if dy != nil {
		b = Neg(Mul(dy, Div(out, y)))
	}
	return sum(a, b)
}
func (divFn) transpose(x, y, ct *value) (cx, cy *value) { return Div(ct, y), nil }
func divF[T ir.Float](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] / y[i]
	}
}

// divI is integer division truncating toward zero; by zero it gives -1 (all
// bits set), as XLA's does.
func divI[T int32 | int64 | uint32](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		if y[i] == 0 {
			dst[i] = ^T(0)
		} else {
			dst[i] = x[i] / y[i]
		}
	}
}
func (divFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.DivF64, divF[float64], ir.Float64, ir.Float64, ir.Float64), divF[float32], divI[int64], divI[int32], divI[uint32])
}
func (divFn) hlo() string { return "stablehlo.divide" }
func divScalar[T ir.Float](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[T](o) = *ir.Ref[T](a) / *ir.Ref[T](b)
}
func (divFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, divScalar[float64], divScalar[float32], nil, nil, nil)
}
func (divFn) flat() (x, y bool)        { return false, true }
func (divFn) domain() (lo, hi float64) { return 0.5, 2 }

// OpDiv is the primitive of [Div].
var OpDiv = register(Binary[divFn]{})

// Max is the larger of x and y, NaN if either is.
func Max(x, y *value) *value { return ir.Apply1(OpMax, x, y) }

type maxFn struct {
	arith
	notLinear
}

func (maxFn) name() string { return "max" }

// At ties the derivative is shared equally. What does not win gets none by selection: a product
// with 0 would be NaN where what comes back is infinite.
func extremumJVP(x, y, dx, dy *value, xLoses, yLoses *value) *value {
	share := Select(Eq(x, y), like(x, 0.5), like(x, 1))
	of := func(d, loses *value) *value {
		if d == nil {
			return nil
		}
		return Select(loses, like(d, 0), Mul(d, share))
	}
	return sum(of(dx, xLoses), of(dy, yLoses))
}
func (maxFn) jvp(x, y, out, dx, dy *value) *value {
	return extremumJVP(x, y, dx, dy, Lt(x, y), Lt(y, x))
}
func maxB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = max(x[i], y[i])
	}
}
func (maxFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.MaxF64, maxB[float64], ir.Float64, ir.Float64, ir.Float64), maxB[float32], maxB[int64], maxB[int32], maxB[uint32])
}
func (maxFn) hlo() string { return "stablehlo.maximum" }
func maxScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[T](o) = max(*ir.Ref[T](a), *ir.Ref[T](b))
}
func (maxFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, maxScalar[float64], maxScalar[float32], maxScalar[int64], maxScalar[int32], maxScalar[uint32])
}

// OpMax is the primitive of [Max].
var OpMax = register(Binary[maxFn]{})

// Min is the smaller of x and y, NaN if either is.
func Min(x, y *value) *value { return ir.Apply1(OpMin, x, y) }

type minFn struct {
	arith
	notLinear
}

func (minFn) name() string { return "min" }
func (minFn) jvp(x, y, out, dx, dy *value) *value {
	return extremumJVP(x, y, dx, dy, Gt(x, y), Gt(y, x))
}
func minB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = min(x[i], y[i])
	}
}
func (minFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.MinF64, minB[float64], ir.Float64, ir.Float64, ir.Float64), minB[float32], minB[int64], minB[int32], minB[uint32])
}
func (minFn) hlo() string { return "stablehlo.minimum" }
func minScalar[T ir.Number](o, a, b, _ unsafe.Pointer) {
	*ir.Ref[T](o) = min(*ir.Ref[T](a), *ir.Ref[T](b))
}
func (minFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, minScalar[float64], minScalar[float32], minScalar[int64], minScalar[int32], minScalar[uint32])
}

// OpMin is the primitive of [Min].
var OpMin = register(Binary[minFn]{})

// Pow is x to the power y.
func Pow(x, y *value) *value { return ir.Apply1(OpPow, x, y) }

type powFn struct{ notLinear }

func (powFn) name() string            { return "pow" }
func (powFn) dtypes() class           { return floats }
func (powFn) out(d ir.DType) ir.DType { return d }

// d(x^y) = y x^(y-1) dx + x^y log(x) dy. The first is y/x for y = 0, where it is 0 and has the
// derivative 1/x in y; at x = 0 the second is 0, as x^y is 0 for every y > 0.
func (powFn) jvp(x, y, out, dx, dy *value) *value {
	one, zero := like(x, 1), like(x, 0)
	base := Eq(x, zero)
	var a, b *value
	if dx != nil {
		flat := Eq(y, zero)
		e := Select(flat, one, y)
		slope := Mul(e, Pow(x, Sub(e, one)))
		a = Mul(dx, Select(flat, Div(y, Select(And(flat, Not(base)), x, one)), slope))
	}
	if dy != nil {
		// x^y log(x) tends to 0 as well as x goes to infinity, for y < 0.
		gone := Or(base, And(Eq(x, like(x, math.Inf(1))), Lt(y, zero)))
		b = Mul(dy, Mul(out, Log(Select(gone, one, x))))
	}
	return sum(a, b)
}
func (powFn) flat() (x, y bool) { return true, false } // x⁰
func powB[T ir.Float](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = T(kernel.Pow(float64(x[i]), float64(y[i])))
	}
}
func (powFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, powB[float64], powB[float32], nil, nil, nil)
}
func (powFn) hlo() string              { return "stablehlo.power" }
func (powFn) domain() (lo, hi float64) { return 0.3, 2 }

// OpPow is the primitive of [Pow].
var OpPow = register(Binary[powFn]{})
