package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/cobyla"
	"github.com/argmin-go/argmin/minimize/internal/search"
)

// COBYLA is Powell's method of linear approximations for constraints, which needs only values, of
// the objective and of the constraints. It is for few variables and moderate accuracy, as its
// models know no curvature.
//
// It keeps a simplex of n+1 points, replaces the problem by the linear functions that have the
// values there, and minimizes these within a ball around the best point. Where the simplex has
// become flat or long, it moves a vertex to where it is best for the next model. Points are
// compared by F + μ v, with the largest violation v of a constraint and μ raised as the models
// demand, also where lower values would lead far away from what is feasible. An equation is a pair of inequalities.
// Bounds are never violated; RhoBeg is reduced to half of the least distance between a lower and an upper bound.
// Without RhoBeg, variables whose size at x0, or whose distance between bounds, is below 0.05 or above 1000 are
// measured in units of that size; a Tol that is given is a length in all variables even so.
//
// The radius ρ falls from RhoBeg to Tol, each time that the models of good simplices lead no
// further; the radius of the ball is larger while they predict well. The method stops when ρ is
// Tol and the models lead no further (status 0), when the objective is below FTarget at a point
// that violates no constraint by more than CAtol (1), after MaxIter evaluations (3), and when the
// objective falls below -1e30 or rounding flattens the simplex (-1). NaN counts as 1e30, or as
// such a violation. When a constraint is violated by more than CAtol at the end, after up to three
// short steps towards it, the search is not a success (4), and neither is one that ended far from all points
// that violate none, of which X is then the best. NIter is the number of models.
//
// Where the last models have a slope left, by which the value would change by a third of its size if every
// variable moved by its own, the search begins again from its end, with variables in units of the sizes that they have
// there, three times at most while that leads on. After a success the result has the Multipliers of the last models,
// and Optimality, the largest element of the gradient of their Lagrangian.
//
// An iteration costs one evaluation, plus about n³ + n m operations for the model of m
// constraints and a linear program.
//
// Powell, "A direct search optimization method that models the objective and constraint functions
// by linear interpolation", 1994; "A view of algorithms for optimization without derivatives",
// 2007. The radius of the ball and ρ are set as in Powell's "The NEWUOA software for unconstrained
// optimization without derivatives", 2006, without which a step would never be longer than ρ. The
// vertex that a step replaces is chosen as in Powell's "UOBYQA: unconstrained optimization by
// quadratic approximation", Math. Program. 92 (2002). The first μ is not zero but follows from the
// first simplex.
type COBYLA struct {
	RhoBeg  float64  `opt:"rhobeg"`   // size of the first changes of the variables; default 1
	Tol     float64  `opt:"tol"`      // last radius, about the accuracy of x; default 1e-4
	MaxIter int      `opt:"maxiter"`  // most evaluations; default 1000
	CAtol   float64  `opt:"catol"`    // largest violation of a constraint at the end, absolute; default 1.49e-8, √ε
	FTarget *float64 `opt:"f_target"` // value that is low enough to stop; nil for none
}

func (COBYLA) Name() string { return "COBYLA" }

func (COBYLA) Capability() Capability {
	return Capability{Bounds: true, Constraints: true, DerivativeFree: true, Dense: true}
}

func (m COBYLA) minimize(r *search.Run) search.Outcome {
	return cobyla.Minimize(r, cobyla.Options(m))
}
