package perturb_test

import (
	"fmt"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/perturb"
)

// The largest element, as a one-hot vector.
func largest(x num.Array) num.Array {
	return num.Arange(num.Int32, 0, x.Size()).Eq(x.ArgMax(0)).AsType(x.DType())
}

// The mean of noisy choices is close to what it is an estimate of, softmax(x/σ).
func ExampleArgmax() {
	x := num.Vector(1, 0.8, 0.2)
	choice := perturb.Argmax(largest, perturb.Options{Samples: 10000, Sigma: 0.5})
	fmt.Println(choice(x, num.NewKey(1)))
	fmt.Println(x.Scale(2).Softmax())
	// Output:
	// [0.5378 0.3562 0.106]
	// [0.534126 0.358036 0.107838]
}

// A batch: each member has its own key.
func ExampleArgmax_batch() {
	type in struct{ X, Key num.Array }
	choice := perturb.Argmax(largest, perturb.Options{Sigma: 0.5})
	x := num.New([]float64{1, 0.8, 0.2, 0, 0, 3}, 2, 3)
	keys := num.Split(num.NewKey(1), 2)
	fmt.Println(num.Vmap(func(z in) num.Array { return choice(z.X, z.Key) })(in{x, keys}))
	// Output:
	// [[0.527 0.371 0.102] [0.001 0.004 0.995]]
}

// Learning scores from observed choices: the loss of Fenchel and Young, whose gradient
// is the mean choice less the observed one.
func ExampleMax() {
	best := perturb.Max(largest, perturb.Options{Sigma: 1})
	seen := num.Vector(0, 0, 1)
	loss := func(x num.Array) num.Array {
		return best(x, num.NewKey(1)).Sub(x.Dot(seen))
	}
	fmt.Println(num.Grad(loss)(num.Zeros(3)))
	// Output:
	// [0.303 0.358 -0.661]
}

// The derivative of the probability that a number, with noise, is positive.
func ExampleFun() {
	step := func(x num.Array) num.Array { return x.Gt(num.Scalar(0)).AsType(num.Float64) }
	f := perturb.Fun(step, perturb.Options{Samples: 100000, Sigma: 1, Noise: perturb.Normal, Baseline: perturb.Others})
	p, dp := num.ValueAndGrad(func(x num.Array) num.Array { return f(x, num.NewKey(1)) })(num.Scalar(0.5))
	fmt.Printf("%.2f %.2f\n", p.Item(), dp.Item()) // Φ(½) = 0.69 and φ(½) = 0.35
	// Output:
	// 0.69 0.35
}
