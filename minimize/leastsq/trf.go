package leastsq

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// TRF is the trust-region reflective method, the default of [Minimize], for problems of any shape
// with or without bounds. It stays within the bounds, never on them: the trust region is an
// ellipsoid that is short in directions of near bounds, and a step that would cross them is
// reflected, shortened or replaced by the gradient, whichever has the smallest model of the cost.
//
// The step is found from a singular value decomposition of the Jacobian or, for large
// sparse problems, in the plane of the gradient and an approximate Gauss-Newton step by
// LSMR. An iteration costs about m n² operations plus its evaluations, or with LSMR up
// to min(m, n) products with the Jacobian and its transpose.
//
// As in SciPy the first step is at most as long as the scaled x0, or 1 if x0 is 0. It is better not to start where
// all variables are tiny compared with the solution, such as at bounds of 0, from which x0 is moved by 1e-10: the region then takes
// some iterations to grow.
//
// Branch, Coleman & Li, "A subspace, interior, and conjugate gradient method for
// large-scale bound-constrained minimization problems", 1999; Moré, "The
// Levenberg-Marquardt algorithm: implementation and theory", 1978, for the step within
// the region; Byrd, Schnabel & Shultz, "Approximate solution of the trust region problem
// by minimization over two-dimensional subspaces", 1988, for the step in the plane.
type TRF struct {
	TRSolver string `opt:"tr_solver"`  // "exact", by singular values, or "lsmr"; default lsmr with Problem.Sparsity, else exact
	LSMR     LSMR   `opt:"tr_options"` // options of "lsmr"
}

// LSMR are the options of the solver "lsmr" of [TRF] and [Dogbox]: scipy.sparse.linalg.lsmr,
// applied to the Jacobian with columns scaled to length 1.
type LSMR struct {
	ATol, BTol float64 // relative errors of the Jacobian and the residuals at which it stops; default 1e-6
	CondLim    float64 // estimate of the condition number at which it stops; default 1e8, math.Inf(1) for never
	MaxIter    int     // largest number of iterations; default min(m, n)
	// Unregularized leaves out the small multiple of the identity that helps TRF where
	// the Jacobian is rank-deficient; SciPy's regularize=False.
	Unregularized bool
}

// Name returns "trf".
func (TRF) Name() string { return "trf" }

func (t TRF) ready(r *run) (sparse bool, err error) {
	inside(r.x, r.lower, r.upper, 1e-10) // SciPy's
	return solver("TRF", t.TRSolver)
}

// solver reports whether a trust-region solver works with sparse Jacobians.
func solver(method, name string) (sparse bool, err error) {
	switch name {
	case "", "lsmr":
		return true, nil
	case "exact":
		return false, nil
	}
	return false, fmt.Errorf("leastsq: TRSolver of %s is %q%s, want exact or lsmr", method, name,
		suggest.Nearest(name, []string{"exact", "lsmr"}))
}

// trfSearch is a search by TRF. Scaled variables have names that end in h: x is xh times
// model.scale, which is zero for fixed variables.
type trfSearch struct {
	*run
	model  model
	gh     []float64 // the gradient
	scale  *scaling
	delta  float64   // the radius of the region
	ph     []float64 // the step within it
	solver interface {
		// prepare is called when the model has changed. It reports whether it can be solved.
		prepare(r *run, q *model, delta float64) bool
		// solve sets p to the step within the radius delta, at most the one of prepare.
		solve(delta float64, p []float64)
		// widened is called when the radius was multiplied by a factor.
		widened(by float64)
	}
	best, other step      // of the candidates for a step
	next        []float64 // the point to try, and scratch
}

// step is a step of x, the same in scaled variables, and the model there.
type step struct {
	x, h  []float64
	value float64
}

func (t TRF) leastSquares(r *run) outcome {
	if !r.derive() {
		return notFinite(r.active())
	}
	s := t.newSearch(r)
	iterate := func(optimality float64) int { return s.iterate(max(0.995, 1-optimality)) } // θ as in SciPy
	return r.repeated(s.rescale, iterate, r.active, s.scale, &s.delta)
}

