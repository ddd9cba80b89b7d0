package prox_test

import (
	"fmt"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/prox"
)

// Groups of parameters shrink together: the second group vanishes.
func ExampleRowLasso() {
	x := num.New([]float64{3, 4, 0.3, 0.4}, 2, 2)
	fmt.Println(prox.RowLasso(x, 2.5, num.Scalar(1)))
	// Output: [[1.5 2] [0 0]]
}

// Singular values shrink by the strength, so that the rank falls.
func ExampleNuclear() {
	x := num.FromDiag(num.Vector(5, 2, 0.5))
	y := prox.Nuclear(x, 1, num.Scalar(1))
	fmt.Println(num.Diag(y.Abs()))
	// Output: [4 1 0]
}

// A noisy step becomes a step.
func ExampleTotalVariation() {
	x := num.Vector(0.1, -0.1, 0, 1.1, 0.9, 1)
	fmt.Println(prox.TotalVariation(x, 0.15, num.Scalar(1)))
	// Output: [0.05 0.05 0.05 0.95 0.95 0.95]
}

// The projection onto a set as a proximal operator, for argmin.ProximalGradient.
func ExampleFromProjection() {
	positive := prox.FromProjection(func(x num.Array, _ struct{}) num.Array { return num.Maximum(x, num.Const(0)) })
	fmt.Println(positive(num.Vector(-1, 2), struct{}{}, num.Scalar(0.1)))
	// Output: [0 2]
}

// The conjugate of the ℓ1 norm is the indicator of the ℓ∞ ball, whose operator clips.
func ExampleConjugate() {
	clip := prox.Conjugate(prox.Lasso[num.Array, num.Array])
	fmt.Println(clip(num.Vector(-3, 0.5, 2), num.Scalar(1), num.Scalar(0.7)))
	// Output: [-1 0.5 1]
}
