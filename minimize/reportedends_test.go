package minimize_test

import (
	"context"
	"math"
	"testing"

	"github.com/argmin-go/argmin/minimize"
)

// What users of other libraries have reported of ends that were wrong: the start at an upper bound, walls of infinity, values of 1e-15, a start
// far away, and values that are nothing.
func TestReportedEnds(t *testing.T) {
	inf := math.Inf(1)
	gauss := func(p []float64) float64 {
		s := 0.0
		for i := range 100 {
			w := 1 + float64(i)/99
			r := p[0]*math.Exp(-0.5*math.Pow((w-p[1])/p[2], 2)) - 1.2e-8*math.Exp(-0.5*math.Pow((w-1.4)/0.11, 2))
			s += r * r
		}
		return s
	}
	entropy := func(x []float64) float64 {
		s := 0.0
		for _, v := range x {
			s += -50*v + 300*v*(math.Log(v)-1)
		}
		return s
	}
	far := make([]float64, 20)
	for i := range far {
		far[i] = 1.1813604128656459 * (1 + 1e-3*float64(i%3-1))
	}
	for _, c := range []struct {
		name         string
		f            func(x []float64) float64
		x0           []float64
		lower, upper float64 // of all variables
		want, tol    float64
	}{
		{"start at the upper bound", func(x []float64) float64 { return x[0]*x[0] - 3 }, []float64{4}, 0, 4, -3, 1e-4},
		{"walls of infinity", func(x []float64) float64 {
			if max(math.Abs(x[0]), math.Abs(x[1])) > 1 {
				return inf
			}
			return math.Hypot(x[0], x[1])
		}, []float64{0.1, 0.1}, -inf, inf, 0, 1e-3},
		{"wall of the largest number", func(x []float64) float64 {
			if x[0] < 0 || x[0] >= 1 {
				return math.MaxFloat64
			}
			return math.Pow(x[0], 6)
		}, []float64{0.5}, -inf, inf, 0, 1e-4},
		{"values of 1e-15", gauss, []float64{1.5e-8, 1.6, 0.2}, -inf, inf, 0, 1e-17},
		{"reciprocal from far", func(x []float64) float64 { return x[0] + 1/x[0] }, []float64{1500}, 1e-12, inf, 2, 4e-3},
		{"entropy beside its minimum", entropy, far, 1e-2, inf, entropy([]float64{1.1813604128656459}) * 20, 1e-3},
	} {
		for _, name := range minimize.Methods() {
			m, err := minimize.MethodByName(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			can := m.Capability()
			bounded := !math.IsInf(c.lower, 0) || !math.IsInf(c.upper, 0)
			if can.Hess || can.FullHess || name == "Newton-CG" || bounded && !can.Bounds {
				continue
			}
			opt := minimize.Options{Method: m}
			if bounded {
				lo, hi := make([]float64, len(c.x0)), make([]float64, len(c.x0))
				for i := range lo {
					lo[i], hi[i] = c.lower, c.upper
				}
				opt.Bounds = &minimize.Bounds{Lower: lo, Upper: hi}
			}
			r, err := minimize.Minimize(context.Background(), minimize.Problem{Func: c.f}, c.x0, opt)
			switch {
			case err != nil:
				t.Errorf("%s, %s: %v", name, c.name, err)
			case r.Success && !(r.Fun <= c.want+c.tol):
				t.Errorf("%s, %s: success at %g, value %.9g, want %g: %s", name, c.name, r.X, r.Fun, c.want, r.Message)
			case !r.Success:
				t.Logf("%s, %s: %v at %g, value %g: %s", name, c.name, r.Status, r.X, r.Fun, r.Message)
			}
		}
	}
	for _, name := range minimize.Methods() {
		m, _ := minimize.MethodByName(name, nil)
		if can := m.Capability(); can.Hess || can.FullHess || name == "Newton-CG" {
			continue
		}
		r, err := minimize.Minimize(context.Background(), minimize.Problem{Func: func([]float64) float64 { return math.NaN() }}, []float64{1}, minimize.Options{Method: m})
		if err == nil && r.Success {
			t.Errorf("%s: success where all values are NaN: %s", name, r.Message)
		}
	}
	few := minimize.NelderMead{MaxFev: 3}
	if r, err := minimize.Minimize(context.Background(), minimize.Problem{Func: entropy}, far, minimize.Options{Method: few}); err != nil || r.NFev > 3 || r.Success {
		t.Errorf("%d evaluations, of 3: %v, %v", r.NFev, r.Status, err)
	}
}
