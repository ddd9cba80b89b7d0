package num

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// KeepDims is a reduction of x along axes (none: all) that keeps them, with size 1, so that the
// result broadcasts against x: x.Sub(num.KeepDims(num.Array.Mean, x, 1)) centers rows.
func KeepDims(reduce func(x Array, axes ...int) Array, x Array, axes ...int) Array {
	return x.keep(reduce(x, axes...), axes)
}

// VarDDof is [Array.Var] with the divisor n - ddof for n elements along axes (none: all): ddof 1 makes
// it the unbiased estimate of a sample's variance. It is NaN where n ≤ ddof.
func (a Array) VarDDof(ddof float64, axes ...int) Array {
	n := float64(a.count("num.VarDDof", axes))
	scale := math.NaN()
	if n > ddof {
		scale = n / (n - ddof)
	}
	return a.Var(axes...).Scale(scale)
}

// StdDDof is [Array.Std] with the divisor n - ddof, the square root of [Array.VarDDof].
func (a Array) StdDDof(ddof float64, axes ...int) Array { return a.VarDDof(ddof, axes...).Sqrt() }

// count is the number of elements along axes.
func (a Array) count(op string, axes []int) int {
	n := 1
	for _, x := range a.axesOf(op, axes) {
		n *= a.Shape()[x]
	}
	return n
}

// Ptp is the largest minus the smallest element along axes (none: all).
func (a Array) Ptp(axes ...int) Array { return a.Max(axes...).Sub(a.Min(axes...)) }

// Average is the mean of a along axes (none: all), weighted by w, which broadcasts to its shape.
// It is NaN or infinite where the weights sum to zero.
func Average(a, w Array, axes ...int) Array {
	xs := floats("num.Average", a, w)
	return xs[0].Mul(xs[1]).Sum(axes...).Div(xs[1].Sum(axes...))
}

// Median is the middle element along an axis, in order, or the mean of the two in the middle; NaN
// if any is. Its derivative goes to those.
func (a Array) Median(axis int) Array { return a.quantile("num.Median", Scalar(0.5), axis, Linear) }

// QuantileMethod selects how [Array.Quantile] interpolates between the two elements next to the
// place of a quantile.
type QuantileMethod uint8

// The methods of NumPy that interpolate at the place q·(n-1).
const (
	Linear   QuantileMethod = iota // between both, in proportion
	Lower                          // the lower one
	Higher                         // the higher one
	Nearest                        // the nearer one; of two equally near ones the one at an even place
	Midpoint                       // the mean of both
)

// Quantile is the q-th quantiles of a along an axis, for q in [0, 1], a scalar or a vector, whose
// axis comes first in the result: q = 0 gives the smallest element, q = 1 the largest, and what
// is between their places is interpolated. It is NaN where any element is, or q is out of range.
// The derivative goes to the elements that the result is made of, and to q.
func (a Array) Quantile(q Array, axis int, method QuantileMethod) Array {
	return a.quantile("num.Quantile", q, axis, method)
}

// Percentile is [Array.Quantile] with q in percent, in [0, 100].
func (a Array) Percentile(q Array, axis int, method QuantileMethod) Array {
	return a.quantile("num.Percentile", q.Scale(0.01), axis, method)
}

func (a Array) quantile(op string, q Array, axis int, method QuantileMethod) Array {
	axis = a.axis(op, axis)
	n := a.Shape()[axis]
	switch {
	case n == 0:
		ir.Throw(ir.Errorf(ir.ShapeError, op, "axis %d of shape %s is empty", axis, ir.ShapeString(a.Shape())))
	case q.Rank() > 1:
		ir.Throw(ir.Errorf(ir.ShapeError, op, "q has shape %s, want a scalar or a vector", ir.ShapeString(q.Shape())))
	case method > Midpoint:
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "method is %d, want one of Linear, Lower, Higher, Nearest and Midpoint", method))
	}
	if !a.DType().IsFloat() {
		a = a.AsType(Float64)
	}
	floatOnly(op, q.DType())
	q = q.AsType(a.DType())
	bad := q.Ge(q.Const(0)).And(q.Le(q.Const(1))).Not()
	place := Where(bad, q.Const(0), q).Scale(float64(n - 1))
	low := place.Floor()
	switch method {
	case Lower:
		place = low
	case Higher:
		place = place.Ceil()
	case Nearest:
		place = place.Round()
	case Midpoint:
		place = Where(low.Eq(place), place, low.AddScalar(0.5)).StopGradient()
	}
	low = Minimum(place.Floor().StopGradient(), place.Const(float64(max(0, n-2))))
	share := place.Sub(low)
	sorted := a.Sort(axis).transposed(moved(a.Rank(), axis, 0))
	spread := func(x Array) Array { // over the other axes
		for range a.Rank() - 1 {
			x = x.ExpandDims(-1)
		}
		return x
	}
	i := low.AsType(Int32)
	at, next := sorted.Take(i, 0), sorted.Take(Minimum(i.Add(Int(1)), Int(n-1)), 0)
	t := spread(share)
	// From the nearer of both, so that the result stays between them, and infinities do no harm.
	y := Where(t.Lt(t.Const(0.5)), mix(at, next, t), mix(next, at, t.Neg().AddScalar(1)))
	nan := spread(bad).Or(a.IsNaN().Any(axis))
	return Where(nan, y.Const(math.NaN()), y)
}

// mix is x + t (y - x), and x where t is 0 or y equals it, even if both are infinite.
func mix(x, y, t Array) Array {
	same := x.Eq(y).And(x.IsFinite().Not()).Or(t.Eq(t.Const(0)).And(y.IsFinite().Not()))
	return x.Add(t.Mul(Where(same, x.Const(0), y.Sub(x))))
}

// moved is the permutation that moves an axis to another place.
func moved(rank, from, to int) []int {
	perm := make([]int, 0, rank)
	for i := range rank {
		if i != from {
			perm = append(perm, i)
		}
	}
	return append(perm[:to:to], append([]int{from}, perm[to:]...)...)
}

// Cov is the covariance matrix of the variables in the rows of a, whose columns are observations,
// with the divisor n - ddof; NumPy's is 1.
func Cov(a Array, ddof float64) Array {
	const op = "num.Cov"
	_, n := matrix(op, a, false)
	x := a.Sub(KeepDims(Array.Mean, a, -1))
	scale := math.NaN()
	if float64(n) > ddof {
		scale = 1 / (float64(n) - ddof)
	}
	return x.MatMul(x.MatT()).Scale(scale)
}

// Corrcoef is the matrix of correlation coefficients of the variables in the rows of a, whose
// columns are observations. It is NaN for a variable that does not vary.
func Corrcoef(a Array) Array {
	matrix("num.Corrcoef", a, false)
	c := Cov(a, 0)
	s := Diag(c).Sqrt()
	return c.Div(s.ExpandDims(-1)).Div(s.ExpandDims(-2)).Clip(-1, 1)
}
