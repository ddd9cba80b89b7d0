package slsqp

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// relaxation is how a subproblem treats linearized constraints cᵢ + aᵢᵀs = 0 or ≥ 0 that no step
// satisfies.
type relaxation int

const (
	exact     relaxation = iota // as they are
	projected                   // equations that contradict each other: the nearest that do not
	together                    // (1 - δ) cᵢ for cᵢ where it is violated, 0 ≤ δ ≤ 1, with a penalty on δ²
	elastic                     // cᵢ + tᵢ there, with a penalty on |t|²
)

// leastSquares is a subproblem as package lsq takes it,
//
//	min |E s - f|  subject to  C s = d,  G s ≥ h,
//
// in the step of the free variables, followed by the variables that relax constraints. The
// solver overwrites it; its memory serves the next one.
type leastSquares struct {
	how     relaxation
	nf, n   int            // free variables, and these with the ones that relax
	largest float64        // the largest violation, the unit of what elastic adds
	e, c, g blas64.General // n columns each; in G the inequalities, the bounds of the step and of δ
	f, d, h []float64
	s, mu   []float64 // the solution, and the multipliers of G
}

// resize counts the variables and the inequalities for a relaxation, where the constraints are
// c, and gets the memory.
func (p *leastSquares) resize(q *subproblem, how relaxation, c []float64) {
	p.how, p.nf, p.n, p.largest = how, len(q.free), len(q.free), 0
	mi := len(q.rows) - q.meq + len(q.bounds)
	switch how {
	case together:
		p.n, mi = p.n+1, mi+2
	case elastic:
		for i := range q.rows {
			if v := q.violation(i, q.value(i, c)); v > 0 {
				p.n++
				p.largest = max(p.largest, v)
			}
		}
	}
	matrix := func(a blas64.General, rows int) blas64.General {
		return vec.Matrix(rows, p.n, vec.Grown(a.Data, rows*p.n))
	}
	p.e, p.c, p.g = matrix(p.e, p.n), matrix(p.c, q.meq), matrix(p.g, mi)
	p.f, p.d, p.h = vec.Grown(p.f, p.n), vec.Grown(p.d, q.meq), vec.Grown(p.h, mi)
	p.s, p.mu = vec.Grown(p.s, p.n), vec.Grown(p.mu, mi)
}

// setObjective sets E and f: of the step √D Lᵀ and -√D⁻¹ L⁻¹ g, with B = L D Lᵀ, and of the
// variables that relax the root of the penalty and 0.
func (p *leastSquares) setObjective(q *subproblem, g []float64) {
	if p.n > p.nf {
		clear(p.e.Data)
		for i := p.nf; i < p.n; i++ {
			p.e.Data[i*p.n+i], p.f[i] = math.Sqrt(q.penalty), 0
		}
	}
	q.b.Root(p.e)
	q.gather(p.f, g)
	q.b.Forward(p.f[:p.nf])
	for i, v := range q.b.D {
		p.f[i] /= -math.Sqrt(v)
	}
}

// setRows sets the rows of the constraints linearized at x. It returns the largest term
// |∂c/∂xⱼ xⱼ|, whose rounding is in the values.
func (p *leastSquares) setRows(q *subproblem, x, c []float64, j blas64.General) (largestTerm float64) {
	elasticAt := p.nf // the variable of the next violated row
	for i, r := range q.rows {
		value := q.value(i, c)
		a, rhs, at := p.g, p.h, i-q.meq
		if i < q.meq {
			a, rhs, at = p.c, p.d, i
		}
		row, from := vec.Row(a, at), vec.Row(j, r.row)
		for k, col := range q.free {
			row[k] = r.sign * from[col]
			largestTerm = max(largestTerm, math.Abs(row[k]*x[col]))
		}
		rhs[at] = -value
		clear(row[p.nf:])
		if v := q.violation(i, value); v > 0 {
			switch p.how {
			case together:
				row[p.nf] = -value
			case elastic:
				row[elasticAt] = p.largest
				elasticAt++
			}
		}
	}
	return largestTerm
}

// setBounds sets the rows of the bounds of the step from x, and of 0 ≤ δ ≤ 1.
func (p *leastSquares) setBounds(q *subproblem, x []float64) {
	at := len(q.rows) - q.meq
	set := func(i int, sign, limit float64) {
		row := vec.Row(p.g, at)
		clear(row)
		row[i], p.h[at] = sign, limit
		at++
	}
	for _, b := range q.bounds {
		set(b.i, b.sign, b.sign*(b.bound-x[q.free[b.i]]))
	}
	if p.how == together {
		set(p.nf, 1, 0)
		set(p.nf, -1, -1)
	}
}
