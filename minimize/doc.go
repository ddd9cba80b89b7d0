// Package minimize has SciPy's optimization methods for functions of []float64:
// [Minimize] with all methods of scipy.optimize.minimize, their options, stopping
// tests and result fields.
//
// A method is a struct with its options as fields, named as in SciPy; its zero value
// has SciPy's defaults:
//
//	r, err := minimize.Minimize(ctx, minimize.Problem{Func: rosen}, x0, minimize.Options{Method: minimize.NelderMead{XAtol: 1e-8}})
//
// Without a method it is [BFGS], with bounds [LBFGSB], with constraints [SLSQP].
// [MethodByName] finds one by SciPy's name, with options by their names.
//
// [LeastSquares] minimizes sums of squares with bounds and robust losses, and
// [CurveFit] fits a model to data, as SciPy's least_squares and curve_fit. [Root] solves
// systems of equations, [MinimizeScalar] and [RootScalar] are for one variable.
//
// Package named, below this one, is for tensors with names, package traced for
// functions written with package num, whose answers it differentiates.
//
// An error is returned for what is wrong with the call; how the search ended is in
// the result, whose Success says whether the method's stopping test held.
package minimize
