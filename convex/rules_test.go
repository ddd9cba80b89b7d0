package convex

import (
	"errors"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// Models that break a rule, with the message that says which one.
func TestBrokenRules(t *testing.T) {
	x, y, s := Variable("x", 3), Variable("y", 3), Variable("s")
	q, up := Parameter("q"), Parameter("u").NonNegative()
	indefinite := Constant("P", num.New([]float64{1, 0, 0, 0, -1, 0, 0, 0, 1}, 3, 3))
	for _, c := range []struct {
		model *Model
		want  string
	}{
		{Minimize(Sum(Sqrt(x))), "sum(sqrt(x)): it is concave, and one can only minimize what is convex"},
		{Maximize(Norm2(x)), "‖x‖₂: it is convex, and one can only maximize what is concave"},
		{Minimize(Sum(x.Mul(y))), "x ∘ y: a product needs a factor without variables, and both x and y have some"},
		{Minimize(x.MatMul(y)), "xᵀ y: a product needs a factor without variables, and both x and y have some"},
		{Minimize(Sum(Square(Sqrt(x).Sub(1)))), "square(sqrt(x) − 1): square is convex and neither nondecreasing nor nonincreasing in sqrt(x) − 1, " +
			"which is of unknown sign: it must be affine; it is concave"},
		{Minimize(Sum(Exp(Sqrt(x)))), "exp(sqrt(x)): exp is convex and nondecreasing, so that sqrt(x) must be convex; it is concave"},
		{Maximize(Sum(Log(Square(x)))), "log(square(x)): log is concave and nondecreasing, so that square(x) must be concave; it is convex"},
		{Minimize(InvPos(Square(s))), "1/square(s): inv_pos is convex and nonincreasing, so that square(s) must be concave; it is convex"},
		{Minimize(Norm1(x).Sub(Norm2(x))), "‖x‖₁ − ‖x‖₂: a sum of ‖x‖₁, which is convex and −‖x‖₂, which is concave, is neither"},
		{Minimize(q.Mul(Norm1(x))), "q ‖x‖₁: a product with what is convex needs a factor of known sign, and q is of unknown sign; declare parameters NonNegative or NonPositive"},
		{Minimize(Sum(Constant("c", num.Vector(1, -1, 2)).Mul(Square(x)))), "a product with what is convex needs a factor of known sign, and c is of unknown sign"},
		{Minimize(up.Neg().Mul(Norm1(x))), "−u ‖x‖₁: it is concave, and one can only minimize what is convex"},
		{Minimize(QuadForm(x, indefinite)), "quad_form(x, P): quad_form needs a matrix that is positive or negative semidefinite, and P has eigenvalues of both signs"},
		{Minimize(s).SubjectTo(Ge(Norm2(x), 1)), "‖x‖₂: in ‖x‖₂ ≥ 1, the left side must be concave and the right side convex; they are convex and constant"},
		{Minimize(s).SubjectTo(Le(1, Square(s))), "square(s): in 1 ≤ square(s), the left side must be convex and the right side concave; they are constant and convex"},
		{Minimize(s).SubjectTo(Eq(Square(s), 1)), "square(s): in square(s) = 1, both sides must be affine; they are convex and constant"},
		{Minimize(s).SubjectTo(SecondOrder(s, Abs(x))), "abs(x): in ‖abs(x)‖₂ ≤ s, both sides must be affine; see Le for others"},
		{Minimize(s).SubjectTo(PSD(x.Diag().Mul(-1).Add(Square(x).Diag()))), "in −1 diag(x) + diag(square(x)) ⪰ 0, the matrix must be affine; it is convex"},
		{Minimize(Sum(Maximum(x, Sqrt(y)))), "maximum(x, sqrt(y)): maximum is convex and nondecreasing, so that sqrt(y) must be convex; it is concave"},
	} {
		err := c.model.Check()
		var rule *RuleError
		if !errors.As(err, &rule) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v:\n got %v\nwant %s", c.model, err, c.want)
		}
		if _, again := c.model.Compile(Options{}); again == nil {
			t.Errorf("%v: compiles", c.model)
		}
		if rule != nil && !strings.HasPrefix(rule.Loc, "rules_test.go:") {
			t.Errorf("%v: at %q", c.model, rule.Loc)
		}
	}
}

