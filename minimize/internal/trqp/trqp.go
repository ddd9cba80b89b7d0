// Package trqp solves the subproblems of COBYQA, a trust-region method for few variables: the least
// violation of linear constraints in a ball with bounds, its normal step ([Violation]); a quadratic in a ball
// with bounds and linear constraints, its tangential step ([Quadratic]); and least-squares multipliers ([Cone]).
//
// Read cone.go for projections onto the constraints that are active, trqp.go for quadratics, violation.go for
// the least violation by Gauss-Newton steps, which are quadratics.
//
// Powell, "On fast trust region methods for quadratic models with linear constraints", Math. Program. Comput. 7
// (2015); "The BOBYQA algorithm for bound constrained optimization without derivatives", 2009; Lawson & Hanson,
// "Solving least squares problems", 1974, chapter 23.
package trqp

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Solver minimizes quadratics of n variables in a ball, with bounds and linear
// constraints. It keeps its memory from one problem to the next.
type Solver struct {
	n     int
	cone  *Cone
	near  []int     // active constraints
	resid []float64 // limits less products with the normals: the distances to the constraints
	in    []bool    // which are in the basis of the face
	grad  []float64 // g + B d
	s     []float64 // minus the projected gradient
	p, bp []float64 // a conjugate direction, and B times it

	dw, sw, bd, bs []float64 // a turn: of dw towards sw, and B times these
}

// NewSolver makes a Solver for n variables.
func NewSolver(n int) *Solver {
	v := func() []float64 { return make([]float64, n) }
	return &Solver{n: n, cone: NewCone(n), grad: v(), p: v(), bp: v(), s: v(), dw: v(), sw: v(), bd: v(), bs: v()}
}

// Quadratic is the problem
//
//	minimize   gᵀd + ½ dᵀB d
//	subject to |d| ≤ Radius, Lower ≤ d ≤ Upper, A d ≤ Limit,
//
// where the first A.Free rows are equations.
type Quadratic struct {
	G, B         []float64 // B is symmetric, n×n, in full
	Lower, Upper []float64 // of length n
	A            Normals   // their bounds are Lower and Upper
	Limit        []float64 // one per row of A
	Radius       float64   // of the ball
}

// times sets y to B x.
func (q *Quadratic) times(x, y []float64) {
	n := len(x)
	for i := range y {
		y[i] = vec.DotInOrder(q.B[i*n:(i+1)*n], x)
	}
}

// Value is gᵀd + ½ dᵀB d.
func (q *Quadratic) Value(d []float64) float64 {
	s, n := 0.0, len(d)
	for i, v := range d {
		s += v * (q.G[i] + vec.DotInOrder(q.B[i*n:(i+1)*n], d)/2)
	}
	return s
}

// limit is the limit of the product with normal j.
func (q *Quadratic) limit(j int) float64 {
	n := q.A.N
	switch m := q.A.M(); {
	case j < m:
		return q.Limit[j]
	case j < m+n:
		return q.Upper[j-m]
	default:
		return -q.Lower[j-m-n]
	}
}

// Minimize moves d, a feasible point, to a solution or near it: by truncated conjugate gradients in the face
// of the active constraints (Steihaug, "The conjugate gradient method and trust regions in large scale
// optimization", 1983), restarted when a constraint becomes active or may be left; the face belongs to the
// projected gradient (Powell 2015, section 3, here with constraints that are active to rounding). At the
// boundary of the ball d is turned in planes of d and the projected gradient (Powell 2009), which finds what
// conjugate gradients leave.
func (w *Solver) Minimize(q *Quadratic, d []float64) {
	w.start(q, d)
	boundary, total, first, vain := false, 0.0, 0.0, 0
	for outer := range 20 + 10*(w.n+q.A.M()) {
		w.face(q)
		rr := vec.DotInOrder(w.cone.S, w.cone.S)
		if outer == 0 {
			first = rr
		}
		if !(rr > small*first) || math.IsInf(rr, 0) || rr <= rounding*max(vec.DotInOrder(w.grad, w.grad), vec.DotInOrder(q.G, q.G)) {
			return
		}
		if boundary && vec.DotInOrder(w.cone.S, d) >= 0 {
			gain, blocked := w.turn(q, d)
			total += gain
			if gain <= enough*total {
				if vain++; !blocked || vain > w.n {
					return
				}
			}
			continue
		}
		before := q.Value(d)
		var moved bool
		if boundary, moved = w.conjugate(q, d, rr); !moved {
			return
		}
		total += before - q.Value(d)
	}
}

