package linesearch

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// trial is a point of a line: the step, the value and the slope there.
type trial struct{ a, f, g float64 }

// moreThuente seeks a step a between amin and amax with sufficient decrease and
// a small slope,
//
//	φ(a) ≤ φ(0) + ftol a φ'(0)  and  |φ'(a)| ≤ gtol |φ'(0)|,
//
// trying the step a first; f0 and g0 are φ(0) and φ'(0) < 0, phi gives φ and φ'. It
// keeps an interval that has such a step and narrows it by safeguarded cubic and
// quadratic interpolation.
//
// It returns the last step tried, its value and slope, and whether the conditions hold there. They do not
// where phi does not descend, the first step is outside the limits, a limit is reached, rounding hides the
// decrease, the interval is narrower than xtol relative to its end, numbers are not finite, or all trials are
// used. It allocates nothing.
//
// Moré & Thuente, sections 2 to 4, with their constants: 0.66 for the reduction of the interval, 1.1 and 4 for
// the growth of the step.
func moreThuente(phi func(a float64) (f, g float64), f0, g0, a, ftol, gtol, xtol, amin, amax float64, trials int) (at, f, g float64, ok bool) {
	if !(a >= amin && a <= amax) || g0 >= 0 {
		return 0, f0, g0, false
	}
	m := mtInterval{lo: trial{0, f0, g0}, hi: trial{0, f0, g0}}
	// The width of the interval, and twice the width two trials ago.
	width, width2 := amax-amin, 2*(amax-amin)
	// Where a trial may be: within the interval if there is one, else beyond the last trial.
	from, to := 0.0, 5*a
	slope := ftol * g0
	last := 0.0
	auxiliary := true // until a step has φ low enough and no descent, the search is on ψ
	for range trials {
		if f, g = phi(a); !vec.IsFinite(f) || !vec.IsFinite(g) {
			return a, f, g, false
		}
		line := f0 + a*slope
		if auxiliary && f <= line && g >= 0 {
			auxiliary = false
		}
		if f <= line && math.Abs(g) <= -gtol*g0 {
			return a, f, g, true
		}
		if m.closed && (a <= from || a >= to || to-from <= xtol*to) ||
			a == amax && f <= line && g <= slope ||
			a == amin && (f > line || g >= slope) {
			return a, f, g, false
		}
		last = a
		if auxiliary && f <= m.lo.f && f > line {
			// ψ(a) = φ(a) - φ(0) - ftol a φ'(0), up to φ(0) (equation 2.1).
			m.lo, m.hi = m.lo.tilted(-slope), m.hi.tilted(-slope)
			a = m.update(trial{a, f, g}.tilted(-slope), from, to)
			m.lo, m.hi = m.lo.tilted(slope), m.hi.tilted(slope)
		} else {
			a = m.update(trial{a, f, g}, from, to)
		}
		if m.closed {
			w := math.Abs(m.hi.a - m.lo.a)
			if w >= 0.66*width2 { // interpolation is slow
				a = m.lo.a + (m.hi.a-m.lo.a)/2
			}
			width2, width = width, w
			from, to = min(m.lo.a, m.hi.a), max(m.lo.a, m.hi.a)
		} else {
			from, to = a+1.1*(a-m.lo.a), a+4*(a-m.lo.a)
		}
		a = min(max(a, amin), amax)
		if m.closed && (a <= from || a >= to || to-from <= xtol*to) {
			a = m.lo.a // nothing better will be found
		}
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return last, f, g, false
		}
	}
	return last, f, g, false
}

// Descend is moreThuente from 0 to top that turns back where phi is not finite, and that also takes a step
// that descends sufficiently although its slope is not small, if there is no better one: then small is false.
// why is Converged with the step, LineSearchFailed, NonFinite, or Unbounded where phi is -Inf at a trial. The
// step is the last that was tried.
//
// Where phi is not finite the limit becomes half of the trial and the next trial a tenth of it, twenty times
// at most: our choice.
func Descend(phi func(a float64) (f, g float64), f0, g0, a, ftol, gtol, xtol, top float64, trials int) (step float64, small bool, why status.Code) {
	for range 20 {
		at, f, g, ok := moreThuente(phi, f0, g0, a, ftol, gtol, xtol, 0, top, trials)
		switch {
		case ok || f < f0 && f <= f0+ftol*at*g0 && vec.IsFinite(f) && vec.IsFinite(g):
			return at, ok, status.Converged
		case math.IsInf(f, -1):
			return at, false, status.Unbounded
		case vec.IsFinite(f) && vec.IsFinite(g):
			return at, false, status.LineSearchFailed
		}
		top, a = at/2, at/10
	}
	return 0, false, status.NonFinite
}

