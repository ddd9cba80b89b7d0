package named_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize/finite"
	. "github.com/argmin-go/argmin/minimize/named"
	"github.com/argmin-go/argmin/minimize/trace"
)

// TestMonitorAndCheckpoint watches a search, and makes it again from its checkpoint.
func TestMonitorAndCheckpoint(t *testing.T) {
	f := func(x Tensors) float64 { v, _ := rosen(x); return v }
	opt := Options{Differences: finite.Differences{Scheme: "3-point", Workers: 2}}
	want, err := Minimize(context.Background(), Problem{Func: f}, start(), opt)
	if err != nil || want.NIter == 0 {
		t.Fatal(want, err)
	}
	var record trace.Trace
	var log, out bytes.Buffer
	opt.Monitor = trace.Monitor{Trace: &record, Logger: slog.New(slog.NewTextHandler(&log, nil)), Progress: &out,
		Checkpoint: filepath.Join(t.TempDir(), "run.ckpt")}
	for k := range 2 {
		log.Reset()
		out.Reset()
		got, err := Minimize(context.Background(), Problem{Func: f}, start(), opt)
		if err != nil || (got.NReplay > 0) != (k > 0) || got.NIter != want.NIter || got.NFev != want.NFev ||
			!slices.Equal(got.X["a"].Float64, want.X["a"].Float64) {
			t.Errorf("run %d: %+v, want %+v; %v", k, got, want, err)
		}
		if len(record.Points) != want.NIter || strings.Count(log.String(), "\n") != want.NIter || strings.Count(out.String(), "status=") != 1 {
			t.Errorf("run %d: %d points of %d iterations\n%s%s", k, len(record.Points), want.NIter, log.String(), out.String())
		}
	}
}
