package constrained

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/check/parity"
)

// Tolerances of Judge. A violation is relative to the gradient of its constraint where that is larger than 1, so it is about the distance
// to where the constraint holds; the residual is relative to the largest of the terms that cancel.
const (
	FeasibilityTol = 1e-6
	ResidualTol    = 1e-5
	Near           = 1e-2 // a constraint that is farther from its limit, in the units of violations, has no multiplier
	ValueTol       = 1e-4 // how near, relative to max(1, |f|), the best known value is
)

// System is the least-squares problem for the multipliers of a point: |A y - B| is least over y, with y ≥ 0 where Free is not set.
// Its first N rows are the condition ∇f = Σ yᵢ∇cᵢ, the others yᵢ·slackᵢ/max(1, |f|) = 0.
type System struct {
	A    []float64 // row by row
	B    []float64
	Free []bool
	n    int
	size []float64 // of each column, the largest element of ∇cᵢ
}

// constraint is one row with its gradient: c ≥ 0, or c = 0.
type constraint struct {
	value    float64
	gradient []float64
	equation bool
}

// rows are all constraints at x, those of bounds too.
func (p *Problem) rows(x []float64) []constraint {
	c, j := p.Constraints(x), p.Jacobian(x)
	var rows []constraint
	for i, v := range c {
		rows = append(rows, constraint{v, j[i*p.N : (i+1)*p.N], i < p.Equations})
	}
	for i, v := range x {
		for sign, limit := range map[float64]parity.Number{1: p.Lower[i], -1: p.Upper[i]} {
			if !math.IsInf(float64(limit), 0) {
				g := make([]float64, p.N)
				g[i] = sign
				rows = append(rows, constraint{sign * (v - float64(limit)), g, false})
			}
		}
	}
	return rows
}

func largest(v []float64) float64 {
	m := 0.0
	for _, e := range v {
		if m = max(m, math.Abs(e)); math.IsNaN(e) {
			return e
		}
	}
	return m
}

// Violation is the largest violation at x, and the largest one relative to the gradient of its constraint.
func (p *Problem) Violation(x []float64) (absolute, relative float64) {
	for _, c := range p.rows(x) {
		v := max(-c.value, 0)
		if c.equation {
			v = math.Abs(c.value)
		}
		absolute = max(absolute, v)
		relative = max(relative, v/max(1, largest(c.gradient)))
	}
	return absolute, relative
}

// System is the problem of the multipliers at x, of the constraints that are near their limits.
func (p *Problem) System(x []float64) System {
	rows := slices.DeleteFunc(p.rows(x), func(c constraint) bool { return !c.equation && c.value > Near*max(1, largest(c.gradient)) })
	m := len(rows)
	worth := max(1, math.Abs(p.Value(x)[0]))
	s := System{A: make([]float64, (p.N+m)*m), B: append(p.Gradient(x), make([]float64, m)...), Free: make([]bool, m), n: p.N, size: make([]float64, m)}
	for i, c := range rows {
		for k, g := range c.gradient {
			s.A[k*m+i] = g
		}
		if !c.equation {
			s.A[(p.N+i)*m+i] = max(c.value, 0) / worth
		}
		s.Free[i], s.size[i] = c.equation, largest(c.gradient)
	}
	return s
}

// Residual is the largest element of ∇f - Σ yᵢ∇cᵢ, relative to the largest term of it, or yᵢ·slackᵢ/max(1, |f|), whichever is larger; NaN
// without multipliers.
func (s System) Residual(y []float64) float64 {
	m := len(s.Free)
	if len(y) != m {
		return math.NaN()
	}
	scale := max(1, largest(s.B))
	for i, v := range y {
		scale = max(scale, math.Abs(v)*s.size[i])
	}
	worst := 0.0
	for k := range s.B {
		r := s.B[k]
		for i, v := range y {
			r -= s.A[k*m+i] * v
		}
		if k < s.n {
			r /= scale
		}
		if worst = max(worst, math.Abs(r)); math.IsNaN(r) {
			return r
		}
	}
	return worst
}
