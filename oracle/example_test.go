package oracle_test

import (
	"fmt"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/oracle"
)

// The corners of sets that go farthest against a gradient.
func Example() {
	g := num.Vector(1, -3, 2)
	fmt.Println(oracle.Simplex(g, 1))
	fmt.Println(oracle.Box(g, num.Zeros(3), num.Ones(3)))
	fmt.Println(oracle.L1Ball(g, 2).Dot(g)) // the least value of <g, s> in the ball
	// Output:
	// [0 1 0]
	// [0 1 0]
	// -6
}
