package sparse

import (
	"fmt"
	"slices"
	"sync"
)

// Symbolic is all of a factorization L·D·Lᵀ that depends only on where the matrix has entries:
// the order of elimination, the tree of dense fronts, and where each entry goes. It is safe for
// concurrent use: many goroutines may factor matrices of one pattern.
type Symbolic struct {
	n       int
	pattern *Pattern
	upper   bool    // the entries above the diagonal are read, not those below
	source  []int32 // the entries of the pattern that are read, by the node that eliminates them
	entry   []place // where each of them goes
	perm    []int32 // position of elimination to row of the matrix
	inv     []int32

	// Node s eliminates positions first[s] to first[s+1] and has the further rows
	// rows[rowPtr[s]:rowPtr[s+1]], as positions. The same places of rel are the positions
	// of these rows in the parent's front, whose own columns come first.
	first    []int32
	rowPtr   []int
	rows     []int32
	rel      []int32
	kids     []int32 // number of children
	entryPtr []int   // of the entries of each node

	nnz, stack int // entries of the factor; numbers not yet added to their parents at one time
	store      int // numbers kept of all fronts
	flops      float64
	spaces     sync.Pool // of *workspace
}

// place is where an entry of the matrix belongs in the front of a node.
type place struct{ row, col int32 }

// Analyze prepares factorizations of symmetric matrices with the entries p. If p has entries
// on both sides of the diagonal, it must have them symmetrically, and only the values of those
// below the diagonal are read; otherwise the one triangle it has stands for both. Entries of
// the diagonal may be missing.
//
// There is an error if the pattern is not square or not symmetric.
func Analyze(p *Pattern) (*Symbolic, error) {
	upper, err := readable(p)
	if err != nil {
		return nil, err
	}
	return analyzeTriangle(p, upper, nil)
}

// readable is the triangle that is read of a pattern of a symmetric matrix, or the error of one that is not.
func readable(p *Pattern) (upper bool, err error) {
	if err := checkSymmetric(p); err != nil {
		return false, err
	}
	return triangle(p)
}

// analyzeTriangle is Analyze of a pattern that is checked, until stop says so.
func analyzeTriangle(p *Pattern, upper bool, stop Stop) (*Symbolic, error) {
	s, err := analyze(p, stop)
	if err != nil {
		return nil, err
	}
	s.upper = upper
	s.placeEntries(true, s.each)
	return s, nil
}

// analyze prepares the fronts for matrices with the entries p, or the sum with its transpose.
func analyze(p *Pattern, stop Stop) (*Symbolic, error) {
	g := newGraph(p)
	perm := newQuotient(g).run(stop)
	if len(perm) < p.Rows {
		return nil, ErrStopped
	}
	inv := inverse(perm)
	// Renumber by a postorder of the tree.
	post := postorder(children(eliminationTree(g, perm, inv)))
	perm = through(perm, post)
	inv = inverse(perm)
	parent := eliminationTree(g, perm, inv)
	t := fundamental(parent, columnCounts(g, perm, inv, parent)).amalgamate()
	s := &Symbolic{n: p.Rows, pattern: p}
	s.layOut(t, perm)
	s.findRows(g, t)
	return s, nil
}

// triangle finds which triangle of the pattern is read: the upper one, or else the lower one.
func triangle(p *Pattern) (upper bool, err error) {
	below, above := 0, 0
	for i := range p.Rows {
		for _, j := range p.Row(i) {
			switch {
			case j < i:
				below++
			case j > i:
				above++
			}
		}
	}
	if below == 0 || above == 0 {
		return above > 0, nil
	}
	for i := range p.Rows {
		for _, j := range p.Row(i) {
			if _, ok := slices.BinarySearch(p.Row(j), i); !ok {
				return false, fmt.Errorf("the pattern has entry (%d, %d) but not (%d, %d), want a symmetric pattern or one triangle", i, j, j, i)
			}
		}
	}
	return false, nil
}

// inverse is the inverse of a permutation.
func inverse(perm []int32) []int32 {
	inv := make([]int32, len(perm))
	for k, i := range perm {
		inv[i] = int32(k)
	}
	return inv
}

// through is the permutation perm read in the order of another.
func through(perm, order []int32) []int32 {
	out := make([]int32, len(perm))
	for k, i := range order {
		out[k] = perm[i]
	}
	return out
}

