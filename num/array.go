package num

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// DType is the type of an array's elements.
type DType = ir.DType

// The element types. Float64 is the default.
const (
	Bool    = ir.Bool
	Int32   = ir.Int32
	Int64   = ir.Int64
	Uint32  = ir.Uint32
	Float32 = ir.Float32
	Float64 = ir.Float64
)

// Elem lists the Go types of elements.
type Elem = ir.Elem

// Error is the one error type of the language; see the package documentation.
type Error = ir.Error

// The kinds of errors, for errors.Is(err, num.ErrShape).
var (
	ErrShape    = &Error{Kind: ir.ShapeError}
	ErrDType    = &Error{Kind: ir.DTypeError}
	ErrArgument = &Error{Kind: ir.ArgumentError}
	ErrRule     = &Error{Kind: ir.RuleError}
	ErrTrace    = &Error{Kind: ir.TraceError}
	ErrUser     = &Error{Kind: ir.UserError}
	ErrNumeric  = &Error{Kind: ir.NumericError}
)

// Array is an immutable n-dimensional array: its numbers, or, inside a
// transformation, a value that is being traced. The zero Array holds nothing.
type Array struct {
	v        *ir.Value
	constant bool // made by Const: takes the dtype of what it meets
}

func wrap(v *ir.Value) Array { return Array{v: v} }

func (a Array) value() *ir.Value {
	if a.v == nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num", "the zero Array was used; make one with num.New, num.Scalar or num.Zeros"))
	}
	return a.v
}

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
}

// Vector is a float64 vector of its arguments.
func Vector(x ...float64) Array { return New(x, len(x)) }

// Scalar is a 0-d float64 array.
func Scalar(x float64) Array { return wrap(ir.Scalar(Float64, x)) }

// Const is a constant of a formula, a 0-d array that takes the dtype of the array that it
// is combined with, as a literal does in NumPy: with a float32 x, x.Gt(num.Const(0)) and
// num.Where(ok, x, num.Const(1)) are computed in float32. It is float64 where there is no
// other dtype to take: by itself, and in a tree, such as the state of a loop or an argument
// of a transformation. [Array.Const] is a constant whose dtype is known.
//
// A constant that the dtype cannot represent, such as ½ among integers, is an error.
func Const(x float64) Array { return Array{ir.Scalar(Float64, x), true} }

// Const is the number x as a 0-d array of a's dtype.
func (a Array) Const(x float64) Array { return wrap(ir.Scalar(a.DType(), x)) }

// Int is a 0-d int32 array, such as an index or a counter of a loop.
func Int[T ~int | ~int32](x T) Array { return wrap(ir.Scalar(Int32, float64(x))) }

// Full is an array of equal elements.
func Full(d DType, x float64, shape ...int) Array {
	checkShape("num.Full", shape)
	return wrap(ir.Full(ir.Type{DType: d, Shape: slices.Clone(shape)}, x))
}

// Zeros and Ones are float64 arrays of a shape.
func Zeros(shape ...int) Array { return Full(Float64, 0, shape...) }

// Ones is a float64 array of ones.
func Ones(shape ...int) Array { return Full(Float64, 1, shape...) }

// Eye is the n×n identity matrix.
func Eye(n int) Array {
	d := make([]float64, n*n)
	for i := range n {
		d[i*n+i] = 1
	}
	return New(d, n, n)
}

// Linspace is n equally spaced numbers from lo to hi, both included.
func Linspace(lo, hi float64, n int) Array {
	d := make([]float64, n)
	for i := range d {
		d[i] = lo
		if n > 1 {
			d[i] += (hi - lo) * float64(i) / float64(n-1)
		}
	}
	return New(d, n)
}

// Shape is the array's shape; it must not be modified.
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
	d := a.value().Data()
	if d == nil {
		ir.Throw(ir.Errorf(ir.TraceError, op, "the numbers of an array of shape %s were asked for inside a transformation, where they are not known; use num.Where, num.Cond or num.While for decisions", ir.ShapeString(a.v.Shape)))
	}
	return d
}

// Slice copies the elements, in row-major order; T must be the array's type.
func ToSlice[T Elem](a Array) []T {
	d := a.data("num.ToSlice")
	if want := ir.DTypeOf[T](); d.Type.DType != want {
		ir.Throw(ir.Errorf(ir.DTypeError, "num.ToSlice", "array is %s, want %s", d.Type.DType, want))
	}
	return slices.Clone(ir.As[T](d.Buf()))
}

// Float64s copies the elements as float64, whatever their type.
func (a Array) Float64s() []float64 {
	d := a.data("num.Array.Float64s")
	out := make([]float64, d.Type.Size())
	for i := range out {
		out[i] = d.Buf().At(d.Type.DType, i)
	}
	return out
}

// Item is the number in an array of one element.
func (a Array) Item() float64 {
	d := a.data("num.Array.Item")
	if d.Type.Size() != 1 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Array.Item", "array has shape %s, want one element", ir.ShapeString(d.Type.Shape)))
	}
	return d.Buf().At(d.Type.DType, 0)
}

// String prints the numbers, nested in brackets, with at most six significant
// digits; a traced array prints its type.
func (a Array) String() string {
	if a.v == nil {
		return "<no array>"
	}
	d := a.v.Data()
	if d == nil {
		return "<traced " + a.v.Type.String() + ">"
	}
	x := a.Float64s()
	var b strings.Builder
	var rec func(shape []int, x []float64)
	rec = func(shape []int, x []float64) {
		if len(shape) == 0 {
			if d.Type.DType == Bool {
				fmt.Fprint(&b, x[0] != 0)
			} else {
				b.WriteString(strconv.FormatFloat(x[0], 'g', 6, 64))
			}
			return
		}
		b.WriteByte('[')
		step := ir.SizeOf(shape[1:])
		for i := range shape[0] {
			if i > 0 {
				b.WriteByte(' ')
			}
			rec(shape[1:], x[i*step:(i+1)*step])
		}
		b.WriteByte(']')
	}
	rec(d.Type.Shape, x)
	return b.String()
}

// apply records the caller's line.
func apply(op ir.Op, x ...*ir.Value) Array { return wrap(ir.Apply(op, x...)[0]) }

// AsType converts the elements.
func (a Array) AsType(d DType) Array {
	if a.DType() == d {
		return a
	}
	return apply(prim.ConvertOp{To: d}, a.v)
}
