package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// DType is the type of an array's elements. Its methods are String, Size (the bytes of an
// element), IsFloat, IsInt, Eps (the distance from 1 to the next number) and Tiny (the
// smallest normal number).
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

// AsType converts the elements to another type, as Go's conversions do: toward zero
// from floating point to integers, where NaN and numbers out of range give any value.
// A number is true where it is not zero, and true is 1. The derivative passes through
// between floating-point types and is zero otherwise.
func (a Array) AsType(d DType) Array {
	if a.DType() == d {
		return a
	}
	return apply(prim.ConvertOp{To: d}, a.v)
}

// Bitcast gives the bits of each number as a number of another type of the same size, as
// NumPy's view does: of float64 and int64, and of float32, int32 and uint32. It has no derivative.
func (a Array) Bitcast(d DType) Array {
	if a.DType() == d {
		return a
	}
	return apply(prim.BitcastOp{To: d}, a.v)
}
