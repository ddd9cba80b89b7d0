package projection

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// PowerCone is the projection of (x, y, z): [3] onto the power cone
//
//	{x ≥ 0, y ≥ 0, x^alpha y^(1-alpha) ≥ |z|}
//
// for 0 < alpha < 1, else NaN. Outside of the cone and its polar, and for z ≠ 0, the
// result has ±r in place of z and
//
//	x' = (x + √(x² + 4 alpha r (|z| - r)))/2
//	y' = (y + √(y² + 4 (1 - alpha) r (|z| - r)))/2
//
// where r in (0, |z|) is the root of x'^alpha y'^(1-alpha) = r (Hien, "Differential
// properties of Euclidean projection onto power cone", 2015); its
// derivative is the implicit one.
func PowerCone[S Scalar](x num.Array, alpha S) num.Array {
	const op = "projection.PowerCone"
	checkShape(op, "x", x, 3)
	p := arg.Scalar(op, "alpha", alpha, x.DType())
	zero, one := x.Const(0), x.Const(1)
	valid := p.Gt(zero).And(p.Lt(one))
	p = num.Where(valid, p, num.Const(0.5))
	q := one.Sub(p)
	v, size := unit(x)
	a, b, c := stop(v.At(0)), stop(v.At(1)), stop(v.At(2)).Abs()
	mean := func(a, b array) array { return a.Pow(stop(p)).Mul(b.Pow(stop(q))) }
	inside := a.Ge(zero).And(b.Ge(zero)).And(mean(num.Maximum(a, zero), num.Maximum(b, zero)).Ge(c))
	na, nb := num.Maximum(a.Neg(), zero), num.Maximum(b.Neg(), zero)
	polar := a.Le(zero).And(b.Le(zero)).And(mean(na.Div(stop(p)), nb.Div(stop(q))).Ge(c))
	plane := c.Eq(zero)

	curved := inside.Or(polar).Or(plane).Not()
	on := onPower(num.Where(curved, v, num.Stack(zero, zero, one)), p)
	flat := num.Stack(num.Maximum(v.At(0), zero), num.Maximum(v.At(1), zero), zero)
	y := num.Where(plane, flat, on)
	y = num.Where(polar, zero, y).Mul(size)
	known := x.IsFinite().All().And(valid)
	return num.Where(known, num.Where(inside, x, y), nan)
}

// onPower solves for ω with r = |z| σ(ω), where σ is the logistic function: neither r
// nor |z| - r, of which one may be tiny, has digits to lose, and the difference of
// the logarithms of both sides of the equation is an increasing function of ω.
func onPower(v, p array) array {
	type input struct{ V, P array }
	parts := func(omega array, in input) (x, y, logX, logY, logR array) {
		logC := in.V.At(2).Abs().Log()
		logR = logC.Add(omega.LogExpit())
		logQ := logR.Add(logC).Add(omega.Neg().LogExpit()) // q = r (|z| - r)
		// (a + √(a² + 4pq))/2, by the other root where a < 0
		root := func(a, p array) (x, logX array) {
			zero := a.Const(0)
			logPQ := p.Log().Add(logQ)
			pq := logPQ.Exp()
			some := a.Ne(zero).Or(pq.Gt(zero))
			up := a.Ge(zero) // with a = 0, where the derivative of |a| would be 0
			w := num.Where(some, arg.Safe(some, a.Square().Add(pq.Scale(4))).Sqrt().Add(num.Where(up, a, a.Neg())).Scale(0.5), num.Const(1))
			logX = num.Where(up, w.Log(), logPQ.Sub(w.Log()))
			logX = num.Where(some, logX, logPQ.Scale(0.5))
			return logX.Exp(), logX
		}
		x, logX = root(in.V.At(0), in.P)
		y, logY = root(in.V.At(1), num.Const(1).Sub(in.P))
		return x, y, logX, logY, logR
	}
	// exp of a little more overflows: of 709, in float32 of 88.
	limit := v.Const(700)
	if v.DType() == num.Float32 {
		limit = v.Const(80)
	}
	omega := increasingRoot(func(omega array, in input) array {
		_, _, x, y, r := parts(omega, in)
		return r.Sub(in.P.Mul(x)).Sub(num.Const(1).Sub(in.P).Mul(y))
	}, limit.Neg(), limit, input{v, p})
	x, y, _, _, r := parts(omega, input{v, p})
	sign := num.Where(v.At(2).Lt(num.Const(0)), v.Const(-1), num.Const(1))
	return num.Stack(x, y, r.Exp().Mul(sign))
}
