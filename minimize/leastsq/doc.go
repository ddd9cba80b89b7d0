// Package leastsq minimizes sums of squares of functions of []float64, within bounds and with
// losses against outliers, and fits curves to data.
//
//	r, err := leastsq.Minimize(ctx, leastsq.Problem{M: 10, Residuals: f}, x0, leastsq.Options{Loss: "huber"})
//
// [Minimize] corresponds to scipy.optimize.least_squares: it has all of its methods, with their
// options, stopping tests and result fields. [CurveFit] corresponds to curve_fit: it fits the
// parameters of a model to data, with their standard errors. A method is a value with its own
// options; [MethodByName] finds one by SciPy's names. For as many equations as unknowns that have a
// root take package root.
//
// # Which method
//
// m is the number of residuals, n the number of variables.
//
//	method               bounds, losses   take it for                                cost per iteration
//	TRF (the default)    yes              everything                                 m n² operations; with LSMR O(min(m, n)) products with J
//	Dogbox               yes              small problems whose solution is at        the same
//	                                      bounds, with a Jacobian of full rank
//	LM (the default      no               small problems without bounds; usually     m n² operations
//	of CurveFit)                          the fewest evaluations
//
// Every iteration costs one Jacobian, and one evaluation of the residuals for every step that it
// tries. A Jacobian by finite differences costs n evaluations (2n for "3-point"), or with
// [Problem.Sparsity] as many as there are groups of variables that have no residual in common; TRF
// and Dogbox then keep it sparse and use LSMR.
//
// A loss, [Options].Loss, reduces the weight of outliers: "soft_l1" and "huber" a little, "cauchy"
// and "arctan" much, which may have several local minima. Residuals that are larger than
// [Options].FScale count as large.
//
// # SciPy's names
//
//	scipy.optimize                               here
//	least_squares(fun, x0, jac=…)                Minimize(ctx, Problem{Residuals: f, M: m, Jac: jac}, x0, Options{})
//	bounds=(lb, ub)                              Options.Bounds = &Bounds{Lower: lb, Upper: ub}
//	method="dogbox", tr_solver="lsmr"            Options.Method = Dogbox{TRSolver: "lsmr"}
//	ftol=None                                    Options.FTol = -1
//	x_scale="jac"                                Options.JacScale = true
//	jac_sparsity=…                               Problem.Sparsity
//	sol.x, sol.cost, sol.fun, sol.active_mask    Result.X, Result.Cost, Result.Fun, Result.ActiveMask
//	sol.status                                   Result.SciPyStatus; Result.Status is the same code for all methods
//	popt, pcov = curve_fit(f, x, y, p0)          r, err := CurveFit(ctx, PointModel(f), x, y, p0, CurveFitOptions{})
//	popt, pcov, np.sqrt(np.diag(pcov))           r.Params, r.Covariance, r.StdErr
//	curve_fit(…, sigma=s, absolute_sigma=True)   CurveFitOptions{Sigma: s, AbsoluteSigma: true}
//
// Two differences: CurveFit reports by [CovarianceStatus] why a covariance cannot be trusted, where
// SciPy warns. And a success is a minimum: the stopping tests hold also where the region was so small that a step changes little, or
// the units of the residuals so small that the gradient is below GTol. There the search goes on, and if no step
// reduces the cost it has failed, with a message that has what is not small.
//
// Numbers in options follow the rule of the whole module: 0 means the documented default, and a
// negative number asks for 0 itself. Errors, callbacks, checkpoints and statuses work as in
// package minimize.
package leastsq
