package scalar

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/status"
)

// rootScalarProblems are functions with a root. calls is what SciPy 1.17.1 reports for
// bisect, brentq, brenth, ridder, toms748, newton, secant and halley; 0 where it does not
// converge.
var rootScalarProblems = []struct {
	name      string
	f, d1, d2 func(x float64) float64
	bracket   []float64
	x0        float64
	x1        *float64
	root      float64
	calls     [8]int
}{
	{"cubic", func(x float64) float64 { return x*x*x - 1 }, func(x float64) float64 { return 3 * x * x }, func(x float64) float64 { return 6 * x },
		[]float64{0, 3}, 0.2, nil, 1, [8]int{43, 11, 11, 14, 11, 22, 23, 22}},
	{"cos", func(x float64) float64 { return math.Cos(x) - x }, func(x float64) float64 { return -math.Sin(x) - 1 }, func(x float64) float64 { return -math.Cos(x) },
		[]float64{0, 1}, 0.5, nil, 0.73908513321516064, [8]int{41, 8, 8, 12, 8, 8, 6, 9}},
	{"exp", func(x float64) float64 { return math.Exp(x) - 5 }, math.Exp, math.Exp,
		[]float64{0, 5}, 1, new(2.0), math.Log(5), [8]int{44, 13, 11, 14, 12, 12, 7, 12}},
	{"atan", func(x float64) float64 { return math.Atan(x - 1) }, func(x float64) float64 { return 1 / (1 + (x-1)*(x-1)) }, func(x float64) float64 { return -2 * (x - 1) / math.Pow(1+(x-1)*(x-1), 2) },
		[]float64{-5, 20}, 1.5, new(2.0), 1, [8]int{46, 8, 8, 20, 12, 8, 7, 12}},
	{"pole", func(x float64) float64 { return 1/(x-0.3) - 2 }, func(x float64) float64 { return -1 / ((x - 0.3) * (x - 0.3)) }, func(x float64) float64 { return 2 / math.Pow(x-0.3, 3) },
		[]float64{0.31, 2}, 0.5, nil, 0.8, [8]int{42, 12, 6, 16, 15, 14, 9, 4}},
	{"flat", func(x float64) float64 { return math.Pow(x-1, 9) }, func(x float64) float64 { return 9 * math.Pow(x-1, 8) }, func(x float64) float64 { return 72 * math.Pow(x-1, 7) },
		[]float64{-1, 4}, 2, nil, 1, [8]int{44, 0, 0, 70, 68, 0, 0, 0}},
	{"square", func(x float64) float64 { return x*x - 2 }, func(x float64) float64 { return 2 * x }, func(x float64) float64 { return 2 },
		[]float64{0, 2}, 1, new(2.0), math.Sqrt2, [8]int{42, 9, 9, 14, 11, 10, 7, 12}},
	{"quintic", func(x float64) float64 { return x*x*x*x*x - 2*x*x*x + x - 0.1 }, func(x float64) float64 { return 5*x*x*x*x - 6*x*x + 1 }, func(x float64) float64 { return 20*x*x*x - 12*x },
		[]float64{-2, 0.5}, 0.3, nil, 0.1021187310828964, [8]int{43, 11, 11, 16, 11, 10, 7, 12}},
	{"linear", func(x float64) float64 { return 3*x - 6 }, func(x float64) float64 { return 3 }, func(x float64) float64 { return 0 },
		[]float64{0, 5}, 1, nil, 2, [8]int{44, 3, 3, 4, 3, 3, 3, 4}},
	{"bump", func(x float64) float64 { return x * math.Exp(-x*x) }, func(x float64) float64 { return (1 - 2*x*x) * math.Exp(-x*x) }, func(x float64) float64 { return (4*x*x*x - 6*x) * math.Exp(-x*x) },
		[]float64{-1, 4}, 0.3, new(0.4), 0, [8]int{44, 11, 11, 18, 16, 8, 7, 12}},
	{"log", math.Log, func(x float64) float64 { return 1 / x }, func(x float64) float64 { return -1 / (x * x) },
		[]float64{0.1, 30}, 0.5, new(3.0), 1, [8]int{46, 12, 12, 16, 13, 10, 9, 10}},
}

