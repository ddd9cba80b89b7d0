package prim

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// number dispatches a generic binary loop by element type.
func number(d ir.DType, f64, f32, i64, i32, u32 ir.Block) ir.Block {
	switch d {
	case ir.Float64:
		return f64
	case ir.Float32:
		return f32
	case ir.Int64:
		return i64
	case ir.Int32:
		return i32
	case ir.Uint32:
		return u32
	}
	return nil
}

// arith is embedded by binary rules from numbers to the same type.
type arith struct{}

func (arith) dtypes() string          { return "number" }
func (arith) out(d ir.DType) ir.DType { return d }

type notLinear struct{}

func (notLinear) transpose(x, y, ct *value) (*value, *value) {
	nonlinear{}.Transpose(nil, nil, nil)
	return nil, nil
}

type add struct{ arith }

func (add) name() string { return "add" }
func (add) jvp(x, y, out, dx, dy *value) *value {
	return sum(dx, dy)
}
func (add) transpose(x, y, ct *value) (cx, cy *value) {
	if x == nil {
		cx = ct
	}
	if y == nil {
		cy = ct
	}
	return cx, cy
}
func addB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}
func (add) block(d ir.DType) ir.Block {
	return number(d, addB[float64], addB[float32], addB[int64], addB[int32], addB[uint32])
}
func (add) hlo() string { return "stablehlo.add" }

type sub struct{ arith }

func (sub) name() string { return "sub" }
func (sub) jvp(x, y, out, dx, dy *value) *value {
	switch {
	case dy == nil:
		return dx
	case dx == nil:
		return Neg(dy)
	}
	return Sub(dx, dy)
}
func (sub) transpose(x, y, ct *value) (cx, cy *value) {
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
func (sub) block(d ir.DType) ir.Block {
	return number(d, subB[float64], subB[float32], subB[int64], subB[int32], subB[uint32])
}
func (sub) hlo() string { return "stablehlo.subtract" }

type mul struct{ arith }

func (mul) name() string { return "mul" }
func (mul) jvp(x, y, out, dx, dy *value) *value {
	var a, b *value
	if dx != nil {
		a = Mul(dx, y)
	}
	if dy != nil {
		b = Mul(x, dy)
	}
	return sum(a, b)
}
func (mul) transpose(x, y, ct *value) (cx, cy *value) {
	if x == nil {
		return Mul(ct, y), nil
	}
	return nil, Mul(x, ct)
}
func mulB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}
func (mul) block(d ir.DType) ir.Block {
	return number(d, mulB[float64], mulB[float32], mulB[int64], mulB[int32], mulB[uint32])
}
func (mul) hlo() string { return "stablehlo.multiply" }

type div struct{ arith }

func (div) name() string { return "div" }
func (div) jvp(x, y, out, dx, dy *value) *value {
	var a, b *value
	if dx != nil {
		a = Div(dx, y)
	}
	if dy != nil {
		b = Neg(Mul(dy, Div(out, y)))
	}
	return sum(a, b)
}
func (div) transpose(x, y, ct *value) (cx, cy *value) { return Div(ct, y), nil }
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
func (div) block(d ir.DType) ir.Block {
	return number(d, divF[float64], divF[float32], divI[int64], divI[int32], divI[uint32])
}
func (div) hlo() string { return "stablehlo.divide" }

type maximum struct {
	arith
	notLinear
}

func (maximum) name() string { return "max" }

// At ties the derivative is shared equally.
func extremumJVP(x, y, dx, dy *value, xWins *value) *value {
	half := Select(Eq(x, y), like(x, 0.5), Select(xWins, like(x, 1), like(x, 0)))
	var a, b *value
	if dx != nil {
		a = Mul(dx, half)
	}
	if dy != nil {
		b = Mul(dy, Sub(like(x, 1), half))
	}
	return sum(a, b)
}
func (maximum) jvp(x, y, out, dx, dy *value) *value { return extremumJVP(x, y, dx, dy, Gt(x, y)) }
func maxB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = max(x[i], y[i])
	}
}
func (maximum) block(d ir.DType) ir.Block {
	return number(d, maxB[float64], maxB[float32], maxB[int64], maxB[int32], maxB[uint32])
}
func (maximum) hlo() string { return "stablehlo.maximum" }

type minimum struct {
	arith
	notLinear
}

func (minimum) name() string                        { return "min" }
func (minimum) jvp(x, y, out, dx, dy *value) *value { return extremumJVP(x, y, dx, dy, Lt(x, y)) }
func minB[T ir.Number](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = min(x[i], y[i])
	}
}
func (minimum) block(d ir.DType) ir.Block {
	return number(d, minB[float64], minB[float32], minB[int64], minB[int32], minB[uint32])
}
func (minimum) hlo() string { return "stablehlo.minimum" }

type pow struct{ notLinear }

func (pow) name() string            { return "pow" }
func (pow) dtypes() string          { return "float" }
func (pow) out(d ir.DType) ir.DType { return d }

// d(x^y) = y x^(y-1) dx + x^y log(x) dy, the second with log(0) taken as 0 so
// that a zero base gives no NaN.
func (pow) jvp(x, y, out, dx, dy *value) *value {
	var a, b *value
	if dx != nil {
		zero := Eq(y, like(y, 0))
		safe := Select(zero, like(y, 1), y)
		f := Select(zero, like(y, 0), Mul(y, Pow(x, Sub(safe, like(y, 1)))))
		a = Mul(dx, f)
	}
	if dy != nil {
		zero := Eq(x, like(x, 0))
		b = Mul(dy, Mul(out, Log(Select(zero, like(x, 1), x))))
	}
	return sum(a, b)
}
func powB[T ir.Float](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = T(math.Pow(float64(x[i]), float64(y[i])))
	}
}
func (pow) block(d ir.DType) ir.Block { return number(d, powB[float64], powB[float32], nil, nil, nil) }
func (pow) hlo() string               { return "stablehlo.power" }

