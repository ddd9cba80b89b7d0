package argmin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// checkAnswer recomputes at the answer what a result claims. Every solver's test
// goes through it; TestChecksCatchWrongAnswers shows that it catches false claims.
func checkAnswer[P, D any](s *argmin.Solver[P, D], f func(P, D) A, r argmin.Result[P], d D, tol float64) error {
	v, e := f(r.Params, d).Item(), s.L2OptimalityError(r.Params, d).Item()
	if !(math.Abs(v-r.State.Value.Item()) <= 1e-12*(1+math.Abs(v))) {
		return fmt.Errorf("the value is %v, in the result %v", v, r.State.Value)
	}
	if r.State.Status() == status.Converged && !(e <= tol*(1+1e-9)) {
		return fmt.Errorf("converged, but the error is %v", e)
	}
	return nil
}

// checkDerivative compares the implicit derivative of a ridge with a difference
// of two solves.
func checkDerivative(s *argmin.Solver[A, ridgeData], d ridgeData) error {
	solve := func(l2 float64) A { return s.Argmin(num.Zeros(d.X.Shape()[1]), ridgeData{d.X, d.Y, num.Scalar(l2)}) }
	l2, h := d.L2.Item(), 1e-4
	fd := solve(l2 + h).Sub(solve(l2 - h)).Scale(1 / (2 * h))
	j := num.JacobianRev(func(l2 A) A { return s.Argmin(num.Zeros(d.X.Shape()[1]), ridgeData{d.X, d.Y, l2}) })(d.L2)
	if e := maxDiff(fd, j); !(e <= 1e-6) {
		return fmt.Errorf("the derivative is off by %g", e)
	}
	return nil
}

