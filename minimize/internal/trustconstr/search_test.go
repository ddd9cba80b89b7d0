package trustconstr_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/status"
)

func trustConstr(t *testing.T, p minimize.Problem, x0 []float64, opt minimize.Options) minimize.Result {
	t.Helper()
	if opt.Method == nil {
		opt.Method = minimize.TrustConstr{}
	}
	r, err := minimize.Minimize(context.Background(), p, x0, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTrustConstrAgainstSciPy compares with SciPy: success and a minimum to six digits
// wherever SciPy gets one to four, with fewer evaluations in the geometric mean, none of
// them out of bounds.
func TestTrustConstrAgainstSciPy(t *testing.T) {
	problems := map[string]*testproblems.Problem{}
	for _, p := range testproblems.All() {
		problems[p.Name] = p
	}
	problems["HS2"].Min = append(problems["HS2"].Min, 4.9412293178) // L-BFGS-B's, where the paper has five digits
	for _, mode := range []string{"exact", "bfgs", "sr1", "differences"} {
		logF, logG, count := 0.0, 0.0, 0
		for _, row := range trustConstrCounts {
			p := problems[row.name]
			want := map[string]counts{"exact": row.exact, "bfgs": row.bfgs, "sr1": row.sr1, "differences": {row.differences, 1}}[mode]
			t.Run(mode+"/"+p.Name, func(t *testing.T) {
				q, opt := p.Minimize()
				method := minimize.TrustConstr{}
				if mode != "exact" {
					q.Hess = nil
					for i := range opt.Constraints {
						opt.Constraints[i].Hess = nil
						if mode == "differences" {
							opt.Constraints[i].Jac = nil
						}
					}
				}
				switch mode {
				case "sr1":
					method.HessianUpdate = "SR1"
				case "differences":
					q.Grad = nil
				}
				opt.Method, opt.NoVerification = method, true
				calls := 0
				f := q.Func
				q.Func = func(x []float64) float64 {
					calls++
					for i := range p.Lower {
						if x[i] < p.Lower[i] || x[i] > p.Upper[i] {
							t.Fatalf("evaluated at %v, out of bounds", x)
						}
					}
					return f(x)
				}
				r := trustConstr(t, q, p.X0, opt)
				if calls != r.NFev {
					t.Errorf("%d evaluations reported, %d made", r.NFev, calls)
				}
				near := math.Inf(1)
				for _, v := range p.Min {
					near = min(near, math.Abs(r.Fun-v)/(1+math.Abs(v)))
				}
				if r.Success && near > 1e-4 {
					t.Errorf("success at %g, minima are %v", r.Fun, p.Min)
				}
				if want[0] == 0 {
					return
				}
				enough := 1e-6
				if mode == "differences" {
					enough = 1e-5 // Watson's problem is conditioned so badly
				}
				if !r.Success || near > enough {
					t.Errorf("%v, %s: value %g, minima are %v", r.Status, r.Message, r.Fun, p.Min)
				}
				logF += math.Log(float64(r.NFev) / float64(want[0]))
				logG += math.Log(float64(r.NJev) / float64(want[1]))
				count++
			})
		}
		f, g := math.Exp(logF/float64(count)), math.Exp(logG/float64(count))
		if mode == "differences" {
			g = 0
		}
		t.Logf("%s: %.3f times SciPy's functions, %.3f times its gradients, on %d problems", mode, f, g, count)
		if count < 85 || f > 0.95 || g > 0.95 {
			t.Errorf("%s: %.3f times SciPy's functions, %.3f times its gradients, on %d problems", mode, f, g, count)
		}
	}
}

// TestTrustConstrOptimality computes again what the result reports of optimality.
func TestTrustConstrOptimality(t *testing.T) {
	for _, p := range append(testproblems.Bounded(), testproblems.Constrained()...) {
		for _, exact := range []bool{true, false} {
			q, opt := p.Minimize()
			if !exact {
				q.Hess = nil
				for i := range opt.Constraints {
					opt.Constraints[i].Hess = nil
				}
			}
			t.Run(p.Name, func(t *testing.T) {
				r := trustConstr(t, q, p.X0, opt)
				if !r.Success || r.SciPyStatus != 1 {
					t.Fatalf("%v, status %d", r.Status, r.SciPyStatus)
				}
				n, m := len(r.X), len(p.CLower)
				lag := make([]float64, n)
				p.Gradient(r.X, lag)
				size := 1.0
				for _, v := range lag {
					size = max(size, math.Abs(v))
				}
				if len(r.Multipliers) != m || p.Lower != nil && len(r.BoundMultipliers) != n {
					t.Fatalf("%d and %d multipliers", len(r.Multipliers), len(r.BoundMultipliers))
				}
				// Right signs, and nothing without contact: λ > 0 pushes off Lower.
				contact := func(what string, i int, lambda, v, lower, upper float64) {
					if lower == upper {
						return
					}
					if d := v - lower; lambda > 1e-6 && !(lambda*d < 1e-7*size) {
						t.Errorf("%s %d: multiplier %g at %g, Lower is %g", what, i, lambda, v, lower)
					}
					if d := upper - v; lambda < -1e-6 && !(-lambda*d < 1e-7*size) {
						t.Errorf("%s %d: multiplier %g at %g, Upper is %g", what, i, lambda, v, upper)
					}
				}
				violation := 0.0
				if m > 0 {
					c, j := make([]float64, m), mat.NewDense(m, n, nil)
					p.Constraints(r.X, c)
					p.Jacobian(r.X, j)
					for k, lambda := range r.Multipliers {
						for i := range lag {
							lag[i] -= lambda * j.At(k, i)
						}
						contact("constraint", k, lambda, c[k], p.CLower[k], p.CUpper[k])
						violation = max(violation, p.CLower[k]-c[k], c[k]-p.CUpper[k])
					}
				}
				for i, lambda := range r.BoundMultipliers {
					lag[i] -= lambda
					contact("variable", i, lambda, r.X[i], p.Lower[i], p.Upper[i])
				}
				optimality := 0.0
				for _, v := range lag {
					optimality = max(optimality, math.Abs(v))
				}
				if optimality > 2e-8*size || math.Abs(optimality-r.Optimality) > 1e-12*size {
					t.Errorf("the gradient of the Lagrangian is %g, reported is %g", optimality, r.Optimality)
				}
				if violation > 1e-8*(1+size) || math.Abs(violation-r.MaxCV) > 1e-12*size {
					t.Errorf("violation %g, reported is %g", violation, r.MaxCV)
				}
				if inequalities := p.Lower != nil || slices.Contains(p.CUpper, math.Inf(1)); inequalities &&
					p.Name != "rosen2-fixed" && !(r.Barrier > 0 && r.Barrier < 1e-8) || !inequalities && r.Barrier != 0 {
					t.Errorf("barrier parameter %g", r.Barrier)
				}
			})
		}
	}
}

var (
	trustRosen  = minimize.Problem{Func: trustRosenF, Grad: trustRosenG}
	trustInf    = math.Inf(1)
	trustStart  = []float64{-1.2, 1}
	trustBounds = &minimize.Bounds{Lower: []float64{-2, -2}, Upper: []float64{0.5, 2}}
)

func trustRosenF(x []float64) float64 {
	a, b := x[1]-x[0]*x[0], 1-x[0]
	return 100*a*a + b*b
}

func trustRosenG(x, g []float64) {
	a := x[1] - x[0]*x[0]
	g[0], g[1] = -400*x[0]*a-2*(1-x[0]), 200*a
}

// disk is lower ≤ |x|² ≤ upper.
func trustDisk(lower, upper float64) minimize.Constraint {
	return minimize.Constraint{
		Func:  func(x, c []float64) { c[0] = x[0]*x[0] + x[1]*x[1] },
		Jac:   func(x []float64, j *mat.Dense) { j.Set(0, 0, 2*x[0]); j.Set(0, 1, 2*x[1]) },
		Lower: []float64{lower}, Upper: []float64{upper},
	}
}

// trustRows is lower ≤ A x ≤ upper.
func trustRows(lower, upper []float64, a ...float64) minimize.Constraint {
	return minimize.Constraint{A: mat.NewDense(len(lower), len(a)/len(lower), a), Lower: lower, Upper: upper}
}

// TestTrustConstrStatuses ends searches in every way.
func TestTrustConstrStatuses(t *testing.T) {
	both := func(v ...float64) ([]float64, []float64) { return v, v }
	equal := func(a []float64, v ...float64) minimize.Constraint {
		lower, upper := both(v...)
		return trustRows(lower, upper, a...)
	}
	linear := minimize.Problem{Func: func(x []float64) float64 { return -x[0] }, Grad: func(x, g []float64) { g[0] = -1 }}
	hs13 := minimize.Constraint{
		Func:  func(x, c []float64) { u := 1 - x[0]; c[0] = u*u*u - x[1] },
		Lower: []float64{0}, Upper: []float64{trustInf},
	}
	positive := &minimize.Bounds{Lower: []float64{0, 0}, Upper: []float64{trustInf, trustInf}}
	for _, c := range []struct {
		name    string
		p       minimize.Problem
		x0      []float64
		opt     minimize.Options
		reason  status.Code
		status  int
		message string
		x       []float64 // where it ends, if that is known
		within  float64
	}{
		{"gtol", trustRosen, trustStart, minimize.Options{}, status.Converged, 1, "`gtol` termination condition is satisfied.", []float64{1, 1}, 1e-7},
		{"at the minimum", trustRosen, []float64{1, 1}, minimize.Options{}, status.Converged, 1, "`gtol`", []float64{1, 1}, 0},
		{"maxiter", trustRosen, trustStart, minimize.Options{Method: minimize.TrustConstr{MaxIter: 3}}, status.IterationLimit, 0, "The maximum number of iterations is exceeded.", nil, 0},
		{"no iterations", trustRosen, trustStart, minimize.Options{Method: minimize.TrustConstr{MaxIter: -1}}, status.IterationLimit, 0, "The maximum", trustStart, 0},
		{"xtol", trustRosen, trustStart, minimize.Options{Method: minimize.TrustConstr{XTol: 0.6}}, status.Converged, 2, "`xtol` termination condition is satisfied.", nil, 0},

		{"contradiction", trustRosen, trustStart, minimize.Options{Constraints: []minimize.Constraint{equal([]float64{1, 1, 1, 1}, 1, 2)}}, status.Infeasible, 4, "Constraint violation exceeds 'gtol'", nil, 0},
		{"contradicting inequalities", trustRosen, trustStart, minimize.Options{Constraints: []minimize.Constraint{trustRows([]float64{-trustInf, 2}, []float64{1, trustInf}, 1, 1, 1, 1)}}, status.Infeasible, 4, "Constraint", nil, 0},
		{"bounds against an equation", trustRosen, trustStart, minimize.Options{Bounds: &minimize.Bounds{Lower: []float64{-2, -2}, Upper: []float64{0, 0}}, Constraints: []minimize.Constraint{equal([]float64{1, 1}, 1)}}, status.Infeasible, 4, "Constraint", nil, 0},
		{"no such circle", trustRosen, trustStart, minimize.Options{Constraints: []minimize.Constraint{trustDisk(-1, -1)}}, status.Infeasible, 4, "Constraint", nil, 0},
		{"no such disk", trustRosen, trustStart, minimize.Options{Constraints: []minimize.Constraint{trustDisk(-2, -1)}}, status.Infeasible, 4, "no point nearby violates them less", []float64{0, 0}, 1e-3},
		{"all fixed, violated", trustRosen, trustStart, minimize.Options{Bounds: &minimize.Bounds{Lower: trustStart, Upper: trustStart}, Constraints: []minimize.Constraint{trustDisk(1, 1)}}, status.Infeasible, 4, "Constraint", trustStart, 0},
		{"all fixed", trustRosen, trustStart, minimize.Options{Bounds: &minimize.Bounds{Lower: trustStart, Upper: trustStart}}, status.Converged, 1, "`gtol`", trustStart, 0},

		{"redundant equations", trustRosen, trustStart, minimize.Options{Constraints: []minimize.Constraint{equal([]float64{1, 1, 2, 2}, 1, 2)}}, status.Converged, 1, "`gtol`", []float64{0.61879562, 0.38120438}, 1e-8},
		{"more equations than variables", trustRosen, trustStart, minimize.Options{Constraints: []minimize.Constraint{equal([]float64{1, 0, 0, 1, 2, 1}, 0.5, 0, 1)}}, status.Converged, 1, "`gtol`", []float64{0.5, 0}, 1e-12},
		{"redundant inequalities", trustRosen, trustStart, minimize.Options{Constraints: []minimize.Constraint{trustRows([]float64{3, 6, 3}, []float64{trustInf, trustInf, trustInf}, 1, 1, 2, 2, 1, 1)}}, status.Converged, 1, "`gtol`", []float64{1.30248, 1.69752}, 1e-4},
		{"HS13, no multipliers", minimize.Problem{Func: func(x []float64) float64 { return (x[0]-2)*(x[0]-2) + x[1]*x[1] }}, []float64{-2, -2}, minimize.Options{Bounds: positive, Constraints: []minimize.Constraint{hs13}}, status.Converged, 2, "`xtol`", []float64{1, 0}, 1e-6},
		{"bad scale", minimize.Problem{Func: func(x []float64) float64 { return 1e8*x[0]*x[0] + x[1]*x[1] }, Grad: func(x, g []float64) { g[0], g[1] = 2e8*x[0], 2*x[1] }}, []float64{1, 1}, minimize.Options{Constraints: []minimize.Constraint{equal([]float64{1e6, 1e6}, 1e6)}}, status.Converged, 1, "`gtol`", []float64{1e-8, 1 - 1e-8}, 1e-13},

		{"unbounded, linear", linear, []float64{1}, minimize.Options{}, status.Unbounded, -1, "no lower bound", nil, 0},
		{"unbounded, with a bound", linear, []float64{1}, minimize.Options{Bounds: &minimize.Bounds{Lower: []float64{0}, Upper: []float64{trustInf}}}, status.Unbounded, -1, "no lower bound", nil, 0},
		{"unbounded, concave", minimize.Problem{Func: func(x []float64) float64 { return -x[0] * x[0] }, Grad: func(x, g []float64) { g[0] = -2 * x[0] }}, []float64{1}, minimize.Options{}, status.Unbounded, -1, "no lower bound", nil, 0},
		{"NaN at x0", minimize.Problem{Func: func(x []float64) float64 { return math.NaN() }}, []float64{1}, minimize.Options{}, status.NonFinite, -1, "NaN", []float64{1}, 0},
		{"NaN of a constraint", trustRosen, trustStart, minimize.Options{Constraints: []minimize.Constraint{{Func: func(x, c []float64) { c[0] = math.Sqrt(x[0]) }, Lower: []float64{0}, Upper: []float64{2}}}}, status.NonFinite, -1, "NaN", trustStart, 0},
		{"infinite Hessian", minimize.Problem{Func: trustRosenF, Grad: trustRosenG, Hess: func(x []float64, h *mat.SymDense) { h.SetSym(0, 0, trustInf) }}, trustStart, minimize.Options{}, status.NonFinite, -1, "NaN", trustStart, 0},
		{"a domain", minimize.Problem{Func: func(x []float64) float64 { return x[0] - math.Log(x[0]) }, Grad: func(x, g []float64) { g[0] = 1 - 1/x[0] }}, []float64{100}, minimize.Options{}, status.Converged, 1, "`gtol`", []float64{1}, 1e-8},
		{"a gradient with a hole", minimize.Problem{Func: func(x []float64) float64 { return x[0] * x[0] }, Grad: func(x, g []float64) {
			if g[0] = 2 * x[0]; x[0] < 0 {
				g[0] = math.NaN()
			}
		}}, []float64{3}, minimize.Options{}, status.Converged, 1, "`gtol`", []float64{0}, 1e-8},
		{"a gradient of the wrong sign", minimize.Problem{Func: trustRosenF, Grad: func(x, g []float64) { trustRosenG(x, g); g[0], g[1] = -g[0], -g[1] }}, trustStart, minimize.Options{NoVerification: true}, status.Failed, 2, "Derivatives may be wrong", trustStart, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := trustConstr(t, c.p, c.x0, c.opt)
			if r.Status != c.reason || r.SciPyStatus != c.status || !strings.Contains(r.Message, c.message) ||
				r.Success != (c.reason == status.Converged) {
				t.Errorf("%v, status %d, success %v: %s", r.Status, r.SciPyStatus, r.Success, r.Message)
			}
			for i, v := range c.x {
				if math.Abs(r.X[i]-v) > c.within {
					t.Errorf("ended at %.10g, want %v", r.X, c.x)
				}
			}
			if c.reason == status.Infeasible && !(r.MaxCV > 0.1) {
				t.Errorf("violation %g", r.MaxCV)
			}
		})
	}
}

func TestTrustConstrCallback(t *testing.T) {
	var seen []minimize.Result
	r := trustConstr(t, trustRosen, trustStart, minimize.Options{Bounds: trustBounds, Callback: func(r minimize.Result) error {
		if seen = append(seen, r); r.NIter == 5 {
			return minimize.ErrStop
		}
		return nil
	}})
	if r.Status != status.Stopped || r.SciPyStatus != 3 || r.Message != "`callback` raised `StopIteration`." ||
		r.Success || r.NIter != 5 || len(seen) != 5 {
		t.Errorf("%v, status %d after %d iterations: %s", r.Status, r.SciPyStatus, r.NIter, r.Message)
	}
	if r.TrustRadius == 0 || r.Barrier == 0 || r.Fun != trustRosenF(r.X) {
		t.Errorf("%+v", r)
	}
	odd := errors.New("odd")
	if _, err := minimize.Minimize(context.Background(), trustRosen, trustStart,
		minimize.Options{Method: minimize.TrustConstr{}, Callback: func(minimize.Result) error { return odd }}); !errors.Is(err, odd) {
		t.Errorf("error %v", err)
	}
}
