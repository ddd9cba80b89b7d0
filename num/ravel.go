package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Ravel lays the leaves of a tree end to end in one vector, and returns the
// function that puts such a vector back into the tree. The leaves must be
// floating-point arrays of one dtype.
func Ravel[T any](x T) (Array, func(Array) T) {
	const what = "num.Ravel"
	xs, def := flatten(what, x)
	if len(xs) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, what, "the tree has no arrays"))
	}
	types := ir.TypesOf(xs)
	flat := make(values, len(xs))
	for i, v := range xs {
		if !v.DType.IsFloat() || v.DType != xs[0].DType {
			ir.Throw(ir.Errorf(ir.DTypeError, what, "leaf%s is %s, want one floating-point type for all leaves", def.Paths()[i], v.DType))
		}
		flat[i] = prim.Reshape(v, []int{v.Size()})
	}
	all := prim.Concat(0, flat...)
	return wrap(all), func(a Array) T {
		if a.Rank() != 1 || a.Size() != all.Size() {
			ir.Throw(ir.Errorf(ir.ShapeError, what, "a vector of shape %s for a tree of %d numbers", ir.ShapeString(a.Shape()), all.Size()))
		}
		vs := make(values, len(types))
		if len(types) == 1 {
			vs[0] = prim.Reshape(a.value(), types[0].Shape)
			return unflatten[T](def, vs)
		}
		at := 0
		for i, t := range types {
			vs[i] = prim.Reshape(prim.Slice(a.value(), []int{at}, []int{at + t.Size()}, []int{1}), t.Shape)
			at += t.Size()
		}
		return unflatten[T](def, vs)
	}
}
