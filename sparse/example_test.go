package sparse_test

import (
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// A matrix of four entries, a product, and the gradient with respect to the stored values.
func Example() {
	a := sparse.FromCOO(3, 4, []int{0, 1, 2, 2}, []int{1, 3, 0, 1}, num.Vector(5, 6, 7, 8))
	fmt.Println(a)
	x := num.Vector(1, 2, 3, 4)
	fmt.Println("A x =", a.MatMul(x))
	g := num.Grad(func(a sparse.Matrix) num.Array { return a.MatMul(x).Square().Sum() })(a)
	fmt.Println("gradient:", g)
	// Output:
	// 3×4 sparse matrix, 4 entries of float64
	// (0, 1)  5
	// (1, 3)  6
	// (2, 0)  7
	// (2, 1)  8
	// A x = [10 24 23]
	// gradient: 3×4 sparse matrix, 4 entries of float64
	// (0, 1)  40
	// (1, 3)  192
	// (2, 0)  46
	// (2, 1)  92
}

// Ridge regression with a sparse design matrix as data of a solver, and how the solution changes with its entries.
func Example_solver() {
	type data struct {
		X sparse.Matrix
		Y num.Array
	}
	loss := func(w num.Array, d data) num.Array {
		return d.X.MatMul(w).Sub(d.Y).Square().Sum().Add(w.Square().Sum().Scale(0.1))
	}
	d := data{sparse.FromCOO(4, 2, []int{0, 1, 2, 2, 3}, []int{0, 1, 0, 1, 1}, num.Vector(1, 2, 1, 1, 3)), num.Vector(1, 4, 3, 6)}
	solver := argmin.Minimize(loss, argmin.LBFGS{}, argmin.Options{Tol: 1e-10})
	r, err := solver.Run(num.Zeros(2), d)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.4f\n", r.State.Status(), r.Params)
	g := num.Grad(func(d data) num.Array { return solver.Argmin(num.Zeros(2), d).Sum() })(d)
	fmt.Printf("derivatives of the sum: %.4f\n", g.X.Values)
	// Output:
	// converged: [0.9577 1.9888]
	// derivatives of the sum: [-0.4192 -0.1521 -0.4509 -0.9851 -0.2281]
}

// The Poisson equation -u″ = 1 on a grid, by a direct solver, and the derivative of its solution.
func ExampleSolveSymmetric() {
	const n = 7
	h := 1.0 / (n + 1)
	heat := func(conductivity num.Array) num.Array {
		a := sparse.Diags(n, n, []int{-1, 0, 1}, num.Scalar(-1), num.Scalar(2), num.Scalar(-1)).Scale(1 / (h * h))
		a = a.WithValues(a.Values.Mul(conductivity))
		return sparse.SolveSymmetric(a, num.Ones(n))
	}
	u, du := num.JVP(heat, num.Scalar(1), num.Scalar(1))
	fmt.Printf("%.3f\n%.3f\n", u, du)
	// Output:
	// [0.055 0.094 0.117 0.125 0.117 0.094 0.055]
	// [-0.055 -0.094 -0.117 -0.125 -0.117 -0.094 -0.055]
}

// A batch of systems with one pattern.
func ExampleSolve() {
	a := sparse.FromCOO(2, 2, []int{0, 0, 1}, []int{0, 1, 1}, num.Vector(2, 1, 4))
	batch := a.WithValues(num.New([]float64{2, 1, 4, 1, 0, 1}, 2, 3))
	fmt.Println(sparse.Solve(a, num.Vector(4, 8)))
	fmt.Println(num.Vmap(func(a sparse.Matrix) num.Array { return sparse.Solve(a, num.Vector(4, 8)) })(batch))
	// Output:
	// [1 2]
	// [[1 2] [4 8]]
}

// A line through points, as sparse least squares.
func ExampleLeastSquares() {
	a := sparse.FromCOO(3, 2, []int{0, 1, 1, 2, 2}, []int{0, 0, 1, 0, 1}, num.Vector(1, 1, 1, 1, 2))
	fmt.Printf("%.4f\n", sparse.LeastSquares(a, num.Vector(1, 2, 2)))
	// Output:
	// [1.1667 0.5000]
}

// Numbers of positive, negative and zero eigenvalues.
func ExampleInertia() {
	fmt.Println(sparse.Inertia(sparse.Diags(4, 4, []int{0}, num.Vector(1, -2, 3, 0))))
	// Output:
	// [2 1 1]
}

// Second differences with an entry at the border of its own.
func ExampleDiags() {
	a := sparse.Diags(3, 3, []int{-1, 0, 1}, num.Scalar(1), num.Vector(-1, -2, -1), num.Scalar(1))
	fmt.Println(a.Dense())
	// Output:
	// [[-1 1 0] [1 -2 1] [0 1 -1]]
}

// The similarities of pairs that were chosen, without those of all pairs.
func ExamplePattern_Sample() {
	pairs := sparse.NewPattern(2, 3, []int{0, 1, 3}, []int{2, 0, 1})
	users := num.New([]float64{1, 0, 0, 1}, 2, 2)
	items := num.New([]float64{1, 2, 3, 4, 5, 6}, 3, 2)
	fmt.Println(pairs.Sample(users, items))
	// Output:
	// 2×3 sparse matrix, 3 entries of float64
	// (0, 2)  5
	// (1, 0)  2
	// (1, 1)  4
}
