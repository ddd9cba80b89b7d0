package minimize

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/minimize/internal/lbfgsb"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// TestLBFGSBHessInv compares with hess_inv.todense() of SciPy 1.17.1, which knows one step
// less, after 2 and 9 iterations.
func TestLBFGSBHessInv(t *testing.T) {
	p := diagonal("quadratic", []float64{1, 10, 100}, []float64{1, 2, 3})
	for _, c := range []struct {
		m    LBFGSB
		want []float64
	}{
		{LBFGSB{MaxIter: 1}, []float64{1.0000109906703452, 0.00019982229406506833, -1.3325149827792803e-06, 1.0035966236245069, -0.006023984151573191, 0.010040159938760987}},
		{LBFGSB{MaxIter: 8}, []float64{1.0253020343131967, -0.01409005161004536, 0.00036329912865605595, 0.10784643481667752, -0.0002023135207412075, 0.010005216481428136}},
	} {
		r, err := Minimize(context.Background(), p.problem(), p.x0, Options{Method: c.m})
		if err != nil {
			t.Fatal(err)
		}
		k := 0
		for i := range 3 {
			for j := i; j < 3; j++ {
				if got := r.HessInv.At(i, j); math.Abs(got-c.want[k]) > 1e-9 {
					t.Errorf("%+v: element %d, %d is %.17g, want %.17g", c.m, i, j, got, c.want[k])
				}
				k++
			}
			e, column := make([]float64, 3), make([]float64, 3)
			e[i] = 1
			r.HessInvP(e, column)
			for j, got := range column {
				if want := r.HessInv.At(i, j); math.Abs(got-want) > 1e-14 {
					t.Errorf("%+v: element %d of the product with unit vector %d is %.17g, want %.17g", c.m, j, i, got, want)
				}
			}
		}
	}
}

// TestLBFGSBStatuses ends a search in every way.
func TestLBFGSBStatuses(t *testing.T) {
	r5 := lineProblems[1]
	wrong := r5
	wrong.g = func(x, g []float64) {
		rosenG(x, g)
		for i := range g {
			g[i] = -g[i]
		}
	}
	for _, c := range []struct {
		name    string
		p       lineProblem
		m       LBFGSB
		reason  status.Code
		status  int
		message string
		nit     int // -1: any
	}{
		{"reduction", r5, LBFGSB{}, status.Converged, 0, lbfgsb.Reduction, 24},
		{"gradient", r5, LBFGSB{FTol: -1}, status.Converged, 0, lbfgsb.Gradient, -1},
		{"optimal", rosen("", 1, 1), LBFGSB{}, status.Converged, 0, lbfgsb.Gradient, 0},
		{"maxiter", r5, LBFGSB{MaxIter: 1}, status.IterationLimit, 1, lbfgsb.Iterations, 1},
		{"none", r5, LBFGSB{MaxIter: -1}, status.IterationLimit, 1, lbfgsb.Iterations, 0},
		{"maxfun", r5, LBFGSB{MaxFun: 3}, status.EvaluationLimit, 1, lbfgsb.Evaluations, 3},
		{"wrong", wrong, LBFGSB{}, status.LineSearchFailed, 2, lbfgsb.Abnormal, 0},
		{"nan", odd("", constant(math.NaN()), 2, 0), LBFGSB{}, status.NonFinite, 2, lbfgsb.NonFinite, 0},
		{"nan gradient", odd("", func(x []float64) float64 { return vec.Dot(x, x) }, 2, math.NaN()), LBFGSB{}, status.NonFinite, 2, lbfgsb.NonFinite, 0},
		{"inf", odd("", constant(inf), 2, 0), LBFGSB{}, status.NonFinite, 2, lbfgsb.NonFinite, 0},
		{"-inf", odd("", constant(-inf), 2, 0), LBFGSB{}, status.Unbounded, 2, lbfgsb.Unbounded, 0},
		{"unbounded", odd("", func(x []float64) float64 { return -vec.Dot(x, x) }, -2, 0), LBFGSB{}, status.Unbounded, 2, lbfgsb.Unbounded, -1},
	} {
		r, err := Minimize(context.Background(), Problem{Func: c.p.f, Grad: c.p.g}, c.p.x0, Options{Method: c.m})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != c.reason || r.SciPyStatus != c.status || r.Message != c.message || c.nit >= 0 && r.NIter != c.nit ||
			r.Success != (c.reason == status.Converged) {
			t.Errorf("%s: %v, success %v, status %d after %d iterations: %s", c.name, r.Status, r.Success, r.SciPyStatus, r.NIter, r.Message)
		}
	}
}

