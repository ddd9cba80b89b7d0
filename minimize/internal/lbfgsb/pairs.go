package lbfgsb

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// pairs are the last k pairs of a step s and the change y of the gradient, the
// oldest first: W = [Y θS] of the model's Hessian B = θI - W M Wᵀ with
//
//	M⁻¹ = | -D  Lᵀ  |
//	      |  L  θSᵀS |
//
// where D and L are the diagonal and the part below it of SᵀY, and θ = yᵀy/sᵀy of the
// last pair (Byrd, Nocedal & Schnabel, "Representations of quasi-Newton matrices and
// their use in limited memory methods", Math. Program. 63 (1994), theorem 2.3).
type pairs struct {
	n, max, k int
	s, y      [][]float64 // of length max + 1: the last is spare
	sy        []float64   // sᵀy of each
	theta     float64
	c         []float64 // scratch of newton

	// With bounds only:
	box    *box      // nil: there are none
	lower  []float64 // L, max×max
	ss     []float64 // SᵀS, on and below the diagonal
	middle saddle
}

// Pairs are steps and changes of the gradient that make a model of a function's inverse Hessian.
type Pairs struct{ pairs }

// NewPairs has place for most pairs of n variables, and none yet.
func NewPairs(n, most int) *Pairs { return &Pairs{*newPairs(n, most, nil)} }

// Add takes the step s and the change y of the gradient, in the place of the oldest pair if there are too many. It
// reports false for a pair without positive curvature, which it leaves out.
func (p *Pairs) Add(s, y []float64) bool {
	copy(p.spare(), y)
	return p.add(s, y)
}

// Len is the number of pairs.
func (p *Pairs) Len() int { return p.k }

// Newton sets d to the step -H g by the model H of the inverse Hessian.
func (p *Pairs) Newton(g, d []float64) { p.newton(g, d) }

func newPairs(n, most int, box *box) *pairs {
	p := &pairs{n: n, max: most, theta: 1, box: box, sy: make([]float64, most), c: make([]float64, most)}
	p.s, p.y = make([][]float64, most+1), make([][]float64, most+1)
	if box != nil {
		p.lower, p.ss = make([]float64, most*most), make([]float64, most*most)
		p.middle = newSaddle(most)
		p.middle.diagonal = true
		box.reserve(most)
	}
	return p
}

// forget drops all pairs: the model becomes the identity.
func (p *pairs) forget() { p.k, p.theta = 0, 1 }

// spare is a vector for the next change of the gradient.
func (p *pairs) spare() []float64 {
	if p.y[p.k] == nil { // allocated when needed
		p.s[p.k], p.y[p.k] = make([]float64, p.n), make([]float64, p.n)
	}
	return p.y[p.k]
}

// add takes the step s and the change of the gradient y, which is in spare, if the
// curvature sᵀy along it is positive beyond rounding (Byrd, Lu, Nocedal & Zhu, equation 3.9).
func (p *pairs) add(s, y []float64) bool {
	sy, yy := p.dot(s, y), p.dot(y, y)
	if !(sy > vec.Eps*yy) {
		return false
	}
	copy(p.s[p.k], s)
	p.theta = yy / sy
	if p.k == p.max {
		vec.Rotate(p.s)
		vec.Rotate(p.y)
		copy(p.sy, p.sy[1:])
		if p.box != nil {
			shift(p.lower, p.max)
			shift(p.ss, p.max)
			p.box.shift()
		}
		p.k--
	}
	q := p.k
	p.sy[q] = sy
	p.k++
	if p.box == nil {
		return true
	}
	row := q * p.max
	for j := range q {
		p.lower[row+j] = p.dot(p.s[q], p.y[j])
		p.ss[row+j] = p.dot(p.s[q], p.s[j])
	}
	p.ss[row+q] = p.dot(p.s[q], p.s[q])
	return true
}

// shift drops the first row and column of an m×m matrix.
func shift(a []float64, m int) {
	for i := range m - 1 {
		copy(a[i*m:i*m+m-1], a[(i+1)*m+1:(i+2)*m])
	}
}

// newton sets d to -B⁻¹g, by the recursion of two loops (Nocedal & Wright, "Numerical
// Optimization", 2nd ed. 2006, algorithm 7.4).
func (p *pairs) newton(g, d []float64) {
	for i, v := range g {
		d[i] = -v
	}
	p.recur(d, p.c, 1/p.theta)
}

