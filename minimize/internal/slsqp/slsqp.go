// Package slsqp is the engine of minimize.SLSQP, sequential quadratic programming for smooth problems with
// constraints. An iteration minimizes a quadratic model of the Lagrangian, with a BFGS approximation B of
// its Hessian, subject to the linearized constraints and the bounds; searches along the step for a
// decrease of a merit function, the objective plus penalties on violations; and updates B. Where the
// linearized constraints have no common point they are relaxed; where the search stalls at a point that is
// not feasible, package restore seeks one that is.
//
// Read slsqp.go for the search; subproblem.go for the subproblem, which package activeqp solves from a guess
// of the active constraints or package lsq as a least-squares problem (leastsquares.go); end.go for how
// searches end.
//
// Kraft, "A software package for sequential quadratic programming", DFVLR-FB 88-28, 1988, and "Algorithm
// 733: TOMP", ACM Trans. Math. Softw. 20 (1994); Powell, "A fast algorithm for nonlinearly constrained
// optimization calculations", 1978.
package slsqp

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/lsq"
	"github.com/argmin-go/argmin/minimize/internal/restore"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Options are the options of minimize.SLSQP.
type Options struct {
	FTol    float64 // precision of the value and the constraints at the end, absolute; default 1e-6
	MaxIter int     // iterations at most; default 100
}

// Minimize searches for a minimum.
func Minimize(r *search.Run, m Options) search.Outcome {
	maxIter := option.Or(m.MaxIter, 100)
	r.SmallSteps()
	k := newState(r, r.ValueTolerance(m.FTol, 1e-6))
	if !k.start() {
		return k.notFinite()
	}
	if len(k.q.free) == 0 {
		return k.fixed()
	}
	for {
		o, again := k.recoverFeasibility(k.search(maxIter))
		if !again {
			return o
		}
	}
}

// search is one from the point, to its end or where it is stalled: then the status is Running.
func (k *state) search(maxIter int) search.Outcome {
	for k.r.NIter < maxIter {
		if k.stall.Persists(k.viol, max(k.acc, search.Feasible)) {
			return k.end(status.Running, 0, "")
		}
		if o, done := k.iterate(); done {
			return o
		}
	}
	return k.end(status.IterationLimit, 9, "Iteration limit reached")
}

// iterate makes a step, or B the identity for a better one. It reports how the search ended, if it
// did.
func (k *state) iterate() (o search.Outcome, done bool) {
	if code := k.q.solve(k.x, k.g, k.c, k.j); code != lsq.OK {
		if k.reset() {
			return o, false
		}
		if k.nearly() {
			return k.end(status.Converged, 0, msgSuccess), true
		}
		return k.failed(code), true
	}
	k.penalties()
	switch {
	case k.predicted <= k.valueTol() && k.viol < k.acc && !k.insist():
		k.r.Iterated(k.x, k.f, k.g)
		return k.converged(k.acc)
	case k.raisePenalties():
	case k.slope >= 0:
		return k.retry()
	}
	before := k.f
	if !k.lineSearch() {
		if !math.IsInf(k.f, -1) && k.reset() {
			return o, false
		}
		return k.notFinite(), true
	}
	k.r.Iterated(k.x, k.f, k.g)
	return k.conclude(before)
}

// retry is for a step along which the merit function does not fall: the next step is made with B = I or
// with constraints relaxed further; if both have been tried the search ends.
func (k *state) retry() (o search.Outcome, done bool) {
	if k.reset() || k.q.relaxFurther() {
		return o, false
	}
	return k.noDescent()
}

// conclude reports whether the search ends after a step from a point with the value before, and updates B
// if it does not.
func (k *state) conclude(before float64) (o search.Outcome, done bool) {
	k.judge.See(k.x, k.f)
	length := k.relativeLength()
	if k.rose || k.sawNonFinite && length < k.acc {
		k.failedSearches++
	} else {
		k.failedSearches = 0
	}
	flat := math.Abs(k.slope) <= math.Sqrt(k.acc)*k.judge.Value(k.f)
	short := (math.Abs(k.f-before) <= k.valueTol() || length < k.acc) && k.viol < k.acc
	if !short { // to have continued was right
		k.judge.insisted = 0
	}
	switch {
	case k.unbounded(), k.unboundedTest.Due(k.f) && k.findUnbounded():
		return k.end(status.Unbounded, -1, unbounded), true
	case short && k.sawNonFinite: // the step is short for lack of numbers, not of descent
		if k.reset() {
			return o, false
		}
		if !flat {
			return k.notFinite(), true
		}
		return k.converged(k.acc)
	case short && (k.failedSearches == 0 || flat) && !k.insist():
		return k.converged(k.acc)
	case k.failedSearches == resetAfter && k.reset():
		return o, false
	case k.failedSearches > stopAfter:
		return k.noDescent()
	}
	if k.q.relaxed() && length < k.acc {
		return k.retry()
	}
	k.update()
	return o, false
}

