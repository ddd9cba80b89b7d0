// Package implicit differentiates the answers of any solver by the implicit function
// theorem: where F(x(θ), θ) = 0,
//
//	∂F/∂x dx = -∂F/∂θ dθ
//
// gives the derivative of x from x and θ, without the iterations that found x.
//
// [HostRoot] and [HostFixedPoint] make a solver that is plain Go code, of any library,
// differentiable. For a solver that is written with package num use [num.CustomRoot] and
// [num.CustomFixedPoint]. [RootJVP] and [RootVJP] are the products with the derivative at a
// solution that is already known. The linear system is solved matrix-free by a
// solver of package linsolve, or by the default, which is dense for up to 256 unknowns, needs
// only products for more, and is accurate to rounding (see [num.LinearSolver]). A system that it
// cannot solve is an error (errors.Is(err, num.ErrNumeric)), never zeros. A singular system that
// has solutions, as where x is not unique, gives the derivative of smallest norm.
package implicit
