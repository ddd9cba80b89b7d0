//go:build cgo

package xla_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/argmin-go/argmin/status"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/catalog"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/xla"
)

type A = num.Array

const backend = "xla:cpu"

// on is a context for calls on the backend, if there is a plugin.
func on(t testing.TB) context.Context {
	t.Helper()
	if _, err := xla.Devices(backend); err != nil {
		t.Skipf("no plugin: %v", err)
	}
	return num.WithBackend(context.Background(), backend)
}

type data struct{ X, Y, L2 A }

func ridge(w A, d data) A {
	r := d.X.MatMul(w).Sub(d.Y)
	return r.Square().Mean().Add(d.L2.Mul(w.Square().Sum())).Scale(0.5)
}

func problem(m, n int, d num.DType) data {
	rng := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float64, m*n), make([]float64, m)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	for i := range y {
		y[i] = rng.NormFloat64()
	}
	return data{num.New(x, m, n).AsType(d), num.New(y, m).AsType(d), num.Scalar(0.1).AsType(d)}
}

func maxDiff(a, b A) float64 {
	x, y := a.Float64s(), b.Float64s()
	d := 0.0
	for i := range x {
		if e := math.Abs(x[i] - y[i]); !(e <= d) {
			d = e
		}
	}
	return d
}

// Every solver of the catalogue gives the Go executor's answer, and on its first problem the
// derivative: that is the same program on every problem but for the objective, and takes as long to
// compile as the solver.
func TestCatalog(t *testing.T) {
	ctx := on(t)
	for i, e := range catalog.Entries() {
		first := i == 0 || e.Solver != catalog.Entries()[i-1].Solver
		if (testing.Short() || e.Slow) && !first {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			th := e.Problem.ThetaOf(num.Float64)
			s := e.Flat(catalog.Options{})
			want, err := s.Run(context.Background(), th)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Run(ctx, th)
			if err != nil {
				t.Fatal(err)
			}
			near := max(1e-7, 10*e.Accuracy) * max(1, e.Problem.Stiffness)
			if got.State.Status() != status.Converged || maxDiff(got.Params, want.Params) > near {
				t.Errorf("%v, parameters off by %g", got.State.Status(), maxDiff(got.Params, want.Params))
			}
			if !first || testing.Short() && e.Slow { // the derivative is a second program to compile, for minutes
				return
			}
			jac := num.Jit(num.JacobianRevTree(s.Argmin))
			a, err := jac.Call(th)
			if err != nil {
				t.Fatal(err)
			}
			b, err := jac.CallContext(ctx, th)
			if err != nil {
				t.Fatal(err)
			}
			for i := range a {
				if d := maxDiff(a[i], b[i]); d > 100*near {
					t.Errorf("derivative of element %d off by %g", i, d)
				}
			}
		})
	}
}

// solvers are those that the tests of steps, batches and unrolling walk.
func solvers(unroll bool) map[string]*argmin.Solver[A, data] {
	s := map[string]*argmin.Solver[A, data]{
		"gradient descent": argmin.Minimize(ridge, argmin.GradientDescent{NoAcceleration: true}, argmin.Options{Tol: 1e-9, MaxIter: 300, Unroll: unroll}),
		"L-BFGS":           argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-9, MaxIter: 60, Unroll: unroll}),
	}
	if !unroll {
		s["accelerated"] = argmin.Minimize(ridge, argmin.GradientDescent{}, argmin.Options{Tol: 1e-9})
		s["zoom"] = argmin.Minimize(ridge, argmin.LBFGS{LineSearch: linesearch.Zoom(linesearch.ZoomOptions{})}, argmin.Options{Tol: 1e-9})
		s["Hager-Zhang"] = argmin.Minimize(ridge,
			argmin.LBFGS{LineSearch: linesearch.HagerZhang(linesearch.HagerZhangOptions{})}, argmin.Options{Tol: 1e-9})
	}
	return s
}

// Every solver gives the Go executor's answer and counts, in one dispatch, and so do
// its steps.
func TestSolvers(t *testing.T) {
	ctx := on(t)
	d := problem(40, 5, num.Float64)
	for name, s := range solvers(false) {
		t.Run(name, func(t *testing.T) {
			want, err := s.Run(num.Zeros(5), d)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.RunContext(ctx, num.Zeros(5), d)
			if err != nil {
				t.Fatal(err)
			}
			if got.State.Status() != status.Converged || maxDiff(got.Params, want.Params) > 1e-8 {
				t.Errorf("%v, parameters off by %g", got.State.Status(), maxDiff(got.Params, want.Params))
			}
			if a, b := got.State.NIter.Item(), want.State.NIter.Item(); math.Abs(a-b) > 2 {
				t.Errorf("%v iterations, the Go executor makes %v", a, b)
			}
			var last argmin.Result[A]
			for r, err := range s.Steps(ctx, num.Zeros(5), d) {
				if err != nil {
					t.Fatal(err)
				}
				last = r
			}
			if e := maxDiff(last.Params, got.Params); e > 1e-9 {
				t.Errorf("steps end %g away from the run", e)
			}
		})
	}
}

