package minimize

import (
	"context"
	"math"
	"testing"
)

// curvedBarrier is problem 19 of Hock and Schittkowski with the constraints as terms -log(1 + c), and 1e10 c² beyond them (DJTL of CUTEst): its valley is
// curved, its walls are closer than usual steps of differences, and across it the curvature is a million times that along it.
func curvedBarrier(x, g []float64) float64 {
	a, b := x[0], x[1]
	f := math.Pow(a-10, 3) + math.Pow(b-20, 3)
	g[0], g[1] = 3*(a-10)*(a-10), 3*(b-20)*(b-20)
	for _, c := range [][3]float64{ // a value and its derivatives
		{200 - (a-5)*(a-5) - (b-5)*(b-5), -2 * (a - 5), -2 * (b - 5)},
		{(a-5)*(a-5) + (b-5)*(b-5) - 100, 2 * (a - 5), 2 * (b - 5)},
		{(b-5)*(b-5) + (a-6)*(a-6), 2 * (a - 6), 2 * (b - 5)},
		{82.81 - (b-5)*(b-5) - (a-6)*(a-6), -2 * (a - 6), -2 * (b - 5)},
		{100 - a, -1, 0}, {a - 13, 1, 0}, {100 - b, 0, -1}, {b, 0, 1},
	} {
		slope := -1 / (c[0] + 1)
		if c[0]+1 <= 0 {
			slope = 2e10 * c[0]
			f += 1e10 * c[0] * c[0]
		} else {
			f -= math.Log(c[0] + 1)
		}
		g[0] += slope * c[1]
		g[1] += slope * c[2]
	}
	return f
}

// TestCurvedBarrier starts searches in the valley of curvedBarrier, from many points, and refutes successes that are not at its minimum of -8951.5447.
func TestCurvedBarrier(t *testing.T) {
	p := Problem{
		Func: func(x []float64) float64 { return curvedBarrier(x, make([]float64, 2)) },
		Grad: func(x, g []float64) { curvedBarrier(x, g) },
	}
	succeeded := 0
	for _, m := range []Method{BFGS{}, LBFGSB{}, CG{}, TNC{}, SLSQP{}, TrustConstr{}, NelderMead{}, Powell{}, COBYQA{}} {
		for _, start := range [][]float64{{15, 6}, {14.9, 5}, {15, 5.5}, {14.5, 7}, {14.8, 6.5}, {14, 5}, {14.9, 4}} {
			r, err := Minimize(context.Background(), p, start, Options{Method: m})
			if err != nil {
				t.Fatal(err)
			}
			if !r.Success {
				continue
			}
			succeeded++
			if !(r.Fun < -8951.5) {
				t.Errorf("%s from %v: success at the value %g: %s", m.Name(), start, r.Fun, r.Message)
			}
		}
	}
	if succeeded < 20 {
		t.Errorf("%d of 63 searches succeeded", succeeded)
	}
}
