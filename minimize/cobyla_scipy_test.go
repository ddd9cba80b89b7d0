package minimize

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

func TestCOBYLASciPy(t *testing.T) {
	var ratio dfoRatio
	for _, p := range cobylaProblems {
		f := p.f
		if p.low != nil {
			f = dfoWithin(t, f, p.low, p.up)
		}
		want, tol := p.min, 1e-6*(1+math.Abs(p.min))
		switch p.name {
		case "HS26", "disk", "HS93": // flat, by 1e-4 in x
			tol = 1e-5
		}
		r, err := Minimize(context.Background(), Problem{Func: f}, p.x0, p.options(COBYLA{}))
		if err != nil {
			t.Fatal(err)
		}
		if p.name == "HS93" { // it crawls, SciPy's too
			if r.Success || r.Status != status.EvaluationLimit || r.NFev != 1000 || r.Fun > want+0.02 {
				t.Errorf("%s: %v after %d evaluations, value %.10g", p.name, r.Status, r.NFev, r.Fun)
			}
			continue
		}
		if !r.Success || math.Abs(r.Fun-want) > tol || r.MaxCV > math.Sqrt(vec.Eps) {
			t.Errorf("%s: %v, value %.10g, want %.10g, violation %.2g", p.name, r.Status, r.Fun, want, r.MaxCV)
		}
		if p.recorded.nfev > 0 {
			ratio.add(r.NFev, p.recorded.nfev)
		}
	}
	if m := ratio.mean(); m > 1.25 {
		t.Errorf("%.3f times SciPy's evaluations", m)
	}
}

// Without constraints: where SciPy 1.17.1 ends by its test, with so many evaluations, so
// does this; and a smaller radius leads to the minimum.
func TestCOBYLAWithoutConstraints(t *testing.T) {
	recorded := map[string]int{"beale": 289, "himmelblau": 39, "one": 27, "helical": 538, "broyden tridiagonal": 123,
		"trigonometric": 221, "variably dimensioned": 392, "abs": 64}
	var ratio dfoRatio
	for _, p := range dfoProblems {
		n, ok := recorded[p.name]
		if !ok {
			continue
		}
		r, err := Minimize(context.Background(), Problem{Func: p.f}, p.x0, Options{Method: COBYLA{}, NoVerification: true})
		if err != nil || !r.Success {
			t.Errorf("%s: %v, %v", p.name, r.Status, err)
		}
		ratio.add(r.NFev, n)
		want := 0.0
		if p.name == "one" {
			want = 2.0512356036
		}
		r, err = Minimize(context.Background(), Problem{Func: p.f}, p.x0, Options{Method: COBYLA{Tol: 1e-7, MaxIter: 20000}})
		if err != nil || !r.Success || math.Abs(r.Fun-want) > 1e-5 {
			t.Errorf("%s: %v after %d evaluations, value %g, want %g", p.name, r.Status, r.NFev, r.Fun, want)
		}
	}
	if m := ratio.mean(); m > 1.25 {
		t.Errorf("%.3f times SciPy's evaluations", m)
	}
}

func TestCOBYLABounds(t *testing.T) {
	for _, p := range dfoBoundedProblems {
		f := dfoWithin(t, p.f, p.lower, p.upper)
		r, err := Minimize(context.Background(), Problem{Func: f}, p.x0, Options{Method: COBYLA{MaxIter: 20000, Tol: 1e-6},
			Bounds: &Bounds{p.lower, p.upper}})
		if err != nil {
			t.Fatal(err)
		}
		want := p.min
		if p.name == "fixed" { // a local minimum, at (-0.698, 0.5, 0.25)
			want = 3.1495374374
		}
		if !r.Success || math.Abs(r.Fun-want) > 1e-3 {
			t.Errorf("%s: %v after %d evaluations, value %.10g at %v, want %.10g", p.name, r.Status, r.NFev, r.Fun, r.X, want)
		}
	}
	// A narrow box, and variables that are fixed.
	b := &Bounds{[]float64{0, 1, 0.1}, []float64{1e-3, 1, 5}}
	f := dfoWithin(t, func(x []float64) float64 { return -x[0] + x[1] - x[2] }, b.Lower, b.Upper)
	r, err := Minimize(context.Background(), Problem{Func: f}, []float64{0, 0, 0}, Options{Method: COBYLA{}, Bounds: b})
	if err != nil || !r.Success || !slices.Equal(r.X, []float64{1e-3, 1, 5}) {
		t.Errorf("narrow box: %v at %v, %v", r.Status, r.X, err)
	}
	fixed := &Bounds{[]float64{1, 2}, []float64{1, 2}}
	r, err = Minimize(context.Background(), Problem{Func: rosenF}, []float64{0, 0}, Options{Method: COBYLA{}, Bounds: fixed})
	if err != nil || !r.Success || r.Fun != 100 || r.NFev != 1 {
		t.Errorf("all fixed: %v, value %g, %v", r.Status, r.Fun, err)
	}
}

