package convex_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	. "github.com/argmin-go/argmin/convex"
	"github.com/argmin-go/argmin/num"
)

// arrays are numbers by name, from textbook.json.
type arrays map[string]num.Array

// constant is an array as a constant of its name.
func (d arrays) constant(name string) Expr { return Constant(name, d[name]) }

func (d *arrays) UnmarshalJSON(text []byte) error {
	var raw map[string]any
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*d = arrays{}
	for name, v := range raw {
		(*d)[name] = array(v)
	}
	return nil
}

// array is an array of nested lists of numbers.
func array(v any) num.Array {
	list, ok := v.([]any)
	if !ok {
		return num.Scalar(v.(float64))
	}
	var parts []num.Array
	for _, x := range list {
		parts = append(parts, array(x))
	}
	return num.Stack(parts...)
}

type reference struct {
	Data   arrays
	Params arrays
	Value  float64
	Dual   any // multipliers of the first constraint, or nil
}

// textbook are models of textbook problems: of the constants and the parameters in textbook.json.
var textbook = map[string]func(d arrays, p map[string]Expr) *Model{
	"portfolio": func(d arrays, p map[string]Expr) *Model {
		w := Variable("w", 6)
		risk := QuadForm(w, d.constant("Sigma"))
		return Maximize(d.constant("mu").MatMul(w).Sub(p["gamma"].NonNegative().Mul(risk))).SubjectTo(Eq(Sum(w), 1), Ge(w, 0))
	},
	"cardinality": func(d arrays, p map[string]Expr) *Model {
		w := Variable("w", 8)
		risk := SumSquares(d.constant("F").T().MatMul(w)).Add(Mul(0.3, SumSquares(w)))
		return Minimize(risk).SubjectTo(Le(Norm1(w), p["k"]), Eq(Sum(w), 1), Ge(d.constant("mu").MatMul(w), d["target"]))
	},
	"lasso": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 6)
		fit := SumSquares(d.constant("A").MatMul(x).Sub(d.constant("b")))
		return Minimize(fit.Add(p["lambda"].NonNegative().Mul(Norm1(x))))
	},
	"svm": func(d arrays, p map[string]Expr) *Model {
		w, b := Variable("w", 3), Variable("b")
		margin := d.constant("y").Mul(d.constant("X").MatMul(w).Add(b))
		loss := Sum(Pos(Constant("1", 1.0).Sub(margin)))
		return Minimize(SumSquares(w).Div(2).Add(p["C"].NonNegative().Mul(loss)))
	},
	"logistic": func(d arrays, p map[string]Expr) *Model {
		w := Variable("w", 4)
		loss := Sum(Logistic(d.constant("y").Mul(d.constant("X").MatMul(w)).Neg()))
		return Minimize(loss.Add(p["lambda"].NonNegative().Mul(SumSquares(w))))
	},
	"mpc": func(d arrays, p map[string]Expr) *Model {
		a, b := d.constant("A"), d.constant("B")
		x, u := Variable("x", 7, 3), Variable("u", 6, 2)
		cost := Mul(0.1, SumSquares(u))
		m := []Constraint{Eq(x.At(0), p["x0"]), Le(Abs(u), 0.6)}
		for t := range 6 {
			cost = cost.Add(SumSquares(x.At(t + 1)))
			m = append(m, Eq(x.At(t+1), a.MatMul(x.At(t)).Add(b.MatMul(u.At(t)))))
		}
		return Minimize(cost).SubjectTo(m...)
	},
	"ellipsoid": func(d arrays, p map[string]Expr) *Model {
		a, b := Variable("A", 2, 2).PSD(), Variable("b", 2)
		norms := Rows(d.constant("P"), func(q Expr) Expr { return Norm2(a.MatMul(q).Add(b)) })
		return Minimize(LogDet(a).Neg()).SubjectTo(Le(norms, p["r"]))
	},
	"maxcut": func(d arrays, p map[string]Expr) *Model {
		x := Variable("X", 6, 6).PSD()
		return Maximize(Trace(d.constant("L").MatMul(x)).Div(4)).SubjectTo(Eq(x.Diag(), p["t"]))
	},
	"completion": func(d arrays, p map[string]Expr) *Model {
		x := Variable("X", 5, 4)
		return Minimize(NuclearNorm(x)).SubjectTo(Eq(d.constant("mask").Mul(x), p["Y"].Mul(d["mask"])))
	},
	"chebyshev": func(d arrays, p map[string]Expr) *Model {
		x, r := Variable("x", 3), Variable("r")
		return Maximize(r).SubjectTo(Le(d.constant("A").MatMul(x).Add(r.Mul(num.Norm(d["A"], 1))), p["b"]))
	},
	"leastnorm": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 7)
		return Minimize(Norm2(x)).SubjectTo(Eq(d.constant("A").MatMul(x), p["b"]))
	},
	"basispursuit": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 9)
		return Minimize(Norm1(x)).SubjectTo(Eq(d.constant("A").MatMul(x), p["b"]))
	},
	"quantile": func(d arrays, p map[string]Expr) *Model {
		x, tau := Variable("x", 3), p["tau"]
		res := d.constant("b").Sub(d.constant("A").MatMul(x))
		return Minimize(Sum(Maximum(tau.Mul(res), tau.Sub(1).Mul(res))))
	},
	"huber": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3)
		loss := Sum(Huber(d.constant("A").MatMul(x).Sub(d.constant("b")), 0.8))
		return Minimize(loss.Add(p["lambda"].NonNegative().Mul(SumSquares(x))))
	},
	"waterfilling": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 6)
		return Maximize(Sum(Log(d.constant("alpha").Add(x)))).SubjectTo(Eq(Sum(x), p["P"]), Ge(x, 0))
	},
	"geometric": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3)
		return Minimize(LogSumExp(d.constant("A0").MatMul(x).Add(d.constant("b0")))).SubjectTo(Le(LogSumExp(d.constant("A1").MatMul(x).Add(p["b1"])), 0))
	},
	"transport": func(d arrays, p map[string]Expr) *Model {
		plan := Variable("P", 4, 5)
		cost := Sum(d.constant("C").Mul(plan))
		return Minimize(cost.Sub(p["eps"].NonNegative().Mul(Entropy(plan)))).SubjectTo(Eq(Sum(plan, 1), d.constant("a")), Eq(Sum(plan, 0), d.constant("b")))
	},
	"robustlp": func(d arrays, p map[string]Expr) *Model {
		x, rho := Variable("x", 3), p["rho"].NonNegative()
		a, b, c := d.constant("A"), d.constant("b"), d.constant("c")
		m := []Constraint{Le(NormInf(x), 5)}
		for i := range 6 {
			spread := Constant("P", d["P"].At(i)).T().MatMul(x)
			m = append(m, Le(a.At(i).MatMul(x).Add(rho.Mul(Norm2(spread))), b.At(i)))
		}
		return Minimize(c.MatMul(x)).SubjectTo(m...)
	},
	"doptimal": func(d arrays, p map[string]Expr) *Model {
		l := Variable("λ", 8).NonNegative()
		v := d.constant("V")
		information := v.T().MatMul(l.Diag()).MatMul(v).Add(p["eps"].Mul(num.Eye(3)))
		return Maximize(LogDet(information)).SubjectTo(Eq(Sum(l), 1))
	},
	"markov": func(d arrays, p map[string]Expr) *Model {
		pr := Variable("P", 5, 5).Symmetric()
		none := Constant("none", num.Const(1).Sub(d["E"]))
		return Minimize(SigmaMax(pr.Sub(0.2))).SubjectTo(Eq(Sum(pr, 1), 1), Ge(pr, 0), Eq(none.Mul(pr), 0), Ge(pr.Diag(), p["low"]))
	},
	"denoising": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 15)
		return Minimize(SumSquares(x.Sub(d.constant("y"))).Div(2).Add(p["lambda"].NonNegative().Mul(TotalVariation(x))))
	},
	"kelly": func(d arrays, p map[string]Expr) *Model {
		b := Variable("b", 4)
		return Maximize(Mean(Log(d.constant("R").MatMul(b)))).SubjectTo(Le(b, p["cap"]), Eq(Sum(b), 1), Ge(b, 0))
	},
	"maxent": func(d arrays, p map[string]Expr) *Model {
		q := Variable("p", 6)
		return Maximize(Entropy(q)).SubjectTo(Eq(d.constant("A").MatMul(q), p["b"]), Eq(Sum(q), 1))
	},
	"covariance": func(d arrays, p map[string]Expr) *Model {
		t := Variable("Θ", 4, 4).PSD()
		likelihood := LogDet(t).Sub(Trace(d.constant("S").MatMul(t)))
		return Maximize(likelihood.Sub(p["lambda"].NonNegative().Mul(Norm1(t))))
	},
	"pnorm": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3)
		return Minimize(Norm(d.constant("A").MatMul(x).Sub(p["b"]), 3))
	},
	"delay": func(d arrays, p map[string]Expr) *Model {
		f := Variable("f", 4)
		return Minimize(Sum(InvPos(d.constant("cap").Sub(d.constant("R").MatMul(f))))).SubjectTo(
			Eq(f.Range(0, 2).Add(f.Range(2, 4)), p["demand"]), Ge(f, 0))
	},
	"ball": func(d arrays, p map[string]Expr) *Model {
		c, r := Variable("c", 3), Variable("r")
		var inside []Constraint
		for i := range 9 {
			inside = append(inside, SecondOrder(r, p["w"].Mul(d["P"].At(i)).Sub(c)))
		}
		return Minimize(r).SubjectTo(inside...)
	},
	"bargaining": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3, 4)
		return Maximize(GeoMean(Sum(d.constant("U").Mul(x), 1))).SubjectTo(Le(Sum(x, 0), p["budget"]), Ge(x, 0))
	},
}