// relation is embedded by comparisons.
type relation struct{ notLinear }

func (relation) dtypes() string                      { return "any" }
func (relation) out(ir.DType) ir.DType               { return ir.Bool }
func (relation) jvp(x, y, out, dx, dy *value) *value { return nil }

func compareB[T ir.Number](kind string) ir.Block {
	type f = func(a, b T) bool
	loop := func(cmp f) ir.Block {
		return func(o, a, b, _ ir.Buf) {
			dst, x, y := ir.As[bool](o), ir.As[T](a), ir.As[T](b)
			for i := range dst {
				dst[i] = cmp(x[i], y[i])
			}
		}
	}
	switch kind {
	case "eq":
		return loop(func(a, b T) bool { return a == b })
	case "ne":
		return loop(func(a, b T) bool { return a != b })
	case "lt":
		return loop(func(a, b T) bool { return a < b })
	}
	return loop(func(a, b T) bool { return a <= b })
}

func compare(d ir.DType, kind string) ir.Block {
	if d == ir.Bool {
		return boolB(map[string]func(a, b bool) bool{
			"eq": func(a, b bool) bool { return a == b },
			"ne": func(a, b bool) bool { return a != b },
			"lt": func(a, b bool) bool { return !a && b },
			"le": func(a, b bool) bool { return !a || b },
		}[kind])
	}
	return number(d, compareB[float64](kind), compareB[float32](kind), compareB[int64](kind), compareB[int32](kind), compareB[uint32](kind))
}

func boolB(f func(a, b bool) bool) ir.Block {
	return func(o, a, b, _ ir.Buf) {
		dst, x, y := ir.As[bool](o), ir.As[bool](a), ir.As[bool](b)
		for i := range dst {
			dst[i] = f(x[i], y[i])
		}
	}
}

type (
	eq struct{ relation }
	ne struct{ relation }
	lt struct{ relation }
	le struct{ relation }
)

func (eq) name() string              { return "eq" }
func (eq) block(d ir.DType) ir.Block { return compare(d, "eq") }
func (eq) hlo() string               { return "compare EQ" }
func (ne) name() string              { return "ne" }
func (ne) block(d ir.DType) ir.Block { return compare(d, "ne") }
func (ne) hlo() string               { return "compare NE" }
func (lt) name() string              { return "lt" }
func (lt) block(d ir.DType) ir.Block { return compare(d, "lt") }
func (lt) hlo() string               { return "compare LT" }
func (le) name() string              { return "le" }
func (le) block(d ir.DType) ir.Block { return compare(d, "le") }
func (le) hlo() string               { return "compare LE" }

// logic is embedded by the connectives of bools, or of the bits of integers.
type logic struct{ notLinear }

func (logic) dtypes() string                      { return "logic" }
func (logic) out(d ir.DType) ir.DType             { return d }
func (logic) jvp(x, y, out, dx, dy *value) *value { return nil }

type (
	and struct{ logic }
	or  struct{ logic }
)

func (and) name() string { return "and" }
func (and) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return boolB(func(a, b bool) bool { return a && b })
	}
	return bitsBlock(d, func(a, b int64) int64 { return a & b }, func(a, b int32) int32 { return a & b }, func(a, b uint32) uint32 { return a & b })
}
func (and) hlo() string { return "stablehlo.and" }
func (or) name() string { return "or" }
func (or) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return boolB(func(a, b bool) bool { return a || b })
	}
	return bitsBlock(d, func(a, b int64) int64 { return a | b }, func(a, b int32) int32 { return a | b }, func(a, b uint32) uint32 { return a | b })
}
func (or) hlo() string { return "stablehlo.or" }

// Binary operations on operands of one type.
func Add(x, y *value) *value { return ir.Apply1(Binary[add]{}, x, y) }
func Sub(x, y *value) *value { return ir.Apply1(Binary[sub]{}, x, y) }
func Mul(x, y *value) *value { return ir.Apply1(Binary[mul]{}, x, y) }
func Div(x, y *value) *value { return ir.Apply1(Binary[div]{}, x, y) }
func Max(x, y *value) *value { return ir.Apply1(Binary[maximum]{}, x, y) }
func Min(x, y *value) *value { return ir.Apply1(Binary[minimum]{}, x, y) }
func Pow(x, y *value) *value { return ir.Apply1(Binary[pow]{}, x, y) }
func Eq(x, y *value) *value  { return ir.Apply1(Binary[eq]{}, x, y) }
func Ne(x, y *value) *value  { return ir.Apply1(Binary[ne]{}, x, y) }
func Lt(x, y *value) *value  { return ir.Apply1(Binary[lt]{}, x, y) }
func Le(x, y *value) *value  { return ir.Apply1(Binary[le]{}, x, y) }
func Gt(x, y *value) *value  { return Lt(y, x) }
func Ge(x, y *value) *value  { return Le(y, x) }
func And(x, y *value) *value { return ir.Apply1(Binary[and]{}, x, y) }
func Or(x, y *value) *value  { return ir.Apply1(Binary[or]{}, x, y) }

func init() {
	register(Binary[add]{}, Binary[sub]{}, Binary[mul]{}, Binary[div]{}, Binary[maximum]{}, Binary[minimum]{}, Binary[pow]{},
		Binary[eq]{}, Binary[ne]{}, Binary[lt]{}, Binary[le]{}, Binary[and]{}, Binary[or]{})
}
