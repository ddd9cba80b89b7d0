// Package linsolve has solvers of linear systems A x = b whose map A is given as
// a function. Each is a [num.LinearSolver], made from options: call it on vectors, or give
// it to [num.CustomLinearSolve], which solves over trees and is differentiable, to
// [num.CustomRoot], or to a solver of package argmin for its derivatives.
// By default these take a solver that suits most systems: see [num.LinearSolver].
//
// Systems are scaled before they are solved: right-hand sides and maps may have any size, each
// member of a batch its own.
//
// In the options structs a number that is 0 means its documented default, and a negative
// number asks for 0 itself.
//
// A solver that does not reach its tolerance never returns an inaccurate answer silently: the result
// is NaN and the run reports an error with the relative residual (errors.Is(err, num.ErrNumeric)). Of
// a singular system that has solutions, [CG], [MINRES] and [NormalCG] give the smallest, [GMRES] and
// [BiCGSTAB] one of them. [NormalCG] solves least squares: without a solution it gives the nearest x,
// and no error; [LSMR] does so for rectangular maps.
package linsolve
