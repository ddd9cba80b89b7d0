package minimize

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/nullspace"
)

// constrPoint is a point of the barrier problem.
type constrPoint struct {
	x, s []float64  // variables and slacks
	f    float64    // the objective
	phi  float64    // the barrier function
	c    []float64  // the constraints
	k    []float64  // equations and inequalities, without slacks
	res  []float64  // with slacks
	g    []float64  // the gradient of the objective
	j    *mat.Dense // the Jacobian of the constraints; nil: none
}

// constrSearch is a search of TrustConstr: a sequence of barrier problems
//
//	minimize f(x) - μ Σ log s subject to equations c(x) = 0, inequalities c(x) + s = 0
//
// each solved by the method of Byrd and Omojokun, with steps of slacks relative to them.
type constrSearch struct {
	*constrForm
	m       TrustConstr
	hess    *lagrangeHessian
	jac     *nullspace.Jacobian
	proj    *nullspace.Projection
	normal  *nullspace.Normal
	tangent *nullspace.Tangential

	at, trial *constrPoint

	mu, muTol, enough float64 // barrier parameter, the least, tolerance of this problem
	radius, penalty   float64
	gtol, xtol        float64
	maxIter           int

	y          []float64 // multipliers of equations and inequalities
	u          []float64 // of the rows of constraints
	grad       []float64 // of the barrier function in scaled variables
	sigma      []float64 // the Hessian of the slacks
	lag        []float64
	optimality float64
	violation  float64

	d, v, hd, w, soc []float64
	row              []float64
}

func newConstrSearch(r *run, m TrustConstr) *constrSearch {
	k := &constrSearch{constrForm: newConstrForm(r), m: m}
	n := r.n()
	k.jac = k.jacobian()
	k.proj = nullspace.NewProjection(k.jac)
	k.proj.SVD = m.FactorizationMethod == "SVDFactorization"
	k.normal, k.tangent = nullspace.NewNormal(k.proj), nullspace.NewTangential(k.proj)
	k.hess = newLagrangeHessian(r, m.QuasiNewton, k.fixed)
	rows, cols := k.jac.Rows(), k.jac.Cols()
	raw := 0
	if r.cons != nil {
		raw = r.cons.m()
	}
	point := func() *constrPoint {
		p := &constrPoint{
			x: make([]float64, n), s: make([]float64, len(k.in)), g: make([]float64, n),
			c: make([]float64, raw), k: make([]float64, rows), res: make([]float64, rows),
		}
		if raw > 0 {
			p.j = mat.NewDense(raw, n, nil)
		}
		return p
	}
	k.at, k.trial = point(), point()
	k.y, k.row, k.u = make([]float64, rows), make([]float64, rows), make([]float64, raw)
	k.sigma, k.lag = make([]float64, len(k.in)), make([]float64, n)
	for _, v := range []*[]float64{&k.grad, &k.d, &k.v, &k.hd, &k.w, &k.soc} {
		*v = make([]float64, cols)
	}
	k.gtol, k.xtol = r.tolerance(m.GTol, 1e-8), r.tolerance(m.XTol, 1e-8)
	k.muTol = r.tolerance(m.BarrierTol, 1e-8)
	k.mu, k.enough = setting(m.InitialBarrierParameter, 0.1), setting(m.InitialBarrierTolerance, 0.1)
	k.radius, k.penalty = setting(m.InitialTrRadius, 1), setting(m.InitialConstrPenalty, 1)
	if k.maxIter = m.MaxIter; k.maxIter == 0 {
		k.maxIter = 1000
	}
	return k
}

// search is the whole search.
func (k *constrSearch) search() outcome {
	if o, ok := k.begin(); !ok {
		return o
	}
	for {
		if o, ok := k.done(); ok {
			return o
		}
		if k.r.nit >= k.maxIter {
			return k.ended(IterationLimit, 0, msgConstrMaxIter)
		}
		k.step()
		if math.IsInf(k.trial.f, -1) {
			return k.ended(Unbounded, 0, msgConstrMaxIter)
		}
		k.r.iterated(k.at.x, k.at.f, k.at.g)
	}
}

// begin evaluates where the search starts. It reports false with how it ended when it
// cannot.
func (k *constrSearch) begin() (outcome, bool) {
	p := k.at
	copy(p.x, k.r.x0)
	k.interior(p.x)
	if !k.evaluate(p, nil) {
		return k.ended(NonFinite, 0, msgNaN), false
	}
	for i, e := range k.in {
		v := -p.k[len(k.eq)+i]
		p.s[i] = max(v, 1)
		if e.feasible {
			if !(v > 0) {
				refuse("trust-constr: x0 violates a constraint with KeepFeasible")
			}
			p.s[i] = v
		}
	}
	k.slacken(p)
	if !k.differentiate(p) {
		return k.ended(NonFinite, 0, msgNaN), false
	}
	k.moved(nil)
	if !k.hess.finite() {
		return k.ended(NonFinite, 0, msgNaN), false
	}
	return outcome{}, true
}

