package minimize

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// What SciPy 1.17.1 reported.
var powellRecorded = map[string]dfoRecorded{
	"rosen2":               {607, 1.787366526e-26},
	"rosen5":               {988, 1.696763362e-22},
	"rosen10":              {3463, 1.09864143e-20},
	"quad1e6":              {152, 2.871868888e-23},
	"beale":                {199, 8.292900266e-28},
	"powell":               {908, 1.692602786e-13},
	"wood":                 {595, 5.76424655e-23},
	"himmelblau":           {215, 0},
	"one":                  {33, 2.051235604},
	"brown badly scaled":   {102, 1.960730366e-23},
	"helical":              {60, 0},
	"broyden tridiagonal":  {962, 7.72566167e-22},
	"trigonometric":        {435, 0.001773416403}, // a local minimum
	"variably dimensioned": {681, 6.48071109e-23},
	"abs":                  {432, 4.754174928e-12},
}

// The trajectories are SciPy's, but where a line starts its value is not found again.
func TestPowellSciPy(t *testing.T) {
	var ratio dfoRatio
	for _, p := range dfoProblems {
		r, err := Minimize(context.Background(), Problem{Func: p.f}, p.x0, Options{Method: Powell{}, NoVerification: true})
		if err != nil {
			t.Fatal(err)
		}
		recorded := powellRecorded[p.name]
		ratio.add(r.NFev, recorded.nfev)
		if !r.Success || math.Abs(r.Fun-recorded.fun) > 1e-9 {
			t.Errorf("%s: %v, value %.10g, SciPy has %.10g", p.name, r.Status, r.Fun, recorded.fun)
		}
		if float64(r.NFev) > 1.05*float64(recorded.nfev) {
			t.Errorf("%s: %d evaluations, SciPy makes %d", p.name, r.NFev, recorded.nfev)
		}
		if n := len(p.x0); len(r.Directions) != n ||
			slices.ContainsFunc(r.Directions, func(d []float64) bool { return len(d) != n || vec.HasNaN(d) }) {
			t.Errorf("%s: directions %v", p.name, r.Directions)
		}
	}
	if m := ratio.mean(); m < 0.8 || m > 1 {
		t.Errorf("%.3f times SciPy's evaluations", m)
	}
}

var powellBoundedTold = map[string]int{
	"inactive": 40, "upper": 310, "lower": 501, "start on upper": 712, "start on lower": 630, "start on both": 338, "box of 5": 1174,
	"only above": 428, "only below": 321, "below inactive": 652, "fixed": 40, "beale": 262, "wood": 966, "himmelblau": 224, "one": 200,
	"start outside": 147, "hs5": 68, "linear": 125,
}

func TestPowellBounds(t *testing.T) {
	var ratio dfoRatio
	for _, p := range dfoBoundedProblems {
		f := dfoWithin(t, p.f, p.lower, p.upper)
		r, err := Minimize(context.Background(), Problem{Func: f}, p.x0, Options{Method: Powell{}, Bounds: &Bounds{p.lower, p.upper}})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Success || math.Abs(r.Fun-p.min) > 1e-6 {
			t.Errorf("%s: %v, value %.10g at %v, want %.10g", p.name, r.Status, r.Fun, r.X, p.min)
		}
		ratio.add(r.NFev, powellBoundedTold[p.name])
	}
	if m := ratio.mean(); m > 1 {
		t.Errorf("%.3f times SciPy's evaluations", m)
	}
	r, err := Minimize(context.Background(), Problem{Func: func(x []float64) float64 { return x[0] - 2*x[1] }},
		[]float64{0.3, 0.7}, Options{Method: Powell{}, Bounds: &Bounds{[]float64{0.1, 0}, []float64{1, 1.1}}})
	if err != nil || !slices.Equal(r.X, []float64{0.1, 1.1}) {
		t.Errorf("a linear function ends at %v, %v, want the corner (0.1, 1.1) itself", r.X, err)
	}
}

