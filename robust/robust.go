// Package robust has losses that reduce the weight of outliers in least squares: the sum ½ Σ r² becomes
// ½ Σ ρ(r²), where ρ grows more slowly than its argument.
//
//	solver := argmin.LeastSquares(residual, nil, argmin.Options{}).WithLoss(robust.Cauchy, nil)
//
// In the order in which they follow large residuals: [SoftL1] and [Huber] grow like |r|, and a sum of convex ones stays
// convex; [Cauchy] grows like log |r|; [Arctan] and [Tukey] are bounded, so that an outlier has hardly any weight, or
// none. The last three may have several local minima: start near the answer, such as from a fit by SoftL1.
//
// The names and definitions are those of SciPy's least_squares and of Ceres Solver.
package robust

import "github.com/argmin-go/argmin/num"

// Loss is a loss ρ(z) of squares z = r² ≥ 0, element by element, with ρ(0) = 0 and ρ′(0) = 1. It is
// differentiated twice.
type Loss func(z num.Array) num.Array

// SoftL1 is 2(√(1+z) - 1), a smooth form of the absolute value.
func SoftL1(z num.Array) num.Array { return z.Scale(2).Div(z.AddScalar(1).Sqrt().AddScalar(1)) }

// Huber is z up to 1, and 2√z - 1 from there: squares near zero, absolute values far away (Huber, "Robust estimation of a
// location parameter", 1964).
func Huber(z num.Array) num.Array {
	far := z.Gt(num.Const(1))
	return num.Where(far, num.Where(far, z, num.Const(1)).Sqrt().Scale(2).AddScalar(-1), z)
}

// Cauchy is log(1 + z), from the likelihood of Cauchy's distribution.
func Cauchy(z num.Array) num.Array { return z.Log1p() }

// Arctan is arctan z, at most π/2.
func Arctan(z num.Array) num.Array { return z.Atan() }

// Tukey is (1 - (1 - z)³)/3 up to z = 1, and 1/3 from there: residuals above the scale have no weight at all
// (Beaton & Tukey, "The fitting of power series, meaning polynomials, illustrated on band-spectroscopic data", 1974). A
// scale of 4.685 standard deviations loses 5% of the efficiency of least squares for normal errors.
func Tukey(z num.Array) num.Array {
	left := num.Minimum(z, num.Const(1)).Neg().AddScalar(1)
	return left.Square().Mul(left).Neg().AddScalar(1).Scale(1. / 3)
}
