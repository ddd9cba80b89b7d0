package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/lbfgsb"
	"github.com/argmin-go/argmin/minimize/internal/search"
)

// LBFGSB is the limited-memory BFGS method for bounds on the variables: its model of the function
// keeps the last MaxCor steps and changes of the gradient. It is for smooth functions of up to
// millions of variables, with bounds or without.
//
// An iteration follows the projected steepest descent of the model to its first local minimum (the
// generalized Cauchy point), minimizes the model over the variables that are within their bounds
// there, projects the minimizer onto the bounds, and searches the line to it. All points are
// within the bounds.
//
// It stops when the largest element of the projected gradient P(x - g) - x is at most GTol, or
// when an iteration has lowered f by at most FTol max(|f before|, |f|, 1) (both status 0), after
// MaxIter iterations or more than MaxFun evaluations (1), and when no step is found even along the
// steepest descent, mostly because the gradient is wrong, or the function is not finite (2). The
// limits are checked between iterations. The result has HessInvP, products with the identity
// changed by the last MaxCor BFGS updates, and of up to 100 variables that matrix, HessInv.
// (SciPy's hess_inv lacks the last step.)
//
// An iteration costs about 4 MaxCor n operations without bounds and 16 MaxCor n with bounds, plus
// one or two evaluations of the function and the gradient. It needs memory for 2 MaxCor n numbers.
//
// Byrd, Lu, Nocedal & Zhu, "A limited memory algorithm for bound constrained optimization", SIAM
// J. Sci. Comput. 16 (1995), with the subspace minimization of its section 5.1 and the projection
// of Morales & Nocedal, "Remark on Algorithm 778", ACM Trans. Math. Softw. 38 (2011). The defaults
// are from Zhu, Byrd, Lu & Nocedal, "Algorithm 778: L-BFGS-B", ACM Trans. Math. Softw. 23 (1997).
type LBFGSB struct {
	MaxCor  int     `opt:"maxcor"`  // number of steps that the model keeps; default 10
	FTol    float64 `opt:"ftol"`    // smallest relative decrease in an iteration; default 2.22e-9, 1e7 times the machine precision
	GTol    float64 `opt:"gtol"`    // largest element of the projected gradient at the end; default 1e-5
	MaxFun  int     `opt:"maxfun"`  // most evaluations of the function, with those for finite differences; default 15000
	MaxIter int     `opt:"maxiter"` // most iterations; default 15000
	MaxLS   int     `opt:"maxls"`   // most trials of a line search; default 20
}

func (LBFGSB) Name() string { return "L-BFGS-B" }

func (LBFGSB) Capability() Capability { return Capability{Bounds: true} }

func (m LBFGSB) minimize(r *search.Run) search.Outcome {
	if m.MaxCor > mostDense {
		search.Refuse("L-BFGS-B: MaxCor is %d, want at most %d: matrices of its square are kept", m.MaxCor, mostDense)
	}
	return lbfgsb.Minimize(r, lbfgsb.Options(m))
}
