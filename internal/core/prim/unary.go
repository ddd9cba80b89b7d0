package prim

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// realFn is embedded by unary rules from a floating-point type to itself.
type realFn struct{}

func (realFn) dtypes() string          { return "float" }
func (realFn) out(d ir.DType) ir.DType { return d }

// realBlock maps a function of float64; float32 is computed in float64.
func realBlock(d ir.DType, f func(float64) float64) ir.Block {
	switch d {
	case ir.Float64:
		return func(o, a, _, _ ir.Buf) {
			dst, x := ir.As[float64](o), ir.As[float64](a)
			for i := range dst {
				dst[i] = f(x[i])
			}
		}
	case ir.Float32:
		return func(o, a, _, _ ir.Buf) {
			dst, x := ir.As[float32](o), ir.As[float32](a)
			for i := range dst {
				dst[i] = float32(f(float64(x[i])))
			}
		}
	}
	return nil
}

type neg struct{}

func (neg) name() string               { return "neg" }
func (neg) dtypes() string             { return "number" }
func (neg) out(d ir.DType) ir.DType    { return d }
func (neg) diff(x, y *value) *value    { return like(x, -1) }
func (neg) linear(dx *value) *value    { return Neg(dx) }
func (neg) transpose(ct *value) *value { return Neg(ct) }
func negB[T ir.Number](o, a, _, _ ir.Buf) {
	dst, x := ir.As[T](o), ir.As[T](a)
	for i := range dst {
		dst[i] = -x[i]
	}
}
func (neg) block(d ir.DType) ir.Block {
	return number(d, negB[float64], negB[float32], negB[int64], negB[int32], negB[uint32])
}
func (neg) hlo() string { return "stablehlo.negate" }

type abs struct{}

func (abs) name() string            { return "abs" }
func (abs) dtypes() string          { return "number" }
func (abs) out(d ir.DType) ir.DType { return d }
func (abs) diff(x, y *value) *value { return Sign(x) }
func absB[T ir.Number](o, a, _, _ ir.Buf) {
	dst, x := ir.As[T](o), ir.As[T](a)
	for i := range dst {
		if x[i] <= 0 {
			dst[i] = 0 - x[i] // not -x: the absolute value of 0 is +0
		} else {
			dst[i] = x[i]
		}
	}
}
func (abs) block(d ir.DType) ir.Block {
	return number(d, absB[float64], absB[float32], absB[int64], absB[int32], absB[uint32])
}
func (abs) hlo() string            { return "stablehlo.abs" }
func (abs) expand(x *value) *value { return x }

type sign struct{}

func (sign) name() string            { return "sign" }
func (sign) dtypes() string          { return "number" }
func (sign) out(d ir.DType) ir.DType { return d }
func (sign) diff(x, y *value) *value { return nil }
func signB[T ir.Number](o, a, _, _ ir.Buf) {
	dst, x := ir.As[T](o), ir.As[T](a)
	for i, v := range x {
		switch {
		case v > 0:
			dst[i] = 1
		case v < 0:
			dst[i] = T(0) - 1
		default:
			dst[i] = v // 0, -0 and NaN stay
		}
	}
}
func (sign) block(d ir.DType) ir.Block {
	return number(d, signB[float64], signB[float32], signB[int64], signB[int32], signB[uint32])
}
func (sign) hlo() string            { return "stablehlo.sign" }
func (sign) expand(x *value) *value { return Min(x, like(x, 1)) }

type not struct{}

func (not) name() string            { return "not" }
func (not) dtypes() string          { return "logic" }
func (not) out(d ir.DType) ir.DType { return d }
func (not) diff(x, y *value) *value { return nil }
func (not) block(d ir.DType) ir.Block {
	if d == ir.Bool {
		return func(o, a, _, _ ir.Buf) {
			dst := ir.As[bool](o)
			for i, v := range ir.As[bool](a) {
				dst[i] = !v
			}
		}
	}
	return number(d, nil, nil, notB[int64], notB[int32], notB[uint32])
}
func (not) hlo() string { return "stablehlo.not" }
func notB[T int32 | int64 | uint32](o, a, _, _ ir.Buf) {
	dst := ir.As[T](o)
	for i, v := range ir.As[T](a) {
		dst[i] = ^v
	}
}

type isFinite struct{}

