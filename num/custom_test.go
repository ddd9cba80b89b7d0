package num_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

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