// layOut numbers the nodes of t by their schedule, and the columns by nodes.
func (s *Symbolic) layOut(t *assembly, perm []int32) {
	order, peak := t.schedule()
	s.stack = peak
	s.perm = make([]int32, 0, s.n)
	number := inverse(order)
	u := assembly{}
	s.first = []int32{0}
	s.rowPtr = []int{0}
	for _, x := range order {
		for _, c := range t.pieces[x] {
			s.perm = append(s.perm, perm[c.from:c.to]...)
		}
		p := t.parent[x]
		if p >= 0 {
			p = number[p]
		}
		u.cols, u.rows, u.parent = append(u.cols, t.cols[x]), append(u.rows, t.rows[x]), append(u.parent, p)
		s.first = append(s.first, int32(len(s.perm)))
		s.rowPtr = append(s.rowPtr, s.rowPtr[len(s.rowPtr)-1]+int(t.rows[x]))
		n, m := float64(t.cols[x]), float64(t.cols[x]+t.rows[x])
		s.nnz += int(t.cols[x]) * int(t.cols[x]+1+2*t.rows[x]) / 2
		s.store += int(n * m)
		s.flops += 2 * frontWork(n, m)
	}
	*t = u
	s.inv = inverse(s.perm)
	s.kids = make([]int32, len(order))
	for _, p := range t.parent {
		if p >= 0 {
			s.kids[p]++
		}
	}
}

// findRows finds the rows of each node below its own columns, which are the rows of its columns'
// entries and of its children, and where the parent has them.
func (s *Symbolic) findRows(g graph, t *assembly) {
	s.rows = make([]int32, s.rowPtr[len(s.rowPtr)-1])
	s.rel = make([]int32, len(s.rows))
	seen := filled(s.n, -1)
	at := make([]int32, s.n)
	first, next := children(t.parent)
	for x := range s.nodes() {
		end := s.first[x+1]
		rows := s.rows[s.rowPtr[x]:s.rowPtr[x]]
		add := func(i int32) {
			if i >= end && seen[i] != int32(x) {
				seen[i] = int32(x)
				rows = append(rows, i)
			}
		}
		for j := s.first[x]; j < end; j++ {
			for _, v := range g.row(int(s.perm[j])) {
				add(s.inv[v])
			}
		}
		for c := first[x]; c >= 0; c = next[c] {
			for _, i := range s.nodeRows(int(c)) {
				add(i)
			}
		}
		slices.Sort(rows)
		for k, i := range rows {
			at[i] = end - s.first[x] + int32(k)
		}
		for j := s.first[x]; j < end; j++ {
			at[j] = j - s.first[x]
		}
		for c := first[x]; c >= 0; c = next[c] {
			rel := s.rel[s.rowPtr[c]:s.rowPtr[c+1]]
			for k, i := range s.nodeRows(int(c)) {
				rel[k] = at[i]
			}
		}
	}
}

// nodes is the number of fronts.
func (s *Symbolic) nodes() int { return len(s.first) - 1 }

// nodeRows is the positions of the rows of node x below its own columns.
func (s *Symbolic) nodeRows(x int) []int32 { return s.rows[s.rowPtr[x]:s.rowPtr[x+1]] }

// placeEntries finds for each entry of the matrix the node that eliminates it, and its place
// there; each calls a function with all that are read. A symmetric matrix's are on or right
// of the diagonal of their front.
func (s *Symbolic) placeEntries(symmetric bool, each func(f func(k, i, j int))) {
	node := make([]int32, s.n)
	for x := range s.nodes() {
		for j := s.first[x]; j < s.first[x+1]; j++ {
			node[j] = int32(x)
		}
	}
	s.entryPtr = make([]int, s.nodes()+1)
	each(func(_, i, j int) { s.entryPtr[node[min(s.inv[i], s.inv[j])]+1]++ })
	for x := range s.nodes() {
		s.entryPtr[x+1] += s.entryPtr[x]
	}
	next := slices.Clone(s.entryPtr)
	total := s.entryPtr[s.nodes()]
	s.source, s.entry = make([]int32, total), make([]place, total)
	each(func(k, i, j int) {
		a, b := s.inv[i], s.inv[j]
		if symmetric && a > b {
			a, b = b, a
		}
		x := node[min(a, b)]
		s.source[next[x]], s.entry[next[x]] = int32(k), place{a, b}
		next[x]++
	})
	at := make([]int32, s.n)
	for x := range s.nodes() {
		own := s.first[x+1] - s.first[x]
		for k := range own {
			at[s.first[x]+k] = k
		}
		for k, i := range s.nodeRows(x) {
			at[i] = own + int32(k)
		}
		for e := s.entryPtr[x]; e < s.entryPtr[x+1]; e++ {
			s.entry[e] = place{at[s.entry[e].row], at[s.entry[e].col]}
		}
	}
}

// each calls f for every entry that is read: entry k, at (i, j).
func (s *Symbolic) each(f func(k, i, j int)) {
	p := s.pattern
	for i := range p.Rows {
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			if j := p.Ind[k]; i == j || (j > i) == s.upper {
				f(k, i, j)
			}
		}
	}
}

// N is the order of the matrix.
func (s *Symbolic) N() int { return s.n }

// NNZ is the number of entries of the factor L, its diagonal included, when no pivot has to be
// delayed.
func (s *Symbolic) NNZ() int { return s.nnz }

// Flops is the number of additions and multiplications of a factorization in which no pivot
// has to be delayed.
func (s *Symbolic) Flops() float64 { return s.flops }

// Perm is the order of elimination: the row of the matrix at each position.
func (s *Symbolic) Perm() []int32 { return slices.Clone(s.perm) }
