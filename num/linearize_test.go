package num_test

import (
	"errors"
	"testing"

	"github.com/argmin-go/argmin/num"
)

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
