package convex

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// ofSquare is what functions of one square matrix have in common. They take the symmetric part (X + Xᵀ)/2 of a matrix that is not symmetric.
type ofSquare struct{}

func (ofSquare) infer(args []*node) ([]int, string) {
	if s := args[0].shape; len(s) != 2 || s[0] != s[1] {
		return nil, shapes(args) + ", want a square matrix"
	}
	return nil, ""
}

func symmetricPart(a num.Array) num.Array { return a.Add(a.MatT()).Scale(0.5) }

func identityCoef(n int) coef { return constantCoef(num.Eye(n)) }

// scaledIdentity is t I for a scalar t.
func scaledIdentity(t coef, n int) coef { return t.spread(n, n).times(identityCoef(n)) }

// LambdaMax is the largest eigenvalue of a symmetric matrix: convex.
func LambdaMax(x Expr) Expr { return apply("LambdaMax", lambdaMax{}, x) }

// LambdaMin is the smallest eigenvalue of a symmetric matrix: concave.
func LambdaMin(x Expr) Expr { return apply("LambdaMin", lambdaMin{}, x) }

type lambdaMax struct {
	ofSquare
	convexAtom
	unsigned
	monotoneNone
}

func (lambdaMax) name() string                     { return "lambda_max" }
func (lambdaMax) value(args []num.Array) num.Array { return num.EigvalsH(symmetricPart(args[0])).Max() }
func (lambdaMax) graph(b *builder, args []coef, _ []int) coef {
	t := b.variable()
	b.psd(scaledIdentity(t, args[0].shape[0]).sub(args[0]))
	return t
}

type lambdaMin struct {
	ofSquare
	concaveAtom
	unsigned
	monotoneNone
}

func (lambdaMin) name() string                     { return "lambda_min" }
func (lambdaMin) value(args []num.Array) num.Array { return num.EigvalsH(symmetricPart(args[0])).Min() }
func (lambdaMin) graph(b *builder, args []coef, _ []int) coef {
	t := b.variable()
	b.psd(args[0].sub(scaledIdentity(t, args[0].shape[0])))
	return t
}

// LambdaSumLargest is the sum of the k largest eigenvalues of a symmetric matrix: convex.
func LambdaSumLargest(x Expr, k int) Expr {
	if n := x.node(); k < 1 || n.err == nil && len(n.shape) == 2 && k > n.shape[0] {
		return failed(ir.ArgumentError, "LambdaSumLargest", "k is %d, want 1 to the order of the matrix", k)
	}
	return apply("LambdaSumLargest", lambdaSum{k: k}, x)
}

// LambdaSumSmallest is the sum of the k smallest eigenvalues of a symmetric matrix: concave.
func LambdaSumSmallest(x Expr, k int) Expr { return LambdaSumLargest(x.Neg(), k).Neg() }

type lambdaSum struct {
	ofSquare
	convexAtom
	unsigned
	monotoneNone
	k int
}

func (lambdaSum) name() string { return "lambda_sum_largest" }
func (f lambdaSum) value(args []num.Array) num.Array {
	w := num.EigvalsH(symmetricPart(args[0]))
	return w.Range(w.Size()-f.k, w.Size()).Sum()
}

// The least k s + tr Z with X ⪯ Z + s I and Z ⪰ 0 (Ben-Tal & Nemirovski, section 4.2).
func (f lambdaSum) graph(b *builder, args []coef, _ []int) coef {
	n := args[0].shape[0]
	s, z := b.variable(), b.symmetric(n)
	b.psd(z)
	b.psd(z.add(scaledIdentity(s, n)).sub(args[0]))
	diagonal := make([]int32, n)
	for i := range diagonal {
		diagonal[i] = int32(i * (n + 1))
	}
	return s.scale(float64(f.k)).add(z.gather(diagonal, n).total())
}

// LogDet is the logarithm of the determinant of a symmetric matrix, which is implied to be positive definite: concave.
func LogDet(x Expr) Expr { return apply("LogDet", logDet{}, x) }

type logDet struct {
	ofSquare
	concaveAtom
	unsigned
	monotoneNone
}

func (logDet) name() string { return "log_det" }
func (logDet) value(args []num.Array) num.Array {
	w := num.EigvalsH(symmetricPart(args[0]))
	positive := w.Gt(num.Const(0))
	return num.Where(positive.All(), num.Where(positive, w, num.Const(1)).Log().Sum(), num.Const(math.Inf(-1)))
}

