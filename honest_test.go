package argmin_test

import (
	"context"
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/status"
)

// hingeBatch is some rows of a classification, with labels of ±1.
type hingeBatch struct{ X, Y A }

func hinge(w A, b hingeBatch) A {
	return num.Maximum(b.Y.Mul(b.X.MatMul(w)).Neg().AddScalar(1), num.Const(0)).Mean()
}

// hingeData is 200 points of two classes that a line nearly separates.
func hingeData() hingeBatch {
	x := num.Normal(num.NewKey(1), num.Float64, 200, 5)
	noise := num.Normal(num.NewKey(2), num.Float64, 200)
	return hingeBatch{x, x.MatMul(num.Vector(1, -2, 0.5, 0, 1)).Add(noise.Scale(0.3)).Sign()}
}

// Many batches of a hinge loss have a gradient of zero. They must not end a run: every method
// that takes batches sees them all and comes near the minimum of the whole loss.
func TestRunIteratorSeesEveryBatch(t *testing.T) {
	all := hingeData()
	batches := func(yield func(hingeBatch) bool) {
		for i := range 1000 {
			k := i % 50 * 4
			if !yield(hingeBatch{all.X.Range(k, k+4), all.Y.Range(k, k+4)}) {
				return
			}
		}
	}
	const opt = 0.16 // of 0.08 at the minimum; runs that stopped early had 0.23 to 0.35
	none := argmin.Options{}
	everywhere := argmin.Set[A, hingeBatch]{Project: func(x A, _ hingeBatch) A { return projection.L2Ball(x, 50) }}
	for name, s := range map[string]*argmin.Solver[A, hingeBatch]{
		"SGD":    argmin.Stochastic(hinge, argmin.Optim{Transform: optim.SGD(optim.SGDOptions{LearningRate: 0.1})}, none),
		"Adam":   argmin.Stochastic(hinge, argmin.Optim{Transform: optim.Adam(optim.AdamOptions{LearningRate: 0.01})}, none),
		"Armijo": argmin.Stochastic(hinge, argmin.ArmijoSGD{MaxStepSize: 0.3}, none),
		"Polyak": argmin.Stochastic(hinge, argmin.PolyakSGD{MaxStepSize: 0.1}, none),
		"GD":     argmin.Minimize(hinge, argmin.GradientDescent{StepSize: 0.1, NoAcceleration: true}, none),
		"Anderson": argmin.AndersonWrapper(argmin.Stochastic(hinge, argmin.Optim{Transform: optim.SGD(optim.SGDOptions{LearningRate: 0.02})}, none),
			argmin.AndersonAcceleration{Mixing: 0.1, Memory: 1}),
		"projected": argmin.OnSet(hinge, everywhere, argmin.ProjectedGradient{StepSize: 0.1, NoAcceleration: true}, none),
	} {
		r, err := s.RunIterator(context.Background(), num.Zeros(5), batches)
		if err != nil || r.State.Status() != status.Running || r.State.NIter.Item() != 1000 {
			t.Errorf("%s: %v, %v", name, r.State, err)
		}
		if v := hinge(r.Params, all).Item(); name != "Anderson" && !(v < opt) {
			t.Errorf("%s: a loss of %v after all batches", name, v)
		}
		t.Logf("%s: %.3f", name, hinge(r.Params, all).Item())
	}
}

// Methods with line searches go on after batches on which there is nothing to find.
func TestRunIteratorAfterFailedSearches(t *testing.T) {
	f := func(x, d A) A { return x.Sub(d.Range(1, 3)).Square().Sum().Mul(d.At(0)) }
	batches := func(yield func(A) bool) {
		for range 20 {
			if !yield(num.Vector(0, 5, 5)) || !yield(num.Vector(1, 4, 1)) {
				return
			}
		}
	}
	for name, m := range map[string]argmin.SmoothMethod{
		"LBFGS": argmin.LBFGS{}, "BFGS": argmin.BFGS{}, "NonlinearCG": argmin.NonlinearCG{}, "GradientDescent": argmin.GradientDescent{},
		"Newton": argmin.Newton{}, "NewtonCG": argmin.NewtonCG{}, "TrustRegion": argmin.TrustRegion{},
	} {
		r, err := argmin.Minimize(f, m, argmin.Options{}).RunIterator(context.Background(), num.Zeros(2), batches)
		if err != nil || r.State.NIter.Item() != 40 || maxDiff(r.Params, num.Vector(4, 1)) > 1e-5 {
			t.Errorf("%s: %v at %v, %v", name, r.State, r.Params, err)
		}
	}
}

// The limit of iterations ends a run on batches if it was set, and only then.
func TestRunIteratorLimit(t *testing.T) {
	f := func(x, d A) A { return x.Sub(d).Square().Sum() }
	endless := func(yield func(A) bool) {
		for i := 0; i < 700 && yield(num.Scalar(float64(i%2))); i++ {
		}
	}
	m := argmin.GradientDescent{StepSize: 0.1, NoAcceleration: true}
	r, err := argmin.Minimize(f, m, argmin.Options{}).RunIterator(context.Background(), num.Zeros(1), endless)
	if err != nil || r.State.NIter.Item() != 700 || r.State.Status() != status.Running {
		t.Errorf("without a limit: %v, %v", r.State, err)
	}
	r, err = argmin.Minimize(f, m, argmin.Options{MaxIter: 30}).RunIterator(context.Background(), num.Zeros(1), endless)
	if err != nil || r.State.NIter.Item() != 30 || r.State.Status() != status.IterationLimit {
		t.Errorf("with a limit: %v, %v", r.State, err)
	}
}

