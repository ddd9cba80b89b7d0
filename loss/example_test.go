package loss_test

import (
	"fmt"

	"github.com/argmin-go/argmin/loss"
	"github.com/argmin-go/argmin/num"
)

// Integer labels, and the scores of three classes along the last axis.
func ExampleMulticlassLogistic() {
	label := num.New([]int32{2, 0})
	logits := num.New([]float64{0, 0, 5, 0, 0, 5}, 2, 3)
	fmt.Println(loss.MulticlassLogistic(label, logits))
	// Output: [0.0133859 5.01339]
}

// Small errors count by their square, large ones by their size.
func ExampleHuber() {
	target, prediction := num.Vector(0, 0, 0), num.Vector(0.5, 1, 10)
	fmt.Println(loss.Huber(target, prediction, 1))
	// Output: [0.125 0.5 9.5]
}

// The gradient of a Fenchel–Young loss is the prediction less the target: here of the
// largest score.
func ExampleFenchelYoung() {
	f := loss.FenchelYoung(func(s num.Array) num.Array { return s.Max() })
	target := num.Vector(1, 0, 0)
	g := num.Grad(func(s num.Array) num.Array { return f(target, s) })(num.Vector(0.2, 0.1, 0.5))
	fmt.Println(g)
	// Output: [-1 0 1]
}
