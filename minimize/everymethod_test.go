package minimize

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// TestDerivativesNotFinite checks that success is not reported where a gradient that a method uses is not
// finite, at the start or later, and panics of derivatives and callbacks as errors.
func TestDerivativesNotFinite(t *testing.T) {
	odd := errors.New("odd")
	for _, m := range methods.All {
		p := rosen("", -1.2, 1).problem()
		run := func(q Problem, opt Options) (Result, error) {
			opt.Method = m
			return Minimize(context.Background(), q, []float64{-1.2, 1}, opt)
		}
		for name, spoil := range map[string]struct {
			from int
			with float64
		}{"NaN": {1, math.NaN()}, "NaN later": {4, math.NaN()}, "infinite": {1, math.Inf(-1)}} {
			t.Run(m.Name()+"/"+name, func(t *testing.T) {
				q, calls := p, 0
				q.Grad = func(x, g []float64) {
					p.Grad(x, g)
					if calls++; calls >= spoil.from {
						g[1] = spoil.with
					}
				}
				r, err := run(q, Options{})
				if err != nil || vec.HasNaN(r.X) || r.Fun != rosenF(r.X) {
					t.Fatalf("%+v, %v", r, err)
				}
				if calls >= spoil.from && (r.Success || r.Status != status.NonFinite) {
					t.Errorf("%v (%s)", r.Status, r.Message)
				}
			})
		}
		t.Run(m.Name()+"/panic", func(t *testing.T) {
			q, calls := p, 0
			q.Grad = func(x, g []float64) { calls++; panic(odd) }
			r, err := run(q, Options{})
			if used := calls > 0; errors.Is(err, odd) != used || used &&
				(r.Success || !strings.Contains(err.Error(), "panic in a function of the problem: odd")) {
				t.Errorf("gradient: %+v, %v", r, err)
			}
			q, calls = p, 0
			q.Hess = func(x []float64, h *mat.SymDense) { calls++; panic(odd) }
			q.HessP = func(x, p, hp []float64) { calls++; panic(odd) }
			r, err = run(q, Options{})
			if used := calls > 0; errors.Is(err, odd) != used || used && (r.Success || r.Fun != rosenF(r.X)) {
				t.Errorf("Hessian: %+v, %v", r, err)
			}
			r, err = run(p, Options{Callback: func(Result) error { panic(odd) }})
			if !errors.Is(err, odd) || r.Success || r.Fun != rosenF(r.X) {
				t.Errorf("callback: %+v, %v", r, err)
			}
		})
	}
}

// TestTolReachesEveryMethod checks that Options.Tol reaches every method: a smaller one takes no fewer
// evaluations, and the largest fewer than the smallest.
func TestTolReachesEveryMethod(t *testing.T) {
	for _, m := range methods.All {
		t.Run(m.Name(), func(t *testing.T) {
			var nfev []int
			for _, tol := range []float64{1e-1, 1e-3, 1e-6} {
				r, err := Minimize(context.Background(), rosen("", -1.2, 1).problem(), []float64{-1.2, 1}, Options{Method: m, Tol: tol, NoVerification: true})
				if err != nil || !r.Success && r.Status != status.EvaluationLimit {
					t.Fatalf("%g: %v, %s, %v", tol, r.Status, r.Message, err)
				}
				nfev = append(nfev, r.NFev)
			}
			if !slices.IsSorted(nfev) || nfev[0] == nfev[2] {
				t.Errorf("%d evaluations", nfev)
			}
		})
	}
}

// TestHessianDifferences checks second derivatives from differences: of gradients, also of
// gradients that are differences, and with a variable fixed all but its own.
func TestHessianDifferences(t *testing.T) {
	want := [2][2]float64{{1330, 480}, {480, 200}} // of Rosenbrock's function at (-1.2, 1)
	for name, c := range map[string]struct {
		p     Problem
		fixed bool
		tol   float64
	}{
		"of gradients": {Problem{Func: rosenF, Grad: rosenG}, false, 1e-6},
		"of values":    {Problem{Func: rosenF}, false, 1e-3},
		"fixed":        {Problem{Func: rosenF, Grad: rosenG}, true, 1e-6},
	} {
		opt := Options{Method: Custom{Takes: Capability{Bounds: true}, Func: func(s *Search) Outcome {
			h := mat.NewSymDense(2, nil)
			s.Hessian(s.X0(), h)
			for i := range 2 {
				for j := range 2 {
					w := want[i][j]
					if c.fixed && i+j == 0 {
						w = 0 // of no use
					}
					if !(math.Abs(h.At(i, j)-w) <= c.tol*1330) {
						t.Errorf("%s: element %d, %d is %g, want %g", name, i, j, h.At(i, j), w)
					}
				}
			}
			return Outcome{X: s.X0(), Status: status.Stopped}
		}}}
		if c.fixed {
			opt.Bounds = &Bounds{[]float64{-1.2, -9}, []float64{-1.2, 9}}
		}
		if _, err := Minimize(context.Background(), c.p, []float64{-1.2, 1}, opt); err != nil {
			t.Error(err)
		}
	}
}

