package deps_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/deps"
)

// Unions are those of sets as maps, and each set has one number.
func TestUnions(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 5, 40, 200} {
		table := deps.NewTable(n, deps.DefaultRoom)
		sets := []deps.Set{0, table.All()}
		for i := range n {
			sets = append(sets, deps.Set(i+1))
		}
		byElements := map[string]deps.Set{}
		for range 2000 {
			want := map[int32]bool{}
			pick := make([]deps.Set, rng.IntN(6))
			for k := range pick {
				pick[k] = sets[rng.IntN(len(sets))]
				for _, v := range table.Elements(pick[k]) {
					want[v] = true
				}
			}
			u := table.Join(pick)
			if len(pick) == 2 {
				if v := table.Union(pick[1], pick[0]); v != u {
					t.Fatalf("two numbers for the union of %v", pick)
				}
			}
			e := table.Elements(u)
			key := ""
			for _, v := range e {
				if !want[v] {
					t.Fatalf("%d is in the union", v)
				}
				key += string(rune(v)) + " "
			}
			if len(e) != len(want) || !slices.IsSorted(e) {
				t.Fatalf("the union has %d elements %v, want %d", len(e), e, len(want))
			}
			if old, ok := byElements[key]; ok && old != u {
				t.Fatalf("%v has the numbers %d and %d", e, old, u)
			}
			byElements[key] = u
			if len(sets) < 500 {
				sets = append(sets, u)
			}
		}
		if table.Exhausted() {
			t.Error("the room is used up")
		}
	}
}

// Without room, unions are all inputs: none is left out.
func TestExhaustedTable(t *testing.T) {
	table := deps.NewTable(100, 50)
	u := deps.Set(1)
	for i := range 30 {
		u = table.Union(u, deps.Set(i+1))
		for j := range i + 1 {
			if !slices.Contains(table.Elements(u), int32(j)) {
				t.Fatalf("%d of %d is missing", j, i)
			}
		}
	}
	if !table.Exhausted() || u != table.All() {
		t.Errorf("set %d, exhausted: %t", u, table.Exhausted())
	}
}
