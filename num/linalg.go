package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Linear algebra works on matrices in the last two axes; axes before them are a
// batch. Singular matrices give infinities or NaN, never a panic.

func matrix(op string, a Array, square bool) (m, n int) {
	s := a.Shape()
	r := len(s)
	if r < 2 || square && s[r-1] != s[r-2] {
		want := "a matrix"
		if square {
			want = "a square matrix"
		}
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shape is %s, want %s", ir.ShapeString(s), want))
	}
	floatOnly(op, a.DType())
	return s[r-2], s[r-1]
}

// symmetric is (A + Aᵀ)/2, without overflow.
func symmetric(a Array) Array { return a.Add(a.MatT().Sub(a).Scale(0.5)) }

// Cholesky is the lower triangular L with L Lᵀ = (A + Aᵀ)/2. It is NaN where that matrix
// is not positive definite.
func Cholesky(a Array) Array {
	matrix("num.Cholesky", a, true)
	return apply(prim.CholeskyOp{}, symmetric(a).v)
}

// LDL factors a symmetric matrix, definite or not: with complete pivoting, (A + Aᵀ)/2 with rows and columns in the order
// perm (int32) is L D Lᵀ, where L is unit lower triangular and D has d on its diagonal and e[i] at (i, i+1) and (i+1, i). D has blocks of
// order one, whose signs are those of d, and, where e is not zero, of order two, with one eigenvalue of each sign: so
// their counts are those of A (Bunch & Parlett, "Direct methods for solving symmetric indefinite systems of linear equations", 1971).
// [SolveLDL] solves with the factors. It takes n³/3 operations, and a search among as many numbers.
func LDL(a Array) (l, d, e, perm Array) {
	matrix("num.LDL", a, true)
	y := ir.Apply(prim.LDLOp{}, symmetric(a).v)
	return wrap(y[0]), wrap(y[1]), wrap(y[2]), wrap(y[3])
}

// SolveLDL is the solution x of a x = b, for the results of [LDL] of a. b is a vector, or matrices of right-hand sides. A singular a gives infinities or
// NaN.
func SolveLDL(l, d, e, perm, b Array) Array {
	const op = "num.SolveLDL"
	matrix(op, l, true)
	want := l.Shape()[:l.Rank()-1]
	if !slices.Equal(d.Shape(), want) || !slices.Equal(e.Shape(), want) || !slices.Equal(perm.Shape(), want) || perm.DType() != Int32 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "l, d, e and perm have shapes %s, %s, %s and %s, want the results of num.LDL", ir.ShapeString(l.Shape()),
			ir.ShapeString(d.Shape()), ir.ShapeString(e.Shape()), ir.ShapeString(perm.Shape())))
	}
	rhs, back := rightHand(op, l, b)
	if len(rhs.Shape) != l.Rank() || !slices.Equal(rhs.Shape[:l.Rank()-2], want[:len(want)-1]) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "right-hand side of shape %s for matrices of shape %s, want the same batch axes",
			ir.ShapeString(b.Shape()), ir.ShapeString(l.Shape())))
	}
	return back(wrap(prim.LDLSolve(l.v, d.v, e.v, perm.v, rhs)))
}

// Triangle selects which triangular system [SolveTriangular] solves; the zero value is
// an upper one.
type Triangle struct {
	Lower bool // the lower triangle instead of the upper one
	Trans bool // solve with the transposed matrix
	Unit  bool // take the diagonal as ones, without reading it
}

// SolveTriangular is the solution x of a x = b for a triangular matrix a; its other
// triangle is not read. b is a vector, or matrices of right-hand sides.
func SolveTriangular(a, b Array, t Triangle) Array {
	const op = "num.SolveTriangular"
	matrix(op, a, true)
	rhs, back := rightHand(op, a, b)
	m, rhs := lead(op, a.v, rhs)
	return back(apply(prim.TriangularSolveOp{Left: true, Lower: t.Lower, Trans: t.Trans, Unit: t.Unit}, m, rhs))
}

