// Package minimize has SciPy's optimization methods for functions of []float64: [Minimize] with
// all methods of scipy.optimize.minimize, their options, stopping tests and result fields.
//
// A method is a struct of its options, named as in SciPy; its zero value has SciPy's defaults:
//
//	r, err := minimize.Minimize(ctx, minimize.Problem{Func: rosen}, x0, minimize.Options{Method: minimize.NelderMead{XAtol: 1e-8}})
//
// The default method is [BFGS], within bounds [LBFGSB], with constraints [SLSQP].
// [MethodByName] finds a method by SciPy's name, with options by SciPy's names. A [Custom]
// method is written by the user, against [Search].
//
// The packages below this one are for other kinds of problems: leastsq for sums of squares and
// curve fitting (SciPy's least_squares and curve_fit), root for systems of equations, scalar for
// functions of one variable. Package named takes tensors with names; package traced takes
// functions written with package num and differentiates the answers. Their options share two
// structs with [Options]: trace.Monitor to watch and resume a search, and finite.Differences for
// missing derivatives. They are embedded, so that opt.Progress = os.Stderr works on all of them,
// and each has only what applies to it.
//
// A number in an options struct that is 0 means its documented default, and a negative
// number asks for 0 itself; limits that should never be reached are [math.MaxInt].
//
// An error means that the call was wrong or that the search was ended from outside. How a search
// ended by itself is in the result: Success reports whether the method's stopping test held,
// Status is a code of package status, the same for all methods, and SciPyStatus is SciPy's
// number.
package minimize
