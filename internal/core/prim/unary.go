package prim

import (
	"math"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// realFn is embedded by unary rules from a floating-point type to itself.
type realFn struct{}

func (realFn) dtypes() class           { return floats }
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

// severalBlock is realBlock of a function that has a routine for several elements of float64.
func severalBlock(d ir.DType, several func(dst, x []float64), f func(float64) float64) ir.Block {
	if d == ir.Float64 {
		return func(o, a, _, _ ir.Buf) { several(ir.As[float64](o), ir.As[float64](a)) }
	}
	return realBlock(d, f)
}

// Neg is -x.
func Neg(x *value) *value { return ir.Apply1(Unary[negFn]{}, x) }

type negFn struct{}

func (negFn) name() string               { return "neg" }
func (negFn) dtypes() class              { return numbers }
func (negFn) out(d ir.DType) ir.DType    { return d }
func (negFn) diff(x, y *value) *value    { return like(x, -1) }
func (negFn) linear(dx *value) *value    { return Neg(dx) }
func (negFn) transpose(ct *value) *value { return Neg(ct) }
func negB[T ir.Number](o, a, _, _ ir.Buf) {
	dst, x := ir.As[T](o), ir.As[T](a)
	for i := range dst {
		dst[i] = -x[i]
	}
}
func (negFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.NegF64, negB[float64], ir.Float64, ir.Float64), negB[float32], negB[int64], negB[int32], negB[uint32])
}
func (negFn) hlo() string                              { return "stablehlo.negate" }
func negScalar[T ir.Number](o, a, _, _ unsafe.Pointer) { *ir.Ref[T](o) = -*ir.Ref[T](a) }
func (negFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, negScalar[float64], negScalar[float32], negScalar[int64], negScalar[int32], negScalar[uint32])
}

var _ = register(Unary[negFn]{})

// Abs is |x|.
func Abs(x *value) *value { return ir.Apply1(Unary[absFn]{}, x) }

type absFn struct{}

func (absFn) name() string            { return "abs" }
func (absFn) dtypes() class           { return numbers }
func (absFn) out(d ir.DType) ir.DType { return d }
func (absFn) diff(x, y *value) *value { return Sign(x) }
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
func (absFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.AbsF64, absB[float64], ir.Float64, ir.Float64), absB[float32], absB[int64], absB[int32], absB[uint32])
}
func (absFn) hlo() string            { return "stablehlo.abs" }
func (absFn) expand(x *value) *value { return x }
func absScalar[T ir.Float](o, a, _, _ unsafe.Pointer) {
	*ir.Ref[T](o) = T(math.Abs(float64(*ir.Ref[T](a))))
}
func (absFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, absScalar[float64], absScalar[float32], nil, nil, nil)
}
func (absFn) domain() (lo, hi float64) { return 0.2, 1 }

var _ = register(Unary[absFn]{})

// Sign is the sign of x: 1, 0 or -1, and NaN for NaN.
func Sign(x *value) *value { return ir.Apply1(Unary[signFn]{}, x) }

type signFn struct{}

func (signFn) name() string            { return "sign" }
func (signFn) dtypes() class           { return numbers }
func (signFn) out(d ir.DType) ir.DType { return d }
func (signFn) diff(x, y *value) *value { return nil }
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
func (signFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.SignF64, signB[float64], ir.Float64, ir.Float64), signB[float32], signB[int64], signB[int32], signB[uint32])
}
func (signFn) hlo() string              { return "stablehlo.sign" }
func (signFn) expand(x *value) *value   { return Min(x, like(x, 1)) }
func (signFn) domain() (lo, hi float64) { return 0.2, 1 }

var _ = register(Unary[signFn]{})

// IsFinite reports whether x is neither infinite nor NaN.
func IsFinite(x *value) *value { return ir.Apply1(Unary[isFiniteFn]{}, x) }

type isFiniteFn struct{}