func TestRidgeWithEveryOption(t *testing.T) {
	d := randomData(60, 4)
	w, _ := exact(d)
	solver := func(m argmin.SmoothMethod, o argmin.Options) *argmin.Solver[A, ridgeData] {
		o.Tol = 1e-11
		return argmin.Minimize(ridge, m, o)
	}
	gd := func(m argmin.GradientDescent) *argmin.Solver[A, ridgeData] {
		return solver(m, argmin.Options{MaxIter: 3000})
	}
	lb := func(m argmin.LBFGS) *argmin.Solver[A, ridgeData] { return solver(m, argmin.Options{}) }
	hagerZhang := linesearch.HagerZhang(linesearch.HagerZhangOptions{})
	for name, s := range map[string]*argmin.Solver[A, ridgeData]{
		"default":               solver(nil, argmin.Options{}),
		"GD":                    gd(argmin.GradientDescent{NoAcceleration: true}),
		"GD fixed":              gd(argmin.GradientDescent{StepSize: 0.3, NoAcceleration: true}),
		"GD accelerated":        gd(argmin.GradientDescent{}),
		"GD fixed, accelerated": gd(argmin.GradientDescent{StepSize: 0.3}),
		"GD Hager–Zhang":        gd(argmin.GradientDescent{LineSearch: hagerZhang, NoAcceleration: true}),
		"LBFGS":                 lb(argmin.LBFGS{}),
		"LBFGS memory 1":        lb(argmin.LBFGS{Memory: 1}),
		"LBFGS Hager–Zhang":     lb(argmin.LBFGS{LineSearch: hagerZhang}),
		"LBFGS backtracking":    lb(argmin.LBFGS{LineSearch: linesearch.Backtracking(linesearch.BacktrackingOptions{})}),
		"LBFGS CG":              solver(argmin.LBFGS{}, argmin.Options{Linear: linsolve.CG(linsolve.Options{})}),
		"LBFGS GMRES":           solver(argmin.LBFGS{}, argmin.Options{Linear: linsolve.GMRES(linsolve.GMRESOptions{})}),
		"LBFGS Cholesky":        solver(argmin.LBFGS{}, argmin.Options{Linear: linsolve.Cholesky(linsolve.Options{})}),
		"LBFGS unrolled":        solver(argmin.LBFGS{}, argmin.Options{Unroll: true, MaxIter: 50}),
		"GD unrolled":           argmin.Minimize(ridge, argmin.GradientDescent{StepSize: 0.3, NoAcceleration: true}, argmin.Options{Unroll: true, Tol: 1e-11, MaxIter: 400}),
		"WithGradient": lb(argmin.LBFGS{}).WithGradient(func(w A, d ridgeData) (A, A) {
			r := d.X.MatMul(w).Sub(d.Y)
			return ridge(w, d), d.X.T().MatMul(r).Scale(1 / float64(d.X.Shape()[0])).Add(w.Mul(d.L2))
		}),
	} {
		r, err := s.Run(num.Zeros(4), d)
		if err != nil || r.Err() != nil {
			t.Errorf("%s: %v, %v", name, err, r.Err())
			continue
		}
		if err := checkAnswer(s, ridge, r, d, 1e-11); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if e := maxDiff(r.Params, w); e > 1e-9 {
			t.Errorf("%s: solution off by %g", name, e)
		}
		if err := checkDerivative(s, d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Wrong answers, planted, and the checks that catch them.
func TestChecksCatchWrongAnswers(t *testing.T) {
	d := randomData(60, 4)
	s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-11})
	if err := checkDerivative(s, d); err != nil {
		t.Fatal(err)
	}
	// The optimality condition with one term's sign flipped, at the right answer.
	flipped := num.CustomRoot(func(w A, l2 A) A {
		r := d.X.MatMul(w).Sub(d.Y)
		return d.X.T().MatMul(r).Scale(1 / float64(60)).Sub(w.Mul(l2))
	}, func(l2 A) A { return s.Argmin(num.Zeros(4), ridgeData{d.X, d.Y, l2}) }, nil)
	_, jac := exact(d)
	if e := maxDiff(num.JacobianRev(flipped)(d.L2), jac); !(e > 1e-3) {
		t.Errorf("a flipped term of the optimality condition changes the derivative by %g only", e)
	}
	r, err := s.Run(num.Zeros(4), d)
	if err != nil || checkAnswer(s, ridge, r, d, 1e-11) != nil {
		t.Fatal(err, checkAnswer(s, ridge, r, d, 1e-11))
	}
	nan := r
	nan.Params = num.Full(num.Float64, math.NaN(), 4)
	nan.State.Value = num.Scalar(math.NaN())
	if checkAnswer(s, ridge, nan, d, 1e-11) == nil {
		t.Error("NaN passed for convergence")
	}
	early := r
	early.Params = r.Params.AddScalar(1e-3)
	early.State.Value = ridge(early.Params, d)
	if checkAnswer(s, ridge, early, d, 1e-11) == nil {
		t.Error("a point that is not stationary passed for convergence")
	}
}

func TestHistoryAndLogOfARun(t *testing.T) {
	var log bytes.Buffer
	s := argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{History: true, Logger: slog.New(slog.NewTextHandler(&log, nil)), MaxIter: 100})
	x0 := num.Full(num.Float64, -1.2, 4)
	r, err := s.Run(x0, struct{}{})
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	n := int(r.State.NIter.Item())
	v, e := r.History.Value.Float64s(), r.History.Error.Float64s()
	if len(v) != 101 || v[0] != rosen(x0, struct{}{}).Item() || v[n] != r.State.Value.Item() ||
		e[n] != r.State.Error.Item() || !math.IsNaN(v[n+1]) {
		t.Errorf("history of %d iterations: %v", n, v)
	}
	if !slices.IsSortedFunc(v[:n+1], func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
		t.Errorf("the value rose: %v", v[:n+1])
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != n+1 || !strings.Contains(lines[n], "status=converged") || !strings.Contains(lines[0], "iter=0") {
		t.Errorf("%d lines of log for %d iterations; the last: %s", len(lines), n, lines[len(lines)-1])
	}
	if r, _ := argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{}).Run(x0, struct{}{}); r.History != nil {
		t.Error("a history that nobody asked for")
	}
}

