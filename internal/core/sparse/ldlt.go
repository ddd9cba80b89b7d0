package sparse

import (
	"errors"
	"fmt"
	"math"
)

// Options selects how a symmetric matrix is factored.
type Options struct {
	// Threshold is the least size of a pivot relative to the other entries of its column, from 0
	// to 0.5; default 0.01. A greater one makes smaller errors and more fill.
	Threshold float64
	// ZeroPivot is the size up to which a column of the scaled matrix, reduced by the pivots
	// before it, counts as zero, relative to the largest entry met until then; default 5e-14.
	ZeroPivot float64
	// Definite declares that the matrix is positive definite: pivots are taken as they come,
	// and the first that is not positive is an error, a [NotPositiveDefiniteError].
	Definite bool
	// Ordered takes pivots of either sign as they come, whatever their size: fastest, without fill beyond that of the order of elimination,
	// and right for quasidefinite matrices, as interior point methods have them (R. Vanderbei, "Symmetric quasidefinite matrices", SIAM J.
	// Optim. 5, 1995). How accurate solutions are is known only from their backward error. The first pivot that counts as zero is an
	// error, [ErrSmallPivot].
	Ordered bool
	// Regular declares that the matrix is not singular, however small a pivot gets: the solution is then zero in the columns that count as
	// zero, as far as refinement does not correct it, and never an error.
	Regular bool
	// MaxFill is how many times as large as foreseen the fronts may get together, as columns are delayed; more is an error, [ErrFill].
	// 0 is no limit.
	MaxFill float64
	// Enough is the backward error from which on a solution is not refined; default 4 roundings.
	Enough float64
	// Least, if set, is the size to which smaller elements of the diagonal, but zeros, are raised in the factors of a scaled matrix that has some of both
	// signs so small that their product is below its square. Quasidefinite matrices with such elements have factors without digits (P. Gill, M. Saunders and
	// J. Shinnerl, "On the stability of Cholesky factorization for symmetric quasidefinite systems", SIAM J. Matrix Anal. Appl. 17, 1996). Solutions are
	// those of the matrix as it is: [LDL.Combined] finds them.
	Least float64
	// Unscaled skips the scaling of rows and columns.
	Unscaled bool
}

// withDefaults replaces zeros; a negative number asks for 0.
func (o Options) withDefaults() (Options, error) {
	if o.Threshold == 0 {
		o.Threshold = 0.01
	}
	if o.ZeroPivot == 0 {
		o.ZeroPivot = 5e-14
	}
	if o.Enough == 0 {
		o.Enough = 4 * epsilon
	}
	o.Threshold, o.ZeroPivot = max(o.Threshold, 0), max(o.ZeroPivot, 0)
	if !(o.Threshold <= 0.5) || math.IsNaN(o.ZeroPivot) {
		return o, fmt.Errorf("the threshold of pivots is %g and the size of zero pivots %g, want at most 0.5 and a number", o.Threshold, o.ZeroPivot)
	}
	return o, nil
}

// NotPositiveDefiniteError reports that a matrix to be factored as Definite is not positive
// definite.
type NotPositiveDefiniteError struct {
	Row   int     // of the matrix, where it was noticed
	Pivot float64 // of the scaled matrix, after the elimination of other rows
}

// Error implements error.
func (e *NotPositiveDefiniteError) Error() string {
	return fmt.Sprintf("the matrix is not positive definite: the pivot of row %d is %.3g", e.Row, e.Pivot)
}

// ErrSmallPivot reports that a matrix cannot be factored as Ordered.
var ErrSmallPivot = errors.New("a pivot is zero, or nearly")

// ErrFill reports that the factors get larger than Options.MaxFill allows.
var ErrFill = errors.New("too many columns are delayed: the factors get too large")

// LDL is a symmetric matrix A as the product P·L·D·Lᵀ·Pᵀ, after scaling, where P permutes, L
// is lower triangular with ones on the diagonal, and D has blocks of order 1 and 2 on its
// diagonal. Solve may be called from several goroutines at once, but not during Refactorize.
type LDL struct {
	sym    *Symbolic
	opt    Options
	values []float64 // of A, scaled
	scale  []float64 // of each row and column
	nodes  []factored
	pivots []int32 // the positions in the order in which they were eliminated
	store  arena

	positive, negative, zero int
	delayed                  int
	size                     int  // numbers in fronts
	raised                   bool // elements of the diagonal were raised to opt.Least
	stop                     Stop
}

// factored is what a front leaves behind.
//
// Rows of a are columns of L: row p holds the entries of column p in the front's rows, of
// which there are width, from the diagonal on. In place of the ones on the diagonal are the
// blocks of the inverse of D: a[p,p], and a[p+1,p] where it isn't 0.
type factored struct {
	a       []float64 // [eliminated, width]
	width   int
	begin   int     // the front's pivots are pivots[begin:begin+eliminated]
	done    int     // eliminated
	delayed []int32 // positions that could not be eliminated, passed to the parent
}

// Factorize factors the symmetric matrix with the given values, in the order of the pattern.
//
// The method is multifrontal (I. Duff and J. Reid, "The multifrontal solution of indefinite
// sparse symmetric linear equations", ACM TOMS 9, 1983), with pivots of order 1 and 2 that
// pass the threshold test there (C. Ashcraft, R. Grimes and J. Lewis, "Accurate symmetric
// indefinite linear equation solvers", SIAM J. Matrix Anal. Appl. 20, 1998); columns without
// such a pivot are delayed to the parent front. Rows and columns are scaled first.
//
// A singular matrix is not an error: [LDL.Inertia] counts the columns that become zero, and
// [LDL.Solve] documents what it does with them. There is an error if values are not finite,
// if a matrix declared Definite is not, and if one cannot be factored as Ordered.
func (s *Symbolic) Factorize(values []float64, opt Options) (*LDL, error) {
	opt, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	f := s.empty(opt)
	if err := f.Refactorize(values); err != nil {
		return nil, err
	}
	return f, nil
}

