// Package linsolve has solvers of linear systems A x = b whose map A is given as
// a function. Each is a [num.LinearSolver], made from options: call it on vectors, or give
// it to [num.CustomLinearSolve], which solves over trees and is differentiable, to
// [num.CustomRoot], or to a solver of package argmin for its derivatives.
// [num.DenseSolver] is the solver that these take by default.
//
// In the options structs a number that is 0 means its documented default, and a negative
// number asks for 0 itself.
//
// A solver that does not reach its tolerance never returns an inaccurate answer silently:
// the result is NaN and the run reports an error with the relative residual
// (errors.Is(err, num.ErrNumeric)).
package linsolve
