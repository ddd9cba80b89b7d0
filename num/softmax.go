package num

// LogSumExp is log Σ exp(a) along axes (none: all), without overflow; -Inf for
// elements that are all -Inf.
func (a Array) LogSumExp(axes ...int) Array {
	m := a.Max(axes...).StopGradient()
	m = Where(m.IsFinite(), m, m.Const(0))
	return a.Sub(a.keep(m, axes)).Exp().Sum(axes...).Log().Add(m)
}

// Softmax is exp(a) over its sum along axes (none: all), without overflow. Where
// all elements are -Inf it is NaN, since their sum is zero, and where one is +Inf too.
func (a Array) Softmax(axes ...int) Array {
	e := a.Sub(a.keep(a.Max(axes...).StopGradient(), axes)).Exp()
	return e.Div(e.keep(e.Sum(axes...), axes))
}

// LogSoftmax is the logarithm of [Array.Softmax] along axes (none: all), without underflow.
func (a Array) LogSoftmax(axes ...int) Array { return a.Sub(a.keep(a.LogSumExp(axes...), axes)) }
