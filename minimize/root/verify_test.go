package root

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// suspicious are systems on which stopping tests held where no root is, here or in SciPy. scale is the size of the
// values, and must are the methods that find a root.
var suspicious = []struct {
	name  string
	f     func(x, f []float64)
	x0    []float64
	jac   func(x []float64, j *mat.Dense)
	scale float64
	must  string
}{
	{name: "constant", f: func(_, f []float64) { f[0] = 5 }, x0: []float64{2}, scale: 1},
	{name: "inconsistent", f: func(x, f []float64) { f[0], f[1] = x[0]+x[1]-1, x[0]+x[1]-3 }, x0: []float64{1, 1}, scale: 1},
	{name: "flat at the start", f: func(x, f []float64) { f[0] = max(x[0], 0) - 3 }, x0: []float64{-2}, scale: 1, must: "hybr"},
	{name: "flat far away", f: func(x, f []float64) { f[0] = math.Exp(-x[0]) - .001 }, x0: []float64{800}, scale: 1e-3},
	{name: "slope 0", f: func(x, f []float64) { f[0] = x[0]*x[0] - 2*x[0] }, x0: []float64{1}, scale: 1, must: "hybr lm broyden1 df-sane"},
	{name: "slope 0, given", f: func(x, f []float64) { f[0] = x[0]*x[0] - 2*x[0] }, x0: []float64{1}, scale: 1, must: "hybr broyden1",
		jac: func(x []float64, j *mat.Dense) { j.Set(0, 0, 2*x[0]-2) }},
	{name: "slope nearly 0", f: func(x, f []float64) { f[0] = (x[0]-1.6668)*(x[0]-1.6668) - 2 }, x0: []float64{1.66703}, scale: 1, must: "hybr lm krylov df-sane"},
	{name: "one equation flat", f: func(x, f []float64) { f[0], f[1] = max(x[0], 0)-3, x[1]*x[1]-1 }, x0: []float64{-2, .5}, scale: 1, must: "hybr krylov df-sane"},
	{name: "one equation without root", f: func(x, f []float64) { f[0], f[1], f[2] = x[0]*x[0]-1, x[1]*x[1]-2, min(max(x[2], -1), 1)-2 }, x0: []float64{2, 2, 3}, scale: 1},
	{name: "positive", f: func(x, f []float64) { f[0] = x[0]*x[0] + 1 }, x0: []float64{1}, scale: 1},
	{name: "far start", f: func(x, f []float64) { f[0] = x[0]*x[0]*x[0] + x[0] - 5 }, x0: []float64{1e5}, scale: 5, must: "hybr lm df-sane broyden1"},
	{name: "steep", f: func(x, f []float64) {
		f[0] = 9.889*(1-math.Exp((x[0]/60-1)*(-2.403)/(-0.167))) - (4.964 * (1 - math.Exp((x[0]/80-1)*(-2.369)/(-0.125))))
	}, x0: []float64{45}, scale: 1, must: "hybr lm krylov"},
	{name: "tiny start", f: func(x, f []float64) { f[0] = x[0] - 3 }, x0: []float64{1e-12}, scale: 3, must: "hybr lm krylov df-sane"},
	{name: "small values", f: func(x, f []float64) { f[0], f[1] = 1e-8*(x[0]+x[1]-3), 1e-8*(x[0]-x[1]-1) }, x0: []float64{5, 7}, scale: 1e-8, must: "hybr lm krylov broyden1 df-sane"},
	{name: "small values of two sizes", f: func(x, f []float64) { f[0], f[1] = 1e-9*(x[0]*x[0]+x[1]-3), 1e-7*(x[0]-x[1]*x[1]-1) }, x0: []float64{5, 7}, scale: 1e-8, must: "hybr lm krylov"},
	{name: "small unknowns", f: func(x, f []float64) { f[0], f[1] = x[0]*x[0]*1e16+x[1]*1e8-3, x[0]*1e8-x[1]*x[1]*1e16-1 }, x0: []float64{5e-8, 7e-8}, scale: 1, must: "hybr lm krylov"},
	{name: "double root", f: func(x, f []float64) { f[0] = (x[0] - 1) * (x[0] - 1) }, x0: []float64{3}, scale: 1, must: "hybr lm krylov broyden1"},
	{name: "double root at 0", f: func(x, f []float64) { f[0] = x[0] * x[0] }, x0: []float64{3}, scale: 1, must: "hybr lm krylov broyden1"},
	{name: "triple root at 0", f: func(x, f []float64) { f[0] = x[0] * x[0] * x[0] }, x0: []float64{3}, scale: 1, must: "hybr lm krylov broyden1"},
	{name: "one unknown 0", f: func(x, f []float64) { f[0], f[1] = x[0]+1e-3*x[0]*x[0], x[1]*x[1]-2 }, x0: []float64{1, 1}, scale: 1, must: "hybr lm krylov broyden1 broyden2 anderson"},
	{name: "one unknown 0 of two", f: func(x, f []float64) { f[0], f[1] = x[0]*x[0]-x[1]*x[1]+1, 2*x[0]*x[1] }, x0: []float64{.1, .8}, scale: 1, must: "hybr lm krylov broyden1 broyden2 anderson"},
	{name: "one unknown 0 of four", f: func(x, f []float64) {
		f[0], f[1], f[2], f[3] = x[0]*x[0]-x[1]*x[1]+1, 2*x[0]*x[1], x[2]*x[2]-x[3]*x[3], 2*x[2]*x[3]+4
	}, x0: []float64{.1, .8, 1, -1.2}, scale: 1, must: "hybr lm krylov broyden1 broyden2 anderson"},
	{name: "values in float32", f: func(x, f []float64) {
		f[0], f[1] = float64(float32(x[0]*x[0]+x[1]-3)), float64(float32(math.Exp(x[0])-x[1]*x[1]-1))
	}, x0: []float64{1.5, 2}, scale: 1, must: "hybr lm"},
	{name: "linear, given", f: func(x, f []float64) { f[0], f[1] = 2*x[0]-1.5, x[1]+x[0] }, x0: []float64{1, 1}, scale: 1, must: "hybr lm", // hybrj of MINPACK makes no progress
		jac: func(_ []float64, j *mat.Dense) { j.SetRow(0, []float64{2, 0}); j.SetRow(1, []float64{1, 1}) }},
}

