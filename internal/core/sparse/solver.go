package sparse

import (
	"math"
	"slices"
	"sync"
)

// Solver solves systems with matrices of one pattern, whose symbolic analysis it keeps. It also keeps
// the last factorizations, as long as memory is not short: a system with the same values as before, such as that
// of a derivative, is not factored again. It is safe for concurrent use.
//
// A general matrix A is factored as the symmetric [0 A; Aᵀ 0], whose condition number is the same and of
// which each half of a solution is one with A or with Aᵀ.
type Solver struct {
	n       int
	general bool
	from    []int32 // of a general matrix: the order in which the symmetric one has its values
	sym     *Symbolic
	kept    sync.Pool // of *LDL
}

// SymmetricSolver is the solver for symmetric matrices of which the pattern has one triangle. It is made once.
func (s *Shared) SymmetricSolver() (*Solver, error) { return s.symmetric() }

// GeneralSolver is the solver for square matrices of the pattern. It is made once.
func (s *Shared) GeneralSolver() (*Solver, error) { return s.general() }

func newSymmetricSolver(s *Shared) (*Solver, error) {
	sym, err := Analyze(&s.Pattern)
	return &Solver{n: s.Rows, sym: sym}, err
}

func newGeneralSolver(s *Shared) (*Solver, error) {
	// The triangle below the diagonal, Aᵀ.
	t, from := s.T()
	p := &Pattern{Rows: 2 * s.Rows, Cols: 2 * s.Rows, Ptr: slices.Concat(make([]int, s.Rows), t.Ptr), Ind: t.Ind}
	sym, err := Analyze(p)
	return &Solver{n: s.Rows, general: true, from: from, sym: sym}, err
}

// Flops is about how many operations a factorization takes.
func (v *Solver) Flops() float64 { return v.sym.Flops() }

// factored is a factorization of the matrix with these values; nil if there is none because a value is not
// finite, or the factors overflow.
func (v *Solver) factored(values []float64) *LDL {
	if v.general {
		own := make([]float64, len(values))
		for k, p := range v.from {
			own[k] = values[p]
		}
		values = own
	}
	f, _ := v.kept.Get().(*LDL)
	var err error
	switch {
	case f == nil:
		f, err = v.sym.Factorize(values, Options{})
	case !slices.Equal(f.values, values):
		err = f.Refactorize(values)
	}
	if err != nil {
		return nil
	}
	return f
}

// Solve solves A X = B, or Aᵀ X = B, where both have k columns and are stored by rows. It gives the backward error
// of the solution, as [LDL.Solve], infinite for a singular matrix. Then, and if it is NaN because of numbers that
// are not finite, X is NaN.
func (v *Solver) Solve(values, b, x []float64, k int, trans bool) (backward float64) {
	if v.n == 0 || k == 0 {
		return 0
	}
	backward = math.NaN()
	f := v.factored(values)
	if f != nil {
		defer v.kept.Put(f)
		backward = v.solve(f, b, x, k, trans)
	}
	if !(backward < math.Inf(1)) {
		for i := range x {
			x[i] = math.NaN()
		}
	}
	return backward
}

func (v *Solver) solve(f *LDL, b, x []float64, k int, trans bool) (backward float64) {
	if f.zero > 0 {
		return math.Inf(1)
	}
	// Of [0 A; Aᵀ 0] [y; x] = [b; c], x solves A x = b and y solves Aᵀ y = c.
	size, put, take := v.n, 0, 0
	if v.general {
		size = 2 * v.n
		if trans {
			put = v.n
		} else {
			take = v.n
		}
	}
	column := make([]float64, size)
	for c := range k {
		clear(column)
		for i := range v.n {
			column[put+i] = b[i*k+c]
		}
		e, err := f.Solve(column, column)
		if err != nil {
			return math.NaN()
		}
		backward = max(backward, e)
		for i := range v.n {
			x[i*k+c] = column[take+i]
		}
	}
	return backward
}

// Inertia is the number of positive, negative and zero eigenvalues of a symmetric matrix, and whether there is a
// factorization to count them in: all values are finite.
func (v *Solver) Inertia(values []float64) (positive, negative, zero int, ok bool) {
	f := v.factored(values)
	if f == nil {
		return 0, 0, 0, false
	}
	defer v.kept.Put(f)
	positive, negative, zero = f.Inertia()
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
