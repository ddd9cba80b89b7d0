package argmin_test

import (
	"fmt"
	"strings"

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

// Broyden's tridiagonal system with ten thousand unknowns, from values of F and one product with its Jacobian.
func ExampleBroyden() {
	f := func(x, _ num.Array) num.Array {
		n := x.Size()
		before, after := x.Pad([]int{1}, []int{0}).Range(0, n), x.Pad([]int{0}, []int{1}).Range(1, n+1)
		return x.Scale(-2).AddScalar(3).Mul(x).Sub(before).Sub(after.Scale(2)).AddScalar(1)
	}
	solver := argmin.Root(f, argmin.Broyden{}, argmin.Options{})
	result, err := solver.Run(num.Full(num.Float64, -1, 10000), num.Scalar(0))
	fmt.Println(result.State.Status(), err)
	fmt.Printf("in the middle %.6f, at the end %.6f\n", result.Params.At(5000).Item(), result.Params.At(9999).Item())
	// Output:
	// converged <nil>
	// in the middle -0.707107, at the end -0.416412
}

// Two circles that do not meet: the run ends where |F| is least, and says so.
func ExampleHybrid() {
	f := func(x, distance num.Array) num.Array {
		a, b := x.At(0), x.At(1)
		left := a.Square().Add(b.Square()).AddScalar(-1)
		right := a.Sub(distance).Square().Add(b.Square()).AddScalar(-1)
		return num.Stack(left, right)
	}
	solver := argmin.Root(f, argmin.Hybrid{}, argmin.Options{})
	for _, distance := range []float64{1, 3} {
		result, err := solver.Run(num.Vector(0.4, 0.5), num.Scalar(distance))
		fmt.Printf("%v at %.2f, |F| = %.1f, %v\n", result.State.Status(), result.Params.Float64s(), result.State.Error.Item(), err)
	}
	// Output:
	// converged at [0.50 0.87], |F| = 0.0, <nil>
	// stationary at [1.50 -0.01], |F| = 1.8, <nil>
}

// The implied volatilities of three options, found at once, and how each moves with its price.
func ExampleBracketed() {
	type option struct{ Strike, Price num.Array }
	// The price of a call on a stock at 100, for a year without interest (Black & Scholes).
	price := func(vol num.Array, o option) num.Array {
		d := o.Strike.Scale(0.01).Log().Neg().Div(vol).Add(vol.Scale(0.5))
		return d.Ndtr().Scale(100).Sub(d.Sub(vol).Ndtr().Mul(o.Strike)).Sub(o.Price)
	}
	bracket := func(option) (lower, upper num.Array) { return num.Scalar(1e-3), num.Scalar(5) }
	solver := argmin.Bracketed(price, bracket, nil, argmin.Options{})
	market := option{Strike: num.Vector(90, 100, 110), Price: num.Vector(14, 8, 4)}
	result, err := solver.Run(num.Zeros(3), market)
	fmt.Printf("%.4f %v %v\n", result.Params.Float64s(), result.State.Status(), err)
	vega := num.Grad(func(o option) num.Array { return solver.Argmin(num.Zeros(3), o).Sum() })(market).Price
	fmt.Printf("%.5f\n", vega.Float64s())
	// A call cannot be worth more than the stock.
	market.Price = num.Vector(14, 120, 4)
	result, err = solver.Run(num.Zeros(3), market)
	fmt.Printf("%.4f %v\n", result.Params.Float64s(), err)
	fmt.Println(strings.Contains(result.Err().Error(), "no change of sign between the ends at entry [1]"))
	// Output:
	// [0.2124 0.2009 0.1921] converged <nil>
	// [0.03005 0.02519 0.02715]
	// [0.2124 NaN 0.1921] <nil>
	// true
}

// Bisection of a function that is not smooth.
func ExampleBisection() {
	steps := func(x, level num.Array) num.Array { return x.Mul(x.AddScalar(1).Floor()).Sub(level) }
	bracket := func(level num.Array) (lower, upper num.Array) { return num.Scalar(0), level.AddScalar(1) }
	solver := argmin.Bracketed(steps, bracket, argmin.Bisection{}, argmin.Options{})
	result, err := solver.Run(num.Zeros(2), num.Vector(0.5, 7))
	fmt.Println(result.Params, err)
	// Output:
	// [0.5 2.33333] <nil>
}

// A bracket is found by growing an interval first.
func ExampleChandrupatla() {
	f := func(x, rate num.Array) num.Array { return x.Sub(rate.Mul(x).Sin()).AddScalar(-20) }
	guess := func(num.Array) (lower, upper num.Array) { return num.Scalar(0), num.Scalar(1) }
	bracket := argmin.FindBracket(f, guess, nil, argmin.BracketGrowth{})
	solver := argmin.Bracketed(f, bracket, argmin.Chandrupatla{}, argmin.Options{})
	result, err := solver.Run(num.Scalar(0), num.Scalar(0.1))
	fmt.Printf("%.6f %v %v\n", result.Params.Item(), result.State.Status(), err)
	// Output:
	// 20.869713 converged <nil>
}
