package minimize

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/ldl"
	"github.com/argmin-go/argmin/minimize/internal/lsq"
)

// slsqpRow is a constraint sign (c[row] - bound) = 0 or ≥ 0.
type slsqpRow struct {
	row         int
	sign, bound float64
}

// slsqpBound is a bound of the step of a free variable: sign (xᵢ - bound) ≥ 0.
type slsqpBound struct {
	i           int
	sign, bound float64
}

// slsqpSubproblem is min ½ sᵀB s + gᵀs subject to the linearized constraints and the
// bounds, as the least-squares problem min |√D Lᵀ s + √D⁻¹ L⁻¹ g| with B = L D Lᵀ.
// Fixed variables are left out.
type slsqpSubproblem struct {
	free   []int
	rows   []slsqpRow // first meq equations, then inequalities
	meq    int
	bounds []slsqpBound
	m      int // rows of the user's constraints
	b      *ldl.Factor
	solver lsq.Solver

	s          []float64 // the step
	lambda, nu []float64 // multipliers of rows and bounds
	before     []float64 // those remembered

	unrelaxed lsq.Status // how the problem was solved with its constraints as they are
	delta     float64    // the fraction by which they are relaxed
	projected bool       // the equations are the nearest that do not contradict each other
	stiffness float64    // the penalty on delta

	x, f, mu, d, h []float64
	e, c, g        []float64
	perRow         []float64
}

func newSLSQPSubproblem(r *run, acc float64) *slsqpSubproblem {
	q := &slsqpSubproblem{stiffness: 100}
	q.solver.Tol = acc / 10
	for i := range r.n() {
		if r.lower == nil {
			q.free = append(q.free, i)
			continue
		}
		lo, hi := r.lower[i], r.upper[i]
		if lo == hi {
			continue
		}
		if !math.IsInf(lo, 0) {
			q.bounds = append(q.bounds, slsqpBound{len(q.free), 1, lo})
		}
		if !math.IsInf(hi, 0) {
			q.bounds = append(q.bounds, slsqpBound{len(q.free), -1, hi})
		}
		q.free = append(q.free, i)
	}
	if k := r.cons; k != nil {
		q.m = k.m()
		for i, lo := range k.lower {
			if lo == k.upper[i] {
				q.rows = append(q.rows, slsqpRow{i, 1, lo})
			}
		}
		q.meq = len(q.rows)
		for i, lo := range k.lower {
			hi := k.upper[i]
			if lo == hi {
				continue
			}
			if !math.IsInf(lo, 0) {
				q.rows = append(q.rows, slsqpRow{i, 1, lo})
			}
			if !math.IsInf(hi, 0) {
				q.rows = append(q.rows, slsqpRow{i, -1, hi})
			}
		}
	}
	n, mi := len(q.free), len(q.rows)-q.meq+len(q.bounds)
	q.b = ldl.New(n)
	q.s, q.lambda, q.nu = make([]float64, n), make([]float64, len(q.rows)), make([]float64, len(q.bounds))
	// One variable and two bounds more for the relaxed problem.
	q.x, q.f, q.mu, q.d, q.h = make([]float64, n+1), make([]float64, n+1), make([]float64, mi+2), make([]float64, q.meq), make([]float64, mi+2)
	q.e, q.c, q.g = make([]float64, (n+1)*(n+1)), make([]float64, q.meq*(n+1)), make([]float64, (mi+2)*(n+1))
	q.perRow = make([]float64, q.m)
	return q
}

func (q *slsqpSubproblem) dense(j blas64.General) *mat.Dense {
	return mat.NewDense(j.Rows, j.Cols, j.Data)
}

// value is that of constraint i where the user's are c.
func (q *slsqpSubproblem) value(i int, c []float64) float64 {
	r := q.rows[i]
	return r.sign * (c[r.row] - r.bound)
}

// violation is that of constraint i of a value.
func (q *slsqpSubproblem) violation(i int, value float64) float64 {
	if i < q.meq {
		return math.Abs(value)
	}
	if math.IsNaN(value) {
		return value
	}
	return max(-value, 0)
}

// left is the violation of constraint i, of a value, that the step leaves by the
// linear model.
func (q *slsqpSubproblem) left(i int, value float64, j blas64.General) float64 {
	if !q.relaxed() {
		return 0
	}
	if !q.projected {
		return q.delta * q.violation(i, value)
	}
	r := q.rows[i]
	for k, at := range q.free {
		value += r.sign * j.Data[r.row*j.Stride+at] * q.s[k]
	}
	return q.violation(i, value)
}

func (q *slsqpSubproblem) relaxed() bool { return q.unrelaxed != lsq.OK }

// stiffer raises the penalty on delta. It reports false when that is of no use.
func (q *slsqpSubproblem) stiffer() bool {
	if !q.relaxed() || q.projected || q.stiffness > 1e6 {
		return false
	}
	q.stiffness *= 10
	return true
}

// solve finds the step and the multipliers at x. If the constraints are incompatible it
// relaxes them.
func (q *slsqpSubproblem) solve(x, g, c []float64, j blas64.General) lsq.Status {
	q.projected, q.delta = false, 0
	q.solver.Project = false
	if len(q.rows)+len(q.bounds) == 0 {
		q.gather(q.s, g)
		q.b.Solve(q.s)
		blas64.Scal(-1, vec(q.s))
		if q.unrelaxed = lsq.OK; !slsqpFinite(q.s...) {
			q.unrelaxed = lsq.RankDeficient
		}
		return q.unrelaxed
	}
	q.unrelaxed = q.attempt(x, g, c, j, false)
	switch q.unrelaxed {
	case lsq.SingularC:
		q.solver.Project = true
		if q.attempt(x, g, c, j, false) == lsq.OK {
			q.projected = true
			return lsq.OK
		}
		q.solver.Project = false
	case lsq.Incompatible, lsq.NearlyIncompatible:
	default:
		return q.unrelaxed
	}
	status := lsq.OK
	stiffness := q.stiffness
	for range 6 {
		if status = q.attempt(x, g, c, j, true); status == lsq.OK {
			break
		}
		q.stiffness *= 10
	}
	q.stiffness = stiffness
	return status
}

