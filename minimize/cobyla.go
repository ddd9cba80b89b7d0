package minimize

import (
	"math"
	"slices"
)

func init() { registerMethod(COBYLA{}) }

// COBYLA is Powell's method of linear approximations for constraints: it needs values
// alone, of the objective and of the constraints. It keeps a simplex of n+1 points, takes
// the linear functions that have the values there for the problem, and minimizes these
// within a ball about the best point; where the simplex has become flat or long, it moves
// a vertex to where it is best for the next model. It is for few variables and moderate
// accuracy, as the models know no curvature.
//
// Points are compared by F + μ v, with v the largest violation of a constraint, and μ
// raised as the models demand. An equation is a pair of inequalities. Bounds are never
// violated; RhoBeg is at most half of the least distance of a lower and an upper bound.
//
// The radius ρ falls from RhoBeg to Tol, each time that the models of good simplices do
// not lead on; the ball's radius is larger while they predict well. It stops when ρ is
// Tol and they do not lead on (status 0), when the objective is below FTarget at a point
// that violates no constraint by more than CAtol (1), after MaxIter evaluations (3), and
// when a value is not finite (-1). A violation above CAtol is no success. NIter is the
// number of models.
//
// An iteration is one evaluation beside some n³ + n m operations for the model of m
// constraints and a linear program (package trustlp).
//
// Powell, "A direct search optimization method that models the objective and constraint
// functions by linear interpolation", 1994; "A view of algorithms for optimization
// without derivatives", 2007. The ball's radius is set as in his "The NEWUOA software for
// unconstrained optimization without derivatives", 2006, section 2, without which a step
// would never be longer than ρ.
type COBYLA struct {
	RhoBeg  float64  `opt:"rhobeg"`   // the first changes of variables; 0 means 1
	Tol     float64  `opt:"tol"`      // the last radius, about the accuracy of x; 0 means 1e-4
	MaxIter int      `opt:"maxiter"`  // evaluations at most; 0 means 1000, negative none
	CAtol   float64  `opt:"catol"`    // violation of a constraint at the end, absolute; 0 means 1.49e-8, the root of the precision, negative zero
	FTarget *float64 `opt:"f_target"` // a value low enough; nil for none
}

// Name is "COBYLA".
func (COBYLA) Name() string { return "COBYLA" }

// Capability says that it takes bounds and constraints.
func (COBYLA) Capability() Capability {
	return Capability{Bounds: true, Constraints: true, DerivativeFree: true}
}

// Constants of the paper: a simplex is good when the vertices are at least alpha ρ from
// the faces opposite to them, and at most beta ρ from the pole; a vertex is moved by gamma
// ρ for that.
const (
	cobylaAlpha = 0.25
	cobylaBeta  = 2.1
	cobylaGamma = 0.5
	cobylaDelta = 1.1
)

func (m COBYLA) minimize(r *run) outcome {
	maxFev := m.MaxIter
	if maxFev == 0 {
		maxFev = 1000
	}
	if math.IsNaN(m.RhoBeg) || m.RhoBeg < 0 || math.IsInf(m.RhoBeg, 0) {
		refuse("COBYLA: RhoBeg is %g, want a positive number or 0", m.RhoBeg)
	}
	s := newCobylaSearch(r, setting(m.CAtol, math.Sqrt(eps)), maxFev)
	s.target = math.Inf(-1)
	if m.FTarget != nil {
		s.target = *m.FTarget
	}
	s.rho = setting(m.RhoBeg, 1)
	for _, i := range s.free {
		if r.lower != nil {
			s.rho = min(s.rho, (r.upper[i]-r.lower[i])/2)
		}
	}
	s.rhoEnd = min(max(r.tolerance(m.Tol, 1e-4), 0), s.rho)
	s.delta = s.rho
	s.search()
	return s.outcome()
}