func TestRootTakesAsManyEvaluationsAsSciPy(t *testing.T) {
	for k, m := range rootMethods.All {
		var ratio counts
		for _, p := range rootScalarProblems {
			calls := 0
			counted := func(f func(float64) float64) func(float64) float64 {
				return func(x float64) float64 { calls++; return f(x) }
			}
			r, err := Root(context.Background(), counted(p.f), RootOptions{Method: m, Bracket: p.bracket, X0: &p.x0, X1: p.x1,
				FPrime: counted(p.d1), FPrime2: counted(p.d2)})
			if err != nil {
				t.Fatal(err)
			}
			if r.NFev != calls {
				t.Errorf("%s, %s: %d calls reported, %d made", m.Name(), p.name, r.NFev, calls)
			}
			if p.calls[k] == 0 {
				if r.Success || r.Status != status.IterationLimit || r.Err() == nil {
					t.Errorf("%s, %s: %+v, want the iteration limit", m.Name(), p.name, r)
				}
				continue
			}
			tol := 2e-12 + 1e-15*math.Abs(p.root)
			if k == 6 { // the last step of Secant
				tol = 1e-9
			}
			if !r.Success || r.Status != status.Converged || r.Err() != nil || math.Abs(r.X-p.root) > tol {
				t.Errorf("%s, %s: %v at %.16g, want %.16g", m.Name(), p.name, r.Status, r.X, p.root)
			}
			ratio.add(r.NFev, p.calls[k])
		}
		if mean := ratio.mean(); mean > 1.06 {
			t.Errorf("%s: %.3f times SciPy's calls", m.Name(), mean)
		}
	}
}

// The points of SciPy 1.17.1 for x³ - 1 between 0 and 3.
func TestRootEvaluatesAtSciPysPoints(t *testing.T) {
	for _, c := range []struct {
		m    RootMethod
		want []float64
	}{
		{Bisect{}, []float64{0, 3, 1.5, 0.75, 1.125, 0.9375, 1.03125}},
		{BrentQ{}, []float64{0, 3, 0.1111111111111111, 1.5555555555555556, 0.49447077409162715, 1.0250131648235914, 0.9823203543863623, 0.9995599946271667, 1.0000003220870444, 0.9999999998582385, 1}},
		{BrentH{}, []float64{0, 3, 0.1111111111111111, 1.5555555555555556, 0.49447077409162715, 1.0250131648235914, 0.9823203543863623, 0.9995599946271667, 1.000000129284141, 0.9999999999430976, 1}},
		{Ridder{}, []float64{0, 3, 1.5, 0.8666666666666667, 1.1833333333333333, 0.9980335141184069, 1.0906834237258702, 0.999994603436862, 1.045339013581366, 0.9999999963114827, 1.0226695049464243, 0.9999999999993685, 1.0113347524728964, 1.000000000000369}},
		{TOMS748{}, []float64{0, 3, 0.1111111111111111, 0.9237962802016332, 0.9573228071185588, 1.9786614035592793, 1.0024848702388947, 0.9972972444225369, 1.0000004001367335, 0.999999597696421, 1}},
	} {
		var points []float64
		_, err := Root(context.Background(), func(x float64) float64 { points = append(points, x); return x*x*x - 1 },
			RootOptions{Method: c.m, Bracket: []float64{0, 3}})
		if err != nil || len(points) < len(c.want) {
			t.Fatalf("%s: %v, %v", c.m.Name(), points, err)
		}
		for i, w := range c.want {
			if math.Abs(points[i]-w) > 1e-12 {
				t.Errorf("%s: point %d is %.16g, want %.16g", c.m.Name(), i, points[i], w)
			}
		}
	}
}

