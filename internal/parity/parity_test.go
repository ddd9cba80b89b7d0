package parity

import (
	"context"
	_ "embed"
	"encoding/json"
	"testing"

	"github.com/argmin-go/argmin/minimize"
)

// The figures of SciPy, by go run ./bench/parity -json internal/parity/testdata
var (
	//go:embed testdata/scipy.json
	minimizeRecord []byte
	//go:embed testdata/scipy_root.json
	rootRecord []byte
)

func TestParity(t *testing.T) {
	compare(t, minimizeRecord, MinimizeCases(), len(minimize.Methods()))
}

func TestRootParity(t *testing.T) {
	compare(t, rootRecord, RootCases(), len(minimize.RootMethods())+2) // two with the Jacobian, too
}

// compare compares with SciPy's figures: no method fails where SciPy's succeeds, or ends
// at a limit where SciPy's tells success, and none takes more than 1.25 times as many
// evaluations in the geometric mean.
func compare[C Case](t *testing.T, record []byte, cases []C, methods int) {
	var r Record
	if err := json.Unmarshal(record, &r); err != nil {
		t.Fatal(err)
	}
	var pairs []Pair
	for _, c := range cases {
		theirs, err := r.Figure(c)
		if err != nil {
			t.Error(err)
			continue
		}
		ours, err := c.Run(context.Background())
		if err != nil {
			t.Errorf("%s: %v", c.Name(), err)
			continue
		}
		pairs = append(pairs, Pair{c, theirs, ours})
	}
	for _, p := range pairs {
		if p.Theirs.Success && p.Theirs.Solved && !p.Ours.Success {
			t.Errorf("%s: SciPy tells success, ours %s", p.Case.Name(), p.Ours.Message)
		}
	}
	summaries := Summaries(pairs)
	if len(summaries) != methods {
		t.Errorf("%d methods compared, there are %d", len(summaries), methods)
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
