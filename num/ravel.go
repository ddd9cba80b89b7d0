package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/ad"
	"github.com/argmin-go/argmin/internal/ir"
	"github.com/argmin-go/argmin/internal/prim"
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
func Traced[T, U any](f func(T) U, x T) func(T) U {
	const what = "num.Traced"
	xs, def := flatten(what, x)
	t := trace(what, f, def, typesOf(xs))
	return func(y T) U {
		ys, ydef := flatten(what, y)
		sameTree(what, "the example", "the argument", def, ydef, xs, ys)
		return unflatten[U](t.out, evaluate(t.prog, slices.Concat(t.captured, ys)))
	}
}

// CustomRootAux is [CustomRoot] for a solver that returns something besides the
// root, which is passed through with derivative zero.
func CustomRootAux[P, A, S any](optimality func(x P, args A) P, solve func(args A) (P, S)) func(A) (P, S) {
	return func(args A) (P, S) {
		const what = "num.CustomRoot"
		as, adef := flatten(what, args)
		type result struct {
			X   P
			Aux S
		}
		run := trace(what, func(a A) result {
			x, s := solve(a)
			return result{x, s}
		}, adef, typesOf(as))
		var nx int
		var f traced
		var xt []ir.Type
		r := unflatten[result](run.out, zerosOf(run.prog.OutTypes()))
		xs, xdef := flatten(what, r.X)
		nx, xt = len(xs), typesOf(xs)
		f.prog, f.captured = ad.Trace(what, slices.Concat(xt, typesOf(as)), func(z values) values {
			x, a := unflatten[P](xdef, z[:nx]), unflatten[A](adef, z[nx:])
			vs, def := flatten(what+": optimality", guard(what, func() P { return optimality(x, a) }))
			f.out = def
			return vs
		})
		sameCarry(what+": optimality", xdef, f.out, xt, f.prog.OutTypes())
		op, consts := prim.NewRoot(run.prog, f.prog, run.captured, f.captured, nx, prim.DenseSolve, false)
		in := slices.Concat(consts, as)
		res := unflatten[result](run.out, stage(what, in, func(in values) values { return ir.Apply(op, in...) }))
		return res.X, res.Aux
	}
}

func zerosOf(ts []ir.Type) values {
	vs := make(values, len(ts))
	for i, t := range ts {
		vs[i] = ir.Full(t, 0)
	}
	return vs
}
