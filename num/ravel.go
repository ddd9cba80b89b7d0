package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Ravel lays the leaves of a tree end to end in one vector, and gives the
// function that puts such a vector back into the tree. The leaves must be
// floating-point arrays of one dtype.
func Ravel[T any](x T) (Array, func(Array) T) {
	const what = "num.Ravel"
	xs, def := flatten(what, x)
	if len(xs) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, what, "the tree has no arrays"))
	}
	types := typesOf(xs)
	flat := make(values, len(xs))
	for i, v := range xs {
		if !v.DType.IsFloat() || v.DType != xs[0].DType {
			ir.Throw(ir.Errorf(ir.DTypeError, what, "leaf%s is %s, want one floating-point type for all leaves", def.Paths()[i], v.DType))
		}
		flat[i] = prim.Reshape(v, []int{v.Size()})
	}
	return wrap(prim.Concat(0, flat...)), func(a Array) T {
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

// Traced runs f once, on traced arrays of the types of x, and returns a function
// that repeats what it did without calling it again.
func TraceOnce[T, U any](f func(T) U, x T) func(T) U {
	const what = "num.Traced"
	xs, def := flatten(what, x)
	t := trace(what, f, def, typesOf(xs))
	return func(y T) U {
		ys, ydef := flatten(what, y)
		sameTree(what, "the example", "the argument", def, ydef, xs, ys)
		return unflatten[U](t.out, evaluate(t.prog, slices.Concat(t.captured, ys)))
	}
}
