// Package loss has loss functions of machine learning: how far predictions are from
// targets. They work element by element on arrays that broadcast together, or along the
// last axis where they say so, and give one loss for each; take the mean for a batch.
// All are differentiable with respect to the predictions; where they have a kink the
// derivative is one of those beside it.
package loss

import (
	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/tree"
)

type array = num.Array

func like(x array, v float64) array { return num.Full(x.DType(), v) }

// margin is the score with the sign of its label, which is 0 or 1 of any dtype.
func margin(label, score array) array {
	return score.Mul(label.AsType(score.DType()).Scale(2).AddScalar(-1))
}

// Logistic is the negative log-likelihood of a label 0 or 1 whose logit is given:
// log(1 + exp(∓logit)).
func Logistic(label, logit array) array { return margin(label, logit).Neg().Softplus() }

// Hinge is max(0, 1 - score) for the label 1, max(0, 1 + score) for 0 (Cortes & Vapnik,
// "Support-vector networks", 1995).
func Hinge(label, score array) array {
	return num.Maximum(margin(label, score).Neg().AddScalar(1), num.Const(0))
}

// Perceptron is max(0, -score) for the label 1, max(0, score) for 0 (Rosenblatt, 1958).
func Perceptron(label, score array) array {
	return num.Maximum(margin(label, score).Neg(), num.Const(0))
}

// Sparsemax is the sparse analogue of [Logistic] for a label 0 or 1: [SparsePlus] of the
// score with the other sign.
func Sparsemax(label, score array) array { return SparsePlus(margin(label, score).Neg()) }

// SparsePlus is the sparse analogue of softplus: 0 up to -1, x from 1 on, (x+1)²/4 between
// (Martins & Astudillo, "From softmax to sparsemax", 2016).
func SparsePlus(x array) array {
	one := x.Const(1)
	middle := x.Add(one).Square().Scale(0.25)
	return num.Where(x.Le(one.Neg()), num.Const(0), num.Where(x.Ge(one), x, middle))
}

// SparseSigmoid is the derivative of [SparsePlus]: (x+1)/2 within 0 and 1.
func SparseSigmoid(x array) array { return x.AddScalar(1).Scale(0.5).Clip(0, 1) }

// Squared is ½(target - prediction)².
func Squared(target, prediction array) array { return prediction.Sub(target).Square().Scale(0.5) }

// Huber is ½e² for an error e = target - prediction of at most delta, and
// delta·(|e| - delta/2) beyond (Huber, "Robust estimation of a location parameter", 1964).
// delta 0 means 1.
func Huber(target, prediction array, delta float64) array {
	if delta == 0 {
		delta = 1
	}
	e := prediction.Sub(target).Abs()
	in := e.Le(num.Const(delta))
	// Beyond delta the square is not evaluated, so that it does not overflow.
	small := num.Where(in, e, num.Const(0))
	return num.Where(in, small.Square().Scale(0.5), e.AddScalar(-delta/2).Scale(delta))
}

// Poisson is exp(logRate) - count·logRate: the negative log-likelihood of a count, less
// what does not depend on the rate.
func Poisson(count, logRate array) array {
	return logRate.Exp().Sub(count.AsType(logRate.DType()).Mul(logRate))
}

// chosen is the score of each label, an integer array of the shape of scores without its
// last axis.
func chosen(op string, label, scores array) array {
	arg.Float(op, "scores", scores)
	arg.Rank(op, "scores", scores, 1)
	arg.Integer(op, "label", label)
	last := scores.Rank() - 1
	arg.SameShape(op, "label", label, "scores without the classes", scores.Sum(-1).StopGradient())
	picked := scores.TakeAlong(label.ExpandDims(last), last)
	return picked.Squeeze(last)
}

// MulticlassLogistic is the negative log-likelihood of integer labels whose logits are
// along the last axis: log Σ exp(logits) - logits[label].
func MulticlassLogistic(label, logits array) array {
	own := chosen("loss.MulticlassLogistic", label, logits)
	return logits.LogSumExp(-1).Sub(own)
}

// MulticlassHinge is max over classes of scores + 1 for all but the label's, less the
// label's score (Crammer & Singer, "On the algorithmic implementation of multiclass
// kernel-based vector machines", 2001).
func MulticlassHinge(label, scores array) array {
	own := chosen("loss.MulticlassHinge", label, scores)
	k := scores.Shape()[scores.Rank()-1]
	other := num.Arange(num.Int32, 0, k).Ne(label.AsType(num.Int32).ExpandDims(-1))
	return scores.Add(other.AsType(scores.DType())).Max(-1).Sub(own)
}

// MulticlassPerceptron is the largest score along the last axis less the label's.
func MulticlassPerceptron(label, scores array) array {
	return scores.Max(-1).Sub(chosen("loss.MulticlassPerceptron", label, scores))
}

// MulticlassSparsemax is the Fenchel–Young loss of ½|p|² on the probability simplex along
// the last axis (Martins & Astudillo, "From softmax to sparsemax", 2016): its gradient is
// the projection of the scores less the label's indicator.
func MulticlassSparsemax(label, scores array) array {
	own := chosen("loss.MulticlassSparsemax", label, scores)
	k := scores.Shape()[scores.Rank()-1]
	rows := scores.Reshape(scores.Size()/max(k, 1), k)
	return num.Vmap(simplexMax)(rows).Reshape(own.Shape()...).AddScalar(0.5).Sub(own)
}

// simplexMax is max over the simplex of <p, s> - ½|p|².
func simplexMax(s array) array {
	p := projection.Simplex(s, 1)
	return p.Dot(s).Sub(p.Dot(p).Scale(0.5))
}

// FenchelYoung makes a loss of the function max(s) = max_p <p, s> - Ω(p) of a regularizer
// Ω: max(scores) + Ω(target) - <target, scores> without Ω(target), which does not depend
// on the scores. Its gradient is the maximizer less the target (Blondel, Martins &
// Niculae, "Learning with Fenchel-Young losses", 2020). Targets and scores are trees of
// one structure.
func FenchelYoung[T any](max func(scores T) array) func(target, scores T) array {
	return func(target, scores T) array { return max(scores).Sub(tree.Dot(target, scores)) }
}