// cobylaSearch is the state: a simplex, the pole of which is vertex 0, and the linear
// models there.
type cobylaSearch struct {
	r      *run
	free   []int // the variables that are not fixed; the n of them are meant below
	n      int
	rows   []cobylaRow
	catol  float64
	target float64
	maxFev int

	vertices    []cobylaVertex // n+1
	trial       cobylaVertex
	feasible    cobylaVertex // the best within CAtol; its f is NaN until there is one
	rho, rhoEnd float64
	delta       float64 // the radius of the ball
	mu          float64
	cramped     bool // bounds keep the simplex from being made good about this pole

	model cobylaModel
	stop  outcome // why the search ended
	ended bool
}

// cobylaRow is an inequality sign (c - limit) ≥ 0 for the value c of a constraint.
type cobylaRow struct {
	value       int
	sign, limit float64
}

type cobylaVertex struct {
	x  []float64 // the free variables
	f  float64
	c  []float64 // the values of the constraints
	cv float64   // the largest violation
}

func newCobylaSearch(r *run, catol float64, maxFev int) *cobylaSearch {
	s := &cobylaSearch{r: r, catol: catol, maxFev: maxFev}
	for i := range r.x0 {
		if r.lower == nil || r.lower[i] < r.upper[i] {
			s.free = append(s.free, i)
		}
	}
	s.n = len(s.free)
	k := 0
	if r.cons != nil {
		k = r.cons.m()
		for i := range k {
			if l := r.cons.lower[i]; !math.IsInf(l, 0) {
				s.rows = append(s.rows, cobylaRow{i, 1, l})
			}
			if u := r.cons.upper[i]; !math.IsInf(u, 0) {
				s.rows = append(s.rows, cobylaRow{i, -1, u})
			}
		}
	}
	vertex := func() cobylaVertex { return cobylaVertex{x: make([]float64, s.n), c: make([]float64, k)} }
	for range s.n + 1 {
		s.vertices = append(s.vertices, vertex())
	}
	s.trial, s.feasible = vertex(), vertex()
	s.feasible.f = math.NaN()
	s.model.init(s, k)
	return s
}

// limits are the bounds of free variable i.
func (s *cobylaSearch) limits(i int) (lo, hi float64) {
	if s.r.lower == nil {
		return math.Inf(-1), math.Inf(1)
	}
	return s.r.lower[s.free[i]], s.r.upper[s.free[i]]
}

const (
	cobylaHuge   = 1e30 // stands for values that are larger or NaN
	msgCobylaRho = "Return from COBYLA because the trust region radius reaches its lower bound."
)

// evaluate sets the values of a vertex. It reports false when the search ends.
func (s *cobylaSearch) evaluate(v *cobylaVertex) bool {
	r := s.r
	if r.nfev >= s.maxFev {
		return s.end(EvaluationLimit, 3, "Return from COBYLA because the objective function has been evaluated MAXFUN times.")
	}
	full := s.model.full
	copy(full, r.x0)
	for i, k := range s.free {
		lo, hi := s.limits(i)
		v.x[i] = min(max(v.x[i], lo), hi)
		full[k] = v.x[i]
	}
	f := r.f(full)
	if v.f = f; !(f <= cobylaHuge) {
		v.f = cobylaHuge
	}
	v.cv = 0
	if r.cons != nil {
		r.cons.values(full, v.c)
		for i, c := range v.c {
			switch {
			case math.IsNaN(c): // violates what there is
				if v.c[i] = cobylaHuge; math.IsInf(r.cons.upper[i], 1) {
					v.c[i] = -cobylaHuge
				}
			default:
				v.c[i] = min(max(c, -cobylaHuge), cobylaHuge)
			}
		}
		for _, w := range s.rows {
			v.cv = max(v.cv, w.sign*(w.limit-v.c[w.value]))
		}
		r.noteFeasible(full, f)
	}
	if v.cv <= s.catol && !(v.f >= s.feasible.f) {
		copy(s.feasible.x, v.x)
		s.feasible.f = v.f
	}
	switch {
	case math.IsInf(f, -1):
		return s.end(Unbounded, -1, "The value is -Inf.")
	case f <= s.target && v.cv <= s.catol:
		return s.end(Converged, 1, "Return from COBYLA because the target function value is achieved.")
	}
	return true
}

