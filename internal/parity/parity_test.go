package parity

import (
	"context"
	_ "embed"
	"encoding/json"
	"testing"

	"github.com/argmin-go/argmin/minimize"
)

// The figures of SciPy, by go run ./bench/parity -json internal/parity/testdata/scipy.json
//
//go:embed testdata/scipy.json
var record []byte

// TestParity compares with SciPy's figures: no method fails where SciPy's succeeds, or ends
// at a limit where SciPy's tells success, and none takes more than 1.25 times as many
// evaluations in the geometric mean.
func TestParity(t *testing.T) {
	var r Record
	if err := json.Unmarshal(record, &r); err != nil {
		t.Fatal(err)
	}
	figures := map[string]Figure{}
	for _, f := range r.Figures {
		figures[f.Method+"/"+f.Problem] = f
	}
	var pairs []Pair
	for _, c := range Cases() {
		theirs, ok := figures[c.Name()]
		if !ok {
			t.Errorf("%s has no figure: run bench/parity", c.Name())
			continue
		}
		ours, err := c.Run(context.Background())
		if err != nil {
			t.Errorf("%s: %v", c.Name(), err)
			continue
		}
		pairs = append(pairs, Pair{c, c.Judge(theirs), ours})
	}
	for _, p := range pairs {
		if p.Theirs.Success && p.Theirs.Solved && !p.Ours.Success {
			t.Errorf("%s: SciPy tells success, ours %s", p.Case.Name(), p.Ours.Message)
		}
	}
	summaries := Summaries(pairs)
	if len(summaries) != len(minimize.Methods()) {
		t.Errorf("%d methods compared, there are %d", len(summaries), len(minimize.Methods()))
	}
	for _, s := range summaries {
		t.Log(s)
		for _, p := range s.Worse {
			t.Errorf("%s fails on %s, SciPy %s does not", s.Method, p, r.SciPy)
		}
		if s.Ratio > 1.25 {
			t.Errorf("%s takes %.2f times SciPy's evaluations", s.Method, s.Ratio)
		}
	}
}
