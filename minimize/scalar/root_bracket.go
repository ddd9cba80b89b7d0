package scalar

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
)

// Bisect halves a bracket until its half is below XTol + RTol |x|. It is slow, and
// cannot fail where f is continuous: 40 evaluations or so for 12 digits.
type Bisect struct {
	XTol    float64 `opt:"xtol"`    // error of the root, absolute; default 2e-12
	RTol    float64 `opt:"rtol"`    // error of the root, relative, at least its default; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // iterations at most; default 100
}

// Name is "bisect".
func (Bisect) Name() string { return "bisect" }

func (Bisect) needs() needs { return needs{bracket: true} }

func (m Bisect) solve(s *zero) outcome {
	a, b, fa, _ := s.bracket()
	tol, maxIter := s.tolerances(m.XTol, m.RTol), option.Or(m.MaxIter, 100)
	d, x := b-a, a
	for s.nit < maxIter {
		s.nit++
		d /= 2
		x = a + d
		f := s.value(x)
		if f == 0 || math.Abs(d) < tol.at(x) {
			return s.converged(x)
		}
		if math.Signbit(f) == math.Signbit(fa) {
			a = x
		}
	}
	return s.unfinished(x)
}

// BrentQ is Brent's method for a root within a bracket, mostly the best choice: inverse
// quadratic interpolation, or linear where there are two points only, and bisection
// where these do not shrink the bracket fast enough. It stops when the bracket is below
// XTol + RTol |x|.
//
// Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 4.
type BrentQ struct {
	XTol    float64 `opt:"xtol"`    // error of the root, absolute; default 2e-12
	RTol    float64 `opt:"rtol"`    // error of the root, relative, at least its default; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // iterations at most; default 100
}

// Name is "brentq".
func (BrentQ) Name() string { return "brentq" }

func (BrentQ) needs() needs { return needs{bracket: true} }

func (m BrentQ) solve(s *zero) outcome {
	return s.brent(s.tolerances(m.XTol, m.RTol), option.Or(m.MaxIter, 100), false)
}

// BrentH is [BrentQ] with hyperbolic extrapolation instead of inverse quadratic
// interpolation.
//
// Bus & Dekker, "Two efficient algorithms with guaranteed convergence for finding a zero
// of a function", ACM Trans. Math. Software 1 (1975).
type BrentH struct {
	XTol    float64 `opt:"xtol"`    // error of the root, absolute; default 2e-12
	RTol    float64 `opt:"rtol"`    // error of the root, relative, at least its default; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // iterations at most; default 100
}

// Name is "brenth".
func (BrentH) Name() string { return "brenth" }

func (BrentH) needs() needs { return needs{bracket: true} }

func (m BrentH) solve(s *zero) outcome {
	return s.brent(s.tolerances(m.XTol, m.RTol), option.Or(m.MaxIter, 100), true)
}

// brent is Brent's method; hyperbolic is of the interpolation.
func (s *zero) brent(tolerance tolerance, maxIter int, hyperbolic bool) outcome {
	// The root is between b, the best point, and c; a is the b before.
	a, b, fa, fb := s.bracket()
	c, fc := a, fa
	d := b - a // the last step, and the one before
	e := d
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
		if math.Abs(e) > tol && math.Abs(fb) < math.Abs(fa) && !math.IsInf(fa, 0) && !math.IsInf(fc, 0) {
			if a == c {
				step = -fb * (b - a) / (fb - fa)
			} else {
				da, dc := (fa-fb)/(a-b), (fc-fb)/(c-b)
				if hyperbolic {
					step = -fb * (fc - fa) / (fc*da - fa*dc)
				} else {
					step = -fb * (fc*dc - fa*da) / (dc * da * (fc - fa))
				}
			}
		}
		if 2*math.Abs(step) < min(math.Abs(e), 3*math.Abs(half)-tol) {
			e, d = d, step
		} else {
			e, d = half, half
		}
		a, fa = b, fb
		if math.Abs(d) > tol {
			b += d
		} else {
			b += math.Copysign(tol, half)
		}
		if fb = s.value(b); math.Signbit(fb) == math.Signbit(fc) {
			c, fc = a, fa
			d = b - a
			e = d
		}
	}
}

// Ridder is Ridders' method for a root within a bracket: regula falsi after an
// exponential factor has made the middle and the ends a line. Two evaluations an
// iteration, which double the digits near a simple root. It stops when the bracket is
// below XTol + RTol |x|.
//
// Ridders, "A new algorithm for computing a single root of a real continuous function",
// IEEE Trans. Circuits Systems 26 (1979).
type Ridder struct {
	XTol    float64 `opt:"xtol"`    // error of the root, absolute; default 2e-12
	RTol    float64 `opt:"rtol"`    // error of the root, relative, at least its default; default 8.88e-16
	MaxIter int     `opt:"maxiter"` // iterations at most; default 100
}

// Name is "ridder".
func (Ridder) Name() string { return "ridder" }

func (Ridder) needs() needs { return needs{bracket: true} }

func (m Ridder) solve(s *zero) outcome {
	a, b, fa, fb := s.bracket()
	tolerance, maxIter := s.tolerances(m.XTol, m.RTol), option.Or(m.MaxIter, 100)
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
