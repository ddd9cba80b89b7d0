package minimize

import (
	"math"
	"slices"
)

func init() { registerMethod(COBYQA{}) }

// COBYQA is constrained optimization by quadratic approximations.
type COBYQA struct {
	MaxIter         int      `opt:"maxiter"`           // iterations at most; 0 means 1000n
	MaxFev          int      `opt:"maxfev"`            // evaluations of the function at most; 0 means 500n
	FTarget         *float64 `opt:"f_target"`          // stop at a feasible point with this value or less; nil for none
	InitialTrRadius float64  `opt:"initial_tr_radius"` // first radius; 0 means 1
	FinalTrRadius   float64  `opt:"final_tr_radius"`   // last radius; 0 means 1e-6
	Scale           bool     `opt:"scale"`
	FeasibilityTol  float64  `opt:"feasibility_tol"` // largest violation of constraints at the end; 0 means 1e-8, negative zero
}

// Name is "COBYQA".
func (COBYQA) Name() string { return "COBYQA" }

// Capability says that COBYQA takes bounds and constraints.
func (COBYQA) Capability() Capability { return Capability{Bounds: true, Constraints: true} }

func (m COBYQA) minimize(r *run) outcome {
	s := newCobyqa(r, m)
	s.search()
	return s.outcome()
}

// Constants of the method, from the thesis and from Powell's NEWUOA and LINCOA.
const (
	cobyqaNear     = 0.2
	cobyqaShort    = 0.5 // a step shorter than this part of the resolution is not evaluated
	cobyqaLow      = 0.1 // ratios of reductions below are bad
	cobyqaHigh     = 0.7 // and above good
	cobyqaNormal   = 0.8 // part of the radius for the normal step
	cobyqaFarShift = 10  // radii from the base at which it is moved
)

// cobyqa is a search by COBYQA.
type cobyqa struct {
	*cobyqaProblem
	*cobyqaModels

	delta, rho, rhoEnd float64
	gamma              float64 // penalty parameter
	steps              *cobyqaSteps
	d                  []float64
	trial              []float64
	tc                 []float64 // constraints at the trial point
	alternatives       int
}

func newCobyqa(r *run, m COBYQA) *cobyqa {
	p := newCobyqaProblem(r, m)
	s := &cobyqa{cobyqaProblem: p}
	s.delta = setting(m.InitialTrRadius, 1)
	s.rhoEnd = r.tolerance(m.FinalTrRadius, 1e-6)
	if !(s.rhoEnd <= s.delta) {
		refuse("COBYQA: FinalTrRadius %g is above InitialTrRadius %g", s.rhoEnd, s.delta)
	}
	for i, lo := range p.lo {
		s.delta = min(s.delta, (p.hi[i]-lo)/2)
	}
	s.rhoEnd = min(s.rhoEnd, s.delta)
	s.rho = s.delta
	if n := len(p.free); n > 0 {
		s.cobyqaModels = newCobyqaModels(n, p.rows)
		s.steps = newCobyqaSteps(n, p.rows)
		s.d, s.trial, s.tc = make([]float64, n), make([]float64, n), make([]float64, len(p.rows))
	}
	return s
}

// search runs until s.status is set.
func (s *cobyqa) search() {
	if len(s.free) == 0 {
		s.evaluate(nil, nil)
		s.end(Converged, 2, "All variables are fixed by the bound constraints")
		return
	}
	if !s.begin() {
		return
	}
	for !s.ended {
		if s.r.nit >= s.maxIter {
			s.end(IterationLimit, 6, "The maximum number of iterations has been exceeded")
			return
		}
		s.iterate()
		if s.r.best != nil {
			s.r.iterated(s.r.best, s.r.bestF, nil)
		} else {
			s.r.nit++
		}
	}
}

// begin evaluates at the first points: x0 and two along every axis, and fits the models.
func (s *cobyqa) begin() bool {
	x := s.start(s.delta)
	for k, at := range s.at {
		copy(at, x)
		if k > 0 {
			i, far := (k-1)%s.n, k > s.n
			step := s.delta
			switch {
			case s.hi[i]-x[i] < s.delta: // at the upper bound
				step = -s.delta
				if far {
					step *= 2
				}
			case far && x[i]-s.lo[i] < s.delta:
				step *= 2
			case far:
				step = -step
			}
			at[i] = min(max(x[i]+step, s.lo[i]), s.hi[i])
		}
		f, ok := s.evaluate(at, s.c[k])
		s.f[k], s.cv[k] = f, s.violated(s.c[k])
		if !ok {
			return false
		}
	}
	s.rebase(s.at[0])
	if !s.invert() {
		s.end(Failed, -2, "A linear algebra error occurred")
		return false
	}
	s.fit()
	s.choose()
	return true
}

