package argmin_test

import (
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// Poisson regression by gradient descent with momentum and a line search.
func ExampleGradientDescent() {
	x := num.New([]float64{1, 0, 1, 1, 1, 2, 1, 3}, 4, 2)
	counts := num.Vector(1, 2, 6, 14)
	loss := func(w num.Array, _ struct{}) num.Array {
		logRate := x.MatMul(w)
		return logRate.Exp().Sub(counts.Mul(logRate)).Mean()
	}
	solver := argmin.Minimize(loss, argmin.GradientDescent{}, argmin.Options{})
	result, err := solver.Run(num.Zeros(2), struct{}{})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// w = [-0.085 0.911]
}

// Rosenbrock's function, whose curved valley is the classical test of smooth methods.
func ExampleBFGS() {
	rosenbrock := func(x num.Array, _ struct{}) num.Array {
		a, b := x.At(0), x.At(1)
		return b.Sub(a.Square()).Square().Scale(100).Add(a.AddScalar(-1).Square())
	}
	solver := argmin.Minimize(rosenbrock, argmin.BFGS{}, argmin.Options{Tol: 1e-8})
	result, err := solver.Run(num.Vector(-1.2, 1), struct{}{})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("x = %.4f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// x = [1.0000 1.0000]
}

// Rosenbrock's function of a hundred parameters, with a longer memory than the default.
func ExampleLBFGS() {
	rosenbrock := func(x num.Array, _ struct{}) num.Array {
		head, tail := x.Range(0, 99), x.Range(1, 100)
		return tail.Sub(head.Square()).Square().Scale(100).Add(head.AddScalar(-1).Square()).Sum()
	}
	solver := argmin.Minimize(rosenbrock, argmin.LBFGS{Memory: 20}, argmin.Options{Tol: 1e-8, MaxIter: 2000})
	result, err := solver.Run(num.Zeros(100), struct{}{})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("the first and the last entry: %.4f, %.4f\n", result.Params.At(0).Item(), result.Params.At(99).Item())
	// Output:
	// converged <nil>
	// the first and the last entry: 1.0000, 1.0000
}

// The least eigenvalue of a symmetric matrix, as the minimum of Rayleigh's quotient.
func ExampleNonlinearCG() {
	a := num.New([]float64{2, -1, 0, -1, 2, -1, 0, -1, 2}, 3, 3)
	rayleigh := func(x num.Array, _ struct{}) num.Array { return x.Dot(a.MatMul(x)).Div(x.Dot(x)) }
	method := argmin.NonlinearCG{Formula: argmin.HagerZhang, LineSearch: linesearch.HagerZhang(linesearch.HagerZhangOptions{})}
	solver := argmin.Minimize(rayleigh, method, argmin.Options{})
	result, err := solver.Run(num.Vector(1, 0.5, 0.2), struct{}{})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("2 - √2 = %.5f\n", result.State.Value.Item())
	// Output:
	// converged <nil>
	// 2 - √2 = 0.58579
}

// Logistic regression with a small penalty: Newton's method needs few iterations.
func ExampleNewton() {
	x := num.New([]float64{1, -2, 1, -1, 1, 0, 1, 1, 1, 2, 1, 3}, 6, 2)
	y := num.Vector(0, 0, 1, 0, 1, 1)
	loss := func(w num.Array, _ struct{}) num.Array {
		logits := x.MatMul(w)
		return logits.Softplus().Sub(y.Mul(logits)).Mean().Add(w.Square().Sum().Scale(0.005))
	}
	solver := argmin.Minimize(loss, argmin.Newton{}, argmin.Options{Tol: 1e-10})
	result, err := solver.Run(num.Zeros(2), struct{}{})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f, after fewer than 10 iterations: %t\n", result.Params.Float64s(), result.State.NIter.Item() < 10)
	// Output:
	// converged <nil>
	// w = [-0.535 1.147], after fewer than 10 iterations: true
}

// A chain of springs that hangs between two points: its Hessian is sparse, and only products
// with it are made.
func ExampleNewtonCG() {
	weight := num.Scalar(0.1)
	energy := func(y, weight num.Array) num.Array {
		y = num.Concat(0, num.Zeros(1), y, num.Zeros(1)) // both ends are fixed
		stretch := y.Range(1, 101).Sub(y.Range(0, 100))
		return stretch.Square().Sum().Scale(50).Add(weight.Mul(y.Sum()))
	}
	solver := argmin.Minimize(energy, argmin.NewtonCG{}, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Zeros(99), weight)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("the middle is at %.3f\n", result.Params.At(49).Item())
	// Output:
	// converged <nil>
	// the middle is at -1.250
}

// A double well from a start between the wells, where the Hessian is not positive definite:
// the trust region follows the negative curvature to the bottom of one of them.
func ExampleTrustRegion() {
	well := func(x num.Array, _ struct{}) num.Array {
		a, b := x.At(0), x.At(1)
		return a.Square().AddScalar(-1).Square().Add(b.Sub(a).Square())
	}
	solver := argmin.Minimize(well, argmin.TrustRegion{Radius: 0.5}, argmin.Options{})
	result, err := solver.Run(num.Vector(0.1, 0), struct{}{})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("x = %.4f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// x = [1.0000 1.0000]
}

// Least absolute deviations: the line through points one of which is far off. The objective
// has kinks, so a method without derivatives finds it.
func ExampleNelderMead() {
	x, y := num.Vector(0, 1, 2, 3, 4), num.Vector(1, 3, 5, 7, 30)
	deviations := func(w num.Array, _ struct{}) num.Array {
		return w.At(0).Add(w.At(1).Mul(x)).Sub(y).Abs().Sum()
	}
	solver := argmin.Minimize(deviations, argmin.NelderMead{}, argmin.Options{Tol: 1e-8})
	result, err := solver.Run(num.Zeros(2), struct{}{})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("intercept and slope: %.3f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// intercept and slope: [1.000 2.000]
}