// A success has small values, and there is one where listed. Without a success the message has what is not small.
func TestSuccessIsARoot(t *testing.T) {
	for _, c := range suspicious {
		for _, m := range methods.All {
			r, err := Find(context.Background(), Problem{Func: c.f, Jac: c.jac}, c.x0, Options{Method: m})
			if err != nil {
				t.Fatal(err)
			}
			f := make([]float64, len(r.X))
			c.f(r.X, f)
			if size := vec.Norm(f, math.Inf(1)); r.Success && size > 1e-3*c.scale {
				t.Errorf("%s, %s: success at %v, where F is %v", c.name, m.Name(), r.X, f)
			}
			if !r.Success && slices.Contains(strings.Fields(c.must), m.Name()) {
				t.Errorf("%s, %s: %v, F is %v: %s", c.name, m.Name(), r.X, f, r.Message)
			}
			if strings.Contains(r.Message, "bug") {
				t.Errorf("%s, %s: %s", c.name, m.Name(), r.Message)
			}
		}
	}
}

// Steps of differences are those of the options.
func TestStepsOfDifferences(t *testing.T) {
	for _, c := range []struct {
		d    finite.Differences
		m    Method
		want []float64
	}{
		{finite.Differences{}, nil, []float64{4e-9 * math.Sqrt(vec.Eps), math.Sqrt(vec.Eps)}},
		{finite.Differences{RelStep: []float64{1e-3}}, nil, []float64{4e-12, math.Sqrt(vec.Eps)}},
		{finite.Differences{RelStep: []float64{1e-3, 1e-4}}, nil, []float64{4e-12, math.Sqrt(vec.Eps)}},
		{finite.Differences{AbsStep: []float64{1e-10, 1e-5}}, nil, []float64{1e-10, 1e-5}},
		{finite.Differences{FuncError: 1e-6}, nil, []float64{4e-12, 1e-3}},
		{finite.Differences{}, Hybr{Diag: []float64{1e3, 10}}, []float64{1e-3 * math.Sqrt(vec.Eps), .1 * math.Sqrt(vec.Eps)}},
	} {
		var steps [2]float64
		f := func(x, f []float64) {
			if d := x[0] - 4e-9; d != 0 && x[1] == 0 && steps[0] == 0 {
				steps[0] = d
			}
			if x[0] == 4e-9 && x[1] != 0 && steps[1] == 0 {
				steps[1] = x[1]
			}
			f[0], f[1] = 1e9*x[0]-1, x[1]-1
		}
		if _, err := Find(context.Background(), Problem{Func: f}, []float64{4e-9, 0}, Options{Method: c.m, Differences: c.d}); err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			if math.Abs(steps[i]/want-1) > 1e-6 {
				t.Errorf("%+v: step %d is %g, want %g", c.d, i, steps[i], want)
			}
		}
	}
}

// Complex steps give a Jacobian to rounding, with as many evaluations as unknowns.
func TestComplexSteps(t *testing.T) {
	f := func(z, f []complex128) { f[0], f[1] = 10*(z[1]-z[0]*z[0]), 1-z[0] }
	p := Problem{Func: func(x, y []float64) { y[0], y[1] = 10*(x[1]-x[0]*x[0]), 1-x[0] }, Complex: f}
	for _, m := range []Method{Hybr{}, LM{}} {
		r, err := Find(context.Background(), p, []float64{-1.2, 1}, Options{Method: m, Differences: finite.Differences{Scheme: "cs"}})
		given := p
		given.Jac = func(x []float64, j *mat.Dense) { j.SetRow(0, []float64{-20 * x[0], 10}); j.SetRow(1, []float64{-1, 0}) }
		want, err2 := Find(context.Background(), given, []float64{-1.2, 1}, Options{Method: m})
		if err != nil || err2 != nil || !r.Success || r.NJev != want.NJev || r.NFev != want.NFev+2*r.NJev || vec.Norm(r.Fun, 1) > 1e-12 {
			t.Errorf("%s: %+v, %v; want %+v", m.Name(), r, err, want)
		}
	}
}
