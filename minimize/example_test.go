package minimize_test

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin/minimize"
)

// Rosenbrock's function, with its gradient by finite differences.
func ExampleMinimize() {
	rosen := func(x []float64) float64 {
		a, b := x[1]-x[0]*x[0], 1-x[0]
		return 100*a*a + b*b
	}
	r, err := minimize.Minimize(context.Background(), minimize.Problem{Func: rosen}, []float64{-1.2, 1}, minimize.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.4f\n", r.Status, r.X)
	// Output: converged: [1.0000 1.0000]
}

// The largest box of a surface of at most 6, one side of at most 0.9: SLSQP is the
// default with constraints.
func ExampleMinimize_constraints() {
	r, err := minimize.Minimize(context.Background(),
		minimize.Problem{Func: func(x []float64) float64 { return -x[0] * x[1] * x[2] }},
		[]float64{0.5, 0.5, 0.5},
		minimize.Options{
			Bounds: &minimize.Bounds{Lower: []float64{0, 0, 0}, Upper: []float64{0.9, math.Inf(1), math.Inf(1)}},
			Constraints: []minimize.Constraint{{
				Func:  func(x, c []float64) { c[0] = 2 * (x[0]*x[1] + x[1]*x[2] + x[2]*x[0]) },
				Lower: []float64{math.Inf(-1)}, Upper: []float64{6},
			}},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.3f, volume %.4f\n", r.Status, r.X, -r.Fun)
	// Output: converged: [0.900 1.052 1.052], volume 0.9959
}

// A method and its options by SciPy's names.
func ExampleMethodByName() {
	_, err := minimize.MethodByName("BFGS", map[string]any{"gtoll": 1e-8})
	fmt.Println(err)
	// Output: minimize: method BFGS has no option "gtoll" (did you mean "gtol"?); its options are gtol, norm, maxiter, xrtol, c1, c2, hess_inv0
}
