package sparse

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
)

// drawn is the places of a random matrix, in any order and some of them twice.
func drawn(rng *rand.Rand, rows, cols, n int) (row, col []int) {
	for range n {
		row, col = append(row, rng.IntN(rows)), append(col, rng.IntN(cols))
	}
	return row, col
}

func TestFromCOO(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range [][3]int{{4, 5, 12}, {1, 1, 3}, {3, 1000, 20}, {1000, 3, 20}, {5, 5, 0}} { // sorted by counting, and by comparing
		row, col := drawn(rng, c[0], c[1], c[2])
		s, slot, err := FromCOO(c[0], c[1], row, col)
		if err != nil || s.Check() != nil {
			t.Fatal(err, s.Check())
		}
		seen := map[[2]int]bool{}
		for k, at := range slot {
			if s.Ind[at] != col[k] || int(s.RowOf()[at]) != row[k] {
				t.Errorf("entry %d is at slot %d, which is (%d, %d), want (%d, %d)", k, at, s.RowOf()[at], s.Ind[at], row[k], col[k])
			}
			seen[[2]int{row[k], col[k]}] = true
		}
		if len(seen) != s.NNZ() {
			t.Errorf("%d entries, want %d", s.NNZ(), len(seen))
		}
		if again, _ := Share(&Pattern{s.Rows, s.Cols, s.Ptr, s.Ind}); again != s {
			t.Error("an equal pattern is another one")
		}
	}
}

func TestSharedIsSafeForConcurrentUse(t *testing.T) {
	row, col := drawn(rand.New(rand.NewPCG(3, 4)), 50, 50, 300)
	all := make([]*Shared, 20)
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() {
			s, _, err := FromCOO(50, 50, row, col)
			if err != nil {
				panic(err)
			}
			u, _ := s.T()
			all[i], _ = u.T()
		})
	}
	wait.Wait()
	for _, s := range all {
		if s != all[0] {
			t.Fatal("two equal patterns are not one")
		}
	}
}

func TestCombinations(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	row, col := drawn(rng, 6, 7, 15)
	a, _, _ := FromCOO(6, 7, row, col)
	row, col = drawn(rng, 6, 7, 15)
	b, _, _ := FromCOO(6, 7, row, col)
	u, inA, inB := Union(a, b)
	s, ofA, ofB := Intersection(a, b)
	for _, p := range []*Shared{u, s} {
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 6 {
		for j := range 7 {
			ka, isA := a.Find(i, j)
			kb, isB := b.Find(i, j)
			ku, isU := u.Find(i, j)
			ks, isS := s.Find(i, j)
			if isU != (isA || isB) || isS != (isA && isB) {
				t.Fatalf("(%d, %d) is in a %t, b %t, the union %t, the intersection %t", i, j, isA, isB, isU, isS)
			}
			if isA && int(inA[ka]) != ku || isB && int(inB[kb]) != ku || isS && (int(ofA[ks]) != ka || int(ofB[ks]) != kb) {
				t.Errorf("the entries at (%d, %d) do not correspond", i, j)
			}
		}
	}
	rows, from := a.TakeRows([]int{4, 0, 4})
	for k := range from {
		if rows.Ind[k] != a.Ind[from[k]] {
			t.Errorf("entry %d of the rows is in another column", k)
		}
	}
}

func TestLowerAndMirrored(t *testing.T) {
	row, col := drawn(rand.New(rand.NewPCG(7, 8)), 8, 8, 12)
	s, _, _ := FromCOO(8, 8, append(row, col...), append(col, row...))
	l, from, _, _ := s.Lower()
	for k := range from[0] {
		i, j := int(l.RowOf()[k]), l.Ind[k]
		below, _ := s.Find(i, j)
		above, _ := s.Find(j, i)
		if j > i || int(from[0][k]) != below || int(from[1][k]) != above {
			t.Errorf("entry (%d, %d) is of entries %d and %d, want %d and %d", i, j, from[0][k], from[1][k], below, above)
		}
	}
	m, at := l.Mirrored()
	if m != s {
		t.Fatalf("the mirrored triangle is %v, want %v", m.Ind, s.Ind)
	}
	for k := range at {
		i, j := int(m.RowOf()[k]), m.Ind[k]
		if want, _ := l.Find(max(i, j), min(i, j)); int(at[k]) != want {
			t.Errorf("entry (%d, %d) is entry %d of the triangle, want %d", i, j, at[k], want)
		}
	}
	one, _, _ := FromCOO(3, 3, []int{0}, []int{2})
	if l, _, i, j := one.Lower(); l != nil || i != 0 || j != 2 {
		t.Errorf("the triangle is %v, the entry (%d, %d)", l, i, j)
	}
}

// A solver gives the same answer whatever it solved before.
func TestSolverKeepsNothingThatMatters(t *testing.T) {
	s, err := Share(&Pattern{2, 2, []int{0, 2, 4}, []int{0, 1, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.GeneralSolver()
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, 2)
	for range 3 {
		v.Solve([]float64{2, 1, 1, 3}, []float64{3, 4}, x, 1, false, nil)
		if want := []float64{1, 1}; !reflect.DeepEqual(x, want) {
			t.Fatalf("x is %v, want %v", x, want)
		}
		v.Solve([]float64{2, 1, 0, 1}, []float64{3, 4}, x, 1, true, nil)
		if want := []float64{1.5, 2.5}; !reflect.DeepEqual(x, want) {
			t.Fatalf("x is %v, want %v", x, want)
		}
		if e := v.Solve([]float64{1, 1, 1, 1}, []float64{3, 4}, x, 1, false, nil); e <= 1 {
			t.Fatalf("a singular matrix has the backward error %v", e)
		}
	}
}
