package convex_test

import (
	"context"
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
