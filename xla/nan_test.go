//go:build cgo

package xla_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// The largest and the smallest of some numbers are NaN if one of them is, as on the Go executor.
func TestLargestNaN(t *testing.T) {
	ctx := on(t)
	nan := math.NaN()
	type result [10]A
	f := func(x A) result {
		return result{x.Max(), x.Min(), x.Max(0), x.Abs().Max(1), x.Neg().AddScalar(1).Abs().Max(), num.Maximum(x, x.Const(1.5)),
			num.Minimum(x.Const(1.5), x), x.CumMax(0), x.Sort(1), x.ArgMax(1)}
	}
	for _, d := range []num.DType{num.Float64, num.Float32} {
		for _, x := range []A{
			num.New([]float64{nan, 1, 2, 3}, 2, 2), num.New([]float64{1, 2, 3, nan}, 2, 2), num.Full(num.Float64, nan, 2, 3),
			num.Full(num.Float64, nan, 1, 1), num.Where(num.Arange(num.Float64, 0, 64).Eq(num.Const(37)), num.Const(nan), num.Ones(64)).Reshape(4, 16),
		} {
			x = x.AsType(d)
			for batch, run := range map[string]*num.Jitted[A, result]{
				"":            num.Jit(func(x A) result { return f(x.At(0)) }),
				" in a batch": num.Jit(num.Vmap(f)),
			} {
				xs := num.Stack(x, x)
				want, err := run.Call(xs)
				if err != nil {
					t.Fatal(err)
				}
				got, err := run.CallContext(ctx, xs)
				if err != nil {
					t.Fatal(err)
				}
				for i, w := range want {
					if got[i].String() != w.String() {
						t.Errorf("%v%s, result %d is %v, on the Go executor %v", x, batch, i, got[i], w)
					}
				}
			}
		}
	}
}
