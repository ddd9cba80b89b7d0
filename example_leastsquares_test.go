package argmin_test

import (
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/robust"
)

// curve is data of one variable.
type curve struct{ X, Y num.Array }

// decay is the residuals of y = a exp(-b x).
func decay(p [2]num.Array, d curve) num.Array {
	return p[0].Mul(p[1].Mul(d.X).Neg().Exp()).Sub(d.Y)
}

// An exponential decay, and how its rate answers to each observation.
func ExampleLeastSquares() {
	data := curve{X: num.Vector(0, 1, 2, 3, 4), Y: num.Vector(2.9, 1.8, 1.1, 0.7, 0.4)}
	start := [2]num.Array{num.Scalar(1), num.Scalar(1)}
	solver := argmin.LeastSquares(decay, nil, argmin.Options{})
	result, err := solver.Run(start, data)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("a = %.3f, b = %.3f\n", result.Params[0].Item(), result.Params[1].Item())
	rate := func(y num.Array) num.Array { return solver.Argmin(start, curve{data.X, y})[1] }
	fmt.Printf("∂b/∂y = %.3f\n", num.Grad(rate)(data.Y).Float64s())
	// Output:
	// converged <nil>
	// a = 2.904, b = 0.483
	// ∂b/∂y = [0.156 -0.071 -0.147 -0.154 -0.135]
}

// An outlier pulls a straight line by least squares, and hardly by Cauchy's loss.
func ExampleSolver_WithLoss() {
	data := curve{X: num.Vector(0, 1, 2, 3, 4, 5), Y: num.Vector(1.1, 2.9, 5.1, 7, 40, 10.9)}
	line := func(p [2]num.Array, d curve) num.Array { return p[0].Add(p[1].Mul(d.X)).Sub(d.Y) }
	squares := argmin.LeastSquares(line, nil, argmin.Options{})
	scale := func(curve) num.Array { return num.Scalar(0.1) }
	for _, solver := range []*argmin.Solver[[2]num.Array, curve]{squares, squares.WithLoss(robust.Cauchy, scale)} {
		result, err := solver.Run([2]num.Array{num.Scalar(0), num.Scalar(0)}, data)
		fmt.Printf("%.2f + %.2f x, %v\n", result.Params[0].Item(), result.Params[1].Item(), err)
	}
	// Output:
	// -0.42 + 4.63 x, <nil>
	// 1.10 + 1.96 x, <nil>
}

// Two observations do not determine three parameters; what is known of them does the rest.
func ExampleSolver_WithPrior() {
	data := curve{X: num.Vector(1, 2), Y: num.Vector(3.1, 4.9)}
	parabola := func(p num.Array, d curve) num.Array {
		const deviation = 0.1 // of an observation
		return p.At(0).Add(p.At(1).Mul(d.X)).Add(p.At(2).Mul(d.X.Square())).Sub(d.Y).Scale(1 / deviation)
	}
	solver := argmin.LeastSquares(parabola, nil, argmin.Options{}).WithPrior(func(curve) (mean, deviation num.Array) {
		return num.Vector(1, 2, 0), num.Vector(1, 1, 0.1)
	})
	result, err := solver.Run(num.Zeros(3), data)
	fmt.Printf("%.2f %v\n", result.Params.Float64s(), err)
	// Output:
	// [1.26 1.84 -0.01] <nil>
}

// Rosenbrock's function as residuals, by geodesic steps along its curved valley.
func ExampleLevenbergMarquardt() {
	rosenbrock := func(x num.Array, _ struct{}) []num.Array {
		return []num.Array{x.At(1).Sub(x.At(0).Square()).Scale(10), x.At(0).AddScalar(-1)}
	}
	for _, m := range []argmin.LevenbergMarquardt{{}, {Geodesic: true}} {
		result, err := argmin.LeastSquares(rosenbrock, m, argmin.Options{}).Run(num.Vector(-1.2, 1), struct{}{})
		fmt.Printf("%.4f after %v iterations, %v\n", result.Params.Float64s(), result.State.NIter, err)
	}
	// Output:
	// [1.0000 1.0000] after 18 iterations, <nil>
	// [1.0000 1.0000] after 5 iterations, <nil>
}

// The joint angles of a planar arm with three links: the shortest step of many that reach the target.
func ExampleGaussNewton() {
	arm := func(q, target num.Array) num.Array {
		angles := q.CumSum(0)
		return num.Stack(angles.Cos().Sum(), angles.Sin().Sum()).Sub(target)
	}
	solver := argmin.LeastSquares(arm, argmin.GaussNewton{}, argmin.Options{})
	result, err := solver.Run(num.Vector(0.3, 0.3, 0.3), num.Vector(1, 2))
	fmt.Println(result.State.Status(), err)
	fmt.Println("reached:", num.AllClose(arm(result.Params, num.Vector(1, 2)), num.Zeros(2), 0, 1e-12))
	// Output:
	// converged <nil>
	// reached: true
}

