package argmin_test

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/prox"
	"github.com/argmin-go/argmin/tree"
)

// Ridge regression: the data of the problem are its features, targets and penalty.
func ExampleMinimize() {
	type data struct{ X, Y, L2 num.Array }
	ridge := func(w num.Array, d data) num.Array {
		residual := d.X.MatMul(w).Sub(d.Y)
		return residual.Square().Mean().Add(d.L2.Mul(w.Square().Sum())).Scale(0.5)
	}
	d := data{
		X:  num.New([]float64{1, 0, 1, 1, 1, 2, 1, 3}, 4, 2),
		Y:  num.Vector(1, 3, 5, 7),
		L2: num.Scalar(0.1),
	}
	solver := argmin.Minimize(ridge, nil, argmin.Options{})
	result, err := solver.Run(num.Zeros(2), d)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.4f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// w = [0.9649 1.9591]
}

// Nonnegative least squares.
func ExampleBounded() {
	a := num.New([]float64{1, 2, 2, 1, 1, 1}, 3, 2)
	residuals := func(x, b num.Array) num.Array { return a.MatMul(x).Sub(b).Square().Sum().Scale(0.5) }
	bounds := func(b num.Array) (lower, upper num.Array) {
		return num.Zeros(2), num.Full(num.Float64, math.Inf(1), 2)
	}
	solver := argmin.Bounded(residuals, bounds, nil, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Ones(2), num.Vector(2, -1, 1))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("x = %.4f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// x = [0.0000 0.6667]
}

// The lasso: least squares with a penalty on the sum of magnitudes, which makes some of the
// coefficients exactly zero.
func ExampleComposite() {
	x := num.New([]float64{1, 0, 0.5, 0, 1, 0.5, 1, 1, -1, 1, -1, 0}, 4, 3)
	y := num.Vector(2, 0.1, 2, 1.9)
	squares := func(w, l1 num.Array) num.Array { return x.MatMul(w).Sub(y).Square().Sum().Scale(0.5) }
	lasso := func(w, l1, step num.Array) num.Array { return prox.Lasso(w, l1, step) }
	solver := argmin.Composite(squares, lasso, nil, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Zeros(3), num.Scalar(0.5))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f, nonzero: %v\n", result.Params.Float64s(), result.Params.Ne(num.Const(0)))
	// Output:
	// converged <nil>
	// w = [1.800 0.000 0.000], nonzero: [true false false]
}

// The lasso again, as a linear model whose coefficients are found one after the other.
func ExampleSeparable() {
	x := num.New([]float64{1, 0, 0.5, 0, 1, 0.5, 1, 1, -1, 1, -1, 0}, 4, 3)
	y := num.Vector(2, 0.1, 2, 1.9)
	model := argmin.LinearModel[num.Array]{
		Matrix:    func(l1 num.Array) num.Array { return x },
		Outer:     func(z, l1 num.Array) num.Array { return z.Sub(y).Square().Sum().Scale(0.5) },
		Curvature: func(l1 num.Array) num.Array { return num.Scalar(1) },
	}
	lasso := func(w, l1, step num.Array) num.Array { return prox.Lasso(w, l1, step) }
	solver := argmin.Separable(model, lasso, nil, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Zeros(3), num.Scalar(0.5))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// w = [1.800 0.000 0.000]
}

// A portfolio: weights that are not negative and add up to 1, with little variance and a
// high return.
func ExampleOnSet() {
	covariance := num.New([]float64{0.04, 0.01, 0, 0.01, 0.09, 0.02, 0, 0.02, 0.16}, 3, 3)
	returns := num.Vector(0.05, 0.08, 0.15)
	risk := func(w, aversion num.Array) num.Array {
		return aversion.Mul(w.Dot(covariance.MatMul(w))).Scale(0.5).Sub(returns.Dot(w))
	}
	set := argmin.Set[num.Array, num.Array]{
		Project: func(w, aversion num.Array) num.Array { return projection.Simplex(w, 1) },
	}
	solver := argmin.OnSet(risk, set, nil, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Full(num.Float64, 1.0/3, 3), num.Scalar(2))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// w = [0.377 0.231 0.392]
}

// Total variation in one dimension (fused lasso): a signal with few jumps, near the
// observed one.
func ExampleSplit() {
	y := num.Vector(1.1, 0.9, 1.0, 3.2, 2.9, 2.9)
	fit := func(x, strength num.Array) num.Array { return x.Sub(y).Square().Sum().Scale(0.5) }
	jumps := func(x, strength num.Array) num.Array { return x.Range(1, 6).Sub(x.Range(0, 5)) }
	few := func(z, strength, step num.Array) num.Array { return prox.Lasso(z, strength, step) }
	solver := argmin.Split(fit, jumps, few, nil, argmin.Options{Tol: 1e-9})
	strength := num.Scalar(0.3)
	z := jumps(y, strength)
	start := argmin.SplitPoint[num.Array, num.Array]{X: y, Z: z, Y: tree.ZerosLike(z)}
	result, err := solver.Run(start, strength)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("x = %.3f\n", result.Params.X.Float64s())
	// Output:
	// converged <nil>
	// x = [1.100 1.100 1.100 2.900 2.900 2.900]
}

// Kepler's equation E = M + e sin E, which gives the eccentric anomaly E of a planet from its
// mean anomaly M.
func ExampleFixedPoint() {
	type orbit struct{ M, Eccentricity num.Array }
	kepler := func(e num.Array, o orbit) num.Array { return o.M.Add(o.Eccentricity.Mul(e.Sin())) }
	solver := argmin.FixedPoint(kepler, nil, argmin.Options{Tol: 1e-12})
	result, err := solver.Run(num.Scalar(1), orbit{num.Scalar(1), num.Scalar(0.2)})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("E = %.6f\n", result.Params.Item())
	// Output:
	// converged <nil>
	// E = 1.185324
}

// Logistic regression on mini-batches of a stream of samples.
func ExampleStochastic() {
	type batch struct{ X, Y num.Array }
	loss := func(w num.Array, b batch) num.Array {
		logits := b.X.MatMul(w)
		return logits.Softplus().Sub(b.Y.Mul(logits)).Mean()
	}
	batches := func(yield func(batch) bool) {
		key := num.NewKey(0)
		for i := range 3000 {
			keys := num.Split(num.FoldIn(key, num.Int(i)), 2)
			x := num.Normal(keys.At(0), num.Float64, 64, 2)
			odds := x.MatMul(num.Vector(1, -2)).Expit()
			y := num.Uniform(keys.At(1), num.Float64, 64).Lt(odds).AsType(num.Float64)
			if !yield(batch{x, y}) {
				return
			}
		}
	}
	solver := argmin.Stochastic(loss, nil, argmin.Options{MaxIter: 3000})
	result, err := solver.RunIterator(context.Background(), num.Zeros(2), batches)
	fmt.Printf("w is about %.0f, %v\n", result.Params.Float64s(), err)
	// Output:
	// w is about [1 -2], <nil>
}

// Gradient descent with a fixed step, accelerated: what one step makes of a point is taken
// for a map whose fixed point is sought.
func ExampleAndersonWrapper() {
	curvature := num.Vector(1, 10, 100)
	quadratic := func(x, target num.Array) num.Array {
		return curvature.Mul(x.Sub(target).Square()).Sum().Scale(0.5)
	}
	target := num.Vector(1, 2, 3)
	plain := argmin.Minimize(quadratic, argmin.GradientDescent{StepSize: 0.01, NoAcceleration: true}, argmin.Options{MaxIter: 100})
	fast := argmin.AndersonWrapper(plain, argmin.AndersonAcceleration{})
	for _, solver := range []*argmin.Solver[num.Array, num.Array]{plain, fast} {
		result, err := solver.Run(num.Zeros(3), target)
		fmt.Println(result.State.Status(), err)
	}
	// Output:
	// iteration limit <nil>
	// converged <nil>
}
