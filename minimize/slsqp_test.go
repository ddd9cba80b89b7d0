package minimize

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// slsqpRun is Minimize, where all evaluations stay within the bounds.
func slsqpRun(t *testing.T, p Problem, x0 []float64, opt Options) Result {
	t.Helper()
	within := func(x []float64) {
		for i, v := range x {
			if b := opt.Bounds; b != nil && (v < b.Lower[i] || v > b.Upper[i]) {
				t.Errorf("x[%d] = %v is evaluated, bounds are %v and %v", i, v, b.Lower[i], b.Upper[i])
			}
		}
	}
	f := p.Func
	p.Func = func(x []float64) float64 { within(x); return f(x) }
	r, err := Minimize(context.Background(), p, x0, opt)
	if err != nil {
		t.Fatal(err)
	}
	within(r.X)
	return r
}

// TestSLSQP checks the minima, and no more evaluations than SciPy.
func TestSLSQP(t *testing.T) {
	sum := [2]float64{}
	problems := slsqpProblems()
	for _, p := range problems {
		opt := p.options(SLSQP{})
		opt.NoVerification = true
		r := slsqpRun(t, Problem{Func: p.value, Grad: p.grad}, p.x0, opt)
		if !r.Success || r.SciPyStatus != 0 || math.Abs(r.Fun-p.min) > 1e-6*(1+math.Abs(p.min)) || r.MaxCV > 1e-6 {
			t.Errorf("%s: %v (%d, %s), value %v, want %v; violation %g", p.name, r.Status, r.SciPyStatus, r.Message, r.Fun, p.min, r.MaxCV)
		}
		for i, v := range [2][2]int{{r.NFev, p.nfev}, {r.NJev, p.njev}} {
			sum[i] += math.Log(float64(v[0]) / float64(v[1]))
			if float64(v[0]) > 1.25*float64(v[1])+1 {
				t.Errorf("%s: %d evaluations, SciPy's are %d", p.name, v[0], v[1])
			}
		}
	}
	for i, s := range sum {
		if ratio := math.Exp(s / float64(len(problems))); ratio > 1.1 {
			t.Errorf("evaluations %d: %.3f times SciPy's in the geometric mean", i, ratio)
		}
	}
}

// TestSLSQPDifferences finds the minima without derivatives.
func TestSLSQPDifferences(t *testing.T) {
	for _, p := range slsqpProblems() {
		opt := p.options(SLSQP{})
		if p.m > 0 {
			opt.Constraints[0].Jac = nil
		}
		r := slsqpRun(t, Problem{Func: p.value}, p.x0, opt)
		if !r.Success || math.Abs(r.Fun-p.min) > 3e-6*(1+math.Abs(p.min)) {
			t.Errorf("%s: %v (%s), value %v, want %v", p.name, r.Status, r.Message, r.Fun, p.min)
		}
	}
}

// TestSLSQPMultipliers checks the conditions of Karush, Kuhn & Tucker at the answers of
// a small tolerance.
func TestSLSQPMultipliers(t *testing.T) {
	for _, p := range slsqpProblems() {
		r := slsqpRun(t, Problem{Func: p.value, Grad: p.grad}, p.x0, p.options(SLSQP{FTol: 1e-10, MaxIter: 1000}))
		if !r.Success || len(r.Multipliers) != p.m || (p.lower == nil) != (r.BoundMultipliers == nil) {
			t.Errorf("%s: %v (%s), multipliers %v and %v", p.name, r.Status, r.Message, r.Multipliers, r.BoundMultipliers)
			continue
		}
		n := len(p.x0)
		left, size := make([]float64, n), 0.0
		p.grad(r.X, left)
		size = vec.Norm2(left)
		if p.m > 0 {
			c, j := make([]float64, p.m), mat.NewDense(p.m, n, nil)
			p.values(r.X, c)
			p.jac(r.X, j)
			for i, l := range r.Multipliers {
				for k := range left {
					left[k] -= l * j.At(i, k)
				}
				size += math.Abs(l) * vec.Norm2(j.RawRowView(i))
				if i >= p.meq && (l < 0 || math.Abs(l*c[i]) > 1e-8*(1+l)) {
					t.Errorf("%s: multiplier %d is %g, the constraint %g", p.name, i, l, c[i])
				}
			}
		}
		for i, b := range r.BoundMultipliers {
			left[i] -= b
			if b > 0 && r.X[i] != p.lower[i] || b < 0 && r.X[i] != p.upper[i] {
				t.Errorf("%s: multiplier %g of the bounds of x[%d] = %v", p.name, b, i, r.X[i])
			}
		}
		if v := vec.Norm2(left); v > 2e-5*(1+size) {
			t.Errorf("%s: gradient of the Lagrangian %g, of terms %g", p.name, v, size)
		}
		jac := make([]float64, n)
		p.grad(r.X, jac)
		for i, v := range r.Jac {
			if v != jac[i] {
				t.Errorf("%s: Jac[%d] is %v, the gradient at X %v", p.name, i, v, jac[i])
			}
		}
	}
}

