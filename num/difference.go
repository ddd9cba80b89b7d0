package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
)

// along takes lo:hi of an axis; a negative hi counts from the end.
func (a Array) along(axis int, x Index) Array {
	idx := make([]Index, axis+1)
	for i := range idx {
		idx[i] = All
	}
	idx[axis] = x
	return a.Index(idx...)
}

// Diff is the n-th differences of neighbors along an axis, each a[i+1] - a[i] of the one before;
// the axis is shorter by n.
func (a Array) Diff(n, axis int) Array {
	const op = "num.Diff"
	axis = a.axis(op, axis)
	if n < 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "n is %d, want 0 or more", n))
	}
	for range n {
		if a.Shape()[axis] == 0 {
			return a
		}
		a = a.along(axis, From(1)).Sub(a.along(axis, To(-1)))
	}
	return a
}

// Gradient is the slopes of numbers at equal distances h along an axis, NumPy's gradient: central
// differences inside and one-sided ones at both ends. The derivative of a function is [Grad].
func (a Array) Gradient(h float64, axis int) Array {
	const op = "num.Gradient"
	axis = a.axis(op, axis)
	floatOnly(op, a.DType())
	n := a.Shape()[axis]
	if n < 2 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "axis %d of shape %s has fewer than two elements", axis, ir.ShapeString(a.Shape())))
	}
	d := a.Diff(1, axis).Scale(1 / h)
	first, last := d.along(axis, To(1)), d.along(axis, From(-1))
	if n == 2 {
		return Concat(axis, first, last)
	}
	mid := a.along(axis, From(2)).Sub(a.along(axis, To(-2))).Scale(0.5 / h)
	return Concat(axis, first, mid, last)
}

// Trapezoid is the integral by the trapezoidal rule along the last axis of y, numbers at the
// points x: a vector, or an array of y's shape.
func Trapezoid(y, x Array) Array {
	const op = "num.Trapezoid"
	if y.Rank() == 0 || x.Rank() == 0 || x.Shape()[x.Rank()-1] != y.Shape()[y.Rank()-1] {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shapes %s and %s, want the same size of the last axis", ir.ShapeString(y.Shape()), ir.ShapeString(x.Shape())))
	}
	if y.Shape()[y.Rank()-1] == 0 {
		return y.Sum(-1)
	}
	sum := y.Index(Ellipsis, From(1)).Add(y.Index(Ellipsis, To(-1)))
	return sum.Mul(x.Diff(1, -1)).Sum(-1).Scale(0.5)
}
