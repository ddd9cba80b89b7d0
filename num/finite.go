package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

var posInf, negInf = math.Inf(1), math.Inf(-1)

// IsNaN reports which elements are NaN; of integers none is.
func (a Array) IsNaN() Array { return a.Ne(a) }

// IsInf reports which elements are +Inf or -Inf; of integers none is.
func (a Array) IsInf() Array {
	if !a.value().DType.IsFloat() {
		return Full(Bool, 0, a.Shape()...)
	}
	return a.IsFinite().Or(a.IsNaN()).Not()
}

// NanToNum is a with the number nan in place of NaN, and the largest and smallest finite
// numbers of its dtype in place of +Inf and -Inf. Its derivative is 0 where it replaces.
func (a Array) NanToNum(nan float64) Array {
	if !a.value().DType.IsFloat() {
		return a
	}
	most := math.MaxFloat64
	if a.DType() == Float32 {
		most = math.MaxFloat32
	}
	x := Where(a.IsNaN(), a.Const(nan), a)
	x = Where(x.Eq(a.Const(posInf)), a.Const(most), x)
	return Where(x.Eq(a.Const(negInf)), a.Const(-most), x)
}

// NanSum is [Array.Sum] of the elements that are not NaN.
func (a Array) NanSum(axes ...int) Array { return a.orElse(0).Sum(axes...) }

// NanMean is [Array.Mean] of the elements that are not NaN, and NaN if all are.
func (a Array) NanMean(axes ...int) Array {
	if !a.value().DType.IsFloat() {
		return a.Mean(axes...)
	}
	return a.NanSum(axes...).Div(a.IsNaN().Not().AsType(a.DType()).Sum(axes...))
}

// NanMax is [Array.Max] of the elements that are not NaN, and NaN if all are.
func (a Array) NanMax(axes ...int) Array {
	return a.nanOf(a.IsNaN().All(axes...), a.orElse(negInf).Max(axes...))
}

// NanMin is [Array.Min] of the elements that are not NaN, and NaN if all are.
func (a Array) NanMin(axes ...int) Array {
	return a.nanOf(a.IsNaN().All(axes...), a.orElse(posInf).Min(axes...))
}

// orElse replaces NaN by a number.
func (a Array) orElse(x float64) Array {
	if !a.value().DType.IsFloat() {
		return a
	}
	return Where(a.IsNaN(), a.Const(x), a)
}

func (a Array) nanOf(where, y Array) Array {
	if !a.DType().IsFloat() {
		return y
	}
	return Where(where, y.Const(math.NaN()), y)
}

// IsClose reports where |a - b| ≤ atol + rtol·|b|, NumPy's test, whose customary tolerances
// are 1e-5 and 1e-8. Equal infinities are close, and NaN is close to nothing.
func IsClose(a, b Array, rtol, atol float64) Array {
	const op = "num.IsClose"
	if rtol < 0 || atol < 0 || rtol != rtol || atol != atol {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "rtol is %g and atol %g, want numbers that are not negative", rtol, atol))
	}
	a, b = pairOf(op, a, b)
	if !a.DType().IsFloat() {
		a, b = a.AsType(Float64), b.AsType(Float64)
	}
	near := a.Sub(b).Abs().Le(b.Abs().Scale(rtol).AddScalar(atol))
	return a.Eq(b).Or(near.And(b.IsFinite()).And(a.IsFinite()))
}

// AllClose reports, as a bool scalar, whether all elements of a and b are close: see [IsClose].
func AllClose(a, b Array, rtol, atol float64) Array { return IsClose(a, b, rtol, atol).All() }

// ArrayEqual reports, as a bool scalar, whether a and b have one shape and equal elements;
// NaN equals nothing.
func ArrayEqual(a, b Array) Array {
	if !slices.Equal(a.Shape(), b.Shape()) {
		return Full(Bool, 0)
	}
	return a.Eq(b).All()
}

// CountNonzero is the number of elements along axes (none: all) that are not zero, int32. NaN
// is not zero, and true is not.
func (a Array) CountNonzero(axes ...int) Array {
	return a.AsType(Bool).AsType(Int32).Sum(axes...)
}
