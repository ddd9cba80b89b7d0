package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/cobyqa"
	"github.com/argmin-go/argmin/minimize/internal/search"
)

// COBYQA is constrained optimization by quadratic approximations, for functions without
// derivatives of up to some dozens of variables, with bounds and constraints. No evaluation
// violates the bounds; linear and nonlinear constraints may be violated on the way. The functions
// need not be defined everywhere: where one is not finite the search turns back.
//
// The objective and every nonlinear constraint have quadratic models that interpolate at 2n+1
// points and whose Hessians change as little as possible from one iteration to the next. A step
// of sequential quadratic programming within a trust region, with the derivatives of the models,
// gives the next point. After a step that fails while some points are far from the best one, the
// set of points is improved; otherwise the resolution is reduced, which bounds the radius from
// below.
//
// It stops when no step of the last resolution is left (status 0), at a feasible point with a
// value of FTarget or less (1), when all variables are fixed by their bounds (2), after MaxFev
// evaluations (5) or MaxIter iterations (6), when rounding leaves the models undetermined (-2),
// when a feasible value is below -1e30 (-3) and when no value at the first points is finite (-4).
// A point that violates a constraint by more than FeasibilityTol is not a success. The result has
// MaxCV, and after a success the Multipliers of the last models and Optimality, the largest element of the gradient
// of their Lagrangian.
//
// Where the last models have a slope left, by which the value would change by a tenth of its size if every variable moved
// by its own, the search begins again from its end, with variables in units of the sizes that they have there, three
// times at most while that leads on; with more than half of that size left it has failed then, as happens
// with kinks.
//
// Without InitialTrRadius, variables whose size at x0, or whose distance between bounds, is below 0.05 or above 1000
// are measured in units of that size; a FinalTrRadius that is given is a length in all variables even so. The penalty
// on violations is raised where lower values would lead far away from what is feasible.
//
// An iteration makes one or two evaluations. It costs about 40n² operations for the points and n²
// for every nonlinear constraint, plus the subproblem; when the base of the models moves, every
// now and then, about 50n³.
//
// Ragonneau, "Model-based derivative-free optimization methods and software", 2022 (the method);
// Powell, "The NEWUOA software for unconstrained optimization without derivatives", 2006 (radius,
// resolution, exchange of points), "The BOBYQA algorithm for bound constrained optimization
// without derivatives", 2009 (bounds, first points, alternative models), and "Least Frobenius norm
// updating of quadratic models that satisfy interpolation conditions", 2004 (models); Nocedal &
// Wright, "Numerical Optimization", 2nd ed. 2006, section 18.5 (composite steps).
type COBYQA struct {
	MaxIter         int      `opt:"maxiter"`           // most iterations; default 1000n
	MaxFev          int      `opt:"maxfev"`            // most evaluations of the function; default 500n
	FTarget         *float64 `opt:"f_target"`          // value that is low enough to stop; nil for none
	InitialTrRadius float64  `opt:"initial_tr_radius"` // first radius, about a tenth of the largest change expected; default 1
	FinalTrRadius   float64  `opt:"final_tr_radius"`   // last radius, the accuracy of the variables; default 1e-6
	Scale           bool     `opt:"scale"`             // scale the variables to [-1, 1], if all bounds are finite
	FeasibilityTol  float64  `opt:"feasibility_tol"`   // largest violation of a constraint at the end; default 1e-8
}

func (COBYQA) Name() string { return "COBYQA" }

func (COBYQA) Capability() Capability {
	return Capability{Bounds: true, Constraints: true, DerivativeFree: true, Dense: true}
}

func (m COBYQA) minimize(r *search.Run) search.Outcome {
	return cobyqa.Minimize(r, cobyqa.Options(m))
}
