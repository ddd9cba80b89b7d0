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
// The packages below this one are for other kinds of problems: leastsq for sums of squares
// and curve fitting (SciPy's least_squares and curve_fit), root for systems of equations,
// scalar for functions of one variable. Package named takes tensors with names, package
// traced functions written with package num, whose answers it differentiates.
//
// A number in an options struct that is 0 means its documented default, and a negative
// number asks for 0 itself; limits that should never be reached are [math.MaxInt].
//
// An error is returned for what is wrong with the call; how the search ended is in
// the result, whose Success reports whether the method's stopping test held. Its Status is a
// code of package status, the same for all methods; SciPyStatus is SciPy's number.
package minimize
