package minimize

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// TrustKrylov is the trust-region Newton method that solves its subproblems in Krylov subspaces, by
// the generalized Lanczos method, for indefinite problems of many variables. It needs the Hessian or
// its products with vectors. Where [TrustNCG] stops at the radius it continues: fewer iterations for
// more products. It keeps a vector for every product of a step.
//
// It stops when the Euclidean norm of the gradient is below GTol (status 0), after MaxIter
// iterations (1), when the model predicts no decrease or no step, however short, lowers the value
// (2), and when there are NaNs (3).
//
// Gould, Lucidi, Roma & Toint, "Solving the trust-region subproblem using the Lanczos method", SIAM J.
// Optim. 9 (1999), algorithm 5.1, with reorthogonalization.
type TrustKrylov struct {
	InitialTrustRadius float64 `opt:"initial_trust_radius"` // first trust radius; default 1
	MaxTrustRadius     float64 `opt:"max_trust_radius"`     // largest trust radius; default 1000
	Eta                float64 `opt:"eta"`                  // least ratio of actual to predicted decrease of an accepted step; default 0.15
	GTol               float64 `opt:"gtol"`                 // largest Euclidean norm of the gradient at the end; default 1e-4
	MaxIter            int     `opt:"maxiter"`              // most iterations; default 200n
	// Exact solves all subproblems to nine digits: fewer iterations, more products. Otherwise
	// they are solved more accurately as the gradient becomes small. It is SciPy's inexact=False.
	Exact bool `opt:"inexact,not"`
}

func (TrustKrylov) Name() string { return "trust-krylov" }

func (TrustKrylov) Capability() Capability { return Capability{Hess: true} }

func (m TrustKrylov) minimize(r *search.Run) search.Outcome {
	k := &krylovStep{exact: m.Exact, n: r.N(), bq: make([]float64, r.N())}
	return trustRegion{option.Or(m.InitialTrustRadius, 1), option.Or(m.MaxTrustRadius, 1000), option.Or(m.Eta, 0.15),
		r.ValueTolerance(m.GTol, 1e-4), r.Iterations(m.MaxIter), k.solve}.minimize(r, m.Name())
}

// krylovStep has the Lanczos vectors q and the tridiagonal matrix T of a step, with
// the diagonal a and the elements b next to it.
type krylovStep struct {
	exact bool
	n     int
	q     [][]float64
	a, b  []float64
	bq    []float64
	h, w  []float64 // the step in the subspace
	d, l  []float64 // of the factors of T + λI
}

func (k *krylovStep) solve(m *trustModel, radius float64) (boundary bool) {
	// Where steps were refused, ever more accurately: on ill-conditioned problems an
	// inexact one may change nothing.
	enough := min(0.5, math.Sqrt(m.gnorm)) * m.gnorm * math.Pow(0.1, float64(m.tries))
	if k.exact {
		enough = 1e-9 * m.gnorm // a choice
	}
	k.a, k.b = k.a[:0], k.b[:0]
	next := m.g
	size := m.gnorm
	lambda := 0.0
	for j := range k.n {
		if j == len(k.q) {
			k.q = append(k.q, make([]float64, k.n))
		}
		q := k.q[j]
		for i, v := range next {
			q[i] = v / size
		}
		m.product(q, k.bq)
		k.a = append(k.a, vec.Dot(q, k.bq))
		// Makes the rest of B q orthogonal to the vectors so far: twice is enough.
		for range 2 {
			for _, p := range k.q[:j+1] {
				c := vec.Dot(p, k.bq)
				for i, v := range p {
					k.bq[i] -= c * v
				}
			}
		}
		lambda, boundary = k.tridiagonal(m.gnorm, radius, lambda)
		size = vec.Norm2(k.bq)
		// The residual of the whole problem (equation 5.7).
		goal := enough
		if boundary { // where the step is long, accuracy pays
			goal = min(goal, 1e-3*m.gnorm) // a choice
		}
		if size*math.Abs(k.h[j]) <= goal || size == 0 {
			break
		}
		k.b = append(k.b, size)
		next = k.bq
	}
	clear(m.p)
	for j, c := range k.h {
		for i, v := range k.q[j] {
			m.p[i] += c * v
		}
	}
	return boundary
}

