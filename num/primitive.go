package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Primitive applies a primitive operation to arrays. It is how packages of this module, such as
// sparse, are built on operations that have no function here; other modules cannot name a
// primitive and have [Callback] and [CustomVJP] instead.
func Primitive(op ir.Op, x ...Array) []Array {
	in := make([]*ir.Value, len(x))
	for i, a := range x {
		in[i] = a.value()
	}
	out := ir.Apply(op, in...)
	y := make([]Array, len(out))
	for i, v := range out {
		y[i] = wrap(v)
	}
	return y
}

// Portable is native(x) on the executor in Go, and other(x) on XLA, which may not have all primitives of native. Both give the same
// shapes and nearly the same numbers; derivatives are those of other. It is for packages of this module, whose primitives
// some executors lack; what names the caller in errors.
func Portable[T, U any](what string, native, other func(T) U, x T) U {
	xs, def := flatten(what, x)
	p := traceLater(what, ir.Perhaps, native, def, ir.TypesOf(xs))
	q := traceLater(what, ir.Perhaps, other, def, ir.TypesOf(xs))
	progs := []*ir.Program{p.prog, q.prog}
	consts := prim.ShareInputs(progs, []values{p.captured, q.captured})
	return unflatten[U](q.out, ir.Apply(prim.PortableOp{Native: progs[0], Portable: progs[1]}, slices.Concat(consts, xs)...))
}