func (t TRF) newSearch(r *run) *trfSearch {
	n := r.n
	mem := make(vec.Slab, 8*n)
	s := &trfSearch{run: r, model: newModel(r), gh: mem.Take(n), scale: newScale(r, r.opt.JacScale), ph: mem.Take(n), next: mem.Take(n)}
	s.best, s.other = step{x: mem.Take(n), h: mem.Take(n)}, step{x: mem.Take(n), h: mem.Take(n)}
	s.model.scale, s.model.g = make([]float64, n), s.gh
	if r.bounded {
		s.model.diag = mem.Take(n)
	}
	if r.sparse == nil && t.TRSolver != "lsmr" {
		s.solver = newExact(r)
	} else {
		s.solver = newPlane(r, t.LSMR)
	}
	s.rescale()
	for i, x := range r.x {
		if d := s.model.scale[i]; d > 0 {
			s.next[i] = x / d
		}
	}
	if s.delta = vec.Norm2(s.next); s.delta == 0 {
		s.delta = 1
	}
	return s
}

// rescale sets the scaled variables and the model for the current point, and returns
// its optimality, the largest |v g|, where v is the distance to the bound in the direction of the
// negative gradient, or 1 where there is none (Branch, Coleman & Li, section 2).
func (s *trfSearch) rescale() (optimality float64) {
	for i, g := range s.g {
		lo, hi := s.lower[i], s.upper[i]
		v, dv := 1.0, 0.0
		switch {
		case lo == hi:
			v = 0
		case g < 0 && !math.IsInf(hi, 1):
			v, dv = hi-s.x[i], -1
		case g > 0 && !math.IsInf(lo, -1):
			v, dv = s.x[i]-lo, 1
		}
		optimality = max(optimality, math.Abs(v*g))
		if dv != 0 {
			v *= s.scale.inv[i]
		}
		d := math.Sqrt(v) * s.scale.scale[i]
		s.model.scale[i], s.gh[i] = d, d*g
		if s.model.diag != nil {
			s.model.diag[i] = g * dv * s.scale.scale[i]
		}
	}
	return optimality
}

// iterate tries steps until one reduces the cost or a test of the end holds, whose
// status it returns.
func (s *trfSearch) iterate(theta float64) (status int) {
	if !s.solver.prepare(s.run, &s.model, s.delta) {
		return noStep
	}
	copy(s.scale.from, s.x)
	for s.tries < s.maxFev {
		s.solver.solve(s.delta, s.ph)
		s.choose(theta)
		length := vec.Norm2(s.best.h)
		if length == 0 && vec.Norm2(s.gh) > 0 || !(s.best.value < math.Inf(1)) {
			return noStep
		}
		for i, v := range s.best.x {
			s.next[i] = s.x[i] + v
		}
		if s.bounded {
			inside(s.next, s.lower, s.upper, 0)
		}
		cost := s.try(s.next)
		if math.IsInf(cost, 1) {
			s.delta = 0.25 * length
			continue
		}
		actual := s.cost - cost
		delta, ratio := nextRadius(s.delta, actual, -s.best.value, length, length > 0.95*s.delta) // full, as in SciPy
		status = s.terminated(actual, s.best.x, ratio, s.scale)
		if status == 0 {
			s.solver.widened(delta / s.delta)
			s.delta = delta
		}
		if actual > 0 {
			s.accept(s.next, cost)
		}
		if status != 0 || actual > 0 {
			break
		}
	}
	return status
}

// choose makes best the step to try: ph if it stays within the bounds; otherwise, of ph
// shortened, ph reflected at the first bound, and the gradient, the one with the
// smallest model. theta is the part of the way to a bound that a step may go.
func (s *trfSearch) choose(theta float64) {
	b := &s.best
	s.unscaled(s.ph, b)
	t := boundStep(s.x, b.x, s.lower, s.upper)
	if t >= 1 {
		b.value = s.model.value(b.h)
		return
	}
	s.reflect(t, theta)
	for i := range b.h {
		b.h[i] *= theta
		b.x[i] *= theta
	}
	b.value = s.model.value(b.h)
	s.better()
	s.descend(theta)
	s.better()
}

