package door

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
)

func vec(v ...float64) num.Array { return num.New(v, len(v)) }

// shifted is (x - 1)², summed, with its gradient.
func shifted(in, out [][]float64) error {
	out[0][0] = 0
	for i, x := range in[0] {
		out[0][0] += (x - 1) * (x - 1)
		if len(out) > 1 {
			out[1][i] = 2 * (x - 1)
		}
	}
	return nil
}

// minusOne is x - 1, in each element.
func minusOne(in, out [][]float64) error {
	for i, x := range in[0] {
		out[0][i] = x - 1
	}
	return nil
}

// twice is 2 x.
func twice(in, out [][]float64) error {
	for i, x := range in[0] {
		out[0][i] = 2 * x
	}
	return nil
}

// problems has one problem of each kind, whose solution is 1.
var problems = []Problem{
	{Kind: "minimize", Options: []byte(`{"method": "bfgs", "method_options": {"gtol": 1e-8, "norm": "Infinity"}}`),
		Arrays: map[string]num.Array{"x0": vec(3, -2)}, Functions: map[string]Function{"fun_grad": shifted}},
	{Kind: "minimize", Arrays: map[string]num.Array{"x0": vec(3, -2), "lower": vec(1, -5), "upper": vec(9, 1)},
		Functions: map[string]Function{"fun": shifted}},
	{Kind: "minimize", Options: []byte(`{"constraints": [{}]}`),
		Arrays: map[string]num.Array{"x0": vec(3, -2), "constraints.0.A": num.New([]float64{1, 1}, 1, 2),
			"constraints.0.lower": vec(2), "constraints.0.upper": vec(math.Inf(1))},
		Functions: map[string]Function{"fun_grad": shifted}},
	{Kind: "root", Options: []byte(`{"method": "krylov"}`), Arrays: map[string]num.Array{"x0": vec(3, -2)}, Functions: map[string]Function{"fun": minusOne}},
	{Kind: "least_squares", Options: []byte(`{"m": 2, "loss": "huber"}`), Arrays: map[string]num.Array{"x0": vec(3, -2)},
		Functions: map[string]Function{"fun": minusOne}},
	{Kind: "least_squares", Options: []byte(`{"m": 2}`),
		Arrays: map[string]num.Array{"x0": vec(3, -2), "indptr": num.New([]int64{0, 1, 2}, 3), "indices": num.New([]int32{0, 1}, 2)},
		Functions: map[string]Function{"fun": minusOne, "jac_sparse": func(_, out [][]float64) error {
			out[0][0], out[0][1] = 1, 1
			return nil
		}}},
	{Kind: "curve_fit", Arrays: map[string]num.Array{"x0": vec(3), "ydata": vec(1, 2, 3)},
		Functions: map[string]Function{"fun": func(in, out [][]float64) error {
			for i := range out[0] {
				out[0][i] = in[0][0] * float64(i+1)
			}
			return nil
		}}},
	{Kind: "minimize_scalar", Options: []byte(`{"method": "bounded"}`), Arrays: map[string]num.Array{"bounds": vec(-3, 7)},
		Functions: map[string]Function{"fun": shifted}},
	{Kind: "root_scalar", Arrays: map[string]num.Array{"bracket": vec(-3, 7)}, Functions: map[string]Function{"fun": minusOne}},
	{Kind: "bracket", Arrays: map[string]num.Array{"xa": num.Scalar(5)}, Functions: map[string]Function{"fun": shifted}},
	{Kind: "quadratic", Arrays: map[string]num.Array{"Q": num.Eye(2), "c": vec(-1, -3), "upper": vec(9, 1)}},
	{Kind: "quadratic", Options: []byte(`{"method": "OSQP", "batched": true, "shared": ["Q"], "tol": 1e-9}`),
		Arrays: map[string]num.Array{"Q": num.Eye(2), "c": num.New([]float64{-1, -1, -1, -1}, 2, 2)}},
	{Kind: "quadratic_vjp", Arrays: map[string]num.Array{"Q": num.Eye(2), "c": vec(-1, -1), "x": vec(1, 1), "dx": vec(1, 0)}},
	{Kind: "conic", Options: []byte(`{"cones": [{"kind": "nonnegative", "dim": 2}], "sparse": {"A": [2, 2]}, "tol": 1e-9}`),
		Arrays: map[string]num.Array{"c": vec(1, 2), "b": vec(-1, -1), "A.indptr": num.New([]int64{0, 1, 2}, 3), "A.indices": num.New([]int64{0, 1}, 2),
			"A.values": vec(-1, -1)}},
	{Kind: "conic_vjp", Options: []byte(`{"cones": [{"kind": "nonnegative", "dim": 2}]}`),
		Arrays: map[string]num.Array{"c": vec(1, 2), "b": vec(-1, -1), "A": num.Eye(2).Neg(), "x": vec(1, 1), "s": vec(0, 0), "y": vec(1, 2), "dx": vec(1, 0)}},
	{Kind: "quadratic", Options: []byte(`{"method": "PDHG", "method_options": {"every": 30}, "tol": 1e-8}`),
		Arrays: map[string]num.Array{"Q": num.Eye(2), "c": vec(-1, -3), "upper": vec(9, 1)}},
	{Kind: "quadratic", Options: []byte(`{"method": "DualActiveSet", "elastic": {"weight": 2, "squared": true}}`),
		Arrays: map[string]num.Array{"Q": num.Eye(1), "c": vec(-3), "G": num.Eye(1), "h": vec(0)}},
	{Kind: "isotonic", Arrays: map[string]num.Array{"y": vec(2, 1, 0)}},
	{Kind: "isotonic", Options: []byte(`{"decreasing": true}`), Arrays: map[string]num.Array{"y": vec(0, 2), "w": vec(1, 1)}},
	{Kind: "linear", Options: []byte(`{"method": "GMRES"}`), Arrays: map[string]num.Array{"b": vec(2, 2)}, Functions: map[string]Function{"matvec": twice}},
	{Kind: "linear", Options: []byte(`{"method": "NormalCG"}`), Arrays: map[string]num.Array{"b": vec(2, 2)},
		Functions: map[string]Function{"matvec": twice, "rmatvec": twice}},
	{Kind: "program", Options: []byte(`{"in": [0], "eqns": [{"op": "mul", "in": [0, ["f64", 2]], "out": [1], "types": ["f64[2]"]}], "out": [1]}`),
		Arrays: map[string]num.Array{"0": vec(1, 2)}},
	{Kind: "programs"},
	{Kind: "methods"},
}