// attempt solves the problem once; relaxed: with δ as the last variable, and a_iᵀs +
// (1 - δ) c_i = 0 for c_i + a_iᵀs = 0, and the same for inequalities that are violated.
func (q *slsqpSubproblem) attempt(x, g, c []float64, j blas64.General, relaxed bool) lsq.Status {
	nf := len(q.free)
	n, mi := nf, len(q.rows)-q.meq+len(q.bounds)
	if relaxed {
		n, mi = nf+1, mi+2
	}
	e := blas64.General{Rows: n, Cols: n, Stride: n, Data: q.e}
	cc := blas64.General{Rows: q.meq, Cols: n, Stride: n, Data: q.c}
	gg := blas64.General{Rows: mi, Cols: n, Stride: n, Data: q.g}
	f, d, h, sol, mu := q.f[:n], q.d, q.h[:mi], q.x[:n], q.mu[:mi]
	if relaxed {
		clear(e.Data[:n*n])
		e.Data[n*n-1] = math.Sqrt(q.stiffness)
		f[nf] = 0
	}
	q.b.Root(e)
	q.gather(f, g)
	q.b.Forward(f[:nf])
	for i, v := range q.b.D {
		f[i] /= -math.Sqrt(v)
	}
	for i, r := range q.rows {
		value := q.value(i, c)
		to, rhs := gg, h
		at := i - q.meq
		if i < q.meq {
			to, rhs, at = cc, d, i
		}
		row := to.Data[at*n : (at+1)*n]
		for k, col := range q.free {
			row[k] = r.sign * j.Data[r.row*j.Stride+col]
		}
		if rhs[at] = -value; relaxed {
			row[nf] = max(-value, 0)
			if i < q.meq {
				row[nf] = -value
			}
		}
	}
	at := len(q.rows) - q.meq
	for _, b := range q.bounds {
		row := gg.Data[at*n : (at+1)*n]
		clear(row)
		row[b.i] = b.sign
		h[at] = b.sign * (b.bound - x[q.free[b.i]])
		at++
	}
	if relaxed { // 0 ≤ δ ≤ 1
		for k, v := range []float64{1, -1} {
			row := gg.Data[(at+k)*n : (at+k+1)*n]
			clear(row)
			row[nf] = v
		}
		h[at], h[at+1] = 0, -1
	}
	status := q.solver.LSEI(e, f, cc, d, gg, h, sol, q.lambda[:q.meq], mu)
	if status == lsq.NearlyIncompatible && relaxed {
		status = lsq.OK
	}
	if status != lsq.OK {
		return status
	}
	if q.delta = 0; relaxed {
		q.delta = min(max(sol[nf], 0), 1)
	}
	copy(q.s, sol)
	copy(q.lambda[q.meq:], mu)
	copy(q.nu, mu[len(q.rows)-q.meq:])
	for i, b := range q.bounds {
		reach := b.bound - x[q.free[b.i]]
		if q.nu[i] > 0 || b.sign*(q.s[b.i]-reach) < 0 { // rounding
			q.s[b.i] = reach
		}
	}
	return lsq.OK
}

// move sets x to x0 + a s, within the bounds and exactly on those that the full step
// reaches.
func (q *slsqpSubproblem) move(x0, x []float64, a float64) {
	for i, at := range q.free {
		x[at] = x0[at] + a*q.s[i]
	}
	for _, b := range q.bounds {
		at := q.free[b.i]
		if b.sign*(x[at]-b.bound) < 0 || a == 1 && q.s[b.i] == b.bound-x0[at] {
			x[at] = b.bound
		}
	}
}

// gather sets to to the free variables' part of from.
func (q *slsqpSubproblem) gather(to, from []float64) {
	for i, at := range q.free {
		to[i] = from[at]
	}
}

// byRow is the multipliers of the user's constraints.
func (q *slsqpSubproblem) byRow() []float64 {
	clear(q.perRow)
	for i, r := range q.rows {
		q.perRow[r.row] += r.sign * q.lambda[i]
	}
	return q.perRow
}

// withoutConstraints makes of the gradient of f that of the Lagrangian.
func (q *slsqpSubproblem) withoutConstraints(g []float64, j blas64.General) {
	if q.m > 0 {
		blas64.Gemv(blas.Trans, -1, j, vec(q.byRow()), 1, vec(g))
	}
}

// multipliers are those of the user's constraints, and of the bounds where there are
// any: of a fixed variable what remains of the gradient.
func (q *slsqpSubproblem) multipliers(g []float64, j blas64.General) (rows, bounds []float64) {
	if q.m > 0 {
		rows = append(rows, q.byRow()...)
	}
	if len(q.bounds) == 0 && len(q.free) == len(g) {
		return rows, nil
	}
	bounds = append(bounds, g...)
	q.withoutConstraints(bounds, j)
	for _, at := range q.free {
		bounds[at] = 0
	}
	for i, b := range q.bounds {
		bounds[q.free[b.i]] += b.sign * q.nu[i]
	}
	return rows, bounds
}

// remember and restore the multipliers.
func (q *slsqpSubproblem) remember() {
	q.before = append(append(q.before[:0], q.lambda...), q.nu...)
}

func (q *slsqpSubproblem) restore() {
	copy(q.lambda, q.before)
	copy(q.nu, q.before[len(q.lambda):])
}
