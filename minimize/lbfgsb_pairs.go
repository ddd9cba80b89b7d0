package minimize

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// lbfgsbPairs are the last k pairs of a step s and the change y of the gradient, the
// oldest first: W = [Y θS] of the model's Hessian B = θI - W M Wᵀ with
//
//	M⁻¹ = | -D  Lᵀ  |
//	      |  L  θSᵀS |
//
// where D and L are the diagonal and the part below it of SᵀY, and θ = yᵀy/sᵀy of the
// last pair (Byrd, Nocedal & Schnabel, "Representations of quasi-Newton matrices and
// their use in limited memory methods", Math. Program. 63 (1994), theorem 2.3).
type lbfgsbPairs struct {
	n, max, k int
	s, y      [][]float64 // of length max + 1: the last is spare
	sy        []float64   // sᵀy of each
	theta     float64
	c         []float64 // coefficients of newton

	// With bounds only:
	box    *lbfgsbBox
	lower  []float64 // L, max×max
	ss     []float64 // SᵀS, on and below the diagonal
	middle lbfgsbSaddle
}

func newLbfgsbPairs(n, most int, box *lbfgsbBox) *lbfgsbPairs {
	p := &lbfgsbPairs{n: n, max: most, theta: 1, box: box, sy: make([]float64, most), c: make([]float64, most)}
	p.s, p.y = make([][]float64, most+1), make([][]float64, most+1)
	if box != nil {
		p.lower, p.ss = make([]float64, most*most), make([]float64, most*most)
		p.middle = newLbfgsbSaddle(most)
		box.reserve(most)
	}
	return p
}

func (p *lbfgsbPairs) forget() { p.k, p.theta = 0, 1 }

// spare is a vector for the next change of the gradient.
func (p *lbfgsbPairs) spare() []float64 {
	if p.y[p.k] == nil { // they are made as they are needed
		p.s[p.k], p.y[p.k] = make([]float64, p.n), make([]float64, p.n)
	}
	return p.y[p.k]
}

// add takes the step s and the change of the gradient y, which is in spare, if the
// curvature sᵀy along it is positive beyond rounding (Byrd, Lu, Nocedal & Zhu, equation 3.9).
func (p *lbfgsbPairs) add(s, y []float64) {
	sy, yy := dot(s, y), dot(y, y)
	if !(sy > eps*yy) {
		return
	}
	copy(p.s[p.k], s)
	p.theta = yy / sy
	if p.k == p.max {
		rotate(p.s)
		rotate(p.y)
		copy(p.sy, p.sy[1:])
		if p.box != nil {
			lbfgsbShift(p.lower, p.max)
			lbfgsbShift(p.ss, p.max)
			p.box.shift()
		}
		p.k--
	}
	q := p.k
	p.sy[q] = sy
	p.k++
	if p.box == nil {
		return
	}
	row := q * p.max
	for j := range q {
		p.lower[row+j] = dot(p.s[q], p.y[j])
		p.ss[row+j] = dot(p.s[q], p.s[j])
	}
	p.ss[row+q] = dot(p.s[q], p.s[q])
}

// lbfgsbShift drops the first row and column of an m×m matrix.
func lbfgsbShift(a []float64, m int) {
	for i := range m - 1 {
		copy(a[i*m:i*m+m-1], a[(i+1)*m+1:(i+2)*m])
	}
}

// newton sets d to -B⁻¹g, by the recursion of two loops (Nocedal & Wright, "Numerical
// Optimization", 2nd ed. 2006, algorithm 7.4).
func (p *lbfgsbPairs) newton(g, d []float64) {
	for i, v := range g {
		d[i] = -v
	}
	for i := p.k - 1; i >= 0; i-- {
		p.c[i] = dot(p.s[i], d) / p.sy[i]
		blas64.Axpy(-p.c[i], vec(p.y[i]), vec(d))
	}
	blas64.Scal(1/p.theta, vec(d))
	for i := range p.k {
		blas64.Axpy(p.c[i]-dot(p.y[i], d)/p.sy[i], vec(p.s[i]), vec(d))
	}
}

// products sets c to Wᵀv: k products with Y, then k with θS.
func (p *lbfgsbPairs) products(v, c []float64) {
	for j := range p.k {
		c[j] = dot(p.y[j], v)
		c[p.k+j] = p.theta * dot(p.s[j], v)
	}
}

