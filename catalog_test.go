package argmin_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/catalog"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

func relative(got, want A) float64 {
	return maxDiff(got, want) / (1 + want.Abs().Max().Item())
}

// eachEntry runs a test for every solver on every problem, and in the short form on its first one.
func eachEntry(t *testing.T, f func(t *testing.T, e catalog.Entry)) {
	last := ""
	for _, e := range catalog.Entries() {
		if testing.Short() && e.Solver == last {
			continue
		}
		last = e.Solver
		t.Run(e.Name, func(t *testing.T) { f(t, e) })
	}
}

// The answer agrees with the reference, what the state claims holds, and both are the same on
// a tree, without Jit, by Steps and by a loop of Update.
func TestEverySolverFindsTheReference(t *testing.T) {
	ctx := context.Background()
	eachEntry(t, func(t *testing.T, e catalog.Entry) {
		th := e.Problem.ThetaOf(num.Float64)
		s := e.Flat(catalog.Options{})
		r, err := s.Run(ctx, th)
		if err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		if d := relative(r.Params, e.Problem.Solution(th)); !(d <= e.Accuracy) {
			t.Errorf("off by %g: %v, want %v", d, r.Params, e.Problem.Solution(th))
		}
		claim := r.State.Error.Item()
		if o := s.Optimality(th).Item(); !e.OwnError && math.Abs(o-claim) > 1e-9*e.Tol+1e-14 {
			t.Errorf("the state's error is %g, the condition's norm %g", claim, o)
		}
		if !(claim <= e.Tol) {
			t.Errorf("converged with an error of %g", claim)
		}
		if v := e.Problem.Value(r.Params, th).Item(); math.Abs(v-r.State.Value.Item()) > 1e-12*(1+math.Abs(v)) {
			t.Errorf("the value is %v, the state's %v", v, r.State.Value)
		}
		other := e.Flat(catalog.Options{NoJit: true})
		if q, err := other.Run(ctx, th); err != nil || maxDiff(q.Params, r.Params) != 0 {
			t.Errorf("without Jit: %v, %v", q.Params, err)
		}
		if e.Tree != nil {
			q, err := e.Tree(catalog.Options{}).Run(ctx, th)
			if err != nil || q.Err() != nil || relative(q.Params, e.Problem.Solution(th)) > e.Accuracy {
				t.Errorf("on a tree: %v, %v %v", q.Params, err, q.Err())
			}
		}
		last := argmin.Result[A]{}
		for q, err := range s.Steps(ctx, th) {
			if err != nil {
				t.Fatal(err)
			}
			last = q
		}
		if maxDiff(last.Params, r.Params) != 0 || last.State.NIter.Item() != r.State.NIter.Item() {
			t.Errorf("steps end at %v after %v, the run at %v after %v", last.Params, last.State.NIter, r.Params, r.State.NIter)
		}
		hand, err := s.ByHand(th)
		if err != nil || maxDiff(hand.Params, r.Params) > 1e-12 || hand.State.Status() != status.Converged {
			t.Errorf("by hand: %v %v, %v", hand.Params, hand.State.Status(), err)
		}
	})
}

// The derivative agrees with the closed form where there is one, otherwise with differences of
// the solver's answers: in both modes, implicit and unrolled.
func TestDerivativesOfEverySolver(t *testing.T) {
	eachEntry(t, func(t *testing.T, e catalog.Entry) {
		th := e.Problem.ThetaOf(num.Float64)
		want := A{}
		tol := 1e-6
		if e.Problem.Jacobian != nil {
			want, tol = e.Problem.Jacobian(th), 1e-9*max(1, e.Problem.Stiffness)
		} else {
			want = differences(e.Flat(catalog.Options{}).Argmin, th)
		}
		tol = max(tol, 10*e.Accuracy*boolTo(e.Accuracy > 1e-7))
		unrolled := e.Unrolling * max(1, e.Problem.Stiffness)
		for name, build := range map[string]func(catalog.Options) catalog.Instance{"flat": e.Flat, "tree": e.Tree} {
			if build == nil {
				continue
			}
			f := build(catalog.Options{}).Argmin
			if d := relative(jacobianRev(f, th), want); !(d <= tol) {
				t.Errorf("%s: reverse off by %g", name, d)
			}
			if d := relative(jacobianFwd(f, th), want); !(d <= tol) {
				t.Errorf("%s: forward off by %g", name, d)
			}
		}
		// A stiff problem leads most iterations through where they are chaotic: no digit of
		// their derivative is left.
		if e.NoUnroll || e.Problem.Stiffness > 0 && !e.Stable {
			return
		}
		f := e.Flat(catalog.Options{Unroll: true}).Argmin
		if d := relative(jacobianFwd(f, th), want); !(d <= unrolled) {
			t.Errorf("unrolled: forward off by %g", d)
		}
		if d := relative(jacobianRev(f, th), want); !(d <= unrolled) {
			t.Errorf("unrolled: reverse off by %g", d)
		}
	})
}