// Line searches in a row without descent after which B becomes the identity, and after which the
// search ends: our choices.
const resetAfter, stopAfter = 10, 15

// state is one search by SLSQP.
type state struct {
	r   *search.Run
	acc float64 // FTol
	q   *subproblem

	x, x0 []float64 // the point, and the point before
	f     float64
	g     []float64
	c, c0 []float64      // the constraints at x and x0
	j     blas64.General // the Jacobian of the constraints
	viol  float64        // the sum of violations

	rowsMu         []float64 // the penalties μ of the merit function
	weight         float64   // the factor of the multipliers in μ
	cut            int       // line searches in a row that took a tenth or less of a step that restored feasibility
	predicted      float64   // |gᵀs| + Σ |λᵢ cᵢ|
	slope          float64   // of the merit function along s
	fresh          bool      // B is the identity
	damped         bool      // the last update was
	failedSearches int       // line searches in a row that found no descent, or next to none for values that are not finite

	// Of the last line search:
	rose         bool // it found no descent
	sawNonFinite bool // it met a value or derivative that is not finite

	judge         judge
	unboundedTest restore.UnboundedTest
	stall         restore.Stall
	restarts      int // from feasible points

	lag     []float64 // gradient of the Lagrangian before the step, of the free variables
	u, v, w []float64 // scratch
}

func newState(r *search.Run, acc float64) *state {
	n, m := r.N(), 0
	if r.Constraints != nil {
		m = r.Constraints.Rows()
	}
	k := &state{r: r, acc: acc, q: newSubproblem(r, acc), fresh: true, weight: 1, stall: restore.Stall{Patience: 20}}
	nf, rows := len(k.q.free), len(k.q.rows)
	mem := make(vec.Slab, 4*n+3*nf+2*m+rows)
	k.x, k.x0, k.g, k.w = mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	k.lag, k.u, k.v = mem.Take(nf), mem.Take(nf), mem.Take(nf)
	k.c, k.c0, k.rowsMu = mem.Take(m), mem.Take(m), mem.Take(rows)
	k.j = vec.Matrix(m, n, make([]float64, m*n))
	return k
}

// start evaluates everything at the first point.
func (k *state) start() bool {
	copy(k.x, k.r.X0)
	ok := k.values()
	k.unboundedTest = restore.NewUnboundedTest(k.f)
	k.stall.Reset(k.viol)
	ok = ok && k.derivatives()
	k.judge.begin(k)
	return ok
}

// values evaluates the function and the constraints. It reports whether they are finite.
func (k *state) values() bool {
	k.f = k.r.Value(k.x)
	k.viol = 0
	if k.r.Constraints != nil {
		k.r.Constraints.Values(k.x, k.c)
		for i := range k.q.rows {
			c := k.q.value(i, k.c)
			if k.viol += k.q.violation(i, c); math.IsInf(c, 0) {
				return false
			}
		}
	}
	return vec.IsFinite(k.f) && vec.IsFinite(k.viol)
}

// derivatives evaluates the gradient and the Jacobian. It reports whether they are finite.
func (k *state) derivatives() bool {
	k.r.Gradient(k.x, k.g)
	if k.r.Constraints != nil {
		k.r.Constraints.Jacobian(k.x, k.q.dense(k.j))
	}
	return vec.AllFinite(k.g) && vec.AllFinite(k.j.Data)
}

// reset makes B the identity. It reports false if it was already.
func (k *state) reset() bool {
	if k.fresh {
		return false
	}
	k.q.b.Reset()
	clear(k.rowsMu)
	k.fresh = true
	return true
}

// penalties updates the penalties by Powell's rule (1978), μ = max(|λ|, (μ + |λ|)/2), and finds the slope
// of the merit function along the step.
func (k *state) penalties() {
	q := k.q
	gs := 0.0
	for i, at := range q.free {
		gs += k.g[at] * q.s[i]
	}
	k.predicted, k.slope = math.Abs(gs), gs
	for i, l := range q.lambda {
		c := q.value(i, k.c)
		k.predicted += math.Abs(l * c)
		l = math.Abs(l)
		k.rowsMu[i] = max(k.weight*l, (k.rowsMu[i]+k.weight*l)/2)
		k.slope -= k.rowsMu[i] * (q.violation(i, c) - q.left(i, c, k.j))
	}
}

