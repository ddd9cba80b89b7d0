package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// MoveAxis moves an axis to another place; the others keep their order.
func (a Array) MoveAxis(from, to int) Array {
	const op = "num.MoveAxis"
	from, to = a.axis(op, from), a.axis(op, to)
	return a.transposed(moved(a.Rank(), from, to))
}

// SwapAxes exchanges two axes.
func (a Array) SwapAxes(i, j int) Array {
	const op = "num.SwapAxes"
	i, j = a.axis(op, i), a.axis(op, j)
	perm := prim.AllAxes(a.Rank())
	perm[i], perm[j] = j, i
	return a.transposed(perm)
}

// HStack joins arrays side by side: vectors end to end, and others along their second axis.
func HStack(xs ...Array) Array {
	if len(xs) > 0 && xs[0].Rank() == 1 {
		return Concat(0, xs...)
	}
	return Concat(1, atLeast("num.HStack", 1, xs)...)
}

// VStack joins arrays one above the other, along their first axis; vectors are rows.
func VStack(xs ...Array) Array {
	rows := slices.Clone(xs)
	for i, x := range rows {
		if x.Rank() == 1 {
			rows[i] = x.ExpandDims(0)
		}
	}
	return Concat(0, atLeast("num.VStack", 1, rows)...)
}

func atLeast(op string, rank int, xs []Array) []Array {
	for i, x := range xs {
		if x.Rank() < rank {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "array %d has shape %s, want %d axes or more; num.Stack joins scalars", i, ir.ShapeString(x.Shape()), rank))
		}
	}
	return xs
}

// Split divides an axis into n equal parts. See the function [Split] for random keys.
func (a Array) Split(n, axis int) []Array {
	const op = "num.Array.Split"
	axis = a.axis(op, axis)
	size := a.Shape()[axis]
	if n < 1 || size%n != 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "axis %d of shape %s cannot be divided into %d equal parts", axis, ir.ShapeString(a.Shape()), n))
	}
	at := make([]int, n-1)
	for i := range at {
		at[i] = (i + 1) * (size / n)
	}
	return a.SplitAt(axis, at...)
}

// SplitAt cuts an axis at increasing indices: the parts are 0 … at[0]-1, at[0] … at[1]-1 and so on.
func (a Array) SplitAt(axis int, at ...int) []Array {
	const op = "num.SplitAt"
	axis = a.axis(op, axis)
	n := a.Shape()[axis]
	parts, lo := make([]Array, 0, len(at)+1), 0
	for _, hi := range append(slices.Clone(at), n) {
		if hi < lo || hi > n {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "indices %v, want increasing ones in 0 … %d", at, n))
		}
		parts = append(parts, a.along(axis, Span(lo, hi)))
		lo = hi
	}
	return parts
}

// Unstack is the slices of a along its first axis, the reverse of [Stack].
func (a Array) Unstack() []Array {
	if a.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Unstack", "a scalar has no first axis"))
	}
	xs := make([]Array, a.Shape()[0])
	for i := range xs {
		xs[i] = a.At(i)
	}
	return xs
}

// PadMode selects what [Array.PadMode] puts around an array.
type PadMode uint8

// The ways to continue an array a b c d beyond its end.
const (
	PadEdge      PadMode = iota // d d d d
	PadReflect                  // c b a b
	PadSymmetric                // d c b a
	PadWrap                     // a b c d
)

// PadMode puts lo[i] elements before and hi[i] after axis i, which continue the array as mode
// selects; both have one entry per axis. See [Array.Pad] for zeros.
func (a Array) PadMode(lo, hi []int, mode PadMode) Array {
	const op = "num.PadMode"
	if len(lo) != a.Rank() || len(hi) != a.Rank() {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "paddings %v and %v for shape %s, want one per axis", lo, hi, ir.ShapeString(a.Shape())))
	}
	for axis := range lo {
		n := a.Shape()[axis]
		if lo[axis] < 0 || hi[axis] < 0 {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "paddings %v and %v, want numbers that are not negative", lo, hi))
		}
		if lo[axis] == 0 && hi[axis] == 0 {
			continue
		}
		if n == 0 {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "axis %d of shape %s is empty: there is nothing to continue", axis, ir.ShapeString(a.Shape())))
		}
		idx := make([]int32, 0, lo[axis]+n+hi[axis])
		for i := -lo[axis]; i < n+hi[axis]; i++ {
			idx = append(idx, int32(mode.source(op, i, n)))
		}
		a = a.Take(New(idx), axis)
	}
	return a
}

// source is where element i of the continuation of n elements comes from.
func (m PadMode) source(op string, i, n int) int {
	period := n
	switch m {
	case PadEdge:
		return min(max(i, 0), n-1)
	case PadReflect:
		period = max(1, 2*n-2)
	case PadSymmetric:
		period = 2 * n
	case PadWrap:
	default:
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "mode is %d, want one of PadEdge, PadReflect, PadSymmetric and PadWrap", m))
	}
	i = ((i % period) + period) % period
	if i >= n {
		i = period - i
		if m == PadSymmetric {
			i--
		}
	}
	return i
}

// TakeFill is [Array.Take] whose elements are fill where an index is out of range; negative indices
// count from the end.
func (a Array) TakeFill(idx Array, axis int, fill float64) Array {
	const op = "num.TakeFill"
	axis = a.axis(op, axis)
	n := a.Shape()[axis]
	if n == 0 {
		return Full(a.DType(), fill, slices.Concat(a.Shape()[:axis], idx.Shape(), a.Shape()[axis+1:])...)
	}
	y := a.Take(idx, axis)
	out := idx.Lt(Int(-n).AsType(idx.DType())).Or(idx.Ge(Int(n).AsType(idx.DType())))
	if idx.DType() == Uint32 {
		out = idx.Ge(Full(Uint32, float64(n)))
	}
	for range a.Rank() - axis - 1 {
		out = out.ExpandDims(-1)
	}
	return Where(out, a.Const(fill), y)
}

// Case is one case of [Select].
type Case struct {
	If   Array // of bool
	Then Array
}

// Select takes each element from the first of the cases whose condition is true there, and from
// otherwise where none is. All of them are computed everywhere: see [Where].
func Select(otherwise Array, cases ...Case) Array {
	y := otherwise
	for _, c := range slices.Backward(cases) {
		y = Where(c.If, c.Then, y)
	}
	return y
}