// TestLBFGSBLimitedDomain starts where the function has no value farther on.
func TestLBFGSBLimitedDomain(t *testing.T) {
	for _, p := range oddProblems {
		if p.name != "nanmid" && p.name != "nanmid2" && p.name != "nanmid3" && p.name != "infmid" && p.name != "infmid3" {
			continue
		}
		for _, bounds := range []*Bounds{nil, {Lower: []float64{-20, -20}, Upper: []float64{20, 1.5}}} {
			want := p.min
			if bounds != nil {
				want += 0.25 // x₁ is at 1.5 instead of 2
			}
			for _, m := range []Method{LBFGSB{}, TNC{}} {
				r, err := Minimize(context.Background(), Problem{Func: p.f, Grad: p.g}, p.x0, Options{Method: m, Bounds: bounds})
				if err != nil {
					t.Fatal(err)
				}
				if !r.Success || math.Abs(r.Fun-want) > 1e-7 {
					t.Errorf("%s, %s, bounds %v: %v, value %g, want %g", m.Name(), p.name, bounds, r.Status, r.Fun, want)
				}
			}
		}
	}
}

// TestBoundedStationary checks that the projected gradient vanishes at what the methods
// with bounds answer, for random bounds on a problem with one minimum.
func TestBoundedStationary(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for trial := range 60 {
		n := 1 + rng.IntN(30)
		w := make([]float64, n)
		lower, upper, x0 := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			w[i] = math.Exp(4 * rng.Float64())
			lower[i], upper[i] = rng.NormFloat64()-0.7, inf
			if rng.IntN(2) == 0 {
				upper[i] = lower[i] + 1.5*rng.Float64()
			}
			if rng.IntN(8) == 0 {
				upper[i] = lower[i]
			}
			x0[i] = 3 * rng.NormFloat64()
		}
		// A quadratic, quartics, and a chain that couples the variables.
		f := func(x []float64) float64 {
			s := 0.0
			for i, v := range x {
				s += w[i]*v*v + v*v*v*v + v
				if i > 0 {
					s += 10 * (v - x[i-1]) * (v - x[i-1])
				}
			}
			return s
		}
		g := func(x, g []float64) {
			clear(g)
			for i, v := range x {
				g[i] += 2*w[i]*v + 4*v*v*v + 1
				if i > 0 {
					g[i] += 20 * (v - x[i-1])
					g[i-1] -= 20 * (v - x[i-1])
				}
			}
		}
		for _, m := range []Method{LBFGSB{FTol: -1, GTol: 1e-7}, TNC{FTol: -1, XTol: -1, GTol: 1e-7, MaxFun: 10000}} {
			r, err := Minimize(context.Background(), Problem{Func: f, Grad: g}, x0, Options{Method: m, Bounds: &Bounds{Lower: lower, Upper: upper}})
			if err != nil {
				t.Fatal(err)
			}
			worst, grad := 0.0, make([]float64, n)
			g(r.X, grad)
			for i, v := range r.X {
				worst = max(worst, math.Abs(min(max(v-grad[i], lower[i]), upper[i])-v))
			}
			// A value of hundreds hides a gradient of 1e-6 from the line search.
			if worst > 1e-5 || r.MaxCV != 0 || !r.Success && worst > 1e-6*math.Sqrt(1+math.Abs(r.Fun)) {
				t.Errorf("%s, trial %d, n = %d: %v, %s: projected gradient %g, violation %g", m.Name(), trial, n, r.Status, r.Message, worst, r.MaxCV)
			}
		}
	}
}

