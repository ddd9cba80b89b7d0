package argmin_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/status"
)

// The strength of a ridge regression is tuned by the gradient of the loss on other samples,
// which goes through the solution of the regression; and a batch of strengths is solved at
// once.
func ExampleSolver_Argmin() {
	x, y := num.New([]float64{1, 0, 1, 1, 1, 2, 1, 3}, 4, 2), num.Vector(1.3, 2.8, 5.4, 6.9)
	ridge := func(w, l2 num.Array) num.Array {
		return x.MatMul(w).Sub(y).Square().Mean().Add(l2.Mul(w.Square().Sum()))
	}
	solver := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-10})
	solution := func(l2 num.Array) num.Array { return solver.Argmin(num.Zeros(2), l2) }
	validation := func(l2 num.Array) num.Array {
		return num.Vector(1, 5).Dot(solution(l2)).AddScalar(-11).Square()
	}
	loss, slope := num.ValueAndGrad(validation)(num.Scalar(0.1))
	fmt.Printf("loss %.4f, derivative %.4f\n", loss.Item(), slope.Item())
	fmt.Printf("batch: %.3f\n", num.Vmap(solution)(num.Vector(0.01, 0.1, 1)).Float64s())
	// Output:
	// loss 0.0855, derivative 1.1459
	// batch: [1.180 1.939 1.110 1.920 0.828 1.630]
}

// Every iteration of a run is seen, and the loop ends it where it likes.
func ExampleSolver_Steps() {
	f := func(x, target num.Array) num.Array { return x.Sub(target).Square().Square().Sum() }
	solver := argmin.Minimize(f, argmin.Newton{}, argmin.Options{})
	for result, err := range solver.Steps(context.Background(), num.Zeros(1), num.Vector(1)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("iteration %v: x = %.3f\n", result.State.NIter, result.Params.At(0).Item())
		if result.State.Value.Item() < 0.01 {
			break
		}
	}
	// Output:
	// iteration 0: x = 0.000
	// iteration 1: x = 0.333
	// iteration 2: x = 0.556
	// iteration 3: x = 0.704
}

// One update per batch of data.
func ExampleSolver_RunIterator() {
	mean := func(x, batch num.Array) num.Array { return batch.Sub(x).Square().Mean().Scale(0.5) }
	batches := func(yield func(num.Array) bool) {
		for i := range 100 {
			if !yield(num.Normal(num.NewKey(uint64(i)), num.Float64, 1000).AddScalar(5)) {
				return
			}
		}
	}
	solver := argmin.Stochastic(mean, argmin.ArmijoSGD{Increase: 1}, argmin.Options{})
	result, err := solver.RunIterator(context.Background(), num.Scalar(0), batches)
	fmt.Printf("the mean is about %.1f, after %v batches, %v\n", result.Params.Item(), result.State.NIter, err)
	// Output:
	// the mean is about 5.0, after 100 batches, <nil>
}

// A loop written by hand: each update can have other data.
func ExampleSolver_Update() {
	f := func(x, target num.Array) num.Array { return x.Sub(target).Square().Sum() }
	solver := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{Tol: 1e-3})
	step, err := solver.Init(num.Zeros(2), num.Vector(3, 4))
	for err == nil && step.Result.State.Status() == status.Running {
		step, err = solver.Update(step, num.Vector(3, 4))
	}
	fmt.Printf("%.2f %v\n", step.Result.Params.Float64s(), err)
	// Output:
	// [3.00 4.00] <nil>
}

// Mirror descent that stops by the distance from a projected gradient step, a stricter test
// than its own where weights are to be zero.
func ExampleSolver_WithOptimality() {
	f := func(w, target num.Array) num.Array { return w.Sub(target).Square().Sum().Scale(0.5) }
	simplex := argmin.Set[num.Array, num.Array]{Mirror: optimality.Entropic[num.Array, num.Array]}
	solver := argmin.OnSet(f, simplex, argmin.MirrorDescent{}, argmin.Options{}).
		WithOptimality(func(w, g, target num.Array) num.Array {
			return w.Sub(projection.Simplex(w.Sub(g), 1))
		})
	result, err := solver.Run(num.Full(num.Float64, 1.0/3, 3), num.Vector(0.8, 0.4, -0.1))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.4f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// w = [0.7000 0.3000 0.0000]
}

