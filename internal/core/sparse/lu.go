package sparse

import (
	"fmt"
	"math"
	"sync"
)

// LUSymbolic is all of a factorization L·U of a square matrix, which need not be symmetric, that
// depends only on where the matrix has entries. It is safe for concurrent use.
type LUSymbolic struct {
	p       *Pattern
	columns *Pattern  // the transpose
	from    []int     // where its entries are in the values
	fronts  *Symbolic // for a nearly symmetric pattern
	order   []int32   // otherwise, columns in the order of elimination
	spaces  sync.Pool // of *luSpace
}

// AnalyzeLU prepares factorizations of matrices with the entries p. Where the pattern is nearly
// symmetric, and most of the diagonal is there, the order is one good for A + Aᵀ; otherwise the
// columns are in an order good for AᵀA, which bounds the fill whatever the pivots are (T. Davis, J. Gilbert, S. Larimore and E. Ng, "A column approximate
// minimum degree ordering algorithm", ACM TOMS 30, 2004; full rows are left out, as there).
//
// There is an error if the pattern is not square.
func AnalyzeLU(p *Pattern) (*LUSymbolic, error) {
	if err := checkSymmetric(p); err != nil {
		return nil, err
	}
	s := &LUSymbolic{p: p}
	s.columns, s.from = p.Transpose()
	if s.nearlySymmetric() {
		s.fronts, _ = analyze(p, nil)
		s.fronts.placeEntries(false, s.each)
	} else {
		s.order = newQuotient(s.productGraph()).run(nil)
	}
	return s, nil
}

// each calls f for every entry: entry k, at (i, j).
func (s *LUSymbolic) each(f func(k, i, j int)) {
	for i := range s.p.Rows {
		for k := s.p.Ptr[i]; k < s.p.Ptr[i+1]; k++ {
			f(k, i, s.p.Ind[k])
		}
	}
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
	sym                *LUSymbolic
	values             []float64 // of A, scaled
	rowScale, colScale []float64
	factors            luFactors
}

// luFactors are L and U, of a scaled matrix.
type luFactors interface {
	// factor replaces them by the factors of the matrix with these values.
	factor(values []float64) error
	// direct solves with them, or their transposes, in place; z is memory of the same length.
	direct(x, z []float64, transposed bool)
	nnz() int
}

// Factorize factors the matrix with the given values, in the order of the pattern.
//
// Nearly symmetric patterns are factored by fronts, like symmetric matrices (P. Amestoy and I.
// Duff, "Vectorization of a multiprocessor multifrontal code", Int. J. Supercomputer Appl. 3,
// 1989), with pivots of at least a hundredth of the largest entry of their column, or delayed.
// Others are factored column by column, with the largest entry of a column for its pivot (J.
// Gilbert and T. Peierls, "Sparse partial pivoting in time proportional to arithmetic
// operations", SIAM J. Sci. Stat. Comput. 9, 1988).
//
// There is an error if values are not finite, and a [SingularError] if a column has no pivot.
func (s *LUSymbolic) Factorize(values []float64) (*LU, error) {
	f := &LU{sym: s}
	if s.fronts != nil {
		f.factors = newFrontLU(s.fronts)
	} else {
		f.factors = &columnLU{sym: s}
	}
	if err := f.Refactorize(values); err != nil {
		return nil, err
	}
	return f, nil
}

// Refactorize replaces f by the factorization of another matrix of the same pattern, in the
// memory that f has. After an error f must not be used but for another Refactorize.
func (f *LU) Refactorize(values []float64) error {
	if want := f.sym.p.NNZ(); len(values) != want {
		return fmt.Errorf("there are %d values, want %d, one for each entry of the pattern", len(values), want)
	}
	if k := notFinite(values); k >= 0 {
		return fmt.Errorf("entry %d of the matrix is %v", k, values[k])
	}
	w := f.sym.workspace()
	defer f.sym.spaces.Put(w)
	f.values = append(f.values[:0], values...)
	f.scale(w)
	return f.factors.factor(f.values)
}

// scale divides rows and columns by powers of 2 until the largest entry of each has a size
// about 1 (see [LDL]).
func (f *LU) scale(w *luSpace) {
	p := f.sym.p
	f.rowScale, f.colScale = grown(f.rowScale, p.Rows), grown(f.colScale, p.Cols)
	for i := range p.Rows {
		f.rowScale[i], f.colScale[i] = 1, 1
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
			f.colScale[i] *= cols[i]
		}
		if done {
			return
		}
		for i := range p.Rows {
			for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
				f.values[k] = f.values[k] * rows[i] * cols[p.Ind[k]] // not the product of the scales: it may overflow
			}
		}
	}
}
