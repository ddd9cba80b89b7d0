package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Argsort is the int32 indices that sort an axis ascending. The sort is stable;
// NaN comes last.
func Argsort(a Array, axis int) Array {
	const op = "num.Argsort"
	axis = a.axis(op, axis)
	last := a.Rank() - 1
	return wrap(prim.MoveTo(ir.Apply(prim.ArgsortOp{}, prim.MoveTo(a.v, axis, last, 0))[0], last, axis, 0))
}

// Sort is a sorted ascending along an axis; see [Argsort]. Its derivative moves
// with the elements.
func Sort(a Array, axis int) Array { return TakeAlong(a, Argsort(a, axis), axis) }

// TopK is the k largest elements along the last axis, in descending order, and
// their int32 indices; equal elements come in their order.
func TopK(a Array, k int) (x, idx Array) {
	const op = "num.TopK"
	if a.Rank() == 0 || k < 0 || k > a.Shape()[a.Rank()-1] {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "k is %d, which the last axis of shape %s does not have", k, ir.ShapeString(a.Shape())))
	}
	// Backwards twice, so that the first of equal elements comes first.
	n := a.Shape()[a.Rank()-1]
	back := a.Index(Ellipsis, All.Step(-1))
	idx = Full(Int32, float64(n-1)).Sub(Argsort(back, -1).Index(Ellipsis, All.Step(-1))).Index(Ellipsis, To(k))
	return TakeAlong(a, idx, -1), idx
}

// ArgMax is the int32 index of the largest element along an axis, the first among
// equals; NaN counts as the largest.
func ArgMax(a Array, axis int) Array {
	axis = a.axis("num.ArgMax", axis)
	return apply(prim.ArgOp{Axis: axis}, a.v)
}

// ArgMin is the int32 index of the smallest element along an axis, the first
// among equals; NaN counts as the smallest.
func ArgMin(a Array, axis int) Array {
	axis = a.axis("num.ArgMin", axis)
	return apply(prim.ArgOp{Axis: axis, Min: true}, a.v)
}

func cumulative(op string, j prim.Join, a Array, axis int) Array {
	return apply(prim.CumOp{Join: j, Axis: a.axis(op, axis)}, a.value())
}

// CumSum, CumProd, CumMax and CumMin are the running sum, product, maximum and
// minimum along an axis.
func CumSum(a Array, axis int) Array  { return cumulative("num.CumSum", prim.JoinSum, a, axis) }
func CumProd(a Array, axis int) Array { return cumulative("num.CumProd", prim.JoinProd, a, axis) }
func CumMax(a Array, axis int) Array  { return cumulative("num.CumMax", prim.JoinMax, a, axis) }
func CumMin(a Array, axis int) Array  { return cumulative("num.CumMin", prim.JoinMin, a, axis) }

// Prod multiplies the elements along axes (none: all).
func (a Array) Prod(axes ...int) Array {
	return wrap(prim.ReduceProd(a.value(), a.axesOf("num.Prod", axes)...))
}

// All tells whether all elements along axes (none: all) of a bool array are true.
func (a Array) All(axes ...int) Array {
	return wrap(prim.ReduceAnd(a.value(), a.axesOf("num.All", axes)...))
}

// Any tells whether any element along axes (none: all) of a bool array is true.
func (a Array) Any(axes ...int) Array {
	return wrap(prim.ReduceOr(a.value(), a.axesOf("num.Any", axes)...))
}

// Var is the variance along axes (none: all), the mean squared distance from the mean.
func (a Array) Var(axes ...int) Array {
	if !a.value().DType.IsFloat() {
		a = a.AsType(Float64)
	}
	return a.Sub(a.keep(a.Mean(axes...), axes)).Square().Mean(axes...)
}

// Std is the standard deviation along axes (none: all), the root of [Array.Var].
func (a Array) Std(axes ...int) Array { return a.Var(axes...).Sqrt() }

// keep gives the result of a reduction its reduced axes back, with size 1.
func (a Array) keep(y Array, axes []int) Array {
	shape := slices.Clone(a.Shape())
	for _, x := range a.axesOf("num", axes) {
		shape[x] = 1
	}
	return y.Reshape(shape...)
}

// LogSumExp is log Σ exp(a) along axes (none: all), without overflow; -Inf for
// elements that are all -Inf.
func LogSumExp(a Array, axes ...int) Array {
	m := StopGradient(a.Max(axes...))
	m = Where(IsFinite(m), m, m.of(0))
	return Log(Exp(a.Sub(a.keep(m, axes))).Sum(axes...)).Add(m)
}

