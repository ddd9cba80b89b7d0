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
	return relative(xs[0], xs[1], relEntr, func(x, y Array) Array { return logRatio(x, y).AddScalar(1) },
		func(x, y Array) Array { return x.Div(y).Neg() })
}

// KLDiv is x·log(x/y) - x + y, the term of the Kullback-Leibler divergence of arrays that need
// not sum to one, for x, y ≥ 0: y where x is 0, where its derivative in x is -Inf, +Inf where
// only y is, and where either is negative. It does not cancel where x is close to y. See
// [RelEntr] for the term without - x + y.
func KLDiv(x, y Array) Array {
	xs := floats("num.KLDiv", x, y)
	return relative(xs[0], xs[1], klDiv, logRatio, func(x, y Array) Array { return y.Sub(x).Div(y) })
}

// relative is f with the derivatives dx in x and dy in y.
func relative(x, y Array, f, dx, dy func(x, y Array) Array) Array {
	type pair struct{ X, Y Array }
	g := func(p pair) Array { return f(p.X, p.Y) }
	return CustomJVP(g, func(p, d pair) (Array, Array) {
		return g(p), dx(p.X, p.Y).Mul(d.X).Add(dy(p.X, p.Y).Mul(d.Y))
	})(pair{x, y})
}

// edges gives the values of f where x or y is not positive: at0 where x is 0, else +Inf.
func edges(x, y, at0 Array, f func(x, y Array) Array) Array {
	zero, one := x.Const(0), x.Const(1)
	in := x.Gt(zero).And(y.Gt(zero))
	r := Where(in, f(Where(in, x, one), Where(in, y, one)), x.Const(posInf))
	r = Where(x.Eq(zero).And(y.Ge(zero)), at0, r)
	return Where(x.IsNaN().Or(y.IsNaN()), x.Add(y), r)
}

func relEntr(x, y Array) Array {
	return edges(x, y, x.Const(0), func(x, y Array) Array { return x.Mul(logRatio(x, y)) })
}

// With d = (y-x)/x, the divergence is x (d - log(1+d)).
func klDiv(x, y Array) Array {
	return edges(x, y, y, func(x, y Array) Array {
		d := y.Sub(x).Div(x)
		near := d.Abs().Lt(x.Const(1))
		return Where(near, x.Mul(Where(near, d, x.Const(0)).log1pmx()).Neg(), x.Mul(logRatio(x, y)).Sub(x).Add(y))
	})
}

// logRatio is log(x/y) for positive numbers.
func logRatio(x, y Array) Array {
	r := x.Div(y)
	near := r.Gt(x.Const(0.5)).And(r.Lt(x.Const(2)))
	one := x.Const(1)
	inside := r.Gt(x.Const(x.DType().Tiny())).And(r.Lt(x.Const(1 / x.DType().Tiny())))
	close := Where(near, x.Sub(y).Div(Where(near, y, one)), x.Const(0)).Log1p()
	return Where(near, close, Where(inside, r.Log(), x.Log().Sub(y.Log())))
}
