package projection

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// L2Ball is the projection onto the Euclidean ball {|y| ≤ radius}, with the norm of all
// elements of a tree: x where it is inside, otherwise radius · x/|x|. A negative radius
// gives NaN. The derivative at the boundary is the derivative inside; for radius 0 it is 0.
func L2Ball[T any, S Scalar](x T, radius S) T {
	return raveled(x, func(v array) array {
		r := arg.Scalar("projection.L2Ball", "radius", radius, v.DType())
		return num.Where(num.Norm(stop(v)).Le(r).And(r.Ne(num.Const(0))), v, onSphere(v, r))
	})
}

// L2Sphere is the projection onto the Euclidean sphere {|y| = radius}, with the norm of
// all elements of a tree: radius · x/|x|. From x = 0 all points are equally far; the
// answer is the one with equal elements, and has derivative zero. A negative radius gives
// NaN.
func L2Sphere[T any, S Scalar](x T, radius S) T {
	return raveled(x, func(v array) array {
		return onSphere(v, arg.Scalar("projection.L2Sphere", "radius", radius, v.DType()))
	})
}

// onSphere is r · v/|v|. The scale m of v cancels, so that it needs no derivative.
func onSphere(v, r array) array {
	zero := v.Const(0)
	m := stop(v.Abs().Max())
	u := num.Where(m.Eq(zero), num.Const(1), v.Div(arg.Safe(m.Ne(zero), m)))
	return num.Where(r.Ge(zero), u.Mul(r.Div(num.Norm(u))), nan)
}

// L1Ball is the projection onto the ℓ1 ball {Σ|y| ≤ radius}, with the sum over all
// elements of a tree: x where it is inside, otherwise the projection of |x| onto the simplex with the
// signs of x (Duchi, Shalev-Shwartz, Singer & Chandra, "Efficient projections onto
// the l1-ball for learning in high dimensions", 2008, figure 1). A negative radius
// gives NaN. n log n operations.
func L1Ball[T any, S Scalar](x T, radius S) T {
	return raveled(x, func(v array) array {
		r := arg.Scalar("projection.L1Ball", "radius", radius, v.DType())
		return num.Where(stop(v).Abs().Sum().Le(r).And(r.Ne(num.Const(0))), v, onL1Sphere(v, r))
	})
}

// L1Sphere is the projection onto the ℓ1 sphere {Σ|y| = radius}, with the sum over all
// elements of a tree: the projection of |x| onto the simplex, with the signs of x. The set
// is not convex; an element that is 0 could become positive or negative, and becomes
// positive. A negative radius gives NaN. n log n operations.
func L1Sphere[T any, S Scalar](x T, radius S) T {
	return raveled(x, func(v array) array {
		return onL1Sphere(v, arg.Scalar("projection.L1Sphere", "radius", radius, v.DType()))
	})
}

func onL1Sphere(v, r array) array {
	sign := num.Where(v.Lt(num.Const(0)), v.Const(-1), num.Const(1))
	return simplex(v.Mul(sign), r).Mul(sign)
}

// LInfBall is the projection onto the ℓ∞ ball {max |y| ≤ radius}: all elements of a tree
// are clipped to [-radius, radius]. A negative radius gives NaN. The derivative at a
// bound is half of the derivative inside; for radius 0 it is 0.
func LInfBall[T any, S Scalar](x T, radius S) T {
	return raveled(x, func(v array) array {
		r := arg.Scalar("projection.LInfBall", "radius", radius, v.DType())
		v = num.Where(r.Eq(num.Const(0)), stop(v), v) // the ball is a point
		return num.Where(r.Ge(num.Const(0)), num.Minimum(num.Maximum(v, r.Neg()), r), nan)
	})
}
