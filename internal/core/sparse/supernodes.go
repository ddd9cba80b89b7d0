package sparse

import (
	"cmp"
	"slices"
)

// assembly is a tree of fronts: node s eliminates cols[s] columns and passes a matrix of order
// rows[s] on to its parent. Children come before parents.
type assembly struct {
	cols, rows []int32
	parent     []int32
	pieces     [][]span // the columns of each node, numbered as in the elimination tree
}

// span is the columns from, …, to-1.
type span struct{ from, to int32 }

// fundamental groups the columns of a tree in postorder into nodes: a column joins the one
// before it, its child, when they differ by no more than the child's diagonal.
func fundamental(parent, count []int32) *assembly {
	t := &assembly{}
	of := make([]int32, len(parent))
	var spans []span
	for j := range int32(len(parent)) {
		if j > 0 && parent[j-1] == j && count[j-1] == count[j]+1 {
			spans[len(spans)-1].to++
		} else {
			spans = append(spans, span{j, j + 1})
		}
		of[j] = int32(len(spans) - 1)
	}
	for s, c := range spans {
		p := parent[c.to-1]
		if p >= 0 {
			p = of[p]
		}
		t.cols, t.rows, t.parent = append(t.cols, c.to-c.from), append(t.rows, count[c.to-1]-1), append(t.parent, p)
		t.pieces = append(t.pieces, spans[s:s+1:s+1])
	}
	return t
}

// What parts of a factorization cost, in multiplications within a front; measured.
const (
	costNode  = 100. // a front, whatever its size
	costEntry = 1.   // an entry of a matrix passed on to the parent
)

// amalgamate joins nodes to their parents where the zeros that are then treated as entries
// cost less than the work on a front of their own (I. Duff and J. Reid, "The multifrontal
// solution of indefinite sparse symmetric linear equations", ACM TOMS 9, 1983; C. Ashcraft
// and R. Grimes, "The influence of relaxed supernode partitions on the multifrontal method",
// ACM TOMS 15, 1989).
func (t *assembly) amalgamate() *assembly {
	n := len(t.cols)
	first, next := children(t.parent)
	zeros := make([]float64, n) // entries of the node's columns that are not of the factor
	into := filled(n, -1)       // the node that a joined one belongs to now
	for p := range int32(n) {
		for c := first[p]; c >= 0; c = next[c] {
			if z, ok := t.worthJoining(c, p, zeros[c]+zeros[p]); ok {
				zeros[p], into[c] = z, p
				t.cols[p] += t.cols[c]
				t.pieces[p] = append(t.pieces[c], t.pieces[p]...) // children's columns come first
				t.pieces[c] = nil
			}
		}
	}
	return t.without(into)
}

// worthJoining reports whether node c should be joined to its parent p; zeros are what
// both have before, and in the result what they would have.
func (t *assembly) worthJoining(c, p int32, zeros float64) (float64, bool) {
	nc, rc, np, rp := float64(t.cols[c]), float64(t.rows[c]), float64(t.cols[p]), float64(t.rows[p])
	zeros += nc * (np + rp - rc)
	n := nc + np
	extra := frontWork(n, n+rp) - frontWork(nc, nc+rc) - frontWork(np, np+rp)
	saved := costNode + costEntry*rc*rc/2
	// At most 30 % of the entries may be zeros, but in small fronts.
	return zeros, extra <= saved && (zeros <= 128 || zeros <= 0.3*n*(n/2+rp))
}

// frontWork is the number of multiplications when n columns are eliminated from a front of
// order m.
func frontWork(n, m float64) float64 {
	r := m - n
	return (m*(m+1)*(m+2) - r*(r+1)*(r+2)) / 6
}

// without drops the nodes that were joined into others.
func (t *assembly) without(into []int32) *assembly {
	number := make([]int32, len(into))
	u := &assembly{}
	for s, p := range into {
		if p < 0 {
			number[s] = int32(len(u.cols))
			u.cols, u.rows, u.pieces = append(u.cols, t.cols[s]), append(u.rows, t.rows[s]), append(u.pieces, t.pieces[s])
			u.parent = append(u.parent, t.parent[s])
		}
	}
	for s := len(into) - 1; s >= 0; s-- { // parents first
		if p := into[s]; p >= 0 {
			number[s] = number[p]
		}
	}
	for s, p := range u.parent {
		if p >= 0 {
			u.parent[s] = number[p]
		}
	}
	return u
}

// schedule is the postorder of the nodes in which the matrices not yet added to their parents
// need least memory, and how many numbers that is (J. Liu, "On the storage requirement in the
// out-of-core multifrontal method for sparse factorization", ACM TOMS 12, 1986).
func (t *assembly) schedule() (order []int32, peak int) {
	n := len(t.cols)
	first, next := children(t.parent)
	peaks := make([]int, n+1)
	var kids []int32
	for s := range n + 1 {
		kids = kids[:0]
		for c := first[s]; c >= 0; c = next[c] {
			kids = append(kids, c)
		}
		slices.SortStableFunc(kids, func(a, b int32) int {
			return cmp.Compare(peaks[b]-t.passed(b), peaks[a]-t.passed(a))
		})
		held := 0
		first[s] = -1
		for k, c := range kids {
			peaks[s] = max(peaks[s], held+peaks[c])
			held += t.passed(c)
			if k == 0 {
				first[s] = c
			} else {
				next[kids[k-1]] = c
			}
			next[c] = -1
		}
		if s < n {
			held += t.passed(int32(s))
		}
		peaks[s] = max(peaks[s], held)
	}
	return postorder(first, next), peaks[n]
}

// passed is how many numbers node s passes on to its parent.
func (t *assembly) passed(s int32) int { return int(t.rows[s]) * int(t.rows[s]) }
