// Package loss has loss functions of machine learning: how far predictions are from
// targets. They work element by element on arrays that broadcast together, or, those whose
// names begin with Multiclass, along the last axis, and give one loss for each, which is NaN
// for a label that is not one of the classes 0 … k-1; take the mean for a batch. All are differentiable with respect to the predictions; at a kink the
// derivative is the one of either side or their mean.
package loss

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/tree"
)

// margin is the score with the sign of its label, which is 0 or 1 in any dtype.
func margin(label, score num.Array) num.Array {
	return score.Mul(label.AsType(score.DType()).Scale(2).AddScalar(-1))
}

// Logistic is the logistic loss, the negative log-likelihood of a label 0 or 1 with a given
// logit: log(1 + exp(∓logit)).
func Logistic(label, logit num.Array) num.Array { return margin(label, logit).Neg().Softplus() }

// Hinge is the hinge loss of support vector machines: max(0, 1 - score) for the label 1 and
// max(0, 1 + score) for 0 (Cortes & Vapnik,
// "Support-vector networks", 1995).
func Hinge(label, score num.Array) num.Array {
	return num.Maximum(margin(label, score).Neg().AddScalar(1), num.Const(0))
}

// Perceptron is the perceptron loss: max(0, -score) for the label 1 and max(0, score) for 0
// (Rosenblatt, 1958).
func Perceptron(label, score num.Array) num.Array {
	return num.Maximum(margin(label, score).Neg(), num.Const(0))
}

// Sparsemax is the sparse analogue of [Logistic] for a label 0 or 1: SparsePlus(-score) for
// the label 1 and SparsePlus(score) for 0.
func Sparsemax(label, score num.Array) num.Array { return SparsePlus(margin(label, score).Neg()) }

// SparsePlus is the sparse analogue of softplus: 0 up to -1, x from 1 on, (x+1)²/4 between
// (Martins & Astudillo, "From softmax to sparsemax", 2016).
func SparsePlus(x num.Array) num.Array {
	one := x.Const(1)
	// Outside the square is not evaluated, so that it does not overflow.
	middle := num.Where(x.Abs().Lt(one), x, num.Const(0)).Add(one).Square().Scale(0.25)
	return num.Where(x.Le(one.Neg()), num.Const(0), num.Where(x.Ge(one), x, middle))
}

// SparseSigmoid is the derivative of [SparsePlus]: (x+1)/2 within 0 and 1.
func SparseSigmoid(x num.Array) num.Array { return x.AddScalar(1).Scale(0.5).Clip(0, 1) }

// Squared is half the squared error, ½(target - prediction)².
func Squared(target, prediction num.Array) num.Array {
	return prediction.Sub(target).Square().Scale(0.5)
}

// Huber is the squared error of small errors and the absolute error of large ones: ½e² for
// an error e = target - prediction of at most delta, and delta·(|e| - delta/2) beyond (Huber,
// "Robust estimation of a location parameter", 1964). delta 1 is usual; 0 gives 0.
func Huber(target, prediction num.Array, delta float64) num.Array {
	e := prediction.Sub(target).Abs()
	in := e.Le(num.Const(delta))
	// Beyond delta the square is not evaluated, so that it does not overflow.
	small := num.Where(in, e, num.Const(0))
	return num.Where(in, small.Square().Scale(0.5), e.AddScalar(-delta/2).Scale(delta))
}

// Poisson is the negative log-likelihood of a count without the terms that do not depend on
// the rate: exp(logRate) - count·logRate.
func Poisson(count, logRate num.Array) num.Array {
	rate, zero := logRate.Exp(), logRate.Const(0)
	count = count.AsType(logRate.DType())
	// 0 · -Inf is 0 here, and of Inf - Inf the exponential is the larger one.
	term := num.Where(count.Eq(zero), zero, count.Mul(num.Where(count.Eq(zero), zero, logRate)))
	return num.Where(logRate.Eq(num.Const(math.Inf(1))), rate, rate.Sub(term))
}

