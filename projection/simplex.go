package projection

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Simplex is the projection of x: [n] onto the simplex {y ≥ 0, Σy = scale},
//
//	P(x)ᵢ = max(xᵢ - τ, 0) with τ such that they sum to scale
//
// (Held, Wolfe & Crowder, "Validation of subgradient optimization", 1974; Duchi et
// al., 2008, figure 1). A point of the simplex is returned as it is. Elements of -Inf
// become 0. An element of +Inf or a negative scale gives NaN; n = 0 is an error.
//
// With s = 1 on the support, where P(x) > 0, and 0 elsewhere, the Jacobian is
// diag(s) - s sᵀ/Σs. For scale 0 it is 0, and the largest elements share the derivative in the
// scale. n log n operations.
func Simplex[S Scalar](x num.Array, scale S) num.Array {
	const op = "projection.Simplex"
	checkPoint(op, x)
	return simplex(x, arg.Scalar(op, "scale", scale, x.DType()))
}

// checkPoint checks that x is a vector that is not empty.
func checkPoint(op string, x array) {
	checkShape(op, "x", x, -1)
	if x.Size() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "x is empty, want at least one element"))
	}
}

// simplex is Simplex. The support is found first and has no derivative; given the
// support the projection is linear.
func simplex(x, s array) array {
	zero := x.Const(0)
	z := x.Sub(stop(x.Max())) // leaves no digits of a large common part to lose
	point := s.Eq(zero)       // the set is only 0, whatever x; as it grows the largest elements share it
	z = num.Where(point, stop(z), z)
	inside := stop(x).Ge(zero).All().And(stop(x).Sum().Eq(stop(s)))
	support := num.Where(inside, x.Gt(zero), z.Gt(threshold(stop(z), stop(s))))
	support = num.Where(point, z.Ge(zero), support)
	count := num.Maximum(support.AsType(x.DType()).Sum(), num.Const(1))
	tau := num.Where(support, z, zero).Sum().Sub(s).Div(count)
	y := z.Sub(tau)
	y = y.Add(stop(num.Maximum(y, zero).Sub(y))) // not below 0 by rounding
	y = num.Where(inside.And(point.Not()), x.Sub(shadow(tau)), y)
	y = num.Where(support, y, zero)
	return num.Where(x.Max().IsFinite().And(s.Ge(zero)), y, nan)
}

// threshold is the τ with Σ max(x - τ, 0) = s; max(x) for s = 0.
func threshold(x, s array) array {
	n := x.Size()
	u := x.Sort(0).Flip()
	over := u.CumSum(0).Sub(s) // τ if the first k elements are the support is over/k
	k := num.Arange(num.Int32, 1, n+1).AsType(x.DType())
	last := num.Maximum(u.Mul(k).Gt(over).AsType(num.Int32).Sum().AddScalar(-1), num.Const(0))
	return over.Div(k).Take(last, 0)
}

// SparseSimplex is a projection of x: [n] onto the points of the simplex with at most k
// elements that are not zero: the k largest elements are projected onto the simplex, and
// the others are 0 (Kyrillidis, Becker, Cevher & Koch, "Sparse projections onto the simplex",
// 2013). The set is not convex; of equal elements the first are taken. k ≥ n
// is [Simplex], k < 1 is an error; everything else is as for [Simplex].
func SparseSimplex[S Scalar](x num.Array, k int, scale S) num.Array {
	const op = "projection.SparseSimplex"
	checkPoint(op, x)
	if k < 1 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "k is %d, want 1 or more", k))
	}
	s := arg.Scalar(op, "scale", scale, x.DType())
	if k >= x.Size() {
		return simplex(x, s)
	}
	top, at := x.TopK(k)
	y := num.Full(x.DType(), 0, x.Size()).Put(at, simplex(top, s), 0)
	return num.Where(x.Max().IsFinite().And(s.Ge(num.Const(0))), y, nan)
}

// KLSimplex is the projection of exp(x), x: [n], onto the simplex {y ≥ 0, Σy = scale} in
// the Kullback–Leibler divergence,
//
//	argmin Σ y log y - Σ x y = scale · softmax(x).
//
// Elements of -Inf become 0; if all are, or one is +Inf, or scale is negative, the result
// is NaN. n = 0 is an error. The Jacobian is diag(P) - P Pᵀ/scale.
func KLSimplex[S Scalar](x num.Array, scale S) num.Array {
	const op = "projection.KLSimplex"
	checkPoint(op, x)
	s := arg.Scalar(op, "scale", scale, x.DType())
	return num.Where(s.Ge(num.Const(0)).And(x.Max().IsFinite()), x.Softmax().Mul(s), nan)
}
