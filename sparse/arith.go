package sparse

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	core "github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// pair checks two matrices of one size.
func pair(op string, a, b Matrix) (p, q *core.Shared) {
	a.single(op)
	b.single(op)
	a.sameType(op, "the other matrix", b.Values)
	p, q = a.pattern.p, b.pattern.p
	if p.Rows != q.Rows || p.Cols != q.Cols {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "one %s and the other %s", describe(a), describe(b)))
	}
	checkCount(op, p.NNZ()+q.NNZ())
	return p, q
}

// checkCount refuses more entries than an int32 can count.
func checkCount(op string, nnz int) {
	if nnz > math.MaxInt32 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the result may have %d entries, which is too many: indices have 32 bits", nnz))
	}
}

// Add is the sum of two matrices of one size. It has an entry where either has one.
func (a Matrix) Add(b Matrix) Matrix { return combine("sparse.Matrix.Add", a, b, num.Array.Add) }

// Sub is the difference of two matrices of one size. It has an entry where either has one.
func (a Matrix) Sub(b Matrix) Matrix { return combine("sparse.Matrix.Sub", a, b, num.Array.Sub) }

func combine(op string, a, b Matrix, join func(x, y num.Array) num.Array) Matrix {
	p, q := pair(op, a, b)
	if p == q {
		return a.WithValues(join(a.Values, b.Values))
	}
	u, inA, inB := core.Union(p, q)
	return New(Pattern{u}, join(placed(a.Values, inA, u.NNZ()), placed(b.Values, inB, u.NNZ())))
}

// Mul is the product of every element of two matrices of one size. It has an entry where both have one: an
// infinity or NaN that meets no entry is dropped, as zeros that are not stored are exact.
func (a Matrix) Mul(b Matrix) Matrix {
	p, q := pair("sparse.Matrix.Mul", a, b)
	if p == q {
		return a.WithValues(a.Values.Mul(b.Values))
	}
	s, ofA, ofB := core.Intersection(p, q)
	return New(Pattern{s}, taken(a.Values, ofA).Mul(taken(b.Values, ofB)))
}

// MulDense multiplies every entry by the element of a dense matrix at its place.
func (a Matrix) MulDense(x num.Array) Matrix {
	const op = "sparse.Matrix.MulDense"
	a.single(op)
	a.sameType(op, "x", x)
	return a.WithValues(a.Values.Mul(fromDenseAt(op, a.pattern, x)))
}

// Scale multiplies every entry by a number.
func (a Matrix) Scale(c float64) Matrix { return a.WithValues(a.Values.Scale(c)) }

// Neg is the matrix with every entry's sign changed.
func (a Matrix) Neg() Matrix { return a.WithValues(a.Values.Neg()) }

// ScaleRows multiplies row i by d[i].
func (a Matrix) ScaleRows(d num.Array) Matrix {
	const op = "sparse.Matrix.ScaleRows"
	p := a.single(op).pattern.p
	a.vector(op, d, p.Rows, "row")
	return a.WithValues(a.Values.Mul(taken(d, p.RowOf())))
}

// ScaleCols multiplies column j by d[j].
func (a Matrix) ScaleCols(d num.Array) Matrix {
	const op = "sparse.Matrix.ScaleCols"
	p := a.single(op).pattern.p
	a.vector(op, d, p.Cols, "column")
	return a.WithValues(a.Values.Mul(taken(d, p.Ind32())))
}

func (a Matrix) vector(op string, d num.Array, n int, what string) {
	a.sameType(op, "d", d)
	if !slices.Equal(d.Shape(), []int{n}) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the %s and d has shape %s, want [%d]: a number for each %s", describe(a), ir.ShapeString(d.Shape()), n, what))
	}
}

// Sum adds up the elements along an axis, as of a dense matrix: axis 0 gives the sums of the columns, axis 1 (or -1)
// those of the rows. The sum of all elements is that of Values.
func (a Matrix) Sum(axis int) num.Array {
	m, n := a.Dims()
	switch axis {
	case 0, -2:
		return a.TMatMul(num.Full(a.DType(), 1, m))
	case 1, -1:
		return a.MatMul(num.Full(a.DType(), 1, n))
	}
	ir.Throw(ir.Errorf(ir.ArgumentError, "sparse.Matrix.Sum", "axis %d of a matrix, want 0 or 1", axis))
	panic("unreachable")
}

// Diagonal is the elements (i, i), zero where nothing is stored: a vector as long as the shorter side.
func (a Matrix) Diagonal() num.Array {
	p := a.single("sparse.Matrix.Diagonal").pattern.p
	var from, to []int32
	for i := range min(p.Rows, p.Cols) {
		if k, ok := p.Find(i, i); ok {
			from, to = append(from, int32(k)), append(to, int32(i))
		}
	}
	return placed(taken(a.Values, from), to, min(p.Rows, p.Cols))
}

// At is the element at row i and column j, a scalar: zero where nothing is stored.
func (a Matrix) At(i, j int) num.Array {
	const op = "sparse.Matrix.At"
	p := a.single(op).pattern.p
	if i < 0 || i >= p.Rows || j < 0 || j >= p.Cols {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "there is no row %d and column %d, as the %s", i, j, describe(a)))
	}
	k, ok := p.Find(i, j)
	if !ok {
		return num.Full(a.DType(), 0)
	}
	return a.Values.At(k)
}
