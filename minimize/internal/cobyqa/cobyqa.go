// Package cobyqa is the search of the method COBYQA of package minimize.
package cobyqa

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Options are the options of minimize.COBYQA.
type Options struct {
	MaxIter         int
	MaxFev          int
	FTarget         *float64
	InitialTrRadius float64
	FinalTrRadius   float64
	Scale           bool
	FeasibilityTol  float64
}

// Minimize searches for a minimum by the method, minimize.COBYQA.
func Minimize(r *search.Run, m Options) search.Outcome {
	r.StopStatus, r.StopMessage = 3, "The callback requested to stop the optimization procedure"
	s := newState(r, m)
	s.search()
	return s.outcome()
}

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

// Constants of the method.
const (
	short    = 0.5   // a step of this part of the resolution or less is not evaluated
	tiny     = 0.1   // part of the resolution for very short steps
	shorts   = 5     // short steps in a row after which the resolution is reduced
	tinies   = 3     // the same for very short ones
	low      = 0.1   // ratios of actual to predicted reductions below are bad
	high     = 0.7   // and above good
	grow     = 3     // part of a good step for the next radius
	far      = 2.5   // radii from the best point at which a point is far from it
	farRho   = 10    // and the same in resolutions
	shift    = 10    // radii from the base of the models at which it moves
	normal   = 0.8   // part of the radius for the normal step
	near     = 0.2   // radii from a constraint at which it may have a multiplier
	power    = 8     // of the distance in the choice of the point that leaves
	gradient = 10    // ratio of squared gradients at which alternative models look better
	tight    = 1e-3  // a variable whose bounds are closer than two of these parts of the first radius is scaled
	age      = 50    // exchanges after which the inverse is computed anew
	wrong    = 1e-6  // errors of Lagrange functions at which it is, too
	huge     = 1e100 // values beyond count as not finite
	lowest   = -1e30 // a value below counts as unbounded
)

// state is a search.
type state struct {
	*problem
	*models
	steps *steps

	delta       float64 // radius of the trust region
	rho, rhoEnd float64 // its lower bound, the resolution
	gamma       float64 // of the merit function, objective + gamma |violations|

	d     []float64 // the step
	trial []float64 // the best point with the step
	tc    []float64 // the constraints there

	shorts, tinies int // short and very short steps in a row
	alternatives   int // steps in a row after which the alternative models looked better
}

func newState(r *search.Run, m Options) *state {
	s := &state{delta: option.Or(m.InitialTrRadius, 1), rhoEnd: r.Tolerance(m.FinalTrRadius, 1e-6)}
	if !(s.delta > 0) || !(s.rhoEnd <= s.delta) {
		search.Refuse("COBYQA: InitialTrRadius is %g, want a positive number, not less than FinalTrRadius, %g", s.delta, s.rhoEnd)
	}
	p := newProblem(r, m, s.delta)
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
			s.f[k] = s.tame(math.NaN(), s.c[k])
		}
	}
	s.rebase(s.at[0])
	if !s.invert() {
		s.end(status.Failed, -2, msgAlgebra)
		return
	}
	s.fit()
	s.choose()
}

// merit is that of point k.
func (s *state) merit(k int) float64 { return s.f[k] + s.gamma*s.cv[k] }

// choose makes opt the best point. It reports whether it has changed.
func (s *state) choose() bool {
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
	if s.shift(shift * s.delta) {
		if !s.invert() {
			s.rebuild()
			return
		}
		s.correct()
	}
	s.compose()
	predicted, changed := s.penalize()
	if changed {
		return
	}
	size, ratio := vec.Norm2(s.d), -1.0
	if size <= short*s.rho || !(predicted > 0) {
		s.radius(s.delta / 2)
		s.shorts++
		if s.tinies++; size > tiny*s.rho {
			s.tinies = 0
		}
		if s.delta <= s.rho && (s.shorts >= shorts || s.tinies >= tinies) {
			s.resolve()
			return
		}
	} else {
		s.shorts, s.tinies = 0, 0
		if ratio = s.trust(predicted, size); s.ended || ratio >= low {
			return
		}
	}
	if t, dist := s.farthest(); dist > max(far*s.delta, farRho*s.rho) {
		s.improve(t, max(min(dist/10, s.delta/2), s.rho))
		return
	}
	// The step may be longer than the radius by rounding.
	if ratio <= 0 && s.delta <= s.rho && size <= 1.0001*s.rho {
		s.resolve()
	}
}

// radius sets the radius, to the resolution if it is near.
func (s *state) radius(delta float64) {
	s.delta = delta
	if delta <= 1.4*s.rho {
		s.delta = s.rho
	}
}

// trust evaluates at the step and takes the point into the set. It is the ratio of the
// actual to the predicted reduction of the merit function.
func (s *state) trust(predicted, size float64) (ratio float64) {
	f, _ := s.evaluate(s.point(), s.tc)
	cv := s.violated(s.tc)
	before := s.merit(s.opt)
	if s.curved && cv > 0 && f+s.gamma*cv > before && !s.ended {
		f, cv = s.secondOrder(f, cv)
	}
	if s.ended {
		return -1
	}
	ratio = (before - f - s.gamma*cv) / predicted
	switch {
	case ratio <= low:
		s.radius(s.delta / 2)
	case ratio <= high:
		s.radius(max(s.delta/2, size))
	default:
		s.radius(min(grow*s.delta, max(s.delta/2, grow*size)))
	}
	s.lagrange(s.opt, s.d)
	if t := s.leaving(f+s.gamma*cv < before); t >= 0 {
		s.take(t, f, cv)
		s.alternate()
	}
	return ratio
}

// leaving is the point that the trial point takes the place of: that of the largest
// denominator, with more weight far from the best point, which is the trial point if
// that is better (Powell 2006, section 7). It is negative if no exchange is worth while.
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
		if v := max(1, math.Pow(distance(at, center)/radius, power)) * s.denominator(k); v > most {
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

// alternate replaces the models by those with Hessians of least Frobenius norm when
// after three steps in a row the gradient of that of the objective, as far as bounds
// let it matter, was much smaller (Powell 2009).
func (s *state) alternate() {
	w := s.steps
	s.box(s.at[s.opt])
	s.quad[0].gradientAt(s.y[s.opt], w.g)
	s.gradient(s.opt, s.f, w.work)
	if s.alternatives++; w.squared(w.g) < gradient*w.squared(w.work) {
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

// improve puts in the place of point t one within the radius of the best point.
func (s *state) improve(t int, radius float64) {
	s.geometry(t, radius)
	f, ok := s.evaluate(s.point(), s.tc)
	if ok {
		s.lagrange(s.opt, s.d)
		s.take(t, f, s.violated(s.tc))
	}
}

// resolve reduces the resolution, or ends the search, and lets the penalty parameter
// fall to what the multipliers ask for.
func (s *state) resolve() {
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
	if g := 2 * vec.Norm2(s.steps.lambda); g < s.gamma {
		s.gamma = g
		s.choose()
	}
}

// finish ends the search with the last short step, not evaluated so far, and
// corrections for constraints that it violates.
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
// has spoiled the old one.
func (s *state) rebuild() {
	copy(s.x0, s.at[s.opt])
	s.opt, s.delta = 0, max(s.rho, s.rounding(math.Sqrt(vec.Eps)))
	s.begin()
}

// rounding is the part of the largest variable.
func (s *state) rounding(part float64) float64 { return part * vec.Norm(s.at[s.opt], math.Inf(1)) }
