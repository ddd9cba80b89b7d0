package convex

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// norm is what norms have in common.
type norm struct {
	scalarFunction
	convexAtom
	nonNegative
	absoluteSlope
}

// Norm1 is the sum of the absolute values of all elements: convex.
func Norm1(x Expr) Expr { return apply("Norm1", norm1{}, x) }

type norm1 struct{ norm }

func (norm1) name() string                     { return "norm1" }
func (norm1) value(args []num.Array) num.Array { return args[0].Abs().Sum() }
func (norm1) graph(b *builder, args []coef, _ []int) coef {
	return absolute{}.graph(b, args, args[0].shape).total()
}

// Norm2 is the square root of the sum of squares of all elements: convex. For a matrix that is Frobenius' norm; the largest singular
// value is [SigmaMax].
func Norm2(x Expr) Expr { return apply("Norm2", norm2{}, x) }

type norm2 struct{ norm }

func (norm2) name() string                     { return "norm2" }
func (norm2) value(args []num.Array) num.Array { return num.Norm(args[0].Reshape(-1)) }
func (norm2) graph(b *builder, args []coef, _ []int) coef {
	t := b.variable()
	b.secondOrder(t, args[0])
	return t
}

// NormInf is the largest absolute value of all elements: convex.
func NormInf(x Expr) Expr { return apply("NormInf", normInf{}, x) }

type normInf struct{ norm }

func (normInf) name() string                     { return "norm_inf" }
func (normInf) value(args []num.Array) num.Array { return args[0].Abs().Max() }
func (normInf) graph(b *builder, args []coef, _ []int) coef {
	t := b.variable()
	all := t.spread(args[0].shape...)
	b.nonNegative(all.sub(args[0]))
	b.nonNegative(all.add(args[0]))
	return t
}

// Norm is the p-norm (Σ|x|ᵖ)^(1/p) of all elements, for p ≥ 1, which may be infinite: convex.
func Norm(x Expr, p float64) Expr {
	switch {
	case math.IsNaN(p) || p < 1:
		return failed(ir.ArgumentError, "Norm", "p is %g, want at least 1", p)
	case p == 1:
		return Norm1(x)
	case p == 2:
		return Norm2(x)
	case math.IsInf(p, 1):
		return NormInf(x)
	}
	return apply("Norm", normP{p: p}, x)
}

type normP struct {
	norm
	p float64
}

func (normP) name() string { return "norm" }
func (f normP) value(args []num.Array) num.Array {
	return num.VectorNorm(args[0].Reshape(-1), f.p)
}

// |xᵢ| ≤ rᵢ^(1/p) t^(1-1/p) with Σrᵢ = t.
func (f normP) graph(b *builder, args []coef, _ []int) coef {
	t, r := b.variable(), b.variable(args[0].size())
	b.power(1/f.p, r, t.spread(r.shape...), args[0].flat())
	b.zero(r.total().sub(t))
	return t
}

// SumSquares is the sum of the squares of all elements: convex.
func SumSquares(x Expr) Expr { return apply("SumSquares", sumSquares{}, x) }

type sumSquares struct{ norm }

func (sumSquares) name() string                     { return "sum_squares" }
func (sumSquares) value(args []num.Array) num.Array { return args[0].Square().Sum() }
func (sumSquares) graph(b *builder, args []coef, shape []int) coef {
	return quadOverLin{}.graph(b, []coef{args[0], fullCoef(1)}, shape)
}

// QuadOverLin is the sum of the squares of all elements of x by the scalar y, with y > 0 implied: convex, nonincreasing in y.
func QuadOverLin(x Expr, y any) Expr {
	return apply("QuadOverLin", quadOverLin{}, x, operand("QuadOverLin", y))
}

type quadOverLin struct {
	convexAtom
	nonNegative
}

func (quadOverLin) name() string { return "quad_over_lin" }
func (quadOverLin) infer(args []*node) ([]int, string) {
	if size(args[1].shape) != 1 {
		return nil, shapes(args[1:]) + ", want a scalar as the denominator"
	}
	return nil, ""
}

func (quadOverLin) slope(i int, args []*node) slope {
	if i == 1 {
		return nonincreasing
	}
	return slopeOf(args[0].sign)
}

func (quadOverLin) value(args []num.Array) num.Array {
	y := args[1].Reshape()
	return num.Where(y.Gt(num.Const(0)), args[0].Square().Sum().Div(y), num.Const(math.Inf(1)))
}