func (s *cobylaSearch) end(reason Reason, status int, message string) bool {
	s.stop.reason, s.stop.status, s.stop.message = reason, status, message
	s.ended = true
	return false
}

// merit is F + μ v.
func (s *cobylaSearch) merit(v *cobylaVertex) float64 { return v.f + s.mu*v.cv }

// pole makes the best vertex the pole. It reports whether it is another.
func (s *cobylaSearch) pole() bool {
	best := 0
	for j := range s.vertices {
		v, b := &s.vertices[j], &s.vertices[best]
		if m, n := s.merit(v), s.merit(b); m < n || m == n && v.cv < b.cv {
			best = j
		}
	}
	s.vertices[0], s.vertices[best] = s.vertices[best], s.vertices[0]
	return best != 0
}

// start evaluates the first simplex: from the best point so far, a step of ρ along every
// axis, to where the bounds leave room.
func (s *cobylaSearch) start() bool {
	first := &s.vertices[0]
	for i, k := range s.free {
		first.x[i] = s.r.x0[k]
	}
	if !s.evaluate(first) {
		return false
	}
	for i := range s.n {
		v := &s.vertices[i+1]
		copy(v.x, s.vertices[0].x)
		lo, hi := s.limits(i)
		if v.x[i]+s.rho <= hi || v.x[i]-s.rho < lo {
			v.x[i] += s.rho
		} else {
			v.x[i] -= s.rho
		}
		if !s.evaluate(v) {
			s.vertices = s.vertices[:i+2]
			return false
		}
		if v.f < s.vertices[0].f {
			s.vertices[0], *v = *v, s.vertices[0]
		}
	}
	return true
}

func (s *cobylaSearch) search() {
	if !s.start() {
		return
	}
	if s.n == 0 {
		s.end(Converged, 0, "All variables are fixed.")
		return
	}
	s.pole()
	k := &s.model
	for {
		s.r.iterated(s.r.best, s.r.bestF, nil)
		if !k.fit(s) {
			s.end(Failed, -1, "Return from COBYLA because rounding errors damage the simplex.")
			return
		}
		length, fall, gain := k.step(s)
		// The merit must fall with the step: μ is at least twice what that takes, when it
		// is not 1.5 times.
		if gain > 0 && s.mu < -1.5*fall/gain {
			if s.mu = -2 * fall / gain; s.pole() {
				continue
			}
		}
		predicted := fall + s.mu*gain
		short := length < s.rho/2
		if !short && predicted > 0 {
			good, ok := s.move(length, predicted)
			if !ok {
				return
			}
			if good {
				s.cramped = false
				continue
			}
		} else if s.delta /= 2; s.delta <= 1.5*s.rho {
			s.delta = s.rho
		}
		if j := k.worst(s); j > 0 && !s.cramped {
			if !s.repair(j) {
				return
			}
			continue
		}
		if s.delta > s.rho {
			continue
		}
		if s.rho <= s.rhoEnd {
			if short && predicted > 0 && !s.last() {
				return
			}
			s.end(Converged, 0, msgCobylaRho)
			return
		}
		s.shrink()
	}
}

// move evaluates the end of the step and may make it a vertex. good: the merit fell by a
// tenth of what was predicted.
func (s *cobylaSearch) move(length, predicted float64) (good, ok bool) {
	k, pole := &s.model, &s.vertices[0]
	for i, v := range pole.x {
		s.trial.x[i] = v + k.d[i]
	}
	if !s.evaluate(&s.trial) {
		return false, false
	}
	actual := s.merit(pole) - s.merit(&s.trial)
	ratio := actual / predicted
	switch {
	case ratio <= 0.1:
		s.delta = length / 2
	case ratio <= 0.7:
		s.delta = max(s.delta/2, length)
	default:
		s.delta = max(s.delta/2, 2*length)
	}
	if s.delta <= 1.5*s.rho {
		s.delta = s.rho
	}
	if j := k.leaving(s, actual > 0); j > 0 {
		s.vertices[j], s.trial = s.trial, s.vertices[j]
		s.pole()
	}
	return ratio >= 0.1, true
}

