// Package lsmr solves linear least-squares problems of which only products with the matrix are
// known, by LSMR: it is mathematically MINRES on the normal equations, so that the residual of
// these falls in every iteration. [Solve] has the iteration: the Golub-Kahan bidiagonalization
// (bidiagonal), two sequences of plane rotations that turn it into a step (update), and estimates of
// norms for the stopping tests (norms).
//
// Fong & Saunders, "LSMR: An iterative algorithm for sparse least-squares problems", SIAM
// Journal on Scientific Computing 33, 2011. Names are the paper's: a bar, hat or tilde over a
// letter follows it, and old is the value of the iteration before.
package lsmr

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Problem is min |A x - b|² + damp²|x|², with A of m rows and n columns.
type Problem struct {
	M, N int                  // rows and columns of A
	Mul  func(x, y []float64) // sets y, of length M, to A x
	MulT func(y, x []float64) // sets x, of length N, to Aᵀ y
	B    []float64            // b, of length M
	Damp float64              // 0 for none
	// The iteration stops when the residual is as small as relative errors ATol in A
	// and BTol in b explain, when the condition of A is above CondLim, and after MaxIter
	// iterations. 0 turns a test off.
	ATol, BTol, CondLim float64
	MaxIter             int // iterations at most
}

// Solve sets x, of length N, to the solution found from 0, and returns the number of
// iterations. It costs a product with A and one with Aᵀ per iteration, and 2M + 4N numbers of
// memory.
//
// The algorithm is section 2.8 of the paper with the norms and stopping tests of sections 3 and
// 4, damped as in section 5.
func Solve(p Problem, x []float64) int {
	clear(x)
	mem := make(vec.Slab, 2*p.M+4*p.N)
	b := &bidiagonal{p: &p, u: mem.Take(p.M), av: mem.Take(p.M), v: mem.Take(p.N), atu: mem.Take(p.N)}
	if !b.start() {
		return 0
	}
	q := &update{x: x, h: mem.Take(p.N), hbar: mem.Take(p.N), alphabar: b.alpha, zetabar: b.alpha * b.beta, rho: 1, rhobar: 1, cbar: 1}
	copy(q.h, b.v)
	n := &norms{b: b.beta, betadd: b.beta, rhod: 1, a2: b.alpha * b.alpha, least: math.Inf(1)}
	for it := 1; it <= p.MaxIter; it++ {
		b.step()
		q.step(b, p.Damp)
		n.step(b, q, it == 1)
		if n.stop(&p, q) {
			return it
		}
	}
	return p.MaxIter
}

// bidiagonal is the bidiagonalization of A by Golub and Kahan from b: orthonormal vectors u
// and v, of which the last are kept, with β u = A v - α u and α v = Aᵀu - β v.
type bidiagonal struct {
	p           *Problem
	u, v        []float64
	av, atu     []float64 // A v and Aᵀu
	alpha, beta float64
}

// start sets u along b and v along Aᵀb. It reports false where one of these is 0: then x = 0 is
// a solution.
func (b *bidiagonal) start() bool {
	copy(b.u, b.p.B)
	if b.beta = normalize(b.u); b.beta == 0 {
		return false
	}
	b.p.MulT(b.u, b.v)
	b.alpha = normalize(b.v)
	return b.alpha != 0
}

func (b *bidiagonal) step() {
	b.p.Mul(b.v, b.av)
	for i := range b.u {
		b.u[i] = b.av[i] - b.alpha*b.u[i]
	}
	if b.beta = normalize(b.u); b.beta == 0 {
		b.alpha = 0
		return
	}
	b.p.MulT(b.u, b.atu)
	for i := range b.v {
		b.v[i] = b.atu[i] - b.beta*b.v[i]
	}
	b.alpha = normalize(b.v)
}

// update is the solution x and what changes it: the rotations that make of the bidiagonal matrix,
// with the damping below it, an upper bidiagonal R with diagonal ρ, and of Rᵀ another one with
// diagonal ρ̄.
type update struct {
	x, h, hbar        []float64
	alphabar, zetabar float64
	chat, shat        float64 // the rotation of the damping
	c, s, rho         float64 // the rotation for R
	cbar, sbar        float64 // the rotation for the second factor
	rhobar, thetabar  float64
	zeta              float64 // the next coefficient of x
	rhobarOld         float64
	zetaOld           float64
	rhoTemp           float64 // ρ̄ as it would be with no further iteration
}

