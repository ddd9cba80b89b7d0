// Package objective has the objectives of common models, ready for a solver of package
// argmin: functions of parameters and data.
//
//	s := argmin.Minimize(objective.RidgeRegression, argmin.LBFGS{}, argmin.Options{})
//	r, err := s.Run(num.Zeros(p), objective.Regularized{Data: objective.Data{X: x, Y: y}, Strength: num.Scalar(0.1)})
//
// Features X are [n, p], one sample per row, and losses are means over samples. Everything
// is differentiable with respect to the parameters and to the floating-point arrays of
// the data, so that strengths can be tuned by gradients.
package objective

import (
	"github.com/argmin-go/argmin/loss"
	"github.com/argmin-go/argmin/num"
)

// Data is features X: [n, p] and targets Y: [n], which are numbers or integer labels.
type Data struct {
	X num.Array // features, [n, p]
	Y num.Array // targets, [n]
}

// Regularized is data with the strength of a penalty, a scalar.
type Regularized struct {
	Data
	Strength num.Array // weight of the penalty, a scalar
}

// Affine is the parameters of an affine model: weights W and an intercept B, [p] and a scalar,
// or [p, k] and [k].
type Affine struct {
	W num.Array // weights, [p] or [p, k]
	B num.Array // intercept, a scalar or [k]
}

func square(w num.Array) num.Array { return w.Square().Sum().Scale(0.5) }

// LeastSquares is the objective of linear regression: the mean of ½(Xw - y)².
func LeastSquares(w num.Array, d Data) num.Array {
	return loss.Squared(d.Y, d.X.MatMul(w)).Mean()
}

// RidgeRegression is [LeastSquares] + strength/2 · |w|².
func RidgeRegression(w num.Array, d Regularized) num.Array {
	return LeastSquares(w, d.Data).Add(square(w).Mul(d.Strength))
}

// HuberRegression is the mean of [loss.Huber] with delta 1, + strength/2 · |w|².
func HuberRegression(w num.Array, d Regularized) num.Array {
	return loss.Huber(d.Y, d.X.MatMul(w), 1).Mean().Add(square(w).Mul(d.Strength))
}

// PoissonRegression is the mean of [loss.Poisson] for log rates Xw, + strength/2 · |w|².
func PoissonRegression(w num.Array, d Regularized) num.Array {
	return loss.Poisson(d.Y, d.X.MatMul(w)).Mean().Add(square(w).Mul(d.Strength))
}

// Logistic is the objective of logistic regression: the mean of [loss.Logistic] for labels 0
// and 1 and logits Xw.
func Logistic(w num.Array, d Data) num.Array { return loss.Logistic(d.Y, d.X.MatMul(w)).Mean() }

// L2Logistic is [Logistic] + strength/2 · |w|².
func L2Logistic(w num.Array, d Regularized) num.Array {
	return Logistic(w, d.Data).Add(square(w).Mul(d.Strength))
}

// MulticlassLogistic is the mean of [loss.MulticlassLogistic] for integer labels and logits
// X W, with W [p, k].
func MulticlassLogistic(w num.Array, d Data) num.Array {
	return loss.MulticlassLogistic(d.Y, d.X.MatMul(w)).Mean()
}

// L2MulticlassLogistic is [MulticlassLogistic] + strength/2 · |W|².
func L2MulticlassLogistic(w num.Array, d Regularized) num.Array {
	return MulticlassLogistic(w, d.Data).Add(square(w).Mul(d.Strength))
}

// MulticlassLogisticWithIntercept is [MulticlassLogistic] for logits X W + b.
func MulticlassLogisticWithIntercept(p Affine, d Data) num.Array {
	return loss.MulticlassLogistic(d.Y, d.X.MatMul(p.W).Add(p.B)).Mean()
}

// L2MulticlassLogisticWithIntercept is [MulticlassLogisticWithIntercept] + strength/2 · |W|²:
// the intercept has no penalty.
func L2MulticlassLogisticWithIntercept(p Affine, d Regularized) num.Array {
	return MulticlassLogisticWithIntercept(p, d.Data).Add(square(p.W).Mul(d.Strength))
}

// MulticlassSVMDual is the dual of the linear support vector machine of several classes
// (Crammer & Singer, 2001), with the sign of a minimization over β: [n, k], whose rows are
// on the probability simplex; Y is indicators of the labels, [n, k]:
//
//	|Xᵀ(Y - β)|² / (2 strength) + <β, Y - 1>.
//
// The primal weights are [SVMWeights]. For [argmin.BlockCoordinateDescent] the matrix is Xᵀ
// and the curvature 1/strength.
//
// [argmin.BlockCoordinateDescent]: https://pkg.go.dev/github.com/argmin-go/argmin#BlockCoordinateDescent
func MulticlassSVMDual(beta num.Array, d Regularized) num.Array {
	v := d.X.T().MatMul(d.Y.Sub(beta))
	return square(v).Div(d.Strength).Add(beta.Mul(d.Y.AddScalar(-1)).Sum())
}

// SVMWeights is the primal weights, [p, k], of a point of [MulticlassSVMDual].
func SVMWeights(beta num.Array, d Regularized) num.Array {
	return d.X.T().MatMul(d.Y.Sub(beta)).Div(d.Strength)
}

// BinarySVMDual is the dual of the linear support vector machine of two classes without
// intercept: ½|Xᵀ(β∘s)|²/strength - Σβ over 0 ≤ β ≤ 1, for labels 0 and 1 and their signs s.
func BinarySVMDual(beta num.Array, d Regularized) num.Array {
	s := d.Y.AsType(beta.DType()).Scale(2).AddScalar(-1)
	return square(d.X.T().MatMul(beta.Mul(s))).Div(d.Strength).Sub(beta.Sum())
}

// Portfolio is the objective of mean-variance portfolios, aversion/2 · wᵀΣw - μᵀw (Markowitz, "Portfolio selection", 1952), to be
// minimized over the simplex: X is Σ, [p, p], Y is μ, [p], and Strength the aversion to risk.
func Portfolio(w num.Array, d Regularized) num.Array {
	return w.Dot(d.X.MatMul(w)).Mul(d.Strength).Scale(0.5).Sub(d.Y.Dot(w))
}
