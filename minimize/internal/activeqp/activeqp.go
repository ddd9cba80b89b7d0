// Package activeqp solves strictly convex quadratic programs from a guess of the constraints that are active
// at the solution: the subproblems of SLSQP, whose active constraints change little from one to the next. With a
// good guess it costs one factorization of the free variables. It alternates two steps: equality solves the
// problem with the active constraints as equations, exchange changes which constraints are active. Read them in
// this order.
//
// Guesses are changed as in the primal-dual active set method of Hintermüller, Ito &
// Kunisch, "The primal-dual active set strategy as a semismooth Newton method", SIAM
// Journal on Optimization 13, 2003: constraints that are violated become active, those
// whose multipliers have the wrong sign inactive, all at once. That mostly finds the
// solution in few rounds, but not always; the conditions of Karush, Kuhn and Tucker, which are
// sufficient, decide whether it did.
package activeqp

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/ldl"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Problem is min ½ xᵀB x + Gᵀx subject to Lower ≤ x ≤ Upper and aᵢᵀx + cᵢ = 0 for the
// first Equations rows, ≥ 0 for the others.
type Problem struct {
	B            *ldl.Factor // of order n
	G            []float64   // of length n
	Lower, Upper []float64   // of length n
	A            []float64   // aᵢ by rows
	C            []float64   // one per row
	Equations    int         // the first rows, which are equations
}

// Solver keeps the constraints that were active from one problem to the next.
type Solver struct {
	// Rounds is how many guesses are tried at most.
	Rounds int

	at     []int8 // of the variables: -1 at Lower, 1 at Upper, 0 free
	active []bool // of the rows

	free, fixed []int // the variables, by at; of those fixed only the ones that are not 0
	rows        []int // the active ones
	added       []int // what the last exchange made active: variables i, rows as -1-i
	worst       int   // the one of them that is violated most
	most        float64

	known    bool      // the triangle belongs to the variables that are free now
	f, b, w  []float64 // √D⁻¹ L⁻¹ (-g); what is left of it for the free variables; scratch
	t, inv   []float64 // the triangle R of the free variables, and 1 over its diagonal
	u, y     []float64 // a reflection; R x
	ra       []float64 // R⁻ᵀaᵢ of all rows, where had
	had      []bool
	v        []float64 // R⁻ᵀaᵢ of the active rows, later their reflections
	vd, z, d []float64 // the diagonal of the triangle of those, and right-hand sides
}

// resize allocates memory for n variables and m rows. What was active is forgotten when these numbers
// change.
func (s *Solver) resize(n, m, equations int) {
	if len(s.at) == n && len(s.active) == m {
		return
	}
	s.at, s.active = make([]int8, n), make([]bool, m)
	s.had = make([]bool, m)
	for i := range equations {
		s.active[i] = true
	}
	s.free, s.fixed, s.rows = make([]int, 0, n), make([]int, 0, n), make([]int, 0, m)
	mem := make(vec.Slab, 6*n+3*min(n, m))
	s.f, s.b, s.w, s.u, s.y, s.inv = mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	s.vd, s.z, s.d = mem.Take(min(n, m)), mem.Take(min(n, m)), mem.Take(min(n, m))
}

// Guess makes the constraints active that have multipliers other than 0: lambda of the rows,
// nu of the bounds.
func (s *Solver) Guess(lambda, nu []float64, equations int) {
	s.resize(len(nu), len(lambda), equations)
	for i, v := range nu {
		s.at[i] = 0
		if v > 0 {
			s.at[i] = -1
		} else if v < 0 {
			s.at[i] = 1
		}
	}
	for i := equations; i < len(lambda); i++ {
		s.active[i] = lambda[i] > 0
	}
}