// reflect cuts best at the bound that it meets at the part t, and makes other the path on from
// there in the reflected direction, to the minimum of the model along it; its value is infinite if
// there is no room.
func (s *trfSearch) reflect(t, theta float64) {
	b, o := &s.best, &s.other
	for i := range o.h {
		o.h[i] = b.h[i]
		if toBoundAt(s.x[i], b.x[i], s.lower[i], s.upper[i]) == t {
			o.h[i] = -o.h[i]
		}
	}
	for i := range b.h {
		b.h[i] *= t
		b.x[i] *= t
		s.next[i] = s.x[i] + b.x[i]
		o.x[i] = s.model.scale[i] * o.h[i]
	}
	toBound, toRegion := boundStep(s.next, o.x, s.lower, s.upper), toRegion(b.h, o.h, s.delta)
	o.value = math.Inf(1)
	far := min(toBound, toRegion)
	if !(far > 0) {
		return
	}
	lo, hi := (1-theta)*t/far, toRegion
	if far == toBound {
		hi = theta * toBound
	}
	if !(lo <= hi) {
		return
	}
	var along float64
	along, o.value = s.model.line(o.h, b.h).min(lo, hi)
	for i := range o.h {
		o.h[i] = b.h[i] + along*o.h[i]
		o.x[i] = b.x[i] + along*o.x[i]
	}
}

// descend makes other the minimum of the model along the negative gradient.
func (s *trfSearch) descend(theta float64) {
	o := &s.other
	for i, g := range s.gh {
		s.next[i] = -g
	}
	s.unscaled(s.next, o)
	hi := s.delta / vec.Norm2(o.h)
	if toBound := boundStep(s.x, o.x, s.lower, s.upper); toBound < hi {
		hi = theta * toBound
	}
	var along float64
	along, o.value = s.model.line(o.h, nil).min(0, hi)
	for i := range o.h {
		o.h[i] *= along
		o.x[i] *= along
	}
}

// better makes the other candidate the best if its model is less.
func (s *trfSearch) better() {
	if s.other.value < s.best.value {
		s.best, s.other = s.other, s.best
	}
}

// unscaled sets a step to h in scaled variables.
func (s *trfSearch) unscaled(h []float64, to *step) {
	copy(to.h, h)
	for i, v := range h {
		to.x[i] = v * s.model.scale[i]
	}
}

// inside moves x off bounds by rel times the bound's size, or to the next number if rel is 0. Fixed variables stay.
func inside(x, lower, upper []float64, rel float64) {
	for i, v := range x {
		lo, hi := lower[i], upper[i]
		if lo == hi {
			continue
		}
		below, above := v-lo, hi-v
		switch {
		case !math.IsInf(lo, -1) && below <= min(above, rel*max(1, math.Abs(lo))):
			if x[i] = lo + rel*max(1, math.Abs(lo)); rel == 0 {
				x[i] = math.Nextafter(lo, hi)
			}
		case !math.IsInf(hi, 1) && above <= min(below, rel*max(1, math.Abs(hi))):
			if x[i] = hi - rel*max(1, math.Abs(hi)); rel == 0 {
				x[i] = math.Nextafter(hi, lo)
			}
		}
		if x[i] <= lo || x[i] >= hi { // there is little room
			x[i] = lo + (hi-lo)/2
		}
	}
}

// active has -1 for variables at their lower bound, 1 at their upper one, to a relative XTol, else
// 0.
func (r *run) active() []int {
	a := make([]int, r.n)
	if !r.bounded {
		return a
	}
	for i, x := range r.x {
		lo, hi := r.lower[i], r.upper[i]
		below, above := x-lo, hi-x
		switch {
		case lo == hi && r.derived && r.g[i] < 0:
			a[i] = 1
		case !math.IsInf(lo, -1) && below <= min(above, r.xtol*max(1, math.Abs(lo))):
			a[i] = -1
		case !math.IsInf(hi, 1) && above <= min(below, r.xtol*max(1, math.Abs(hi))):
			a[i] = 1
		}
	}
	return a
}
