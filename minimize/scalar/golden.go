package scalar

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Golden is the golden section search for a local minimum of a function of one
// variable: every evaluation shrinks the bracket by the factor 0.618, whatever the
// function. [Brent] is usually much faster. An iteration costs one evaluation.
//
// It stops when the bracket is at most 2 XTol |x| (SciPyStatus 0), after MaxIter iterations
// or without a bracket (1), and with a value that is NaN or -Inf, which is not a success (2).
//
// Press, Teukolsky, Vetterling & Flannery, "Numerical Recipes", section 10.2; Kiefer,
// "Sequential minimax search for a maximum", 1953.
type Golden struct {
	XTol    float64 `opt:"xtol"`    // relative error of x at the end; default 1.49e-8, the square root of the precision
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 5000
}

// Name returns "golden".
func (Golden) Name() string { return "golden" }

func (m Golden) minimize(s *minimum) Result {
	b, failed := s.bracket()
	if failed != nil {
		return *failed
	}
	const r, c = 0.61803399, 1 - 0.61803399 // the golden section, in the digits that SciPy has
	xtol, maxIter := s.tolerance(m.XTol, math.Sqrt(vec.Eps)), option.Or(m.MaxIter, 5000)
	// The bracket is x0, x3; x1 and x2 divide it.
	x0, x1, x2, x3 := b.XA, b.XB, b.XB, b.XC
	f1, f2 := b.FB, b.FB
	if math.Abs(b.XC-b.XB) > math.Abs(b.XB-b.XA) { // divide the longer part
		x2 = b.XB + c*(b.XC-b.XB)
		f2 = s.at(x2)
	} else {
		x1 = b.XB - c*(b.XB-b.XA)
		f1 = s.at(x1)
	}
	converged := false
	for {
		if converged = math.Abs(x3-x0) <= xtol*(math.Abs(x1)+math.Abs(x2)) || x1 == x2; converged || s.nit >= maxIter {
			break
		}
		s.nit++
		if f2 < f1 {
			x0, x1, x2 = x1, x2, r*x2+c*x3
			f1, f2 = f2, s.at(x2)
		} else {
			x3, x2, x1 = x2, x1, r*x1+c*x0
			f2, f1 = f1, s.at(x1)
		}
	}
	if f2 < f1 {
		x1, f1 = x2, f2
	}
	return ended(x1, f1, converged, xtol)
}
