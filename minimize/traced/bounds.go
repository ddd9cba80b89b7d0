package traced

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// limits are the bounds of parameters like those given, end to end: every leaf of a bound is broadcast to the shape
// of the parameters' leaf and has its dtype.
func limits[P, D any](bounds func(data D) (lower, upper P), like P, data D) (lower, upper num.Array) {
	l, u := bounds(data)
	return limit("lower bound", l, like), limit("upper bound", u, like)
}

func limit[P any](name string, bound, like P) num.Array {
	paths, leaves, to := tree.Paths(like), tree.Leaves(bound), tree.Leaves(like)
	if len(leaves) != len(to) {
		ir.Throw(ir.Errorf(ir.ArgumentError, "bounds", "the %s is a tree of %d arrays, want %d, as the parameters have", name, len(leaves), len(to)))
	}
	flat := make([]num.Array, len(to))
	for i, b := range leaves {
		shape := to[i].Shape()
		if !broadcasts(b.Shape(), shape) {
			of := "the parameters"
			if paths[i] != "" {
				of = "parameter " + paths[i]
			}
			ir.Throw(ir.Errorf(ir.ShapeError, "bounds", "the %s of %s has shape %s, which does not broadcast to %s", name, of,
				ir.ShapeString(b.Shape()), ir.ShapeString(shape)))
		}
		if d := to[i].DType(); b.DType() != d {
			b = b.AsType(d)
		}
		flat[i] = b.BroadcastTo(shape...).Reshape(to[i].Size())
	}
	return num.Concat(0, flat...)
}

// broadcasts reports whether an array of a shape broadcasts to another shape: its axes are the last ones there, of the
// same length or 1.
func broadcasts(shape, to []int) bool {
	if len(shape) > len(to) {
		return false
	}
	to = to[len(to)-len(shape):]
	return slices.EqualFunc(shape, to, func(a, b int) bool { return a == b || a == 1 })
}

func clip(x, lower, upper num.Array) num.Array { return num.Minimum(num.Maximum(x, lower), upper) }

// reduced is x - clip(x - g), the gradient g without the parts that the bounds hold back;
// without bounds it is g. x are the parameters end to end.
func reduced[P, D any](params P, x, g num.Array, bounds func(data D) (lower, upper P), data D) num.Array {
	if bounds == nil {
		return g
	}
	lower, upper := limits(bounds, params, data)
	return x.Sub(clip(x.Sub(g), lower, upper))
}
