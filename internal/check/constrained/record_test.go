package constrained

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/parity"
	"github.com/argmin-go/argmin/num"
)

// Of the recorded runs, no solver of argmin claims a solution that is none.
func TestRecordedRunsHaveNoFalseSuccess(t *testing.T) {
	b, err := os.ReadFile("testdata/runs.json")
	if err != nil {
		t.Fatal(err)
	}
	var r Record
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	var ours []string
	for name := range Ours() {
		ours = append(ours, name)
	}
	slices.Sort(ours)
	for _, s := range r.Summaries(append([]string{"ipopt"}, ours...)) {
		t.Log(s)
		for _, p := range s.False {
			if s.Solver != "ipopt" {
				t.Errorf("%s claims to solve %s", s.Solver, p)
			}
		}
	}
}

// A program by hand: x₁² x₂⁻³, and the second variable repeated, chosen from and added up.
func TestPrograms(t *testing.T) {
	p := Program{Nodes: []Node{
		{Op: "take", Args: []int{0}, Index: []int{0}, Shape: []int{}},
		{Op: "take", Args: []int{0}, Index: []int{1}, Shape: []int{}},
		{Op: "integer_pow", Args: []int{1}, Power: 2, Shape: []int{}},
		{Op: "integer_pow", Args: []int{2}, Power: -3, Shape: []int{}},
		{Op: "mul", Args: []int{3, 4}, Shape: []int{}},
		{Op: "take", Args: []int{5, 0}, Index: []int{2, 0, 2}, Shape: []int{3}},
		{Op: "const", Data: []parity.Number{1, 2, 3}, Shape: []int{3}},
		{Op: "lt", Args: []int{6, 7}, Shape: []int{3}, Bool: true},
		{Op: "select_n", Args: []int{8, 6, 7}, Shape: []int{3}},
		{Op: "put_add", Args: []int{0, 9}, Index: []int{1, 1, 0}, Shape: []int{2}},
	}, Out: 10}
	// The nodes are x₁²x₂⁻³ = 0.5 at (2, 2), [2 0.5 2] < [1 2 3] = [no yes yes], and [2 2 3].
	if got, want := p.Apply(num.Vector(2, 2)), num.Vector(5, 6); num.ArrayEqual(got, want).Item() != 1 {
		t.Errorf("got %v, want %v", got, want)
	}
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), "sinc") {
			t.Errorf("an unknown operation: %v", r)
		}
	}()
	Program{Nodes: []Node{{Op: "sinc", Args: []int{0}}}, Out: 1}.Apply(num.Vector(1))
}

// The residual of the KKT conditions is zero at a solution with its multipliers, and not without.
func TestResiduals(t *testing.T) {
	inf := parity.Number(math.Inf(1))
	sum := Program{Nodes: []Node{{Op: "reduce_sum", Args: []int{0}, Axes: []int{0}, Shape: []int{}}, {Op: "take", Args: []int{1}, Index: []int{0}, Shape: []int{1}}}, Out: 2}
	shifted := Program{Nodes: append(slices.Clone(sum.Nodes), Node{Op: "const", Data: []parity.Number{-1}, Shape: []int{1}}, Node{Op: "add", Args: []int{2, 3}, Shape: []int{1}}), Out: 4}
	// min x₁ + x₂ with x₁ + x₂ ≥ 1 and x₁ ≥ 0.
	p := &Problem{N: 2, Inequalities: 1, Lower: []parity.Number{0, -inf}, Upper: []parity.Number{inf, inf}, F: sum, C: shifted}
	p.prepare()
	s := p.System([]float64{0.5, 0.5})
	if len(s.Free) != 1 || s.Free[0] {
		t.Fatalf("constraints %v near (½, ½), want one inequality", s.Free)
	}
	if r := s.Residual([]float64{1}); r != 0 {
		t.Errorf("residual %g with the multiplier", r)
	}
	if r := s.Residual([]float64{0}); r != 1 {
		t.Errorf("residual %g without a multiplier", r)
	}
	if a, r := p.Violation([]float64{-0.25, 0}); a != 1.25 || r != 1.25 {
		t.Errorf("violations %g, %g", a, r)
	}
}
