package minimize

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// withCapability are the methods that can do something.
func withCapability(t *testing.T, what func(Capability) bool) []Method {
	var all []Method
	for _, m := range methods {
		if k, ok := m.(interface{ Capability() Capability }); ok && what(k.Capability()) {
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		t.Fatal("no method can")
	}
	return all
}

// TestBounds wants every method that takes bounds to evaluate within them alone, from a
// start outside, with active bounds, fixed variables and one-sided bounds.
func TestBounds(t *testing.T) {
	inf := math.Inf(1)
	for _, m := range withCapability(t, func(c Capability) bool { return c.Bounds }) {
		for name, b := range map[string]struct {
			Bounds
			x []float64
		}{
			"active":    {Bounds{[]float64{-2, -1, 2}, []float64{0.5, 5, 4}}, []float64{0.5, 2, 2}},
			"fixed":     {Bounds{[]float64{0.25, -5, -5}, []float64{0.25, 5, 5}}, []float64{0.25, 2, 1}},
			"one-sided": {Bounds{[]float64{-inf, 3, -inf}, []float64{0, inf, inf}}, []float64{0, 3, 1}},
			"none":      {Bounds{[]float64{-inf, -inf, -inf}, []float64{inf, inf, inf}}, []float64{1, 2, 1}},
			"all fixed": {Bounds{[]float64{1, 2, 3}, []float64{1, 2, 3}}, []float64{1, 2, 3}},
		} {
			t.Run(m.Name()+"/"+name, func(t *testing.T) {
				check := func(x []float64) {
					if v := boundViolation(x, b.Lower, b.Upper); v > 0 {
						t.Fatalf("evaluated at %v, outside by %g", x, v)
					}
				}
				p := Problem{
					Func: func(x []float64) float64 {
						check(x)
						return (x[0]-1)*(x[0]-1) + 2*(x[1]-2)*(x[1]-2) + 3*(x[2]-1)*(x[2]-1)
					},
					Grad: func(x, g []float64) { check(x); g[0], g[1], g[2] = 2*(x[0]-1), 4*(x[1]-2), 6*(x[2]-1) },
				}
				r, err := Minimize(context.Background(), p, []float64{9, -9, 9}, Options{Method: m, Bounds: &b.Bounds})
				if err != nil || !r.Success || r.MaxCV > 0 {
					t.Fatalf("%v, %s: %v, violated by %g; %v", r.Reason, r.Message, r.X, r.MaxCV, err)
				}
				for i, v := range b.x {
					if math.Abs(r.X[i]-v) > 2e-3 {
						t.Errorf("%v, want %v", r.X, b.x)
						break
					}
				}
			})
		}
	}
}

// TestInfeasible wants no success where no point satisfies the constraints, and the
// violation told.
func TestInfeasible(t *testing.T) {
	inf := math.Inf(1)
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		for name, c := range map[string][]Constraint{
			"nonlinear": {{Func: func(x, c []float64) { c[0] = dot(x, x) }, Lower: []float64{-inf}, Upper: []float64{-1}}},
			"linear":    {{A: mat.NewDense(2, 2, []float64{1, 1, 1, 1}), Lower: []float64{2, -inf}, Upper: []float64{inf, 1}}},
			"equations": {{A: mat.NewDense(2, 2, []float64{1, 1, 1, 1}), Lower: []float64{0, 1}, Upper: []float64{0, 1}}},
		} {
			t.Run(m.Name()+"/"+name, func(t *testing.T) {
				r, err := Minimize(context.Background(), quadratic, []float64{3, -4}, Options{Method: m, Constraints: c})
				if err != nil || r.Success || !(r.MaxCV > 0.4) {
					t.Errorf("%v (%s), violated by %g; %v", r.Reason, r.Message, r.MaxCV, err)
				}
				switch r.Reason {
				case Infeasible, IterationLimit, EvaluationLimit, LineSearchFailed, Failed:
				default:
					t.Errorf("the reason is %v", r.Reason)
				}
			})
		}
		t.Run(m.Name()+"/abort", func(t *testing.T) {
			odd := errors.New("odd")
			c := []Constraint{{Func: func(x, c []float64) { panic(odd) }, Lower: []float64{0}, Upper: []float64{1}}}
			if r, err := Minimize(context.Background(), quadratic, []float64{3, -4}, Options{Method: m, Constraints: c}); !errors.Is(err, odd) || !strings.Contains(err.Error(), "panic in a function") || r.Success {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}
