package minimize

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/status"
)

// options are those for the problem with COBYQA; bad counts calls out of bounds.
func (p cobyqaTest) options(m COBYQA, bad *int) (Problem, Options) {
	opt := Options{Method: m}
	if p.lower != nil {
		opt.Bounds = &Bounds{p.lower, p.upper}
	}
	check := func(x []float64) {
		for i, v := range x {
			if p.lower != nil && !(v >= p.lower[i] && v <= p.upper[i]) {
				*bad++
			}
		}
	}
	if p.c != nil {
		c := func(x, c []float64) { check(x); p.c(x, c) }
		opt.Constraints = append(opt.Constraints, Constraint{Func: c, Lower: p.cl, Upper: p.cu})
	}
	if p.a != nil {
		opt.Constraints = append(opt.Constraints, Constraint{A: mat.NewDense(len(p.al), len(p.x0), p.a), Lower: p.al, Upper: p.au})
	}
	return Problem{Func: func(x []float64) float64 { check(x); return p.f(x) }}, opt
}

func (p cobyqaTest) kind() string {
	switch {
	case p.c != nil:
		return "nonlinear"
	case p.a != nil:
		return "linear"
	case p.lower != nil:
		return "bounds"
	}
	return "unconstrained"
}

// TestCOBYQA finds minima that are known, or those of SciPy, feasible to 1e-8, where
// SciPy does and where it does not, with about as many evaluations.
func TestCOBYQA(t *testing.T) {
	logs, counts := map[string]float64{}, map[string]float64{}
	for _, p := range cobyqaProblems {
		t.Run(p.name, func(t *testing.T) {
			out := 0
			problem, opt := p.options(COBYQA{}, &out)
			r, err := Minimize(context.Background(), problem, p.x0, opt)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Success || r.SciPyStatus != 0 || r.MaxCV > 1e-8 {
				t.Errorf("%v, %s, violation %g", r.Status, r.Message, r.MaxCV)
			}
			want := p.min
			if p.local != 0 && math.Abs(r.Fun-p.local) < math.Abs(r.Fun-p.min) {
				want = p.local
			}
			// Feasible points below the minimum violate constraints by what is allowed.
			if e := (r.Fun - want) / (1 + math.Abs(want)); e > 1e-6 && r.Fun > p.scipy.fun || e < -1e-5 && p.name != "hs13" {
				t.Errorf("value %.10g, want %.10g, SciPy has %.10g", r.Fun, want, p.scipy.fun)
			}
			if out > 0 {
				t.Errorf("%d evaluations out of bounds", out)
			}
			logs[p.kind()] += math.Log(float64(r.NFev) / float64(p.scipy.nfev))
			counts[p.kind()]++
		})
	}
	for k, n := range counts {
		ratio := math.Exp(logs[k] / n)
		t.Logf("%s: %.2f times the evaluations of SciPy", k, ratio)
		if ratio > 1.25 {
			t.Errorf("%s: %.2f times the evaluations of SciPy", k, ratio)
		}
	}
}

// TestCOBYQAScale solves problem 106 of Hock & Schittkowski, whose variables are between
// 10 and 10⁴, with scaling: SciPy finds no feasible point.
func TestCOBYQAScale(t *testing.T) {
	p := cobyqaTest{
		x0:    []float64{5000, 5000, 5000, 200, 350, 150, 225, 425},
		lower: []float64{100, 1000, 1000, 10, 10, 10, 10, 10}, upper: []float64{1e4, 1e4, 1e4, 1000, 1000, 1000, 1000, 1000},
		f: func(x []float64) float64 { return x[0] + x[1] + x[2] },
		c: func(x, c []float64) {
			c[0] = x[0]*x[5] - 833.33252*x[3] - 100*x[0]
			c[1] = x[1]*x[6] - 1250*x[4] - x[1]*x[3] + 1250*x[3]
			c[2] = x[2]*x[7] - x[2]*x[4] + 2500*x[4]
		},
		cl: []float64{-83333.333, 0, 1250000}, cu: []float64{cobyqaInf, cobyqaInf, cobyqaInf},
		a: []float64{
			0, 0, 0, 0.0025, 0, 0.0025, 0, 0,
			0, 0, 0, -0.0025, 0.0025, 0, 0.0025, 0,
			0, 0, 0, 0, -0.01, 0, 0, 0.01,
		},
		al: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf}, au: []float64{1, 1, 1},
	}
	out := 0
	problem, opt := p.options(COBYQA{Scale: true}, &out)
	opt.NoVerification = true // it would go on for the last thousandth, up to the limit of evaluations
	r, err := Minimize(context.Background(), problem, p.x0, opt)
	if err != nil || !r.Success || r.Fun > 1.002*7049.330923 || out > 0 {
		t.Errorf("%v, value %g, violation %g, %d evaluations out of bounds, %v", r.Status, r.Fun, r.MaxCV, out, err)
	}
}