// Without Jit a call sees the current values of the variables that the objective captures.
func TestNoJitSeesChangedVariables(t *testing.T) {
	for _, noJit := range []bool{false, true} {
		target := num.Vector(1, 2)
		s := argmin.Minimize(func(x A, _ struct{}) A { return x.Sub(target).Square().Sum() }, argmin.LBFGS{}, argmin.Options{NoJit: noJit})
		for k := range 2 {
			target = num.Vector(1, 2).AddScalar(float64(k))
			r, err := s.Run(num.Zeros(2), struct{}{})
			if err != nil {
				t.Fatal(err)
			}
			want := num.Vector(1, 2)
			if noJit {
				want = target
			}
			if e := maxDiff(r.Params, want); e > 1e-6 {
				t.Errorf("NoJit %t, call %d: %v", noJit, k, r.Params)
			}
		}
	}
}

func TestRunIteratorOnBatches(t *testing.T) {
	d := randomData(64, 3)
	batches := func(n int) iter.Seq[ridgeData] {
		return func(yield func(ridgeData) bool) {
			for i := range n {
				k := i % 4 * 16
				if !yield(ridgeData{d.X.Range(k, k+16), d.Y.Range(k, k+16), d.L2}) {
					return
				}
			}
		}
	}
	count := 0
	f := func(w A, d ridgeData) A { count++; return ridge(w, d) }
	s := argmin.Minimize(f, argmin.GradientDescent{StepSize: 0.02, NoAcceleration: true}, argmin.Options{Tol: 1e-12, MaxIter: 10000})
	r, err := s.RunIterator(context.Background(), num.Zeros(3), batches(2000))
	if err != nil || r.State.Status() != status.Running || r.State.NIter.Item() != 2000 {
		t.Fatal(err, r.State.Status(), r.State.NIter)
	}
	w, _ := exact(d)
	if e := maxDiff(r.Params, w); e > 0.1 {
		t.Errorf("off by %g", e)
	}
	if count > 3 {
		t.Errorf("the objective was traced %d times", count)
	}
	r, err = s.RunIterator(context.Background(), w, batches(0))
	if err != nil || maxDiff(r.Params, w) != 0 {
		t.Errorf("no batches: %v, %v", r.Params, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	r, err = s.RunIterator(ctx, num.Zeros(3), func(yield func(ridgeData) bool) {
		for b := range batches(100) {
			if n++; n == 5 {
				cancel()
			}
			if !yield(b) {
				return
			}
		}
	})
	// The sequence is at most two batches ahead.
	if i := r.State.NIter.Item(); !errors.Is(err, context.Canceled) || i > 4 || i < 2 || n > 7 {
		t.Errorf("cancelled: %v after %v iterations and %d batches", err, r.State.NIter, n)
	}
}

// Loading goes on while an update is computed, ends with the run, and its panics are
// the caller's.
func TestRunIteratorLoadsAhead(t *testing.T) {
	d := randomData(64, 3)
	loading, updating, both, ended := atomic.Bool{}, atomic.Bool{}, atomic.Bool{}, atomic.Bool{}
	f := func(w A, d ridgeData) A {
		num.Observe(func(A) error {
			updating.Store(true)
			defer updating.Store(false)
			for range 1000 {
				if loading.Load() {
					both.Store(true)
				}
				runtime.Gosched()
			}
			return nil
		}, w)
		return ridge(w, d)
	}
	s := argmin.Minimize(f, argmin.GradientDescent{StepSize: 0.02, NoAcceleration: true}, argmin.Options{Tol: 1e-3, MaxIter: 50})
	_, err := s.RunIterator(context.Background(), num.Zeros(3), func(yield func(ridgeData) bool) {
		defer ended.Store(true)
		for {
			loading.Store(true)
			for range 1000 {
				runtime.Gosched()
			}
			loading.Store(false)
			if !yield(d) {
				return
			}
		}
	})
	if err != nil || !both.Load() || !ended.Load() {
		t.Errorf("%v, overlapped: %t, ended: %t", err, both.Load(), ended.Load())
	}
	defer func() {
		if v := recover(); v != "loader" {
			t.Errorf("recovered %v", v)
		}
	}()
	s.RunIterator(context.Background(), num.Zeros(3), func(yield func(ridgeData) bool) { panic("loader") })
}

// An unrolled solve has both modes and second derivatives.
func TestUnrolledDerivativeInBothModes(t *testing.T) {
	d := randomData(30, 3)
	_, jac := exact(d)
	for name, s := range map[string]*argmin.Solver[A, ridgeData]{
		"LBFGS": argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Unroll: true, Tol: 1e-12, MaxIter: 40}),
		"GD":    argmin.Minimize(ridge, argmin.GradientDescent{StepSize: 0.3, NoAcceleration: true}, argmin.Options{Unroll: true, Tol: 1e-13, MaxIter: 300}),
	} {
		f := func(l2 A) A { return s.Argmin(num.Zeros(3), ridgeData{d.X, d.Y, l2}) }
		if e := maxDiff(num.JacobianRev(f)(d.L2), jac); !(e < 1e-6) {
			t.Errorf("%s: reverse off by %g", name, e)
		}
		if e := maxDiff(num.JacobianFwd(f)(d.L2), jac); !(e < 1e-6) {
			t.Errorf("%s: forward off by %g", name, e)
		}
	}
}

