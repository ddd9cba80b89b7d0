package cobyqa

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/trqp"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// steps is the memory for steps, and the linearized problem.
type steps struct {
	solver *trqp.Solver
	cone   *trqp.Cone
	q      trqp.Quadratic // of the tangential step
	v      trqp.Violation // of the normal step
	g      []float64      // gradient of the objective
	source []int          // the constraint of every row of A, ^i for its lower side
	lambda []float64      // multipliers of the rows of A
	near   []int          // active constraints
	work   []float64
	trial  []float64 // a corrected trial point
	c      []float64 // the constraints there
}

func newSteps(n int, rows []row) *steps {
	s := &steps{solver: trqp.NewSolver(n), cone: trqp.NewCone(n)}
	for i, row := range rows {
		if row.lower == row.upper {
			s.source = append(s.source, i)
		}
	}
	s.v.A.Free = len(s.source)
	for i, row := range rows {
		if row.lower < row.upper && !math.IsInf(row.upper, 1) {
			s.source = append(s.source, i)
		}
		if row.lower < row.upper && !math.IsInf(row.lower, -1) {
			s.source = append(s.source, ^i)
		}
	}
	m := len(s.source)
	vec := func(k int) []float64 { return make([]float64, k) }
	s.v.A.N, s.v.A.Rows = n, vec(m*n)
	s.v.C, s.v.Lower, s.v.Upper = vec(m), vec(n), vec(n)
	s.q.A = s.v.A
	s.q.G, s.q.B, s.q.Limit = vec(n), vec(n*n), vec(m)
	s.q.Lower, s.q.Upper = s.v.Lower, s.v.Upper
	s.g, s.lambda, s.work, s.trial, s.c = vec(n), vec(m), vec(n), vec(n), vec(len(rows))
	return s
}

// linearize sets the gradients at the best point, the constraints and the bounds of
// steps from there.
func (s *state) linearize() {
	w := s.steps
	o := s.y[s.opt]
	s.quad[0].gradientAt(o, w.g)
	for j, i := range w.source {
		a := w.v.A.Rows[j*s.n : (j+1)*s.n]
		if i >= 0 {
			s.quad[i+1].gradientAt(o, a)
		} else {
			s.quad[^i+1].gradientAt(o, a)
			for k := range a {
				a[k] = -a[k]
			}
		}
	}
	s.sides(s.c[s.opt], w.v.C)
	s.box(s.at[s.opt])
}

// sides sets out to the constraints c in the form out ≤ 0, or = 0.
func (s *state) sides(c, out []float64) {
	for j, i := range s.steps.source {
		if i >= 0 {
			out[j] = c[i] - s.rows[i].upper
		} else {
			out[j] = s.rows[^i].lower - c[^i]
		}
	}
}

// box sets the bounds of steps from x.
func (s *state) box(x []float64) {
	for i, v := range x {
		s.steps.v.Lower[i], s.steps.v.Upper[i] = min(s.lo[i]-v, 0), max(s.hi[i]-v, 0)
	}
}

// multipliers sets lambda to the least-squares multipliers of the constraints that are
// active, or nearly so, together with the bounds.
func (s *state) multipliers() {
	w := s.steps
	clear(w.lambda)
	m := len(w.source)
	if m == 0 {
		return
	}
	w.near = w.near[:0]
	for j := w.v.A.Free; j < m; j++ {
		a := w.v.A.Rows[j*s.n : (j+1)*s.n]
		if w.v.C[j] >= -nearActive*s.delta*vec.Norm2(a) {
			w.near = append(w.near, j)
		}
	}
	for i := range s.n {
		if w.v.Upper[i] <= 0 {
			w.near = append(w.near, m+i)
		}
		if w.v.Lower[i] >= 0 {
			w.near = append(w.near, m+s.n+i)
		}
	}
	w.cone.Project(w.g, &w.v.A, w.near)
	for k, j := range w.cone.Active {
		if j < m {
			w.lambda[j] = w.cone.Lambda[k]
		}
	}
}

// compositeStep sets d to a composite step (Byrd and Omojokun; Nocedal & Wright, "Numerical
// Optimization", 2nd ed. 2006, section 18.5): one that reduces the violation of the
// linear models of the constraints, in a part of the trust region, and from there one
// that reduces the model of the Lagrangian and violates no constraint more.
func (s *state) compositeStep() {
	w := s.steps
	s.linearize()
	s.multipliers()
	copy(w.q.G, w.g)
	copy(w.q.B, s.quad[0].b)
	for j, i := range w.source {
		if i < 0 {
			if b := s.quad[^i+1].b; b != nil && w.lambda[j] != 0 {
				vec.Axpy(-w.lambda[j], b, w.q.B)
			}
		} else if b := s.quad[i+1].b; b != nil && w.lambda[j] != 0 {
			vec.Axpy(w.lambda[j], b, w.q.B)
		}
	}
	clear(s.d)
	if len(w.source) > 0 {
		w.v.Radius = normalPart * s.delta
		w.solver.Relax(&w.v, s.d)
		for j := range w.source {
			a := w.v.A.Rows[j*s.n : (j+1)*s.n]
			w.q.Limit[j] = max(-w.v.C[j], vec.Dot(a, s.d))
		}
	}
	w.q.Radius = s.delta
	w.solver.Minimize(&w.q, s.d)
}

// noGain is the part of the violation up to which a step's reduction of it is rounding: our choice.
const noGain = 1e-12

