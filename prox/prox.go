// Package prox has proximal operators: the best compromise between a penalty h and the
// distance to a point,
//
//	prox(x, step) = argmin_y step·h(y) + ½|y - x|².
//
// Penalties have a strength. [argmin.ProximalGradient] takes an operator whose strength is
// bound to the data:
//
//	func(w num.Array, d Data, step num.Array) num.Array { return prox.Lasso(w, d.L1, step) }
//
// Each traces, batches under [num.Vmap] and has exact derivatives in both modes with
// respect to the point, the strength and the step; at kinks an element of the
// generalized Jacobian. Functions of a type parameter T take any tree of floating-point
// arrays; its leaves are treated element by element unless stated otherwise. Strengths, of
// the type parameter S, may be Go numbers or 0-d arrays ([projection.Scalar]); they must
// not be negative. A NaN in x gives NaN.
//
// [argmin.ProximalGradient]: https://pkg.go.dev/github.com/argmin-go/argmin#ProximalGradient
package prox

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/tree"
)

// each applies f to every leaf, with the strength times the step in the leaf's dtype.
func each[T any, S projection.Scalar](op string, x T, strength S, step num.Array, f func(x, t num.Array) num.Array) T {
	return tree.Map(func(x num.Array) num.Array {
		arg.Float(op, "x", x)
		return f(x, arg.Scalar(op, "strength", strength, x.DType()).Mul(arg.Scalar(op, "step", step, x.DType())))
	}, x)
}

// None is the operator of no penalty, h = 0: x itself.
func None[T any](x T) T { return x }

// soft moves x towards zero by t, which is the identity for t = 0, at zero too.
func soft(x, t num.Array) num.Array {
	zero := x.Const(0)
	over := x.Abs().Sub(t)
	y := num.Where(over.Le(zero), zero, x.Sign().StopGradient().Mul(over))
	return num.Where(x.Eq(zero).And(t.Eq(zero)), x, y)
}

// Lasso is the operator of the ℓ1 norm, strength · Σ|x|: soft thresholding (Donoho, "De-noising by
// soft-thresholding", 1995). Zeros are exact, and have derivative zero unless the strength is 0.
func Lasso[T any, S projection.Scalar](x T, strength S, step num.Array) T {
	return each("prox.Lasso", x, strength, step, soft)
}

// WeightedLasso is the operator of a weighted ℓ1 norm, Σ wᵢ|xᵢ|, for weights of the
// structure and shapes of x.
func WeightedLasso[T any](x, weights T, step num.Array) T {
	ws, i := tree.Leaves(weights), -1
	return tree.Map(func(x num.Array) num.Array {
		i++
		arg.SameShape("prox.WeightedLasso", "weights", ws[i], "x", x)
		return soft(x, ws[i].Mul(step))
	}, x)
}

// NonNegativeLasso is the operator of [Lasso]'s penalty over x ≥ 0: strength · Σx.
func NonNegativeLasso[T any, S projection.Scalar](x T, strength S, step num.Array) T {
	return each("prox.NonNegativeLasso", x, strength, step, func(x, t num.Array) num.Array {
		over := x.Sub(t)
		return num.Where(over.Le(num.Const(0)), num.Const(0), over)
	})
}

// Ridge is the operator of the squared Euclidean norm, strength/2 · Σx²:
// x / (1 + step·strength).
func Ridge[T any, S projection.Scalar](x T, strength S, step num.Array) T {
	return each("prox.Ridge", x, strength, step, func(x, t num.Array) num.Array { return x.Div(t.AddScalar(1)) })
}

// NonNegativeRidge is the operator of [Ridge]'s penalty over x ≥ 0.
func NonNegativeRidge[T any, S projection.Scalar](x T, strength S, step num.Array) T {
	return each("prox.NonNegativeRidge", x, strength, step, func(x, t num.Array) num.Array {
		return num.Where(x.Le(num.Const(0)), num.Const(0), x.Div(t.AddScalar(1)))
	})
}

// ElasticNet is the operator of the sum of both norms, l1 · Σ|x| + l2/2 · Σx² (Zou & Hastie, "Regularization and
// variable selection via the elastic net", 2005).
func ElasticNet[T any, S projection.Scalar](x T, l1, l2 S, step num.Array) T {
	return Ridge(Lasso(x, l1, step), l2, step)
}

// NonNegativeElasticNet is the operator of [ElasticNet]'s penalty over x ≥ 0.
func NonNegativeElasticNet[T any, S projection.Scalar](x T, l1, l2 S, step num.Array) T {
	return Ridge(NonNegativeLasso(x, l1, step), l2, step)
}