func TestPowellFirstDirections(t *testing.T) {
	var points [][]float64
	f := func(x []float64) float64 { points = append(points, slices.Clone(x)); return rosenF(x) }
	given := [][]float64{{1, 1}, {1, -1}}
	r, err := Minimize(context.Background(), Problem{Func: f}, []float64{-1.2, 1}, Options{Method: Powell{Direc: given}})
	if err != nil {
		t.Fatal(err)
	}
	// SciPy 1.17.1 makes 404 evaluations.
	if !r.Success || r.NFev > 404 || r.Fun > 1e-12 || !slices.Equal(points[1], []float64{-0.19999999999999996, 2}) {
		t.Errorf("%v after %d evaluations, value %g, second point %v", r.Status, r.NFev, r.Fun, points[1])
	}
	if given[0][1] != 1 || given[1][1] != -1 {
		t.Errorf("the directions given are now %v", given)
	}
	// What the directions do not span is not searched.
	r, err = Minimize(context.Background(), Problem{Func: rosenF}, []float64{-1.2, 1},
		Options{Method: Powell{Direc: [][]float64{{0, 0}, {1, 1}}}})
	if err != nil || !r.Success || math.Abs(r.X[1]-r.X[0]-2.2) > 1e-12 || math.Abs(r.X[0]+1.06313808) > 1e-6 {
		t.Errorf("along (1, 1): %v at %v, %v", r.Status, r.X, err)
	}
	for _, c := range []struct {
		direc [][]float64
		want  string
	}{
		{[][]float64{{1, 0}}, "Direc has 1 directions, want 2"},
		{[][]float64{{1, 0}, {1}}, "direction 1 of Direc has length 1, want 2"},
		{[][]float64{{1, 0}, {math.Inf(1), 0}}, "Direc[1][0] is +Inf"},
	} {
		if _, err := Minimize(context.Background(), Problem{Func: rosenF}, []float64{1, 2},
			Options{Method: Powell{Direc: c.direc}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Direc %v: error %v, want %s", c.direc, err, c.want)
		}
	}
}

func TestPowellStatuses(t *testing.T) {
	nan := math.NaN()
	box := &Bounds{[]float64{-3, -3}, []float64{3, 3}}
	square := func(x []float64) float64 { return -x[0]*x[0] - x[1]*x[1] }
	for _, c := range []struct {
		name   string
		f      func(x []float64) float64
		x0     []float64
		m      Powell
		bounds *Bounds
		reason status.Code
		status int
		nfev   int // at most; 0: any
	}{
		{"optimal", rosenF, []float64{1, 1}, Powell{}, nil, status.Converged, 0, 40},
		{"nan", constant(nan), []float64{1, 2}, Powell{}, nil, status.NonFinite, 3, 20},
		{"nan within bounds", constant(nan), []float64{1, 2}, Powell{}, box, status.NonFinite, 3, 20},
		{"inf", constant(math.Inf(1)), []float64{1, 2}, Powell{}, nil, status.NonFinite, 3, 20},
		{"-inf", constant(math.Inf(-1)), []float64{1, 2}, Powell{}, nil, status.Unbounded, 3, 20},
		{"nan at the start", func(x []float64) float64 {
			if x[0] < 1.5 {
				return nan
			}
			return x[0]*x[0] + x[1]*x[1]
		}, []float64{1, 2}, Powell{}, nil, status.Converged, 0, 0},
		{"nan beyond", barrier("", nan).f, []float64{0, 0}, Powell{}, nil, status.Converged, 0, 0},
		{"linear", func(x []float64) float64 { return x[0] - x[1] }, []float64{1, 2}, Powell{}, nil, status.Unbounded, 3, 0},
		{"falls", square, []float64{1, 2}, Powell{}, nil, status.Unbounded, 3, 0},
		{"falls to the bounds", square, []float64{1, 2}, Powell{}, box, status.Converged, 0, 60},
		{"constant", constant(1), []float64{1, 2}, Powell{}, nil, status.Converged, 0, 10},
		{"one iteration", rosenF, []float64{-1.2, 1}, Powell{MaxIter: 1}, nil, status.IterationLimit, 2, 19},
		{"no iteration", rosenF, []float64{-1.2, 1}, Powell{MaxIter: -1}, nil, status.IterationLimit, 2, 1},
		{"no evaluation", rosenF, []float64{-1.2, 1}, Powell{MaxFev: -1}, nil, status.EvaluationLimit, 1, 0},
		{"one evaluation", rosenF, []float64{-1.2, 1}, Powell{MaxFev: 1}, nil, status.EvaluationLimit, 1, 1},
		{"50 evaluations", rosenF, []float64{-1.2, 1}, Powell{MaxFev: 50}, nil, status.EvaluationLimit, 1, 50},
		{"50 evaluations within bounds", rosenF, []float64{-1.2, 1}, Powell{MaxFev: 50}, box, status.EvaluationLimit, 1, 50},
	} {
		r, err := Minimize(context.Background(), Problem{Func: c.f}, c.x0, Options{Method: c.m, Bounds: c.bounds})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != c.reason || r.SciPyStatus != c.status || r.Success != (c.reason == status.Converged) || c.nfev > 0 && r.NFev > c.nfev {
			t.Errorf("%s: %v, status %d, %s, %d evaluations; want %v, %d, at most %d", c.name, r.Status, r.SciPyStatus,
				r.Message, r.NFev, c.reason, c.status, c.nfev)
		}
		if f := c.f(r.X); f != r.Fun && r.NFev > 0 && !(math.IsNaN(f) && !r.Success) {
			t.Errorf("%s: value %g reported, it is %g", c.name, r.Fun, f)
		}
		if vec.HasNaN(r.X) || vec.Norm(r.X, 0) > math.MaxFloat64 {
			t.Errorf("%s: the point is %v", c.name, r.X)
		}
	}
}