func references(t *testing.T, file string) map[string]reference {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]reference
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func parameters(r reference) map[string]Expr {
	p := map[string]Expr{}
	for name, v := range r.Params {
		p[name] = Parameter(name, v.Shape()...)
	}
	return p
}

// Optimal values are CVXPY's, and their derivatives in a parameter those of differences.
func TestTextbook(t *testing.T) { testModels(t, "textbook.json", textbook) }
func TestExamples(t *testing.T) { testModels(t, "examples.json", examples) }

func testModels(t *testing.T, file string, models map[string]func(d arrays, p map[string]Expr) *Model) {
	for name, r := range references(t, file) {
		t.Run(name, func(t *testing.T) {
			model, ok := models[name]
			if !ok {
				t.Fatal("there is no model")
			}
			prog, err := model(r.Data, parameters(r)).Compile(Options{})
			if err != nil {
				t.Fatal(err)
			}
			s, err := prog.Solve(context.Background(), Values(r.Params))
			if err != nil {
				t.Fatal(err)
			}
			if s.Err() != nil || !(math.Abs(s.Value-r.Value) <= 1e-6*(1+math.Abs(r.Value))) {
				t.Errorf("value %.10g, want %.10g: %v", s.Value, r.Value, s.State)
			}
			checkDerivative(t, name, prog, Values(r.Params))
		})
	}
}

