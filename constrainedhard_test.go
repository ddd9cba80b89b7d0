package argmin_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// Problem 57 of Hock & Schittkowski has a plateau, x₂ → ∞, along which the gradient of its constraint grows without end: a multiplier that
// is almost zero must not pass for zero there. Success is a point where the gradient of the Lagrangian vanishes with the multiplier that
// the constraint can have.
func TestConstrainedPlateau(t *testing.T) {
	a := num.Vector(8, 8, 10, 10, 10, 10, 12, 12, 12, 12, 14, 14, 14, 16, 16, 16, 18, 18, 20, 20, 20, 22, 22, 22, 24, 24, 24, 26, 26, 26, 28, 28, 30, 30, 30, 32, 32, 34, 36, 36, 38, 38, 40, 42)
	b := num.Vector(.49, .49, .48, .47, .48, .47, .46, .46, .45, .43, .45, .43, .43, .44, .43, .43, .46, .45, .42, .42, .43, .41, .41, .40, .42, .40, .40, .41, .40, .41, .41, .40, .40, .40, .38, .41, .40, .40, .41, .38, .40, .40, .39, .39)
	f := func(x, _ A) A {
		part := num.Const(0.49).Sub(x.At(0))
		return b.Sub(x.At(0)).Sub(part.Mul(a.AddScalar(-8).Mul(x.At(1)).Neg().Exp())).Square().Sum()
	}
	c := constraints{
		Between: func(x, _ A) any { return num.Const(0.49).Sub(x.At(0)).Mul(x.At(1)).AddScalar(-0.09) },
		Limits:  limitsOf(num.Scalar(0), num.Scalar(math.Inf(1))),
		Bounds:  boundsOf(num.Vector(0.4, -4), num.Scalar(math.Inf(1))),
	}
	r, err := argmin.Constrained(f, c, nil, argmin.Options{}).Run(kkt{X: num.Vector(0.42, 5)}, num.Scalar(0))
	if err != nil || r.Err() != nil {
		t.Fatal(r.State, err)
	}
	x := r.Params.X
	g := num.Grad(func(x A) A { return f(x, num.Scalar(0)) })(x)
	slack := c.Between(x, num.Scalar(0)).(A).Item()
	if off := g.Abs().Max().Item(); slack > 1e-3 && off > 1e-6 {
		t.Errorf("%v at %v: the gradient is %g, and no constraint is active", r.State, x, off)
	}
}