// Parameters where they make coefficients that are not affine in them.
func TestBrokenParameterRules(t *testing.T) {
	x, q, r := Variable("x", 3), Parameter("q"), Parameter("r", 3)
	good := []Expr{q.Mul(x), q.Mul(r).Mul(x), Exp(q).Mul(Norm1(x)), x.Div(Square(q)), q.Mul(q).Mul(x), SumSquares(q.Mul(x)), x.Add(q).Mul(2)}
	for _, e := range good {
		if err := Minimize(Sum(e)).Check(); err != nil {
			t.Errorf("%v: %v", e, err)
		}
	}
	for _, c := range []struct {
		e    Expr
		want string
	}{
		{q.Mul(r.Mul(x)), "q (r ∘ x): the parameters of q are multiplied with parameters in r ∘ x, where there are variables; multiply the parameters with each other first"},
		{q.Mul(x.Add(r)), "q (x + r): the parameters of q are multiplied with parameters in x + r"},
		{r.MatMul(q.Mul(x)), "rᵀ (q x): the parameters of r are multiplied with parameters in q x"},
		{Norm1(q.Mul(x.Sub(r))), "q (x − r): the parameters of q are multiplied with parameters in x − r"},
	} {
		err := Minimize(Sum(c.e)).Check()
		var rule *RuleError
		if !errors.As(err, &rule) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v:\n got %v\nwant %s", c.e, err, c.want)
		}
	}
}

