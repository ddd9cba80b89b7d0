package special

import (
	"github.com/argmin-go/argmin/loss"
	"github.com/argmin-go/argmin/num"
)

// targeted makes a function of scores from a loss and its target.
func targeted(f func(target, score array) array, target float64) function {
	return func(x []array) array { return f(x[0].Const(target), x[0]) }
}

// first makes a function of the scores of classes, of which the first is the label.
func first(f func(label, scores array) array) function {
	return func(x []array) array { return f(num.Int(0), x[0]) }
}

// losses are the functions of testdata/losses.py.
var losses = map[string]function{
	"loss.Logistic/0": targeted(loss.Logistic, 0), "loss.Logistic/1": targeted(loss.Logistic, 1),
	"loss.Hinge/0": targeted(loss.Hinge, 0), "loss.Hinge/1": targeted(loss.Hinge, 1),
	"loss.Perceptron/0": targeted(loss.Perceptron, 0), "loss.Perceptron/1": targeted(loss.Perceptron, 1),
	"loss.Sparsemax/0": targeted(loss.Sparsemax, 0), "loss.Sparsemax/1": targeted(loss.Sparsemax, 1),
	"loss.SparsePlus": one(loss.SparsePlus), "loss.SparseSigmoid": one(loss.SparseSigmoid),
	"loss.Squared":   targeted(loss.Squared, 1),
	"loss.Huber":     targeted(func(y, x array) array { return loss.Huber(y, x, 2) }, 1),
	"loss.Poisson/0": targeted(loss.Poisson, 0), "loss.Poisson/3": targeted(loss.Poisson, 3),
	"loss.MulticlassLogistic":   first(loss.MulticlassLogistic),
	"loss.MulticlassHinge":      first(loss.MulticlassHinge),
	"loss.MulticlassPerceptron": first(loss.MulticlassPerceptron),
	"loss.MulticlassSparsemax":  first(loss.MulticlassSparsemax),
	"loss.FenchelYoung": one(func(x array) array {
		target := num.Vector(1, 0, 0).AsType(x.DType())
		return loss.FenchelYoung(func(s array) array { return s.LogSumExp() })(target, x)
	}),
}