// repair moves vertex j along the normal of the face opposite to it, to the side where
// the models are lower, and which leaves it far enough within the bounds.
func (s *cobylaSearch) repair(j int) bool {
	k, pole := &s.model, &s.vertices[0]
	w := k.w[(j-1)*s.n : j*s.n]
	size := norm2(w)
	best, bestFar := math.Inf(1), 0.0
	for _, sign := range [2]float64{1, -1} {
		far := 0.0 // from the face
		for i, v := range pole.x {
			lo, hi := s.limits(i)
			k.side[i] = min(max(v+sign*cobylaGamma*s.delta*w[i]/size, lo), hi) - v
			far += k.side[i] * w[i] / size
		}
		far = math.Abs(far)
		merit := k.merit(s, k.side)
		enough, bestEnough := far >= cobylaAlpha*s.delta, bestFar >= cobylaAlpha*s.delta
		if enough && !bestEnough || enough == bestEnough && (enough && merit < best || !enough && far > bestFar) {
			best, bestFar = merit, far
			for i, v := range pole.x {
				s.trial.x[i] = v + k.side[i]
			}
		}
	}
	if !s.evaluate(&s.trial) {
		return false
	}
	s.vertices[j], s.trial = s.trial, s.vertices[j]
	s.pole()
	s.cramped = bestFar < cobylaAlpha*s.delta
	return true
}

// last evaluates the end of a step that was too short for the models.
func (s *cobylaSearch) last() bool {
	for i, v := range s.vertices[0].x {
		s.trial.x[i] = v + s.model.d[i]
	}
	if !s.evaluate(&s.trial) {
		return false
	}
	if s.merit(&s.trial) < s.merit(&s.vertices[0]) {
		s.vertices[0], s.trial = s.trial, s.vertices[0]
	}
	return true
}

// shrink lowers ρ, and μ to what the changes of the values over the simplex are worth.
func (s *cobylaSearch) shrink() {
	s.cramped = false
	old := s.rho
	switch ratio := s.rho / s.rhoEnd; { // as Powell 2006, section 7, which has a tenth for a quarter
	case ratio <= 16 || s.rhoEnd == 0 && s.rho < 0x1p-1000:
		s.rho = s.rhoEnd
	case ratio <= 250:
		s.rho = math.Sqrt(s.rho * s.rhoEnd)
	default:
		s.rho /= 4
	}
	s.delta = max(old/2, s.rho)
	least := math.Inf(1)
	for _, w := range s.rows {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range s.vertices {
			c := w.sign * (v.c[w.value] - w.limit)
			lo, hi = min(lo, c), max(hi, c)
		}
		if lo < hi/2 {
			least = min(least, max(hi, 0)-lo)
		}
	}
	if math.IsInf(least, 1) {
		s.mu = 0
	} else {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range s.vertices {
			lo, hi = min(lo, v.f), max(hi, v.f)
		}
		s.mu = min(s.mu, (hi-lo)/least)
	}
	s.pole()
}

// outcome is the pole, or the best point that violates no constraint by more than CAtol
// where the pole does and is not better by more than its violation is worth.
func (s *cobylaSearch) outcome() outcome {
	o, best := s.stop, &s.vertices[0]
	for i := range s.vertices {
		if v := &s.vertices[i]; s.merit(v) < s.merit(best) {
			best = v
		}
	}
	if v := &s.feasible; !math.IsNaN(v.f) && (best.cv <= s.catol && v.f < best.f || best.cv > s.catol && v.f <= best.f+2*s.mu*best.cv) {
		best = v
	}
	o.x = slices.Clone(s.r.x0)
	for i, k := range s.free {
		o.x[k] = best.x[i]
	}
	o.f, o.tol = best.f, s.catol
	if best.f >= cobylaHuge {
		o.f = math.NaN()
	}
	if o.reason == Converged && best.cv > s.catol {
		o.reason, o.status, o.message = Infeasible, 4, "Did not converge to a solution satisfying the constraints. See MaxCV for the magnitude of the violation."
	}
	return o
}
