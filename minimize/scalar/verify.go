package scalar

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// The stopping tests of the methods for roots say that a bracket or a step is short, against a tolerance that may have
// nothing to do with the units of x. Whether the value is small there is asked here.

const (
	// exact is the relative length of a step after which a root is known well enough, whatever the tolerance.
	exact = 1e-4
	// fallen is the part of the first value that is left at a root. Both are choices.
	fallen = 1e-5
)

// arrived reports whether x, where f is not known yet, is a root, after a step of a length within the tolerance
// from a point with the value f. If it has to evaluate f at x it returns the value for the next step, else NaN.
func (s *zero) arrived(x, step, f float64) (is bool, next float64) {
	if math.Abs(step) <= exact*math.Abs(x) && math.Abs(f) <= fallen*s.first {
		return true, math.NaN()
	}
	next = s.value(x)
	rounding := 4 * vec.Eps * math.Abs(f/step*x) // of x, in f
	small := max(fallen*s.first, rounding)
	if math.Abs(step) <= exact*math.Abs(x) {
		small = max(small, math.Abs(f)/2)
	}
	return math.Abs(next) <= small, next
}

// crossed is the outcome o of a method that keeps a bracket, unless the sign changes there by a jump or at a pole.
func (s *zero) crossed(o outcome) outcome {
	if o.reason != status.Converged || !s.opt.Method.needs().bracket {
		return o
	}
	if f := s.recent(o.root); !(f == 0 || math.Abs(f) < s.first) {
		return outcome{o.root, status.Failed, fmt.Sprintf("The sign changes at x=%g, but the value there is %g, not smaller than at the ends "+
			"of the bracket: it is a jump or a pole, not a root.", o.root, f)}
	}
	return o
}

// recent is the value at x, which was evaluated not long ago.
func (s *zero) recent(x float64) float64 {
	for _, p := range s.points {
		if p[0] == x {
			return p[1]
		}
	}
	return s.value(x)
}
