package robust_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/robust"
)

// Every loss is 0 with the slope 1 at 0, grows, and is at most its argument.
func TestLosses(t *testing.T) {
	for name, rho := range map[string]robust.Loss{"SoftL1": robust.SoftL1, "Huber": robust.Huber, "Cauchy": robust.Cauchy,
		"Arctan": robust.Arctan, "Tukey": robust.Tukey} {
		f := func(z num.Array) num.Array { return rho(z) }
		if v, d := f(num.Scalar(0)).Item(), num.Grad(f)(num.Scalar(0)).Item(); v != 0 || d != 1 {
			t.Errorf("%s: %v at 0 with slope %v", name, v, d)
		}
		last := 0.
		for _, z := range []float64{1e-8, 0.3, 1, 1.5, 4, 100, 1e9} {
			v, d2 := f(num.Scalar(z)).Item(), num.Grad(num.Grad(f))(num.Scalar(z)).Item()
			if !(v >= last && v <= z) || math.IsNaN(d2) {
				t.Errorf("%s: %v at %v, second derivative %v", name, v, z, d2)
			}
			last = v
		}
	}
}
