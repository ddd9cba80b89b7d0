package argmin_test

import (
	"fmt"
	"os"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/mps"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// A quadratic program is read from a file in QPS format and solved.
func ExampleQuadratic_file() {
	f, err := os.Open("internal/check/convex/testdata/qps/QPTEST.QPS")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	p, err := mps.Read(f, mps.Options{})
	if err != nil {
		panic(err)
	}
	matrix := func(a mps.Matrix) sparse.Matrix {
		return sparse.FromCSC(a.Rows, a.Cols, a.Ptr, a.Ind, num.Vector(a.Values...))
	}
	program := argmin.QP{
		Q: matrix(p.Q), C: num.Vector(p.C...),
		G: matrix(p.A), Low: num.Vector(p.RowLower...), H: num.Vector(p.RowUpper...),
		Lower: num.Vector(p.Lower...), Upper: num.Vector(p.Upper...),
	}
	solver := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, nil, argmin.Options{})
	r, err := solver.Run(argmin.QPPoint{}, program)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: x = %.4f, least value %.4f\n", p.Name, r.Params.X.Float64s(), r.State.Value.Item()+p.Constant)
	// Output:
	// QP example: x = [0.7625 0.4750], least value 4.3719
}
