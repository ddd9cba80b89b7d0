package minimize

import (
	"context"
	"math"
	"slices"
	"testing"
)

// brownAlmostLinear is Brown's almost linear function, whose local minima are 0 and 1: far from them the product of all variables
// makes a narrow valley, in which a simplex becomes flat.
func brownAlmostLinear(x []float64) float64 {
	n, sum, product := len(x), 0.0, 1.0
	for _, v := range x {
		sum, product = sum+v, product*v
	}
	f := (product - 1) * (product - 1)
	for _, v := range x[:n-1] {
		r := v + sum - float64(n+1)
		f += r * r
	}
	return f
}

// TestCollapsedSimplex has Nelder and Mead's method where its simplex becomes flat, or is at the start: it succeeds at minima only.
func TestCollapsedSimplex(t *testing.T) {
	solve := func(f func(x []float64) float64, x0 []float64, m NelderMead, minima ...float64) {
		t.Helper()
		m.MaxFev = 20000
		r, err := Minimize(context.Background(), Problem{Func: f}, x0, Options{Method: m})
		near := slices.ContainsFunc(minima, func(v float64) bool { return r.Fun-v <= 1e-2*math.Abs(v)+1e-5 })
		if err != nil || r.Success && !near {
			t.Errorf("from %g: success at the value %.6g, minima are %g, %v: %s", x0, r.Fun, minima, err, r.Message)
		}
		if len(x0) == 2 && !r.Success {
			t.Errorf("from %g: %v, %s", x0, r.Status, r.Message)
		}
	}
	for _, n := range []int{5, 10} {
		for _, far := range []float64{1, 10} {
			for _, adaptive := range []bool{false, true} {
				solve(brownAlmostLinear, slices.Repeat([]float64{far / 2}, n), NelderMead{Adaptive: adaptive}, 0, 1)
			}
		}
	}
	// McKinnon, "Convergence of the Nelder–Mead simplex method to a nonstationary point", SIAM J. Optim. 9 (1998).
	for _, c := range [][3]float64{{15, 10, 1}, {6, 60, 2}, {6, 400, 3}} {
		f := func(x []float64) float64 {
			v := c[0] * math.Pow(math.Abs(x[0]), c[2])
			if x[0] <= 0 {
				v *= c[1]
			}
			return v + x[1] + x[1]*x[1]
		}
		first := [][]float64{{0, 0}, {(1 + math.Sqrt(33)) / 8, (1 - math.Sqrt(33)) / 8}, {1, 1}}
		solve(f, []float64{1, 1}, NelderMead{InitialSimplex: first}, -0.25)
	}
	for _, first := range [][][]float64{{{3, 2}, {4, 3}, {5, 4}}, {{3, 2}, {3, 2}, {4, 2}}, {{3, 2}, {3, 2}, {3, 2.1}}} {
		solve(rosenF, []float64{1, 1}, NelderMead{InitialSimplex: first}, 0)
	}
}

// TestSimplexOfRounding has a search without tolerances end where the simplex is as small as numbers are, not at the limit.
func TestSimplexOfRounding(t *testing.T) {
	f := func(x []float64) float64 {
		s := 1.0
		for _, v := range x {
			s += (v - 1) * (v - 1)
		}
		return s
	}
	r, err := Minimize(context.Background(), Problem{Func: f}, slices.Repeat([]float64{2}, 10), Options{Method: NelderMead{MaxIter: 1e7, XAtol: -1, FAtol: -1}})
	if err != nil || !r.Success || r.NIter > 100000 || r.Fun > 1+1e-12 {
		t.Errorf("value %g after %d iterations, %v: %s, %v", r.Fun, r.NIter, r.Status, r.Message, err)
	}
}
