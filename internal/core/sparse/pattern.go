package sparse

import (
	"fmt"
	"slices"
)

// Pattern is where a sparse matrix has entries, by rows: those of row i are at the columns
// Ind[Ptr[i]:Ptr[i+1]], in increasing order, each once (compressed sparse rows). The values
// of the entries are a slice of their own, in the same order. A pattern is not changed after
// it was made.
type Pattern struct {
	Rows, Cols int
	Ptr        []int // [Rows + 1]
	Ind        []int // [NNZ]
}

// NNZ is the number of stored entries.
func (p *Pattern) NNZ() int { return len(p.Ind) }

// Row is the columns of the entries of row i.
func (p *Pattern) Row(i int) []int { return p.Ind[p.Ptr[i]:p.Ptr[i+1]] }

// Check is the error of a pattern that breaks its rules; nil if there is none.
func (p *Pattern) Check() error {
	switch {
	case p.Rows < 0 || p.Cols < 0:
		return fmt.Errorf("the pattern has %d rows and %d columns", p.Rows, p.Cols)
	case len(p.Ptr) != p.Rows+1:
		return fmt.Errorf("the row pointers have length %d, want %d for %d rows", len(p.Ptr), p.Rows+1, p.Rows)
	case p.Ptr[0] != 0 || p.Ptr[p.Rows] != len(p.Ind):
		return fmt.Errorf("the row pointers go from %d to %d, want from 0 to the number of entries, %d", p.Ptr[0], p.Ptr[p.Rows], len(p.Ind))
	}
	for i := range p.Rows { // before any row is looked at
		if p.Ptr[i] > p.Ptr[i+1] {
			return fmt.Errorf("the row pointers fall from %d to %d at row %d", p.Ptr[i], p.Ptr[i+1], i)
		}
	}
	for i := range p.Rows {
		for k, j := range p.Row(i) {
			switch {
			case j < 0 || j >= p.Cols:
				return fmt.Errorf("row %d has an entry in column %d of %d", i, j, p.Cols)
			case k > 0 && p.Row(i)[k-1] >= j:
				return fmt.Errorf("row %d has column %d after column %d; columns must increase", i, j, p.Row(i)[k-1])
			}
		}
	}
	return nil
}

// Transpose is the pattern of the transposed matrix; entry k of it is entry from[k] of p.
func (p *Pattern) Transpose() (t *Pattern, from []int) {
	t = &Pattern{Rows: p.Cols, Cols: p.Rows, Ptr: make([]int, p.Cols+1), Ind: make([]int, p.NNZ())}
	from = make([]int, p.NNZ())
	for _, j := range p.Ind {
		t.Ptr[j+1]++
	}
	for j := range p.Cols {
		t.Ptr[j+1] += t.Ptr[j]
	}
	next := slices.Clone(t.Ptr)
	for i := range p.Rows {
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			at := next[p.Ind[k]]
			next[p.Ind[k]]++
			t.Ind[at], from[at] = i, k
		}
	}
	return t, from
}