// raisePenalties doubles the penalties, at most 20 times, where the point violates constraints
// and the slope is lost in rounding of the merit function: by the linear model a step that only
// restores feasibility has a slope of multipliers less penalties, which may have come down to the
// multipliers. It reports whether the slope shows then.
func (k *state) raisePenalties() bool {
	lost := 16 * vec.Eps * math.Abs(k.merit())
	if k.slope < -lost || k.viol < k.acc || k.q.relaxed() {
		return false
	}
	for range 20 {
		for i := range k.rowsMu {
			k.slope -= k.rowsMu[i] * k.q.violation(i, k.q.value(i, k.c))
			k.rowsMu[i] *= 2
		}
		if k.slope < -lost {
			return true
		}
	}
	return false
}

// merit is the merit function where values was called.
func (k *state) merit() float64 {
	t := k.f
	for i, mu := range k.rowsMu {
		t += mu * k.q.violation(i, k.q.value(i, k.c))
	}
	return t
}

// lineSearch goes along the step until the merit function has fallen by a tenth of what its
// slope predicts (Armijo), with parabolas for the length, at least a tenth of the one before. After
// ten trials it takes the point without that decrease, which may lead out of a region where the
// function does not behave as its derivatives predict; rose reports it. Where something is not
// finite it turns back. It scales the step to what was taken, and sets x with the values and
// derivatives there. It reports false when nothing is finite, with the point as it was, and when the
// value is -Inf where the constraints hold.
//
// The tenths and the ten trials are Kraft's ("A software package for sequential quadratic
// programming", DFVLR-FB 88-28, 1988).
func (k *state) lineSearch() bool {
	k.lagrangian(k.lag)
	f0, viol0, t0 := k.f, k.viol, k.merit()
	copy(k.x0, k.x)
	copy(k.c0, k.c)
	k.sawNonFinite = false
	restored := false // half of feasibility, by the whole step
	a := 1.0
	for trial := 0; ; trial++ {
		k.q.move(k.x0, k.x, a)
		shrink := 0.1
		if k.values() {
			rise := k.merit() - t0
			restored = restored || trial == 0 && viol0 >= k.acc && k.viol < viol0/2
			enough := rise <= a*k.slope/10
			if enough || trial >= 10 {
				if k.derivatives() {
					k.rose = !enough
					break
				}
				k.sawNonFinite = true
			} else {
				shrink = max(a*k.slope/(2*(a*k.slope-rise)), 0.1)
			}
		} else if k.sawNonFinite = true; math.IsInf(k.f, -1) && k.unbounded() {
			return false
		}
		if trial >= 20 {
			copy(k.x, k.x0)
			copy(k.c, k.c0)
			k.f, k.viol = f0, viol0
			k.derivatives()
			return false
		}
		a *= shrink
	}
	k.adaptWeight(a, restored)
	for i, at := range k.q.free {
		k.q.s[i] = k.x[at] - k.x0[at]
	}
	return true
}

// adaptWeight doubles the weight of the multipliers in the penalties where five line searches in a
// row took a tenth or less of a step that restored feasibility: the merit function did not let the
// search follow a curved constraint. It halves the weight after any longer step. Our choice.
func (k *state) adaptWeight(a float64, restored bool) {
	switch {
	case a > 0.1:
		k.cut, k.weight = 0, max(k.weight/2, 1)
	case restored:
		if k.cut++; k.cut >= 5 && k.weight < 1000 {
			k.cut, k.weight = 0, 2*k.weight
		}
	}
}

// lagrangian sets to to the gradient of the Lagrangian f - Σ λᵢ cᵢ, of the free variables.
func (k *state) lagrangian(to []float64) {
	copy(k.w, k.g)
	k.q.withoutConstraints(k.w, k.j)
	k.q.gather(to, k.w)
}

// update is the BFGS update of B by the last step, with Powell's damping: yᵀs is at least 0.2 sᵀB s
// (Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, procedure 18.2).
func (k *state) update() {
	s, b := k.q.s, k.q.b
	k.lagrangian(k.u)
	for i, v := range k.lag {
		k.u[i] -= v
	}
	b.Mul(k.v, s)
	su, curve := vec.Dot(s, k.u), vec.Dot(s, k.v)
	if !(curve > 0) || !vec.IsFinite(su) || !vec.IsFinite(curve) {
		return
	}
	k.damped = su < 0.2*curve
	if k.damped {
		theta := 0.8 * curve / (curve - su)
		for i, v := range k.v {
			k.u[i] = theta*k.u[i] + (1-theta)*v
		}
		su = 0.2 * curve
	}
	b.Update(1/su, k.u)
	b.Update(-1/curve, k.v)
	k.fresh = false
}
