package argmin_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/catalog"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/status"
)

// Every method of every kind of problem has an entry in the catalogue.
func TestCatalogIsComplete(t *testing.T) {
	have := map[string]bool{}
	for _, e := range catalog.Entries() {
		have[e.Kind+" "+e.Method] = true
	}
	found := 0
	for method, kinds := range readSources(t).methods {
		if method == "Custom" { // the same for all kinds
			kinds = []string{"smooth"}
		}
		for _, kind := range kinds {
			found++
			if !have[kind+" "+method] {
				t.Errorf("internal/check/catalog has no entry for %s as a %s method", method, kind)
			}
		}
	}
	if found < 23 {
		t.Errorf("only %d methods were found: the test looks for the wrong thing", found)
	}
}

// An accelerated method keeps what the method within needs: its start is moved into the set,
// and on batches it evaluates the objective once per update.
func TestAndersonKeepsTheMethodsNeeds(t *testing.T) {
	target := num.Vector(3, -2, 0.5)
	f := func(x, _ A) A { return x.Sub(target).Square().Sum().Scale(0.5) }
	box := argmin.Set[A, A]{Project: func(x, _ A) A { return x.Clip(-1, 1) }}
	inner := argmin.OnSet(f, box, argmin.ProjectedGradient{StepSize: 0.3, NoAcceleration: true}, argmin.Options{Tol: 1e-12})
	s := argmin.AndersonWrapper(inner, argmin.AndersonAcceleration{})
	first, err := s.Init(num.Vector(50, -50, 50), num.Scalar(0))
	if err != nil || maxDiff(first.Result.Params, num.Vector(1, -1, 1)) != 0 {
		t.Errorf("the start is %v, want the nearest point of the box; %v", first.Result.Params, err)
	}
	r, err := s.Run(num.Vector(50, -50, 50), num.Scalar(0))
	if err != nil || r.Err() != nil || maxDiff(r.Params, num.Vector(1, -1, 0.5)) > 1e-11 {
		t.Errorf("%v, %v, %v", r.Params, err, r.Err())
	}

	polyak := argmin.Stochastic(func(x, batch A) A { return x.Sub(batch).Square().Sum() },
		argmin.PolyakSGD{MaxStepSize: 0.1}, argmin.Options{Tol: 1e-10, MaxIter: 1000})
	fast := argmin.AndersonWrapper(polyak, argmin.AndersonAcceleration{})
	step, err := fast.Init(num.Zeros(3), target)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if step.Result.State.Status() != status.Running {
			break
		}
		before := step.Result.State.NFev.Item()
		if step, err = fast.Update(step, target); err != nil {
			t.Fatal(err)
		}
		if n := step.Result.State.NFev.Item() - before; n != 1 {
			t.Errorf("an update on a batch evaluated the objective %v times", n)
		}
	}
	r, err = fast.Run(num.Zeros(3), target)
	if err != nil || r.Err() != nil || maxDiff(r.Params, target) > 1e-9 {
		t.Errorf("%v, %v, %v", r.Params, err, r.Err())
	}

	simplex := argmin.AndersonWrapper(argmin.Minimize(f, argmin.NelderMead{}, argmin.Options{}), argmin.AndersonAcceleration{})
	if _, err := simplex.Run(num.Zeros(3), num.Scalar(0)); !errors.Is(err, num.ErrArgument) || !strings.Contains(err.Error(), "NelderMead") {
		t.Errorf("NelderMead: %v", err)
	}
}