// onCircle is |x|² = 1.
func onCircle(x, c []float64) { c[0] = vec.Dot(x, x) }

// TestCallbackMaxCV checks that callbacks get the violation at their own point, not
// at the best one.
func TestCallbackMaxCV(t *testing.T) {
	points, want := [][]float64{{1, 0}, {2, 0}, {0, 1.5}}, []float64{0, 3, 1.25}
	m := Custom{Takes: Capability{Constraints: true}, Func: func(s *Search) Outcome {
		for _, x := range points {
			s.Iterated(x, s.Value(x), nil)
		}
		return Outcome{X: points[0], Status: status.Converged}
	}}
	var reported []float64
	opt := Options{Method: m, Constraints: []Constraint{{Func: onCircle, Lower: []float64{1}, Upper: []float64{1}}}}
	opt.Callback = func(r Result) error { reported = append(reported, r.MaxCV); return nil }
	if _, err := Minimize(context.Background(), quadratic, []float64{1, 0}, opt); err != nil || !slices.Equal(reported, want) {
		t.Errorf("violated by %v, want %v; %v", reported, want, err)
	}
}

// TestCheckpointConstraints kills searches with constraints within these and resumes them.
func TestCheckpointConstraints(t *testing.T) {
	killed := errors.New("killed")
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		t.Run(m.Name(), func(t *testing.T) {
			search := func(file string, limit int) (Result, int, error) {
				calls := 0
				r, err := Minimize(context.Background(), quadratic, []float64{3, -4},
					Options{Method: m, Monitor: trace.Monitor{Checkpoint: file},
						Constraints: []Constraint{{Lower: []float64{1}, Upper: []float64{1}, Func: func(x, c []float64) {
							if calls++; calls > limit {
								panic(killed)
							}
							onCircle(x, c)
						}}}})
				return r, calls, err
			}
			want, total, err := search("", math.MaxInt)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "checkpoint")
			if _, _, err := search(file, total/2); !errors.Is(err, killed) {
				t.Fatal(err)
			}
			r, calls, err := search(file, math.MaxInt)
			if err != nil || !slices.Equal(r.X, want.X) || r.NFev != want.NFev || r.NReplay == 0 || calls >= total {
				t.Errorf("%+v after %d calls, %v; want %+v", r, calls, err, want)
			}
		})
	}
}

// TestFeasibleStart checks that every method returns a start that satisfies the constraints rather than worse points,
// where a search ends early.
func TestFeasibleStart(t *testing.T) {
	p := Problem{Func: func(x []float64) float64 { return (x[0]-3)*(x[0]-3) + (x[1]-3)*(x[1]-3) }}
	for _, m := range withCapability(t, func(c Capability) bool { return c.Constraints }) {
		opt := Options{Method: m, Constraints: []Constraint{{Func: onCircle, Lower: []float64{1}, Upper: []float64{1}}}}
		opt.Callback = func(Result) error { return ErrStop }
		if r, err := Minimize(context.Background(), p, []float64{1, 0}, opt); err != nil || r.Status != status.Stopped ||
			r.MaxCV > 0 || r.Fun != p.Func(r.X) {
			t.Errorf("%s: %v at %v, violated by %g; %v", m.Name(), r.Status, r.X, r.MaxCV, err)
		}
	}
}

// TestCheckpointOtherConstraints checks that a checkpoint is refused where a constraint is another,
// although the objective, the limits and the numbers of values are the same.
func TestCheckpointOtherConstraints(t *testing.T) {
	linear := func(a float64) Constraint {
		return Constraint{A: mat.NewDense(1, 2, []float64{1, a}), Lower: []float64{1}, Upper: []float64{1}}
	}
	curved := func(a float64) Constraint {
		return Constraint{Func: func(x, c []float64) { c[0] = x[0] + a*x[1] + 1 }, Lower: []float64{2}, Upper: []float64{2}}
	}
	for what, c := range map[string]struct {
		x0       []float64
		was, now []Constraint
		want     string
	}{
		"matrix":   {[]float64{0, 0}, []Constraint{linear(1)}, []Constraint{linear(2)}, "is of another search"},
		"function": {[]float64{3, 4}, []Constraint{linear(1), curved(1)}, []Constraint{linear(1), curved(2)}, "is of other functions"},
	} {
		file := filepath.Join(t.TempDir(), "checkpoint")
		search := func(list []Constraint) error {
			_, err := Minimize(context.Background(), quadratic, c.x0, Options{Monitor: trace.Monitor{Checkpoint: file}, Constraints: list})
			return err
		}
		if err := search(c.was); err != nil {
			t.Fatal(err)
		}
		if err := search(c.was); err != nil {
			t.Errorf("%s: the same search again: %v", what, err)
		}
		if err := search(c.now); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
	}
}