func (isFiniteFn) name() string            { return "is_finite" }
func (isFiniteFn) dtypes() class           { return floats }
func (isFiniteFn) out(ir.DType) ir.DType   { return ir.Bool }
func (isFiniteFn) diff(x, y *value) *value { return nil }
func finiteB[T ir.Float](o, a, _, _ ir.Buf) {
	dst := ir.As[bool](o)
	for i, v := range ir.As[T](a) {
		dst[i] = v-v == 0
	}
}
func (isFiniteFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, ground.Wide(kernel.FiniteF64, finiteB[float64], ir.Bool, ir.Float64), finiteB[float32], nil, nil, nil)
}
func (isFiniteFn) hlo() string { return "stablehlo.is_finite" }
func finiteScalar[T ir.Float](o, a, _, _ unsafe.Pointer) {
	x := *ir.Ref[T](a)
	*ir.Ref[bool](o) = x-x == 0
}
func (isFiniteFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, finiteScalar[float64], finiteScalar[float32], nil, nil, nil)
}

var _ = register(Unary[isFiniteFn]{})

// Exp is eˣ.
func Exp(x *value) *value { return ir.Apply1(Unary[expFn]{}, x) }

type expFn struct{ realFn }

func (expFn) name() string            { return "exp" }
func (expFn) diff(x, y *value) *value { return y }
func (expFn) block(d ir.DType) ir.Block {
	return severalBlock(d, kernel.Exps, func(x float64) float64 { return math.Exp(x) })
}
func (expFn) hlo() string { return "stablehlo.exponential" }

var _ = register(Unary[expFn]{})

// Exp2 is 2ˣ.
func Exp2(x *value) *value { return ir.Apply1(Unary[exp2Fn]{}, x) }

type exp2Fn struct{ realFn } // floating point in and out

func (exp2Fn) name() string            { return "exp2" }
func (exp2Fn) diff(x, y *value) *value { return Mul(like(x, math.Ln2), y) } // y is 2ˣ itself
func (exp2Fn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Exp2(x) })
}
func (exp2Fn) hlo() string            { return "" } // StableHLO has none: expand gives a composition
func (exp2Fn) expand(x *value) *value { return Pow(like(x, 2), x) }

var _ = register(Unary[exp2Fn]{})

// Expm1 is eˣ - 1, exact near 0.
func Expm1(x *value) *value { return ir.Apply1(Unary[expm1Fn]{}, x) }

type expm1Fn struct{ realFn }

func (expm1Fn) name() string            { return "expm1" }
func (expm1Fn) diff(x, y *value) *value { return Exp(x) }
func (expm1Fn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Expm1(x) })
}
func (expm1Fn) hlo() string { return "stablehlo.exponential_minus_one" }

var _ = register(Unary[expm1Fn]{})

// Log is the natural logarithm of x.
func Log(x *value) *value { return ir.Apply1(Unary[logFn]{}, x) }

type logFn struct{ realFn }

func (logFn) name() string            { return "log" }
func (logFn) diff(x, y *value) *value { return Div(like(x, 1), x) }
func (logFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return kernel.Log(x) })
}
func (logFn) hlo() string              { return "stablehlo.log" }
func (logFn) domain() (lo, hi float64) { return 0.2, 3 }

var _ = register(Unary[logFn]{})

// Log1p is log(1 + x), exact near 0.
func Log1p(x *value) *value { return ir.Apply1(Unary[log1pFn]{}, x) }

type log1pFn struct{ realFn }

func (log1pFn) name() string            { return "log1p" }
func (log1pFn) diff(x, y *value) *value { return Div(like(x, 1), Add(x, like(x, 1))) }
func (log1pFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Log1p(x) })
}
func (log1pFn) hlo() string              { return "stablehlo.log_plus_one" }
func (log1pFn) domain() (lo, hi float64) { return -0.5, 3 }

var _ = register(Unary[log1pFn]{})

// Sqrt is the square root of x.
func Sqrt(x *value) *value { return ir.Apply1(Unary[sqrtFn]{}, x) }

type sqrtFn struct{ realFn }

