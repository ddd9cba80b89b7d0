package argmin_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
	"github.com/argmin-go/argmin/status"
)

// metrics is what an objective reports in addition to its value.
type metrics struct {
	Residuals A
	Name      string
}

func rosenWithMetrics(x A, _ struct{}) (A, metrics) {
	n := x.Size()
	r := x.Range(1, n).Sub(x.Range(0, n-1).Square())
	return rosen(x, struct{}{}), metrics{r, "rosen"}
}

// What an objective returns in addition to its value comes back with every result, at its point.
func TestAux(t *testing.T) {
	s := argmin.WithAux(argmin.Minimize(argmin.DropAux(rosenWithMetrics), nil, argmin.Options{History: true}), rosenWithMetrics)
	x0 := num.Full(num.Float64, -1.2, 4)
	check := func(name string, r argmin.Result[A]) {
		t.Helper()
		m, ok := r.Aux.(metrics)
		if _, want := rosenWithMetrics(r.Params, struct{}{}); !ok || m.Name != "rosen" || maxDiff(m.Residuals, want.Residuals) > 1e-15 {
			t.Errorf("%s: %v at %v", name, r.Aux, r.Params)
		}
	}
	r, err := s.Run(x0, struct{}{})
	if err != nil || r.Err() != nil {
		t.Fatal(r.State, err)
	}
	check("Run", r)
	for r, err := range s.Steps(context.Background(), x0, struct{}{}) {
		if err != nil {
			t.Fatal(err)
		}
		check("Steps", r)
	}
	step, err := s.Init(x0, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	check("Init", step.Result)
	if step, err = s.Update(step, struct{}{}); err != nil {
		t.Fatal(err)
	}
	check("Update", step.Result)
	if step, err = s.Continue(context.Background(), step, struct{}{}); err != nil || step.Result.Err() != nil {
		t.Fatal(step.Result.State, err)
	}
	check("Continue", step.Result)
	if x := s.Argmin(x0, struct{}{}); maxDiff(x, num.Ones(4)) > 1e-5 {
		t.Errorf("Argmin: %v", x)
	}

	// Other kinds of problems, and what is written wrongly.
	cosine := func(x, th A) (A, A) { return x.Mul(th).Cos(), x.Sum() }
	drop := func(x, th A) A { y, _ := cosine(x, th); return y }
	fixed := argmin.WithAux(argmin.FixedPoint(drop, nil, argmin.Options{}), cosine)
	f, err := fixed.Run(num.Ones(3), num.Vector(0.5, 0.6, 0.7))
	if err != nil || maxDiff(f.Aux.(A), f.Params.Sum()) > 1e-15 {
		t.Errorf("a fixed point: %v, %v", f.Aux, err)
	}
	for want, s := range map[string]*argmin.Solver[A, A]{
		"WithAux: the solver is nil": argmin.WithAux(nil, cosine),
		"WithAux: f is nil":          argmin.WithAux[A, A, A, A](argmin.FixedPoint(drop, nil, argmin.Options{}), nil),
		"FixedPoint: t is nil":       argmin.WithAux(argmin.FixedPoint[A, A](nil, nil, argmin.Options{}), cosine),
	} {
		if _, err := s.Run(num.Ones(3), num.Ones(3)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// A run continued from another one's last step has the method's memory: it needs fewer evaluations
// for slightly different data than a run from the same point without.
func TestContinue(t *testing.T) {
	ctx := context.Background()
	h := num.Linspace(math.Log(1e-3), 0, 30).Exp()
	f := func(x, c A) A { return x.Sub(c).Square().Mul(h).Sum() }
	s := argmin.Minimize(f, argmin.LBFGS{Memory: 30}, argmin.Options{Tol: 1e-8})
	one := num.Ones(30)
	step, err := s.Init(num.Zeros(30), one)
	if err != nil {
		t.Fatal(err)
	}
	if step, err = s.Continue(ctx, step, one); err != nil || step.Result.Err() != nil || maxDiff(step.Result.Params, one) > 1e-4 {
		t.Fatal(step.Result.State, err)
	}
	run, err := s.Run(num.Zeros(30), one)
	if err != nil || maxDiff(run.Params, step.Result.Params) > 1e-12 || run.State.NIter.Item() != step.Result.State.NIter.Item() {
		t.Errorf("continued from the start: %v, a run: %v, %v", step.Result.State, run.State, err)
	}
	// How many evaluations one search takes depends on rounding: they are counted over ten.
	with, without := 0., 0.
	for i := range 10 {
		at, other := step.Result.Params, num.Linspace(0.9+0.02*float64(i), 1.2, 30)
		if step, err = s.Continue(ctx, step, other); err != nil || step.Result.Err() != nil || maxDiff(step.Result.Params, other) > 1e-4 {
			t.Fatal(step.Result.State, err)
		}
		cold, err := s.Run(at, other)
		if err != nil || cold.Err() != nil {
			t.Fatal(cold.State, err)
		}
		with, without = with+step.Result.State.NFev.Item(), without+cold.State.NFev.Item()
	}
	if !(with < 0.7*without) {
		t.Errorf("evaluations with memory: %g; without: %g", with, without)
	}
	// A run that its limit ended goes on, and a context can end it.
	short := argmin.Minimize(rosen, nil, argmin.Options{MaxIter: 15})
	begun, err := short.Init(num.Full(num.Float64, -1.2, 4), struct{}{})
	for i := 0; i < 10 && err == nil && begun.Result.State.Status() != status.Converged; i++ {
		begun, err = short.Continue(ctx, begun, struct{}{})
	}
	if err != nil || begun.Result.Err() != nil {
		t.Errorf("in pieces: %v, %v", begun.Result.State, err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := short.Continue(ended, begun, struct{}{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := short.Continue(ctx, argmin.Step[A]{}, struct{}{}); err == nil {
		t.Error("a zero step is continued")
	}
}

// Every option of the steps of quasi-Newton methods has its effect.
func TestStepControl(t *testing.T) {
	f := func(x, _ A) A { return x.Square().Mul(num.Vector(1, 10)).Sum() }
	x0 := num.Vector(100, 10)
	methods := map[string]func(c argmin.StepControl) *argmin.Solver[A, A]{
		"LBFGS": func(c argmin.StepControl) *argmin.Solver[A, A] {
			return argmin.Minimize(f, argmin.LBFGS{StepControl: c}, argmin.Options{MaxIter: 2000})
		},
		"BFGS": func(c argmin.StepControl) *argmin.Solver[A, A] {
			return argmin.Minimize(f, argmin.BFGS{StepControl: c}, argmin.Options{MaxIter: 2000})
		},
		"NonlinearCG": func(c argmin.StepControl) *argmin.Solver[A, A] {
			return argmin.Minimize(f, argmin.NonlinearCG{StepControl: c}, argmin.Options{MaxIter: 2000})
		},
		"LBFGSB": func(c argmin.StepControl) *argmin.Solver[A, A] {
			return argmin.Bounded(f, func(A) (A, A) { return num.Scalar(-1e3), num.Scalar(1e3) }, argmin.LBFGSB{StepControl: c}, argmin.Options{MaxIter: 2000})
		},
	}
	constant := func(v float64) optim.Schedule { return func(A) A { return num.Scalar(v) } }
	for name, solver := range methods {
		for option, c := range map[string]argmin.StepControl{
			"StepSize": {StepSize: 0.03}, "Schedule": {Schedule: constant(0.03)}, "MaxStepSize": {MaxStepSize: 0.5},
			"MinStepSize": {MinStepSize: 0.1}, "FirstMax": {First: argmin.FirstMax, MaxStepSize: 1}, "FirstCurrent": {First: argmin.FirstCurrent},
			"FirstIncreased": {First: argmin.FirstIncreased, Increase: 2}, "StopOnFailure": {StopOnFailure: true},
		} {
			steps := 0
			for r, err := range solver(c).Steps(context.Background(), x0, num.Scalar(0)) {
				size := r.State.StepSize.Item()
				if err != nil || r.State.NIter.Item() > 0 && (c.StepSize > 0 || c.Schedule != nil) && size != 0.03 || c.MaxStepSize > 0 && size > c.MaxStepSize {
					t.Fatalf("%s, %s: a step of %v, %v", name, option, size, err)
				}
				creeps := name == "LBFGSB" && option == "FirstCurrent" // its search never lengthens a step
				if last := r.State.Status(); !creeps && last != status.Running && last != status.Converged {
					t.Errorf("%s, %s: %v", name, option, r.State)
				}
				steps++
			}
			if steps < 2 {
				t.Errorf("%s, %s: %d steps", name, option, steps)
			}
		}
		if _, err := solver(argmin.StepControl{MaxStepSize: -1}).Run(x0, num.Scalar(0)); err == nil || !strings.Contains(err.Error(), "MaxStepSize is -1") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A failed search ends the run at once, or after the gradient was tried without memory.
	uphill := func(x, _ A) (A, A) { return x.Square().Sum(), x.Scale(-2) }
	counts := map[bool]float64{}
	for _, stop := range []bool{false, true} {
		m := argmin.LBFGS{StepControl: argmin.StepControl{StopOnFailure: stop}}
		wrong := argmin.Minimize(f, m, argmin.Options{}).WithGradient(uphill)
		r, err := wrong.Run(num.Vector(0.3, 0.4), num.Scalar(0))
		if err != nil || r.Success() || r.State.NFailed.Item() == 0 {
			t.Errorf("with a wrong gradient: %v, %v failed, %v", r.State, r.State.NFailed, err)
		}
		counts[stop] = r.State.NFailed.Item()
	}
	if !(counts[true] <= counts[false]) {
		t.Errorf("failed searches: %v", counts)
	}
}

// LBFGSB with searches along lines, and the scales of its first Hessian, finds the same minimum.
func TestLBFGSBOptions(t *testing.T) {
	c := num.Vector(2, 0.3, -2, 0.1)
	f := func(x, _ A) A {
		return x.Sub(c).Square().Mul(num.Vector(1, 10, 3, 0.1)).Sum().Add(x.At(0).Mul(x.At(1)))
	}
	bounds := func(A) (A, A) { return num.Scalar(-1), num.Scalar(1) }
	want, err := argmin.Bounded(f, bounds, nil, argmin.Options{Tol: 1e-9}).Run(num.Zeros(4), num.Scalar(0))
	if err != nil || want.Err() != nil {
		t.Fatal(want.State, err)
	}
	for name, m := range map[string]argmin.LBFGSB{
		"zoom":         {LineSearch: linesearch.Zoom(linesearch.ZoomOptions{})},
		"backtracking": {LineSearch: linesearch.Backtracking(linesearch.BacktrackingOptions{})},
		"HagerZhang":   {LineSearch: linesearch.HagerZhang(linesearch.HagerZhangOptions{})},
		"Theta":        {Theta: 10}, "NoScaling": {NoScaling: true, Theta: 20},
	} {
		r, err := argmin.Bounded(f, bounds, m, argmin.Options{Tol: 1e-9}).Run(num.Zeros(4), num.Scalar(0))
		if err != nil || r.Err() != nil || maxDiff(r.Params, want.Params) > 1e-6 || !(r.Params.Abs().Max().Item() <= 1) {
			t.Errorf("%s: %v at %v for %v, %v", name, r.State, r.Params, want.Params, err)
		}
	}
	r, err := argmin.Minimize(rosen, argmin.LBFGS{NoScaling: true}, argmin.Options{}).Run(num.Full(num.Float64, -1.2, 4), struct{}{})
	if err != nil || r.Err() != nil {
		t.Errorf("LBFGS without scaling: %v, %v", r.State, err)
	}
}

// Steps by schedules: 1/L for ten iterations, then nothing.
func TestSchedulesOfSteps(t *testing.T) {
	f := func(x, _ A) A { return x.AddScalar(-1).Square().Sum() }
	schedule := func(k A) A { return num.Where(k.Lt(num.Int(10)), num.Scalar(0.25), num.Scalar(0)) }
	box := argmin.Set[A, A]{Project: func(x, _ A) A { return x.Clip(-9, 9) }, Mirror: func(x, g A, size A, _ A) A { return x.Sub(g.Mul(size)) }}
	opt := argmin.Options{MaxIter: 20, Tol: -1}
	want := 1 - math.Pow(0.5, 10)
	for name, s := range map[string]*argmin.Solver[A, A]{
		"GradientDescent":   argmin.Minimize(f, argmin.GradientDescent{Schedule: schedule, NoAcceleration: true}, opt),
		"ProjectedGradient": argmin.OnSet(f, box, argmin.ProjectedGradient{Schedule: schedule, NoAcceleration: true}, opt),
		"MirrorDescent":     argmin.OnSet(f, box, argmin.MirrorDescent{Schedule: schedule, NoAcceleration: true}, opt),
		"ProximalGradient":  argmin.Composite(f, func(x, _, _ A) A { return x }, argmin.ProximalGradient{Schedule: schedule, NoAcceleration: true}, opt),
	} {
		r, err := s.Run(num.Zeros(1), num.Scalar(0))
		if err != nil || math.Abs(r.Params.Item()-want) > 1e-12 || r.State.Status() != status.IterationLimit {
			t.Errorf("%s: %v at %v, want %v, %v", name, r.State, r.Params, want, err)
		}
	}
	momentum := argmin.OnSet(f, box, argmin.MirrorDescent{Schedule: schedule}, opt)
	if r, err := momentum.Run(num.Zeros(1), num.Scalar(0)); err != nil || math.Abs(r.Params.Item()-1) > 0.2 {
		t.Errorf("with momentum: %v at %v, %v", r.State, r.Params, err)
	}
}

// The parameters change before each iteration of a stochastic method, and of no other.
func TestPreUpdate(t *testing.T) {
	f := func(x, c A) A { return x.Sub(c).Square().Sum() }
	norm := func(x, _ A) A { return x.Div(num.Norm(x)) }
	for name, m := range map[string]argmin.StochasticMethod{
		"SGD": argmin.Optim{Transform: optim.SGD(optim.SGDOptions{LearningRate: 0.1})}, "Armijo": argmin.ArmijoSGD{}, "Polyak": argmin.PolyakSGD{MaxStepSize: 0.1},
	} {
		s := argmin.Stochastic(f, m, argmin.Options{MaxIter: 100}).WithPreUpdate(norm)
		r, err := s.Run(num.Vector(1, 0), num.Vector(3, 4))
		if err != nil || maxDiff(r.Params.Div(num.Norm(r.Params)), num.Vector(0.6, 0.8)) > 1e-3 {
			t.Errorf("%s: %v at %v, %v", name, r.State, r.Params, err)
		}
	}
	if _, err := argmin.Minimize(f, nil, argmin.Options{}).WithPreUpdate(norm).Run(num.Ones(2), num.Ones(2)); err == nil ||
		!strings.Contains(err.Error(), "WithPreUpdate") {
		t.Errorf("LBFGS: %v", err)
	}
	if _, err := argmin.Stochastic(f, nil, argmin.Options{}).WithPreUpdate(nil).Run(num.Ones(2), num.Ones(2)); err == nil {
		t.Error("a nil function is accepted")
	}
}

// Options of the stochastic methods and of Anderson acceleration.
func TestOtherOptionsOfSteps(t *testing.T) {
	f := func(x, c A) A { return x.Sub(c).Square().Mul(num.Vector(1, 3)).Sum() }
	c := num.Vector(3, 4)
	for name, m := range map[string]argmin.StochasticMethod{
		"conservative": argmin.ArmijoSGD{C1: 0.5, Reset: argmin.ResetConservative}, "Goldstein": argmin.ArmijoSGD{C1: 0.4, Reset: argmin.ResetGoldstein},
		"trials": argmin.ArmijoSGD{C1: 0.5, MaxTrials: 12}, "delta": argmin.PolyakSGD{Delta: 1e-12, MaxStepSize: 0.2},
	} {
		r, err := argmin.Stochastic(f, m, argmin.Options{MaxIter: 2000}).Run(num.Zeros(2), c)
		if err != nil || r.Err() != nil || maxDiff(r.Params, c) > 1e-5 {
			t.Errorf("%s: %v at %v, %v", name, r.State, r.Params, err)
		}
	}
	// Delta bounds the step where the gradient is small: (f - 0)/(|g|² + δ) = 1/(0 + 4).
	flat := func(x, _ A) A { return x.Scale(1e-3).Sum().AddScalar(1) }
	r, err := argmin.Stochastic(flat, argmin.PolyakSGD{Delta: 4, MaxStepSize: math.Inf(1)}, argmin.Options{MaxIter: 1}).Run(num.Zeros(1), c)
	if err != nil || math.Abs(r.State.StepSize.Item()-0.25) > 1e-6 {
		t.Errorf("delta: a step of %v, %v", r.State.StepSize, err)
	}
	linear := func(x, th A) A { return x.Mul(num.Vector(-0.9, 0.5)).Add(th) }
	for _, every := range []int{1, 3} {
		r, err := argmin.FixedPoint(linear, argmin.AndersonAcceleration{MixEvery: every}, argmin.Options{}).Run(num.Zeros(2), num.Ones(2))
		if err != nil || r.Err() != nil || maxDiff(r.Params, num.Vector(1/1.9, 2)) > 1e-5 {
			t.Errorf("mixing every %d: %v at %v, %v", every, r.State, r.Params, err)
		}
		t.Log(every, r.State)
	}
}

// A bound that is not given does not bound: a zero array, or a nil tree.
func TestBoundsThatAreNotGiven(t *testing.T) {
	type params map[string]A
	f := func(x params, _ A) A { return x["a"].AddScalar(-2).Square().Add(x["b"].AddScalar(3).Square()).Sum() }
	for name, bounds := range map[string]func(A) (params, params){
		"zero array": func(A) (params, params) { return params{"a": {}, "b": num.Scalar(-1)}, nil },
		"infinity": func(A) (params, params) {
			inf := num.Scalar(math.Inf(1))
			return params{"a": inf.Neg(), "b": num.Scalar(-1)}, params{"a": inf, "b": inf}
		},
	} {
		for _, m := range []argmin.BoundedMethod{argmin.LBFGSB{}, argmin.ProjectedGradient{MaxTrials: 20}} {
			r, err := argmin.Bounded(f, bounds, m, argmin.Options{}).Run(params{"a": num.Zeros(2), "b": num.Zeros(1)}, num.Scalar(0))
			if err != nil || maxDiff(r.Params["a"], num.Full(num.Float64, 2, 2)) > 1e-6 || r.Params["b"].Item() != -1 {
				t.Errorf("%s, %T: %v, %v", name, m, r.Params, err)
			}
		}
	}
}
