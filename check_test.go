package argmin_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/prox"
	"github.com/argmin-go/argmin/status"
)

func distance(x, d A) A { return x.Sub(d).Square().Sum() }

// errorOf is what a run of a solver returns.
func errorOf[P, D any](s *argmin.Solver[P, D], init P, data D) error {
	_, err := s.Run(init, data)
	return err
}

// What a constructor was given wrongly is an error of the run that names it.
func TestErrorsNameTheArgument(t *testing.T) {
	x, d, o, nan := num.Zeros(3), num.Vector(1, 2, 3), argmin.Options{}, math.NaN()
	same := func(x, _ A) A { return x }
	still := func(x, _, _ A) A { return x }
	short := func(x, _, _ A) A { return x.Range(0, 2) }
	model := argmin.LinearModel[A]{Matrix: func(A) A { return num.Eye(3) }, Outer: distance, Curvature: func(A) A { return num.Scalar(2) }}
	point := func(z A) argmin.SplitPoint[A, A] { return argmin.SplitPoint[A, A]{X: x, Z: z, Y: z} }
	minimize := func(m argmin.SmoothMethod) error { return errorOf(argmin.Minimize(distance, m, o), x, d) }
	bounded := func(lower, upper A) error {
		return errorOf(argmin.Bounded(distance, func(A) (A, A) { return lower, upper }, nil, o), x, d)
	}
	onSet := func(s argmin.Set[A, A]) error { return errorOf(argmin.OnSet(distance, s, nil, o), x, d) }
	separable := func(l argmin.LinearModel[A]) error { return errorOf(argmin.Separable(l, still, nil, o), x, d) }
	split := func(p argmin.SplitPoint[A, A]) error {
		return errorOf(argmin.Split(distance, same, still, nil, o), p, d)
	}
	var nilMethod *argmin.LBFGS
	without := model
	without.Curvature = nil
	flat := model
	flat.Linear = func(A) A { return num.Scalar(1) }
	tall := model
	tall.Matrix = func(A) A { return num.Zeros(3, 4) }

	for want, err := range map[string]error{
		"argmin.Minimize: f is nil":                                           errorOf(argmin.Minimize[A, A](nil, nil, o), x, d),
		"argmin.Minimize: f is nil ":                                          errorOf(argmin.Minimize(argmin.DropAux[A, A, A](nil), nil, o), x, d),
		"argmin.Bounded: bounds is nil":                                       errorOf(argmin.Bounded(distance, nil, nil, o), x, d),
		"argmin.Composite: prox is nil":                                       errorOf(argmin.Composite(distance, nil, nil, o), x, d),
		"argmin.FixedPoint: t is nil":                                         errorOf(argmin.FixedPoint[A, A](nil, nil, o), x, d),
		"argmin.Stochastic: f is nil":                                         errorOf(argmin.Stochastic[A, A](nil, nil, o), x, d),
		"argmin.Separable: LinearModel.Curvature is nil":                      separable(without),
		"argmin.Split: k is nil":                                              errorOf(argmin.Split[A, A](distance, nil, still, nil, o), point(x), d),
		"argmin.Minimize: the method is a nil *argmin.LBFGS":                  minimize(nilMethod),
		"argmin.Solver: the solver is zero":                                   errorOf(new(argmin.Solver[A, A]), x, d),
		"argmin.AndersonWrapper: the solver is nil":                           errorOf(argmin.AndersonWrapper[A, A](nil, argmin.AndersonAcceleration{}), x, d),
		"argmin.AndersonWrapper: AndersonAcceleration.Mixing is NaN":          errorOf(argmin.AndersonWrapper(argmin.Minimize(distance, nil, o), argmin.AndersonAcceleration{Mixing: nan}), x, d),
		"argmin.WithGradient: valueAndGrad is nil":                            errorOf(argmin.Minimize(distance, nil, o).WithGradient(nil), x, d),
		"argmin.WithOptimality: condition is nil":                             errorOf(argmin.Minimize(distance, nil, o).WithOptimality(nil), x, d),
		"argmin.WithGradient: the gradient is float64 [2], want float64 [3]":  errorOf(argmin.Minimize(distance, nil, o).WithGradient(func(x, d A) (A, A) { return distance(x, d), num.Zeros(2) }), x, d),
		"argmin.WithOptimality: the condition is float64 [2]":                 errorOf(argmin.Minimize(distance, nil, o).WithOptimality(short), x, d),
		"Options.Tol is NaN":                                                  errorOf(argmin.Minimize(distance, nil, argmin.Options{Tol: nan}), x, d),
		"Options.History keeps MaxIter + 1 entries":                           errorOf(argmin.Minimize(distance, nil, argmin.Options{MaxIter: math.MaxInt, History: true}), x, d),
		"GradientDescent.StepSize is NaN":                                     minimize(argmin.GradientDescent{StepSize: nan}),
		"GradientDescent.StepSize is -1, want a positive number":              minimize(argmin.GradientDescent{StepSize: -1}),
		"TrustRegion.Radius is NaN":                                           minimize(&argmin.TrustRegion{Radius: nan}),
		"LBFGS.Memory is 1073741824":                                          minimize(argmin.LBFGS{Memory: 1 << 30}),
		"NonlinearCG.Formula is CGFormula(7)":                                 minimize(argmin.NonlinearCG{Formula: 7}),
		"argmin.Minimize: the objective returned float64 [3], want a scalar":  errorOf(argmin.Minimize(same, argmin.NelderMead{}, o), x, d),
		"argmin.Minimize: the objective returned float32, want float64":       errorOf(argmin.Minimize(func(x, d A) A { return distance(x, d).AsType(num.Float32) }, nil, o), x, d),
		"argmin.Minimize: the parameters, of type []num.Array, have no array": errorOf(argmin.Minimize(func([]A, A) A { return d.Sum() }, nil, o), nil, d),
		"argmin.Minimize: the parameters are int32":                           errorOf(argmin.Minimize(func(x, d A) A { return d.Sum() }, nil, o), num.Full(num.Int32, 1, 3), d),
		"argmin.Minimize: the parameters[1] are float32":                      errorOf(argmin.Minimize(func(x []A, d A) A { return d.Sum() }, nil, o), []A{x, x.AsType(num.Float32)}, d),
		"argmin.Bounded: lower is float64 [2], want float64 [3]":              bounded(num.Zeros(2), num.Ones(3)),
		"argmin.Bounded: upper is float32 [3], want float64 [3]":              bounded(num.Zeros(3), num.Full(num.Float32, 1, 3)),
		"argmin.Bounded: upper is float64 [3 1], want float64 [3]":            bounded(num.Zeros(3), num.Ones(3, 1)),
		"argmin.Composite: the result of prox is float64 [2]":                 errorOf(argmin.Composite(distance, short, nil, o), x, d),
		"argmin.OnSet: the result of Set.Project is float64 []":               onSet(argmin.Set[A, A]{Project: func(x, _ A) A { return x.Sum() }}),
		"argmin.OnSet: the result of Set.Oracle is float64 []":                onSet(argmin.Set[A, A]{Oracle: func(g, _ A) A { return g.Sum() }}),
		"argmin.OnSet: the result of Set.Mirror is float64 [2]":               onSet(argmin.Set[A, A]{Mirror: func(x, _, _, _ A) A { return x.Range(0, 2) }}),
		"argmin.FixedPoint: the result of t is float64 []":                    errorOf(argmin.FixedPoint(func(x, _ A) A { return x.Sum() }, nil, o), x, d),
		"argmin.Split: SplitPoint.Z is float64 [2], want float64 [3] as K x":  split(point(num.Zeros(2))),
		"argmin.Split: SplitPoint.Y is float64 [], want float64 [3]":          split(argmin.SplitPoint[A, A]{X: x, Z: x, Y: num.Scalar(0)}),
		"argmin.Separable: the result of prox is float64 [1]":                 errorOf(argmin.Separable(model, func(b, _, _ A) A { return b.Reshape(1) }, nil, o), x, d),
		"argmin.LinearModel: the result of Linear is float64 []":              separable(flat),
		"argmin.LinearModel: Matrix returned float64 [3 4]":                   separable(tall),
	} {
		if err == nil || !strings.Contains(err.Error()+" ", want) || strings.Contains(err.Error(), "argmin: argmin.") {
			t.Errorf("error %q, want one with %q", err, want)
		}
	}
}

