package ir

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unsafe"
)

// DType is the type of an array's elements.
type DType uint8

// The element types.
const (
	Invalid DType = iota
	Bool
	Int32
	Int64
	Uint32
	Float32
	Float64
)

var dtypeNames = [...]string{"invalid", "bool", "int32", "int64", "uint32", "float32", "float64"}
var dtypeShort = [...]string{"?", "pred", "i32", "i64", "u32", "f32", "f64"}
var dtypeSizes = [...]int{0, 1, 4, 8, 4, 4, 8}

func (d DType) String() string {
	if int(d) < len(dtypeNames) {
		return dtypeNames[d]
	}
	return fmt.Sprintf("dtype(%d)", uint8(d))
}

// Size is the number of bytes of one element.
func (d DType) Size() int { return dtypeSizes[d] }

// IsFloat reports whether d is a floating-point type: the ones that have derivatives.
func (d DType) IsFloat() bool { return d == Float32 || d == Float64 }

// IsInt reports whether d is an integer type.
func (d DType) IsInt() bool { return d == Int32 || d == Int64 || d == Uint32 }

// Eps is the distance from 1 to the next number of a floating-point type, 0 for the others.
func (d DType) Eps() float64 {
	switch d {
	case Float32:
		return 0x1p-23
	case Float64:
		return 0x1p-52
	}
	return 0
}

// Tiny is the smallest normal number of a floating-point type, 0 for the others.
func (d DType) Tiny() float64 {
	switch d {
	case Float32:
		return 0x1p-126
	case Float64:
		return 0x1p-1022
	}
	return 0
}

// Elem lists the Go types of elements.
type Elem interface {
	bool | int32 | int64 | uint32 | float32 | float64
}

// Number lists the Go types of numeric elements.
type Number interface {
	int32 | int64 | uint32 | float32 | float64
}

// Float lists the Go types of floating-point elements.
type Float interface{ float32 | float64 }

// DTypeOf is the element type of the Go type T.
func DTypeOf[T Elem]() DType {
	var z T
	switch any(z).(type) {
	case bool:
		return Bool
	case int32:
		return Int32
	case int64:
		return Int64
	case uint32:
		return Uint32
	case float32:
		return Float32
	}
	return Float64
}

// ByNumber chooses the version of a routine for a numeric element type; it gives the
// zero value for Bool.
func ByNumber[F any](d DType, f64, f32, i64, i32, u32 F) (f F) {
	switch d {
	case Float64:
		return f64
	case Float32:
		return f32
	case Int64:
		return i64
	case Int32:
		return i32
	case Uint32:
		return u32
	}
	return f
}

// Type is the element type and shape of an array. The shape must not be modified.
type Type struct {
	DType DType
	Shape []int
}

// T makes a Type.
func T(d DType, shape ...int) Type { return Type{d, shape} }

// Size is the number of elements.
func (t Type) Size() int { return SizeOf(t.Shape) }

// Rank is the number of axes.
func (t Type) Rank() int { return len(t.Shape) }

// Equal reports whether both have the same element type and shape.
func (t Type) Equal(u Type) bool { return t.DType == u.DType && slices.Equal(t.Shape, u.Shape) }

// WithShape is t with another shape.
func (t Type) WithShape(shape []int) Type { return Type{t.DType, shape} }

// String prints like f64[3 5], or f64[] for a scalar.
func (t Type) String() string { return dtypeShort[t.DType] + ShapeString(t.Shape) }

// TypeList prints types for an error: [3] float64 and [3] int32.
func TypeList(ts []Type) string {
	s := make([]string, len(ts))
	for i, t := range ts {
		s[i] = ShapeString(t.Shape) + " " + t.DType.String()
	}
	return strings.Join(s, " and ")
}

// ShapeString prints a shape like [3 5].
func ShapeString(shape []int) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, d := range shape {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, d)
	}
	b.WriteByte(']')
	return b.String()
}

// SizeOf is the product of the dimensions.
func SizeOf(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Strides are the row-major strides of a shape, in elements.
func Strides(shape []int) []int {
	s := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		s[i] = n
		n *= shape[i]
	}
	return s
}

// Buf is untyped storage of N elements. The element type is known from the
// Type that goes with it; see [As].
type Buf struct {
	P unsafe.Pointer
	N int
}

// Of views a slice as a Buf.
func Of[T Elem](s []T) Buf { return Buf{unsafe.Pointer(unsafe.SliceData(s)), len(s)} }

// As views a Buf as a slice. T must be the element type it was made with.
func As[T Elem](b Buf) []T { return unsafe.Slice((*T)(b.P), b.N) }

// Ref views storage as its first element, of type T.
func Ref[T Elem](p unsafe.Pointer) *T { return (*T)(p) }

// Slice is the part [lo, lo+n) of a Buf whose elements have size bytes.
func (b Buf) Slice(lo, n, size int) Buf {
	if n == 0 {
		return Buf{b.P, 0}
	}
	return Buf{unsafe.Add(b.P, lo*size), n}
}

// Bytes views the storage as bytes, for an element size.
func (b Buf) Bytes(size int) []byte { return unsafe.Slice((*byte)(b.P), b.N*size) }

// NewBuf allocates zeroed storage for n elements.
func NewBuf(d DType, n int) Buf {
	switch d {
	case Bool:
		return Of(make([]bool, n))
	case Int32, Uint32, Float32:
		return Buf{Of(make([]int32, n)).P, n}
	case Int64, Float64:
		return Buf{Of(make([]float64, n)).P, n}
	}
	panic("ir: NewBuf of " + d.String())
}

// Fill sets every element to the number v, converted to d. For Bool, v != 0.
func (b Buf) Fill(d DType, v float64) {
	switch d {
	case Bool:
		fill(As[bool](b), v != 0)
	case Int32:
		fill(As[int32](b), int32(v))
	case Int64:
		fill(As[int64](b), int64(v))
	case Uint32:
		fill(As[uint32](b), uint32(int64(v)))
	case Float32:
		fill(As[float32](b), float32(v))
	case Float64:
		fill(As[float64](b), v)
	}
}

// Repeat sets every element to the first one of x.
func (b Buf) Repeat(d DType, x Buf) {
	switch d.Size() {
	case 1:
		fill(As[bool](b), As[bool](x)[0])
	case 4:
		fill(As[int32](b), As[int32](x)[0])
	default:
		fill(As[int64](b), As[int64](x)[0])
	}
}

// Set sets element i to the number v, converted to d.
func (b Buf) Set(d DType, i int, v float64) { b.Slice(i, 1, d.Size()).Fill(d, v) }

func fill[T Elem](s []T, v T) {
	for i := range s {
		s[i] = v
	}
}

// At reads element i as a float64 (bool as 0 or 1).
func (b Buf) At(d DType, i int) float64 {
	switch d {
	case Bool:
		if As[bool](b)[i] {
			return 1
		}
		return 0
	case Int32:
		return float64(As[int32](b)[i])
	case Int64:
		return float64(As[int64](b)[i])
	case Uint32:
		return float64(As[uint32](b)[i])
	case Float32:
		return float64(As[float32](b)[i])
	case Float64:
		return As[float64](b)[i]
	}
	return math.NaN()
}
