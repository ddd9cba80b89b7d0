package convex

import (
	"math/rand/v2"
	"slices"
)

// LinearFamilies are classes of linear programs by which first-order methods are measured.
var LinearFamilies = []Family{
	{"linear", func(n float64) float64 { return (each + 1) * n }, randomLP},
	{"pagerank", func(n float64) float64 { return 9 * n }, pagerank},
	{"transport", func(n float64) float64 { return 3 * n * n }, transport},
}

// each is how many entries a column of a random linear program has.
const each = 10

// randomLP has n variables ≥ 0, n/4 equations and n/4 inequalities, with n/2 variables and half of the inequalities active in a solution that is known: the objective
// and the limits are made of it and of its multipliers.
func randomLP(r *rand.Rand, n int) *Problem {
	m := n / 2
	b := build(m+n, n)
	for j := range n {
		for range each {
			b.add(r.IntN(m), j, r.NormFloat64())
		}
	}
	p := &Problem{P: build(n, n).matrix(), L: make([]float64, m+n), U: constant(m+n, inf)}
	x := vector(n, func(j int) float64 { return max(0, r.NormFloat64()) })
	p.A = b.matrix()
	ax, y := rounded(times(p.A, x)), make([]float64, m+n)
	for i := range m {
		switch {
		case i < m/2: // an equation
			y[i], p.L[i], p.U[i] = r.NormFloat64(), ax[i], ax[i]
		case r.IntN(2) == 0: // active
			y[i], p.L[i] = -r.ExpFloat64(), ax[i]
		default:
			p.L[i] = ax[i] - r.ExpFloat64()
		}
	}
	p.Q = rounded(pulled(p.A, y))
	for j := range p.Q {
		p.Q[j] = -p.Q[j]
		if x[j] == 0 {
			p.Q[j] += r.ExpFloat64()
		}
	}
	b.diagonal(m, 0, n, 1)
	p.A = b.matrix()
	return p
}

// pagerank is the linear program whose solution ranks the n nodes of a random graph, 8 edges each, more of them to early nodes: maximize nothing over the ranks
// x ≥ 0 with Σx = 1 and damping · Sx + (1 - damping)/n ≤ x, as Applegate and others have it ("Practical large-scale linear programming
// using primal-dual hybrid gradient", 2021, section 6), after Nesterov.
func pagerank(r *rand.Rand, n int) *Problem {
	const damping, edges = 0.99, 8
	p := &Problem{P: build(n, n).matrix(), Q: constant(n, 0), L: constant(2*n+1, 0), U: constant(2*n+1, inf)}
	b := build(2*n+1, n)
	for j := range n {
		b.add(j, j, 1)
		to := map[int]bool{}
		for range edges {
			u := r.Float64()
			to[int(u*u*float64(n))] = true
		}
		heads := make([]int, 0, len(to))
		for i := range to {
			heads = append(heads, i)
		}
		slices.Sort(heads)
		for _, i := range heads {
			b.add(i, j, -damping/float64(len(heads)))
		}
		b.add(n, j, 1)
		p.L[j] = (1 - damping) / float64(n)
	}
	p.L[n], p.U[n] = 1, 1
	b.diagonal(n+1, 0, n, 1)
	p.A = b.matrix()
	return p
}

// transport ships from n stores to n shops at the least cost, which are the distances of random points in a square.
func transport(r *rand.Rand, n int) *Problem {
	b := build(2*n+n*n, n*n)
	p := &Problem{P: build(n*n, n*n).matrix(), L: make([]float64, 2*n+n*n), U: constant(2*n+n*n, inf), Q: make([]float64, n*n)}
	place := vector(4*n, func(int) float64 { return r.Float64() })
	supply, demand := vector(n, func(int) float64 { return 0.5 + r.Float64() }), vector(n, func(int) float64 { return 0.5 + r.Float64() })
	whole := func(v []float64) (s float64) {
		for _, e := range v {
			s += e
		}
		return s
	}
	scale := whole(supply) / whole(demand)
	for i := range demand {
		demand[i] *= scale
	}
	for i := range n {
		for j := range n {
			k := i*n + j
			b.add(i, k, 1)
			b.add(n+j, k, 1)
			dx, dy := place[2*i]-place[2*n+2*j], place[2*i+1]-place[2*n+2*j+1]
			p.Q[k] = dx*dx + dy*dy
		}
	}
	copy(p.L, supply)
	copy(p.L[n:], demand)
	copy(p.U, p.L[:2*n])
	b.diagonal(2*n, 0, n*n, 1)
	p.A = b.matrix()
	return p
}
