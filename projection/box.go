package projection

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// NonNegative is the projection onto the non-negative orthant {y ≥ 0}: max(x, 0) for every
// element of a tree. Its derivative at zero is 1/2.
func NonNegative[T any](x T) T {
	return tree.Map(func(a array) array { return num.Maximum(a, num.Const(0)) }, x)
}

// Box is the projection onto the box {lower ≤ y ≤ upper}: min(max(x, lower), upper) for
// every element of a tree. The bounds are trees like x, whose leaves are broadcast to the
// shapes of x's leaves; they may be infinite. An element whose upper bound is below its
// lower bound is NaN. The derivative at a bound is shared equally by x and the bound.
func Box[T any](x, lower, upper T) T {
	const op = "projection.Box"
	los, his := leavesLike(op, "lower", x, lower), leavesLike(op, "upper", x, upper)
	i := -1
	return tree.Map(func(a array) array {
		i++
		lo, hi := los[i], his[i]
		y := num.Minimum(num.Maximum(a, lo), hi)
		if !slices.Equal(y.Shape(), a.Shape()) {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "x%s has shape %s and bounds of shapes %s and %s, want bounds that broadcast to it",
				tree.Paths(x)[i], ir.ShapeString(a.Shape()), ir.ShapeString(lo.Shape()), ir.ShapeString(hi.Shape())))
		}
		return num.Where(lo.Le(hi), y, nan)
	}, x)
}

// leavesLike are the leaves of y, a tree like x.
func leavesLike[T any](op, name string, x, y T) []array {
	_, want, err := treedef.Flatten[array](x)
	if err != nil {
		ir.Throw(&num.Error{Kind: ir.ArgumentError, Op: op, Msg: err.Error(), Err: err})
	}
	leaves, got, err := treedef.Flatten[array](y)
	if err == nil {
		err = treedef.Compare(want, got, name)
	}
	if err != nil {
		ir.Throw(&num.Error{Kind: ir.ArgumentError, Op: op, Msg: err.Error(), Err: err})
	}
	return leaves
}
