//go:build cgo

package xla_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// The default linear solver, as a matrix, singular, and by products only, is the same program on XLA.
func TestDefaultLinearSolver(t *testing.T) {
	for _, n := range []int{5, 300} {
		d := num.Linspace(1, 3, n)
		root := num.CustomRoot(func(x, a num.Array) num.Array {
			free := x.Sub(x.Mean()) // the mean of x is not determined
			return free.Mul(d.Add(a)).Sub(free.Mul(d.Add(a)).Mean()).Sub(a.Mul(d.Sub(d.Mean())))
		}, func(a num.Array) num.Array {
			// x is (a v + c)/(d + a) up to its mean, with the c that makes the mean zero.
			w := num.Const(1).Div(d.Add(a))
			v := a.Mul(d.Sub(d.Mean()))
			return v.Sub(v.Mul(w).Sum().Div(w.Sum())).Mul(w)
		}, nil)
		g := num.Jit(num.Vmap(num.Grad(func(a num.Array) num.Array { return root(a).Square().Sum() })))
		as := num.Vector(0.5, 1)
		want, err := g.Call(as)
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.CallContext(on(t), as)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range got.Float64s() {
			if w := want.Float64s()[i]; !(math.Abs(v-w) <= 1e-9*math.Abs(w)) {
				t.Errorf("%d unknowns, member %d: %v, on the cpu %v", n, i, v, w)
			}
		}
	}
}
