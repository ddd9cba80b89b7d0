package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Reshape gives the elements another shape, in row-major order. One size may be -1: it
// follows from the others.
func (a Array) Reshape(shape ...int) Array {
	want := shape
	shape = slices.Clone(shape)
	if i := slices.Index(shape, -1); i >= 0 {
		shape[i] = 1
		if n := ir.SizeOf(shape); n > 0 {
			shape[i] = a.Size() / n
		}
	}
	if slices.ContainsFunc(shape, func(n int) bool { return n < 0 }) || ir.SizeOf(shape) != a.Size() {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Reshape", "%d elements of shape %s do not fill shape %s", a.Size(),
			ir.ShapeString(a.Shape()), ir.ShapeString(want)))
	}
	return wrap(prim.Reshape(a.value(), shape))
}

// T reverses the order of the axes, which transposes a matrix, or permutes them: axis i
// of the result is axis perm[i] of a. See [Array.MatT] for batches of matrices.
func (a Array) T(perm ...int) Array {
	if len(perm) == 0 {
		perm = prim.AllAxes(a.Rank())
		slices.Reverse(perm)
	}
	return wrap(prim.Transpose(a.value(), perm))
}

// MatT transposes matrices: it exchanges the last two axes.
func (a Array) MatT() Array {
	if a.Rank() < 2 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.MatT", "shape is %s, want a matrix", ir.ShapeString(a.Shape())))
	}
	return wrap(prim.MatT(a.v))
}

// ExpandDims inserts an axis of size 1 before the given one; -1 appends one at the end.
func (a Array) ExpandDims(axis int) Array {
	if axis < 0 {
		axis += a.Rank() + 1
	}
	if axis < 0 || axis > a.Rank() {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.ExpandDims", "axis %d is out of range for shape %s", axis, ir.ShapeString(a.Shape())))
	}
	return a.Reshape(slices.Insert(slices.Clone(a.Shape()), axis, 1)...)
}

// Squeeze drops axes, which must have size 1 (none: all that have).
func (a Array) Squeeze(axes ...int) Array {
	var shape []int
	drop := a.axesOf("num.Squeeze", axes)
	for i, n := range a.Shape() {
		switch {
		case !slices.Contains(drop, i) || len(axes) == 0 && n != 1:
			shape = append(shape, n)
		case n != 1:
			ir.Throw(ir.Errorf(ir.ShapeError, "num.Squeeze", "axis %d of shape %s does not have size 1", i, ir.ShapeString(a.Shape())))
		}
	}
	return a.Reshape(shape...)
}

// BroadcastTo repeats a to a shape by NumPy's rules: shapes are aligned at their last
// axes, and axes of size 1 or missing ones are repeated.
func (a Array) BroadcastTo(shape ...int) Array {
	a.value()
	return wrap(broadcastFor("num.BroadcastTo", a, slices.Clone(shape)))
}

// Tile repeats the whole array n times along its first axis.
func (a Array) Tile(n int) Array {
	if a.Rank() == 0 || n < 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Tile", "shape %s cannot be repeated %d times", ir.ShapeString(a.Shape()), n))
	}
	s := a.Shape()
	return a.ExpandDims(0).BroadcastTo(append([]int{n}, s...)...).Reshape(append([]int{n * s[0]}, s[1:]...)...)
}

// Repeat repeats every element n times along an axis.
func (a Array) Repeat(n, axis int) Array {
	axis = a.axis("num.Repeat", axis)
	if n < 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Repeat", "n is %d, want 0 or more", n))
	}
	s := a.Shape()
	shape := slices.Insert(slices.Clone(s), axis+1, n)
	out := slices.Clone(s)
	out[axis] *= n
	return a.ExpandDims(axis + 1).BroadcastTo(shape...).Reshape(out...)
}

// Pad puts lo[i] zeros before and hi[i] after axis i; both have one entry per axis.
func (a Array) Pad(lo, hi []int) Array {
	if len(lo) != a.Rank() || len(hi) != a.Rank() {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Pad", "paddings %v and %v for shape %s, want one per axis", lo, hi, ir.ShapeString(a.Shape())))
	}
	return apply(prim.PadOp{Lo: slices.Clone(lo), Hi: slices.Clone(hi), Inner: make([]int, a.Rank())}, a.v)
}

// Flip reverses the order of the elements along axes (none: all).
func (a Array) Flip(axes ...int) Array {
	return wrap(prim.Reverse(a.value(), a.axesOf("num.Flip", axes)))
}

// Roll moves the elements along an axis by n places, and those that leave at the end
// to the beginning; a negative n moves them the other way.
func (a Array) Roll(n, axis int) Array {
	axis = a.axis("num.Roll", axis)
	size := a.Shape()[axis]
	if size == 0 {
		return a
	}
	n = ((n % size) + size) % size
	at := slices.Repeat([]Index{All}, axis+1)
	at[axis] = From(size - n)
	tail := a.Index(at...)
	at[axis] = To(size - n)
	return Concat(axis, tail, a.Index(at...))
}

// Concat joins arrays along an axis; they must agree in dtype, and in shape except along it.
func Concat(axis int, xs ...Array) Array {
	if len(xs) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Concat", "there are no arrays to join"))
	}
	vs := make([]*ir.Value, len(xs))
	for i, x := range xs {
		vs[i] = x.value()
	}
	return wrap(prim.Concat(xs[0].insertAxis("num.Concat", axis), vs...))
}

// insertAxis checks an axis of a; negative ones count from the end.
func (a Array) insertAxis(op string, axis int) int {
	if a.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "scalars have no axis to join along; use num.Stack"))
	}
	return a.axis(op, axis)
}

// Stack joins arrays of one shape along a new first axis. Constants ([Const]) take the
// dtype of the others.
func Stack(xs ...Array) Array {
	if len(xs) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Stack", "there are no arrays to stack"))
	}
	first := xs[0]
	for _, x := range xs {
		if !x.weak {
			first = x
			break
		}
	}
	ys := make([]Array, len(xs))
	for i, x := range xs {
		x = x.adapted("num.Stack", first)
		ys[i] = x.Reshape(append([]int{1}, x.Shape()...)...)
	}
	return Concat(0, ys...)
}
