package slsqp

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/activeqp"
	"github.com/argmin-go/argmin/minimize/internal/ldl"
	"github.com/argmin-go/argmin/minimize/internal/lsq"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// row is a constraint sign (c[row] - bound) = 0 or ≥ 0.
type row struct {
	row         int
	sign, bound float64
}

// bound is a bound of the step of a free variable: sign (xᵢ - bound) ≥ 0.
type bound struct {
	i           int
	sign, bound float64
}

// subproblem is min ½ sᵀB s + gᵀs subject to the linearized constraints and the
// bounds, as the least-squares problem min |√D Lᵀ s + √D⁻¹ L⁻¹ g| with B = L D Lᵀ.
// Fixed variables are left out.
type subproblem struct {
	free   []int // the variables that are not fixed
	rows   []row // first meq equations, then inequalities
	meq    int
	bounds []bound
	m      int             // rows of the user's constraints
	b      *ldl.Factor     // B
	guess  activeqp.Solver // tried first
	solver lsq.Solver
	tol    float64 // of the solver, apart from rounding of the constraints

	s          []float64 // the step
	lambda, nu []float64 // multipliers of rows and bounds
	before     []float64 // the multipliers kept by remember

	unrelaxed lsq.Status // how the problem was solved with its constraints as they are
	how       relaxation
	elastic   bool    // the next relaxation is elastic
	delta     float64 // the fraction by which they are relaxed together
	penalty   float64 // the penalty on relaxing

	relaxation leastSquares // the problem of the last attempt
	perRow     []float64    // multipliers of the user's constraints

	lower, upper       []float64 // bounds of the step
	gradient, perBound []float64 // multipliers of the bounds by variable
	a, values          []float64 // the linearized constraints
	step, byGuess      []float64 // the step and the multipliers of rows of a guess
}

func newSubproblem(r *search.Run, acc float64) *subproblem {
	q := &subproblem{penalty: firstPenalty, tol: acc / 10}
	q.guess.Rounds = rounds
	q.setVariables(r)
	if r.Constraints != nil {
		q.setConstraints(r.Constraints)
	}
	n := len(q.free)
	q.b = ldl.New(n)
	mem := make(vec.Slab, 6*n+(n+3)*len(q.rows)+len(q.bounds)+q.m)
	q.s, q.lambda, q.nu, q.perRow = mem.Take(n), mem.Take(len(q.rows)), mem.Take(len(q.bounds)), mem.Take(q.m)
	q.lower, q.upper, q.gradient, q.perBound = mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	q.a, q.values = mem.Take(n*len(q.rows)), mem.Take(len(q.rows))
	q.step, q.byGuess = mem.Take(n), mem.Take(len(q.rows))
	for i := range n {
		q.lower[i], q.upper[i] = math.Inf(-1), math.Inf(1)
	}
	return q
}

// setVariables finds the free variables and their bounds.
func (q *subproblem) setVariables(r *search.Run) {
	for i := range r.N() {
		if r.Lower == nil {
			q.free = append(q.free, i)
			continue
		}
		lo, hi := r.Lower[i], r.Upper[i]
		if lo == hi {
			continue
		}
		if !math.IsInf(lo, 0) {
			q.bounds = append(q.bounds, bound{len(q.free), 1, lo})
		}
		if !math.IsInf(hi, 0) {
			q.bounds = append(q.bounds, bound{len(q.free), -1, hi})
		}
		q.free = append(q.free, i)
	}
}

// setConstraints lists the equations, then the inequalities.
func (q *subproblem) setConstraints(k *search.Constraints) {
	q.m = k.Rows()
	for i, lo := range k.Lower {
		if lo == k.Upper[i] {
			q.rows = append(q.rows, row{i, 1, lo})
		}
	}
	q.meq = len(q.rows)
	for i, lo := range k.Lower {
		hi := k.Upper[i]
		if lo == hi {
			continue
		}
		if !math.IsInf(lo, 0) {
			q.rows = append(q.rows, row{i, 1, lo})
		}
		if !math.IsInf(hi, 0) {
			q.rows = append(q.rows, row{i, -1, hi})
		}
	}
}

