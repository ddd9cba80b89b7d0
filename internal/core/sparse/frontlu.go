package sparse

// frontLU is an LU factorization by fronts, of a matrix whose pattern is filled up to a
// symmetric one. Rows and columns have the same order, but for pivots off the diagonal.
type frontLU struct {
	sym   *Symbolic
	nodes []factoredLU
	rows  []int32 // the positions of the pivots' rows, in the order in which they were eliminated
	cols  []int32 // and of their columns
	store arena
}

// factoredLU is what a front leaves behind: rows of U, with the multipliers of L between them
// left of the diagonal, and for each of them the column of L below.
type factoredLU struct {
	u           []float64 // [done, width]
	l           []float64 // [done, width - done]: the rows that are delayed, and the rest
	width       int
	begin, done int
	delayedRows []int32
	delayedCols []int32
}

// newFrontLU has no factors yet.
func newFrontLU(s *Symbolic) *frontLU {
	return &frontLU{sym: s, nodes: make([]factoredLU, s.nodes()), rows: make([]int32, s.n), cols: make([]int32, s.n)}
}

// luFront is the dense matrix of a node: k rows and columns to eliminate, and r more.
type luFront struct {
	u          []float64 // [k, ld]: the rows to eliminate; ld = k + r
	l          []float64 // [k, r]: the columns to eliminate in the other rows, transposed
	cb         []float64 // [r, r]: the rest
	k, r, ld   int
	rows, cols []int32 // positions of those to eliminate
	p          int     // eliminated
	w          *workspace
	growth     float64 // the largest entry met here and below, at least 1
}

// factor implements luFactors.
func (f *frontLU) factor(values []float64) error {
	s := f.sym
	f.store.reset(2 * s.store)
	w := s.workspace()
	defer s.spaces.Put(w)
	begin := 0
	for x := range f.nodes {
		f.front(x, begin, values, w)
		begin += f.nodes[x].done
		if n := &f.nodes[x]; len(n.delayedCols) > 0 && len(s.nodeRows(x)) == 0 { // there is no parent
			return &SingularError{Column: int(s.perm[n.delayedCols[0]])}
		}
	}
	return nil
}

// front assembles and factors node x, whose pivots are the begin-th and following.
func (f *frontLU) front(x, begin int, values []float64, w *workspace) {
	s := f.sym
	own, r := int(s.first[x+1]-s.first[x]), s.rowPtr[x+1]-s.rowPtr[x]
	kids := w.waiting[len(w.waiting)-int(s.kids[x]):]
	w.vars, w.cols = w.vars[:0], w.cols[:0]
	for j := s.first[x]; j < s.first[x+1]; j++ {
		w.vars, w.cols = append(w.vars, j), append(w.cols, j)
	}
	base, at := w.top, w.top
	for _, c := range kids {
		base = min(base, c.at)
		w.vars, w.cols = append(w.vars, c.delayed...), append(w.cols, c.columns...)
	}
	k := len(w.vars)
	n := luFront{u: f.store.take(k * (k + r)), l: f.store.take(k * r), cb: w.push(r * r), k: k, r: r, ld: k + r, rows: w.vars, cols: w.cols, w: w, growth: 1}
	clear(n.cb)
	n.addEntries(s, x, values, own)
	late := own
	for _, c := range kids {
		n.addChild(s, w.stack, c, own, late)
		late += len(c.delayed)
		n.growth = max(n.growth, c.growth)
	}
	n.eliminate()
	for at := 0; r > 0 && at < n.p; at += updateDepth {
		minusFullProduct(n.cb, r, r, r, min(updateDepth, n.p-at), n.l[at*r:], r, n.u[at*n.ld+k:], n.ld)
	}
	f.keep(x, begin, &n, w)
	copy(w.stack[base:], w.stack[at:w.top])
	w.top -= at - base
	out := &f.nodes[x]
	w.waiting = append(w.waiting[:len(w.waiting)-len(kids)], waiting{node: x, at: base, delayed: out.delayedRows, columns: out.delayedCols, growth: n.growth})
}

// keep puts the factors of a front in their place, and on the stack what is delayed: its
// rows, [delayed, delayed + r], and its columns in the rest, transposed, [delayed, r].
func (f *frontLU) keep(x, begin int, n *luFront, w *workspace) {
	old := f.nodes[x]
	out := factoredLU{u: n.u[:n.p*n.ld], l: n.l[:n.p*n.r], width: n.ld, begin: begin, done: n.p, delayedRows: old.delayedRows[:0], delayedCols: old.delayedCols[:0]}
	copy(f.rows[begin:], n.rows[:n.p])
	copy(f.cols[begin:], n.cols[:n.p])
	if late := n.k - n.p; late > 0 {
		out.delayedRows = append(out.delayedRows, n.rows[n.p:]...)
		out.delayedCols = append(out.delayedCols, n.cols[n.p:]...)
		for i := n.p; i < n.k; i++ {
			copy(w.push(n.ld-n.p), n.u[i*n.ld+n.p:(i+1)*n.ld])
		}
		copy(w.push(late*n.r), n.l[n.p*n.r:])
		// The multipliers of the delayed rows come first, and then those of the rest.
		out.l = f.store.take(n.p * (late + n.r))
		for p := range n.p {
			to := out.l[p*(late+n.r):]
			for i := range late {
				to[i] = n.u[(n.p+i)*n.ld+p]
			}
			copy(to[late:late+n.r], n.l[p*n.r:])
		}
	}
	f.nodes[x] = out
}

// addEntries adds the entries of the matrix that node x eliminates; own is its own columns.
func (n *luFront) addEntries(s *Symbolic, x int, values []float64, own int) {
	from, to, late := s.entryPtr[x], s.entryPtr[x+1], n.k-own
	source := s.source[from:to]
	for e, at := range s.entry[from:to] {
		row, col := int(at.row), int(at.col)
		switch {
		case row >= own:
			n.l[col*n.r+row-own] += values[source[e]]
		case col >= own:
			n.u[row*n.ld+col+late] += values[source[e]]
		default:
			n.u[row*n.ld+col] += values[source[e]]
		}
	}
}

// addChild adds what a child left on the stack (see [front.addChild]).
func (n *luFront) addChild(s *Symbolic, stack []float64, c waiting, own, late int) {
	rel := s.rel[s.rowPtr[c.node]:s.rowPtr[c.node+1]]
	r, shift, d := len(rel), n.k-own, len(c.delayed)
	split := 0
	for split < r && int(rel[split]) < own {
		split++
	}
	from := stack[c.at:]
	for i := range r {
		if i < split {
			row := n.u[int(rel[i])*n.ld:][:n.ld]
			addTo(row, from[:split], rel[:split])
			addTo(row[shift:], from[split:r], rel[split:])
		} else {
			at := int(rel[i]) - own
			for j, v := range from[:split] {
				n.l[int(rel[j])*n.r+at] += v
			}
			addShifted(n.cb[at*n.r:][:n.r], from[split:r], rel[split:], own)
		}
		from = from[r:]
	}
	for i := range d {
		row := n.u[(late+i)*n.ld:][:n.ld]
		copy(row[late:], from[:d])
		addTo(row, from[d:d+split], rel[:split])
		addTo(row[shift:], from[d+split:d+r], rel[split:])
		from = from[d+r:]
	}
	for i := range d { // columns
		for j, v := range from[:r] {
			if j < split {
				n.u[int(rel[j])*n.ld+late+i] += v
			} else {
				n.l[(late+i)*n.r+int(rel[j])-own] += v
			}
		}
		from = from[r:]
	}
}