// Linear constraints that are given as a matrix, and ranges.
func TestCOBYLALinearConstraints(t *testing.T) {
	c := []Constraint{
		{A: mat.NewDense(2, 2, []float64{1, -2, -1, -2}), Lower: []float64{-2, -6}, Upper: []float64{math.Inf(1), math.Inf(1)}},
		{A: mat.NewDense(1, 2, []float64{-1, 2}), Lower: []float64{-2}, Upper: []float64{100}},
	}
	f := func(x []float64) float64 { return (x[0]-1)*(x[0]-1) + (x[1]-2.5)*(x[1]-2.5) }
	r, err := Minimize(context.Background(), Problem{Func: f}, []float64{2, 0},
		Options{Method: COBYLA{Tol: 1e-7}, Constraints: c, Bounds: &Bounds{[]float64{0, 0}, []float64{math.Inf(1), math.Inf(1)}}})
	// Nocedal & Wright, example 16.4.
	if err != nil || !r.Success || math.Abs(r.X[0]-1.4) > 1e-5 || math.Abs(r.X[1]-1.7) > 1e-5 {
		t.Errorf("%v at %v, %v", r.Status, r.X, err)
	}
}

func TestCOBYLAStatuses(t *testing.T) {
	nan := math.NaN()
	sum := func(lo, hi float64) Constraint {
		return Constraint{Func: func(x, c []float64) { c[0] = x[0] + x[1] }, Lower: []float64{lo}, Upper: []float64{hi}}
	}
	inf := math.Inf(1)
	for _, c := range []struct {
		name   string
		f      func(x []float64) float64
		x0     []float64
		m      COBYLA
		cons   []Constraint
		reason status.Code
		status int
		nfev   int // at most; 0: any
	}{
		{"optimal", himmelblau.f, []float64{3, 2}, COBYLA{}, nil, status.Converged, 0, 30},
		{"constant", constant(1), []float64{0, 0}, COBYLA{}, nil, status.Converged, 0, 30},
		{"nan", constant(nan), []float64{0, 0}, COBYLA{}, nil, status.NonFinite, -1, 30},
		{"-inf", constant(-inf), []float64{0, 0}, COBYLA{}, nil, status.Unbounded, -1, 1},
		{"nan at the start", func(x []float64) float64 {
			if x[0] < 0.5 {
				return nan
			}
			return x[0]*x[0] + x[1]*x[1]
		}, []float64{0, 2}, COBYLA{}, nil, status.Converged, 0, 0},
		{"nan beyond", barrier("", nan).f, []float64{0, 0}, COBYLA{}, nil, status.Converged, 0, 0},
		{"linear", func(x []float64) float64 { return x[0] - x[1] }, []float64{1, 2}, COBYLA{}, nil, status.Unbounded, -1, 200},
		{"target", himmelblau.f, []float64{0, 0}, COBYLA{FTarget: new(5.0)}, nil, status.Converged, 1, 20},
		{"target 0", func(x []float64) float64 { return x[0]*x[0] - 1 + x[1]*x[1] }, []float64{3, 3}, COBYLA{FTarget: new(0.0)}, nil, status.Converged, 1, 20},
		{"target with a constraint", himmelblau.f, []float64{0, 0}, COBYLA{FTarget: new(9.0)}, []Constraint{sum(1, 1)}, status.Converged, 1, 40},
		{"1 evaluation", himmelblau.f, []float64{0, 0}, COBYLA{MaxIter: 1}, nil, status.EvaluationLimit, 3, 1},
		{"2 evaluations", himmelblau.f, []float64{0, 0}, COBYLA{MaxIter: 2}, []Constraint{sum(1, 1)}, status.EvaluationLimit, 3, 2},
		{"20 evaluations", himmelblau.f, []float64{0, 0}, COBYLA{MaxIter: 20}, nil, status.EvaluationLimit, 3, 20},
		{"infeasible", himmelblau.f, []float64{0, 0}, COBYLA{}, []Constraint{sum(1, 1), sum(3, 3)}, status.Infeasible, 4, 0},
		{"infeasible by far", himmelblau.f, []float64{0, 0}, COBYLA{}, []Constraint{sum(1, 1), sum(1e6, inf)}, status.Infeasible, 4, 0},
		{"nan constraint", himmelblau.f, []float64{0, 0}, COBYLA{}, []Constraint{{Func: func(x, c []float64) { c[0] = nan }, Lower: []float64{0}, Upper: []float64{inf}}}, status.NonFinite, -1, 0},
		{"no bounds at all", himmelblau.f, []float64{0, 0}, COBYLA{}, []Constraint{sum(-inf, inf)}, status.Converged, 0, 0},
		{"equation twice", himmelblau.f, []float64{0, 0}, COBYLA{}, []Constraint{sum(1, 1), sum(1, 1)}, status.Converged, 0, 0},
		{"constraint that does not depend on x", himmelblau.f, []float64{0, 0}, COBYLA{}, []Constraint{{Func: func(x, c []float64) { c[0] = 1 }, Lower: []float64{0}, Upper: []float64{2}}}, status.Converged, 0, 0},
		{"far start", himmelblau.f, []float64{1e3, -1e3}, COBYLA{}, []Constraint{sum(1, 1)}, status.Converged, 0, 0},
	} {
		r, err := Minimize(context.Background(), Problem{Func: c.f}, c.x0, Options{Method: c.m, Constraints: c.cons})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != c.reason || r.SciPyStatus != c.status || r.Success != (c.reason == status.Converged) || c.nfev > 0 && r.NFev > c.nfev {
			t.Errorf("%s: %v, status %d, %s, %d evaluations; want %v, %d, at most %d", c.name, r.Status, r.SciPyStatus,
				r.Message, r.NFev, c.reason, c.status, c.nfev)
		}
		if f := c.f(r.X); f != r.Fun && !(math.IsNaN(f) && !r.Success) {
			t.Errorf("%s: value %g reported, it is %g", c.name, r.Fun, f)
		}
	}
	// The least possible violation of two parallel equations is half of their distance.
	r, err := Minimize(context.Background(), Problem{Func: himmelblau.f}, []float64{0, 0},
		Options{Method: COBYLA{}, Constraints: []Constraint{sum(1, 1), sum(3, 3)}})
	if err != nil || math.Abs(r.MaxCV-1) > 1e-9 || math.Abs(r.X[0]+r.X[1]-2) > 1e-9 {
		t.Errorf("infeasible: violation %g at %v, %v", r.MaxCV, r.X, err)
	}
}

