package num_test

import (
	"errors"
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestCustomRoot(t *testing.T) {
	root := num.CustomRoot(func(x, a A) A { return x.Mul(x).Sub(a) }, sqrtLoop, nil)
	near(t, "root", root(num.Scalar(2)), num.Scalar(math.Sqrt2), 1e-15)
	near(t, "Grad", num.Grad(root)(num.Scalar(2)), num.Scalar(0.5/math.Sqrt2), 1e-14)
	near(t, "Grad twice", num.Grad(num.Grad(root))(num.Scalar(2)), num.Scalar(-0.25*math.Pow(2, -1.5)), 1e-13)
	xs := num.Vector(2, 3, 1e4)
	sum := func(xs A) A { return num.Vmap(root)(xs).Sum() }
	near(t, "Grad(Vmap(CustomRoot))", num.Grad(sum)(xs), num.Scalar(0.5).Div(xs.Sqrt()), 1e-13)
	// A singular system is an error, never zeros.
	bad := num.CustomRoot(func(x, a A) A { return x.Mul(num.Zeros()).Add(a) }, func(a A) A { return a }, nil)
	if _, err := num.Try(func() A { return num.Grad(bad)(num.Scalar(2)) }); !errors.Is(err, num.ErrNumeric) {
		t.Errorf("singular system: %v", err)
	}
}