// TOMS748's bracket shrinks from both ends, with fewer calls than bisection on what
// defeats BrentQ, and K = 2 converges too.
func TestTOMS748FindsRootsForEveryK(t *testing.T) {
	for _, k := range []int{1, 2, 3} {
		for _, p := range rootScalarProblems {
			r, err := Root(context.Background(), p.f, RootOptions{Method: TOMS748{K: k}, Bracket: []float64{p.bracket[1], p.bracket[0]}})
			if err != nil || !r.Success || math.Abs(r.X-p.root) > 2e-12+1e-15*math.Abs(p.root) {
				t.Errorf("K = %d, %s: %+v, %v, want the root %.16g", k, p.name, r, err, p.root)
			}
		}
	}
	if _, err := Root(context.Background(), math.Sin,
		RootOptions{Method: TOMS748{K: -1}, Bracket: []float64{-1, 2}}); err == nil || !strings.Contains(err.Error(), "K is -1") {
		t.Errorf("K = -1: %v", err)
	}
}

func TestDefaultMethodOfRoot(t *testing.T) {
	p := rootScalarProblems[0]
	x0, x1 := new(0.2), new(0.3)
	for _, c := range []struct {
		opt   RootOptions
		calls int // of SciPy 1.17.1
	}{
		{RootOptions{Bracket: p.bracket}, 11},
		{RootOptions{Bracket: p.bracket, X0: x0}, 11},
		{RootOptions{X0: x0, FPrime: p.d1}, 22},
		{RootOptions{X0: x0, X1: x1, FPrime: p.d1}, 22},
		{RootOptions{X0: x0, FPrime: p.d1, FPrime2: p.d2}, 22},
		{RootOptions{X0: x0, FPrime2: p.d2}, 22},
		{RootOptions{X0: x0}, 22},
		{RootOptions{X0: x0, X1: x1}, 20},
	} {
		r, err := Root(context.Background(), p.f, c.opt)
		if err != nil || !r.Success || math.Abs(r.X-1) > 1e-12 || r.NFev > c.calls {
			t.Errorf("%+v: %+v, %v, want %d calls", c.opt, r, err, c.calls)
		}
	}
}

func TestRootRefusesWrongArguments(t *testing.T) {
	inf := math.Inf(1)
	cubic := rootScalarProblems[0].f
	one := new(1.0)
	for _, c := range []struct {
		opt  RootOptions
		want string
	}{
		{RootOptions{Bracket: []float64{2, 3}}, "f(2) = 7 and f(3) = 26"},
		{RootOptions{Method: TOMS748{}, Bracket: []float64{2, 3}}, "f(2) = 7 and f(3) = 26"},
		{RootOptions{}, "neither a bracket nor a start"},
		{RootOptions{Method: Bisect{}}, "bisect needs a bracket"},
		{RootOptions{Method: Secant{}}, "secant needs a start"},
		{RootOptions{Method: Halley{}, X0: one}, "needs the derivative"},
		{RootOptions{Method: Halley{}, X0: one, FPrime: cubic}, "needs the second derivative"},
		{RootOptions{X0: one, X1: one}, "are both 1"},
		{RootOptions{Bracket: []float64{1, 2, 3}}, "has 3 points"},
		{RootOptions{Bracket: []float64{1, inf}}, "is +Inf"},
		{RootOptions{X0: &inf}, "is +Inf"},
	} {
		if _, err := Root(context.Background(), cubic, c.opt); err == nil || !strings.HasPrefix(err.Error(), "scalar: ") ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %s", c.opt, err, c.want)
		}
	}
	if _, err := Root(context.Background(), nil, RootOptions{X0: one}); err == nil {
		t.Error("no function: no error")
	}
}

