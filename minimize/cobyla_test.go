package minimize

import (
	"context"
	"math"
	"testing"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// TestCOBYLA solves small problems with all kinds of constraints, without a derivative
// and never outside of the bounds. The number of evaluations is compared with SciPy's in
// package parity.
func TestCOBYLA(t *testing.T) {
	inf := math.Inf(1)
	type vector = []float64
	for _, c := range []struct {
		name         string
		x0           vector
		f            func(x vector) float64
		bounds       *Bounds
		cons         func(x, c vector)
		lower, upper vector
		x            vector // the solution
	}{
		// Problems A to E of Powell's paper of 1994, section 4, where they have short names.
		{"A", vector{1, 1}, func(x vector) float64 { return 10*(x[0]+1)*(x[0]+1) + x[1]*x[1] }, nil, nil, nil, nil, vector{-1, 0}},
		{"B", vector{1, 1}, func(x vector) float64 { return x[0] * x[1] }, nil, func(x, c vector) { c[0] = 1 - vec.Dot(x, x) }, vector{0}, vector{inf}, nil},
		{"C", vector{1, 1, 1}, func(x vector) float64 { return x[0] * x[1] * x[2] }, nil,
			func(x, c vector) { c[0] = 1 - x[0]*x[0] - 2*x[1]*x[1] - 3*x[2]*x[2] }, vector{0}, vector{inf}, nil},
		{"equation", vector{0, 0}, func(x vector) float64 { return vec.Dot(x, x) }, nil, func(x, c vector) { c[0] = x[0] + x[1] }, vector{2}, vector{2}, vector{1, 1}},
		{"two sides", vector{3, 3}, func(x vector) float64 { return -x[0] - 2*x[1] }, &Bounds{Lower: vector{0, 0}, Upper: vector{5, 5}},
			func(x, c vector) { c[0] = x[0] + x[1] }, vector{1}, vector{4}, vector{0, 4}},
		{"bounds", vector{3, 3}, func(x vector) float64 { return (x[0]-7)*(x[0]-7) + (x[1]+1)*(x[1]+1) }, &Bounds{Lower: vector{0, 0.5}, Upper: vector{5, 4}}, nil, nil, nil, vector{5, 0.5}},
		{"fixed", vector{3, 3}, func(x vector) float64 { return (x[0] - 1) * (x[0] - 1) * x[1] }, &Bounds{Lower: vector{0, 2}, Upper: vector{5, 2}}, nil, nil, nil, vector{1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			p := Problem{Func: func(x vector) float64 {
				calls++
				if c.bounds != nil && search.BoundViolation(x, c.bounds.Lower, c.bounds.Upper) > 0 {
					t.Fatalf("evaluated at %v", x)
				}
				return c.f(x)
			}}
			opt := Options{Method: COBYLA{Tol: 1e-7, CAtol: 1e-6}, Bounds: c.bounds}
			if c.cons != nil {
				opt.Constraints = []Constraint{{Func: c.cons, Lower: c.lower, Upper: c.upper}}
			}
			r, err := Minimize(context.Background(), p, c.x0, opt)
			if err != nil || !r.Success || r.NFev != calls || r.MaxCV > 1e-6 {
				t.Fatalf("%+v, %v; %d calls", r, err, calls)
			}
			for i, v := range c.x {
				if math.Abs(r.X[i]-v) > 1e-4 {
					t.Errorf("%v, want %v", r.X, c.x)
				}
			}
			for name, want := range map[string]float64{"B": -0.5, "C": -math.Sqrt2 / 18} {
				if name == c.name && math.Abs(r.Fun-want) > 1e-5 {
					t.Errorf("value %v, want %v", r.Fun, want)
				}
			}
		})
	}
}

// TestCOBYLAReasons checks the reasons and SciPy's statuses.
func TestCOBYLAReasons(t *testing.T) {
	sphere := func(x []float64) float64 { return vec.Dot(x, x) }
	target := 0.5
	for _, c := range []struct {
		name   string
		m      COBYLA
		f      func(x []float64) float64
		cons   []Constraint
		reason status.Code
		status int
	}{
		{"radius", COBYLA{}, sphere, nil, status.Converged, 0},
		{"target", COBYLA{FTarget: &target}, sphere, nil, status.Converged, 1},
		{"evaluations", COBYLA{MaxIter: 7}, rosenF, nil, status.EvaluationLimit, 3},
		{"infeasible", COBYLA{}, sphere, []Constraint{{Func: func(x, c []float64) { c[0] = -vec.Dot(x, x) }, Lower: []float64{1}, Upper: []float64{2}}}, status.Infeasible, 4},
		{"unbounded", COBYLA{MaxIter: 100000}, func(x []float64) float64 { return -sphere(x) }, nil, status.Unbounded, -1},
	} {
		r, err := Minimize(context.Background(), Problem{Func: c.f}, []float64{3, 4}, Options{Method: c.m, Constraints: c.cons})
		if err != nil || r.Status != c.reason || r.SciPyStatus != c.status || r.Success != (c.reason == status.Converged) {
			t.Errorf("%s: %v, status %d (%s), %v", c.name, r.Status, r.SciPyStatus, r.Message, err)
		}
		if c.name == "infeasible" && !(r.MaxCV > 0.9) {
			t.Errorf("the violation is reported as %g", r.MaxCV)
		}
	}
	if _, err := Minimize(context.Background(), Problem{Func: sphere}, []float64{3, 4}, Options{Method: COBYLA{RhoBeg: -1}}); err == nil {
		t.Error("no error for a negative RhoBeg")
	}
}