func (sqrtFn) name() string            { return "sqrt" }
func (sqrtFn) diff(x, y *value) *value { return Div(like(x, 0.5), y) }
func (sqrtFn) block(d ir.DType) ir.Block {
	b := realBlock(d, func(x float64) float64 { return math.Sqrt(x) })
	if d == ir.Float64 {
		return ground.Wide(kernel.SqrtF64, b, d, d)
	}
	return b
}
func (sqrtFn) hlo() string { return "stablehlo.sqrt" }
func sqrtScalar[T ir.Float](o, a, _, _ unsafe.Pointer) {
	*ir.Ref[T](o) = T(math.Sqrt(float64(*ir.Ref[T](a))))
}
func (sqrtFn) scalar(d ir.DType) ir.ScalarFunc {
	return ir.ByNumber(d, sqrtScalar[float64], sqrtScalar[float32], nil, nil, nil)
}
func (sqrtFn) domain() (lo, hi float64) { return 0.2, 3 }

var _ = register(Unary[sqrtFn]{})

// Sin is the sine of x.
func Sin(x *value) *value { return ir.Apply1(Unary[sinFn]{}, x) }

type sinFn struct{ realFn }

func (sinFn) name() string            { return "sin" }
func (sinFn) diff(x, y *value) *value { return Cos(x) }
func (sinFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Sin(x) })
}
func (sinFn) hlo() string { return "stablehlo.sine" }

var _ = register(Unary[sinFn]{})

// Cos is the cosine of x.
func Cos(x *value) *value { return ir.Apply1(Unary[cosFn]{}, x) }

type cosFn struct{ realFn }

func (cosFn) name() string            { return "cos" }
func (cosFn) diff(x, y *value) *value { return Neg(Sin(x)) }
func (cosFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Cos(x) })
}
func (cosFn) hlo() string { return "stablehlo.cosine" }

var _ = register(Unary[cosFn]{})

// Tan is the tangent of x.
func Tan(x *value) *value { return ir.Apply1(Unary[tanFn]{}, x) }

type tanFn struct{ realFn }

func (tanFn) name() string            { return "tan" }
func (tanFn) diff(x, y *value) *value { return Add(like(x, 1), Mul(y, y)) }
func (tanFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Tan(x) })
}
func (tanFn) hlo() string              { return "stablehlo.tan" }
func (tanFn) domain() (lo, hi float64) { return -1, 1 }

var _ = register(Unary[tanFn]{})

// Asin is the angle in [-π/2, π/2] with sine x.
func Asin(x *value) *value { return ir.Apply1(Unary[asinFn]{}, x) }

type asinFn struct{ realFn }

func (asinFn) name() string            { return "asin" }
func (asinFn) diff(x, y *value) *value { return Div(like(x, 1), Sqrt(oneMinusSquare(x))) }
func (asinFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Asin(x) })
}
func (asinFn) hlo() string              { return "chlo.asin" }
func (asinFn) domain() (lo, hi float64) { return -0.8, 0.8 }

var _ = register(Unary[asinFn]{})

// Acos is the angle in [0, π] with cosine x.
func Acos(x *value) *value { return ir.Apply1(Unary[acosFn]{}, x) }

type acosFn struct{ realFn }

func (acosFn) name() string            { return "acos" }
func (acosFn) diff(x, y *value) *value { return Div(like(x, -1), Sqrt(oneMinusSquare(x))) }
func (acosFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return kernel.Acos(x) })
}
func (acosFn) hlo() string              { return "chlo.acos" }
func (acosFn) domain() (lo, hi float64) { return -0.8, 0.8 }

var _ = register(Unary[acosFn]{})

// Atan is the angle in (-π/2, π/2) with tangent x.
func Atan(x *value) *value { return ir.Apply1(Unary[atanFn]{}, x) }

type atanFn struct{ realFn }

func (atanFn) name() string { return "atan" }
func (atanFn) diff(x, y *value) *value {
	large, inner := beyondSquare(x)
	r := Div(like(x, 1), Select(large, x, like(x, 1)))
	return Select(large, Mul(r, r), Div(like(x, 1), Add(like(x, 1), Mul(inner, inner))))
}
func (atanFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Atan(x) })
}
func (atanFn) hlo() string { return "chlo.atan" }

var _ = register(Unary[atanFn]{})

// Sinh is the hyperbolic sine of x.
func Sinh(x *value) *value { return ir.Apply1(Unary[sinhFn]{}, x) }

