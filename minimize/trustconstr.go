package minimize

import (
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/trustconstr"
)

// TrustConstr is the trust-region method for smooth problems of up to some thousand variables with
// bounds and constraints of any kind.
//
// Equations are treated by sequential quadratic programming after Byrd and Omojokun: within the
// trust radius, a normal step towards the linearized equations by a dogleg, then a tangential step in
// the null space of their Jacobian, by projected conjugate gradients on the quadratic model of the
// Lagrangian. The step is taken if it lowers f + penalty·|c|, where needed with a second-order
// correction. Without constraints this is the trust-region Newton method. Jacobians may be of
// deficient rank. Inequalities and bounds get slacks, kept positive by a logarithmic barrier whose
// parameter falls to BarrierTol: an interior-point method.
//
// No function is evaluated outside of the bounds. x0 is moved inside, away from a bound that is
// nearer than a hundredth of max(1, |bound|) or of the distance between the bounds, and from then on
// bounds hold strictly. Constraints may be violated on the way, but not those with KeepFeasible: they
// must hold at x0, which is moved to where they hold strictly if it is on a limit, and where one does not hold the
// objective is not evaluated. (SciPy keeps bounds in this way only on request.)
//
// Variables whose size at x0, or whose distance between bounds, is below 0.05 or above 1000 are measured in units of
// that size, for the radius, the norms and the first approximation of the Hessian. RelStep and AbsStep aside,
// differences have steps for these units too.
//
// Problem.Hess, or HessP, and Constraint.Hess are used if they are given. The rest of the Hessian of
// the Lagrangian is approximated as a whole, where SciPy adds an approximation for each constraint to
// the one for the objective. SR1 also evaluates gradients at some of the points that are not taken.
//
// It stops with status
//
//	1  the ∞-norm of the gradient of the Lagrangian is below GTol, and also small for the sizes of variables
//	   and values: with every variable moved by its size, the value must change by less than 10 √GTol of
//	   its own to first order; or it is below the rounding of its terms. All violations are below GTol;
//	   with inequalities also the barrier parameter is below BarrierTol, the products of multipliers and
//	   slacks equal it to GTol, each relative to values of a size below 0.1, and the multipliers have
//	   the right sign: a success
//	2  the trust radius is below XTol: a success if the gradient of the Lagrangian is small in that sense, to
//	   a thousandth. Where it is not the search begins again, with units of the size that the variables
//	   have now, three times at most while that leads on; then it has failed, as happens with wrong
//	   derivatives, an f that is not smooth, or constraints whose gradients depend on each other.
//	   It has also failed where the value is above the one at a feasible x0
//	4  the trust radius is below XTol, or 30 steps have not lowered the largest violation by a tenth,
//	   and no feasible point is near
//	0  MaxIter iterations were made
//	3  the callback stopped the search
//	-1 a value or derivative at x0 or a Hessian is not finite, or the objective has no lower bound
//
// Before it ends with 4 it seeks a feasible point by Levenberg–Marquardt steps for the squares of the
// violations, within the bounds, which evaluate only constraints. From a feasible point it starts
// again, three times at most. If instead the steps reach a stationary point of the violations, also
// from both sides of it, the result is Infeasible: no feasible point is near, and none exists if the
// constraints are convex. If they reach neither the result is Failed, or the search continues where
// its steps are not too short yet.
//
// The result is Unbounded where the value is below -1e30 max(1, |f(x0)|) at a point that violates no
// constraint by more than GTol, or by 1e-12 of the terms |∂c/∂xⱼ xⱼ|. When values stay below -1e4
// max(1, |f(x0)|) and have doubled in size in 20 iterations (in 40 the next time, and so on), such a
// point is sought far along the way from x0, moved to where the constraints hold. An objective that
// falls more slowly ends at MaxIter.
//
// Without success X is the best point seen: among those feasible to 1e-6 the one with the least
// value, or else the one with the least violation.
//
// The result has Optimality, the norm of the Lagrangian's gradient; MaxCV, SciPy's constr_violation;
// TrustRadius; Barrier; and the multipliers of the last iterate: ∇f = Σ λᵢ ∇cᵢ + BoundMultipliers,
// positive at Lower and negative at Upper, where SciPy's v has the opposite sign. An iteration is an
// attempted step, also if it is refused.
//
// An iteration costs one evaluation of the function and the constraints, sometimes two, and one of the
// derivatives if the step is taken; a factorization of m² (n + m) operations for m rows of the
// constraints, or n³ if that is less; and at most 2n products with the Hessian and the factors, of n²
// + nm operations each. Bounds cost only n operations each time.
//
// Lalee, Nocedal & Plantenga, "On the implementation of an algorithm for large-scale equality
// constrained optimization", SIAM J. Optim. 8 (1998); Byrd, Hribar & Nocedal, "An interior point
// algorithm for large-scale nonlinear programming", SIAM J. Optim. 9 (1999); Byrd, Nocedal & Waltz,
// "Feasible interior methods using slacks for nonlinear optimization", Comput. Optim. Appl. 26 (2003);
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, algorithms 18.4 and 19.4; Conn, Gould &
// Toint, "Trust-region methods", 2000, section 15.4.
type TrustConstr struct {
	GTol                    float64 `opt:"gtol"`                      // largest MaxCV and Optimality at the end; default 1e-8
	XTol                    float64 `opt:"xtol"`                      // trust radius at the end; default 1e-8
	BarrierTol              float64 `opt:"barrier_tol"`               // barrier parameter at the end; default 1e-8
	InitialConstrPenalty    float64 `opt:"initial_constr_penalty"`    // first penalty of the merit function; default 1
	InitialTrRadius         float64 `opt:"initial_tr_radius"`         // first trust radius; default 1
	InitialBarrierParameter float64 `opt:"initial_barrier_parameter"` // first barrier parameter; default 0.1
	InitialBarrierTolerance float64 `opt:"initial_barrier_tolerance"` // tolerance to which the first barrier problem is solved; default 0.1
	// FactorizationMethod is how the Jacobian is factorized: "QRFactorization" (the default),
	// by singular values only where its rows depend on each other, or "SVDFactorization",
	// always by singular values.
	FactorizationMethod string `opt:"factorization_method"`
	MaxIter             int    `opt:"maxiter"` // most iterations; default 1000
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

// QuasiNewton specifies how [TrustConstr] approximates Hessians that are not given, from the
// changes of gradients: SciPy's BFGS and SR1 strategies.
//
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006: BFGS is equation 6.19,
// damped as in procedure 18.2, SR1 equation 6.24 with the test 6.26, the first scale
// equation 6.20.
type QuasiNewton struct {
	HessianUpdate     string  `opt:"hessian_update"`     // "BFGS" (the default), always positive definite, or "SR1", which can be indefinite
	ExceptionStrategy string  `opt:"exception_strategy"` // for BFGS below MinCurvature: "skip_update" (the default), which damps from the third update in a row on, or "damp_update"
	MinCurvature      float64 `opt:"min_curvature"`      // least sᵀy of BFGS relative to sᵀBs; default 1e-8, with "damp_update" 0.2
	MinDenominator    float64 `opt:"min_denominator"`    // least |(y - Bs)ᵀs| of SR1 relative to |y - Bs||s|; default 1e-8
	InitScale         float64 `opt:"init_scale"`         // the first B is InitScale·I; default scaled by the first change of the gradient
}