const (
	// rounds is how many guesses of the active constraints are tried. Mostly the first or the
	// second is right, and after more than some ten hardly any.
	rounds = 12
	// firstPenalty is the first penalty on the squares of the variables that relax constraints;
	// the others are ten times the one before, as in Kraft's SLSQP. They end at mostPenalty, and at
	// mostElastic where each constraint is relaxed by itself: our choice.
	firstPenalty = 100
	mostPenalty  = 1e8
	mostElastic  = 1e6
)

// dense is j as another package has it, with the same elements.
func (q *subproblem) dense(j blas64.General) *mat.Dense {
	return mat.NewDense(j.Rows, j.Cols, j.Data)
}

// value is the value of constraint i where the user's constraints are c.
func (q *subproblem) value(i int, c []float64) float64 {
	r := q.rows[i]
	return r.sign * (c[r.row] - r.bound)
}

// violation is the violation of constraint i if it has a value.
func (q *subproblem) violation(i int, value float64) float64 {
	if i < q.meq {
		return math.Abs(value)
	}
	if math.IsNaN(value) {
		return value
	}
	return max(-value, 0)
}

// left is the violation of constraint i, which has a value now, that is left after the step by the
// linear model.
func (q *subproblem) left(i int, value float64, j blas64.General) float64 {
	switch q.how {
	case exact:
		return 0
	case together:
		return q.delta * q.violation(i, value)
	}
	r := q.rows[i]
	for k, at := range q.free {
		value += r.sign * j.Data[r.row*j.Stride+at] * q.s[k]
	}
	return q.violation(i, value)
}

// relaxed reports whether constraints were relaxed for the last step.
func (q *subproblem) relaxed() bool { return q.how != exact }

// relaxFurther makes the next attempt relax each violated constraint by a variable of its own,
// which finds a step that reduces the violations wherever there is one, and after that raises
// the penalty. It reports false when neither is left to try.
func (q *subproblem) relaxFurther() bool {
	switch {
	case !q.relaxed() || q.elastic && q.penalty > mostElastic:
		return false
	case q.elastic:
		q.penalty *= 10
	}
	q.elastic = true
	return true
}

// solve finds the step and the multipliers at x. If the constraints are incompatible it
// relaxes them.
func (q *subproblem) solve(x, g, c []float64, j blas64.General) lsq.Status {
	if len(q.rows)+len(q.bounds) == 0 {
		q.gather(q.s, g)
		q.b.Solve(q.s)
		vec.Scale(-1, q.s)
		if q.unrelaxed = lsq.OK; !vec.AllFinite(q.s) {
			q.unrelaxed = lsq.RankDeficient
		}
		return q.unrelaxed
	}
	if q.unrelaxed = lsq.OK; !q.guessed(x, g, c, j) {
		q.unrelaxed = q.attempt(x, g, c, j, exact)
	}
	switch q.unrelaxed {
	case lsq.SingularC, lsq.Incompatible, lsq.NearlyIncompatible:
	default:
		if q.unrelaxed == lsq.OK && q.elastic {
			q.elastic, q.penalty = false, firstPenalty
		}
		return q.unrelaxed
	}
	if q.elastic {
		return q.attempt(x, g, c, j, elastic)
	}
	if q.unrelaxed == lsq.SingularC && q.attempt(x, g, c, j, projected) == lsq.OK {
		return lsq.OK
	}
	var status lsq.Status
	for q.penalty = firstPenalty; q.penalty < mostPenalty; q.penalty *= 10 {
		if status = q.attempt(x, g, c, j, together); status == lsq.OK {
			break
		}
	}
	q.penalty = firstPenalty
	return status
}