// Solve sets x to the solution, lambda to the multipliers of the rows and nu to the multipliers of the
// bounds, positive at Lower and negative at Upper: B x + g = Aᵀlambda + nu. It reports false when it did not
// find a solution, because there is none, active constraints depend on each other, B is nearly singular, or
// all rounds are used.
func (s *Solver) Solve(p *Problem, x, lambda, nu []float64) bool {
	n := len(x)
	s.resize(n, len(p.C), p.Equations)
	copy(s.f, p.G)
	p.B.Forward(s.f)
	least, most := math.Inf(1), 0.0
	for i, d := range p.B.D {
		s.f[i] /= -math.Sqrt(d)
		least, most = min(least, d), max(most, d)
	}
	const singular = 1e-28 // of the diagonal: a condition of 1e14 of √D
	if !(least > singular*most) || !(most <= math.MaxFloat64) {
		return false
	}
	for i, at := range s.at {
		if at < 0 && math.IsInf(p.Lower[i], -1) || at > 0 && math.IsInf(p.Upper[i], 1) {
			s.at[i] = 0
		}
	}
	s.added, s.known = s.added[:0], false
	for range s.Rounds {
		if !s.equality(p, x, lambda) && !(s.keepWorst() && s.equality(p, x, lambda)) {
			return false
		}
		if moved, ok := s.exchange(p, x, lambda, nu); !moved || !ok {
			return ok
		}
	}
	return false
}

// keepWorst keeps of the constraints just made active only the one that was violated most. It reports false
// if there was only one.
func (s *Solver) keepWorst() bool {
	if len(s.added) < 2 {
		return false
	}
	s.known = false
	for _, i := range s.added {
		switch {
		case i == s.worst:
		case i < 0:
			s.active[-1-i] = false
		default:
			s.at[i] = 0
		}
	}
	return true
}

// equality solves the problem with the active constraints as equations.
func (s *Solver) equality(p *Problem, x, lambda []float64) bool {
	n := len(x)
	s.free, s.fixed, s.rows = s.free[:0], s.fixed[:0], s.rows[:0]
	for i, at := range s.at {
		switch {
		case at == 0:
			s.free = append(s.free, i)
			continue
		case at < 0:
			x[i] = p.Lower[i]
		default:
			x[i] = p.Upper[i]
		}
		if x[i] != 0 {
			s.fixed = append(s.fixed, i)
		}
	}
	clear(lambda)
	for i, active := range s.active {
		if active {
			s.rows = append(s.rows, i)
		}
	}
	nf := len(s.free)
	if len(s.rows) > nf {
		return false
	}
	if len(s.rows) == 0 && nf == n {
		for i, v := range p.G {
			x[i] = -v
		}
		p.B.Solve(x)
		return true
	}
	if !s.known && !s.triangle(p, x) {
		return false
	}
	y := s.y[:nf]
	copy(y, s.b)
	if len(s.rows) > 0 && !s.satisfyRows(p, x, y, lambda) {
		return false
	}
	// R x = y.
	for k := nf - 1; k >= 0; k-- {
		row := s.t[k*nf : (k+1)*nf]
		y[k] = (y[k] - vec.ShortDot(row[k+1:], y[k+1:])) * s.inv[k]
	}
	for k, i := range s.free {
		x[i] = y[k]
	}
	return true
}

// triangle makes the free columns of √D Lᵀ a triangle again, by a reflection for each column behind one
// that is not free, and sets b to the right-hand side.
func (s *Solver) triangle(p *Problem, x []float64) bool {
	n, nf := len(x), len(s.free)
	s.t = vec.Grown(s.t, n*nf)
	from, fixed := 0, s.fixed
	for i := range n {
		for from < nf && s.free[from] < i {
			from++
		}
		for len(fixed) > 0 && fixed[0] < i {
			fixed = fixed[1:]
		}
		root, row := math.Sqrt(p.B.D[i]), p.B.U[i*n:(i+1)*n]
		left := 0.0
		for _, j := range fixed {
			left += row[j] * x[j]
		}
		s.b[i] = s.f[i] - root*left
		to := s.t[i*nf : (i+1)*nf]
		for k := from; k < nf; k++ {
			to[k] = root * row[s.free[k]]
		}
	}
	for k, last := range s.free {
		if last == k {
			continue
		}
		u := s.u[:last-k+1]
		for i := range u {
			u[i] = s.t[(k+i)*nf+k]
		}
		d := -math.Copysign(math.Sqrt(vec.ShortDot(u, u)), u[0])
		if !(d != 0) || math.IsInf(d, 0) {
			return false
		}
		u[0] -= d
		s.t[k*nf+k] = d
		scale := 1 / (d * u[0])
		if w := s.w[:nf-k-1]; len(w) > 0 {
			rankOne(u, scale, w, s.t[k*nf+k+1:], nf)
		}
		vec.Axpy(vec.ShortDot(u, s.b[k:last+1])*scale, u, s.b[k:last+1])
	}
	for k := range nf {
		s.inv[k] = 1 / s.t[k*nf+k]
	}
	clear(s.had)
	s.known = true
	return true
}

