package argmin_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

type A = num.Array

type ridgeData struct{ X, Y, L2 A }

func ridge(w A, d ridgeData) A {
	r := d.X.MatMul(w).Sub(d.Y)
	return r.Square().Mean().Add(d.L2.Mul(w.Square().Sum())).Scale(0.5)
}

func randomData(n, p int) ridgeData {
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float64, n*p), make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	for i := range y {
		y[i] = rng.NormFloat64()
		for j := range p {
			y[i] += x[i*p+j] * float64(j%3)
		}
	}
	return ridgeData{num.New(x, n, p), num.New(y), num.Scalar(0.1)}
}

// exact is the derivative of the ridge solution w with respect to the strength:
// (XᵀX/n + λI) dw = -w.
func exact(d ridgeData) (w, jac A) {
	n, p := d.X.Shape()[0], d.X.Shape()[1]
	h := d.X.T().MatMul(d.X).Scale(1 / float64(n)).Add(num.Eye(p).Mul(d.L2))
	w = num.Solve(h, d.X.T().MatMul(d.Y).Scale(1/float64(n)))
	return w, num.Solve(h, w.Neg())
}

func maxDiff(a, b A) float64 { return a.Sub(b).Abs().Max().Item() }

var solvers = map[string]func(tol float64, unroll bool) *argmin.Solver[A, ridgeData]{
	"GradientDescent": func(tol float64, unroll bool) *argmin.Solver[A, ridgeData] {
		return argmin.Minimize(ridge, argmin.GradientDescent{NoAcceleration: true}, argmin.Options{Tol: tol, MaxIter: 5000, Unroll: unroll})
	},
	"LBFGS": func(tol float64, unroll bool) *argmin.Solver[A, ridgeData] {
		return argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: tol, Unroll: unroll})
	},
}

func TestRidgeMatchesTheClosedForm(t *testing.T) {
	d := randomData(200, 8)
	w, jac := exact(d)
	at := func(l2 A) ridgeData { return ridgeData{d.X, d.Y, l2} }
	for name, build := range solvers {
		t.Run(name, func(t *testing.T) {
			s := build(1e-12, false)
			r, err := s.Run(num.Zeros(8), d)
			if err != nil || r.Err() != nil {
				t.Fatal(err, r.Err())
			}
			if e := maxDiff(r.Params, w); e > 1e-11 {
				t.Errorf("solution off by %g", e)
			}
			solution := func(l2 A) A { return s.Argmin(num.Zeros(8), at(l2)) }
			if e := maxDiff(num.JacobianRev(solution)(d.L2), jac); e > 1e-11 {
				t.Errorf("reverse Jacobian off by %g", e)
			}
			if e := maxDiff(num.JacobianFwd(solution)(d.L2), jac); e > 1e-11 {
				t.Errorf("forward Jacobian off by %g", e)
			}
			u := build(1e-12, true)
			if e := maxDiff(num.JacobianFwd(func(l2 A) A { return u.Argmin(num.Zeros(8), at(l2)) })(d.L2), jac); e > 1e-6 {
				t.Errorf("unrolled Jacobian off by %g", e)
			}
			outer := func(l2 A) A { return solution(l2).Square().Sum() }
			h := 1e-4
			fd := (num.Grad(outer)(d.L2.AddScalar(h)).Item() - num.Grad(outer)(d.L2.AddScalar(-h)).Item()) / (2 * h)
			if g := num.Grad(num.Grad(outer))(d.L2).Item(); math.Abs(g-fd) > 1e-5*math.Abs(fd) {
				t.Errorf("second derivative %g, finite difference %g", g, fd)
			}
		})
	}
}

// The default derivative is right to 1e-9 on data of a realistic size.
func TestDerivativeOfALargeRidge(t *testing.T) {
	d := randomData(10000, 100)
	_, jac := exact(d)
	s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-11})
	got := num.JacobianRev(func(l2 A) A { return s.Argmin(num.Zeros(100), ridgeData{d.X, d.Y, l2}) })(d.L2)
	e := maxDiff(got, jac)
	t.Logf("max |J - J_exact| = %.3g", e)
	if e > 1e-9 {
		t.Errorf("Jacobian off by %g", e)
	}
}

// Each member of a batch keeps its own number of iterations and answer.
func TestBatchMatchesSingleSolves(t *testing.T) {
	type quad struct{ Q, B A }
	f := func(x A, d quad) A { return d.Q.Mul(x.Square()).Sum().Scale(0.5).Sub(d.B.Dot(x)) }
	s := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{Tol: 1e-10})
	const n, p = 64, 6
	q := make([]float64, n*p)
	for i := range n {
		for j := range p {
			q[i*p+j] = math.Pow(10, float64(i)/float64(n)*4*float64(j)/float64(p-1))
		}
	}
	batch := quad{num.New(q, n, p), num.Ones(n, p)}
	type answer struct{ X, Iter A }
	got := num.Vmap(func(d quad) answer {
		x, st := s.ArgminState(num.Zeros(p), d)
		return answer{x, st.NIter}
	})(batch)
	different := map[float64]bool{}
	for i := range n {
		r, err := s.Run(num.Zeros(p), quad{batch.Q.At(i), batch.B.At(i)})
		if err != nil {
			t.Fatal(err)
		}
		if e := maxDiff(got.X.At(i), r.Params); e > 1e-9 {
			t.Errorf("member %d off by %g", i, e)
		}
		if got.Iter.At(i).Item() != r.State.NIter.Item() {
			t.Errorf("member %d: %v iterations, by itself %v", i, got.Iter.At(i), r.State.NIter)
		}
		different[r.State.NIter.Item()] = true
	}
	if len(different) < 5 {
		t.Errorf("only %d different iteration counts: the problems are too alike", len(different))
	}
}

