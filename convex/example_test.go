package convex_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/argmin-go/argmin/convex"
	"github.com/argmin-go/argmin/num"
)

// The lasso: a model that prints as it is written on a board, solved for one value of its parameter, for a batch, and differentiated.
func Example() {
	x := convex.Variable("x", 2)
	lambda := convex.Parameter("λ").NonNegative()
	a := convex.Constant("A", num.New([]float64{1, 2, 3, 1, 0, 1}, 3, 2))
	b := convex.Constant("b", num.Vector(1, 2, 3))

	fit := convex.SumSquares(a.MatMul(x).Sub(b))
	model := convex.Minimize(fit.Add(lambda.Mul(convex.Norm1(x)))).SubjectTo(convex.Ge(x, 0))
	fmt.Println(model)

	program, err := model.Compile(convex.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	solution, err := program.Solve(context.Background(), convex.Values{"λ": num.Scalar(0.5)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f at %.4f\n", solution.Value, solution.Values["x"])

	weights := func(lambda num.Array) num.Array { return program.Argmin(convex.Values{"λ": lambda})["x"] }
	fmt.Printf("%.4f\n", num.Vmap(weights)(num.Vector(0, 0.5, 8)))
	fmt.Printf("%.4f\n", num.JacobianRev(weights)(num.Scalar(0.5)))
	// Output:
	// minimize    sum_squares(A x − b) + λ ‖x‖₁
	// subject to  x ≥ 0
	// 6.1893 at [0.1929 0.9643]
	// [[0.2000 1.0000] [0.1929 0.9643] [0.0857 0.4286]]
	// [-0.0143 -0.0714]
}

// A portfolio with a limit on risk, which is a second-order cone; the multiplier of the limit is what more risk would yield.
func ExampleMaximize() {
	w, risk := convex.Variable("w", 3).NonNegative(), convex.Parameter("risk").NonNegative()
	returns := num.Vector(0.10, 0.07, 0.03)
	root := convex.Constant("R", num.New([]float64{0.3, 0, 0, 0.05, 0.15, 0, 0, 0, 0.02}, 3, 3))

	limit := convex.Le(convex.Norm2(root.MatMul(w)), risk)
	model := convex.Maximize(w.MatMul(convex.Constant("μ", returns))).SubjectTo(convex.Eq(convex.Sum(w), 1), limit)
	fmt.Println(model)
	program, err := model.Compile(convex.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := program.Solve(context.Background(), convex.Values{"risk": num.Scalar(0.1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.4f with %.3f, and %.3f for each unit of risk\n", s.Status, s.Value, s.Values["w"], s.Dual(limit))
	// Output:
	// maximize    wᵀ μ
	// subject to  w ≥ 0
	//             1ᵀw = 1
	//             ‖R w‖₂ ≤ risk
	// converged: 0.0626 with [0.192 0.480 0.328], and 0.330 for each unit of risk
}

// The error of a model that is not convex names the part, the rule and the line.
func ExampleModel_Check() {
	x := convex.Variable("x", 3)
	model := convex.Minimize(convex.Sum(convex.Square(convex.Sqrt(x).Sub(1))))
	var rule *convex.RuleError
	if errors.As(model.Check(), &rule) {
		fmt.Println(rule.Expr)
		fmt.Println(rule.Rule)
	}
	// Output:
	// square(sqrt(x) − 1)
	// square is convex and neither nondecreasing nor nonincreasing in sqrt(x) − 1, which is of unknown sign: it must be affine; it is concave
}

// The smallest ellipse around points, {z : |Az + b| ≤ 1}, by the logarithm of a determinant.
func ExampleLogDet() {
	a, b := convex.Variable("A", 2, 2).PSD(), convex.Variable("b", 2)
	points := convex.Constant("P", num.New([]float64{1, 0, -1, 0, 0, 2, 0, -2}, 4, 2))
	distance := convex.Rows(points, func(p convex.Expr) convex.Expr { return convex.Norm2(a.MatMul(p).Add(b)) })
	program, err := convex.Maximize(convex.LogDet(a)).SubjectTo(convex.Le(distance, 1)).Compile(convex.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := program.Solve(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("A = %.3f\n", s.Values["A"].Add(num.Scalar(1e-9)))
	// Output:
	// A = [[1.000 0.000] [0.000 0.500]]
}

// A model as part of a function that is minimized itself: the weight of the penalty for which the model's predictions are best on other data.
func ExampleProgram_Argmin() {
	x, lambda := convex.Variable("x", 2), convex.Parameter("λ").NonNegative()
	a, b := num.New([]float64{1, 0, 1, 1, 1, 2, 1, 3}, 4, 2), num.Vector(0, 1.2, 1.9, 3.4)
	model := convex.Minimize(convex.SumSquares(convex.MatMul(a, x).Sub(b)).Add(lambda.Mul(convex.SumSquares(x))))
	program, err := model.Compile(convex.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	loss := func(l num.Array) num.Array {
		x := program.Argmin(convex.Values{"λ": l})["x"]
		return x.Dot(num.Vector(1, 4)).Sub(num.Const(4)).Square()
	}
	l := num.Scalar(0.1)
	for range 10 {
		l = l.Sub(num.Grad(loss)(l).Scale(4))
	}
	fmt.Printf("λ = %.3f, loss %.6f\n", l, loss(l))
	// Output:
	// λ = 0.860, loss 0.000000
}
