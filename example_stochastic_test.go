package argmin_test

import (
	"context"
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
)

// A small neural network learns the exclusive or, by Adam with weight decay and a learning
// rate that falls.
func ExampleOptim() {
	type network struct{ W1, B1, W2 num.Array }
	x := num.New([]float64{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2)
	y := num.Vector(0, 1, 1, 0)
	logits := func(n network) num.Array { return x.MatMul(n.W1).Add(n.B1).Tanh().MatMul(n.W2) }
	loss := func(n network, _ struct{}) num.Array {
		return logits(n).Softplus().Sub(y.Mul(logits(n))).Mean()
	}
	keys := num.Split(num.NewKey(1), 2)
	start := network{
		W1: num.Normal(keys.At(0), num.Float64, 2, 8),
		B1: num.Zeros(8),
		W2: num.Normal(keys.At(1), num.Float64, 8),
	}
	adam := optim.AdamW(optim.AdamOptions{LearningRate: optim.Cosine(optim.CosineOptions{Init: 0.1, Steps: 500})})
	solver := argmin.Stochastic(loss, argmin.Optim{Transform: adam}, argmin.Options{})
	result, err := solver.Run(start, struct{}{})
	fmt.Printf("%.0f %v\n", logits(result.Params).Expit().Float64s(), err)
	// Output:
	// [0 1 1 0] <nil>
}

// Linear regression on batches that can all be fitted at once: Polyak's steps need no
// learning rate, only the least value of the loss, which is 0 here.
func ExamplePolyakSGD() {
	type batch struct{ X, Y num.Array }
	loss := func(w num.Array, b batch) num.Array { return b.X.MatMul(w).Sub(b.Y).Square().Mean() }
	batches := func(yield func(batch) bool) {
		for i := range 500 {
			x := num.Normal(num.NewKey(uint64(i)), num.Float64, 16, 3)
			if !yield(batch{x, x.MatMul(num.Vector(1, 2, 3))}) {
				return
			}
		}
	}
	solver := argmin.Stochastic(loss, argmin.PolyakSGD{}, argmin.Options{})
	result, err := solver.RunIterator(context.Background(), num.Zeros(3), batches)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f\n", result.Params.Float64s())
	// Output:
	// running <nil>
	// w = [1.000 2.000 3.000]
}

// The same regression with a line search on every batch, for losses whose least value is not
// known.
func ExampleArmijoSGD() {
	type batch struct{ X, Y num.Array }
	loss := func(w num.Array, b batch) num.Array { return b.X.MatMul(w).Sub(b.Y).Square().Mean() }
	batches := func(yield func(batch) bool) {
		for i := range 500 {
			x := num.Normal(num.NewKey(uint64(i)), num.Float64, 16, 3)
			if !yield(batch{x, x.MatMul(num.Vector(1, 2, 3))}) {
				return
			}
		}
	}
	solver := argmin.Stochastic(loss, argmin.ArmijoSGD{}, argmin.Options{})
	result, err := solver.RunIterator(context.Background(), num.Zeros(3), batches)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f\n", result.Params.Float64s())
	// Output:
	// running <nil>
	// w = [1.000 2.000 3.000]
}
