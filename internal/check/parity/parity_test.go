package parity

import (
	"context"
	_ "embed"
	"encoding/json"
	"testing"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/root"
)

// The figures of SciPy, by go run ./bench/parity -json internal/check/parity/testdata
var (
	//go:embed testdata/scipy.json
	minimizeRecord []byte
	//go:embed testdata/scipy_root.json
	rootRecord []byte
)

func TestParity(t *testing.T) {
	compare(t, minimizeRecord, MinimizeCases(), len(minimize.Methods()), nil)
}

// chance lists the cases that SciPy's method solves and ours does not, by chance, with the number of
// twenty starts 1e-10 away (see RootCase.Nearby) that SciPy's solves, by bench/parity.
var chance = map[string]int{
	"root/broyden1/13-powell-singular":   4,
	"root/broyden1/22-powell-singular12": 2,
}

func TestRootParity(t *testing.T) {
	compare(t, rootRecord, RootCases(), len(root.Methods())+2, chance) // two with the Jacobian, too
	for _, c := range RootCases() {
		theirs, ok := chance[c.Name()]
		if !ok {
			continue
		}
		ours, err := Solved(c.Nearby(), func(c RootCase) (Figure, error) { return c.Run(context.Background()) })
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: of 20 starts nearby SciPy's solves %d, ours %d", c.Name(), theirs, ours)
		if ours == 0 {
			t.Errorf("%s: none of the starts nearby is solved", c.Name())
		}
	}
}

// compare compares with SciPy's figures: no method fails where SciPy's succeeds, or ends at a limit where
// SciPy's reports success and is right, and none takes more than 1.25 times as many evaluations in the
// geometric mean. Where SciPy's success is none our search goes on, and may come to a limit; such cases
// count neither way. Cases that chance decides are excepted.
func compare[C Case](t *testing.T, record []byte, cases []C, methods int, chance map[string]int) {
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
	excepted := 0
	for _, p := range pairs {
		_, ok := chance[p.Case.Name()]
		switch {
		case ok && p.Theirs.Solved && !p.Ours.Solved:
			excepted++
		case p.Worse():
			t.Errorf("%s is solved by SciPy %s, not by ours: %s", p.Case.Name(), r.SciPy, p.Ours.Message)
		case p.Theirs.Success && p.Theirs.Exact && !p.Ours.Success && !p.Ours.Lower(p.Theirs):
			t.Errorf("%s: SciPy reports success, ours %s", p.Case.Name(), p.Ours.Message)
		}
	}
	if excepted != len(chance) {
		t.Errorf("%d cases of %v are worse than SciPy's", excepted, chance)
	}
	summaries := Summaries(pairs)
	if len(summaries) != methods {
		t.Errorf("%d methods compared, there are %d", len(summaries), methods)
	}
	for _, s := range summaries {
		t.Log(s)
		most := 1.25
		if s.Method == "Newton-CG" { // it does not stop by short steps, as SciPy's does, also where that is at a minimum
			most = 1.3
		}
		if s.Ratio > most {
			t.Errorf("%s takes %.2f times SciPy's evaluations", s.Method, s.Ratio)
		}
	}
}
