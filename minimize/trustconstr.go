package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/trustconstr"
)

// TrustConstr is the trust-region method for smooth problems with bounds and
// constraints of any kind, of up to some thousand variables.
//
// Equations are treated by sequential quadratic programming after Byrd and Omojokun:
// in a ball of the trust radius, a normal step towards the linearized equations by a
// dogleg, then a tangential one, in the null space of their Jacobian, by projected
// conjugate gradients on the quadratic model of the Lagrangian. The step is taken if it
// lowers f + penalty·|c|, where needed with a second-order correction. Without
// constraints that is the trust-region Newton method. Jacobians may be of deficient
// rank. Inequalities and bounds get slacks, kept positive by a logarithmic barrier whose
// parameter falls to BarrierTol: an interior-point method.
//
// No function is evaluated outside of the bounds: x0 is moved inside, away from a bound
// by a hundredth of max(1, |bound|) or of the distance between the bounds, if it is
// nearer, and bounds hold strictly from then on. Constraints may be violated while
// iterating, but not those with KeepFeasible: they must hold strictly at x0, and where
// one does not the objective is not evaluated. (SciPy keeps bounds so if asked only.)
//
// Problem.Hess, or HessP, and Constraint.Hess are used where they are given. What is not
// given of the Hessian of the Lagrangian is approximated as a whole, where SciPy adds an
// approximation for each constraint to that of the objective. SR1 evaluates gradients
// at some of the points not taken too.
//
// It stops with status
//
//	1  the ∞-norm of the gradient of the Lagrangian is below GTol, or the rounding of its terms, and
//	   all violations are; of inequalities the barrier parameter is below BarrierTol, products of
//	   multipliers and slacks are it but for GTol, and multipliers have the right sign: a success
//	2  the trust radius is below XTol: a success, unless it was made so small by eight steps
//	   or more in a row that were refused while the gradient of the Lagrangian is above a
//	   hundredth of max(1, |f|), as with wrong derivatives, or those of f's that are not smooth
//	4  so too, or 30 steps in a row have not lessened the largest violation by a tenth, and
//	   there is no feasible point nearby
//	0  MaxIter iterations were made
//	3  the callback said so
//	-1 a value or derivative at x0 or a Hessian is not finite, or the objective has no lower bound
//
// Before it ends with 4 it seeks a feasible point by Levenberg-Marquardt steps for the
// squares of the violations, within the bounds, which evaluate constraints only. From
// that it begins anew, three times at most. If instead they lead to a stationary point of
// the violations, also from both sides of it, the reason is Infeasible: there is no
// feasible point nearby, and none at all if the constraints are convex; there may be others
// elsewhere. If they lead to neither the reason is Failed, or the search goes on where its
// steps are not too short yet.
//
// The reason is Unbounded where the value is below -1e30 max(1, |f(x0)|) at a point that
// violates no constraint by more than GTol, or by 1e-12 of the terms |∂c/∂xⱼ xⱼ|. Where
// values stay below -1e4 max(1, |f(x0)|) and have doubled in size in 20 iterations, or twice as many
// the next time, such a point is looked for far along the way from x0, moved to where the
// constraints hold. An objective that falls slower than that ends at MaxIter.
//
// Without success X is the best point seen: feasible to 1e-6 with the least value, or else
// with the least violation.
//
// The result has Optimality, the norm of the Lagrangian's gradient; MaxCV, SciPy's
// constr_violation; TrustRadius; Barrier; and the multipliers of the last iterate: ∇f =
// Σ λᵢ ∇cᵢ + BoundMultipliers, positive at Lower and negative at Upper, of which SciPy's
// v has the opposite sign. An iteration is an attempted step, refused ones included.
//
// It costs an evaluation of the function and the constraints, sometimes two, one of the
// derivatives if it is taken, a factorization of m² (n + m) operations, with m the rows
// of the constraints, or n³ if that is less, and products with the Hessian and the
// factors, of n² + nm operations each, at most 2n of them. Bounds cost no more than n.
//
// Lalee, Nocedal & Plantenga, "On the implementation of an algorithm for large-scale
// equality constrained optimization", SIAM J. Optim. 8 (1998); Byrd, Hribar & Nocedal,
// "An interior point algorithm for large-scale nonlinear programming", SIAM J. Optim. 9
// (1999); Byrd, Nocedal & Waltz, "Feasible interior methods using slacks for nonlinear
// optimization", Comput. Optim. Appl. 26 (2003); Nocedal & Wright, "Numerical
// Optimization", 2nd ed. 2006, algorithms 18.4 and 19.4; Conn, Gould & Toint,
// "Trust-region methods", 2000, section 15.4.
type TrustConstr struct {
	GTol                    float64 `opt:"gtol"`                      // default 1e-8
	XTol                    float64 `opt:"xtol"`                      // default 1e-8
	BarrierTol              float64 `opt:"barrier_tol"`               // default 1e-8
	InitialConstrPenalty    float64 `opt:"initial_constr_penalty"`    // first penalty of the merit function; default 1
	InitialTrRadius         float64 `opt:"initial_tr_radius"`         // first trust radius; default 1
	InitialBarrierParameter float64 `opt:"initial_barrier_parameter"` // default 0.1
	InitialBarrierTolerance float64 `opt:"initial_barrier_tolerance"` // to which the first barrier problem is solved; default 0.1
	// FactorizationMethod of the Jacobian is "QRFactorization", with singular values
	// where its rows depend on each other, or always "SVDFactorization"; empty means the
	// first.
	FactorizationMethod string `opt:"factorization_method"`
	MaxIter             int    `opt:"maxiter"` // iterations at most; default 1000
	QuasiNewton
}

func (TrustConstr) Name() string { return "trust-constr" }

func (TrustConstr) Capability() Capability { return Capability{Bounds: true, Constraints: true} }

func (m TrustConstr) minimize(r *search.Run) search.Outcome {
	return trustconstr.Minimize(r, trustconstr.Options{
		GTol:                    m.GTol,
		XTol:                    m.XTol,
		BarrierTol:              m.BarrierTol,
		InitialConstrPenalty:    m.InitialConstrPenalty,
		InitialTrRadius:         m.InitialTrRadius,
		InitialBarrierParameter: m.InitialBarrierParameter,
		InitialBarrierTolerance: m.InitialBarrierTolerance,
		FactorizationMethod:     m.FactorizationMethod,
		MaxIter:                 m.MaxIter,
		QuasiNewton:             trustconstr.QuasiNewton(m.QuasiNewton),
	})
}

// QuasiNewton is how TrustConstr approximates Hessians that are not given, from the
// changes of gradients: SciPy's BFGS and SR1 strategies.
//
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006: BFGS is equation 6.19,
// damped as in procedure 18.2, SR1 equation 6.24 with the test 6.26, the first scale
// equation 6.20.
type QuasiNewton struct {
	HessianUpdate     string  `opt:"hessian_update"`     // "BFGS", the default, stays positive definite; "SR1" need not
	ExceptionStrategy string  `opt:"exception_strategy"` // of BFGS where the curvature is below MinCurvature: "skip_update", the default, or "damp_update"
	MinCurvature      float64 `opt:"min_curvature"`      // least sᵀy relative to sᵀBs; default 1e-8, and to damp 0.2
	MinDenominator    float64 `opt:"min_denominator"`    // of SR1, least |(y - Bs)ᵀs| relative to |y - Bs||s|; default 1e-8
	InitScale         float64 `opt:"init_scale"`         // B is first InitScale times the identity; default the identity, scaled by the first change
}