// merit is that of point k.
func (s *cobyqa) merit(k int) float64 { return s.f[k] + s.gamma*s.cv[k] }

// choose makes opt the best point. It reports whether it has changed.
func (s *cobyqa) choose() bool {
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

// iterate makes an iteration.
func (s *cobyqa) iterate() {
	if s.shift(cobyqaFarShift * s.delta) {
		if !s.invert() {
			s.rebuild()
			return
		}
		s.correct()
	}
	s.compose()
	size := norm2(s.d)
	predicted, changed := s.penalize()
	if changed {
		return
	}
	ratio := -1.0
	if size < cobyqaShort*s.rho || !(predicted > 0) {
		s.delta *= 0.5
		if s.delta <= 1.4*s.rho {
			s.delta = s.rho
		}
	} else {
		var ok bool
		if ratio, ok = s.trust(predicted, size); !ok || ratio >= cobyqaLow {
			return
		}
	}
	if t, dist := s.farthest(); dist > max(2*s.delta, s.rho) {
		s.improve(t, max(min(dist/10, s.delta/2), s.rho))
		return
	}
	if ratio > 0 || max(s.delta, size) > s.rho {
		return
	}
	s.resolve()
}

// trust evaluates at the step and takes the point into the set. It reports the ratio of
// the actual to the predicted reduction of the merit function, false if the search has
// ended.
func (s *cobyqa) trust(predicted, size float64) (ratio float64, ok bool) {
	f, ok := s.evaluate(s.point(s.d), s.tc)
	cv := s.violated(s.tc)
	before := s.merit(s.opt)
	if s.curved && f+s.gamma*cv > before && cv > 0 && ok {
		if f2, cv2, done := s.secondOrder(f, cv); done {
			f, cv = f2, cv2
		}
		if s.ended {
			ok = false
		}
	}
	ratio = (before - f - s.gamma*cv) / predicted
	better := f+s.gamma*cv < before
	switch {
	case ratio <= cobyqaLow:
		s.delta *= 0.5
	case ratio <= cobyqaHigh:
		s.delta = max(s.delta/2, size)
	default:
		s.delta = min(math.Sqrt2*s.delta, max(s.delta/2, 2*size))
	}
	if s.delta <= 1.4*s.rho {
		s.delta = s.rho
	}
	s.lagrange(s.opt, s.d)
	if t := s.leaving(better); t >= 0 {
		s.take(t, f, cv)
	}
	return ratio, ok
}

// leaving is the point that the trial point takes the place of: that of the largest
// denominator, with more weight far from the best point (Powell, "The NEWUOA software",
// 2006, section 7). Negative if there is none.
func (s *cobyqa) leaving(better bool) int {
	radius := max(s.delta/10, s.rho)
	t, most := -1, 1.0
	center := s.at[s.opt]
	if better {
		t, most = s.opt, 0
		center = s.trial
	}
	for k, at := range s.at {
		if k == s.opt && !better {
			continue
		}
		w := cobyqaDistance(at, center) / radius
		v := max(1, w*w*w*w) * s.denominator(k)
		if v > most {
			t, most = k, v
		}
	}
	return t
}

func cobyqaDistance(x, y []float64) float64 {
	s := 0.0
	for i, v := range x {
		s += (v - y[i]) * (v - y[i])
	}
	return math.Sqrt(s)
}

// take puts the trial point in the place of point t.
func (s *cobyqa) take(t int, f, cv float64) {
	if !s.replace(t, s.trial, f, s.tc, cv) {
		s.rebuild()
		return
	}
	if s.merit(t) < s.merit(s.opt) || t == s.opt || s.merit(t) == s.merit(s.opt) && cv < s.cv[s.opt] {
		s.opt = t
	}
}

// farthest is the point farthest from the best one.
func (s *cobyqa) farthest() (t int, dist float64) {
	for k, at := range s.at {
		if v := cobyqaDistance(at, s.at[s.opt]); v > dist {
			t, dist = k, v
		}
	}
	return t, dist
}

// improve puts in the place of point t one within the radius of the best point.
func (s *cobyqa) improve(t int, radius float64) {
	s.geometry(t, radius)
	f, _ := s.evaluate(s.point(s.d), s.tc)
	s.lagrange(s.opt, s.d)
	s.take(t, f, s.violated(s.tc))
}

// resolve reduces the resolution, or ends the search.
func (s *cobyqa) resolve() {
	if s.rho <= s.rhoEnd {
		s.end(Converged, 0, "The lower bound for the trust-region radius has been reached")
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
}

// rebuild makes a new set of points around the best one, when rounding or the geometry
// has spoiled the old one.
func (s *cobyqa) rebuild() {
	best := slices.Clone(s.at[s.opt])
	for i, v := range best {
		s.x0[i] = v
	}
	s.delta = s.rho
	s.opt = 0
	s.begin()
}
