// Package cobyqa is the engine of minimize.COBYQA, for functions without derivatives, within bounds and
// with constraints. Quadratic models of the objective and of each nonlinear constraint interpolate at
// 2n+1 points; their Hessians change as little as they can from one iteration to the next. A step of
// sequential quadratic programming with the models, within a trust region, gives the next point. A
// step that fails has a point that is far from the best one replaced, for better models, and if there
// is none the resolution reduced, which bounds the radius of the trust region from below.
//
// Read cobyqa.go for the search; problem.go for evaluations, in variables that are not fixed; points.go
// for the interpolation and its inverse matrix, models.go for the models; steps.go for the steps.
// Package trqp solves the subproblems.
//
// Ragonneau, "Model-based derivative-free optimization methods and software", thesis, Hong Kong
// Polytechnic University 2022 (the method); Powell, "The NEWUOA software for unconstrained optimization
// without derivatives", 2006, and "The BOBYQA algorithm for bound constrained optimization without
// derivatives", 2009; Powell's code LINCOA, described in "On fast trust region methods for quadratic
// models with linear constraints", 2015.
package cobyqa

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Options are the options of minimize.COBYQA.
type Options struct {
	MaxIter         int      // iterations at most; default 1000n
	MaxFev          int      // evaluations of the function at most; default 500n
	FTarget         *float64 // a value low enough; nil: none
	InitialTrRadius float64  // the first radius; default 1
	FinalTrRadius   float64  // the last resolution; default 1e-6
	Scale           bool     // scale the variables to [-1, 1] if all bounds are finite
	FeasibilityTol  float64  // largest violation of a constraint at the end; default 1e-8
}

// Minimize searches for a minimum.
func Minimize(r *search.Run, m Options) search.Outcome {
	r.StopStatus, r.StopMessage = 3, "The callback requested to stop the optimization procedure"
	rhoEnd, largest := r.Tolerance(m.FinalTrRadius, tol), 1.0
	var units []float64
	if m.InitialTrRadius == 0 && !m.Scale { // a radius given is a length of all variables
		if units = r.StartUnits(); units != nil {
			largest = max(1, slices.Max(units))
		}
	}
	if m.FinalTrRadius != 0 || r.Tolerance(0, 0) != 0 { // so is this
		rhoEnd /= largest
	}
	s := newState(r, m, units, option.Or(m.InitialTrRadius, 1), rhoEnd)
	s.search()
	o := s.outcome()
	f0, above := s.above(o)
	if !above {
		return o
	}
	s = newState(r, m, units, nearRadius, min(rhoEnd, nearRadius))
	s.search()
	if o = s.outcome(); o.Status == status.Converged && o.Fun > f0 {
		o.Status, o.Message = status.Failed, fmt.Sprintf("The search ended at the value %.6g, above the one at x0, %.6g, which is feasible. Try a smaller InitialTrRadius", o.Fun, f0)
	}
	return o
}

const tol = 1e-6 // the default of FinalTrRadius

// Messages of COBYQA, SciPy's where it has them.
const (
	msgRadius    = "The lower bound for the trust-region radius has been reached"
	msgTarget    = "The target objective function value has been reached"
	msgFixed     = "All variables are fixed by the bound constraints"
	msgMaxFev    = "The maximum number of function evaluations has been exceeded"
	msgMaxIter   = "The maximum number of iterations has been exceeded"
	msgAlgebra   = "A linear algebra error occurred"
	msgUnbounded = "The objective function is below -1e30 at a feasible point"
	msgNonFinite = "The objective function or a constraint is not finite, or beyond 1e100, at all of the first points"
)

// Constants of steps and radii. Those without a source are our choices.
const (
	shortStep  = 0.5 // a step of this part of the resolution or less is not evaluated (NEWUOA)
	tinyStep   = 0.1 // the part of the resolution up to which a step is very short
	maxShort   = 5   // short steps in a row after which the resolution is reduced (LINCOA)
	maxTiny    = 3   // and very short steps (LINCOA)
	lowRatio   = 0.1 // ratio of actual to predicted reduction up to which a step is bad (NEWUOA)
	highRatio  = 0.7 // and above which it is good (NEWUOA)
	growth     = 3   // after a good step the radius is at most this times itself, and this times the step
	normalPart = 0.8 // part of the radius for the normal step (Nocedal & Wright, section 18.5)
	nearActive = 0.2 // radii from a constraint up to which it may have a multiplier (LINCOA)
)

