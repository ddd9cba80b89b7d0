package sparse

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	core "github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// MatMul is the product A x with a dense vector x [cols] or matrix [cols, k]. It costs 2 nnz operations
// for each column of x, and its derivatives with respect to x and to the values as much. Large products
// run on all cores, and give the same bits on any number of them.
func (a Matrix) MatMul(x num.Array) num.Array {
	_, n := a.Dims()
	return a.product("sparse.Matrix.MatMul", x, n, false)
}

// TMatMul is the product Aᵀ x with a dense vector x [rows] or matrix [rows, k], without making the transposed
// matrix. Like [Matrix.MatMul] it gives the same bits on any number of cores.
func (a Matrix) TMatMul(x num.Array) num.Array {
	m, _ := a.Dims()
	return a.product("sparse.Matrix.TMatMul", x, m, true)
}

func (a Matrix) product(op string, x num.Array, n int, trans bool) num.Array {
	a.single(op)
	p := a.pattern.p
	if r := x.Rank(); r < 1 || r > 2 || x.Shape()[0] != n {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the %s and x has shape %s, want [%d] or [%d, k]", describe(a), ir.ShapeString(x.Shape()), n, n))
	}
	a.sameType(op, "x", x)
	rows := x
	if x.Rank() == 1 {
		rows = x.Reshape(n, 1)
	}
	y := num.Primitive(prim.SparseDotOp{A: p, Trans: trans}, a.Values, rows)[0]
	if x.Rank() == 1 {
		return y.Reshape(y.Shape()[0])
	}
	return y
}

func (a Matrix) sameType(op, name string, x num.Array) {
	if x.DType() != a.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "%s is %s and the matrix %s; convert one with AsType", name, x.DType(), a.DType()))
	}
}

// Sample is the matrix of the pattern whose entries are those of A Bᵀ, for dense a [rows, k] and b [cols, k] or
// vectors: the product is computed only where the pattern has entries (the sampled dense–dense product, SDDMM),
// at 2k operations each.
func (p Pattern) Sample(a, b num.Array) Matrix {
	const op = "sparse.Pattern.Sample"
	s := p.shared(op)
	if a.DType() != b.DType() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "a is %s and b is %s; convert one with AsType", a.DType(), b.DType()))
	}
	if r := a.Rank(); r < 1 || r > 2 || r != b.Rank() || a.Shape()[0] != s.Rows || b.Shape()[0] != s.Cols || r == 2 && a.Shape()[1] != b.Shape()[1] {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "a has shape %s and b %s, want [%d, k] and [%d, k] for a %v",
			ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape()), s.Rows, s.Cols, p))
	}
	if a.Rank() == 1 {
		a, b = a.Reshape(-1, 1), b.Reshape(-1, 1)
	}
	return New(p, num.Primitive(prim.SparseSampleOp{P: s}, a, b)[0])
}

// MatMul is the product A B of two sparse matrices, a sparse one. Its pattern has every place where a product of
// two entries goes, also if they add up to zero. Where the entries of the product go is found by looking through
// all products of two entries, when the function is traced; running it costs two operations for each.
func MatMul(a, b Matrix) Matrix {
	const op = "sparse.MatMul"
	a.single(op)
	b.single(op)
	a.sameType(op, "the second matrix", b.Values)
	if a.pattern.p.Cols != b.pattern.p.Rows {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the first %s, the second %s: columns of the first must be rows of the second", describe(a), describe(b)))
	}
	c, err := core.MatMulPattern(a.pattern.p, b.pattern.p)
	if err != nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the product: %v", err))
	}
	return New(Pattern{c}, num.Primitive(prim.SparseMatMulOp{A: a.pattern.p, B: b.pattern.p, C: c}, a.Values, b.Values)[0])
}

// Gram is the product Aᵀ A, a sparse matrix of the normal equations. A row of A with r entries has r² products: one
// dense row makes it dense.
func (a Matrix) Gram() Matrix { return MatMul(a.T(), a) }

// describe is the size of a matrix, for messages: "matrix is 3×4".
func describe(a Matrix) string {
	m, n := a.Dims()
	return "matrix is " + size(m, n)
}
