//go:build cgo

package xla

import (
	"context"
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// Functions that are compositions of many primitives have the Go executor's values and
// derivatives on XLA, in the tails too.
func TestFunctions(t *testing.T) {
	backend(t)
	pos := num.Vector(1e-300, 1e-10, 0.3, 0.9, 1.1, 5, 12, 30, 100)
	any := num.Vector(-30, -5.5, -1.3, -0.2, 0.1, 0.7, 2, 30, 100)
	unit := num.Vector(1e-300, 1e-10, 0.1, 0.3, 0.49, 0.6, 0.8, 0.99, 0.999)
	shape := num.Vector(1e-3, 0.5, 1, 2, 9, 11, 50, 90, 110)
	type args = []num.Array
	for name, c := range map[string]struct {
		x   args
		f   func(x args) num.Array
		tol float64
	}{
		"Gamma":       {args{pos.Range(1, 9)}, func(x args) num.Array { return x[0].Gamma() }, 1e-13},
		"GammaInc":    {args{shape, pos}, func(x args) num.Array { return num.GammaInc(x[0], x[1]) }, 1e-12},
		"GammaIncC":   {args{shape, pos}, func(x args) num.Array { return num.GammaIncC(x[0], x[1]) }, 1e-12},
		"BetaInc":     {args{shape, shape.Flip(), unit}, func(x args) num.Array { return num.BetaInc(x[0], x[1], x[2]) }, 1e-12},
		"Betaln":      {args{shape, pos}, func(x args) num.Array { return num.Betaln(x[0], x[1]) }, 1e-13},
		"Zeta":        {args{shape.AddScalar(1), shape}, func(x args) num.Array { return num.Zeta(x[0], x[1]) }, 1e-12},
		"I0e":         {args{any}, func(x args) num.Array { return x[0].I0e() }, 1e-13},
		"I1":          {args{any}, func(x args) num.Array { return x[0].I1() }, 1e-13},
		"Exp1":        {args{pos}, func(x args) num.Array { return x[0].Exp1() }, 1e-12},
		"Expi":        {args{any}, func(x args) num.Array { return x[0].Expi() }, 1e-12},
		"Erfcx":       {args{any.Range(1, 9)}, func(x args) num.Array { return x[0].Erfcx() }, 1e-12},
		"Ndtr":        {args{any}, func(x args) num.Array { return x[0].Ndtr() }, 1e-12},
		"Ndtri":       {args{unit}, func(x args) num.Array { return x[0].Ndtri() }, 1e-12},
		"KLDiv":       {args{shape, pos}, func(x args) num.Array { return num.KLDiv(x[0], x[1]) }, 1e-12},
		"Sinc":        {args{any}, func(x args) num.Array { return x[0].Sinc() }, 1e-12},
		"LogAddExp":   {args{any, any.Flip()}, func(x args) num.Array { return num.LogAddExp(x[0], x[1]) }, 1e-13},
		"Quantile":    {args{any, unit}, func(x args) num.Array { return x[0].Quantile(x[1], 0, num.Linear) }, 1e-13},
		"Interp":      {args{unit, shape, any}, func(x args) num.Array { return num.Interp(x[0], x[1], x[2]) }, 1e-12},
		"SegmentProd": {args{any}, func(x args) num.Array { return num.SegmentProd(x[0], num.New([]int32{0, 1, 0, 1, 2, -1, 0, 3, 4}), 4) }, 1e-13},
		"Pinv":        {args{any.Reshape(3, 3)}, func(x args) num.Array { return num.Pinv(x[0], 0) }, 1e-9},
		"Polyval":     {args{any, unit}, func(x args) num.Array { return num.Polyval(x[0], x[1]) }, 1e-13},
		"RandGamma":   {args{shape}, func(x args) num.Array { return num.RandGamma(num.NewKey(1), x[0]) }, 1e-11},
		"Poisson":     {args{shape}, func(x args) num.Array { return num.Poisson(num.NewKey(1), x[0]).AsType(num.Float64) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			type result struct {
				Y    num.Array
				Grad args
			}
			f := num.Jit(func(x args) result {
				return result{c.f(x), num.Grad(func(x args) num.Array { return c.f(x).Sum() })(x)}
			})
			want, err := f.Call(c.x)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.CallContext(num.WithBackend(context.Background(), "xla:cpu"), c.x)
			if err != nil {
				t.Fatal(err)
			}
			compare := func(what string, got, want num.Array) {
				g, w := got.Float64s(), want.Float64s()
				for i := range w {
					if g[i] != w[i] && !(math.Abs(g[i]-w[i]) <= c.tol*math.Abs(w[i])) && !(math.IsNaN(g[i]) && math.IsNaN(w[i])) {
						t.Errorf("%s[%d] is %v on XLA, want %v", what, i, g[i], w[i])
					}
				}
			}
			compare("the value", got.Y, want.Y)
			for i := range want.Grad {
				compare("the gradient", got.Grad[i], want.Grad[i])
			}
		})
	}
}
