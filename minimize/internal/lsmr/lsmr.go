// Package lsmr solves linear least-squares problems of which only products with the
// matrix are known.
package lsmr

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// Problem is min |A x - b|² + damp²|x|², with A of m rows and n columns.
type Problem struct {
	M, N int
	Mul  func(x, y []float64) // sets y, of length M, to A x
	MulT func(y, x []float64) // sets x, of length N, to Aᵀ y
	B    []float64
	Damp float64
	// The iteration stops when the residual is as small as relative errors ATol in A
	// and BTol in b explain, when the condition of A is above CondLim, and after MaxIter
	// iterations. Zero turns a test off.
	ATol, BTol, CondLim float64
	MaxIter             int
}

// Solve sets x, of length N, to the solution found from 0, and returns the number of
// iterations.
//
// Fong & Saunders, "LSMR: An iterative algorithm for sparse least-squares problems",
// SIAM Journal on Scientific Computing 33, 2011: the algorithm is that of section 2.8
// with the norms and stopping tests of sections 3 and 4, damped as in section 5.
func Solve(p Problem, x []float64) int {
	clear(x)
	mem := make([]float64, 2*p.M+4*p.N)
	u, mv := mem[:p.M:p.M], mem[p.M:2*p.M:2*p.M]
	mem = mem[2*p.M:]
	v, nv, h, hbar := mem[:p.N:p.N], mem[p.N:2*p.N:2*p.N], mem[2*p.N:3*p.N:3*p.N], mem[3*p.N:]

	copy(u, p.B)
	normB := normalize(u)
	if normB == 0 {
		return 0
	}
	p.MulT(u, v)
	alpha := normalize(v)
	if alpha == 0 {
		return 0
	}
	copy(h, v)
	beta := normB
	alphabar, zetabar := alpha, alpha*beta
	rho, rhobar, cbar, sbar := 1.0, 1.0, 1.0, 0.0
	// For the norm of the residual.
	betadd, betad, rhodold, tautildeold, thetatilde, zeta, d := beta, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0
	// For the norm of A and its condition.
	normA2, maxrbar, minrbar := alpha*alpha, 0.0, math.Inf(1)
	for it := 1; it <= p.MaxIter; it++ {
		// The next step of the bidiagonalization: β u = A v - α u, α v = Aᵀu - β v.
		p.Mul(v, mv)
		for i := range u {
			u[i] = mv[i] - alpha*u[i]
		}
		if beta = normalize(u); beta > 0 {
			p.MulT(u, nv)
			for i := range v {
				v[i] = nv[i] - beta*v[i]
			}
			alpha = normalize(v)
		} else {
			alpha = 0
		}

		chat, shat, alphahat := rotation(alphabar, p.Damp)
		rhoold := rho
		var c, s float64
		c, s, rho = rotation(alphahat, beta)
		thetanew := s * alpha
		alphabar = c * alpha

		rhobarold, zetaold := rhobar, zeta
		thetabar, rhotemp := sbar*rho, cbar*rho
		cbar, sbar, rhobar = rotation(rhotemp, thetanew)
		zeta = cbar * zetabar
		zetabar = -sbar * zetabar

		a, b, e := thetabar*rho/(rhoold*rhobarold), zeta/(rho*rhobar), thetanew/rho
		for i := range x {
			hbar[i] = h[i] - a*hbar[i]
			x[i] += b * hbar[i]
			h[i] = v[i] - e*h[i]
		}

		// The norm of the residual, by two more rotations.
		betaacute, betacheck := chat*betadd, -shat*betadd
		betahat := c * betaacute
		betadd = -s * betaacute
		thetatildeold := thetatilde
		ctilde, stilde, rhotildeold := rotation(rhodold, thetabar)
		thetatilde = stilde * rhobar
		rhodold = ctilde * rhobar
		betad = -stilde*betad + ctilde*betahat
		tautildeold = (zetaold - thetatildeold*tautildeold) / rhotildeold
		taud := (zeta - thetatilde*tautildeold) / rhodold
		d += betacheck * betacheck
		normR := math.Sqrt(d + (betad-taud)*(betad-taud) + betadd*betadd)

		normA2 += beta * beta
		normA := math.Sqrt(normA2)
		normA2 += alpha * alpha
		maxrbar = max(maxrbar, rhobarold)
		if it > 1 {
			minrbar = min(minrbar, rhobarold)
		}
		cond := max(maxrbar, rhotemp) / min(minrbar, rhotemp)
		normAr, normX := math.Abs(zetabar), blas64.Nrm2(blas64.Vector{N: p.N, Inc: 1, Data: x})
		switch {
		case normR <= p.BTol*normB+p.ATol*normA*normX, // A x = b
			normAr <= p.ATol*normA*normR, // least squares
			p.CondLim > 0 && cond >= p.CondLim,
			1+normAr/(normA*normR) <= 1, // no more digits
			math.IsNaN(normAr):
			return it
		}
	}
	return p.MaxIter
}

// normalize makes v of length 1, unless it is zero, and returns its length.
func normalize(v []float64) float64 {
	w := blas64.Vector{N: len(v), Inc: 1, Data: v}
	s := blas64.Nrm2(w)
	if s > 0 {
		blas64.Scal(1/s, w)
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
