package minimize

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/option"
)

// Brent is Brent's method for a local minimum of a function of one variable: steps to
// the minimum of the parabola through the three best points, and golden section steps
// where these do not shrink the bracket fast enough. It takes a bracket, or searches
// for one downhill from two points. No derivatives.
//
// It stops when the bracket is about 2 XTol |x| (status 0), after MaxIter iterations,
// and without a bracket (1); a value of NaN or -Inf is no success (2). An iteration is
// one evaluation.
//
// Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 5.
type Brent struct {
	XTol    float64 `opt:"xtol"`    // relative error of x at the end; 0 means 1.48e-8, negative zero
	MaxIter int     `opt:"maxiter"` // iterations at most; 0 means 500, negative none
}

// Name is "brent".
func (Brent) Name() string { return "brent" }

const scalarMinTol = 1e-11 // error of a minimum at 0

// scalarEnd is how a method ended that stops by a relative tolerance.
func scalarEnd(x, f float64, converged bool, xtol float64) ScalarResult {
	if !converged {
		return ScalarResult{X: x, Fun: f, Reason: IterationLimit, Status: 1, Message: "Maximum number of iterations exceeded"}
	}
	return ScalarResult{X: x, Fun: f, Reason: Converged, Message: fmt.Sprintf("Optimization terminated successfully; the returned value satisfies the termination criteria (using xtol = %.3g).", xtol)}
}

func (m Brent) minimizeScalar(s *scalarSearch) ScalarResult {
	b, failed := s.bracket()
	if failed != nil {
		return *failed
	}
	xtol := s.tolerance(m.XTol, 1.48e-8)
	l := brentSearch{rel: xtol, abs: scalarMinTol, golden: 0.3819660, maxIter: option.Or(m.MaxIter, 500), nit: &s.nit}
	x, f, ok := l.between(s.at, b)
	return scalarEnd(x, f, ok, xtol)
}

// brentSearch is Brent's local minimization.
type brentSearch struct {
	rel, abs float64 // the tolerance at x is rel |x| + abs
	golden   float64 // the golden section, (3-√5)/2, to as many digits as are used
	maxIter  int
	nit      *int // counts the iterations
}

// between finds a minimum within a bracket, from its middle point.
func (l *brentSearch) between(f func(float64) float64, b Bracketing) (x, fx float64, ok bool) {
	return l.search(f, min(b.XA, b.XC), max(b.XA, b.XC), b.XB, b.FB)
}

// search finds a minimum in [a, b] from x. ok: the tolerance was reached.
func (l *brentSearch) search(f func(float64) float64, a, b, x, fx float64) (_, _ float64, ok bool) {
	w, v, fw, fv := x, x, fx, fx // the second and third best points
	d, e := 0.0, 0.0             // the last step and the one before
	for {
		mid, tol := (a+b)/2, l.rel*math.Abs(x)+l.abs
		if math.Abs(x-mid) <= 2*tol-(b-a)/2 {
			return x, fx, true
		}
		if *l.nit >= l.maxIter {
			return x, fx, false
		}
		*l.nit++
		parabola := false
		if math.Abs(e) > tol {
			r, q := (x-w)*(fx-fv), (x-v)*(fx-fw)
			p := (x-v)*q - (x-w)*r
			q = 2 * (q - r)
			if q > 0 {
				p = -p
			}
			q = math.Abs(q)
			if math.Abs(p) < math.Abs(q*e/2) && p > q*(a-x) && p < q*(b-x) {
				parabola = true
				e, d = d, p/q
				if u := x + d; u-a < 2*tol || b-u < 2*tol {
					d = tol
					if mid < x {
						d = -tol
					}
				}
			}
		}
		if !parabola {
			e = b - x
			if x >= mid {
				e = a - x
			}
			d = l.golden * e
		}
		u := x + d
		if math.Abs(d) < tol {
			u = x + math.Copysign(tol, d)
		}
		fu := f(u)
		switch {
		case fu <= fx:
			if u < x {
				b = x
			} else {
				a = x
			}
			v, fv, w, fw, x, fx = w, fw, x, fx, u, fu
			continue
		case u < x:
			a = u
		default:
			b = u
		}
		switch {
		case fu <= fw || w == x:
			v, fv, w, fw = w, fw, u, fu
		case fu <= fv || v == x || v == w:
			v, fv = u, fu
		}
	}
}
