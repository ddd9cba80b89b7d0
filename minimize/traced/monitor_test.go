package traced_test

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize/trace"
	. "github.com/argmin-go/argmin/minimize/traced"
	"github.com/argmin-go/argmin/num"
)

// TestMonitorAndCheckpoint watches a search of every kind of solver, and makes it again from its
// checkpoint.
func TestMonitorAndCheckpoint(t *testing.T) {
	f := func(x, a A) A { return x.Square().Sub(a) }
	type ended struct {
		Params       A
		NIter, NFev  int
		NReplay      int
		Optimum, Err float64
	}
	for what, run := range map[string]func(trace.Monitor) (ended, error){
		"minimize": func(m trace.Monitor) (ended, error) {
			s := Minimize(func(x, a A) A { return f(x, a).Square().Sum() }, Options[A, A]{Monitor: m})
			r, err := s.Run(num.Vector(1, 3), num.Vector(2, 5))
			return ended{r.Params, r.NIter, r.NFev, r.NReplay, r.State.Value.Item(), r.State.Error.Item()}, err
		},
		"root": func(m trace.Monitor) (ended, error) {
			r, err := Root(f, RootOptions{Monitor: m}).Run(num.Vector(1, 3), num.Vector(2, 5))
			return ended{r.Params, r.NIter, r.NFev, r.NReplay, r.State.Value.Item(), r.State.Error.Item()}, err
		},
		"least squares": func(m trace.Monitor) (ended, error) {
			s := LeastSquares(f, LeastSquaresOptions[A, A]{Monitor: m})
			r, err := s.Run(num.Vector(1, 3), num.Vector(2, 5))
			return ended{r.Params, r.NIter, r.NFev, r.NReplay, r.State.Value.Item(), r.State.Error.Item()}, err
		},
	} {
		t.Run(what, func(t *testing.T) {
			want, err := run(trace.Monitor{})
			if err != nil || want.NIter == 0 {
				t.Fatal(want, err)
			}
			var record trace.Trace
			var log, out bytes.Buffer
			file := filepath.Join(t.TempDir(), "run.ckpt")
			m := trace.Monitor{Trace: &record, Logger: slog.New(slog.NewTextHandler(&log, nil)), Progress: &out, Checkpoint: file}
			for k := range 2 {
				log.Reset()
				out.Reset()
				got, err := run(m)
				if err != nil || (got.NReplay > 0) != (k > 0) {
					t.Fatalf("run %d: %+v, %v", k, got, err)
				}
				near(t, "answer", got.Params, want.Params, 0)
				if got.NIter != want.NIter || got.NFev != want.NFev || got.Optimum != want.Optimum || got.Err != want.Err {
					t.Errorf("run %d: %+v, want %+v", k, got, want)
				}
				if len(record.Points) != want.NIter || strings.Count(log.String(), "\n") != want.NIter ||
					strings.Count(out.String(), "status=converged") != 1 {
					t.Errorf("run %d: %d points of %d iterations\n%s%s", k, len(record.Points), want.NIter, log.String(), out.String())
				}
			}
		})
	}
}