// recur multiplies d by scale times the identity changed by the updates; c is
// scratch.
func (p *pairs) recur(d, c []float64, scale float64) {
	for i := p.k - 1; i >= 0; i-- {
		c[i] = p.dot(p.s[i], d) / p.sy[i]
		vec.Axpy(-c[i], p.y[i], d)
	}
	if scale != 1 {
		vec.Scale(scale, d)
	}
	for i := range p.k {
		vec.Axpy(c[i]-p.dot(p.y[i], d)/p.sy[i], p.s[i], d)
	}
}

// product sets to to the product of inverse with v.
func (p *pairs) product(v, to []float64) {
	copy(to, v)
	p.recur(to, make([]float64, p.k), 1)
}

// products sets c to Wᵀv: k products with Y, then k with θS. Of v only the elements in
// are not 0; nil: all.
func (p *pairs) products(v []float64, in []int, c []float64) {
	if in != nil {
		for j := range p.k {
			c[j], c[p.k+j] = dots(p.y[j], p.s[j], v, in)
			c[p.k+j] *= p.theta
		}
		return
	}
	for j := range p.k {
		c[j] = p.dot(p.y[j], v)
		c[p.k+j] = p.theta * p.dot(p.s[j], v)
	}
}

// addCombination adds a W c to the elements of v in; nil: to all.
func (p *pairs) addCombination(a float64, c, v []float64, in []int) {
	if in != nil {
		for j := range p.k {
			cy, cs := a*c[j], a*p.theta*c[p.k+j]
			y, s := p.y[j], p.s[j]
			for _, i := range in {
				v[i] += cy*y[i] + cs*s[i]
			}
		}
		return
	}
	for j := range p.k {
		vec.Axpy(a*c[j], p.y[j], v)
		vec.Axpy(a*p.theta*c[p.k+j], p.s[j], v)
	}
}

// row sets w to row i of W.
func (p *pairs) row(i int, w []float64) {
	for j := range p.k {
		w[j], w[p.k+j] = p.y[j][i], p.theta*p.s[j][i]
	}
}

// factor makes the middle matrix ready for middle.solve, which multiplies by M.
func (p *pairs) factor() bool {
	m := &p.middle
	for i := range p.k {
		row := i * p.max
		m.a[row+i] = p.sy[i]
		for j := range p.k {
			m.b[row+j] = 0
			if j < i {
				m.b[row+j] = p.lower[row+j]
			}
			m.c[row+j] = p.theta * p.ss[row+j]
		}
	}
	return m.factor(p.k)
}

// inverse is the identity changed by the BFGS updates of the pairs, which is an
// approximation of the inverse Hessian (Nocedal & Wright, equation 6.17): I + Σ suᵀ + usᵀ,
// summed row by row, as the matrix does not fit a cache.
func (p *pairs) inverse() *mat.SymDense {
	u := make([][]float64, p.k)
	for j := range u {
		s, y, rho := p.s[j], p.y[j], 1/p.sy[j]
		hy := append([]float64(nil), y...)
		for i := range j {
			vec.Axpy(p.dot(u[i], y), p.s[i], hy)
			vec.Axpy(p.dot(p.s[i], y), u[i], hy)
		}
		a := (1 + rho*p.dot(y, hy)) * rho / 2
		for i, v := range s {
			hy[i] = a*v - rho*hy[i]
		}
		u[j] = hy
	}
	h := mat.NewSymDense(p.n, nil)
	raw := h.RawSymmetric()
	for i := range p.n {
		row := raw.Data[i*raw.Stride+i : i*raw.Stride+p.n]
		row[0] = 1
		for j, s := range p.s[:p.k] {
			vec.Axpy(u[j][i], s[i:], row)
			vec.Axpy(s[i], u[j][i:], row)
		}
	}
	return h
}

// saddle solves
//
//	| -A  Bᵀ | v = p
//	|  B  C  |
//
// with A and the Schur complement C + B A⁻¹Bᵀ positive definite. The matrices are
// m×m by rows, of which k×k are used; of A and C the part on and below the diagonal.
type saddle struct {
	m, k    int
	a, b, c []float64 // A, which factor overwrites with its Cholesky factor G, B and C
	x       []float64 // G⁻¹Bᵀ
	schur   []float64 // Cholesky factor of the Schur complement

	diagonal   bool      // A is, and B a lower triangle
	ainv, sinv []float64 // 1 over the diagonals of the factors
}

