// Package linemin finds a minimum of a function of one variable, for package scalar and for the lines of
// Powell's method. [Bracket] goes downhill from two points until a third is higher; [Brent] narrows the bracket
// by parabolas and golden sections.
//
// Brent, "Algorithms for minimization without derivatives", 1973, chapter 5; for the bracket Press, Teukolsky,
// Vetterling & Flannery, "Numerical Recipes", section 10.1.
package linemin

import (
	"math"

	"github.com/argmin-go/argmin/status"
)

// AbsTol is the absolute error of a minimum at 0 in searches with a relative tolerance: SciPy's
// _mintol.
const AbsTol = 1e-11

// Defaults of the search for a bracket, as in SciPy.
const (
	GrowLimit = 110  // how far a parabola may lead, in lengths of the last step
	MaxIter   = 1000 // steps at most
)

// Bracket has three points with their values. After [Bracket.Search] has succeeded, XB is between the
// others and its value is not above their values.
type Bracket struct {
	XA, XB, XC float64 // the points
	FA, FB, FC float64 // the values there
}

const msgNoBracket = "The algorithm terminated without finding a valid bracket."

// Search goes downhill from XA and XB, whose values are set, until the points are a bracket. A step is to
// the minimum of the parabola through the last three points, at most growLimit times as long as the last one,
// or where there is none by the golden section. It returns how that ended, with a message if it failed.
func (b *Bracket) Search(f func(float64) float64, growLimit float64, maxIter int) (status.Code, string) {
	const golden = 1.618034 // (1+√5)/2 to SciPy's digits
	if b.FA < b.FB {
		b.XA, b.XB, b.FA, b.FB = b.XB, b.XA, b.FB, b.FA
	}
	b.XC, b.FC = b.XB+golden*(b.XB-b.XA), math.NaN()
	if math.IsInf(b.XC, 0) {
		return b.valid()
	}
	b.FC = f(b.XC)
	for k := 0; b.FC < b.FB; k++ {
		if k > maxIter {
			return status.IterationLimit, "No valid bracket was found before the iteration limit was reached."
		}
		u := b.vertex()
		limit := b.XB + growLimit*(b.XC-b.XB)
		var fu float64
		grow := func() { // a step that needs no parabola
			if u, fu = b.XC+golden*(b.XC-b.XB), b.FC; !math.IsInf(u, 0) {
				fu = f(u)
			}
		}
		switch {
		case (u-b.XC)*(b.XB-u) > 0: // between XB and XC
			fu = f(u)
			if fu < b.FC {
				b.XA, b.FA, b.XB, b.FB = b.XB, b.FB, u, fu
				return b.valid()
			}
			if fu > b.FB {
				b.XC, b.FC = u, fu
				return b.valid()
			}
			grow()
		case (u-limit)*(limit-b.XC) >= 0: // beyond the limit
			if u, fu = limit, b.FC; !math.IsInf(u, 0) {
				fu = f(u)
			}
		case (u-limit)*(b.XC-u) > 0: // between XC and the limit
			fu = f(u)
			if fu < b.FC {
				b.XB, b.FB, b.XC, b.FC = b.XC, b.FC, u, fu
				grow()
			}
		default:
			grow()
		}
		b.XA, b.FA, b.XB, b.FB, b.XC, b.FC = b.XB, b.FB, b.XC, b.FC, u, fu
	}
	return b.valid()
}

// vertex is where the parabola through the points has slope 0.
func (b *Bracket) vertex() float64 {
	const tiny = 1e-21 // against division by 0, as in SciPy
	r, q := (b.XB-b.XA)*(b.FB-b.FC), (b.XB-b.XC)*(b.FB-b.FA)
	d := q - r
	if math.Abs(d) < tiny {
		d = tiny
	}
	return b.XB - ((b.XB-b.XC)*q-(b.XB-b.XA)*r)/(2*d)
}

// valid is Converged if the points are a bracket, or else the reason with a message.
func (b *Bracket) valid() (status.Code, string) {
	if b.FB <= b.FA && b.FB <= b.FC && (b.FB < b.FA || b.FB < b.FC) && (b.XA < b.XB && b.XB < b.XC || b.XC < b.XB && b.XB < b.XA) && !math.IsInf(b.XA, 0) && !math.IsInf(b.XC, 0) {
		return status.Converged, ""
	}
	switch {
	case math.IsInf(b.FB, -1) || math.IsInf(b.XC, 0):
		return status.Unbounded, msgNoBracket + " The function falls without end."
	case math.IsNaN(b.FA) || math.IsNaN(b.FB) || math.IsNaN(b.FC):
		return status.NonFinite, msgNoBracket + " A value is NaN."
	}
	return status.Failed, msgNoBracket + " Consider trying different initial points."
}

// Brent is Brent's local minimization.
type Brent struct {
	Rel, Abs float64 // the tolerance at x is Rel |x| + Abs
	Golden   float64 // the golden section (3-√5)/2, to as many digits as SciPy's method has
	MaxIter  int     // iterations at most
	Nit      *int    // counts the iterations
}

// Between finds a minimum within a bracket, from its middle point. It reports whether the tolerance was
// reached.
func (l *Brent) Between(f func(float64) float64, b Bracket) (x, fx float64, ok bool) {
	return l.Search(f, min(b.XA, b.XC), max(b.XA, b.XC), b.XB, b.FB)
}

// Search finds a minimum in [a, b] from x, where the value is fx. It reports whether the tolerance was
// reached.
func (l *Brent) Search(f func(float64) float64, a, b, x, fx float64) (_, _ float64, ok bool) {
	w, v, fw, fv := x, x, fx, fx // the second and third best points
	d, e := 0.0, 0.0             // the last step and the one before
	for {
		mid, tol := (a+b)/2, l.Rel*math.Abs(x)+l.Abs
		if math.Abs(x-mid) <= 2*tol-(b-a)/2 {
			return x, fx, true
		}
		if *l.Nit >= l.MaxIter {
			return x, fx, false
		}
		*l.Nit++
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
			d = l.Golden * e
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
