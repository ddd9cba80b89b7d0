package sparse

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	core "github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// Solve solves A x = b for a square matrix A and a vector b [n], or several right sides [n, k], by a sparse
// factorization.
//
// A singular matrix is an error of the run ([num.ErrNumeric]), and the result NaN. The solution is refined until its
// backward error is that of rounding: it solves a system whose entries differ from those of A and b by a few units in their
// last place. For a symmetric matrix [SolveSymmetric] needs less than half of the time and memory.
//
// The order of elimination is found once for a pattern (approximate minimum degree). A system with the same values as
// the one before, such as that of a derivative, is not factored again. num.Vmap over right sides factors once, and over
// matrices once for each. Derivatives with respect to values and right sides are a solve with the transposed matrix. The
// factorization runs in double precision also for float32. XLA has none, which is an error where the program
// is compiled: there solve by iteration on a.MatMul, with a solver of package linsolve.
//
// The method is LU with partial pivoting, which for nearly symmetric patterns prefers the diagonal; that of
// [SolveSymmetric] is a multifrontal LDLᵀ with pivots of order 1 and 2 (Duff & Reid, "The multifrontal solution of
// indefinite sparse symmetric linear equations", 1983).
func Solve(a Matrix, b num.Array) num.Array {
	const op = "sparse.Solve"
	p := a.square(op)
	return solved(op, a, b, prim.SparseSolveOp{A: p}, a.Values, singular(p))
}

// SolveSymmetric is [Solve] for a symmetric matrix, definite or not, stored with the entries on both sides of its
// diagonal. Values that differ across the diagonal by more than rounding are an error of the run.
// Derivatives are those of the symmetric matrix (A + Aᵀ)/2.
func SolveSymmetric(a Matrix, b num.Array) num.Array {
	const op = "sparse.SolveSymmetric"
	p, v := a.lower(op)
	return solved(op, a, b, prim.SparseSolveOp{A: p, Symmetric: true}, v, singular(a.pattern.p))
}

func singular(p *core.Shared) string {
	return fmt.Sprintf("the matrix of %d rows and %d entries is singular", p.Rows, p.NNZ())
}

// square is the pattern of a square matrix.
func (a Matrix) square(op string) *core.Shared {
	p := a.single(op).pattern.p
	if p.Rows != p.Cols {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the %s, want a square one; for least squares see sparse.LeastSquares", describe(a)))
	}
	return p
}

// lower is the triangle of a symmetric matrix on and below its diagonal, with checked values.
func (a Matrix) lower(op string) (*core.Shared, num.Array) {
	a.square(op)
	l, from, i, j := a.pattern.p.Lower()
	if l == nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the pattern is not symmetric: there is an entry (%d, %d) and none at (%d, %d)", i, j, j, i))
	}
	below, above := taken(a.Values, from[0]), taken(a.Values, from[1])
	mean := below.Add(above).Scale(0.5)
	if l.NNZ() == 0 {
		return l, mean
	}
	// Products such as AᵀDA and sums in another order are symmetric up to rounding.
	off := below.Sub(above).Abs().Max()
	allowed := a.Values.Abs().Max().Scale(math.Sqrt(a.DType().Eps()))
	return l, num.Check(mean, off.Le(allowed).Or(off.IsFinite().Not()), off,
		fmt.Sprintf("%s: the matrix of %d rows is not symmetric; values across the diagonal differ by", op, l.Rows))
}

func solved(op string, a Matrix, b num.Array, solve prim.SparseSolveOp, values num.Array, singular string) num.Array {
	n := solve.A.Rows
	if r := b.Rank(); r < 1 || r > 2 || b.Shape()[0] != n {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the %s and b has shape %s, want [%d] or [%d, k]", describe(a), ir.ShapeString(b.Shape()), n, n))
	}
	a.sameType(op, "b", b)
	right := b
	if b.Rank() == 1 {
		right = b.Reshape(n, 1)
	}
	y := num.Primitive(solve, values, right)
	x, backward := y[0], y[1]
	if b.Rank() == 1 {
		x = x.Reshape(n)
	}
	// Refinement reaches rounding of double precision, if pivots are not lost.
	return num.Check(x, backward.Le(num.Const(1e-8)), backward,
		fmt.Sprintf("%s: %s, or the system has numbers that are not finite: backward error", op, singular))
}

// Inertia is how many eigenvalues of a symmetric matrix are positive, negative and zero: three numbers of the matrix's type.
// An eigenvalue counts as zero where a column of the scaled matrix becomes 5e-14 of its size in the elimination.
// The matrix is stored as for [SolveSymmetric], with which Inertia shares a factorization of the same
// values. The numbers are NaN if a value is not finite, and have no derivative.
func Inertia(a Matrix) num.Array {
	p, v := a.lower("sparse.Inertia")
	return num.Primitive(prim.SparseInertiaOp{A: p}, v)[0]
}

// LeastSquares is the x with the least |A x - b| for a matrix with at least as many rows as columns, and the x of least norm
// with A x = b for one with fewer, by a sparse factorization. b is a vector [rows], or several right sides
// [rows, k].
//
// A must have full rank: columns, or for fewer rows than columns rows, that depend on each other are an error of the
// run. Without the products AᵀA, which square the condition number and which one dense row of A fills, it solves
// [I A; Aᵀ 0] [r; x] = [b; 0] as [SolveSymmetric] does, with refinement, which corrects the residual r as well
// (Björck, "Iterative refinement of linear least squares solutions I", 1967).
func LeastSquares(a Matrix, b num.Array) num.Array {
	const op = "sparse.LeastSquares"
	m, n := a.single(op).Dims()
	if r := b.Rank(); r < 1 || r > 2 || b.Shape()[0] != m {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the %s and b has shape %s, want [%d] or [%d, k]", describe(a), ir.ShapeString(b.Shape()), m, m))
	}
	a.sameType(op, "b", b)
	d := a.DType()
	rest := append([]int{n}, b.Shape()[1:]...)
	zero := num.Full(d, 0, rest...)
	solve := func(k Matrix, b num.Array) num.Array {
		p, v := k.lower(op)
		return solved(op, k, b, prim.SparseSolveOp{A: p, Symmetric: true}, v,
			fmt.Sprintf("the %s and does not have full rank", describe(a)))
	}
	if m >= n {
		return solve(VStack(HStack(Identity(d, m), a), HStack(a.T(), empty(d, n, n))), num.Concat(0, b, zero)).Range(m, m+n)
	}
	return solve(VStack(HStack(Identity(d, n), a.T()), HStack(a, empty(d, m, m))), num.Concat(0, zero, b)).Range(0, n)
}

// empty is a matrix without entries.
func empty(d num.DType, rows, cols int) Matrix {
	return FromCOO(rows, cols, nil, nil, num.Full(d, 0, 0))
}
