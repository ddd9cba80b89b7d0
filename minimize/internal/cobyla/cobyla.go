// Package cobyla is the engine of minimize.COBYLA, Powell's method for constraints without
// derivatives. It keeps a simplex of n+1 points, its vertices, of which the best is the pole. The
// linear functions with the values at the vertices are models of the objective and the constraints.
// An iteration minimizes the models within a ball about the pole and puts the result in the place of a
// vertex; where that does not help and the simplex is flat or long it moves a vertex to where the next
// models are better; and where the simplex is good it lowers the resolution ρ.
//
// Read cobyla.go for the search, simplex.go for evaluations and the geometry, model.go for the models;
// package trustlp minimizes them.
//
// Powell, "A direct search optimization method that models the objective and constraint functions
// by linear interpolation", 1994, with the two radii of "The NEWUOA software for unconstrained
// optimization without derivatives", 2006.
package cobyla

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Constants of Powell 1994, section 2: a simplex is good when the vertices are at least alpha times
// the radius from the faces opposite to them, and at most beta times from the pole; a vertex is moved
// by gamma times the radius for that.
const (
	alpha = 0.25
	beta  = 2.1
	gamma = 0.5
)

// funnel is how many times the largest violation of the first simplex a violation may be without the penalty being
// raised, and muFactor how many times as large it becomes as it takes for the merit to rise with it: our choices.
const funnel, muFactor = 10, 30

const tol = 1e-4 // the default of Tol

// Options are the options of minimize.COBYLA.
type Options struct {
	RhoBeg  float64  // the first radius; default 1
	Tol     float64  // the last radius; default 1e-4
	MaxIter int      // evaluations at most; default 1000
	CAtol   float64  // violation of a constraint at the end; default √ε
	FTarget *float64 // a value low enough; nil: none
}

// Minimize searches for a minimum.
func Minimize(r *search.Run, m Options) search.Outcome {
	maxFev := option.Or(m.MaxIter, 1000)
	if math.IsNaN(m.RhoBeg) || m.RhoBeg < 0 || math.IsInf(m.RhoBeg, 0) {
		search.Refuse("COBYLA: RhoBeg is %g, want a positive number or 0", m.RhoBeg)
	}
	r.StopStatus, r.StopMessage = 30, "Return from COBYLA because the callback function requested termination"
	if m.FTarget != nil {
		target := r.InUnits(*m.FTarget)
		m.FTarget = &target
	}
	var units []float64
	largest := 1.0
	if m.RhoBeg == 0 { // which is a length of all variables
		if units = r.StartUnits(); units != nil {
			largest = max(1, slices.Max(units))
		}
	}
	rhoEnd := r.Tolerance(m.Tol, tol)
	if m.Tol != 0 || r.Tolerance(0, 0) != 0 { // so is this
		rhoEnd /= largest
	}
	catol := option.Or(m.CAtol, math.Sqrt(vec.Eps))
	s := newState(r, units, catol, maxFev, m.FTarget)
	s.radii(option.Or(m.RhoBeg, 1), rhoEnd)
	s.search()
	return s.outcome()
}

// radii sets the first radius, within the bounds, and the last one.
func (s *state) radii(first, last float64) {
	s.rho = first
	for i := range s.free {
		lo, hi := s.limits(i)
		s.rho = min(s.rho, (hi-lo)/2)
	}
	s.rhoEnd = min(max(last, vec.Eps*s.rho), s.rho)
	s.delta = s.rho
}

// search runs until the search has ended.
func (s *state) search() {
	if !s.start() {
		return
	}
	if s.n == 0 {
		s.end(status.Converged, 0, "All variables are fixed.")
		return
	}
	s.mu = min(s.penaltyBound(), 1000)
	for i := range s.vertices {
		s.funnel = max(s.funnel, funnel*s.vertices[i].cv)
	}
	s.pole()
	for !s.ended {
		s.r.Iterated(s.r.Best, s.r.BestF, nil)
		if s.model.fit(s) {
			s.rebuilt = false
			s.iterate()
		} else {
			s.rebuild()
		}
	}
}

// rebuild makes a simplex again of the pole and steps along the axes where the old one is flat. The
// search ends if that is flat too.
func (s *state) rebuild() {
	if s.rebuilt {
		s.end(status.Failed, -1, "Return from COBYLA because rounding errors damage the simplex.")
		return
	}
	s.rebuilt = true
	if s.axialSimplex() {
		s.pole()
	}
}

