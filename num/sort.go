package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Argsort is the int32 indices that sort an axis in ascending order. Equal elements keep
// their order, and NaN comes last.
func (a Array) Argsort(axis int) Array {
	const op = "num.Argsort"
	axis = a.axis(op, axis)
	last := a.Rank() - 1
	return wrap(prim.MoveTo(ir.Apply(prim.ArgsortOp{}, prim.MoveTo(a.v, axis, last, 0))[0], last, axis, 0))
}

// Sort is the array sorted along an axis in ascending order; see [Array.Argsort]. Its
// derivative moves with the elements.
func (a Array) Sort(axis int) Array { return a.TakeAlong(a.Argsort(axis), axis) }

// TopK is the k largest elements along the last axis, in descending order, and
// their int32 indices; equal elements keep their order.
func (a Array) TopK(k int) (x, idx Array) {
	const op = "num.TopK"
	if a.Rank() == 0 || k < 0 || k > a.Shape()[a.Rank()-1] {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "k is %d, want 0 to the size of the last axis of shape %s", k, ir.ShapeString(a.Shape())))
	}
	// Backwards twice, so that the first of equal elements comes first.
	n := a.Shape()[a.Rank()-1]
	back := a.Index(Ellipsis, All.Step(-1))
	idx = Full(Int32, float64(n-1)).Sub(back.Argsort(-1).Index(Ellipsis, All.Step(-1))).Index(Ellipsis, To(k))
	return a.TakeAlong(idx, -1), idx
}

// ArgMax is the int32 index of the largest element along an axis, the first of equal
// ones; NaN counts as the largest.
func (a Array) ArgMax(axis int) Array {
	axis = a.axis("num.ArgMax", axis)
	return apply(prim.ArgOp{Axis: axis}, a.v)
}

// ArgMin is the int32 index of the smallest element along an axis, the first of equal
// ones; NaN counts as the smallest.
func (a Array) ArgMin(axis int) Array {
	axis = a.axis("num.ArgMin", axis)
	return apply(prim.ArgOp{Axis: axis, Min: true}, a.v)
}

// Lexsort is the int32 indices that sort by several keys, vectors of one length: by the last one,
// then those of equal last key by the one before, and so on, as in NumPy. See [Array.Argsort].
func Lexsort(keys ...Array) Array {
	const op = "num.Lexsort"
	if len(keys) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "there are no keys"))
	}
	for i, k := range keys {
		if k.Rank() != 1 || k.Size() != keys[0].Size() {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "key %d has shape %s, want vectors of one length", i, ir.ShapeString(k.Shape())))
		}
	}
	order := keys[0].Argsort(0)
	for _, k := range keys[1:] {
		order = order.Take(k.Take(order, 0).Argsort(0), 0)
	}
	return order
}
