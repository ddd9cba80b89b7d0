package argmin_test

import (
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// The minimizer of a ridge regression, and its derivative with respect to the
// strength of the regularization.
func Example() {
	x := num.New([]float64{1, 0, 1, 1, 1, 2, 1, 3}, 4, 2)
	y := num.Vector(1, 3, 5, 7)
	loss := func(w, l2 num.Array) num.Array {
		r := x.MatMul(w).Sub(y)
		return r.Square().Mean().Add(l2.Mul(w.Square().Sum())).Scale(0.5)
	}
	solver := argmin.Minimize(loss, argmin.LBFGS{}, argmin.Options{Tol: 1e-12})
	result, err := solver.Run(num.Zeros(2), num.Scalar(0.1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: w = %v\n", result.State.Status(), result.Params)
	solution := func(l2 num.Array) num.Array { return solver.Argmin(num.Zeros(2), l2) }
	fmt.Println("dw/dλ =", num.JacobianRev(solution)(num.Scalar(0.1)))
	fmt.Println("batch =", num.Vmap(solution)(num.Vector(0.01, 0.1, 1)))
	// Output:
	// converged: w = [0.964912 1.95906]
	// dw/dλ = [-0.312917 -0.413803]
	// batch = [[0.996062 1.99598] [0.964912 1.95906] [0.777778 1.62963]]
}