func TestBadInputIsAnError(t *testing.T) {
	type tree struct{ W, B A }
	quad := func(p tree, d A) A { return p.W.Sub(d).Square().Sum().Add(p.B.Square().Sum()) }
	s := argmin.Minimize(quad, argmin.LBFGS{}, argmin.Options{})
	ok := tree{num.Zeros(2), num.Scalar(1)}
	if _, err := s.Run(ok, num.Ones(2)); err != nil {
		t.Fatal(err)
	}
	run := func(f func(A, A) A, x, d A) error {
		r, err := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{}).Run(x, d)
		if err != nil {
			return err
		}
		return r.Err()
	}
	sum := func(x, d A) A { return x.Sub(d).Square().Sum() }
	for _, c := range []struct {
		name string
		err  error
		kind error
		want string
	}{
		{"shapes", run(sum, num.Zeros(2), num.Ones(3)), num.ErrShape, "[2]"},
		{"the user's line", run(sum, num.Zeros(2), num.Ones(3)), num.ErrShape, "options_test.go"},
		{"dtypes", run(sum, num.Zeros(2), num.Full(num.Float32, 1, 2)), num.ErrDType, "float32"},
		{"vector objective", run(func(x, d A) A { return x.Sub(d) }, num.Zeros(2), num.Ones(2)), num.ErrShape, "scalar"},
		{"integer parameters", run(sum, num.Full(num.Int32, 1, 2), num.Full(num.Int32, 1, 2)), nil, ""},
		{"zero Array", run(sum, A{}, num.Ones(2)), num.ErrArgument, "zero Array"},
		{"panic", run(func(x, d A) A { s := []int{}; return x.Scale(float64(s[x.Size()])) }, num.Zeros(2), num.Ones(2)), num.ErrUser, "options_test.go"},
		{"NaN in data", run(sum, num.Zeros(2), num.Vector(1, math.NaN())), nil, "not finite"},
		{"max of nothing", run(func(x, d A) A { return x.Max() }, num.Zeros(0), num.Ones(0)), num.ErrShape, "empty"},
	} {
		if c.err == nil || c.kind != nil && !errors.Is(c.err, c.kind) || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, c.err, c.want)
		}
	}
	// Empty parameters are at their minimum.
	if err := run(sum, num.Zeros(0), num.Zeros(0)); err != nil {
		t.Errorf("empty parameters: %v", err)
	}
	// A structure that changes between calls is traced again, or refused where it does not fit.
	if r, err := s.Run(tree{num.Zeros(3), num.Zeros(2)}, num.Ones(3)); err != nil || r.Err() != nil {
		t.Errorf("other shapes: %v, %v", err, r.Err())
	}
	if _, err := s.Run(tree{num.Zeros(3), num.Scalar(0)}, num.Ones(2)); !errors.Is(err, num.ErrShape) {
		t.Errorf("shapes that do not fit: %v", err)
	}
	slice := argmin.Minimize(func(p []A, d A) A { return p[0].Sum().Square() }, argmin.LBFGS{}, argmin.Options{})
	if _, err := slice.Run([]A{num.Ones(2), num.Ones(1)}, num.Ones(1)); err != nil {
		t.Errorf("two leaves: %v", err)
	}
	if _, err := slice.Run(nil, num.Ones(1)); err == nil {
		t.Error("an objective that indexes an empty slice: no error")
	}
	// A singular system in the implicit derivative: the smallest solution if there is one, an error if there is none.
	slope := func(f func(x, d A) A) (A, error) {
		s := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{})
		return num.Jit(func(d A) A {
			return num.Grad(func(d A) A { return s.Argmin(num.Zeros(2), d).Sum() })(d)
		}).Call(num.Scalar(1))
	}
	if g, err := slope(func(x, d A) A { return x.Sum().Sub(d).Square() }); err != nil || math.Abs(g.Item()-1) > 1e-9 {
		t.Errorf("singular implicit system with solutions: %v, %v", g, err)
	}
	_, err := slope(func(x, d A) A { return x.At(0).Square().Add(x.At(1).Mul(d.Sub(num.Const(1)))) })
	if !errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), "singular") {
		t.Errorf("singular implicit system: %v", err)
	}
}

