package num

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/prim"
)

// fromMax is a less its largest element along axes, where that is 0 even if it is infinite, and the largest element.
func (a Array) fromMax(axes []int) (z, m Array) {
	m = a.Max(axes...).StopGradient()
	return binary("num.Softmax", prim.OpDistance, a, a.keep(m, axes)), m
}

// LogSumExp is log Σ exp(a) along axes (none: all), without overflow; -Inf for
// elements that are all -Inf, where its derivative is zero. Its derivative is [Array.Softmax], also where an
// element is +Inf.
func (a Array) LogSumExp(axes ...int) Array {
	z, m := a.fromMax(axes)
	none := m.Const(math.Inf(-1))
	return Where(m.Eq(none), none, z.Exp().Sum(axes...).Log().Add(m))
}

// Softmax is exp(a) over its sum along axes (none: all), without overflow. Elements of +Inf share
// everything. Where all elements are -Inf it is NaN, since their sum is zero.
func (a Array) Softmax(axes ...int) Array {
	z, m := a.fromMax(axes)
	e := z.Exp()
	return Where(a.keep(m, axes).Eq(m.Const(math.Inf(-1))), m.Const(math.NaN()), e.Div(e.keep(e.Sum(axes...), axes)))
}

// LogSoftmax is the logarithm of [Array.Softmax] along axes (none: all), without underflow.
func (a Array) LogSoftmax(axes ...int) Array {
	z, m := a.fromMax(axes)
	y := z.Sub(a.keep(z.Exp().Sum(axes...).Log(), axes))
	return Where(a.keep(m, axes).Eq(m.Const(math.Inf(-1))), m.Const(math.NaN()), y)
}
