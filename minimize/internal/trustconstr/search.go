package trustconstr

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/nullspace"
	"github.com/argmin-go/argmin/minimize/internal/restore"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// state is a search of TrustConstr: a sequence of barrier problems
//
//	minimize f(x) - μ Σ log s subject to equations c(x) = 0, inequalities c(x) + s = 0
//
// each solved by the method of Byrd and Omojokun, with steps of slacks relative to them.
type state struct {
	*form
	m       Options
	hess    *lagrangeHessian
	jac     *nullspace.Jacobian
	proj    *nullspace.Projection
	normal  *nullspace.Normal
	tangent *nullspace.Tangential

	gtol, xtol, barrierTol float64
	maxIter, maxIdle       int

	at, trial       *point
	mu, muTol       float64 // barrier parameter, and the tolerance of its problem
	radius, penalty float64
	lowered         int     // how often the penalty was lowered
	refused         int     // steps refused since the last one taken
	predicted       float64 // of the last step, how much it lowers the merit function
	lost            bool    // the last step lowered the merit function by no more than rounding
	idle            int     // steps taken since the last one that made progress
	least           float64 // least residual of the barrier problem, up to that step

	scale         *search.Scale
	first         []float64 // the first gradient
	returned      bool      // the search has begun again at x0
	begun         []float64 // the point where that is
	retried       int       // how often the search has begun again where its steps became too short
	retriedAt     float64   // the value then
	unboundedTest restore.UnboundedTest
	stall         restore.Stall
	restarts      int // from feasible points

	y          []float64 // multipliers of equations and inequalities
	u          []float64 // multipliers of the rows of constraints
	grad       []float64 // gradient of the barrier function, with respect to steps
	sigma      []float64 // Hessian of the slacks, with respect to steps
	left       []float64 // the gradient of the Lagrangian
	optimality float64   // its norm
	inUnits    float64   // its norm, of variables in their units
	rounding   float64   // the part of that which is rounding
	violation  float64   // of the constraints and bounds

	v, d, hd, w, soc []float64 // steps: normal, whole, its product with the Hessian, scratch, corrected
	row, rowY        []float64 // scratch
}

// point is a point of a barrier problem.
type point struct {
	x, s []float64  // variables and slacks
	f    float64    // the objective
	phi  float64    // the barrier function
	c    []float64  // the constraints
	k    []float64  // equations and inequalities, without slacks
	res  []float64  // with slacks
	g    []float64  // the gradient of the objective
	j    *mat.Dense // the Jacobian of the constraints; nil: none
	// outside: f was not evaluated, as an inequality that must hold does not.
	outside bool
}

func newState(r *search.Run, m Options) *state {
	k := &state{form: newForm(r), m: m}
	n, raw := r.N(), 0
	if r.Constraints != nil {
		raw = r.Constraints.Rows()
	}
	k.jac = k.jacobian()
	k.proj = nullspace.NewProjection(k.jac)
	k.proj.SVD = m.FactorizationMethod == "SVDFactorization"
	k.normal, k.tangent = nullspace.NewNormal(k.proj), nullspace.NewTangential(k.proj)
	k.hess = newLagrangeHessian(k.form, m.QuasiNewton)

	k.gtol, k.xtol = r.ValueTolerance(m.GTol, 1e-8), r.Tolerance(m.XTol, 1e-8)
	k.barrierTol = r.ValueTolerance(m.BarrierTol, 1e-8)
	k.resetBarrier()
	k.maxIter = option.Or(m.MaxIter, 1000)

	k.maxIdle = maxIdle
	if k.differences() {
		k.maxIdle = maxIdleDifferences
	}
	rows, cols := k.jac.Rows(), k.jac.Cols()
	k.at, k.trial = newPoint(n, rows, len(k.in), raw), newPoint(n, rows, len(k.in), raw)
	k.u, k.sigma, k.left = make([]float64, raw), make([]float64, len(k.in)), make([]float64, n)
	for _, v := range []*[]float64{&k.y, &k.row, &k.rowY} {
		*v = make([]float64, rows)
	}
	for _, v := range []*[]float64{&k.grad, &k.d, &k.v, &k.hd, &k.w, &k.soc} {
		*v = make([]float64, cols)
	}
	return k
}

// resetBarrier sets the barrier parameter, its tolerance, the radius and the penalty to their first values.
func (k *state) resetBarrier() {
	k.mu, k.muTol = option.Or(k.m.InitialBarrierParameter, 0.1), option.Or(k.m.InitialBarrierTolerance, 0.1)
	k.radius, k.penalty = option.Or(k.m.InitialTrRadius, 1), option.Or(k.m.InitialConstrPenalty, 1)
}

