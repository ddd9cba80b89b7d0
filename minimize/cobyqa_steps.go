package minimize

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/trqp"
)

// cobyqaSteps is memory for steps.
type cobyqaSteps struct {
	solver *trqp.Solver
	cone   *trqp.Cone
	q      trqp.Quadratic // of the tangential step
	v      trqp.Violation // of the normal step
	g      []float64      // gradient of the objective
	source []int          // the constraint of every row of A, ^i for its lower side
	lambda []float64      // multipliers of the rows of A
	near   []int
	work   []float64
}

func newCobyqaSteps(n int, rows []cobyqaRow) *cobyqaSteps {
	s := &cobyqaSteps{solver: trqp.NewSolver(n), cone: trqp.NewCone(n)}
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
	s.g, s.lambda, s.work = vec(n), vec(m), vec(n)
	return s
}

// linearize sets the gradients at the best point, the constraints and the bounds of
// steps from there.
func (s *cobyqa) linearize() {
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
func (s *cobyqa) sides(c, out []float64) {
	for j, i := range s.steps.source {
		if i >= 0 {
			out[j] = c[i] - s.rows[i].upper
		} else {
			out[j] = s.rows[^i].lower - c[^i]
		}
	}
}

// box sets the bounds of steps from x.
func (s *cobyqa) box(x []float64) {
	for i, v := range x {
		s.steps.v.Lower[i], s.steps.v.Upper[i] = min(s.lo[i]-v, 0), max(s.hi[i]-v, 0)
	}
}

// multipliers sets lambda to the least-squares multipliers of the constraints that are
// active, or nearly so, together with the bounds.
func (s *cobyqa) multipliers() {
	w := s.steps
	clear(w.lambda)
	m := len(w.source)
	if m == 0 {
		return
	}
	w.near = w.near[:0]
	for j := w.v.A.Free; j < m; j++ {
		a := w.v.A.Rows[j*s.n : (j+1)*s.n]
		if w.v.C[j] >= -cobyqaNear*s.delta*norm2(a) {
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

// compose sets d to a composite step (Byrd and Omojokun; Nocedal & Wright, "Numerical
// Optimization", 2nd ed. 2006, section 18.5): one that reduces the violation of the
// linear models of the constraints, in a part of the trust region, and from there one
// that reduces the model of the Lagrangian and violates no constraint more.
func (s *cobyqa) compose() {
	w := s.steps
	s.linearize()
	s.multipliers()
	copy(w.q.G, w.g)
	copy(w.q.B, s.quad[0].b)
	for j, i := range w.source {
		if i < 0 {
			if b := s.quad[^i+1].b; b != nil && w.lambda[j] != 0 {
				axpyCobyqa(-w.lambda[j], b, w.q.B)
			}
		} else if b := s.quad[i+1].b; b != nil && w.lambda[j] != 0 {
			axpyCobyqa(w.lambda[j], b, w.q.B)
		}
	}
	clear(s.d)
	if len(w.source) > 0 {
		w.v.Radius = cobyqaNormal * s.delta
		w.solver.Relax(&w.v, s.d)
		for j := range w.source {
			a := w.v.A.Rows[j*s.n : (j+1)*s.n]
			w.q.Limit[j] = max(-w.v.C[j], dot(a, s.d))
		}
	}
	w.q.Radius = s.delta
	w.solver.Minimize(&w.q, s.d)
}

// penalize raises the penalty parameter so that the step reduces the model of the merit
// function, and reports this reduction. It reports true if another point has become
// the best, for which the step is not.
func (s *cobyqa) penalize() (predicted float64, changed bool) {
	w := s.steps
	down := -w.q.Value(s.d)
	if len(w.source) == 0 {
		return down, false
	}
	clear(w.work)
	before, after := w.v.Size(w.work), w.v.Size(s.d)
	least := norm2(w.lambda)
	if gain := before - after; gain > 1e-12*before && before > 0 {
		least = max(least, -down/gain)
	}
	if s.gamma <= 1.5*least {
		s.gamma = 2 * least
		if s.choose() {
			return 0, true
		}
	}
	return down + s.gamma*(before-after), false
}

// point sets trial to the best point plus d, at a bound where d is, and d to what that is.
func (s *cobyqa) point(d []float64) []float64 {
	o := s.at[s.opt]
	for i, v := range d {
		x := min(max(o[i]+v, s.lo[i]), s.hi[i])
		if v >= s.steps.v.Upper[i] && v > 0 {
			x = s.hi[i]
		} else if v <= s.steps.v.Lower[i] && v < 0 {
			x = s.lo[i]
		}
		s.trial[i] = x
		d[i] = x - o[i]
	}
	return s.trial
}

// secondOrder evaluates at the trial point corrected for the curvature of the
// constraints (Nocedal & Wright, section 15.6), if there is a correction, and makes it
// the trial point if it is better.
func (s *cobyqa) secondOrder(f, cv float64) (f2, cv2 float64, better bool) {
	w := s.steps
	s.sides(s.tc, w.v.C)
	s.box(s.trial)
	w.v.Radius = s.delta
	r := w.work
	clear(r)
	w.solver.Relax(&w.v, r)
	if size := norm2(r); !(size > 1e-3*s.rho) || size > 2*norm2(s.d) {
		return 0, 0, false
	}
	x := make([]float64, s.n)
	for i, v := range r {
		x[i] = min(max(s.trial[i]+v, s.lo[i]), s.hi[i])
	}
	c := make([]float64, len(s.rows))
	f2, ok := s.evaluate(x, c)
	cv2 = s.violated(c)
	if !ok || !(f2+s.gamma*cv2 < f+s.gamma*cv) {
		return 0, 0, false
	}
	copy(s.trial, x)
	copy(s.tc, c)
	for i, v := range s.at[s.opt] {
		s.d[i] = x[i] - v
	}
	return f2, cv2, true
}

// geometry sets d to a step within the radius that makes the k-th Lagrange function
// large, and so the points better placed: the best of the extrema in the ball and the
// bounds and along the lines to the other points (Powell, "The BOBYQA algorithm", 2009,
// section 3).
func (s *cobyqa) geometry(k int, radius float64) {
	w := s.steps
	o := s.y[s.opt]
	s.box(s.at[s.opt])
	s.function(k)
	g := w.g
	copy(g, s.grad)
	for i := range g {
		g[i] += dot(s.hess[i*s.n:(i+1)*s.n], o)
	}
	q := trqp.Quadratic{G: make([]float64, s.n), B: make([]float64, s.n*s.n), Lower: w.v.Lower, Upper: w.v.Upper, Radius: radius, A: trqp.Normals{N: s.n}}
	most := -1.0
	d := make([]float64, s.n)
	try := func() {
		s.lagrange(s.opt, d)
		if v := s.denominator(k); v > most {
			most = v
			copy(s.d, d)
		}
	}
	for _, sign := range []float64{1, -1} {
		for i, v := range g {
			q.G[i] = sign * v
		}
		for i, v := range s.hess {
			q.B[i] = sign * v
		}
		clear(d)
		w.solver.Minimize(&q, d)
		try()
	}
	// Along a line the function is a t + (v - a) t², v at t = 1.
	line, at, size := -1, 0.0, 0.0
	for j, y := range s.y {
		if j == s.opt {
			continue
		}
		a, v := 0.0, 0.0
		if j == k {
			v = 1
		}
		lo, hi := math.Inf(-1), math.Inf(1)
		dd := 0.0
		for i := range y {
			d := y[i] - o[i]
			a += g[i] * d
			dd += d * d
			if d != 0 {
				l, u := w.v.Lower[i]/d, w.v.Upper[i]/d
				lo, hi = max(lo, min(l, u)), min(hi, max(l, u))
			}
		}
		most := radius / math.Sqrt(dd)
		lo, hi = max(lo, -most), min(hi, most)
		f := func(t float64) {
			if v := math.Abs(t * (a + (v-a)*t)); t >= lo && t <= hi && v > size {
				line, at, size = j, t, v
			}
		}
		f(lo)
		f(hi)
		f(-a / (2 * (v - a)))
	}
	if line >= 0 {
		for i, v := range s.y[line] {
			d[i] = min(max(at*(v-o[i]), w.v.Lower[i]), w.v.Upper[i])
		}
		try()
	}
}