// tridiagonal sets h to the minimizer of hᵀTh/2 + γh₁ with |h| ≤ radius, from a guess
// of λ, by Newton's method on 1/|h| - 1/radius within an interval.
func (k *krylovStep) tridiagonal(gamma, radius, guess float64) (lambda float64, boundary bool) {
	n := len(k.a)
	k.h, k.w, k.d, k.l = vec.Grown(k.h, n), vec.Grown(k.w, n), vec.Grown(k.d, n), vec.Grown(k.l, n)
	// -λ₁ is within Gershgorin's circles.
	low, high := math.Inf(1), math.Inf(-1)
	for i, v := range k.a {
		off := 0.0
		if i > 0 {
			off += k.b[i-1]
		}
		if i < n-1 {
			off += k.b[i]
		}
		low, high = min(low, v-off), max(high, v+off)
	}
	lo, hi := max(0, gamma/radius-high), max(0, gamma/radius-low)
	lambda = min(max(guess, lo), hi)
	if lo == 0 && k.factor(0) { // the solution without a radius
		k.step(gamma)
		if vec.Norm2(k.h) <= radius {
			return 0, false
		}
	}
	// Bisection takes some fifty steps: 200 are a backstop. 1e-10 is near enough for a radius,
	// and 1e-15 is rounding.
	for range 200 {
		if !k.factor(lambda) {
			lo = max(lo, lambda)
			lambda = lo + 0.5*(hi-lo)
			if hi-lo <= 1e-15*hi {
				hi *= 1 + 1e-12
			}
			continue
		}
		k.step(gamma)
		length := vec.Norm2(k.h)
		if math.Abs(length-radius) <= 1e-10*radius || hi-lo <= 1e-15*hi {
			break
		}
		if length > radius {
			lo = max(lo, lambda)
		} else {
			hi = min(hi, lambda)
		}
		// |w|² = hᵀ(T + λI)⁻¹h, by the factors.
		s := 0.0
		for i := range n {
			k.w[i] = k.h[i]
			if i > 0 {
				k.w[i] -= k.l[i-1] * k.w[i-1]
			}
			s += k.w[i] * k.w[i] / k.d[i]
		}
		newton := lambda + length*length/s*(length-radius)/radius
		if newton > lo && newton < hi {
			lambda = newton
		} else {
			lambda = lo + 0.5*(hi-lo)
		}
	}
	if length := vec.Norm2(k.h); length > 0 { // on the boundary, also in the hard case
		for i := range k.h {
			k.h[i] *= radius / length
		}
	}
	return lambda, true
}

// factor makes T + λI = L D Lᵀ; it reports whether that is positive definite.
func (k *krylovStep) factor(lambda float64) bool {
	for i, v := range k.a {
		k.d[i] = v + lambda
		if i > 0 {
			k.l[i-1] = k.b[i-1] / k.d[i-1]
			k.d[i] -= k.l[i-1] * k.b[i-1]
		}
		if !(k.d[i] > 0) {
			return false
		}
	}
	return true
}

// step sets h to -γ(T + λI)⁻¹e₁.
func (k *krylovStep) step(gamma float64) {
	n := len(k.a)
	k.h[0] = -gamma
	for i := 1; i < n; i++ {
		k.h[i] = -k.l[i-1] * k.h[i-1]
	}
	for i := range k.h {
		k.h[i] /= k.d[i]
	}
	for i := n - 2; i >= 0; i-- {
		k.h[i] -= k.l[i] * k.h[i+1]
	}
}
