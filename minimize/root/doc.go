// Package root solves systems of n equations in n unknowns, F(x) = 0, for functions of []float64.
//
//	r, err := root.Find(ctx, root.Problem{Func: f}, x0, root.Options{Method: root.Krylov{}})
//
// [Find] corresponds to scipy.optimize.root: it has all of its methods, with their options,
// stopping tests and result fields. A method is a value with its own options; [MethodByName]
// finds one by SciPy's names. For one equation in one unknown take package scalar, for more
// equations than unknowns package leastsq.
//
// # Which method
//
// n is the number of unknowns. Evaluations are evaluations of F, including those for finite
// differences.
//
//	method                 take it for                                 cost per iteration
//	Hybr (the default)     up to some hundred unknowns                 1 evaluation, O(n³) operations; sometimes a Jacobian
//	LM                     the same, if Hybr fails or the Jacobian     1 Jacobian, 1 evaluation or more, O(n³) operations
//	                       is singular at the root
//	Krylov                 many unknowns, such as the values of a      1 evaluation per inner iteration; O(n) memory
//	                       function in a differential equation
//	DFSane                 very many unknowns and a cheap F            1 evaluation or more, O(n) operations
//	Anderson               fixed-point iterations that converge        1 evaluation or more, O(n) operations
//	                       slowly or nearly converge
//	Broyden1, Broyden2     a Jacobian that changes slowly              1 evaluation or more, O(n) operations per pair kept
//	DiagBroyden,           equations that each depend mostly on        1 evaluation or more, O(n) operations
//	LinearMixing,          one unknown
//	ExcitingMixing
//
// Only Hybr and LM use [Problem.Jac], and only they find a missing Jacobian by finite
// differences; the other methods never form it.
//
// # SciPy's names
//
//	scipy.optimize.root           here
//	root(fun, x0, jac=…)          Find(ctx, Problem{Func: f, Jac: jac}, x0, Options{})
//	method="df-sane"              Options.Method = DFSane{}
//	options={"fatol": 1e-8}       DFSane{FAtol: 1e-8}
//	tol=1e-8                      Options.Tol = 1e-8
//	sol.x, sol.fun, sol.success   Result.X, Result.Fun, Result.Success
//	sol.status                    Result.SciPyStatus; Result.Status is the same code for all methods
//
// One difference: a success is a root. Where a stopping test holds and some value is not small compared with
// its changes when the unknowns change by their size, the method goes on, or the search has failed, with the
// reason. SciPy's hybr and lm report successes at stationary points of |F|², and the other methods wherever |F| is below
// an absolute tolerance.
//
// Numbers in options follow the rule of the whole module: 0 means the documented default, and a
// negative number asks for 0 itself. Errors, callbacks, checkpoints and statuses work as in
// package minimize.
package root
