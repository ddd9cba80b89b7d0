package prim

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// Derivatives of elementwise functions that keep their digits where the obvious formula
// cancels, overflows or multiplies 0 and infinity.

// oneMinusSquare is 1 - x², without cancellation near ±1. Its derivative is the one of that
// formula; what the product (1-x)(1+x) differs in is rounding, a constant.
func oneMinusSquare(x *value) *value {
	one := like(x, 1)
	q := Sub(one, Mul(x, x))
	return Add(q, StopGradient(Sub(Mul(Sub(one, x), Add(one, x)), q)))
}

// beyondSquare reports where 1 + x² is x² to rounding; inner is x elsewhere, and 0 there.
func beyondSquare(x *value) (large, inner *value) {
	large = Gt(Abs(x), like(x, 2/math.Sqrt(x.DType.Eps())))
	return large, Select(large, like(x, 0), x)
}

// gaussian is exp(-x²). Beyond 40, where it has long been 0, it has the derivative 0, too,
// and not 0 times infinity.
func gaussian(x *value) *value {
	c := Select(Gt(Abs(x), like(x, 40)), like(x, 40), x)
	return Exp(Neg(Mul(c, c)))
}

// Sech2 is 1/cosh(x)², the derivative of the hyperbolic tangent.
func Sech2(x *value) *value { return ir.Apply1(Unary[sech2Fn]{}, x) }

type sech2Fn struct{ realFn }

func (sech2Fn) name() string              { return "sech2" }
func (sech2Fn) diff(x, y *value) *value   { return Mul(like(x, -2), Mul(y, Tanh(x))) }
func (sech2Fn) block(d ir.DType) ir.Block { return realBlock(d, kernel.Sech2) }
func (sech2Fn) hlo() string               { return "" }
func (sech2Fn) expand(x *value) *value {
	e := Exp(Mul(like(x, -2), Abs(x)))
	s := Add(like(x, 1), e)
	return Div(Div(Mul(like(x, 4), e), s), s)
}

var _ = register(Unary[sech2Fn]{})

// NormalHazard is φ(x)/Φ(x) for the standard normal distribution, the derivative of [LogNdtr].
func NormalHazard(x *value) *value { return ir.Apply1(Unary[hazardFn]{}, x) }

type hazardFn struct{ realFn }

func (hazardFn) name() string { return "normal_hazard" }

// h' = -h (x + h). To the left of -1e8 the product is 1 to rounding, and to the right of 40
// it is 0, also in float32; in between neither factor is infinite.
func (hazardFn) diff(x, y *value) *value {
	c := Select(Lt(x, like(x, -1e8)), like(x, -1e8), Select(Gt(x, like(x, 40)), like(x, 40), x))
	return Neg(Mul(NormalHazard(c), NormalGap(c)))
}
func (hazardFn) block(d ir.DType) ir.Block { return realBlock(d, kernel.NormalHazard) }
func (hazardFn) hlo() string               { return "" }
func (hazardFn) expand(x *value) *value {
	far, near := Lt(x, like(x, -3)), Max(x, like(x, -3))
	t := Mul(near, like(x, math.Sqrt2/2))
	right := Div(Mul(like(x, math.Sqrt2/math.SqrtPi), gaussian(t)), Erfc(Neg(t)))
	return Select(far, Sub(gapFraction(x), x), right)
}

var _ = register(Unary[hazardFn]{})

// NormalGap is x + [NormalHazard](x), which is about 1/|x| on the left.
func NormalGap(x *value) *value { return ir.Apply1(Unary[gapFn]{}, x) }

type gapFn struct{ realFn }

func (gapFn) name() string              { return "normal_gap" }
func (gapFn) diff(x, y *value) *value   { return Sub(like(x, 1), Mul(NormalHazard(x), y)) }
func (gapFn) block(d ir.DType) ir.Block { return realBlock(d, kernel.NormalGap) }
func (gapFn) hlo() string               { return "" }
func (gapFn) expand(x *value) *value {
	return Select(Lt(x, like(x, -3)), gapFraction(x), Add(x, NormalHazard(Max(x, like(x, -3)))))
}

var _ = register(Unary[gapFn]{})

// gapFraction is the continued fraction 1/(t + 2/(t + 3/(t + …))) at t = -x ≥ 3, or 3 where x
// is larger; see [kernel.NormalGap].
func gapFraction(x *value) *value {
	t := Max(Neg(x), like(x, 3))
	f := t
	for k := kernel.GapTerms; k >= 2; k-- {
		f = Add(t, Div(like(x, float64(k)), f))
	}
	return Div(like(x, 1), f)
}

// OpDistance is x - y, and 0 where they are equal, infinities included: what is left of the largest
// element after it was taken away. It has the derivative of a difference.
var OpDistance = register(Binary[distanceFn]{})

type distanceFn struct{ subFn }

func (distanceFn) name() string  { return "distance" }
func (distanceFn) dtypes() class { return floats }
func distanceB[T ir.Float](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		if x[i] == y[i] {
			dst[i] = 0
		} else {
			dst[i] = x[i] - y[i]
		}
	}
}
func (distanceFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, distanceB[float64], distanceB[float32], nil, nil, nil)
}
func (distanceFn) scalar(ir.DType) ir.ScalarFunc { return nil }
func (distanceFn) hlo() string                   { return "" }
func (distanceFn) expand(x, y *value) *value     { return Select(Eq(x, y), like(x, 0), Sub(x, y)) }