// A method that lacks something, or that is written wrongly, is an error that names it.
func TestMethodsRefuseWhatTheyCannotSolve(t *testing.T) {
	f := func(x, _ A) A { return x.Square().Sum() }
	bad := func(r argmin.Rule[A]) *argmin.Solver[A, A] {
		return argmin.Minimize(f, argmin.Custom[A]{Name: "Own", Rule: func(*argmin.Problem) argmin.Rule[A] { return r }}, argmin.Options{})
	}
	stays := func(it argmin.Iterate, s A) (argmin.Iterate, A) { return it, s }
	for want, s := range map[string]*argmin.Solver[A, A]{
		"needs Set.Project": argmin.OnSet(f, argmin.Set[A, A]{}, nil, argmin.Options{}),
		"needs Set.Oracle":  argmin.OnSet(f, argmin.Set[A, A]{}, argmin.FrankWolfe{}, argmin.Options{}),
		"needs Set.Mirror":  argmin.OnSet(f, argmin.Set[A, A]{}, argmin.MirrorDescent{}, argmin.Options{}),
		"argmin.Own: the method's Rule has no Init or no Update": bad(argmin.Rule[A]{Update: stays}),
		"argmin.Own: the method has no Rule":                     argmin.Minimize(f, argmin.Custom[A]{Name: "Own"}, argmin.Options{}),
		"State[0]": bad(argmin.Rule[A]{
			Init:   func(it argmin.Iterate) A { return it.Value },
			Update: func(it argmin.Iterate, s A) (argmin.Iterate, A) { return it, it.X },
		}),
	} {
		r, err := s.Run(num.Ones(2), num.Scalar(0))
		if r.State.Status() != status.Failed || r.Success() || maxDiff(r.Params, num.Ones(2)) != 0 {
			t.Errorf("refused with %q: %v at %v", want, r.State, r.Params)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %q, want one with %q", err, want)
		}
		if _, err := s.Init(num.Ones(2), num.Scalar(0)); want != "State[0]" && err == nil {
			t.Errorf("Init does not report %q", want)
		}
	}
	// A step from a solver with another method.
	step, err := argmin.Minimize(f, argmin.BFGS{}, argmin.Options{}).Init(num.Ones(2), num.Scalar(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{}).Update(step, num.Scalar(0)); err == nil ||
		!strings.Contains(err.Error(), "another method") {
		t.Errorf("a step of another method: %v", err)
	}
}

// Zero itself can be asked for, by a negative number.
func TestNegativeOptionsAskForZero(t *testing.T) {
	f := func(x, _ A) A { return x.AddScalar(-1).Square().Sum() }
	r, err := argmin.Minimize(f, nil, argmin.Options{MaxIter: -1}).Run(num.Zeros(2), num.Scalar(0))
	if err != nil || r.State.NIter.Item() != 0 || r.State.Status() != status.IterationLimit {
		t.Errorf("no iterations: %v after %v, %v", r.State.Status(), r.State.NIter, err)
	}
	unrolled := argmin.Minimize(f, nil, argmin.Options{MaxIter: -1, Unroll: true, History: true})
	if r, err := unrolled.Run(num.Zeros(2), num.Scalar(0)); err != nil || r.State.NIter.Item() != 0 || r.History.Value.Size() != 1 {
		t.Errorf("no iterations, unrolled: %v after %v, %v", r.State.Status(), r.State.NIter, err)
	}
	quadratic := argmin.Minimize(f, argmin.Newton{}, argmin.Options{Tol: -1})
	if r, err := quadratic.Run(num.Zeros(2), num.Scalar(0)); err != nil || r.Err() != nil || r.State.Error.Item() != 0 {
		t.Errorf("an error of exactly 0: %v, %v", r.State.Error, err)
	}
	limit := argmin.Minimize(f, nil, argmin.Options{MaxIter: math.MaxInt})
	if r, err := limit.Run(num.Zeros(2), num.Scalar(0)); err != nil || r.Err() != nil {
		t.Errorf("no limit: %v, %v", r.Err(), err)
	}
}

// Frank–Wolfe runs without a projection; only a derivative needs one.
func TestFrankWolfeWithoutProjection(t *testing.T) {
	f := func(x, c A) A { return x.Sub(c).Square().Sum() }
	corners := func(g, _ A) A { return num.Arange(num.Int32, 0, 3).Eq(g.ArgMin(0)).AsType(num.Float64) }
	opt := argmin.Options{MaxIter: 20000, Tol: 1e-7}
	s := argmin.OnSet(f, argmin.Set[A, A]{Oracle: corners}, nil, opt)
	c := num.Vector(0.5, 0.3, 0.2)
	r, err := s.Run(num.Vector(1, 0, 0), c)
	if err != nil || r.Err() != nil || maxDiff(r.Params, c) > 1e-3 {
		t.Errorf("%v, %v, %v", r.Params, err, r.Err())
	}
	solution := func(c A) A { return s.Argmin(num.Vector(1, 0, 0), c) }
	if x, err := num.Try(func() A { return num.Vmap(solution)(num.Stack(c, c)) }); err != nil || maxDiff(x.At(1), c) > 1e-3 {
		t.Errorf("a batch: %v, %v", x, err)
	}
	for name, jacobian := range map[string]func(A) A{"reverse": num.JacobianRev(solution), "forward": num.JacobianFwd(solution)} {
		if _, err := num.Try(func() A { return jacobian(c) }); err == nil || !strings.Contains(err.Error(), "Set.Project") {
			t.Errorf("%s: the derivative's error is %v", name, err)
		}
	}
	// With a projection, a start outside of the set is moved into it.
	simplex := func(x, _ A) A { return projection.Simplex(x, 1) }
	within := argmin.OnSet(f, argmin.Set[A, A]{Oracle: corners, Project: simplex}, argmin.FrankWolfe{}, opt)
	if r, err := within.Run(num.Vector(5, 5, 5), c); err != nil || r.Err() != nil || maxDiff(r.Params, c) > 1e-3 {
		t.Errorf("from outside: %v, %v, %v", r.Params, err, r.Err())
	}
	if _, err := num.Try(func() A { return s.Optimality(c, c) }); err == nil || !strings.Contains(err.Error(), "Set.Project") {
		t.Errorf("the condition's error is %v", err)
	}
}

// A state prints in words, also one of a batch, of a trace, and one that holds nothing.
func TestStatePrints(t *testing.T) {
	f := func(x, c A) A { return x.Sub(c).Square().Sum() }
	s := argmin.Minimize(f, argmin.Newton{}, argmin.Options{})
	r, err := s.Run(num.Zeros(2), num.Scalar(1))
	if err != nil || !r.Success() || !strings.HasPrefix(r.State.String(), "converged after 1 iterations and 3 evaluations: error ") {
		t.Errorf("%v, %v", r.State, err)
	}
	var batch argmin.State
	num.Vmap(func(c A) A {
		x, st := s.ArgminState(num.Zeros(2), c)
		if !strings.Contains(st.String(), "iterations") {
			t.Errorf("traced: %v", st)
		}
		return x
	})(num.Vector(1, 2))
	batch = num.Vmap(func(c A) argmin.State { _, st := s.ArgminState(num.Zeros(2), c); return st })(num.Vector(1, 2))
	if !strings.Contains(batch.String(), "iterations [1 1]") {
		t.Errorf("a batch: %v", batch)
	}
	if (argmin.State{}).String() == "" {
		t.Error("the zero State does not print")
	}
}
