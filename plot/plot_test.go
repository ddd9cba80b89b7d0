package plot_test

import (
	"context"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/plot"
)

func rosen(x []float64) float64 {
	return 100*math.Pow(x[1]-x[0]*x[0], 2) + math.Pow(1-x[0], 2)
}

func TestTraces(t *testing.T) {
	var series []plot.Series
	for _, m := range []minimize.Method{minimize.BFGS{}, minimize.CG{}} {
		var record trace.Trace
		if _, err := minimize.Minimize(context.Background(), minimize.Problem{Func: rosen}, []float64{-1.2, 1},
			minimize.Options{Method: m, Monitor: trace.Monitor{Trace: &record}}); err != nil {
			t.Fatal(err)
		}
		series = append(series, plot.Series{Name: m.Name(), Trace: &record})
	}
	dir := t.TempDir()
	if d := os.Getenv("ARGMIN_PLOTS"); d != "" {
		dir = d
	}
	file := filepath.Join(dir, "traces.png")
	if err := plot.Traces(file, series...); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if img, err := png.DecodeConfig(f); err != nil || img.Width < 900 {
		t.Error(img, err)
	}
	if err := plot.Traces(filepath.Join(dir, "traces.svg"), series...); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"traces": "no ending", "traces.xyz": "xyz", filepath.Join("no", "such", "folder.png"): "no"} {
		if err := plot.Traces(name, series...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := plot.Traces(file, plot.Series{Trace: &trace.Trace{}}); err == nil {
		t.Error("no error for an empty trace")
	}
	if err := plot.Traces(file, plot.Series{Name: "BFGS"}); err == nil || !strings.Contains(err.Error(), `series "BFGS" has no Trace`) {
		t.Error(err)
	}
}

func TestProfile(t *testing.T) {
	dir := t.TempDir()
	if d := os.Getenv("ARGMIN_PLOTS"); d != "" {
		dir = d
	}
	file := filepath.Join(dir, "profile.png")
	if err := plot.Profile(file, "evaluations", []string{"A", "B"}, [][]float64{{10, 20}, {30, 15}, {7, math.NaN()}, {9, 9}}); err != nil {
		t.Fatal(err)
	}
	if err := plot.Profile(file, "", []string{"A"}, [][]float64{{1, 2}}); err == nil ||
		!strings.Contains(err.Error(), "problem 0 has 2 costs, want one for each of 1 solvers") {
		t.Error(err)
	}
	if err := plot.Profile(file, "", []string{"A"}, nil); err == nil {
		t.Error("no error without problems")
	}
	for _, c := range []float64{0, -3, math.Inf(-1)} {
		want := fmt.Sprintf(`plot: problem 1: cost 0, of "A", is %g, want a positive number`, c)
		if err := plot.Profile(file, "", []string{"A", "B"}, [][]float64{{1, 2}, {c, 2}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if err := plot.Profile(file, "", []string{"A", "B"}, [][]float64{{math.Inf(1), math.NaN()}, {1, math.Inf(1)}}); err != nil {
		t.Error(err)
	}
}