// |(2x, t - y)| ≤ t + y.
func (quadOverLin) graph(b *builder, args []coef, _ []int) coef {
	t, y := b.variable(), args[1].reshape()
	b.secondOrder(t.add(y), concat(t.sub(y), args[0].scale(2)))
	return t
}

// Max is the largest element: convex, nondecreasing. [Maximum] is that of several expressions, element by element.
func Max(x Expr) Expr { return apply("Max", largest{}, x) }

// Min is the smallest element: concave, nondecreasing.
func Min(x Expr) Expr { return apply("Min", smallest{}, x) }

type largest struct {
	scalarFunction
	convexAtom
	increasingIn
}

func (largest) name() string                     { return "max" }
func (largest) sign(args []*node) Sign           { return args[0].sign }
func (largest) value(args []num.Array) num.Array { return args[0].Max() }
func (largest) graph(b *builder, args []coef, _ []int) coef {
	t := b.variable()
	b.nonNegative(t.spread(args[0].shape...).sub(args[0]))
	return t
}

type smallest struct {
	scalarFunction
	concaveAtom
	increasingIn
}

func (smallest) name() string                     { return "min" }
func (smallest) sign(args []*node) Sign           { return args[0].sign }
func (smallest) value(args []num.Array) num.Array { return args[0].Min() }
func (smallest) graph(b *builder, args []coef, _ []int) coef {
	t := b.variable()
	b.nonNegative(args[0].sub(t.spread(args[0].shape...)))
	return t
}

// SumLargest is the sum of the k largest elements: convex, nondecreasing.
func SumLargest(x Expr, k int) Expr {
	if k < 1 || x.node().err == nil && k > x.Size() {
		return failed(ir.ArgumentError, "SumLargest", "k is %d, want 1 to the number of elements, %d", k, x.Size())
	}
	return apply("SumLargest", sumLargest{k: k}, x)
}

// SumSmallest is the sum of the k smallest elements: concave, nondecreasing.
func SumSmallest(x Expr, k int) Expr { return SumLargest(x.Neg(), k).Neg() }

type sumLargest struct {
	scalarFunction
	convexAtom
	increasingIn
	k int
}

func (sumLargest) name() string           { return "sum_largest" }
func (sumLargest) sign(args []*node) Sign { return args[0].sign }
func (f sumLargest) value(args []num.Array) num.Array {
	n := args[0].Size()
	return args[0].Reshape(-1).Sort(0).Range(n-f.k, n).Sum()
}

// The least k q + Σ max(x - q, 0) over q.
func (f sumLargest) graph(b *builder, args []coef, _ []int) coef {
	q := b.variable()
	x := args[0].flat()
	over := positivePart{}.graph(b, []coef{x.sub(q.spread(x.shape...))}, x.shape)
	return q.scale(float64(f.k)).add(over.total())
}

// TotalVariation is the sum of the absolute differences of neighbors of a vector, or the sum of the norms of the discrete gradient of a
// matrix: convex.
func TotalVariation(x Expr) Expr {
	n := x.node()
	switch {
	case n.err != nil:
		return x
	case len(n.shape) == 1 && n.shape[0] > 1:
		return Norm1(Diff(x))
	case len(n.shape) != 2 || n.shape[0] < 2 || n.shape[1] < 2:
		return failed(ir.ShapeError, "TotalVariation", "%s, want a vector or a matrix with neighbors", shapes([]*node{n}))
	}
	rows, cols := n.shape[0], n.shape[1]
	corner := x.Index(num.Span(0, rows-1), num.Span(0, cols-1))
	down := x.Index(num.Span(1, rows), num.Span(0, cols-1)).Sub(corner)
	right := x.Index(num.Span(0, rows-1), num.Span(1, cols)).Sub(corner)
	return Sum(PairNorm(down, right))
}

// PairNorm is √(x² + y²), element by element: convex.
func PairNorm(x, y any) Expr {
	return broadcast("PairNorm", pairNorm{}, operand("PairNorm", x), operand("PairNorm", y))
}

type pairNorm struct {
	elementwise
	convexAtom
	nonNegative
	absoluteSlope
}

func (pairNorm) name() string                     { return "pair_norm" }
func (pairNorm) value(args []num.Array) num.Array { return num.Hypot(args[0], args[1]) }
func (pairNorm) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.secondOrders(t, args[0], args[1])
	return t
}
