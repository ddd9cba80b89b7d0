package num_test

import (
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/argmin-go/argmin/num"
)

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
