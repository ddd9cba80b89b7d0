package linesearch

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// Trial is one trial of a search along a curve. Found is what the caller wants to know
// about it, such as the point and its value: a tree of arrays.
type Trial[T any] struct {
	Found T         // what was found at the step
	Step  num.Array // the step that was tried, a scalar
	Next  num.Array // the step to try next if this one is not accepted
	NFev  num.Array // evaluations, int32: of one trial, and in the answer of Curve of all
	NVal  num.Array // those among them that took no gradient, int32; default none
	OK    num.Array // whether the step is accepted, bool
}

// CurveTrials is the default number of trials of [Curve]. Sixty halvings take a step below
// 1e-18 of the first, which is less than ε of float64.
const CurveTrials = 60

// Curve tries one step after another along a curve until one is accepted, and returns the
// last trial. It serves methods that bend the line of a [Search], such as those that
// project each trial point or apply a proximal operator to it.
//
// try makes the trial of a step and sets Found, Next, NFev and OK, and NVal where it takes values without gradients. The first step is
// first, and at most trials of them are tried, by default [CurveTrials]. before has the structure, shapes and dtypes of Found;
// its numbers do not matter, since try is called at least once.
//
// The answer is differentiable through all trials. For the derivative of what a method
// converges to, take the Step as a constant instead, and compute the point from it again:
//
//	t := linesearch.Curve(0, before, first, try)
//	x := at(t.Step.StopGradient())
func Curve[T any](trials int, before T, first num.Array, try func(step num.Array) Trial[T]) Trial[T] {
	start := Trial[T]{Found: before, Step: first, Next: first, NFev: num.Int(0), NVal: num.Int(0), OK: num.Full(num.Bool, 0)}
	return num.WhileMax(option.Or(trials, CurveTrials), func(t Trial[T]) num.Array { return t.OK.Not() }, func(t Trial[T]) Trial[T] {
		next := try(t.Next)
		if next.NVal == (num.Array{}) {
			next.NVal = num.Int(0)
		}
		next.Step, next.NFev, next.NVal = t.Next, t.NFev.Add(next.NFev), t.NVal.Add(next.NVal)
		return next
	}, start)
}