// rankOne adds scale u uᵀA to the rows of A, which start every stride elements; w is scratch
// of their length. Four rows at a time go through the processor's registers.
func rankOne(u []float64, scale float64, w, a []float64, stride int) {
	n := len(w)
	clear(w)
	i := 0
	for ; i+4 <= len(u); i += 4 {
		u0, u1, u2, u3 := u[i], u[i+1], u[i+2], u[i+3]
		a0, a1, a2, a3 := a[i*stride:][:n], a[(i+1)*stride:][:n], a[(i+2)*stride:][:n], a[(i+3)*stride:][:n]
		for j := range w {
			w[j] += (u0*a0[j] + u1*a1[j]) + (u2*a2[j] + u3*a3[j])
		}
	}
	for ; i < len(u); i++ {
		vec.Axpy(u[i], a[i*stride:][:n], w)
	}
	for j := range w {
		w[j] *= scale
	}
	if n > vec.Short {
		for i, v := range u {
			vec.Axpy(v, w, a[i*stride:][:n])
		}
		return
	}
	for i = 0; i+4 <= len(u); i += 4 {
		u0, u1, u2, u3 := u[i], u[i+1], u[i+2], u[i+3]
		a0, a1, a2, a3 := a[i*stride:][:n], a[(i+1)*stride:][:n], a[(i+2)*stride:][:n], a[(i+3)*stride:][:n]
		for j, v := range w {
			a0[j] += u0 * v
			a1[j] += u1 * v
			a2[j] += u2 * v
			a3[j] += u3 * v
		}
	}
	for ; i < len(u); i++ {
		vec.Axpy(u[i], w, a[i*stride:][:n])
	}
}

// satisfyRows moves y = b to the nearest point that satisfies the active rows, and finds their multipliers: with
// V = R⁻ᵀAᵀ it is b + V lambda. It reports false when the rows
// depend on each other, nearly.
func (s *Solver) satisfyRows(p *Problem, x, y, lambda []float64) bool {
	n, nf, m := len(x), len(y), len(s.rows)
	s.v, s.ra = vec.Grown(s.v, m*nf), vec.Grown(s.ra, len(p.C)*n)
	for q, i := range s.rows {
		a, v := p.A[i*n:(i+1)*n], s.v[q*nf:(q+1)*nf]
		s.d[q] = -p.C[i]
		for _, j := range s.fixed {
			s.d[q] -= a[j] * x[j]
		}
		ra := s.ra[i*n : i*n+nf]
		if !s.had[i] {
			for k, j := range s.free {
				ra[k] = a[j]
			}
			for k := range ra {
				ra[k] *= s.inv[k]
				vec.Axpy(-ra[k], s.t[k*nf+k+1:(k+1)*nf], ra[k+1:])
			}
			s.had[i] = true
		}
		copy(v, ra)
		size := vec.ShortDot(v, v)
		for l := range q {
			s.reflect(l, v)
		}
		d := math.Sqrt(vec.ShortDot(v[q:], v[q:]))
		if !(d*d > dependent*size) || math.IsInf(size, 0) {
			return false
		}
		s.vd[q] = -math.Copysign(d, v[q])
		v[q] -= s.vd[q]
		s.reflect(q, y)
		s.z[q] = (s.d[q] - vec.ShortDot(v[:q], s.z[:q])) / s.vd[q]
	}
	for q := m - 1; q >= 0; q-- { // y becomes z first, and lambda what it lacks
		y[q], s.z[q] = s.z[q], s.z[q]-y[q]
	}
	for q := m - 1; q >= 0; q-- {
		l := s.z[q] / s.vd[q]
		lambda[s.rows[q]] = l
		vec.Axpy(-l, s.v[q*nf:q*nf+q], s.z[:q])
	}
	for q := m - 1; q >= 0; q-- {
		s.reflect(q, y)
	}
	return true
}

