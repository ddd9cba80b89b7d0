package sparse

import (
	"errors"
	"math"
	"slices"
	"sync"
)

// Solver solves systems with matrices of one pattern, whose symbolic analysis it keeps. It also keeps
// the last factorizations, as long as memory is not short: a system with the same values as before, such as that
// of a derivative, is not factored again. It is safe for concurrent use.
type Solver struct {
	n    int
	ldl  *Symbolic // of a symmetric matrix
	opt  Options   // of its factorizations
	lu   *LUSymbolic
	kept sync.Pool // of *factorization
}

// factorization is one of the two, and the values of the matrix.
type factorization struct {
	values []float64
	ldl    *LDL
	lu     *LU
}

// SymmetricSolver is the solver for symmetric matrices of which the pattern has one triangle. It is made once.
func (s *Shared) SymmetricSolver() (*Solver, error) { return s.symmetric() }

// RegularSolver is the solver for symmetric matrices of which the pattern has one triangle and that are not singular, however near; see
// [Options].
func (s *Shared) RegularSolver() (*Solver, error) {
	v, err := s.symmetric()
	if err != nil {
		return nil, err
	}
	return &Solver{n: v.n, ldl: v.ldl, opt: Options{Regular: true, Threshold: 1e-4, ZeroPivot: 1e-17}}, nil
}

// GeneralSolver is the solver for square matrices of the pattern. It is made once.
func (s *Shared) GeneralSolver() (*Solver, error) { return s.general() }

func newSymmetricSolver(s *Shared) (*Solver, error) {
	ldl, err := Analyze(&s.Pattern)
	return &Solver{n: s.Rows, ldl: ldl}, err
}

func newGeneralSolver(s *Shared) (*Solver, error) {
	lu, err := AnalyzeLU(&s.Pattern)
	return &Solver{n: s.Rows, lu: lu}, err
}

// FactorNNZ is about how many entries the factors have, if no pivots are delayed; 0 where that is known only from the values.
func (v *Solver) FactorNNZ() int {
	switch {
	case v.ldl != nil:
		return v.ldl.NNZ()
	case v.lu != nil && v.lu.fronts != nil:
		return 2 * v.lu.fronts.NNZ()
	}
	return 0
}

// factored is a factorization of the matrix with these values.
func (v *Solver) factored(values []float64) (f *factorization, err error) {
	f, _ = v.kept.Get().(*factorization)
	switch {
	case f == nil && v.ldl != nil:
		f = &factorization{}
		f.ldl, err = v.ldl.Factorize(values, v.opt)
	case f == nil:
		f = &factorization{}
		f.lu, err = v.lu.Factorize(values)
	case slices.Equal(f.values, values):
		return f, nil
	case v.ldl != nil:
		err = f.ldl.Refactorize(values)
	default:
		err = f.lu.Refactorize(values)
	}
	if err != nil {
		return nil, err
	}
	f.values = append(f.values[:0], values...)
	return f, nil
}

// Solve solves A X = B, or Aᵀ X = B, where both have k columns and are stored by rows. It gives the backward error
// of the solution, as [LDL.Solve], infinite for a singular matrix. Then, and if it is NaN because of numbers that
// are not finite, X is NaN.
func (v *Solver) Solve(values, b, x []float64, k int, trans bool) (backward float64) {
	if v.n == 0 || k == 0 {
		return 0
	}
	f, err := v.factored(values)
	if err == nil {
		defer v.kept.Put(f)
		backward, err = v.solve(f, b, x, k, trans)
	}
	var singular *SingularError
	switch {
	case errors.As(err, &singular), errors.Is(err, ErrSingular):
		backward = math.Inf(1)
	case err != nil:
		backward = math.NaN()
	}
	if !(backward < math.Inf(1)) {
		for i := range x {
			x[i] = math.NaN()
		}
	}
	return backward
}

func (v *Solver) solve(f *factorization, b, x []float64, k int, trans bool) (backward float64, err error) {
	var solve func(b, x []float64) (float64, error)
	switch {
	case f.ldl == nil && trans:
		solve = f.lu.SolveTransposed
	case f.ldl == nil:
		solve = f.lu.Solve
	case f.ldl.zero > 0 && !v.opt.Regular:
		return 0, ErrSingular // also if this right side is in its range: the solution is one of many
	default:
		solve = f.ldl.Solve
	}
	column := make([]float64, v.n)
	for c := range k {
		for i := range column {
			column[i] = b[i*k+c]
		}
		e, err := solve(column, column)
		if err != nil {
			return e, err
		}
		backward = max(backward, e)
		for i, y := range column {
			x[i*k+c] = y
		}
	}
	return backward, nil
}

// Inertia is the number of positive, negative and zero eigenvalues of a symmetric matrix, and whether there is a
// factorization to count them in: all values are finite.
func (v *Solver) Inertia(values []float64) (positive, negative, zero int, ok bool) {
	f, err := v.factored(values)
	if err != nil {
		return 0, 0, 0, false
	}
	defer v.kept.Put(f)
	positive, negative, zero = f.ldl.Inertia()
	return positive, negative, zero, true
}

// Lower is the triangle of a symmetric pattern on and below the diagonal: entry k of it is the mean of entries
// from[0][k] and from[1][k] of s, which stand on either side of the diagonal. It is nil if the pattern is not symmetric;
// then (i, j) is an entry without one at (j, i).
func (s *Shared) Lower() (l *Shared, from [2][]int32, i, j int) {
	t, back := s.T()
	if t != s {
		for i := range min(s.Rows, s.Cols) {
			for _, j := range s.Row(i) {
				if _, ok := t.Find(i, j); !ok {
					return nil, from, i, j
				}
			}
		}
		return nil, from, 0, 0 // not square
	}
	p := &Pattern{Rows: s.Rows, Cols: s.Cols, Ptr: make([]int, s.Rows+1)}
	for i := range s.Rows {
		for k := s.Ptr[i]; k < s.Ptr[i+1] && s.Ind[k] <= i; k++ {
			p.Ind = append(p.Ind, s.Ind[k])
			from[0], from[1] = append(from[0], int32(k)), append(from[1], back[k])
		}
		p.Ptr[i+1] = len(p.Ind)
	}
	return share(p), from, 0, 0
}

// Mirrored is the symmetric pattern of which s is one triangle; entry k of it is entry from[k] of s.
func (s *Shared) Mirrored() (m *Shared, from []int32) {
	t, back := s.T()
	u, inS, inT := Union(s, t)
	from = make([]int32, u.NNZ())
	for k, at := range inS {
		from[at] = int32(k)
	}
	for k, at := range inT {
		from[at] = back[k]
	}
	return u, from
}
