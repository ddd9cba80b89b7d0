// Package argmin has optimizers whose answers are differentiable values.
//
// A solver finds parameters for given data, both any trees of arrays (see package num). It
// is made by the function of a kind of problem, from the user's functions, a method and
// options:
//
//	solver := argmin.Minimize(loss, argmin.LBFGS{Memory: 20}, argmin.Options{Tol: 1e-12})
//
// The kinds of problems, with their methods; a nil method means the first one:
//
//	Minimize    min f(x)                     LBFGS, BFGS, NonlinearCG, GradientDescent,
//	                                         Newton, NewtonCG, TrustRegion, NelderMead
//	Bounded     min f(x), lower ≤ x ≤ upper  LBFGSB, ProjectedGradient
//	OnSet       min f(x), x in a convex set  ProjectedGradient, MirrorDescent, FrankWolfe
//	Composite   min f(x) + h(x)              ProximalGradient
//	Separable   min f(M x) + Σ h(xᵢ)         BlockCoordinateDescent, ProximalGradient
//	Split       min f(x) + h(K x)            ADMM
//	Constrained min f(x), g(x) = 0,          InteriorPoint, SQP, AugmentedLagrangian
//	            lo ≤ h(x) ≤ hi
//	Quadratic   min ½xᵀQx + cᵀx, Ax = b,     ProximalInteriorPoint, OSQP, PDHG,
//	            low ≤ Gx ≤ h, bounds         DualActiveSet, EqualityConstrainedQP, BoxCDQP
//	Conic       min ½xᵀQx + cᵀx, Ax + s = b, HomogeneousEmbedding
//	            s in cones (package cone)
//	FixedPoint  x = T(x)                     AndersonAcceleration, FixedPointIteration
//	Root        F(x) = 0                     Newton, NewtonKrylov, Broyden, Hybrid
//	Bracketed   fᵢ(xᵢ) = 0 in brackets       Chandrupatla, Bisection
//	Stochastic  min of the mean of f(x, b)   Optim (package optim), PolyakSGD, ArmijoSGD
//	            over batches b
//	LeastSquares  min ½ Σ r(x)²              LevenbergMarquardt, GaussNewton, Dogleg
//	BoundedLeastSquares  the same in bounds  TrustRegionReflective
//
// [Solver.WithLoss] and [Solver.WithPrior] change a sum of squares, [Separated] eliminates parameters in which a
// model is linear, and [Statistics] has the standard errors of a fit.
//
// f is smooth and h has a proximal operator (package prox); sets are given by packages
// projection and oracle. [Custom] is a method of your own for any kind, and
// [AndersonWrapper] accelerates the iterations of a solver. docs/choosing.md has what each
// method needs and costs, and when to take it.
//
// # Answers
//
// A solver gives its answer in one of three ways:
//
//   - [Solver.Run] returns it with the status, and as an error what kept it from running
//     ([Solver.Steps] makes one iteration at a time, [Solver.RunIterator] one per mini-batch);
//   - [Solver.Argmin] is a value inside other functions: num.Grad, num.JacobianFwd and the
//     rest differentiate it with respect to the data by the implicit function theorem, to
//     any order, and num.Vmap solves a batch, each member with its own number of iterations;
//   - the same with the option Unroll is differentiated through the iterations.
//
// [Solver.Continue] runs on from a step, with what the method remembers. [WithAux] brings back what an
// objective returns parted its value, and [Solver.WithPreUpdate] changes parameters before each iteration.
//
// The objective is traced once for every structure, shape and dtype of its arguments; the
// first call of a small solver takes some milliseconds. A run has the code
// status.Converged only if the stopping test held, and Options.Tol is not the only thing that makes
// its error small: a function in tiny units has a tiny gradient everywhere, so the error must
// also be small compared with the largest one of the run or with the value. A run that ends otherwise
// carries the best point that it found, whatever the method. status.Stationary is a system of equations at a
// minimum of its sum of squares that is not zero, and status.Stalled means that nothing changes any more: in float32 the
// default tolerance can be below what rounding leaves of a gradient. Line searches and solvers of linear systems are in packages linesearch and
// linsolve; package implicit makes the answers of other solvers differentiable.
//
// # Options
//
// In [Options] and in the structs of methods, the zero value of a field means the default
// that its comment gives. So a number that is 0 is the default, and a negative number asks
// for 0 itself: Tol: -1 iterates until the error is exactly 0, or, more likely, until
// MaxIter: -1 makes none. Limits can be as large as math.MaxInt. A number out of the range in which it
// makes sense is an error that names it. Quasi-Newton methods share [StepControl].
package argmin
