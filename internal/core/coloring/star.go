package coloring

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/sparse"
)

// Star colors the columns of a symmetric pattern so that each entry can be had from the product with
// the columns of one color, in its own place or in the one across the diagonal: the color of its
// column is the only one of its kind in its row, or the color of its row in its column. This is so where neighbors
// have different colors and no path of four columns has only two. It tries several orders, and [Columns], and takes
// the best.
//
// A column with very many entries gets a color of its own: with that, no path through it has two
// colors, so that it need not be looked at again. The method is Gebremedhin, Tarafdar, Manne & Pothen, "New acyclic
// and star coloring algorithms with application to computing Hessians" (2007), algorithm 4.1; the
// time is like the sum of the squares of the numbers of entries of the other columns.
func Star(p *sparse.Pattern) Coloring {
	best := Columns(p)
	long := lengths(p)
	orders := []func() []int32{
		func() []int32 { return natural(p.Cols) },
		func() []int32 {
			order := natural(p.Cols)
			slices.SortStableFunc(order, func(a, b int32) int { return len(p.Row(int(b))) - len(p.Row(int(a))) })
			return order
		},
		func() []int32 { return smallestDegreeLast(p) },
	}
	for _, limit := range long {
		for _, order := range orders {
			s := newStars(p, limit)
			if c := s.color(order()); c.N < best.N {
				best = c
			}
		}
	}
	return best
}

// lengths are limits beyond which a column is long, to be tried: what most are far below, and what
// is affordable.
func lengths(p *sparse.Pattern) []int {
	longest, work := 0, 0
	for i := range p.Rows {
		n := len(p.Row(i))
		longest, work = max(longest, n), work+n*n
	}
	var all []int
	if work <= most/16 {
		all = append(all, longest)
	}
	if typical := 16 * (1 + p.NNZ()/max(p.Rows, 1)); typical < longest {
		all = append(all, typical)
	}
	if all == nil {
		all = []int{0}
	}
	return all
}

// smallestDegreeLast is the smallest-last order of the graph whose edges are the entries.
func smallestDegreeLast(p *sparse.Pattern) []int32 {
	degree := make([]int32, p.Cols)
	for j := range degree {
		degree[j] = int32(len(p.Row(j)))
	}
	q := newBuckets(degree)
	order := make([]int32, p.Cols)
	for at := len(order) - 1; at >= 0; at-- {
		j := q.takeLeast()
		order[at] = int32(j)
		for _, k := range p.Row(j) {
			q.move(k, -1)
		}
	}
	return order
}

// stars is the state of the method: each edge between colored vertices belongs to a star, all edges that have
// its two colors and hang together.
type stars struct {
	p       *sparse.Pattern
	limit   int
	of      []int32    // the color of each vertex, -1 for none yet
	edge    []int32    // the number of the edge of each entry; both of its entries have the same
	star    []int32    // of each edge
	hub     []int32    // of each star, -1 while it has one edge
	taken   []int32    // colors that the vertex taken[color]-1 may not have
	first   [][2]int32 // for each color, a vertex and its first neighbor of this color
	treated []int32    // the vertex, plus 1, for which the colors around a vertex were taken
}

func newStars(p *sparse.Pattern, limit int) *stars {
	n := p.Cols
	s := &stars{p: p, limit: limit, of: slices.Repeat([]int32{-1}, n), edge: make([]int32, p.NNZ()),
		taken: make([]int32, n+1), first: make([][2]int32, n+1), treated: make([]int32, n)}
	count := int32(0)
	next := slices.Clone(p.Ptr[:n]) // the lower triangle meets the upper one row by row
	for i := range n {
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			if j := p.Ind[k]; j > i {
				s.edge[k] = count
				for p.Ind[next[j]] != i {
					next[j]++
				}
				s.edge[next[j]] = count
				count++
			}
		}
	}
	s.star = make([]int32, count)
	return s
}

func (s *stars) long(v int) bool { return len(s.p.Row(v)) > s.limit }

// around calls f for the colored neighbors of a vertex, with the edge.
func (s *stars) around(v int, f func(w int, edge int32)) {
	if s.long(v) {
		return
	}
	for k := s.p.Ptr[v]; k < s.p.Ptr[v+1]; k++ {
		if w := s.p.Ind[k]; w != v && s.of[w] >= 0 && !s.long(w) {
			f(w, s.edge[k])
		}
	}
}

func (s *stars) color(order []int32) Coloring {
	c := Coloring{Of: s.of}
	for _, o := range order {
		v := int(o)
		if s.long(v) || len(s.p.Row(v)) == 0 {
			continue
		}
		s.forbid(v)
		color := 0
		for s.taken[color] == o+1 {
			color++
		}
		s.of[v] = int32(color)
		c.N = max(c.N, color+1)
		s.join(v)
	}
	for v := range s.of {
		if s.long(v) {
			s.of[v] = int32(c.N)
			c.N++
		}
	}
	return c
}

// forbid marks the colors that v may not have.
func (s *stars) forbid(v int) {
	me := int32(v + 1)
	s.around(v, func(w int, e int32) {
		color := s.of[w]
		s.taken[color] = me
		if s.first[color][0] == me { // the second neighbor of one color: v may not have any color around both
			if q := int(s.first[color][1]); s.treated[q] != me {
				s.treat(v, q)
			}
			s.treat(v, w)
			return
		}
		s.first[color] = [2]int32{me, int32(w)}
		s.around(w, func(x int, e int32) { // the hub of a star that w is in would get another leaf behind w
			if x != v && s.hub[s.star[e]] == int32(x) {
				s.taken[s.of[x]] = me
			}
		})
	})
}

func (s *stars) treat(v, w int) {
	s.around(w, func(x int, _ int32) {
		if x != v {
			s.taken[s.of[x]] = int32(v + 1)
		}
	})
	s.treated[w] = int32(v + 1)
}

// join puts the edges of v, which was colored, into stars.
func (s *stars) join(v int) {
	s.around(v, func(w int, e int32) {
		found := false
		s.around(w, func(x int, f int32) {
			if x != v && s.of[x] == s.of[v] && !found {
				found = true
				s.hub[s.star[f]] = int32(w)
				s.star[e] = s.star[f]
			}
		})
		if found {
			return
		}
		if q := s.first[s.of[w]]; q[0] == int32(v+1) && int(q[1]) != w {
			f := s.edgeTo(v, int(q[1]))
			s.hub[s.star[f]] = int32(v)
			s.star[e] = s.star[f]
			return
		}
		s.star[e] = int32(len(s.hub))
		s.hub = append(s.hub, -1)
	})
}

func (s *stars) edgeTo(v, w int) int32 {
	k, _ := slices.BinarySearch(s.p.Row(v), w)
	return s.edge[s.p.Ptr[v]+k]
}
