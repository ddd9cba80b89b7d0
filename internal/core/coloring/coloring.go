package coloring

import "github.com/argmin-go/argmin/internal/core/sparse"

// Coloring gives each column, or row, of a matrix the number of its group: 0 … N-1, or -1 for one
// that is in none.
type Coloring struct {
	Of []int32
	N  int
}

// most is how many pairs of entries of a row are looked at, a second or two: a matrix with more is not colored.
const most = 1 << 31

// Columns colors the columns so that no two with an entry in the same row share a color; those without entries have
// none. It tries
// several orders and takes the best. Where the rows are so long that this would take too long, every column that
// has entries gets a color of its own.
//
// The time is like the sum of the squares of the numbers of entries of the rows.
func Columns(p *sparse.Pattern) Coloring {
	t, _ := p.Transpose()
	return columns(p, t)
}

// Rows is [Columns] of the transposed matrix.
func Rows(p *sparse.Pattern) Coloring {
	t, _ := p.Transpose()
	return columns(t, p)
}

func columns(p, t *sparse.Pattern) Coloring {
	longest, work := 0, 0
	for i := range p.Rows {
		n := len(p.Row(i))
		longest, work = max(longest, n), work+n*n
	}
	if work > most {
		return ownColors(t)
	}
	g := &graph{p: p, t: t, seen: make([]int32, p.Cols)}
	best := g.greedy(nil)
	for _, order := range []func() []int32{g.largestFirst, g.smallestLast, g.incidence} {
		if best.N <= longest { // that many have a row in common
			break
		}
		if c := g.greedy(order()); c.N < best.N {
			best = c
		}
	}
	for n := longest; n < best.N; n++ {
		if c, ok := g.cyclic(n); ok {
			return c
		}
	}
	return best
}

// cyclic gives column j the color j modulo n; ok reports whether that is a coloring. It is the best one of
// banded matrices, and good for stencils on grids.
func (g *graph) cyclic(n int) (c Coloring, ok bool) {
	in := make([]int32, n) // the last row, plus 1, with each color
	for i := range g.p.Rows {
		for _, j := range g.p.Row(i) {
			if in[j%n] == int32(i+1) {
				return Coloring{}, false
			}
			in[j%n] = int32(i + 1)
		}
	}
	c = Coloring{Of: make([]int32, g.p.Cols), N: n}
	for j := range c.Of {
		c.Of[j] = int32(j % n)
		if len(g.t.Row(j)) == 0 {
			c.Of[j] = -1
		}
	}
	return c, true
}

// ownColors gives every column with entries a color of its own; t is the transposed pattern.
func ownColors(t *sparse.Pattern) Coloring {
	c := Coloring{Of: make([]int32, t.Rows)}
	for j := range c.Of {
		c.Of[j] = -1
		if len(t.Row(j)) > 0 {
			c.Of[j] = int32(c.N)
			c.N++
		}
	}
	return c
}

// graph has the columns of p as vertices; those with a row in common are neighbors. t is p transposed.
type graph struct {
	p, t  *sparse.Pattern
	seen  []int32
	stamp int32
}

// neighbors calls f for every neighbor of column j.
func (g *graph) neighbors(j int, f func(k int)) {
	g.stamp++
	g.seen[j] = g.stamp
	for _, i := range g.t.Row(j) {
		for _, k := range g.p.Row(i) {
			if g.seen[k] != g.stamp {
				g.seen[k] = g.stamp
				f(k)
			}
		}
	}
}

// greedy gives each column in an order, nil for the natural one, the smallest color that no neighbor has.
func (g *graph) greedy(order []int32) Coloring {
	n := g.p.Cols
	c := Coloring{Of: make([]int32, n)}
	for j := range c.Of {
		c.Of[j] = -1
	}
	taken := make([]int32, n+1) // by a neighbor of column taken[color]-1
	for at := range n {
		j := at
		if order != nil {
			j = int(order[at])
		}
		rows := g.t.Row(j)
		if len(rows) == 0 {
			continue
		}
		for _, i := range rows {
			for _, k := range g.p.Row(i) {
				if color := c.Of[k]; color >= 0 {
					taken[color] = int32(j + 1)
				}
			}
		}
		color := 0
		for taken[color] == int32(j+1) {
			color++
		}
		c.Of[j] = int32(color)
		c.N = max(c.N, color+1)
	}
	return c
}
