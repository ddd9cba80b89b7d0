package leastsq

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Dogbox is the dogleg method in rectangular trust regions, for small problems whose solution is
// likely to be at bounds, on which its iterates may lie. The intersection of a region with the bounds
// is a box, in which the model is minimized along the path from the Cauchy point to the Gauss-Newton
// step. Where the Jacobian is rank-deficient [TRF] is better.
//
// The Gauss-Newton step is the shortest one, from a singular value decomposition,
// or approximate by LSMR. An iteration costs about m n² operations plus its evaluations, or with
// LSMR up to min(m, n) products with the Jacobian and its transpose.
//
// Voglis & Lagaris, "A rectangular trust region dogleg approach for unconstrained and
// bound constrained nonlinear optimization", 2004; Nocedal & Wright, "Numerical
// Optimization", 2nd ed. 2006, section 4.1.
type Dogbox struct {
	TRSolver string `opt:"tr_solver"`  // "exact", by singular values, or "lsmr"; default lsmr with Problem.Sparsity, else exact
	LSMR     LSMR   `opt:"tr_options"` // options of "lsmr"
}

// Name returns "dogbox".
func (Dogbox) Name() string { return "dogbox" }

func (d Dogbox) ready(*run) (sparse bool, err error) { return solver("Dogbox", d.TRSolver) }

// dogboxSearch is a search by Dogbox. Steps are of all variables, zero for those that are
// held at a bound.
type dogboxSearch struct {
	*run
	svd     *svd // nil with LSMR
	lsmr    iterative
	model   model
	scale   *scaling
	delta   float64
	on      []int // the bound that a variable is at, -1 or 1
	hits    []int // the same after the step
	free    []int
	g       []float64 // the gradient, zero where it presses against a bound
	newton  []float64
	cauchy  []float64
	step    []float64
	next    []float64
	lo, hi  []float64 // the box around the current point
	p       []float64 // the Gauss-Newton step of free variables
	rhs     []float64
	forLSMR []float64 // 1 for free variables, zero for others
}

func (d Dogbox) leastSquares(r *run) outcome {
	s := d.newSearch(r)
	if !r.derive() {
		return notFinite(s.on)
	}
	s.scale = newScale(r, r.opt.JacScale)
	for i, x := range r.x {
		s.delta = max(s.delta, math.Abs(x*s.scale.inv[i]))
	}
	if s.delta == 0 {
		s.delta = 1
	}
	return r.repeated(s.hold, func(float64) int {
		if !s.aim() {
			return noStep
		}
		return s.iterate()
	}, func() []int { return s.on }, s.scale, &s.delta)
}

func (d Dogbox) newSearch(r *run) *dogboxSearch {
	n := r.n
	mem := make(vec.Slab, 9*n)
	s := &dogboxSearch{run: r, model: newModel(r), on: make([]int, n), hits: make([]int, n),
		g: mem.Take(n), newton: mem.Take(n), cauchy: mem.Take(n), step: mem.Take(n), next: mem.Take(n), lo: mem.Take(n),
		hi: mem.Take(n), p: mem.Take(n)}
	s.model.g = s.g
	if r.sparse == nil && d.TRSolver != "lsmr" {
		s.svd = newSVD(r.m, n)
	} else {
		s.lsmr, s.rhs, s.forLSMR = newIterative(n, d.LSMR), make([]float64, r.m), mem.Take(n)
	}
	for i, x := range r.x {
		switch x {
		case r.lower[i]:
			s.on[i] = -1
		case r.upper[i]:
			s.on[i] = 1
		}
	}
	return s
}

// hold sets which variables the gradient holds at a bound and which are free, and returns the
// largest element of the gradient of free variables.
func (s *dogboxSearch) hold() (optimality float64) {
	s.free = s.free[:0]
	for i, g := range s.run.g {
		fixed := s.lower[i] == s.upper[i]
		if fixed {
			if s.on[i] = -1; g < 0 {
				s.on[i] = 1
			}
		}
		if fixed || float64(s.on[i])*g < 0 {
			s.g[i] = 0
			continue
		}
		s.g[i] = g
		s.free = append(s.free, i)
		optimality = max(optimality, math.Abs(g))
	}
	return optimality
}

// aim sets newton to the Gauss-Newton step and reports whether there is one. A variable at a bound to which the step
// presses it, though its gradient does not, is held there too: otherwise the path would
// end where it begins, and the search might jam at a point that is not stationary.
func (s *dogboxSearch) aim() bool {
	for {
		if !s.gaussNewton() {
			return false
		}
		free := s.free[:0]
		for _, i := range s.free {
			if float64(s.on[i])*s.newton[i] > 0 {
				s.g[i] = 0
				continue
			}
			free = append(free, i)
		}
		if len(free) == len(s.free) {
			return true
		}
		s.free = free
	}
}

