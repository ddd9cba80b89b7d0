package argmin_test

import (
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// Far from its minima, whose values are 0 and about 1, the product in Brown's almost linear function makes valleys in which a simplex becomes
// flat or shrinks to a point: it must not succeed there.
func TestCollapsedSimplexBeginsAgain(t *testing.T) {
	brown := func(x A, _ struct{}) A {
		n, product := x.Size(), x.At(0)
		for i := 1; i < n; i++ {
			product = product.Mul(x.At(i))
		}
		return x.Add(x.Sum()).AddScalar(-float64(n+1)).Range(0, n-1).Square().Sum().Add(product.AddScalar(-1).Square())
	}
	for _, n := range []int{5, 10} {
		for _, far := range []float64{5, 50, 500} {
			for _, adaptive := range []bool{false, true} {
				m := argmin.NelderMead{Adaptive: adaptive}
				r, err := argmin.Minimize(brown, m, argmin.Options{}).Run(num.Full(num.Float64, far, n), struct{}{})
				if v := r.State.Value.Item(); err != nil || r.Success() && v > 1.1 {
					t.Errorf("n = %d from %g, adaptive %v: %v, %v", n, far, adaptive, r.State, err)
				} else if n == 5 && !r.Success() {
					t.Errorf("n = %d from %g, adaptive %v: %v", n, far, adaptive, r.State)
				}
			}
		}
	}
}