// TestSLSQPDocumented has the examples of SciPy's documentation: of minimize, and of
// the tutorial's section on SLSQP. Values and counts are those of SciPy 1.17.1.
func TestSLSQPDocumented(t *testing.T) {
	inf := math.Inf(1)
	linear := mat.NewDense(3, 2, []float64{1, -2, -1, -2, -1, 2})
	r := slsqpRun(t, Problem{Func: func(x []float64) float64 { return (x[0]-1)*(x[0]-1) + (x[1]-2.5)*(x[1]-2.5) }}, []float64{2, 0}, Options{
		Method:      SLSQP{},
		Bounds:      &Bounds{[]float64{0, 0}, []float64{inf, inf}},
		Constraints: []Constraint{{A: linear, Lower: []float64{-2, -6, -2}, Upper: []float64{inf, inf, inf}}},
	})
	slsqpNear(t, "minimize", r, 0.8, []float64{1.4, 1.7}, 1e-6)
	if r.NIter != 3 || r.NFev != 10 || r.NJev != 3 {
		t.Errorf("minimize: %d iterations, %d and %d evaluations", r.NIter, r.NFev, r.NJev)
	}
	for i, v := range []float64{0.8, 0, 0} {
		if math.Abs(r.Multipliers[i]-v) > 1e-6 {
			t.Errorf("minimize: multipliers %v", r.Multipliers)
		}
	}

	rosen2 := rosen("", 0.5, 0).problem()
	bounds := &Bounds{[]float64{0, -0.5}, []float64{1, 2}}
	square := func(x, c []float64) { c[0], c[1] = x[0]*x[0]+x[1], x[0]*x[0]-x[1] }
	squareJac := func(x []float64, j *mat.Dense) {
		j.SetRow(0, []float64{2 * x[0], 1})
		j.SetRow(1, []float64{2 * x[0], -1})
	}
	limits := []float64{-inf, -inf}
	for name, cons := range map[string][]Constraint{
		"tutorial": {
			{A: mat.NewDense(2, 2, []float64{1, 2, 2, 1}), Lower: []float64{-inf, 1}, Upper: []float64{1, 1}},
			{Func: square, Jac: squareJac, Lower: limits, Upper: []float64{1, 1}}},
		"tutorial without derivatives": {
			{Func: func(x, c []float64) { c[0], c[1] = x[0]+2*x[1], 2*x[0]+x[1] }, Lower: []float64{-inf, 1}, Upper: []float64{1, 1}},
			{Func: square, Lower: limits, Upper: []float64{1, 1}}},
	} {
		r := slsqpRun(t, rosen2, []float64{0.5, 0}, Options{Method: SLSQP{FTol: 1e-9}, Bounds: bounds, Constraints: cons})
		slsqpNear(t, name, r, 0.3427175756, []float64{0.41494531, 0.17010937}, 1e-6)
		if r.NFev > 5 || r.NJev > 5 { // SciPy's: 5 and 4
			t.Errorf("%s: %d and %d evaluations", name, r.NFev, r.NJev)
		}
	}
}

func slsqpNear(t *testing.T, name string, r Result, f float64, x []float64, tol float64) {
	t.Helper()
	if !r.Success || math.Abs(r.Fun-f) > tol*(1+math.Abs(f)) {
		t.Errorf("%s: %v (%d, %s), value %v, want %v", name, r.Status, r.SciPyStatus, r.Message, r.Fun, f)
	}
	for i, v := range x {
		if math.Abs(r.X[i]-v) > 1e3*tol*(1+math.Abs(v)) {
			t.Errorf("%s: x = %v, want %v", name, r.X, x)
			return
		}
	}
}