// Constants of the interpolation. Those without a source are our choices.
const (
	farRadii      = 2.5  // radii from the best point beyond which a point is replaced
	farRho        = 10   // and resolutions from it
	shiftRadii    = 10   // radii between the best point and the base of the models at which the base moves there
	distancePower = 8    // of the distance in the choice of the point that leaves; NEWUOA has 6, BOBYQA 4
	gradientRatio = 10   // ratio of squared gradients at which alternative models look better (BOBYQA)
	maxAge        = 50   // exchanges after which the inverse is computed from scratch
	maxError      = 1e-6 // errors of Lagrange functions at which it is, too
)

// Limits, our choices.
const (
	funnel      = 10    // times the largest violation of the first points a violation may be without the penalty being raised
	gammaFactor = 30    // times what makes such a point no better than the best one is the penalty then
	tightBounds = 1e-3  // a variable whose bounds are closer than two of these parts of the first radius is scaled
	huge        = 1e100 // values beyond count as not finite
	lowest      = -1e30 // a feasible value below counts as unbounded
)

// state is a search.
type state struct {
	*problem
	*models
	steps *steps

	delta       float64 // radius of the trust region
	rho, rhoEnd float64 // its lower bound, the resolution
	funnel      float64 // the largest violation to which a lower value may lead; 0: see leads
	leastGamma  float64 // the least gamma, by what led beyond
	gamma       float64 // of the merit function, objective + gamma |violations|

	d     []float64 // the step
	trial []float64 // the best point with the step
	tc    []float64 // the constraints at trial

	shorts, tinies int // short and very short steps in a row
	alternatives   int // steps in a row after which the alternative models looked better
}

// newState is a search with variables in units; nil: as they are.
func newState(r *search.Run, m Options, units []float64, delta, rhoEnd float64) *state {
	s := &state{delta: delta, rhoEnd: rhoEnd}
	if !(s.delta > 0) || !(s.rhoEnd <= s.delta) {
		search.Refuse("COBYQA: InitialTrRadius is %g, want a positive number, not less than FinalTrRadius, %g", s.delta, s.rhoEnd)
	}
	p := newProblem(r, m, units, s.delta)
	s.problem = p
	for i, lo := range p.lo { // so that there is place for the first points
		s.delta = min(s.delta, (p.hi[i]-lo)/2)
	}
	s.rho, s.rhoEnd = s.delta, min(s.rhoEnd, s.delta)
	if n := len(p.free); n > 0 {
		s.models, s.steps = newModels(n, p.rows), newSteps(n, p.rows)
		s.d, s.trial, s.tc = make([]float64, n), make([]float64, n), make([]float64, len(p.rows))
	}
	return s
}

// search runs until the search has ended.
func (s *state) search() {
	if len(s.free) == 0 {
		s.evaluate(nil, nil)
		s.end(status.Converged, 2, msgFixed)
		return
	}
	s.begin()
	for !s.ended {
		if s.r.NIter >= s.maxIter {
			s.end(status.IterationLimit, 6, msgMaxIter)
			return
		}
		s.iterate()
		s.r.Iterated(s.r.Best, s.r.BestF, nil)
	}
}

// begin evaluates at the first points, x0 and two along every axis, and fits the models.
func (s *state) begin() {
	x := s.start(s.delta)
	for k, at := range s.at {
		copy(at, x)
		if k > 0 {
			i, second := (k-1)%s.n, k > s.n
			step := s.delta
			switch up, down := s.hi[i]-x[i] >= s.delta, x[i]-s.lo[i] >= s.delta; {
			case second && up && down:
				step = -step
			case second && up:
				step *= 2
			case second:
				step *= -2
			case !up:
				step = -step
			}
			at[i] = min(max(x[i]+step, s.lo[i]), s.hi[i])
		}
		var ok bool
		if s.f[k], ok = s.evaluate(at, s.c[k]); !ok {
			return
		}
		s.cv[k] = s.violated(s.c[k])
	}
	if !s.good {
		s.end(status.NonFinite, -4, msgNonFinite)
		return
	}
	for k, f := range s.f {
		if f == huge { // from before there was a finite value
			s.f[k] = s.moderate(math.NaN(), s.c[k])
		}
	}
	s.rebase(s.at[0])
	if !s.invert() {
		s.end(status.Failed, -2, msgAlgebra)
		return
	}
	s.fit()
	s.chooseBest()
	s.funnel = funnel * slices.Max(s.cv)
}

