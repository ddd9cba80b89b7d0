package root

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Stops are the stopping tests of the quasi-Newton and mixing methods:
// all that are set must hold. By default there is only FAtol.
type Stops struct {
	FTol    float64 `opt:"ftol"`    // largest |F| relative to that at the start; default: no test
	FAtol   float64 `opt:"fatol"`   // largest |F| in the norm; default 6.06e-6
	XTol    float64 `opt:"xtol"`    // length of the step relative to the point; default: no test
	XAtol   float64 `opt:"xatol"`   // length of the step; default: no test
	MaxIter int     `opt:"maxiter"` // iterations at most; default 100(n+1)
	// LineSearch is "armijo" (the default), which cuts steps until |F|² falls and, where
	// it does for none, takes one nevertheless, or "none".
	LineSearch string `opt:"line_search"`
}

// approximateJacobian is in what the methods of this file differ.
type approximateJacobian interface {
	// start is called at the first point.
	start(x, f []float64)
	// solve sets dx to the solution of J dx = -F, to a relative residual of tol where
	// it is iterative.
	solve(f, dx []float64, tol float64)
	// update is called after a step s, in which F changed by y and became f, at x.
	update(x, f, s, y []float64)
	// patience is that of the search for steps, see stepSearch.
	patience() int
}

// inexactNewton repeats x ← x + dx, with the step cut by a search, [stepSearch], for a
// decrease of |F|² (Kelley, "Iterative methods for linear and nonlinear equations",
// 1995, chapter 8) and the forcing terms of Eisenstat & Walker, "Choosing the forcing
// terms in an inexact Newton method", 1996, choice 2 with γ = 0.9.
func inexactNewton(r *run, method string, t Stops, jac approximateJacobian) outcome {
	if t.LineSearch != "" && t.LineSearch != "armijo" && t.LineSearch != "none" {
		search.Refuse("%s: LineSearch is %q, want armijo or none", method, t.LineSearch)
	}
	n := r.n()
	fatol := r.tolerance(t.FAtol, math.Cbrt(vec.Eps))
	maxIter := option.Or(t.MaxIter, 100*(n+1))
	mem := make(vec.Slab, 7*n)
	x, f, dx, next, nextF, y, s := mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	// The search keeps a point where the step and its change are written afterwards.
	search := &stepSearch{r: r, patience: jac.patience(), kept: s, keptF: y}
	copy(x, r.x0)
	r.values(x, f)
	end := func(reason status.Code, status int, message string) outcome {
		return outcome{x, f, reason, status, message}
	}
	largest := func(v []float64) float64 { return vec.Norm(v, math.Inf(1)) }
	f0, fnorm, fl2 := largest(f), largest(f), vec.Norm2(f)
	if math.IsNaN(fl2) || math.IsInf(fl2, 0) {
		return end(status.NonFinite, 3, "The values at the start are not finite.")
	}
	const etaMax, gamma, threshold = 0.9999, 0.9, 0.1
	eta := 1e-3
	step := math.Inf(1)
	done := func() bool {
		return fnorm <= fatol && (t.FTol == 0 || fnorm <= t.FTol*f0) && (t.XAtol == 0 || step <= t.XAtol) && (t.XTol == 0 || step <= t.XTol*largest(x)) || fnorm == 0
	}
	if fnorm == 0 {
		return end(status.Converged, 1, "A solution was found at the specified tolerance.")
	}
	jac.start(x, f)
	for range maxIter {
		if done() {
			return end(status.Converged, 1, "A solution was found at the specified tolerance.")
		}
		jac.solve(f, dx, min(eta, eta*fl2))
		if vec.Norm2(dx) == 0 || vec.HasNaN(dx) {
			return end(status.Failed, 4, "Jacobian inversion yielded zero vector. This indicates a bug in the Jacobian approximation.")
		}
		scale := 1.0
		if t.LineSearch == "none" {
			for i, v := range x {
				next[i] = v + dx[i]
			}
			r.values(next, nextF)
		} else {
			scale = search.find(x, dx, fl2*fl2, next, nextF)
		}
		for i := range x {
			s[i], y[i] = next[i]-x[i], nextF[i]-f[i]
		}
		x, next = next, x
		f, nextF = nextF, f
		step = scale * largest(dx)
		last := fl2
		fnorm, fl2 = largest(f), vec.Norm2(f)
		if math.IsNaN(fl2) || math.IsInf(fl2, 0) {
			return end(status.NonFinite, 3, "The values are not finite.")
		}
		r.iterated(x, f)
		jac.update(x, f, s, y)
		a := gamma * (fl2 / last) * (fl2 / last)
		if gamma*eta*eta >= threshold {
			a = max(a, gamma*eta*eta)
		}
		eta = min(etaMax, a)
	}
	if done() {
		return end(status.Converged, 1, "A solution was found at the specified tolerance.")
	}
	return end(status.IterationLimit, 2, "The maximum number of iterations allowed has been reached.")
}

