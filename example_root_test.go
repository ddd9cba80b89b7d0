package argmin_test

import (
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// Where a circle of radius r meets a hyperbola, and how that point moves with r.
func ExampleRoot() {
	f := func(x, r num.Array) num.Array {
		a, b := x.At(0), x.At(1)
		return num.Stack(x.Dot(x).Sub(r.Square()), a.Mul(b).AddScalar(-1))
	}
	solver := argmin.Root(f, nil, argmin.Options{})
	start, r := num.Vector(2, 0.1), num.Scalar(2)
	result, err := solver.Run(start, r)
	fmt.Println(result.State.Status(), err)
	fmt.Printf("x = %.6f\n", result.Params.Float64s())
	_, moves := num.JVP(func(r num.Array) num.Array { return solver.Argmin(start, r) }, r, num.Scalar(1))
	fmt.Printf("dx/dr = %.6f\n", moves.Float64s())
	// Output:
	// converged <nil>
	// x = [1.931852 0.517638]
	// dx/dr = [1.115355 -0.298858]
}

// A boundary value problem with a thousand unknowns, u″ = exp(u), whose Jacobian is never written out.
func ExampleNewtonKrylov() {
	const n = 1000
	h := 1.0 / (n + 1)
	f := func(u, _ num.Array) num.Array {
		wide := u.Pad([]int{1}, []int{1}) // zeros at both ends
		bend := wide.Range(0, n).Add(wide.Range(2, n+2)).Sub(u.Scale(2))
		return bend.Sub(u.Exp().Scale(h * h))
	}
	// The inverse of the second difference, by two sums.
	inverse := func(_, r num.Array) num.Array {
		slope := r.CumSum(0)
		line := num.Arange(num.Float64, 1, n+1).Scale(h)
		from := slope.Pad([]int{1}, []int{0}).CumSum(0)
		return from.Range(0, n).Sub(line.Mul(from.At(n)))
	}
	solver := argmin.Root(f, argmin.NewtonKrylov{Precond: inverse}, argmin.Options{Tol: 1e-12})
	result, err := solver.Run(num.Zeros(n), num.Scalar(0))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("least u = %.6f\n", result.Params.Min().Item())
	// Output:
	// converged <nil>
	// least u = -0.113704
}
