package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// SegmentSum adds up the slices of a along its first axis that have the same number in segments, a
// vector of integers: slice i of the result is the sum of those with number i, of n. Slices whose
// number is out of range are left out, and an empty sum is 0.
func SegmentSum(a, segments Array, n int) Array {
	s, a := segmentsOf("num.SegmentSum", a, segments, n)
	if n == 0 {
		return Full(a.DType(), 0, append([]int{0}, a.Shape()[1:]...)...)
	}
	return Full(a.DType(), 0, append([]int{n + 1}, a.Shape()[1:]...)...).PutAdd(s, a, 0).Range(0, n)
}

// SegmentMax is the largest of the elements with the same number, as in [SegmentSum]: -Inf of
// none, or the smallest number of an integer type.
func SegmentMax(a, segments Array, n int) Array {
	return segmentExtremum("num.SegmentMax", a, segments, n, false)
}

// SegmentMin is the smallest of the elements with the same number, as in [SegmentSum]: +Inf of
// none, or the largest number of an integer type.
func SegmentMin(a, segments Array, n int) Array {
	return segmentExtremum("num.SegmentMin", a, segments, n, true)
}

// SegmentProd is the product of the slices with the same number, as in [SegmentSum]; an empty
// product is 1. Its derivative is right where elements are zero, too.
func SegmentProd(a, segments Array, n int) Array {
	const op = "num.SegmentProd"
	s, a := segmentsOf(op, a, segments, n)
	order := s.Argsort(0)
	return lastOfSegment(a.Take(order, 0), s.Take(order, 0), n, a.Const(1), Array.Mul)
}

// segmentsOf checks the arguments of a segment function; numbers out of range become n.
func segmentsOf(op string, a, segments Array, n int) (s, x Array) {
	checkShape(op, []int{n})
	if !segments.value().DType.IsInt() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "segments are %s, want an integer type", segments.DType()))
	}
	if segments.Rank() != 1 || a.Rank() == 0 || a.Shape()[0] != segments.Shape()[0] {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "array of shape %s and segments of shape %s, want one segment for each slice along the first axis",
			ir.ShapeString(a.Shape()), ir.ShapeString(segments.Shape())))
	}
	limit := Full(segments.DType(), float64(n))
	in := segments.Lt(limit)
	if segments.DType() != Uint32 {
		in = in.And(segments.Ge(segments.Const(0)))
	}
	return Where(in, segments, limit).AsType(Int32), a
}

func segmentExtremum(op string, a, segments Array, n int, least bool) Array {
	s, a := segmentsOf(op, a, segments, n)
	order := s.Argsort(0)
	none, join := extreme(a.DType(), !least), Maximum
	if least {
		join = Minimum
	}
	return lastOfSegment(a.Take(order, 0), s.Take(order, 0), n, none, join)
}

// extreme is the largest number of a dtype, or the smallest one, as a scalar.
func extreme(d DType, smallest bool) Array {
	sign := 1.0
	if smallest {
		sign = -1
	}
	switch d {
	case Int64:
		x := New([]int64{math.MaxInt64}).Reshape()
		if smallest {
			return x.Not()
		}
		return x
	case Int32:
		if smallest {
			return Full(d, math.MinInt32)
		}
		return Full(d, math.MaxInt32)
	case Uint32:
		if smallest {
			return Full(d, 0)
		}
		return Full(d, math.MaxUint32)
	}
	return Full(d, sign*posInf)
}

// lastOfSegment joins slices in the order of their segments and takes the last of each: a running
// join that starts again where a segment does.
func lastOfSegment(a, s Array, n int, none Array, join func(a, b Array) Array) Array {
	rest := a.Shape()[1:]
	if a.Shape()[0] == 0 || n == 0 {
		return none.BroadcastTo(append([]int{n}, rest...)...)
	}
	type run struct{ Start, X Array }
	start := Concat(0, Full(Bool, 1, 1), s.Diff(1, 0).Ne(Int(0)))
	all := AssociativeScan(func(a, b run) run {
		return run{a.Start.Or(b.Start), Where(b.Start, b.X, join(a.X, b.X))}
	}, run{start, a})
	places := Arange(Int32, 0, n)
	end := Searchsorted(s, places, Right)
	y := all.X.Take(Maximum(end.Sub(Int(1)), Int(0)), 0)
	empty := end.Eq(Searchsorted(s, places, Left))
	for range rest {
		empty = empty.ExpandDims(-1)
	}
	return Where(empty, none, y)
}

// PutMul is a with its elements multiplied by y at indices along an axis, as in [Array.Put]; equal
// indices multiply all.
func (a Array) PutMul(idx, y Array, axis int) Array {
	return putSegments("num.PutMul", a, idx, y, axis, SegmentProd, Array.Mul)
}

// PutMax is a with the larger of its elements and y at indices along an axis, as in [Array.Put].
func (a Array) PutMax(idx, y Array, axis int) Array {
	return putSegments("num.PutMax", a, idx, y, axis, SegmentMax, Maximum)
}

// PutMin is a with the smaller of its elements and y at indices along an axis, as in [Array.Put].
func (a Array) PutMin(idx, y Array, axis int) Array {
	return putSegments("num.PutMin", a, idx, y, axis, SegmentMin, Minimum)
}

func putSegments(op string, a, idx, y Array, axis int, segment func(a, s Array, n int) Array, join func(a, b Array) Array) Array {
	axis = a.axis(op, axis)
	y = y.adapted(op, a)
	if y.value().DType != a.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the array is %s, the new elements are %s; convert one with AsType", a.DType(), y.DType()))
	}
	n := a.Shape()[axis]
	if n == 0 || idx.Size() == 0 {
		return a
	}
	i := wrap(indexArray(op, idx, n))
	full := slices.Concat(a.Shape()[:axis], i.Shape(), a.Shape()[axis+1:])
	y = wrap(broadcastFor(op, y, full))
	// The indices become one axis, the first.
	y = y.Reshape(slices.Concat(a.Shape()[:axis], []int{i.Size()}, a.Shape()[axis+1:])...).MoveAxis(axis, 0)
	i = Maximum(Minimum(i.Reshape(-1), Int(n-1)), Int(0))
	return join(a, segment(y, i, n).MoveAxis(0, axis))
}
