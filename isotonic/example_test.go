package isotonic_test

import (
	"fmt"

	"github.com/argmin-go/argmin/isotonic"
	"github.com/argmin-go/argmin/num"
)

func ExampleL2() {
	y := num.Vector(1, 3, 2, 4, 3.5, 6)
	fit := func(y num.Array) num.Array { return isotonic.L2(y, isotonic.Increasing) }
	fmt.Println(fit(y))
	fmt.Println(num.JacobianRev(fit)(y).At(1))
	// Output:
	// [1 2.5 2.5 3.75 3.75 6]
	// [0 0.5 0.5 0 0 0]
}

// The stronger the regularization, the further do ranks depend on distances.
func ExampleSoftRank() {
	x := num.Vector(5, 1, 2)
	for _, strength := range []float64{0, 2, 10} {
		fmt.Println(isotonic.SoftRank(x, strength, isotonic.Increasing))
	}
	// Output:
	// [3 1 2]
	// [3 1.25 1.75]
	// [2.23333 1.83333 1.93333]
}

// Spearman's rank correlation as a loss that can be differentiated.
func ExampleSoftRank_correlation() {
	target := num.Vector(1, 2, 3, 4)
	loss := func(x num.Array) num.Array {
		r := isotonic.SoftRank(x, 1, isotonic.Increasing)
		return r.Sub(target).Square().Mean()
	}
	x := num.Vector(0.2, 0.1, 0.9, 0.5)
	fmt.Println(loss(x))
	fmt.Println(num.Grad(loss)(x))
	// Output:
	// 0.921875
	// [0.6375 0.0875 -0.0125 -0.7125]
}

func ExampleSoftSort() {
	x := num.New([]float64{5, 1, 2, 2, 1, 5}, 2, 3) // two rows
	fmt.Println(isotonic.SoftSort(x, 0.1, isotonic.Decreasing))
	fmt.Println(isotonic.SoftSort(x, 1, isotonic.Decreasing))
	// Output:
	// [[5 2 1] [5 2 1]]
	// [[3.66667 2.66667 1.66667] [3.66667 2.66667 1.66667]]
}

// The probability simplex is the permutahedron of (1, 0, …, 0).
func ExamplePermutahedron() {
	fmt.Println(isotonic.Permutahedron(num.Vector(0.5, 1, -1), num.Vector(1, 0, 0)))
	// Output: [0.25 0.75 0]
}
