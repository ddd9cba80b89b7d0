package sparse

import (
	"fmt"
	"math"
	"slices"
)

// graph is an undirected graph: the neighbours of vertex i are adj[ptr[i]:ptr[i+1]], each
// once, without i itself.
type graph struct {
	ptr []int
	adj []int32
}

func (g graph) n() int            { return len(g.ptr) - 1 }
func (g graph) row(i int) []int32 { return g.adj[g.ptr[i]:g.ptr[i+1]] }

// newGraph is the graph of a square matrix: an edge where there is an entry in either
// triangle.
func newGraph(p *Pattern) graph {
	n := p.Rows
	g := graph{ptr: make([]int, n+1), adj: make([]int32, 2*p.NNZ())}
	for i := range n {
		for _, j := range p.Row(i) {
			if i != j {
				g.ptr[i+1]++
				g.ptr[j+1]++
			}
		}
	}
	for i := range n {
		g.ptr[i+1] += g.ptr[i]
	}
	next := slices.Clone(g.ptr)
	for i := range n {
		for _, j := range p.Row(i) {
			if i != j {
				g.adj[next[i]], g.adj[next[j]] = int32(j), int32(i)
				next[i]++
				next[j]++
			}
		}
	}
	return g.unique(filled(n, -1))
}

// unique drops, in place, neighbours that come twice. seen holds -1 for each vertex.
func (g graph) unique(seen []int32) graph {
	to, from := 0, 0
	for i := range g.n() {
		end := g.ptr[i+1]
		for _, j := range g.adj[from:end] {
			if seen[j] != int32(i) {
				seen[j] = int32(i)
				g.adj[to] = j
				to++
			}
		}
		from, g.ptr[i+1] = end, to
	}
	g.adj = g.adj[:to]
	return g
}

// Order is an order of elimination that keeps the factors of a symmetric matrix sparse:
// position k of it is the row and column to eliminate k-th. p has the entries of one triangle
// or of both; where it is not symmetric, it stands for the pattern of the sum with its
// transpose. The time is nearly linear in the entries for meshes and the like.
//
// The method is approximate minimum degree; see quotient.
func Order(p *Pattern) ([]int, error) {
	if err := checkSymmetric(p); err != nil {
		return nil, err
	}
	g := newGraph(p)
	size := filled(g.n(), 1)
	perm := make([]int, 0, g.n())
	for _, i := range newQuotient(g, size).run() {
		perm = append(perm, int(i))
	}
	return perm, nil
}

// checkSymmetric is the error of a pattern that cannot be of a symmetric matrix.
func checkSymmetric(p *Pattern) error {
	if err := p.Check(); err != nil {
		return err
	}
	switch {
	case p.Rows != p.Cols:
		return fmt.Errorf("the pattern has %d rows and %d columns, want as many", p.Rows, p.Cols)
	case p.NNZ() > math.MaxInt32/4 || p.Rows > math.MaxInt32/4:
		return fmt.Errorf("the pattern has %d rows and %d entries, at most 2²⁹ can be ordered", p.Rows, p.NNZ())
	}
	return nil
}

// pairs matches each row without a diagonal entry, or that weak marks, to a neighbour with
// one, of few neighbours, that no other row has taken: -1 where there is none.
func pairs(p *Pattern, g graph, weak []bool) []int32 {
	n := p.Rows
	strong := make([]bool, n)
	for i := range n {
		_, ok := slices.BinarySearch(p.Row(i), i)
		strong[i] = ok && (weak == nil || !weak[i])
	}
	pair := filled(n, -1)
	for i := range n {
		if strong[i] {
			continue
		}
		best := int32(-1)
		for _, j := range g.row(i) {
			if strong[j] && pair[j] < 0 && (best < 0 || len(g.row(int(j))) < len(g.row(int(best)))) {
				best = j
			}
		}
		if best >= 0 {
			pair[i], pair[best] = best, int32(i)
		}
	}
	return pair
}

// orderPaired is the order of elimination of the vertices of g in which the two of each pair
// follow each other: both are one vertex of twice the size (I. Duff and S. Pralet, "Strategies
// for scaling and pivoting for sparse symmetric indefinite problems", SIAM J. Matrix Anal.
// Appl. 27, 2005).
func orderPaired(g graph, pair []int32) []int32 {
	n := g.n()
	vertex, leader := make([]int32, n), make([]int32, 0, n)
	var size []int32
	for i := range int32(n) {
		if j := pair[i]; j >= 0 && j < i {
			vertex[i] = vertex[j]
			size[vertex[j]]++
			continue
		}
		vertex[i] = int32(len(leader))
		leader, size = append(leader, i), append(size, 1)
	}
	c := graph{ptr: []int{0}, adj: make([]int32, 0, len(g.adj))}
	seen := filled(len(leader), -1)
	for v, i := range leader {
		seen[v] = int32(v)
		for ; i >= 0; i = second(pair, i, leader[v]) {
			for _, j := range g.row(int(i)) {
				if w := vertex[j]; seen[w] != int32(v) {
					seen[w] = int32(v)
					c.adj = append(c.adj, w)
				}
			}
		}
		c.ptr = append(c.ptr, len(c.adj))
	}
	perm := make([]int32, 0, n)
	for _, v := range newQuotient(c, size).run() {
		perm = append(perm, leader[v])
		if j := pair[leader[v]]; j >= 0 {
			perm = append(perm, j)
		}
	}
	return perm
}

// second is the other one of i's pair if i is the leader, and -1 otherwise.
func second(pair []int32, i, leader int32) int32 {
	if i == leader {
		return pair[i]
	}
	return -1
}