// A wrongly made solver reports it from every call, without a panic where there is an error.
func TestEveryCallOfAWrongSolverIsAnError(t *testing.T) {
	x := num.Zeros(2)
	for name, s := range map[string]*argmin.Solver[A, A]{
		"zero": {}, "nil objective": argmin.Minimize[A, A](nil, nil, argmin.Options{}),
		"NoJit": argmin.Minimize[A, A](nil, nil, argmin.Options{NoJit: true}),
	} {
		_, run := s.Run(x, x)
		step, init := s.Init(x, x)
		_, update := s.Update(step, x)
		_, iterator := s.RunIterator(context.Background(), x, func(yield func(A) bool) { yield(x) })
		var steps error
		for _, err := range s.Steps(context.Background(), x, x) {
			steps = err
		}
		_, value := num.Try(func() A { return s.Argmin(x, x) })
		_, condition := num.Try(func() A { return s.Optimality(x, x) })
		for call, err := range map[string]error{"Run": run, "Init": init, "Update": update, "RunIterator": iterator, "Steps": steps, "Argmin": value, "Optimality": condition} {
			if err == nil {
				t.Errorf("%s: %s returns no error", name, call)
			}
		}
	}
	s := argmin.Minimize(distance, nil, argmin.Options{})
	if _, err := s.Update(argmin.Step[A]{}, x); err == nil || !strings.Contains(err.Error(), "the step is zero") {
		t.Errorf("Update of the zero step: %v", err)
	}
	if _, err := s.RunIterator(context.Background(), x, nil); err == nil || !strings.Contains(err.Error(), "batches is nil") {
		t.Errorf("RunIterator without a sequence: %v", err)
	}
	var none context.Context
	_, run := s.RunContext(none, x, x)
	_, iterator := s.RunIterator(none, x, func(yield func(A) bool) { yield(x) })
	var steps error
	for _, err := range s.Steps(none, x, x) {
		steps = err
	}
	for _, err := range []error{run, iterator, steps} {
		if err == nil || err.Error() != "argmin: the context is nil" {
			t.Errorf("a nil context: %v", err)
		}
	}
	var r argmin.Result[A]
	if r.Success() || r.Err() == nil || fmt.Sprint(r.State) != "nothing ran" {
		t.Errorf("the zero Result: %v", r.State)
	}
	// An objective that WithGradient replaces is not needed.
	given := argmin.Minimize[A, A](nil, nil, argmin.Options{}).WithGradient(func(x, d A) (A, A) { return distance(x, d), x.Sub(d).Scale(2) })
	if r, err := given.Run(x, x.AddScalar(1)); err != nil || r.Err() != nil {
		t.Errorf("only a gradient: %v, %v", err, r.Err())
	}
}

