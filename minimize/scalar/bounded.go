package scalar

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linemin"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// Bounded is Brent's method for a local minimum of a function of one variable between
// two bounds, the default with Bounds. Every point that it evaluates lies between the bounds, which
// are not evaluated themselves. An iteration costs one evaluation.
//
// It stops when x is known to about XAtol (SciPyStatus 0), after MaxIter evaluations (1), and
// with a value that is NaN or -Inf, which is not a success (2). A minimum at a bound is approached
// to that tolerance.
//
// Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 5, in the form
// of Forsythe, Malcolm & Moler, "Computer Methods for Mathematical Computations", 1977,
// chapter 8 (FMIN).
type Bounded struct {
	XAtol   float64 `opt:"xatol"`   // absolute error of x at the end; default 1e-5, or 1e-3 of bounds that are less than 0.01 apart
	MaxIter int     `opt:"maxiter"` // largest number of evaluations, at least 1; default 500
}

// Name returns "bounded".
func (Bounded) Name() string { return "bounded" }

func (m Bounded) minimize(s *minimum) Result {
	golden := (3 - math.Sqrt(5)) / 2
	a, b := s.opt.Bounds[0], s.opt.Bounds[1]
	xatol := s.tolerance(m.XAtol, min(1e-5, 1e-3*(b-a)))
	l := linemin.Brent{Rel: math.Sqrt(vec.Eps), Abs: xatol / 3, Golden: golden,
		MaxIter: max(option.Or(m.MaxIter, 500), 1), Nit: &s.nit}
	x := a + golden*(b-a)
	s.nit++
	x, f, ok := l.Search(s.at, a, b, x, s.at(x))
	if !ok {
		return Result{X: x, Fun: f, Status: status.IterationLimit, SciPyStatus: 1, Message: "Maximum number of function calls reached."}
	}
	return Result{X: x, Fun: f, Status: status.Converged, Message: "Solution found."}
}
