// Package argmin has optimizers whose answers are differentiable values.
//
// A solver minimizes a function of parameters and data, both any tree of arrays
// (see package num), and gives the minimizer in one of three ways:
//
//   - [Solver.Run] with its status, and as an error what stopped it ([Solver.Steps] one
//     update at a time, [Solver.RunIterator] over mini-batches);
//   - [Solver.Argmin] as a value inside other functions: num.Grad, num.JacobianFwd and
//     the rest differentiate it with respect to the data by the implicit function
//     theorem, to any order, and num.Vmap solves a batch, each member to its own end;
//   - the same by differentiating the iterations, with the option Unroll.
//
// The objective is traced once for every structure, shape and dtype of its
// arguments; the first call of a small solver takes some milliseconds. A status is
// [Converged] only if the stopping test held, and results always carry the best
// point found. What a solver needs besides is in packages linesearch and linsolve;
// package implicit makes the answers of other solvers differentiable.
package argmin