// A gradient in closed form, which here costs less than differentiation.
func ExampleSolver_WithGradient() {
	f := func(x, a num.Array) num.Array { return x.Dot(a.MatMul(x)).Scale(0.5).Sub(x.Sum()) }
	solver := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{}).
		WithGradient(func(x, a num.Array) (value, gradient num.Array) {
			ax := a.MatMul(x)
			return x.Dot(ax).Scale(0.5).Sub(x.Sum()), ax.AddScalar(-1)
		})
	result, err := solver.Run(num.Zeros(2), num.New([]float64{2, 1, 1, 3}, 2, 2))
	fmt.Printf("%.3f %v\n", result.Params.Float64s(), err)
	// Output:
	// [0.400 0.200] <nil>
}

// A run that does not converge still has the best point found; Err gives the reason.
func ExampleResult_Err() {
	f := func(x, _ num.Array) num.Array { return x.Square().Square().Sum() }
	solver := argmin.Minimize(f, argmin.Newton{}, argmin.Options{MaxIter: 2})
	result, err := solver.Run(num.Ones(1), num.Scalar(0))
	fmt.Println(err)
	fmt.Println(result.Err())
	fmt.Printf("x = %.4f\n", result.Params.Float64s())
	// Output:
	// <nil>
	// argmin: iteration limit after 2 iterations and 5 evaluations: error 0.351, value 0.0390184423
	// x = [0.4444]
}

// A log record per iteration.
func ExampleOptions() {
	plain := func(_ []string, a slog.Attr) slog.Attr {
		switch {
		case a.Key == slog.TimeKey:
			return slog.Attr{}
		case a.Value.Kind() == slog.KindFloat64:
			return slog.String(a.Key, fmt.Sprintf("%.3f", a.Value.Float64()))
		}
		return a
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: plain}))
	f := func(x, target num.Array) num.Array { return x.Sub(target).Square().Sum() }
	solver := argmin.Minimize(f, argmin.Newton{}, argmin.Options{Tol: 1e-9, Logger: logger})
	if _, err := solver.Run(num.Zeros(2), num.Vector(3, 4)); err != nil {
		fmt.Println(err)
	}
	// Output:
	// level=INFO msg=argmin iter=0 value=25.000 error=10.000 evaluations=1 status=running
	// level=INFO msg=argmin iter=1 value=0.000 error=0.000 evaluations=3 status=converged
}

// An objective that also returns its predictions: they come back with the result.
func ExampleWithAux() {
	type data struct{ X, Y num.Array }
	loss := func(w num.Array, d data) (num.Array, num.Array) {
		predictions := d.X.MatMul(w)
		return predictions.Sub(d.Y).Square().Mean(), predictions
	}
	solver := argmin.WithAux(argmin.Minimize(argmin.DropAux(loss), nil, argmin.Options{}), loss)
	d := data{num.New([]float64{1, 0, 0, 1, 1, 1}, 3, 2), num.Vector(1, 2, 3)}
	result, err := solver.Run(num.Zeros(2), d)
	fmt.Printf("%.3f %v\n", result.Aux.(num.Array).Float64s(), err)
	// Output: [1.000 2.000 3.000] <nil>
}

// The data changes a little: the next run continues from the last step, with the pairs that the
// method has collected.
func ExampleSolver_Continue() {
	f := func(x, target num.Array) num.Array {
		return x.Sub(target).Square().Mul(num.Vector(1, 10, 100)).Sum()
	}
	solver := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{})
	ctx := context.Background()
	step, err := solver.Init(num.Zeros(3), num.Vector(1, 2, 3))
	for _, target := range []num.Array{num.Vector(1, 2, 3), num.Vector(1.1, 2, 3)} {
		if err == nil {
			step, err = solver.Continue(ctx, step, target)
		}
		fmt.Printf("%.3f %v\n", step.Result.Params.Float64s(), step.Result.State.Status())
	}
	// Output:
	// [1.000 2.000 3.000] converged
	// [1.100 2.000 3.000] converged
}
