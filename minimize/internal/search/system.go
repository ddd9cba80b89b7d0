package search

import (
	"math"
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

	NFev, NJev int // evaluations of the function and the Jacobian
	NFevDiff   int // evaluations in NFev that were for finite differences
	asked      askedKinds
	at, y      []float64
	jacAt, j   []float64  // by columns
	full       *mat.Dense // what jac sets
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
		} else {
			s.eval(x)
			columns := s.n
			if s.groups != nil {
				columns = len(s.groups)
			}
			s.askDifferences(&s.asked, x, s.j, s.f, func(f func(x, y []float64)) {
				s.diff.jacobian(f, x, s.y, s.lower, s.upper, s.j, s.groups, s.sparsity)
			})
			s.NFev += columns * s.diff.points()
			s.NFevDiff += columns * s.diff.points()
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

// SparseJacobian sets data, which the rows of values are cut from, to the elements of the Jacobian at
// x in the order of the sparsity: by jac, or if it is nil by finite differences (Curtis,
// Powell & Reid, "On the estimation of sparse Jacobian matrices", 1974).
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
	s.Ask(kindDiff, x, data, func() { s.sparseDifferences(x, values) })
	s.NFev += len(s.groups) * s.diff.points()
	s.NFevDiff += len(s.groups) * s.diff.points()
}

// sparseDifferences sets values[i][k] to the derivative of value i with respect to variable
// sparsity[i][k], at the point of the cache.
func (s *System) sparseDifferences(x []float64, values [][]float64) {
	d := s.diff
	type step struct {
		h1, h2   float64
		oneSided bool
	}
	steps, groupOf := make([]step, s.n), make([]int, s.n)
	for g, vars := range s.groups {
		for _, i := range vars {
			lo, hi := math.Inf(-1), math.Inf(1)
			if s.lower != nil {
				lo, hi = s.lower[i], s.upper[i]
			}
			h1, h2, oneSided := d.of(i).stencil(x[i], lo, hi)
			steps[i], groupOf[i] = step{h1, h2, oneSided}, g
		}
	}
	d.each(len(s.groups), x, s.m, func(w *diffWorker, g int) {
		for k := range d.points() {
			for _, i := range s.groups[g] {
				w.x[i] = x[i] + [2]float64{steps[i].h1, steps[i].h2}[k]
			}
			s.Check()
			s.f(slices.Clone(w.x), w.y[k*s.m:(k+1)*s.m])
		}
		for _, i := range s.groups[g] {
			w.x[i] = x[i]
		}
		for row, vars := range s.sparsity {
			for k, i := range vars {
				if groupOf[i] == g {
					h := steps[i]
					values[row][k] = d.slope(h.h1, h.h2, h.oneSided, s.y[row], w.y[row], w.y[(d.points()-1)*s.m+row])
				}
			}
		}
	})
}
