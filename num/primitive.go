package num

import "github.com/argmin-go/argmin/internal/core/ir"

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
