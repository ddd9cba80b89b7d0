package search

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// System is a function of n variables with m values, and its Jacobian. Evaluations are counted and
// kept for the last point.
type System struct {
	*Evaluator
	n, m         int
	f            func(x, y []float64)
	jac          func(x []float64, j *mat.Dense) // nil: finite differences within the bounds
	lower, upper []float64                       // may be nil
	sparsity     [][]int                         // the variables of each value; nil: all
	groups       [][]int                         // of variables that may change at once

	// Complex is the function for complex arguments, for a Jacobian by complex steps; nil: by differences. Set before the
	// first Jacobian.
	Complex func(z, y []complex128)

	NFev, NJev int // evaluations of the function and the Jacobian
	NFevDiff   int // evaluations in NFev that were for finite differences
	asked      askedKinds
	at, y      []float64
	jacAt, j   []float64   // by columns
	full       *mat.Dense  // what jac sets
	last       *derivative // the differences at jacAt; nil: none
	longer     []longerStep
	largest    []float64 // the largest size of each variable where differences were taken
}

// NewSystem is the system of f with the Jacobian jac; nil for finite differences within the bounds,
// with the sparsity if that is not nil, which has been checked.
func NewSystem(e *Evaluator, n, m int, f func(x, y []float64), jac func(x []float64, j *mat.Dense), lower, upper []float64, sparsity [][]int) *System {
	s := &System{Evaluator: e, n: n, m: m, f: f, jac: jac, lower: lower, upper: upper, sparsity: sparsity}
	if sparsity != nil {
		s.groups = columnGroups(n, sparsity)
	}
	s.y, s.j = make([]float64, m), make([]float64, m*n)
	return s
}

// NewSparseSystem is a system without memory for a dense Jacobian, for [System.SparseJacobian].
func NewSparseSystem(e *Evaluator, n, m int, f func(x, y []float64), lower, upper []float64, sparsity [][]int) *System {
	return &System{Evaluator: e, n: n, m: m, f: f, lower: lower, upper: upper, sparsity: sparsity, y: make([]float64, m)}
}

// Values sets y to the function at x.
func (s *System) Values(x, y []float64) {
	s.eval(x)
	copy(y, s.y)
}

// eval makes x the point of the cache.
func (s *System) eval(x []float64) {
	if s.at != nil && slices.Equal(s.at, x) {
		return
	}
	s.Check()
	s.NFev++
	s.at = append(s.at[:0], x...)
	if s.journal == nil {
		s.f(s.copied(x), s.y)
		return
	}
	s.askOf(&s.asked, KindF, x, s.y, func() { s.f(s.copied(x), s.y) })
}

// Jacobian sets j, [m, n], to the derivative at x.
func (s *System) Jacobian(x []float64, j *mat.Dense) {
	if s.jacAt == nil || !slices.Equal(s.jacAt, x) {
		s.NJev++
		if s.jac != nil {
			s.askOf(&s.asked, KindG, x, s.j, func() {
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
		} else if s.Complex != nil {
			s.askOf(&s.asked, kindDiff, x, s.j, func() { s.complexSteps(x) })
			s.NFev += s.n
			s.NFevDiff += s.n
		} else {
			s.eval(x)
			s.differences(x, s.j, &derivative{dense: s.j})
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

// complexSteps sets j to Im f(x + ih)/h, as Run.complexSteps.
func (s *System) complexSteps(x []float64) {
	const h = 0x1p-100
	z, y := make([]complex128, s.n), make([]complex128, s.m)
	for i, v := range x {
		z[i] = complex(v, 0)
	}
	for i, v := range x {
		s.Check()
		z[i] = complex(v, h)
		s.Complex(z, y)
		z[i] = complex(v, 0)
		for r, v := range y {
			s.j[i*s.m+r] = imag(v) / h
		}
	}
}

// JacobianAt is where the Jacobian was evaluated last; nil: nowhere. Column i of it is Column(i).
func (s *System) JacobianAt() []float64 { return s.jacAt }

// Forget has the next Jacobian evaluated, also at the point of the last one.
func (s *System) Forget() { s.jacAt = nil }

// Column is a column of the Jacobian at [System.JacobianAt]. The caller may not change it.
func (s *System) Column(i int) []float64 { return s.j[i*s.m : (i+1)*s.m] }

// SparseJacobian sets data, which the rows of values are cut from, to the elements of the Jacobian at
// x in the order of the sparsity: by jac, or if it is nil by finite differences.
func (s *System) SparseJacobian(x []float64, jac func(x []float64, values [][]float64), data []float64, values [][]float64) {
	s.NJev++
	if jac != nil {
		s.Ask(KindG, x, data, func() { jac(slices.Clone(x), values) })
		return
	}
	s.eval(x)
	if s.groups == nil {
		s.groups = columnGroups(s.n, s.sparsity)
	}
	s.differences(x, data, &derivative{sparse: values})
}