// reflect applies the q-th reflection of least to y.
func (s *Solver) reflect(q int, y []float64) {
	nf := len(y)
	v := s.v[q*nf+q : (q+1)*nf]
	vec.Axpy(vec.ShortDot(v, y[q:])/(s.vd[q]*v[0]), v, y[q:])
}

// dependent is the part of the squared length of a row outside of the span of the others at which it
// counts as dependent on them: our choice.
const dependent = 1e-18

// rounding is the part of the terms of a constraint, or of x for bounds, below which a violation
// does not count: our choice.
const rounding = 1e-13

// exchange makes constraints active that x violates, and those inactive whose multipliers have the
// wrong sign. It reports whether any changed, with ok false where numbers are not finite.
// Violations and signs within rounding do not count.
func (s *Solver) exchange(p *Problem, x, lambda, nu []float64) (moved, ok bool) {
	clear(nu)
	size := vec.Norm(x, 0)
	s.added, s.most = s.added[:0], 0
	if len(s.free) < len(x) {
		moved = s.release(p, x, lambda, nu)
	}
	if !s.hold(p, x, rounding*size) {
		return false, false
	}
	if s.exchangeRows(p, x, lambda) {
		moved = true
	}
	return moved || len(s.added) > 0, vec.IsFinite(size)
}

// release frees variables at bounds whose multipliers have the wrong sign, and sets nu to the multipliers
// of the others. It reports whether there were any.
func (s *Solver) release(p *Problem, x, lambda, nu []float64) (moved bool) {
	w, n := s.w, len(x) // B x + g - Aᵀlambda
	p.B.Mul(w, x)
	scale := 0.0
	for i, v := range p.G {
		scale = max(scale, math.Abs(v), math.Abs(w[i]))
		w[i] += v
	}
	for _, i := range s.rows {
		vec.Axpy(-lambda[i], p.A[i*n:(i+1)*n], w)
	}
	scale *= 64 * vec.Eps
	for i, at := range s.at {
		switch v := w[i] * float64(-at); {
		case at == 0:
		case v < -scale:
			s.at[i], moved, s.known = 0, true, false
		case v > 0:
			nu[i] = w[i]
		}
	}
	return moved
}

// hold puts free variables beyond a bound, by more than slack, at it. It reports false where x has
// a NaN.
func (s *Solver) hold(p *Problem, x []float64, slack float64) bool {
	for _, i := range s.free {
		switch {
		case x[i] < p.Lower[i]-slack:
			s.at[i], s.known = -1, false
			s.add(i, p.Lower[i]-x[i])
		case x[i] > p.Upper[i]+slack:
			s.at[i], s.known = 1, false
			s.add(i, x[i]-p.Upper[i])
		case math.IsNaN(x[i]):
			return false
		default:
			x[i] = min(max(x[i], p.Lower[i]), p.Upper[i])
		}
	}
	return true
}

// exchangeRows makes rows active and inactive. It reports whether one became inactive.
func (s *Solver) exchangeRows(p *Problem, x, lambda []float64) (moved bool) {
	n := len(x)
	for i := p.Equations; i < len(p.C); i++ {
		if s.active[i] {
			if !(lambda[i] >= 0) {
				s.active[i], moved = false, true
			}
			continue
		}
		value, terms, long := p.C[i], math.Abs(p.C[i]), 0.0
		for j, a := range p.A[i*n : (i+1)*n] {
			value += a * x[j]
			terms += math.Abs(a * x[j])
			long += a * a
		}
		if !(value >= -rounding*terms) {
			s.active[i] = true
			s.add(-1-i, -value/math.Sqrt(long))
		}
	}
	return moved
}

// add lists a constraint that has become active, and how far away it is.
func (s *Solver) add(i int, violation float64) {
	s.added = append(s.added, i)
	if violation > s.most || len(s.added) == 1 {
		s.most, s.worst = violation, i
	}
}
