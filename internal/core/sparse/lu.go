package sparse

import (
	"fmt"
	"math"
	"sync"
)

// LUSymbolic is what a factorization L·U of a square matrix that need not be symmetric takes
// from the pattern: the order of the columns. It is safe for concurrent use.
type LUSymbolic struct {
	p        *Pattern
	columns  *Pattern // the transpose
	from     []int    // where its entries are in the values
	order    []int32  // columns in the order of elimination
	diagonal bool     // diagonal entries are preferred as pivots
	spaces   sync.Pool
}

// AnalyzeLU prepares factorizations of matrices with the entries p. Where the pattern is nearly
// symmetric, and most of the diagonal is there, the columns are in an order good for A + Aᵀ, and
// diagonal pivots are preferred; otherwise they are in an order good for AᵀA, which bounds the fill
// whatever the pivots are (T. Davis, J. Gilbert, S. Larimore and E. Ng, "A column approximate
// minimum degree ordering algorithm", ACM TOMS 30, 2004; full rows are left out, as there).
//
// The errors are of a pattern that is not square.
func AnalyzeLU(p *Pattern) (*LUSymbolic, error) {
	if err := checkSymmetric(p); err != nil {
		return nil, err
	}
	s := &LUSymbolic{p: p}
	s.columns, s.from = p.Transpose()
	s.diagonal = s.nearlySymmetric()
	if s.diagonal {
		s.order = newQuotient(newGraph(p)).run()
	} else {
		s.order = newQuotient(s.productGraph()).run()
	}
	return s, nil
}

// nearlySymmetric reports whether at least half of the entries have a mirror image, and nine
// in ten rows a diagonal entry.
func (s *LUSymbolic) nearlySymmetric() bool {
	mirrored, diagonal := 0, 0
	for i := range s.p.Rows {
		row, column := s.p.Row(i), s.columns.Row(i)
		for len(row) > 0 && len(column) > 0 {
			a, b := row[0], column[0]
			if a == b {
				mirrored++
				if a == i {
					diagonal++
				}
			}
			if a <= b {
				row = row[1:]
			}
			if b <= a {
				column = column[1:]
			}
		}
	}
	return 2*(mirrored-diagonal) >= s.p.NNZ()-diagonal && 10*diagonal >= 9*s.p.Rows
}

// productGraph is the graph of AᵀA: columns are neighbours that share a row. Rows fuller than
// those that the ordering treats as full are left out.
func (s *LUSymbolic) productGraph() graph {
	n := s.p.Cols
	full := int(max(16, 10*math.Sqrt(float64(n))))
	g := graph{ptr: make([]int, 1, n+1)}
	seen := filled(n, -1)
	for j := range n {
		seen[j] = int32(j)
		for _, i := range s.columns.Row(j) {
			row := s.p.Row(i)
			if len(row) > full {
				continue
			}
			for _, k := range row {
				if seen[k] != int32(j) {
					seen[k] = int32(j)
					g.adj = append(g.adj, int32(k))
				}
			}
		}
		g.ptr = append(g.ptr, len(g.adj))
	}
	return g
}

// SingularError reports a matrix whose columns are not independent.
type SingularError struct {
	Column int // depends, to rounding, on columns eliminated before it
}

// Error implements error.
func (e *SingularError) Error() string {
	return fmt.Sprintf("the matrix is singular: its column %d has no pivot", e.Column)
}

// LU is a square matrix A, rows and columns scaled and permuted, as the product of a lower and
// an upper triangular matrix. Solve and SolveTransposed may be called from several goroutines at
// once, but not during Refactorize.
type LU struct {
	sym               *LUSymbolic
	values            []float64 // of A, scaled
	rowScale, colScal []float64
	position          []int32 // of each row: the step at which it was the pivot

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

// Factorize factors the matrix with the given values, in the order of the pattern.
//
// Columns are eliminated one by one, in a time that goes with the arithmetic (J. Gilbert and T.
// Peierls, "Sparse partial pivoting in time proportional to arithmetic operations", SIAM J.
// Sci. Stat. Comput. 9, 1988), with the pruning of S. Eisenstat and J. Liu, "Exploiting
// structural symmetry in a sparse partial pivoting code", SIAM J. Sci. Comput. 14, 1993.
// Pivots are the largest entries of their columns, but diagonal entries of a nearly
// symmetric pattern from a hundredth of that on.
//
// The errors are of values that are not finite, and a [SingularError].
func (s *LUSymbolic) Factorize(values []float64) (*LU, error) {
	f := &LU{sym: s}
	if err := f.Refactorize(values); err != nil {
		return nil, err
	}
	return f, nil
}

// Refactorize replaces f by the factorization of another matrix of the same pattern, in the
// memory that f has. After an error f must not be used but for another Refactorize.
func (f *LU) Refactorize(values []float64) error {
	s, n := f.sym, f.sym.p.Rows
	if len(values) != s.p.NNZ() {
		return fmt.Errorf("there are %d values, want %d, one for each entry of the pattern", len(values), s.p.NNZ())
	}
	for k, v := range values {
		if v-v != 0 {
			return fmt.Errorf("entry %d of the matrix is %v", k, v)
		}
	}
	w := s.workspace()
	defer s.spaces.Put(w)
	f.values = append(f.values[:0], values...)
	f.scale(w)
	f.position, f.diagonal = grown(f.position, n), grown(f.diagonal, n)
	for i := range f.position {
		f.position[i] = -1
	}
	f.lower.reset()
	f.upper.reset()
	w.begin(n)
	for k := range n {
		if err := f.eliminate(k, w); err != nil {
			return err
		}
	}
	for e, i := range f.lower.ind { // rows by steps
		f.lower.ind[e] = f.position[i]
	}
	return nil
}

// scale divides rows and columns by powers of 2 until the largest entry of each has a size
// about 1 (see [LDL]).
func (f *LU) scale(w *luSpace) {
	p := f.sym.p
	f.rowScale, f.colScal = grown(f.rowScale, p.Rows), grown(f.colScal, p.Cols)
	for i := range p.Rows {
		f.rowScale[i], f.colScal[i] = 1, 1
	}
	w.vectors = grown(w.vectors, 5*p.Rows)
	rows, cols := w.vectors[:p.Rows], w.vectors[p.Rows:2*p.Rows]
	for range scalings {
		clear(w.vectors[:2*p.Rows])
		for i := range p.Rows {
			for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
				v := math.Abs(f.values[k])
				rows[i], cols[p.Ind[k]] = max(rows[i], v), max(cols[p.Ind[k]], v)
			}
		}
		done := true
		for i := range rows {
			rows[i], cols[i] = towardsOne(rows[i]), towardsOne(cols[i])
			done = done && rows[i] == 1 && cols[i] == 1
			f.rowScale[i] *= rows[i]
			f.colScal[i] *= cols[i]
		}
		if done {
			return
		}
		for i := range p.Rows {
			for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
				f.values[k] *= rows[i] * cols[p.Ind[k]]
			}
		}
	}
}