// updatePenalty raises the penalty parameter so that the step reduces the model of the merit function, and
// returns this reduction. It reports true if another point has become the best one, for which the step
// was not made.
func (s *state) updatePenalty() (predicted float64, changed bool) {
	w := s.steps
	down := -w.q.Value(s.d)
	if len(w.source) == 0 {
		return down, false
	}
	clear(w.work)
	before, after := w.v.Size(w.work), w.v.Size(s.d)
	least := vec.Norm2(w.lambda)
	if gain := before - after; gain > noGain*before && before > 0 {
		least = max(least, -down/gain)
	}
	if s.gamma <= 1.5*least {
		s.gamma = 2 * least
		if s.chooseBest() {
			return 0, true
		}
	}
	return down + s.gamma*(before-after), false
}

// squared is the squared length of the gradient g, without elements whose descent leads out of a
// bound.
func (w *steps) squared(g []float64) float64 {
	s := 0.0
	for i, v := range g {
		if v < 0 && w.v.Upper[i] > 0 || v > 0 && w.v.Lower[i] < 0 {
			s += v * v
		}
	}
	return s
}

// point sets trial to the best point plus d, exactly on the bounds where d is, and d to the
// difference.
func (s *state) point() []float64 {
	for i, o := range s.at[s.opt] {
		x := min(max(o+s.d[i], s.lo[i]), s.hi[i])
		if v := s.d[i]; v > 0 && v >= s.steps.v.Upper[i] {
			x = s.hi[i]
		} else if v < 0 && v <= s.steps.v.Lower[i] {
			x = s.lo[i]
		}
		s.trial[i], s.d[i] = x, x-o
	}
	return s.trial
}

// correction sets steps.trial to the trial point corrected for what it violates of the
// constraints, by their gradients at the best point. It reports false if there is no
// correction within the radius.
func (s *state) correction(radius float64) bool {
	w := s.steps
	if len(w.source) == 0 {
		return false
	}
	s.sides(s.tc, w.v.C)
	s.box(s.trial)
	w.v.Radius = radius
	r := w.trial
	clear(r)
	w.solver.Relax(&w.v, r)
	if vec.Norm2(r) == 0 {
		return false
	}
	for i, v := range s.trial {
		r[i] = min(max(r[i]+v, s.lo[i]), s.hi[i])
	}
	return true
}

// secondOrder evaluates at the trial point, with value f and violation cv, corrected for
// the curvature of the constraints (Nocedal & Wright, section 15.6), and makes that the trial point if it is
// better. It does not if the correction is shorter than a thousandth of the resolution or twice as long as the
// step: our choice. It returns the value and the violation at the trial point.
func (s *state) secondOrder(f, cv float64) (float64, float64) {
	w := s.steps
	if !s.correction(s.delta) {
		return f, cv
	}
	if size := distance(w.trial, s.trial); size < 1e-3*s.rho || size > 2*vec.Norm2(s.d) {
		return f, cv
	}
	g, ok := s.evaluate(w.trial, w.c)
	if gv := s.violated(w.c); ok && g+s.gamma*gv < f+s.gamma*cv {
		f, cv = g, gv
		copy(s.trial, w.trial)
		copy(s.tc, w.c)
		for i, v := range s.at[s.opt] {
			s.d[i] = s.trial[i] - v
		}
	}
	return f, cv
}

// geometry sets d to a step within the radius that makes the k-th Lagrange function
// large, and so the points better placed: the best of the extrema in the ball and the
// bounds and along the lines to the other points (after Powell 2009).
func (s *state) geometry(k int, radius float64) {
	w, most := s.steps, -1.0
	s.box(s.at[s.opt])
	s.function(k)
	o, g := s.y[s.opt], w.g
	copy(g, s.grad)
	for i := range g {
		g[i] += vec.Dot(s.hess[i*s.n:(i+1)*s.n], o)
	}
	try := func() {
		s.lagrange(s.opt, w.work)
		if v := s.denominator(k); v > most {
			most = v
			copy(s.d, w.work)
		}
	}
	q := w.q
	q.A.Rows, q.A.Free, q.Radius = nil, 0, radius
	for _, sign := range []float64{1, -1} {
		for i, v := range g {
			q.G[i] = sign * v
		}
		for i, v := range s.hess {
			q.B[i] = sign * v
		}
		clear(w.work)
		w.solver.Minimize(&q, w.work)
		try()
	}
	if s.line(k, radius, g, w.work) {
		try()
	}
}

// line sets d to the step along a line to another point at which the k-th Lagrange
// function, with the gradient g, is largest. It reports false if there is none.
func (s *state) line(k int, radius float64, g, d []float64) bool {
	w, o := s.steps, s.y[s.opt]
	best, at, most := -1, 0.0, 0.0
	for j, y := range s.y {
		if j == s.opt {
			continue
		}
		// The function is slope t + (end - slope) t², the other point at t = 1.
		slope, end, dd := 0.0, 0.0, 0.0
		if j == k {
			end = 1
		}
		lo, hi := math.Inf(-1), math.Inf(1)
		for i, v := range y {
			if v -= o[i]; v != 0 {
				slope += g[i] * v
				dd += v * v
				a, b := w.v.Lower[i]/v, w.v.Upper[i]/v
				lo, hi = max(lo, min(a, b)), min(hi, max(a, b))
			}
		}
		size := radius / math.Sqrt(dd)
		lo, hi = max(lo, -size), min(hi, size)
		for _, t := range [...]float64{lo, hi, slope / (2 * (slope - end))} {
			if v := math.Abs(t * (slope + (end-slope)*t)); t >= lo && t <= hi && v > most {
				best, at, most = j, t, v
			}
		}
	}
	if best < 0 {
		return false
	}
	for i, v := range s.y[best] {
		d[i] = min(max(at*(v-o[i]), w.v.Lower[i]), w.v.Upper[i])
	}
	return true
}