// evaluate sets f and the constraints at p.x. With the old point given, it reports
// false without f where inequalities that must hold do not, and always where there
// are no numbers.
func (k *constrSearch) evaluate(p, old *constrPoint) bool {
	p.f = math.NaN()
	if !allFinite(p.x) {
		return false
	}
	eq := len(k.eq)
	keeps := func(from, to int) bool {
		for i, e := range k.in[from:to] {
			if e.feasible && old != nil && !(p.k[eq+from+i] < 0) {
				return false
			}
		}
		return true
	}
	k.values(p.x, p.c, p.k)
	if !keeps(k.rows, len(k.in)) {
		return false
	}
	if k.r.cons != nil {
		k.r.cons.values(p.x, p.c)
		k.values(p.x, p.c, p.k)
	}
	if !allFinite(p.k) || !keeps(0, k.rows) {
		return false
	}
	p.f = k.r.f(p.x)
	return !math.IsNaN(p.f) && !math.IsInf(p.f, 0)
}

// slacken sets what follows from the slacks: those of inequalities that must hold are
// the distance, as are those that this makes longer, which lowers the barrier function
// and the violation.
func (k *constrSearch) slacken(p *constrPoint) {
	eq := len(k.eq)
	copy(p.res, p.k)
	p.phi = p.f
	for i, e := range k.in {
		if v := -p.k[eq+i]; e.feasible || v > p.s[i] {
			p.s[i] = v
		}
		p.res[eq+i] += p.s[i]
		p.phi -= k.mu * math.Log(p.s[i])
	}
}

// differentiate sets the derivatives at p. It reports false if there is one that is no
// number.
func (k *constrSearch) differentiate(p *constrPoint) bool {
	k.r.grad(p.x, p.g)
	if p.j != nil {
		k.r.cons.jacobian(p.x, p.j)
		if !allFinite(p.j.RawMatrix().Data) {
			return false
		}
	}
	return allFinite(p.g)
}

// moved sets what follows from a new point, with its derivatives known; old is the
// last one.
func (k *constrSearch) moved(old *constrPoint) {
	p := k.at
	if p.j != nil {
		k.constrForm.derivatives(p.j, k.jac)
	}
	copy(k.jac.Slack, p.s)
	k.proj.Factor()
	k.estimate()
	if old != nil {
		k.hess.moved(old.x, p.x, old.g, p.g, old.j, p.j, k.u)
	}
	k.hess.at(p.x, k.u)
}

// estimate sets the multipliers by least squares, and what is made of them.
func (k *constrSearch) estimate() {
	p, n, eq := k.at, k.r.n(), len(k.eq)
	copy(k.grad, p.g)
	k.still(k.grad)
	for i := range p.s {
		k.grad[n+i] = -k.mu
	}
	for i, v := range k.grad {
		k.w[i] = -v
	}
	k.proj.Solve(k.w, nil, k.hd, k.y) // min |grad + Jᵀy|
	k.multipliers(k.y, k.u)
	k.jac.MulTrans(k.y, k.w)
	k.optimality = 0
	for i := range n {
		k.optimality = max(k.optimality, math.Abs(k.grad[i]+k.w[i]))
	}
	k.violation = 0
	for i, v := range p.k {
		if i < eq {
			v = math.Abs(v)
		}
		k.violation = max(k.violation, v)
	}
	for i, s := range p.s {
		if k.sigma[i] = s * k.y[eq+i]; !(k.sigma[i] > 0) {
			k.sigma[i] = k.mu
		}
	}
}

// complementarity is the largest |sᵢyᵢ - μ|.
func (k *constrSearch) complementarity() float64 {
	c := 0.0
	for i, s := range k.at.s {
		c = max(c, math.Abs(s*k.y[len(k.eq)+i]-k.mu))
	}
	return c
}

// done reports whether the search has ended, after making the barrier parameter less
// as long as the barrier problem is solved.
func (k *constrSearch) done() (outcome, bool) {
	barrier := len(k.in) > 0
	for {
		comp := k.complementarity()
		last := !barrier || k.mu < k.muTol
		if last && k.optimality < k.gtol && k.violation < k.gtol && comp < k.gtol {
			return k.ended(Converged, 1, msgConstrGTol), true
		}
		short := k.radius < k.xtol
		if last {
			if !short {
				return outcome{}, false
			}
			if k.violation > k.gtol {
				return k.ended(Infeasible, 4, msgConstrViolated), true
			}
			return k.ended(Converged, 2, msgConstrXTol), true
		}
		if !short && max(k.optimality, comp, norm(k.at.res, 0)) >= k.enough {
			return outcome{}, false
		}
		k.mu *= 0.2
		k.enough *= 0.2
		k.radius = max(5*k.radius, setting(k.m.InitialTrRadius, 1))
		k.slacken(k.at)
		k.estimate()
	}
}

