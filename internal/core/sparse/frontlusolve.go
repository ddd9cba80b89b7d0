package sparse

import "github.com/argmin-go/argmin/internal/core/kernel"

// nnz implements luFactors.
func (f *frontLU) nnz() int {
	nnz := 0
	for _, n := range f.nodes {
		nnz += n.done * (2*n.width - n.done)
	}
	return nnz
}

// direct implements luFactors.
func (f *frontLU) direct(x, z []float64, transposed bool) {
	s := f.sym
	w := s.workspace()
	defer s.spaces.Put(w)
	w.y = grown(w.y, len(x))
	for k, i := range s.perm {
		w.y[k] = x[i]
	}
	forward, backward := f.lower, f.upper
	if transposed {
		forward, backward = f.upperTransposed, f.lowerTransposed
	}
	// The pivots' unknowns pass from the numbers of rows to those of columns, or back, by their
	// order of elimination, in z.
	for i := range f.nodes {
		forward(&f.nodes[i], s.nodeRows(i), w, z)
	}
	for i := len(f.nodes) - 1; i >= 0; i-- {
		backward(&f.nodes[i], s.nodeRows(i), w, z)
	}
	for k, i := range s.perm {
		x[i] = w.y[k]
	}
}

// gather copies elements of w.y to w.w: those of the pivots, of what is delayed, and of the rest.
func (w *workspace) gather(pivots, delayed, rest []int32) []float64 {
	w.w = w.w[:0]
	for _, list := range [3][]int32{pivots, delayed, rest} {
		for _, i := range list {
			w.w = append(w.w, w.y[i])
		}
	}
	return w.w
}

// scatter puts elements back.
func (w *workspace) scatter(x []float64, delayed, rest []int32) {
	for k, i := range delayed {
		w.y[i] = x[k]
	}
	x = x[len(delayed):]
	for k, i := range rest {
		w.y[i] = x[k]
	}
}

// lower solves with the columns of L of a node: z is of its pivots.
func (f *frontLU) lower(n *factoredLU, rest []int32, w *workspace, z []float64) {
	x := w.gather(f.rows[n.begin:n.begin+n.done], n.delayedRows, rest)
	below := n.width - n.done
	for p := range n.done {
		x[p] -= kernel.Dot(n.u[p*n.width:p*n.width+p], x[:p])
		kernel.Axpy(-x[p], n.l[p*below:(p+1)*below], x[n.done:])
	}
	copy(z[n.begin:], x[:n.done])
	w.scatter(x[n.done:], n.delayedRows, rest)
}

// upper solves with the rows of U of a node.
func (f *frontLU) upper(n *factoredLU, rest []int32, w *workspace, z []float64) {
	cols := f.cols[n.begin : n.begin+n.done]
	x := w.gather(cols, n.delayedCols, rest)
	for p := n.done - 1; p >= 0; p-- {
		row := n.u[p*n.width+p : (p+1)*n.width]
		x[p] = (z[n.begin+p] - kernel.Dot(row[1:], x[p+1:])) / row[0]
		w.y[cols[p]] = x[p]
	}
}

// upperTransposed solves with the columns of Uᵀ of a node.
func (f *frontLU) upperTransposed(n *factoredLU, rest []int32, w *workspace, z []float64) {
	x := w.gather(f.cols[n.begin:n.begin+n.done], n.delayedCols, rest)
	for p := range n.done {
		row := n.u[p*n.width+p : (p+1)*n.width]
		x[p] /= row[0]
		kernel.Axpy(-x[p], row[1:], x[p+1:])
	}
	copy(z[n.begin:], x[:n.done])
	w.scatter(x[n.done:], n.delayedCols, rest)
}

// lowerTransposed solves with the rows of Lᵀ of a node.
func (f *frontLU) lowerTransposed(n *factoredLU, rest []int32, w *workspace, z []float64) {
	rows := f.rows[n.begin : n.begin+n.done]
	x := w.gather(rows, n.delayedRows, rest)
	copy(x, z[n.begin:n.begin+n.done])
	below := n.width - n.done
	for p := range n.done {
		x[p] -= kernel.Dot(n.l[p*below:(p+1)*below], x[n.done:])
	}
	for p := n.done - 1; p >= 0; p-- {
		kernel.Axpy(-x[p], n.u[p*n.width:p*n.width+p], x[:p])
		w.y[rows[p]] = x[p]
	}
}
