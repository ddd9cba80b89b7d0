// Package arg checks the arguments of functions of arrays, for packages that are
// written with num.
package arg

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Number is how a size or strength is given: as a Go number, which takes the dtype of
// what it goes with, or as an array without axes of that dtype, which may be traced and
// be differentiated.
type Number interface{ int | float64 | num.Array }

// Scalar is s as an array without axes of dtype d.
func Scalar[S Number](op, name string, s S, d num.DType) num.Array {
	switch s := any(s).(type) {
	case int:
		return num.Full(d, float64(s))
	case float64:
		return num.Full(d, s)
	case num.Array:
		SameType(op, name, s, d)
		if s.Rank() != 0 {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "%s has shape %s, want a scalar", name, ir.ShapeString(s.Shape())))
		}
		return s
	}
	panic("unreachable")
}

// SameType wants x, which goes with an argument x of dtype d, to have it too.
func SameType(op, name string, x num.Array, d num.DType) {
	if x.DType() != d {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s and x is %s; convert one with AsType", name, x.DType(), d))
	}
}

// Float wants a floating-point array.
func Float(op, name string, x num.Array) {
	if !x.DType().IsFloat() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s, want a floating-point type", name, x.DType()))
	}
}

// Integer wants an array of integers.
func Integer(op, name string, x num.Array) {
	if !x.DType().IsInt() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s, want an integer type", name, x.DType()))
	}
}

// Rank wants an array of rank axes at least.
func Rank(op, name string, x num.Array, rank int) {
	if x.Rank() < rank {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%s has shape %s, want at least %d axes", name, ir.ShapeString(x.Shape()), rank))
	}
}

// SameShape wants x and y to have one shape.
func SameShape(op, nx string, x num.Array, ny string, y num.Array) {
	if sx, sy := ir.ShapeString(x.Shape()), ir.ShapeString(y.Shape()); sx != sy {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%s has shape %s and %s has shape %s, want the same", nx, sx, ny, sy))
	}
}
