package gonum_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/optimize/functions"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/gonum"
)

// The problem is gonum's; the bounds are not to be had there.
func ExampleProblem() {
	rosen := functions.ExtendedRosenbrock{}
	p := optimize.Problem{Func: rosen.Func, Grad: rosen.Grad}
	r, err := minimize.Minimize(context.Background(), gonum.Problem(p), []float64{-1.2, 1, -1.2, 1}, minimize.Options{Method: minimize.BFGS{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.4f, status %v\n", r.Reason, r.X, gonum.Status(r))
	// Output:
	// converged: [1.0000 1.0000 1.0000 1.0000], status Success
}