type sinhFn struct{ realFn }

func (sinhFn) name() string            { return "sinh" }
func (sinhFn) diff(x, y *value) *value { return Cosh(x) }
func (sinhFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Sinh(x) })
}
func (sinhFn) hlo() string { return "chlo.sinh" }

var _ = register(Unary[sinhFn]{})

// Cosh is the hyperbolic cosine of x.
func Cosh(x *value) *value { return ir.Apply1(Unary[coshFn]{}, x) }

type coshFn struct{ realFn }

func (coshFn) name() string            { return "cosh" }
func (coshFn) diff(x, y *value) *value { return Sinh(x) }
func (coshFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Cosh(x) })
}
func (coshFn) hlo() string { return "chlo.cosh" }

var _ = register(Unary[coshFn]{})

// Tanh is the hyperbolic tangent of x.
func Tanh(x *value) *value { return ir.Apply1(Unary[tanhFn]{}, x) }

type tanhFn struct{ realFn }

func (tanhFn) name() string            { return "tanh" }
func (tanhFn) diff(x, y *value) *value { return Sech2(x) }
func (tanhFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Tanh(x) })
}
func (tanhFn) hlo() string { return "stablehlo.tanh" }

var _ = register(Unary[tanhFn]{})

// Logistic is 1 / (1 + e⁻ˣ).
func Logistic(x *value) *value { return ir.Apply1(Unary[logisticFn]{}, x) }

type logisticFn struct{ realFn }

func (logisticFn) name() string { return "logistic" }
func (logisticFn) diff(x, y *value) *value {
	return Mul(like(x, 0.25), Sech2(Mul(like(x, 0.5), x)))
}
func (logisticFn) block(d ir.DType) ir.Block {
	return severalBlock(d, kernel.Logistics, func(x float64) float64 { return kernel.Expit(x) })
}
func (logisticFn) hlo() string { return "stablehlo.logistic" }

var _ = register(Unary[logisticFn]{})

// Erf is the error function.
func Erf(x *value) *value { return ir.Apply1(Unary[erfFn]{}, x) }

type erfFn struct{ realFn }

func (erfFn) name() string            { return "erf" }
func (erfFn) diff(x, y *value) *value { return Mul(like(x, 2/math.SqrtPi), gaussian(x)) }
func (erfFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Erf(x) })
}
func (erfFn) hlo() string { return "chlo.erf" }

var _ = register(Unary[erfFn]{})

// Floor is the largest integer that is at most x.
func Floor(x *value) *value { return ir.Apply1(Unary[floorFn]{}, x) }

type floorFn struct{ realFn }

func (floorFn) name() string            { return "floor" }
func (floorFn) diff(x, y *value) *value { return nil }
func (floorFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Floor(x) })
}
func (floorFn) hlo() string              { return "stablehlo.floor" }
func (floorFn) domain() (lo, hi float64) { return 0.1, 0.4 }

var _ = register(Unary[floorFn]{})

// Ceil is the smallest integer that is at least x.
func Ceil(x *value) *value { return ir.Apply1(Unary[ceilFn]{}, x) }

type ceilFn struct{ realFn }

func (ceilFn) name() string            { return "ceil" }
func (ceilFn) diff(x, y *value) *value { return nil }
func (ceilFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.Ceil(x) })
}
func (ceilFn) hlo() string              { return "stablehlo.ceil" }
func (ceilFn) domain() (lo, hi float64) { return 0.1, 0.4 }

var _ = register(Unary[ceilFn]{})

// Round is the nearest integer, an even one at ties.
func Round(x *value) *value { return ir.Apply1(Unary[roundFn]{}, x) }

type roundFn struct{ realFn }

func (roundFn) name() string            { return "round" }
func (roundFn) diff(x, y *value) *value { return nil }
func (roundFn) block(d ir.DType) ir.Block {
	return realBlock(d, func(x float64) float64 { return math.RoundToEven(x) })
}
func (roundFn) hlo() string              { return "stablehlo.round_nearest_even" }
func (roundFn) domain() (lo, hi float64) { return 0.1, 0.4 }

var _ = register(Unary[roundFn]{})
