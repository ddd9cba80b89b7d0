package convex_test

import (
	"context"
	"errors"
	"math"
	"testing"

	. "github.com/argmin-go/argmin/convex"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

func solve(t *testing.T, m *Model, values Values) *Solution {
	t.Helper()
	prog, err := m.Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := prog.Solve(t.Context(), values)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func near(t *testing.T, what string, got, want num.Array, tol float64) {
	t.Helper()
	if d := got.Sub(want).Abs().Max().Item(); !(d <= tol) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// Multipliers of the first constraint are CVXPY's.
func TestDualsAreCVXPYs(t *testing.T) {
	all := references(t, "textbook.json")
	for name, sign := range map[string]float64{"portfolio": 1, "cardinality": 1, "mpc": 1, "chebyshev": 1, "leastnorm": 1, "maxcut": 1} {
		r := all[name]
		m := textbook[name](r.Data, parameters(r))
		s := solve(t, m, Values(r.Params))
		near(t, name, s.Dual(m.Constraints()[0]), array(r.Dual).Scale(sign), 1e-5)
	}
}

// Multipliers say how the optimal value changes with a limit, for each kind of constraint, minimized or maximized.
func TestDualsAreDerivatives(t *testing.T) {
	x, y, m := Variable("x", 2), Variable("y", 3), Variable("X", 2, 2).Symmetric()
	u := Parameter("u")
	cost := num.Vector(1, 2)
	sum := Sum(Square(x.Sub(num.Vector(3, -2))))
	for _, c := range []struct {
		name   string
		model  *Model
		change func(dual num.Array) float64 // of the optimal value with u
	}{
		{"≤", Minimize(sum).SubjectTo(Le(x, u.Add(1))), func(d num.Array) float64 { return -d.Sum().Item() }},
		{"≥", Minimize(sum).SubjectTo(Ge(x, u.Add(1))), func(d num.Array) float64 { return d.Sum().Item() }},
		{"=", Minimize(sum).SubjectTo(Eq(x, u.Add(1))), func(d num.Array) float64 { return -d.Sum().Item() }},
		{"max ≤", Maximize(x.MatMul(cost)).SubjectTo(Le(x, u.Add(1))), func(d num.Array) float64 { return d.Sum().Item() }},
		{"max =", Maximize(x.MatMul(cost)).SubjectTo(Eq(x, u.Add(1))), func(d num.Array) float64 { return d.Sum().Item() }},
		{"second order", Minimize(y.MatMul(num.Vector(1, -2, 2))).SubjectTo(SecondOrder(u.Add(2), y)), func(d num.Array) float64 { return -d.At(0).Item() }},
		{"semidefinite", Minimize(Trace(m).Add(m.At(0, 1))).SubjectTo(PSD(m.Sub(u.Mul(num.Eye(2))))), func(d num.Array) float64 { return num.Trace(d).Item() }},
	} {
		at := func(u float64) *Solution { return solve(t, c.model, Values{"u": num.Scalar(u)}) }
		want := (at(1e-3).Value - at(-1e-3).Value) / 2e-3
		s := at(0)
		if got := c.change(s.Dual(c.model.Constraints()[0])); s.Err() != nil || math.Abs(got-want) > 1e-4 {
			t.Errorf("%s: multipliers %v say %g, differences %g: %v", c.name, s.Dual(c.model.Constraints()[0]), got, want, s.State)
		}
	}
}

func TestStatuses(t *testing.T) {
	x := Variable("x", 2)
	for _, c := range []struct {
		name  string
		model *Model
		code  status.Code
		value float64
	}{
		{"infeasible", Minimize(Sum(x)).SubjectTo(Ge(x, 1), Le(x, 0)), status.Infeasible, math.Inf(1)},
		{"infeasible maximum", Maximize(Sum(x)).SubjectTo(Eq(Sum(x), 1), Eq(Sum(x), 2)), status.Infeasible, math.Inf(-1)},
		{"unbounded", Minimize(Sum(x)).SubjectTo(Le(x, 0)), status.Unbounded, math.Inf(-1)},
		{"unbounded maximum", Maximize(Sum(x)).SubjectTo(Ge(x, 0)), status.Unbounded, math.Inf(1)},
		{"infeasible cone", Minimize(Norm2(x)).SubjectTo(Le(Norm2(x), 1), Ge(x, 2)), status.Infeasible, math.Inf(1)},
		{"unbounded cone", Maximize(Sum(x)).SubjectTo(Le(Norm2(x.Sub(x.At(0))), 1)), status.Unbounded, math.Inf(1)},
		{"constants that contradict", Minimize(Sum(x)).SubjectTo(Ge(x, 0), Le(Constant("a", 1), 0)), status.Infeasible, math.Inf(1)},
		{"no constraints", Minimize(SumSquares(x.Sub(1))), status.Converged, 0},
		{"one point", Minimize(Sum(x)).SubjectTo(Eq(x, num.Vector(1, 2))), status.Converged, 3},
		{"an objective without variables", Minimize(Constant("c", 7)).SubjectTo(Ge(x, 1), Le(x, 2)), status.Converged, 7},
		{"of shape [1]", Minimize(x.Range(0, 1)).SubjectTo(Ge(x, 2)), status.Converged, 2},
	} {
		s := solve(t, c.model, nil)
		if s.Status != c.code || s.Value != c.value && !(math.Abs(s.Value-c.value) < 1e-6) {
			t.Errorf("%s: %v, value %g, want %v and %g", c.name, s.State, s.Value, c.code, c.value)
		}
		if (s.Err() == nil) != (c.code == status.Converged) {
			t.Errorf("%s: error %v", c.name, s.Err())
		}
	}
}

// The values of an unbounded model are a direction in which it falls, and those of an infeasible one are NaN, in a function that is
// traced too.
func TestValuesWithoutASolution(t *testing.T) {
	x, b := Variable("x", 2), Parameter("b")
	for _, c := range []struct {
		model *Model
		code  status.Code
		value float64
	}{
		{Minimize(Sum(x)).SubjectTo(Ge(x.At(0), 0), Le(x.At(0), b)), status.Unbounded, math.Inf(-1)},
		{Minimize(Sum(x)).SubjectTo(Le(Norm2(x.Range(0, 1)), b)), status.Unbounded, math.Inf(-1)},
		{Minimize(SumSquares(x)).SubjectTo(Ge(x.At(0), 2), Le(x.At(0), b)), status.Infeasible, math.Inf(1)},
		{Maximize(Min(x)).SubjectTo(Le(Norm2(x), b), Ge(x.At(0), 2)), status.Infeasible, math.Inf(-1)},
	} {
		prog, err := c.model.Compile(Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := prog.Solve(t.Context(), Values{"b": num.Scalar(1)})
		if err != nil {
			t.Fatal(err)
		}
		d := s.Values["x"]
		largest := d.Abs().Max().Item()
		good := math.IsNaN(d.Sum().Item())
		if c.code == status.Unbounded {
			good = d.Sum().Item() < -1e-3*largest && math.Abs(d.At(0).Item()) < 1e-6*largest
		}
		if s.Status != c.code || !good {
			t.Errorf("%v\nx is %v: %v, want %v", c.model, d, s.State, c.code)
		}
		if v := prog.Value(Values{"b": num.Scalar(1)}).Item(); v != c.value {
			t.Errorf("%v\nhas the value %g, want %g", c.model, v, c.value)
		}
	}
}

// A matrix of parameters in a quadratic form: in the objective it is Q itself, in a constraint its root is taken.
func TestQuadFormOfParameters(t *testing.T) {
	x, c := Variable("x", 3), Parameter("C", 3, 3).PSD()
	mu := num.Vector(1, 2, 0.5)
	sigma := num.New([]float64{2, 0.5, 0, 0.5, 1, 0.3, 0, 0.3, 1.5}, 3, 3)
	for name, m := range map[string]*Model{
		"objective":  Minimize(QuadForm(x, c).Sub(x.MatMul(mu))).SubjectTo(Eq(Sum(x), 1)),
		"constraint": Maximize(x.MatMul(mu)).SubjectTo(Le(QuadForm(x, c.Add(num.Eye(3))), 2), Eq(Sum(x), 1)),
	} {
		prog, err := m.Compile(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if prog.Quadratic() != (name == "objective") {
			t.Errorf("%s: %v", name, prog)
		}
		direction := num.New([]float64{1, 0.2, -0.3, 0.2, 0.5, 0, -0.3, 0, 1}, 3, 3)
		compare(t, name, func(step num.Array) num.Array {
			return prog.Argmin(Values{"C": sigma.Add(step.Mul(direction))})["x"].Dot(num.Vector(1, -2, 3))
		})
	}
}

// Derivatives with respect to a matrix of parameters, and a batch of them.
func TestMatrixOfParameters(t *testing.T) {
	x, a := Variable("x", 3), Parameter("A", 5, 3)
	b := num.Vector(1, -2, 0.5, 3, 1)
	at, direction := num.Normal(num.NewKey(1), num.Float64, 5, 3), num.Normal(num.NewKey(2), num.Float64, 5, 3)
	for name, m := range map[string]*Model{
		"quadratic": Minimize(SumSquares(a.MatMul(x).Sub(b)).Add(Mul(0.3, Norm1(x)))).SubjectTo(Le(Sum(x), 1)),
		"cone":      Minimize(Norm2(a.MatMul(x).Sub(b)).Add(Mul(0.3, Norm2(x)))).SubjectTo(Le(Sum(x), 1)),
	} {
		prog, err := m.Compile(Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := func(step num.Array) num.Array {
			return prog.Argmin(Values{"A": at.Add(step.Mul(direction))})["x"].Dot(num.Vector(1, -2, 3))
		}
		compare(t, name, f)
		steps := num.Vector(-0.2, 0, 0.3)
		batch := num.Vmap(num.Grad(f))(steps)
		for i := range 3 {
			near(t, name+" in a batch", batch.At(i), num.Grad(f)(steps.At(i)), 1e-6)
		}
	}
}

// What a model became, and its program for other executors.
func TestPrograms(t *testing.T) {
	x, b := Variable("x", 3), Parameter("b")
	for want, m := range map[string]*Model{
		"quadratic program of 3 variables: no constraints":                                                               Minimize(SumSquares(x)),
		"quadratic program of 6 variables: 1 equations, 6 inequalities":                                                  Minimize(Norm1(x)).SubjectTo(Eq(Sum(x), b)),
		"cone program of 4 variables: 1 equations, 1 × second-order cone of 4 rows":                                      Minimize(Norm2(x)).SubjectTo(Eq(Sum(x), b)),
		"cone program of 6 variables: 3 inequalities, 3 × exponential cone of 3 rows":                                    Minimize(Sum(Exp(x))).SubjectTo(Ge(x, b)),
		"cone program of 7 variables: 3 inequalities, 3 × second-order cone of 3 rows, 1 × power cone with exponent 0.5": Maximize(GeoMean(x.Range(0, 2))).SubjectTo(Le(Square(x), 1)),
	} {
		prog, err := m.Compile(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := prog.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if len(prog.Parameters()) == 0 {
			continue
		}
		f := func(b num.Array) num.Array { return prog.Argmin(Values{"b": b})["x"] }
		if _, err := num.ProgramOf(f, num.Scalar(1)).StableHLO(); err != nil {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// The multipliers of an infeasible model prove that it is: their sum of constraints has no variables left and says 0 > 0.
func TestCertificate(t *testing.T) {
	x := Variable("x", 2)
	above, below := Ge(MatMul(num.New([]float64{1, 1, 1, -1}, 2, 2), x), num.Vector(3, 0)), Le(x, num.Vector(1, 1))
	s := solve(t, Minimize(Sum(x)).SubjectTo(above, below), nil)
	y, z := s.Dual(above), s.Dual(below)
	near(t, "the sum's coefficients", y.MatMul(num.New([]float64{1, 1, 1, -1}, 2, 2)).Sub(z), num.Zeros(2), 1e-6)
	if gap := y.Dot(num.Vector(3, 0)).Sub(z.Sum()).Item(); s.Status != status.Infeasible || y.Min().Item() < -1e-9 || z.Min().Item() < -1e-9 || math.Abs(gap-1) > 1e-6 {
		t.Errorf("multipliers %v and %v prove nothing: %v", y, z, s.State)
	}
}

// Members of a batch are solved as they are alone, infeasible ones among them.
func TestBatch(t *testing.T) {
	x, b := Variable("x", 3), Parameter("b")
	for name, model := range map[string]*Model{
		"quadratic": Minimize(SumSquares(x.Sub(1))).SubjectTo(Le(Sum(x), b), Ge(x, 0)),
		"cone":      Minimize(Norm2(x.Sub(num.Vector(1, 2, 3)))).SubjectTo(Le(Norm2(x), b)),
	} {
		prog, err := model.Compile(Options{})
		if err != nil {
			t.Fatal(err)
		}
		bs := num.Vector(1, -1, 0.5, 2)
		type answer struct {
			X    num.Array
			Code num.Array
		}
		got := num.Vmap(func(b num.Array) answer {
			v, st := prog.ArgminState(Values{"b": b})
			return answer{v["x"], st.Code}
		})(bs)
		for i := range 4 {
			s, err := prog.Solve(t.Context(), Values{"b": bs.At(i)})
			if err != nil {
				t.Fatal(err)
			}
			if code := status.Code(got.Code.At(i).Item()); code != s.Status || (code == status.Infeasible) != (i == 1) {
				t.Errorf("%s: member %d is %v, alone %v", name, i, code, s.Status)
			}
			if i != 1 {
				near(t, name, got.X.At(i), s.Values["x"], 1e-7)
			}
		}
	}
}

// The derivative of the multipliers, and the second derivative of the value, which is that of the multiplier.
func TestDerivativesOfDuals(t *testing.T) {
	x, b := Variable("x", 2), Parameter("b")
	prog, err := Minimize(SumSquares(x.Sub(num.Vector(2, 1)))).SubjectTo(Le(Sum(x), b)).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	// The value is (3 - b)²/2 and the multiplier 3 - b.
	dual := func(b num.Array) num.Array { _, d := prog.ArgminDuals(Values{"b": b}); return d[0].Reshape() }
	value := func(b num.Array) num.Array { return prog.Value(Values{"b": b}) }
	one := num.Scalar(1)
	near(t, "the multiplier", dual(one), num.Scalar(2), 1e-6)
	near(t, "its derivative", num.Grad(dual)(one), num.Scalar(-1), 1e-6)
	near(t, "the value", value(one), num.Scalar(2), 1e-6)
	near(t, "its derivative", num.Grad(value)(one), num.Scalar(-2), 1e-6)
	near(t, "its second derivative", num.Grad(num.Grad(value))(one), num.Scalar(1), 1e-5)
}

// A context that ends stops a solve, and a solution evaluates expressions of the model.
func TestContextAndEval(t *testing.T) {
	x, p := Variable("x", 2), Parameter("p")
	near2 := x.Sub(p)
	model := Minimize(SumSquares(near2)).SubjectTo(Le(x, 1))
	prog, err := model.Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := prog.Solve(ctx, Values{"p": num.Scalar(3)}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	s, err := prog.Solve(t.Context(), Values{"p": num.Scalar(3)})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "x - p", s.Eval(near2), num.Vector(-2, -2), 1e-6)
	if v := model.Constraints()[0].Violation(s.Values); v > 1e-6 {
		t.Errorf("the constraint is violated by %g", v)
	}
	if _, err := num.Try(func() num.Array { return s.Eval(Variable("z")) }); err == nil {
		t.Error("an expression of another model has a value")
	}
	if _, err := num.Try(func() num.Array { return s.Dual(Le(x, 1)) }); err == nil {
		t.Error("a constraint of another model has multipliers")
	}
}
