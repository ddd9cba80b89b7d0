package argmin_test

import (
	"context"
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/status"
)

// Runs whose steps are too long move away from the minimum. Their results, and those of single
// steps, have the best point that they saw, with its value and error.
func TestResultsHaveTheBestPoint(t *testing.T) {
	f := func(x, _ A) A { return x.Square().Sum() }
	opt := argmin.Options{MaxIter: 20}
	box := argmin.Set[A, A]{Project: func(x, _ A) A { return x.Clip(-1e6, 1e6) }}
	mirror := argmin.Set[A, A]{Mirror: optimality.Bregman(func(x A) A { return x }, func(x, _ A) A { return x })}
	free := func(A) (A, A) { return num.Scalar(math.Inf(-1)), num.Scalar(math.Inf(1)) }
	same := func(x, _, _ A) A { return x }
	heavy := argmin.Custom[A]{Name: "Long", Rule: func(p *argmin.Problem) argmin.Rule[A] {
		return argmin.Rule[A]{
			Init:   func(it argmin.Iterate) A { return it.X },
			Update: func(it argmin.Iterate, s A) (argmin.Iterate, A) { return p.At(it, it.X.Sub(it.Grad.Scale(1.2))), s },
		}
	}}
	solvers := map[string]*argmin.Solver[A, A]{
		"plain":             argmin.Minimize(f, argmin.GradientDescent{StepSize: 1.2, NoAcceleration: true}, opt),
		"accelerated":       argmin.Minimize(f, argmin.GradientDescent{StepSize: 1.2}, opt),
		"projected":         argmin.OnSet(f, box, argmin.ProjectedGradient{StepSize: 1.2, NoAcceleration: true}, opt),
		"bounded":           argmin.Bounded(f, free, argmin.ProjectedGradient{StepSize: 1.2}, opt),
		"mirror":            argmin.OnSet(f, mirror, argmin.MirrorDescent{StepSize: 1.2, NoAcceleration: true}, opt),
		"mirror, momentum":  argmin.OnSet(f, mirror, argmin.MirrorDescent{StepSize: 1.2}, opt),
		"proximal":          argmin.Composite(f, same, argmin.ProximalGradient{StepSize: 1.2}, opt),
		"proximal, plain":   argmin.Composite(f, same, argmin.ProximalGradient{StepSize: 1.2, NoAcceleration: true}, opt),
		"fixed point":       argmin.FixedPoint(func(x, _ A) A { return x.Scale(-1.4) }, argmin.FixedPointIteration{}, opt),
		"SGD":               argmin.Stochastic(f, argmin.Optim{Transform: optim.SGD(optim.SGDOptions{LearningRate: 1.2})}, opt),
		"Polyak":            argmin.Stochastic(f, argmin.PolyakSGD{MaxStepSize: math.Inf(1), Scale: 5}, opt),
		"custom":            argmin.Minimize(f, heavy, opt),
		"custom in a set":   argmin.OnSet(f, box, heavy, opt),
		"custom, composite": argmin.Composite(f, same, heavy, opt),
		"unrolled":          argmin.Minimize(f, argmin.GradientDescent{StepSize: 1.2, NoAcceleration: true}, argmin.Options{MaxIter: 20, Unroll: true}),
	}
	for name, s := range solvers {
		r, err := s.Run(num.Ones(1), num.Scalar(0))
		v := r.Params.Square().Sum().Item()
		if name == "fixed point" {
			v *= 0.5 * 2.4 * 2.4
		}
		if err != nil || r.State.Status() != status.IterationLimit || r.State.NIter.Item() != 20 || !(v <= 2.88) ||
			math.Abs(r.State.Value.Item()-v) > 1e-12 || math.Abs(r.Params.Item()) > 1 {
			t.Errorf("%s: %v at %v, %v", name, r.State, r.Params, err)
		}
		least := math.Inf(1)
		for r, err := range s.Steps(context.Background(), num.Ones(1), num.Scalar(0)) {
			if err != nil || r.State.Value.Item() > least {
				t.Errorf("%s: the value of the best point rises to %v, %v", name, r.State.Value, err)
			}
			least = r.State.Value.Item()
		}
	}
}

// A point where the numbers are lost is not the answer, and a better one from before is.
func TestBestPointBeforeNumbersAreLost(t *testing.T) {
	f := func(x, _ A) A { return num.Where(x.Abs().Lt(num.Const(50)), x.Square(), x.Const(math.NaN())).Sum() }
	for name, m := range map[string]argmin.SmoothMethod{
		"plain": argmin.GradientDescent{StepSize: 1.2, NoAcceleration: true}, "accelerated": argmin.GradientDescent{StepSize: 1.2},
	} {
		r, err := argmin.Minimize(f, m, argmin.Options{}).Run(num.Ones(1), num.Scalar(0))
		if err != nil || r.State.Status() == status.Converged || !(r.State.Value.Item() <= 1) || !(math.Abs(r.Params.Item()) <= 1) {
			t.Errorf("%s: %v at %v, %v", name, r.State, r.Params, err)
		}
	}
}
