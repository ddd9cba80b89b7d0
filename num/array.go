package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Array is an immutable n-dimensional array: its numbers, or, inside a
// transformation, a value that is being traced. The zero Array holds nothing, and
// using it is an error.
type Array struct {
	v    *ir.Value
	weak bool // made of constants only (see Const): float64 that takes the dtype of what it meets
}

func wrap(v *ir.Value) Array { return Array{v: v} }

func (a Array) value() *ir.Value {
	if a.v == nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num", "the zero Array was used; make one with num.New, num.Scalar or num.Zeros"))
	}
	return a.v
}

// apply records the caller's line.
func apply(op ir.Op, x ...*ir.Value) Array { return wrap(ir.Apply(op, x...)[0]) }

// Shape is the array's shape, the number of elements along each axis. It must not be modified.
func (a Array) Shape() []int { return a.value().Shape }

// DType is the type of the elements.
func (a Array) DType() DType { return a.value().DType }

// Rank is the number of axes.
func (a Array) Rank() int { return len(a.Shape()) }

// Size is the number of elements.
func (a Array) Size() int { return a.value().Size() }

// Traced reports whether the array stands for a value inside a transformation,
// whose numbers are not known.
func (a Array) Traced() bool { return a.value().Traced() }

func (a Array) data(op string) *ir.Data {
	d := a.value().Numbers()
	if d == nil {
		ir.Throw(ir.Errorf(ir.TraceError, op,
			"the numbers of an array of shape %s are not known inside a transformation; use num.Where, num.Cond or num.While for decisions",
			ir.ShapeString(a.v.Shape)))
	}
	return d
}

// ToSlice copies the elements of an array into a slice, in row-major order. T must be
// the Go type of its elements ([ErrDType] otherwise); see [Array.Float64s] for any type.
func ToSlice[T Elem](a Array) []T {
	d := a.data("num.ToSlice")
	if want := ir.DTypeOf[T](); d.Type.DType != want {
		ir.Throw(ir.Errorf(ir.DTypeError, "num.ToSlice", "array is %s, want %s", d.Type.DType, want))
	}
	return slices.Clone(ir.As[T](d.Buf()))
}

// Float64s copies the elements, in row-major order, as float64, whatever their type.
func (a Array) Float64s() []float64 {
	d := a.data("num.Array.Float64s")
	out := make([]float64, d.Type.Size())
	for i := range out {
		out[i] = d.Buf().At(d.Type.DType, i)
	}
	return out
}

// Item is the number in an array of one element, as a float64.
func (a Array) Item() float64 {
	d := a.data("num.Array.Item")
	if d.Type.Size() != 1 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Array.Item", "array has shape %s, want one element", ir.ShapeString(d.Type.Shape)))
	}
	return d.Buf().At(d.Type.DType, 0)
}
