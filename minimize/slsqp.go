package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/slsqp"
)

// SLSQP is sequential least-squares programming, for smooth problems of up to a few hundred
// variables with bounds and constraints of any kind. Start and iterates may violate constraints, but
// never bounds.
//
// Every iteration minimizes a quadratic model of the Lagrangian, with the BFGS approximation B of
// its Hessian, subject to the linearized constraints and the bounds, and searches along the step
// that this gives for a decrease of the merit function f + Σ μᵢ violationᵢ. Where the linearized
// constraints have no common point, the violated ones are relaxed by the same fraction δ, 0 ≤ δ ≤ 1,
// with a penalty on δ; where that leads nowhere they are relaxed one by one, with penalties of up to
// 1e7 times the square. Equations that depend on each other do no harm as long as they do not
// contradict each other.
//
// It stops with status 0 when the violations at the point sum to less than FTol, and so does one of
// the change |gᵀs| + Σ |λᵢ cᵢ| that the model predicts, the change of the value, and the length of
// the step; for values and variables of a size below 1, FTol is relative to that size. The gradient of the
// Lagrangian must also be small: with every variable moved by its size, the largest |x| and |x - x0| so far,
// the value must change by less than 10 √FTol of its own size to first order. Where it is not, the steps have become
// short for another reason than a minimum, and the search goes on, also with B set to a diagonal matrix
// for variables in their sizes. Otherwise:
//
//	2  more equations than variables, and linearized they contradict each other
//	3  a subproblem was not solved in 3 iterations for every row
//	4  the linearized constraints are incompatible, and the relaxed ones lead nowhere
//	5  B is singular
//	6  the linearized equations contradict each other
//	7  B is singular, and there are only equations
//	8  no step lowers the merit function, mostly because of rounding or wrong derivatives, or the search would
//	   end above the value at a feasible x0
//	9  MaxIter iterations were made
//	-1 a value or derivative is not finite, or the objective has no lower bound
//
// It seeks a feasible point when, at a point that violates the constraints, the linearized ones have
// no common point, no descent is found, or 20 iterations have not lowered the sum of violations by a
// tenth. It does so by Levenberg–Marquardt steps for the squares of the violations, within the
// bounds, which evaluate only constraints. From a feasible point it starts again, three times at
// most. If instead the steps reach a stationary point of the violations, also from both sides of it,
// the result is Infeasible, with status 2, 4 or 6: no feasible point is near, and none exists if the
// constraints are convex. If they reach neither it is Failed, as it is for 2, 4 or 6 at a feasible
// point, where the trouble is numerical.
//
// The result is Unbounded where the value is below -1e30 max(1, |f(x0)|) at a point that violates no
// constraint by more than FTol, or by 1e-12 of the terms |∂c/∂xⱼ xⱼ|. When values stay below -1e4
// max(1, |f(x0)|) and have doubled in size in 20 iterations (in 40 the next time, and so on), such a
// point is sought far along the way from x0, moved to where the constraints hold. An objective that
// falls more slowly ends at MaxIter.
//
// Without success X is the best point seen: among those feasible to 1e-6 the one with the least
// value, or else the one with the least violation.
//
// The result has Multipliers, one for every value of the constraints in their order: ∇f = Σ λᵢ ∇cᵢ +
// BoundMultipliers, so that they are positive at Lower and negative at Upper. After a success they
// are the multipliers of the subproblem at X. Optimality is the largest element of the difference of both sides.
//
// An iteration costs one or more evaluations of the function and the constraints and one of their
// derivatives. It takes about (k + m) n² operations, with k active bounds and m active rows, if the
// active constraints of the subproblem follow from the ones of the subproblem before, and otherwise n³ +
// m n² with all rows and bounds.
//
// Kraft, "A software package for sequential quadratic programming", DFVLR-FB 88-28, 1988, and
// "Algorithm 733: TOMP", ACM TOMS 20, 1994. The update is Powell's damped one, "A fast algorithm for
// nonlinearly constrained optimization calculations", 1978. Constraints are relaxed one by one as in
// Gill, Murray & Saunders, "SNOPT: an SQP algorithm for large-scale constrained optimization", SIAM
// Review 47, 2005, with squares for absolute values. Active constraints are guessed as in Hintermüller,
// Ito & Kunisch, "The primal-dual active set strategy as a semismooth Newton method", SIAM J. Optim.
// 13, 2003.
type SLSQP struct {
	FTol    float64 `opt:"ftol"`    // precision of the value and the constraints at the end, for values of size 1 or more absolute; default 1e-6
	MaxIter int     `opt:"maxiter"` // most iterations; default 100
}

func (SLSQP) Name() string { return "SLSQP" }

func (SLSQP) Capability() Capability { return Capability{Bounds: true, Constraints: true, Dense: true} }

func (m SLSQP) minimize(r *search.Run) search.Outcome {
	return slsqp.Minimize(r, slsqp.Options(m))
}