func (q *update) step(b *bidiagonal, damp float64) {
	var alphahat float64
	q.chat, q.shat, alphahat = rotation(q.alphabar, damp)
	rhoOld := q.rho
	q.c, q.s, q.rho = rotation(alphahat, b.beta)
	theta := q.s * b.alpha
	q.alphabar = q.c * b.alpha

	q.rhobarOld, q.zetaOld = q.rhobar, q.zeta
	q.thetabar, q.rhoTemp = q.sbar*q.rho, q.cbar*q.rho
	q.cbar, q.sbar, q.rhobar = rotation(q.rhoTemp, theta)
	q.zeta = q.cbar * q.zetabar
	q.zetabar = -q.sbar * q.zetabar

	back, along, next := q.thetabar*q.rho/(rhoOld*q.rhobarOld), q.zeta/(q.rho*q.rhobar), theta/q.rho
	for i := range q.x {
		q.hbar[i] = q.h[i] - back*q.hbar[i]
		q.x[i] += along * q.hbar[i]
		q.h[i] = b.v[i] - next*q.h[i]
	}
}

// norms are estimates for the stopping tests.
type norms struct {
	b              float64 // |b|
	r, a, cond     float64 // the residual, A in the Frobenius norm, and its condition
	a2             float64
	largest, least float64 // ρ̄ so far

	// For the residual: Q̃ᵀ times it, by two more rotations (section 3.2).
	betadd, betad, rhod, tautilde, thetatilde, d float64
}

// step brings the norms up to date after q has been.
func (n *norms) step(b *bidiagonal, q *update, first bool) {
	betaacute, betacheck := q.chat*n.betadd, -q.shat*n.betadd
	betahat := q.c * betaacute
	n.betadd = -q.s * betaacute
	thetatildeOld := n.thetatilde
	ctilde, stilde, rhotildeOld := rotation(n.rhod, q.thetabar)
	n.thetatilde = stilde * q.rhobar
	n.rhod = ctilde * q.rhobar
	n.betad = -stilde*n.betad + ctilde*betahat
	n.tautilde = (q.zetaOld - thetatildeOld*n.tautilde) / rhotildeOld
	taud := (q.zeta - n.thetatilde*n.tautilde) / n.rhod
	n.d += betacheck * betacheck
	n.r = math.Sqrt(n.d + (n.betad-taud)*(n.betad-taud) + n.betadd*n.betadd)

	n.a2 += b.beta * b.beta
	n.a = math.Sqrt(n.a2)
	n.a2 += b.alpha * b.alpha
	n.largest = max(n.largest, q.rhobarOld)
	if !first {
		n.least = min(n.least, q.rhobarOld)
	}
	n.cond = max(n.largest, q.rhoTemp) / min(n.least, q.rhoTemp)
}

// stop reports whether a test holds, with ζ̄ the norm of Aᵀr.
func (n *norms) stop(p *Problem, q *update) bool {
	normAr, normX := math.Abs(q.zetabar), vec.Norm2(q.x)
	return n.r <= p.BTol*n.b+p.ATol*n.a*normX || // A x = b
		normAr <= p.ATol*n.a*n.r || // least squares
		p.CondLim > 0 && n.cond >= p.CondLim ||
		1+normAr/(n.a*n.r) <= 1 || // no more digits
		math.IsNaN(normAr)
}

// normalize makes v of length 1, unless it is zero, and returns its length.
func normalize(v []float64) float64 {
	s := vec.Norm2(v)
	if s > 0 {
		vec.Scale(1/s, v)
	}
	return s
}

// rotation is the plane rotation that turns (a, b) into (r, 0).
func rotation(a, b float64) (c, s, r float64) {
	if r = math.Hypot(a, b); r == 0 {
		return 1, 0, 0
	}
	return a / r, b / r, r
}