// Solve is the solution x of a x = b, by LU factorization with partial pivoting. b is a
// vector, or matrices of right-hand sides.
func Solve(a, b Array) Array {
	const op = "num.Solve"
	matrix(op, a, true)
	rhs, back := rightHand(op, a, b)
	m, rhs := lead(op, a.v, rhs)
	return back(apply(prim.SolveOp{}, m, rhs))
}

// SolveCholesky is the solution x of L Lᵀ x = b, for the result L of [Cholesky].
func SolveCholesky(l, b Array) Array {
	return SolveTriangular(l, SolveTriangular(l, b, Triangle{Lower: true}), Triangle{Lower: true, Trans: true})
}

// rightHand brings a right-hand side to matrices with the batch axes of a: a vector
// is one column. back undoes it.
func rightHand(op string, a, b Array) (x *ir.Value, back func(Array) Array) {
	n := a.Shape()[a.Rank()-1]
	if r := b.Rank(); b.DType() != a.DType() || r == 0 || b.Shape()[max(0, r-2)] != n {
		ir.Throw(ir.Errorf(ir.ShapeError, op,
			"right-hand side of shape %s %s for matrices of shape %s %s, want a vector of %d numbers or matrices of %d rows",
			ir.ShapeString(b.Shape()), b.DType(), ir.ShapeString(a.Shape()), a.DType(), n, n))
	}
	if b.Rank() == 1 {
		return b.ExpandDims(-1).v, func(x Array) Array { return x.Squeeze(-1) }
	}
	return b.v, func(x Array) Array { return x }
}

// lead broadcasts the batch axes of two operands.
func lead(op string, a, b *ir.Value) (*ir.Value, *ir.Value) {
	cut := func(v *ir.Value) []int { return v.Shape[:v.Rank()-2] }
	if slices.Equal(cut(a), cut(b)) {
		return a, b
	}
	rank := max(a.Rank(), b.Rank()) - 2
	shape := make([]int, rank)
	for i := range shape {
		shape[i] = 1
		for _, s := range [][]int{cut(a), cut(b)} {
			if j := i - (rank - len(s)); j >= 0 && s[j] != 1 {
				if shape[i] != 1 && shape[i] != s[j] {
					ir.Throw(ir.Errorf(ir.ShapeError, op, "batch axes of shapes %s and %s do not broadcast", ir.ShapeString(a.Shape),
						ir.ShapeString(b.Shape)))
				}
				shape[i] = s[j]
			}
		}
	}
	to := func(v *ir.Value) *ir.Value {
		return broadcastTo(v, slices.Concat(shape, v.Shape[v.Rank()-2:]))
	}
	return to(a), to(b)
}

// Inv is the inverse of a matrix. To solve a system, [Solve] is faster and more accurate.
func Inv(a Array) Array {
	_, n := matrix("num.Inv", a, true)
	return Solve(a, Eye(n).AsType(a.DType()))
}

// LU is the factorization A[perm] = L U with partial pivoting: L is lower triangular with
// a diagonal of ones, U upper triangular, and perm the order of the rows, int32.
func LU(a Array) (l, u, perm Array) {
	_, n := matrix("num.LU", a, true)
	y := ir.Apply(prim.LUOp{}, a.v)
	eye := broadcastTo(Eye(n).AsType(a.DType()).v, a.Shape())
	return wrap(prim.Add(prim.Tril(y[0], -1), eye)), wrap(prim.Triu(y[0], 0)), wrap(y[1])
}

// SLogDet is the sign of the determinant and the logarithm of its absolute value,
// which does not overflow; 0 and -Inf for a singular matrix.
func SLogDet(a Array) (sign, logdet Array) {
	_, n := matrix("num.SLogDet", a, true)
	y := ir.Apply(prim.LUOp{}, a.v)
	d := wrap(prim.Diag(y[0]))
	// The sign of a permutation: its inversions, counted.
	p := wrap(y[1])
	inv := p.ExpandDims(-1).Gt(p.ExpandDims(-2)).And(wrap(prim.Triu(ir.Full(ir.T(Float64, n, n), 1), 1)).Gt(Scalar(0)))
	odd := inv.AsType(Int32).Sum(-1, -2).Rem(Full(Int32, 2)).AsType(a.DType())
	sign = d.Sign().Prod(-1).Mul(odd.Scale(-2).AddScalar(1))
	return sign, d.Abs().Log().Sum(-1)
}