// Update of a custom method has to keep an iterate consistent.
func TestCustomIteratesAreChecked(t *testing.T) {
	x, d := num.Zeros(3), num.Vector(1, 2, 3)
	for want, c := range map[string]struct {
		update   func(p *argmin.Problem, it, next argmin.Iterate) argmin.Iterate
		ownError bool
	}{
		"Iterate.X but not Value": {update: func(p *argmin.Problem, it, next argmin.Iterate) argmin.Iterate { it.X = next.X; return it }},
		"Iterate.X but not Grad": {update: func(p *argmin.Problem, it, next argmin.Iterate) argmin.Iterate {
			next.Grad = it.Grad
			return next
		}},
		"Iterate.X but not Error": {update: func(p *argmin.Problem, it, next argmin.Iterate) argmin.Iterate { return next }, ownError: true},
		"Iterate.X is float64 [2], want float64 [3]": {update: func(p *argmin.Problem, it, next argmin.Iterate) argmin.Iterate {
			next.X = next.X.Range(0, 2)
			return next
		}},
		"Iterate.Code is float64 [], want int32 []": {update: func(p *argmin.Problem, it, next argmin.Iterate) argmin.Iterate {
			next.Code = num.Scalar(0)
			return next
		}},
		"Iterate.Grad is the zero Array": {update: func(p *argmin.Problem, it, next argmin.Iterate) argmin.Iterate {
			return argmin.Iterate{X: next.X}
		}},
	} {
		rule := func(p *argmin.Problem) argmin.Rule[A] {
			r := argmin.Rule[A]{
				Init: func(it argmin.Iterate) A { return it.Value },
				Update: func(it argmin.Iterate, s A) (argmin.Iterate, A) {
					return c.update(p, it, p.At(it, it.X.Sub(it.Grad.Scale(0.1)))), s
				},
			}
			if c.ownError {
				r.Error = func(it argmin.Iterate) A { return it.Value }
			}
			return r
		}
		err := errorOf(argmin.Minimize(distance, argmin.Custom[A]{Name: "Own", Rule: rule}, argmin.Options{}), x, d)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "argmin.Own: ") {
			t.Errorf("error %q, want one with %q", err, want)
		}
	}
}

