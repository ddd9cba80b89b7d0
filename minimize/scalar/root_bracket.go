package scalar

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
)

// Bisect is bisection: it halves a bracket until its half is below XTol + RTol |x|. It is slow,
// about 40 evaluations for 12 digits, and cannot fail where f is continuous. An iteration costs one
// evaluation.
type Bisect struct {
	XTol    float64 `opt:"xtol"`    // absolute error of the root; default 2e-12, or 1e-9 of a bracket shorter than 2e-3
	RTol    float64 `opt:"rtol"`    // relative error of the root, at least 8.88e-16, four units of rounding; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 100
}

// Name returns "bisect".
func (Bisect) Name() string { return "bisect" }

func (Bisect) needs() needs { return needs{bracket: true} }

func (m Bisect) solve(s *zero) outcome {
	e, done := s.bracket()
	if done != nil {
		return *done
	}
	tol, maxIter := e.tolerance(m.XTol, m.RTol), option.Or(m.MaxIter, 100)
	a, d := e.a, e.b-e.a
	x := a
	for s.nit < maxIter {
		s.nit++
		d /= 2
		x = a + d
		f := s.value(x)
		if f == 0 || math.Abs(d) < tol.at(x) {
			return s.converged(x)
		}
		if math.Signbit(f) == math.Signbit(e.fa) {
			a = x
		}
	}
	return s.unfinished(x)
}

// BrentQ is Brent's method for a root within a bracket, the default and usually the best choice. It
// steps by inverse quadratic interpolation, by linear interpolation where there are only two
// points, and by bisection where these do not shrink the bracket fast enough. It stops when the
// bracket is below XTol + RTol |x|. An iteration costs one evaluation.
//
// Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 4.
type BrentQ struct {
	XTol    float64 `opt:"xtol"`    // absolute error of the root; default 2e-12, or 1e-9 of a bracket shorter than 2e-3
	RTol    float64 `opt:"rtol"`    // relative error of the root, at least 8.88e-16, four units of rounding; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 100
}

// Name returns "brentq".
func (BrentQ) Name() string { return "brentq" }

func (BrentQ) needs() needs { return needs{bracket: true} }

func (m BrentQ) solve(s *zero) outcome {
	return s.brent(m.XTol, m.RTol, option.Or(m.MaxIter, 100), false)
}

// BrentH is [BrentQ] with hyperbolic extrapolation instead of inverse quadratic
// interpolation; its costs and its stopping test are the same.
//
// Bus & Dekker, "Two efficient algorithms with guaranteed convergence for finding a zero
// of a function", ACM Trans. Math. Software 1 (1975).
type BrentH struct {
	XTol    float64 `opt:"xtol"`    // absolute error of the root; default 2e-12, or 1e-9 of a bracket shorter than 2e-3
	RTol    float64 `opt:"rtol"`    // relative error of the root, at least 8.88e-16, four units of rounding; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 100
}

// Name returns "brenth".
func (BrentH) Name() string { return "brenth" }

func (BrentH) needs() needs { return needs{bracket: true} }

func (m BrentH) solve(s *zero) outcome {
	return s.brent(m.XTol, m.RTol, option.Or(m.MaxIter, 100), true)
}

