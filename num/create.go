package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// New makes an array of a shape from its elements in row-major order, which are
// copied. Without a shape it is a vector of all of them.
func New[T Elem](data []T, shape ...int) Array {
	if shape == nil {
		shape = []int{len(data)}
	}
	checkShape("num.New", shape)
	if ir.SizeOf(shape) != len(data) {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.New", "%d elements do not fill shape %s", len(data), ir.ShapeString(shape)))
	}
	return wrap(ir.Const(ir.NewData(ir.Type{DType: ir.DTypeOf[T](), Shape: slices.Clone(shape)}, ir.Of(slices.Clone(data)))))
}

func checkShape(op string, shape []int) {
	for _, n := range shape {
		if n < 0 {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "shape %s has a negative size", ir.ShapeString(shape)))
		}
	}
	size := 1.0
	for _, n := range shape {
		size *= float64(n)
	}
	if size >= math.MaxInt/8 { // bytes of float64
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shape %s has %.3g elements, which no memory holds", ir.ShapeString(shape), size))
	}
}

// Vector is a float64 vector of its arguments.
func Vector(x ...float64) Array { return New(x, len(x)) }

// Scalar is a 0-d float64 array, a single number. See [Const] for constants of formulas.
func Scalar(x float64) Array { return wrap(ir.Scalar(Float64, x)) }

// Const is a constant of a formula, a 0-d array that takes the dtype of the array that it
// is combined with, as a literal does in NumPy: with a float32 x, x.Gt(num.Const(0)) and
// num.Where(ok, x, num.Const(1)) are computed in float32. So does what arithmetic and [Where]
// make of constants only, such as num.Where(x.Gt(y), num.Const(1), num.Const(-1)). There is no
// other dtype to take, and the constant is float64, by itself, as an argument of a function
// such as [Array.Exp], and in a tree, such as the state of a loop or an argument of a
// transformation. [Array.Const] is a constant whose dtype is known.
//
// A constant that the dtype cannot represent, such as ½ among integers, is an error.
func Const(x float64) Array { return Array{ir.Scalar(Float64, x), true} }

// Const is the number x as a 0-d array of a's dtype. A number that the dtype cannot represent,
// such as ½ among integers, is an error.
func (a Array) Const(x float64) Array {
	checkFits("num.Array.Const", x, a.DType())
	return wrap(ir.Scalar(a.DType(), x))
}

// Int is a 0-d int32 array, such as an index or a counter of a loop. A number that int32 does
// not have is an error.
func Int[T ~int | ~int32](x T) Array {
	if int64(x) < math.MinInt32 || int64(x) > math.MaxInt32 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Int", "%d is not an int32", int64(x)))
	}
	return wrap(ir.Scalar(Int32, float64(x)))
}

// Full is an array of a dtype and shape whose elements all equal x. It costs no storage until it is read.
// A number that the dtype cannot represent, such as ½ among integers, is an error.
func Full(d DType, x float64, shape ...int) Array {
	checkShape("num.Full", shape)
	checkFits("num.Full", x, d)
	return wrap(ir.Full(ir.Type{DType: d, Shape: slices.Clone(shape)}, x))
}

// Zeros is a float64 array of zeros of a shape.
func Zeros(shape ...int) Array { return Full(Float64, 0, shape...) }

// Ones is a float64 array of ones of a shape.
func Ones(shape ...int) Array { return Full(Float64, 1, shape...) }

// Eye is the n×n identity matrix, in float64.
func Eye(n int) Array {
	d := make([]float64, n*n)
	for i := range n {
		d[i*n+i] = 1
	}
	return New(d, n, n)
}

// Linspace is a float64 vector of n equally spaced numbers from lo to hi, both included; of one number it is lo.
func Linspace(lo, hi float64, n int) Array {
	checkShape("num.Linspace", []int{n})
	d := make([]float64, n)
	for i := range d {
		d[i] = lo
		if n > 1 {
			d[i] += (hi - lo) * float64(i) / float64(n-1)
		}
	}
	return New(d, n)
}

// Arange is the vector of the numbers lo, lo+1, …, hi-1, which is empty if hi ≤ lo.
func Arange(d DType, lo, hi int) Array {
	n := max(0, hi-lo)
	if n > 0 {
		checkFits("num.Arange", float64(lo), d)
		checkFits("num.Arange", float64(hi-1), d)
	}
	b := ir.NewBuf(d, n)
	for i := range n {
		b.Set(d, i, float64(lo+i))
	}
	return wrap(ir.Const(ir.NewData(ir.T(d, n), b)))
}
