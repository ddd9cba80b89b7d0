package num

import (
	"cmp"
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/sparse"
)

// Dependencies finds where the Jacobian of f may have entries that are not zero, whatever the numbers
// in x are: which elements of the result (rows, its leaves laid end to end) depend on which elements of x (columns). It
// traces f; closed reports whether f captured nothing that is traced, so that the answer holds for every call.
//
// It has every entry that is not zero for some x, and those that cancel. The pattern is nil if it is not sparse enough
// to be found: if it needs more than room dependencies, by default tens of millions. It is meant for packages of this module; see [sparse.Jacobian].
//
// [sparse.Jacobian]: https://pkg.go.dev/github.com/argmin-go/argmin/sparse#Jacobian
func Dependencies[T, U any](f func(T) U, x T, room int) (pattern *sparse.Pattern, closed bool) {
	const what = "num.Dependencies"
	xs, def := flatten(what, x)
	t := trace(what, f, def, ir.TypesOf(xs))
	known := make([]*ir.Data, len(t.captured)+len(xs))
	closed = true
	for i, v := range t.captured {
		known[i] = v.Numbers()
		closed = closed && !v.Traced()
	}
	active := slices.Concat(make([]bool, len(t.captured)), slices.Repeat([]bool{true}, len(xs)))
	return deps.Pattern(t.prog, active, known, cmp.Or(room, deps.DefaultRoom)), closed
}
