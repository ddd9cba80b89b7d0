//go:build cgo

package xla_test

import (
	"errors"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// What branches and loops capture is theirs on XLA too: values, derivatives and checks of
// functions that do so are the Go executor's.
func TestCapturedInBranches(t *testing.T) {
	ctx := on(t)
	m := num.New([]float64{2, 1, 0, 1}, 2, 2)
	bad := func(x A) A { return num.Check(x, x.Lt(num.Const(-9)), x, "checked") }
	for name, f := range map[string]func(x A) A{
		"Cond": func(x A) A {
			r := x.Scale(3)
			return num.Cond(x.Gt(num.Const(0)), func(y A) A { return x.Sqrt().Mul(y).Add(bad(r)) }, func(y A) A { return r.Mul(y).Sub(x) }, x.Sin())
		},
		"Switch": func(x A) A {
			i := x.Gt(num.Const(0)).AsType(num.Int32).Add(x.Gt(num.Const(1)).AsType(num.Int32))
			return num.Switch(i, []func(A) A{func(y A) A { return x.Scale(2) }, func(y A) A { return x.Log().Mul(bad(x)) },
				func(y A) A { return m.MatMul(m).Sum().Mul(bad(x)) }}, x)
		},
		"a loop in a Cond": func(x A) A {
			return num.Cond(x.Gt(num.Const(0)), func(y A) A {
				return num.ForLoop(0, 3, func(_, y A) A { return y.Mul(x.Sqrt()).Add(bad(x)) }, y)
			}, func(y A) A { return y.Add(x) }, x)
		},
		"a Cond in a loop": func(x A) A {
			return num.WhileMax(4, func(y A) A { return y.Lt(x.Abs().AddScalar(1)) }, func(y A) A {
				return num.Cond(x.Gt(num.Const(0)), func(y A) A { return x.Log().Add(bad(y)) }, func(y A) A { return y.Sub(x).AddScalar(0.5) }, y)
			}, x)
		},
		"a loop without iterations": func(x A) A {
			return num.WhileMax(4, func(y A) A { return y.Gt(num.Const(5)) }, func(y A) A {
				return num.Stack(x.Log(), y).Dot(num.Stack(x.Sqrt(), y)).Add(bad(x))
			}, x.Scale(2))
		},
	} {
		type result struct{ Y, G, H A }
		all := func(x A) result {
			y, g := num.ValueAndGrad(f)(x)
			return result{y, g, num.Hessian(f)(x)}
		}
		for batch, run := range map[string]*num.Jitted[A, result]{
			"":            num.Jit(func(xs A) result { return all(xs.At(0)) }),
			" in a batch": num.Jit(num.Vmap(all)),
		} {
			xs := num.Vector(0, -0.5)
			want, err := run.Call(xs)
			if err != nil {
				t.Fatalf("%s%s: %v", name, batch, err)
			}
			got, err := run.CallContext(ctx, xs)
			if err != nil {
				t.Errorf("%s%s: %v", name, batch, err)
				continue
			}
			if d := maxDiff(got.Y, want.Y) + maxDiff(got.G, want.G) + maxDiff(got.H, want.H); !(d <= 1e-12) {
				t.Errorf("%s%s: %v, want %v", name, batch, got, want)
			}
		}
		if name == "a loop without iterations" {
			continue
		}
		if _, err := num.Jit(f).CallContext(ctx, num.Scalar(2)); !errors.Is(err, num.ErrNumeric) {
			t.Errorf("%s: a check in what is taken: %v", name, err)
		}
	}
}
