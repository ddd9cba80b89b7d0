package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// RandGamma is numbers with the gamma distribution of shape a > 0 and scale 1, whose density is
// xᵃ⁻¹e⁻ˣ/Γ(a), of a shape that a broadcasts to (default a's). It is NaN for other a. Its
// derivative in a is the one of the sample along with its quantile.
func RandGamma(key, a Array, shape ...int) Array {
	return logGamma("num.RandGamma", key, a, shape).Exp()
}

// RandBeta is numbers with the beta distribution of a, b > 0, whose density is proportional to
// xᵃ⁻¹(1-x)ᵇ⁻¹, of a shape that both broadcast to (default their common one).
func RandBeta(key, a, b Array, shape ...int) Array {
	const op = "num.RandBeta"
	xs := floats(op, a, b)
	keys := Split(key, 2)
	return logGamma(op, keys.At(0), xs[0], shape).Sub(logGamma(op, keys.At(1), xs[1], shape)).Expit()
}

// Dirichlet is vectors with the Dirichlet distribution of the positive numbers along the last axis of
// alpha, which sum to one; the axes of shape come first.
func Dirichlet(key, alpha Array, shape ...int) Array {
	const op = "num.Dirichlet"
	if alpha.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "alpha is a scalar, want a vector"))
	}
	return logGamma(op, key, alpha, slices.Concat(shape, alpha.Shape())).Softmax(-1)
}

// logGamma is the logarithm of a gamma variable, which does not underflow for small a: there it is
// the one of shape a+1 times u^(1/a) (Stuart's theorem).
func logGamma(op string, key, a Array, shape []int) Array {
	floatOnly(op, a.DType())
	if len(shape) == 0 {
		shape = a.Shape()
	}
	checkShape(op, shape)
	d := a.DType()
	a = wrap(broadcastFor(op, a, shape)).AsType(Float64)
	good := a.Gt(a.Const(0)).And(a.IsFinite())
	shapes := Where(good, a, a.Const(1))
	keys := Split(key, 2)
	small := shapes.Lt(a.Const(1))
	x := atQuantile(marsaglia(keys.At(0), Where(small, shapes.AddScalar(1), shapes).StopGradient()),
		Where(small, shapes.AddScalar(1), shapes), 3)
	u := Uniform(keys.At(1), Float64, shape...).Neg().Log1p() // log of (0, 1]
	y := x.Log().Add(Where(small, u.Div(Where(small, shapes, a.Const(1))), a.Const(0)))
	return Where(good, y, a.Const(math.NaN())).AsType(d)
}

// marsaglia draws gamma variables of shapes a ≥ 1 by rejection: Marsaglia and Tsang, "A simple method
// for generating gamma variables", 2000. More than 95 % of the trials are taken.
func marsaglia(key, a Array) Array {
	type state struct{ Key, X, Done Array }
	d := a.AddScalar(-1.0 / 3)
	c := a.Const(1.0 / 3).Div(d.Sqrt())
	shape := a.Shape()
	return While(func(s state) Array { return s.Done.All().Not() }, func(s state) state {
		keys := Split(s.Key, 3)
		z := Normal(keys.At(1), Float64, shape...)
		u := Uniform(keys.At(2), Float64, shape...)
		v := c.Mul(z).AddScalar(1)
		in := v.Gt(v.Const(0))
		v = Where(in, v, v.Const(1)).Square().Mul(Where(in, v, v.Const(1)))
		// log of 1-u, which is in (0, 1].
		bound := z.Square().Scale(0.5).Add(d.Mul(v.Log().Sub(v).AddScalar(1)))
		hit := in.And(u.Neg().Log1p().Lt(bound))
		return state{keys.At(0), Where(s.Done, s.X, d.Mul(v)), s.Done.Or(hit)}
	}, state{key, OnesLike(a), Full(Bool, 0, shape...)}).X.StopGradient()
}

// RandGammaGrad is the derivative in its shape a of a gamma variable x that stays at its quantile: with P of
// [GammaInc], dx/da = -(∂P/∂a)/(∂P/∂x) (Figurnov, Mohamed and Mnih, "Implicit reparameterization gradients", 2018).
func RandGammaGrad(a, x Array) Array {
	_, slope := JVP(func(a Array) Array { return GammaInc(a, x) }, a, OnesLike(a))
	density := x.Log().Mul(a.AddScalar(-1)).Sub(x).Sub(a.Lgamma()).Exp()
	return slope.Div(density).Neg()
}