// gaussNewton sets newton to the Gauss-Newton step of the free variables, zero for the others. It
// reports whether there is one.
func (s *dogboxSearch) gaussNewton() bool {
	clear(s.newton)
	if len(s.free) == 0 {
		return true
	}
	if s.svd != nil {
		if !s.svd.factorize(s.dense, s.free, s.scale.scale, nil, s.f) {
			return false
		}
		s.svd.leastNorm(s.p[:len(s.free)])
		for k, i := range s.free {
			s.newton[i] = s.p[k] * s.scale.scale[i]
		}
		return true
	}
	clear(s.forLSMR)
	for _, i := range s.free {
		s.forLSMR[i] = 1
	}
	for i, v := range s.f {
		s.rhs[i] = -v
	}
	q := s.model
	q.scale = s.forLSMR
	s.lsmr.solve(&q, s.m, s.rhs, nil, s.newton)
	return true
}

// iterate tries steps until one reduces the cost or a test of the end holds, whose
// status it returns.
func (s *dogboxSearch) iterate() (status int) {
	copy(s.scale.from, s.x)
	for i, g := range s.g {
		s.cauchy[i] = -g
	}
	gradient := s.model.line(s.cauchy, nil)
	for s.tries < s.maxFev {
		filled := s.dogleg(gradient)
		predicted := -s.model.value(s.step)
		length := s.move()
		if length == 0 && vec.Norm2(s.g) > 0 || !(predicted > math.Inf(-1)) {
			return noStep
		}
		cost := s.try(s.next)
		if math.IsInf(cost, 1) {
			s.delta = 0.25 * length
			continue
		}
		actual := s.cost - cost
		delta, ratio := nextRadius(s.delta, actual, predicted, length, filled)
		if status = s.terminated(actual, s.step, ratio, s.scale); status == 0 {
			s.delta = delta
		}
		if actual > 0 {
			s.accept(s.next, cost)
			copy(s.on, s.hits)
		}
		if status != 0 || actual > 0 {
			break
		}
	}
	return status
}

// move sets next to the end of the step, exactly at the bounds that it hits, and returns the scaled
// length of the step.
func (s *dogboxSearch) move() (length float64) {
	for i, v := range s.step {
		s.next[i] = min(max(s.x[i]+v, s.lower[i]), s.upper[i])
		switch s.hits[i] {
		case -1:
			s.next[i] = s.lower[i]
		case 1:
			s.next[i] = s.upper[i]
		}
		length = max(length, math.Abs(v*s.scale.inv[i]))
	}
	return length
}

// dogleg sets step to the end of the path within the box, and hits to the bounds that
// it meets. It reports whether the path met the edge of the trust region. gradient
// is the model along the negative gradient.
func (s *dogboxSearch) dogleg(gradient parabola) (filled bool) {
	copy(s.hits, s.on)
	for _, i := range s.free {
		s.hits[i] = 0
	}
	if s.box() {
		copy(s.step, s.newton)
		return false
	}
	clear(s.next) // the point that the box is around
	for i, g := range s.g {
		s.cauchy[i] = -g
	}
	t, _ := gradient.min(0, boundStep(s.next, s.cauchy, s.lo, s.hi))
	for i, v := range s.newton {
		s.cauchy[i] *= t
		s.step[i] = v - s.cauchy[i]
	}
	t = boundStep(s.cauchy, s.step, s.lo, s.hi)
	filled = s.hit(t)
	for i, c := range s.cauchy {
		s.step[i] = c + t*s.step[i]
	}
	return filled
}

// box sets lo and hi to the intersection of the trust region and the bounds, and reports whether the
// Gauss-Newton step is inside.
func (s *dogboxSearch) box() (inside bool) {
	inside = true
	for i, x := range s.x {
		radius := s.delta * s.scale.scale[i]
		s.lo[i], s.hi[i] = max(s.lower[i]-x, -radius), min(s.upper[i]-x, radius)
		inside = inside && s.newton[i] >= s.lo[i] && s.newton[i] <= s.hi[i]
	}
	return inside
}

// hit sets hits to the bounds at cauchy + t step, and reports whether the edge of the trust region
// is there.
func (s *dogboxSearch) hit(t float64) (filled bool) {
	for _, i := range s.free {
		d := s.step[i]
		if toBoundAt(s.cauchy[i], d, s.lo[i], s.hi[i]) != t {
			continue
		}
		radius := s.delta * s.scale.scale[i]
		switch {
		case d < 0:
			if s.lo[i] == s.lower[i]-s.x[i] {
				s.hits[i] = -1
			}
			filled = filled || s.lo[i] == -radius
		case d > 0:
			if s.hi[i] == s.upper[i]-s.x[i] {
				s.hits[i] = 1
			}
			filled = filled || s.hi[i] == radius
		}
	}
	return filled
}
