package num_test

import (
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/argmin-go/argmin/num"
)

type carry struct{ X, V A }

// swing integrates a pendulum: a loop with a tree as its carry.
func swing(k, x0 A) A {
	end, xs := num.Scan(func(c carry, u A) (carry, A) {
		v := c.V.Sub(c.X.Sin().Mul(k).Scale(0.1)).Add(u)
		x := c.X.Add(v.Scale(0.1))
		return carry{x, v}, x
	}, carry{x0, x0.Scale(0.5)}, num.Linspace(0, 0.1, 7))
	return xs.Sum().Add(end.V.Mul(end.X))
}

func TestScan(t *testing.T) {
	_, ys := num.Scan(func(c, x A) (A, A) { return c.Add(x), c.Mul(x) }, num.Scalar(1), num.Vector(1, 2, 3))
	near(t, "ys", ys, num.Vector(1, 4, 12), 0)
	_, ys = num.ScanReverse(func(c, x A) (A, A) { return c.Add(x), c.Mul(x) }, num.Scalar(1), num.Vector(1, 2, 3))
	near(t, "reverse ys", ys, num.Vector(6, 8, 3), 0)
	f := func(p A) A { return swing(p.At(0), p.At(1)) }
	p := num.Vector(2, 0.3)
	near(t, "modes", num.JacobianFwd(f)(p), num.Grad(f)(p), 1e-13)
	h := num.Hessian(f)(p)
	near(t, "symmetric", h, h.T(), 1e-13)
	near(t, "reverse over reverse", h, num.JacobianRev(num.Grad(f))(p), 1e-13)
	const d = 1e-6
	fd := f(num.Vector(2+d, 0.3)).Sub(f(num.Vector(2-d, 0.3))).Scale(1 / (2 * d))
	near(t, "finite difference", num.Grad(f)(p).At(0), fd, 1e-8)
	ps := num.New([]float64{2, 0.3, 1, 0.2, 3, -1}, 3, 2)
	near(t, "Vmap(Grad)", num.Vmap(num.Grad(f))(ps), num.Stack(num.Grad(f)(ps.At(0)), num.Grad(f)(ps.At(1)), num.Grad(f)(ps.At(2))), 1e-13)
	near(t, "Grad(Vmap)", num.Grad(func(x A) A { return num.Vmap(f)(x).Sum() })(ps), num.Vmap(num.Grad(f))(ps), 1e-13)
}

func TestForLoop(t *testing.T) {
	power := func(x A) A {
		return num.ForLoop(1, 5, func(i, y A) A { return y.Mul(x).Add(i.AsType(num.Float64)) }, x)
	}
	x := num.Scalar(1.5)
	// ((((x x + 1) x + 2) x + 3) x + 4)
	near(t, "value", power(x), num.Scalar(math.Pow(1.5, 5)+math.Pow(1.5, 3)+2*1.5*1.5+3*1.5+4), 1e-14)
	near(t, "third derivative", num.Grad(num.Grad(num.Grad(power)))(x), num.Scalar(60*1.5*1.5+6), 1e-13)
}

func newton(limit int) func(a A) A {
	return func(a A) A { // the square root
		return num.WhileMax(limit, func(x A) A { return x.Square().Sub(a).Abs().Gt(num.Scalar(1e-12)) },
			func(x A) A { return x.Add(a.Div(x)).Scale(0.5) }, num.Scalar(1))
	}
}

func TestWhileMax(t *testing.T) {
	for _, limit := range []int{20, 100} {
		f := newton(limit)
		a := num.Scalar(3)
		near(t, "value", f(a), num.Scalar(math.Sqrt(3)), 1e-14)
		near(t, "reverse", num.Grad(f)(a), num.Scalar(0.5/math.Sqrt(3)), 1e-13)
		near(t, "forward", num.JacobianFwd(f)(a), num.Scalar(0.5/math.Sqrt(3)), 1e-13)
		near(t, "second", num.Grad(num.Grad(f))(a), num.Scalar(-0.25*math.Pow(3, -1.5)), 1e-8)
		near(t, "Vmap(Grad)", num.Vmap(num.Grad(f))(num.Vector(3, 100)), num.Vector(0.5/math.Sqrt(3), 0.05), 1e-13)
	}
	near(t, "stopped by the bound", newton(1)(num.Scalar(3)), num.Scalar(2), 0)
	near(t, "no iterations", newton(0)(num.Scalar(3)), num.Scalar(1), 0)
	_, err := num.Try(func() A {
		return num.Grad(func(a A) A {
			return num.While(func(x A) A { return x.Lt(num.Scalar(9)) }, func(x A) A { return x.Mul(a) }, a)
		})(num.Scalar(2))
	})
	if !errors.Is(err, num.ErrRule) || !strings.Contains(err.Error(), "num.WhileMax") {
		t.Errorf("reverse mode of While: %v", err)
	}
}

