package kkt

import (
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/num"
)

// patterns are those of H and of J, whose stored values Matrices have.
type patterns struct {
	h, j                   *sparse.Shared
	hrow, hcol, jrow, jcol array // of each entry
}

func newPatterns(h, j *sparse.Shared) patterns {
	return patterns{h, j, places(h.RowOf()), places(h.Ind32()), places(j.RowOf()), places(j.Ind32())}
}

// Size implements [Products].
func (s patterns) Size() (n, m int) { return s.j.Cols, s.j.Rows }

// HTimes implements [Products].
func (s patterns) HTimes(k Matrices, x array) array { return sparsity.Times(s.h, false, k.H, x) }

// JTimes implements [Products].
func (s patterns) JTimes(k Matrices, x array) array { return sparsity.Times(s.j, false, k.J, x) }

// TransposeTimes implements [Products].
func (s patterns) TransposeTimes(k Matrices, y array) array { return sparsity.Times(s.j, true, k.J, y) }

// Sums implements [Products].
func (s patterns) Sums(k Matrices) (cols, rows array) {
	total := func(values, at array, n int) array {
		if at.Size() == 0 {
			return num.Full(values.DType(), 0, n)
		}
		return num.SegmentSum(values.Abs(), at, n)
	}
	n, m := s.Size()
	return total(k.H, s.hcol, n).Add(total(k.J, s.jcol, n)), total(k.J, s.jrow, m)
}

// Scaled implements [Products].
func (s patterns) Scaled(k Matrices, d, e array) Matrices {
	return Matrices{
		H: k.H.Mul(d.Take(s.hrow, 0)).Mul(d.Take(s.hcol, 0)),
		J: k.J.Mul(e.Take(s.jrow, 0)).Mul(d.Take(s.jcol, 0)),
	}
}

// Rows has the stored values of H, of which the pattern is symmetric, of J, and of Jᵀ as rows: where products are all there is to do, it
// is worth its memory, as rows are read in order and by all cores.
type Rows struct {
	patterns
	t    *sparse.Shared // the pattern of Jᵀ
	from array          // where in J each entry of Jᵀ is
}

// NewRows is for matrices with these patterns.
func NewRows(h, j *sparse.Shared) Rows {
	t, from := j.T()
	return Rows{patterns: newPatterns(h, j), t: t, from: places(from)}
}

// Of are the matrices of values of H and J.
func (s Rows) Of(h, j array) Matrices { return Matrices{H: h, J: j, T: s.transposed(j)} }

func (s Rows) transposed(j array) array {
	if j.Size() == 0 {
		return j
	}
	return j.Take(s.from, 0)
}

// TransposeTimes implements [Products].
func (s Rows) TransposeTimes(k Matrices, y array) array { return sparsity.Times(s.t, false, k.T, y) }

// Largest implements [Products]: it is the root of the sum of squares, which is at least as large. Scalings by it are as good, and sums need no sorting.
func (s Rows) Largest(k Matrices) (cols, rows, h array) {
	h2, j2 := k.H.Square(), k.J.Square()
	cols, rows = s.Sums(Matrices{H: h2, J: j2})
	h, _ = s.Sums(Matrices{H: h2, J: j2.Scale(0)})
	return cols.Sqrt(), rows.Sqrt(), h.Sqrt()
}

// Scaled implements [Products].
func (s Rows) Scaled(k Matrices, d, e array) Matrices {
	k = s.patterns.Scaled(k, d, e)
	k.T = s.transposed(k.J)
	return k
}

func places(i []int32) array { return num.New(i, len(i)) }