// notUnique are problems whose solutions, or derivatives of them, are not unique.
var notUnique = map[string]bool{"markov": true, "basispursuit": true}

// checkDerivative compares the gradients of the optimal value, and of a function of the solution, with central differences along the
// parameter.
func checkDerivative(t *testing.T, name string, prog *Program, params Values) {
	t.Helper()
	moved := func(step num.Array) Values {
		m := Values{}
		for name, v := range params {
			m[name] = v.Add(step.Mul(num.Const(1).Add(v)))
		}
		return m
	}
	value := func(step num.Array) num.Array { return prog.Value(moved(step)) }
	compare(t, "the value", value)
	if notUnique[name] || testing.Short() {
		return
	}
	compare(t, "the solution", func(step num.Array) num.Array {
		total := num.Scalar(0)
		for _, v := range prog.Argmin(moved(step)) {
			weights := num.Normal(num.NewKey(1), num.Float64, v.Shape()...)
			total = total.Add(v.Mul(weights).Sum())
		}
		return total
	})
}

func compare(t *testing.T, what string, f func(num.Array) num.Array) {
	t.Helper()
	const h = 1e-4
	got, err := num.Try(func() float64 { return num.Grad(f)(num.Scalar(0)).Item() })
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	want := (f(num.Scalar(h)).Item() - f(num.Scalar(-h)).Item()) / (2 * h)
	if !(math.Abs(got-want) <= 1e-5*(1+math.Abs(want))) {
		t.Errorf("derivative of %s %.9g, difference %.9g", what, got, want)
	}
}
