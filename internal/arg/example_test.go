package arg_test

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
)

// The quotient 1/x, and 0 where x is zero: its derivative has no NaN either.
func ExampleSafe() {
	inverse := func(x num.Array) num.Array {
		some := x.Ne(num.Const(0))
		return num.Where(some, num.Const(1).Div(arg.Safe(some, x)), num.Const(0))
	}
	x := num.Vector(0, 2)
	fmt.Println(inverse(x), num.Grad(func(x num.Array) num.Array { return inverse(x).Sum() })(x))
	// Output: [0 0.5] [0 -0.25]
}
