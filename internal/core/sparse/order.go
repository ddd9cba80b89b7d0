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
	perm := make([]int, 0, p.Rows)
	for _, i := range newQuotient(newGraph(p)).run(nil) {
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
