package sparse

// Union is where at least one of two patterns of one size has entries; entry k of a is entry inA[k] of
// it, and entry k of b entry inB[k].
func Union(a, b *Shared) (u *Shared, inA, inB []int32) {
	p := &Pattern{Rows: a.Rows, Cols: a.Cols, Ptr: make([]int, a.Rows+1)}
	inA, inB = make([]int32, 0, a.NNZ()), make([]int32, 0, b.NNZ())
	merge(a, b, func(i, j int, _, _ int, hasA, hasB bool) {
		at := int32(len(p.Ind))
		p.Ind = append(p.Ind, j)
		p.Ptr[i+1]++
		if hasA {
			inA = append(inA, at)
		}
		if hasB {
			inB = append(inB, at)
		}
	})
	return shareCounted(p), inA, inB
}

// Intersection is where two patterns of one size both have entries; entry k of it is entry ofA[k] of a and
// entry ofB[k] of b.
func Intersection(a, b *Shared) (s *Shared, ofA, ofB []int32) {
	p := &Pattern{Rows: a.Rows, Cols: a.Cols, Ptr: make([]int, a.Rows+1)}
	merge(a, b, func(i, j int, ka, kb int, hasA, hasB bool) {
		if hasA && hasB {
			p.Ind = append(p.Ind, j)
			p.Ptr[i+1]++
			ofA, ofB = append(ofA, int32(ka)), append(ofB, int32(kb))
		}
	})
	return shareCounted(p), ofA, ofB
}

// shareCounted is share of a pattern whose Ptr[i+1] counts the entries of row i.
func shareCounted(p *Pattern) *Shared {
	for i := range p.Rows {
		p.Ptr[i+1] += p.Ptr[i]
	}
	return share(p)
}

// merge visits the places of two patterns in order, with the entries there.
func merge(a, b *Shared, visit func(i, j, ka, kb int, hasA, hasB bool)) {
	for i := range a.Rows {
		ka, kb := a.Ptr[i], b.Ptr[i]
		for ka < a.Ptr[i+1] || kb < b.Ptr[i+1] {
			ja, jb := a.Cols, a.Cols
			if ka < a.Ptr[i+1] {
				ja = a.Ind[ka]
			}
			if kb < b.Ptr[i+1] {
				jb = b.Ind[kb]
			}
			j := min(ja, jb)
			visit(i, j, ka, kb, ja == j, jb == j)
			if ja == j {
				ka++
			}
			if jb == j {
				kb++
			}
		}
	}
}

// TakeRows is the pattern of the given rows, in their order, repeated as they may be; entry k of it is entry
// from[k] of s.
func (s *Shared) TakeRows(rows []int) (t *Shared, from []int32) {
	p := &Pattern{Rows: len(rows), Cols: s.Cols, Ptr: make([]int, len(rows)+1)}
	for i, r := range rows {
		p.Ind = append(p.Ind, s.Row(r)...)
		p.Ptr[i+1] = len(p.Ind)
		for k := s.Ptr[r]; k < s.Ptr[r+1]; k++ {
			from = append(from, int32(k))
		}
	}
	return share(p), from
}

// Find is the entry at row i and column j, and whether there is one.
func (p *Pattern) Find(i, j int) (k int, ok bool) {
	lo, hi := p.Ptr[i], p.Ptr[i+1]
	for lo < hi {
		mid := (lo + hi) / 2
		if p.Ind[mid] < j {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < p.Ptr[i+1] && p.Ind[lo] == j
}

// Where is the pattern of the places (i, j) for which keep holds, of a matrix that is looked through in full.
func Where(rows, cols int, keep func(i, j int) bool) (*Shared, error) {
	if err := checkSize(rows, cols, 0); err != nil {
		return nil, err
	}
	p := &Pattern{Rows: rows, Cols: cols, Ptr: make([]int, rows+1)}
	for i := range rows {
		for j := range cols {
			if keep(i, j) {
				p.Ind = append(p.Ind, j)
			}
		}
		p.Ptr[i+1] = len(p.Ind)
	}
	if err := checkSize(rows, cols, p.NNZ()); err != nil {
		return nil, err
	}
	return share(p), nil
}