func TestRootReportsWhyItEnded(t *testing.T) {
	cubic, d1, d2 := rootScalarProblems[0].f, rootScalarProblems[0].d1, rootScalarProblems[0].d2
	wide := []float64{0, 3}
	hole := func(x float64) float64 {
		if x > 0.3 && x < 1.2 {
			return math.NaN()
		}
		return x - 1
	}
	zero := new(0.0)
	for _, c := range []struct {
		name   string
		f      func(float64) float64
		opt    RootOptions
		reason status.Code
		root   float64
	}{
		{"root at an end", cubic, RootOptions{Bracket: []float64{0, 1}}, status.Converged, 1},
		{"root at the other end", cubic, RootOptions{Method: Ridder{}, Bracket: []float64{1, 2}}, status.Converged, 1},
		{"ends the wrong way round", cubic, RootOptions{Method: Bisect{}, Bracket: []float64{3, 0}}, status.Converged, 1},
		{"jump", func(x float64) float64 { return math.Copysign(1, x-1) }, RootOptions{Bracket: wide}, status.Failed, 1}, // SciPy reports roots here and in the next two
		{"infinite values", func(x float64) float64 { return (x - 1) * math.Inf(1) }, RootOptions{Bracket: []float64{0, 3.5}}, status.Failed, 1},
		{"pole", func(x float64) float64 { return 1 / (x - 1) }, RootOptions{Bracket: []float64{0, 3.5}}, status.Failed, 1},
		{"jump over 0 from far", func(x float64) float64 { return math.Floor(x) - .5 }, RootOptions{Bracket: []float64{-7, 9}}, status.Converged, 1},
		{"infinite ends", func(x float64) float64 { return math.Log(x) }, RootOptions{Bracket: wide}, status.Converged, 1},
		{"infinite end, toms748", math.Log, RootOptions{Method: TOMS748{}, Bracket: wide}, status.Converged, 1},
		{"infinite end, ridder", math.Log, RootOptions{Method: Ridder{}, Bracket: wide}, status.Converged, 1},
		{"nan", hole, RootOptions{Method: Bisect{}, Bracket: []float64{0, 1.3}}, status.NonFinite, math.NaN()},
		{"nan end", hole, RootOptions{Bracket: []float64{0, 1}}, status.NonFinite, 1},
		{"nan start", hole, RootOptions{X0: new(1.0)}, status.NonFinite, 1},
		{"3 iterations", cubic, RootOptions{Method: BrentQ{MaxIter: 3}, Bracket: wide}, status.IterationLimit, math.NaN()},
		{"3 iterations, toms748", cubic, RootOptions{Method: TOMS748{MaxIter: 3}, Bracket: wide}, status.IterationLimit, 1.0024848702388938},
		{"no iterations, toms748", cubic, RootOptions{Method: TOMS748{MaxIter: -1}, Bracket: wide}, status.IterationLimit, math.NaN()},
		{"2 iterations, newton", cubic, RootOptions{Method: NewtonRaphson{MaxIter: 2}, X0: new(0.2), FPrime: d1}, status.IterationLimit, 5.649094453744462},
		{"flat start, newton", cubic, RootOptions{X0: zero, FPrime: d1}, status.Failed, 0},
		{"flat start, halley", cubic, RootOptions{X0: zero, FPrime: d1, FPrime2: d2}, status.Failed, 0},
		{"equal values, secant", func(x float64) float64 { return x*x + 1 }, RootOptions{X0: new(1.0), X1: new(-1.0)}, status.Failed, math.NaN()},
		{"exact start", cubic, RootOptions{X0: new(1.0), FPrime: d1}, status.Converged, 1},
		{"coarse", cubic, RootOptions{Method: BrentQ{XTol: 1e-3, RTol: 1e-3}, Bracket: wide}, status.Converged, 0.9995599946271667},
		{"xtol 0", cubic, RootOptions{Method: BrentQ{XTol: -1}, Bracket: wide}, status.Converged, 1},
	} {
		r, err := Root(context.Background(), c.f, c.opt)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.Status != c.reason || r.Success != (c.reason == status.Converged) || !math.IsNaN(c.root) && math.Abs(r.X-c.root) > 3e-12 {
			t.Errorf("%s: %+v, want %v at %g", c.name, r, c.reason, c.root)
		}
	}
	// SciPy reports 1e-16 as a root here, where the cubic is -1.
	r, err := Root(context.Background(), cubic, RootOptions{Method: Secant{}, X0: zero})
	if err != nil || r.Success && math.Abs(r.X-1) > 1e-9 {
		t.Errorf("secant from 0: %+v, %v", r, err)
	}
}

