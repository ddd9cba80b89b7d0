package sparse

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// randomPattern has about the given number of entries per row, anywhere.
func randomPattern(r *rand.Rand, n, per int) *Pattern {
	p := &Pattern{Rows: n, Cols: n, Ptr: []int{0}}
	for range n {
		row := map[int]bool{}
		for range r.IntN(2*per + 1) {
			row[r.IntN(n)] = true
		}
		for j := range n {
			if row[j] {
				p.Ind = append(p.Ind, j)
			}
		}
		p.Ptr = append(p.Ptr, len(p.Ind))
	}
	return p
}

// eliminated is the rows below the diagonal in each column of the factor, by plain elimination.
func eliminated(g graph, perm, inv []int32) []map[int32]bool {
	columns := make([]map[int32]bool, len(perm))
	for k, v := range perm {
		columns[k] = map[int32]bool{}
		for _, w := range g.row(int(v)) {
			if i := inv[w]; i > int32(k) {
				columns[k][i] = true
			}
		}
	}
	for _, column := range columns {
		next := int32(len(perm))
		for i := range column {
			next = min(next, i)
		}
		for i := range column {
			if i != next {
				columns[next][i] = true
			}
		}
	}
	return columns
}

// TestTree compares trees and column counts with those of plain elimination.
func TestTree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := r.IntN(50)
		g := newGraph(randomPattern(r, max(n, 1), 1+r.IntN(3)))
		perm := newQuotient(g).run(nil)
		sorted := slices.Clone(perm)
		slices.Sort(sorted)
		for i, v := range sorted {
			if int(v) != i {
				t.Fatalf("%v is not a permutation", perm)
			}
		}
		perm = through(perm, postorder(children(eliminationTree(g, perm, inverse(perm)))))
		inv := inverse(perm)
		parent := eliminationTree(g, perm, inv)
		counts := columnCounts(g, perm, inv, parent)
		for k, column := range eliminated(g, perm, inv) {
			want := int32(-1)
			for i := range column {
				if want < 0 || i < want {
					want = i
				}
			}
			if parent[k] != want || int(counts[k]) != len(column)+1 {
				t.Fatalf("column %d has parent %d and %d entries, want %d and %d", k, parent[k], counts[k], want, len(column)+1)
			}
		}
	}
}

// TestOrderIsSmall compares the fill with that of exact minimum degree, and has the same
// from one triangle as from both.
func TestOrderIsSmall(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	approximate, exact := 0, 0
	for range 60 {
		p := randomPattern(r, 20+r.IntN(60), 2)
		g := newGraph(p)
		perm, err := Order(p)
		if err != nil {
			t.Fatal(err)
		}
		approximate += fill(g, perm)
		exact += fill(g, minimumDegree(g))
		below := &Pattern{Rows: p.Rows, Cols: p.Cols, Ptr: []int{0}}
		for i := range p.Rows {
			for j := range i {
				if slices.Contains(g.row(i), int32(j)) {
					below.Ind = append(below.Ind, j)
				}
			}
			below.Ptr = append(below.Ptr, len(below.Ind))
		}
		again, err := Order(below)
		if err != nil || fill(g, again) > 2*fill(g, perm) {
			t.Errorf("fill %d from one triangle, %d from both, %v", fill(g, again), fill(g, perm), err)
		}
	}
	if float64(approximate) > 1.05*float64(exact) {
		t.Errorf("%d entries, exact minimum degree has %d", approximate, exact)
	}
	if _, err := Order(&Pattern{Rows: 1, Cols: 2, Ptr: []int{0, 0}}); err == nil || !strings.Contains(err.Error(), "1 rows and 2 columns") {
		t.Errorf("error %v, want a word on the shape", err)
	}
}

// fill counts the entries below the diagonal of the factor.
func fill(g graph, order []int) int {
	perm := make([]int32, len(order))
	for k, i := range order {
		perm[k] = int32(i)
	}
	sum := 0
	for _, column := range eliminated(g, perm, inverse(perm)) {
		sum += len(column)
	}
	return sum
}

// minimumDegree eliminates a vertex of least degree, again and again.
func minimumDegree(g graph) []int {
	near := make([]map[int]bool, g.n())
	for i := range near {
		near[i] = map[int]bool{}
		for _, j := range g.row(i) {
			near[i][int(j)] = true
		}
	}
	var order []int
	for range near {
		best := -1
		for i, x := range near {
			if x != nil && (best < 0 || len(x) < len(near[best])) {
				best = i
			}
		}
		for i := range near[best] {
			delete(near[i], best)
			for j := range near[best] {
				if i != j {
					near[i][j] = true
				}
			}
		}
		near[best] = nil
		order = append(order, best)
	}
	return order
}

// TestOrderFullRows has an arrow, and hubs that all others are next to: both in linear time.
func TestOrderFullRows(t *testing.T) {
	n := 200000
	b := builder{n: n}
	for i := 3; i < n; i++ {
		b.add(i, i, 1)
		for hub := range 3 {
			b.add(i, hub, 1)
		}
	}
	q := b.problem("")
	s, err := Analyze(q.p)
	if err != nil {
		t.Fatal(err)
	}
	if most := 8 * n; s.NNZ() > most {
		t.Errorf("%d entries of the factor, want at most %d", s.NNZ(), most)
	}
}

// Columns that most rows meet in are no longer read for each of the rows: they come last, and the fill stays what it was.
func TestOrderOfFewLongColumns(t *testing.T) {
	const rows, cols = 3000, 40
	r := rand.New(rand.NewPCG(1, 1))
	var row, col []int
	for i := range rows {
		for j := range cols {
			if r.Float64() < 0.15 {
				row, col = append(row, cols+i), append(col, j)
			}
		}
	}
	p, _, err := FromCOO(rows+cols, rows+cols, row, col)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Analyze(&p.Pattern)
	if err != nil {
		t.Fatal(err)
	}
	if most := p.NNZ() + rows + cols*(cols+1)/2; s.NNZ() > most*5/4 {
		t.Errorf("the factor has %d entries, want about %d: the rows' first, and a full triangle", s.NNZ(), most)
	}
	q := newQuotient(newGraph(&p.Pattern))
	dense, work, entries := q.dense(), 0., 0.
	for _, d := range q.degree {
		entries += float64(d) + 1
		if d <= dense {
			work += float64(d) * float64(d)
		}
	}
	if work > tolerated*entries {
		t.Errorf("the lists are read for %g neighbours, want at most %g", work, tolerated*entries)
	}
}
