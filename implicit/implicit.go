package implicit

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// HostRoot makes a solver that is plain Go code differentiable: solve finds x with
// optimality(x, args) = 0. Its arguments hold numbers, so it may call any library. Its
// result must have the structure, shapes and dtypes of like; optimality is written with
// package num. linear solves the system of the derivative; nil means the default, see [num.LinearSolver]. An
// error of solve ends the run and is returned with errors.Is(err, num.ErrUser).
// [num.CustomRoot] is the same for a solver written with package num.
func HostRoot[P, A any](optimality func(x P, args A) P, solve func(args A) (P, error), like P, linear num.LinearSolver) func(A) P {
	return num.CustomRoot(optimality, func(args A) P { return num.Callback(solve, like, args) }, linear)
}

// HostFixedPoint is [HostRoot] for a solver that finds a fixed point x = step(x, args).
func HostFixedPoint[P, A any](step func(x P, args A) P, solve func(args A) (P, error), like P, linear num.LinearSolver) func(A) P {
	return num.CustomFixedPoint(step, func(args A) P { return num.Callback(solve, like, args) }, linear)
}

func negate[T any](x T) T {
	return tree.Map(func(a num.Array) num.Array {
		if a.DType() == num.Bool {
			return a
		}
		return a.Neg()
	}, x)
}

// RootJVP is the derivative of a root along a direction: the tangent of x, with
// optimality(x, args) = 0, along the tangent dargs.
func RootJVP[P, A any](optimality func(x P, args A) P, x P, args, dargs A, linear num.LinearSolver) P {
	_, rhs := num.JVP(func(a A) P { return optimality(x, a) }, args, dargs)
	_, matvec := num.Linearize(func(x P) P { return optimality(x, args) }, x)
	return num.CustomLinearSolve(matvec, negate(rhs), linear, false)
}

// RootVJP is the reverse-mode derivative of a root: the cotangent of args from the cotangent
// ct of x, with optimality(x, args) = 0.
func RootVJP[P, A any](optimality func(x P, args A) P, x P, args A, ct P, linear num.LinearSolver) A {
	_, transposed := num.VJP(func(x P) P { return optimality(x, args) }, x)
	u := num.CustomLinearSolve(transposed, ct, linear, false)
	_, back := num.VJP(func(a A) P { return optimality(x, a) }, args)
	return back(negate(u))
}
