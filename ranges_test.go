package argmin_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// Numbers that cannot be meant are refused by name, those on the border and infinite ones are not.
func TestOptionsOutOfRange(t *testing.T) {
	f := func(x, _ A) A { return x.Square().Sum() }
	smooth := func(m argmin.SmoothMethod) *argmin.Solver[A, A] { return argmin.Minimize(f, m, argmin.Options{}) }
	sampled := func(m argmin.StochasticMethod) *argmin.Solver[A, A] {
		return argmin.Stochastic(f, m, argmin.Options{})
	}
	box := argmin.Set[A, A]{Project: func(x, _ A) A { return x.Clip(-1, 1) }}
	set := func(m argmin.SetMethod) *argmin.Solver[A, A] { return argmin.OnSet(f, box, m, argmin.Options{}) }
	composite := func(m argmin.CompositeMethod) *argmin.Solver[A, A] {
		return argmin.Composite(f, func(x, _, _ A) A { return x }, m, argmin.Options{})
	}
	bounded := func(m argmin.BoundedMethod) *argmin.Solver[A, A] {
		return argmin.Bounded(f, func(A) (A, A) { return num.Scalar(-1), num.Scalar(1) }, m, argmin.Options{})
	}
	fixed := func(m argmin.FixedPointMethod) *argmin.Solver[A, A] {
		return argmin.FixedPoint(func(x, _ A) A { return x.Scale(0.5) }, m, argmin.Options{})
	}
	back := func(o linesearch.BacktrackingOptions) *argmin.Solver[A, A] {
		return smooth(argmin.LBFGS{LineSearch: linesearch.Backtracking(o)})
	}
	for want, s := range map[string]*argmin.Solver[A, A]{
		"GradientDescent.StepSize is -0.1, want a positive number":                smooth(argmin.GradientDescent{StepSize: -0.1}),
		"LBFGS.Memory is -1, want a number from 1 to 32768":                       smooth(argmin.LBFGS{Memory: -1}),
		"LBFGS.Memory is 40000":                                                   smooth(argmin.LBFGS{Memory: 40000}),
		"LBFGSB.Memory is -3":                                                     bounded(argmin.LBFGSB{Memory: -3}),
		"TrustRegion.Radius is -1":                                                smooth(argmin.TrustRegion{Radius: -1}),
		"TrustRegion.MaxRadius is 5, want at least 10":                            smooth(argmin.TrustRegion{Radius: 10, MaxRadius: 5}),
		"NonlinearCG.Formula is CGFormula(17)":                                    smooth(argmin.NonlinearCG{Formula: 17}),
		"ArmijoSGD.Decrease is 2, want a number between 0 and 1":                  sampled(argmin.ArmijoSGD{Decrease: 2}),
		"ArmijoSGD.Decrease is -1":                                                sampled(argmin.ArmijoSGD{Decrease: -1}),
		"ArmijoSGD.Increase is 0.5":                                               sampled(argmin.ArmijoSGD{Increase: 0.5}),
		"ArmijoSGD.C1 is 1":                                                       sampled(argmin.ArmijoSGD{C1: 1}),
		"ArmijoSGD.MaxStepSize is -2":                                             sampled(argmin.ArmijoSGD{MaxStepSize: -2}),
		"ArmijoSGD.Momentum is 1":                                                 sampled(argmin.ArmijoSGD{Momentum: 1}),
		"PolyakSGD.MaxStepSize is -1, want a positive number":                     sampled(argmin.PolyakSGD{MaxStepSize: -1}),
		"PolyakSGD.Scale is -1":                                                   sampled(argmin.PolyakSGD{Scale: -1}),
		"PolyakSGD.MinValue is NaN":                                               sampled(argmin.PolyakSGD{MinValue: math.NaN()}),
		"ProximalGradient.StepSize is -1":                                         composite(argmin.ProximalGradient{StepSize: -1}),
		"ProjectedGradient.StepSize is -1":                                        set(argmin.ProjectedGradient{StepSize: -1}),
		"MirrorDescent.StepSize is -1":                                            set(argmin.MirrorDescent{StepSize: -1}),
		"AndersonAcceleration.Memory is -1":                                       fixed(argmin.AndersonAcceleration{Memory: -1}),
		"AndersonAcceleration.Mixing is -1":                                       fixed(argmin.AndersonAcceleration{Mixing: -1}),
		"linesearch.Backtracking: Decrease is 1.5, want a number between 0 and 1": back(linesearch.BacktrackingOptions{Decrease: 1.5}),
		"linesearch.Backtracking: C1 is 2":                                        back(linesearch.BacktrackingOptions{C1: 2}),
		"linesearch.Zoom: C1 is 1":                                                smooth(argmin.BFGS{LineSearch: linesearch.Zoom(linesearch.ZoomOptions{C1: 1})}),
		"linesearch.HagerZhang: Theta is 2":                                       smooth(argmin.BFGS{LineSearch: linesearch.HagerZhang(linesearch.HagerZhangOptions{Theta: 2})}),
		"argmin.AndersonWrapper: AndersonAcceleration.Memory is -1":               argmin.AndersonWrapper(smooth(nil), argmin.AndersonAcceleration{Memory: -1}),
		"Options.Tol is NaN":                                                      argmin.Minimize(f, nil, argmin.Options{Tol: math.NaN()}),
	} {
		if _, err := s.Run(num.Ones(2), num.Scalar(0)); err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, num.ErrArgument) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for name, s := range map[string]*argmin.Solver[A, A]{
		"unlimited steps": sampled(argmin.PolyakSGD{MaxStepSize: math.Inf(1)}),
		"one pair":        smooth(argmin.LBFGS{Memory: 1}),
		"equal radii":     smooth(argmin.TrustRegion{Radius: 2, MaxRadius: 2}),
		"no decrease":     back(linesearch.BacktrackingOptions{C1: -1}),
	} {
		if r, err := s.Run(num.Ones(2), num.Scalar(0)); err != nil || r.Err() != nil {
			t.Errorf("%s: %v, %v", name, r.State, err)
		}
	}
	relaxed := argmin.Split(func(x, _ A) A { return x.Square().Sum() }, func(x, _ A) A { return x },
		func(z, _, _ A) A { return z }, argmin.ADMM{Relaxation: 5}, argmin.Options{})
	if _, err := relaxed.Run(argmin.SplitPoint[A, A]{X: num.Ones(2), Z: num.Ones(2), Y: num.Zeros(2)}, num.Scalar(0)); err == nil ||
		!strings.Contains(err.Error(), "ADMM.Relaxation is 5, want a number between 0 and 2") {
		t.Errorf("ADMM: %v", err)
	}
}

