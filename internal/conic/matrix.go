package conic

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// Matrix is a matrix of a program: a [Dense] or a [Sparse] one.
type Matrix interface {
	dims() (rows, cols int)
	times(x array) array
	trans(y array) array
	// scaled is the matrix with its rows multiplied by r and its columns by c.
	scaled(r, c array) Matrix
	// arranged is the matrix with its rows in another order: order[i] is the one that comes to place i = place[order[i]].
	arranged(order, place []int32) Matrix
	// absolute is the matrix of magnitudes.
	absolute() Matrix
	// logarithms are 1 and the logarithm of the magnitude in the places of entries that are not 0, and 0 elsewhere.
	logarithms() (there, logs Matrix)
	// leaned is LA for a matrix L.
	leaned(l lean) Matrix
	// rowMax and colMax are the largest magnitude of each row and of each column.
	rowMax() array
	colMax() array
	// entries are the places of the numbers in values.
	entries() (row, col []int)
	values() array
	nnz() int
}

// Dense is a matrix with all of its entries.
type Dense struct{ A array }

func (a Dense) dims() (int, int)         { s := a.A.Shape(); return s[0], s[1] }
func (a Dense) times(x array) array      { return a.A.MatMul(x) }
func (a Dense) trans(y array) array      { return y.MatMul(a.A) }
func (a Dense) scaled(r, c array) Matrix { return Dense{a.A.Mul(num.Outer(r, c))} }
func (a Dense) absolute() Matrix         { return Dense{a.A.Abs()} }
func (a Dense) values() array            { return a.A.Reshape(a.A.Size()) }
func (a Dense) nnz() int                 { return a.A.Size() }

func (a Dense) arranged(order, _ []int32) Matrix { return Dense{a.A.Take(indices(order), 0)} }

func (a Dense) logarithms() (there, logs Matrix) {
	t, l := logarithm(a.A)
	return Dense{t}, Dense{l}
}

func (a Dense) leaned(l lean) Matrix {
	return Dense{a.A.Add(a.A.Take(l.to, 0).Mul(l.t.ExpandDims(1)))}
}

func (a Dense) rowMax() array {
	m, n := a.dims()
	if m == 0 || n == 0 {
		return num.Full(a.A.DType(), 0, m)
	}
	return a.A.Abs().Max(1)
}

func (a Dense) colMax() array { return Dense{a.A.T()}.rowMax() }

func (a Dense) entries() (row, col []int) {
	m, n := a.dims()
	for i := range m {
		for j := range n {
			row, col = append(row, i), append(col, j)
		}
	}
	return row, col
}

// Sparse is a matrix with the entries of a pattern.
type Sparse struct {
	Pattern *sparse.Shared
	Values  array // [nnz]
	kept    *positions
}

// positions are where the numbers of a pattern are, and what finds the largest ones of its rows and columns: made once for all matrices with it.
type positions struct {
	row, col   array
	rows, cols kkt.Segments
}

// prepared is the matrix with its positions.
func (a Sparse) prepared() Sparse {
	if a.kept == nil {
		p := a.Pattern
		a.kept = &positions{indices(p.RowOf()), indices(p.Ind32()), kkt.NewSegments(p.RowOf(), p.Rows), kkt.NewSegments(p.Ind32(), p.Cols)}
	}
	return a
}

// with is a matrix of the same pattern.
func (a Sparse) with(values array) Sparse { a.Values = values; return a }

func (a Sparse) dims() (int, int)    { return a.Pattern.Rows, a.Pattern.Cols }
func (a Sparse) values() array       { return a.Values }
func (a Sparse) nnz() int            { return a.Pattern.NNZ() }
func (a Sparse) absolute() Matrix    { return a.with(a.Values.Abs()) }
func (a Sparse) times(x array) array { return a.product(x, false) }
func (a Sparse) trans(y array) array { return a.product(y, true) }

// dense is a matrix with all of its entries, nil for none.
func dense(a Matrix) Matrix {
	s, ok := a.(Sparse)
	if !ok {
		return a
	}
	row, col := s.entries()
	m, n := s.dims()
	at := make([]int32, len(row))
	for k := range row {
		at[k] = int32(row[k]*n + col[k])
	}
	return Dense{num.Full(s.Values.DType(), 0, m*n).PutAdd(num.New(at, len(at)), s.Values, 0).Reshape(m, n)}
}

func (a Sparse) product(v array, trans bool) array {
	y := num.Primitive(prim.SparseDotOp{A: a.Pattern, Trans: trans}, a.Values, v.Reshape(v.Size(), 1))[0]
	return y.Reshape(y.Size())
}

func (a Sparse) scaled(r, c array) Matrix {
	a = a.prepared()
	return a.with(a.Values.Mul(r.Take(a.kept.row, 0)).Mul(c.Take(a.kept.col, 0)))
}

func (a Sparse) arranged(_, place []int32) Matrix {
	row, col := a.entries()
	for k, i := range row {
		row[k] = int(place[i])
	}
	p, slot := fromCOO(a.Pattern.Rows, a.Pattern.Cols, row, col)
	return Sparse{Pattern: p, Values: num.SegmentSum(a.Values, num.New(slot, len(slot)), p.NNZ())}.prepared()
}

func (a Sparse) logarithms() (there, logs Matrix) {
	t, l := logarithm(a.Values)
	return a.with(t), a.with(l)
}

func (a Sparse) leaned(l lean) Matrix {
	row, col := a.entries()
	var from, at []int
	for _, i := range l.rows {
		for k := a.Pattern.Ptr[i+1]; k < a.Pattern.Ptr[i+2]; k++ {
			row, col = append(row, int(i)), append(col, a.Pattern.Ind[k])
			from, at = append(from, int(k)), append(at, int(i))
		}
	}
	if len(from) == 0 {
		return a
	}
	p, slot := fromCOO(a.Pattern.Rows, a.Pattern.Cols, row, col)
	more := a.Values.Take(indices(from), 0).Mul(l.t.Take(indices(at), 0))
	return Sparse{Pattern: p, Values: num.SegmentSum(num.Concat(0, a.Values, more), num.New(slot, len(slot)), p.NNZ())}.prepared()
}

func (a Sparse) rowMax() array { return a.prepared().kept.rows.Largest(a.Values.Abs()) }
func (a Sparse) colMax() array { return a.prepared().kept.cols.Largest(a.Values.Abs()) }

func (a Sparse) entries() (row, col []int) {
	for _, i := range a.Pattern.RowOf() {
		row = append(row, int(i))
	}
	return row, append(col, a.Pattern.Ind...)
}

// fromCOO is the pattern of a matrix, and where in it each of its numbers goes.
func fromCOO(rows, cols int, row, col []int) (*sparse.Shared, []int32) {
	p, slot, err := sparse.FromCOO(rows, cols, row, col)
	if err != nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, "argmin.Conic", "the matrix of a step: %v", err))
	}
	return p, slot
}
