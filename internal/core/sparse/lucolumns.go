package sparse

import "math"

// columnLU is an LU factorization by columns, in a time that goes with the arithmetic (J.
// Gilbert and T. Peierls, see [LUSymbolic.Factorize]), with the pruning of S. Eisenstat and J.
// Liu, "Exploiting structural symmetry in a sparse partial pivoting code", SIAM J. Sci. Comput.
// 14, 1993.
type columnLU struct {
	sym      *LUSymbolic
	position []int32 // of each row: the step at which it was the pivot

	// Columns of L below their diagonal of ones, and of U above its diagonal, by steps.
	lower, upper columns
	diagonal     []float64
}

// columns is a sparse matrix by columns that grows.
type columns struct {
	ptr    []int
	ind    []int32
	values []float64
}

func (c *columns) reset() { c.ptr, c.ind, c.values = append(c.ptr[:0], 0), c.ind[:0], c.values[:0] }

func (c *columns) add(i int32, v float64) {
	c.ind, c.values = append(c.ind, i), append(c.values, v)
}

func (c *columns) end() { c.ptr = append(c.ptr, len(c.ind)) }

func (c *columns) column(k int) ([]int32, []float64) {
	return c.ind[c.ptr[k]:c.ptr[k+1]], c.values[c.ptr[k]:c.ptr[k+1]]
}

// luSpace is the memory of one factorization, or solution, at a time.
type luSpace struct {
	x       []float64 // the column that is eliminated, by rows
	seen    []int32   // of each row: the last step that reached it
	reached []int32   // rows that the column reaches, from the end
	path    []int32   // rows on the way of the search
	next    []int     // where it goes on in the columns of L
	pruned  []int     // of each column of L: the end of the part to be searched
	pairs   []bool    // of each column of L: whether it was pruned
	growth  float64   // the largest entry met
	vectors []float64
}

func (s *LUSymbolic) workspace() *luSpace {
	w, _ := s.spaces.Get().(*luSpace)
	if w == nil {
		w = new(luSpace)
	}
	return w
}

// factor implements luFactors.
func (f *columnLU) factor(values []float64) error {
	n := f.sym.p.Rows
	w := f.sym.workspace()
	defer f.sym.spaces.Put(w)
	f.position, f.diagonal = grown(f.position, n), grown(f.diagonal, n)
	for i := range f.position {
		f.position[i] = -1
	}
	f.lower.reset()
	f.upper.reset()
	w.begin(n)
	for k := range n {
		if err := f.eliminate(k, values, w); err != nil {
			return err
		}
	}
	for e, i := range f.lower.ind { // rows by steps
		f.lower.ind[e] = f.position[i]
	}
	return nil
}

// begin prepares the elimination of n columns.
func (w *luSpace) begin(n int) {
	w.x, w.seen, w.reached, w.path = grown(w.x, n), grown(w.seen, n), grown(w.reached, n), grown(w.path, n)
	w.next, w.pruned, w.pairs = grown(w.next, n), grown(w.pruned, n), grown(w.pairs, n)
	clear(w.x)
	clear(w.pairs)
	for i := range w.seen {
		w.seen[i] = -1
	}
	w.growth = 1
}

// eliminate is step k.
func (f *columnLU) eliminate(k int, values []float64, w *luSpace) error {
	column := f.sym.order[k]
	top := f.reach(k, int(column), w)
	c := f.sym.columns
	for e := c.Ptr[column]; e < c.Ptr[column+1]; e++ {
		w.x[c.Ind[e]] = values[f.sym.from[e]]
	}
	// Solve L·x = column; the rows reached are in an order that permits it.
	for _, i := range w.reached[top:] {
		j, v := f.position[i], w.x[i]
		if j < 0 || v == 0 {
			continue
		}
		rows, values := f.lower.column(int(j))
		for e, r := range rows {
			w.x[r] -= values[e] * v
		}
	}
	pivot, ok := f.choose(w, top)
	if !ok {
		return &SingularError{Column: int(column)}
	}
	d := w.x[pivot]
	for _, i := range w.reached[top:] {
		v := w.x[i]
		w.x[i] = 0
		switch {
		case f.position[i] >= 0:
			f.upper.add(f.position[i], v)
		case i != pivot: // even if it cancels to 0: the searches need it
			f.lower.add(i, v/d)
		}
	}
	f.diagonal[k], f.position[pivot] = d, int32(k)
	f.lower.end()
	f.upper.end()
	w.pruned[k] = f.lower.ptr[k+1]
	f.prune(k, pivot, w)
	return nil
}

