package sparse

import (
	"cmp"
	"fmt"
	"slices"
)

// SizeError is the error of a matrix that is too large for indices of 32 bits.
type SizeError struct{ Rows, Cols, NNZ int }

func (e *SizeError) Error() string {
	return fmt.Sprintf("a matrix of %d rows, %d columns and %d entries is too large: indices have 32 bits", e.Rows, e.Cols, e.NNZ)
}

// FromCOO is the pattern of entries at (row[k], col[k]), in any order and repeated as they may
// be (coordinate format): entry k is entry slot[k] of the pattern. It takes time linear in the
// number of entries and rows.
func FromCOO(rows, cols int, row, col []int) (s *Shared, slot []int32, err error) {
	if err := checkCOO(rows, cols, row, col); err != nil {
		return nil, nil, err
	}
	// Two stable sorts, by column and then by row.
	nnz := len(row)
	order := make([]int32, nnz)
	for k := range order {
		order[k] = int32(k)
	}
	order = stableSort(order, col, cols)
	order = stableSort(order, row, rows)
	p := &Pattern{Rows: rows, Cols: cols, Ptr: make([]int, rows+1), Ind: make([]int, 0, nnz)}
	slot = make([]int32, nnz)
	last := -1 // the entry before
	for _, k := range order {
		if last < 0 || row[last] != row[k] || col[last] != col[k] {
			p.Ind = append(p.Ind, col[k])
			p.Ptr[row[k]+1]++
		}
		slot[k], last = int32(len(p.Ind)-1), int(k)
	}
	for i := range rows {
		p.Ptr[i+1] += p.Ptr[i]
	}
	return share(p), slot, nil
}

func checkCOO(rows, cols int, row, col []int) error {
	if rows < 0 || cols < 0 {
		return fmt.Errorf("the matrix has %d rows and %d columns", rows, cols)
	}
	if len(row) != len(col) {
		return fmt.Errorf("there are %d row indices and %d column indices; every entry needs both", len(row), len(col))
	}
	if err := checkSize(rows, cols, len(row)); err != nil {
		return err
	}
	for k := range row {
		if row[k] < 0 || row[k] >= rows || col[k] < 0 || col[k] >= cols {
			return fmt.Errorf("entry %d is at row %d and column %d of a matrix of %d rows and %d columns, numbered from 0", k, row[k], col[k], rows, cols)
		}
	}
	return nil
}

// stableSort sorts order by key[order[k]], which is below n, and keeps the order of equal ones. Where n is far above
// the number of keys it compares them instead of counting.
func stableSort(order []int32, key []int, n int) []int32 {
	if n > 8*len(order) {
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(key[a], key[b]) })
		return order
	}
	return countingSort(order, key, n)
}

// countingSort sorts order by key[order[k]], which is below n, and keeps the order of equal ones.
func countingSort(order []int32, key []int, n int) []int32 {
	start := make([]int, n+1)
	for _, k := range key {
		start[k+1]++
	}
	for i := range n {
		start[i+1] += start[i]
	}
	sorted := make([]int32, len(order))
	for _, k := range order {
		at := &start[key[k]]
		sorted[*at] = k
		*at++
	}
	return sorted
}