func rosen(x A, _ struct{}) A {
	a := x.Range(1, x.Size()).Sub(x.Range(0, -1).Square())
	return a.Square().Scale(100).Sum().Add(x.Range(0, -1).AddScalar(-1).Square().Sum())
}

func TestStatusOfEveryEnding(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(A, struct{}) A
		opt  argmin.Options
		want status.Code
	}{
		{"converged", rosen, argmin.Options{}, status.Converged},
		{"iteration limit", rosen, argmin.Options{MaxIter: 3}, status.IterationLimit},
		{"NaN", func(x A, _ struct{}) A { return x.Log().Sum() }, argmin.Options{}, status.NonFinite},
		{"unbounded", func(x A, _ struct{}) A { return x.Neg().Exp().Sum().Neg() }, argmin.Options{}, status.Unbounded},
		{"no numbers beyond a wall", func(x A, _ struct{}) A { return x.AddScalar(1.3).Sum().Sub(x.AddScalar(1.3).Log().Sum()) }, argmin.Options{}, status.Converged},
		{"line search failed", func(x A, _ struct{}) A { // a gradient of the wrong sign
			return num.CustomVJP(func(x A) A { return x.Square().Sum() }, func(x A) (A, A) { return x.Square().Sum(), x },
				func(x, ct A) A { return x.Mul(ct).Scale(-2) })(x)
		}, argmin.Options{}, status.LineSearchFailed},
	} {
		r, err := argmin.Minimize(c.f, nil, c.opt).Run(num.Full(num.Float64, -1.2, 10), struct{}{})
		if err != nil || r.State.Status() != c.want {
			t.Errorf("%s: %v, %v", c.name, r.State.Status(), err)
		}
		if (r.Err() == nil) != (c.want == status.Converged) {
			t.Errorf("%s: Err is %v", c.name, r.Err())
		}
	}
}

func TestManyGoroutinesShareOneTrace(t *testing.T) {
	count := 0
	s := argmin.Minimize(func(x A, d A) A { count++; return x.Sub(d).Square().Sum() }, argmin.LBFGS{}, argmin.Options{})
	if _, err := s.Run(num.Zeros(3), num.Ones(3)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			r, err := s.Run(num.Zeros(3), num.Ones(3).Scale(float64(i)))
			if err != nil || maxDiff(r.Params, num.Ones(3).Scale(float64(i))) > 1e-6 {
				t.Error(r.Params, err)
			}
		})
	}
	wg.Wait()
	if count != 1 {
		t.Errorf("objective traced %d times, want 1", count)
	}
}

func TestStepsMatchRun(t *testing.T) {
	s := argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{})
	x0 := num.Full(num.Float64, -1.2, 10)
	run, err := s.Run(x0, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	var last argmin.Result[A]
	n := -1
	for step, err := range s.Steps(context.Background(), x0, struct{}{}) {
		if err != nil {
			t.Fatal(err)
		}
		last, n = step, n+1
	}
	if float64(n) != run.State.NIter.Item() || maxDiff(last.Params, run.Params) != 0 || last.State.Status() != status.Converged {
		t.Errorf("%d steps to %v (%v), Run makes %v to %v", n, last.Params, last.State.Status(), run.State.NIter, run.Params)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for step, err := range s.Steps(ctx, x0, struct{}{}) {
		if step.State.NIter.Item() == 3 {
			cancel()
		}
		if err != nil {
			if !errors.Is(err, context.Canceled) || step.State.NIter.Item() != 3 {
				t.Errorf("after cancelling: %v at iteration %v", err, step.State.NIter)
			}
			return
		}
	}
	t.Error("cancelling did not end the steps")
}

func TestCancelledBeforeARun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{}).RunContext(ctx, num.Zeros(4),
		struct{}{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkRosenbrock10(b *testing.B) {
	x0 := num.Full(num.Float64, -1.2, 10)
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{}).Run(x0, struct{}{})
		}
	})
	b.Run("warm", func(b *testing.B) {
		b.ReportAllocs()
		s := argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{})
		for b.Loop() {
			s.Run(x0, struct{}{})
		}
	})
}

// An objective that returns something in addition to its value is minimized without that.
func TestDropAux(t *testing.T) {
	type residuals struct{ R A }
	f := func(x, c A) (A, residuals) { r := x.Sub(c); return r.Square().Sum(), residuals{r} }
	c := num.Vector(1, -2)
	r, err := argmin.Minimize(argmin.DropAux(f), argmin.LBFGS{}, argmin.Options{}).Run(num.Zeros(2), c)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	if d := maxDiff(r.Params, c); d > 1e-8 {
		t.Errorf("the minimum is off by %g", d)
	}
}