// Limits of Minimize, our choices.
const (
	// rounding is the part of the squared gradient, at d or at 0, up to which the squared projected
	// gradient counts as 0.
	rounding = 1e-28
	// small is the part of the first squared projected gradient at which the search ends, and
	// smallFace the part at which conjugate gradients in a face end.
	small     = 1e-24
	smallFace = 1e-20
	// enough is the part of the decrease so far that a turn must gain for another turn, unless it met
	// a constraint.
	enough = 1e-4
	// parallel is the part of the projected gradient orthogonal to d, squared, below which d is not
	// turned; along is the cosine with a normal up to which a direction runs along a constraint.
	parallel = 1e-8
	along    = 1e-14
)

// start sets the gradient and the distances to the constraints at d.
func (w *Solver) start(q *Quadratic, d []float64) {
	q.times(d, w.grad)
	vec.Axpy(1, q.G, w.grad)
	count := q.A.M() + 2*w.n
	if cap(w.resid) < count {
		w.resid, w.in = make([]float64, count), make([]bool, count)
	}
	w.resid, w.in = w.resid[:count], w.in[:count]
	for j := q.A.Free; j < count; j++ {
		w.resid[j] = max(q.limit(j)-q.A.dot(j, d), 0)
	}
}

// active is the distance to a constraint, relative to its normal and the radius, up to which it counts as
// active: our choice.
const active = 1e-10

// face projects the gradient onto the constraints that are active.
func (w *Solver) face(q *Quadratic) {
	w.near = w.near[:0]
	for j := q.A.Free; j < len(w.resid); j++ {
		w.in[j] = false
		if r := w.resid[j]; r <= active*q.Radius*q.A.norm(j) {
			w.near = append(w.near, j)
		}
	}
	w.cone.Project(w.grad, &q.A, w.near)
	for _, j := range w.cone.Active {
		w.in[j] = true
	}
}

// conjugate moves d by conjugate gradients from the projected gradient, of squared
// length rr, until a constraint, the boundary or convergence.
func (w *Solver) conjugate(q *Quadratic, d []float64, rr float64) (boundary, moved bool) {
	copy(w.s, w.cone.S)
	copy(w.p, w.s)
	first := rr
	for range w.n - len(w.cone.Active) {
		q.times(w.p, w.bp)
		a := math.Inf(1)
		if curve := vec.DotInOrder(w.p, w.bp); curve > 0 {
			a = rr / curve
		}
		ball := toBall(d, w.p, q.Radius)
		block, at := w.block(q, w.p)
		t := min(a, ball, block)
		if !(t >= 0) || math.IsInf(t, 1) {
			return false, false
		}
		moved = moved || t > 0
		vec.Axpy(t, w.p, d)
		vec.Axpy(t, w.bp, w.grad)
		w.distances(q, d)
		switch {
		case at >= 0 && t == block:
			w.hit(q, d, at)
			return t == ball, moved
		case t == ball:
			return true, true
		}
		copy(w.s, w.grad)
		w.cone.Remove(w.s)
		vec.Scale(-1, w.s)
		before := rr
		if rr = vec.DotInOrder(w.s, w.s); !(rr > smallFace*first) {
			break
		}
		vec.Scale(rr/before, w.p)
		vec.Axpy(1, w.s, w.p)
	}
	return false, moved
}

// distances sets the distances to the constraints at d, which it moves into the bounds.
func (w *Solver) distances(q *Quadratic, d []float64) {
	for i, v := range d {
		d[i] = min(max(v, q.Lower[i]), q.Upper[i])
	}
	for j := q.A.Free; j < len(w.resid); j++ {
		if !w.in[j] {
			w.resid[j] = max(q.limit(j)-q.A.dot(j, d), 0)
		}
	}
}

// hit makes constraint j active at d.
func (w *Solver) hit(q *Quadratic, d []float64, j int) {
	w.resid[j] = 0
	switch m := q.A.M(); {
	case j < m:
	case j < m+w.n:
		d[j-m] = q.Upper[j-m]
	default:
		d[j-m-w.n] = q.Lower[j-m-w.n]
	}
}

// block is the longest step along p before a constraint, and which constraint that is; -1 for none.
func (w *Solver) block(q *Quadratic, p []float64) (t float64, at int) {
	t, at = math.Inf(1), -1
	size := math.Sqrt(vec.DotInOrder(p, p))
	for j := q.A.Free; j < len(w.resid); j++ {
		if w.in[j] {
			continue
		}
		if v := q.A.dot(j, p); v > along*size*q.A.norm(j) {
			if u := w.resid[j] / v; u < t {
				t, at = u, j
			}
		}
	}
	return t, at
}