// stepSearch cuts the steps of inexactNewton.
type stepSearch struct {
	r *run
	// patience is how many searches in a row may fail before a whole step is taken.
	patience, failed int
	kept, keptF      []float64
}

// find sets next and nextF to the point a part of dx away and F there. The part is
// answered: 1 if that lowers |F|² = phi enough, else that of safeguarded interpolation
// (Nocedal & Wright, "Numerical Optimization", 2nd ed., section 3.5).
//
// These methods need not descend: their Jacobian may be wrong. Where no step lowers
// |F|² enough, the one that raises it least is taken, from which the Jacobian is made
// right along dx. Where those do not help for longer than patience, the whole step is,
// however long.
func (l *stepSearch) find(x, dx []float64, phi float64, next, nextF []float64) float64 {
	at := func(a float64) float64 {
		for i, v := range x {
			next[i] = v + a*dx[i]
		}
		l.r.values(next, nextF)
		return vec.Dot(nextF, nextF)
	}
	const c1, least = 1e-4, 1e-2
	// The slope is -2|F|² where the Jacobian is right; -|F|² is prudent.
	slope := -phi
	a0, phi0 := 1.0, at(1)
	if phi0 <= phi+c1*slope {
		l.failed = 0
		return 1
	}
	kept, keptPhi := a0, phi0
	copy(l.kept, next)
	copy(l.keptF, nextF)
	a1 := 0.5
	if vec.IsFinite(phi0) {
		a1 = min(max(-slope/2/(phi0-phi-slope), 0.1), 0.5)
	}
	for a1 > least {
		phi1 := at(a1)
		if phi1 <= phi+c1*a1*slope {
			l.failed = 0
			return a1
		}
		if !(phi1 >= keptPhi) && (l.failed < l.patience || !vec.IsFinite(keptPhi)) {
			kept, keptPhi = a1, phi1
			copy(l.kept, next)
			copy(l.keptF, nextF)
		}
		// The cubic through the last two.
		d := a0 * a0 * a1 * a1 * (a1 - a0)
		ca := (a0*a0*(phi1-phi-slope*a1) - a1*a1*(phi0-phi-slope*a0)) / d
		cb := (-a0*a0*a0*(phi1-phi-slope*a1) + a1*a1*a1*(phi0-phi-slope*a0)) / d
		a2 := (-cb + math.Sqrt(math.Abs(cb*cb-3*ca*slope))) / (3 * ca)
		if !(a1-a2 <= a1/2 && a2 > 0 && a2 < 0.96*a1) {
			a2 = a1 / 2
		}
		a0, phi0, a1 = a1, phi1, a2
	}
	if l.failed++; l.failed > l.patience {
		l.failed = 0
	}
	copy(next, l.kept)
	copy(nextF, l.keptF)
	return kept
}

// firstScale is the part of F that the first step is: ½max(|x|, 1)/|F|, unless given.
func firstScale(alpha float64, x, f []float64) float64 {
	if alpha != 0 {
		return alpha
	}
	if n := vec.Norm2(f); n > 0 {
		return 0.5 * max(vec.Norm2(x), 1) / n
	}
	return 1
}
