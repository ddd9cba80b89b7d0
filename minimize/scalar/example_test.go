package scalar_test

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin/minimize/scalar"
)

// A local minimum, searched downhill from 0 and 1.
func ExampleMinimize() {
	f := func(x float64) float64 { return (x - 2) * x * (x + 2) * (x + 2) }
	r, err := scalar.Minimize(context.Background(), f, scalar.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: f(%.6f) = %.6f after %d evaluations\n", r.Status, r.X, r.Fun, r.NFev)
	// Output: converged: f(1.280776) = -9.914950 after 14 evaluations
}

// The minimum between two bounds.
func ExampleMinimize_bounds() {
	f := func(x float64) float64 { return (x - 2) * x * (x + 2) * (x + 2) }
	r, err := scalar.Minimize(context.Background(), f, scalar.Options{Bounds: []float64{-3, -1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.4f\n", r.Status, r.X)
	// Output: converged: -2.0000
}

// Golden section within a bracket: three points, of which the middle one has the smallest value.
func ExampleMinimize_golden() {
	opt := scalar.Options{Method: scalar.Golden{XTol: 1e-4}, Bracket: []float64{2, 3, 4}}
	r, err := scalar.Minimize(context.Background(), math.Cos, opt)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.3f\n", r.Status, r.X)
	// Output: converged: 3.142
}

// A root between two points where the function has different signs.
func ExampleRoot() {
	r, err := scalar.Root(context.Background(), math.Cos, scalar.RootOptions{Bracket: []float64{1, 2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.12f\n", r.Status, r.X)
	// Output: converged: 1.570796326795
}

// Newton's method from a start, with the derivative.
func ExampleRoot_newton() {
	r, err := scalar.Root(context.Background(), func(x float64) float64 { return x*x - 2 }, scalar.RootOptions{
		X0: new(1.0), FPrime: func(x float64) float64 { return 2 * x },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.12f after %d iterations\n", r.Status, r.X, r.NIter)
	// Output: converged: 1.414213562373 after 5 iterations
}

func ExampleBracket() {
	f := func(x float64) float64 { return math.Cosh(x/50 - 9) }
	b, err := scalar.Bracket(context.Background(), f, 0, 1, scalar.BracketOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("there is a minimum between %.0f and %.0f\n", b.XA, b.XC)
	// Output: there is a minimum between 257 and 796
}

// A method and its options by SciPy's names, as from a configuration file.
func ExampleMethodByName() {
	m, err := scalar.MethodByName("bounded", map[string]any{"xatol": 1e-3})
	fmt.Println(m.(scalar.Bounded).XAtol, err)
	_, err = scalar.MethodByName("bound", nil)
	fmt.Println(err)
	// Output:
	// 0.001 <nil>
	// scalar: there is no scalar method "bound" (did you mean "bounded"?); the methods are bounded, brent, golden
}

func ExampleRootMethodByName() {
	m, err := scalar.RootMethodByName("toms748", map[string]any{"k": 2})
	fmt.Println(m.(scalar.TOMS748).K, err)
	// Output: 2 <nil>
}

func ExampleMethods() {
	fmt.Println(scalar.Methods())
	// Output: [bounded brent golden]
}

func ExampleRootMethods() {
	fmt.Println(scalar.RootMethods())
	// Output: [bisect brenth brentq halley newton ridder secant toms748]
}
