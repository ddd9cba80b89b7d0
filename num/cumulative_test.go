package num_test

import (
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestCumulative(t *testing.T) {
	x := num.Vector(2, -1, 0, 3)
	near(t, "CumSum", x.CumSum(0), num.Vector(2, 1, 1, 4), 0)
	near(t, "CumProd", x.CumProd(0), num.Vector(2, -2, 0, 0), 0)
	near(t, "CumMax", x.CumMax(0), num.Vector(2, 2, 2, 3), 0)
	near(t, "CumMin", x.CumMin(0), num.Vector(2, -1, -1, -1), 0)
	near(t, "Prod of a zero", num.Grad(func(x A) A { return x.Prod() })(x), num.Vector(0, 0, -6, 0), 0)
	near(t, "CumProd of a zero", num.Grad(func(x A) A { return x.CumProd(0).Sum() })(x), num.Vector(0, 2, -8, 0), 0)
	for _, f := range []func(A) A{
		func(x A) A { return x.CumProd(0) }, func(x A) A { return x.CumMax(0) }, func(x A) A { return x.CumSum(0) },
	} {
		near(t, "modes", num.JacobianFwd(f)(x), num.JacobianRev(f)(x), 1e-15)
	}
	b := num.New([]bool{true, false, true, true}, 2, 2)
	near(t, "All", b.All(1), num.Vector(0, 1), 0)
	near(t, "Any", b.All(), num.Scalar(0), 0)
}
