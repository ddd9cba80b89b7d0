package convex

import (
	"math/rand/v2"
	"slices"

	"github.com/argmin-go/argmin/mps"
)

// builder makes a sparse matrix entry by entry; entries at the same place add up.
type builder struct {
	rows, cols int
	entries    [][]element // of each column
}

type element struct {
	row   int
	value float64
}

func build(rows, cols int) *builder { return &builder{rows, cols, make([][]element, cols)} }

func (b *builder) add(i, j int, v float64) {
	if v != 0 {
		b.entries[j] = append(b.entries[j], element{i, v})
	}
}

// put adds a matrix whose first entry goes to row i, column j, times a factor.
func (b *builder) put(i, j int, a mps.Matrix, factor float64) {
	for c := range a.Cols {
		ind, values := a.Column(c)
		for k, r := range ind {
			b.add(i+r, j+c, factor*values[k])
		}
	}
}

// diagonal adds n equal numbers along a diagonal that begins at row i, column j.
func (b *builder) diagonal(i, j, n int, v float64) {
	for k := range n {
		b.add(i+k, j+k, v)
	}
}

func (b *builder) matrix() mps.Matrix {
	a := mps.Matrix{Rows: b.rows, Cols: b.cols, Ptr: []int{0}}
	for _, col := range b.entries {
		slices.SortStableFunc(col, func(x, y element) int { return x.row - y.row })
		for k, e := range col {
			if last := len(a.Ind) - 1; k > 0 && a.Ind[last] == e.row {
				a.Values[last] += e.value
				continue
			}
			a.Ind, a.Values = append(a.Ind, e.row), append(a.Values, e.value)
		}
		a.Ptr = append(a.Ptr, len(a.Ind))
	}
	return a
}

// sparseRandom has numbers that draw gives at a fraction of its places, chosen column by column.
func sparseRandom(r *rand.Rand, rows, cols int, density float64, draw func(i int) float64) mps.Matrix {
	b := build(rows, cols)
	for j := range cols {
		for i := range rows {
			if r.Float64() < density {
				b.add(i, j, draw(i))
			}
		}
	}
	return b.matrix()
}

// gram is M Mᵀ + α I.
func gram(m mps.Matrix, alpha float64) mps.Matrix {
	n := m.Rows
	dense := make([]float64, n*n)
	for k := range m.Cols {
		ind, values := m.Column(k)
		for a, i := range ind {
			for b, j := range ind {
				dense[j*n+i] += values[a] * values[b]
			}
		}
	}
	to := mps.Matrix{Rows: n, Cols: n, Ptr: []int{0}}
	for j := range n {
		dense[j*n+j] += alpha
		for i, v := range dense[j*n : (j+1)*n] {
			if v != 0 {
				to.Ind, to.Values = append(to.Ind, i), append(to.Values, v)
			}
		}
		to.Ptr = append(to.Ptr, len(to.Ind))
	}
	return to
}
