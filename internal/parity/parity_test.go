package parity

import (
	"context"
	_ "embed"
	"encoding/json"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/minimize"
)

// The figures of SciPy, by go run ./bench/parity -json internal/parity/testdata/scipy.json
//
//go:embed testdata/scipy.json
var record []byte

// knownWorse are the cases that SciPy solves and we do not, each with its reason.
var knownWorse = map[string]string{}

// knownLimits are the cases that both solve, where SciPy tells success and ours ends at
// a limit.
var knownLimits = []string{"CG/20-watson9", "COBYQA/18-biggs-exp6", "Nelder-Mead/22-powell-singular12"}

// TestParity compares with SciPy's figures: no method fails where SciPy's succeeds, and
// none takes more than 1.25 times as many evaluations in the geometric mean.
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
		limited := p.Theirs.Success && p.Theirs.Solved && p.Ours.Solved && !p.Ours.Success
		if known := slices.Contains(knownLimits, p.Case.Name()); limited != known {
			t.Errorf("%s: SciPy tells success and ours ends otherwise: %v, known: %v (%s)", p.Case.Name(), limited, known, p.Ours.Message)
		}
	}
	summaries := Summaries(pairs)
	if len(summaries) != len(minimize.Methods()) {
		t.Errorf("%d methods compared, there are %d", len(summaries), len(minimize.Methods()))
	}
	for _, s := range summaries {
		t.Log(s)
		for _, p := range s.Worse {
			if _, ok := knownWorse[s.Method+"/"+p]; !ok {
				t.Errorf("%s fails on %s, SciPy %s does not", s.Method, p, r.SciPy)
			}
		}
		if s.Ratio > 1.25 {
			t.Errorf("%s takes %.2f times SciPy's evaluations", s.Method, s.Ratio)
		}
		if s.Solved < s.Peer-len(knownWorse) {
			t.Errorf("%s solves %d, SciPy %d", s.Method, s.Solved, s.Peer)
		}
	}
	for name := range knownWorse {
		if !slices.ContainsFunc(pairs, func(p Pair) bool { return p.Case.Name() == name && p.Theirs.Solved && !p.Ours.Solved }) {
			t.Errorf("%s is no longer worse: take it from the list", name)
		}
	}
}
