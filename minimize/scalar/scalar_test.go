package scalar

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/status"
)

func scalarQuartic(x float64) float64 { return (x - 2) * x * (x + 2) * (x + 2) }

func scalarLgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// scalarProblems are functions with a minimum at x, or if end is not 0 with another one between
// the bounds, at end. nfev is what SciPy 1.17.1 reports for Brent and Golden from the bracket of
// two points, and for Bounded.
var scalarProblems = []struct {
	name            string
	f               func(x float64) float64
	bracket, bounds []float64
	x, end          float64
	nfev            [3]int
}{
	{"quartic", scalarQuartic, []float64{0, 1}, []float64{-1, 3}, (math.Sqrt(17) + 1) / 4, 0, [3]int{14, 43, 11}},
	{"far", func(x float64) float64 { return (x - 1000) * (x - 1000) }, []float64{0, 1}, []float64{0, 2000}, 1000, 0, [3]int{10, 46, 6}},
	{"cosh", func(x float64) float64 { return math.Cosh(x/50 - 9) }, []float64{0, 1}, []float64{0, 1000}, 450, 0, [3]int{20, 50, 11}},
	{"abs", func(x float64) float64 { return math.Abs(x - 0.3) }, []float64{0, 1}, []float64{-1, 1}, 0.3, 0, [3]int{28, 46, 19}},
	{"exp", func(x float64) float64 { return math.Exp(x) - 5*x }, []float64{0, 1}, []float64{0, 5}, math.Log(5), 0, [3]int{12, 43, 11}},
	{"well", func(x float64) float64 { return -1 / (1 + (x-3)*(x-3)) }, []float64{0, 1}, []float64{-10, 10}, 3, 0, [3]int{14, 43, 13}},
	{"gamma", scalarLgamma, []float64{1, 1.2}, []float64{0.5, 5}, 1.4616321449683623, 0, [3]int{12, 38, 10}},
	{"zero", func(x float64) float64 { return x * x }, []float64{1, 2}, []float64{-1, 2}, 0, 0, [3]int{8, 818, 6}},
	{"flat", func(x float64) float64 { return math.Pow(x-1, 4) }, []float64{-3, -2}, []float64{-5, 4}, 1, 0, [3]int{16, 47, 20}},
	{"waves", func(x float64) float64 { return math.Sin(x) + math.Sin(10*x/3) }, []float64{3, 4}, []float64{2.7, 7.5}, 3.387251719, 5.145735285, [3]int{12, 41, 10}},
	{"end", func(x float64) float64 { return x * x }, []float64{1, 2}, []float64{1, 3}, 0, 1, [3]int{8, 818, 27}},
}

func TestMinimizeTakesAsManyEvaluationsAsSciPy(t *testing.T) {
	for k, m := range []Method{Brent{}, Golden{}, Bounded{}} {
		var ratio counts
		for _, p := range scalarProblems {
			calls := 0
			f := func(x float64) float64 {
				calls++
				if k == 2 && !(x > p.bounds[0] && x < p.bounds[1]) {
					t.Errorf("%s: evaluated at %g, the bounds are %v", p.name, x, p.bounds)
				}
				return p.f(x)
			}
			opt, want, tol := Options{Method: m, Bracket: p.bracket}, p.x, 3e-8
			if k == 2 {
				opt.Bracket, opt.Bounds, tol = nil, p.bounds, 1e-5
				if p.end != 0 {
					want = p.end
				}
			}
			if p.name == "flat" { // the values differ by less than their rounding
				tol = 1e-3
			}
			r, err := Minimize(context.Background(), f, opt)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Success || r.Err() != nil || math.Abs(r.X-want) > tol*max(1, math.Abs(want)) || r.Fun != p.f(r.X) {
				t.Errorf("%s, %s: %v at %.10g with value %g, want %.10g", m.Name(), p.name, r.Status, r.X, r.Fun, want)
			}
			if r.NFev != calls {
				t.Errorf("%s, %s: %d evaluations reported, %d made", m.Name(), p.name, r.NFev, calls)
			}
			ratio.add(r.NFev, p.nfev[k])
		}
		if mean := ratio.mean(); mean < 0.95 || mean > 1.02 {
			t.Errorf("%s: %.3f times SciPy's evaluations", m.Name(), mean)
		}
	}
}

