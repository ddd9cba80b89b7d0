//go:build cgo

package xla

import (
	"context"
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// Sparse derivatives have the Go executor's values on XLA, for each kind of products and in a batch.
func TestSparseDerivatives(t *testing.T) {
	backend(t)
	shifted := func(x num.Array) num.Array { return x.Range(1, x.Size()).Pad([]int{0}, []int{1}) }
	jac := func(mode sparse.Mode, f func(x num.Array) num.Array) func(x num.Array) num.Array {
		j := sparse.Jacobian(f, sparse.DerivativeOptions{Mode: mode})
		return func(x num.Array) num.Array { return j(x).Values }
	}
	x := num.Vector(0.3, -1.2, 0.7, 2, -0.4, 1.1, 0.9)
	for name, c := range map[string]struct {
		x num.Array
		f func(x num.Array) num.Array
	}{
		"forward": {x, jac(sparse.Forward, func(x num.Array) num.Array { return shifted(x).Sin().Mul(x) })},
		"reverse": {x, jac(sparse.Reverse, func(x num.Array) num.Array { return shifted(x).Sin().Mul(x) })},
		"both": {x, jac(sparse.Auto, func(x num.Array) num.Array {
			return num.Concat(0, x.Square().Sum().Reshape(1), x.Range(1, 7).Mul(x.At(0)))
		})},
		"Hessian": {x, func(x num.Array) num.Array {
			return sparse.Hessian(func(x num.Array) num.Array { return shifted(x).Sin().Mul(x).Sum() }, sparse.DerivativeOptions{})(x).Values
		}},
		"batch": {num.Stack(x, x.Flip()), num.Vmap(jac(sparse.Auto, func(x num.Array) num.Array { return shifted(x).Exp().Mul(x) }))},
	} {
		t.Run(name, func(t *testing.T) {
			f := num.Jit(c.f)
			want, err := f.Call(c.x)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.CallContext(num.WithBackend(context.Background(), "xla:cpu"), c.x)
			if err != nil {
				t.Fatal(err)
			}
			g, w := got.Float64s(), want.Float64s()
			for i := range w {
				if !(math.Abs(g[i]-w[i]) <= 1e-13*(1+math.Abs(w[i]))) {
					t.Errorf("entry %d is %v on XLA, want %v", i, g[i], w[i])
				}
			}
		})
	}
}
