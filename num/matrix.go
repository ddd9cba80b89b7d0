package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// LstSq is the solution x of least norm of min |a x - b|, for matrices of any shape and rank.
// Singular values up to rcond times the largest one count as zero; 0 means ε·max(m, n) for an
// m×n matrix, with the machine precision ε, as in NumPy. b is a vector or matrices of
// right-hand sides. It takes a singular value decomposition; for a matrix of full column rank
// [QR] is faster.
func LstSq(a, b Array, rcond float64) Array {
	const op = "num.LstSq"
	m, _ := matrix(op, a, false)
	if r := b.Rank(); b.DType() != a.DType() || r == 0 || b.Shape()[max(0, r-2)] != m {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "right-hand side of shape %s %s for matrices of shape %s %s, want a vector of %d numbers or matrices of %d rows",
			ir.ShapeString(b.Shape()), b.DType(), ir.ShapeString(a.Shape()), a.DType(), m, m))
	}
	if b.Rank() == 1 && a.Rank() > 2 {
		return Pinv(a, rcond).MatMul(b.ExpandDims(-1)).Squeeze(-1)
	}
	return Pinv(a, rcond).MatMul(b)
}

// Pinv is the Moore-Penrose pseudoinverse of matrices of any shape and rank; rcond is as in
// [LstSq]. Its derivative is the one of matrices of the same rank (Golub and Pereyra, "The
// differentiation of pseudo-inverses", 1973).
func Pinv(a Array, rcond float64) Array {
	const op = "num.Pinv"
	matrix(op, a, false)
	if rcond < 0 || rcond != rcond {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "rcond is %g, want a number that is not negative", rcond))
	}
	// The rule for each of the first three derivatives is written out, as rules are traced at once;
	// further ones go through the decomposition.
	inverse := func(a Array) Array { return pinv(a, rcond) }
	for range 3 {
		below := inverse
		inverse = CustomJVP(func(a Array) Array { return pinv(a, rcond) }, func(a, da Array) (Array, Array) {
			p := below(a)
			return p, pinvTangent(a, p, da)
		})
	}
	return inverse(a)
}

// pinvTangent is the tangent of the pseudoinverse p of a.
func pinvTangent(a, p, da Array) Array {
	m, n := a.Shape()[a.Rank()-2], a.Shape()[a.Rank()-1]
	left := Eye(m).AsType(a.DType()).Sub(a.MatMul(p))
	right := Eye(n).AsType(a.DType()).Sub(p.MatMul(a))
	dt, pt := da.MatT(), p.MatT()
	return p.MatMul(pt).MatMul(dt).MatMul(left).Add(right.MatMul(dt).MatMul(pt).MatMul(p)).Sub(p.MatMul(da).MatMul(p))
}

func pinv(a Array, rcond float64) Array {
	u, s, vt := SVD(a)
	keep := s.Gt(a.rankTol(s, rcond))
	inv := Where(keep, a.Const(1).Div(Where(keep, s, a.Const(1))), a.Const(0))
	return vt.MatT().Mul(inv.ExpandDims(-2)).MatMul(u.MatT())
}

// rankTol is the size up to which singular values s of a count as zero.
func (a Array) rankTol(s Array, rcond float64) Array {
	m, n := a.Shape()[a.Rank()-2], a.Shape()[a.Rank()-1]
	if rcond == 0 {
		rcond = a.DType().Eps() * float64(max(m, n))
	}
	if min(m, n) == 0 {
		return s
	}
	return s.Index(Ellipsis, Span(0, 1)).Scale(rcond)
}

// MatrixRank is the number of singular values above rcond times the largest one, int32; rcond
// is as in [LstSq].
func MatrixRank(a Array, rcond float64) Array {
	matrix("num.MatrixRank", a, false)
	s := Svdvals(a)
	return s.Gt(a.rankTol(s, rcond)).CountNonzero(-1)
}