func TestCondAndSwitch(t *testing.T) {
	f := func(x A) A {
		return num.Cond(x.Lt(num.Scalar(1)), num.Array.Sin, func(x A) A { return x.Mul(x) }, x)
	}
	for _, x := range []float64{0.5, 2} {
		want := []float64{math.Sin(x), math.Cos(x)}
		if x >= 1 {
			want = []float64{x * x, 2 * x}
		}
		near(t, "value", f(num.Scalar(x)), num.Scalar(want[0]), 1e-15)
		near(t, "reverse", num.Grad(f)(num.Scalar(x)), num.Scalar(want[1]), 1e-15)
		near(t, "forward", num.JacobianFwd(f)(num.Scalar(x)), num.Scalar(want[1]), 1e-15)
	}
	near(t, "Vmap(Grad)", num.Vmap(num.Grad(f))(num.Vector(0.5, 2)), num.Vector(math.Cos(0.5), 4), 1e-15)
	g := func(i, x A) A {
		return num.Switch(i, []func(A) A{num.Array.Exp, num.Array.Cos, A.Sqrt}, x)
	}
	for i, want := range map[float64]float64{-3: math.Exp(2), 0: math.Exp(2), 1: math.Cos(2), 2: math.Sqrt(2), 9: math.Sqrt(2)} {
		near(t, "Switch", g(num.Full(num.Int32, i), num.Scalar(2)), num.Scalar(want), 1e-15)
	}
	var ran atomic.Int32
	count := func(x A) A {
		num.Observe(func(A) error { ran.Add(1); return nil }, x)
		return x
	}
	num.Cond(num.Full(num.Bool, 0), count, A.Neg, num.Scalar(1))
	if ran.Load() != 0 {
		t.Error("the branch that was not taken ran")
	}
	_, err := num.Try(func() A {
		return num.Cond(num.Full(num.Bool, 1), num.Array.Sin, func(x A) A { return num.Stack(x, x) }, num.Scalar(1))
	})
	if !errors.Is(err, num.ErrShape) {
		t.Errorf("branches of different shapes: %v", err)
	}
	_, err = num.Try(func() A { return num.Cond(num.Vector(1), num.Array.Sin, num.Array.Cos, num.Scalar(1)) })
	if !errors.Is(err, num.ErrShape) || !strings.Contains(err.Error(), "pred") {
		t.Errorf("a vector as predicate: %v", err)
	}
}

func TestCustomDerivatives(t *testing.T) {
	// log(1 + eˣ) with a derivative that does not overflow.
	softplus := num.CustomJVP(func(x A) A { return x.Exp().Log1p() },
		func(x, dx A) (A, A) { return x.Exp().Log1p(), x.Expit().Mul(dx) })
	x := num.Scalar(800)
	near(t, "CustomJVP forward", num.JacobianFwd(softplus)(x), num.Scalar(1), 0)
	near(t, "CustomJVP reverse", num.Grad(softplus)(x), num.Scalar(1), 0)
	near(t, "CustomJVP twice", num.Grad(num.Grad(softplus))(num.Scalar(0)), num.Scalar(0.25), 1e-15)
	// The derivative is clipped, which is not linear in the cotangent's size but is a valid rule.
	clip := num.CustomVJP(func(x A) A { return x.Scale(10) },
		func(x A) (A, A) { return x.Scale(10), x },
		func(_, ct A) A { return num.Maximum(num.Minimum(ct.Scale(10), num.Scalar(1)), num.Scalar(-1)) })
	near(t, "CustomVJP", num.Grad(func(x A) A { return clip(x).Scale(3) })(num.Scalar(2)), num.Scalar(1), 0)
	_, err := num.Try(func() A { return num.JacobianFwd(clip)(num.Scalar(2)) })
	if !errors.Is(err, num.ErrRule) || !strings.Contains(err.Error(), "CustomVJP") {
		t.Errorf("forward mode of a nonlinear backward function: %v", err)
	}
	scaled := num.CustomVJP(num.Array.Sin, func(x A) (A, A) { return x.Sin(), x.Cos() }, func(c, ct A) A { return c.Mul(ct) })
	near(t, "CustomVJP forward", num.JacobianFwd(scaled)(num.Scalar(1)), num.Scalar(math.Cos(1)), 1e-15)
	near(t, "CustomVJP twice", num.Grad(num.Grad(scaled))(num.Scalar(1)), num.Scalar(-math.Sin(1)), 1e-15)
	near(t, "Vmap", num.Vmap(num.Grad(scaled))(num.Vector(1, 2)), num.Vector(math.Cos(1), math.Cos(2)), 1e-15)
	_, err = num.Try(func() A {
		return num.Grad(func(a A) A {
			return num.CustomJVP(func(x A) A { return x.Mul(a) }, func(x, dx A) (A, A) { return x.Mul(a), dx.Mul(a) })(a)
		})(num.Scalar(2))
	})
	if !errors.Is(err, num.ErrRule) || !strings.Contains(err.Error(), "captured") {
		t.Errorf("derivative with respect to a captured array: %v", err)
	}
}