func TestBracketEnclosesMinimum(t *testing.T) {
	b, err := Bracket(context.Background(), scalarQuartic, 0, 1, BracketOptions{})
	if err != nil || b.XA != 0 || b.XB != 1 || math.Abs(b.XC-2.618034) > 1e-12 || b.NFev != 3 {
		t.Errorf("a bracket of the quartic is %+v, %v", b, err)
	}
	for _, p := range scalarProblems {
		b, err := Bracket(context.Background(), p.f, p.bracket[0], p.bracket[1], BracketOptions{})
		lo, hi := min(b.XA, b.XC), max(b.XA, b.XC)
		if err != nil || !(lo < b.XB && b.XB < hi) || !(b.FB <= b.FA && b.FB <= b.FC && b.FB < max(b.FA, b.FC)) || p.x < lo || p.x > hi {
			t.Errorf("%s: %+v, %v, want a bracket of %g", p.name, b, err, p.x)
		}
		if b.FA != p.f(b.XA) || b.FB != p.f(b.XB) || b.FC != p.f(b.XC) {
			t.Errorf("%s: %+v has other values than the function at its points", p.name, b)
		}
		// A bracket of three is taken as it is, in either order.
		r, err := Minimize(context.Background(), p.f, Options{Bracket: []float64{b.XC, b.XB, b.XA}})
		if b.FB < b.FA && b.FB < b.FC && (err != nil || !r.Success || r.X < lo || r.X > hi) {
			t.Errorf("%s: %v, %v at %g, within the bracket %g, %g", p.name, err, r.Status, r.X, lo, hi)
		}
	}
	// Steps of SciPy 1.17.1.
	b, err = Bracket(context.Background(), func(x float64) float64 { return math.Cosh(x/50 - 9) }, 0, 1, BracketOptions{})
	if err != nil || math.Abs(b.XA-257.04319294551044) > 1e-9 || math.Abs(b.XB-462.87747274903415) > 1e-9 ||
		math.Abs(b.XC-795.9243358366489) > 1e-9 || b.NFev != 11 {
		t.Errorf("a bracket of cosh is %+v, %v", b, err)
	}
	boom := errors.New("boom")
	for _, c := range []struct {
		name string
		f    func(float64) float64
		want string
	}{
		{"linear", func(x float64) float64 { return -x }, "unbounded"},
		{"constant", func(x float64) float64 { return 1 }, "initial points"},
		{"nan", func(x float64) float64 { return math.NaN() }, "not finite"},
		{"panic", func(x float64) float64 { panic(boom) }, "boom"},
	} {
		b, err := Bracket(context.Background(), c.f, 0, 1, BracketOptions{})
		if err == nil || !strings.Contains(err.Error(), c.want) || math.IsInf(b.XB, 0) {
			t.Errorf("%s: %+v, error %v, want one with %s", c.name, b, err, c.want)
		}
	}
	if _, err := Bracket(context.Background(), func(x float64) float64 { return math.Exp(-x) }, 0, 1,
		BracketOptions{MaxIter: 3}); err == nil || !strings.Contains(err.Error(), "iteration limit") {
		t.Errorf("three iterations: %v", err)
	}
}

func TestMinimizeReportsWhyItEnded(t *testing.T) {
	nan := func(float64) float64 { return math.NaN() }
	line := func(x float64) float64 { return -x }
	one := func(float64) float64 { return 1 }
	square := func(x float64) float64 { return -x * x }
	bounds := []float64{-3, 1}
	for _, c := range []struct {
		name   string
		f      func(float64) float64
		opt    Options
		reason status.Code
	}{
		{"line", line, Options{}, status.Unbounded},
		{"line", line, Options{Method: Golden{}}, status.Unbounded},
		{"line", line, Options{Bounds: bounds}, status.Converged},
		{"nan", nan, Options{}, status.NonFinite},
		{"nan", nan, Options{Method: Golden{}}, status.NonFinite},
		{"nan", nan, Options{Bounds: bounds}, status.NonFinite},
		{"constant", one, Options{}, status.Failed},
		{"falls", square, Options{}, status.Unbounded},
		{"falls", square, Options{Method: Golden{}}, status.Unbounded},
		{"equal points", scalarQuartic, Options{Bracket: []float64{1, 1}}, status.Failed},
		{"equal bounds", scalarQuartic, Options{Bounds: []float64{1, 1}}, status.Converged},
		{"brent, 3 iterations", scalarQuartic, Options{Method: Brent{MaxIter: 3}}, status.IterationLimit},
		{"golden, 3 iterations", scalarQuartic, Options{Method: Golden{MaxIter: 3}}, status.IterationLimit},
		{"bounded, 3 iterations", scalarQuartic, Options{Method: Bounded{MaxIter: 3}, Bounds: bounds}, status.IterationLimit},
		{"exact", scalarQuartic, Options{Method: Brent{XTol: -1}}, status.Converged},
		{"golden, exact", scalarQuartic, Options{Method: Golden{XTol: -1}}, status.Converged},
	} {
		r, err := Minimize(context.Background(), c.f, c.opt)
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != c.reason || r.Success != (c.reason == status.Converged) || (r.Err() == nil) != r.Success ||
			(r.SciPyStatus == 0) != r.Success || math.IsInf(r.X, 0) {
			t.Errorf("%s: %v at %g, status %d, %s, want %v", c.name, r.Status, r.X, r.SciPyStatus, r.Message, c.reason)
		}
		if f := c.f(r.X); f != r.Fun && !math.IsNaN(f) {
			t.Errorf("%s: value %g reported at %g, it is %g", c.name, r.Fun, r.X, f)
		}
	}
}