// MatrixPower is a square matrix to an integer power, by repeated squaring; of a negative n it
// is the power of the inverse.
func MatrixPower(a Array, n int) Array {
	const op = "num.MatrixPower"
	_, size := matrix(op, a, true)
	if n == math.MinInt {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "n is %d, which has no negative", n))
	}
	if n < 0 {
		return MatrixPower(Inv(a), -n)
	}
	if n == 0 {
		return Eye(size).AsType(a.DType()).BroadcastTo(a.Shape()...)
	}
	var y Array
	for first := true; ; a = a.MatMul(a) {
		if n&1 == 1 {
			if first {
				y, first = a, false
			} else {
				y = y.MatMul(a)
			}
		}
		if n >>= 1; n == 0 {
			return y
		}
	}
}

// EigvalsH is the eigenvalues of the symmetric matrix (A + Aᵀ)/2, in ascending order. See
// [Eigh] for the vectors.
func EigvalsH(a Array) Array {
	w, _ := Eigh(a)
	return w
}

// Svdvals is the singular values of a matrix, in descending order. See [SVD] for the vectors.
func Svdvals(a Array) Array {
	_, s, _ := SVD(a)
	return s
}

// NormKind selects the norm of [MatrixNorm].
type NormKind uint8

// The norms of matrices.
const (
	Frobenius NormKind = iota // the root of the sum of squares
	Nuclear                   // the sum of the singular values
	Spectral                  // the largest singular value, NumPy's 2
	OneNorm                   // the largest sum of absolute values of a column, NumPy's 1
	InfNorm                   // the largest sum of absolute values of a row, NumPy's inf
)

// VectorNorm is the norm of order p of vectors along the last axis: (Σ|xᵢ|ᵖ)^(1/p), the
// largest |xᵢ| for +Inf, the smallest for -Inf, and the number of nonzero elements for 0. It
// neither overflows nor underflows. Its derivative at the zero vector is zero, which is a
// subgradient for p ≥ 1. See [Norm] for the Euclidean norm along other axes.
func VectorNorm(x Array, p float64) Array {
	const op = "num.VectorNorm"
	floatOnly(op, x.DType())
	if x.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "a scalar is no vector"))
	}
	if p != p {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "p is NaN, want a number"))
	}
	y := x.Abs()
	switch {
	case math.IsInf(p, 1):
		if y.Shape()[y.Rank()-1] == 0 {
			return y.Sum(-1)
		}
		return y.Max(-1)
	case math.IsInf(p, -1):
		return y.Min(-1)
	case p == 0:
		return x.CountNonzero(-1).AsType(x.DType())
	case p == 1:
		return y.Sum(-1)
	case y.Shape()[y.Rank()-1] == 0:
		return y.Sum(-1)
	}
	// Divided by the largest, or for p < 0 the smallest, which cancels in the derivative.
	size := y.Max(-1).StopGradient()
	if p < 0 {
		size = y.Min(-1).StopGradient()
	}
	special := size.Eq(size.Const(0)).Or(size.IsFinite().Not())
	unit := Where(special, size.Const(1), size).ExpandDims(-1)
	z := Where(special.ExpandDims(-1), y.Const(1), y).Div(unit)
	var sum Array
	if p == 2 {
		sum = z.Square().Sum(-1).Sqrt()
	} else {
		sum = z.Pow(z.Const(p)).Sum(-1).Pow(size.Const(1 / p))
	}
	return Where(special, size, sum.Mul(unit.Squeeze(-1)))
}

