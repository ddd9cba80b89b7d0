// Package linsolve has solvers of linear systems A x = b whose map A is given as
// a function, for use alone, in [num.CustomRoot] and in [num.CustomLinearSolve].
// Each is a [num.LinearSolver], made from options.
//
// A solver that does not reach its tolerance does not return an answer quietly:
// the result is NaN and the run reports an error with the relative residual
// (errors.Is(err, num.ErrNumeric)).
package linsolve
