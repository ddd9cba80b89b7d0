package sparse

import "math"

// front is the dense matrix of a node: the rows and columns of those to eliminate, k of them,
// and r more. All are stored by rows, upper triangles only.
type front struct {
	a    []float64 // [k, ld]: rows of the columns to eliminate; ld = k + r
	cb   []float64 // [r, r]: the rest
	k, r int
	ld   int
	vars []int32   // positions of the columns to eliminate
	p    int       // columns eliminated
	d    []float64 // pivots: d[2p] on the diagonal, and d[2p+1] right of it
	w    *workspace

	fused bool // products are added without rounding, in updates of few columns

	growth float64 // the largest entry met here and below, at least 1
}

// leastFill is how many numbers are too few to count as fill.
const leastFill = 1e5

// front assembles and factors node x, whose pivots begin at pivots[begin].
func (f *LDL) front(x, begin int, w *workspace) error {
	if f.stop.now() {
		return ErrStopped
	}
	s := f.sym
	own, r := int(s.first[x+1]-s.first[x]), s.rowPtr[x+1]-s.rowPtr[x]
	kids := w.waiting[len(w.waiting)-int(s.kids[x]):]
	w.vars = w.vars[:0]
	for j := s.first[x]; j < s.first[x+1]; j++ {
		w.vars = append(w.vars, j)
	}
	for _, c := range kids {
		w.vars = append(w.vars, c.delayed...)
	}
	k := len(w.vars)
	if f.size += k * (k + r); f.opt.MaxFill > 0 && float64(f.size) > f.opt.MaxFill*float64(s.store)+leastFill {
		return ErrFill
	}
	base := w.top
	if len(kids) > 0 {
		base = kids[0].at
	}
	at := w.top
	n := front{a: f.store.room(k * (k + r)), cb: w.push(r * r), k: k, r: r, ld: k + r, vars: w.vars, w: w, growth: 1, fused: f.opt.Ordered}
	n.clearUpper()
	f.addEntries(x, &n, own)
	late := own
	for _, c := range kids {
		n.addChild(s, w.stack, c, own, late)
		late += len(c.delayed)
		n.growth = max(n.growth, c.growth)
	}
	w.d = grown(w.d, 2*k)
	n.d = w.d
	if f.opt.Definite || f.opt.Ordered {
		if err := n.eliminateAll(f); err != nil {
			return err
		}
	} else {
		if err := n.eliminate(f.opt.Threshold, f.opt.ZeroPivot, f.stop); err != nil {
			return err
		}
	}
	n.reduceRest()
	f.count(&n)
	out := factored{a: n.a[:n.p*n.ld], width: n.ld, begin: begin, done: n.p, delayed: f.nodes[x].delayed[:0]}
	copy(f.pivots[begin:], n.vars[:n.p])
	if n.p < k {
		out.delayed = append(out.delayed, n.vars[n.p:]...)
		f.delayed += k - n.p
		for i := n.p; i < k; i++ {
			copy(w.push(n.ld-n.p), n.a[i*n.ld+n.p:(i+1)*n.ld])
		}
		f.store.giveBack((k - n.p) * n.ld)
	}
	f.nodes[x] = out
	if base < at {
		moveUpper(w.stack[base:], w.stack[at:w.top], r)
	}
	w.top -= at - base
	w.waiting = append(w.waiting[:len(w.waiting)-len(kids)], waiting{node: x, at: base, delayed: out.delayed, growth: n.growth})
	return nil
}

// clearUpper makes the elements on and right of the diagonal 0; the others are never read, but for those that eliminating sets.
func (n *front) clearUpper() {
	for i := range n.k {
		clear(n.a[i*n.ld+i : (i+1)*n.ld])
	}
	for i := range n.r {
		clear(n.cb[i*n.r+i : (i+1)*n.r])
	}
}

