package convex

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Exp is eˣ of each element: convex, nondecreasing.
func Exp(x Expr) Expr { return apply("Exp", exponential{}, x) }

type exponential struct {
	elementwise
	convexAtom
	nonNegative
	increasingIn
}

func (exponential) name() string                     { return "exp" }
func (exponential) value(args []num.Array) num.Array { return args[0].Exp() }
func (exponential) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.exponential(args[0], fullCoef(1, shape...), t)
	return t
}

// Log is the natural logarithm of each element, with x > 0 implied: concave, nondecreasing.
func Log(x Expr) Expr { return apply("Log", logarithm{}, x) }

// Log1p is log(1 + x) of each element, with x > -1 implied: concave, nondecreasing.
func Log1p(x Expr) Expr { return Log(x.Add(1)) }

type logarithm struct {
	elementwise
	concaveAtom
	unsigned
	increasingIn
}

func (logarithm) name() string                     { return "log" }
func (logarithm) value(args []num.Array) num.Array { return args[0].Log() }
func (logarithm) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.exponential(t, fullCoef(1, shape...), args[0])
	return t
}

// Logistic is log(1 + eˣ) of each element: convex, nondecreasing.
func Logistic(x Expr) Expr { return apply("Logistic", logistic{}, x) }

type logistic struct {
	elementwise
	convexAtom
	nonNegative
	increasingIn
}

func (logistic) name() string                     { return "logistic" }
func (logistic) value(args []num.Array) num.Array { return args[0].Softplus() }

// exp(-t) + exp(x - t) ≤ 1.
func (logistic) graph(b *builder, args []coef, shape []int) coef {
	t, u, v, one := b.variable(shape...), b.variable(shape...), b.variable(shape...), fullCoef(1, shape...)
	b.exponential(t.scale(-1), one, u)
	b.exponential(args[0].sub(t), one, v)
	b.nonNegative(one.sub(u).sub(v))
	return t
}

// Entr is -x log x of each element, with x ≥ 0 implied: concave.
func Entr(x Expr) Expr { return apply("Entr", entropy{}, x) }

// Entropy is the sum of -x log x over all elements, with x ≥ 0 implied: concave.
func Entropy(x Expr) Expr { return Sum(Entr(x)) }

type entropy struct {
	elementwise
	concaveAtom
	unsigned
	monotoneNone
}

func (entropy) name() string                     { return "entr" }
func (entropy) value(args []num.Array) num.Array { return args[0].Entr() }
func (entropy) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.exponential(t, args[0], fullCoef(1, shape...))
	return t
}

// RelEntr is x log(x/y) of each element, with x, y ≥ 0 implied: convex in both together, nonincreasing in y.
func RelEntr(x, y any) Expr {
	return broadcast("RelEntr", relativeEntropy{}, operand("RelEntr", x), operand("RelEntr", y))
}

// KLDiv is x log(x/y) - x + y of each element, with x, y ≥ 0 implied: convex in both together.
func KLDiv(x, y any) Expr {
	return broadcast("KLDiv", divergence{}, operand("KLDiv", x), operand("KLDiv", y))
}

type relativeEntropy struct {
	elementwise
	convexAtom
	unsigned
}

func (relativeEntropy) name() string { return "rel_entr" }
func (relativeEntropy) slope(i int, _ []*node) slope {
	if i == 1 {
		return nonincreasing
	}
	return slopeNone
}
func (relativeEntropy) value(args []num.Array) num.Array { return num.RelEntr(args[0], args[1]) }
func (relativeEntropy) graph(b *builder, args []coef, shape []int) coef {
	t := b.variable(shape...)
	b.exponential(t.scale(-1), args[0], args[1])
	return t
}

type divergence struct {
	elementwise
	convexAtom
	nonNegative
	monotoneNone
}

func (divergence) name() string                     { return "kl_div" }
func (divergence) value(args []num.Array) num.Array { return num.KLDiv(args[0], args[1]) }
func (divergence) graph(b *builder, args []coef, shape []int) coef {
	return relativeEntropy{}.graph(b, args, shape).sub(args[0]).add(args[1])
}

// LogSumExp is the logarithm of the sum of the exponentials of all elements: convex, nondecreasing.
func LogSumExp(x Expr) Expr { return apply("LogSumExp", logSumExp{}, x) }

type logSumExp struct {
	scalarFunction
	convexAtom
	increasingIn
}

func (logSumExp) name() string { return "log_sum_exp" }
func (logSumExp) sign(args []*node) Sign {
	if args[0].sign.atLeastZero() {
		return SignNonNegative
	}
	return SignUnknown
}
func (logSumExp) value(args []num.Array) num.Array { return args[0].LogSumExp() }
func (logSumExp) graph(b *builder, args []coef, _ []int) coef {
	x := args[0].flat()
	t, u := b.variable(), b.variable(x.shape...)
	b.exponential(x.sub(t.spread(x.shape...)), fullCoef(1, x.shape...), u)
	b.nonNegative(fullCoef(1).sub(u.total()))
	return t
}

// GeoMean is the geometric mean (x₁ ⋯ xₙ)^(1/n) of all elements, with x ≥ 0 implied: concave, nondecreasing. It becomes n - 1 power
// cones.
func GeoMean(x Expr) Expr { return apply("GeoMean", geometricMean{}, x) }

type geometricMean struct {
	scalarFunction
	concaveAtom
	nonNegative
	increasingIn
}

func (geometricMean) name() string { return "geo_mean" }
func (geometricMean) value(args []num.Array) num.Array {
	x := args[0]
	mean := num.Where(x.Le(num.Const(0)), num.Const(0), x).Prod().Pow(num.Const(1 / float64(x.Size())))
	return num.Where(x.Min().Lt(num.Const(0)), num.Const(math.Inf(-1)), mean)
}

// The mean m of the first k elements and the next one x have the mean m^(k/(k+1)) x^(1/(k+1)).
func (geometricMean) graph(b *builder, args []coef, _ []int) coef {
	x := args[0].flat()
	mean := x.gather([]int32{0})
	if x.size() == 1 {
		b.nonNegative(mean)
	}
	for k := 1; k < x.size(); k++ {
		next := b.variable()
		b.power(float64(k)/float64(k+1), mean, x.gather([]int32{int32(k)}), next)
		mean = next
	}
	return mean
}

// XExp is x exp(x) of each element, with x ≥ 0 implied: convex, nondecreasing.
func XExp(x Expr) Expr { return apply("XExp", timesExponential{}, x) }

type timesExponential struct {
	elementwise
	convexAtom
	nonNegative
	increasingIn
}

func (timesExponential) name() string { return "xexp" }
func (timesExponential) value(args []num.Array) num.Array {
	return num.Where(args[0].Ge(num.Const(0)), args[0].Mul(args[0].Exp()), num.Const(math.Inf(1)))
}

// x exp(u/x) ≤ t for u ≥ x².
func (timesExponential) graph(b *builder, args []coef, shape []int) coef {
	t, u := b.variable(shape...), b.variable(shape...)
	b.rotated(u, fullCoef(1, shape...), args[0])
	b.exponential(u, args[0], t)
	return t
}