func TestMinimizeRefusesWrongArguments(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		opt  Options
		want string
	}{
		{Options{Method: Bounded{}}, "needs bounds"},
		{Options{Method: Brent{}, Bounds: []float64{0, 1}}, "takes no bounds"},
		{Options{Bounds: []float64{0, 1}, Bracket: []float64{0, 1}}, "takes no bracket"},
		{Options{Bounds: []float64{1, 0}}, "lower bound 1 is above the upper bound 0"},
		{Options{Bounds: []float64{1}}, "1 bounds, want 2"},
		{Options{Bounds: []float64{1, inf}}, "is +Inf"},
		{Options{Bracket: []float64{1, 2, 3, 4}}, "has 4 points"},
		{Options{Bracket: []float64{2, 1, 3}}, "2, 1, 3 is not in order"},
		{Options{Bracket: []float64{3, 4, 5}}, "f(3) = 75, f(4) = 288, f(5) = 735"},
		{Options{Tol: math.NaN()}, "Tol is NaN"},
	} {
		if _, err := Minimize(context.Background(), scalarQuartic, c.opt); err == nil ||
			!strings.HasPrefix(err.Error(), "scalar: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %s", c.opt, err, c.want)
		}
	}
	if _, err := Minimize(context.Background(), nil, Options{}); err == nil {
		t.Error("no function: no error")
	}
}

func TestMethodByName(t *testing.T) {
	m, err := MethodByName("Brent", map[string]any{"xtol": 1e-5, "maxiter": 9})
	if want := (Brent{1e-5, 9}); err != nil || m != Method(want) {
		t.Errorf("brent is %+v, %v", m, err)
	}
	if _, err := MethodByName("bound", nil); err == nil || !strings.Contains(err.Error(), `did you mean "bounded"`) {
		t.Errorf("bound: %v", err)
	}
	if _, err := MethodByName("bounded", map[string]any{"xtol": 1}); err == nil || !strings.Contains(err.Error(), `did you mean "xatol"`) {
		t.Errorf("xtol of bounded: %v", err)
	}
	if got := strings.Join(Methods(), " "); got != "bounded brent golden" {
		t.Errorf("the methods are %s", got)
	}
}

func TestMinimizeEndsWithContextAndPanic(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	r, err := Minimize(ctx, func(x float64) float64 {
		if n++; n == 8 {
			cancel()
		}
		return scalarQuartic(x)
	}, Options{})
	if !errors.Is(err, context.Canceled) || r.Status != status.Cancelled || n != 8 || r.NFev != 8 || r.NIter != 6 ||
		scalarQuartic(r.X) != r.Fun || r.Fun > -9 {
		t.Errorf("%v, %+v", err, r)
	}
	boom := errors.New("boom")
	if _, err := Minimize(context.Background(), func(float64) float64 { panic(boom) }, Options{}); !errors.Is(err, boom) {
		t.Errorf("a panic gave the error %v", err)
	}
}

// Numbers of options that are 0 are their defaults, and negative ones are 0.
func TestZeroOptionsOfMinimize(t *testing.T) {
	solve := func(opt Options) Result {
		t.Helper()
		r, err := Minimize(context.Background(), scalarQuartic, opt)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	bounds := []float64{-1, 3}
	for _, c := range [][2]Options{
		{{}, {Method: Brent{XTol: 1.48e-8, MaxIter: 500}, Bracket: []float64{0, 1}}},
		{{Method: Golden{}}, {Method: Golden{XTol: 0x1p-26, MaxIter: 5000}}},
		{{Bounds: bounds}, {Method: Bounded{XAtol: 1e-5, MaxIter: 500}, Bounds: bounds}},
		{{Tol: 1e-3}, {Method: Brent{XTol: 1e-3}}},
		{{Method: Brent{XTol: -1}, Tol: 1e-3}, {Method: Brent{XTol: -1}}},
		{{Method: Bounded{MaxIter: -1}, Bounds: bounds}, {Method: Bounded{MaxIter: 1}, Bounds: bounds}},
	} {
		a, b := solve(c[0]), solve(c[1])
		a.Message, b.Message = "", ""
		if a != b {
			t.Errorf("%+v: %+v, %+v with the numbers written out", c[0], a, b)
		}
	}
	for _, m := range []Method{Brent{MaxIter: -1}, Golden{MaxIter: -1}} {
		if r := solve(Options{Method: m}); r.Status != status.IterationLimit || r.NIter != 0 {
			t.Errorf("%s without iterations: %+v", m.Name(), r)
		}
	}
	if b, err := Bracket(context.Background(), scalarQuartic, 0, 1, BracketOptions{GrowLimit: 110, MaxIter: 1000}); err != nil || b.NFev != 3 {
		t.Errorf("%+v, %v", b, err)
	}
	line := func(x float64) float64 { return -x }
	if b, err := Bracket(context.Background(), line, 0, 1, BracketOptions{MaxIter: -1}); err == nil || b.NFev > 4 {
		t.Errorf("bracket without iterations: %+v, %v", b, err)
	}
}

// counts is the geometric mean of ratios of counts of evaluations.
type counts struct{ logs, n float64 }

func (r *counts) add(ours, theirs int) {
	r.logs += math.Log(float64(ours) / float64(theirs))
	r.n++
}

func (r *counts) mean() float64 { return math.Exp(r.logs / r.n) }
