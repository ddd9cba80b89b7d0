// Package scalar minimizes functions of one variable and finds their roots: [Minimize] finds a
// minimum, [Root] a root, and [Bracket] three points around a minimum.
//
//	r, err := scalar.Root(ctx, math.Cos, scalar.RootOptions{Bracket: []float64{1, 2}})
//
// [Minimize] corresponds to scipy.optimize.minimize_scalar, [Root] to root_scalar and [Bracket] to
// bracket; they have all methods, with their options, stopping tests and result fields. A method is
// a value with its own options; [MethodByName] and [RootMethodByName] find one by SciPy's names. For
// more variables take packages minimize and root.
//
// # Which method
//
// Counts are for smooth functions with the default tolerances: a minimum to about eight digits, which
// is all that values determine, and a root to about twelve.
//
//	for a minimum           it needs                    evaluations
//	Brent (the default)     a bracket, or two points    10 to 20
//	Bounded (with bounds)   bounds; stays within them   10 to 20
//	Golden                  a bracket, or two points    about 45, whatever the function
//
//	for a root              it needs                    evaluations
//	BrentQ (the default     a bracket                   about 10
//	with a bracket)
//	BrentH, TOMS748,        a bracket                   about 10 to 20
//	Ridder
//	Bisect                  a bracket                   about 45, whatever the function
//	NewtonRaphson           a start near the root       about 10, half of them of the derivative; may fail
//	Secant                  a start near the root       about 7; may fail
//	Halley                  a start and two             about 10, two thirds of them of derivatives; may fail
//	                        derivatives
//
// A bracket of a root is two points at which a continuous function has different signs; the methods
// that take one keep the root enclosed. At a multiple root, where the function is flat, most methods
// need many more evaluations, and Bisect does not.
//
// # SciPy's names
//
//	scipy.optimize                             here
//	minimize_scalar(f, bracket=(0, 1))         Minimize(ctx, f, Options{Bracket: []float64{0, 1}})
//	minimize_scalar(f, bounds=(0, 4))          Minimize(ctx, f, Options{Bounds: []float64{0, 4}})
//	root_scalar(f, bracket=(0, 3))             Root(ctx, f, RootOptions{Bracket: []float64{0, 3}})
//	root_scalar(f, x0=1, fprime=df)            Root(ctx, f, RootOptions{X0: new(1.0), FPrime: df})
//	method="toms748", options={"k": 2}         Method: TOMS748{K: 2}
//	bracket(f, xa=0, xb=1)                     Bracket(ctx, f, 0, 1, BracketOptions{})
//
// Numbers in options follow the rule of the whole module: 0 means the documented default, and a
// negative number asks for 0 itself. Errors and statuses work as in package minimize.
package scalar
