package sparse_test

import (
	"fmt"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// The residual of a heat equation on a rod: each equation has three unknowns, so that three products
// give the whole Jacobian, however long the rod is.
func ExampleJacobian() {
	f := func(u num.Array) num.Array {
		n := u.Size()
		p := u.Pad([]int{1}, []int{1}) // 0 at both ends
		left, right := p.Range(0, n), p.Range(2, n+2)
		return left.Add(right).Sub(u.Scale(2)).Add(u.Square())
	}
	jac := sparse.Jacobian(f, sparse.DerivativeOptions{})
	j := jac(num.Vector(1, 2, 3, 4))
	fmt.Println(j.Pattern())
	fmt.Println(j.Dense())

	_, products := j.Pattern().ColumnGroups()
	fmt.Println(products, "products")
	// Output:
	// 4×4 pattern of 10 entries
	// [[0 1 0 0] [1 2 1 0] [0 1 4 1] [0 0 1 6]]
	// 3 products
}

// One Newton step for a minimum, with a sparse factorization.
func ExampleGradAndHessian() {
	f := func(x num.Array) num.Array { // Rosenbrock's function, chained
		n := x.Size()
		a, b := x.Range(0, n-1), x.Range(1, n)
		return b.Sub(a.Square()).Square().Scale(100).Add(a.Neg().AddScalar(1).Square()).Sum()
	}
	x := num.Full(num.Float64, 1.1, 1000)
	g, h := sparse.GradAndHessian(f, sparse.DerivativeOptions{})(x)
	step := sparse.SolveSymmetric(h, g)
	fmt.Printf("%v, f falls from %.3g to %.3g\n", h.Pattern(), f(x).Item(), f(x.Sub(step)).Item())
	// Output: 1000×1000 pattern of 2998 entries, f falls from 1.22e+03 to 43.4
}

// Only variables that are combined in a way that is not linear have an entry in common.
func ExampleHessianPattern() {
	f := func(x num.Array) num.Array {
		return x.At(0).Mul(x.At(2)).Add(x.At(1).Exp()).Add(x.Sum())
	}
	p := sparse.HessianPattern(f, num.Zeros(4))
	for i := range p.Rows() {
		fmt.Println(p.Row(i))
	}
	// Output:
	// [2]
	// [1]
	// [0]
	// []
}
