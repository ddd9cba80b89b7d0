package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
)

// Side selects on which side of equal elements [Searchsorted] and [Digitize] put an element.
type Side uint8

// The sides of equal elements.
const (
	Left  Side = iota // before them
	Right             // behind them
)

// Searchsorted is the int32 places where the elements of x belong in a sorted vector, so that
// it stays sorted: place i has sorted[i-1] < x ≤ sorted[i], or with [Right] sorted[i-1] ≤ x <
// sorted[i]. NaN belongs behind all numbers.
func Searchsorted(sorted, x Array, side Side) Array {
	const op = "num.Searchsorted"
	if sorted.Rank() != 1 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the sorted array has shape %s, want a vector", ir.ShapeString(sorted.Shape())))
	}
	s, x := meet(op, sorted, x)
	n := s.Shape()[0]
	// By bisection: after each step the place is in [lo, lo+size].
	lo := Full(Int32, 0, x.Shape()...)
	for size := n; size > 0; size /= 2 {
		mid := Minimum(lo.Add(Int(size/2)), Int(n-1))
		y := s.Take(mid, 0)
		after := y.Lt(x)
		if side == Right {
			after = y.Le(x)
		}
		if x.DType().IsFloat() {
			after = after.Or(x.IsNaN().And(y.IsNaN().Not()))
			if side == Right {
				after = after.Or(x.IsNaN())
			}
		}
		lo = Where(after, Maximum(lo, mid.Add(Int(1))), lo)
	}
	return lo
}

// Digitize is the int32 bins that the elements of x belong to, for a vector of increasing edges:
// bin i is [edges[i-1], edges[i]), or with [Right] (edges[i-1], edges[i]]; 0 and the number of
// edges are the open ends.
func Digitize(x, edges Array, side Side) Array {
	if side == Left {
		side = Right
	} else {
		side = Left
	}
	return Searchsorted(edges, x, side)
}

// Bincount is how often each of the integers 0 … n-1 occurs in a vector of integers, int32.
// Others are left out.
func (a Array) Bincount(n int) Array {
	return SegmentSum(Full(Int32, 1, a.Shape()...), a, n)
}

// Histogram is how many elements of a are in each of the bins between a vector of increasing
// edges, int32: in [edges[i], edges[i+1]), of which the last one is closed. Elements outside are
// left out. [Linspace] makes edges of equal width.
func Histogram(a, edges Array) Array {
	const op = "num.Histogram"
	a, edges = meet(op, a.Reshape(-1), edges)
	n := edges.Size() - 1
	if edges.Rank() != 1 || n < 1 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "edges have shape %s, want a vector of at least two", ir.ShapeString(edges.Shape())))
	}
	bin := Searchsorted(edges, a, Right).Sub(Int(1))
	last := a.Eq(edges.At(n))
	return Where(last, Int(n-1), bin).Bincount(n)
}

// Interp is the piecewise linear function through the points (xp[i], fp[i]), for increasing xp,
// at x; fp[0] to the left of them and the last of fp to the right. Its derivative in x is the
// slope of the piece, at a point the one to its right, and it has derivatives in xp and fp.
func Interp(x, xp, fp Array) Array {
	const op = "num.Interp"
	if xp.Rank() != 1 || fp.Rank() != 1 || xp.Size() != fp.Size() || xp.Size() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "xp and fp have shapes %s and %s, want two vectors of the same length", ir.ShapeString(xp.Shape()), ir.ShapeString(fp.Shape())))
	}
	x, xp = meet(op, x, xp)
	xp, fp = meet(op, xp, fp)
	floatOnly(op, x.DType())
	n := xp.Size()
	if n == 1 {
		return Where(x.IsNaN(), x, fp.At(0).BroadcastTo(x.Shape()...))
	}
	i := Maximum(Minimum(Searchsorted(xp, x, Right), Int(n-1)).Sub(Int(1)), Int(0))
	j := i.Add(Int(1))
	x0, x1, y0, y1 := xp.Take(i, 0), xp.Take(j, 0), fp.Take(i, 0), fp.Take(j, 0)
	width := x1.Sub(x0)
	flat := width.Eq(width.Const(0))
	t := x.Sub(x0).Div(Where(flat, width.Const(1), width))
	y := y0.Add(t.Mul(y1.Sub(y0)))
	y = Where(x.Lt(xp.At(0)), fp.At(0), Where(x.Ge(xp.At(n-1)), fp.At(n-1), y))
	return Where(x.IsNaN(), x, y)
}
