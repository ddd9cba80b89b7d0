package isotonic

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

type array = num.Array

var stop = num.Array.StopGradient

// nan fills rows that have no answer.
var nan = num.Const(math.NaN())

// huge is the largest number.
func huge(x array) float64 {
	if x.DType() == num.Float32 {
		return math.MaxFloat32
	}
	return math.MaxFloat64
}

// shadow is zero, but has the derivative of x.
func shadow(x array) array { return x.Sub(stop(x)) }

// row reports, as a column, for each row whether ok holds everywhere in it.
func row(ok array) array { return ok.All(-1).ExpandDims(-1) }

// check checks that x is a floating-point array with at least one axis.
func check(op, name string, x array) {
	if x.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%s is a scalar, want an array with a last axis to work along", name))
	}
	if !x.DType().IsFloat() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s, want a floating-point type", name, x.DType()))
	}
}

// matching is a, checked and broadcast to the shape of x.
func matching(op, name string, a array, xname string, x array) array {
	if a.DType() != x.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s and %s is %s; convert one with AsType", name, a.DType(), xname, x.DType()))
	}
	s, t := a.Shape(), x.Shape()
	ok := len(s) <= len(t)
	for i := 0; ok && i < len(s); i++ {
		n := s[len(s)-1-i]
		ok = n == 1 || n == t[len(t)-1-i]
	}
	if !ok {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "%s has shape %s, which does not broadcast to the shape of %s, %s",
			name, ir.ShapeString(s), xname, ir.ShapeString(t)))
	}
	return a.BroadcastTo(t...)
}

// blocks are the parts of the rows of a matrix that share a value.
type blocks struct {
	first  array // of each element, the place of its block's first one in the row
	at     array // and in the matrix laid out as a vector
	finite array // false where the value is infinite
}

func newBlocks(first, finite array) blocks {
	b, n := first.Shape()[0], first.Shape()[1]
	offset := num.Arange(num.Int32, 0, b).Mul(num.Int(n)).Reshape(b, 1)
	return blocks{first: first, at: first.Add(offset).Reshape(-1), finite: finite}
}

// sum is, for each element, the sum of x over its block.
func (b blocks) sum(x array) array {
	flat := x.Reshape(-1)
	s := num.Full(x.DType(), 0, flat.Size()).PutAdd(b.at, flat, 0)
	return s.Take(b.at, 0).Reshape(x.Shape()...)
}

// mean is, for each element, the weighted mean of x over its block.
func (b blocks) mean(x, w array) array { return b.sum(x.Mul(w)).Div(b.sum(w)) }

// lead is, for each element, the first one of its block, the smallest where x ascends.
func (b blocks) lead(x array) array { return x.TakeAlong(b.first, -1) }

// last is, for each element, the last one of its block, the largest where x ascends.
func (b blocks) last(x array) array { return x.TakeAlong(lasts(b.first), -1) }

// lasts finds where blocks end from where they start.
func lasts(start array) array {
	shape := slices.Clone(start.Shape())
	axis := len(shape) - 1
	n := shape[axis]
	shape[axis] = 1
	next := num.Concat(axis, start.Index(num.Ellipsis, num.From(1)), num.Full(num.Int32, float64(n), shape...))
	place := num.Arange(num.Int32, 0, n)
	ends := num.Where(next.Gt(place), place, num.Int(n-1))
	return ends.Flip(axis).CumMin(axis).Flip(axis)
}
