package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/cobyla"
	"github.com/argmin-go/argmin/minimize/internal/search"
)

// COBYLA is Powell's method of linear approximations for constraints: it needs values
// alone, of the objective and of the constraints. It keeps a simplex of n+1 points, takes
// the linear functions that have the values there for the problem, and minimizes these
// within a ball about the best point; where the simplex has become flat or long, it moves
// a vertex to where it is best for the next model. It is for few variables and moderate
// accuracy, as the models know no curvature.
//
// Points are compared by F + μ v, with v the largest violation of a constraint, and μ
// raised as the models demand. An equation is a pair of inequalities. Bounds are never
// violated; RhoBeg is at most half of the least distance of a lower and an upper bound.
//
// The radius ρ falls from RhoBeg to Tol, each time that the models of good simplices do
// not lead on; the ball's radius is larger while they predict well. It stops when ρ is
// Tol and they do not lead on (status 0), when the objective is below FTarget at a point
// that violates no constraint by more than CAtol (1), after MaxIter evaluations (3), and
// when the objective falls below -1e30 or rounding flattens the simplex (-1). NaN counts
// as 1e30, or as such a violation. When a constraint is violated by more than CAtol at
// the end, after up to three short steps towards it, that is no success (4). NIter is
// the number of models.
//
// An iteration is one evaluation beside some n³ + n m operations for the model of m
// constraints and a linear program (package trustlp).
//
// Powell, "A direct search optimization method that models the objective and constraint
// functions by linear interpolation", 1994; "A view of algorithms for optimization
// without derivatives", 2007. The ball's radius and ρ are set as in his "The NEWUOA
// software for unconstrained optimization without derivatives", 2006, without which a step
// would never be longer than ρ, and the vertex that a step replaces is chosen as in his
// "UOBYQA: unconstrained optimization by quadratic approximation", Math. Program. 92
// (2002). μ is not zero at first, as far as the first simplex tells what it should be.
type COBYLA struct {
	RhoBeg  float64  `opt:"rhobeg"`   // the first changes of variables; default 1
	Tol     float64  `opt:"tol"`      // the last radius, about the accuracy of x; default 1e-4
	MaxIter int      `opt:"maxiter"`  // evaluations at most; default 1000
	CAtol   float64  `opt:"catol"`    // violation of a constraint at the end, absolute; default 1.49e-8, the root of the precision
	FTarget *float64 `opt:"f_target"` // a value low enough; nil for none
}

func (COBYLA) Name() string { return "COBYLA" }

func (COBYLA) Capability() Capability {
	return Capability{Bounds: true, Constraints: true, DerivativeFree: true, Dense: true}
}

func (m COBYLA) minimize(r *search.Run) search.Outcome {
	return cobyla.Minimize(r, cobyla.Options(m))
}