// TestLBFGSBLarge has so many variables that memory or time other than linear would show,
// and bounds most of which hold.
func TestLBFGSBLarge(t *testing.T) {
	const n = 40_000
	p := extendedRosenbrock(n)
	for _, c := range []struct {
		bounds *Bounds
		want   float64
	}{
		{nil, 0},
		{boxed{"", []float64{-5}, []float64{5}}.bounds(n), 0},
		{boxed{"", []float64{-2}, []float64{0.7, 2}}.bounds(n), n / 4 * 0.09}, // x = 0.7 in half of the pairs
	} {
		r, err := Minimize(context.Background(), Problem{Func: p.f, Grad: p.g}, p.x0, Options{Method: LBFGSB{}, Bounds: c.bounds})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Success || math.Abs(r.Fun-c.want) > 1e-6 || r.HessInv != nil || r.NFev > 80 {
			t.Errorf("%v after %d evaluations, value %g, want %g", r.Status, r.NFev, r.Fun, c.want)
		}
	}
}

// TestLBFGSBDifferences has no gradient, and stays within the bounds.
func TestLBFGSBDifferences(t *testing.T) {
	bounds := &Bounds{Lower: []float64{-2, -2}, Upper: []float64{0.5, 2}}
	for _, m := range []Method{LBFGSB{}, TNC{}} {
		calls := 0
		f := func(x []float64) float64 {
			calls++
			if search.BoundViolation(x, bounds.Lower, bounds.Upper) > 0 {
				t.Fatalf("%s: evaluated at %v", m.Name(), x)
			}
			return rosenF(x)
		}
		r, err := Minimize(context.Background(), Problem{Func: f}, []float64{-1.2, 1}, Options{Method: m, Bounds: bounds})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Success || math.Abs(r.Fun-0.25) > 1e-7 || r.X[0] != 0.5 || r.NFev != calls {
			t.Errorf("%s: %v at %v, value %g, %d evaluations reported and %d made", m.Name(), r.Status, r.X, r.Fun, r.NFev, calls)
		}
	}
}

// TestLBFGSBOptions has wrong options, SciPy's names and a callback that stops.
func TestLBFGSBOptions(t *testing.T) {
	p := lineProblems[1]
	for _, m := range []Method{LBFGSB{MaxCor: -1}, LBFGSB{MaxLS: -1}, TNC{Scale: []float64{1}},
		TNC{Scale: []float64{1, 1, 1, 0, 1}}, TNC{Offset: []float64{1}}} {
		if _, err := Minimize(context.Background(), p.problem(), p.x0, Options{Method: m}); err == nil {
			t.Errorf("%+v was taken", m)
		}
	}
	m, err := MethodByName("l-bfgs-b", map[string]any{"maxcor": 5, "ftol": 0, "gtol": 1e-9, "maxfun": 100, "maxiter": 50, "maxls": 30})
	if want := (LBFGSB{MaxCor: 5, FTol: -1, GTol: 1e-9, MaxFun: 100, MaxIter: 50, MaxLS: 30}); err != nil || m != want {
		t.Errorf("by name %+v, error %v, want %+v", m, err, want)
	}
	for _, m := range []Method{LBFGSB{}, TNC{}} {
		seen := 0
		r, err := Minimize(context.Background(), p.problem(), p.x0, Options{Method: m, Callback: func(r Result) error {
			if seen++; r.NIter != seen || r.Fun != p.f(r.X) {
				t.Errorf("%s: callback %d has iteration %d and value %g of %g", m.Name(), seen, r.NIter, r.Fun, p.f(r.X))
			}
			if seen == 3 {
				return ErrStop
			}
			return nil
		}})
		if err != nil || r.Status != status.Stopped || r.NIter != 3 {
			t.Errorf("%s: %v after %d iterations, error %v", m.Name(), r.Status, r.NIter, err)
		}
		ours := errors.New("ours")
		if _, err := Minimize(context.Background(), p.problem(), p.x0,
			Options{Method: m, Callback: func(Result) error { return ours }}); !errors.Is(err, ours) {
			t.Errorf("%s: the callback's error became %v", m.Name(), err)
		}
	}
}