func (isFinite) name() string            { return "is_finite" }
func (isFinite) dtypes() string          { return "float" }
func (isFinite) out(ir.DType) ir.DType   { return ir.Bool }
func (isFinite) diff(x, y *value) *value { return nil }
func finiteB[T ir.Float](o, a, _, _ ir.Buf) {
	dst := ir.As[bool](o)
	for i, v := range ir.As[T](a) {
		dst[i] = v-v == 0
	}
}
func (isFinite) block(d ir.DType) ir.Block {
	return number(d, finiteB[float64], finiteB[float32], nil, nil, nil)
}
func (isFinite) hlo() string { return "stablehlo.is_finite" }

type expFn struct{ realFn }

func (expFn) name() string            { return "exp" }
func (expFn) diff(x, y *value) *value { return y }
func (expFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Exp(x) })
}
func (expFn) hlo() string { return "stablehlo.exponential" }

type expm1Fn struct{ realFn }

func (expm1Fn) name() string            { return "expm1" }
func (expm1Fn) diff(x, y *value) *value { return Add(y, like(x, 1)) }
func (expm1Fn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Expm1(x) })
}
func (expm1Fn) hlo() string { return "stablehlo.exponential_minus_one" }

type logFn struct{ realFn }

func (logFn) name() string            { return "log" }
func (logFn) diff(x, y *value) *value { return Div(like(x, 1), x) }
func (logFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return kernel.Log(x) })
}
func (logFn) hlo() string { return "stablehlo.log" }

type log1pFn struct{ realFn }

func (log1pFn) name() string            { return "log1p" }
func (log1pFn) diff(x, y *value) *value { return Div(like(x, 1), Add(x, like(x, 1))) }
func (log1pFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Log1p(x) })
}
func (log1pFn) hlo() string { return "stablehlo.log_plus_one" }

type sqrtFn struct{ realFn }

func (sqrtFn) name() string            { return "sqrt" }
func (sqrtFn) diff(x, y *value) *value { return Div(like(x, 0.5), y) }
func (sqrtFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Sqrt(x) })
}
func (sqrtFn) hlo() string { return "stablehlo.sqrt" }

type sinFn struct{ realFn }

func (sinFn) name() string            { return "sin" }
func (sinFn) diff(x, y *value) *value { return Cos(x) }
func (sinFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Sin(x) })
}
func (sinFn) hlo() string { return "stablehlo.sine" }

type cosFn struct{ realFn }

func (cosFn) name() string            { return "cos" }
func (cosFn) diff(x, y *value) *value { return Neg(Sin(x)) }
func (cosFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Cos(x) })
}
func (cosFn) hlo() string { return "stablehlo.cosine" }

type tanFn struct{ realFn }

func (tanFn) name() string            { return "tan" }
func (tanFn) diff(x, y *value) *value { return Add(like(x, 1), Mul(y, y)) }
func (tanFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Tan(x) })
}
func (tanFn) hlo() string { return "stablehlo.tan" }

type asinFn struct{ realFn }

func (asinFn) name() string            { return "asin" }
func (asinFn) diff(x, y *value) *value { return Div(like(x, 1), Sqrt(Sub(like(x, 1), Mul(x, x)))) }
func (asinFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Asin(x) })
}
func (asinFn) hlo() string { return "chlo.asin" }

type acosFn struct{ realFn }

func (acosFn) name() string            { return "acos" }
func (acosFn) diff(x, y *value) *value { return Div(like(x, -1), Sqrt(Sub(like(x, 1), Mul(x, x)))) }
func (acosFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Acos(x) })
}
func (acosFn) hlo() string { return "chlo.acos" }

type atanFn struct{ realFn }

func (atanFn) name() string            { return "atan" }
func (atanFn) diff(x, y *value) *value { return Div(like(x, 1), Add(like(x, 1), Mul(x, x))) }
func (atanFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Atan(x) })
}
func (atanFn) hlo() string { return "chlo.atan" }

type sinhFn struct{ realFn }

func (sinhFn) name() string            { return "sinh" }
func (sinhFn) diff(x, y *value) *value { return Cosh(x) }
func (sinhFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Sinh(x) })
}
func (sinhFn) hlo() string { return "chlo.sinh" }

type coshFn struct{ realFn }

func (coshFn) name() string            { return "cosh" }
func (coshFn) diff(x, y *value) *value { return Sinh(x) }
func (coshFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Cosh(x) })
}
func (coshFn) hlo() string { return "chlo.cosh" }

type tanhFn struct{ realFn }

func (tanhFn) name() string            { return "tanh" }
func (tanhFn) diff(x, y *value) *value { return Sub(like(x, 1), Mul(y, y)) }
func (tanhFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Tanh(x) })
}
func (tanhFn) hlo() string { return "stablehlo.tanh" }