// newPoint is a point of n variables with the numbers of rows of the equations and inequalities, of
// slacks, and of rows of the user's constraints.
func newPoint(n, rows, slacks, raw int) *point {
	p := &point{
		x: make([]float64, n), s: make([]float64, slacks), g: make([]float64, n),
		c: make([]float64, raw), k: make([]float64, rows), res: make([]float64, rows),
	}
	if raw > 0 {
		p.j = mat.NewDense(raw, n, nil)
	}
	return p
}

// differences reports whether finite differences make derivatives inexact.
func (k *state) differences() bool {
	r := k.r
	is := r.Differenced()
	if r.Constraints != nil {
		for _, c := range r.Constraints.List {
			is = is || c.Func != nil && c.Jac == nil
		}
	}
	return is
}

// search is the whole search.
func (k *state) search() search.Outcome {
	if !k.begin() {
		return k.ended(status.NonFinite, -1, search.MsgNaN)
	}
	for {
		o, ok := k.done()
		if ok || k.stall.Persists(k.violation, max(k.gtol, search.Feasible)) {
			if o, again := k.recoverFeasibility(o); !again {
				return o
			}
		}
		if k.r.NIter >= k.maxIter {
			return k.ended(status.IterationLimit, 0, msgMaxIter)
		}
		k.step()
		if !k.hess.finite() {
			return k.ended(status.NonFinite, -1, search.MsgNaN)
		}
		if k.unbounded() {
			return k.ended(status.Unbounded, -1, msgUnbounded)
		}
		k.r.Iterated(k.at.x, k.at.f, k.at.g)
	}
}

// startScale takes the sizes of values and variables at the start.
func (k *state) startScale(p *point) {
	k.unboundedTest, k.stall.Patience = restore.NewUnboundedTest(p.f), patience
	k.scale = search.NewScale(k.r.X0, p.f)
	k.scale.See(p.x, p.f)
	k.r.Gradient(p.x, p.g)
	k.first, k.begun = slices.Clone(p.g), slices.Clone(p.x)
}

// startBarrier makes the point, which is evaluated, the start of a sequence of barrier problems. It
// reports false where something is not finite.
func (k *state) startBarrier() bool {
	p := k.at
	for i := range k.in {
		// The multiplier where the slack is μ is about 1.
		p.s[i] = max(-p.k[len(k.eq)+i], k.mu)
	}
	k.setSlacks(p)
	if !k.differentiate(p) {
		return false
	}
	k.idle, k.least, k.refused = 0, math.Inf(1), 0
	k.linearize(nil)
	k.stall.Reset(k.violation)
	return k.hess.finite()
}

// evaluate sets f and the constraints at p.x. It reports false where something is not finite, and, except
// at the start, where inequalities that must hold do not; f is not evaluated there.
func (k *state) evaluate(p *point, start bool) bool {
	p.f, p.outside = math.NaN(), false
	if !vec.AllFinite(p.x) {
		return false
	}
	if k.r.Constraints != nil {
		k.r.Constraints.Values(p.x, p.c)
	}
	k.values(p.x, p.c, p.k)
	if !vec.AllFinite(p.k) {
		return false
	}
	for i, e := range k.in {
		if e.feasible && !start && !(p.k[len(k.eq)+i] < 0) {
			p.outside = true
			return false
		}
	}
	p.f = k.r.Value(p.x)
	return !math.IsNaN(p.f) && !math.IsInf(p.f, 0)
}

// setSlacks adjusts the slacks and sets the residual and the barrier function. The slack of an inequality
// that must hold is its distance. So are other slacks where that lowers the merit function: where the slack
// is shorter than the distance, and where it is longer but the penalty on the difference is more than the
// slope of the barrier (after Byrd, Nocedal & Waltz).
func (k *state) setSlacks(p *point) {
	eq := len(k.eq)
	copy(p.res, p.k)
	p.phi = p.f
	for i, e := range k.in {
		if v := -p.k[eq+i]; e.feasible || v > p.s[i] || v > k.mu/k.penalty {
			p.s[i] = v
		}
		p.res[eq+i] += p.s[i]
		p.phi -= k.mu * math.Log(p.s[i])
	}
}

// differentiate sets the first derivatives at p. It reports false if one is not finite.
func (k *state) differentiate(p *point) bool {
	k.r.Gradient(p.x, p.g)
	if p.j != nil {
		k.r.Constraints.Jacobian(p.x, p.j)
		if !vec.AllFinite(p.j.RawMatrix().Data) {
			return false
		}
	}
	return vec.AllFinite(p.g)
}

