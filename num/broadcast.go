package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// broadcast brings operands to one shape by NumPy's rules: shapes are aligned at
// their last axes, and an axis of size 1 is repeated.
func broadcast(op string, xs ...Array) []*ir.Value {
	rank := 0
	for _, x := range xs {
		rank = max(rank, x.Rank())
	}
	shape := make([]int, rank)
	for i := range shape {
		shape[i] = 1
		for _, x := range xs {
			s := x.Shape()
			j := i - (rank - len(s))
			if j < 0 || s[j] == 1 {
				continue
			}
			if shape[i] != 1 && shape[i] != s[j] {
				all := make([]string, len(xs))
				for k, y := range xs {
					all[k] = ir.ShapeString(y.Shape())
				}
				ir.Throw(ir.Errorf(ir.ShapeError, op, "shapes %s do not broadcast together: axis %d has sizes %d and %d", all, i-rank, shape[i], s[j]))
			}
			shape[i] = s[j]
		}
	}
	out := make([]*ir.Value, len(xs))
	for i, x := range xs {
		out[i] = broadcastTo(x.value(), shape)
	}
	return out
}

func broadcastTo(v *ir.Value, shape []int) *ir.Value {
	if slices.Equal(v.Shape, shape) {
		return v
	}
	off := len(shape) - len(v.Shape)
	var kept, dims []int
	for i, n := range v.Shape {
		if n == shape[i+off] {
			kept, dims = append(kept, n), append(dims, i+off)
		}
	}
	return prim.Broadcast(prim.Reshape(v, kept), shape, dims)
}

func broadcastFor(op string, y Array, shape []int) *ir.Value {
	if len(y.Shape()) > len(shape) || !fits(y.Shape(), shape) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shape %s does not broadcast to %s", ir.ShapeString(y.Shape()), ir.ShapeString(shape)))
	}
	return broadcastTo(y.v, shape)
}

// fits reports whether a shape broadcasts to another of at least its rank.
func fits(shape, to []int) bool {
	off := len(to) - len(shape)
	for i, n := range shape {
		if n != 1 && n != to[i+off] {
			return false
		}
	}
	return true
}

func binary(name string, op ir.Op, a, b Array) Array {
	x, y := meet(name, a, b)
	r := apply(op, broadcast(name, x, y)...)
	r.weak = a.weak && b.weak && r.v.DType == Float64
	return r
}

// meet gives two operands one dtype, which only constants change theirs for.
func meet(op string, a, b Array) (Array, Array) {
	a, b = a.adapted(op, b), b.adapted(op, a)
	if a.DType() != b.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "operands are %s and %s; convert one with AsType", a.DType(), b.DType()))
	}
	return a, b
}

// adapted is a, or, if it is made of constants only, a in the dtype of b.
func (a Array) adapted(op string, b Array) Array {
	d := b.value().DType
	if !a.weak || b.weak || d == a.value().DType {
		return a
	}
	if d.IsFloat() {
		if a.v.Traced() || a.Rank() > 0 {
			return a.AsType(d)
		}
		return b.Const(a.Item())
	}
	if a.v.Traced() || a.Rank() > 0 {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "operands are a choice among constants and %s; give the constants that dtype with Array.Const", d))
	}
	checkFits(op, a.Item(), d)
	return b.Const(a.Item())
}

// checkFits refuses a constant that a dtype of integers or bool cannot represent.
func checkFits(op string, x float64, d DType) {
	lo, hi := math.Inf(-1), math.Inf(1) // exclusive
	switch d {
	case Bool:
		lo, hi = -1, 2
	case Uint32:
		lo, hi = -1, 1<<32
	case Int32:
		lo, hi = -1<<31-1, 1<<31
	case Int64:
		lo, hi = math.Nextafter(-1<<63, lo), 1<<63
	}
	if !d.IsFloat() && !(x == math.Trunc(x) && x > lo && x < hi) {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "the constant %g does not fit among elements of %s", x, d))
	}
}