// Bounds that no point can satisfy are reported, for each member of a batch.
func TestInfeasibleBounds(t *testing.T) {
	type data struct{ Lower, Upper A }
	for _, m := range []argmin.BoundedMethod{argmin.LBFGSB{}, argmin.ProjectedGradient{}} {
		s := argmin.Bounded(func(x A, _ data) A { return x.Square().Sum() }, func(d data) (A, A) { return d.Lower, d.Upper }, m, argmin.Options{})
		codes := num.Vmap(func(d data) A { _, st := s.ArgminState(num.Zeros(2), d); return st.Code })(data{
			num.New([]float64{1, 1, 2, 1, math.NaN(), 1}, 3, 2), num.New([]float64{2, 2, 1, 2, 2, 2}, 3, 2),
		})
		for i, want := range []status.Code{status.Converged, status.Infeasible, status.Infeasible} {
			if got := status.Code(codes.At(i).Item()); got != want {
				t.Errorf("%T, bounds %d: %v, want %v", m, i, got, want)
			}
		}
	}
}

// A bound broadcasts to its array of parameters.
func TestBoundsBroadcast(t *testing.T) {
	type params = map[string]A
	f := func(x params, d A) A { return x["a"].Sub(d).Square().Sum().Add(x["b"].Square()) }
	s := argmin.Bounded(f, func(A) (params, params) {
		return params{"a": num.Scalar(0), "b": num.Scalar(1)}, params{"a": num.Const(0.5), "b": num.Const(2)}
	}, nil, argmin.Options{})
	r, err := s.Run(params{"a": num.Zeros(3), "b": num.Scalar(0)}, num.Vector(-1, 0.25, 1))
	if err != nil || r.Err() != nil || maxDiff(r.Params["a"], num.Vector(0, 0.25, 0.5)) > 1e-6 || r.Params["b"].Item() != 1 {
		t.Errorf("%v, %v, %v", r.Params, r.State, err)
	}
}

// Blocks of a separable problem may have any shape.
func TestSeparableBlocksOfAnyShape(t *testing.T) {
	m := num.New([]float64{2, 1, 0, 0, 1, 1, 1, 0, 3}, 3, 3)
	model := argmin.LinearModel[A]{
		Matrix: func(A) A { return m }, Curvature: func(A) A { return num.Scalar(1) },
		Outer: func(z, d A) A { return distance(z, d).Scale(0.5) },
	}
	lasso := func(b, _, step A) A { return prox.Lasso(b, 0.1, step) }
	columns := num.New([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 3, 2}, 3, 4)
	for _, method := range []argmin.SeparableMethod{argmin.BlockCoordinateDescent{}, argmin.ProximalGradient{}} {
		s := argmin.Separable(model, lasso, method, argmin.Options{Tol: 1e-10, MaxIter: 5000})
		want, err := s.Run(num.Zeros(3, 4), columns)
		if err != nil || want.Err() != nil {
			t.Fatal(err, want.Err())
		}
		got, err := s.Run(num.Zeros(3, 2, 2), columns.Reshape(3, 2, 2))
		if err != nil || got.Err() != nil || maxDiff(got.Params.Reshape(3, 4), want.Params) > 1e-8 {
			t.Errorf("%T: %v, want %v (%v)", method, got.Params, want.Params, err)
		}
		if r, err := s.Run(num.Zeros(3, 0), num.Zeros(3, 0)); err != nil || r.Err() != nil {
			t.Errorf("%T, empty blocks: %v, %v", method, err, r.Err())
		}
	}
	model.Matrix = func(A) A { return num.Zeros(3, 0) }
	if r, err := argmin.Separable(model, lasso, nil, argmin.Options{}).Run(num.Zeros(0), num.Ones(3)); err != nil || r.Err() != nil {
		t.Errorf("no blocks: %v, %v", err, r.Err())
	}
}

func TestNoParametersAreAtTheirMinimum(t *testing.T) {
	for _, m := range []argmin.SmoothMethod{argmin.LBFGS{}, argmin.BFGS{}, argmin.NonlinearCG{}, argmin.GradientDescent{}, argmin.Newton{}, argmin.NewtonCG{}, argmin.TrustRegion{}, argmin.NelderMead{}} {
		if r, err := argmin.Minimize(distance, m, argmin.Options{}).Run(num.Zeros(0), num.Zeros(0)); err != nil || r.Err() != nil {
			t.Errorf("%T: %v, %v", m, err, r.Err())
		}
	}
}

func TestFormulasPrint(t *testing.T) {
	for f, want := range map[argmin.CGFormula]string{argmin.HagerZhang: "HagerZhang", 7: "CGFormula(7)", -1: "CGFormula(-1)"} {
		if f.String() != want {
			t.Errorf("%v, want %v", f, want)
		}
	}
}
