package num

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// ReLU is the rectifier max(a, 0). Its derivative at 0 is 0.
func (a Array) ReLU() Array { return a.LeakyReLU(0) }

// LeakyReLU is a where it is positive and slope·a elsewhere. Its derivative at 0 is slope.
func (a Array) LeakyReLU(slope float64) Array {
	low := a.Scale(slope)
	if slope == 0 { // also of infinities
		low = a.Const(0)
	}
	return Where(a.Le(a.Const(0)), low, a)
}

// ELU is the exponential linear unit: a where it is positive and alpha·(eᵃ - 1) elsewhere.
func (a Array) ELU(alpha float64) Array {
	low := a.Le(a.Const(0))
	return Where(low, Where(low, a, a.Const(0)).Expm1().Scale(alpha), a)
}

// SiLU is a·[Array.Expit], the sigmoid linear unit or swish: 0 at -Inf.
func (a Array) SiLU() Array { return a.gated(a.Expit()) }

// GELU is a·Φ(a) with the standard normal distribution function Φ, the Gaussian error linear
// unit, without the usual approximation by a tanh: 0 at -Inf.
func (a Array) GELU() Array { return a.gated(a.Ndtr()) }

// gated is a times a gate, which closes faster than a falls to -Inf.
func (a Array) gated(gate Array) Array {
	closed := a.Eq(a.Const(math.Inf(-1)))
	return Where(closed, a.Const(0), Where(closed, a.Const(0), a).Mul(gate))
}

// OneHot is 1 in the place that each of the integers a names among n, along a new last axis,
// and 0 elsewhere, of dtype d. The row of an integer out of range is 0.
func (a Array) OneHot(n int, d DType) Array {
	const op = "num.OneHot"
	if !a.value().DType.IsInt() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the array is %s, want an integer type", a.DType()))
	}
	checkShape(op, []int{n})
	return a.ExpandDims(-1).Eq(Arange(Int32, 0, n).AsType(a.DType())).AsType(d)
}
