package num_test

import (
	"errors"
	"fmt"

	"github.com/argmin-go/argmin/num"
)

func ExampleGrad() {
	type params struct{ W, B num.Array }
	loss := func(p params) num.Array {
		return p.W.Square().Sum().Add(p.B.Mul(p.W.Sum()))
	}
	g := num.Grad(loss)(params{num.Vector(1, 2), num.Scalar(3)})
	fmt.Println(g.W, g.B)
	// Output: [5 7] 3
}

// Transformations nest: the gradients of a batch, and the third derivative.
func ExampleVmap() {
	f := func(x num.Array) num.Array { return x.Sin().Mul(x) }
	fmt.Println(num.Vmap(num.Grad(f))(num.Vector(0, 1, 2)))
	fmt.Println(num.Grad(num.Grad(num.Grad(func(x num.Array) num.Array { return x.Square().Square() })))(num.Scalar(2)))
	// Output:
	// [0 1.38177 0.0770038]
	// 48
}

// Newton's method for the square root, to each member's own end.
func ExampleWhile() {
	sqrt := func(a num.Array) num.Array {
		return num.While(
			func(x num.Array) num.Array { return x.Square().Sub(a).Abs().Gt(num.Scalar(1e-12)) },
			func(x num.Array) num.Array { return x.Add(a.Div(x)).Scale(0.5) },
			num.Scalar(1))
	}
	fmt.Println(num.Vmap(sqrt)(num.Vector(2, 9)), num.JacobianFwd(sqrt)(num.Scalar(9)))
	// Output: [1.41421 3] 0.166667
}

// A discounted sum: the carry is the weight, the inputs are the rewards.
func ExampleScan() {
	value := func(gamma num.Array) num.Array {
		_, ys := num.Scan(func(w, r num.Array) (num.Array, num.Array) { return w.Mul(gamma), w.Mul(r) },
			num.Scalar(1), num.Vector(1, 2, 3))
		return ys.Sum()
	}
	fmt.Println(value(num.Scalar(0.5)), num.Grad(value)(num.Scalar(0.5)))
	// Output: 2.75 5
}

// The derivative of the answer of a solver, which is not looked into.
func ExampleCustomRoot() {
	cubeRoot := num.CustomRoot(
		func(x, a num.Array) num.Array { return x.Mul(x).Mul(x).Sub(a) },
		func(a num.Array) num.Array { return a.StopGradient().Cbrt() },
		nil)
	fmt.Println(cubeRoot(num.Scalar(8)), num.Grad(cubeRoot)(num.Scalar(8)))
	// Output: 2 0.0833333
}

func ExampleArray_Index() {
	x := num.Arange(num.Float64, 0, 12).Reshape(3, 4)
	fmt.Println(x.Index(num.I(-1), num.Span(1, 3)))
	fmt.Println(x.Index(num.Ellipsis, num.All.Step(-2)))
	fmt.Println(x.Set(num.Scalar(0), num.From(1)).At(2))
	// Output:
	// [9 10]
	// [[3 1] [7 5] [11 9]]
	// [0 0 0 0]
}

func ExampleEinsum() {
	x := num.New([]float64{1, 2, 3, 4}, 2, 2)
	fmt.Println(num.Einsum("ij,kj->ik", x, x), num.Einsum("ii", x))
	// Output: [[5 11] [11 25]] 5
}

func ExampleTry() {
	_, err := num.Try(func() num.Array { return num.Ones(2, 3).MatMul(num.Ones(2)) })
	fmt.Println(errors.Is(err, num.ErrShape), err)
	// Output: true num.MatMul: shapes [2 3] and [2] do not fit: 3 columns and 2 rows (at example_test.go:81)
}

func ExampleNormal() {
	keys := num.Split(num.NewKey(0), 2)
	fmt.Println(num.Normal(keys.At(0), num.Float64, 2))
	fmt.Println(num.Permutation(keys.At(1), 5))
	// Output:
	// [1.88003 -0.481215]
	// [0 3 1 4 2]
}