// A run that is cancelled on its way gives the best point so far.
func TestCancelledDuringARun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	f := func(x A, _ struct{}) A {
		v := rosen(x, struct{}{})
		num.Observe(func(v A) error {
			if v.Item() < 1 {
				cancel()
			}
			return nil
		}, v)
		return v
	}
	x0 := num.Full(num.Float64, -1.2, 10)
	r, err := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{Tol: 1e-12}).RunContext(ctx, x0, struct{}{})
	if !errors.Is(err, context.Canceled) || r.State.Status() != status.Cancelled {
		t.Fatal(r.State, err)
	}
	if v := rosen(r.Params, struct{}{}).Item(); !(v < rosen(x0, struct{}{}).Item()) {
		t.Errorf("the value at the point returned is %v", v)
	}
	done, stop := context.WithCancel(context.Background())
	stop()
	r, err = argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{}).RunContext(done, x0, struct{}{})
	if !errors.Is(err, context.Canceled) || maxDiff(r.Params, x0) != 0 || r.State.Status() != status.Cancelled {
		t.Errorf("cancelled before: %v, %v", r.Params, err)
	}
}

// A start at the answer, starts that are not finite, and a limit of one iteration.
func TestStartsAtTheAnswerOrWithoutNumbers(t *testing.T) {
	f := func(x A, _ struct{}) A { return x.AddScalar(-1).Square().Sum() }
	for name, solver := range map[string]func(maxIter int) *argmin.Solver[A, struct{}]{
		"GD": func(m int) *argmin.Solver[A, struct{}] {
			return argmin.Minimize(f, argmin.GradientDescent{NoAcceleration: true}, argmin.Options{MaxIter: m})
		},
		"GD accelerated": func(m int) *argmin.Solver[A, struct{}] {
			return argmin.Minimize(f, argmin.GradientDescent{}, argmin.Options{MaxIter: m})
		},
		"GD fixed": func(m int) *argmin.Solver[A, struct{}] {
			return argmin.Minimize(f, argmin.GradientDescent{StepSize: 0.1, NoAcceleration: true}, argmin.Options{MaxIter: m})
		},
		"LBFGS": func(m int) *argmin.Solver[A, struct{}] {
			return argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{MaxIter: m})
		},
	} {
		s := solver(500)
		for what, c := range map[string]struct {
			x0   A
			want status.Code
			iter float64
		}{
			"optimal": {num.Ones(3), status.Converged, 0}, "NaN": {num.Vector(0, math.NaN()), status.NonFinite, 0}, "Inf": {num.Vector(0, math.Inf(1)), status.NonFinite, 0},
		} {
			r, err := s.Run(c.x0, struct{}{})
			if err != nil || r.State.Status() != c.want || r.State.NIter.Item() != c.iter || r.State.NFev.Item() != 1 {
				t.Errorf("%s, %s: %v after %v iterations and %v evaluations, %v", name, what, r.State.Status(), r.State.NIter, r.State.NFev, err)
			}
		}
		r, err := solver(1).Run(num.Full(num.Float64, 30, 3), struct{}{})
		if err != nil || r.State.NIter.Item() != 1 || r.State.Status() == status.Running {
			t.Errorf("%s, one iteration: %v after %v, %v", name, r.State.Status(), r.State.NIter, err)
		}
		// Two runs give the same bits, and a member of a batch that is not finite does not affect the others.
		x0 := num.Vector(3, -2)
		a, _ := s.Run(x0, struct{}{})
		b, _ := s.Run(x0, struct{}{})
		batch := num.Vmap(func(x A) A { return s.Argmin(x, struct{}{}) })(num.Stack(x0, num.Full(num.Float64, math.NaN(), 2), x0))
		for _, other := range []A{b.Params, batch.At(0), batch.At(2)} {
			if maxDiff(a.Params, other) != 0 {
				t.Errorf("%s: %v and %v", name, a.Params, other)
			}
		}
	}
}