func TestCOBYQAStatuses(t *testing.T) {
	inf := math.Inf(1)
	square := func(x []float64) float64 { return x[0]*x[0] + x[1]*x[1] }
	value := func(v float64) func([]float64) float64 { return func([]float64) float64 { return v } }
	named := func(options map[string]any) Method {
		m, err := MethodByName("cobyqa", options)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	bounds := func(v ...float64) *Bounds { return &Bounds{v[:2], v[2:]} }
	rows := func(lower, upper []float64, a ...float64) Constraint {
		return Constraint{A: mat.NewDense(len(lower), 2, a), Lower: lower, Upper: upper}
	}
	one := func(lower, upper float64, f func(x []float64) float64) Constraint {
		return Constraint{Func: func(x, c []float64) { c[0] = f(x) }, Lower: []float64{lower}, Upper: []float64{upper}}
	}
	start := []float64{-1.2, 1}
	for _, c := range []struct {
		name   string
		f      func(x []float64) float64
		x0     []float64
		opt    Options
		reason status.Code
		status int
		want   float64 // value, NaN for any
		nfev   int     // 0 for any
	}{
		// SciPy's statuses, and its counts where they do not depend on the steps.
		{"target", rosenF, start, Options{Method: named(map[string]any{"f_target": 1})}, status.Converged, 1, math.NaN(), 0},
		{"target zero", square, start, Options{Method: named(map[string]any{"f_target": 0})}, status.Converged, 0, 0, 0},
		{"target at once", rosenF, start, Options{Method: named(map[string]any{"f_target": 100.0})}, status.Converged, 1, 24.2, 1},
		{"maxfev", rosenF, start, Options{Method: COBYQA{MaxFev: 10}}, status.EvaluationLimit, 5, math.NaN(), 10},
		{"maxfev below the first points", rosenF, start, Options{Method: COBYQA{MaxFev: 3}}, status.EvaluationLimit, 5, 24.2, 3},
		{"maxfev none", rosenF, start, Options{Method: COBYQA{MaxFev: -1}}, status.EvaluationLimit, 5, math.NaN(), 0},
		{"maxiter", rosenF, start, Options{Method: COBYQA{MaxIter: 10}}, status.IterationLimit, 6, math.NaN(), 0},
		{"maxiter 1", rosenF, start, Options{Method: COBYQA{MaxIter: 1}}, status.IterationLimit, 6, math.NaN(), 0},
		{"fixed", rosenF, start, Options{Bounds: bounds(1, 1, 1, 1)}, status.Converged, 2, 0, 1},
		{"fixed, infeasible", rosenF, start, Options{Bounds: bounds(2, 1, 2, 1), Constraints: []Constraint{rows([]float64{3}, []float64{4}, 1, 0)}}, status.Infeasible, 2, 901, 1},
		{"one fixed", rosenF, start, Options{Bounds: bounds(1, -9, 1, 9)}, status.Converged, 0, 0, 0},
		{"small box", rosenF, start, Options{Bounds: bounds(.5, .5, .6, .6)}, status.Converged, 0, 2.12, 0},
		{"tight bounds", rosenF, start, Options{Bounds: bounds(.5, .5, .5+1e-12, .6)}, status.Converged, 0, 6.499999999949, 0},
		{"scaled", rosenF, start, Options{Method: COBYQA{Scale: true, FinalTrRadius: 1e-9}, Bounds: bounds(-200, -300, 200, 300)}, status.Converged, 0, 0, 0},
		{"optimal", rosenF, []float64{1, 1}, Options{}, status.Converged, 0, 0, 0},
		{"constant", value(1), start, Options{}, status.Converged, 0, 1, 0},
		{"saddle", saddle("").f, []float64{0, 0}, Options{}, status.Converged, 0, -0.25, 0},
		{"infeasible", square, []float64{1, 1}, Options{Constraints: []Constraint{one(-inf, -1, square)}}, status.Infeasible, 0, 0, 0},
		{"infeasible rows", square, []float64{1, 1}, Options{Constraints: []Constraint{rows([]float64{2, -3}, []float64{3, -2}, 1, 0, 1, 0)}}, status.Infeasible, 0, math.NaN(), 0},
		{"overdetermined", square, []float64{3, 4}, Options{Constraints: []Constraint{rows([]float64{1, 2, 3}, []float64{1, 2, 3}, 1, 0, 0, 1, 1, 1)}}, status.Converged, 0, 5, 0},
		{"overdetermined, infeasible", square, []float64{3, 4}, Options{Constraints: []Constraint{rows([]float64{1, 2, 4}, []float64{1, 2, 4}, 1, 0, 0, 1, 1, 1)}}, status.Infeasible, 0, math.NaN(), 0},
		{"no constraint", rosenF, start, Options{Constraints: []Constraint{one(-inf, inf, value(7))}}, status.Converged, 0, 0, 0},
		// Beyond SciPy: it takes these for successes or goes on to its limits.
		{"NaN", value(math.NaN()), start, Options{}, status.NonFinite, -4, math.NaN(), 5},
		{"infinite", value(inf), start, Options{}, status.NonFinite, -4, inf, 5},
		{"overflow", func(x []float64) float64 { return math.Exp(x[0] * x[0]) }, []float64{26, 2}, Options{}, status.NonFinite, -4, math.NaN(), 5},
		{"constraint NaN", rosenF, start, Options{Constraints: []Constraint{one(0, 1, value(math.NaN()))}}, status.NonFinite, -4, math.NaN(), 5},
		{"-Inf", value(math.Inf(-1)), start, Options{}, status.Unbounded, 1, math.Inf(-1), 1},
		{"unbounded", func(x []float64) float64 { return -square(x) }, []float64{1, 2}, Options{}, status.Unbounded, -3, math.NaN(), 0},
		{"unbounded line", func(x []float64) float64 { return x[0] + x[1] }, []float64{1, 2}, Options{}, status.Unbounded, -3, math.NaN(), 0},
		{"beyond precision", square, []float64{1e17, 2}, Options{}, status.Failed, -2, math.NaN(), 0},
		{"no resolution", rosenF, start, Options{Method: COBYQA{FinalTrRadius: -1}}, status.Converged, 0, 0, 0},
		// Functions that are not defined everywhere.
		{"NaN at the start", func(x []float64) float64 {
			if x[0] < 0 {
				return math.NaN()
			}
			return rosenF(x)
		}, []float64{-0.2, 1}, Options{}, status.Converged, 0, 0, 0},
		{"NaN on the way", barrier("", math.NaN()).f, []float64{-9, 1}, Options{}, status.Converged, 0, barrier("", 0).min, 0},
		{"infinite on the way", barrier("", inf).f, []float64{0, 0}, Options{}, status.Converged, 0, barrier("", 0).min, 0},
		{"constraint NaN on the way", rosenF, start, Options{Constraints: []Constraint{one(0, .5, func(x []float64) float64 { return math.Log(x[0] + 2) })}}, status.Converged, 0, 1.8259541683455462, 0}, // at x₀ = √e - 2
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			f := func(x []float64) float64 { calls++; return c.f(x) }
			if c.opt.Method == nil {
				c.opt.Method = COBYQA{}
			}
			r, err := Minimize(context.Background(), Problem{Func: f}, c.x0, c.opt)
			if err != nil {
				t.Fatal(err)
			}
			if r.Status != c.reason || r.SciPyStatus != c.status || r.Success != (c.reason == status.Converged) {
				t.Errorf("%v, status %d, success %v: %s", r.Status, r.SciPyStatus, r.Success, r.Message)
			}
			if r.NFev != calls || c.nfev != 0 && calls != c.nfev {
				t.Errorf("%d evaluations, %d reported, want %d", calls, r.NFev, c.nfev)
			}
			if d := math.Abs(r.Fun - c.want); d > 1e-5 || math.IsNaN(d) && !math.IsNaN(c.want) && r.Fun != c.want {
				t.Errorf("value %v, want %v", r.Fun, c.want)
			}
		})
	}
}