// addCombination adds a W c to v.
func (p *lbfgsbPairs) addCombination(a float64, c, v []float64) {
	for j := range p.k {
		blas64.Axpy(a*c[j], vec(p.y[j]), vec(v))
		blas64.Axpy(a*p.theta*c[p.k+j], vec(p.s[j]), vec(v))
	}
}

// row sets w to row i of W.
func (p *lbfgsbPairs) row(i int, w []float64) {
	for j := range p.k {
		w[j], w[p.k+j] = p.y[j][i], p.theta*p.s[j][i]
	}
}

// factor makes the middle matrix ready for middle.solve, which multiplies by M.
func (p *lbfgsbPairs) factor() bool {
	m := &p.middle
	for i := range p.k {
		row := i * p.max
		clear(m.a[row : row+i])
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
// approximation of the inverse Hessian (Nocedal & Wright, equation 6.17).
func (p *lbfgsbPairs) inverse() *mat.SymDense {
	h := mat.NewSymDense(p.n, nil)
	for i := range p.n {
		h.SetSym(i, i, 1)
	}
	hy := make([]float64, p.n)
	for i := range p.k {
		s, y, rho := p.s[i], p.y[i], 1/p.sy[i]
		blas64.Symv(1, h.RawSymmetric(), vec(y), 0, vec(hy))
		a := (1 + rho*dot(y, hy)) * rho / 2
		for j, v := range s {
			hy[j] = a*v - rho*hy[j]
		}
		blas64.Syr2(1, vec(s), vec(hy), h.RawSymmetric())
	}
	return h
}

// lbfgsbSaddle solves
//
//	| -A  Bᵀ | v = p
//	|  B  C  |
//
// with A and the Schur complement C + B A⁻¹Bᵀ positive definite. The matrices are
// m×m by rows, of which k×k are used; of A and C the part on and below the diagonal.
type lbfgsbSaddle struct {
	m, k    int
	a, b, c []float64 // A, which factor overwrites with its Cholesky factor G, B and C
	x       []float64 // G⁻¹Bᵀ
	schur   []float64 // Cholesky factor of the Schur complement
}

func newLbfgsbSaddle(m int) lbfgsbSaddle {
	mem := make([]float64, 5*m*m)
	part := func(i int) []float64 { return mem[i*m*m : (i+1)*m*m : (i+1)*m*m] }
	return lbfgsbSaddle{m: m, a: part(0), b: part(1), c: part(2), x: part(3), schur: part(4)}
}

func (t *lbfgsbSaddle) triangular(a []float64) blas64.Triangular {
	return blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: t.k, Data: a, Stride: t.m}
}

func (t *lbfgsbSaddle) symmetric(a []float64) blas64.Symmetric {
	return blas64.Symmetric{Uplo: blas.Lower, N: t.k, Data: a, Stride: t.m}
}

func (t *lbfgsbSaddle) general(a []float64) blas64.General {
	return blas64.General{Rows: t.k, Cols: t.k, Data: a, Stride: t.m}
}

// factor reports false where a matrix is not positive definite.
func (t *lbfgsbSaddle) factor(k int) bool {
	t.k = k
	if k == 0 {
		return true
	}
	if _, ok := lapack64.Potrf(t.symmetric(t.a)); !ok {
		return false
	}
	for i := range k {
		for j := range k {
			t.x[i*t.m+j] = t.b[j*t.m+i]
		}
		copy(t.schur[i*t.m:i*t.m+i+1], t.c[i*t.m:])
	}
	blas64.Trsm(blas.Left, blas.NoTrans, 1, t.triangular(t.a), t.general(t.x))
	blas64.Syrk(blas.Trans, 1, t.general(t.x), 1, t.symmetric(t.schur))
	_, ok := lapack64.Potrf(t.symmetric(t.schur))
	return ok
}

// solve overwrites p with v.
func (t *lbfgsbSaddle) solve(p []float64) {
	if t.k == 0 {
		return
	}
	p1, p2 := vec(p[:t.k]), vec(p[t.k:2*t.k])
	g, schur, x := t.triangular(t.a), t.triangular(t.schur), t.general(t.x)
	blas64.Trsv(blas.NoTrans, g, p1)
	blas64.Gemv(blas.Trans, 1, x, p1, 1, p2)
	blas64.Trsv(blas.NoTrans, schur, p2)
	blas64.Trsv(blas.Trans, schur, p2)
	blas64.Gemv(blas.NoTrans, 1, x, p2, -1, p1)
	blas64.Trsv(blas.Trans, g, p1)
}
