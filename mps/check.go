package mps

import (
	"fmt"
	"math"
)

// check is an error if the problem's slices do not fit together.
func (p *Problem) check() error {
	m, n := p.A.Rows, p.A.Cols
	for _, s := range []struct {
		name      string
		got, want int
	}{
		{"C", len(p.C), n}, {"Lower", len(p.Lower), n}, {"Upper", len(p.Upper), n},
		{"RowLower", len(p.RowLower), m}, {"RowUpper", len(p.RowUpper), m},
	} {
		if s.got != s.want {
			return fmt.Errorf("%s has length %d, want %d, as A is %d×%d", s.name, s.got, s.want, m, n)
		}
	}
	if p.Kinds != nil && len(p.Kinds) != n {
		return fmt.Errorf("field Kinds has length %d, want %d, as A is %d×%d", len(p.Kinds), n, m, n)
	}
	if err := p.A.check("A"); err != nil {
		return err
	}
	if (p.Q.Rows != 0 || p.Q.Cols != 0 || len(p.Q.Ind) > 0) && (p.Q.Rows != n || p.Q.Cols != n) {
		return fmt.Errorf("matrix Q is %d×%d, want %d×%d", p.Q.Rows, p.Q.Cols, n, n)
	}
	if err := p.Q.check("Q"); err != nil {
		return err
	}
	if i, j, ok := p.Q.symmetric(); !ok {
		return fmt.Errorf("matrix Q is not symmetric: its entry in row %d, column %d has no equal one on the other side of the diagonal", i, j)
	}
	for j, c := range p.C {
		if math.IsNaN(c) || math.IsInf(c, 0) {
			return fmt.Errorf("element C[%d] is %v, want a finite number", j, c)
		}
	}
	if math.IsNaN(p.Constant) || math.IsInf(p.Constant, 0) {
		return fmt.Errorf("field Constant is %v, want a finite number", p.Constant)
	}
	for i, lower := range p.RowLower {
		if upper := p.RowUpper[i]; !(lower <= upper) || math.IsInf(lower, 1) || math.IsInf(upper, -1) {
			return fmt.Errorf("row %d is between %v and %v, want a lower limit that is not above the upper one", i, lower, upper)
		}
	}
	for j, lower := range p.Lower {
		upper := p.Upper[j]
		if math.IsNaN(lower) || math.IsNaN(upper) || math.IsInf(lower, 1) || math.IsInf(upper, -1) {
			return fmt.Errorf("column %d is between %v and %v, want numbers, or -Inf below and +Inf above for no bound", j, lower, upper)
		}
		if p.Kinds != nil && p.Kinds[j] > Integer && (upper < 0 || math.IsInf(lower, 0)) {
			return fmt.Errorf("column %d may be 0 or between %v and %v, want a finite lower bound and an upper one of at least 0", j, lower, upper)
		}
	}
	return nil
}

// check is an error if the matrix is not one in compressed columns.
func (a Matrix) check(name string) error {
	if a.Rows < 0 || a.Cols < 0 || len(a.Ind) != len(a.Values) {
		return fmt.Errorf("%s is %d×%d with %d row numbers and %d values", name, a.Rows, a.Cols, len(a.Ind), len(a.Values))
	}
	if a.Ptr == nil && len(a.Ind) == 0 {
		return nil
	}
	if len(a.Ptr) != a.Cols+1 || a.Ptr[0] != 0 || a.Ptr[a.Cols] != len(a.Ind) {
		return fmt.Errorf("%s.Ptr must have %d numbers, from 0 to %d", name, a.Cols+1, len(a.Ind))
	}
	for j := range a.Cols {
		lo, hi := a.Ptr[j], a.Ptr[j+1]
		if lo > hi || hi > len(a.Ind) {
			return fmt.Errorf("%s.Ptr decreases at column %d", name, j)
		}
		for k := lo; k < hi; k++ {
			if i := a.Ind[k]; i < 0 || i >= a.Rows || k > lo && i <= a.Ind[k-1] {
				return fmt.Errorf("%s has row %d in column %d, want increasing rows below %d", name, i, j, a.Rows)
			}
			if v := a.Values[k]; math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%s has %v in row %d, column %d, want finite numbers", name, v, a.Ind[k], j)
			}
		}
	}
	return nil
}

// symmetric reports whether a square matrix equals its transpose, or an entry at which it does not.
func (a Matrix) symmetric() (row, col int, ok bool) {
	next := make([]int, a.Cols) // of each column, how many entries have been met as entries of a row
	for j := range a.Cols {
		ind, values := a.Column(j)
		for k, i := range ind {
			at := next[i]
			next[i]++
			other, v := a.Column(i)
			if at >= len(other) || other[at] != j || v[at] != values[k] {
				return i, j, false
			}
		}
	}
	return 0, 0, true
}
