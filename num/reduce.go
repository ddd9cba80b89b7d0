package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Sum adds the elements along axes (none: all), which the result lacks. The sum of nothing is 0.
func (a Array) Sum(axes ...int) Array {
	return wrap(prim.ReduceSum(a.value(), a.axesOf("num.Sum", axes)...))
}

// Prod multiplies the elements along axes (none: all). Its derivative is right where elements are zero, too; the product of nothing is 1.
func (a Array) Prod(axes ...int) Array {
	return wrap(prim.ReduceProd(a.value(), a.axesOf("num.Prod", axes)...))
}

// Max is the largest element along axes (none: all), and NaN if any is; see [Maximum]
// for the larger of two arrays. Equal largest elements share the derivative. The largest
// of nothing is an error.
func (a Array) Max(axes ...int) Array {
	return wrap(prim.ReduceMax(a.value(), a.axesOf("num.Max", axes)...))
}

// Min is the smallest element along axes (none: all), and NaN if any is; see [Minimum]
// for the smaller of two arrays. Equal smallest elements share the derivative. The
// smallest of nothing is an error.
func (a Array) Min(axes ...int) Array {
	return wrap(prim.ReduceMin(a.value(), a.axesOf("num.Min", axes)...))
}

// Mean is the average along axes (none: all); of integers it is float64. The mean of nothing is NaN.
func (a Array) Mean(axes ...int) Array {
	if !a.value().DType.IsFloat() {
		a = a.AsType(Float64)
	}
	n := 1
	for _, x := range a.axesOf("num.Mean", axes) {
		n *= a.Shape()[x]
	}
	return a.Sum(axes...).Scale(1 / float64(n))
}

// Var is the variance along axes (none: all), the mean squared distance from the mean
// (not its unbiased estimate); of integers it is float64.
func (a Array) Var(axes ...int) Array {
	if !a.value().DType.IsFloat() {
		a = a.AsType(Float64)
	}
	return a.Sub(a.keep(a.Mean(axes...), axes)).Square().Mean(axes...)
}

// Std is the standard deviation along axes (none: all), the square root of [Array.Var].
// Its derivative is NaN where all elements are equal.
func (a Array) Std(axes ...int) Array { return a.Var(axes...).Sqrt() }

// All reports whether all elements along axes (none: all) of a bool array are true.
func (a Array) All(axes ...int) Array {
	return wrap(prim.ReduceAnd(a.value(), a.axesOf("num.All", axes)...))
}

// Any reports whether any element along axes (none: all) of a bool array is true.
func (a Array) Any(axes ...int) Array {
	return wrap(prim.ReduceOr(a.value(), a.axesOf("num.Any", axes)...))
}

// axesOf normalizes axes: none means all, negative ones count from the end.
func (a Array) axesOf(op string, axes []int) []int {
	if len(axes) == 0 {
		return prim.AllAxes(a.Rank())
	}
	out := slices.Clone(axes)
	for i, x := range out {
		if x < 0 {
			out[i] += a.Rank()
		}
		if out[i] < 0 || out[i] >= a.Rank() {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "axis %d is out of range for shape %s", x, ir.ShapeString(a.Shape())))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (a Array) axis(op string, axis int) int { return a.axesOf(op, []int{axis})[0] }

// keep gives the result of a reduction its reduced axes back, with size 1.
func (a Array) keep(y Array, axes []int) Array {
	shape := slices.Clone(a.Shape())
	for _, x := range a.axesOf("num", axes) {
		shape[x] = 1
	}
	return y.Reshape(shape...)
}
