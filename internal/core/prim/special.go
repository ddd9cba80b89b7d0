package prim

import (
	"math"
	"strconv"

	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// Cbrt is the cube root of x.
func Cbrt(x *value) *value { return ir.Apply1(Unary[cbrtFn]{}, x) }

type cbrtFn struct{ realFn }

func (cbrtFn) name() string { return "cbrt" }
func (cbrtFn) diff(x, y *value) *value {
	r := Div(like(x, 1), y)
	return Mul(like(x, 1./3), Mul(r, r))
}
func (cbrtFn) block(d ir.DType) ir.Block { return realBlock(d, math.Cbrt) }
func (cbrtFn) hlo() string               { return "stablehlo.cbrt" }
func (cbrtFn) domain() (lo, hi float64)  { return 0.2, 2 }

var _ = register(Unary[cbrtFn]{})

// Asinh is the number with hyperbolic sine x.
func Asinh(x *value) *value { return ir.Apply1(Unary[asinhFn]{}, x) }

type asinhFn struct{ realFn }

func (asinhFn) name() string { return "asinh" }
func (asinhFn) diff(x, y *value) *value {
	large, inner := beyondSquare(x)
	far := Div(like(x, 1), Abs(Select(large, x, like(x, 1))))
	return Select(large, far, Div(like(x, 1), Sqrt(Add(Mul(inner, inner), like(x, 1)))))
}
func (asinhFn) block(d ir.DType) ir.Block { return realBlock(d, math.Asinh) }
func (asinhFn) hlo() string               { return "chlo.asinh" }

var _ = register(Unary[asinhFn]{})

// Acosh is the number ≥ 0 with hyperbolic cosine x.
func Acosh(x *value) *value { return ir.Apply1(Unary[acoshFn]{}, x) }

type acoshFn struct{ realFn }

func (acoshFn) name() string { return "acosh" }
func (acoshFn) diff(x, y *value) *value {
	one := like(x, 1) // x² - 1 overflows, and cancels near 1
	return Mul(Div(one, Sqrt(Sub(x, one))), Div(one, Sqrt(Add(x, one))))
}
func (acoshFn) block(d ir.DType) ir.Block { return realBlock(d, math.Acosh) }
func (acoshFn) hlo() string               { return "chlo.acosh" }
func (acoshFn) domain() (lo, hi float64)  { return 1.2, 3 }

var _ = register(Unary[acoshFn]{})

// Atanh is the number with hyperbolic tangent x.
func Atanh(x *value) *value { return ir.Apply1(Unary[atanhFn]{}, x) }

type atanhFn struct{ realFn }

func (atanhFn) name() string              { return "atanh" }
func (atanhFn) diff(x, y *value) *value   { return Div(like(x, 1), oneMinusSquare(x)) }
func (atanhFn) block(d ir.DType) ir.Block { return realBlock(d, math.Atanh) }
func (atanhFn) hlo() string               { return "chlo.atanh" }
func (atanhFn) domain() (lo, hi float64)  { return -0.8, 0.8 }

var _ = register(Unary[atanhFn]{})

// Erfc is 1 - Erf(x), exact for large x.
func Erfc(x *value) *value { return ir.Apply1(Unary[erfcFn]{}, x) }

type erfcFn struct{ realFn }

func (erfcFn) name() string { return "erfc" }
func (erfcFn) diff(x, y *value) *value {
	return Mul(like(x, -2/math.SqrtPi), gaussian(x))
}
func (erfcFn) block(d ir.DType) ir.Block { return realBlock(d, math.Erfc) }
func (erfcFn) hlo() string               { return "chlo.erfc" }

var _ = register(Unary[erfcFn]{})

// Erfinv is the inverse of [Erf].
func Erfinv(x *value) *value { return ir.Apply1(Unary[erfinvFn]{}, x) }

type erfinvFn struct{ realFn }

func (erfinvFn) name() string              { return "erfinv" }
func (erfinvFn) diff(x, y *value) *value   { return Mul(like(x, math.SqrtPi/2), Exp(Mul(y, y))) }
func (erfinvFn) block(d ir.DType) ir.Block { return realBlock(d, kernel.Erfinv) }
func (erfinvFn) hlo() string               { return "chlo.erf_inv" }
func (erfinvFn) domain() (lo, hi float64)  { return -0.8, 0.8 }

var _ = register(Unary[erfinvFn]{})

// Lgamma is log |Γ(x)|.
func Lgamma(x *value) *value { return ir.Apply1(Unary[lgammaFn]{}, x) }

type lgammaFn struct{ realFn }

func (lgammaFn) name() string              { return "lgamma" }
func (lgammaFn) diff(x, y *value) *value   { return Digamma(x) }
func (lgammaFn) block(d ir.DType) ir.Block { return realBlock(d, kernel.Lgamma) }
func (lgammaFn) hlo() string               { return "chlo.lgamma" }
func (lgammaFn) domain() (lo, hi float64)  { return 0.3, 4 }

var _ = register(Unary[lgammaFn]{})

// Digamma is the derivative of [Lgamma] where Γ is positive.
func Digamma(x *value) *value { return ir.Apply1(Unary[digammaFn]{}, x) }

type digammaFn struct{ realFn }

func (digammaFn) name() string              { return "digamma" }
func (digammaFn) diff(x, y *value) *value   { return Polygamma(1, x) }
func (digammaFn) block(d ir.DType) ir.Block { return realBlock(d, kernel.Digamma) }
func (digammaFn) hlo() string               { return "chlo.digamma" }
func (digammaFn) domain() (lo, hi float64)  { return 0.3, 4 }

var _ = register(Unary[digammaFn]{})

// Softplus is log(1 + eˣ), without overflow.
func Softplus(x *value) *value { return ir.Apply1(Unary[softplusFn]{}, x) }

type softplusFn struct{ realFn }

func (softplusFn) name() string            { return "softplus" }
func (softplusFn) diff(x, y *value) *value { return Logistic(x) }
func (softplusFn) block(d ir.DType) ir.Block {
	return severalBlock(d, kernel.Softpluses, kernel.Log1pExp)
}
func (softplusFn) hlo() string { return "" }
func (softplusFn) expand(x *value) *value {
	return Add(Max(x, like(x, 0)), Log1p(Exp(Neg(Abs(x)))))
}

var _ = register(Unary[softplusFn]{})

// Logit is log(x / (1 - x)), the inverse of [Logistic].
func Logit(x *value) *value { return ir.Apply1(Unary[logitFn]{}, x) }

type logitFn struct{ realFn }

func (logitFn) name() string { return "logit" }
func (logitFn) diff(x, y *value) *value {
	return Add(Div(like(x, 1), x), Div(like(x, 1), Sub(like(x, 1), x)))
}
func (logitFn) block(d ir.DType) ir.Block { return realBlock(d, kernel.Logit) }
func (logitFn) hlo() string               { return "" }

// Near 1/2, where the quotient's logarithm would cancel, twice artanh(2x-1).
func (logitFn) expand(x *value) *value {
	one := like(x, 1)
	mid := Le(Abs(Sub(x, like(x, 0.5))), like(x, 0.25))
	near := Mul(like(x, 2), Atanh(Select(mid, Sub(Add(x, x), one), like(x, 0))))
	return Select(mid, near, Sub(Log(x), Log1p(Neg(x))))
}
func (logitFn) domain() (lo, hi float64) { return 0.1, 0.9 }

var _ = register(Unary[logitFn]{})

// LogNdtr is the logarithm of the standard normal distribution function.
func LogNdtr(x *value) *value { return ir.Apply1(Unary[logNdtrFn]{}, x) }

type logNdtrFn struct{ realFn }

func (logNdtrFn) name() string { return "log_ndtr" }

func (logNdtrFn) diff(x, y *value) *value   { return NormalHazard(x) }
func (logNdtrFn) block(d ir.DType) ir.Block { return realBlock(d, kernel.LogNdtr) }
func (logNdtrFn) hlo() string               { return "" }

// The tail of erfc, or its asymptotic series (Abramowitz & Stegun, 26.2.12) where
// erfc is about to underflow.
func (logNdtrFn) expand(x *value) *value {
	one, cut := like(x, 1), like(x, -8)
	tail := func(t *value) *value { return Mul(like(x, 0.5), Erfc(Mul(t, like(x, math.Sqrt2/2)))) }
	far := Lt(x, cut)
	safe := Select(far, x, cut)
	v := Div(one, Mul(safe, safe))
	s := like(x, 0)
	for k := 47.0; k >= 1; k -= 2 {
		s = Mul(Mul(like(x, -k), v), Add(one, s))
	}
	left := Add(Sub(Sub(Mul(like(x, -0.5), Mul(safe, safe)), Log(Neg(safe))), like(x, 0.5*math.Log(2*math.Pi))), Log1p(s))
	mid := Log(tail(Neg(Max(x, cut))))
	return Select(far, left, Select(Gt(x, like(x, 0)), Log1p(Neg(tail(Max(x, like(x, 0))))), mid))
}

var _ = register(Unary[logNdtrFn]{})

// Polygamma is the derivative of order n ≥ 1 of [Digamma].
func Polygamma(n int, x *value) *value { return ir.Apply1(PolygammaOp{N: n}, x) }

// PolygammaOp is the derivative of order N ≥ 1 of the digamma function.
type PolygammaOp struct {
	nonlinear
	N int
}

func (PolygammaOp) Name() string     { return "polygamma" }
func (p PolygammaOp) Params() string { return strconv.Itoa(p.N) }
func (p PolygammaOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := ground.CheckSame("polygamma", in, 1); err != nil {
		return nil, err
	}
	if !in[0].DType.IsFloat() {
		return nil, ir.Errorf(ir.DTypeError, "polygamma", "operand is %s, want float", in[0].DType)
	}
	return in, nil
}
func (p PolygammaOp) JVP(x, y, dx values) values {
	return values{Mul(dx[0], Polygamma(p.N+1, x[0]))}
}
func (p PolygammaOp) Batch(x values, bd []int, n int) (values, []int) { return ir.Apply(p, x...), bd }
func (p PolygammaOp) Block(in []ir.DType) ir.Block {
	return realBlock(in[0], func(x float64) float64 { return kernel.Polygamma(p.N, x) })
}
func (p PolygammaOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return ground.BlockKernel(p, p.Block([]ir.DType{in[0].DType}), in, out)
}

func (PolygammaOp) Operands(d ir.DType) []ir.DType { return []ir.DType{d} }
func (PolygammaOp) Domain() (lo, hi float64)       { return 0.5, 4 }

func (p PolygammaOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{b.Map("chlo.polygamma", b.Full(out[0], float64(p.N)), x[0])}
}

var _ = register(PolygammaOp{N: 1})

type atan2Fn struct{ notLinear }

func (atan2Fn) name() string            { return "atan2" }
func (atan2Fn) dtypes() class           { return floats }
func (atan2Fn) out(d ir.DType) ir.DType { return d }

// The derivatives (x dy - y dx)/(x² + y²) at the point divided by its larger coordinate, a
// constant that cancels, so that squares neither overflow nor underflow; 0 at infinity and NaN at
// the origin.
func (atan2Fn) jvp(y, x, out, dy, dx *value) *value {
	size := StopGradient(Max(Abs(x), Abs(y)))
	far := Eq(size, like(x, math.Inf(1)))
	size = Select(far, like(x, 1), size)
	u := Div(Select(far, like(x, 1), x), size)
	v := Div(Select(far, like(x, 0), y), size)
	r := Add(Mul(u, u), Mul(v, v))
	slope := func(w, d *value) *value {
		return Mul(d, Select(far, like(x, 0), Div(Div(w, r), size)))
	}
	var a, b *value
	if dy != nil {
		a = slope(u, dy)
	}
	if dx != nil {
		b = slope(Neg(v), dx)
	}
	return sum(a, b)
}
func atan2B[T ir.Float](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = T(kernel.Atan2(float64(x[i]), float64(y[i])))
	}
}
func (atan2Fn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, atan2B[float64], atan2B[float32], nil, nil, nil)
}
func (atan2Fn) hlo() string              { return "stablehlo.atan2" }
func (atan2Fn) domain() (lo, hi float64) { return 0.3, 2 }

