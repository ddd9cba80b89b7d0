package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// UniformIn is an array of numbers that are uniformly distributed in [lo, hi).
func UniformIn(key Array, d DType, lo, hi float64, shape ...int) Array {
	const op = "num.UniformIn"
	if !(lo <= hi) || math.IsInf(hi-lo, 0) {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "[%g, %g) is no finite interval", lo, hi))
	}
	floatOnly(op, d)
	return uniform(op, key, d, lo, hi, shape)
}

// Laplace is an array of numbers with the density exp(-|x|)/2.
func Laplace(key Array, d DType, shape ...int) Array {
	const op = "num.Laplace"
	floatOnly(op, d)
	u := uniform(op, key, d, -1+d.Eps(), 1, shape)
	return u.Sign().Mul(u.Abs().Neg().Log1p()).Neg()
}

// Cauchy is an array of numbers with the density 1/(π(1 + x²)).
func Cauchy(key Array, d DType, shape ...int) Array {
	const op = "num.Cauchy"
	floatOnly(op, d)
	return uniform(op, key, d, d.Eps(), 1, shape).AddScalar(-0.5).Scale(math.Pi).Tan()
}

// Logistic is an array of numbers with the distribution function 1/(1 + e⁻ˣ).
func Logistic(key Array, d DType, shape ...int) Array {
	const op = "num.Logistic"
	floatOnly(op, d)
	return uniform(op, key, d, d.Eps(), 1, shape).Logit()
}

// Rademacher is an array of -1 and 1, of dtype d, both equally likely.
func Rademacher(key Array, d DType, shape ...int) Array {
	one := Full(d, 1)
	return Where(Bernoulli(key, 0.5, shape...), one, Full(d, -1))
}

// TruncatedNormal is an array of standard normal numbers on the condition that they are in
// [lo, hi], either of which may be infinite. The interval must reach into [-37, 37].
func TruncatedNormal(key Array, d DType, lo, hi float64, shape ...int) Array {
	const op = "num.TruncatedNormal"
	floatOnly(op, d)
	if !(lo < hi) || lo > 37 || hi < -37 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "[%g, %g], want lo < hi and an interval that reaches into [-37, 37]", lo, hi))
	}
	if lo > 0 { // in the lower tail, where probabilities have their digits
		return TruncatedNormal(key, d, -hi, -lo, shape...).Neg()
	}
	ends := Vector(lo, hi).Ndtr()
	u := unit(op, key, Float64, shape)
	p := ends.At(0).Add(u.Mul(ends.At(1).Sub(ends.At(0))))
	return p.Ndtri().Clip(lo, hi).AsType(d)
}

// MultivariateNormal is random vectors with the given mean, a vector, and covariance, a positive
// definite matrix; their axis comes last, after those of shape. It is NaN where the covariance is
// not positive definite, and has derivatives in both.
func MultivariateNormal(key, mean, cov Array, shape ...int) Array {
	const op = "num.MultivariateNormal"
	n, _ := matrix(op, cov, true)
	if mean.Rank() != 1 || cov.Rank() != 2 || mean.Size() != n {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "mean of shape %s and covariance of shape %s, want [n] and [n n]",
			ir.ShapeString(mean.Shape()), ir.ShapeString(cov.Shape())))
	}
	mean, _ = meet(op, mean, cov)
	z := Normal(key, cov.DType(), append(slices.Clone(shape), n)...)
	return mean.Add(z.MatMul(Cholesky(cov).T()))
}

// Orthogonal is a random orthogonal n×n matrix, uniformly distributed (by Haar's measure: Mezzadri,
// "How to generate random matrices from the classical compact groups", 2007).
func Orthogonal(key Array, d DType, n int) Array {
	checkShape("num.Orthogonal", []int{n, n})
	q, r := QR(Normal(key, d, n, n))
	return q.Mul(Where(Diag(r).Lt(r.Const(0)), r.Const(-1), r.Const(1)))
}

// Ball is points that are uniformly distributed in the unit ball of n dimensions, whose axis comes
// last, after those of shape.
func Ball(key Array, d DType, n int, shape ...int) Array {
	const op = "num.Ball"
	if n < 1 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "n is %d, want 1 or more", n))
	}
	keys := Split(key, 2)
	z := Normal(keys.At(0), d, append(slices.Clone(shape), n)...)
	r := unit(op, keys.At(1), d, shape)
	return z.Div(KeepDims(Norm, z, -1)).Mul(r.Pow(r.Const(1 / float64(n))).ExpandDims(-1))
}

// ChoiceOptions configures [Choice].
type ChoiceOptions struct {
	Distinct bool  // draw each slice at most once
	P        Array // probabilities of the slices, a vector, in any scale; default all equal
}

// Choice is k of the slices of a along its first axis, drawn at random.
func Choice(key, a Array, k int, opt ChoiceOptions) Array {
	const op = "num.Choice"
	if a.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "a scalar has no first axis; num.Arange makes 0 … n-1"))
	}
	n := a.Shape()[0]
	if k < 0 || n == 0 && k > 0 || opt.Distinct && k > n {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "k is %d for %d slices, want 0 or more, and not more than there are distinct ones", k, n))
	}
	if opt.P.v == nil {
		if opt.Distinct {
			return a.Take(Permutation(key, n).Range(0, k), 0)
		}
		return a.Take(RandInt(key, 0, max(n, 1), k), 0)
	}
	if opt.P.Rank() != 1 || opt.P.Size() != n {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "P has shape %s, want a probability for each of %d slices", ir.ShapeString(opt.P.Shape()), n))
	}
	logits := opt.P.Log()
	if opt.Distinct { // the largest of logits with Gumbel's noise: Vieira, 2014
		_, idx := logits.Add(Gumbel(key, logits.DType(), n)).TopK(k)
		return a.Take(idx, 0)
	}
	return a.Take(Categorical(key, logits.BroadcastTo(k, n)), 0)
}
