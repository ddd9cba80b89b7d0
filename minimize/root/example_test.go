package root_test

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin/minimize/root"
)

// Two equations in two unknowns.
func ExampleFind() {
	r, err := root.Find(context.Background(), root.Problem{Func: func(x, f []float64) {
		f[0], f[1] = x[0]*math.Cos(x[1])-4, x[0]*x[1]-x[1]-5
	}}, []float64{1, 1}, root.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.6f\n", r.Status, r.X)
	// Output: converged: [6.504097 0.908414]
}
