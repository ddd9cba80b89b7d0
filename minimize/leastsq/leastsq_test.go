package leastsq

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// lsqSolve solves a problem of lsqProblems' form.
func lsqSolve(t *testing.T, q lsqProblem, o Options) Result {
	t.Helper()
	r, err := Minimize(context.Background(), Problem{Residuals: q.f, M: q.m}, q.x0, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// All fields of a result belong to the last point.
func TestFieldsOfResultAgree(t *testing.T) {
	for _, m := range methods.All {
		for name, q := range lsqProblems {
			calls, iterations := 0, 0
			counted := lsqProblem{q.m, func(x, r []float64) { calls++; q.f(x, r) }, q.x0}
			r := lsqSolve(t, counted, Options{Method: m, Differences: finite.Differences{Scheme: "3-point"}, Callback: func(c Result) error {
				if iterations++; c.NIter != iterations || len(c.Fun) != q.m || c.Optimality != vec.Norm(c.Grad, 0) {
					t.Errorf("%s %s: iteration %d: %+v", m.Name(), name, iterations, c)
				}
				return nil
			}})
			what := fmt.Sprintf("%s %s", m.Name(), name)
			// At least: columns of parameters near 0 are found again by longer steps.
			if r.NFev+r.NFevDiff != calls || r.NFevDiff < r.NJev*2*len(q.x0) {
				t.Errorf("%s: %d + %d evaluations and %d Jacobians reported, %d evaluations made", what, r.NFev, r.NFevDiff, r.NJev, calls)
			}
			if r.NIter != iterations {
				t.Errorf("%s: %d iterations reported, %d callbacks", what, r.NIter, iterations)
			}
			fun := make([]float64, q.m)
			q.f(r.X, fun)
			if !slices.Equal(fun, r.Fun) || math.Abs(r.Cost-vec.Dot(fun, fun)/2) > 1e-15*r.Cost {
				t.Errorf("%s: cost %g and residuals %g, want those at X", what, r.Cost, r.Fun)
			}
			g := make([]float64, len(r.X))
			dense{r.Jac}.mulT(r.Fun, g)
			if !slices.Equal(g, r.Grad) || r.Optimality != vec.Norm(g, math.Inf(1)) {
				t.Errorf("%s: gradient %g and optimality %g, want %g", what, r.Grad, r.Optimality, g)
			}
			again := lsqSolve(t, q, Options{Method: m, Differences: finite.Differences{Scheme: "3-point"}})
			if !slices.Equal(r.X, again.X) || again.NFev != r.NFev {
				t.Errorf("%s: a second search ends at %g, the first at %g", what, again.X, r.X)
			}
		}
	}
}

// No evaluation is outside of the bounds, and none of TRF is on them; variables at a bound are in
// the mask.
func TestSearchStaysWithinBounds(t *testing.T) {
	for name, b := range bounded {
		q := lsqProblems[b.problem]
		if b.x0 != nil {
			q.x0 = b.x0
		}
		for _, m := range []Method{TRF{}, TRF{TRSolver: "lsmr"}, Dogbox{}, Dogbox{TRSolver: "lsmr"}} {
			for _, scheme := range []string{"2-point", "3-point"} {
				watched := lsqProblem{q.m, func(x, r []float64) {
					if search.BoundViolation(x, b.lower, b.upper) > 0 {
						t.Errorf("%s %#v: evaluation at %v", name, m, x)
					}
					q.f(x, r)
				}, q.x0}
				r := lsqSolve(t, watched, Options{Method: m, Bounds: &Bounds{b.lower, b.upper}, Differences: finite.Differences{Scheme: scheme}})
				if !r.Success {
					t.Errorf("%s %#v: %s", name, m, r.Message)
				}
				for i, x := range r.X {
					on := x == b.lower[i] || x == b.upper[i]
					if _, trf := m.(TRF); trf && on {
						t.Errorf("%s %#v: x[%d] = %g is at a bound", name, m, i, x)
					}
					if on && r.ActiveMask[i] == 0 {
						t.Errorf("%s %#v: x = %v has the mask %v", name, m, r.X, r.ActiveMask)
					}
					// The conditions of first order: a gradient only against bounds.
					if free := r.ActiveMask[i] == 0; free &&
						math.Abs(r.Grad[i])*min(1, x-b.lower[i], b.upper[i]-x) > 1e-3*(1+r.Cost) ||
						r.ActiveMask[i]*int(math.Copysign(1, r.Grad[i])) > 0 && math.Abs(r.Grad[i]) > 1e-3 {
						t.Errorf("%s %#v: gradient %v with the mask %v", name, m, r.Grad, r.ActiveMask)
					}
				}
			}
		}
	}
}

// Variables with equal bounds keep their value, and the others find the minimum.
func TestEqualBoundsFixVariables(t *testing.T) {
	for _, m := range []Method{TRF{}, TRF{TRSolver: "lsmr"}, Dogbox{}, Dogbox{TRSolver: "lsmr"}} {
		q := lsqProblem{2, lsqRosenbrock, []float64{-1.2, 1}}
		r := lsqSolve(t, q, Options{Method: m, Bounds: &Bounds{[]float64{-5, .25}, []float64{5, .25}}})
		// 10(¼ - x²) and 1 - x: the derivative 200x³ - 49x - 1 is zero at 0.50477…
		x := .5
		for range 50 {
			x -= (200*x*x*x - 49*x - 1) / (600*x*x - 49)
		}
		if r.X[1] != .25 || !r.Success || math.Abs(math.Abs(r.X[0])-math.Abs(x)) > 1e-6 && r.X[0] > 0 || r.ActiveMask[1] == 0 {
			t.Errorf("%#v: x = %v, mask %v, %s; want %g, 0.25", m, r.X, r.ActiveMask, r.Message, x)
		}
		r = lsqSolve(t, q, Options{Method: m, Bounds: &Bounds{[]float64{3, .25}, []float64{3, .25}}})
		if !r.Success || r.X[0] != 3 || r.X[1] != .25 || r.NFev != 1 {
			t.Errorf("%#v: x = %v after %d evaluations, %s; want 3, 0.25 at once", m, r.X, r.NFev, r.Message)
		}
	}
}

// Fewer residuals than variables, one of each, and a Jacobian without full rank.
func TestFewResidualsAndRankDeficiency(t *testing.T) {
	for name, q := range map[string]lsqProblem{
		"plane":     {1, func(x, r []float64) { r[0] = x[0] + 2*x[1] + 2*x[2] - 9 }, []float64{0, 0, 0}},
		"sphere":    {2, func(x, r []float64) { r[0], r[1] = vec.Dot(x, x)-4, x[0]-x[1] }, []float64{1, 2, 3}},
		"one":       {1, func(x, r []float64) { r[0] = x[0]*x[0] - 2 }, []float64{1}},
		"redundant": {3, func(x, r []float64) { r[0], r[1], r[2] = x[0]*x[1]-2, 2*x[0]*x[1]-4, x[0]*x[1]-2 }, []float64{1, 1}},
		"idle":      {2, func(x, r []float64) { r[0], r[1] = x[0]-1, 3*x[0]-3 }, []float64{7, 5}},
	} {
		for _, m := range []Method{TRF{}, TRF{TRSolver: "lsmr"}, Dogbox{}, Dogbox{TRSolver: "lsmr"}, LM{}} {
			if _, lm := m.(LM); lm && q.m < len(q.x0) {
				continue
			}
			for _, bounds := range []*Bounds{nil, {lsqFull(len(q.x0), -100), lsqFull(len(q.x0), 100)}} {
				if _, lm := m.(LM); lm && bounds != nil {
					continue
				}
				r := lsqSolve(t, q, Options{Method: m, Bounds: bounds})
				if !r.Success || r.Cost > 1e-12 {
					t.Errorf("%s %#v: cost %g at %v, %s", name, m, r.Cost, r.X, r.Message)
				}
			}
		}
	}
}

// Differences need as many evaluations as there are groups of variables, and a sparse Jacobian,
// given or not, leads to the same point as a dense one.
func TestSparseJacobian(t *testing.T) {
	const n = 60
	sparsity := make([][]int, n)
	for i := range sparsity {
		for j := max(0, i-1); j < min(n, i+2); j++ {
			sparsity[i] = append(sparsity[i], j)
		}
	}
	x0 := lsqFull(n, -1)
	given := func(x []float64, v [][]float64) {
		for i, columns := range sparsity {
			for k, j := range columns {
				v[i][k] = [3]float64{-1, 3 - 4*x[i], -2}[j-i+1]
			}
		}
	}
	for _, bounds := range []*Bounds{nil, {lsqFull(n, -2), lsqFull(n, -.5)}} {
		for _, loss := range []string{"linear", "soft_l1"} {
			var want Result
			for _, m := range []Method{TRF{}, TRF{TRSolver: "exact"}, Dogbox{}, Dogbox{TRSolver: "exact"}, LM{}} {
				if _, lm := m.(LM); lm && (bounds != nil || loss != "linear") {
					continue
				}
				for _, scheme := range []string{"2-point", "3-point", "given"} {
					p := Problem{Residuals: lsqTridiagonal, M: n, Sparsity: sparsity}
					o := Options{Method: m, Bounds: bounds, Loss: loss, FScale: 3}
					groups := map[string]int{"2-point": 3, "3-point": 6}[scheme]
					if scheme == "given" {
						p.JacSparse = given
					} else {
						o.Scheme = scheme
					}
					r, err := Minimize(context.Background(), p, x0, o)
					if err != nil {
						t.Fatal(err)
					}
					what := fmt.Sprintf("%#v %s %s, bounds %v", m, scheme, loss, bounds != nil)
					if !r.Success || r.NFevDiff != groups*r.NJev {
						t.Errorf("%s: %d evaluations for %d Jacobians, want %d for each; %s", what, r.NFevDiff, r.NJev, groups, r.Message)
					}
					if want.X == nil {
						want = r
					}
					if r.Cost > want.Cost*(1+1e-6)+1e-12 {
						t.Errorf("%s: cost %g, want %g", what, r.Cost, want.Cost)
					}
					if r.JacSparse == nil {
						continue
					}
					g := make([]float64, n)
					for i, v := range r.JacSparse {
						for k, j := range sparsity[i] {
							g[j] += v[k] * r.Fun[i]
						}
					}
					if loss == "linear" && !slices.Equal(g, r.Grad) {
						t.Errorf("%s: gradient %v, want %v", what, r.Grad, g)
					}
				}
			}
		}
	}
}

func TestSeveralWorkersGiveTheSameBits(t *testing.T) {
	q := lsqProblems["chebyquad"]
	for _, sparse := range []bool{false, true} {
		var want []float64
		for _, workers := range []int{0, 1, 4} {
			p := Problem{Residuals: q.f, M: q.m}
			if sparse {
				all := []int{0, 1, 2, 3, 4, 5, 6, 7}
				p.Sparsity = [][]int{all, all, all, all, all, all, all, all}
			}
			r, err := Minimize(context.Background(), p, q.x0,
				Options{Differences: finite.Differences{Workers: workers, RelStep: lsqRange(8, func(i float64) float64 { return 1e-7 / i })}})
			if err != nil || !r.Success {
				t.Fatalf("%v %v", err, r.Err())
			}
			if want == nil {
				want = r.X
			}
			if !slices.Equal(want, r.X) {
				t.Errorf("%d workers: %v, want %v", workers, r.X, want)
			}
		}
	}
}

func TestRelStepForEachVariable(t *testing.T) {
	var steps [2]float64
	p := Problem{M: 2, Residuals: func(x, r []float64) {
		for i, v := range []float64{4, .5} {
			if x[i] != v && x[1-i] == []float64{.5, 4}[i] && steps[i] == 0 {
				steps[i] = x[i] - v
			}
		}
		r[0], r[1] = x[0], x[1]
	}}
	if _, err := Minimize(context.Background(), p, []float64{4, .5},
		Options{Differences: finite.Differences{RelStep: []float64{0x1p-10, 0x1p-20}}}); err != nil {
		t.Fatal(err)
	}
	if want := [2]float64{0x1p-8, 0x1p-21}; steps != want {
		t.Errorf("steps %g, want %g", steps, want)
	}
}

// Values of losses in closed form, derivatives by differences, and a custom loss that equals a named
// one.
func TestLossesAndTheirDerivatives(t *testing.T) {
	for name, want := range map[string]func(z float64) float64{
		"huber":   func(z float64) float64 { return math.Min(z, 2*math.Sqrt(math.Max(z, 1))-1) },
		"soft_l1": func(z float64) float64 { return 2 * (math.Sqrt(1+z) - 1) },
		"cauchy":  func(z float64) float64 { return math.Log(1 + z) },
		"arctan":  math.Atan,
	} {
		f := losses[name]
		for _, z := range []float64{0, .01, .5, .99, 1.01, 3, 1e4} {
			const h = 1e-5
			v, d1, d2 := f(z)
			up, u1, _ := f(z + h*(1+z))
			down, l1, _ := f(z - h*(1+z))
			if z == 0 {
				down, l1 = v, d1 // on one side
				if math.Abs((up-down)/h-d1) > 1e-4 || math.Abs((u1-l1)/h-d2) > 1e-4 {
					t.Errorf("%s at 0: %g, %g, %g", name, v, d1, d2)
				}
				continue
			}
			if math.Abs(v-want(z)) > 1e-14*(1+v) || math.Abs((up-down)/(2*h*(1+z))-d1) > 1e-8*(1+d1) ||
				math.Abs((u1-l1)/(2*h*(1+z))-d2) > 1e-8*(1+math.Abs(d2)) {
				t.Errorf("%s at %g: %g, %g, %g, want %g", name, z, v, d1, d2, want(z))
			}
		}
		q := lsqProblems["bard"]
		a := lsqSolve(t, q, Options{Loss: name, FScale: .5})
		b := lsqSolve(t, q, Options{FScale: .5, LossFunc: func(z, rho, d1, d2 []float64) {
			for i, z := range z {
				rho[i], d1[i], d2[i] = f(z)
			}
		}})
		if !a.Success || !slices.Equal(a.X, b.X) || a.NFev != b.NFev {
			t.Errorf("%s: %v, as a function %v", name, a.X, b.X)
		}
		// Jᵀf of the scaled quantities is the gradient of the cost.
		for i := range a.X {
			const h = 1e-6
			var c [2]float64
			for k, s := range []float64{-h, h} {
				x, r := slices.Clone(a.X), make([]float64, q.m)
				x[i] += s
				q.f(x, r)
				for _, v := range r {
					c[k] += .25 * want(v*v/.25) / 2
				}
			}
			if d := (c[1] - c[0]) / (2 * h); math.Abs(d-a.Grad[i]) > 1e-7 {
				t.Errorf("%s: gradient %g, want %g", name, a.Grad[i], d)
			}
		}
	}
}

// With a robust loss a line goes through the points that are not outliers.
func TestRobustLossesIgnoreOutliers(t *testing.T) {
	line := lsqProblem{40, func(p, r []float64) {
		for i := range r {
			x := float64(i) / 10
			y := 2 + 3*x + .01*math.Sin(37*float64(i))
			if i%8 == 5 {
				y += 20
			}
			r[i] = p[0] + p[1]*x - y
		}
	}, []float64{0, 0}}
	for _, m := range []Method{TRF{}, Dogbox{}} {
		for loss, tol := range map[string]float64{"soft_l1": .05, "huber": .05, "cauchy": .01, "arctan": .01} {
			// arctan is not convex far away: from the solution of soft_l1.
			q := line
			if loss == "arctan" || loss == "cauchy" {
				q.x0 = lsqSolve(t, line, Options{Method: m, Loss: "soft_l1", FScale: .1}).X
			}
			if r := lsqSolve(t, q, Options{Method: m, Loss: loss, FScale: .1}); !r.Success || math.Abs(r.X[0]-2) > tol || math.Abs(r.X[1]-3) > tol {
				t.Errorf("%s %s: %v, want 2 and 3; %s", m.Name(), loss, r.X, r.Message)
			}
		}
		if r := lsqSolve(t, line, Options{Method: m}); math.Abs(r.X[0]-2) < 1 {
			t.Errorf("%s: the linear loss gives %v, want the outliers to count", m.Name(), r.X)
		}
	}
}

func TestStatusReportsWhySearchEnded(t *testing.T) {
	nan := math.NaN()
	var cancel context.CancelFunc
	stop := errors.New("enough")
	boom := errors.New("boom")
	rosen := lsqProblems["rosenbrock"].f
	for _, m := range methods.All {
		for _, c := range []struct {
			name    string
			f       func(x, r []float64)
			jac     func(x []float64, j *mat.Dense)
			o       Options
			reason  status.Code
			status  int
			err     error
			success bool
		}{
			{name: "converged", f: rosen, reason: status.Converged, status: 1, success: true},
			{name: "already there", f: func(x, r []float64) { r[0], r[1] = x[0]+1.2, x[1]-1 }, reason: status.Converged, status: 1, success: true},
			{name: "without gradient", f: func(x, r []float64) { r[0], r[1] = 1, 2 }, reason: status.Converged, status: 1, success: true},
			{name: "evaluations", f: rosen, o: Options{MaxNFev: 3}, reason: status.EvaluationLimit, status: 0},
			{name: "one evaluation", f: rosen, o: Options{MaxNFev: 1}, reason: status.EvaluationLimit, status: 0},
			{name: "NaN at the start", f: func(x, r []float64) { r[0], r[1] = nan, x[0] }, reason: status.NonFinite, status: -1},
			{name: "Inf at the start", f: func(x, r []float64) { r[0], r[1] = math.Inf(1), x[0] }, reason: status.NonFinite, status: -1},
			{name: "overflow of the cost", f: func(x, r []float64) { r[0], r[1] = 1e200*(x[0]-3), x[1] }, reason: status.NonFinite, status: -1},
			{name: "NaN in the Jacobian", f: rosen, jac: func(x []float64, j *mat.Dense) { j.Set(0, 0, nan) }, reason: status.NonFinite, status: -1},
			{name: "stopped", f: rosen, o: Options{Callback: func(Result) error { return minimize.ErrStop }}, reason: status.Stopped, status: -2},
			{name: "callback failed", f: rosen, o: Options{Callback: func(Result) error { return stop }}, reason: status.Failed, status: -1, err: stop},
			{name: "panic", f: func(x, r []float64) { panic(boom) }, reason: status.Failed, status: -1, err: boom},
			{name: "cancelled", f: func(x, r []float64) {
				if x[0] > -1 {
					cancel()
				}
				rosen(x, r)
			}, reason: status.Cancelled, status: -1, err: context.Canceled},
		} {
			var ctx context.Context
			ctx, cancel = context.WithCancel(context.Background())
			c.o.Method = m
			r, err := Minimize(ctx, Problem{Residuals: c.f, Jac: c.jac, M: 2}, []float64{-1.2, 1}, c.o)
			cancel()
			if (err != nil) != (c.err != nil) || !errors.Is(err, c.err) {
				t.Errorf("%s, %s: error %v, want %v", m.Name(), c.name, err, c.err)
			}
			if r.Status != c.reason || r.SciPyStatus != c.status || r.Success != c.success || (r.Err() == nil) != c.success || r.Message == "" {
				t.Errorf("%s, %s: %v, status %d, success %v: %s; want %v and %d", m.Name(), c.name, r.Status, r.SciPyStatus,
					r.Success, r.Message, c.reason, c.status)
			}
			if len(r.X) != 2 || c.reason != status.Cancelled && c.o.MaxNFev > 0 && r.NFev != c.o.MaxNFev {
				t.Errorf("%s, %s: x = %v after %d evaluations", m.Name(), c.name, r.X, r.NFev)
			}
		}
	}
}

// A step into a region without values is refused.
func TestSearchAvoidsNaN(t *testing.T) {
	f := func(x, r []float64) { r[0], r[1] = math.Log(x[0])-1, math.Sqrt(x[1]-1)-2 }
	for _, m := range append(slices.Clone(methods.All), TRF{TRSolver: "lsmr"}, Dogbox{TRSolver: "lsmr"}) {
		r := lsqSolve(t, lsqProblem{2, f, []float64{20, 60}}, Options{Method: m})
		if !r.Success || math.Abs(r.X[0]-math.E) > 1e-6 || math.Abs(r.X[1]-5) > 1e-6 {
			t.Errorf("%#v: %v, want e and 5; %s", m, r.X, r.Message)
		}
	}
}

// A negative tolerance turns a test off, so that each test can be the only one.
func TestNegativeTolerancesTurnTestsOff(t *testing.T) {
	q := lsqProblems["kowalik"]
	for _, m := range methods.All {
		for status, o := range map[int]Options{
			1: {FTol: -1, XTol: -1, GTol: 1e-6},
			2: {FTol: 1e-6, XTol: -1, GTol: -1},
			3: {FTol: -1, XTol: 1e-6, GTol: -1},
			4: {FTol: 1e-2, XTol: .1, GTol: -1},
		} {
			o.Method = m
			if r := lsqSolve(t, q, o); r.SciPyStatus != status || !r.Success || r.Message != messages[status] {
				t.Errorf("%s: status %d, %s; want %d", m.Name(), r.SciPyStatus, r.Message, status)
			}
		}
	}
}

func TestMethodByName(t *testing.T) {
	for _, name := range Methods() {
		if m, err := MethodByName(strings.ToUpper(name), nil); err != nil || m.Name() != name {
			t.Errorf("%s: %v, %v", name, m, err)
		}
	}
	m, err := MethodByName("trf", map[string]any{"tr_solver": "lsmr", "tr_options": LSMR{ATol: 1e-9}})
	if want := (TRF{TRSolver: "lsmr", LSMR: LSMR{ATol: 1e-9}}); err != nil || m != want {
		t.Errorf("%+v, %v, want %+v", m, err, want)
	}
	for _, c := range []struct {
		name, want string
		options    map[string]any
	}{
		{"dogbx", `leastsq: there is no least-squares method "dogbx" (did you mean "dogbox"?); the methods are trf, dogbox, lm`, nil},
		{"trf", `leastsq: method trf has no option "tr_solvr" (did you mean "tr_solver"?); its options are tr_solver, tr_options`, map[string]any{"tr_solvr": "exact"}},
	} {
		if _, err := MethodByName(c.name, c.options); err == nil || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// Derivatives that overflow when they are squared do not lead to a wrong success.
func TestHugeAndTinyDerivatives(t *testing.T) {
	for _, m := range append(slices.Clone(methods.All), TRF{TRSolver: "lsmr"}, Dogbox{TRSolver: "lsmr"}) {
		for _, k := range []float64{1e-200, 1e-160, 1e160} {
			for _, scale := range [][]float64{nil, {1 / k, 1}} {
				q := lsqProblem{2, func(x, r []float64) { r[0], r[1] = k*x[0]-1, x[1]-1 }, []float64{0, 5}}
				r := lsqSolve(t, q, Options{Method: m, XScale: scale})
				if k < 1 { // the gradient in the first variable, k, is below GTol
					if !r.Success || math.Abs(r.X[1]-1) > 1e-4 {
						t.Errorf("%#v, %g, %v: %v at %v", m, k, scale, r.Message, r.X)
					}
					continue
				}
				// Of two singular values so different Dogbox takes the lesser one for zero,
				// and has no step to lessen the rest.
				if m == (Dogbox{}) {
					continue
				}
				if r.Success && r.Cost > 1e-10 {
					t.Errorf("%#v, %g, %v: cost %g at %v: %s", m, k, scale, r.Cost, r.X, r.Message)
				}
			}
		}
	}
}

// With derivatives of the wrong sign no step is taken, and the search is not a success.
func TestWrongDerivativesAreNoSuccess(t *testing.T) {
	p := Problem{M: 2, Residuals: func(x, r []float64) { r[0], r[1] = x[0]-1, 3*(x[1]-x[0]*x[0]) }, Jac: func(x []float64, j *mat.Dense) {
		j.SetRow(0, []float64{-1, 0})
		j.SetRow(1, []float64{6 * x[0], -3})
	}}
	for _, m := range methods.All {
		r, err := Minimize(context.Background(), p, []float64{-1, 2}, Options{Method: m})
		if err != nil || r.Success || r.Status != status.Failed || !strings.Contains(r.Message, "derivatives may be wrong") {
			t.Errorf("%s: %v %s at %v, %v", m.Name(), r.Status, r.Message, r.X, err)
		}
	}
}
