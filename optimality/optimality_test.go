package optimality_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/prox"
)

type A = num.Array

// A small quadratic, ½xᵀHx - θᵀx, whose solutions under constraints are known.
var h = num.New([]float64{4, 1, 0, 1, 3, 0.5, 0, 0.5, 2}, 3, 3)

func value(x, theta A) A { return x.Dot(h.MatMul(x)).Scale(0.5).Sub(x.Dot(theta)) }
func grad(x, theta A) A  { return h.MatMul(x).Sub(theta) }

func apart(a, b A) float64 { return a.Sub(b).Abs().Max().Item() }

// solve finds the answer to high accuracy by fixed steps, whatever the constraint.
func solve(step func(x, g, size A) A, start A) func(theta A) A {
	return func(theta A) A {
		x := start
		for range 800 {
			x = step(x, grad(x, theta), num.Scalar(0.2))
		}
		return x
	}
}

// Each condition is zero at the solution, and its implicit derivative is that of
// differences of solutions.
func TestConditions(t *testing.T) {
	soft := func(x, _ A, step A) A { return prox.Lasso(x, 0.3, step) }
	simplex := func(x, _ A) A { return projection.Simplex(x, 1) }
	inner := num.Full(num.Float64, 1.0/3, 3)
	log := optimality.Bregman(func(x A) A { return x.Log().AddScalar(1) }, func(z, _ A) A { return z.AddScalar(-1).Exp() })
	for name, c := range map[string]struct {
		condition func(x, theta A) A
		solve     func(theta A) A
		theta     A
	}{
		"Stationary":        {optimality.Stationary(value), func(th A) A { return num.Solve(h, th) }, num.Vector(1, 2, -1)},
		"Newton":            {optimality.Newton(grad), func(th A) A { return num.Solve(h, th) }, num.Vector(1, 2, -1)},
		"ProximalGradient":  {optimality.ProximalGradient(grad, soft), solve(func(x, g, s A) A { return soft(x.Sub(g.Mul(s)), g, s) }, inner), num.Vector(1, 2, 0.1)},
		"ProjectedGradient": {optimality.ProjectedGradient(grad, simplex), solve(func(x, g, s A) A { return simplex(x.Sub(g.Mul(s)), g) }, inner), num.Vector(1, 2, -1)},
		"MirrorDescent":     {optimality.MirrorDescent(grad, optimality.Entropic[A, A]), solve(func(x, g, s A) A { return optimality.Entropic(x, g, s, g) }, inner), num.Vector(2, 2, -1)},
		"Bregman":           {optimality.MirrorDescent(grad, log), solve(func(x, g, s A) A { return log(x, g, s, g) }, inner), num.Vector(1, 2, 1)},
		"BlockProximalGradient": {optimality.BlockProximalGradient(grad, func(x, _, steps A) A {
			return prox.WeightedLasso(x, num.Full(num.Float64, 0.3, 3).Mul(steps), num.Scalar(1))
		}, func(A) A { return num.Vector(0.25, 0.3, 0.5) }), solve(func(x, g, s A) A { return soft(x.Sub(g.Mul(s)), g, s) },
			inner), num.Vector(1, 2, 0.1)},
	} {
		x := c.solve(c.theta)
		if e := c.condition(x, c.theta).Abs().Max().Item(); !(e <= 1e-9) {
			t.Errorf("%s: %g at the solution %v", name, e, x)
		}
		if e := c.condition(x.Add(num.Vector(0.1, -0.05, 0.02)), c.theta).Abs().Max().Item(); !(e > 1e-3) {
			t.Errorf("%s: %g elsewhere", name, e)
		}
		at := num.CustomRoot(c.condition, c.solve, nil)
		jac := num.JacobianRev(at)(c.theta)
		for i := range 3 {
			e := make([]float64, 3)
			e[i] = 1e-5
			fd := c.solve(c.theta.Add(num.New(e))).Sub(c.solve(c.theta.Sub(num.New(e)))).Scale(0.5e5)
			if d := apart(jac.T().At(i), fd); !(d <= 1e-7) {
				t.Errorf("%s: derivative in θ[%d] is %v, want %v", name, i, jac.T().At(i), fd)
			}
		}
	}
}

// Exponentiated gradient is regular where an entry is zero: it stays, with derivative zero.
func TestEntropicAtZero(t *testing.T) {
	x, theta := num.Vector(0, 0.4, 0.6), num.Vector(0, 1, 1)
	jac := num.JacobianRev(func(x A) A { return optimality.Entropic(x, grad(x, theta), num.Scalar(1), theta) })(x)
	for _, v := range jac.Float64s() {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("%v", jac)
		}
	}
	y := optimality.Entropic(num.Vector(0, 1, 1e-300).Div(num.Scalar(1)), num.Vector(-1e6, 0, -1e3), num.Scalar(1), theta)
	if y.At(0).Item() != 0 || math.Abs(y.Sum().Item()-1) > 1e-12 {
		t.Errorf("%v", y)
	}
}