// TestSLSQPTwoSided has constraints with both limits, one and none, and a fixed
// variable with its multiplier: min x² + y² + z², 1 ≤ x + y ≤ 3, z = 2, with the closed
// form (½, ½, 2), and from the other side min -x - y, (3 at Upper).
func TestSLSQPTwoSided(t *testing.T) {
	inf := math.Inf(1)
	cons := []Constraint{
		{A: mat.NewDense(2, 3, []float64{1, 1, 0, 5, 0, 1}), Lower: []float64{1, -inf}, Upper: []float64{3, inf}},
		{Func: func(x, c []float64) { c[0], c[1] = x[0]-x[1], x[2]*x[2] }, Lower: []float64{0, -inf}, Upper: []float64{0, 10}},
	}
	bounds := &Bounds{[]float64{-inf, -inf, 2}, []float64{inf, inf, 2}}
	square := Problem{Func: quadraticForm, Grad: func(x, g []float64) {
		for i, v := range x {
			g[i] = 2 * v
		}
	}}
	r := slsqpRun(t, square, []float64{7, -3, 0}, Options{Method: SLSQP{}, Bounds: bounds, Constraints: cons})
	slsqpNear(t, "lower", r, 4.5, []float64{0.5, 0.5, 2}, 1e-9)
	slsqpMultipliers(t, "lower", r, []float64{1, 0, 0, 0}, []float64{0, 0, 4})

	linear := Problem{Func: func(x []float64) float64 { return -x[0] - x[1] + x[2] },
		Grad: func(x, g []float64) { g[0], g[1], g[2] = -1, -1, 1 }}
	r = slsqpRun(t, linear, []float64{7, -3, 0}, Options{Method: SLSQP{}, Bounds: bounds, Constraints: cons})
	slsqpNear(t, "upper", r, -1, []float64{1.5, 1.5, 2}, 1e-9)
	slsqpMultipliers(t, "upper", r, []float64{-1, 0, 0, 0}, []float64{0, 0, 1})

	bounds = &Bounds{[]float64{1, 0, 2}, []float64{1, 0, 2}}
	r = slsqpRun(t, square, []float64{7, -3, 0}, Options{Method: SLSQP{}, Bounds: bounds})
	slsqpNear(t, "all fixed", r, 5, []float64{1, 0, 2}, 0)
	slsqpMultipliers(t, "all fixed", r, nil, []float64{2, 0, 4})
}

func quadraticForm(x []float64) float64 { return vec.Dot(x, x) }

func slsqpMultipliers(t *testing.T, name string, r Result, rows, bounds []float64) {
	t.Helper()
	if len(r.Multipliers) != len(rows) || len(r.BoundMultipliers) != len(bounds) {
		t.Fatalf("%s: multipliers %v, %v", name, r.Multipliers, r.BoundMultipliers)
	}
	for i, v := range append(append([]float64(nil), r.Multipliers...), r.BoundMultipliers...) {
		if want := append(append([]float64(nil), rows...), bounds...)[i]; math.Abs(v-want) > 1e-7 {
			t.Errorf("%s: multipliers %v, %v, want %v, %v", name, r.Multipliers, r.BoundMultipliers, rows, bounds)
			return
		}
	}
}