func newSaddle(m int) saddle {
	mem := make(vec.Slab, 5*m*m+2*m)
	return saddle{m: m, a: mem.Take(m * m), b: mem.Take(m * m), c: mem.Take(m * m), x: mem.Take(m * m), schur: mem.Take(m * m), ainv: mem.Take(m), sinv: mem.Take(m)}
}

// factor reports false where a matrix is not positive definite.
func (t *saddle) factor(k int) bool {
	t.k = k
	if !t.cholesky(t.a, t.ainv, t.diagonal) {
		return false
	}
	m := t.m
	for i := range k {
		x, g := t.x[i*m:i*m+k], t.a[i*m:i*m+k]
		for j := range x {
			x[j] = t.b[j*m+i]
		}
		if !t.diagonal {
			for q, v := range g[:i] {
				vec.Axpy(-v, t.x[q*m:q*m+k], x)
			}
		}
		for j := range x {
			x[j] *= t.ainv[i]
		}
	}
	for i := range k {
		copy(t.schur[i*m:i*m+i+1], t.c[i*m:])
	}
	for q := range k {
		x, first := t.x[q*m:q*m+k], 0
		if t.diagonal {
			first = q
		}
		for i, v := range x[first:] {
			vec.Axpy(v, x[first:first+i+1], t.schur[(first+i)*m+first:])
		}
	}
	return t.cholesky(t.schur, t.sinv, false)
}

// cholesky overwrites the lower part of a, or the diagonal, with its factor, and inv with 1
// over the factor's diagonal. (The matrices are too small for LAPACK to be faster.)
func (t *saddle) cholesky(a, inv []float64, diagonal bool) bool {
	for i := range t.k {
		row := a[i*t.m : i*t.m+i+1]
		d := row[i]
		if !diagonal {
			for j := range i {
				row[j] = (row[j] - vec.DotInPairs(row[:j], a[j*t.m:])) * inv[j]
			}
			d -= vec.DotInPairs(row[:i], row)
		}
		if !(d > 0) {
			return false
		}
		row[i] = math.Sqrt(d)
		inv[i] = 1 / row[i]
	}
	return true
}

// forward overwrites p with G⁻¹p, for the lower triangle G.
func (t *saddle) forward(g, inv, p []float64) {
	for i := range p {
		p[i] = (p[i] - vec.DotInPairs(g[i*t.m:i*t.m+i], p)) * inv[i]
	}
}

// backward overwrites p with G⁻ᵀp.
func (t *saddle) backward(g, inv, p []float64) {
	for i := len(p) - 1; i >= 0; i-- {
		p[i] *= inv[i]
		vec.Axpy(-p[i], g[i*t.m:i*t.m+i], p)
	}
}

// solve overwrites p with v.
func (t *saddle) solve(p []float64) {
	k, m := t.k, t.m
	p1, p2 := p[:k], p[k:2*k]
	if t.diagonal {
		for i, v := range p1 {
			p1[i] = v * t.ainv[i]
			vec.Axpy(p1[i], t.x[i*m+i:i*m+k], p2[i:])
		}
	} else {
		t.forward(t.a, t.ainv, p1)
		for i, v := range p1 {
			vec.Axpy(v, t.x[i*m:i*m+k], p2)
		}
	}
	t.forward(t.schur, t.sinv, p2)
	t.backward(t.schur, t.sinv, p2)
	if t.diagonal {
		for i, v := range p1 {
			p1[i] = (vec.DotInPairs(t.x[i*m+i:i*m+k], p2[i:]) - v) * t.ainv[i]
		}
		return
	}
	for i, v := range p1 {
		p1[i] = vec.DotInPairs(t.x[i*m:i*m+k], p2) - v
	}
	t.backward(t.a, t.ainv, p1)
}

// short is the number of variables up to which loops are faster than calls of BLAS, as measured
// here.
const short = 24

// dot is xᵀy for vectors of all variables.
func (p *pairs) dot(x, y []float64) float64 {
	if p.n <= short {
		return vec.DotInPairs(x, y)
	}
	return vec.Dot(x, y)
}

// dots are the products of x and y with v, whose elements other than in are 0.
func dots(x, y, v []float64, in []int) (xv, yv float64) {
	for _, i := range in {
		xv += x[i] * v[i]
		yv += y[i] * v[i]
	}
	return xv, yv
}