// tilted is t for φ plus a line through 0 with a slope.
func (t trial) tilted(slope float64) trial { return trial{t.a, t.f + t.a*slope, t.g + slope} }

// mtInterval is the interval of a search; lo has its least value, and the slope
// there descends towards hi. While it is not closed, it has no end hi.
type mtInterval struct {
	lo, hi trial
	closed bool
}

// update takes the trial t into the interval (the paper's section 2) and returns the next step to try
// (section 4), which is between from and to while the interval is open.
func (m *mtInterval) update(t trial, from, to float64) float64 {
	x, y := m.lo, m.hi
	var next float64
	turned := t.g < 0 && x.g > 0 || t.g > 0 && x.g < 0
	switch {
	case t.f > x.f: // case 1: a minimum is between
		c, q := cubicStep(x, t), x.a+x.g/((x.f-t.f)/(t.a-x.a)+x.g)/2*(t.a-x.a)
		if math.Abs(c-x.a) < math.Abs(q-x.a) {
			next = c
		} else {
			next = c + (q-c)/2
		}
		m.closed = true
	case turned: // case 2: a minimum is between
		c, s := cubicStep(t, x), secantStep(t, x)
		if math.Abs(c-t.a) > math.Abs(s-t.a) {
			next = c
		} else {
			next = s
		}
		m.closed = true
	case math.Abs(t.g) < math.Abs(x.g): // case 3: the slope flattens
		s := secantStep(t, x)
		c, grows := beyondStep(x, t)
		if !grows { // the cubic has no minimum beyond t
			c = to
			if t.a < x.a {
				c = from
			}
		}
		near := math.Abs(c-t.a) < math.Abs(s-t.a)
		if m.closed {
			next = s
			if near {
				next = c
			}
			// Not all the way to the other end.
			if far := t.a + 0.66*(y.a-t.a); t.a > x.a {
				next = min(far, next)
			} else {
				next = max(far, next)
			}
		} else {
			next = c
			if near {
				next = s
			}
			next = min(max(next, from), to)
		}
	case m.closed: // case 4: it does not
		next = cubicStep(t, y)
	case t.a > x.a:
		next = to
	default:
		next = from
	}
	switch {
	case t.f > x.f:
		m.hi = t
	case turned:
		m.hi, m.lo = x, t
	default:
		m.lo = t
	}
	return next
}

// cubicStep is the minimizer of the cubic with the values and slopes of a and b,
// where there is one between them: it is computed from a.
func cubicStep(a, b trial) float64 {
	theta, gamma := cubicRoot(a, b)
	if b.a < a.a {
		gamma = -gamma
	}
	return a.a + ((gamma-a.g)+theta)/((gamma-a.g)+gamma+b.g)*(b.a-a.a)
}

// beyondStep is the minimizer of the cubic through x and t; it reports whether there
// is one beyond t.
func beyondStep(x, t trial) (float64, bool) {
	theta, gamma := cubicRoot(x, t)
	if t.a > x.a {
		gamma = -gamma
	}
	r := ((gamma - t.g) + theta) / ((gamma + (x.g - t.g)) + gamma)
	return t.a + r*(x.a-t.a), r < 0 && gamma != 0
}

// cubicRoot has the two terms of the minimizer of a cubic: θ = 3(a.f-b.f)/(b.a-a.a) +
// a.g + b.g and √(θ² - a.g b.g), scaled against overflow.
func cubicRoot(a, b trial) (theta, gamma float64) {
	theta = 3*(a.f-b.f)/(b.a-a.a) + a.g + b.g
	s := max(math.Abs(theta), math.Abs(a.g), math.Abs(b.g))
	d := (theta/s)*(theta/s) - (a.g/s)*(b.g/s)
	if d < 0 {
		d = 0
	}
	return theta, s * math.Sqrt(d)
}

// secantStep is where the line through the slopes of t and x has slope 0.
func secantStep(t, x trial) float64 { return t.a + t.g/(t.g-x.g)*(x.a-t.a) }