// ended is how the search ended.
func (k *constrSearch) ended(reason Reason, status int, message string) outcome {
	p := k.at
	return outcome{
		x: p.x, f: p.f, jac: p.g, reason: reason, status: status, message: message, tol: k.gtol,
		fill: func(res *Result) {
			res.Optimality, res.TrustRadius = k.optimality, k.radius
			if len(k.in) > 0 {
				res.Barrier = k.mu
			}
			for _, v := range k.u {
				res.Multipliers = append(res.Multipliers, -v)
			}
			res.BoundMultipliers = k.boundMultipliers(k.y, p.g, k.u, p.j)
		},
	}
}

func allFinite(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// step makes one iteration: a step, taken if it lowers the merit function, and the
// radius for the next.
//
// Lalee, Nocedal & Plantenga (1998), algorithm 3.1 with its constants.
func (k *constrSearch) step() {
	const (
		normalPart        = 0.8   // of the radius, for normal steps
		nearZero          = 0.995 // slacks become this part smaller at most, half of it by normal steps
		penaltyPart       = 0.3
		least, good, best = 1e-8, 0.3, 0.9
	)
	p, n := k.at, k.r.n()
	region := nullspace.Region{Radius: normalPart * k.radius, Low: -nearZero / 2, N: n}
	k.normal.Step(p.res, region, k.v)
	copy(k.d, k.v)
	k.product(k.v, k.hd)
	for i, v := range k.grad {
		k.w[i] = v + k.hd[i]
	}
	region.Radius, region.Low = k.radius, -nearZero
	k.tangent.Step(k.product, k.w, region, k.d)

	// What the model predicts.
	k.product(k.d, k.hd)
	model := dot(k.grad, k.d) + dot(k.d, k.hd)/2
	size := norm2(p.res)
	k.jac.Mul(k.d, k.row)
	for i, v := range p.res {
		k.row[i] += v
	}
	closer := size - norm2(k.row)
	if closer > 0 {
		k.penalty = max(k.penalty, model/((1-penaltyPart)*closer))
	}
	predicted := -model + k.penalty*closer
	length := norm2(k.d)

	ratio := k.try(k.d, predicted, size)
	if ratio < least && k.correct() {
		ratio = k.try(k.soc, predicted, size)
	}
	switch {
	case ratio >= best:
		k.radius = max(k.radius, 7*length)
	case ratio >= good:
		k.radius = max(k.radius, 2*length)
	case ratio < least:
		shrink := (1 - least) / (1 - ratio) * length
		if math.IsNaN(shrink) {
			shrink = 0
		}
		k.radius = min(max(shrink, 0.1*k.radius), 0.5*k.radius)
	}
	if ratio >= least {
		k.at, k.trial = k.trial, k.at
		k.moved(k.trial)
	}
}

// product sets hd to the Hessian of the barrier problem's Lagrangian times d.
func (k *constrSearch) product(d, hd []float64) {
	n := k.r.n()
	k.hess.product(k.at.x, d[:n], hd[:n])
	for i, v := range k.sigma {
		hd[n+i] = v * d[n+i]
	}
}

// try evaluates the trial point a step away, and its derivatives if it is to be taken.
// It returns the ratio of the decrease of the merit function to the one predicted.
func (k *constrSearch) try(d []float64, predicted, size float64) float64 {
	p, q, n := k.at, k.trial, k.r.n()
	for i, v := range p.x {
		q.x[i] = v + d[i]
	}
	for i, v := range p.s {
		q.s[i] = v + v*d[n+i]
	}
	if !k.evaluate(q, p) {
		return math.Inf(-1)
	}
	k.slacken(q)
	// Rounding of the values must not decide (Conn, Gould & Toint, "Trust-region
	// methods", 2000, section 17.4.2).
	noise := 10 * eps * max(1, math.Abs(p.phi), math.Abs(q.phi))
	decrease := p.phi - q.phi + k.penalty*(size-norm2(q.res))
	ratio := (decrease + noise) / (predicted + noise)
	if math.IsNaN(ratio) || ratio >= 1e-8 && !k.differentiate(q) {
		return math.Inf(-1)
	}
	return ratio
}

// correct sets soc to the step with a second-order correction, towards the constraints
// at the trial point, where a step that was refused is mostly tangential. It reports
// false if there is none.
func (k *constrSearch) correct() bool {
	const small, nearZero = 0.8, 0.995
	p, q, n := k.at, k.trial, k.r.n()
	v := norm2(k.v)
	for i, d := range k.d {
		k.w[i] = d - k.v[i]
	}
	if len(q.res) == 0 || math.IsNaN(q.f) || v > small*norm2(k.w) {
		return false
	}
	for i, v := range q.res {
		k.row[i] = -v
	}
	y := make([]float64, len(k.row))
	k.proj.Solve(nil, k.row, k.w, y)
	t := 1.0
	for i := range p.s {
		if w := k.w[n+i]; w < 0 {
			t = min(t, (-nearZero-k.d[n+i])/w)
		}
	}
	for i, d := range k.d {
		k.soc[i] = d + t*k.w[i]
	}
	return t >= 0 && allFinite(k.soc)
}
