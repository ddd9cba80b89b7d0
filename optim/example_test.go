package optim_test

import (
	"fmt"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
)

// A learning rate that rises to its peak and falls along a cosine.
func ExampleWarmupCosine() {
	rate := optim.WarmupCosine(optim.WarmupCosineOptions{Peak: 0.1, Warmup: 2, Steps: 6})
	fmt.Println(rate(num.Arange(num.Int32, 0, 8)))
	// Output: [0 0.05 0.1 0.0853553 0.05 0.0146447 0 0]
}

// Weights get Adam with weight decay, biases plain gradient descent.
func ExampleMultiTransform() {
	type layer struct{ W, B num.Array }
	t := optim.MultiTransform(map[string]optim.Transform{
		"weights": optim.AdamW(optim.AdamOptions{LearningRate: 0.1, WeightDecay: 0.5}),
		"biases":  optim.SGD(optim.SGDOptions{LearningRate: 0.1}),
	}, func(path string, shape []int) string {
		if optim.Matrices(path, shape) {
			return "weights"
		}
		return "biases"
	})
	x := layer{num.Ones(1, 2), num.Vector(1)}
	g := layer{num.New([]float64{3, -3}, 1, 2), num.Vector(2)}
	u, _ := optim.Update(t, g, optim.Init(t, x), x)
	fmt.Println(u.W, u.B)
	// Output: [[-0.15 0.05]] [-0.2]
}

// A chain of pieces: the gradient is shortened to length 1, then momentum adds up.
func ExampleChain() {
	t := optim.Chain(optim.ClipByGlobalNorm(1), optim.Trace(0.5, false), optim.ScaleByLearningRate(0.1))
	x, g := num.Zeros(2), num.Vector(3, 4)
	state := optim.Init(t, x)
	for range 2 {
		var u num.Array
		u, state = optim.Update(t, g, state, x)
		x = optim.Apply(x, u)
		fmt.Println(u)
	}
	// Output:
	// [-0.06 -0.08]
	// [-0.09 -0.12]
}

// Only the leaves that a mask selects are transformed.
func ExampleMasked() {
	t := optim.Masked(optim.Scale(10), func(path string, _ []int) bool { return path == `["w"]` })
	x := map[string]num.Array{"w": num.Scalar(1), "b": num.Scalar(1)}
	u, _ := optim.Update(t, x, optim.Init(t, x), x)
	fmt.Println(u["w"], u["b"])
	// Output: 10 1
}

// A transformation that is written by hand: steps along the previous gradient.
func ExampleTransform() {
	delayed := optim.Transform{
		Init: func(p optim.Params) optim.State {
			last := make([]num.Array, len(p.Leaves))
			for i, x := range p.Leaves {
				last[i] = x.Scale(0)
			}
			return optim.State{Name: "Delayed", Vars: map[string][]num.Array{"last": last}}
		},
		Update: func(in optim.Input, s optim.State) ([]num.Array, optim.State) {
			next := optim.State{Name: "Delayed", Vars: map[string][]num.Array{"last": in.Updates}}
			return s.Vars["last"], next
		},
	}
	x := num.Vector(1, 2)
	state := optim.Init(delayed, x)
	for k := range 3 {
		var u num.Array
		u, state = optim.Update(delayed, x.Scale(float64(k)), state, x)
		fmt.Print(u, " ")
	}
	// Output: [0 0] [0 0] [1 2]
}
