package num

import (
	"github.com/argmin-go/argmin/internal/core/prim"
)

// CumSum is the running sum along an axis: element i is the sum of the elements 0 … i.
func (a Array) CumSum(axis int) Array { return cumulative("num.CumSum", prim.JoinSum, a, axis) }

// CumProd is the running product along an axis. Its derivative is right where elements are zero, too.
func (a Array) CumProd(axis int) Array { return cumulative("num.CumProd", prim.JoinProd, a, axis) }

// CumMax is the running maximum along an axis, NaN from the first NaN on. The derivative goes to the first of equal elements.
func (a Array) CumMax(axis int) Array { return cumulative("num.CumMax", prim.JoinMax, a, axis) }

// CumMin is the running minimum along an axis, NaN from the first NaN on. The derivative goes to the first of equal elements.
func (a Array) CumMin(axis int) Array { return cumulative("num.CumMin", prim.JoinMin, a, axis) }

func cumulative(op string, j prim.Join, a Array, axis int) Array {
	return apply(prim.CumOp{Join: j, Axis: a.axis(op, axis)}, a.value())
}
