package leastsq

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// jacobian is a Jacobian of m rows and n columns.
type jacobian interface {
	mul(v, y []float64)  // y = J v
	mulT(y, v []float64) // v = Jᵀ y
	scaleRows(s []float64)
	columnNorms(c []float64)
	finite() bool
	visit(do func(i, k int, v float64)) // calls do with the row, the column and the value of all elements
}

// dense is a dense Jacobian.
type dense struct{ *mat.Dense }

func (d dense) mul(v, y []float64) {
	mat.NewVecDense(len(y), y).MulVec(d.Dense, mat.NewVecDense(len(v), v))
}

func (d dense) mulT(y, v []float64) {
	mat.NewVecDense(len(v), v).MulVec(d.T(), mat.NewVecDense(len(y), y))
}

func (d dense) scaleRows(s []float64) {
	for i, s := range s {
		row := d.RawRowView(i)
		for k := range row {
			row[k] *= s
		}
	}
}

func (d dense) columnNorms(c []float64) {
	raw := d.RawMatrix()
	for k := range c {
		c[k] = blas64.Nrm2(blas64.Vector{N: raw.Rows, Inc: raw.Stride, Data: raw.Data[k:]})
	}
}

func (d dense) finite() bool { return vec.AllFinite(d.RawMatrix().Data) }

func (d dense) visit(do func(i, k int, v float64)) {
	m, _ := d.Dims()
	for i := range m {
		for k, v := range d.RawRowView(i) {
			do(i, k, v)
		}
	}
}

// sparse is a sparse Jacobian: row i has values[i][k] in column columns[i][k].
type sparse struct {
	columns [][]int
	values  [][]float64 // parts of data
	data    []float64
}

func newSparse(columns [][]int) *sparse {
	s := &sparse{columns: columns, values: make([][]float64, len(columns))}
	count := 0
	for _, c := range columns {
		count += len(c)
	}
	s.data = make([]float64, count)
	at := 0
	for i, c := range columns {
		s.values[i] = s.data[at : at+len(c) : at+len(c)]
		at += len(c)
	}
	return s
}

func (s *sparse) mul(v, y []float64) {
	for i, row := range s.values {
		sum := 0.0
		for k, j := range s.columns[i] {
			sum += row[k] * v[j]
		}
		y[i] = sum
	}
}

func (s *sparse) mulT(y, v []float64) {
	clear(v)
	for i, row := range s.values {
		for k, j := range s.columns[i] {
			v[j] += row[k] * y[i]
		}
	}
}

func (s *sparse) scaleRows(r []float64) {
	for i, row := range s.values {
		for k := range row {
			row[k] *= r[i]
		}
	}
}

func (s *sparse) columnNorms(c []float64) {
	clear(c)
	for i, row := range s.values {
		for k, j := range s.columns[i] {
			c[j] = math.Hypot(c[j], row[k])
		}
	}
}

func (s *sparse) finite() bool { return vec.AllFinite(s.data) }

func (s *sparse) visit(do func(i, k int, v float64)) {
	for i, row := range s.values {
		for k, v := range row {
			do(i, s.columns[i][k], v)
		}
	}
}
