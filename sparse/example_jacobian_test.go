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

// Newton's method for Bratu's equation, Δu + λ exp(u) = 0 on a square, in a loop of one program. The
// pattern of the Jacobian and the order of elimination are found once, while it is traced.
func ExampleValueAndJacobian() {
	const side, lambda = 50, 5.0
	bratu := func(u num.Array) num.Array {
		p := u.Reshape(side, side).Pad([]int{1, 1}, []int{1, 1})
		at := func(i, j int) num.Array { return p.Index(num.Span(i, i+side), num.Span(j, j+side)) }
		neighbors := at(0, 1).Add(at(2, 1)).Add(at(1, 0)).Add(at(1, 2))
		h := 1.0 / (side + 1)
		return neighbors.Sub(at(1, 1).Scale(4)).Scale(1 / (h * h)).Add(at(1, 1).Exp().Scale(lambda)).Reshape(side * side)
	}
	jacobian := sparse.ValueAndJacobian(bratu, sparse.DerivativeOptions{})
	type state struct{ U, Step, Count num.Array }
	newton := num.Jit(func(u num.Array) state {
		return num.While(func(s state) num.Array { return s.Step.Gt(num.Const(1e-10)) }, func(s state) state {
			f, j := jacobian(s.U)
			d := sparse.SolveSymmetric(j, f)
			return state{s.U.Sub(d), d.Abs().Max(), s.Count.AddScalar(1)}
		}, state{u, num.Scalar(1), num.Scalar(0)})
	})
	s, err := newton.Call(num.Zeros(side * side))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f at the center after %v steps\n", s.U.Max().Item(), s.Count)
	// Output: 0.5564 at the center after 5 steps
}
