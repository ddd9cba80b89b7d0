package root_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/root"
)

// Two equations in two unknowns, by the default method.
func ExampleFind() {
	r, err := root.Find(context.Background(), root.Problem{Func: func(x, f []float64) {
		f[0], f[1] = x[0]*math.Cos(x[1])-4, x[0]*x[1]-x[1]-5
	}}, []float64{1, 1}, root.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.6f\n", r.Status, r.X)
	// Output: converged: [6.504097 0.908414]
}

// The hybrid method with the Jacobian.
func ExampleFind_hybr() {
	p := root.Problem{
		Func: func(x, f []float64) { f[0], f[1] = 10*(x[1]-x[0]*x[0]), 1-x[0] },
		Jac: func(x []float64, j *mat.Dense) {
			j.SetRow(0, []float64{-20 * x[0], 10})
			j.SetRow(1, []float64{-1, 0})
		},
	}
	r, err := root.Find(context.Background(), p, []float64{-1.2, 1}, root.Options{Method: root.Hybr{XTol: 1e-10}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.6f with %d Jacobians\n", r.Status, r.X, r.NJev)
	// Output: converged: [1.000000 1.000000] with 2 Jacobians
}

// A boundary value problem, u″ + eᵘ = 0 between u(0) = u(1) = 0, on a grid of 200 points. The
// Jacobian is never formed.
func ExampleFind_krylov() {
	const n = 200
	h := 1.0 / (n + 1)
	f := func(u, f []float64) {
		for i, v := range u {
			left, right := 0.0, 0.0
			if i > 0 {
				left = u[i-1]
			}
			if i < n-1 {
				right = u[i+1]
			}
			f[i] = left - 2*v + right + h*h*math.Exp(v)
		}
	}
	m := root.Krylov{InnerMaxIter: 100, Stops: root.Stops{FAtol: 1e-10}}
	r, err := root.Find(context.Background(), root.Problem{Func: f}, make([]float64, n), root.Options{Method: m})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: u(1/2) = %.4f\n", r.Status, (r.X[n/2-1]+r.X[n/2])/2)
	// Output: converged: u(1/2) = 0.1405
}

// A fixed-point iteration x ← cos x, accelerated.
func ExampleFind_anderson() {
	f := func(x, f []float64) {
		for i, v := range x {
			f[i] = math.Cos(v) - v
		}
	}
	r, err := root.Find(context.Background(), root.Problem{Func: f}, []float64{0, 1, 2},
		root.Options{Method: root.Anderson{Alpha: 1, Stops: root.Stops{FAtol: 1e-9}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.5f\n", r.Status, r.X)
	// Output: converged: [0.73909 0.73909 0.73909]
}

// Ten thousand unknowns without a Jacobian.
func ExampleFind_dfSane() {
	f := func(x, f []float64) {
		for i, v := range x {
			f[i] = math.Exp(v) - 1 - 0.1*x[(i+1)%len(x)]
		}
	}
	x0 := make([]float64, 10000)
	for i := range x0 {
		x0[i] = 1
	}
	r, err := root.Find(context.Background(), root.Problem{Func: f}, x0, root.Options{Method: root.DFSane{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: |x[0]| < 1e-6 is %v\n", r.Status, math.Abs(r.X[0]) < 1e-6)
	// Output: converged: |x[0]| < 1e-6 is true
}

// A method and its options by SciPy's names, as from a configuration file.
func ExampleMethodByName() {
	m, err := root.MethodByName("df-sane", map[string]any{"fatol": 1e-8, "M": 20})
	fmt.Println(m.(root.DFSane).FAtol, m.(root.DFSane).M, err)
	_, err = root.MethodByName("df-sain", nil)
	fmt.Println(err)
	// Output:
	// 1e-08 20 <nil>
	// root: there is no method "df-sain" for roots (did you mean "df-sane"?); the methods are anderson, broyden1, broyden2, df-sane, diagbroyden, excitingmixing, hybr, krylov, linearmixing, lm
}

func ExampleMethods() {
	fmt.Println(root.Methods())
	// Output: [anderson broyden1 broyden2 df-sane diagbroyden excitingmixing hybr krylov linearmixing lm]
}