// chosen is the score of each label, an integer array of the shape of scores without its
// last axis. It is NaN for a label out of range, and so is its derivative.
func chosen(op string, label, scores num.Array) num.Array {
	arg.Float(op, "scores", scores)
	arg.Rank(op, "scores", scores, 1)
	arg.Integer(op, "label", label)
	last := scores.Rank() - 1
	arg.SameShape(op, "label", label, "scores without the classes", scores.Sum(-1).StopGradient())
	picked := scores.TakeAlong(label.ExpandDims(last), last).Squeeze(last)
	index := label.AsType(num.Int64)
	in := index.Ge(num.Const(0)).And(index.Lt(num.Const(float64(scores.Shape()[last]))))
	return picked.Mul(num.Where(in, num.Const(1), num.Const(math.NaN())))
}

// above is top - own for the largest and the label's score: 0 where both are +Inf.
func above(top, own num.Array) num.Array {
	won := own.Eq(num.Const(math.Inf(1))).And(top.Eq(own))
	return num.Where(won, num.Const(0), top.Sub(own))
}

// MulticlassLogistic is the logistic loss of several classes, the negative log-likelihood of
// integer labels with logits along the last axis: log Σ exp(logits) - logits[label].
func MulticlassLogistic(label, logits num.Array) num.Array {
	own := chosen("loss.MulticlassLogistic", label, logits)
	return above(logits.LogSumExp(-1), own)
}

// MulticlassHinge is the hinge loss of several classes: the largest of the label's score and
// the other scores + 1, less the label's score (Crammer & Singer, "On the algorithmic implementation of multiclass
// kernel-based vector machines", 2001).
func MulticlassHinge(label, scores num.Array) num.Array {
	own := chosen("loss.MulticlassHinge", label, scores)
	k := scores.Shape()[scores.Rank()-1]
	other := num.Arange(num.Int32, 0, k).Ne(label.AsType(num.Int32).ExpandDims(-1))
	return above(scores.Add(other.AsType(scores.DType())).Max(-1), own)
}

// MulticlassPerceptron is the perceptron loss of several classes: the largest score along
// the last axis less the label's score.
func MulticlassPerceptron(label, scores num.Array) num.Array {
	return above(scores.Max(-1), chosen("loss.MulticlassPerceptron", label, scores))
}

// MulticlassSparsemax is the sparse analogue of [MulticlassLogistic]: the [FenchelYoung] loss
// of ½|p|² on the probability simplex along the last axis (Martins & Astudillo, "From softmax
// to sparsemax", 2016). Its gradient is the projection of the scores onto the simplex less
// the label's indicator.
func MulticlassSparsemax(label, scores num.Array) num.Array {
	own := chosen("loss.MulticlassSparsemax", label, scores)
	k := scores.Shape()[scores.Rank()-1]
	top := scores.Max(-1)
	sure := top.Eq(num.Const(math.Inf(1))) // the simplex has no point for such scores
	rows := num.Where(sure.ExpandDims(-1), num.Const(0), scores).Reshape(scores.Size()/max(k, 1), k)
	return num.Where(sure, above(top, own), num.Vmap(simplexMax)(rows).Reshape(own.Shape()...).AddScalar(0.5).Sub(own))
}

// simplexMax is max over the simplex of <p, s> - ½|p|²; scores of -Inf have no part in it.
func simplexMax(s num.Array) num.Array {
	p := projection.Simplex(s, 1)
	out := p.Eq(num.Const(0)).And(s.IsFinite().Not())
	return p.Dot(num.Where(out, num.Const(0), s)).Sub(p.Dot(p).Scale(0.5))
}

// FenchelYoung makes a loss from a regularizer Ω, given as its conjugate, the function
// conjugate(s) = max_p <p, s> - Ω(p): conjugate(scores) - <target, scores>. The full loss has
// the term Ω(target), which does not depend on the scores, in addition. Its gradient is the maximizer less the target (Blondel, Martins &
// Niculae, "Learning with Fenchel-Young losses", 2020). Targets and scores are trees of
// one structure.
func FenchelYoung[T any](conjugate func(scores T) num.Array) func(target, scores T) num.Array {
	return func(target, scores T) num.Array {
		ts, i := tree.Leaves(target), -1
		known := tree.Map(func(s num.Array) num.Array { // 0 · Inf is 0 here
			i++
			if i >= len(ts) || !slices.Equal(ts[i].Shape(), s.Shape()) {
				return s // an error of tree.Dot
			}
			return num.Where(ts[i].Eq(num.Const(0)).And(s.IsFinite().Not()), num.Const(0), s)
		}, scores)
		return conjugate(scores).Sub(tree.Dot(target, known))
	}
}