// moveUpper moves to the front what a front passes on: an upper triangle of order r, and what comes after it.
func moveUpper(dst, src []float64, r int) {
	for i := range r {
		copy(dst[i*r+i:], src[i*r+i:(i+1)*r])
	}
	copy(dst[r*r:], src[r*r:])
}

// addEntries adds the entries of the matrix that node x eliminates; own is its own columns.
func (f *LDL) addEntries(x int, n *front, own int) {
	s := f.sym
	from, to, late := s.entryPtr[x], s.entryPtr[x+1], int32(n.k-own)
	source := s.source[from:to]
	for e, at := range s.entry[from:to] {
		if int(at.col) >= own {
			at.col += late
		}
		n.a[int(at.row)*n.ld+int(at.col)] += f.values[source[e]]
	}
	if !f.raised {
		return
	}
	for i := range own {
		if d := &n.a[i*n.ld+i]; *d != 0 && math.Abs(*d) < f.opt.Least {
			*d = math.Copysign(f.opt.Least, *d)
		}
	}
}

// addChild adds the matrix that a child left on the stack. The parent's own columns come
// first in its front, then the delayed ones of its children, which for this child begin
// at late, and then the rest.
func (n *front) addChild(s *Symbolic, stack []float64, c waiting, own, late int) {
	rel := s.rel[s.rowPtr[c.node]:s.rowPtr[c.node+1]]
	r, shift := len(rel), n.k-own
	split := 0 // where the parent's own columns end
	for split < r && int(rel[split]) < own {
		split++
	}
	from := stack[c.at:]
	for i := range split {
		row := n.a[int(rel[i])*n.ld:][:n.ld]
		addTo(row, from[i:split], rel[i:split])
		addTo(row[shift:], from[split:r], rel[split:])
		from = from[r:]
	}
	for i := split; i < r; i++ {
		row := n.cb[(int(rel[i])-own)*n.r:][:n.r]
		addShifted(row, from[i:r], rel[i:], own)
		from = from[r:]
	}
	for i := range c.delayed {
		row := n.a[(late+i)*n.ld:][:n.ld]
		copy(row[late+i:], from[i:len(c.delayed)])
		from = from[len(c.delayed):]
		for j, v := range from[:split] {
			n.a[int(rel[j])*n.ld+late+i] += v
		}
		for j := split; j < r; j++ {
			row[int(rel[j])+shift] += from[j]
		}
		from = from[r:]
	}
}

// addTo adds x to the elements of row at the places at.
func addTo(row, x []float64, at []int32) {
	x = x[:len(at)]
	if len(at) == 0 {
		return
	}
	if from := int(at[0]); int(at[len(at)-1])-from == len(at)-1 { // no gaps
		row = row[from:][:len(x)]
		for i, v := range x {
			row[i] += v
		}
		return
	}
	for i, a := range at {
		row[a] += x[i]
	}
}

// addShifted is addTo with all places less by shift.
func addShifted(row, x []float64, at []int32, shift int) {
	x = x[:len(at)]
	if from := int(at[0]) - shift; int(at[len(at)-1])-int(at[0]) == len(at)-1 { // no gaps
		row = row[from:][:len(x)]
		for i, v := range x {
			row[i] += v
		}
		return
	}
	for i, a := range at {
		row[int(a)-shift] += x[i]
	}
}

// count adds the signs of the front's pivots to the inertia.
func (f *LDL) count(n *front) {
	for p := 0; p < n.p; p++ {
		switch d := n.d[2*p]; {
		case n.d[2*p+1] != 0: // the entry off the diagonal is the larger one: one of each sign
			if det := n.d[2*p]*n.d[2*p+2] - n.d[2*p+1]*n.d[2*p+1]; det < 0 {
				f.positive++
				f.negative++
			} else if d > 0 {
				f.positive += 2
			} else {
				f.negative += 2
			}
			p++
		case d > 0:
			f.positive++
		case d < 0:
			f.negative++
		default:
			f.zero++
		}
	}
}
