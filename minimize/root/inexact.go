package root

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Stops are the stopping tests and the line search of the quasi-Newton, mixing and Krylov
// methods. A search has converged when all tests that are set hold; by default only FAtol is.
// |·| is the largest element.
type Stops struct {
	FTol    float64 `opt:"ftol"`    // bound of |F| relative to |F(x0)|; default: no test
	FAtol   float64 `opt:"fatol"`   // bound of |F|; default 6.06e-6, the cube root of the precision
	XTol    float64 `opt:"xtol"`    // bound of the step relative to |x|; default: no test
	XAtol   float64 `opt:"xatol"`   // bound of the step; default: no test
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 100(n+1)
	// LineSearch is "armijo", which cuts steps until |F|² falls and takes one nevertheless if
	// it falls for none, or "none", which takes whole steps; default "armijo".
	LineSearch string `opt:"line_search"`
}

// approximateJacobian is the part in which the methods of inexactNewton differ.
type approximateJacobian interface {
	// start is called at the first point.
	start(x, f []float64)
	// solve sets dx to the solution of J dx = -F, to a relative residual of tol if the
	// method is iterative.
	solve(f, dx []float64, tol float64)
	// update is called after a step s, in which F changed by y and became f, at x.
	update(x, f, s, y []float64)
	// patience is the patience of the search for steps, see stepSearch.
	patience() int
}

// Constants of the forcing terms η, by Eisenstat & Walker, "Choosing the forcing terms in an
// inexact Newton method", SIAM J. Sci. Comput. 17 (1996), choice 2 with the exponent 2: η is
// γ(|F|/|F of the last point|)², and no less than γη² of the last η where that is above a
// threshold. The values are SciPy's and, but for the first η, theirs.
const (
	forcingFirst     = 1e-3
	forcingMax       = 0.9999
	forcingGamma     = 0.9
	forcingThreshold = 0.1
)

// inexactNewton repeats x ← x + dx, with J dx = -F solved to a relative residual of η, and with
// the step cut by a search, [stepSearch], for a decrease of |F|² (Kelley, "Iterative methods for
// linear and nonlinear equations", 1995, chapter 8).
func inexactNewton(r *run, method string, t Stops, jac approximateJacobian) outcome {
	if t.LineSearch != "" && t.LineSearch != "armijo" && t.LineSearch != "none" {
		search.Refuse("%s: LineSearch is %q, want armijo or none", method, t.LineSearch)
	}
	s := newInexact(r, t, jac)
	if !vec.IsFinite(s.length) {
		return s.end(status.NonFinite, 3, "The values at the start are not finite.")
	}
	if s.largest == 0 {
		return s.converged()
	}
	jac.start(s.x, s.f)
	for range option.Or(t.MaxIter, 100*(r.n()+1)) {
		if s.done() && s.asks() {
			if r.isRoot(s.x, s.f) {
				return s.converged()
			}
			s.refused = r.largestOf(s.f) / 10 // a choice
		}
		if failed := s.iterate(); failed != nil {
			return *failed
		}
	}
	if s.done() && r.isRoot(s.x, s.f) {
		return s.converged()
	}
	return s.end(status.IterationLimit, 2, "The maximum number of iterations allowed has been reached.")
}

// inexact is the state of inexactNewton.
type inexact struct {
	r     *run
	stops Stops
	fatol float64
	jac   approximateJacobian
	cut   stepSearch

	x, f        []float64 // the point and F there
	dx          []float64 // the solution of J dx = -F
	next, nextF []float64 // the point after the step and F there
	s, y        []float64 // the last step and the change of F over it
	length      float64   // |F|, Euclidean
	largest     float64   // the largest element of F
	first       float64   // the same at the start
	step        float64   // the largest element of the last step
	eta         float64   // η, the forcing term
	refused     float64   // a tenth of the values that were not small where x was last found to be no root
}

// newInexact evaluates F at the start.
func newInexact(r *run, t Stops, jac approximateJacobian) *inexact {
	n := r.n()
	mem := make(vec.Slab, 7*n)
	s := &inexact{
		r: r, stops: t, fatol: r.tolerance(t.FAtol, math.Cbrt(vec.Eps)), jac: jac, step: math.Inf(1), eta: forcingFirst,
		x: mem.Take(n), f: mem.Take(n), dx: mem.Take(n), next: mem.Take(n), nextF: mem.Take(n), y: mem.Take(n), s: mem.Take(n),
	}
	// The search keeps a point where the step and the change of F are written afterwards.
	s.cut = stepSearch{r: r, patience: jac.patience(), kept: s.s, keptF: s.y}
	copy(s.x, r.x0)
	r.values(s.x, s.f)
	s.length, s.largest = vec.Norm2(s.f), largest(s.f)
	s.first = s.largest
	return s
}

// largest is the largest element of v in absolute value.
func largest(v []float64) float64 { return vec.Norm(v, math.Inf(1)) }

// done reports whether the stopping tests hold.
func (s *inexact) done() bool {
	within := func(v, tol, scale float64) bool { return tol == 0 || v <= max(tol, 0)*scale }
	t := s.stops
	return s.largest == 0 || s.largest <= s.fatol && within(s.largest, t.FTol, s.first) &&
		within(s.step, t.XAtol, 1) && within(s.step, t.XTol, largest(s.x))
}

// asks reports whether to ask again if x is a root: where those values that were not small have fallen to a tenth. Others
// may be zero to rounding, and fall no more.
func (s *inexact) asks() bool { return s.refused == 0 || s.r.largestOf(s.f) <= s.refused }

