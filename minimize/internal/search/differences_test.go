package search

import (
	"context"
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// TestDifferences compares all schemes with the derivative, within bounds.
func TestDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(1, 6).Draw(t, "n"), rapid.IntRange(1, 5).Draw(t, "m")
		a := rapid.SliceOfN(rapid.Float64Range(-1, 1), m*n, m*n).Draw(t, "a")
		x := rapid.SliceOfN(rapid.Float64Range(-3, 3), n, n).Draw(t, "x")
		lower, upper := make([]float64, n), make([]float64, n)
		for i, v := range x {
			lower[i], upper[i] = v-rapid.SampledFrom([]float64{0, 1e-7, 1}).Draw(t, "below"), v+rapid.SampledFrom([]float64{1e-4, 1}).Draw(t, "above")
		}
		f := func(x, y []float64) {
			for i, v := range x {
				if v < lower[i] || v > upper[i] {
					t.Fatalf("evaluated at %g, outside of [%g, %g]", v, lower[i], upper[i])
				}
			}
			for r := range m {
				y[r] = math.Sin(vec.Dot(a[r*n:(r+1)*n], x))
			}
		}
		y := make([]float64, m)
		f(x, y)
		d := differencing{three: rapid.Bool().Draw(t, "three"), workers: rapid.IntRange(0, 3).Draw(t, "workers")}
		j := make([]float64, m*n)
		whole := &derivative{differencing: &d, f: f, x: x, y: y, lower: lower, upper: upper, dense: j}
		whole.prepare()
		whole.columns(nil)
		if calls := whole.calls(nil); calls != n*d.points() {
			t.Errorf("%d calls", calls)
		}
		tol := 1e-6
		if d.three {
			tol = 1e-8
		}
		for r := range m {
			c := math.Cos(vec.Dot(a[r*n:(r+1)*n], x))
			for i := range n {
				if want := c * a[r*n+i]; math.Abs(j[i*m+r]-want) > tol {
					t.Errorf("∂%d/∂%d is %g, want %g", r, i, j[i*m+r], want)
				}
			}
		}
	})
}

// TestGroups finds the derivative of a tridiagonal function from three evaluations.
func TestGroups(t *testing.T) {
	const n = 50
	sparsity := make([][]int, n)
	for i := range sparsity {
		for k := max(i-1, 0); k <= min(i+1, n-1); k++ {
			sparsity[i] = append(sparsity[i], k)
		}
	}
	f := func(x, y []float64) {
		for i := range y {
			y[i] = 0
			for _, k := range sparsity[i] {
				y[i] += float64(i-2*k) * x[k] * x[k]
			}
		}
	}
	x, y, j := make([]float64, n), make([]float64, n), make([]float64, n*n)
	for i := range x {
		x[i] = float64(i%7) - 3
	}
	f(x, y)
	d := &derivative{differencing: &differencing{three: true}, f: f, x: x, y: y, dense: j, groups: columnGroups(n, sparsity), sparsity: sparsity}
	d.prepare()
	d.columns(nil)
	if calls := d.calls(nil); calls != 6 {
		t.Errorf("%d calls, want 6", calls)
	}
	for i := range n {
		for k := range n {
			want := 0.0
			if slices.Contains(sparsity[i], k) {
				want = 2 * float64(i-2*k) * x[k]
			}
			if math.Abs(j[k*n+i]-want) > 1e-6 {
				t.Errorf("∂%d/∂%d is %g, want %g", i, k, j[k*n+i], want)
			}
		}
	}
}

func TestComplexStep(t *testing.T) {
	p := Problem{
		Func: func(x []float64) float64 { return math.Exp(x[0])*math.Sin(x[1]) + x[1]*x[1] },
		Complex: func(z []complex128) complex128 {
			return cmplx.Exp(z[0])*cmplx.Sin(z[1]) + z[1]*z[1]
		},
	}
	r := NewRun(NewEvaluator(context.Background()), p, []float64{0.3, 0.7}, "cs", 0)
	g := make([]float64, 2)
	r.Gradient(r.X0, g)
	for i, want := range []float64{math.Exp(0.3) * math.Sin(0.7), math.Exp(0.3)*math.Cos(0.7) + 1.4} {
		if math.Abs(g[i]/want-1) > 4*vec.Eps {
			t.Errorf("%d: %v, want %v", i, g[i], want)
		}
	}
}
