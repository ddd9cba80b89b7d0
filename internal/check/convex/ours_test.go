package convex

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// What argmin's solvers claim of small programs holds.
func TestOursClaimNothingFalse(t *testing.T) {
	qps, err := MarosMeszaros(filepath.Join("testdata", "maros-meszaros"))
	if err != nil {
		t.Fatal(err)
	}
	lps, err := Netlib(filepath.Join("testdata", "netlib-lp"))
	if err != nil {
		t.Fatal(err)
	}
	level := Level{"test", 1e-6}
	for _, s := range Ours() {
		r := &Record{}
		for _, p := range append(qps, lps...) {
			f := p.Judge(s.Name(), level, 600, s.Solve(context.Background(), p, level.Bound, 10*time.Minute))
			t.Log(f)
			r.Put(f)
		}
		sum := r.Summarize(append(qps, lps...), s.Name(), level, 600)
		t.Logf("%s solves %d of %d", s.Name(), sum.Solved, sum.Count)
		for _, w := range append(sum.Wrong, sum.Far...) {
			t.Errorf("%s: %s", s.Name(), w)
		}
	}
}
