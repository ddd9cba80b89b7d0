package scalar

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linemin"
	"github.com/argmin-go/argmin/status"
)

// Brent is Brent's method for a local minimum of a function of one variable, the default and
// usually the fastest. It steps to the minimum of the parabola through the three best points, or by
// golden section where such steps do not shrink the bracket fast enough. It takes a bracket, or
// searches for one downhill from two points. An iteration costs one evaluation.
//
// It stops when the bracket is shorter than about 2 XTol |x| (SciPyStatus 0), after MaxIter
// iterations or without a bracket (1), and with a value that is NaN or -Inf, which is not a success
// (2).
//
// Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 5.
type Brent struct {
	XTol    float64 `opt:"xtol"`    // relative error of x at the end; default 1.48e-8
	MaxIter int     `opt:"maxiter"` // largest number of iterations; default 500
}

// Name returns "brent".
func (Brent) Name() string { return "brent" }

// ended is how a method ended that stops by a relative tolerance.
func ended(x, f float64, converged bool, xtol float64) Result {
	if !converged {
		return Result{X: x, Fun: f, Status: status.IterationLimit, SciPyStatus: 1, Message: "Maximum number of iterations exceeded"}
	}
	return Result{X: x, Fun: f, Status: status.Converged,
		Message: fmt.Sprintf("Optimization terminated successfully; the returned value satisfies the termination criteria (using xtol = %.3g).",
			xtol)}
}

func (m Brent) minimize(s *minimum) Result {
	b, failed := s.bracket()
	if failed != nil {
		return *failed
	}
	xtol := s.tolerance(m.XTol, 1.48e-8)
	l := linemin.Brent{Rel: xtol, Abs: linemin.AbsTol, Golden: 0.3819660, MaxIter: option.Or(m.MaxIter, 500), Nit: &s.nit}
	x, f, ok := l.Between(s.at, b)
	return ended(x, f, ok, xtol)
}