// KKT of: minimize the quadratic subject to Σx = 1 and x₀ ≤ 0.05, which is active.
func TestKKT(t *testing.T) {
	type point = optimality.Point[A, A, A]
	eq := func(x, _ A) A { return x.Sum().AddScalar(-1).Reshape(1) }
	ineq := func(x, _ A) A { return x.At(0).AddScalar(-0.05).Reshape(1) }
	kkt := optimality.KKT(value, eq, ineq)
	solve := func(theta A) point {
		// H x + ν 1 + λ e₀ = θ, Σx = 1, x₀ = 0.05.
		k := num.Zeros(5, 5).Set(h, num.Span(0, 3), num.Span(0, 3))
		one, first := num.Vector(1, 1, 1), num.Vector(1, 0, 0)
		k = k.Set(one.Reshape(1, 3), num.Span(3, 4), num.Span(0, 3)).Set(one.Reshape(3, 1), num.Span(0, 3), num.Span(3, 4))
		k = k.Set(first.Reshape(1, 3), num.Span(4, 5), num.Span(0, 3)).Set(first.Reshape(3, 1), num.Span(0, 3), num.Span(4, 5))
		z := num.Solve(k, num.Concat(0, theta, num.Vector(1, 0.05)))
		return point{z.Range(0, 3), z.Range(3, 4), z.Range(4, 5)}
	}
	theta := num.Vector(2, 2, -1)
	z := solve(theta)
	if !(z.Ineq.Item() > 0.1) {
		t.Fatalf("the inequality is not active: %v", z)
	}
	r := kkt(z, theta)
	if e := max(r.Primal.Abs().Max().Item(), r.Eq.Abs().Max().Item(), r.Ineq.Abs().Max().Item()); e > 1e-12 {
		t.Errorf("%g at the solution", e)
	}
	got := num.JacobianRev(func(th A) A { return num.CustomRoot(kkt, solve, nil)(th).Primal })(theta)
	want := num.JacobianRev(func(th A) A { return solve(th).Primal })(theta)
	if e := apart(got, want); e > 1e-10 {
		t.Errorf("derivative off by %g", e)
	}
	free := optimality.KKT[A, A, struct{}, struct{}](value, nil, nil)
	if e := free(optimality.Point[A, struct{}, struct{}]{Primal: num.Solve(h, theta)}, theta).Primal.Abs().Max().Item(); e > 1e-12 {
		t.Errorf("without constraints: %g", e)
	}
}

// A linear program: minimize cᵀx subject to x ≥ 0 and Σx = 1 relaxed to a cone of x ≥ 0,
// as -x + s = 0 for s ≥ 0 and an equation by two inequalities' cone {0}.
func TestConic(t *testing.T) {
	// A = [1 1; -1 0; 0 -1], b = [1 0 0]; the first row's cone is {0}, whose dual is all of
	// the line, the others' the half-line.
	dual := func(v A) A { return num.Concat(0, v.Range(0, 1), projection.NonNegative(v.Range(1, 3))) }
	conic := optimality.Conic(dual)
	solve := func(p optimality.Program) optimality.Embedding {
		// The cheaper variable takes all: x = (b₀, 0), y = (-c₀, 0, c₁ - c₀), s = (0, b₀, 0).
		b, c := p.B.At(0), p.C
		y := num.Stack(c.At(0).Neg(), num.Scalar(0), c.At(1).Sub(c.At(0)))
		s := num.Stack(num.Scalar(0), b, num.Scalar(0))
		return optimality.Embedding{X: num.Stack(b, num.Scalar(0)), V: y.Sub(s)}
	}
	p := optimality.Program{A: num.New([]float64{1, 1, -1, 0, 0, -1}, 3, 2), B: num.Vector(1, 0, 0), C: num.Vector(1, 3)}
	r := conic(solve(p), p)
	if e := max(r.X.Abs().Max().Item(), r.V.Abs().Max().Item()); e > 1e-14 {
		t.Fatalf("%g at the solution: %v", e, r)
	}
	at := num.CustomRoot(conic, solve, nil)
	got := num.JacobianRev(func(b A) A { return at(optimality.Program{A: p.A, B: b, C: p.C}).X })(p.B)
	// x₀ follows b₀ but what x₁ takes: x₁ = -b₂ as -x₁ + s₂ = b₂ with s₂ = 0.
	if e := apart(got, num.New([]float64{1, 0, 1, 0, 0, -1}, 2, 3)); e > 1e-12 {
		t.Errorf("derivative %v", got)
	}
}

func ExampleProjectedGradient() {
	// The derivative of somebody else's solution of a problem on the simplex.
	condition := optimality.ProjectedGradient(grad, func(x, _ A) A { return projection.Simplex(x, 1) })
	solution := func(theta A) A { return num.Vector(0.2, 0.8, 0) } // of θ = (2, 3, -1)
	x := num.CustomRoot(condition, solution, nil)
	theta := num.Vector(2, 3, -1)
	fmt.Println(condition(solution(theta), theta).Abs().Max().Item() < 1e-15)
	fmt.Println(num.JacobianRev(x)(theta))
	// Output:
	// true
	// [[0.2 -0.2 0] [-0.2 0.2 0] [0 0 0]]
}

// The multiplier of a minimum on a line: x² + y² subject to x + y = 2.
func ExampleKKT() {
	type none = struct{}
	condition := optimality.KKT[A, none, A, none](
		func(x A, _ none) A { return x.Square().Sum() },
		func(x A, _ none) A { return x.Sum().Sub(num.Const(2)) }, nil)
	at := optimality.Point[A, A, none]{Primal: num.Vector(1, 1), Eq: num.Scalar(-2)}
	r := condition(at, none{})
	fmt.Println(r.Primal, r.Eq)
	// Output: [0 0] 0
}
