package minimize

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// TestCheckpoint kills a search of every method at every evaluation and lets it go
// on: the iterates are those of one that was not killed, and nothing is evaluated twice
// but the first point, as a check.
func TestCheckpoint(t *testing.T) {
	killed := errors.New("killed")
	for _, m := range methods.All {
		t.Run(m.Name(), func(t *testing.T) {
			p := rosen("", -1.2, 1).problem()
			iterates := func(calls *int, limit int, file string) ([][]float64, Result, error) {
				var all [][]float64
				q := p
				q.Func = func(x []float64) float64 {
					if *calls++; *calls > limit {
						panic(killed)
					}
					return p.Func(x)
				}
				r, err := Minimize(context.Background(), q, []float64{-1.2, 1},
					Options{Method: m, Monitor: trace.Monitor{Checkpoint: file}, Callback: func(r Result) error {
						all = append(all, r.X)
						return nil
					}})
				return all, r, err
			}
			total := 0
			want, whole, err := iterates(&total, math.MaxInt, "")
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "checkpoint")
			calls := 0
			step, again := max(total/7, 2), 0
			for limit := step; ; limit += step {
				got, r, err := iterates(&calls, limit, file)
				if err == nil {
					if !slices.EqualFunc(got, want, func(a, b []float64) bool { return slices.Equal(a, b) }) {
						t.Error("the iterates differ")
					}
					if r.NFev != whole.NFev || r.NJev != whole.NJev || r.Fun != whole.Fun || r.NReplay == 0 {
						t.Errorf("%+v, want %+v", r, whole)
					}
					break
				}
				if !errors.Is(err, killed) {
					t.Fatal(err)
				}
				calls-- // the one that was killed
				again++
			}
			if calls != total+again {
				t.Errorf("%d evaluations, want %d", calls, total+again)
			}
			if _, r, err := iterates(&calls, calls+1, file); err != nil || r.Fun != whole.Fun {
				t.Errorf("the finished search again: %+v, %v", r, err)
			}
		})
	}
}

func TestCheckpointOfAnotherSearch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "checkpoint")
	ctx := context.Background()
	p := rosen("", -1.2, 1).problem()
	if _, err := Minimize(ctx, p, []float64{-1.2, 1}, Options{Monitor: trace.Monitor{Checkpoint: file}}); err != nil {
		t.Fatal(err)
	}
	if _, err := Minimize(ctx, p, []float64{-1.2, 2}, Options{Monitor: trace.Monitor{Checkpoint: file}}); err == nil ||
		!strings.Contains(err.Error(), "is of another search") {
		t.Error(err)
	}
	if _, err := Minimize(ctx, beale.problem(), []float64{-1.2, 1},
		Options{Monitor: trace.Monitor{Checkpoint: file}}); err == nil ||
		!strings.Contains(err.Error(), "is of other functions: the first value was") {
		t.Error(err)
	}
	other := p
	other.Grad = func(x, g []float64) { p.Grad(x, g); g[0] *= 1.001 }
	if _, err := Minimize(ctx, other, []float64{-1.2, 1},
		Options{Monitor: trace.Monitor{Checkpoint: file}}); err == nil ||
		!strings.Contains(err.Error(), "is of other functions: the first derivative was") {
		t.Error(err)
	}
	// A torn end is cut off.
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{len(whole) - 1, len(whole) - 20, len(whole) / 2} {
		if err := os.WriteFile(file, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Minimize(ctx, p, []float64{-1.2, 1}, Options{Monitor: trace.Monitor{Checkpoint: file}})
		if err != nil || !r.Success || r.NReplay == 0 {
			t.Errorf("%+v, %v", r, err)
		}
		if again, _ := os.ReadFile(file); !bytes.Equal(again, whole) {
			t.Errorf("torn at %d of %d: the file is not made whole", size, len(whole))
		}
	}
	if err := os.WriteFile(file, []byte("something else, of some length"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Minimize(ctx, p, []float64{-1.2, 1}, Options{Monitor: trace.Monitor{Checkpoint: file}}); err == nil ||
		!strings.Contains(err.Error(), "is not a checkpoint") {
		t.Error(err)
	}
}

func FuzzCheckpoint(f *testing.F) {
	file := filepath.Join(f.TempDir(), "checkpoint")
	p := rosen("", -1.2, 1).problem()
	if _, err := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{Monitor: trace.Monitor{Checkpoint: file}}); err != nil {
		f.Fatal(err)
	}
	whole, _ := os.ReadFile(file)
	want, _ := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{})
	f.Add(len(whole)/2, byte(1), 10)
	f.Fuzz(func(t *testing.T, at int, with byte, cut int) {
		b := slices.Clone(whole)
		b[(at%len(b)+len(b))%len(b)] ^= with
		b = b[:len(b)-(cut%len(b)+len(b))%len(b)]
		file := filepath.Join(t.TempDir(), "checkpoint")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Minimize(context.Background(), p, []float64{-1.2, 1},
			Options{Monitor: trace.Monitor{Checkpoint: file}}); err == nil && r.Fun != want.Fun {
			t.Errorf("%v, want %v", r.Fun, want.Fun)
		}
	})
}

