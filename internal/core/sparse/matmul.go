package sparse

import "slices"

// Products of two sparse matrices, by rows (Gustavson, "Two fast algorithms for sparse matrices:
// multiplication and permuted transposition", ACM TOMS 4, 1978).

// MatMulPattern is where the product of two matrices may have entries. It takes time about linear in the
// number of products of two entries. It fails if there are more than an int32 can count.
func MatMulPattern(a, b *Shared) (*Shared, error) {
	p := &Pattern{Rows: a.Rows, Cols: b.Cols, Ptr: make([]int, a.Rows+1)}
	seen := make([]int, b.Cols) // in row seen[j]-1 for column j
	for i := range a.Rows {
		for _, l := range a.Row(i) {
			for _, j := range b.Row(l) {
				if seen[j] != i+1 {
					seen[j] = i + 1
					p.Ind = append(p.Ind, j)
				}
			}
		}
		slices.Sort(p.Ind[p.Ptr[i]:])
		p.Ptr[i+1] = len(p.Ind)
		if err := checkSize(p.Rows, p.Cols, len(p.Ind)); err != nil {
			return nil, err
		}
	}
	return share(p), nil
}

// MatMul is the entries of A B at the places of the pattern c; others are left out.
func MatMul[T Float](a, b, c *Shared, va, vb, vc []T) {
	ind := b.Ind32()
	perEntry := 2 * (a.NNZ()/max(c.NNZ(), 1) + 1) * (b.NNZ()/max(b.Rows, 1) + 1)
	c.eachRows(perEntry, func(lo, hi int) {
		place := make([]int32, c.Cols) // where column j of the row is in vc, plus one; 0 if it is not
		for i := lo; i < hi; i++ {
			first, row := c.Ptr[i], c.Row(i)
			sums := vc[first : first+len(row)]
			clear(sums)
			for k, j := range row {
				place[j] = int32(k + 1)
			}
			for p := a.Ptr[i]; p < a.Ptr[i+1]; p++ {
				l, x := a.Ind[p], va[p]
				for q := b.Ptr[l]; q < b.Ptr[l+1]; q++ {
					if k := place[ind[q]]; k > 0 {
						sums[k-1] += x * vb[q]
					}
				}
			}
			for _, j := range row {
				place[j] = 0
			}
		}
	})
}

// Products are the pairs of entries whose products are added up by [MatMul]: entry from[0][k] of A and
// entry from[1][k] of B go to entry to[k].
func Products(a, b, c *Shared) (from [2][]int32, to []int32) {
	place := make([]int32, c.Cols)
	for i := range c.Rows {
		for k := c.Ptr[i]; k < c.Ptr[i+1]; k++ {
			place[c.Ind[k]] = int32(k + 1)
		}
		for p := a.Ptr[i]; p < a.Ptr[i+1]; p++ {
			l := a.Ind[p]
			for q := b.Ptr[l]; q < b.Ptr[l+1]; q++ {
				if k := place[b.Ind[q]]; k > 0 {
					from[0], from[1], to = append(from[0], int32(p)), append(from[1], int32(q)), append(to, k-1)
				}
			}
		}
		for _, j := range c.Row(i) {
			place[j] = 0
		}
	}
	return from, to
}
