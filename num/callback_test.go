package num_test

import (
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/argmin-go/argmin/num"
)

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
	if !errors.Is(err, num.ErrUser) || !strings.Contains(err.Error(), "callback_test.go") {
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
