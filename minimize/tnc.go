package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/tnc"
)

// TNC is the truncated Newton method with bounds: the Newton equation of the variables
// that are not held by a bound is solved roughly by preconditioned conjugate gradients,
// and a line search along the solution ends at the nearest bound at the latest. It is
// for smooth functions of many variables, with bounds or without. All points are within
// the bounds.
//
// It needs no Hessian: products with it are differences of gradients, unless the problem
// has HessP, or Hess (which takes n² numbers). The preconditioner is a diagonal made from
// those products by the BFGS formula, changed by the last steps.
//
// It stops when the scaled gradient of the free variables has the length GTol or less
// (status 0), when a step that no bound cut off has changed f by at most FTol, or promises
// far less and rounding hides it (1), or has changed the scaled variables by at most XTol in
// length (2), after MaxFun evaluations of the gradient (3), when no step along a line is
// found, mostly as the gradient is wrong (4), when all variables are fixed (5, a success),
// and when the function is not finite or has no lower bound (6).
//
// An iteration costs two evaluations or so of the function and the gradient and a
// gradient for each product, at most MaxCGIt, beside some 20n operations for each.
//
// Nash, "Newton-type minimization via the Lanczos method", SIAM J. Numer. Anal. 21 (1984),
// and "A survey of truncated-Newton methods", J. Comput. Appl. Math. 124 (2000); the
// preconditioner is that of Nash, "Preconditioning of truncated-Newton methods", SIAM J.
// Sci. Stat. Comput. 6 (1985), the stopping rule of the conjugate gradients that of Nash &
// Sofer, "Assessing a search direction within a truncated-Newton method", Oper. Res. Lett.
// 9 (1990). The line search has the conditions of Gill & Murray, "Newton-type methods for
// unconstrained and linearly constrained optimization", Math. Program. 7 (1974), and is
// Moré & Thuente's. Variables are held and released as in Bertsekas, "Projected Newton
// methods for optimization problems with simple constraints", SIAM J. Control Optim. 20
// (1982).
type TNC struct {
	Scale    []float64 `opt:"scale"`            // units of the variables; nil means the width of two bounds, or else 1 + |x0|
	Offset   []float64 `opt:"offset"`           // where the variables are small, for the step of differences; nil means the middle of two bounds, or else x0
	MaxCGIt  int       `opt:"maxCGit,negative"` // products with the Hessian in an iteration at most; default min(50, n/2), at least 1; with 0 itself the steepest descent
	Eta      float64   `opt:"eta,negative"`     // bound on the slope at the end of a line search relative to that at its start; default 0.25, also above 1
	StepMax  float64   `opt:"stepmx,zero"`      // longest first step, scaled; grows when it is taken in full; default 10
	Accuracy float64   `opt:"accuracy,zero"`    // step of differences relative to the variables; default 1.49e-8, the root of the precision
	MinFev   float64   `opt:"minfev,zero"`      // estimate of the least value, for the length of first trials
	FTol     float64   `opt:"ftol,negative"`    // change of f at the end, absolute; default 1.49e-8, as SciPy's is whatever its documentation says
	XTol     float64   `opt:"xtol,negative"`    // length of the change of the scaled variables at the end; default 1.49e-8
	GTol     float64   `opt:"gtol,negative"`    // length of the scaled projected gradient at the end; default 1e-2 √Accuracy
	Rescale  float64   `opt:"rescale,negative"` // decades of the gradient's length beyond which f is rescaled, against overflow; default 1.3, with 0 itself always
	MaxFun   int       `opt:"maxfun"`           // evaluations of the gradient, those for products too; default max(100, 10n)
}

func (TNC) Name() string { return "TNC" }

func (TNC) Capability() Capability { return Capability{Bounds: true} }

func (m TNC) minimize(r *search.Run) search.Outcome { return tnc.Minimize(r, tnc.Options(m)) }