// MatrixNorm is a norm of matrices. The derivative of those with singular values is a
// subgradient where they are zero or equal. See [VectorNorm] for vectors.
func MatrixNorm(a Array, kind NormKind) Array {
	const op = "num.MatrixNorm"
	m, n := matrix(op, a, false)
	if m == 0 || n == 0 {
		return a.Sum(-2, -1)
	}
	switch kind {
	case Frobenius:
		return VectorNorm(a.Reshape(append(slices.Clone(a.Shape()[:a.Rank()-2]), m*n)...), 2)
	case Nuclear:
		return Svdvals(a).Sum(-1)
	case Spectral:
		return Svdvals(a).Index(Ellipsis, I(0))
	case OneNorm:
		return a.Abs().Sum(-2).Max(-1)
	case InfNorm:
		return a.Abs().Sum(-1).Max(-1)
	}
	ir.Throw(ir.Errorf(ir.ArgumentError, op, "kind is %d, want one of Frobenius, Nuclear, Spectral, OneNorm and InfNorm", kind))
	return Array{}
}

// CondNumber is the condition number of matrices, the largest singular value over the smallest
// one: +Inf for a singular matrix.
func CondNumber(a Array) Array {
	m, n := matrix("num.CondNumber", a, false)
	if m == 0 || n == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.CondNumber", "shape %s has no singular values", ir.ShapeString(a.Shape())))
	}
	s := Svdvals(a)
	return s.Index(Ellipsis, I(0)).Div(s.Index(Ellipsis, I(-1)))
}

// SolveSylvester is the solution x of a x + x b = q for square matrices a and b that share no
// eigenvalue but for the sign. It solves one linear system of mn unknowns for m×m a and n×n b,
// by LU factorization: O((mn)³).
func SolveSylvester(a, b, q Array) Array {
	const op = "num.SolveSylvester"
	m, _ := matrix(op, a, true)
	n, _ := matrix(op, b, true)
	if r, c := matrix(op, q, false); r != m || c != n || a.Rank() != 2 || b.Rank() != 2 || q.Rank() != 2 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shapes %s, %s and %s, want [m m], [n n] and [m n]",
			ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape()), ir.ShapeString(q.Shape())))
	}
	eye := func(k int) Array { return Eye(k).AsType(a.DType()) }
	system := Kron(a, eye(n)).Add(Kron(eye(m), b.T()))
	return Solve(system, q.Reshape(-1)).Reshape(m, n)
}

// MultiDot is the matrix product of several arrays, in the order of multiplications that takes
// the fewest; the first may be a row and the last a column (vectors).
func MultiDot(xs ...Array) Array {
	const op = "num.MultiDot"
	if len(xs) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "there are no arrays to multiply"))
	}
	size := make([]int, len(xs)+1) // array i is size[i]×size[i+1]
	for i, x := range xs {
		s := x.Shape()
		switch {
		case len(s) == 2:
			size[i], size[i+1] = s[0], s[1]
		case len(s) == 1 && i == 0 && len(xs) > 1:
			size[0], size[1] = 1, s[0]
		case len(s) == 1 && i == len(xs)-1:
			size[i], size[i+1] = s[0], 1
		default:
			ir.Throw(ir.Errorf(ir.ShapeError, op, "array %d has shape %s, want a matrix (a vector only at either end)", i, ir.ShapeString(s)))
		}
	}
	// The cheapest order by dynamic programming over all parts i … j (Cormen et al.,
	// "Introduction to Algorithms", 15.2).
	n := len(xs)
	cost, cut := make([][]float64, n), make([][]int, n)
	for i := range cost {
		cost[i], cut[i] = make([]float64, n), make([]int, n)
	}
	for span := 1; span < n; span++ {
		for i := range n - span {
			j := i + span
			cost[i][j] = math.Inf(1)
			for k := i; k < j; k++ {
				if c := cost[i][k] + cost[k+1][j] + float64(size[i])*float64(size[k+1])*float64(size[j+1]); c < cost[i][j] {
					cost[i][j], cut[i][j] = c, k
				}
			}
		}
	}
	var product func(i, j int) Array
	product = func(i, j int) Array {
		if i == j {
			return xs[i]
		}
		return product(i, cut[i][j]).MatMul(product(cut[i][j]+1, j))
	}
	return product(0, n-1)
}