func TestEveryKind(t *testing.T) {
	tried := map[string]bool{}
	for _, p := range problems {
		tried[p.Kind] = true
		t.Run(p.Kind, func(t *testing.T) {
			r, err := Solve(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if s, ok := r.Info["success"]; ok && s != true {
				t.Errorf("no success: %v", r.Info)
			}
			x, ok := r.Arrays["x"]
			if !ok {
				return
			}
			for i, v := range x.Float64s() {
				if math.Abs(v-1) > 1e-5 {
					t.Errorf("x[%d] = %g, want 1", i, v)
				}
			}
		})
	}
	for _, k := range Kinds() {
		if !tried[k] {
			t.Errorf("kind %q has no problem here", k)
		}
	}
}

// The error of a function is the error of the search, and one that stops is none.
func TestFailingFunctions(t *testing.T) {
	broken := errors.New("broken")
	for _, p := range problems {
		for name := range p.Functions {
			q := p
			q.Functions = map[string]Function{}
			for k, f := range p.Functions {
				q.Functions[k] = f
			}
			q.Functions[name] = func(_, _ [][]float64) error { return broken }
			if _, err := Solve(t.Context(), q); !errors.Is(err, broken) {
				t.Errorf("%s with a broken %s: %v", p.Kind, name, err)
			}
		}
	}
	p := problems[0]
	p.Functions = map[string]Function{"fun_grad": shifted, "callback": func(in, _ [][]float64) error {
		if len(in) != 4 || len(in[0]) != 2 || len(in[3]) != 5 {
			t.Errorf("callback got %v", in)
		}
		return minimize.ErrStop
	}}
	r, err := Solve(t.Context(), p)
	if err != nil || r.Info["nit"] != 1 || r.Info["success"] != false {
		t.Errorf("a search that was stopped: %v, %v", r.Info, err)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Problem)
		want string
	}{
		{"kind", func(p *Problem) { p.Kind = "minimise" }, `there is no kind of problem "minimise" (did you mean "minimize"?)`},
		{"array", func(p *Problem) { p.Arrays["lowr"] = vec(1) }, `minimize has no array "lowr" (did you mean "lower"?)`},
		{"function", func(p *Problem) { p.Functions["hesp"] = shifted }, `minimize has no function "hesp" (did you mean "hess"?)`},
		{"option", func(p *Problem) { p.Options = []byte(`{"methd": 1}`) }, `options of minimize: unknown field "methd"`},
		{"number", func(p *Problem) { p.Options = []byte(`{"tol": "much"}`) }, `"much" is no number`},
		{"method", func(p *Problem) { p.Options = []byte(`{"method": "bfg"}`) }, `there is no method "bfg" (did you mean "BFGS"?)`},
		{"start", func(p *Problem) { delete(p.Arrays, "x0") }, `x0`},
		{"fun", func(p *Problem) { delete(p.Functions, "fun_grad") }, `the problem has neither Func nor FuncGrad`},
		{"A", func(p *Problem) {
			p.Options, p.Arrays["constraints.0.A"] = []byte(`{"constraints": [{}]}`), vec(1, 2, 3)
		}, `constraints.0.A has 3 elements, want rows of 2`},
	} {
		p := Problem{Kind: "minimize", Arrays: map[string]num.Array{"x0": vec(3, -2)}, Functions: map[string]Function{"fun_grad": shifted}}
		c.edit(&p)
		if _, err := Solve(t.Context(), p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// The same search by names and by package minimize gives the same bits.
func TestSameBits(t *testing.T) {
	r, err := Solve(t.Context(), problems[0])
	if err != nil {
		t.Fatal(err)
	}
	want, err := minimize.Minimize(t.Context(), minimize.Problem{FuncGrad: func(x, g []float64) float64 {
		v := []float64{0}
		_ = shifted([][]float64{x}, [][]float64{v, g})
		return v[0]
	}}, []float64{3, -2}, minimize.Options{Method: minimize.BFGS{GTol: 1e-8, Norm: math.Inf(1)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Arrays["x"].Float64s(); !slices.Equal(got, want.X) || r.Info["nfev"] != want.NFev {
		t.Errorf("x = %v after %v, want %v after %v", got, r.Info["nfev"], want.X, want.NFev)
	}
}

// The cotangents of a program's data: x = -c without constraints, and x = -b where both are active.
func TestPull(t *testing.T) {
	for _, p := range problems {
		want, ok := map[string]map[string][]float64{
			"quadratic_vjp": {"c": {-1, 0}, "Q": {-1, -0.5, -0.5, 0}},
			"conic_vjp":     {"b": {-1, 0}, "c": {0, 0}, "A": {1, 1, 0, 0}},
		}[p.Kind]
		if !ok {
			continue
		}
		r, err := Solve(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for name, w := range want {
			g := r.Arrays[name].Float64s()
			if p.Kind == "quadratic_vjp" && name == "Q" { // the derivative along symmetric matrices
				g[1], g[2] = (g[1]+g[2])/2, (g[1]+g[2])/2
			}
			for i := range w {
				if math.Abs(g[i]-w[i]) > 1e-6 {
					t.Errorf("%s: cotangent of %s is %v, want %v", p.Kind, name, g, w)
					break
				}
			}
		}
	}
}

func FuzzOptions(f *testing.F) {
	for _, p := range problems {
		f.Add(p.Kind, string(p.Options))
	}
	f.Add("minimize", `{"method": "BFGS", "method_options": {"gtol": [1, "NaN"]}, "workers": -3}`)
	f.Fuzz(func(t *testing.T, kind, options string) {
		calls := 0
		fun := func(in, out [][]float64) error {
			if calls++; calls > 1000 {
				return minimize.ErrStop
			}
			return shifted(in, out)
		}
		_, _ = Solve(t.Context(), Problem{Kind: kind, Options: []byte(options), Arrays: map[string]num.Array{"x0": vec(3, -2)},
			Functions: map[string]Function{"fun": fun}})
	})
}

// A gradient by complex steps is exact to rounding.
func TestComplexSteps(t *testing.T) {
	p := Problem{Kind: "minimize", Options: []byte(`{"scheme": "cs", "method": "BFGS", "method_options": {"maxiter": 1}}`),
		Arrays: map[string]num.Array{"x0": vec(3, -2)}, Functions: map[string]Function{"fun": shifted,
			"complex": func(in, out [][]float64) error {
				out[0][0], out[1][0] = 0, 0
				for i := range in[0] {
					z := complex(in[0][i], in[1][i]) - 1
					out[0][0], out[1][0] = out[0][0]+real(z*z), out[1][0]+imag(z*z)
				}
				return nil
			}}}
	r, err := Solve(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	x, g := r.Arrays["x"].Float64s(), r.Arrays["jac"].Float64s()
	for i := range x {
		if math.Abs(g[i]-2*(x[i]-1)) > 1e-15 {
			t.Errorf("gradient %v at %v", g, x)
		}
	}
}