// toBall is the largest t ≥ 0 with |d + t p| ≤ radius.
func toBall(d, p []float64, radius float64) float64 {
	dp, pp, size := vec.DotInOrder(d, p), vec.DotInOrder(p, p), math.Sqrt(vec.DotInOrder(d, d))
	c := max((radius-size)*(radius+size), 0)
	root := math.Sqrt(dp*dp + pp*c)
	if dp > 0 {
		return c / (dp + root)
	}
	return (root - dp) / pp
}

// turn turns d, at the boundary of the ball, towards the projected gradient, by the
// best angle that the constraints allow. It reports the decrease, and whether a
// constraint became active.
func (w *Solver) turn(q *Quadratic, d []float64) (gain float64, blocked bool) {
	copy(w.dw, d) // the part of d that may turn
	w.cone.Remove(w.dw)
	copy(w.sw, w.cone.S) // a direction orthogonal to it, of its length
	dd := vec.DotInOrder(w.dw, w.dw)
	if dd <= 0 {
		return 0, false
	}
	vec.Axpy(-vec.DotInOrder(w.dw, w.sw)/dd, w.dw, w.sw)
	ss := vec.DotInOrder(w.sw, w.sw)
	if !(ss > parallel*vec.DotInOrder(w.cone.S, w.cone.S)) {
		return 0, false
	}
	vec.Scale(math.Sqrt(dd/ss), w.sw)
	return w.rotate(q, d)
}

// rotate turns dw towards sw, by the best of 16 angles, improved by a parabola, up to the first constraint.
func (w *Solver) rotate(q *Quadratic, d []float64) (gain float64, blocked bool) {
	limit, at := math.Pi, -1
	for j := q.A.Free; j < len(w.resid); j++ {
		if w.in[j] {
			continue
		}
		p, s := q.A.dot(j, w.dw), q.A.dot(j, w.sw)
		if a := angleTo(p, s, p+w.resid[j]); a < limit {
			limit, at = a, j
		}
	}
	q.times(w.dw, w.bd)
	q.times(w.sw, w.bs)
	gd, gs := vec.DotInOrder(w.grad, w.dw), vec.DotInOrder(w.grad, w.sw)
	dbd, dbs, sbs := vec.DotInOrder(w.dw, w.bd), vec.DotInOrder(w.dw, w.bs), vec.DotInOrder(w.sw, w.bs)
	change := func(a float64) float64 { // of the value, by (cos - 1) dw + sin sw
		sin, h := math.Sin(a), math.Sin(a/2)
		c := -2 * h * h
		return c*gd + sin*gs + (c*c*dbd+2*c*sin*dbs+sin*sin*sbs)/2
	}
	const grid = 16
	step := limit / grid
	best, value := 0, 0.0
	var values [grid + 1]float64
	for k := 1; k <= grid; k++ {
		values[k] = change(step * float64(k))
		if values[k] < value {
			best, value = k, values[k]
		}
	}
	a := step * float64(best)
	var b float64 // the minimum of a parabola
	switch {
	case best == 0:
		b = -gs * step * step / (2 * (values[1] - gs*step))
	case best < grid:
		l, m, r := values[best-1], values[best], values[best+1]
		b = a + step*(l-r)/(l+r-2*m)/2
	}
	if b > 0 && b < limit {
		if v := change(b); v < value {
			a, value = b, v
		}
	}
	if !(value < 0) {
		return 0, false
	}
	h := math.Sin(a / 2)
	cos, sin := -2*h*h, math.Sin(a)
	vec.Axpy(cos, w.dw, d)
	vec.Axpy(sin, w.sw, d)
	vec.Axpy(cos, w.bd, w.grad)
	vec.Axpy(sin, w.bs, w.grad)
	w.distances(q, d)
	if blocked = at >= 0 && a == limit; blocked {
		w.hit(q, d, at)
	}
	return -value, blocked
}

// angleTo is the least angle a > 0 at which p cos a + s sin a rises through limit ≥ p;
// infinite if it does not.
func angleTo(p, s, limit float64) float64 {
	size := math.Hypot(p, s)
	if size <= limit {
		return math.Inf(1)
	}
	// size cos(a - phase) = limit, rising: before the maximum.
	a := math.Atan2(s, p) - math.Acos(max(limit/size, -1))
	if a < -1e-12 || a < 0 && s < 0 {
		a += 2 * math.Pi
	}
	return max(a, 0)
}