// brent is Brent's method; hyperbolic selects the interpolation of Bus & Dekker.
func (s *zero) brent(xtol, rtol float64, maxIter int, hyperbolic bool) outcome {
	e, done := s.bracket()
	if done != nil {
		return *done
	}
	tolerance := e.tolerance(xtol, rtol)
	// The root is between b, the best point, and c; a is the b before.
	a, b, fa, fb := e.a, e.b, e.fa, e.fb
	c, fc := a, fa
	last := b - a // the last step
	before := last
	for {
		if math.Abs(fc) < math.Abs(fb) {
			a, b, c = b, c, b
			fa, fb, fc = fb, fc, fb
		}
		if s.nit >= maxIter {
			return s.unfinished(b)
		}
		s.nit++
		tol, half := tolerance.at(b)/2, (c-b)/2
		if fb == 0 || math.Abs(half) < tol {
			return s.converged(b)
		}
		step := math.NaN()
		if math.Abs(before) > tol && math.Abs(fb) < math.Abs(fa) && !math.IsInf(fa, 0) && !math.IsInf(fc, 0) {
			step = interpolated(a, b, c, fa, fb, fc, hyperbolic)
		}
		if 2*math.Abs(step) < min(math.Abs(before), 3*math.Abs(half)-tol) {
			before, last = last, step
		} else {
			before, last = half, half
		}
		a, fa = b, fb
		if math.Abs(last) > tol {
			b += last
		} else {
			b += math.Copysign(tol, half)
		}
		if fb = s.value(b); math.Signbit(fb) == math.Signbit(fc) {
			c, fc = a, fa
			last = b - a
			before = last
		}
	}
}

// interpolated is the step from b to the root of the line through a and b if c is a; else of the
// inverse parabola through the three points, or of the hyperbola.
func interpolated(a, b, c, fa, fb, fc float64, hyperbolic bool) float64 {
	if a == c {
		return -fb * (b - a) / (fb - fa)
	}
	slopeA, slopeC := (fa-fb)/(a-b), (fc-fb)/(c-b)
	if hyperbolic {
		return -fb * (fc - fa) / (fc*slopeA - fa*slopeC)
	}
	return -fb * (fc*slopeC - fa*slopeA) / (slopeC * slopeA * (fc - fa))
}

// Ridder is Ridders' method for a root within a bracket: it multiplies the function by an
// exponential that brings its values at the ends and the middle onto a line, and steps to the root
// of that line. It stops when the bracket is below XTol + RTol |x|. An iteration costs two
// evaluations, which double the digits near a simple root.
//
// Ridders, "A new algorithm for computing a single root of a real continuous function",
// IEEE Trans. Circuits Systems 26 (1979).
type Ridder struct {
	XTol    float64 `opt:"xtol"`    // absolute error of the root; default 2e-12, or 1e-9 of a bracket shorter than 2e-3
	RTol    float64 `opt:"rtol"`    // relative error of the root, at least 8.88e-16, four units of rounding; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 100
}

// Name returns "ridder".
func (Ridder) Name() string { return "ridder" }

func (Ridder) needs() needs { return needs{bracket: true} }

func (m Ridder) solve(s *zero) outcome {
	e, done := s.bracket()
	if done != nil {
		return *done
	}
	a, b, fa, fb := e.a, e.b, e.fa, e.fb
	tolerance, maxIter := e.tolerance(m.XTol, m.RTol), option.Or(m.MaxIter, 100)
	x := a
	for s.nit < maxIter {
		s.nit++
		half := (b - a) / 2
		mid := a + half
		fm := s.value(mid)
		if fm == 0 {
			return s.converged(mid)
		}
		// The step is sign(fa) fm/√(fm² - fa fb) of the half, less half a tolerance.
		root := math.Hypot(fm, math.Sqrt(math.Abs(fa))*math.Sqrt(math.Abs(fb)))
		d := half * (fm / root)
		if fa < 0 {
			d = -d
		}
		x = mid
		if limit := math.Abs(half) - tolerance.at(mid)/2; limit > 0 && !math.IsNaN(d) { // NaN: of infinite values
			x += math.Copysign(min(math.Abs(d), limit), d)
		}
		f := fm
		if x != mid {
			f = s.value(x)
		}
		if f == 0 {
			return s.converged(x)
		}
		switch {
		case math.Signbit(f) != math.Signbit(fm):
			a, fa, b, fb = mid, fm, x, f
		case math.Signbit(f) != math.Signbit(fa):
			b, fb = x, f
		default:
			a, fa = x, f
		}
		if math.Abs(b-a) < tolerance.at(x) {
			return s.converged(x)
		}
	}
	return s.unfinished(x)
}