// A step that converged on its data goes on with other data, and stays with the same.
func TestUpdateOfAConvergedStep(t *testing.T) {
	f := func(x, d A) A { return x.Sub(d).Square().Sum() }
	box := argmin.Set[A, A]{Project: func(x, _ A) A { return x.Clip(-10, 10) }}
	one, other := num.Vector(1, 1), num.Vector(4, 1)
	for name, s := range map[string]*argmin.Solver[A, A]{
		"LBFGS":     argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{}),
		"SGD":       argmin.Stochastic(f, argmin.Optim{Transform: optim.SGD(optim.SGDOptions{LearningRate: 0.3})}, argmin.Options{}),
		"projected": argmin.OnSet(f, box, argmin.ProjectedGradient{}, argmin.Options{}),
		"fixed point": argmin.FixedPoint(func(x, d A) A { return x.Add(d).Scale(0.5) },
			argmin.FixedPointIteration{}, argmin.Options{}),
	} {
		step, err := s.Init(num.Zeros(2), one)
		for err == nil && step.Result.State.Status() == status.Running {
			step, err = s.Update(step, one)
		}
		if err != nil || step.Result.State.Status() != status.Converged {
			t.Fatalf("%s: %v, %v", name, step.Result.State, err)
		}
		at := step.Result.Params
		same, err := s.Update(step, one)
		if err != nil || same.Result.State.Status() != status.Converged || maxDiff(same.Result.Params, at) != 0 {
			t.Errorf("%s, the same data: %v at %v, %v", name, same.Result.State, same.Result.Params, err)
		}
		step, err = s.Update(same, other)
		if err != nil || maxDiff(step.Result.Params, at) == 0 {
			t.Errorf("%s, other data: %v at %v, %v", name, step.Result.State, step.Result.Params, err)
		}
		for i := 0; err == nil && i < 200 && step.Result.State.Status() == status.Running; i++ {
			step, err = s.Update(step, other)
		}
		if err != nil || maxDiff(step.Result.Params, other) > 1e-5 {
			t.Errorf("%s, other data: ends with %v at %v, %v", name, step.Result.State, step.Result.Params, err)
		}
	}
}

// Functions and variables in units far from 1: the answer, or another status than Converged.
func TestNoSuccessByUnits(t *testing.T) {
	searches := map[string]linesearch.Search{"": nil, " backtracking": linesearch.Backtracking(linesearch.BacktrackingOptions{})}
	methods := map[string]argmin.SmoothMethod{
		"NonlinearCG": argmin.NonlinearCG{}, "GradientDescent": argmin.GradientDescent{}, "plain": argmin.GradientDescent{NoAcceleration: true},
		"Newton": argmin.Newton{}, "NewtonCG": argmin.NewtonCG{}, "TrustRegion": argmin.TrustRegion{},
	}
	for name, search := range searches {
		methods["LBFGS"+name], methods["BFGS"+name] = argmin.LBFGS{LineSearch: search}, argmin.BFGS{LineSearch: search}
	}
	for name, m := range methods {
		for _, unit := range []float64{1e-14, 1e-10, 1e-8, 1e-4, 1e4, 1e10} {
			f := func(x A, _ struct{}) A { return rosen(x, struct{}{}).Scale(unit) }
			r, err := argmin.Minimize(f, m, argmin.Options{MaxIter: 2000}).Run(num.Vector(-1.2, 1), struct{}{})
			if err != nil || r.Success() && maxDiff(r.Params, num.Ones(2)) > 0.05 {
				t.Errorf("%s, values in units of %g: %v at %v, %v", name, unit, r.State, r.Params, err)
			}
			t.Logf("%s f×%g: %v", name, unit, r.State)
			g := func(x A, _ struct{}) A { return rosen(x.Scale(1/unit), struct{}{}) }
			r, err = argmin.Minimize(g, m, argmin.Options{MaxIter: 2000}).Run(num.Vector(-1.2, 1).Scale(unit), struct{}{})
			if err != nil || r.Success() && maxDiff(r.Params.Scale(1/unit), num.Ones(2)) > 0.05 {
				t.Errorf("%s, variables in units of %g: %v at %v, %v", name, unit, r.State, r.Params, err)
			}
			t.Logf("%s x×%g: %v", name, unit, r.State)
		}
	}
}

// A start at a minimum converges at once, in any units, unless its size says nothing.
func TestStartAtTheMinimum(t *testing.T) {
	for _, unit := range []float64{1e-8, 1, 1e8} {
		f := func(x, d A) A { return x.Sub(d).Square().Sum().AddScalar(3).Scale(unit) }
		for _, start := range []A{num.Vector(1, 2), num.Vector(1+1e-8/unit*1e-8, 2)} {
			r, err := argmin.Minimize(f, nil, argmin.Options{}).Run(start, num.Vector(1, 2))
			if err != nil || r.Err() != nil || r.State.NIter.Item() > 2 {
				t.Errorf("in units of %g from %v: %v, %v", unit, start, r.State, err)
			}
		}
	}
	f := func(x, d A) A { return x.Sub(d).Square().Sum().Scale(1e-10) }
	r, err := argmin.Minimize(f, nil, argmin.Options{}).Run(num.Zeros(2), num.Vector(1, 2))
	if err != nil || r.Success() && maxDiff(r.Params, num.Vector(1, 2)) > 1e-3 {
		t.Errorf("small values from zero: %v at %v, %v", r.State, r.Params, err)
	}
	if math.IsNaN(r.State.Value.Item()) {
		t.Error("no value")
	}
}
