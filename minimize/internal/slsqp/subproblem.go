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
	free   []int
	rows   []row // first meq equations, then inequalities
	meq    int
	bounds []bound
	m      int // rows of the user's constraints
	b      *ldl.Factor
	guess  activeqp.Solver // tried first
	solver lsq.Solver
	tol    float64 // of the solver, but for rounding of the constraints

	s          []float64 // the step
	lambda, nu []float64 // multipliers of rows and bounds
	before     []float64 // those remembered

	unrelaxed lsq.Status // how the problem was solved with its constraints as they are
	how       relaxation
	elastic   bool    // to be used for relaxing
	delta     float64 // the fraction by which they are relaxed together
	stiffness float64 // the penalty on relaxing

	x, f, mu, d, h []float64
	e, c, g        []float64
	perRow         []float64

	lower, upper       []float64 // bounds of the step
	gradient, perBound []float64 // multipliers of the bounds by variable
	a, values          []float64 // the linearized constraints
	step, byGuess      []float64 // the step and the multipliers of rows of a guess
}

// relaxation is what becomes of constraints cᵢ + aᵢᵀs = 0 or ≥ 0.
type relaxation int

const (
	exact     relaxation = iota
	projected            // equations that contradict each other: the nearest that do not
	together             // (1 - δ) cᵢ for cᵢ where it is violated, 0 ≤ δ ≤ 1, with a penalty on δ²
	elastic              // cᵢ + tᵢ there, with a penalty on |t|²
)

func newSubproblem(r *search.Run, acc float64) *subproblem {
	q := &subproblem{stiffness: stiffness}
	q.tol = acc / 10
	q.guess.Rounds = rounds
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
	if k := r.Constraints; k != nil {
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

// rounds is how many guesses of the active constraints are tried. Mostly the first or the
// second is right, and after more than some ten hardly any.
const rounds = 12

func (q *subproblem) dense(j blas64.General) *mat.Dense {
	return mat.NewDense(j.Rows, j.Cols, j.Data)
}

// value is that of constraint i where the user's are c.
func (q *subproblem) value(i int, c []float64) float64 {
	r := q.rows[i]
	return r.sign * (c[r.row] - r.bound)
}

// violation is that of constraint i of a value.
func (q *subproblem) violation(i int, value float64) float64 {
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

func (q *subproblem) relaxed() bool { return q.how != exact }

// stiffer relaxes the constraints that are violated one by one, which finds a step that
// makes the violations less wherever there is one, then with a higher penalty. It
// reports false when that is of no use.
func (q *subproblem) stiffer() bool {
	switch {
	case !q.relaxed() || q.elastic && q.stiffness > 1e6:
		return false
	case q.elastic:
		q.stiffness *= 10
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
		blas64.Scal(-1, vec.Of(q.s))
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
			q.elastic, q.stiffness = false, stiffness
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
	for q.stiffness = stiffness; q.stiffness < 1e8; q.stiffness *= 10 {
		if status = q.attempt(x, g, c, j, together); status == lsq.OK {
			break
		}
	}
	q.stiffness = stiffness
	return status
}

// guessed solves the problem with its constraints as they are, from what was active the last
// time. It reports whether it did.
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

// stiffness is the first penalty on relaxing.
const stiffness = 100

// room makes the arrays large enough for n variables and mi inequalities.
func (q *subproblem) room(n, mi int) {
	if len(q.x) < n {
		q.x, q.f = make([]float64, n), make([]float64, n)
		q.e, q.c, q.d = make([]float64, n*n), make([]float64, q.meq*n), make([]float64, q.meq)
	}
	if len(q.h) < mi {
		q.mu, q.h = make([]float64, mi), make([]float64, mi)
	}
	if len(q.g) < mi*n {
		q.g = make([]float64, mi*n)
	}
}

// attempt solves the problem once, relaxed by further variables.
func (q *subproblem) attempt(x, g, c []float64, j blas64.General, how relaxation) lsq.Status {
	nf := len(q.free)
	n, mi := nf, len(q.rows)-q.meq+len(q.bounds)
	largest := 0.0 // violation
	switch how {
	case together:
		n, mi = nf+1, mi+2
	case elastic:
		for i := range q.rows {
			if v := q.violation(i, q.value(i, c)); v > 0 {
				n++
				largest = max(largest, v)
			}
		}
	}
	q.room(n, mi)
	q.solver.Project = how == projected
	e := blas64.General{Rows: n, Cols: n, Stride: n, Data: q.e}
	cc := blas64.General{Rows: q.meq, Cols: n, Stride: n, Data: q.c}
	gg := blas64.General{Rows: mi, Cols: n, Stride: n, Data: q.g}
	f, d, h, sol, mu := q.f[:n], q.d, q.h[:mi], q.x[:n], q.mu[:mi]
	if n > nf {
		clear(e.Data[:n*n])
		for i := nf; i < n; i++ {
			e.Data[i*n+i], f[i] = math.Sqrt(q.stiffness), 0
		}
	}
	q.b.Root(e)
	q.gather(f, g)
	q.b.Forward(f[:nf])
	for i, v := range q.b.D {
		f[i] /= -math.Sqrt(v)
	}
	last := nf         // the variable of the next violated row
	largestTerm := 0.0 // |∂c/∂xⱼ xⱼ|, whose rounding is in the values
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
			largestTerm = max(largestTerm, math.Abs(row[k]*x[col]))
		}
		rhs[at] = -value
		clear(row[nf:])
		if v := q.violation(i, value); v > 0 {
			switch how {
			case together:
				row[nf] = -value
			case elastic: // in units of the largest violation
				row[last] = largest
				last++
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
	if how == together { // 0 ≤ δ ≤ 1
		for k, v := range []float64{1, -1} {
			row := gg.Data[(at+k)*n : (at+k+1)*n]
			clear(row)
			row[nf] = v
		}
		h[at], h[at+1] = 0, -1
	}
	q.solver.Tol = max(q.tol, 8*vec.Eps*float64(n)*largestTerm)
	status := q.solver.LSEI(e, f, cc, d, gg, h, sol, q.lambda[:q.meq], mu)
	if status == lsq.NearlyIncompatible && n > nf {
		status = lsq.OK
	}
	if status != lsq.OK {
		return status
	}
	if q.how = how; how == together {
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
	if how == exact {
		clear(q.perBound)
		for i, b := range q.bounds {
			q.perBound[b.i] += b.sign * q.nu[i]
		}
		q.guess.Guess(q.lambda, q.perBound, q.meq)
	}
	return lsq.OK
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

// gather sets to to the free variables' part of from.
func (q *subproblem) gather(to, from []float64) {
	for i, at := range q.free {
		to[i] = from[at]
	}
}

// byRow is the multipliers of the user's constraints.
func (q *subproblem) byRow() []float64 {
	clear(q.perRow)
	for i, r := range q.rows {
		q.perRow[r.row] += r.sign * q.lambda[i]
	}
	return q.perRow
}

// withoutConstraints makes of the gradient of f that of the Lagrangian.
func (q *subproblem) withoutConstraints(g []float64, j blas64.General) {
	if q.m > 0 {
		blas64.Gemv(blas.Trans, -1, j, vec.Of(q.byRow()), 1, vec.Of(g))
	}
}

// multipliers are those of the user's constraints, and of the bounds where there are
// any: of a fixed variable what remains of the gradient.
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

// remember and restore the multipliers.
func (q *subproblem) remember() {
	q.before = append(append(q.before[:0], q.lambda...), q.nu...)
}

func (q *subproblem) restore() {
	copy(q.lambda, q.before)
	copy(q.nu, q.before[len(q.lambda):])
}