func TestCOBYLAAccuracy(t *testing.T) {
	for _, tol := range []float64{1e-2, 1e-4, 1e-6, 1e-8} {
		r, err := Minimize(context.Background(), Problem{Func: himmelblau.f}, []float64{0, 0}, Options{Method: COBYLA{}, Tol: tol})
		if err != nil || !r.Success || math.Hypot(r.X[0]-3, r.X[1]-2) > 2*tol {
			t.Errorf("Tol %g: %v at %v, %v", tol, r.Status, r.X, err)
		}
	}
	// Constraints are evaluated no more often than the objective, but for the last check.
	n := 0
	c := Constraint{Func: func(x, c []float64) { n++; c[0] = x[0]*x[0] + x[1]*x[1] }, Lower: []float64{0}, Upper: []float64{1}}
	r, err := Minimize(context.Background(), Problem{Func: himmelblau.f}, []float64{0, 0},
		Options{Method: COBYLA{}, Constraints: []Constraint{c}})
	if err != nil || !r.Success || n > r.NFev+1 {
		t.Errorf("%v: %d evaluations of the constraint, %d of the objective, %v", r.Status, n, r.NFev, err)
	}
}

func TestCOBYLAEndedFromOutside(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	p := cobylaProblems[len(cobylaProblems)-4] // disk
	r, err := Minimize(ctx, Problem{Func: func(x []float64) float64 {
		if n++; n == 50 {
			cancel()
		}
		return p.f(x)
	}}, p.x0, p.options(COBYLA{}))
	if !errors.Is(err, context.Canceled) || r.Status != status.Cancelled || n != 50 || p.f(r.X) != r.Fun || r.Fun > 4 || r.MaxCV > 1e-6 {
		t.Errorf("cancelled: %v, %v after %d evaluations, value %g, violation %g", err, r.Status, n, r.Fun, r.MaxCV)
	}
	r, err = Minimize(context.Background(), Problem{Func: rosenF}, []float64{-1.2, 1},
		Options{Method: COBYLA{}, Callback: func(r Result) error {
			if r.NIter == 7 {
				return ErrStop
			}
			return nil
		}})
	if err != nil || r.Status != status.Stopped || r.NIter != 7 {
		t.Errorf("stopped: %v, %v after %d iterations", err, r.Status, r.NIter)
	}
}

func TestCOBYLAOptions(t *testing.T) {
	m, err := MethodByName("cobyla", map[string]any{"rhobeg": 0.5, "tol": 1e-6, "maxiter": 77, "catol": 0, "f_target": 0})
	if err != nil {
		t.Fatal(err)
	}
	got := m.(COBYLA)
	if got.RhoBeg != 0.5 || got.Tol != 1e-6 || got.MaxIter != 77 || got.CAtol != -1 || got.FTarget == nil || *got.FTarget != 0 {
		t.Errorf("options are %+v", got)
	}
	if m, err = MethodByName("cobyla", map[string]any{"f_target": nil}); err != nil || m.(COBYLA).FTarget != nil {
		t.Errorf("f_target nil: %+v, %v", m, err)
	}
	if _, err = MethodByName("cobyla", map[string]any{"f_target": "low"}); err == nil {
		t.Error("f_target of a string: no error")
	}
	if _, err := MethodByName("cobyla", map[string]any{"rho": 1}); err == nil || !strings.Contains(err.Error(), `did you mean "rhobeg"`) {
		t.Errorf("rho: error %v", err)
	}
	for _, v := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := Minimize(context.Background(), Problem{Func: rosenF}, []float64{1, 2}, Options{Method: COBYLA{RhoBeg: v}}); err == nil {
			t.Errorf("RhoBeg %g: no error", v)
		}
	}
}
