package coloring_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/coloring"
	"github.com/argmin-go/argmin/internal/core/sparse"
)

// pattern is the matrix with entries where has holds.
func pattern(rows, cols int, has func(i, j int) bool) *sparse.Pattern {
	p := &sparse.Pattern{Rows: rows, Cols: cols, Ptr: []int{0}}
	for i := range rows {
		for j := range cols {
			if has(i, j) {
				p.Ind = append(p.Ind, j)
			}
		}
		p.Ptr = append(p.Ptr, len(p.Ind))
	}
	return p
}

// grid is the stencil of neighbors within reach on a square grid, without corners if cross is set.
func grid(n, reach int, cross bool) *sparse.Pattern {
	return pattern(n*n, n*n, func(i, j int) bool {
		dx, dy := abs(i%n-j%n), abs(i/n-j/n)
		if cross {
			return dx+dy <= reach
		}
		return max(dx, dy) <= reach
	})
}

func abs(x int) int { return max(x, -x) }

func banded(n, b int) *sparse.Pattern {
	return pattern(n, n, func(i, j int) bool { return abs(i-j) <= b })
}

func arrow(n int) *sparse.Pattern {
	return pattern(n, n, func(i, j int) bool { return i == j || i == 0 || j == 0 })
}

func random(rng *rand.Rand, rows, cols int, density float64) *sparse.Pattern {
	return pattern(rows, cols, func(i, j int) bool { return rng.Float64() < density })
}

func symmetric(p *sparse.Pattern) *sparse.Pattern {
	return pattern(p.Rows, p.Cols, func(i, j int) bool { return i == j || slices.Contains(p.Row(i), j) || slices.Contains(p.Row(j), i) })
}

// Every entry of a row is in the group of one column of the row only.
func checkColumns(t *testing.T, p *sparse.Pattern, c coloring.Coloring) {
	t.Helper()
	tr, _ := p.Transpose()
	for j, k := range c.Of {
		if (k < 0) != (len(tr.Row(j)) == 0) {
			t.Fatalf("column %d of %d entries has color %d", j, len(tr.Row(j)), k)
		}
	}
	for i := range p.Rows {
		seen := map[int32]int{}
		for _, j := range p.Row(i) {
			k := c.Of[j]
			if k < 0 || int(k) >= c.N {
				t.Fatalf("column %d has color %d of %d", j, k, c.N)
			}
			if other, ok := seen[k]; ok {
				t.Fatalf("columns %d and %d of row %d share color %d", other, j, i, k)
			}
			seen[k] = j
		}
	}
}

func TestKnownPatterns(t *testing.T) {
	for _, c := range []struct {
		name             string
		p                *sparse.Pattern
		cols, star, both int
	}{
		{"diagonal", banded(20, 0), 1, 1, 1},
		{"tridiagonal", banded(40, 1), 3, 3, 3},
		{"pentadiagonal", banded(40, 2), 5, 5, 5},
		{"arrow", arrow(50), 50, 2, 3},
		{"5 points", grid(12, 1, true), 7, 5, 7},
		{"9 points", grid(12, 1, false), 9, 9, 9},
		{"full", pattern(6, 6, func(i, j int) bool { return true }), 6, 6, 6},
		{"empty", pattern(5, 5, func(i, j int) bool { return false }), 0, 0, 0},
		{"blocks", pattern(30, 30, func(i, j int) bool { return i/3 == j/3 }), 3, 3, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			cols := coloring.Columns(c.p)
			checkColumns(t, c.p, cols)
			star := coloring.Star(c.p)
			checkStar(t, c.p, star)
			both := coloring.Both(c.p)
			checkBoth(t, c.p, both)
			t.Logf("%d columns, %d star, %d both; want at most %d, %d, %d", cols.N, star.N, both.N(), c.cols, c.star, c.both)
			if cols.N > c.cols || star.N > c.star || both.N() > c.both {
				t.Errorf("%d columns, %d star, %d both; want at most %d, %d, %d", cols.N, star.N, both.N(), c.cols, c.star, c.both)
			}
		})
	}
}

// checkStar: each entry is the only one of its color in its row, or in its column.
func checkStar(t *testing.T, p *sparse.Pattern, c coloring.Coloring) {
	t.Helper()
	alone := func(i, j int) bool {
		for _, k := range p.Row(i) {
			if k != j && c.Of[k] == c.Of[j] {
				return false
			}
		}
		return true
	}
	for i := range p.Rows {
		for _, j := range p.Row(i) {
			if c.Of[j] < 0 || int(c.Of[j]) >= c.N {
				t.Fatalf("column %d has color %d of %d", j, c.Of[j], c.N)
			}
			if !alone(i, j) && !alone(j, i) {
				t.Fatalf("entry (%d, %d) is in a sum, and so is (%d, %d)", i, j, j, i)
			}
		}
	}
}

