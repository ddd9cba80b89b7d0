package prim

import (
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// The primitives of package ground, under the names of all others.

// OpAdd is the primitive of [Add].
var OpAdd ir.Op = ground.AddOp{}

// Add is x + y.
func Add(x, y *value) *value { return ground.Add(x, y) }

// ReduceSum sums along the given axes (none: nothing).
func ReduceSum(x *value, axes ...int) *value { return ground.ReduceSum(x, axes...) }

// Broadcast repeats x along new axes: its axis i becomes axis dims[i] of the shape.
func Broadcast(x *value, shape, dims []int) *value { return ground.Broadcast(x, shape, dims) }

// Reshape changes the shape and keeps the row-major order of the elements.
func Reshape(x *value, shape []int) *value { return ground.Reshape(x, shape) }

// Transpose permutes axes: axis i of the result is axis perm[i] of x.
func Transpose(x *value, perm []int) *value { return ground.Transpose(x, perm) }

// MoveTo moves the batch axis of v from bd to axis to; without one (bd < 0) the
// value is repeated n times along a new axis.
func MoveTo(v *value, bd, to, n int) *value { return ground.MoveTo(v, bd, to, n) }
