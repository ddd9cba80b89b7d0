package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Take is the elements of a at indices along an axis, which is replaced by the axes of
// idx. Negative indices count from the end; those out of range are moved into it, since
// inside a transformation there is no way to refuse them. The gradient adds up what
// several indices took from one element.
func (a Array) Take(idx Array, axis int) Array {
	const op = "num.Take"
	axis = a.axis(op, axis)
	return apply(prim.GatherOp{Axis: axis}, a.value(), indexArray(op, idx, a.Shape()[axis]))
}

// TakeAlong takes single elements along an axis, y[…, i, …] = a[…, idx[…, i, …], …], with
// indices as in [Array.Take]. a and idx must have the same shape except along that axis.
func (a Array) TakeAlong(idx Array, axis int) Array {
	const op = "num.TakeAlong"
	axis = a.axis(op, axis)
	s, t := slices.Clone(a.Shape()), slices.Clone(idx.Shape())
	if len(s) == len(t) {
		s[axis], t[axis] = 0, 0
	}
	if !slices.Equal(s, t) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "array of shape %s and indices of shape %s must agree except along axis %d",
			ir.ShapeString(a.Shape()), ir.ShapeString(idx.Shape()), axis))
	}
	last := a.Rank() - 1
	x := prim.MoveTo(a.v, axis, last, 0)
	i := prim.MoveTo(indexArray(op, idx, a.Shape()[axis]), axis, last, 0)
	y := ir.Apply(prim.GatherOp{Axis: last, Lead: last}, x, i)[0]
	return wrap(prim.MoveTo(y, last, axis, 0))
}

// Put is a with y written at indices along an axis, where [Array.Take] would take it
// from; y has the shape that Take gives, or one that broadcasts to it. Of equal indices
// the last one counts.
func (a Array) Put(idx, y Array, axis int) Array { return scatter("num.Put", a, idx, y, axis, false) }

// PutAdd is a with y added at indices along an axis, as in [Array.Put]; equal indices add up.
func (a Array) PutAdd(idx, y Array, axis int) Array {
	return scatter("num.PutAdd", a, idx, y, axis, true)
}

func scatter(op string, a, idx, y Array, axis int, add bool) Array {
	axis = a.axis(op, axis)
	y = y.adapted(op, a)
	if y.value().DType != a.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the array is %s, the new elements are %s; convert one with AsType", a.DType(), y.DType()))
	}
	i := indexArray(op, idx, a.Shape()[axis])
	return apply(prim.ScatterOp{Axis: axis, Add: add}, a.v, i,
		broadcastFor(op, y, slices.Concat(a.Shape()[:axis], i.Shape, a.Shape()[axis+1:])))
}

// indexArray checks an array of indices, and resolves negative ones.
func indexArray(op string, idx Array, n int) *ir.Value {
	if !idx.value().DType.IsInt() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "indices are %s, want an integer type", idx.DType()))
	}
	i := idx.AsType(Int32).v
	if d := i.Data(); d != nil && d.Remote() == nil && !slices.ContainsFunc(ir.As[int32](d.Buf()), func(k int32) bool { return k < 0 }) {
		return i // constants, such as the places of a sparse matrix
	}
	return prim.Select(prim.Lt(i, ir.Full(i.Type, 0)), prim.Add(i, ir.Full(i.Type, float64(n))), i)
}

// DynamicSlice takes size[i] elements along axis i from start[i] on, integer scalars
// that may be traced. Starts that lead out of the array are moved to the nearest ones
// that do not.
func (a Array) DynamicSlice(start []Array, size ...int) Array {
	const op = "num.DynamicSlice"
	return apply(prim.DynamicSliceOp{Size: slices.Clone(size)}, a.value(), starts(op, a, start))
}

// DynamicUpdateSlice is a with y written into it from start on; see [Array.DynamicSlice].
// In the carry of a loop it costs no copy of a.
func (a Array) DynamicUpdateSlice(y Array, start []Array) Array {
	const op = "num.DynamicUpdateSlice"
	return apply(prim.DynamicUpdateSliceOp{}, a.value(), y.value(), starts(op, a, start))
}

func starts(op string, a Array, start []Array) *ir.Value {
	if len(start) != a.Rank() {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%d start indices for shape %s, want one per axis", len(start), ir.ShapeString(a.Shape())))
	}
	vs := make(values, len(start))
	for i, s := range start {
		s = s.adapted(op, Int(0))
		if !s.value().DType.IsInt() || s.Rank() != 0 {
			ir.Throw(ir.Errorf(ir.DTypeError, op, "start index %d is %v, want an integer scalar", i, s.v.Type))
		}
		vs[i] = prim.Reshape(s.AsType(Int32).v, []int{1})
	}
	if len(vs) == 0 {
		return ir.Full(ir.T(Int32, 0), 0)
	}
	return prim.Concat(0, vs...)
}
