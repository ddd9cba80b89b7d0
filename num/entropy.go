package num

// Xlogy is x·log y, and 0 where x is 0, whatever y is but NaN. Where x and y are 0 its
// derivative is taken as 0.
func Xlogy(x, y Array) Array {
	xs := floats("num.Xlogy", x, y)
	x, y = xs[0], xs[1]
	zero := x.Const(0)
	void := x.Eq(zero).And(y.Gt(zero).And(y.IsFinite()).Or(y.IsNaN()).Not())
	return Where(void, zero, x.Mul(Where(void, x.Const(1), y).Log()))
}

// Xlog1py is x·log(1 + y), accurate for small y, and 0 where x is 0, whatever y is but NaN.
// Where x is 0 and y is -1 its derivative is taken as 0.
func Xlog1py(x, y Array) Array {
	xs := floats("num.Xlog1py", x, y)
	x, y = xs[0], xs[1]
	zero := x.Const(0)
	void := x.Eq(zero).And(y.Gt(x.Const(-1)).And(y.IsFinite()).Or(y.IsNaN()).Not())
	return Where(void, zero, x.Mul(Where(void, zero, y).Log1p()))
}

// Entr is -a·log a, the term of an entropy: 0 at 0, where its derivative is +Inf, and -Inf
// below.
func (a Array) Entr() Array {
	floatOnly("num.Entr", a.DType())
	return CustomJVP(entr, func(x, dx Array) (Array, Array) {
		return entr(x), dx.Mul(x.Log().AddScalar(1)).Neg()
	})(a)
}

func entr(x Array) Array {
	zero, one := x.Const(0), x.Const(1)
	y := x.Mul(Where(x.Gt(zero), x, one).Log()).Neg()
	return Where(x.Lt(zero), x.Const(negInf), y)
}

// RelEntr is x·log(x/y), the term of a relative entropy, for x, y ≥ 0: 0 where x is 0, where
// its derivative in x is -Inf, +Inf where only y is, and where either is negative. It does
// not overflow, and does not cancel where x is close to y.
func RelEntr(x, y Array) Array {
	xs := floats("num.RelEntr", x, y)
	return divergence(xs[0], xs[1], func(x, y Array) Array { return x.Mul(logRatio(x, y)) },
		func(x, y Array) Array { return x.Entr().Add(Xlogy(x, y)).Neg() })
}

// KLDiv is x·log(x/y) - x + y, the term of the Kullback-Leibler divergence of arrays that need
// not sum to one, for x, y ≥ 0: y where x is 0, where its derivative in x is -Inf, +Inf where
// only y is, and where either is negative. It does not cancel where x is close to y. See
// [RelEntr] for the term without - x + y.
func KLDiv(x, y Array) Array {
	xs := floats("num.KLDiv", x, y)
	// With d = (y-x)/x, the divergence is x (d - log(1+d)).
	return divergence(xs[0], xs[1], func(x, y Array) Array {
		d := y.Sub(x).Div(x)
		near := d.Abs().Lt(x.Const(1))
		return Where(near, x.Mul(Where(near, d, x.Const(0)).log1pmx()).Neg(), x.Mul(logRatio(x, y)).Sub(x).Add(y))
	}, func(x, y Array) Array { return y.Sub(x).Sub(x.Entr().Add(Xlogy(x, y))) })
}

// divergence is inside(x, y) where both are positive, atZero(x, y) where x is 0, and else +Inf.
func divergence(x, y Array, inside, atZero func(x, y Array) Array) Array {
	zero, one := x.Const(0), x.Const(1)
	in := x.Gt(zero).And(y.Gt(zero))
	none := x.Eq(zero).And(y.Ge(zero))
	r := Where(in, inside(Where(in, x, one), Where(in, y, one)), x.Const(posInf))
	r = Where(none, atZero(Where(none, x, one), Where(none, y, one)), r)
	return Where(x.IsNaN().Or(y.IsNaN()), x.Add(y), r)
}

// logRatio is log(x/y) for positive numbers, with the derivatives of log x - log y, which do not
// overflow as those of the quotient do.
func logRatio(x, y Array) Array {
	difference := x.Log().Sub(y.Log())
	r := x.Div(y)
	near := r.Gt(x.Const(0.5)).And(r.Lt(x.Const(2)))
	inside := r.Gt(x.Const(x.DType().Tiny())).And(r.Lt(x.Const(1 / x.DType().Tiny())))
	accurate := Where(near, x.Sub(y).Div(y).Log1p(), Where(inside, r.Log(), difference))
	return difference.Add(accurate.Sub(difference).StopGradient())
}