func TestCOBYQAOptions(t *testing.T) {
	_, err := Minimize(context.Background(), Problem{Func: rosenF}, []float64{1, 2}, Options{Method: COBYQA{InitialTrRadius: 1e-8}})
	if err == nil || !strings.Contains(err.Error(), "FinalTrRadius") {
		t.Errorf("a first radius below the last one: %v", err)
	}
	if _, err := MethodByName("COBYQA", map[string]any{"f_target": "low"}); err == nil {
		t.Error("a target that is a string is taken")
	}
	// Options.Tol is the last radius.
	tol := Options{Method: COBYQA{}, Tol: 1e-3}
	own := Options{Method: COBYQA{FinalTrRadius: 1e-3}}
	a, _ := Minimize(context.Background(), Problem{Func: rosenF}, []float64{-1.2, 1}, tol)
	b, _ := Minimize(context.Background(), Problem{Func: rosenF}, []float64{-1.2, 1}, own)
	if !reflect.DeepEqual(a, b) || a.Fun < 1e-14 || a.Fun > 1e-4 {
		t.Errorf("with Tol %v at %v, with FinalTrRadius %v at %v", a.Fun, a.X, b.Fun, b.X)
	}
	tiny, _ := Minimize(context.Background(), Problem{Func: rosenF}, []float64{-1.2, 1}, Options{Method: COBYQA{FinalTrRadius: 1e-12}})
	if tiny.Fun > 1e-24 {
		t.Errorf("last radius 1e-12: value %g", tiny.Fun)
	}
}

