package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/tnc"
)

// TNC is the truncated Newton method with bounds, for smooth functions of many variables. All points
// are within the bounds.
//
// It solves the Newton equation of the variables that are not held by a bound roughly, by
// preconditioned conjugate gradients, and searches the line along the solution up to the nearest
// bound. It needs no Hessian: products with it are differences of gradients, unless the problem has
// HessP, or Hess (which takes n² numbers). The preconditioner is a diagonal made from these products
// by the BFGS formula and changed by the last steps.
//
// It stops when the scaled gradient of the free variables has at most the length GTol (status 0),
// when a step that no bound cut off has changed f by at most FTol, or promises far less and rounding
// hides it (1), or has changed the scaled variables by at most XTol in length (2), after MaxFun
// evaluations of the gradient (3), when no step along a line is found, mostly because the gradient
// is wrong (4), when all variables are fixed (5, a success), and when the function is not finite or
// has no lower bound (6).
//
// An iteration costs about two evaluations of the function and the gradient, and a gradient and 20n
// operations for each of at most MaxCGIt products.
//
// Nash, "Newton-type minimization via the Lanczos method", SIAM J. Numer. Anal. 21 (1984), and "A
// survey of truncated-Newton methods", J. Comput. Appl. Math. 124 (2000). The preconditioner is from
// Nash, "Preconditioning of truncated-Newton methods", SIAM J. Sci. Stat. Comput. 6 (1985), the
// stopping rule of the conjugate gradients from Nash & Sofer, "Assessing a search direction within a
// truncated-Newton method", Oper. Res. Lett. 9 (1990). The line search is Moré & Thuente's with the
// conditions of Gill & Murray, "Newton-type methods for unconstrained and linearly constrained
// optimization", Math. Program. 7 (1974). Variables are held and released as in Bertsekas, "Projected
// Newton methods for optimization problems with simple constraints", SIAM J. Control Optim. 20
// (1982).
type TNC struct {
	Scale    []float64 `opt:"scale"`            // units of the variables; default the distance between two finite bounds, or else 1 + |x0|
	Offset   []float64 `opt:"offset"`           // origins of the variables, for differences; default the middle of two finite bounds, or x0
	MaxCGIt  int       `opt:"maxCGit,negative"` // most Hessian products per iteration; default min(50, n/2), at least 1; 0: steepest descent
	Eta      float64   `opt:"eta,negative"`     // slope after a line search relative to the one before; default 0.25, also for values above 1
	StepMax  float64   `opt:"stepmx,zero"`      // longest first step, scaled; grows when it is taken in full; default 10
	Accuracy float64   `opt:"accuracy,zero"`    // step of differences relative to the variables; default 1.49e-8, √ε, or more for values of few digits (FuncError)
	MinFev   float64   `opt:"minfev,zero"`      // estimate of the least value, for the length of first trials; default 0
	FTol     float64   `opt:"ftol,negative"`    // largest change of f at the end, absolute; default 1.49e-8 (SciPy documents another)
	XTol     float64   `opt:"xtol,negative"`    // largest step at the end, in scaled variables; default 1.49e-8
	GTol     float64   `opt:"gtol,negative"`    // largest length of the scaled projected gradient at the end; default 1e-2 √Accuracy
	Rescale  float64   `opt:"rescale,negative"` // change of the gradient's length, in decades, that rescales f; default 1.3; 0 itself: always
	MaxFun   int       `opt:"maxfun"`           // most evaluations of the gradient, with those for products (by finite differences, each counts once); default max(100, 10n)
}

func (TNC) Name() string { return "TNC" }

func (TNC) Capability() Capability { return Capability{Bounds: true} }

func (m TNC) minimize(r *search.Run) search.Outcome { return tnc.Minimize(r, tnc.Options(m)) }
