// Package linesearch finds steps along a direction: by the strong Wolfe conditions for quasi-Newton methods
// ([Wolfe]), or for methods within bounds a step that descends ([Descend]). Both try the search of Moré and
// Thuente first, which keeps an interval that has such a step and narrows it by interpolation.
//
// Read morethuente.go, then wolfe.go, which adds bracketing and zoom after Nocedal & Wright.
//
// Moré & Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM Trans. Math. Softw. 20
// (1994); Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, section 3.5.
package linesearch

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Wolfe seeks a step along a direction with the strong Wolfe conditions of parameters 0 < c1 < c2 < 1
// (Nocedal & Wright, equation 3.7): first by moreThuente, and where that fails by bracketing and zoom
// (algorithms 3.5 and 3.6), whose limits on the step are looser.
//
// It keeps the vectors of a search, so that a search allocates nothing.
type Wolfe struct {
	r          *search.Run
	c1, c2     float64
	Amin, Amax float64 // limits of the first search
	ZoomMax    float64 // the longest step of the second search
	// Accept is a further condition on a step that satisfies the others; its point is in X, F and G.
	// May be nil.
	Accept func() bool

	x0, d     []float64 // where the line starts, and its direction
	f0, slope float64   // the value and the slope there

	// The point last tried, after a success the one found: the point and the gradient, the value and
	// the step.
	X, G     []float64
	F, A     float64 // the value and the step
	hasSlope bool
	phi      func(a float64) (f, g float64)
}

// NewWolfe is a line search of r with the parameters 0 < c1 < c2 < 1.
func NewWolfe(r *search.Run, c1, c2 float64) *Wolfe {
	w := &Wolfe{r: r, c1: c1, c2: c2, X: make([]float64, r.N()), G: make([]float64, r.N())}
	w.phi = func(a float64) (float64, float64) { return w.value(a), w.slopeThere() }
	return w
}

// value is the function a step away.
func (w *Wolfe) value(a float64) float64 {
	w.A, w.hasSlope = a, false
	for i, v := range w.x0 {
		w.X[i] = v + a*w.d[i]
	}
	if w.F = w.r.Value(w.X); math.IsNaN(w.F) {
		w.F = math.Inf(1) // outside the domain: the search turns back
	}
	return w.F
}

// slopeThere is the slope at the point of the last value.
func (w *Wolfe) slopeThere() float64 {
	w.r.Gradient(w.X, w.G)
	w.hasSlope = true
	return vec.Dot(w.G, w.d)
}

// accepted reports whether the further condition holds.
func (w *Wolfe) accepted() bool { return w.Accept == nil || w.Accept() }

// Search seeks a step from x along d. f and g are the value and the gradient at x, before the value at the
// point before. The first trial assumes the last decrease again, lengthened by 1% (Nocedal & Wright, equation
// 3.60), and is at most 1; it is 1 if before is NaN. After a success the point is in X, F and G.
func (w *Wolfe) Search(x, d, g []float64, f, before float64) bool {
	w.x0, w.d, w.f0, w.slope = x, d, f, vec.Dot(g, d)
	first := 1.0
	if a := 2 * 1.01 * (f - before) / w.slope; a >= 0 && a < 1 {
		first = a
	}
	const xtol, trials = 1e-14, 100 // as in SciPy
	if _, _, _, ok := moreThuente(w.phi, f, w.slope, first, w.c1, w.c2, xtol, w.Amin, w.Amax, trials); ok && w.accepted() {
		return true
	}
	if !w.bracket(min(first, w.ZoomMax)) {
		return false
	}
	if !w.hasSlope {
		w.slopeThere()
	}
	return true
}

// bracket is algorithm 3.5: the step doubles until there is an interval to zoom into. When ten doublings,
// as in SciPy, give none, the last point is the result.
func (w *Wolfe) bracket(a float64) bool {
	last := trial{0, w.f0, w.slope}
	t := trial{a: a, f: w.value(a)}
	for i := range 10 {
		if t.a == 0 || last.a > w.ZoomMax || math.IsNaN(t.a) {
			return false
		}
		if t.f > w.f0+w.c1*t.a*w.slope || i > 0 && t.f >= last.f {
			return w.zoom(last, t)
		}
		t.g = w.slopeThere()
		if math.Abs(t.g) <= -w.c2*w.slope && w.accepted() {
			return true
		}
		if t.g >= 0 {
			return w.zoom(t, last)
		}
		last, t.a = t, min(2*t.a, w.ZoomMax)
		t.f = w.value(t.a)
	}
	return true
}

// zoom is algorithm 3.6: lo has the least value of the trials with sufficient decrease, and its slope
// descends towards hi. The margins, a fifth of the width for cubics and a tenth for parabolas, and the eleven
// trials are SciPy's.
func (w *Wolfe) zoom(lo, hi trial) bool {
	old := trial{0, w.f0, w.slope} // the end that was replaced last
	for i := range 11 {
		// No closer to an end than a part of the width if lo is the left end; if it is the right
		// end, interpolation may come as close as it likes.
		width := max(hi.a-lo.a, 0)
		from, to := min(lo.a, hi.a), max(lo.a, hi.a)
		within := func(a, margin float64) bool { return a >= from+margin*width && a <= to-margin*width }
		t := trial{a: math.NaN()}
		if i > 0 {
			t.a = cubicThrough(lo, hi, old)
		}
		if !within(t.a, 0.2) {
			t.a = parabola(lo, hi)
			if !within(t.a, 0.1) {
				t.a = lo.a + (hi.a-lo.a)/2
			}
		}
		t.f = w.value(t.a)
		if t.f > w.f0+w.c1*t.a*w.slope || t.f >= lo.f {
			old, hi = hi, t
			continue
		}
		t.g = w.slopeThere()
		if math.Abs(t.g) <= -w.c2*w.slope && w.accepted() {
			return true
		}
		old = lo
		if t.g*(hi.a-lo.a) >= 0 {
			old, hi = hi, lo
		}
		lo = t
	}
	return false
}

// cubicThrough is the minimizer of the cubic with the value and slope of a and the
// values of b and c; NaN or infinite where there is none.
func cubicThrough(a, b, c trial) float64 {
	// a.f + a.g s + q s² + p s³, with s the distance from a.
	s, t := b.a-a.a, c.a-a.a
	u, v := (b.f-a.f-a.g*s)/(s*s), (c.f-a.f-a.g*t)/(t*t)
	p := (u - v) / (s - t)
	q := u - p*s
	return a.a + (-q+math.Sqrt(q*q-3*p*a.g))/(3*p)
}

// parabola is the vertex of the parabola with the value and slope of a and the value
// of b, where it has a minimum; NaN or infinite where it has none.
func parabola(a, b trial) float64 {
	s := b.a - a.a
	return a.a - a.g/(2*((b.f-a.f-a.g*s)/(s*s)))
}

// Check ends the search of a method if no step may satisfy the parameters.
func (w *Wolfe) Check(method string) *Wolfe {
	if !(0 < w.c1 && w.c1 < w.c2 && w.c2 < 1) {
		search.Refuse("%s: C1 and C2 are %g and %g, want 0 < C1 < C2 < 1", method, w.c1, w.c2)
	}
	return w
}
