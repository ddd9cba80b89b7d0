package projection_test

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

func ExampleSimplex() {
	x := num.Vector(0.5, 1, -1)
	fmt.Println(projection.Simplex(x, 1))
	fmt.Println(num.JacobianRev(func(x num.Array) num.Array { return projection.Simplex(x, 1) })(x))
	// Output:
	// [0.25 0.75 0]
	// [[0.5 -0.5 0] [-0.5 0.5 0] [0 0 0]]
}

// A tree is one long vector; the radius may be an array, to be differentiated.
func ExampleL2Ball() {
	type params struct{ W, B num.Array }
	x := params{num.Vector(2, 1), num.Scalar(2)}
	length := func(r num.Array) num.Array { return projection.L2Ball(x, r).W.Sum() }
	fmt.Println(projection.L2Ball(x, 1.5), num.Grad(length)(num.Scalar(1.5)))
	// Output: {[1 0.5] 1} 1
}

// The dual of a support vector machine: 0 ≤ y ≤ 1 and wᵀy = 0.
func ExampleBoxSection() {
	w := num.Vector(1, 1, -1)
	y := projection.BoxSection(num.Vector(2, 0.5, 0.5), num.Zeros(3), num.Ones(3), w, 0)
	fmt.Println(y, w.Dot(y))
	// Output: [1 0 1] 0
}

// A triangle, and what happens when its long side moves.
func ExamplePolyhedron() {
	x := num.Vector(3, 2)
	a, b := num.Zeros(0, 2), num.Zeros(0) // no equations
	g := num.New([]float64{1, 1, -1, 0, 0, -1}, 3, 2)
	f := func(h num.Array) num.Array { return projection.Polyhedron(x, a, b, g, h) }
	fmt.Println(num.JVP(f, num.Vector(2, 0, 0), num.Vector(1, 0, 0)))
	// Output: [1.5 0.5] [0.5 0.5]
}

// Regularized optimal transport of a batch of costs, and a derivative of it.
func ExampleKLTransport() {
	cost := num.New([]float64{0, 1, 1, 0}, 2, 2)
	a, b := num.Vector(0.5, 0.5), num.Vector(0.5, 0.5)
	plan := func(eps num.Array) num.Array { return projection.KLTransport(cost.Div(eps).Neg(), a, b) }
	fmt.Println(num.Vmap(plan)(num.Vector(0.1, 1, 10)).Reshape(3, 4))
	spent := func(eps num.Array) num.Array { return plan(eps).Mul(cost).Sum() }
	fmt.Println(num.Grad(spent)(num.Scalar(1)))
	// Output:
	// [[0.499977 2.26989e-05 2.26989e-05 0.499977] [0.365529 0.134471 0.134471 0.365529] [0.26249 0.23751 0.23751 0.26249]]
	// 0.196612
}

func ExamplePSDCone() {
	x := num.New([]float64{1, 2, 2, 1}, 2, 2)
	fmt.Println(projection.PSDCone(x))
	// Output: [[1.5 1.5] [1.5 1.5]]
}

// Bounds may be infinite, and are trees like the point.
func ExampleBox() {
	inf := math.Inf(1)
	fmt.Println(projection.Box(num.Vector(-2, 0.5, 7), num.Zeros(3), num.Vector(1, 1, inf)))
	// Output: [0 0.5 7]
}

// The nearest numbers with given sums, here of the first two and of all three.
func ExampleAffineSet() {
	a := num.New([]float64{1, 1, 0, 1, 1, 1}, 2, 3)
	fmt.Println(projection.AffineSet(num.Vector(1, 3, 0), a, num.Vector(2, 5)))
	// Output: [0 2 3]
}

// A point outside of the cone |v| ≤ t, whose nearest point is on its boundary.
func ExampleSecondOrderCone() {
	fmt.Println(projection.SecondOrderCone(num.Vector(0, 3, 4)))
	// Output: [2.5 1.5 2]
}