// atQuantile is x as a function of the shape a whose quantile x stays, with derivatives up to an order; see
// [RandGammaGrad].
func atQuantile(x, a Array, order int) Array {
	type args struct{ X, A Array }
	f := func(v args) Array { return v.X.Add(ZerosLike(v.A)) }
	return CustomJVP(f, func(v, d args) (Array, Array) {
		x := v.X
		if order > 1 { // it moves with the shape where this rule is differentiated, too
			x = atQuantile(v.X, v.A, order-1)
		}
		return x, d.X.Add(RandGammaGrad(v.A, x).Mul(d.A))
	})(args{x, a})
}

// Poisson is int32 numbers with the Poisson distribution of mean lam, in [0, 10⁹], of a shape that lam
// broadcasts to (default lam's). It is -1 for other lam.
func Poisson(key, lam Array, shape ...int) Array {
	const op = "num.Poisson"
	floatOnly(op, lam.DType())
	if len(shape) == 0 {
		shape = lam.Shape()
	}
	checkShape(op, shape)
	lam = wrap(broadcastFor(op, lam, shape)).AsType(Float64).StopGradient()
	good := lam.Ge(lam.Const(0)).And(lam.Le(lam.Const(1e9)))
	lam = Where(good, lam, lam.Const(1))
	large := lam.Ge(lam.Const(10))
	keys := Split(key, 2)
	few := poissonCount(keys.At(0), Where(large, lam.Const(0), lam))
	many := poissonRejection(keys.At(1), Where(large, lam, lam.Const(10)))
	return Where(good, Where(large, many, few), lam.Const(-1)).AsType(Int32)
}

// poissonCount counts exponential waiting times until their sum passes lam.
func poissonCount(key, lam Array) Array {
	type state struct{ Key, Left, N Array }
	zero := lam.Const(0)
	return While(func(s state) Array { return s.Left.Ge(zero).Any() }, func(s state) state {
		keys := Split(s.Key, 2)
		left := s.Left.Sub(Exponential(keys.At(1), Float64, lam.Shape()...))
		return state{keys.At(0), Where(s.Left.Ge(zero), left, s.Left), s.N.Add(left.Ge(zero).And(s.Left.Ge(zero)).AsType(Float64))}
	}, state{key, lam, ZerosLike(lam)}).N
}

// poissonRejection is algorithm PTRS of Hörmann, "The transformed rejection method for generating
// Poisson random variables", 1993, for lam ≥ 10.
func poissonRejection(key, lam Array) Array {
	type state struct{ Key, N, Done Array }
	b := lam.Sqrt().Scale(2.53).AddScalar(0.931)
	a := b.Scale(0.02483).AddScalar(-0.059)
	inv := lam.Const(1.1328).Div(b.AddScalar(-3.4)).AddScalar(1.1239)
	quick := lam.Const(0.9277).Sub(lam.Const(3.6224).Div(b.AddScalar(-2)))
	loglam := lam.Log()
	return While(func(s state) Array { return s.Done.All().Not() }, func(s state) state {
		keys := Split(s.Key, 3)
		u := Uniform(keys.At(1), Float64, lam.Shape()...).AddScalar(-0.5)
		v := Uniform(keys.At(2), Float64, lam.Shape()...).Neg().AddScalar(1)
		us := u.Abs().Neg().AddScalar(0.5)
		k := a.Scale(2).Div(us).Add(b).Mul(u).Add(lam).AddScalar(0.43).Floor()
		first := us.Ge(us.Const(0.07)).And(v.Le(quick))
		out := k.Lt(k.Const(0)).Or(us.Lt(us.Const(0.013)).And(v.Gt(us)))
		lhs := v.Mul(inv).Div(a.Div(us.Square()).Add(b)).Log()
		rhs := k.Mul(loglam).Sub(lam).Sub(k.AddScalar(1).Lgamma())
		hit := first.Or(out.Not().And(lhs.Le(rhs)))
		return state{keys.At(0), Where(s.Done, s.N, k), s.Done.Or(hit)}
	}, state{key, ZerosLike(lam), Full(Bool, 0, lam.Shape()...)}).N
}
