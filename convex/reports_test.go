package convex_test

import (
	"math"
	"strings"
	"testing"

	. "github.com/argmin-go/argmin/convex"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// What users of other modelling languages ran into.

// A matrix of 10⁴ parameters in a sum of squares, whose compilation took 42 s.
func TestManyParameters(t *testing.T) {
	const n = 100
	root, x := Parameter("R", n, n), Variable("x", n)
	prog, err := Minimize(SumSquares(root.MatMul(x)).Mul(0.5)).SubjectTo(Eq(Sum(x), 1)).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := prog.Solve(t.Context(), Values{"R": num.Eye(n)})
	if err != nil || math.Abs(s.Value-0.5/n) > 1e-8 {
		t.Errorf("%g, want %g: %v", s.Value, 0.5/n, err)
	}
}

// A signal of 10⁵ points, all of them parameters, with second differences: compiling it ended the process.
func TestLongSignal(t *testing.T) {
	const n = 100000
	x, y, w := Variable("x", n), Parameter("y", n), Parameter("w").NonNegative()
	second := x.Range(2, n).Sub(x.Range(1, n-1).Mul(2)).Add(x.Range(0, n-2))
	if _, err := Minimize(w.Mul(Norm1(second)).Add(SumSquares(x.Sub(y)))).Compile(Options{}); err != nil {
		t.Fatal(err)
	}
}

// Quadratic forms of matrices that are large and sparse, or of condition 10⁶, whose definiteness iterations did not find.
func TestDefiniteness(t *testing.T) {
	const n = 20000
	x := Variable("x", n)
	laplace := sparse.Diags(n, n, []int{-1, 0, 1}, num.Scalar(-1), num.Scalar(2), num.Scalar(-1))
	if q := QuadForm(x, laplace); q.Curvature() != CurvatureConvex || QuadForm(x, laplace.Neg()).Curvature() != CurvatureConcave {
		t.Errorf("%v: %v", q.Curvature(), q.Err())
	}
	if q := QuadForm(x, laplace.Sub(sparse.Identity(num.Float64, n))); q.Curvature() != CurvatureUnknown {
		t.Errorf("of both signs, and %v", q.Curvature())
	}
	g := num.Normal(num.NewKey(1), num.Float64, 200, 200)
	if q := QuadForm(Variable("y", 200), g.MatMul(g.MatT())); q.Curvature() != CurvatureConvex {
		t.Errorf("%v: %v", q.Curvature(), q.Err())
	}
	if q := QuadForm(Variable("y", 3), num.Ones(3, 3)); q.Curvature() != CurvatureConvex {
		t.Errorf("of rank one, and %v", q.Curvature())
	}
	s := solve(t, Minimize(QuadForm(x, laplace)).SubjectTo(Ge(x, 1)), nil)
	if s.Err() != nil || math.Abs(s.Value-2) > 1e-4 {
		t.Errorf("value %g, want 2: %v", s.Value, s.State)
	}
}

// Models with products of parameters that had to be rewritten by hand.
func TestProductsOfParameters(t *testing.T) {
	w, gamma := Variable("w", 3), Parameter("γ").NonNegative()
	var terms []Expr
	for i := range 2 {
		mu := num.Vector(0.1, 0.2, float64(i))
		risk := QuadForm(w, num.Eye(3).Mul(num.Const(float64(i+1))))
		terms = append(terms, Constant("log π", math.Log(0.5)).Sub(gamma.Mul(w.MatMul(mu))).Add(Square(gamma).Div(2).Mul(risk)))
	}
	prog, err := Minimize(LogSumExp(Stack(terms...))).SubjectTo(Eq(Sum(w), 1), Ge(w, 0)).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := prog.Solve(t.Context(), Values{"γ": num.Scalar(2)}); err != nil || s.Err() != nil {
		t.Errorf("%v, %v", err, s.State)
	}
	r, p, d := Parameter("R", 2), Parameter("P", 2, 4).NonNegative(), Variable("D", 2, 4)
	var revenue []Expr
	for i := range 2 {
		revenue = append(revenue, Minimum(r.At(i).Mul(p.At(i)).MatMul(d.At(i)), 3))
	}
	prog, err = Maximize(Sum(Stack(revenue...))).SubjectTo(Between(0, d, 1)...).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := prog.Solve(t.Context(), Values{"R": num.Vector(0.5, 2), "P": num.Ones(2, 4)})
	if err != nil || math.Abs(s.Value-5) > 1e-6 {
		t.Errorf("value %v, want 5: %v", s, err)
	}
}

// A weight that is a parameter meets a parameter in the function that it weighs: what is solved is what the objective says, as with constants.
func TestWeightsOfFunctionsOfParameters(t *testing.T) {
	x, s := Variable("x", 3), Variable("s")
	a, b := num.New([]float64{1, 2, 3, 4, 1, 6, 7, 2, 1}, 3, 3), num.Vector(0.3, -0.4, -3)
	matrix := num.New([]float64{2, 0.5, 0, 0.5, 1, 0.3, 0, 0.3, 1.5}, 3, 3)
	values := Values{"w": num.Scalar(0.7), "q": num.Scalar(1.3), "A": a, "b": b, "P": matrix}
	for name, f := range map[string]func(l map[string]Expr) Expr{
		"quad over lin":     func(l map[string]Expr) Expr { return QuadOverLin(l["A"].MatMul(x).Sub(l["b"]), l["q"]) },
		"its square":        func(l map[string]Expr) Expr { return Square(QuadOverLin(l["A"].MatMul(x).Sub(l["b"]), l["q"])) },
		"quadratic form":    func(l map[string]Expr) Expr { return QuadForm(x.Sub(l["b"]), l["P"]) },
		"form of a product": func(l map[string]Expr) Expr { return QuadForm(l["A"].MatMul(x).Sub(l["b"]), l["q"].Mul(l["P"])) },
		"sum of squares":    func(l map[string]Expr) Expr { return SumSquares(l["A"].MatMul(x).Sub(l["q"].Mul(l["b"]))) },
		"squares":           func(l map[string]Expr) Expr { return Sum(Square(l["A"].MatMul(x).Sub(l["b"]).Sub(l["q"]))) },
		"huber":             func(l map[string]Expr) Expr { return Sum(Huber(l["A"].MatMul(x).Sub(l["b"]), 0.2)) },
		"norm":              func(l map[string]Expr) Expr { return Norm2(l["A"].MatMul(x).Sub(l["q"].Mul(l["b"]))) },
		"largest":           func(l map[string]Expr) Expr { return Max(Abs(l["A"].MatMul(x).Sub(l["q"].Mul(l["b"])))) },
		"relative entropy":  func(l map[string]Expr) Expr { return Sum(RelEntr(l["q"], l["A"].MatMul(x).Add(l["w"]))) },
	} {
		t.Run(name, func(t *testing.T) {
			fixed, open := map[string]Expr{}, map[string]Expr{}
			for name, v := range values {
				fixed[name], open[name] = Constant(name, v), Parameter(name, v.Shape()...)
			}
			open["w"], open["q"], open["P"] = open["w"].NonNegative(), open["q"].NonNegative(), open["P"].PSD()
			model := func(l map[string]Expr) *Model {
				weight := l["w"].Mul(l["q"])
				return Minimize(Add(weight.Mul(f(l)), Mul(2, SumSquares(x)), Square(s.Sub(1)))).SubjectTo(Ge(s, l["w"]))
			}
			want := solve(t, model(fixed), nil)
			prog, err := model(open).Compile(Options{})
			if err != nil {
				t.Fatal(err)
			}
			used := Values{}
			for name := range prog.Parameters() {
				used[name] = values[name]
			}
			got, err := prog.Solve(t.Context(), used)
			if err != nil {
				t.Fatal(err)
			}
			if got.Err() != nil || want.Err() != nil || math.Abs(got.Value-want.Value) > 1e-7 {
				t.Errorf("value %.9g, with constants %.9g: %v", got.Value, want.Value, got.State)
			}
			near(t, "x", got.Values["x"], want.Values["x"], 1e-6)
			checkDerivative(t, name, prog, used)
		})
	}
}

// Shapes that NumPy broadcasts, and that it broadcasts in secret.
func TestBroadcasting(t *testing.T) {
	data, center := num.Normal(num.NewKey(1), num.Float64, 10, 2), Variable("c", 2)
	s := solve(t, Minimize(SumSquares(Constant("X", data).Sub(center))), nil)
	near(t, "the center", s.Values["c"], data.Mean(0), 1e-6)
	column := Variable("y", 4, 1)
	err := Minimize(Sum(column)).SubjectTo(Eq(MatMul(num.Eye(4), column), num.Vector(1, 2, 3, 4))).Check()
	if err == nil || !strings.Contains(err.Error(), "would both be repeated") {
		t.Errorf("the error is %v", err)
	}
	cube := Variable("v", 2, 3, 2)
	s = solve(t, Minimize(Sum(cube)).SubjectTo(Ge(Sum(cube, 1), 1), Ge(cube, 0)), nil)
	if math.Abs(s.Value-4) > 1e-6 {
		t.Errorf("value %g, want 4", s.Value)
	}
}

// The only feasible point touches the ball, so that there are no multipliers: the status says so, or the answer is right.
func TestTouchingBall(t *testing.T) {
	x, y := Variable("x"), Variable("y")
	s := solve(t, Minimize(x).SubjectTo(Ge(y, 1), Le(Square(x).Add(Square(y)), 1)), nil)
	if s.Status == status.Converged && math.Abs(s.Value) > 1e-3 {
		t.Errorf("value %g, want 0: %v", s.Value, s.State)
	}
}

// A linear program in standard form: 10⁵ variables, no coefficients, compiled in time that is linear in them.
func TestStandardForm(t *testing.T) {
	x := Variable("x", 100000)
	if _, err := Minimize(x.MatMul(num.Zeros(100000))).SubjectTo(Ge(x, 0)).Compile(Options{}); err != nil {
		t.Fatal(err)
	}
}

// The derivative of a test loss in the weight of the absolute values, for logistic regression on other data.
func TestHypergradientOfLogisticRegression(t *testing.T) {
	const m, n = 12, 3
	x := num.Normal(num.NewKey(1), num.Float64, 2*m, n)
	y := x.MatMul(num.Vector(1, -1, 0.2)).Add(num.Normal(num.NewKey(2), num.Float64, 2*m)).Sign()
	xy := x.Mul(y.ExpandDims(1))
	w, weight := Variable("w", n), Parameter("weight").NonNegative()
	p, err := Minimize(Sum(Logistic(Constant("XY", xy.Range(0, m)).MatMul(w).Neg())).Add(weight.Mul(Norm1(w)))).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	loss := func(v num.Array) num.Array {
		at := p.Argmin(Values{"weight": v})["w"]
		return xy.Range(m, 2*m).MatMul(at).Neg().Exp().Log1p().Sum()
	}
	for _, v := range []float64{0.3, 0.8} {
		const h = 1e-4
		want := loss(num.Scalar(v + h)).Sub(loss(num.Scalar(v - h))).Scale(1 / (2 * h)).Item()
		if got := num.Grad(loss)(num.Scalar(v)).Item(); !(math.Abs(got-want) <= 1e-6*(1+math.Abs(want))) {
			t.Errorf("at %g the derivative is %g, want %g", v, got, want)
		}
	}
}
