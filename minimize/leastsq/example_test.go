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
	r, err := leastsq.Minimize(context.Background(), p, []float64{2, 2}, leastsq.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.6f, cost %.6f\n", r.Status, r.X, r.Cost)
	// Output: converged: [1.000000 1.000000], cost 0.000000
}

// The same with a bound of the second variable, which the solution reaches.
func ExampleMinimize_bounds() {
	p := leastsq.Problem{
		M:         2,
		Residuals: func(x, r []float64) { r[0], r[1] = 10*(x[1]-x[0]*x[0]), 1-x[0] },
	}
	r, err := leastsq.Minimize(context.Background(), p, []float64{2, 2}, leastsq.Options{
		Bounds: &leastsq.Bounds{Lower: []float64{math.Inf(-1), 1.5}},
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

// A line through points of which two are outliers: a robust loss with the parameters within bounds.
func ExampleMinimize_robust() {
	t := []float64{0, 1, 2, 3, 4, 5, 6, 7}
	y := []float64{1.02, 2.98, 5.01, 17, 9.03, 10.97, -4, 15.02} // 1 + 2t
	p := leastsq.Problem{M: len(t), Residuals: func(x, r []float64) {
		for i := range r {
			r[i] = x[0] + x[1]*t[i] - y[i]
		}
	}}
	bounds := &leastsq.Bounds{Lower: []float64{0, 0}, Upper: []float64{5, 5}}
	for _, loss := range []string{"linear", "cauchy"} {
		r, err := leastsq.Minimize(context.Background(), p, []float64{1, 1}, leastsq.Options{Bounds: bounds, Loss: loss, FScale: 0.1})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %.2f + %.2f t\n", loss, r.X[0], r.X[1])
	}
	// Output:
	// linear: 4.09 + 0.87 t
	// cauchy: 1.00 + 2.00 t
}

// A chain of springs: every residual has two variables, so that three evaluations give the Jacobian
// of any length.
func ExampleMinimize_sparse() {
	const n = 1000
	p := leastsq.Problem{M: n, Residuals: func(x, r []float64) {
		r[0] = x[0] - 1
		for i := 1; i < len(r); i++ {
			r[i] = math.Sinh(x[i] - x[i-1] - 0.01)
		}
	}}
	p.Sparsity = [][]int{{0}}
	for i := 1; i < n; i++ {
		p.Sparsity = append(p.Sparsity, []int{i - 1, i})
	}
	r, err := leastsq.Minimize(context.Background(), p, make([]float64, n), leastsq.Options{Method: leastsq.TRF{TRSolver: "lsmr"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: x[999] = %.3f, %d evaluations per Jacobian\n", r.Status, r.X[n-1], r.NFevDiff/r.NJev)
	// Output: converged: x[999] = 10.990, 2 evaluations per Jacobian
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

// A model of two numbers per observation, x and y, within bounds.
func ExampleRowModel() {
	points := []float64{0, 0, 1, 0, 0, 1, 1, 1, 2, 1, 1, 2} // rows x, y
	z := []float64{1.1, 2.9, 0.6, 2.4, 4.6, 2.1}
	plane := leastsq.RowModel(func(p, x []float64) float64 { return p[0] + p[1]*x[0] + p[2]*x[1] })
	r, err := leastsq.CurveFit(context.Background(), plane, points, z, []float64{1, 1, 0}, leastsq.CurveFitOptions{
		LeastSquares: leastsq.Options{Bounds: &leastsq.Bounds{Lower: []float64{0, 0, -1}, Upper: []float64{2, 3, 1}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("z = %.2f %+.2f x %+.2f y\n", r.Params[0], r.Params[1], r.Params[2])
	// Output: z = 1.02 +1.96 x -0.44 y
}

func ExamplePointModel() {
	line := leastsq.PointModel(func(p []float64, x float64) float64 { return p[0] + p[1]*x })
	y := make([]float64, 3)
	line([]float64{1, 2}, []float64{0, 1, 2}, y)
	fmt.Println(y)
	// Output: [1 3 5]
}

// A method and its options by SciPy's names, as from a configuration file.
func ExampleMethodByName() {
	m, err := leastsq.MethodByName("dogbox", map[string]any{"tr_solver": "lsmr"})
	fmt.Println(m.(leastsq.Dogbox).TRSolver, err)
	_, err = leastsq.MethodByName("levenberg", nil)
	fmt.Println(err)
	// Output:
	// lsmr <nil>
	// leastsq: there is no least-squares method "levenberg"; the methods are trf, dogbox, lm
}

func ExampleMethods() {
	fmt.Println(leastsq.Methods())
	// Output: [trf dogbox lm]
}

func ExampleLosses() {
	fmt.Println(leastsq.Losses())
	// Output: [arctan cauchy huber linear soft_l1]
}
