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
	n      int
	ldl    *analysis // of a symmetric matrix
	opt    Options   // of its factorizations; of those of Regular the second, where the first is not good enough
	enough float64   // the backward error up to which a solution is taken, if more than that of opt
	lu     *LUSymbolic
	kept   *sync.Pool // of *factorization
}

// factorization is one of the two, and the values of the matrix.
type factorization struct {
	values []float64
	ldl    *LDL
	lu     *LU

	// Of a regular matrix. ldl is made when the first solution needs it.
	ordered *LDL
	refused bool  // a pivot was too small for ordered
	large   bool  // to delay columns would cost much more than to combine corrections
	plain   bool  // solutions of ordered are as good as a rough solver needs
	current bool  // ldl is of the same values
	filled  error // or could not be made
}

// SymmetricSolver is the solver for symmetric matrices of which the pattern has one triangle. It is made once.
func (s *Shared) SymmetricSolver() (*Solver, error) { return s.symmetric() }

// RegularSolver is the solver for symmetric matrices of which the pattern has one triangle and that are not singular, however near; see
// [Options]. It takes pivots as they come, as matrices of interior point methods mostly allow, and chooses them by their size where a
// solution does not get accurate that way. It is made once: all systems with one matrix share its factorization.
func (s *Shared) RegularSolver() (*Solver, error) { return s.regular() }

// RoughSolver is a [Shared.RegularSolver] whose solutions are not refined where one of the same matrix is good to twelve digits, for methods of which each
// step corrects the one before.
func (s *Shared) RoughSolver() (*Solver, error) { return s.rough() }

// HalfSolver is the [Shared.RegularSolver], with the factorizations that it keeps, whose solutions are refined to half of the digits only.
func (s *Shared) HalfSolver() (*Solver, error) {
	v, err := s.regular()
	if err != nil {
		return nil, err
	}
	half := *v
	half.enough = math.Sqrt(epsilon)
	return &half, nil
}

// GeneralSolver is the solver for square matrices of the pattern. It is made once.
func (s *Shared) GeneralSolver() (*Solver, error) { return s.general() }

// analysis is the symbolic analysis of a symmetric pattern, made when it is first needed.
type analysis struct {
	pattern *Pattern
	upper   bool
	mu      sync.Mutex
	done    *Symbolic
}

// symbolic is the analysis, or nil if stop ended it.
func (a *analysis) symbolic(stop Stop) (*Symbolic, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.done == nil {
		s, err := analyzeTriangle(a.pattern, a.upper, stop)
		if err != nil {
			return nil, err
		}
		a.done = s
	}
	return a.done, nil
}

func newSymmetricSolver(s *Shared) (*Solver, error) {
	upper, err := readable(&s.Pattern)
	return &Solver{n: s.Rows, ldl: &analysis{pattern: &s.Pattern, upper: upper}, kept: &sync.Pool{}}, err
}

func newRegularSolver(s *Shared) (*Solver, error) {
	v, err := s.symmetric()
	if err != nil {
		return nil, err
	}
	return &Solver{n: v.n, ldl: v.ldl, opt: Options{Regular: true, Threshold: 1e-4, ZeroPivot: 1e-17, MaxFill: mostFill}, kept: &sync.Pool{}}, nil
}

func newRoughSolver(s *Shared) (*Solver, error) {
	v, err := newRegularSolver(s)
	if err == nil {
		v.opt.Enough = rough
	}
	return v, err
}

// rough is the backward error of [Shared.RoughSolver]: twelve digits, a choice.
const rough = 0x1p-40

func newGeneralSolver(s *Shared) (*Solver, error) {
	lu, err := AnalyzeLU(&s.Pattern)
	return &Solver{n: s.Rows, lu: lu, kept: &sync.Pool{}}, err
}

// FactorNNZ is about how many entries the factors have, if no pivots are delayed; 0 where that is known only from the values.
func (v *Solver) FactorNNZ() int {
	switch {
	case v.ldl != nil:
		s, err := v.ldl.symbolic(nil)
		if err != nil {
			return 0
		}
		return s.NNZ()
	case v.lu != nil && v.lu.fronts != nil:
		return 2 * v.lu.fronts.NNZ()
	}
	return 0
}

// factored is a factorization of the matrix with these values.
func (v *Solver) factored(values []float64, stop Stop) (*factorization, error) {
	f, _ := v.kept.Get().(*factorization)
	if f == nil {
		f = &factorization{}
	} else if slices.Equal(f.values, values) {
		return f, nil
	}
	var err error
	switch {
	case v.opt.Regular:
		err = v.order(f, values, stop)
	case v.ldl != nil:
		err = v.pivoted(f, values, stop)
	case f.lu == nil:
		f.lu, err = v.lu.Factorize(values)
	default:
		err = f.lu.Refactorize(values)
	}
	if err != nil {
		return nil, err
	}
	f.values = append(f.values[:0], values...)
	return f, nil
}

// pivoted factors a symmetric matrix with pivots chosen by their size.
func (v *Solver) pivoted(f *factorization, values []float64, stop Stop) (err error) {
	f.ldl, err = v.factor(f.ldl, values, v.opt, stop)
	return err
}

// factor factors a symmetric matrix in the memory of an earlier factorization, if there is one.
func (v *Solver) factor(f *LDL, values []float64, opt Options, stop Stop) (*LDL, error) {
	if f == nil {
		s, err := v.ldl.symbolic(stop)
		if err != nil {
			return nil, err
		}
		opt, err := opt.withDefaults()
		if err != nil {
			return nil, err
		}
		f = s.empty(opt)
	}
	f.stop = stop
	err := f.Refactorize(values)
	f.stop = nil
	return f, err
}

// Solve solves A X = B, or Aᵀ X = B, where both have k columns and are stored by rows. It gives the backward error
// of the solution, as [LDL.Solve], infinite for a singular matrix. Then, and if it is NaN because of numbers that
// are not finite or because stop, which may be nil, ended the factorization, X is NaN.
func (v *Solver) Solve(values, b, x []float64, k int, trans bool, stop Stop) (backward float64) {
	if v.n == 0 || k == 0 {
		return 0
	}
	f, err := v.factored(values, stop)
	if err == nil {
		defer v.kept.Put(f)
		backward, err = v.solve(f, b, x, k, trans, stop)
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

func (v *Solver) solve(f *factorization, b, x []float64, k int, trans bool, stop Stop) (backward float64, err error) {
	var solve func(b, x []float64) (float64, error)
	switch {
	case v.opt.Regular:
		solve = func(b, x []float64) (float64, error) { return v.solveRegular(f, b, x, stop) }
	case f.ldl == nil && trans:
		solve = f.lu.SolveTransposed
	case f.ldl == nil:
		solve = f.lu.Solve
	case f.ldl.zero > 0:
		return 0, ErrSingular // also if this right side is in its range: the solution is one of many
	default:
		solve = f.ldl.Solve
	}
	column, y := make([]float64, v.n), make([]float64, v.n)
	for c := range k {
		for i := range column {
			column[i] = b[i*k+c]
		}
		e, err := solve(column, y)
		if err != nil {
			return e, err
		}
		backward = max(backward, e)
		for i, y := range y {
			x[i*k+c] = y
		}
	}
	return backward, nil
}

// Inertia is the number of positive, negative and zero eigenvalues of a symmetric matrix, and whether there is a
// factorization to count them in: all values are finite, and stop, which may be nil, did not end it.
func (v *Solver) Inertia(values []float64, stop Stop) (positive, negative, zero int, ok bool) {
	f, err := v.factored(values, stop)
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
