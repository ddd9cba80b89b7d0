package sparse

import (
	"math/rand/v2"
	"slices"
)

// A problem is the lower triangle of a symmetric matrix.
type problem struct {
	name   string
	p      *Pattern
	values []float64
}

// builder collects entries of a lower triangle, each once.
type builder struct {
	n       int
	entries []struct {
		i, j int
		v    float64
	}
}

func (b *builder) add(i, j int, v float64) {
	b.entries = append(b.entries, struct {
		i, j int
		v    float64
	}{max(i, j), min(i, j), v})
}

func (b *builder) problem(name string) problem {
	slices.SortFunc(b.entries, func(x, y struct {
		i, j int
		v    float64
	}) int {
		if x.i != y.i {
			return x.i - y.i
		}
		return x.j - y.j
	})
	p := &Pattern{Rows: b.n, Cols: b.n, Ptr: make([]int, b.n+1)}
	q := problem{name: name, p: p}
	for _, e := range b.entries {
		p.Ptr[e.i+1]++
		p.Ind, q.values = append(p.Ind, e.j), append(q.values, e.v)
	}
	for i := range b.n {
		p.Ptr[i+1] += p.Ptr[i]
	}
	return q
}

// laplacian is that of a grid of m points along each of dims directions.
func laplacian(name string, m, dims int) problem {
	n := 1
	for range dims {
		n *= m
	}
	b := builder{n: n}
	for i := range n {
		b.add(i, i, float64(2*dims))
		for step := 1; step < n; step *= m {
			if i/step%m > 0 {
				b.add(i, i-step, -1)
			}
		}
	}
	return b.problem(name)
}

// control is the KKT matrix of an optimal control problem with linear dynamics: steps times
// states and controls, with weights, and a constraint for each state after the first. Its
// diagonal is -delta for the constraints, or missing if delta is 0.
func control(name string, steps, states, controls int, delta float64) problem {
	r := rand.New(rand.NewPCG(5, 6))
	stage := states + controls
	vars := steps * stage
	b := builder{n: vars + (steps-1)*states}
	for i := range vars {
		b.add(i, i, 0.1+r.Float64())
	}
	for t := range steps - 1 {
		for i := range states {
			row := vars + t*states + i
			b.add(row, (t+1)*stage+i, -1)
			for j := range stage {
				b.add(row, t*stage+j, r.NormFloat64())
			}
			if delta != 0 {
				b.add(row, row, -delta)
			}
		}
	}
	return b.problem(name)
}
