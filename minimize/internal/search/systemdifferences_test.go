package search

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// differenced is the Jacobian of f at the last of some points, found at each of them, and the number of calls for it.
func differenced(t *testing.T, o finite.Differences, sizes []float64, m int, f func(x, y []float64), sparsity [][]int, points ...[]float64) (*mat.Dense, *System) {
	t.Helper()
	e := NewEvaluator(context.Background())
	n := len(points[0])
	if err := e.Differences(o, n); err != nil {
		t.Fatal(err)
	}
	e.Sizes(sizes)
	s, j := NewSystem(&e, n, m, f, nil, nil, nil, sparsity), mat.NewDense(m, n, nil)
	for _, x := range points {
		s.Jacobian(x, j)
	}
	return j, s
}

// Derivatives are found for variables of any size, and for those near 0 that matter by their changes.
func TestDifferencesOfAnySize(t *testing.T) {
	for _, scheme := range []string{"2-point", "3-point"} {
		for _, workers := range []int{1, 3} {
			o := finite.Differences{Scheme: scheme, Workers: workers}
			for _, unit := range []float64{1e-300, 1e-16, 1e-8, 1, 1e8, 1e100} {
				f := func(x, y []float64) { u := x[0] / unit; y[0], y[1] = math.Exp(u), u*u-3 }
				j, _ := differenced(t, o, nil, 2, f, nil, []float64{.7 * unit})
				for r, want := range []float64{math.Exp(.7), 1.4} {
					if v := j.At(r, 0) * unit; math.Abs(v/want-1) > 1e-6 {
						t.Errorf("%s in units of %g: derivative %d is %g, want %g", scheme, unit, r, v, want)
					}
				}
			}
			for _, x := range []float64{0, 1e-300, 1e-24, 1e-12, 1e-9, 1e-6} {
				// One value depends on nothing else.
				f := func(x, y []float64) { y[0], y[1], y[2] = x[0]+x[1]-3, x[0], math.Sin(x[0])-x[1] }
				j, _ := differenced(t, o, nil, 3, f, nil, []float64{0, 1}, []float64{x, 2})
				for r, want := range []float64{1, 1, math.Cos(x)} {
					if v := j.At(r, 0); math.Abs(v-want) > 1e-2 {
						t.Errorf("%s at %g: derivative %d is %g, want %g", scheme, x, r, v, want)
					}
				}
			}
			// Groups of variables are found again together.
			f := func(x, y []float64) {
				for i := range y {
					y[i] = 1 + x[i]
				}
			}
			j, s := differenced(t, o, nil, 3, f, [][]int{{0}, {1}, {2}}, []float64{1e-20, 5, 1e-14})
			for i := range 3 {
				if v := j.At(i, i); math.Abs(v-1) > 1e-2 {
					t.Errorf("%s: derivative %d of a diagonal is %g", scheme, i, v)
				}
			}
			if s.NFev > 1+3*s.diff.points() {
				t.Errorf("%s: %d evaluations", scheme, s.NFev)
			}
		}
	}
}

// The declared error of values, given sizes and given steps set the steps.
func TestDifferencesOfNoisyValues(t *testing.T) {
	f := func(x, y []float64) { y[0] = float64(float32(math.Exp(x[0]))) }
	j, s := differenced(t, finite.Differences{FuncError: 6e-8}, nil, 1, f, nil, []float64{.7})
	if v := j.At(0, 0); math.Abs(v/math.Exp(.7)-1) > 1e-2 || s.NFevDiff != 1 {
		t.Errorf("derivative %g after %d evaluations", v, s.NFevDiff)
	}
	if _, s = differenced(t, finite.Differences{}, nil, 1, f, nil, []float64{.7}); s.Confirmed(s.Unchanged()) && s.Confirmed([]bool{true}) {
		t.Errorf("%g, %v is confirmed", s.j, s.Unchanged())
	}
	var step float64
	g := func(x, y []float64) {
		if x[0] != 1e-9 {
			step = x[0] - 1e-9
		}
		y[0] = 1e9 * x[0]
	}
	for _, c := range []struct {
		o     finite.Differences
		sizes []float64
		want  float64
	}{
		{finite.Differences{}, nil, 1e-9 * math.Sqrt(vec.Eps)},
		{finite.Differences{}, []float64{1e-6}, 1e-6 * math.Sqrt(vec.Eps)},
		{finite.Differences{}, []float64{1e-12}, 1e-9 * math.Sqrt(vec.Eps)},
		{finite.Differences{RelStep: []float64{1e-5}}, []float64{1}, 1e-14},
		{finite.Differences{AbsStep: []float64{1e-5}}, nil, 1e-5},
	} {
		if differenced(t, c.o, c.sizes, 1, g, nil, []float64{1e-9}); math.Abs(step/c.want-1) > 1e-6 {
			t.Errorf("%+v, sizes %v: step %g, want %g", c.o, c.sizes, step, c.want)
		}
	}
	for _, o := range []finite.Differences{{RelStep: []float64{1e-3}, AbsStep: []float64{1e-3}}, {AbsStep: []float64{-1}}, {AbsStep: []float64{1, 1, 1}},
		{FuncError: -1}, {FuncError: 1}, {FuncError: math.NaN()}} {
		if _, err := newDifferencing(o, 2); err == nil {
			t.Errorf("%+v is not refused", o)
		}
	}
}