type logisticFn struct{ realFn }

func (logisticFn) name() string            { return "logistic" }
func (logisticFn) diff(x, y *value) *value { return Mul(y, Sub(like(x, 1), y)) }
func (logisticFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return kernel.Expit(x) })
}
func (logisticFn) hlo() string { return "stablehlo.logistic" }

type erfFn struct{ realFn }

func (erfFn) name() string            { return "erf" }
func (erfFn) diff(x, y *value) *value { return Mul(like(x, 2/math.SqrtPi), Exp(Neg(Mul(x, x)))) }
func (erfFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Erf(x) })
}
func (erfFn) hlo() string { return "chlo.erf" }

type floorFn struct{ realFn }

func (floorFn) name() string            { return "floor" }
func (floorFn) diff(x, y *value) *value { return nil }
func (floorFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Floor(x) })
}
func (floorFn) hlo() string { return "stablehlo.floor" }

type ceilFn struct{ realFn }

func (ceilFn) name() string            { return "ceil" }
func (ceilFn) diff(x, y *value) *value { return nil }
func (ceilFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Ceil(x) })
}
func (ceilFn) hlo() string { return "stablehlo.ceil" }

type roundFn struct{ realFn }

func (roundFn) name() string            { return "round" }
func (roundFn) diff(x, y *value) *value { return nil }
func (roundFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.RoundToEven(x) })
}
func (roundFn) hlo() string { return "stablehlo.round_nearest_even" }

// Unary operations.
func Neg(x *value) *value      { return ir.Apply1(Unary[neg]{}, x) }
func Abs(x *value) *value      { return ir.Apply1(Unary[abs]{}, x) }
func Sign(x *value) *value     { return ir.Apply1(Unary[sign]{}, x) }
func Not(x *value) *value      { return ir.Apply1(Unary[not]{}, x) }
func IsFinite(x *value) *value { return ir.Apply1(Unary[isFinite]{}, x) }
func Exp(x *value) *value      { return ir.Apply1(Unary[expFn]{}, x) }
func Expm1(x *value) *value    { return ir.Apply1(Unary[expm1Fn]{}, x) }
func Log(x *value) *value      { return ir.Apply1(Unary[logFn]{}, x) }
func Log1p(x *value) *value    { return ir.Apply1(Unary[log1pFn]{}, x) }
func Sqrt(x *value) *value     { return ir.Apply1(Unary[sqrtFn]{}, x) }
func Sin(x *value) *value      { return ir.Apply1(Unary[sinFn]{}, x) }
func Cos(x *value) *value      { return ir.Apply1(Unary[cosFn]{}, x) }
func Tan(x *value) *value      { return ir.Apply1(Unary[tanFn]{}, x) }
func Asin(x *value) *value     { return ir.Apply1(Unary[asinFn]{}, x) }
func Acos(x *value) *value     { return ir.Apply1(Unary[acosFn]{}, x) }
func Atan(x *value) *value     { return ir.Apply1(Unary[atanFn]{}, x) }
func Sinh(x *value) *value     { return ir.Apply1(Unary[sinhFn]{}, x) }
func Cosh(x *value) *value     { return ir.Apply1(Unary[coshFn]{}, x) }
func Tanh(x *value) *value     { return ir.Apply1(Unary[tanhFn]{}, x) }
func Logistic(x *value) *value { return ir.Apply1(Unary[logisticFn]{}, x) }
func Erf(x *value) *value      { return ir.Apply1(Unary[erfFn]{}, x) }
func Floor(x *value) *value    { return ir.Apply1(Unary[floorFn]{}, x) }
func Ceil(x *value) *value     { return ir.Apply1(Unary[ceilFn]{}, x) }
func Round(x *value) *value    { return ir.Apply1(Unary[roundFn]{}, x) }

func init() {
	register(Unary[neg]{}, Unary[abs]{}, Unary[sign]{}, Unary[not]{}, Unary[isFinite]{})
	register(Unary[expFn]{}, Unary[expm1Fn]{}, Unary[logFn]{}, Unary[log1pFn]{}, Unary[sqrtFn]{}, Unary[sinFn]{}, Unary[cosFn]{}, Unary[tanFn]{}, Unary[asinFn]{}, Unary[acosFn]{}, Unary[atanFn]{}, Unary[sinhFn]{}, Unary[coshFn]{}, Unary[tanhFn]{}, Unary[logisticFn]{}, Unary[erfFn]{}, Unary[floorFn]{}, Unary[ceilFn]{}, Unary[roundFn]{})
}