// reach finds the rows of column k of L and U: those that rows of the matrix's column reach
// through the columns of L of their pivots. They are reached[top:], each after those it is
// computed from.
func (f *columnLU) reach(k, column int, w *luSpace) (top int) {
	top = len(w.reached)
	for _, i := range f.sym.columns.Row(column) {
		if w.seen[i] == int32(k) {
			continue
		}
		depth := 0
		w.path[0] = int32(i)
		w.enter(f, 0, k)
		for depth >= 0 {
			i := w.path[depth]
			end := 0
			j := f.position[i]
			if j >= 0 {
				end = w.pruned[j]
			}
			deeper := false
			for j >= 0 && w.next[depth] < end {
				r := f.lower.ind[w.next[depth]]
				w.next[depth]++
				if w.seen[r] != int32(k) {
					depth++
					w.path[depth] = r
					w.enter(f, depth, k)
					deeper = true
					break
				}
			}
			if !deeper {
				top--
				w.reached[top] = i
				depth--
			}
		}
	}
	return top
}

// enter begins the search at the row at the given depth of the path.
func (w *luSpace) enter(f *columnLU, depth, k int) {
	i := w.path[depth]
	w.seen[i] = int32(k)
	if j := f.position[i]; j >= 0 {
		w.next[depth] = f.lower.ptr[j]
	}
}

// A column is zero where nothing is left above zeroColumn times the largest entry met.
const zeroColumn = 8 * epsilon

// choose is the row of the pivot among those reached.
func (f *columnLU) choose(w *luSpace, top int) (pivot int32, ok bool) {
	largest := 0.
	for _, i := range w.reached[top:] {
		v := math.Abs(w.x[i])
		w.growth = max(w.growth, v)
		if f.position[i] < 0 && v > largest {
			pivot, largest = i, v
		}
	}
	if !(largest > zeroColumn*w.growth) || math.IsInf(largest, 1) {
		return 0, false
	}
	return pivot, true
}

// prune shortens the searches through earlier columns: of one that has the pivot's row in L,
// and is in the pivot's column of U, rows that aren't pivots yet are reached through this
// column as well.
func (f *columnLU) prune(k int, pivot int32, w *luSpace) {
	steps, _ := f.upper.column(k)
	for _, j := range steps {
		if w.pairs[j] {
			continue
		}
		rows, values := f.lower.column(int(j))
		found := false
		for _, i := range rows {
			if i == pivot {
				found = true
				break
			}
		}
		if !found {
			continue
		}
		to := 0
		for e, i := range rows {
			if f.position[i] >= 0 {
				rows[to], rows[e] = rows[e], rows[to]
				values[to], values[e] = values[e], values[to]
				to++
			}
		}
		w.pruned[j], w.pairs[j] = f.lower.ptr[j]+to, true
	}
}

// direct implements luFactors.
func (f *columnLU) direct(x, z []float64, transposed bool) {
	order := f.sym.order
	if transposed {
		for k, j := range order {
			z[k] = x[j]
		}
		for k, d := range f.diagonal {
			z[k] = (z[k] - f.upper.dot(k, z)) / d
		}
		for k := len(z) - 1; k >= 0; k-- {
			z[k] -= f.lower.dot(k, z)
		}
		for i, k := range f.position {
			x[i] = z[k]
		}
		return
	}
	for i, k := range f.position {
		z[k] = x[i]
	}
	for k := range z {
		f.lower.minus(k, z[k], z)
	}
	for k := len(z) - 1; k >= 0; k-- {
		z[k] /= f.diagonal[k]
		f.upper.minus(k, z[k], z)
	}
	for k, j := range order {
		x[j] = z[k]
	}
}

// dot is the product of column k with x.
func (c *columns) dot(k int, x []float64) float64 {
	ind, values := c.column(k)
	sum := 0.
	for e, i := range ind {
		sum += values[e] * x[i]
	}
	return sum
}

// minus subtracts v times column k from x.
func (c *columns) minus(k int, v float64, x []float64) {
	if v == 0 {
		return
	}
	ind, values := c.column(k)
	for e, i := range ind {
		x[i] -= values[e] * v
	}
}

// nnz implements luFactors.
func (f *columnLU) nnz() int { return len(f.lower.ind) + len(f.upper.ind) + len(f.diagonal) }
