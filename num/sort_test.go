package num_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestSorting(t *testing.T) {
	x := num.Vector(3, -1, math.NaN(), 2, -1)
	near(t, "Argsort", x.Argsort(0), num.Vector(1, 4, 3, 0, 2), 0)
	y := num.New([]float64{3, 1, 2, 1, 5, 4}, 2, 3)
	near(t, "Sort rows", y.Sort(-1), num.New([]float64{1, 2, 3, 1, 4, 5}, 2, 3), 0)
	near(t, "Sort columns", y.Sort(0), num.New([]float64{1, 1, 2, 3, 5, 4}, 2, 3), 0)
	top, idx := num.Vector(2, 5, 5, 1, 3).TopK(3)
	near(t, "TopK", top, num.Vector(5, 5, 3), 0)
	near(t, "TopK indices", idx, num.Vector(1, 2, 4), 0)
	near(t, "ArgMax", y.ArgMax(1), num.Vector(0, 1), 0)
	near(t, "ArgMin", y.ArgMin(0), num.Vector(1, 0, 0), 0)
	near(t, "NaN wins", x.ArgMax(0), num.Scalar(2), 0)
	w := num.Vector(1, 10, 100)
	g := num.Grad(func(x A) A { return x.Sort(0).Mul(w).Sum() })(num.Vector(3, 1, 2))
	near(t, "gradient of Sort", g, num.Vector(100, 1, 10), 0)
	near(t, "Vmap(Sort)", num.Vmap(func(x A) A { return x.Sort(0) })(y), y.Sort(1), 0)
	near(t, "median by two transformations", num.Vmap(num.Grad(func(x A) A { return x.Sort(0).At(1) }))(y),
		num.New([]float64{0, 0, 1, 0, 0, 1}, 2, 3), 0)
}
