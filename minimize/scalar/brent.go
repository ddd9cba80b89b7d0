package scalar

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linemin"
	"github.com/argmin-go/argmin/status"
)

// Brent is Brent's method for a local minimum of a function of one variable: steps to
// the minimum of the parabola through the three best points, and golden section steps
// where these do not shrink the bracket fast enough. It takes a bracket, or searches
// for one downhill from two points. No derivatives.
//
// It stops when the bracket is about 2 XTol |x| (status 0), after MaxIter iterations,
// and without a bracket (1); a value of NaN or -Inf is not a success (2). An iteration is
// one evaluation.
//
// Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 5.
type Brent struct {
	XTol    float64 `opt:"xtol"`    // relative error of x at the end; default 1.48e-8
	MaxIter int     `opt:"maxiter"` // iterations at most; default 500
}

// Name is "brent".
func (Brent) Name() string { return "brent" }

const AbsTol = 1e-11 // error of a minimum at 0

// ended is how a method ended that stops by a relative tolerance.
func ended(x, f float64, converged bool, xtol float64) Result {
	if !converged {
		return Result{X: x, Fun: f, Status: status.IterationLimit, SciPyStatus: 1, Message: "Maximum number of iterations exceeded"}
	}
	return Result{X: x, Fun: f, Status: status.Converged, Message: fmt.Sprintf("Optimization terminated successfully; the returned value satisfies the termination criteria (using xtol = %.3g).", xtol)}
}

func (m Brent) minimize(s *minimum) Result {
	b, failed := s.bracket()
	if failed != nil {
		return *failed
	}
	xtol := s.tolerance(m.XTol, 1.48e-8)
	l := linemin.Brent{Rel: xtol, Abs: AbsTol, Golden: 0.3819660, MaxIter: option.Or(m.MaxIter, 500), Nit: &s.nit}
	x, f, ok := l.Between(s.at, b)
	return ended(x, f, ok, xtol)
}
