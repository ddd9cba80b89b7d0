package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/slsqp"
)

// SLSQP is sequential least-squares programming: every iteration minimizes a quadratic
// model of the Lagrangian, with the BFGS approximation B of its Hessian, subject to the
// constraints linearized and to the bounds, and searches along the step that this
// gives for a decrease of the merit function f + Σ μᵢ violationᵢ. It is for smooth
// problems of up to a few hundred variables with constraints of any kind; start and
// iterates may violate constraints, but never bounds.
//
// Where the linearized constraints have no common point, those violated are relaxed by
// the same fraction δ, 0 ≤ δ ≤ 1, with a penalty on δ; where that leads nowhere one by
// one, with penalties up to 1e7 times the square. Equations that depend on each other
// are no obstacle as long as they do not contradict each other.
//
// It stops when the violations at the point sum to less than FTol, and the change
// |gᵀs| + Σ |λᵢ cᵢ| that the model predicts is, or that of the value, or the length of
// the step (status 0). Otherwise:
//
//	2  more equations than variables, and linearized they contradict each other
//	3  a subproblem was not solved in 3 iterations for every row
//	4  the linearized constraints are incompatible, and the relaxed ones lead nowhere
//	5  B is singular
//	6  the linearized equations contradict each other
//	7  B is singular, where there are equations only
//	8  no step is a descent of the merit function, mostly for rounding or wrong derivatives
//	9  MaxIter iterations were made
//	-1 a value or derivative is not finite, or the objective has no lower bound
//
// Where the linearized constraints have no common point at a point that violates them, no
// descent is found there, or 20 iterations in a row have not lessened the sum of
// violations by a tenth, it seeks a feasible point by Levenberg-Marquardt steps for the
// squares of the violations, within the bounds, which evaluate constraints only. From
// that it begins anew, three times at most. If instead they lead to a stationary point of
// the violations, also from both sides of it, the reason is Infeasible, with status 2, 4
// or 6: there is no feasible point nearby, and none at all if the constraints are convex;
// there may be others elsewhere. If they lead to neither it is Failed. So it is with 2, 4
// or 6 at a point that is feasible: then the trouble is numerical.
//
// The reason is Unbounded where the value is below -1e30 max(1, |f(x0)|) at a point that
// violates no constraint by more than FTol, or by 1e-12 of the terms |∂c/∂xⱼ xⱼ|. Where
// values stay below -1e4 max(1, |f(x0)|) and have doubled in size in 20 iterations, or twice as many
// the next time, such a point is looked for far along the way from x0, moved to where the
// constraints hold. An objective that falls slower than that ends at MaxIter.
//
// Without success X is the best point seen: feasible to 1e-6 with the least value, or else
// with the least violation.
//
// The result has Multipliers, one for every row of the constraints in their order: ∇f =
// Σ λᵢ ∇cᵢ + BoundMultipliers, so that they are positive at Lower and negative at Upper.
// After a success they are those of the subproblem at X.
//
// An iteration costs one or more evaluations of the function and the constraints, one
// of their derivatives, and of the order of (k + m) n² operations where the subproblem's
// active constraints are found from those of the one before, with k the number of active
// bounds and m that of active rows; n³ + m n² with all rows and bounds where they are not.
//
// Kraft, "A software package for sequential quadratic programming", DFVLR-FB 88-28,
// 1988, and "Algorithm 733: TOMP", ACM TOMS 20, 1994; the update is Powell's damped
// one, "A fast algorithm for nonlinearly constrained optimization calculations", 1978;
// constraints are relaxed one by one as in Gill, Murray & Saunders, "SNOPT: an SQP
// algorithm for large-scale constrained optimization", SIAM Review 47, 2005,
// with squares for moduli. Active constraints are guessed as in Hintermüller, Ito &
// Kunisch, "The primal-dual active set strategy as a semismooth Newton method", SIAM J.
// Optim. 13, 2003.
type SLSQP struct {
	FTol    float64 `opt:"ftol"`    // precision of the value and the constraints at the end, absolute; default 1e-6
	MaxIter int     `opt:"maxiter"` // iterations at most; default 100
}

func (SLSQP) Name() string { return "SLSQP" }

func (SLSQP) Capability() Capability { return Capability{Bounds: true, Constraints: true, Dense: true} }

func (m SLSQP) minimize(r *search.Run) search.Outcome {
	return slsqp.Minimize(r, slsqp.Options(m))
}