// iterate takes a step.
func (s *inexact) iterate() (failed *outcome) {
	s.jac.solve(s.f, s.dx, min(s.eta, s.eta*s.length))
	if vec.Norm2(s.dx) == 0 || vec.HasNaN(s.dx) {
		o := s.end(status.Failed, 4, "The step is zero or not finite: the approximation of the Jacobian is singular here. Try another start, or method hybr.")
		return &o
	}
	part := 1.0 // of dx
	if s.stops.LineSearch == "none" {
		for i, v := range s.x {
			s.next[i] = v + s.dx[i]
		}
		s.r.values(s.next, s.nextF)
	} else {
		part = s.cut.find(s.x, s.dx, s.length*s.length, s.next, s.nextF)
	}
	for i := range s.x {
		s.s[i], s.y[i] = s.next[i]-s.x[i], s.nextF[i]-s.f[i]
	}
	s.x, s.next = s.next, s.x
	s.f, s.nextF = s.nextF, s.f
	s.step = part * largest(s.dx)
	last := s.length
	s.length, s.largest = vec.Norm2(s.f), largest(s.f)
	if !vec.IsFinite(s.length) {
		o := s.end(status.NonFinite, 3, "The values are not finite.")
		return &o
	}
	s.r.iterated(s.x, s.f)
	s.jac.update(s.x, s.f, s.s, s.y)
	s.force(s.length / last)
	return nil
}

// force sets the forcing term after a step that multiplied |F| by ratio.
func (s *inexact) force(ratio float64) {
	eta := forcingGamma * ratio * ratio
	if safe := forcingGamma * s.eta * s.eta; safe >= forcingThreshold {
		eta = max(eta, safe)
	}
	s.eta = min(forcingMax, eta)
}

func (s *inexact) converged() outcome {
	return s.end(status.Converged, 1, "A solution was found at the specified tolerance.")
}

func (s *inexact) end(reason status.Code, code int, message string) outcome {
	return outcome{s.x, s.f, reason, code, message}
}

// stepSearch cuts the steps of inexactNewton.
//
// These methods need not descend: their Jacobian may be wrong. Where no step lowers |F|² enough,
// the one that raises it least is taken, from which the Jacobian becomes right along dx. Where
// more than patience consecutive searches fail, the whole step is taken, however long.
type stepSearch struct {
	r           *run
	patience    int // number of consecutive searches that may fail before a whole step is taken
	failed      int // number of consecutive searches that have failed
	kept, keptF []float64
	keptPart    float64 // the part of dx that leads to kept
	keptPhi     float64 // |F|² there
}

// Constants of the search.
const (
	stepDecrease = 1e-4 // by which part of the slope |F|² must fall; Nocedal & Wright's c₁
	stepLeast    = 1e-2 // the search fails when the part of dx is smaller, as in SciPy
)

// find sets next and nextF to a point x + a dx and F there, and returns a: 1 if that lowers
// |F|² = phi enough, else from safeguarded interpolation (Nocedal & Wright, "Numerical
// Optimization", 2nd ed., section 3.5).
func (l *stepSearch) find(x, dx []float64, phi float64, next, nextF []float64) (a float64) {
	at := func(a float64) float64 {
		for i, v := range x {
			next[i] = v + a*dx[i]
		}
		l.r.values(next, nextF)
		return vec.Dot(nextF, nextF)
	}
	// The slope is -2|F|² where the Jacobian is right; -|F|² is prudent.
	slope := -phi
	before, beforePhi := 1.0, at(1)
	if beforePhi <= phi+stepDecrease*slope {
		l.failed = 0
		return 1
	}
	l.keep(before, beforePhi, next, nextF)
	a = 0.5
	if vec.IsFinite(beforePhi) { // the minimum of the parabola, equation 3.58
		a = min(max(-slope/2/(beforePhi-phi-slope), 0.1), 0.5)
	}
	for a > stepLeast {
		aPhi := at(a)
		if aPhi <= phi+stepDecrease*a*slope {
			l.failed = 0
			return a
		}
		if !(aPhi >= l.keptPhi) && (l.failed < l.patience || !vec.IsFinite(l.keptPhi)) {
			l.keep(a, aPhi, next, nextF)
		}
		shorter := cubicStep(before, beforePhi-phi-slope*before, a, aPhi-phi-slope*a, slope)
		before, beforePhi, a = a, aPhi, shorter
	}
	if l.failed++; l.failed > l.patience {
		l.failed = 0
	}
	copy(next, l.kept)
	copy(nextF, l.keptF)
	return l.keptPart
}

// keep remembers a point in case that the search fails.
func (l *stepSearch) keep(part, phi float64, x, f []float64) {
	l.keptPart, l.keptPhi = part, phi
	copy(l.kept, x)
	copy(l.keptF, f)
}

// cubicStep is the minimum of the cubic c₃a³ + c₂a² + slope a, where c₃a³ + c₂a² is rest0 at a0 and
// rest1 at a1 (Nocedal & Wright, after equation 3.58), or a1/2 where it is not between
// a1/2 and 0.96 a1.
func cubicStep(a0, rest0, a1, rest1, slope float64) float64 {
	d := a0 * a0 * a1 * a1 * (a1 - a0)
	c3 := (a0*a0*rest1 - a1*a1*rest0) / d
	c2 := (-a0*a0*a0*rest1 + a1*a1*a1*rest0) / d
	a := (-c2 + math.Sqrt(math.Abs(c2*c2-3*c3*slope))) / (3 * c3)
	if !(a1-a <= a1/2 && a > 0 && a < 0.96*a1) {
		a = a1 / 2
	}
	return a
}

// firstScale is the part of F that the first step is: ½max(|x|, 1)/|F|, unless given.
func firstScale(given float64, x, f []float64) float64 {
	if given != 0 {
		return given
	}
	if n := vec.Norm2(f); n > 0 {
		return 0.5 * max(vec.Norm2(x), 1) / n
	}
	return 1
}
