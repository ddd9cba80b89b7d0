package leastsq_test

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin/minimize/leastsq"
)

// The Rosenbrock function is a sum of squares.
func ExampleMinimize() {
	p := leastsq.Problem{
		M:         2,
		Residuals: func(x, r []float64) { r[0], r[1] = 10*(x[1]-x[0]*x[0]), 1-x[0] },
	}
	r, err := leastsq.Minimize(context.Background(), p, []float64{2, 2}, leastsq.Options{
		Bounds: &leastsq.Bounds{Lower: []float64{math.Inf(-1), 1.5}, Upper: []float64{math.Inf(1), math.Inf(1)}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.6f, cost %.6f, active %v\n", r.X, r.Cost, r.ActiveMask)
	fmt.Println(r.Message)
	// Output:
	// [1.224371 1.500000], cost 0.025213, active [0 -1]
	// `ftol` termination condition is satisfied.
}

// A decay with known standard deviations of the measurements.
func ExampleCurveFit() {
	t := []float64{0, 1, 2, 3, 4, 5, 6, 7}
	y := []float64{5.02, 3.71, 2.69, 2.05, 1.49, 1.13, .80, .62}
	decay := leastsq.PointModel(func(p []float64, t float64) float64 { return p[0] * math.Exp(-p[1]*t) })
	r, err := leastsq.CurveFit(context.Background(), decay, t, y, []float64{1, 1}, leastsq.CurveFitOptions{
		Sigma:         []float64{.05, .05, .05, .05, .05, .05, .05, .05},
		AbsoluteSigma: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("amplitude %.3f ± %.3f, rate %.4f ± %.4f\n", r.Params[0], r.StdErr[0], r.Params[1], r.StdErr[1])
	fmt.Printf("χ² %.2f of %d degrees of freedom, covariance %v\n", r.ChiSquare, r.DegreesOfFreedom, r.CovStatus)
	// Output:
	// amplitude 5.011 ± 0.043, rate 0.3023 ± 0.0046
	// χ² 1.71 of 6 degrees of freedom, covariance good
}