func TestCheckpoint(t *testing.T) {
	w := num.Vector(0.3, -2, 1)
	f := func(x A) A { return x.Mul(w).Sin().Exp().Sum() }
	x := num.Vector(1, 2, 3)
	near(t, "gradient", num.Grad(num.Checkpoint(f))(x), num.Grad(f)(x), 1e-15)
	near(t, "Hessian", num.Hessian(num.Checkpoint(f))(x), num.Hessian(f)(x), 1e-14)
}

func TestCallback(t *testing.T) {
	var calls atomic.Int32
	host := func(x A) A {
		return num.Callback(func(x A) (A, error) {
			calls.Add(1)
			return num.Scalar(math.Cbrt(x.Item())), nil
		}, num.Scalar(0), x)
	}
	near(t, "eager", host(num.Scalar(27)), num.Scalar(3), 1e-15)
	near(t, "Vmap", num.Vmap(host)(num.Vector(1, 8, 27)), num.Vector(1, 2, 3), 1e-15)
	if calls.Load() != 4 {
		t.Errorf("%d calls, want 4", calls.Load())
	}
	_, err := num.Try(func() A { return num.Grad(host)(num.Scalar(1)) })
	if !errors.Is(err, num.ErrRule) || !strings.Contains(err.Error(), "CustomVJP") {
		t.Errorf("derivative of a callback: %v", err)
	}
	root := num.CustomRoot(func(x, a A) A { return x.Mul(x).Mul(x).Sub(a) }, host, nil)
	near(t, "CustomRoot of a callback", num.Grad(root)(num.Scalar(8)), num.Scalar(1.0/12), 1e-14)

	boom := errors.New("boom")
	failing := num.Jit(func(x A) A {
		return num.While(func(x A) A { return x.Lt(num.Scalar(100)) }, func(x A) A {
			return num.Callback(func(x A) (A, error) {
				if x.Item() > 3 {
					return x, boom
				}
				return x.AddScalar(1), nil
			}, x, x)
		}, x)
	})
	_, err = failing.Call(num.Scalar(0))
	if !errors.Is(err, num.ErrUser) || !errors.Is(err, boom) {
		t.Errorf("failing callback: %v", err)
	}
	_, err = num.Jit(func(x A) A {
		return num.Callback(func(x A) (A, error) { panic("lost") }, x, x)
	}).Call(num.Scalar(1))
	if !errors.Is(err, num.ErrUser) || !strings.Contains(err.Error(), "control_test.go") {
		t.Errorf("panic in a callback: %v", err)
	}
	_, err = num.Jit(func(x A) A {
		return num.Callback(func(x A) (A, error) { return num.Vector(1, 2), nil }, x, x)
	}).Call(num.Scalar(1))
	if !errors.Is(err, num.ErrShape) {
		t.Errorf("callback with a result of another shape: %v", err)
	}
}

func TestObserve(t *testing.T) {
	var seen []float64
	loop := num.Jit(func(x A) A {
		return num.ForLoop(0, 3, func(i, x A) A {
			num.Observe(func(x A) error { seen = append(seen, x.Item()); return nil }, x)
			return x.Scale(2)
		}, x)
	})
	if _, err := loop.Call(num.Scalar(1)); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 3 || seen[0] != 1 || seen[1] != 2 || seen[2] != 4 {
		t.Errorf("observed %v", seen)
	}
}

