package sparse

import (
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// nonZeros is implemented by matrices that can list their entries, such as gonum's banded ones and those of packages of
// sparse matrices for gonum.
type nonZeros interface {
	DoNonZero(f func(i, j int, v float64))
}

// FromGonum is the matrix of the elements that are not zero of one of gonum's. A matrix with gonum's method DoNonZero
// is not looked through in full.
func FromGonum(m mat.Matrix) Matrix {
	rows, cols := m.Dims()
	var row, col []int
	var values []float64
	add := func(i, j int, v float64) {
		row, col, values = append(row, i), append(col, j), append(values, v)
	}
	if n, ok := m.(nonZeros); ok {
		n.DoNonZero(add)
	} else {
		for i := range rows {
			for j := range cols {
				if v := m.At(i, j); v != 0 {
					add(i, j, v)
				}
			}
		}
	}
	return FromCOO(rows, cols, row, col, num.New(values, len(values)))
}

// Gonum is the matrix as one of gonum's, which cannot be changed and has gonum's method
// DoNonZero. The numbers must be known: it is an error inside a transformation.
func (a Matrix) Gonum() mat.Matrix {
	const op = "sparse.Matrix.Gonum"
	a.single(op)
	if a.Values.Traced() {
		ir.Throw(ir.Errorf(ir.TraceError, op, "the numbers of a matrix are not known inside a transformation"))
	}
	return gonumMatrix{a.pattern, a.Values.Float64s()}
}

type gonumMatrix struct {
	p Pattern
	v []float64
}

func (m gonumMatrix) Dims() (rows, cols int) { return m.p.p.Rows, m.p.p.Cols }
func (m gonumMatrix) T() mat.Matrix          { return mat.Transpose{Matrix: m} }

func (m gonumMatrix) At(i, j int) float64 {
	p := m.p.p
	if i < 0 || i >= p.Rows {
		panic(mat.ErrRowAccess)
	}
	if j < 0 || j >= p.Cols {
		panic(mat.ErrColAccess)
	}
	if k, ok := p.Find(i, j); ok {
		return m.v[k]
	}
	return 0
}

// DoNonZero calls f for every stored entry.
func (m gonumMatrix) DoNonZero(f func(i, j int, v float64)) {
	row := m.p.p.RowOf()
	for k, v := range m.v {
		f(int(row[k]), m.p.p.Ind[k], v)
	}
}