// TestSLSQPDifficultEnds is about how searches end that are not simple: f, the bounds, the
// constraints lower ≤ c ≤ upper, and the reason, the status and the value of the end.
func TestSLSQPDifficultEnds(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	type vector = []float64
	first := func(x vector) float64 { return x[0] }
	whatever := -inf // of values
	for _, c := range []struct {
		name         string
		x0           vector
		f            func(x vector) float64
		bounds       *Bounds
		c            func(x, c vector)
		lower, upper vector
		reason       status.Code
		status       int
		value        float64
		message      string
	}{
		// Incompatible. SciPy 1.17.1 ends with 8, 4, 2, 9, 8, 8 and 9.
		{"contradiction", vector{3}, quadraticForm, nil, func(x, c vector) { c[0], c[1] = x[0], x[0] }, vector{1, -inf}, vector{inf, 0}, status.Infeasible, 4, whatever, "linearized here they have no common point, and the last point violates them by 1 in sum"},
		{"equations", vector{3, 1}, quadraticForm, nil, func(x, c vector) { c[0], c[1] = x[0], x[0] }, vector{1, -1}, vector{1, -1}, status.Infeasible, 6, whatever, "the equations linearized here contradict each other"},
		{"more equations", vector{3, 1}, quadraticForm, nil, func(x, c vector) { c[0], c[1], c[2] = x[0], x[1], x[0]+x[1] }, vector{1, 1, 1}, vector{1, 1, 1}, status.Infeasible, 2, whatever, "More equality constraints than independent variables: "},
		{"circles", vector{3, 1}, quadraticForm, nil, func(x, c vector) { c[0], c[1] = vec.Dot(x, x), vec.Dot(x, x) }, vector{1, 4}, vector{1, 4}, status.Infeasible, 6, whatever, ""},
		{"ring", vector{3, 1}, quadraticForm, nil, func(x, c vector) { c[0], c[1] = vec.Dot(x, x), vec.Dot(x, x) }, vector{4, -inf}, vector{inf, 1}, status.Infeasible, 4, whatever, ""},
		{"bounds", vector{0, 0}, quadraticForm, &Bounds{vector{0, 0}, vector{1, 1}}, func(x, c vector) { c[0] = x[0] + x[1] }, vector{3}, vector{inf}, status.Infeasible, 4, 2, "by 1 in sum"},
		{"equation and bounds", vector{0, 0}, quadraticForm, &Bounds{vector{0, 0}, vector{1, 1}}, func(x, c vector) { c[0] = x[0] + x[1] }, vector{3}, vector{3}, status.Infeasible, 4, 2, ""},
		{"fixed", vector{0, 0}, quadraticForm, &Bounds{vector{1, 1}, vector{1, 1}}, func(x, c vector) { c[0] = x[0] + x[1] }, vector{3}, vector{3}, status.Infeasible, 4, 2, "all variables are fixed"},
		// Redundant and degenerate. SciPy ends the first with 6, the next two with 2.
		{"redundant", vector{3, 1}, quadraticForm, nil, func(x, c vector) { c[0], c[1] = x[0]-1, 2*x[0]-2 }, vector{0, 0}, vector{0, 0}, status.Converged, 0, 1, ""},
		{"overdetermined", vector{3, 1}, quadraticForm, nil, func(x, c vector) { c[0], c[1], c[2] = x[0]+x[1], x[0]-x[1], x[0]*x[1] }, vector{1, 0, 0.25}, vector{1, 0, 0.25}, status.Converged, 0, 0.5, ""},
		{"overdetermined, nonlinear", vector{3, 1}, quadraticForm, nil, func(x, c vector) {
			c[0], c[1], c[2] = vec.Dot(x, x), x[0]*x[1], math.Exp(x[0]-2*x[1])
		}, vector{5, 2, 1}, vector{5, 2, 1}, status.Converged, 0, 5, ""},
		{"pair", vector{3, 1}, func(x vector) float64 { return x[0]*x[0] + 2*x[1]*x[1] }, nil, func(x, c vector) { c[0], c[1] = x[0]+x[1]/3, -x[0]-x[1]/3 }, vector{1, -1}, vector{inf, inf}, status.Converged, 0, 18. / 19, ""},
		{"many at a vertex", vector{3, 1}, func(x vector) float64 { return x[0] + x[1] }, nil, func(x, c vector) {
			c[0], c[1], c[2], c[3], c[4] = x[0], x[1], x[0]+x[1], 2*x[0]+x[1], x[0]
		}, slsqpRepeat(5, 0), slsqpRepeat(5, inf), status.Converged, 0, 0, ""},
		{"no gradient of the equation", vector{0}, first, nil, func(x, c vector) { c[0] = x[0] * x[0] }, vector{1}, vector{1}, status.Converged, 0, -1, ""},
		// Relaxed by a common fraction they lead nowhere. SciPy ends with 8.
		{"one by one", vector{0, 0}, quadraticForm, nil, func(x, c vector) { c[0], c[1] = x[0]*x[1], x[1] }, vector{1, 2}, vector{inf, inf}, status.Converged, 0, 4.25, ""},
		// Hock & Schittkowski 13 has no multipliers.
		{"HS13", vector{-2, -2}, func(x vector) float64 { return (x[0]-2)*(x[0]-2) + x[1]*x[1] }, &Bounds{vector{0, 0}, vector{inf, inf}}, func(x, c vector) { c[0] = math.Pow(1-x[0], 3) - x[1] }, vector{0}, vector{inf}, status.Converged, 0, 1, ""},
		// Far apart in scale. SciPy ends the first two with 4, as does its issue 20823.
		{"steep", vector{1e5, 1}, func(x vector) float64 { return 1e10 * vec.Dot(x, x) }, nil, func(x, c vector) { c[0] = x[0] + x[1] }, vector{2}, vector{inf}, status.Converged, 0, 2e10, ""},
		{"steep, with bounds", vector{0, 0}, func(x vector) float64 { return 1e10 * ((x[0]-3)*(x[0]-3) + x[1]*x[1]) }, &Bounds{vector{0, 0}, vector{10, 10}}, func(x, c vector) { c[0] = 1e6 * (x[0] + x[1]) }, vector{-inf}, vector{1e6}, status.Converged, 0, 4e10, ""},
		{"far", vector{0, 0}, quadraticForm, nil, func(x, c vector) { c[0] = x[0] - x[1] }, vector{2e9}, vector{inf}, status.Converged, 0, 2e18, ""},
		// Without numbers. SciPy ends the second with 5.
		{"NaN at the start", vector{-1, 1}, quadraticForm, nil, func(x, c vector) { c[0] = math.Log(x[0]) }, vector{0}, vector{inf}, status.NonFinite, -1, whatever, "not finite"},
		{"NaN in a constraint", vector{5, 1}, quadraticForm, nil, func(x, c vector) { c[0] = math.Log(x[0]) }, vector{-1}, vector{inf}, status.Converged, 0, math.Exp(-2), ""},
		{"NaN in the function", vector{5, 1}, func(x vector) float64 { return x[0]*x[0] - math.Log(x[0]) + x[1]*x[1] }, nil, nil, nil, nil, status.Converged, 0, 0.5 + math.Ln2/2, ""},
		{"infinite constraint at the end", vector{5, 1}, func(x vector) float64 { return (x[0] - 0.1) * (x[0] - 0.1) }, nil, func(x, c vector) {
			if c[0] = x[0]; x[0] < 0.2 {
				c[0] = inf
			}
		}, vector{0}, vector{inf}, status.NonFinite, -1, whatever, ""},
		{"infinite constraint", vector{5, 1}, func(x vector) float64 { return (x[0] - 0.1) * (x[0] - 0.1) }, nil, func(x, c vector) {
			if c[0] = x[0]; x[0] < -3 { // where the first step goes
				c[0] = inf
			}
		}, vector{0}, vector{inf}, status.Converged, 0, 0, ""},
		{"NaN everywhere", vector{1}, func(x vector) float64 { return nan }, nil, nil, nil, nil, status.NonFinite, -1, whatever, ""},
		{"unbounded", vector{5, 1}, func(x vector) float64 { return -vec.Dot(x, x) }, nil, func(x, c vector) { c[0] = x[0] }, vector{2}, vector{inf}, status.Unbounded, -1, whatever, "no lower bound"},
		{"-Inf at the start", vector{5, 1}, func(x vector) float64 { return -inf }, nil, nil, nil, nil, status.Unbounded, -1, whatever, ""},
		// One variable, and a start that is the answer.
		{"one variable", vector{-4}, func(x vector) float64 { return math.Exp(x[0]) - x[0] }, &Bounds{vector{-5}, vector{5}}, nil, nil, nil, status.Converged, 0, 1, ""},
		{"answer at the start", vector{1}, quadraticForm, &Bounds{vector{1}, vector{5}}, nil, nil, nil, status.Converged, 0, 1, ""},
		{"flat", vector{1, 2}, func(x vector) float64 { return 3 }, nil, func(x, c vector) { c[0] = x[0] + x[1] }, vector{0}, vector{0}, status.Converged, 0, 3, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			opt := Options{Method: SLSQP{}, Differences: finite.Differences{Scheme: "3-point"}, Bounds: c.bounds}
			if c.c != nil {
				opt.Constraints = []Constraint{{Func: c.c, Lower: c.lower, Upper: c.upper}}
			}
			r := slsqpRun(t, Problem{Func: c.f}, c.x0, opt)
			if r.Status != c.reason || r.SciPyStatus != c.status || !strings.Contains(r.Message, c.message) ||
				c.value != whatever && math.Abs(r.Fun-c.value) > 2e-5*(1+math.Abs(c.value)) {
				t.Errorf("%v, status %d: %s; value %v at %v, want %v, status %d: %s; %v", r.Status, r.SciPyStatus, r.Message,
					r.Fun, r.X, c.reason, c.status, c.message, c.value)
			}
			if r.Success != (c.reason == status.Converged) || (r.Status == status.Infeasible) != (r.Status != status.NonFinite && r.MaxCV > 1e-6) {
				t.Errorf("success %v, reason %v, violation %g", r.Success, r.Status, r.MaxCV)
			}
		})
	}
}

