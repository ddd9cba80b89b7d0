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
	all := references(t)
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

// The multipliers of an infeasible model prove that it is: their sum of constraints has no variables left and says 0 > 0.
func TestCertificate(t *testing.T) {
	x := Variable("x", 2)
	above, below := Ge(MatMul(num.New([]float64{1, 1, 1, -1}, 2, 2), x), num.Vector(3, 0)), Le(x, num.Vector(1, 1))
	s := solve(t, Minimize(Sum(x)).SubjectTo(above, below), nil)
	y, z := s.Dual(above), s.Dual(below)
	near(t, "the sum's coefficients", y.MatMul(num.New([]float64{1, 1, 1, -1}, 2, 2)).Sub(z), num.Zeros(2), 1e-6)
	if gap := y.Dot(num.Vector(3, 0)).Sub(z.Sum()).Item(); s.Status != status.Infeasible || y.Min().Item() < -1e-9 || z.Min().Item() < -1e-9 || gap < 0.1 {
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
