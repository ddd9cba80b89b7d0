package argmin_test

import (
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// The smallest disk around three points: its center and its radius r, with |center - point| ≤ r for each point, and how the radius
// changes as the points move.
func ExampleConic() {
	// The variables are the center and r; each point has a second-order cone with the rows (r, center - point).
	program := func(points num.Array) argmin.ConeProgram {
		block := num.New([]float64{0, 0, -1, -1, 0, 0, 0, -1, 0}, 3, 3)
		zero := num.Zeros(3, 1)
		return argmin.ConeProgram{
			C:     num.Vector(0, 0, 1),
			A:     num.Concat(0, block, block, block),
			B:     num.Concat(1, zero, points.Neg()).Reshape(9),
			Cones: []cone.Cone{cone.SecondOrder(3), cone.SecondOrder(3), cone.SecondOrder(3)},
		}
	}
	solver := argmin.Conic(program, argmin.HomogeneousEmbedding{}, argmin.Options{})
	points := num.New([]float64{0, 0, 4, 0, 1, 3}, 3, 2)
	r, err := solver.Run(argmin.ConePoint{}, points)
	fmt.Println(r.State.Status(), err)
	fmt.Printf("center %.4f, radius %.4f\n", r.Params.X.Range(0, 2).Float64s(), r.Params.X.At(2).Item())

	radius := func(points num.Array) num.Array { return solver.Argmin(argmin.ConePoint{}, points).X.At(2) }
	fmt.Printf("%.4f\n", num.Grad(radius)(points).Float64s())
	// Output:
	// converged <nil>
	// center [2.0000 1.0000], radius 2.2361
	// [-0.2236 -0.1118 0.3727 -0.1863 -0.1491 0.2981]
}

// The lasso min |Ax - b| + λ|x|₁ in the 2-norm (the square-root lasso) as a cone program: variables x, t and u with |Ax - b| ≤ t and -u ≤ x ≤ u.
func ExampleHomogeneousEmbedding() {
	a := num.New([]float64{1, 2, 0, 1, 1, 1, 0, 1, 3, 2, 0, 1}, 4, 3)
	b := num.Vector(3, 2.5, 1, 2.5)
	eye := num.Eye(3)
	program := func(lambda num.Array) argmin.ConeProgram {
		return argmin.ConeProgram{
			C: num.Concat(0, num.Zeros(3), num.Vector(1), lambda.BroadcastTo(3)),
			A: num.Concat(0,
				num.Concat(1, num.Zeros(1, 3), num.Vector(-1).Reshape(1, 1), num.Zeros(1, 3)),
				num.Concat(1, a.Neg(), num.Zeros(4, 4)),
				num.Concat(1, eye, num.Zeros(3, 1), eye.Neg()),
				num.Concat(1, eye.Neg(), num.Zeros(3, 1), eye.Neg())),
			B:     num.Concat(0, num.Zeros(1), b.Neg(), num.Zeros(6)),
			Cones: []cone.Cone{cone.SecondOrder(5), cone.NonNegative(6)},
		}
	}
	solver := argmin.Conic(program, argmin.HomogeneousEmbedding{}, argmin.Options{})
	for _, lambda := range []float64{0.1, 0.5, 1} {
		x := solver.Argmin(argmin.ConePoint{}, num.Scalar(lambda)).X.Range(0, 3)
		fmt.Printf("λ = %g: %.4f\n", lambda, x.Float64s())
	}
	// Output:
	// λ = 0.1: [1.2639 0.9149 0.0471]
	// λ = 0.5: [1.2507 0.9028 0.0437]
	// λ = 1: [1.2308 0.8846 0.0385]
}