// GroupLasso is the operator of the Euclidean norm, strength · |x|₂ of all elements of the
// tree together: it shortens x by step·strength, or to zero (Yuan & Lin, "Model
// selection and estimation in regression with grouped variables", 2006). For several
// groups use it on each, or [RowLasso].
func GroupLasso[T any, S projection.Scalar](x T, strength S, step num.Array) T {
	if len(tree.Leaves(x)) == 0 {
		return x
	}
	v, back := num.Ravel(x)
	if v.Size() == 0 {
		return x
	}
	return back(shorten(v, each("prox.GroupLasso", v.Const(1), strength, step, func(_, t num.Array) num.Array { return t })))
}

// shorten shortens vectors along the last axis by t.
func shorten(v, t num.Array) num.Array {
	last := v.Rank() - 1
	zero := v.Const(0)
	gone := num.Norm(v.StopGradient(), -1).ExpandDims(last).Le(t)
	// A vector of ones in place of one that goes, whose norm may have no second derivative.
	n := num.Norm(num.Where(gone, num.Const(1), v), -1).ExpandDims(last)
	y := num.Where(gone, zero, v.Mul(num.Const(1).Sub(t.Div(n))))
	return num.Where(gone.And(t.Eq(zero)), v, y)
}

// RowLasso is [GroupLasso] for each row of x along its last axis: the operator of
// strength · Σ|row|₂.
func RowLasso[S projection.Scalar](x num.Array, strength S, step num.Array) num.Array {
	const op = "prox.RowLasso"
	arg.Rank(op, "x", x, 1)
	if x.Size() == 0 {
		return x
	}
	return each(op, x, strength, step, shorten)
}

// Max is the operator of the ℓ∞ norm, strength · max|x| over all elements of the tree: x
// less its projection onto the ℓ1 ball of radius step·strength (Moreau's identity).
func Max[T any, S projection.Scalar](x T, strength S, step num.Array) T {
	const op = "prox.Max"
	return tree.Sub(x, projection.L1Ball(x, arg.Scalar(op, "strength", strength, tree.DType(x)).Mul(step)))
}

// Log is the operator of the logarithmic barrier -strength · Σ log x: (x + √(x² + 4 step·strength)) / 2,
// which is positive for a positive strength.
func Log[T any, S projection.Scalar](x T, strength S, step num.Array) T {
	return each("prox.Log", x, strength, step, func(x, t num.Array) num.Array {
		// √(x² + 4t) divided by its larger part, a constant that cancels, so that squares do not overflow.
		size := num.Maximum(x.Abs(), t.Abs().Sqrt()).StopGradient()
		size = arg.Safe(size.IsFinite().And(size.Gt(num.Const(0))), size)
		root := x.Div(size).Square().Add(t.Div(size).Div(size).Scale(4)).Sqrt().Mul(size)
		// For negative x the other form of the same root does not cancel.
		plain := x.Ge(num.Const(0))
		down := num.Where(plain, num.Const(1), root.Sub(x))
		return num.Where(plain, x.Add(root).Scale(0.5), t.Scale(2).Div(down))
	})
}

// Huber is the operator of the Huber function, strength · Σ H(x), where H is x²/2 up to |x| = delta and
// delta·(|x| - delta/2) beyond (Huber, "Robust estimation of a location parameter", 1964).
func Huber[T any, S projection.Scalar](x T, strength, delta S, step num.Array) T {
	return each("prox.Huber", x, strength, step, func(x, t num.Array) num.Array {
		d := arg.Scalar("prox.Huber", "delta", delta, x.DType())
		in := x.Abs().Le(d.Mul(t.AddScalar(1)))
		return num.Where(in, x.Div(t.AddScalar(1)), x.Sub(t.Mul(d).Mul(x.Sign().StopGradient())))
	})
}

// FromProjection is the operator of the indicator of a set: for any step it is the
// projection onto the set.
func FromProjection[T, D any](project func(x T, data D) T) func(x T, data D, step num.Array) T {
	return func(x T, data D, _ num.Array) T { return project(x, data) }
}

// Conjugate is the operator of the convex conjugate h* from the operator of h (Moreau's
// identity): x - step · prox(x/step, 1/step). The step must be positive.
func Conjugate[T, D any](prox func(x T, data D, step num.Array) T) func(x T, data D, step num.Array) T {
	return func(x T, data D, step num.Array) T {
		inverse := num.Const(1).Div(step)
		return tree.Sub(x, tree.Scale(step, prox(tree.Scale(inverse, x), data, inverse)))
	}
}
