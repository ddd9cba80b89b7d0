package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// MatMul is the matrix product as NumPy defines it: vectors are rows on the left
// and columns on the right, and leading axes are a batch, which broadcasts.
func (a Array) MatMul(b Array) Array {
	ra, rb := a.Rank(), b.Rank()
	if ra == 0 || rb == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.MatMul", "shapes %s and %s: a scalar has no matrix product, use Mul",
			ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape())))
	}
	ka, kb := ra-1, max(0, rb-2)
	if a.Shape()[ka] != b.Shape()[kb] {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.MatMul", "shapes %s and %s do not fit: %d columns and %d rows",
			ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape()), a.Shape()[ka], b.Shape()[kb]))
	}
	x, y := a.v, b.v
	d := prim.DotOp{LC: []int{ka}, RC: []int{kb}}
	if ra > 2 && rb > 2 || rb > 2 && ra == 2 {
		x, y = lead("num.MatMul", x, y)
		r := x.Rank()
		d = prim.DotOp{LC: []int{r - 1}, RC: []int{r - 2}, LB: prim.AllAxes(r - 2), RB: prim.AllAxes(r - 2)}
	}
	return apply(d, x, y)
}

// Dot is the sum of products of two vectors of one length, a scalar.
func (a Array) Dot(b Array) Array {
	if a.Rank() != 1 || b.Rank() != 1 || a.Shape()[0] != b.Shape()[0] {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Dot", "shapes %s and %s, want two vectors of the same length; see MatMul",
			ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape())))
	}
	return a.MatMul(b)
}

// Outer is the products of all pairs of elements of two vectors: the matrix aᵢ bⱼ.
func Outer(a, b Array) Array { return a.Reshape(-1, 1).Mul(b.Reshape(1, -1)) }

// Kron is the Kronecker product of an m×n and a p×q matrix: the mp×nq matrix of all products, in blocks aᵢⱼ b.
func Kron(a, b Array) Array {
	m, n := matrix("num.Kron", a, false)
	p, q := matrix("num.Kron", b, false)
	return a.Reshape(m, 1, n, 1).Mul(b.Reshape(1, p, 1, q)).Reshape(m*p, n*q)
}

// DotGeneral sums products over pairs of contracted axes, and runs along pairs of
// batch axes: contract[0] and batch[0] are axes of a, contract[1] and batch[1] are axes
// of b. The result has the batch axes, the other axes of a, and the other axes of b.
func DotGeneral(a, b Array, contract, batch [2][]int) Array {
	const op = "num.DotGeneral"
	axes := func(x Array, s []int) []int {
		out := make([]int, len(s))
		for i, k := range s {
			out[i] = x.axis(op, k)
		}
		return out
	}
	d := prim.DotOp{LC: axes(a, contract[0]), RC: axes(b, contract[1]), LB: axes(a, batch[0]), RB: axes(b, batch[1])}
	for i, used := range [][]int{slices.Concat(d.LC, d.LB), slices.Concat(d.RC, d.RB)} {
		slices.Sort(used)
		if len(slices.Compact(slices.Clone(used))) < len(used) {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "contract[%d] is %v and batch[%d] is %v, which name an axis twice", i, contract[i], i, batch[i]))
		}
	}
	return apply(d, a.value(), b.value())
}

// Tensordot sums products over the pairs of axes axesA[i] of a and axesB[i] of b; the
// result has the other axes of a, then the other axes of b.
func Tensordot(a, b Array, axesA, axesB []int) Array {
	return DotGeneral(a, b, [2][]int{axesA, axesB}, [2][]int{})
}
