package cobyla

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// state is the state of a search: a simplex, whose pole is vertex 0, and the linear models.
type state struct {
	r      *search.Run
	free   []int     // the variables that are not fixed; all vectors below are of these
	unit   []float64 // their units, in which they are below
	n      int       // how many they are
	rows   []row
	catol  float64 // CAtol
	target float64 // FTarget
	maxFev int

	vertices    []vertex // n+1
	trial       vertex
	restored    vertex
	answer      *vertex // what restoreFeasibility made of the pole, nil for none
	feasible    vertex  // the best within CAtol; its f is NaN until there is one
	rho, rhoEnd float64 // the resolution ρ, and its last value
	delta       float64 // the radius of the ball, at least ρ
	mu          float64 // the penalty μ of the merit function F + μ v, with v the largest violation
	funnel      float64 // the largest violation to which a lower value may lead; 0: see leads
	leastMu     float64 // the least μ, by what led beyond
	// geometryStuck: bounds keep the simplex from being made good about this pole.
	geometryStuck bool
	rebuilt       bool // the simplex has just been rebuilt

	model model
	stop  search.Outcome // why the search ended
	ended bool
}

// row is an inequality sign (c - limit) ≥ 0 for the value c of a constraint.
type row struct {
	value       int
	sign, limit float64
}

// vertex is a point with what the functions are there.
type vertex struct {
	x      []float64 // the free variables
	f      float64
	c      []float64 // the values of the constraints
	cv     float64   // the largest violation
	hasNaN bool      // a constraint is NaN
}

// newState is a search with variables in units; nil: as they are. target is a value low enough; nil: none.
func newState(r *search.Run, units []float64, catol float64, maxFev int, target *float64) *state {
	s := &state{r: r, catol: catol, maxFev: maxFev, target: math.Inf(-1)}
	if target != nil {
		s.target = *target
	}
	for i := range r.X0 {
		if r.Lower == nil || r.Lower[i] < r.Upper[i] {
			s.free = append(s.free, i)
			unit := 1.0
			if units != nil {
				unit = units[i]
			}
			s.unit = append(s.unit, unit)
		}
	}
	s.n = len(s.free)
	k := 0
	if r.Constraints != nil {
		k = r.Constraints.Rows()
		for i := range k {
			if l := r.Constraints.Lower[i]; !math.IsInf(l, 0) {
				s.rows = append(s.rows, row{i, 1, l})
			}
			if u := r.Constraints.Upper[i]; !math.IsInf(u, 0) {
				s.rows = append(s.rows, row{i, -1, u})
			}
		}
	}
	vertex := func() vertex { // not evaluated
		return vertex{x: make([]float64, s.n), f: math.NaN(), c: make([]float64, k)}
	}
	for range s.n + 1 {
		s.vertices = append(s.vertices, vertex())
	}
	s.trial, s.restored, s.feasible = vertex(), vertex(), vertex()
	s.model.init(s, k)
	return s
}

// limits are the bounds of free variable i.
func (s *state) limits(i int) (lo, hi float64) {
	if s.r.Lower == nil {
		return math.Inf(-1), math.Inf(1)
	}
	return s.r.Lower[s.free[i]] / s.unit[i], s.r.Upper[s.free[i]] / s.unit[i]
}

const (
	huge   = 1e30 // stands for values that are larger or NaN: our choice
	msgRho = "Return from COBYLA because the trust region radius reaches its lower bound."
)

// evaluate sets the values of a vertex. It reports false when the search ends.
func (s *state) evaluate(v *vertex) bool {
	r := s.r
	if r.NFev >= s.maxFev {
		return s.end(status.EvaluationLimit, 3, "Return from COBYLA because the objective function has been evaluated MAXFUN times.")
	}
	full := s.model.full
	copy(full, r.X0)
	for i, k := range s.free {
		lo, hi := s.limits(i)
		v.x[i] = min(max(v.x[i], lo), hi)
		full[k] = v.x[i] * s.unit[i] // exact, as units are powers of two
	}
	f := r.Value(full)
	if v.f = f; !(f <= huge) {
		v.f = huge
	}
	v.cv, v.hasNaN = 0, false
	if r.Constraints != nil {
		r.Constraints.Values(full, v.c)
		for i, c := range v.c {
			switch {
			case math.IsNaN(c): // violates whichever limit there is
				v.hasNaN = true
				if v.c[i] = huge; math.IsInf(r.Constraints.Upper[i], 1) {
					v.c[i] = -huge
				}
			default:
				v.c[i] = min(max(c, -huge), huge)
			}
		}
		for _, w := range s.rows {
			v.cv = max(v.cv, w.sign*(w.limit-v.c[w.value]))
		}
		r.NoteFeasible(full, f)
	}
	if v.cv <= s.catol && !(v.f >= s.feasible.f) {
		copy(s.feasible.x, v.x)
		s.feasible.f, s.feasible.cv = v.f, v.cv
	}
	switch {
	case f < -huge:
		return s.end(status.Unbounded, -1, "The objective falls without end.")
	case f <= s.target && v.cv <= s.catol:
		s.stop.Asked = true
		return s.end(status.Converged, 1, "Return from COBYLA because the target function value is achieved.")
	}
	return true
}

func (s *state) end(reason status.Code, status int, message string) bool {
	s.stop.Status, s.stop.SciPyStatus, s.stop.Message = reason, status, message
	s.ended = true
	return false
}

// merit is the merit function F + μ v.
func (s *state) merit(v *vertex) float64 { return v.f + s.mu*v.cv }

// pole makes the best vertex the pole. It reports whether it is another.
func (s *state) pole() bool {
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

// start evaluates the first simplex: from x0, and from each better vertex on from that, a step of ρ
// along every axis, to the side that the bounds allow.
func (s *state) start() bool {
	first := &s.vertices[0]
	for i, k := range s.free {
		first.x[i] = s.r.X0[k] / s.unit[i]
	}
	if !s.evaluate(first) {
		return false
	}
	return s.axialSimplex()
}

// axialSimplex makes a simplex of the best vertex and steps of ρ from it along every axis.
func (s *state) axialSimplex() bool {
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
			return false
		}
		if v.f < s.vertices[0].f {
			s.vertices[0], *v = *v, s.vertices[0]
		}
	}
	return true
}

// improveGeometry moves vertex j along the normal of the face opposite to it, to the side where
// the models are lower, and which leaves it far enough within the bounds.
func (s *state) improveGeometry(j int) bool {
	k, pole := &s.model, &s.vertices[0]
	w := k.w[(j-1)*s.n : j*s.n]
	size := vec.Norm2(w)
	best, bestFar := math.Inf(1), 0.0
	for _, sign := range [2]float64{1, -1} {
		far := 0.0 // from the face
		// Where bounds cut the step it is made longer, up to four times.
		for length, tries := gamma*s.delta, 0; tries < 4; tries++ {
			far = 0
			for i, v := range pole.x {
				lo, hi := s.limits(i)
				k.side[i] = min(max(v+sign*length*w[i]/size, lo), hi) - v
				far += k.side[i] * w[i] / size
			}
			far = math.Abs(far)
			part := vec.Norm2(k.side) / (gamma * s.delta)
			if part == 0 || part >= 0.9 {
				break
			}
			length /= part
		}
		merit := k.merit(s, k.side)
		enough, bestEnough := far >= alpha*s.delta, bestFar >= alpha*s.delta
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
	s.geometryStuck = bestFar < alpha*s.delta
	return true
}
