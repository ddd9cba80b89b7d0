// Package arg checks the arguments of functions of arrays, and keeps harmful ones out of
// branches that are not taken, for packages that are written with num.
package arg

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Number is how a size or strength is given: as a Go number, which takes the dtype of
// the array it is used with, or as a 0-d array of that dtype, which may be traced and
// differentiated.
type Number interface{ int | float64 | num.Array }

// Scalar is s as a 0-d array of dtype d.
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

// Safe is x where ok and 1 elsewhere: a number that a branch which is not taken may divide
// by, or take the root of, so that no NaN gets into derivatives.
func Safe(ok, x num.Array) num.Array { return num.Where(ok, x, num.Const(1)) }

// SameType checks that an argument has the dtype d of the argument x.
func SameType(op, name string, x num.Array, d num.DType) {
	if x.DType() != d {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s and x is %s; convert one with AsType", name, x.DType(), d))
	}
}

// Float checks that x is a floating-point array.
func Float(op, name string, x num.Array) {
	if !x.DType().IsFloat() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s, want a floating-point type", name, x.DType()))
	}
}

// Integer checks that x is an array of integers.
func Integer(op, name string, x num.Array) {
	if !x.DType().IsInt() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s, want an integer type", name, x.DType()))
	}
}

// Rank checks that x has at least rank axes.
func Rank(op, name string, x num.Array, rank int) {
	if x.Rank() < rank {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%s has shape %s, want at least %d axes", name, ir.ShapeString(x.Shape()), rank))
	}
}

// SameShape checks that x and y have the same shape.
func SameShape(op, nx string, x num.Array, ny string, y num.Array) {
	if sx, sy := ir.ShapeString(x.Shape()), ir.ShapeString(y.Shape()); sx != sy {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%s has shape %s and %s has shape %s, want the same", nx, sx, ny, sy))
	}
}
