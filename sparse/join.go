package sparse

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Identity is the n×n identity matrix.
func Identity(d num.DType, n int) Matrix {
	if n < 0 || n > math.MaxInt32 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "sparse.Identity", "%d rows", n))
	}
	return Diags(n, n, []int{0}, num.Full(d, 1))
}

// Diags is the matrix of the given size with diagonals: number k of them, a vector, stands at the columns j = i +
// offsets[k], above the main one for positive offsets. Each is as long as its diagonal, or a scalar, which is repeated
// along it.
func Diags(rows, cols int, offsets []int, diagonals ...num.Array) Matrix {
	const op = "sparse.Diags"
	if len(offsets) != len(diagonals) || len(offsets) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "%d offsets for %d diagonals, want one for each and at least one", len(offsets), len(diagonals)))
	}
	var row, col []int
	values := make([]num.Array, len(diagonals))
	for k, o := range offsets {
		if slices.Contains(offsets[:k], o) {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "two diagonals have the offset %d", o))
		}
		i, j := max(0, -o), max(0, o)
		n := min(rows-i, cols-j)
		if n < 0 || n == 0 && o != 0 {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "offset %d lies outside of a matrix of %s", o, size(rows, cols)))
		}
		d := diagonals[k]
		if d.Rank() == 0 {
			d = d.BroadcastTo(n)
		}
		if !slices.Equal(d.Shape(), []int{n}) {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "the diagonal with offset %d has shape %s, want [%d] or a scalar", o, ir.ShapeString(d.Shape()), n))
		}
		for l := range n {
			row, col = append(row, i+l), append(col, j+l)
		}
		values[k] = d
	}
	return FromCOO(rows, cols, row, col, num.Concat(0, values...))
}

// VStack puts matrices with equally many columns below each other.
func VStack(list ...Matrix) Matrix { return block("sparse.VStack", list, true, false) }

// HStack puts matrices with equally many rows side by side.
func HStack(list ...Matrix) Matrix { return block("sparse.HStack", list, false, true) }

// BlockDiag puts matrices along the diagonal of a larger one, with zeros elsewhere.
func BlockDiag(list ...Matrix) Matrix { return block("sparse.BlockDiag", list, true, true) }

// block places matrices each below the one before, to the right of it, or both.
func block(op string, list []Matrix, down, right bool) Matrix {
	if len(list) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "there are no matrices"))
	}
	var row, col []int
	values := make([]num.Array, len(list))
	rows, cols := 0, 0 // of the matrices before
	for k, a := range list {
		a.single(op)
		list[0].sameType(op, "a later matrix", a.Values)
		if m, n := a.Dims(); k > 0 && (!down && m != rows || !right && n != cols) {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "matrix %d is %s, which does not fit to the one before: %s", k, size(m, n), describe(list[k-1])))
		}
		i, j := 0, 0
		if down {
			i = rows
		}
		if right {
			j = cols
		}
		r, c, v := a.COO()
		for e := range r {
			row, col = append(row, i+r[e]), append(col, j+c[e])
		}
		m, n := a.Dims()
		rows, cols = i+m, j+n
		values[k] = v
	}
	return FromCOO(rows, cols, row, col, num.Concat(0, values...))
}

// Kron is the Kronecker product: the matrix of the blocks aᵢⱼ B.
func Kron(a, b Matrix) Matrix {
	const op = "sparse.Kron"
	a.single(op)
	b.single(op)
	a.sameType(op, "the second matrix", b.Values)
	p, q := a.pattern.p, b.pattern.p
	if p.NNZ() > 0 && q.NNZ() > math.MaxInt32/p.NNZ() || p.Rows > 0 && q.Rows > math.MaxInt32/p.Rows || p.Cols > 0 && q.Cols > math.MaxInt32/p.Cols {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the product of %s and %s matrices of %d and %d entries is too large: indices have 32 bits",
			size(p.Rows, p.Cols), size(q.Rows, q.Cols), p.NNZ(), q.NNZ()))
	}
	nnz := p.NNZ() * q.NNZ()
	row, col := make([]int, 0, nnz), make([]int, 0, nnz)
	ofA, ofB := make([]int32, 0, nnz), make([]int32, 0, nnz)
	pr, qr := p.RowOf(), q.RowOf()
	for k, i := range pr {
		for l, r := range qr {
			row, col = append(row, int(i)*q.Rows+int(r)), append(col, p.Ind[k]*q.Cols+q.Ind[l])
			ofA, ofB = append(ofA, int32(k)), append(ofB, int32(l))
		}
	}
	return FromCOO(p.Rows*q.Rows, p.Cols*q.Cols, row, col, taken(a.Values, ofA).Mul(taken(b.Values, ofB)))
}
