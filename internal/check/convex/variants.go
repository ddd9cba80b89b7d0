package convex

import (
	"math"
	"math/rand/v2"
	"slices"
)

// contradict adds a row that no point which satisfies the others can satisfy: a combination of up to three rows, with weights of
// signs that have limits, that must exceed what the limits allow by 1. It gives the proof, those weights and -1.
func (p *Problem) contradict(r *rand.Rand) []float64 {
	n, m := p.Size()
	weight := make([]float64, m)
	for range 3 {
		i := r.IntN(m)
		switch w := 0.5 + r.Float64(); {
		case !math.IsInf(p.U[i], 1):
			weight[i] = w
		case !math.IsInf(p.L[i], -1):
			weight[i] = -w
		}
	}
	if !slices.ContainsFunc(weight, func(w float64) bool { return w != 0 }) {
		return p.contradict(r)
	}
	row := rounded(pulled(p.A, weight))
	p.L = append(slices.Clone(p.L), p.support(weight).value()+1)
	p.U = append(slices.Clone(p.U), inf)
	b := build(m+1, n)
	b.put(0, 0, p.A, 1)
	for j, v := range row {
		b.add(m, j, v)
	}
	p.A = b.matrix()
	return append(weight, -1)
}

// open adds two variables without bounds whose columns of A are opposite, so that both can grow, and of which the first one
// has objective -1: values fall along (1, 1).
func (p *Problem) open(r *rand.Rand) {
	n, m := p.Size()
	a, h := build(m, n+2), build(n+2, n+2)
	a.put(0, 0, p.A, 1)
	h.put(0, 0, p.P, 1)
	for range 3 {
		i, v := r.IntN(m), r.NormFloat64()
		a.add(i, n, v)
		a.add(i, n+1, -v)
	}
	p.A, p.P = a.matrix(), h.matrix()
	p.Q = append(slices.Clone(p.Q), -1, 0)
}
