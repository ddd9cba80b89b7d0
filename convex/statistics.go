package convex

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// NegPart is max(-x, 0) of each element: convex, nonincreasing.
func NegPart(x Expr) Expr { return Pos(x.Neg()) }

// Range is the largest element minus the smallest one: convex.
func Range(x Expr) Expr { return Max(x).Sub(Min(x)) }

// centered is x minus the mean of its elements, as a vector.
func centered(x Expr) Expr {
	v := x.Reshape(x.Size())
	return v.Sub(Mean(v))
}

// Std is the standard deviation of all elements, √(Σ (x - mean)²/n): convex.
func Std(x Expr) Expr { return Norm2(centered(x)).Div(math.Sqrt(float64(x.Size()))) }

// Variance is the mean of the squares of x minus the mean of its elements: convex.
func Variance(x Expr) Expr { return SumSquares(centered(x)).Div(float64(x.Size())) }

// MixedNorm is the q-norm of the p-norms of the rows of a matrix, such as the group lasso's sum of Euclidean norms for p = 2 and q = 1: convex.
func MixedNorm(x Expr, p, q float64) Expr {
	return Norm(Rows(x, func(row Expr) Expr { return Norm(row, p) }), q)
}

// InvProd is 1/Π x of all elements, with x > 0 implied: convex, nonincreasing.
func InvProd(x Expr) Expr { return Power(GeoMean(x), -float64(x.Size())) }

// CVaR is the conditional value at risk: the mean of the largest elements that make up the part 1 - beta of all, for 0 ≤ beta < 1: convex, nondecreasing. Where
// that is not a whole number of elements, the last one counts in part (Rockafellar & Uryasev, "Optimization of conditional value-at-risk", 2000).
func CVaR(x Expr, beta float64) Expr {
	if !(beta >= 0 && beta < 1) {
		return failed(ir.ArgumentError, "CVaR", "beta is %g, want at least 0 and less than 1", beta)
	}
	return apply("CVaR", conditional{share: 1 - beta}, x)
}

type conditional struct {
	scalarFunction
	convexAtom
	increasingIn
	share float64
}

func (conditional) name() string           { return "cvar" }
func (conditional) sign(args []*node) Sign { return args[0].sign }
func (f conditional) value(args []num.Array) num.Array {
	n := args[0].Size()
	k := f.share * float64(n)
	weights := make([]float64, n) // of the elements from the smallest on
	for i := range weights {
		weights[n-1-i] = min(max(k-float64(i), 0), 1) / k
	}
	return args[0].Reshape(-1).Sort(0).Dot(num.New(weights, n))
}

// The least q + Σ max(x - q, 0)/k over q.
func (f conditional) graph(b *builder, args []coef, _ []int) coef {
	q, x := b.variable(), args[0].flat()
	over := positivePart{}.graph(b, []coef{x.sub(q.spread(x.shape...))}, x.shape)
	return q.add(over.total().scale(1 / (f.share * float64(x.size()))))
}

// HarmonicMean is n/Σ(1/x) of all n elements, with x ≥ 0 implied: concave, nondecreasing.
func HarmonicMean(x Expr) Expr { return apply("HarmonicMean", harmonicMean{}, x) }

type harmonicMean struct {
	scalarFunction
	concaveAtom
	nonNegative
	increasingIn
}

func (harmonicMean) name() string { return "harmonic_mean" }
func (harmonicMean) value(args []num.Array) num.Array {
	x := args[0].Reshape(-1)
	mean := num.Const(float64(x.Size())).Div(num.Const(1).Div(x).Sum())
	return num.Where(x.Lt(num.Const(0)).Any(), num.Const(math.Inf(-1)), mean)
}

// t ≤ 1/Σ(1/x) where Σ t²/x ≤ t.
func (harmonicMean) graph(b *builder, args []coef, _ []int) coef {
	x := args[0].flat()
	t, shares := b.variable(), b.variable(x.shape...)
	b.rotated(x, shares, t.spread(x.shape...))
	b.nonNegative(t.sub(shares.total()))
	return t.scale(float64(x.size()))
}
