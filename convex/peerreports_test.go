package convex_test

import (
	"math"
	"testing"

	. "github.com/argmin-go/argmin/convex"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// Models that users of other modelling languages, layers and solvers reported as answered wrongly, or not at all, with what is right.
func TestModelsReportedElsewhere(t *testing.T) {
	x, y, s := Variable("x", 2), Variable("y", 2), Variable("s")
	row := num.Ones(1, 2)
	for _, c := range []struct {
		name  string
		model *Model
		code  status.Code
		value float64
	}{
		// The value of a quadratic form of one element was 0.
		{"form of one element", Minimize(QuadForm(MatMul(row, x), num.Ones(1, 1)).Sub(Sum(x))), status.Converged, -0.25},
		// A geometric program in logarithms whose sum lost the exponentials.
		{"areas", Minimize(LogSumExp(y)).SubjectTo(Ge(x.Add(y), math.Log(10)), Le(LogSumExp(x), math.Log(10))), status.Converged, math.Log(4)},
		// A singular matrix of exponents, and solutions on a line.
		{"product of two", Minimize(Sum(x)).SubjectTo(Ge(Sum(x), math.Log(12))), status.Converged, math.Log(12)},
		// An unbounded linear program that ended in a singular system.
		{"slow ray", Maximize(x.MatMul(num.Vector(0.10000002, 0.01090909))).SubjectTo(
			Le(MatMul(num.New([]float64{0, -11, -110, -11, 110, 11}, 3, 2), x), num.Vector(1, 5, 10))), status.Unbounded, math.Inf(1)},
		{"ray of an orthant", Maximize(Sum(x)).SubjectTo(Ge(MatMul(num.New([]float64{2, 1, 1, 3}, 2, 2), x), 1), Ge(x, 0)), status.Unbounded, math.Inf(1)},
		{"below one", Minimize(Sum(x)).SubjectTo(Le(x, 1)), status.Unbounded, math.Inf(-1)},
		// Contradictions between constants, where a variable is elsewhere.
		{"0 = 1", Maximize(s.Mul(0)).SubjectTo(Eq(Constant("0", 0.0), 1)), status.Infeasible, math.Inf(-1)},
		// A geometric mean that is asked for more than its arguments allow, and an objective of others.
		{"mean too large", Minimize(Sum(Exp(y))).SubjectTo(Le(x, 50), Ge(GeoMean(x), 200)), status.Infeasible, math.Inf(1)},
		// A weight below zero in front of a square is not convex, and one of 0 is nothing.
		{"weight of zero", Minimize(Mul(0, SumSquares(x)).Add(Norm1(x.Sub(1)))), status.Converged, 0},
	} {
		got := solve(t, c.model, nil)
		if got.Status != c.code || !(got.Value == c.value || math.Abs(got.Value-c.value) <= 1e-6) {
			t.Errorf("%s: value %g, want %g: %v at %v", c.name, got.Value, c.value, got.State, got.Values)
		}
	}
}

// A variable that is free beside rows that contradict each other: both "infeasible" and "unbounded" have a proof, and the one that is given holds.
func TestContradictionBesideARay(t *testing.T) {
	x, y := Variable("x"), Variable("y")
	m := Minimize(x.Neg().Sub(y)).SubjectTo(Ge(x, 0), Le(x, -1))
	s := solve(t, m, nil)
	switch s.Status {
	case status.Infeasible:
		d := num.Stack(s.Dual(m.Constraints()[0]), s.Dual(m.Constraints()[1]))
		near(t, "multipliers", d, num.Vector(1, 1), 1e-6)
	case status.Unbounded:
		if dx, dy := s.Values["x"].Item(), s.Values["y"].Item(); !(dy > 0 && math.Abs(dx) < 1e-6*dy) {
			t.Errorf("direction %g, %g", dx, dy)
		}
	default:
		t.Errorf("%v", s.State)
	}
}

// Squares of products by elements were taken for another quadratic form: the same objective in three ways.
func TestSquaresOfProducts(t *testing.T) {
	const n = 30
	w := Variable("w", n)
	alpha, cost := num.Normal(num.NewKey(1), num.Float64, n), num.Uniform(num.NewKey(2), num.Float64, n)
	volatility := num.Full(num.Float64, 0.6, n)
	var values []float64
	for _, risk := range []Expr{
		Mul(0.02, Sum(Square(w.Mul(volatility)))), Mul(0.02, SumSquares(w.Mul(volatility))), QuadForm(w, num.FromDiag(volatility.Square().Scale(0.02))),
	} {
		s := solve(t, Maximize(w.Dot(alpha).Sub(risk).Sub(Abs(w).Dot(cost))), nil)
		values = append(values, s.Value)
	}
	// Each element is the largest (|α| - cost)₊²/(4 · 0.02 · 0.36).
	want := num.Maximum(alpha.Abs().Sub(cost), num.Const(0)).Square().Sum().Item() / (4 * 0.02 * 0.36)
	for i, v := range values {
		if math.Abs(v-want) > 1e-6*want {
			t.Errorf("form %d: %.9g, want %.9g", i, v, want)
		}
	}
}

// A ball of residuals that is nearly a point: the layer failed where its radius was below 1e-4.
func TestSmallBalls(t *testing.T) {
	x, b, radius := Variable("x", 6), Parameter("b", 3), Parameter("σ").NonNegative()
	a := num.Normal(num.NewKey(3), num.Float64, 3, 6)
	prog, err := Minimize(Norm1(x)).SubjectTo(Le(Norm2(MatMul(a, x).Sub(b)), radius)).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := num.Vector(1, -0.5, 0.7)
	value := func(r num.Array) num.Array { return prog.Value(Values{"b": at, "σ": r}) }
	radii := num.Vector(1e-2, 1e-4, 1e-6, 1e-8)
	values, slopes := num.Vmap(value)(radii), num.Vmap(num.Grad(value))(radii)
	for i := range radii.Size() - 1 {
		// The value falls with the radius, along a convex function.
		r := radii.At(i).Item() - radii.At(i+1).Item()
		fall := (values.At(i+1).Item() - values.At(i).Item()) / r
		least, most := -slopes.At(i).Item(), -slopes.At(i+1).Item()
		if !(fall >= least-1e-3*math.Abs(least) && fall <= most+1e-3*math.Abs(most)) {
			t.Errorf("radius %g: slope %g, between %g and %g", radii.At(i).Item(), fall, least, most)
		}
	}
}

// The gradient of a sum of two losses is the sum of their gradients, and a batch over one parameter with another shared is what single solves give.
func TestLayersReportedElsewhere(t *testing.T) {
	x, a, b := Variable("x", 2), Parameter("A", 3, 2), Parameter("b", 3)
	prog, err := Minimize(Norm1(a.MatMul(x).Sub(b)).Add(Mul(0.1, SumSquares(x)))).SubjectTo(Ge(x, 0)).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	shared, batch := num.Normal(num.NewKey(4), num.Float64, 3, 2), num.Normal(num.NewKey(5), num.Float64, 5, 3)
	answer := func(a, b num.Array) num.Array { return prog.Argmin(Values{"A": a, "b": b})["x"] }
	all := num.Vmap(func(b num.Array) num.Array { return answer(shared, b) })(batch)
	for i := range 5 {
		near(t, "member", all.At(i), answer(shared, batch.At(i)), 1e-8)
	}
	losses := []func(num.Array) num.Array{
		func(x num.Array) num.Array { return x.Square().Sum() }, func(x num.Array) num.Array { return x.Sum().Scale(3) },
	}
	total := func(f func(num.Array) num.Array) num.Array {
		return num.Grad(func(a num.Array) num.Array {
			return num.Vmap(func(b num.Array) num.Array { return f(answer(a, b)) })(batch).Sum()
		})(shared)
	}
	both := total(func(x num.Array) num.Array { return losses[0](x).Add(losses[1](x)) })
	near(t, "gradient of the sum", both, total(losses[0]).Add(total(losses[1])), 1e-9)
}

// A standard example of a program with linear, second-order and semidefinite rows, as a model.
func TestMixedCones(t *testing.T) {
	x := Variable("x", 3)
	rows := func(v ...float64) num.Array { return num.New(v, 3, len(v)/3).T() }
	linear := rows(16, 7, -14, 2, 5, 0)
	first, second := rows(24, -8, 8, -1, 7, -13, -18, 3, -15, 12, -6, 17), rows(0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1)
	matrix := rows(7, -5, 1, -5, 1, -7, 1, -7, -4, 3, 13, -6, 13, 12, -10, -6, -10, -28, 9, 6, -6, 6, -7, -7, -6, -7, -11)
	slack := func(h num.Array, g num.Array) Expr { return Constant("h", h).Sub(MatMul(g, x)) }
	q1, q2 := slack(num.Vector(12, -2, -14, -13), first), slack(num.Vector(10, 0, 0, 0), second)
	m := slack(num.Vector(68, -30, -19, -30, 99, 23, -19, 23, 10), matrix).Reshape(3, 3)
	s := solve(t, Minimize(x.MatMul(num.Vector(-6, -4, -5))).SubjectTo(Ge(slack(num.Vector(-3, 5), linear), 0),
		SecondOrder(q1.At(0), q1.Range(1, 4)), SecondOrder(q2.At(0), q2.Range(1, 4)), PSD(m)), nil)
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	near(t, "x", s.Values["x"], num.Vector(-1.2209153, 0.0966331, 3.5775017), 1e-5)
}

// A linear–quadratic policy, whose derivative failed elsewhere because the objective is quadratic: the input is linear in the state, and the derivative
// with respect to the root of the cost-to-go that of the closed form.
func TestLinearQuadraticPolicy(t *testing.T) {
	const n, m = 4, 2
	a, b := num.Normal(num.NewKey(6), num.Float64, n, n).Scale(0.5), num.Normal(num.NewKey(7), num.Float64, n, m)
	x, root, u, next := Parameter("x", n), Parameter("√P", n, n), Variable("u", m), Variable("next", n)
	prog, err := Minimize(QuadForm(u, num.Eye(m)).Add(SumSquares(MatMul(root, next)))).SubjectTo(Eq(next, MatMul(a, x).Add(MatMul(b, u)))).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	states, p := num.Normal(num.NewKey(8), num.Float64, 3, n), num.Eye(n).Add(num.Normal(num.NewKey(9), num.Float64, n, n).Scale(0.3))
	layer := func(p num.Array) num.Array {
		return num.Vmap(func(x num.Array) num.Array { return prog.Argmin(Values{"x": x, "√P": p})["u"] })(states)
	}
	closed := func(p num.Array) num.Array {
		pb := p.MatMul(b)
		gain := num.Solve(num.Eye(m).Add(pb.T().MatMul(pb)), pb.T().MatMul(p.MatMul(a)))
		return states.MatMul(gain.T()).Neg()
	}
	near(t, "inputs", layer(p), closed(p), 1e-8)
	norm := func(f func(num.Array) num.Array) func(num.Array) num.Array {
		return func(p num.Array) num.Array { return num.Norm(f(p)) }
	}
	near(t, "gradient", num.Grad(norm(layer))(p), num.Grad(norm(closed))(p), 1e-7)
}

// A quadratic program of which every part is a parameter has derivatives, and sparse constants the same as dense ones: the gradients of two layers
// differed where its matrix was sparse.
func TestQuadraticFormsWithParameters(t *testing.T) {
	const n, p, m = 6, 2, 5
	random := func(key uint64, shape ...int) num.Array { return num.Normal(num.NewKey(key), num.Float64, shape...) }
	x, h, b := Variable("x", n), Parameter("h", m), Parameter("b", p)
	q := random(10, n, n)
	q = q.MatT().MatMul(q).Add(num.Eye(n).Scale(0.1))
	few := random(11, m, n)
	few = num.Where(few.Abs().Gt(num.Const(0.7)), few, num.Const(0))
	inside := random(12, n)
	at := map[string]num.Array{"A": random(13, p, n), "h": few.MatMul(inside).Add(num.Uniform(num.NewKey(14), num.Float64, m))}
	at["b"] = at["A"].MatMul(inside)
	var gradients []num.Array
	for _, g := range []any{few, sparse.FromDense(few)} {
		rows := Parameter("A", p, n)
		prog, err := Minimize(QuadForm(x, q).Mul(0.5)).SubjectTo(Le(MatMul(g, x), h), Eq(MatMul(rows, x), b)).Compile(Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkDerivative(t, "quadratic form", prog, Values(at))
		gradients = append(gradients, num.Grad(func(b num.Array) num.Array {
			return prog.Argmin(Values{"A": at["A"], "h": at["h"], "b": b})["x"].Dot(num.Arange(num.Float64, 1, n+1).Sin())
		})(at["b"]))
	}
	near(t, "gradient", gradients[1], gradients[0], 1e-8)
}

// An order of ten numbers, with an objective of 1e-5: "unbounded" elsewhere.
func TestSmallObjective(t *testing.T) {
	const n, rows = 10, 200000
	x, to := Variable("x", n), num.Vector(4, 2, -2, 3, 3, 7, 3, 11, 10, 14)
	weights := num.Arange(num.Float64, 1, n+1)
	s := solve(t, Minimize(Sum(Square(x).Mul(weights)).Mul(0.5).Sub(x.Dot(to)).Mul(1.0/rows)).SubjectTo(Le(x.Range(0, n-1), x.Range(1, n))), nil)
	// Neighbours that want another order are one block: of 1 to 5, 6 and 7, 8 and 9, and 10.
	if want := -(100./15 + 100./13 + 441./17 + 196./10) / 2 / rows; s.Err() != nil || math.Abs(s.Value-want) > 1e-9*math.Abs(want) {
		t.Errorf("value %.12g, want %.12g: %v", s.Value, want, s.State)
	}
}
