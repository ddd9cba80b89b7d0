package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// JVP is f(x) and its derivative at x along dx, the Jacobian times a vector (forward
// mode). dx must have the structure, shapes and dtypes of x.
func JVP[T, U any](f func(T) U, x, dx T) (U, U) {
	const what = "num.JVP"
	xs, def := flatten(what, x)
	dxs, ddef := flatten(what, dx)
	sameTree(what, "x", "dx", def, ddef, xs, dxs)
	t := trace(what, f, def, ir.TypesOf(xs))
	nc, n := len(t.captured), len(xs)
	out := t.stage(what, slices.Concat(xs, dxs), func(in values) values {
		tan := make(values, nc+n)
		for i, v := range in[nc+n:] {
			if v.DType.IsFloat() {
				tan[nc+i] = v
			}
		}
		y, dy := ad.JVP(t.prog, in[:nc+n], tan)
		return append(y, ad.Zeros(dy, t.prog.OutTypes())...)
	})
	m := len(out) / 2
	return unflatten[U](t.out, out[:m]), unflatten[U](t.out, out[m:])
}