func boolTo(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func differences(f func(A) A, th A) A {
	columns := make([]A, th.Size())
	for i := range columns {
		e := make([]float64, th.Size())
		e[i] = 1e-3
		h := num.New(e)
		at := func(t float64) A { return f(th.Add(h.Scale(t))).Sub(f(th.Sub(h.Scale(t)))) }
		columns[i] = at(1).Scale(8).Sub(at(2)).Scale(1 / 12e-3)
	}
	return num.Stack(columns...).T()
}

func jacobianFwd(f func(A) A, th A) A {
	return num.Vmap(func(e A) A { _, d := num.JVP(f, th, e); return d })(num.Eye(th.Size())).T()
}

func jacobianRev(f func(A) A, th A) A {
	y, pull := num.VJP(f, th)
	return num.Vmap(pull)(num.Eye(y.Size()))
}

// A batch gives each member its own answer and count.
func TestEverySolverInBatches(t *testing.T) {
	eachEntry(t, func(t *testing.T, e catalog.Entry) {
		th := e.Problem.ThetaOf(num.Float64)
		s := e.Flat(catalog.Options{})
		type answer struct{ X, Iter, Code, Error A }
		solve := func(th A) answer { x, st := s.ArgminState(th); return answer{x, st.NIter, st.Code, st.Error} }
		thetas := num.Stack(th, th.Scale(0.5), th.Scale(1.3), num.Full(num.Float64, math.NaN(), th.Size()))
		thetas = num.Concat(0, thetas, thetas, thetas, thetas, thetas) // as many as run in a block
		got := num.Vmap(solve)(thetas)
		for i := range 4 {
			want := solve(thetas.At(i))
			if got.Iter.At(i).Item() != want.Iter.Item() || got.Code.At(i).Item() != want.Code.Item() {
				t.Errorf("member %d: %v iterations, %v; by itself %v, %v", i, got.Iter.At(i), status.Code(got.Code.At(i).Item()),
					want.Iter, status.Code(want.Code.Item()))
			}
			if d := maxDiff(got.X.At(i), want.X); i < 3 && !(d <= 1e-9) {
				t.Errorf("member %d off by %g", i, d)
			}
			for j := i + 4; j < thetas.Shape()[0]; j += 4 {
				if got.Iter.At(j).Item() != want.Iter.Item() || got.Code.At(j).Item() != want.Code.Item() || i < 3 && maxDiff(got.X.At(j), got.X.At(i)) > 0 {
					t.Errorf("member %d is %v after %v, and %d, of the same problem, %v after %v", i, got.X.At(i), want.Iter, j, got.X.At(j), got.Iter.At(j))
				}
			}
		}
	})
}

func TestEverySolverInSinglePrecision(t *testing.T) {
	eachEntry(t, func(t *testing.T, e catalog.Entry) {
		th := e.Problem.ThetaOf(num.Float32)
		r, err := e.Flat(catalog.Options{DType: num.Float32}).Run(context.Background(), th)
		if err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		if r.Params.DType() != num.Float32 || r.State.Value.DType() != num.Float32 {
			t.Errorf("the answer is %v and its value %v", r.Params.DType(), r.State.Value.DType())
		}
		if d := relative(r.Params.AsType(num.Float64),
			e.Problem.Solution(e.Problem.ThetaOf(num.Float64))); !(d <= math.Max(2e-3, 100*e.Accuracy)*max(1, e.Problem.Stiffness/10)) {
			t.Errorf("off by %g", d)
		}
	})
}

// A start at the answer, starts that are not finite, and a limit of one iteration.
func TestEverySolverFromOddStarts(t *testing.T) {
	ctx := context.Background()
	eachEntry(t, func(t *testing.T, e catalog.Entry) {
		th := e.Problem.ThetaOf(num.Float64)
		r, err := e.Flat(catalog.Options{MaxIter: 1, Tol: 1e-300}).Run(ctx, th)
		if err != nil || r.State.NIter.Item() != 1 || r.State.Status() == status.Converged || r.State.Status() == status.Running {
			t.Errorf("one iteration: %v after %v, %v", r.State.Status(), r.State.NIter, err)
		}
		for _, bad := range []float64{math.NaN(), math.Inf(1)} {
			if e.Kind == "conic" { // whose start is not used
				break
			}
			start := append([]float64(nil), e.Problem.Start...)
			start[1] = bad
			r, err := e.Flat(catalog.Options{Start: start}).Run(ctx, th)
			// A projection may bring an infinite start into its set.
			back := math.IsInf(bad, 0) && r.State.Status() == status.Converged && (e.Problem.Prox != nil || strings.HasSuffix(e.Solver, "Free"))
			if err != nil || !back && (r.State.Status() != status.NonFinite || r.State.NIter.Item() != 0) {
				t.Errorf("start with %v: %v after %v iterations, %v", bad, r.State.Status(), r.State.NIter, err)
			}
		}
		if e.NoStart || e.OwnError && e.NoUnroll {
			return
		}
		best, err := e.Flat(catalog.Options{}).Run(ctx, th)
		if err != nil {
			t.Fatal(err)
		}
		r, err = e.Flat(catalog.Options{Start: best.Params.Float64s(), Tol: 100 * e.Tol}).Run(ctx, th)
		if err != nil || r.State.Status() != status.Converged || r.State.NIter.Item() > 0 && e.Solver != "ADMM" {
			t.Errorf("started at the answer: %v after %v iterations, %v", r.State.Status(), r.State.NIter, err)
		}
	})
}

// The count of evaluations is what an objective that counts them has seen, whichever of value and
// gradient is used, for whole runs and for single steps.
func TestEverySolverCountsItsEvaluations(t *testing.T) {
	eachEntry(t, func(t *testing.T, e catalog.Entry) {
		if e.Solver == "BlockCoordinateDescent" { // its sweeps take derivatives of a part of the objective
			t.Skip("sweeps are not evaluations")
		}
		if e.Kind == "quadratic" { // its methods get the matrices of the objective
			t.Skip("matrices are not evaluated")
		}
		if e.Kind == "conic" {
			t.Skip("a program is data, and has no function to evaluate")
		}
		calls, gradients := 0, 0
		th := e.Problem.ThetaOf(num.Float64)
		if !slices.Contains([]string{"fixedPoint", "root", "bracketed", "split", "separable"}, e.Kind) { // theirs are not derivatives of what is counted
			r, err := e.Flat(catalog.Options{SeenGradient: func(A) { gradients++ }}).Run(context.Background(), th)
			if err != nil || r.State.NJev.Item() != float64(gradients) {
				t.Errorf("%v gradients counted, %d made, %v: %v", r.State.NJev, gradients, err, r.State)
			}
		}
		s := e.Flat(catalog.Options{Seen: func(x A) { num.Observe(func(A) error { calls++; return nil }, x) }})
		r, err := s.Run(context.Background(), th)
		if err != nil || r.State.NFev.Item() != float64(calls) {
			t.Errorf("%v evaluations counted, %d made, %v", r.State.NFev, calls, err)
		}
		t.Logf("%v", r.State)
		calls = 0
		var last A
		for r, err := range s.Steps(context.Background(), th) {
			if err != nil || r.State.NFev.Item() != float64(calls) {
				t.Fatalf("in steps: %v evaluations counted, %d made, %v", r.State.NFev, calls, err)
			}
			last = r.State.NIter
		}
		if last.Item() != r.State.NIter.Item() {
			t.Errorf("%v iterations in steps, %v in a run", last, r.State.NIter)
		}
	})
}