// linearize factorizes the Jacobian at the point, finds the multipliers and updates the Hessian; old is the
// point before, nil at the start. The derivatives are known.
func (k *state) linearize(old *point) {
	p := k.at
	if p.j != nil {
		k.derivatives(p.j, k.jac)
	}
	copy(k.jac.Slack, p.s)
	k.proj.Factor()
	k.estimate()
	if old != nil {
		k.hess.update(old, p, k.u)
	}
	k.hess.at(p.x, k.u)
}

// estimate sets the multipliers y that make the gradient of the barrier problem's Lagrangian least, and
// from them the optimality, the violation and the Hessian of the slacks.
func (k *state) estimate() {
	p, n, eq := k.at, k.r.N(), len(k.eq)
	for i, u := range k.unit {
		k.grad[i] = u * p.g[i]
	}
	k.zeroFixed(k.grad)
	for i := range p.s {
		k.grad[n+i] = -k.mu
	}
	for i, v := range k.grad {
		k.w[i] = -v
	}
	k.proj.Solve(k.w, nil, k.hd, k.y)
	k.multipliers(k.y, k.u)
	k.jac.MulTrans(k.y, k.w)
	k.optimality, k.inUnits, k.violation = 0, 0, 0
	for i, u := range k.unit {
		v := k.grad[i] + k.w[i]
		k.left[i] = v / u
		k.inUnits, k.optimality = max(k.inUnits, math.Abs(v)), max(k.optimality, math.Abs(k.left[i]))
	}
	k.rounding = 4 * vec.Eps * k.jac.Size(k.y)
	for i, v := range p.k {
		if i < eq {
			v = math.Abs(v)
		}
		k.violation = max(k.violation, v)
	}
	for i, s := range p.s {
		// The Hessian of the primal-dual system, or where the multiplier has the wrong sign the
		// Hessian of the barrier function (Byrd, Hribar & Nocedal).
		if k.sigma[i] = s * k.y[eq+i]; !(k.sigma[i] > 0) {
			k.sigma[i] = k.mu
		}
	}
}

// stationary reports whether the gradient of the Lagrangian is small, for the sizes of variables and values.
func (k *state) stationary(small float64) bool {
	if k.scale.Value(k.at.f) == 0 { // there is nothing to compare with
		return k.optimality < k.gtol
	}
	return k.inUnits < k.rounding || k.scale.Stationarity(k.at.f, k.left) <= small
}

// complementarity is the largest |sᵢyᵢ - μ|.
func (k *state) complementarity() float64 {
	c := 0.0
	for i, s := range k.at.s {
		c = max(c, math.Abs(s*k.y[len(k.eq)+i]-k.mu))
	}
	return c
}

// rightSigns reports whether no multiplier of an inequality is negative beyond rounding.
func (k *state) rightSigns() bool {
	least := -1e-6 * (1 + vec.Norm(k.y, 0))
	for _, y := range k.y[len(k.eq):] {
		if y < least {
			return false
		}
	}
	return true
}

// done reports whether the search has ended. It lowers the barrier parameter as long as its problem is
// solved.
func (k *state) done() (search.Outcome, bool) {
	for {
		comp, part := k.complementarity(), k.scale.Tolerance(k.at.f)
		last := len(k.in) == 0 || k.mu < k.barrierTol*part
		small := k.inUnits < k.rounding || k.optimality < k.gtol && k.stationary(max(10*math.Sqrt(k.gtol), 1e-4))
		if last && small && k.violation < k.gtol && comp <= k.gtol*part && k.rightSigns() {
			return k.converged(1, msgGTol)
		}
		short := k.radius < k.xtol
		switch {
		case last && short:
			return k.tooShort()
		case last || !short && max(k.inUnits, comp, vec.Norm(k.at.res, 0)) >= k.muTol:
			return search.Outcome{}, false
		}
		// Superlinear at the end (Byrd, Liu & Nocedal, "On the local behavior of an
		// interior point method for nonlinear programming", 1997).
		faster := min(0.2, max(math.Sqrt(k.mu), 1e-3))
		k.mu *= faster
		k.idle, k.least = 0, math.Inf(1)
		k.muTol *= faster
		k.radius = max(5*k.radius, option.Or(k.m.InitialTrRadius, 1))
		k.setSlacks(k.at)
		copy(k.jac.Slack, k.at.s)
		k.proj.Factor()
		k.estimate()
	}
}
