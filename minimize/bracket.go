package minimize

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/option"
)

// BracketOptions configures [Bracket]; the zero value is useful.
type BracketOptions struct {
	GrowLimit float64 // how many times its length a step of a parabola may magnify the bracket; 0 means 110
	MaxIter   int     // iterations at most; 0 means 1000
}

const (
	bracketGrowLimit = 110
	bracketMaxIter   = 1000
)

// Bracketing is three finite points in ascending or descending order, XB between the
// others, with its value FB not above FA and FC and below one of them at least: there is
// a local minimum of a continuous function between XA and XC.
type Bracketing struct {
	XA, XB, XC float64
	FA, FB, FC float64
	NFev       int // evaluations of the function
}

// Bracket finds three points that enclose a local minimum of f, downhill from xa and
// xb: by steps that grow by the golden ratio, or to the minimum of the parabola through
// the last three points. Without one, as the function falls without end or is flat, it
// returns an error, with the last points. It ends early when ctx does.
//
// Press, Teukolsky, Vetterling & Flannery, "Numerical Recipes", section 10.1.
func Bracket(ctx context.Context, f func(x float64) float64, xa, xb float64, opt BracketOptions) (b Bracketing, err error) {
	s := newScalarFunc(evaluator{ctx: ctx}, f)
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("minimize: %w", recovered(v))
		}
		b.NFev = s.nfev
	}()
	b.XA, b.XB = xa, xb
	b.FA = s.at(xa)
	b.FB = s.at(xb)
	if reason, message := b.search(s.at, option.Or(opt.GrowLimit, bracketGrowLimit), option.Or(opt.MaxIter, bracketMaxIter)); reason != Converged {
		return b, fmt.Errorf("minimize: %v: %s The last points are f(%g) = %g, f(%g) = %g, f(%g) = %g", reason, message, b.XA, b.FA, b.XB, b.FB, b.XC, b.FC)
	}
	return b, nil
}

const msgNoBracket = "The algorithm terminated without finding a valid bracket."

// search makes a bracket of XA and XB, whose values are known.
func (b *Bracketing) search(f func(float64) float64, growLimit float64, maxIter int) (Reason, string) {
	const golden, tiny = 1.618034, 1e-21
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
			return IterationLimit, "No valid bracket was found before the iteration limit was reached."
		}
		// u is where the parabola through the points has its minimum.
		r, q := (b.XB-b.XA)*(b.FB-b.FC), (b.XB-b.XC)*(b.FB-b.FA)
		d := q - r
		if math.Abs(d) < tiny {
			d = tiny
		}
		u := b.XB - ((b.XB-b.XC)*q-(b.XB-b.XA)*r)/(2*d)
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

// valid tells whether the points are a bracket.
func (b *Bracketing) valid() (Reason, string) {
	if b.FB <= b.FA && b.FB <= b.FC && (b.FB < b.FA || b.FB < b.FC) && (b.XA < b.XB && b.XB < b.XC || b.XC < b.XB && b.XB < b.XA) && !math.IsInf(b.XA, 0) && !math.IsInf(b.XC, 0) {
		return Converged, ""
	}
	switch {
	case math.IsInf(b.FB, -1) || math.IsInf(b.XC, 0):
		return Unbounded, msgNoBracket + " The function falls without end."
	case math.IsNaN(b.FA) || math.IsNaN(b.FB) || math.IsNaN(b.FC):
		return NonFinite, msgNoBracket + " A value is NaN."
	}
	return Failed, msgNoBracket + " Consider trying different initial points."
}
