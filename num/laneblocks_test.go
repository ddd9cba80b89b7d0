package num_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// Loops over single numbers run in blocks in a batch: every member, in whole blocks and in the last one, has the bits and
// the number of iterations that it has by itself.
func TestLoopsOfScalarsInBlocks(t *testing.T) {
	type state struct{ X, F, N num.Array }
	// A loop in a loop, with a branch, whose iterations depend on the member; from NaN it makes none, from 0 it ends at once.
	solve := func(th num.Array) state {
		return num.While(func(s state) num.Array { return s.F.Abs().Gt(num.Const(1e-12)).And(s.N.Lt(num.Int(40))) }, func(s state) state {
			root := num.While(func(y num.Array) num.Array { return y.Square().Gt(th.Abs().AddScalar(1)) }, func(y num.Array) num.Array {
				return y.Scale(0.7)
			}, th)
			x := num.Cond(s.X.Gt(num.Const(1)), func(x num.Array) num.Array { return x.Sub(s.F.Div(x.Exp())) },
				func(x num.Array) num.Array { return x.Sub(s.F.Scale(0.3)).Sin() }, s.X)
			return state{x, x.Exp().Sub(th).Add(root.Scale(1e-3)), s.N.AddScalar(1)}
		}, state{th.Scale(0.5), th, num.Int(0)})
	}
	const n = 1100 // two blocks and a part
	data := make([]float64, n)
	for i := range data {
		data[i] = 20 * math.Sin(float64(i*i))
	}
	data[5], data[700] = math.NaN(), math.Inf(1)
	for _, d := range []num.DType{num.Float64, num.Float32} {
		th := num.New(data).AsType(d)
		got := num.Vmap(solve)(th)
		alone := num.Jit(solve)
		for i := range n {
			want, err := alone.Call(th.At(i))
			if err != nil {
				t.Fatal(err)
			}
			x, y := got.X.At(i).Item(), want.X.Item()
			if math.Float64bits(x) != math.Float64bits(y) && !(math.IsNaN(x) && math.IsNaN(y)) || got.N.At(i).Item() != want.N.Item() {
				t.Fatalf("%v: member %d is %v after %v, alone %v after %v", d, i, x, got.N.At(i), y, want.N)
			}
		}
	}
}