// checkBoth: each entry is the only one of its group.
func checkBoth(t *testing.T, p *sparse.Pattern, c coloring.Two) {
	t.Helper()
	tr, _ := p.Transpose()
	for i := range p.Rows {
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			j := p.Ind[k]
			own, line, of := j, p.Row(i), c.Cols
			if c.ByRow[k] {
				own, line, of = i, tr.Row(j), c.Rows
			}
			if of.Of[own] < 0 || int(of.Of[own]) >= of.N {
				t.Fatalf("entry (%d, %d) has no color", i, j)
			}
			for _, other := range line {
				if other != own && of.Of[other] == of.Of[own] {
					t.Fatalf("entry (%d, %d) is in a sum", i, j)
				}
			}
		}
	}
}

func TestRandomPatterns(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 3))
			p := random(rng, 1+rng.IntN(40), 1+rng.IntN(40), 0.2*rng.Float64())
			checkColumns(t, p, coloring.Columns(p))
			tr, _ := p.Transpose()
			checkColumns(t, tr, coloring.Rows(p))
			checkBoth(t, p, coloring.Both(p))
			n := 1 + rng.IntN(50)
			s := symmetric(random(rng, n, n, 0.15*rng.Float64()))
			if rng.IntN(2) == 0 { // with a hub
				s = symmetric(pattern(n, n, func(i, j int) bool { return i == n/2 || slices.Contains(s.Row(i), j) }))
			}
			checkStar(t, s, coloring.Star(s))
		})
	}
}

// A band with a border of full rows and columns: a star coloring that looks at all paths through the
// border does not end.
func TestWideBorder(t *testing.T) {
	const n, band, border = 30_000, 5, 5
	p := &sparse.Pattern{Rows: n, Cols: n, Ptr: []int{0}}
	for i := range n {
		for j := range border {
			p.Ind = append(p.Ind, j)
		}
		for j := border; j < n; j++ {
			if i >= border {
				if j < i-band {
					j = max(border, i-band)
				}
				if j > i+band {
					break
				}
			}
			p.Ind = append(p.Ind, j)
		}
		p.Ptr = append(p.Ptr, len(p.Ind))
	}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	if c := coloring.Star(p); c.N > border+2*band+1 {
		t.Errorf("%d colors, want at most %d", c.N, border+2*band+1)
	}
	if c := coloring.Both(p); c.N() > 2*border+2*band+1 {
		t.Errorf("%d products, want at most %d", c.N(), 2*border+2*band+1)
	}
}

// The columns of each pattern take no more groups than scipy.optimize._numdiff.group_columns (SciPy 1.17) finds
// in the natural order and in its default, a random one.
func TestAgainstSciPy(t *testing.T) {
	hashed := func(seed, below int) func(i, j int) bool {
		return func(i, j int) bool { return (i*73856093^j*19349663^seed*83492791)%1000 < below }
	}
	for _, c := range []struct {
		name            string
		p               *sparse.Pattern
		nnz             int
		natural, random int
	}{
		{"tridiagonal", banded(40, 1), 118, 3, 5},
		{"band of 7", banded(60, 3), 408, 7, 10},
		{"5 points", grid(12, 1, true), 672, 7, 9},
		{"9 points", grid(12, 1, false), 1156, 9, 14},
		{"arrow", arrow(50), 148, 50, 50},
		{"3%", pattern(100, 100, hashed(1, 30)), 322, 8, 9},
		{"8%", pattern(100, 80, hashed(2, 80)), 642, 20, 21},
		{"2%", pattern(200, 150, hashed(3, 20)), 595, 9, 10},
	} {
		if c.p.NNZ() != c.nnz {
			t.Errorf("%s: %d entries, want %d as in the comparison", c.name, c.p.NNZ(), c.nnz)
		}
		n := coloring.Columns(c.p).N
		t.Logf("%s: %d groups, SciPy %d and %d", c.name, n, c.natural, c.random)
		if n > min(c.natural, c.random) {
			t.Errorf("%s: %d groups, SciPy %d and %d", c.name, n, c.natural, c.random)
		}
	}
}
