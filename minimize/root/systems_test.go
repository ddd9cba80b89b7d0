package root

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/minimize/trace"
)

// Searches for roots and least squares that are killed and resumed end as if they had not been, by
// every method.
func TestKilledSearchesAreResumed(t *testing.T) {
	killed := errors.New("killed")
	f := rootProblems[0].f
	searches := map[string]func(file string, f func(x, y []float64)) (x []float64, nfev, replayed int, err error){}
	for _, m := range methods.All {
		searches["root/"+m.Name()] = func(file string, f func(x, y []float64)) ([]float64, int, int, error) {
			r, err := Find(context.Background(), Problem{Func: f}, repeated(-1), Options{Method: m, Monitor: trace.Monitor{Checkpoint: file}})
			return r.X, r.NFev, r.NReplay, err
		}
	}
	for _, name := range leastsq.Methods() {
		m, err := leastsq.MethodByName(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		searches["least squares/"+m.Name()] = func(file string, f func(x, y []float64)) ([]float64, int, int, error) {
			r, err := leastsq.Minimize(context.Background(), leastsq.Problem{Residuals: f, M: 10}, repeated(-1),
				leastsq.Options{Method: m, Monitor: trace.Monitor{Checkpoint: file}})
			return r.X, r.NFev + r.NFevDiff, r.NReplay, err
		}
	}
	for name, search := range searches {
		t.Run(name, func(t *testing.T) {
			want, nfev, _, err := search("", f)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "checkpoint")
			for limit := nfev / 3; ; limit += nfev/3 + 12 { // the first point and a Jacobian may be evaluated again
				calls := 0
				x, n, replayed, err := search(file, func(x, y []float64) {
					if calls++; calls > limit {
						panic(killed)
					}
					f(x, y)
				})
				if err == nil {
					if !slices.Equal(x, want) || n != nfev || replayed == 0 {
						t.Errorf("%v after %d evaluations, %d answers replayed; want %v after %d", x, n, replayed, want, nfev)
					}
					break
				}
				if !errors.Is(err, killed) {
					t.Fatal(err)
				}
			}
		})
	}
}

// Every iteration of searches for roots and least squares is in the trace and the log.
func TestTraceAndLogHaveEveryIteration(t *testing.T) {
	f := rootProblems[0].f
	for _, m := range methods.All {
		var record trace.Trace
		var log, out strings.Builder
		r, err := Find(context.Background(), Problem{Func: f}, repeated(-1),
			Options{Method: m, Monitor: trace.Monitor{Trace: &record, Logger: slog.New(slog.NewTextHandler(&log, nil)), Progress: &out}})
		if err != nil {
			t.Fatal(err)
		}
		if len(record.Points) != r.NIter || strings.Count(log.String(), "msg=root") != r.NIter ||
			strings.Count(out.String(), "status=") != 1 || r.NIter == 0 {
			t.Errorf("%s: %d points of %d iterations\n%s", m.Name(), len(record.Points), r.NIter, out.String())
		}
		for _, p := range record.Points[1:] {
			if !(p.Fun >= 0) || !(p.Step >= 0) || p.NFev == 0 {
				t.Errorf("%s: %+v", m.Name(), p)
			}
		}
	}
	for _, name := range leastsq.Methods() {
		m, err := leastsq.MethodByName(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		var record trace.Trace
		var log, out strings.Builder
		r, err := leastsq.Minimize(context.Background(), leastsq.Problem{Residuals: f, M: 10}, repeated(-1),
			leastsq.Options{Method: m, Monitor: trace.Monitor{Trace: &record, Logger: slog.New(slog.NewTextHandler(&log, nil)), Progress: &out}})
		if err != nil {
			t.Fatal(err)
		}
		if len(record.Points) != r.NIter || strings.Count(log.String(), `msg="least squares"`) != r.NIter ||
			strings.Count(out.String(), "status=") != 1 || r.NIter == 0 {
			t.Errorf("%s: %d points of %d iterations\n%s", m.Name(), len(record.Points), r.NIter, out.String())
		}
		if last := record.Points[r.NIter-1]; last.Fun != r.Cost || !(last.GradNorm >= 0) {
			t.Errorf("%s: %+v, cost %g", m.Name(), last, r.Cost)
		}
	}
}
