package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
)

// AssociativeScan is the running results of an associative f along the first axis of the leaves
// of xs: x₀, f(x₀, x₁), f(f(x₀, x₁), x₂), …. f joins two slices; it is applied to many pairs at
// once, about 2n in 2·log₂ n rounds (Blelloch, "Prefix sums and their applications", 1990),
// where [Scan] takes n one after another.
func AssociativeScan[T any](f func(a, b T) T, xs T) T {
	const what = "num.AssociativeScan"
	type pair struct{ A, B T }
	vs, def := flatten(what, xs)
	n := -1
	leaves := make([]Array, len(vs))
	for i, v := range vs {
		if v.Rank() == 0 || n >= 0 && v.Shape[0] != n {
			ir.Throw(ir.Errorf(ir.ShapeError, what, "xs%s has shape %s, want the same size of the first axis for all leaves", def.Paths()[i], ir.ShapeString(v.Shape)))
		}
		n, leaves[i] = v.Shape[0], wrap(v)
	}
	tree := func(x []Array) T {
		vs := make(values, len(x))
		for i, a := range x {
			vs[i] = a.v
		}
		return unflatten[T](def, vs)
	}
	many := Vmap(func(p pair) T { return f(p.A, p.B) })
	join := func(a, b []Array) []Array {
		ys, _ := flatten(what, many(pair{tree(a), tree(b)}))
		if len(ys) != len(a) {
			ir.Throw(ir.Errorf(ir.ArgumentError, what, "f returned %d arrays, want %d like its arguments", len(ys), len(a)))
		}
		out := make([]Array, len(ys))
		for i, y := range ys {
			out[i] = wrap(y)
		}
		return out
	}
	return tree(prefixes(leaves, n, join))
}

// prefixes joins neighbors, scans the half as many results, which are the running results at odd
// places, and joins those with the elements at even places.
func prefixes(x []Array, n int, join func(a, b []Array) []Array) []Array {
	if n < 2 {
		return x
	}
	each := func(x []Array, f func(a Array) Array) []Array {
		y := make([]Array, len(x))
		for i, a := range x {
			y[i] = f(a)
		}
		return y
	}
	part := func(x []Array, s Index) []Array { return each(x, func(a Array) Array { return a.Index(s) }) }
	odd := prefixes(join(part(x, To(n/2*2).Step(2)), part(x, From(1).Step(2))), n/2, join)
	even := part(x, To(1))
	if n > 2 {
		rest := join(part(odd, To((n-1)/2)), part(x, From(2).Step(2)))
		for i := range even {
			even[i] = Concat(0, even[i], rest[i])
		}
	}
	out := make([]Array, len(x))
	for i, a := range even {
		b := odd[i]
		if n%2 == 1 { // one more at even places
			b = Concat(0, b, b.Index(From(-1)))
		}
		both := Concat(1, a.ExpandDims(1), b.ExpandDims(1))
		out[i] = both.Reshape(append([]int{-1}, a.Shape()[1:]...)...).Range(0, n)
	}
	return out
}

// Map applies f to the slices of xs along the first axis of its leaves one after another, and
// stacks the results: [Vmap] in as little memory as one slice takes.
func Map[X, Y any](f func(X) Y, xs X) Y {
	type nothing struct{}
	_, ys := scan("num.Map", func(c nothing, x X) (nothing, Y) { return c, f(x) }, nothing{}, xs, false)
	return ys
}
