package projection

import (
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Scalar is how the size of a set is given: as a Go number, which takes the dtype
// of the point, or as a 0-d array of that dtype, which may be traced and differentiated.
type Scalar interface{ arg.Number }

type array = num.Array

var stop = num.Array.StopGradient

// nan is the answer where the set is empty or x is not a point.
var nan = num.Const(math.NaN())

// checkShape checks that x is a floating-point array of rank len(want) with the sizes in
// want, where a negative size stands for any.
func checkShape(op, name string, x array, want ...int) {
	s := x.Shape()
	ok := len(s) == len(want)
	for i := 0; ok && i < len(s); i++ {
		ok = want[i] < 0 || s[i] == want[i]
	}
	if !ok {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%s has shape %s, want %s", name, ir.ShapeString(s), wanted(want)))
	}
	if !x.DType().IsFloat() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s, want a floating-point type", name, x.DType()))
	}
}

func wanted(shape []int) string {
	known := true
	for _, n := range shape {
		known = known && n >= 0
	}
	switch {
	case known:
		return ir.ShapeString(shape)
	case len(shape) == 1:
		return "a vector"
	case len(shape) == 2 && shape[1] >= 0:
		return "a matrix of " + ir.ShapeString(shape[1:]) + " columns"
	}
	return "a matrix"
}

// shadow is zero but has the derivative of x: added to a value whose derivative
// was stopped, it gives that value the derivative of x.
func shadow(x array) array { return x.Sub(stop(x)) }

// raveled applies f to a tree as one vector. A tree without elements is returned
// as it is.
func raveled[T any](x T, f func(array) array) T {
	if len(tree.Leaves(x)) == 0 {
		return x
	}
	v, back := num.Ravel(x)
	if v.Size() == 0 {
		return x
	}
	return back(f(v))
}
