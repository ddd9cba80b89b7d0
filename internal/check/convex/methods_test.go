package convex

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/mps"
	"github.com/argmin-go/argmin/sparse"
)

// method is one of Quadratic's, with what it takes.
type method struct {
	name                    string
	m                       argmin.QuadraticMethod
	equations, bounds, free bool // takes nothing but equations, nothing but bounds; only multiplies
	dense                   bool // takes nothing but arrays
}

func methods() []method {
	return []method{
		{name: "ProximalInteriorPoint", m: argmin.ProximalInteriorPoint{}},
		{name: "OSQP", m: argmin.OSQP{}},
		{name: "OSQP, matrix-free", m: argmin.OSQP{MatrixFree: true}, free: true},
		{name: "PDHG", m: argmin.PDHG{}, free: true},
		{name: "DualActiveSet", m: argmin.DualActiveSet{}, dense: true},
		{name: "EqualityConstrainedQP", m: argmin.EqualityConstrainedQP{}, equations: true},
		{name: "EqualityConstrainedQP, matrix-free", m: argmin.EqualityConstrainedQP{MatrixFree: true}, equations: true, free: true},
		{name: "BoxCDQP", m: argmin.BoxCDQP{}, bounds: true},
	}
}

// takes reports whether a method is for a problem.
func (m method) takes(p *Problem) bool {
	n, rows := p.Size()
	rows -= n
	boxed, equal := false, true
	for i := range p.L {
		if i >= rows {
			boxed = boxed || p.L[i] > -inf || p.U[i] < inf
		} else {
			equal = equal && p.L[i] == p.U[i]
		}
	}
	return (!m.equations || equal && !boxed) && (!m.bounds || rows == 0)
}

// The forms in which a program is given.
var forms = []string{"arrays", "sparse", "functions"}

// in is a program with its matrices in a form. Those that are not arrays are beyond the size up to which all are taken as arrays.
func in(form string, q argmin.QP) argmin.QP {
	of := func(m argmin.Matrix) argmin.Matrix {
		s, ok := m.(sparse.Matrix)
		switch {
		case !ok || form == "sparse":
			return m
		case form == "arrays":
			return s.Dense()
		}
		return argmin.LinearMap(s.MatMul)
	}
	q.Q, q.A, q.G = of(q.Q), of(q.A), of(q.G)
	return q
}

// padded is a problem with more variables of their own, between bounds or with curvature, so many that it is not taken as a small one.
func (p *Problem) padded(more int) *Problem {
	n, m := p.Size()
	rows := m - n
	h, a := build(n+more, n+more), build(m+more, n+more)
	h.put(0, 0, p.P, 1)
	a.put(0, 0, p.A, 1)
	bounded := len(p.P.Values) == 0 || slices.ContainsFunc(slices.Concat(p.L[rows:], p.U[rows:]), func(v float64) bool { return !math.IsInf(v, 0) })
	big := *p
	big.Name += ", padded"
	big.Q, big.L, big.U = slices.Clone(p.Q), slices.Clone(p.L), slices.Clone(p.U)
	for j := range more {
		a.add(m+j, n+j, 1)
		cost, lo, hi := 1+float64(j%3), 0., 1.
		if !bounded {
			cost, lo, hi = 0, -inf, inf
			h.add(n+j, n+j, 1+float64(j%2))
		}
		big.Q, big.L, big.U = append(big.Q, cost), append(big.L, lo), append(big.U, hi)
	}
	big.P, big.A = h.matrix(), a.matrix()
	return &big
}

// solve is a method's answer on a problem in a form.
func (m method) solve(p *Problem, form string, o argmin.Options) (a Answer) {
	return m.quadratic(form, o).Solve(context.Background(), p, o.Tol, 1e12)
}

func (m method) quadratic(form string, o argmin.Options) Solver {
	return Func{m.name, func(ctx context.Context, p *Problem, accuracy float64) Answer {
		s := p.split()
		r, err := argmin.Quadratic(func(q argmin.QP) argmin.QP { return in(form, q) }, m.m, o).RunContext(ctx, argmin.QPPoint{}, s.program)
		return s.answer(r, err)
	}}
}

// faults says what is false in an answer of a method with this tolerance, in its own terms: errors are relative to the largest terms if these are more than 1, and proofs
// to the size of points, or of multipliers, that they exclude.
func (p *Problem) faults(a Answer, tol, unit float64) string {
	switch a.Claim {
	case Infeasible:
		if f := p.Farkas(a.Y) * unit; !(f < 1e-6) {
			return fmt.Sprintf("infeasible, with a proof that is off by %.1e", f)
		}
	case Unbounded:
		if f := p.Ray(a.X) * unit; !(f < 1e-6) {
			return fmt.Sprintf("unbounded, with a proof that is off by %.1e", f)
		}
	case Solved:
		r := p.Residuals(a.X, a.Y)
		most := func(v ...[]float64) (s float64) {
			for _, x := range v {
				s = max(s, largest(x))
			}
			return max(s, 1)
		}
		px := rounded(times(p.P, a.X))
		primal := r.Primal / most(rounded(times(p.A, a.X)))
		dual := r.Dual / most(px, p.Q, rounded(pulled(p.A, a.Y)), a.Y)
		gap := r.Gap / max(1, math.Abs(r.Value), math.Abs(dot(a.X, px).value())/2)
		if !(max(primal, dual, gap) <= 1.01*tol) {
			return fmt.Sprintf("solved, with relative errors %.1e, %.1e, %.1e", primal, dual, gap)
		}
		if p.Expect != Solved {
			return "solved, and it is " + string(p.Expect)
		}
	}
	if strings.Contains(a.Message, "panic") {
		return a.Message
	}
	return ""
}

// dense is a matrix by its rows.
func dense(cols int, rows ...[]float64) mps.Matrix {
	b := build(len(rows), cols)
	for i, r := range rows {
		for j, v := range r {
			b.add(i, j, v)
		}
	}
	return b.matrix()
}

// boxed is a problem of rows and bounds.
func boxed(name string, expect Claim, h mps.Matrix, c []float64, a [][]float64, lo, hi, lower, upper []float64) *Problem {
	n := len(c)
	b := build(len(a)+n, n)
	b.put(0, 0, dense(n, a...), 1)
	b.diagonal(len(a), 0, n, 1)
	if lower == nil {
		lower = constant(n, -inf)
	}
	if upper == nil {
		upper = constant(n, inf)
	}
	if h.Cols == 0 {
		h = build(n, n).matrix()
	}
	return &Problem{Name: name, P: h, Q: c, A: b.matrix(), L: joined(lo, lower), U: joined(hi, upper), Expect: expect, Optimum: math.NaN()}
}