// TestSLSQPWrongGradient checks that success is not reported with a gradient of the wrong sign.
func TestSLSQPWrongGradient(t *testing.T) {
	wrong := Problem{Func: quadraticForm, Grad: func(x, g []float64) {
		for i, v := range x {
			g[i] = -2 * v
		}
	}}
	r := slsqpRun(t, wrong, []float64{1, -2, 3}, Options{Method: SLSQP{}})
	if r.Success || r.Status != status.LineSearchFailed || r.SciPyStatus != 8 || r.Fun > 14 {
		t.Errorf("%v (%d, %s), value %g", r.Status, r.SciPyStatus, r.Message, r.Fun)
	}
}

// TestSLSQPLimits is about options and callbacks.
func TestSLSQPLimits(t *testing.T) {
	p := rosen("", -1.2, 1)
	// Of SciPy 1.17.1.
	for iterations, want := range map[int][2]float64{1: {-0.90889681, 1.11881763}, 2: {-0.48877648, 0.18144781},
		3: {-0.54586019, 0.29483563}} {
		r := slsqpRun(t, p.problem(), p.x0, Options{Method: SLSQP{MaxIter: iterations}})
		if r.Success || r.Status != status.IterationLimit || r.SciPyStatus != 9 || r.Message != "Iteration limit reached" ||
			r.NIter != iterations || math.Abs(r.X[0]-want[0]) > 1e-7 || math.Abs(r.X[1]-want[1]) > 1e-7 {
			t.Errorf("%d iterations: %+v, want %v", iterations, r, want)
		}
	}
	if r := slsqpRun(t, p.problem(), p.x0, Options{Method: SLSQP{MaxIter: -1}}); r.Status != status.IterationLimit ||
		r.NIter != 0 || r.Fun != rosenF(p.x0) {
		t.Errorf("no iterations: %+v", r)
	}
	loose := slsqpRun(t, p.problem(), p.x0, Options{Method: SLSQP{}, Tol: 1e-2})
	tight := slsqpRun(t, p.problem(), p.x0, Options{Method: SLSQP{FTol: 1e-14}, Tol: 1e-2})
	if !loose.Success || !tight.Success || !(tight.NIter > loose.NIter) || tight.Fun > 1e-13 {
		t.Errorf("tolerances: %+v, %+v", loose, tight)
	}
	m, err := MethodByName("slsqp", map[string]any{"ftol": 1e-9, "maxiter": 7})
	if err != nil || m != (SLSQP{FTol: 1e-9, MaxIter: 7}) {
		t.Errorf("%+v, %v", m, err)
	}
	calls := 0
	r := slsqpRun(t, p.problem(), p.x0, Options{Method: SLSQP{}, Callback: func(r Result) error {
		if calls++; r.NIter != calls || len(r.Jac) != 2 || r.Fun != rosenF(r.X) {
			return errors.New("odd")
		}
		return nil
	}})
	if calls != r.NIter {
		t.Errorf("%d calls, %d iterations", calls, r.NIter)
	}
}

// Short steps that lead on are no reason to begin again with another B: that took 105 evaluations here.
func TestSLSQPKeepsBWhereShortStepsLeadOn(t *testing.T) {
	x0 := []float64{0.12573022, -0.13210486, 0.64042265, 0.10490012, -0.53566937, 0.36159505, 1.30400005, 0.94708096, -0.70373524, -1.26542147}
	two := func(x, g []float64) float64 { // Rosenbrock's function of each half
		f := 0.0
		clear(g)
		for i := range len(x) - 1 {
			if i == 4 {
				continue
			}
			a, b := x[i+1]-x[i]*x[i], 1-x[i]
			f += 100*a*a + b*b
			g[i] -= 400*x[i]*a + 2*b
			g[i+1] += 200 * a
		}
		return f
	}
	r, err := Minimize(context.Background(), Problem{FuncGrad: two}, x0, Options{Method: SLSQP{}, NoVerification: true})
	if err != nil || !r.Success || r.Fun > 1e-9 || r.NFev > 90 {
		t.Errorf("%v: f = %g after %d evaluations, %v; want below 1e-9 after 90 at most", r.Success, r.Fun, r.NFev, err)
	}
}