// OpAtan2 is the angle of the point (y, x), the operands in that order.
var OpAtan2 = register(Binary[atan2Fn]{})

type remFn struct {
	arith
	notLinear
}

func (remFn) name() string { return "rem" }

// x - trunc(x/y) y, whose quotient is constant between jumps.
func (remFn) jvp(x, y, out, dx, dy *value) *value {
	var b *value
	if dy != nil {
		b = Neg(Mul(dy, Round(Div(Sub(x, out), y))))
	}
	return sum(dx, b)
}
func remF[T ir.Float](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		dst[i] = T(math.Mod(float64(x[i]), float64(y[i])))
	}
}
func remI[T int32 | int64 | uint32](o, a, b, _ ir.Buf) {
	dst, x, y := ir.As[T](o), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		if y[i] == 0 {
			dst[i] = x[i]
		} else {
			dst[i] = x[i] % y[i]
		}
	}
}
func (remFn) block(d ir.DType) ir.Block {
	return ir.ByNumber(d, remF[float64], remF[float32], remI[int64], remI[int32], remI[uint32])
}
func (remFn) hlo() string              { return "stablehlo.remainder" }
func (remFn) domain() (lo, hi float64) { return 1.1, 1.9 }

// OpRem is the remainder of the division truncated toward zero: it has the sign of
// x, as in Go and C. By zero it is NaN, or x for integers.
var OpRem = register(Binary[remFn]{})