// A bound of the curvature that is none is found out by the first sweeps that exceed it.
func TestCurvatureOfALinearModelIsChecked(t *testing.T) {
	a := num.Normal(num.NewKey(3), num.Float64, 20, 6)
	y := a.MatMul(num.Vector(1, -1, 2, 0, 0, 3))
	solver := func(curvature float64) *argmin.Solver[A, A] {
		return argmin.Separable(argmin.LinearModel[A]{
			Matrix:    func(A) A { return a },
			Outer:     func(z, _ A) A { return z.Sub(y).Square().Sum().Scale(0.5) },
			Curvature: func(A) A { return num.Scalar(curvature) },
		}, func(x, _, step A) A { return x }, nil, argmin.Options{MaxIter: 3000})
	}
	if r, err := solver(1).Run(num.Zeros(6), num.Scalar(0)); err != nil || r.Err() != nil {
		t.Errorf("right: %v, %v", r.State, err)
	}
	for _, c := range []float64{0.3, 0.01, -1, 0} {
		if r, err := solver(c).Run(num.Zeros(6), num.Scalar(0)); err == nil || !strings.Contains(err.Error(), "LinearModel.Curvature") {
			t.Errorf("%g for 1: %v, %v", c, r.State, err)
		}
	}
}

// An objective of another dtype than the parameters is an error that names it.
func TestObjectiveOfAnotherType(t *testing.T) {
	f := func(x, _ A) A { return x.AsType(num.Float64).Square().Sum() }
	x := num.Ones(2).AsType(num.Float32)
	for name, s := range map[string]*argmin.Solver[A, A]{
		"Minimize":   argmin.Minimize(f, nil, argmin.Options{}),
		"Stochastic": argmin.Stochastic(f, argmin.ArmijoSGD{}, argmin.Options{}),
		"OnSet":      argmin.OnSet(f, argmin.Set[A, A]{Project: func(x, _ A) A { return x }}, nil, argmin.Options{}),
	} {
		_, err := s.Run(x, num.Scalar(0))
		if want := "argmin." + name + ": the objective returned float64, want float32"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