func TestLinearizeAndVJP(t *testing.T) {
	evaluations := 0
	f := func(x A) A {
		num.Observe(func(A) error { evaluations++; return nil }, x)
		return x.Sin().Mul(x.At(0))
	}
	x := num.Vector(1, 2, 3)
	j := num.JacobianFwd(f)(x)
	evaluations = 0
	y, df := num.Linearize(f, x)
	near(t, "value", y, f(x), 0)
	evaluations--
	for i := range 3 {
		near(t, "column", df(num.Eye(3).At(i)), j.T().At(i), 1e-15)
	}
	_, back := num.VJP(f, x)
	for i := range 3 {
		near(t, "row", back(num.Eye(3).At(i)), j.At(i), 1e-15)
	}
	if evaluations != 2 {
		t.Errorf("f was evaluated %d times, want once by each", evaluations)
	}
	_, err := num.Try(func() A { return df(num.Vector(1, 2)) })
	if !errors.Is(err, num.ErrShape) {
		t.Errorf("tangent of another shape: %v", err)
	}
	// The derivative is itself differentiable, inside another transformation.
	g := num.Grad(func(x A) A { _, d := num.Linearize(f, x); return d(x).Sum() })(x)
	near(t, "Grad of Linearize", g, num.Grad(func(x A) A { return num.JacobianFwd(f)(x).MatMul(x).Sum() })(x), 1e-14)
}

type layer struct{ W, B A }

func TestVmapAxes(t *testing.T) {
	f := func(l layer) layer { return layer{l.W.MatMul(l.B), l.B.Sum()} }
	w := num.New([]float64{1, 2, 3, 4}, 2, 2)
	b := num.New([]float64{1, 2, 3, 4, 5, 6}, 2, 3) // a batch of 3 along the second axis
	y := num.VmapAxes(f, num.Axes{".W": num.Shared, ".B": 1}, num.Axes{".W": -1})(layer{w, b})
	near(t, "W", y.W, w.MatMul(b), 1e-15)
	near(t, "B", y.B, b.Sum(0), 1e-15)
	nested := num.Vmap(func(x A) A { return num.Vmap(func(y A) A { return y.Mul(x).Sum() })(b.T()) })(num.New([]float64{1, 0, 0, 1}, 2, 2))
	near(t, "nested", nested, b, 1e-15)
	_, err := num.Try(func() layer { return num.Vmap(f)(layer{num.Zeros(2, 2, 2), num.Zeros(3, 2)}) })
	if !errors.Is(err, num.ErrShape) || !strings.Contains(err.Error(), ".B") {
		t.Errorf("batches of different sizes: %v", err)
	}
	_, err = num.Try(func() layer { return num.VmapAxes(f, num.Axes{".Q": 0}, nil)(layer{w, b}) })
	if !errors.Is(err, num.ErrArgument) || !strings.Contains(err.Error(), ".Q") {
		t.Errorf("axis of a leaf that is not there: %v", err)
	}
}

func TestJacobianTrees(t *testing.T) {
	f := func(l layer) layer { return layer{l.W.MatMul(l.B), l.B.Dot(l.B)} }
	x := layer{num.New([]float64{1, 2, 3, 4, 5, 6}, 2, 3), num.Vector(1, -1, 2)}
	fwd, rev := num.JacobianFwdTree(f)(x), num.JacobianRevTree(f)(x)
	for i := range fwd {
		near(t, "W", fwd[i].W, rev[i].W, 1e-15)
		near(t, "B", fwd[i].B, rev[i].B, 1e-15)
	}
	near(t, "d(W b)/db", fwd[0].B, x.W, 1e-15)
	near(t, "d(b·b)/db", fwd[1].B, x.B.Scale(2), 1e-15)
}

func TestScanErrors(t *testing.T) {
	for what, f := range map[string]func() A{
		"scalar xs": func() A {
			y, _ := num.Scan(func(c, x A) (A, A) { return c, x }, num.Scalar(0), num.Scalar(1))
			return y
		},
		"carry shape": func() A {
			y, _ := num.Scan(func(c, x A) (A, A) { return num.Stack(c, x), x }, num.Scalar(0), num.Vector(1))
			return y
		},
		"different lengths": func() A {
			y, _ := num.Scan(func(c A, x layer) (A, A) { return c, x.W }, num.Scalar(0), layer{num.Vector(1), num.Vector(1, 2)})
			return y
		},
	} {
		if _, err := num.Try(f); !errors.Is(err, num.ErrShape) || !strings.Contains(err.Error(), "num.Scan") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
