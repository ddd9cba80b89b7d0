package minimize

import (
	"context"
	"math"
	"testing"
)

// TestMinimax minimizes the largest of Rosen and Suzuki's functions as a bound of all of them, a variable that only
// the penalty on violations keeps from falling without end: -44 at (0, 1, 2, -1).
func TestMinimax(t *testing.T) {
	c := func(x, c []float64) {
		a, b, d, e, u := x[0], x[1], x[2], x[3], x[4]
		f := a*a + b*b + 2*d*d + e*e - 5*a - 5*b - 21*d + 7*e
		c[0] = u - f
		c[1] = u - f - 10*(a*a+b*b+d*d+e*e+a-b+d-e-8)
		c[2] = u - f - 10*(a*a+2*b*b+d*d+2*e*e-a-e-10)
		c[3] = u - f - 10*(2*a*a+b*b+d*d+2*a-b-e-5)
	}
	cons := []Constraint{{Func: c, Lower: make([]float64, 4)}}
	f := func(x []float64) float64 { return x[4] }
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		for _, x0 := range [][]float64{{0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}, {3, -3, 2, 1, 100}, {1, -2, .5, 2, -50}} {
			r, err := Minimize(context.Background(), Problem{Func: f}, x0, Options{Method: m, Constraints: cons})
			if err != nil || !r.Success || math.Abs(r.Fun+44) > 1e-2 {
				t.Errorf("%s from %v: %v (%s), value %v at %v, %v", m.Name(), x0, r.Status, r.Message, r.Fun, r.X, err)
			}
		}
	}
}