// empty is a factorization with these options and all memory but that of the factors, before the first Refactorize.
func (s *Symbolic) empty(opt Options) *LDL {
	return &LDL{sym: s, opt: opt, scale: make([]float64, s.n), nodes: make([]factored, s.nodes()), pivots: make([]int32, s.n)}
}

// Refactorize replaces f by the factorization of another matrix of the same pattern, in the
// memory that f has. After an error f must not be used but for another Refactorize.
func (f *LDL) Refactorize(values []float64) error {
	s := f.sym
	if want := s.pattern.NNZ(); len(values) != want {
		return fmt.Errorf("there are %d values, want %d, one for each entry of the pattern", len(values), want)
	}
	if k := notFinite(values); k >= 0 {
		return fmt.Errorf("entry %d of the matrix is %v", k, values[k])
	}
	f.values = append(f.values[:0], values...)
	w := s.workspace()
	defer s.spaces.Put(w)
	f.equilibrate(w)
	f.raised = f.opt.Least > 0 && f.faint()
	f.store.reset(s.store)
	f.positive, f.negative, f.zero, f.delayed, f.size = 0, 0, 0, 0, 0
	begin := 0
	for x := range f.nodes {
		if err := f.front(x, begin, w); err != nil {
			return err
		}
		begin += f.nodes[x].done
	}
	if begin != s.n {
		return fmt.Errorf("%d of %d columns could not be eliminated: the entries of the factors overflow", s.n-begin, s.n)
	}
	return nil
}

// faint reports whether the diagonal has elements of both signs that are too small for Options.Least.
func (f *LDL) faint() bool {
	above, below := math.Inf(1), math.Inf(1)
	p := f.sym.pattern
	for i := range p.Rows {
		if k, ok := p.Find(i, i); ok {
			if v := f.values[k]; v > 0 {
				above = min(above, v)
			} else if v < 0 {
				below = min(below, -v)
			}
		}
	}
	return above*below < f.opt.Least*f.opt.Least
}

// Inertia is the number of positive, negative and zero eigenvalues of the matrix, by Sylvester's
// law the same as of D. A column counts as zero by Options.ZeroPivot: a matrix that is singular
// except for rounding errors is mostly, but not always, seen as singular. The larger
// Options.Threshold, the surer: of 9,000 random singular matrices of order up to 60, three had a
// zero eigenvalue counted with a sign for a threshold of 0.01, and none for 0.1.
func (f *LDL) Inertia() (positive, negative, zero int) { return f.positive, f.negative, f.zero }

// NNZ is the number of entries of the factor L, its diagonal included. It is [Symbolic.NNZ], and
// more where columns were delayed.
func (f *LDL) NNZ() int {
	nnz := 0
	for _, x := range f.nodes {
		nnz += x.done * (2*x.width - x.done + 1) / 2
	}
	return nnz
}

// Delayed is how often a column was passed on to another front for want of a pivot.
func (f *LDL) Delayed() int { return f.delayed }

// arena is memory for the factors, in blocks that stay where they are.
type arena struct {
	blocks      [][]float64
	block, used int
}

// reset makes all memory free again, of which the first block has at least size numbers.
func (a *arena) reset(size int) {
	if len(a.blocks) == 0 {
		a.blocks = append(a.blocks, make([]float64, size))
	}
	a.block, a.used = 0, 0
}

// take is n zeros.
func (a *arena) take(n int) []float64 {
	out := a.room(n)
	clear(out)
	return out
}

// room is n numbers, whatever they are.
func (a *arena) room(n int) []float64 {
	for a.used+n > len(a.blocks[a.block]) {
		a.block, a.used = a.block+1, 0
		if a.block == len(a.blocks) {
			a.blocks = append(a.blocks, make([]float64, max(n, len(a.blocks[0])/4)))
		}
	}
	out := a.blocks[a.block][a.used:][:n:n]
	a.used += n
	return out
}

// giveBack frees the last n numbers taken.
func (a *arena) giveBack(n int) { a.used -= n }

// workspace is the memory of one factorization at a time.
type workspace struct {
	stack   []float64 // matrices not yet added to their parents
	top     int
	waiting []waiting
	vars    []int32   // positions of the front's pivots to be
	cols    []int32   // and of their columns, where these are others
	d       []float64 // pivots of the front, [2·k]: their diagonal, and what is right of it
	w       []float64 // rows of D·Lᵀ
	y       []float64 // a vector by positions
	solve   []float64 // vectors of a solution, or the largest entries of rows
}

// waiting is what a front passes on: a matrix of the node's rows, [rows, rows], and after it
// the rows of delayed columns, [delayed, delayed + rows], of each the upper triangle.
type waiting struct {
	node, at int
	delayed  []int32
	columns  []int32 // the columns of the delayed rows, where these are others
	growth   float64
}

// workspace takes one from the pool.
func (s *Symbolic) workspace() *workspace {
	w, _ := s.spaces.Get().(*workspace)
	if w == nil {
		w = &workspace{stack: make([]float64, s.stack)}
	}
	w.top, w.waiting = 0, w.waiting[:0]
	return w
}

// push makes room for n numbers on the stack, whatever they are.
func (w *workspace) push(n int) []float64 {
	if w.top+n > len(w.stack) {
		w.stack = append(w.stack, make([]float64, w.top+n-len(w.stack)+len(w.stack)/4)...)
	}
	w.top += n
	return w.stack[w.top-n : w.top]
}

// grown is x with n elements, whatever they are.
func grown[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n+n/2)[:n]
	}
	return x[:n]
}