// The evaluations that a state counts are those that were made.
func TestEvaluationsAreCounted(t *testing.T) {
	calls := 0
	f := func(x A, _ struct{}) A {
		num.Observe(func(A) error { calls++; return nil }, x)
		return rosen(x, struct{}{})
	}
	for name, s := range map[string]*argmin.Solver[A, struct{}]{
		"LBFGS":             argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{}),
		"LBFGS Hager–Zhang": argmin.Minimize(f, argmin.LBFGS{LineSearch: linesearch.HagerZhang(linesearch.HagerZhangOptions{})}, argmin.Options{}),
		"GD":                argmin.Minimize(f, argmin.GradientDescent{NoAcceleration: true}, argmin.Options{MaxIter: 50}),
		"GD accelerated":    argmin.Minimize(f, argmin.GradientDescent{}, argmin.Options{MaxIter: 50}),
		"GD fixed":          argmin.Minimize(f, argmin.GradientDescent{StepSize: 1e-3, NoAcceleration: true}, argmin.Options{MaxIter: 50}),
	} {
		calls = 0
		r, err := s.Run(num.Full(num.Float64, -1.2, 4), struct{}{})
		if err != nil || r.State.NFev.Item() != float64(calls) {
			t.Errorf("%s: %v evaluations counted, %d made, %v", name, r.State.NFev, calls, err)
		}
	}
}

// A loop written by hand makes the iterations of Run.
func TestInitAndUpdateMatchRun(t *testing.T) {
	for name, s := range map[string]*argmin.Solver[A, struct{}]{
		"LBFGS": argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{}), "GD": argmin.Minimize(rosen, argmin.GradientDescent{NoAcceleration: true}, argmin.Options{MaxIter: 30}),
	} {
		x0 := num.Full(num.Float64, -1.2, 4)
		run, err := s.Run(x0, struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		step, err := s.Init(x0, struct{}{})
		for err == nil && step.Result.State.Status() == status.Running {
			step, err = s.Update(step, struct{}{})
		}
		if err != nil || maxDiff(step.Result.Params, run.Params) != 0 ||
			step.Result.State.NIter.Item() != run.State.NIter.Item() || step.Result.State.Status() != run.State.Status() {
			t.Errorf("%s: %v after %v, Run %v after %v, %v", name, step.Result.Params, step.Result.State.NIter, run.Params, run.State.NIter, err)
		}
		same, err := s.Update(step, struct{}{})
		if err != nil || same.Result.State.NIter.Item() != step.Result.State.NIter.Item() {
			t.Errorf("%s: a step that had stopped went on: %v", name, err)
		}
	}
	s := argmin.Minimize(func(x, d A) A { return x.Sub(d).Square().Sum() }, argmin.LBFGS{}, argmin.Options{})
	if _, err := s.Init(num.Zeros(2), num.Ones(3)); !errors.Is(err, num.ErrShape) {
		t.Errorf("Init with shapes that do not fit: %v", err)
	}
	st, err := s.Init(num.Zeros(2), num.Ones(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(st, num.Ones(3)); !errors.Is(err, num.ErrShape) {
		t.Errorf("Update with shapes that do not fit: %v", err)
	}
}
