package minimize

import (
	"context"
	"math"
	"reflect"
	"testing"

	"github.com/argmin-go/argmin/minimize/internal/tnc"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// TestTNCStatuses ends a search in every way.
func TestTNCStatuses(t *testing.T) {
	r5 := lineProblems[1]
	wrong := r5
	wrong.g = func(x, g []float64) {
		rosenG(x, g)
		for i := range g {
			g[i] = -g[i]
		}
	}
	fixed := &Bounds{Lower: []float64{1, 2}, Upper: []float64{1, 2}}
	for _, c := range []struct {
		name   string
		p      lineProblem
		m      TNC
		bounds *Bounds
		reason status.Code
		status int
	}{
		{"f", r5, TNC{XTol: -1, GTol: -1}, nil, status.Converged, tnc.FConverged},
		{"x", r5, TNC{FTol: -1, GTol: -1, XTol: 1e-3}, nil, status.Converged, tnc.XConverged},
		{"gradient", r5, TNC{FTol: -1, XTol: -1}, nil, status.Converged, tnc.LocalMinimum},
		{"optimal", rosen("", 1, 1), TNC{}, nil, status.Converged, tnc.LocalMinimum},
		{"at a bound", rosen("", 0, 0), TNC{}, &Bounds{Lower: []float64{-1, -1}, Upper: []float64{0, 1}}, status.Converged, tnc.LocalMinimum},
		{"fixed", rosen("", 1, 2), TNC{}, fixed, status.Converged, tnc.Constant},
		{"maxfun", r5, TNC{MaxFun: 5}, nil, status.EvaluationLimit, tnc.MaxFun},
		{"none", r5, TNC{MaxFun: -1}, nil, status.EvaluationLimit, tnc.MaxFun},
		{"wrong", wrong, TNC{}, nil, status.LineSearchFailed, tnc.LineSearch},
		{"nan", odd("", constant(math.NaN()), 2, 0), TNC{}, nil, status.NonFinite, tnc.NoProgress},
		{"nan gradient", odd("", func(x []float64) float64 { return vec.Dot(x, x) }, 2, math.NaN()), TNC{}, nil, status.NonFinite, tnc.NoProgress},
		{"inf", odd("", constant(inf), 2, 0), TNC{}, nil, status.NonFinite, tnc.NoProgress},
		{"-inf", odd("", constant(-inf), 2, 0), TNC{}, nil, status.Unbounded, tnc.NoProgress},
		{"unbounded", odd("", func(x []float64) float64 { return -vec.Dot(x, x) }, -2, 0), TNC{MaxFun: 10000}, nil, status.Unbounded, tnc.NoProgress},
	} {
		r, err := Minimize(context.Background(), Problem{Func: c.p.f, Grad: c.p.g}, c.p.x0, Options{Method: c.m, Bounds: c.bounds})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != c.reason || r.SciPyStatus != c.status || r.Success != (c.reason == status.Converged) ||
			r.Message[:10] != tnc.Messages[c.status][:10] {
			t.Errorf("%s: %v, success %v, status %d after %d iterations, %d gradients: %s", c.name, r.Status, r.Success,
				r.SciPyStatus, r.NIter, r.NJev, r.Message)
		}
	}
}

// TestTNCProducts has Hessian products by differences, from the Hessian and by a function:
// the same way to the minimum, without the check of the answer, which asks for Hessians of its own.
func TestTNCProducts(t *testing.T) {
	for _, p := range lineProblems {
		plain, err := Minimize(context.Background(), Problem{Func: p.f, Grad: p.g}, p.x0, Options{Method: TNC{}, NoVerification: true})
		if err != nil {
			t.Fatal(err)
		}
		hess, err := Minimize(context.Background(), Problem{Func: p.f, Grad: p.g, Hess: p.hess}, p.x0, Options{Method: TNC{}, NoVerification: true})
		if err != nil {
			t.Fatal(err)
		}
		hessp, err := Minimize(context.Background(), Problem{Func: p.f, Grad: p.g, HessP: p.hessp}, p.x0, Options{Method: TNC{}, NoVerification: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []Result{plain, hess, hessp} {
			if !r.Success || math.Abs(r.Fun-p.min) > 1e-6*(1+p.min) {
				t.Errorf("%s: %v, %s: value %g, want %g", p.name, r.Status, r.Message, r.Fun, p.min)
			}
		}
		// An iteration asks for one Hessian or for at least one product; the check of the answer asks for a Hessian that is
		// given, and for products only where the search has shown too little.
		if hess.NIter != hessp.NIter || hess.NFev != hessp.NFev || hess.NHev != hess.NIter && hess.NHev != hess.NIter+1 ||
			hessp.NHev < hess.NIter {
			t.Errorf("%s: with the Hessian %d iterations, %d evaluations, %d Hessians; with products %d, %d, %d", p.name,
				hess.NIter, hess.NFev, hess.NHev, hessp.NIter, hessp.NFev, hessp.NHev)
		}
		if plain.NHev != 0 || plain.NJev <= plain.NFev || hess.NJev != hess.NFev {
			t.Errorf("%s: differences are %d gradients for %d values and %d Hessians, with the Hessian %d gradients for %d values",
				p.name, plain.NJev, plain.NFev, plain.NHev, hess.NJev, hess.NFev)
		}
	}
}

// TestTNCOptions has SciPy's names and defaults, and what the options do.
func TestTNCOptions(t *testing.T) {
	m, err := MethodByName("tnc", map[string]any{"maxCGit": -1, "eta": -1, "ftol": -1, "xtol": -1.0, "gtol": -1,
		"rescale": -1, "minfev": 0, "stepmx": 0, "accuracy": 0})
	if err != nil || !reflect.DeepEqual(m, TNC{}) {
		t.Errorf("SciPy's defaults became %+v, error %v", m, err)
	}
	m, err = MethodByName("tnc", map[string]any{"maxCGit": 0, "eta": 0, "ftol": 0, "xtol": 1e-3, "rescale": 0,
		"minfev": -2, "maxfun": 7, "scale": []float64{1}, "offset": []float64{2}})
	if want := (TNC{MaxCGIt: -1, Eta: -1, FTol: -1, XTol: 1e-3, Rescale: -1, MinFev: -2, MaxFun: 7, Scale: []float64{1},
		Offset: []float64{2}}); err != nil || !reflect.DeepEqual(m, want) {
		t.Errorf("by name %+v, error %v, want %+v", m, err, want)
	}

	p := diagonal("quadratic", []float64{1, 1e4, 1e8}, []float64{1, 1, 1})
	gradients := func(m TNC) int {
		t.Helper()
		m.FTol, m.XTol, m.GTol, m.MaxFun = -1, -1, 1e-6, 20000
		r, err := Minimize(context.Background(), Problem{Func: p.f, Grad: p.g}, p.x0, Options{Method: m})
		if err != nil || !r.Success {
			t.Fatalf("%+v: %v, %s, error %v", m, r.Status, r.Message, err)
		}
		return r.NJev
	}
	// In these units it is a sphere, which one product solves.
	if k := gradients(TNC{Scale: []float64{1, 1e-2, 1e-4}, StepMax: 1e5}); k > 6 {
		t.Errorf("%d gradients for a sphere, want at most 6", k)
	}
	if steep, newton := gradients(TNC{Scale: []float64{1, 0.03, 1e-3}, MaxCGIt: -1}),
		gradients(TNC{Scale: []float64{1, 0.03, 1e-3}, MaxCGIt: 3}); steep < 2*newton {
		t.Errorf("%d gradients of steepest descents, %d with products", steep, newton)
	}
	// A unit of f changes nothing, neither what overflows when squared.
	for _, unit := range []float64{1e-170, 1e170} {
		f := func(x []float64) float64 { return unit * rosenF(x) }
		g := func(x, g []float64) {
			rosenG(x, g)
			for i := range g {
				g[i] *= unit
			}
		}
		r, err := Minimize(context.Background(), Problem{Func: f, Grad: g}, lineProblems[1].x0,
			Options{Method: TNC{FTol: -1, XTol: -1, GTol: 1e-6 * unit, MaxFun: 1000}})
		if err != nil || !r.Success || math.Abs(r.X[4]-1) > 1e-5 {
			t.Errorf("unit %g: %v, %s at %v, error %v", unit, r.Status, r.Message, r.X, err)
		}
	}
	// A first step of no more than StepMax.
	first := math.NaN()
	_, err = Minimize(context.Background(), Problem{Func: rosenF, Grad: rosenG}, []float64{-1.2, 1},
		Options{Method: TNC{StepMax: 1e-3, Scale: []float64{1, 1}}, Callback: func(r Result) error {
			first = math.Hypot(r.X[0]+1.2, r.X[1]-1)
			return ErrStop
		}})
	if err != nil || math.Abs(first-1e-3) > 1e-9 {
		t.Errorf("the first step is %g, want 1e-3; error %v", first, err)
	}
}

// TestTNCManyBounds has a chain pulled to where most variables meet a bound, which takes
// few iterations when they may do so together. The value is that of SciPy 1.17.1's
// L-BFGS-B with ftol 0 and gtol 1e-9.
func TestTNCManyBounds(t *testing.T) {
	const n = 1000
	pull := make([]float64, n)
	for i := range pull {
		pull[i] = 3 * math.Sin(1.7*float64(i))
	}
	f := func(x []float64) float64 {
		s := 0.0
		for i, v := range x {
			s += (v - pull[i]) * (v - pull[i])
			if i > 0 {
				e := v - x[i-1]
				s += 10*e*e + e*e*e*e
			}
		}
		return s
	}
	g := func(x, g []float64) {
		for i, v := range x {
			g[i] = 2 * (v - pull[i])
			if i > 0 {
				e := v - x[i-1]
				d := 20*e + 4*e*e*e
				g[i] += d
				g[i-1] -= d
			}
		}
	}
	for _, m := range []Method{TNC{}, LBFGSB{}} {
		r, err := Minimize(context.Background(), Problem{Func: f, Grad: g}, make([]float64, n),
			Options{Method: m, Bounds: boxed{"", []float64{-0.05}, []float64{0.04}}.bounds(n)})
		if err != nil {
			t.Fatal(err)
		}
		const want = 4370.735755729548
		if !r.Success || math.Abs(r.Fun-want) > 1e-5 || r.NJev > 40 {
			t.Errorf("%s: %v after %d gradients, value %.12g, want %.12g", m.Name(), r.Status, r.NJev, r.Fun, want)
		}
	}
}
