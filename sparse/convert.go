package sparse

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	core "github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// FromDense is the matrix of the elements of x that are not zero. The pattern follows from the numbers, so x must not
// be traced: within a transformation use [FromDenseAt].
func FromDense(x num.Array) Matrix {
	const op = "sparse.FromDense"
	checkDense(op, x)
	if x.Traced() {
		ir.Throw(ir.Errorf(ir.TraceError, op, "which elements are zero is not known inside a transformation; give the pattern to sparse.FromDenseAt"))
	}
	v := x.Float64s()
	return FromDenseAt(Pattern{where(op, x.Shape(), func(i, j int) bool { return v[i*x.Shape()[1]+j] != 0 })}, x)
}

// FromDenseAt is the matrix with the given pattern and the elements of x there; other elements of x are left out.
func FromDenseAt(p Pattern, x num.Array) Matrix {
	return New(p, fromDenseAt("sparse.FromDenseAt", p, x))
}

func fromDenseAt(op string, p Pattern, x num.Array) num.Array {
	checkDense(op, x)
	s := p.shared(op)
	if !slices.Equal(x.Shape(), []int{s.Rows, s.Cols}) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "x has shape %s, want [%d, %d], the size of the pattern", ir.ShapeString(x.Shape()), s.Rows, s.Cols))
	}
	return taken(x.Reshape(s.Rows*s.Cols), flatPlaces(op, s))
}

// MaskPattern is the pattern of the places where a matrix of booleans is true.
func MaskPattern(mask num.Array) Pattern {
	const op = "sparse.MaskPattern"
	if mask.DType() != num.Bool || mask.Rank() != 2 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the mask is %s of shape %s, want a matrix of bool", mask.DType(), ir.ShapeString(mask.Shape())))
	}
	v := num.ToSlice[bool](mask)
	return Pattern{where(op, mask.Shape(), func(i, j int) bool { return v[i*mask.Shape()[1]+j] })}
}

func where(op string, shape []int, keep func(i, j int) bool) *core.Shared {
	s, err := core.Where(shape[0], shape[1], keep)
	if err != nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "%v", err))
	}
	return s
}

func checkDense(op string, x num.Array) {
	if x.Rank() != 2 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "x has shape %s, want a matrix", ir.ShapeString(x.Shape())))
	}
}

// flatPlaces are the places of the entries in a dense matrix, row by row.
func flatPlaces(op string, s *core.Shared) []int32 {
	if s.Rows > 0 && s.Cols > math.MaxInt32/s.Rows {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "a dense matrix of %s is too large: indices have 32 bits", size(s.Rows, s.Cols)))
	}
	at := make([]int32, s.NNZ())
	for k, i := range s.RowOf() {
		at[k] = i*int32(s.Cols) + int32(s.Ind[k])
	}
	return at
}

// Dense is the matrix with all its zeros, [rows, cols].
func (a Matrix) Dense() num.Array {
	const op = "sparse.Matrix.Dense"
	p := a.single(op).pattern.p
	return placed(a.Values, flatPlaces(op, p), p.Rows*p.Cols).Reshape(p.Rows, p.Cols)
}

// T is the transposed matrix, of which the entries are in another order. For products with it [Matrix.TMatMul] needs no T.
func (a Matrix) T() Matrix {
	t, from := a.single("sparse.Matrix.T").pattern.p.T()
	return New(Pattern{t}, taken(a.Values, from))
}

// COO gives row, column and value of every entry, row by row (coordinate format).
func (a Matrix) COO() (row, col []int, values num.Array) {
	p := a.single("sparse.Matrix.COO").pattern.p
	row = make([]int, p.NNZ())
	for k, i := range p.RowOf() {
		row[k] = int(i)
	}
	return row, slices.Clone(p.Ind), a.Values
}

// CSR gives the entries by rows: those of row i are in the columns ind[ptr[i]:ptr[i+1]] and have the values there.
func (a Matrix) CSR() (ptr, ind []int, values num.Array) {
	p := a.single("sparse.Matrix.CSR").pattern.p
	return slices.Clone(p.Ptr), slices.Clone(p.Ind), a.Values
}

// CSC gives the entries by columns: those of column j are in the rows ind[ptr[j]:ptr[j+1]] and have the values there.
func (a Matrix) CSC() (ptr, ind []int, values num.Array) { return a.T().CSR() }

// RowRange is the rows from lo to hi, which is excluded.
func (a Matrix) RowRange(lo, hi int) Matrix {
	const op = "sparse.Matrix.RowRange"
	p := a.single(op).pattern.p
	if lo < 0 || hi < lo || hi > p.Rows {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "rows %d to %d of a matrix of %d", lo, hi, p.Rows))
	}
	rows := make([]int, hi-lo)
	for i := range rows {
		rows[i] = lo + i
	}
	return a.TakeRows(rows)
}

// TakeRows is the given rows, in their order and repeated as they may be.
func (a Matrix) TakeRows(rows []int) Matrix {
	const op = "sparse.Matrix.TakeRows"
	p := a.single(op).pattern.p
	nnz := 0
	for k, i := range rows {
		if i < 0 || i >= p.Rows {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "index %d is row %d of a matrix of %d rows, numbered from 0", k, i, p.Rows))
		}
		nnz += len(p.Row(i))
	}
	checkCount(op, nnz)
	s, from := p.TakeRows(rows)
	return New(Pattern{s}, taken(a.Values, from))
}

// TakeCols is the given columns, in their order and repeated as they may be. It transposes twice.
func (a Matrix) TakeCols(cols []int) Matrix {
	const op = "sparse.Matrix.TakeCols"
	p := a.single(op).pattern.p
	for k, j := range cols {
		if j < 0 || j >= p.Cols {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "index %d is column %d of a matrix of %d columns, numbered from 0", k, j, p.Cols))
		}
	}
	return a.T().TakeRows(cols).T()
}
