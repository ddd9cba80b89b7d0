package projection

import (
	"math"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// ExponentialCone is the projection of (x, y, z): [3] onto the exponential cone, the
// closure of
//
//	{y > 0, y exp(x/y) ≤ z}
//
// which adds {x ≤ 0, y = 0, z ≥ 0}. Outside of the cone and its polar, and of
// {x ≤ 0, y ≤ 0}, whose points go to (x, 0, max(z, 0)), the result is a multiple of
// (ρ, 1, exp(ρ)), where ρ is the root of an increasing function (Friberg, "Projection
// onto the exponential cone: a univariate root-finding problem", 2021); its
// derivative is the implicit one.
func ExponentialCone(x num.Array) num.Array {
	const op = "projection.ExponentialCone"
	checkShape(op, "x", x, 3)
	v, size := unit(x)
	zero := x.Const(0)
	// Beyond limit exp(±ρ) is negligible or overflows.
	limit := x.Const(600)
	if x.DType() == num.Float32 {
		limit = x.Const(80)
	}
	r, s, t := stop(v.At(0)), stop(v.At(1)), stop(v.At(2))
	rp, sp := r.Gt(zero), s.Gt(zero)
	sSafe, rSafe := arg.Safe(sp, s), arg.Safe(rp, r)
	inside := sp.And(s.Mul(r.Div(sSafe).Exp()).Le(t)).Or(s.Eq(zero).And(r.Le(zero)).And(t.Ge(zero)))
	polar := rp.And(r.Mul(s.Div(rSafe).Exp()).Le(t.Scale(-math.E))).Or(r.Eq(zero).And(s.Le(zero)).And(t.Le(zero)))
	lo, hi := num.Where(rp, num.Const(1).Sub(s.Div(rSafe)), limit.Neg()), num.Where(sp, r.Div(sSafe), limit)
	steep, flat := lo.Gt(limit), hi.Lt(limit.Neg())
	face := rp.Or(sp).Not()

	curved := inside.Or(polar).Or(face).Or(steep).Or(flat).Not()
	half := x.Const(0.5)
	lo, hi = num.Where(curved, num.Maximum(lo, limit.Neg()), zero), num.Where(curved, num.Minimum(hi, limit), num.Const(1))
	on := onExponential(num.Where(curved, v, half), lo, hi)

	top := num.Maximum(v.At(2), zero)
	y := on
	y = num.Where(steep, num.Stack(zero, zero, top), y)
	y = num.Where(flat, num.Stack(v.At(0), v.At(1), top), y)
	y = num.Where(face, num.Stack(v.At(0), zero, top), y)
	y = num.Where(polar, zero, y).Mul(size)
	known := x.IsFinite().All()
	return num.Where(known, num.Where(inside, x, y), nan)
}

// onExponential solves v = c (ρ, 1, exp(ρ)) + d (1, 1-ρ, -exp(-ρ)), c and d > 0, a
// point of the cone's boundary and one of the polar cone's that are orthogonal: the
// first two equations give c and d as functions of ρ, the third is an increasing one.
func onExponential(v, lo, hi array) array {
	parts := func(rho, v array) (c, d array) {
		r, s := v.At(0), v.At(1)
		den := rho.Square().Sub(rho).AddScalar(1)
		return rho.AddScalar(-1).Mul(r).Add(s).Div(den), r.Sub(rho.Mul(s)).Div(den)
	}
	rho := increasingRoot(func(rho, v array) array {
		c, d := parts(rho, v)
		return c.Mul(rho.Exp()).Sub(d.Mul(rho.Neg().Exp())).Sub(v.At(2))
	}, lo, hi, v)
	c, d := parts(rho, v)
	// Where exp(ρ) is large the third equation is the one that gives c to its last digits.
	large := stop(rho).Gt(num.Const(0))
	z := num.Where(large, num.Maximum(v.At(2).Add(d.Mul(rho.Neg().Exp())), num.Const(0)), c.Mul(rho.Exp()))
	y := num.Where(large, z.Mul(rho.Neg().Exp()), c)
	return num.Stack(rho.Mul(y), y, z)
}
