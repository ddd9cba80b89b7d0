package scalar

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
)

// TOMS748 is the method of Alefeld, Potra and Shi for a root within a bracket, both ends of which
// converge to the root. An iteration does inverse cubic interpolation K times, with steps of
// Newton's method for a quadratic where that leads out of the bracket, then a double-length secant
// step, and a bisection where all this has not halved the bracket. It stops when the bracket is
// below XTol + RTol |x|. An iteration costs K + 1 evaluations, or K + 2 with a bisection.
//
// Alefeld, Potra & Shi, "Algorithm 748: enclosing zeros of continuous functions", ACM
// Trans. Math. Software 21 (1995), algorithms 4.1 (K = 1) and 4.2 (K = 2).
type TOMS748 struct {
	K       int     `opt:"k"`       // number of interpolations per iteration; default 1
	XTol    float64 `opt:"xtol"`    // absolute error of the root; default 2e-12, or 1e-9 of a bracket shorter than 2e-3
	RTol    float64 `opt:"rtol"`    // relative error of the root, at least 8.88e-16, four units of rounding; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 100
}

// Name returns "toms748".
func (TOMS748) Name() string { return "toms748" }

func (TOMS748) needs() needs { return needs{bracket: true} }

func (m TOMS748) solve(s *zero) outcome {
	if m.K < 0 {
		search.Refuse("toms748: K is %d, want at least 1", m.K)
	}
	ends, done := s.bracket()
	if done != nil {
		return *done
	}
	a, b, fa, fb := ends.a, ends.b, ends.fa, ends.fb
	if a > b {
		a, b, fa, fb = b, a, fb, fa
	}
	e := enclosure{s: s, tol: ends.tolerance(m.XTol, m.RTol), a: a, b: b, fa: fa, fb: fb}
	maxIter := option.Or(m.MaxIter, 100)
	if maxIter == 0 {
		return s.unfinished(e.best())
	}
	if e.narrow(e.secant(1)) {
		return s.converged(e.best())
	}
	e.e = math.NaN() // not known yet
	for s.nit = 1; s.nit < maxIter; {
		s.nit++
		if e.iterate(option.Or(m.K, 1)) {
			return s.converged(e.best())
		}
	}
	return s.unfinished(e.best())
}

// enclosure is a bracket [a, b] of a root, and the points d and e that were its ends
// before, the newer one first.
type enclosure struct {
	s              *zero
	tol            tolerance
	a, b, d, e     float64
	fa, fb, fd, fe float64
}

// iterate makes one iteration with k interpolations. It reports whether the root was
// found.
func (e *enclosure) iterate(k int) bool {
	before := e.b - e.a
	for i := range k {
		if e.narrow(e.interpolated(2 + i)) {
			return true
		}
	}
	return e.narrow(e.secant(2)) || e.b-e.a >= before/2 && e.narrow(e.a+(e.b-e.a)/2)
}

// best is the end with the smaller value.
func (e *enclosure) best() float64 {
	if math.Abs(e.fa) < math.Abs(e.fb) {
		return e.a
	}
	return e.b
}

// narrow makes c an end of the bracket, after it was moved off the ends by the
// tolerance (subroutine bracket). It reports whether c is the root, which then is an
// end, or the bracket is small enough.
func (e *enclosure) narrow(c float64) bool {
	delta := 0.7 * e.tol.at(e.best()) / 2
	switch {
	case e.b-e.a <= 4*delta || math.IsNaN(c):
		c = e.a + (e.b-e.a)/2
	case c <= e.a+2*delta:
		c = e.a + 2*delta
	case c >= e.b-2*delta:
		c = e.b - 2*delta
	}
	fc := e.s.value(c)
	e.e, e.fe = e.d, e.fd
	if fc == 0 || math.Signbit(fc) != math.Signbit(e.fa) {
		e.d, e.fd = e.b, e.fb
		e.b, e.fb = c, fc
	} else {
		e.d, e.fd = e.a, e.fa
		e.a, e.fa = c, fc
	}
	return fc == 0 || e.b-e.a <= e.tol.at(e.best())
}

// secant is the point of a secant step from the best end, times length; the middle
// where that is longer than half of the bracket (equations 4.1.5 to 4.1.7).
func (e *enclosure) secant(length float64) float64 {
	u, fu := e.a, e.fa
	if math.Abs(e.fb) < math.Abs(e.fa) {
		u, fu = e.b, e.fb
	}
	step := length * fu / (e.fb - e.fa) * (e.b - e.a)
	if length > 1 && !(math.Abs(step) <= (e.b-e.a)/2) {
		return e.a + (e.b-e.a)/2
	}
	return u - step
}

// interpolated is the zero of the inverse cubic through the four points (subroutine ipzero).
// Where there are fewer points, their values are not distinct or that zero is outside of the
// bracket, it is the zero of the quadratic through three points, by steps of Newton's method
// (subroutine newton-quadratic).
func (e *enclosure) interpolated(steps int) float64 {
	if x := e.inverseCubic(); x > e.a && x < e.b {
		return x
	}
	return e.quadratic(steps)
}

// inverseCubic is the value at 0 of the cubic x(f) through the four points, by Neville's scheme;
// NaN if there is none.
func (e *enclosure) inverseCubic() float64 {
	a, b, c, d := e.a, e.b, e.d, e.e
	fa, fb, fc, fd := e.fa, e.fb, e.fd, e.fe
	if math.IsNaN(d) || fa == fb || fa == fc || fa == fd || fb == fc || fb == fd || fc == fd {
		return math.NaN()
	}
	q11 := (c - d) * fc / (fd - fc)
	q21 := (b - c) * fb / (fc - fb)
	q31 := (a - b) * fa / (fb - fa)
	d21 := (b - c) * fc / (fc - fb)
	d31 := (a - b) * fb / (fb - fa)
	q22 := (d21 - q11) * fb / (fd - fb)
	q32 := (d31 - q21) * fa / (fc - fa)
	d32 := (d31 - q21) * fc / (fc - fa)
	q33 := (d32 - q22) * fa / (fd - fa)
	return a + q31 + q32 + q33
}

// quadratic is the zero in [a, b] of the quadratic through the ends and the point before, by steps
// of Newton's method; the zero of the line through the ends where that has none.
func (e *enclosure) quadratic(steps int) float64 {
	a, b, c, fa, fb, fc := e.a, e.b, e.d, e.fa, e.fb, e.fd
	slope := (fb - fa) / (b - a)
	curve := ((fc-fb)/(c-b) - slope) / (c - a)
	if curve == 0 {
		return a - fa/slope
	}
	r := b
	if math.Signbit(curve) == math.Signbit(fa) {
		r = a
	}
	for range steps {
		p, q := fa+(slope+curve*(r-b))*(r-a), slope+curve*(2*r-a-b)
		if q == 0 {
			return a - fa/slope
		}
		r -= p / q
	}
	return r
}