// Mistakes that are none of curvature.
func TestMistakes(t *testing.T) {
	x, m, s := Variable("x", 3), Variable("X", 3, 2), Variable("s")
	nan := num.Vector(1, 2, 3).Div(num.Vector(1, 0, 0).Sub(num.Vector(0, 0, 0)).Mul(num.Const(0)))
	for _, c := range []struct {
		model *Model
		want  string
	}{
		{Minimize(x), "convex.Model: the objective x has shape [3], want a scalar"},
		{Minimize(Sum(x.Add(Variable("y", 4)))), "convex.Add: x of shape [3] and y of shape [4] do not broadcast (at rules_test.go:"},
		{Minimize(Sum(x.Add(Variable("y", 3, 1)))), "convex.Add: x of shape [3] and y of shape [3 1] would both be repeated, to shape [3 3]; Reshape one"},
		{Minimize(s).SubjectTo(Le(x, Variable("y", 3, 1))), "convex.Le: x of shape [3] and y of shape [3 1] would both be repeated"},
		{Minimize(s).SubjectTo(Le(x, Variable("y", 2))), "convex.Le: x of shape [3] and y of shape [2] do not broadcast"},
		{Minimize(Sum(MatMul(m, x))), "convex.MatMul: X of shape [3 2] and x of shape [3]: the sizes 2 and 3 differ"},
		{Minimize(MatMul(s, x)), "convex.MatMul: s of shape [] and x of shape [3]: use Mul for products with a scalar"},
		{Minimize(x.At(3)), "convex.At: x of shape [3]"},
		{Minimize(s.Add("one")), "convex.Add: an operand is a string, want an Expr, float64, int, num.Array or sparse.Matrix"},
		{Minimize(s.Add(Expr{})), "convex.Add: the zero Expr was used"},
		{Minimize(Expr{}), "convex.Expr: the zero Expr was used"},
		{Minimize(s).SubjectTo(Constraint{}), "convex.SubjectTo: constraint 0 is the zero Constraint"},
		{Minimize(Sum(x.Mul(nan))), "convex.Mul: element 0 of a constant of shape [3] is +Inf, want finite numbers"},
		{Minimize(s.Mul(num.Full(num.Float32, 1))), "convex.Mul: a constant is float32, want float64; convert it with AsType"},
		{Minimize(x.Div(s)), "convex.Div: the divisor s has variables; see InvPos and QuadOverLin"},
		{Minimize(Sum(x.Div(0.0))), "1/0 is a constant with the value +Inf at element 0"},
		{Minimize(QuadForm(x, num.New([]float64{1, 2, 0, 0, 1, 0, 0, 0, 1}, 3, 3))), "is not symmetric: elements differ from those of its transpose by up to 2"},
		{Minimize(QuadForm(x, Parameter("P", 3, 3))), "nothing says that the matrix P is positive semidefinite for all parameters; declare it PSD"},
		{Minimize(QuadForm(x, Variable("P", 3, 3))), "the matrix P has variables"},
		{Minimize(QuadForm(s, num.Eye(3))), "want a vector and a square matrix of its size"},
		{Minimize(LogDet(m)), "X of shape [3 2], want a square matrix"},
		{Minimize(Trace(m)), "convex.Trace: X has shape [3 2], want a square matrix"},
		{Minimize(s).SubjectTo(PSD(m)), "convex.PSD: X of shape [3 2], want a square matrix"},
		{Minimize(s).SubjectTo(SecondOrder(x, s)), "convex.SecondOrder: x of shape [3], want a scalar as the bound"},
		{Minimize(Sum(Huber(x, 0))), "convex.Huber: the threshold is 0, want a positive number"},
		{Minimize(Norm(x, 0.5)), "convex.Norm: p is 0.5, want at least 1"},
		{Minimize(SumLargest(x, 4)), "convex.SumLargest: k is 4, want 1 to the number of elements, 3"},
		{Minimize(Variable("", 2)), "convex.Variable: the name is empty"},
		{Minimize(Variable("z", 0)), `convex.Variable: "z" has shape [0], want sizes of at least 1`},
		{Minimize(Sum(Variable("z", 2, 3).PSD())), `convex.PSD: "z" has shape [2 3], want a square matrix`},
		{Minimize(Sum(x.NonNegative())), `convex.NonNegative: "x" has been used in an expression already; declare it before`},
		{Minimize(Sum(x).Add(Sum(Variable("x")))), `two variables or parameters have the name "x"`},
		{Minimize(Sum(Variable("y", 2).NonNegative().NonPositive())), `convex.NonPositive: "y" is declared nonnegative already`},
		{Minimize(Norm1(Diff(s))), "convex.Diff: s of shape [], want at least two elements along the first axis"},
		{Minimize(Norm1(Diff(Variable("y", 1)))), "convex.Diff: y of shape [1], want at least two elements"},
		{Minimize(Parameter("p")), "the model has no variables"},
		{Minimize(Concat(0)), "convex.Concat: there is nothing to put together"},
		{Minimize(Sum(Concat(0, x, m))), "convex.Concat"},
		{Minimize(Sum(Linear("square", num.Array.Square, x))), "square is not linear"},
		{Minimize(Sum(Rows(s, Norm2))), "convex.Rows: s is a scalar, which has no rows"},
	} {
		_, err := c.model.Compile(Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
		if err != nil && strings.Count(err.Error(), "(at ") > 1 {
			t.Errorf("the error names two lines: %v", err)
		}
	}
}

// Values that are not those of the model's parameters.
func TestWrongValues(t *testing.T) {
	x, p, c := Variable("x", 2), Parameter("λ").NonNegative(), Parameter("C", 2, 2).PSD()
	prog, err := Minimize(QuadForm(x, c).Add(p.Mul(Norm1(x)))).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	one, eye := num.Scalar(1), num.Eye(2)
	for _, v := range []struct {
		values Values
		want   string
	}{
		{nil, `convex.Solve: there is no value for the parameter "C"`},
		{Values{"C": eye}, `there is no value for the parameter "λ"`},
		{Values{"C": eye, "λ": one, "mu": one}, `the model has no parameter "mu"; its parameters are C, λ`},
		{Values{"C": eye, "λ": one, "cc": one}, `the model has no parameter "cc" (did you mean "C"?)`},
		{Values{"C": eye, "λ": one, "x": one}, `the model has no parameter "x", but a variable of this name`},
		{Values{"C": eye, "λ": num.Vector(1, 2)}, `the value of the parameter "λ" has shape [2], want []`},
		{Values{"C": eye, "λ": num.Full(num.Float32, 1)}, `the value of the parameter "λ" is float32, want float64`},
		{Values{"C": eye, "λ": {}}, `the value of the parameter "λ" is the zero num.Array`},
		{Values{"C": eye, "λ": num.Scalar(-1)}, `the parameter "λ" is declared nonnegative, and is -1 at element 0`},
		{Values{"C": eye, "λ": one.Div(num.Scalar(0))}, `the parameter "λ" is +Inf at element 0`},
		{Values{"C": num.New([]float64{1, 2, 0, 1}, 2, 2), "λ": one}, `the parameter "C" is declared symmetric, and is not`},
		{Values{"C": num.New([]float64{1, 0, 0, -1}, 2, 2), "λ": one}, `the parameter "C" is declared positive semidefinite, and has the eigenvalue -1`},
	} {
		if _, err := prog.Solve(t.Context(), v.values); err == nil || !strings.Contains(err.Error(), v.want) {
			t.Errorf("got %v\nwant %s", err, v.want)
		}
	}
	if _, err := num.Try(func() Values { return prog.Argmin(Values{"C": eye, "λ": one, "lambda": one}) }); err == nil {
		t.Error("Argmin takes values of other names")
	}
	if _, err := prog.Solve(t.Context(), Values{"C": eye, "λ": one}); err != nil {
		t.Error(err)
	}
}

// What is printed is what one would write.
func TestPrint(t *testing.T) {
	x, s, m := Variable("x", 3), Variable("s"), Variable("X", 3, 3).PSD()
	a, b, l := Constant("A", num.Ones(3, 3)), Constant("b", num.Vector(1, 2, 3)), Parameter("λ").NonNegative()
	for _, c := range []struct {
		e    Expr
		want string
	}{
		{SumSquares(a.MatMul(x).Sub(b)).Add(l.Mul(Norm1(x))), "sum_squares(A x − b) + λ ‖x‖₁"},
		{x.Neg().Sub(b).Add(1), "−x − b + 1"},
		{Constant("b", 1).Sub(x.Sub(b)), "b − (x − b)"},
		{Mul(-2, x), "−2 x"},
		{x.Add(Mul(-2, b)), "x − 2 b"},
		{x.Div(2).Add(x.Div(l)), "x/2 + x/λ"},
		{b.Mul(x), "b ∘ x"},
		{a.MatMul(x.Add(b)), "A (x + b)"},
		{a.T().MatMul(a).MatMul(x), "Aᵀ A x"},
		{b.MatMul(x), "bᵀ x"},
		{Sum(x), "1ᵀx"},
		{Sum(x.Sub(b)), "sum(x − b)"},
		{Sum(m, 0), "sum(X, axis 0)"},
		{Trace(a.MatMul(m)), "trace(A X)"},
		{Norm2(x.Range(0, 2)), "‖x[0:2]‖₂"},
		{NormInf(x.At(-1)), "‖x[-1]‖∞"},
		{m.At(0, 1), "X[0 1]"},
		{NuclearNorm(m), "‖X‖_*"},
		{Power(x, 3), "power(x, 3)"},
		{Huber(s, 2), "huber(s, 2)"},
		{Norm(x, 4), "norm(x, 4)"},
		{SumLargest(x, 2), "sum_largest(x, 2)"},
		{InvPos(s), "1/s"},
		{LogSumExp(x.Mul(num.Vector(1, 2, 3))), "log_sum_exp((1, 2, 3) ∘ x)"},
		{x.MatMul(num.Vector(1, 2, 3)).Sub(num.Scalar(0.5)), "xᵀ (1, 2, 3) − 0.5"},
		{MatMul(num.Arange(num.Float64, 0, 9).Reshape(3, 3), x), "const[3 3] x"},
		{Entropy(x), "sum(entr(x))"},
		{b.Dot(x), "bᵀ x"},
		{b.Dot(x.Sub(1)), "bᵀ (x − 1)"},
		{b.MatMul(m).MatMul(b), "bᵀ X b"},
		{a.MatMul(x).MatMul(b), "(A x)ᵀ b"},
		{l.Mul(num.Eye(3)).Add(m), "λ I + X"},
	} {
		if got := c.e.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	model := Maximize(LogDet(m).Sub(s)).SubjectTo(append(Between(0, x, 1), Eq(Sum(x), 1), SecondOrder(s, a.MatMul(x).Sub(b)), PSD(m.Sub(num.Eye(3).Mul(num.Const(2)))))...)
	want := `maximize    log_det(X) − s
subject to  X ⪰ 0
            x ≥ 0
            x ≤ 1
            1ᵀx = 1
            ‖A x − b‖₂ ≤ s
            X − const[3 3] ⪰ 0`
	if got := model.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