// TestCOBYQACallback has the best point so far, and no evaluations of its own.
func TestCOBYQACallback(t *testing.T) {
	var fs, cs int
	last := math.Inf(1)
	opt := Options{Method: COBYQA{}, Constraints: []Constraint{{
		Func:  func(x, c []float64) { cs++; c[0] = x[0]*x[0] + x[1]*x[1] },
		Lower: []float64{math.Inf(-1)}, Upper: []float64{1},
	}}}
	opt.Callback = func(r Result) error {
		if r.MaxCV <= 1e-8 {
			if r.Fun > last+1e-6 {
				t.Errorf("iteration %d: value %g after %g", r.NIter, r.Fun, last)
			}
			last = r.Fun
		}
		if r.NIter == 40 {
			return ErrStop
		}
		return nil
	}
	r, err := Minimize(context.Background(), Problem{Func: func(x []float64) float64 { fs++; return rosenF(x) }}, []float64{-1.2, 1}, opt)
	if err != nil || r.Status != status.Stopped || r.NIter != 40 {
		t.Errorf("%v after %d iterations, %v", r.Status, r.NIter, err)
	}
	if fs != r.NFev || cs != fs {
		t.Errorf("%d evaluations of the function, %d reported, and %d of the constraint", fs, r.NFev, cs)
	}
	ctx, cancel := context.WithCancel(context.Background())
	opt.Callback = func(r Result) error { cancel(); return nil }
	if r, err = Minimize(ctx, Problem{Func: rosenF}, []float64{-1.2, 1}, opt); !errors.Is(err, context.Canceled) ||
		r.Status != status.Cancelled || r.NIter != 1 {
		t.Errorf("%v after %d iterations, %v", r.Status, r.NIter, err)
	}
}
