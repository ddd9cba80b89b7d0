package minimize

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// withCapability are the methods that can do something.
func withCapability(t *testing.T, what func(Capability) bool) []Method {
	var all []Method
	for _, m := range methods.All {
		if what(m.Capability()) {
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		t.Fatal("no method can")
	}
	return all
}

// TestBounds checks that every method that takes bounds evaluates only within them, from a
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
					if v := search.BoundViolation(x, b.Lower, b.Upper); v > 0 {
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
					t.Fatalf("%v, %s: %v, violated by %g; %v", r.Status, r.Message, r.X, r.MaxCV, err)
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

// TestInfeasible checks that success is not reported where no point satisfies the constraints, and the
// violation reported.
func TestInfeasible(t *testing.T) {
	inf := math.Inf(1)
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		for name, c := range map[string][]Constraint{
			"nonlinear": {{Func: func(x, c []float64) { c[0] = vec.Dot(x, x) }, Lower: []float64{-inf}, Upper: []float64{-1}}},
			"linear":    {{A: mat.NewDense(2, 2, []float64{1, 1, 1, 1}), Lower: []float64{2, -inf}, Upper: []float64{inf, 1}}},
			"equations": {{A: mat.NewDense(2, 2, []float64{1, 1, 1, 1}), Lower: []float64{0, 1}, Upper: []float64{0, 1}}},
		} {
			t.Run(m.Name()+"/"+name, func(t *testing.T) {
				r, err := Minimize(context.Background(), quadratic, []float64{3, -4}, Options{Method: m, Constraints: c})
				if err != nil || r.Success || !(r.MaxCV > 0.4) {
					t.Errorf("%v (%s), violated by %g; %v", r.Status, r.Message, r.MaxCV, err)
				}
				switch r.Status {
				case status.Infeasible, status.IterationLimit, status.EvaluationLimit, status.LineSearchFailed, status.Failed:
				default:
					t.Errorf("the reason is %v", r.Status)
				}
			})
		}
		t.Run(m.Name()+"/abort", func(t *testing.T) {
			odd := errors.New("odd")
			c := []Constraint{{Func: func(x, c []float64) { panic(odd) }, Lower: []float64{0}, Upper: []float64{1}}}
			if r, err := Minimize(context.Background(), quadratic, []float64{3, -4},
				Options{Method: m, Constraints: c}); !errors.Is(err, odd) || !strings.Contains(err.Error(), "panic in a function") || r.Success {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// TestBestConstrained aborts methods that take constraints at every evaluation: the answer is
// the best of the points where objective and constraint are known.
func TestBestConstrained(t *testing.T) {
	odd := errors.New("odd")
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		for limit := 2; limit < 60; limit += 3 {
			calls := 0
			type seen struct{ f, c *float64 }
			at := map[[2]float64]seen{}
			count := func() {
				if calls++; calls > limit {
					Abort(odd)
				}
			}
			p := Problem{Func: func(x []float64) float64 {
				count()
				f := x[0]*x[0] + 2*x[1]*x[1]
				k := [2]float64(x)
				at[k] = seen{&f, at[k].c}
				return f
			}, Grad: func(x, g []float64) { g[0], g[1] = 2*x[0], 4*x[1] }}
			con := Constraint{Func: func(x, c []float64) {
				count()
				c[0] = math.Abs(x[0]-1) + math.Abs(x[1]-1)
				k, v := [2]float64(x), c[0]
				at[k] = seen{at[k].f, &v}
			}, Jac: func(x []float64, j *mat.Dense) {
				j.Set(0, 0, math.Copysign(1, x[0]-1))
				j.Set(0, 1, math.Copysign(1, x[1]-1))
			}, Lower: []float64{math.Inf(-1)}, Upper: []float64{0.5}}
			r, err := Minimize(context.Background(), p, []float64{3, -1}, Options{Method: m, Constraints: []Constraint{con}})
			if err == nil {
				break
			}
			bestF, bestCV := math.Inf(1), math.Inf(1)
			for _, s := range at {
				if s.f != nil && s.c != nil {
					if cv := max(*s.c-0.5-1e-6, 0); cv < bestCV || cv == bestCV && *s.f < bestF {
						bestF, bestCV = *s.f, cv
					}
				}
			}
			if math.IsInf(bestF, 1) {
				continue // nothing was known
			}
			if !errors.Is(err, odd) || r.Fun != bestF || max(r.MaxCV-1e-6, 0) > bestCV+1e-15 {
				t.Errorf("%s, %d evaluations: value %g, violation %g; seen %g, %g (%v)", m.Name(), limit, r.Fun, r.MaxCV, bestF, bestCV, err)
			}
		}
	}
}