// LogDet is log |det A|: -Inf for a singular matrix. It does not see that a matrix is indefinite,
// where the likelihood of a covariance has no value: twice the sum of the logarithms of [Cholesky]'s diagonal is NaN there.
func LogDet(a Array) Array {
	_, l := SLogDet(a)
	return l
}

// Det is the determinant. Its first two derivatives exist at singular matrices, too. See [SLogDet] where it may overflow.
func Det(a Array) Array {
	matrix("num.Det", a, true)
	return wrap(prim.Det(a.v))
}

// QR is the factorization A = Q R with orthonormal columns of Q and upper triangular R:
// for an m×n matrix with k = min(m, n), Q is m×k and R k×n.
func QR(a Array) (q, r Array) {
	matrix("num.QR", a, false)
	y := ir.Apply(prim.QROp{}, a.v)
	return wrap(y[0]), wrap(y[1])
}

// SVD is the singular value decomposition A = U diag(s) Vᵀ with k = min(m, n) singular
// values in descending order: U is m×k and Vᵀ k×n. Where singular values are equal, or two of
// them 0 (one, if m ≠ n), U and V have no derivative, and what is differentiated through them is NaN, even if it does not
// depend on their choice; the values themselves have a first derivative, and directions that do not turn
// the vectors have theirs.
func SVD(a Array) (u, s, vt Array) {
	matrix("num.SVD", a, false)
	y := ir.Apply(prim.SVDOp{}, a.v)
	return wrap(y[0]), wrap(y[1]), wrap(y[2])
}

// Eigh is the eigenvalues w, in ascending order, and the eigenvectors, the columns of v,
// of the symmetric matrix (A + Aᵀ)/2. Where eigenvalues are equal, v has no derivative, and what is
// differentiated through it is NaN, even if it does not depend on the choice of the vectors: matrix functions V diag(f(w)) Vᵀ
// with all of their derivatives are [Funm], [Sqrtm], [Logm] and [Expm].
func Eigh(a Array) (w, v Array) {
	matrix("num.Eigh", a, true)
	y := ir.Apply(prim.EighOp{}, symmetric(a).v)
	return wrap(y[0]), wrap(y[1])
}

// Norm is the Euclidean norm along axes (none: all), without overflow or underflow of the squares. Its derivative at zero is
// zero, a subgradient, and its second derivative there is NaN: write the square of a norm as
// x.Square().Sum(), which has all derivatives.
func Norm(a Array, axes ...int) Array {
	floatOnly("num.Norm", a.DType())
	return wrap(prim.Norm(a.value(), a.axesOf("num.Norm", axes)...))
}

// Trace is the sum of the diagonal of a matrix.
func Trace(a Array) Array { return Diag(a).Sum(-1) }

// Diag is the diagonal of a matrix, a vector. See [FromDiag] for the reverse.
func Diag(a Array) Array {
	if a.Rank() < 2 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Diag", "shape is %s, want a matrix; num.FromDiag makes one from a vector",
			ir.ShapeString(a.Shape())))
	}
	return wrap(prim.Diag(a.v))
}

// FromDiag is the diagonal matrix of a vector, or of the vectors along the last axis.
func FromDiag(a Array) Array {
	if a.Rank() < 1 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.FromDiag", "a scalar is not a diagonal"))
	}
	n := a.Shape()[a.Rank()-1]
	return a.ExpandDims(-1).Mul(Eye(n).AsType(a.DType()))
}

// Tril is the triangle of a matrix on and below diagonal k, and zero elsewhere; diagonal 0 is the main one, 1 the one above.
func Tril(a Array, k int) Array {
	a.MatT()
	return wrap(prim.Tril(a.v, k))
}

// Triu is the triangle of a matrix on and above diagonal k, and zero elsewhere; diagonal 0 is the main one, 1 the one above.
func Triu(a Array, k int) Array {
	a.MatT()
	return wrap(prim.Triu(a.v, k))
}
