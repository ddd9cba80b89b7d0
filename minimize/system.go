package minimize

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// system is a function of n variables with m values and its Jacobian, which are
// counted and kept for the point asked last.
type system struct {
	*evaluator
	n, m         int
	f            func(x, y []float64)
	jac          func(x []float64, j *mat.Dense) // nil: finite differences within the bounds
	lower, upper []float64                       // may be nil
	sparsity     [][]int                         // the variables of each value; nil: all
	groups       [][]int                         // of variables that may change at once

	nfev, njev int
	diffFev    int // of nfev, those of finite differences
	asked      askedKinds
	at, y      []float64
	jacAt, j   []float64  // by columns
	full       *mat.Dense // what jac sets
}

// newSystem makes a system; sparsity has been checked.
func newSystem(e *evaluator, n, m int, f func(x, y []float64), jac func(x []float64, j *mat.Dense), lower, upper []float64, sparsity [][]int) *system {
	s := &system{evaluator: e, n: n, m: m, f: f, jac: jac, lower: lower, upper: upper, sparsity: sparsity}
	if sparsity != nil {
		s.groups = columnGroups(n, sparsity)
	}
	s.y, s.j = make([]float64, m), make([]float64, m*n)
	return s
}

// values sets y to the function at x.
func (s *system) values(x, y []float64) {
	s.eval(x)
	copy(y, s.y)
}

// eval makes x the point of the cache.
func (s *system) eval(x []float64) {
	if s.at != nil && slices.Equal(s.at, x) {
		return
	}
	s.check()
	s.nfev++
	s.at = append(s.at[:0], x...)
	if s.journal == nil {
		s.f(s.copied(x), s.y)
		return
	}
	s.askOf(&s.asked, kindF, x, s.y, func() { s.f(s.copied(x), s.y) })
}

// jacobian sets j, [m, n], to the derivative at x.
func (s *system) jacobian(x []float64, j *mat.Dense) {
	if s.jacAt == nil || !slices.Equal(s.jacAt, x) {
		s.njev++
		if s.jac != nil {
			s.askOf(&s.asked, kindG, x, s.j, func() {
				if s.full == nil {
					s.full = mat.NewDense(s.m, s.n, nil)
				}
				s.full.Zero()
				s.jac(s.copied(x), s.full)
				for i := range s.m {
					for l, v := range s.full.RawRowView(i) {
						s.j[l*s.m+i] = v
					}
				}
			})
		} else {
			s.eval(x)
			columns := s.n
			if s.groups != nil {
				columns = len(s.groups)
			}
			s.askDifferences(&s.asked, x, s.j, s.f, func(f func(x, y []float64)) {
				s.diff.jacobian(f, x, s.y, s.lower, s.upper, s.j, s.groups, s.sparsity)
			})
			s.nfev += columns * s.diff.points()
			s.diffFev += columns * s.diff.points()
		}
		s.jacAt = append(s.jacAt[:0], x...)
	}
	for i := range s.m {
		row := j.RawRowView(i)
		for l := range row {
			row[l] = s.j[l*s.m+i]
		}
	}
}