// The derivative of an answer, one by one and in a batch, implicit and unrolled.
func TestDerivatives(t *testing.T) {
	ctx := on(t)
	d := problem(40, 5, num.Float64)
	for _, unroll := range []bool{false, true} {
		for name, s := range solvers(unroll) {
			if unroll && testing.Short() && name != "L-BFGS" {
				continue
			}
			f := func(l2 A) A { return s.Argmin(num.Zeros(5), data{d.X, d.Y, l2}) }
			jac := num.Jit(num.JacobianRev(f))
			want, err := jac.Call(d.L2)
			if err != nil {
				t.Fatal(err)
			}
			got, err := jac.CallContext(ctx, d.L2)
			if err != nil {
				t.Fatal(err)
			}
			if e := maxDiff(got, want); e > 1e-6 {
				t.Errorf("%s, unroll=%t: the Jacobian is off by %g", name, unroll, e)
			}
			if unroll {
				continue
			}
			batch := num.Jit(num.Vmap(func(l2 A) [2]A { return [2]A{f(l2), num.JacobianRev(f)(l2)} }))
			l2s := num.Vector(1e-4, 1e-2, 1, 30)
			many, err := batch.Call(l2s)
			if err != nil {
				t.Fatal(err)
			}
			there, err := batch.CallContext(ctx, l2s)
			if err != nil {
				t.Fatal(err)
			}
			if e := max(maxDiff(many[0], there[0]), maxDiff(many[1], there[1])); e > 1e-6 {
				t.Errorf("%s: the batch is off by %g", name, e)
			}
		}
	}
}

func TestFloat32(t *testing.T) {
	ctx := on(t)
	d := problem(40, 5, num.Float32)
	s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-4})
	want, _ := s.Run(num.Full(num.Float32, 0, 5), d)
	got, err := s.RunContext(ctx, num.Full(num.Float32, 0, 5), d)
	if err != nil || got.State.Status() != status.Converged || maxDiff(got.Params, want.Params) > 1e-3 {
		t.Errorf("%v %v, off by %g", err, got.State.Status(), maxDiff(got.Params, want.Params))
	}
}

// What a step was made of is gone on a device, and using it is an error that explains this.
func TestUpdateDonates(t *testing.T) {
	on(t)
	if err := num.SetBackend(backend); err != nil {
		t.Fatal(err)
	}
	defer num.SetBackend("cpu")
	d := problem(40, 5, num.Float64)
	s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-9})
	first, err := s.Init(num.Zeros(5), d)
	if err != nil {
		t.Fatal(err)
	}
	step := first
	for step.Result.State.Status() == status.Running {
		if step, err = s.Update(step, d); err != nil {
			t.Fatal(err)
		}
	}
	if step.Result.State.Status() != status.Converged {
		t.Errorf("%v", step.Result.State.Status())
	}
	if first.Result.Params.Float64s()[0] != 0 {
		t.Error("the result of the first step is gone")
	}
	if _, err := s.Update(first, d); err == nil || !strings.Contains(err.Error(), "was given to the step that followed") {
		t.Errorf("a second update of one step: %v", err)
	}
}

func TestErrors(t *testing.T) {
	ctx := on(t)
	d := problem(40, 5, num.Float64)
	logged := func(w A) A {
		num.Observe(func(A) error { return nil }, w)
		return w.Square().Sum()
	}
	if _, err := num.Jit(logged).CallContext(ctx, num.Ones(2)); !errors.Is(err, num.ErrBackend) ||
		!strings.Contains(err.Error(), "solver_test.go:") || !strings.Contains(err.Error(), "TestErrors") {
		t.Errorf("a callback: %v", err)
	}
	for name, scale := range map[string]func(b A) A{"of constants": func(A) A { return num.Vector(1, 2) }, "of arguments": func(b A) A { return b }} {
		// Two equations for the sum of x. What they do not determine stays where it is; if their right-hand
		// sides differ there is no solution.
		jacobian := func(right func(b A) A) (A, error) {
			root := num.CustomRoot(func(x, b A) A { return x.Sum().Sub(right(b)).Mul(scale(b)) }, func(b A) A { return b }, nil)
			return num.Jit(num.JacobianRev(root)).CallContext(ctx, num.Vector(1, 2))
		}
		if j, err := jacobian(func(b A) A { return b.Sum() }); err != nil || maxDiff(j, num.Full(num.Float64, 0.5, 2, 2)) > 1e-12 {
			t.Errorf("a singular system %s with solutions: %v %v", name, j, err)
		}
		if _, err := jacobian(func(b A) A { return b }); !errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), "singular") {
			t.Errorf("a singular system %s without a solution: %v", name, err)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{}).RunContext(cancelled, num.Zeros(5),
		d); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
	if _, err := num.Jit(ridgeOf(d)).CallContext(num.WithBackend(ctx, "xla:abacus"), num.Zeros(5)); err == nil ||
		!strings.Contains(err.Error(), "abacus") {
		t.Errorf("an unknown platform: %v", err)
	}
}

func ridgeOf(d data) func(A) A { return func(w A) A { return ridge(w, d) } }

// One function and one solver, used by many goroutines at once.
func TestConcurrent(t *testing.T) {
	ctx := on(t)
	d := problem(40, 5, num.Float64)
	s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-9})
	f := num.Jit(func(x A) A { return x.Square().Sum() })
	want, err := s.Run(num.Zeros(5), d)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			r, err := s.RunContext(ctx, num.Zeros(5), d)
			if err != nil || maxDiff(r.Params, want.Params) > 1e-8 {
				t.Errorf("%v", err)
			}
			y, err := f.CallContext(ctx, num.Full(num.Float64, float64(k), 3))
			if err != nil || y.Item() != float64(3*k*k) {
				t.Errorf("%v %v", y, err)
			}
		})
	}
	wg.Wait()
}
