package leastsq

import (
	"context"
	"math"
	"testing"
)

// TestVanishingJacobian has minima at which the residuals are not zero and the Jacobian is, or nearly: they are found, and are
// successes. On a saddle or on a slope, where there is none, the fit does not succeed.
func TestVanishingJacobian(t *testing.T) {
	for _, c := range []struct {
		name  string
		f     func(x, y []float64)
		m     int
		x0    []float64
		least float64 // the cost; NaN: there is no minimum
	}{
		{"x² + 1", func(x, y []float64) { y[0] = x[0]*x[0] + 1 }, 1, []float64{2}, 0.5},
		{"x² + 1e6", func(x, y []float64) { y[0] = x[0]*x[0] + 1e6 }, 1, []float64{-2}, 5e11},
		{"1e-4 (x - 1e3)² + 1", func(x, y []float64) { y[0] = 1e-4*(x[0]-1e3)*(x[0]-1e3) + 1 }, 1, []float64{10}, 0.5},
		{"cosh", func(x, y []float64) { y[0] = math.Cosh(x[0] - 1) }, 1, []float64{3}, 0.5},
		{"two variables", func(x, y []float64) { y[0] = x[0]*x[0] + x[0]*x[1] + 3*x[1]*x[1] + 1 }, 1, []float64{2, 1}, 0.5},
		{"two residuals", func(x, y []float64) { y[0], y[1] = x[0]*x[0]+1, 2*x[0]*x[0]+5 }, 2, []float64{2}, 13},
		{"exponential", func(x, y []float64) { y[0] = math.Exp(-x[0]) + 1 }, 1, []float64{0}, math.NaN()},
		{"saddle", func(x, y []float64) { y[0] = 3 + x[0]*x[0] - math.Atan(x[1]*x[1]) }, 1, []float64{2, 0}, math.NaN()},
	} {
		for _, m := range []Method{TRF{}, Dogbox{}, LM{}} {
			if _, lm := m.(LM); lm && c.m < len(c.x0) {
				continue
			}
			r, err := Minimize(context.Background(), Problem{Residuals: c.f, M: c.m}, c.x0, Options{Method: m})
			switch {
			case err != nil:
				t.Errorf("%s by %s: %v", c.name, m.Name(), err)
			case math.IsNaN(c.least):
				if r.Success && c.name == "saddle" {
					t.Errorf("%s by %s: success at %g", c.name, m.Name(), r.X)
				}
			case !(r.Cost <= c.least*(1+1e-6)):
				t.Errorf("%s by %s: cost %g at %g, %v: %s", c.name, m.Name(), r.Cost, r.X, r.Status, r.Message)
			case !r.Success:
				t.Errorf("%s by %s: %v at %g: %s", c.name, m.Name(), r.Status, r.X, r.Message)
			}
		}
	}
}