// Softmax is exp(a) over its sum along axes (none: all), without overflow. Where
// all elements are -Inf it is NaN, as their sum is zero.
func Softmax(a Array, axes ...int) Array {
	e := Exp(a.Sub(a.keep(StopGradient(a.Max(axes...)), axes)))
	return e.Div(e.keep(e.Sum(axes...), axes))
}

// LogSoftmax is the logarithm of [Softmax], without underflow.
func LogSoftmax(a Array, axes ...int) Array { return a.Sub(a.keep(LogSumExp(a, axes...), axes)) }

// Arange is the numbers lo, lo+1, …, hi-1 as a vector.
func Arange(d DType, lo, hi int) Array {
	n := max(0, hi-lo)
	b := ir.NewBuf(d, n)
	for i := range n {
		b.Set(d, i, float64(lo+i))
	}
	return wrap(ir.Const(ir.NewData(ir.T(d, n), b)))
}

// Pad puts lo[i] zeros before and hi[i] after axis i.
func Pad(a Array, lo, hi []int) Array {
	if len(lo) != a.Rank() || len(hi) != a.Rank() {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Pad", "paddings %v and %v for shape %s, want one an axis", lo, hi, ir.ShapeString(a.Shape())))
	}
	return apply(prim.PadOp{Lo: slices.Clone(lo), Hi: slices.Clone(hi), Inner: make([]int, a.Rank())}, a.v)
}

// Flip turns the order along axes (none: all) round.
func Flip(a Array, axes ...int) Array {
	return wrap(prim.Reverse(a.value(), a.axesOf("num.Flip", axes)))
}

// Roll moves the elements along an axis by n places, those that leave at the end
// to the beginning.
func Roll(a Array, n, axis int) Array {
	axis = a.axis("num.Roll", axis)
	size := a.Shape()[axis]
	if size == 0 {
		return a
	}
	n = ((n % size) + size) % size
	at := slices.Repeat([]Index{All}, axis+1)
	at[axis] = From(size - n)
	tail := a.Index(at...)
	at[axis] = To(size - n)
	return Concat(axis, tail, a.Index(at...))
}

// ExpandDims puts in an axis of size 1.
func ExpandDims(a Array, axis int) Array {
	if axis < 0 {
		axis += a.Rank() + 1
	}
	if axis < 0 || axis > a.Rank() {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.ExpandDims", "axis %d is out of range for shape %s", axis, ir.ShapeString(a.Shape())))
	}
	return a.Reshape(slices.Insert(slices.Clone(a.Shape()), axis, 1)...)
}

// Squeeze drops axes of size 1 (none: all of them).
func Squeeze(a Array, axes ...int) Array {
	var shape []int
	drop := a.axesOf("num.Squeeze", axes)
	for i, n := range a.Shape() {
		switch {
		case !slices.Contains(drop, i) || len(axes) == 0 && n != 1:
			shape = append(shape, n)
		case n != 1:
			ir.Throw(ir.Errorf(ir.ShapeError, "num.Squeeze", "axis %d of shape %s has not size 1", i, ir.ShapeString(a.Shape())))
		}
	}
	return a.Reshape(shape...)
}

// BroadcastTo repeats a to a shape by NumPy's rules.
func BroadcastTo(a Array, shape ...int) Array {
	a.value()
	return wrap(broadcastFor("num.BroadcastTo", a, slices.Clone(shape)))
}

// Tile repeats the whole array n times along its first axis.
func Tile(a Array, n int) Array {
	if a.Rank() == 0 || n < 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Tile", "shape %s cannot be repeated %d times", ir.ShapeString(a.Shape()), n))
	}
	s := a.Shape()
	return BroadcastTo(ExpandDims(a, 0), append([]int{n}, s...)...).Reshape(append([]int{n * s[0]}, s[1:]...)...)
}

// Repeat repeats every element n times along an axis.
func Repeat(a Array, n, axis int) Array {
	axis = a.axis("num.Repeat", axis)
	if n < 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Repeat", "n is %d, want 0 or more", n))
	}
	s := a.Shape()
	shape := slices.Insert(slices.Clone(s), axis+1, n)
	out := slices.Clone(s)
	out[axis] *= n
	return BroadcastTo(ExpandDims(a, axis+1), shape...).Reshape(out...)
}