// merit is the merit function at point k.
func (s *state) merit(k int) float64 { return s.f[k] + s.gamma*s.cv[k] }

// chooseBest makes opt the best point. It reports whether it has changed.
func (s *state) chooseBest() bool {
	best := s.opt
	for k := range s.f {
		if a, b := s.merit(k), s.merit(best); a < b || a == b && s.cv[k] < s.cv[best] {
			best = k
		}
	}
	changed := best != s.opt
	s.opt = best
	return changed
}

// iterate makes an iteration: a step within the trust region, and if that is short or
// fails a better set of points or a lower resolution.
func (s *state) iterate() {
	if s.shift(shiftRadii * s.delta) {
		if !s.invert() {
			s.rebuild()
			return
		}
		s.correct()
	}
	s.compositeStep()
	predicted, changed := s.updatePenalty()
	if changed {
		return
	}
	size, ratio := vec.Norm2(s.d), -1.0
	if size <= shortStep*s.rho || !(predicted > 0) {
		s.radius(s.delta / 2)
		s.shorts++
		if s.tinies++; size > tinyStep*s.rho {
			s.tinies = 0
		}
		if s.delta <= s.rho && (s.shorts >= maxShort || s.tinies >= maxTiny) {
			s.reduceResolution()
			return
		}
	} else {
		s.shorts, s.tinies = 0, 0
		if ratio = s.trustRegionStep(predicted, size); s.ended || ratio >= lowRatio {
			return
		}
	}
	if t, dist := s.farthest(); dist > max(farRadii*s.delta, farRho*s.rho) {
		s.improveGeometry(t, max(min(dist/10, s.delta/2), s.rho))
		return
	}
	// The step may be longer than the radius by rounding.
	if ratio <= 0 && s.delta <= s.rho && size <= 1.0001*s.rho {
		s.reduceResolution()
	}
}

// radius sets the radius, to the resolution if it is near.
func (s *state) radius(delta float64) {
	s.delta = delta
	if delta <= 1.4*s.rho {
		s.delta = s.rho
	}
}

// trustRegionStep evaluates at the step, takes the point into the set and sets the radius. It returns the ratio
// of the actual to the predicted reduction of the merit function.
func (s *state) trustRegionStep(predicted, size float64) (ratio float64) {
	f, _ := s.evaluate(s.point(), s.tc)
	cv := s.violated(s.tc)
	before := s.merit(s.opt)
	if s.curved && cv > 0 && f+s.gamma*cv > before && !s.ended {
		f, cv = s.secondOrder(f, cv)
	}
	if s.ended {
		return -1
	}
	if s.leads(f, cv) {
		before = s.merit(s.opt)
	}
	ratio = (before - f - s.gamma*cv) / predicted
	switch {
	case ratio <= lowRatio:
		s.radius(s.delta / 2)
	case ratio <= highRatio:
		s.radius(max(s.delta/2, size))
	default:
		s.radius(min(growth*s.delta, max(s.delta/2, growth*size)))
	}
	s.lagrange(s.opt, s.d)
	if t := s.leaving(f+s.gamma*cv < before); t >= 0 {
		s.take(t, f, cv)
		s.tryAlternativeModels()
	}
	return ratio
}

// leads reports whether the trial point would lead the search away from what is feasible, by values that the penalty
// does not make up for: its violation is many times as large as those of the first points. Then the penalty is raised so
// that it is worse than the best point, and does not become less again.
func (s *state) leads(f, cv float64) bool {
	best := s.cv[s.opt]
	if s.funnel == 0 || !(cv > s.funnel) || !(cv > 2*best) || !(f+s.gamma*cv < s.merit(s.opt)) {
		return false
	}
	s.gamma = gammaFactor * (s.f[s.opt] - f) / (cv - best)
	s.leastGamma = s.gamma
	return true
}

