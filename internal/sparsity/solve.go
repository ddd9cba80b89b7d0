package sparsity

import (
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// Times is the product of a sparse matrix, or with trans of its transpose, with a vector.
func Times(p *sparse.Shared, trans bool, values, v num.Array) num.Array {
	y := num.Primitive(prim.SparseDotOp{A: p, Trans: trans}, values, v.Reshape(v.Size(), 1))[0]
	return y.Reshape(y.Size())
}

// ColumnNorms are the Euclidean norms of the columns, in units of the largest entry, so that no square overflows.
func ColumnNorms(p *sparse.Shared, values num.Array) num.Array {
	if p.NNZ() == 0 {
		return num.Full(values.DType(), 0, p.Cols)
	}
	most := values.Abs().Max().StopGradient()
	most = num.Where(most.Gt(num.Const(0)), most, num.Const(1))
	squares := num.SegmentSum(values.Div(most).Square(), num.New(p.Ind32(), p.NNZ()), p.Cols)
	some := squares.Gt(num.Const(0))
	return num.Where(some, num.Where(some, squares, num.Const(1)).Sqrt(), num.Const(0)).Mul(most)
}

// Solve is the solution of A x = b for a square matrix, and its backward error: infinite, and the solution NaN, where A is singular. With
// symmetric the pattern is one triangle of A.
func Solve(p *sparse.Shared, symmetric bool, values, b num.Array) (x, backward num.Array) {
	y := num.Primitive(prim.SparseSolveOp{A: p, Symmetric: symmetric}, values, b.Reshape(b.Size(), 1))
	return y[0].Reshape(b.Size()), y[1]
}

// LeastSquares is the minimizer of |J x - r|² + |d x|² - 2 gᵀx.
func LeastSquares(p *sparse.Shared, values, d, r, g num.Array) num.Array {
	b := num.Concat(0, r, g)
	x := num.Primitive(prim.SparseLeastSquaresOp{J: p}, values, d, b.Reshape(b.Size(), 1))[0]
	return x.Reshape(p.Cols)
}