// guessed solves the problem with its constraints as they are, from the constraints that were active
// the last time. It reports whether it did.
func (q *subproblem) guessed(x, g, c []float64, j blas64.General) bool {
	n := len(q.free)
	for _, b := range q.bounds {
		if to := b.bound - x[q.free[b.i]]; b.sign > 0 {
			q.lower[b.i] = to
		} else {
			q.upper[b.i] = to
		}
	}
	for i, r := range q.rows {
		q.values[i] = q.value(i, c)
		from, to := j.Data[r.row*j.Stride:], q.a[i*n:(i+1)*n]
		for k, col := range q.free {
			to[k] = r.sign * from[col]
		}
	}
	q.gather(q.gradient, g)
	p := activeqp.Problem{B: q.b, G: q.gradient, Lower: q.lower, Upper: q.upper, A: q.a, C: q.values, Equations: q.meq}
	if !q.guess.Solve(&p, q.step, q.byGuess, q.perBound) {
		return false
	}
	q.how = exact
	copy(q.s, q.step)
	copy(q.lambda, q.byGuess)
	for i, b := range q.bounds {
		q.nu[i] = max(b.sign*q.perBound[b.i], 0)
	}
	return true
}

// attempt solves the problem once, by package lsq, relaxed in a way.
func (q *subproblem) attempt(x, g, c []float64, j blas64.General, how relaxation) lsq.Status {
	p := &q.relaxation
	p.resize(q, how, c)
	p.setObjective(q, g)
	largestTerm := p.setRows(q, x, c, j)
	p.setBounds(q, x)
	q.solver.Project = how == projected
	q.solver.Tol = max(q.tol, 8*vec.Eps*float64(p.n)*largestTerm)
	status := q.solver.LSEI(p.e, p.f, p.c, p.d, p.g, p.h, p.s, q.lambda[:q.meq], p.mu)
	if status == lsq.NearlyIncompatible && p.n > p.nf {
		status = lsq.OK
	}
	if status == lsq.OK {
		q.accept(p, x)
	}
	return status
}

// accept takes the step and the multipliers from a problem that is solved. Those of the problem
// as it is are the first guess of what is active the next time.
func (q *subproblem) accept(p *leastSquares, x []float64) {
	if q.how = p.how; q.how == together {
		q.delta = min(max(p.s[p.nf], 0), 1)
	}
	copy(q.s, p.s)
	copy(q.lambda[q.meq:], p.mu)
	copy(q.nu, p.mu[len(q.rows)-q.meq:])
	for i, b := range q.bounds {
		reach := b.bound - x[q.free[b.i]]
		if q.nu[i] > 0 || b.sign*(q.s[b.i]-reach) < 0 { // rounding
			q.s[b.i] = reach
		}
	}
	if q.how == exact {
		clear(q.perBound)
		for i, b := range q.bounds {
			q.perBound[b.i] += b.sign * q.nu[i]
		}
		q.guess.Guess(q.lambda, q.perBound, q.meq)
	}
}

// move sets x to x0 + a s, within the bounds and exactly on those that the full step
// reaches.
func (q *subproblem) move(x0, x []float64, a float64) {
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

// gather sets to to the elements of from for the free variables.
func (q *subproblem) gather(to, from []float64) {
	for i, at := range q.free {
		to[i] = from[at]
	}
}

// byRow are the multipliers of the user's constraints.
func (q *subproblem) byRow() []float64 {
	clear(q.perRow)
	for i, r := range q.rows {
		q.perRow[r.row] += r.sign * q.lambda[i]
	}
	return q.perRow
}

// withoutConstraints turns the gradient of f into the gradient of the Lagrangian.
func (q *subproblem) withoutConstraints(g []float64, j blas64.General) {
	if q.m > 0 {
		blas64.Gemv(blas.Trans, -1, j, vec.Of(q.byRow()), 1, vec.Of(g))
	}
}

// multipliers are the multipliers of the user's constraints, and of the bounds where there are any; the
// multiplier of a fixed variable is what remains of the gradient.
func (q *subproblem) multipliers(g []float64, j blas64.General) (rows, bounds []float64) {
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

// remember keeps the multipliers, for restore.
func (q *subproblem) remember() {
	q.before = append(append(q.before[:0], q.lambda...), q.nu...)
}

// restore sets the multipliers to the ones kept.
func (q *subproblem) restore() {
	copy(q.lambda, q.before)
	copy(q.nu, q.before[len(q.lambda):])
}
