package sparse

import (
	"math"
	"slices"
	"sync"
)

// LeastSquaresSolver solves damped least-squares problems whose matrices have one pattern. It keeps their analysis and, as long as
// memory is not short, the last factorizations, as [Solver] does. The augmented system takes over only where JᵀJ + D² is not numerically
// definite or would be full. It is safe for concurrent use.
type LeastSquaresSolver struct {
	l    *LeastSquares
	kept sync.Pool // of *squaresFactor
}

// squaresFactor is a factorization, and what it is of.
type squaresFactor struct {
	f         *LeastSquaresFactor
	values, d []float64
}

// LeastSquaresSolver is the solver for matrices of the pattern. It is made once.
func (s *Shared) LeastSquaresSolver() (*LeastSquaresSolver, error) { return s.squares() }

func newLeastSquaresSolver(s *Shared) (*LeastSquaresSolver, error) {
	l, err := AnalyzeLeastSquares(&s.Pattern)
	return &LeastSquaresSolver{l: l}, err
}

// FactorNNZ is [LeastSquares.FactorNNZ].
func (v *LeastSquaresSolver) FactorNNZ() (int, error) { return v.l.FactorNNZ() }

// Solve sets x to the minimizer of |J·x - r|² + |D·x|² - 2·gᵀx for the values of J, the diagonal d of D and b, which
// is r followed by g. Where there are k columns, b and x are stored by rows. The result is the largest one of
// [LeastSquaresFactor.Solve], NaN where numbers are not finite and infinite where they overflow; then x is NaN.
func (v *LeastSquaresSolver) Solve(values, d, b, x []float64, k int) (gradient float64) {
	m, n := v.l.j.Rows, v.l.j.Cols
	if n == 0 || k == 0 {
		return 0
	}
	f, err := v.factored(values, d)
	if err == nil {
		defer v.kept.Put(f)
		gradient, err = f.solve(m, n, b, x, k)
	}
	switch {
	case err == ErrOverflow:
		gradient = math.Inf(1)
	case err != nil:
		gradient = math.NaN()
	}
	if !(gradient < math.Inf(1)) {
		for i := range x {
			x[i] = math.NaN()
		}
	}
	return gradient
}

// factored is a factorization of the problem with these values.
func (v *LeastSquaresSolver) factored(values, d []float64) (f *squaresFactor, err error) {
	f, _ = v.kept.Get().(*squaresFactor)
	switch {
	case f == nil:
		f = &squaresFactor{}
		f.f = &LeastSquaresFactor{l: v.l, damped: true}
		err = f.f.Refactorize(values, 1, d)
	case slices.Equal(f.values, values) && slices.Equal(f.d, d):
		return f, nil
	default:
		err = f.f.Refactorize(values, 1, d)
	}
	if err != nil {
		return nil, err
	}
	f.values, f.d = append(f.values[:0], values...), append(f.d[:0], d...)
	return f, nil
}

func (f *squaresFactor) solve(m, n int, b, x []float64, k int) (gradient float64, err error) {
	right, answer := make([]float64, m+n), make([]float64, n)
	for c := range k {
		for i := range right {
			right[i] = b[i*k+c]
		}
		e, err := f.f.SolveTilted(right[:m], right[m:], answer)
		if err != nil {
			return e, err
		}
		gradient = max(gradient, e)
		for i, y := range answer {
			x[i*k+c] = y
		}
	}
	return gradient, nil
}
