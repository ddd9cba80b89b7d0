// Package implicit differentiates the answers of solvers by the implicit function
// theorem, whatever the solver: where F(x(θ), θ) = 0,
//
//	∂F/∂x dx = -∂F/∂θ dθ
//
// gives the derivative of x without looking into the iterations that found it.
//
// [CustomRoot] and [CustomFixedPoint] make a solver written with package num
// differentiable; [HostRoot] and [HostFixedPoint] one that is plain Go code, of any
// library. [RootJVP] and [RootVJP] are the products with the derivative at a
// solution that is already known. The linear system is solved matrix-free by a
// solver of package linsolve, or by the default, which is dense and accurate to
// rounding; a system that it cannot solve is an error (errors.Is(err,
// num.ErrNumeric)), never zeros.
package implicit