// Beale's problem by Powell's dogleg.
func ExampleDogleg() {
	beale := func(x, y num.Array) num.Array {
		powers := x.At(1).Pow(num.Vector(1, 2, 3))
		return y.Sub(x.At(0).Mul(powers.Neg().AddScalar(1)))
	}
	solver := argmin.LeastSquares(beale, argmin.Dogleg{}, argmin.Options{})
	result, err := solver.Run(num.Vector(1, 1), num.Vector(1.5, 2.25, 2.625))
	fmt.Printf("%.4f %v %v\n", result.Params.Float64s(), result.State.Status(), err)
	// Output:
	// [3.0000 0.5000] converged <nil>
}

// A decay whose rate must be at least 0.6.
func ExampleBoundedLeastSquares() {
	data := curve{X: num.Vector(0, 1, 2, 3, 4), Y: num.Vector(2.9, 1.8, 1.1, 0.7, 0.4)}
	type params = [2]num.Array
	bounds := func(curve) (lower, upper params) {
		return params{num.Scalar(0), num.Scalar(0.6)}, params{}
	}
	solver := argmin.BoundedLeastSquares(decay, bounds, nil, argmin.Options{})
	result, err := solver.Run(params{num.Scalar(1), num.Scalar(1)}, data)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("a = %.3f, b = %.3f\n", result.Params[0].Item(), result.Params[1].Item())
	// Output:
	// converged <nil>
	// a = 3.062, b = 0.600
}

// Three logistic parameters of a growth curve within bounds that keep them positive.
func ExampleTrustRegionReflective() {
	data := curve{X: num.Vector(0, 2, 4, 6, 8, 10), Y: num.Vector(0.5, 1.3, 2.9, 4.9, 6.2, 6.7)}
	logistic := func(p num.Array, d curve) num.Array {
		return p.At(0).Mul(d.X.Sub(p.At(1)).Mul(p.At(2)).Expit()).Sub(d.Y)
	}
	bounds := func(curve) (lower, upper num.Array) { return num.Scalar(0), num.Scalar(10) }
	solver := argmin.BoundedLeastSquares(logistic, bounds, argmin.TrustRegionReflective{}, argmin.Options{})
	result, err := solver.Run(num.Vector(1, 1, 1), data)
	fmt.Printf("%.3f %v %v\n", result.Params.Float64s(), result.State.Status(), err)
	// Output:
	// [7.012 4.566 0.580] converged <nil>
}

// Two exponentials by only their rates: amplitudes and the constant are linear.
func ExampleSeparated() {
	x := num.Linspace(0, 4, 30)
	y := x.Scale(-0.5).Exp().Scale(2).Add(x.Scale(-3).Exp().Scale(1.5)).AddScalar(0.3)
	basis := func(rates num.Array, d curve) num.Array {
		return num.Stack(rates.At(0).Mul(d.X).Neg().Exp(), rates.At(1).Mul(d.X).Neg().Exp(), num.OnesLike(d.X)).T()
	}
	residual, amplitudes := argmin.Separated(basis, func(d curve) num.Array { return d.Y })
	solver := argmin.LeastSquares(residual, nil, argmin.Options{})
	result, err := solver.Run(num.Vector(0.1, 1), curve{x, y})
	fmt.Printf("rates %.4f, %v\n", result.Params.Float64s(), err)
	fmt.Printf("amplitudes %.4f\n", amplitudes(result.Params, curve{x, y}).Float64s())
	// Output:
	// rates [0.5000 3.0000], <nil>
	// amplitudes [2.0000 1.5000 0.3000]
}

// The parameters of a decay with their standard errors, and a confidence band of the curve at its end.
func ExampleStatistics() {
	data := curve{X: num.Vector(0, 1, 2, 3, 4), Y: num.Vector(2.9, 1.8, 1.1, 0.7, 0.4)}
	solver := argmin.LeastSquares(decay, nil, argmin.Options{})
	result, err := solver.Run([2]num.Array{num.Scalar(1), num.Scalar(1)}, data)
	if err != nil {
		fmt.Println(err)
	}
	fit := argmin.Statistics(solver, result.Params, data, argmin.FitOptions{})
	fmt.Println(fit)
	fmt.Println(fit.Err())
	at5 := func(p [2]num.Array) num.Array { return p[0].Mul(p[1].Scale(-5).Exp()) }
	value, half := argmin.Band(fit, at5, 0.95, false)
	fmt.Printf("at 5: %.3f ± %.3f\n", value.Item(), half.Item())
	// Output:
	// [0]       2.90351 ± 0.016
	// [1]      0.482533 ± 0.00521
	// σ 0.01701, χ² 0.000868202, 3 degrees of freedom
	// <nil>
	// at 5: 0.260 ± 0.019
}