// iterate makes a step of the models and, where that is short or of no use, a better simplex or a
// lower resolution.
func (s *state) iterate() {
	length, fall, gain := s.model.step(s)
	if s.raisePenalty(fall, gain) {
		return
	}
	predicted := fall + s.mu*gain
	short := length < s.rho/2
	if !short && predicted > 0 {
		good, ok := s.move(length, predicted)
		if good {
			s.geometryStuck = false
		}
		if good || !ok {
			return
		}
	} else if s.delta /= 2; s.delta <= 1.5*s.rho {
		s.delta = s.rho
	}
	if j := s.model.worstVertex(s); j > 0 && !s.geometryStuck {
		s.improveGeometry(j)
		return
	}
	switch {
	case s.delta > s.rho:
	case s.rho > s.rhoEnd:
		s.shrink()
	case short && predicted > 0 && !s.lastStep():
	case s.restoreFeasibility():
		s.end(status.Converged, 0, msgRho)
	}
}

// raisePenalty makes μ at least twice what it takes for the merit to fall with the step, when it
// is not 1.5 times. It reports true when another vertex has become the pole, for which the step is
// not.
func (s *state) raisePenalty(fall, gain float64) (changed bool) {
	if gain > 0 && s.mu < -1.5*fall/gain {
		if s.mu = -2 * fall / gain; s.pole() {
			return true
		}
	}
	if gain > 0 && s.mu == 0 && fall == 0 { // the objective is flat
		s.mu = 1
	}
	return false
}

// move evaluates the end of the step and may make it a vertex. good reports that the merit fell by
// a tenth of what was predicted; ok is false if the search has ended. The ratios 0.1 and 0.7 and what
// becomes of the radius are NEWUOA's (Powell 2006, section 4).
func (s *state) move(length, predicted float64) (good, ok bool) {
	k, pole := &s.model, &s.vertices[0]
	for i, v := range pole.x {
		s.trial.x[i] = v + k.d[i]
	}
	if !s.evaluate(&s.trial) {
		return false, false
	}
	if s.leads(&s.trial) && s.pole() { // the step was not from there
		return true, true
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
	if j := k.leaving(s, actual > 0); j >= 0 {
		s.vertices[j], s.trial = s.trial, s.vertices[j]
		s.pole()
	}
	return ratio >= 0.1, true
}

// leads reports whether v would lead the search away from what is feasible, by values that the penalty does not
// make up for: its violation is many times as large as those of the first simplex. Then the penalty is raised so that
// v is worse than the pole, and does not become less again.
func (s *state) leads(v *vertex) bool {
	pole := &s.vertices[0]
	if s.funnel == 0 || !(v.cv > s.funnel) || !(v.cv > 2*pole.cv) || !(s.merit(v) < s.merit(pole)) {
		return false
	}
	s.mu = muFactor * (pole.f - v.f) / (v.cv - pole.cv)
	s.leastMu = s.mu
	return true
}

// lastStep evaluates the end of the last step, which was too short to be evaluated before.
func (s *state) lastStep() bool {
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

// restoreFeasibility tries three times the shortest step from the pole that satisfies the models of the
// constraints, until none is violated by more than CAtol: near a curved constraint the best point
// violates it by about ρ².
func (s *state) restoreFeasibility() bool {
	from := &s.vertices[0]
	for range 3 {
		if from.cv <= s.catol {
			break
		}
		s.model.shortest(s, from)
		for i, v := range from.x {
			s.trial.x[i] = v + s.model.d[i]
		}
		if !s.evaluate(&s.trial) {
			return false
		}
		if !(s.trial.cv < from.cv) {
			break
		}
		s.restored, s.trial = s.trial, s.restored
		from = &s.restored
	}
	if from.cv <= s.catol {
		s.answer = from
	}
	return true
}

// shrink lowers ρ as NEWUOA does (Powell 2006, section 7), and μ to [state.penaltyBound].
func (s *state) shrink() {
	s.geometryStuck = false
	old := s.rho
	switch times := s.rho / s.rhoEnd; {
	case times <= 16:
		s.rho = s.rhoEnd
	case times <= 250:
		s.rho = math.Sqrt(s.rho * s.rhoEnd)
	default:
		s.rho /= 10
	}
	s.delta = max(old/2, s.rho)
	s.mu = max(min(s.mu, s.penaltyBound()), s.leastMu)
	s.pole()
}

// penaltyBound is the largest μ worth while: the change of the objective over the simplex, divided
// by the change of the constraint that changes least, of those that are nearly violated; 0 where
// there is none (Powell 1994, equations 12 and 13).
func (s *state) penaltyBound() float64 {
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
		return 0
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range s.vertices {
		lo, hi = min(lo, v.f), max(hi, v.f)
	}
	return (hi - lo) / least
}