// TestWorkers: several goroutines give the same bits, and their panics are errors.
func TestWorkers(t *testing.T) {
	var calls atomic.Int64
	p := Problem{Func: func(x []float64) float64 { calls.Add(1); return rosenF(x) }}
	one, err := Minimize(context.Background(), p, ten(1.3), Options{})
	if err != nil {
		t.Fatal(err)
	}
	made := calls.Swap(0)
	four, err := Minimize(context.Background(), p, ten(1.3), Options{Differences: finite.Differences{Workers: 4}})
	if err != nil || !slices.Equal(one.X, four.X) || calls.Load() != made || int(made) != one.NFev {
		t.Errorf("%+v, %v; %d calls, %d", four, err, calls.Load(), made)
	}
	odd := errors.New("odd")
	p.Func = func(x []float64) float64 {
		if calls.Add(1) > made/2 {
			panic(odd)
		}
		return rosenF(x)
	}
	if _, err := Minimize(context.Background(), p, ten(1.3), Options{Differences: finite.Differences{Workers: 4}}); !errors.Is(err, odd) {
		t.Error(err)
	}
}

// TestFunctionsOverwriteTheirArgument: functions that write into their argument do no harm.
func TestFunctionsOverwriteTheirArgument(t *testing.T) {
	spoil := func(x []float64) {
		for i := range x {
			x[i] = math.NaN()
		}
	}
	x0 := []float64{-1.2, 1}
	p := Problem{
		Func: func(x []float64) float64 { defer spoil(x); return rosenF(x) },
		Grad: func(x, g []float64) { rosenG(x, g); spoil(x) },
		Hess: func(x []float64, h *mat.SymDense) { h.Zero(); rosenH(x, h.SetSym); spoil(x) },
	}
	for _, m := range methods.All {
		want, err := Minimize(context.Background(), rosen("", x0...).problem(), x0, Options{Method: m})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Minimize(context.Background(), p, x0, Options{Method: m})
		if err != nil || !slices.Equal(got.X, want.X) || !slices.Equal(x0, []float64{-1.2, 1}) {
			t.Errorf("%s: %v, want %v; %v", m.Name(), got.X, want.X, err)
		}
	}
}

func TestMonitor(t *testing.T) {
	var record trace.Trace
	var log, out bytes.Buffer
	r, err := Minimize(context.Background(), rosen("", -1.2, 1).problem(), []float64{-1.2, 1},
		Options{Monitor: trace.Monitor{Trace: &record, Logger: slog.New(slog.NewTextHandler(&log, nil)), Progress: &out}})
	if err != nil {
		t.Fatal(err)
	}
	last := record.Points[len(record.Points)-1]
	if len(record.Points) != r.NIter || last.Fun != r.Fun || last.NFev != r.NFev ||
		last.GradNorm != vec.Norm(r.Jac, math.Inf(1)) || !(last.Step > 0) {
		t.Errorf("%+v of %d, want %+v", last, len(record.Points), r)
	}
	if n := strings.Count(log.String(), "\n"); n != r.NIter {
		t.Errorf("%d records, want %d", n, r.NIter)
	}
	if s := out.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, "status=converged") || !strings.Contains(s, "evals_per_s=") {
		t.Errorf("progress: %q", s)
	}
}

