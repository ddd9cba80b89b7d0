package argmin_test

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/oracle"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/prox"
	"github.com/argmin-go/argmin/tree"
)

// Rosenbrock's function in a box that does not contain its minimum, and the derivative of the
// solution with respect to the box.
func ExampleLBFGSB() {
	rosenbrock := func(x, upper num.Array) num.Array {
		a, b := x.At(0), x.At(1)
		return b.Sub(a.Square()).Square().Scale(100).Add(a.AddScalar(-1).Square())
	}
	box := func(upper num.Array) (lower, up num.Array) {
		return num.Full(num.Float64, -2, 2), upper.BroadcastTo(2)
	}
	solver := argmin.Bounded(rosenbrock, box, argmin.LBFGSB{}, argmin.Options{Tol: 1e-8})
	solution := func(upper num.Array) num.Array { return solver.Argmin(num.Vector(-1.2, 0.5), upper) }
	fmt.Printf("x = %.4f\n", solution(num.Scalar(0.8)).Float64s())
	fmt.Printf("dx/dupper = %.4f\n", num.JacobianRev(solution)(num.Scalar(0.8)).Float64s())
	// Output:
	// x = [0.8000 0.6400]
	// dx/dupper = [1.0000 1.6000]
}

// The point of the unit disk that is nearest to a target, by the fourth powers of differences.
func ExampleProjectedGradient() {
	f := func(x, target num.Array) num.Array { return x.Sub(target).Square().Square().Sum() }
	disk := argmin.Set[num.Array, num.Array]{
		Project: func(x, target num.Array) num.Array { return projection.L2Ball(x, 1) },
	}
	solver := argmin.OnSet(f, disk, argmin.ProjectedGradient{}, argmin.Options{})
	result, err := solver.Run(num.Zeros(2), num.Vector(2, 2))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("x = %.4f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// x = [0.7071 0.7071]
}

// Mixture weights by maximum likelihood: multiplicative updates keep them positive, with a sum
// of 1.
func ExampleMirrorDescent() {
	densities := num.New([]float64{0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.9}, 4, 2) // of 4 samples under 2 components
	loss := func(w num.Array, densities num.Array) num.Array { return densities.MatMul(w).Log().Mean().Neg() }
	simplex := argmin.Set[num.Array, num.Array]{Mirror: optimality.Entropic[num.Array, num.Array]}
	solver := argmin.OnSet(loss, simplex, argmin.MirrorDescent{}, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Vector(0.5, 0.5), densities)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.4f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// w = [0.6207 0.3793]
}

// The point of a probability simplex nearest to a given one, by linear minimization only.
func ExampleFrankWolfe() {
	distance := func(x, target num.Array) num.Array { return x.Sub(target).Square().Sum().Scale(0.5) }
	simplex := argmin.Set[num.Array, num.Array]{
		Oracle: func(g, target num.Array) num.Array { return oracle.Simplex(g, 1) },
		// Only the derivative of the solution uses it.
		Project: func(x, target num.Array) num.Array { return projection.Simplex(x, 1) },
	}
	solver := argmin.OnSet(distance, simplex, argmin.FrankWolfe{}, argmin.Options{MaxIter: 5000})
	result, err := solver.Run(num.Vector(1, 0, 0), num.Vector(0.5, 0.4, 0.1))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("x = %.2f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// x = [0.50 0.40 0.10]
}

// Robust regression (Huber's loss) with the penalty of the elastic net.
func ExampleProximalGradient() {
	type data struct{ L1, L2 num.Array }
	x := num.New([]float64{1, 0, 1, 1, 1, 2, 1, 3, 1, 4}, 5, 2)
	y := num.Vector(1, 3, 5, 7, 30)
	huber := func(w num.Array, d data) num.Array {
		r := x.MatMul(w).Sub(y).Abs()
		return num.Where(r.Le(num.Const(1)), r.Square().Scale(0.5), r.AddScalar(-0.5)).Sum()
	}
	net := func(w num.Array, d data, step num.Array) num.Array { return prox.ElasticNet(w, d.L1, d.L2, step) }
	solver := argmin.Composite(huber, net, argmin.ProximalGradient{}, argmin.Options{Tol: 1e-8})
	result, err := solver.Run(num.Zeros(2), data{num.Scalar(0.1), num.Scalar(0.01)})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// w = [0.464 2.506]
}

// The dual of a support vector machine: one multiplier per sample, between 0 and 1.
func ExampleBlockCoordinateDescent() {
	x := num.New([]float64{2, 1, 1, 2, -1, -1, -2, 0}, 4, 2)
	labels := num.Vector(1, 1, -1, -1)
	// min ½|Xᵀ(labels·a)|² - Σa over 0 ≤ a ≤ 1
	model := argmin.LinearModel[num.Array]{
		Matrix:    func(labels num.Array) num.Array { return x.Mul(labels.Reshape(4, 1)).T() },
		Outer:     func(z, labels num.Array) num.Array { return z.Square().Sum().Scale(0.5) },
		Linear:    func(labels num.Array) num.Array { return num.Full(num.Float64, -1, 4) },
		Curvature: func(labels num.Array) num.Array { return num.Scalar(1) },
	}
	box := func(a, labels, step num.Array) num.Array { return a.Clip(0, 1) }
	solver := argmin.Separable(model, box, argmin.BlockCoordinateDescent{}, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Zeros(4), labels)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("w = %.3f\n", x.T().MatMul(labels.Mul(result.Params)).Float64s())
	// Output:
	// converged <nil>
	// w = [0.500 0.500]
}

// A trend without kinks (trend filtering): second differences are penalized.
func ExampleADMM() {
	y := num.Vector(0, 1.1, 1.9, 3.1, 2.1, 0.9, 0)
	fit := func(x, strength num.Array) num.Array { return x.Sub(y).Square().Sum().Scale(0.5) }
	bends := func(x, strength num.Array) num.Array {
		return x.Range(0, 5).Sub(x.Range(1, 6).Scale(2)).Add(x.Range(2, 7))
	}
	few := func(z, strength, step num.Array) num.Array { return prox.Lasso(z, strength, step) }
	solver := argmin.Split(fit, bends, few, argmin.ADMM{}, argmin.Options{Tol: 1e-8, MaxIter: 2000})
	z := bends(y, num.Scalar(0.2))
	result, err := solver.Run(argmin.SplitPoint[num.Array, num.Array]{X: y, Z: z, Y: tree.ZerosLike(z)}, num.Scalar(0.2))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("x = %.3f\n", result.Params.X.Float64s())
	fmt.Println("bends:", result.Params.Z.Ne(num.Const(0)))
	// Output:
	// converged <nil>
	// x = [0.075 1.037 1.999 2.962 1.985 1.009 0.032]
	// bends: [false false true false false]
}

// The ranks of pages (PageRank): the fixed point of a random walk with restarts.
func ExampleFixedPointIteration() {
	links := num.New([]float64{0, 0.5, 0.5, 0, 0, 1, 1, 0, 0}, 3, 3) // from the row's page to the column's
	walk := func(rank, restart num.Array) num.Array {
		stay := num.Const(1).Sub(restart)
		return rank.MatMul(links).Mul(stay).Add(restart.Scale(1.0 / 3))
	}
	solver := argmin.FixedPoint(walk, argmin.FixedPointIteration{}, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Full(num.Float64, 1.0/3, 3), num.Scalar(0.15))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("ranks: %.4f\n", result.Params.Float64s())
	// Output:
	// converged <nil>
	// ranks: [0.3878 0.2148 0.3974]
}

// A boundary value problem, u″ = eᵘ with u = 0 at both ends, as a fixed point of Jacobi's
// iteration, which by itself needs more than a thousand iterations.
func ExampleAndersonAcceleration() {
	const n = 20
	h := 1.0 / (n + 1)
	jacobi := func(u num.Array, _ struct{}) num.Array {
		wide := num.Concat(0, num.Zeros(1), u, num.Zeros(1))
		return wide.Range(0, n).Add(wide.Range(2, n+2)).Sub(u.Exp().Scale(h * h)).Scale(0.5)
	}
	solver := argmin.FixedPoint(jacobi, argmin.AndersonAcceleration{Memory: 10}, argmin.Options{Tol: 1e-9})
	result, err := solver.Run(num.Zeros(n), struct{}{})
	fmt.Println(result.State.Status(), err)
	fmt.Printf("least value: %.4f, after fewer than 50 iterations: %t\n", result.Params.Min().Item(), result.State.NIter.Item() < 50)
	// Output:
	// converged <nil>
	// least value: -0.1134, after fewer than 50 iterations: true
}

// The point of a parabola's inside that is nearest to (3, 0): of the two constraints, one is active. Its multiplier is how fast the distance
// falls with the limit.
func ExampleConstrained() {
	type A = num.Array
	distance := func(x, p A) A { return x.Sub(p).Square().Sum() }
	c := argmin.Constraints[A, A]{
		Between: func(x, _ A) any { return num.Stack(x.At(0).Square().Sub(x.At(1)), x.At(1)) },
		Limits:  func(A) (lo, hi any) { return num.Scalar(math.Inf(-1)), num.Vector(0, 4) }, // x₀² - x₁ ≤ 0, x₁ ≤ 4
	}
	solver := argmin.Constrained(distance, c, nil, argmin.Options{})
	r, err := solver.Run(argmin.KKT[A]{X: num.Vector(0, 1)}, num.Vector(3, 0))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%v: x %.4f, multipliers %.4f\n", r.State.Status(), r.Params.X, r.Params.Between)
	// Output: converged: x [1.0000 1.0000], multipliers [2.0000 0.0000]
}

// The largest box within an ellipsoid, from a start outside: an equation and bounds.
func ExampleInteriorPoint() {
	type A = num.Array
	volume := func(x, _ A) A { return x.Prod().Scale(-8) }
	c := argmin.Constraints[A, A]{
		Equal:  func(x, axes A) any { return x.Div(axes).Square().Sum().AddScalar(-1) },
		Bounds: func(A) (lower, upper A) { return num.Scalar(0), num.Scalar(math.Inf(1)) },
	}
	solver := argmin.Constrained(volume, c, argmin.InteriorPoint{}, argmin.Options{})
	r, err := solver.Run(argmin.KKT[A]{X: num.Ones(3)}, num.Vector(1, 2, 3))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%v: half edges %.4f\n", r.State.Status(), r.Params.X)
	// Output: converged: half edges [0.5774 1.1547 1.7321]
}

// The dual of a support vector machine with 200 samples: an equation and bounds, by only products with the samples.
func ExampleAugmentedLagrangian() {
	type A = num.Array
	const n = 200
	i := num.Arange(num.Float64, 0, n)
	points := num.Stack(i.Sin(), i.Scale(2).Cos())
	labels := num.Where(points.Sum(0).Gt(num.Const(0)), num.Const(1), num.Full(num.Float64, -1))
	dual := func(a, _ A) A {
		return points.MatMul(a.Mul(labels)).Square().Sum().Scale(0.5).Sub(a.Sum())
	}
	c := argmin.Constraints[A, A]{
		Equal:  func(a, _ A) any { return a.Dot(labels) },
		Bounds: func(A) (lower, upper A) { return num.Scalar(0), num.Scalar(1) },
	}
	solver := argmin.Constrained(dual, c, argmin.AugmentedLagrangian{}, argmin.Options{})
	r, err := solver.Run(argmin.KKT[A]{X: num.Zeros(n)}, num.Scalar(0))
	if err != nil {
		panic(err)
	}
	// The multiplier of the equation is the offset of the machine, up to its sign.
	w := points.MatMul(r.Params.X.Mul(labels))
	fmt.Printf("%v: normal %.3f, offset %.3f\n", r.State.Status(), w, r.Params.Equal)
	// Output: converged: normal [2.720 2.108], offset 0.388
}

// Hock & Schittkowski's problem 71: a product that is not too small and a given sum of squares.
func ExampleSQP() {
	type A = num.Array
	f := func(x, _ A) A {
		return x.At(0).Mul(x.At(3)).Mul(x.Range(0, 3).Sum()).Add(x.At(2))
	}
	c := argmin.Constraints[A, A]{
		Equal:   func(x, _ A) any { return x.Square().Sum().AddScalar(-40) },
		Between: func(x, _ A) any { return x.Prod() },
		Limits:  func(A) (lo, hi any) { return num.Scalar(25), num.Scalar(math.Inf(1)) },
		Bounds:  func(A) (lower, upper A) { return num.Scalar(1), num.Scalar(5) },
	}
	solver := argmin.Constrained(f, c, argmin.SQP{}, argmin.Options{})
	r, err := solver.Run(argmin.KKT[A]{X: num.Vector(1, 5, 5, 1)}, num.Scalar(0))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%v: value %.4f at %.4f\n", r.State.Status(), r.State.Value, r.Params.X)
	// Output: converged: value 17.0140 at [1.0000 4.7430 3.8211 1.3794]
}