// For lower triangular Z with diagonal D, [D Zᵀ; Z X] ⪰ 0 says X ⪰ Z D⁻¹ Zᵀ, whose determinant is the product of D
// (Ben-Tal & Nemirovski, "Lectures on modern convex optimization", 2001, section 4.2).
func (logDet) graph(b *builder, args []coef, _ []int) coef {
	n := args[0].shape[0]
	z := b.variable(n * (n + 1) / 2)
	lower, diagonal, onlyDiagonal := make([]int32, n*n), make([]int32, n), make([]int32, n*n)
	for i := range n {
		for j := range n {
			lower[i*n+j], onlyDiagonal[i*n+j] = none, none
			if i >= j {
				lower[i*n+j] = trianglePlace(n, i, j)
			}
		}
		diagonal[i] = trianglePlace(n, i, i)
		onlyDiagonal[i*n+i] = diagonal[i]
	}
	low := z.gather(lower, n, n)
	b.psd(z.gather(onlyDiagonal, n, n).placed(2*n, 2*n, 0, 0).add(low.placed(2*n, 2*n, n, 0), low.transposed().placed(2*n, 2*n, 0, n),
		args[0].placed(2*n, 2*n, n, n)))
	return logarithm{}.graph(b, []coef{z.gather(diagonal, n)}, []int{n}).total()
}

// ofMatrix is what norms of a matrix have in common.
type ofMatrix struct {
	convexAtom
	nonNegative
	monotoneNone
}

func (ofMatrix) infer(args []*node) ([]int, string) {
	if len(args[0].shape) != 2 {
		return nil, shapes(args) + ", want a matrix"
	}
	return nil, ""
}

// SigmaMax is the largest singular value of a matrix, its spectral norm: convex.
func SigmaMax(x Expr) Expr { return apply("SigmaMax", sigmaMax{}, x) }

type sigmaMax struct{ ofMatrix }

func (sigmaMax) name() string                     { return "sigma_max" }
func (sigmaMax) value(args []num.Array) num.Array { return num.Svdvals(args[0]).Max() }
func (sigmaMax) graph(b *builder, args []coef, _ []int) coef {
	m, n := args[0].shape[0], args[0].shape[1]
	t := b.variable()
	b.psd(scaledIdentity(t, m+n).add(offDiagonal(args[0])))
	return t
}

// offDiagonal is [0 X; Xᵀ 0].
func offDiagonal(x coef) coef {
	m, n := x.shape[0], x.shape[1]
	return x.placed(m+n, m+n, 0, m).add(x.transposed().placed(m+n, m+n, m, 0))
}

// NuclearNorm is the sum of the singular values of a matrix: convex.
func NuclearNorm(x Expr) Expr { return apply("NuclearNorm", nuclearNorm{}, x) }

type nuclearNorm struct{ ofMatrix }

func (nuclearNorm) name() string                     { return "nuclear_norm" }
func (nuclearNorm) value(args []num.Array) num.Array { return num.Svdvals(args[0]).Sum() }

// The least ½ tr(U) + ½ tr(V) with [U X; Xᵀ V] ⪰ 0.
func (nuclearNorm) graph(b *builder, args []coef, _ []int) coef {
	m, n := args[0].shape[0], args[0].shape[1]
	u, v := b.symmetric(m), b.symmetric(n)
	b.psd(u.placed(m+n, m+n, 0, 0).add(v.placed(m+n, m+n, m, m), offDiagonal(args[0])))
	return traceCoef(u).add(traceCoef(v)).scale(0.5)
}

func traceCoef(x coef) coef { return x.times(identityCoef(x.shape[0])).total() }

// MatrixFrac is xᵀP⁻¹x for a vector x, or tr(XᵀP⁻¹X) for a matrix, with the symmetric P implied to be positive definite:
// convex in both together.
func MatrixFrac(x, p any) Expr {
	return apply("MatrixFrac", matrixFrac{}, operand("MatrixFrac", x), operand("MatrixFrac", p))
}

// TraceInv is the trace of the inverse of a symmetric matrix, which is implied to be positive definite: convex.
func TraceInv(p Expr) Expr {
	n := p.node()
	if n.err != nil {
		return p
	}
	if len(n.shape) != 2 {
		return failedSquare("TraceInv", n)
	}
	return MatrixFrac(num.Eye(n.shape[0]), p)
}

type matrixFrac struct {
	convexAtom
	nonNegative
	monotoneNone
}

func (matrixFrac) name() string { return "matrix_frac" }
func (matrixFrac) infer(args []*node) ([]int, string) {
	x, p := args[0].shape, args[1].shape
	if len(x) < 1 || len(x) > 2 || len(p) != 2 || p[0] != p[1] || p[0] != x[0] {
		return nil, shapes(args) + ", want a vector or matrix and a square matrix of as many rows"
	}
	return nil, ""
}

func (matrixFrac) value(args []num.Array) num.Array {
	w, v := num.Eigh(symmetricPart(args[1]))
	x := args[0].Reshape(args[0].Shape()[0], -1)
	sum := v.MatT().MatMul(x).Square().Sum(1).Div(w).Sum()
	return num.Where(w.Min().Gt(num.Const(0)), sum, num.Const(math.Inf(1)))
}

// The least tr(T) with [P X; Xᵀ T] ⪰ 0.
func (matrixFrac) graph(b *builder, args []coef, _ []int) coef {
	n := args[1].shape[0]
	x := args[0].reshape(n, args[0].size()/n)
	k := x.shape[1]
	t := b.symmetric(k)
	b.psd(args[1].placed(n+k, n+k, 0, 0).add(t.placed(n+k, n+k, n, n), offDiagonal(x)))
	return traceCoef(t)
}