// leaving is the point whose place the trial point takes: the one with the largest denominator,
// weighted by its distance from the best point, which is the trial point if that is better (Powell
// 2006, section 7). It is negative if no exchange is worthwhile.
func (s *state) leaving(better bool) int {
	t, most, center := -1, 1.0, s.at[s.opt]
	if better {
		t, most, center = s.opt, 0, s.trial
	}
	radius := max(s.delta/10, s.rho)
	for k, at := range s.at {
		if k == s.opt && !better {
			continue
		}
		if v := max(1, math.Pow(distance(at, center)/radius, distancePower)) * s.denominator(k); v > most {
			t, most = k, v
		}
	}
	return t
}

func distance(x, y []float64) float64 {
	s := 0.0
	for i, v := range x {
		s += (v - y[i]) * (v - y[i])
	}
	return math.Sqrt(s)
}

// take puts the trial point in the place of point t.
func (s *state) take(t int, f, cv float64) {
	if !s.replace(t, s.trial, f, s.tc, cv) {
		s.rebuild()
		return
	}
	if a, b := s.merit(t), s.merit(s.opt); a < b || a == b && cv < s.cv[s.opt] {
		s.opt = t
	}
}

// tryAlternativeModels replaces the models by the interpolants whose Hessians have the least Frobenius norm when
// after three steps in a row such a model of the objective had a much smaller gradient, apart from
// elements that bounds make irrelevant (Powell 2009, section 6).
func (s *state) tryAlternativeModels() {
	w := s.steps
	s.box(s.at[s.opt])
	s.quad[0].gradientAt(s.y[s.opt], w.g)
	s.gradient(s.opt, s.f, w.work)
	if s.alternatives++; w.squared(w.g) < gradientRatio*w.squared(w.work) {
		s.alternatives = 0
	}
	if s.alternatives >= 3 {
		s.fit()
		s.alternatives = 0
	}
}

// farthest is the point farthest from the best one.
func (s *state) farthest() (t int, dist float64) {
	for k, at := range s.at {
		if v := distance(at, s.at[s.opt]); v > dist {
			t, dist = k, v
		}
	}
	return t, dist
}

// improveGeometry puts in the place of point t one within the radius of the best point.
func (s *state) improveGeometry(t int, radius float64) {
	s.geometry(t, radius)
	f, ok := s.evaluate(s.point(), s.tc)
	if ok {
		s.lagrange(s.opt, s.d)
		s.take(t, f, s.violated(s.tc))
	}
}

// reduceResolution reduces the resolution (Powell 2006, section 7), or ends the search, and lets the penalty
// parameter fall to what the multipliers require.
func (s *state) reduceResolution() {
	if s.rho <= max(s.rhoEnd, s.rounding(8*vec.Eps)) {
		s.finish()
		return
	}
	old := s.rho
	switch q := s.rho / s.rhoEnd; {
	case q > 250:
		s.rho /= 10
	case q > 16:
		s.rho = math.Sqrt(s.rho * s.rhoEnd)
	default:
		s.rho = s.rhoEnd
	}
	s.delta = max(old/2, s.rho)
	s.shorts, s.tinies = 0, 0
	if g := max(2*vec.Norm2(s.steps.lambda), s.leastGamma); g < s.gamma {
		s.gamma = g
		s.chooseBest()
	}
}

// finish ends the search after an evaluation at the last short step, which was not evaluated so far,
// and at most three corrections of the constraints that it violates.
func (s *state) finish() {
	ok := true
	if s.shorts > 0 && vec.Norm2(s.d) > 0 {
		_, ok = s.evaluate(s.point(), s.tc)
	} else {
		copy(s.trial, s.at[s.opt])
		copy(s.tc, s.c[s.opt])
	}
	for i := 0; i < 3 && ok && s.foundCV > s.feas && s.correction(farRho*s.rho); i++ {
		copy(s.trial, s.steps.trial)
		_, ok = s.evaluate(s.trial, s.tc)
	}
	s.end(status.Converged, 0, msgRadius)
}

// rebuild makes a new set of points around the best one, where rounding or the geometry
// has spoilt the set before.
func (s *state) rebuild() {
	copy(s.x0, s.at[s.opt])
	s.opt, s.delta = 0, max(s.rho, s.rounding(math.Sqrt(vec.Eps)))
	s.begin()
}

// rounding is a part of the largest variable of the best point.
func (s *state) rounding(part float64) float64 { return part * vec.Norm(s.at[s.opt], math.Inf(1)) }