func TestCustom(t *testing.T) {
	descent := Custom{Label: "descent", Takes: Capability{Bounds: true}, Func: func(s *Search) Outcome {
		x := s.X0()
		lower, upper := s.Bounds()
		g := make([]float64, len(x))
		for range 100 {
			s.Gradient(x, g)
			for i := range x {
				x[i] = min(max(x[i]-0.25*g[i], lower[i]), upper[i])
			}
			s.Iterated(x, s.Value(x), g)
		}
		return Outcome{X: x, Status: status.Converged}
	}}
	r, err := Minimize(context.Background(), quadratic, []float64{3, -4},
		Options{Method: descent, Bounds: &Bounds{Lower: []float64{1, -5}, Upper: []float64{5, 5}}})
	if err != nil || !r.Success || r.NIter != 100 || r.X[0] != 1 || math.Abs(r.X[1]) > 1e-15 {
		t.Errorf("%+v, %v", r, err)
	}
	outside := Custom{Takes: Capability{Bounds: true},
		Func: func(s *Search) Outcome { return Outcome{X: []float64{9, 9}, Status: status.Converged} }}
	if r, err = Minimize(context.Background(), quadratic, []float64{3, -4},
		Options{Method: outside, Bounds: &Bounds{Lower: []float64{1, -5}, Upper: []float64{5, 5}}}); err != nil ||
		r.Success || r.Status != status.Infeasible {
		t.Errorf("%+v, %v", r, err)
	}
	short := Custom{Func: func(s *Search) Outcome { return Outcome{} }}
	if _, err = Minimize(context.Background(), quadratic, []float64{3, -4}, Options{Method: short}); err == nil ||
		!strings.Contains(err.Error(), "method custom returned a point of 0 variables, want 2") {
		t.Error(err)
	}
}

// TestCheckpointWithLargerLimit: a search that has reached its limit on iterations or evaluations
// continues from its checkpoint with a larger one.
func TestCheckpointWithLargerLimit(t *testing.T) {
	p := rosen("", -1.2, 1).problem()
	p.Hess = func(x []float64, h *mat.SymDense) {
		h.SetSym(0, 0, 1200*x[0]*x[0]-400*x[1]+2)
		h.SetSym(0, 1, -400*x[0])
		h.SetSym(1, 1, 200)
	}
	for _, name := range Methods() {
		whole, err := MethodByName(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{Method: whole})
		if err != nil {
			t.Fatal(err)
		}
		for _, limit := range []string{"maxiter", "maxfev", "maxfun"} {
			for _, k := range []int{1, 2, 5, 13} {
				part, err := MethodByName(name, map[string]any{limit: k})
				if err != nil {
					continue
				}
				file := filepath.Join(t.TempDir(), "checkpoint")
				first, err := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{Method: part, Monitor: trace.Monitor{Checkpoint: file}})
				if err != nil {
					t.Fatal(err)
				}
				got, err := Minimize(context.Background(), p, []float64{-1.2, 1}, Options{Method: whole, Monitor: trace.Monitor{Checkpoint: file}})
				if err != nil || !slices.Equal(got.X, want.X) || got.NReplay < first.NFev {
					t.Errorf("%s, %s %d: %v, %d replayed of %d, %v", name, limit, k, got.X, got.NReplay, first.NFev, err)
				}
			}
		}
	}
}

// TestCheckpointOfDifferences loses no value of a gradient by finite differences that was not
// complete.
func TestCheckpointOfDifferences(t *testing.T) {
	start := []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8}
	killed := errors.New("killed")
	want, err := Minimize(context.Background(), Problem{Func: rosenF}, start, Options{})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "checkpoint")
	for _, limit := range []int{6, 6, 6, want.NFev} { // one of them to see that the function is the same
		calls := 0
		r, err := Minimize(context.Background(), Problem{Func: func(x []float64) float64 {
			if calls++; calls > limit {
				panic(killed)
			}
			return rosenF(x)
		}}, start, Options{Monitor: trace.Monitor{Checkpoint: file}})
		switch {
		case limit == 6 && !errors.Is(err, killed):
			t.Fatal(err)
		case limit > 6 && (err != nil || !slices.Equal(r.X, want.X) || r.NFev != want.NFev || calls != want.NFev-16+1):
			t.Errorf("%v after %d evaluations, %d made now; want %v after %d; %v", r.X, r.NFev, calls, want.X, want.NFev, err)
		}
	}
}