func TestRootEndsWithContextAndPanic(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	r, err := Root(ctx, func(x float64) float64 {
		if n++; n == 5 {
			cancel()
		}
		return x*x*x - 1
	}, RootOptions{Bracket: []float64{0, 3}})
	if !errors.Is(err, context.Canceled) || r.Status != status.Cancelled || r.NFev != 5 || r.Success {
		t.Errorf("%+v, %v", r, err)
	}
	boom := errors.New("boom")
	for _, opt := range []RootOptions{{Bracket: []float64{0, 3}}, {X0: new(1.0), FPrime: func(float64) float64 { panic(boom) }}} {
		f := func(x float64) float64 {
			if opt.Bracket != nil {
				panic(boom)
			}
			return x + 1
		}
		if _, err := Root(context.Background(), f, opt); !errors.Is(err, boom) {
			t.Errorf("a panic gave the error %v", err)
		}
	}
}

func TestRootMethodByName(t *testing.T) {
	m, err := RootMethodByName("TOMS748", map[string]any{"k": 2, "xtol": 1e-9, "rtol": 1e-9, "maxiter": 7})
	if want := (TOMS748{2, 1e-9, 1e-9, 7}); err != nil || m != RootMethod(want) {
		t.Errorf("toms748 is %+v, %v", m, err)
	}
	if _, err := RootMethodByName("brent", nil); err == nil || !strings.Contains(err.Error(), `did you mean "brent`) {
		t.Errorf("brent: %v", err)
	}
	want := []string{"bisect", "brenth", "brentq", "halley", "newton", "ridder", "secant", "toms748"}
	if got := RootMethods(); !slices.Equal(got, want) {
		t.Errorf("the methods are %v", got)
	}
}

// Numbers of options that are 0 are their defaults, and negative ones are 0.
func TestZeroOptionsOfRoot(t *testing.T) {
	p := rootScalarProblems[0]
	solve := func(m RootMethod) RootResult {
		t.Helper()
		r, err := Root(context.Background(), p.f, RootOptions{Method: m, Bracket: p.bracket, X0: new(p.x0), FPrime: p.d1, FPrime2: p.d2})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	const rtol = 0x1p-50
	for _, c := range [][2]RootMethod{
		{Bisect{}, Bisect{XTol: 2e-12, RTol: rtol, MaxIter: 100}},
		{BrentQ{}, BrentQ{XTol: 2e-12, RTol: rtol, MaxIter: 100}},
		{BrentH{}, BrentH{XTol: 2e-12, RTol: rtol, MaxIter: 100}},
		{Ridder{}, Ridder{XTol: 2e-12, RTol: rtol, MaxIter: 100}},
		{TOMS748{}, TOMS748{K: 1, XTol: 2e-12, RTol: rtol, MaxIter: 100}},
		{NewtonRaphson{}, NewtonRaphson{XTol: 1.48e-8, RTol: -1, MaxIter: 50}},
		{Secant{}, Secant{XTol: 1.48e-8, RTol: -1, MaxIter: 50}},
		{Halley{}, Halley{XTol: 1.48e-8, RTol: -1, MaxIter: 50}},
	} {
		if a, b := solve(c[0]), solve(c[1]); a != b {
			t.Errorf("%s: %+v by default, %+v with the default written out", c[0].Name(), a, b)
		}
	}
	for _, m := range []RootMethod{Bisect{MaxIter: -1}, BrentQ{MaxIter: -1}, BrentH{MaxIter: -1}, Ridder{MaxIter: -1},
		TOMS748{MaxIter: -1}, NewtonRaphson{MaxIter: -1}, Secant{MaxIter: -1}, Halley{MaxIter: -1}} {
		if r := solve(m); r.Status != status.IterationLimit || r.NIter != 0 {
			t.Errorf("%s without iterations: %+v", m.Name(), r)
		}
	}
	for _, m := range []RootMethod{NewtonRaphson{XTol: -1}, Halley{XTol: -1}} {
		if r := solve(m); !r.Success || r.X != 1 {
			t.Errorf("%s with the tolerance 0: %+v", m.Name(), r)
		}
	}
}
