package tree_test

import (
	"fmt"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

func Example() {
	type layer struct{ W, B num.Array }
	x := []layer{{num.Vector(3, 0), num.Scalar(4)}, {num.Vector(0), num.Scalar(12)}}
	fmt.Println(tree.Paths(x))
	fmt.Println(tree.Norm(x), tree.Add(x, x)[1].B)
	// Output:
	// [[0].W [0].B [1].W [1].B]
	// 13 24
}
