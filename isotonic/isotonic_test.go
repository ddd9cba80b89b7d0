package isotonic_test

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/argmin-go/argmin/internal/check/arrays"
	i "github.com/argmin-go/argmin/isotonic"
	"github.com/argmin-go/argmin/num"
)

type A = num.Array

// An entry of the table is a function with arguments to try it on and an independent
// reference for one row.
type entry struct {
	name   string // of the exported function, with a variant after a slash
	sample func(r *rand.Rand, n int) []A
	f      func(in []A) A
	want   func(in [][]float64) []float64
	// gap is how far from optimal a result is, and feasible.
	gap func(y []float64, in [][]float64) float64
}

// positives are numbers in [0.2, 1.2).
func positives(r *rand.Rand, n int) A {
	d := make([]float64, n)
	for i := range d {
		d[i] = 0.2 + r.Float64()
	}
	return num.New(d, n)
}

// A sum is that of a block: of its values, and of its weights or exponentials.
type sum struct{ a, b float64 }

// pav is the classic algorithm: pool adjacent violators with a stack, increasing.
func pav(x []sum, join func(p, q sum) sum, value func(sum) float64) []float64 {
	var blocks []sum
	var sizes []int
	for _, s := range x {
		blocks, sizes = append(blocks, s), append(sizes, 1)
		for k := len(blocks) - 1; k > 0 && value(blocks[k-1]) >= value(blocks[k]); k-- {
			blocks[k-1], sizes[k-1] = join(blocks[k-1], blocks[k]), sizes[k-1]+sizes[k]
			blocks, sizes = blocks[:k], sizes[:k]
		}
	}
	var y []float64
	for k, s := range blocks {
		y = append(y, slices.Repeat([]float64{value(s)}, sizes[k])...)
	}
	return y
}

func pavL2(y, w []float64) []float64 {
	x := make([]sum, len(y))
	for i := range y {
		x[i] = sum{y[i], w[i]}
	}
	return pav(x, func(p, q sum) sum {
		return sum{(p.a*p.b + q.a*q.b) / (p.b + q.b), p.b + q.b}
	}, func(s sum) float64 { return s.a })
}

func logAdd(x, y float64) float64 {
	m := max(x, y)
	return m + math.Log(math.Exp(x-m)+math.Exp(y-m))
}

func pavKL(s, w []float64) []float64 {
	x := make([]sum, len(s))
	for i := range s {
		x[i] = sum{s[i], w[i]}
	}
	return pav(x, func(p, q sum) sum { return sum{logAdd(p.a, q.a), logAdd(p.b, q.b)} }, func(s sum) float64 { return s.a - s.b })
}

func reversed(x []float64) []float64 {
	y := slices.Clone(x)
	slices.Reverse(y)
	return y
}

func negated(x []float64) []float64 {
	y := slices.Clone(x)
	for i := range y {
		y[i] = -y[i]
	}
	return y
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// rho is n, …, 2, 1.
func rho(n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = float64(n - i)
	}
	return y
}

func over(x []float64, t float64) []float64 {
	y := slices.Clone(x)
	for i := range y {
		y[i] /= t
	}
	return y
}

// down are the places of x from its largest element to its smallest.
func down(x []float64) []int {
	at := make([]int, len(x))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int {
		switch {
		case x[i] > x[j]:
			return -1
		case x[i] < x[j]:
			return 1
		}
		return 0
	})
	return at
}

func picked(x []float64, at []int) []float64 {
	y := make([]float64, len(at))
	for i, j := range at {
		y[i] = x[j]
	}
	return y
}

// projected is P(z, w) by proposition 3 of Blondel et al.: z - v, with the decreasing
// regression v of sorted z and w.
func projected(z, w []float64, kl bool) []float64 {
	at := down(z)
	s, u := picked(z, at), picked(w, down(w))
	var v []float64
	if kl {
		v = reversed(pavKL(reversed(s), reversed(u)))
	} else {
		d := make([]float64, len(s))
		for i := range d {
			d[i] = s[i] - u[i]
		}
		v = reversed(pavL2(reversed(d), ones(len(d))))
	}
	y := make([]float64, len(z))
	for k, i := range at {
		y[i] = s[k] - v[k]
	}
	return y
}

// excess is how much further than y, or exp(y), a permutation of w, or exp(w), goes along
// the gradient of the objective at y, and how far y is from their hull.
func excess(y, z, w []float64, kl bool) float64 {
	g, m, u := make([]float64, len(y)), slices.Clone(y), slices.Clone(w)
	for i := range y {
		g[i] = z[i] - y[i]
		if kl {
			m[i], u[i] = math.Exp(y[i]), math.Exp(w[i])
		}
	}
	u = picked(u, down(u))
	s := 0.0
	for k, i := range down(g) {
		s += g[i] * (u[k] - m[i])
	}
	a, b, size := 0.0, 0.0, 0.0
	for k, v := range picked(m, down(m)) { // sums of largest elements are at most those of w
		a, b, size = a+v, b+u[k], size+math.Abs(u[k])
		s = max(s, (a-b)/(1+size))
		if k == len(m)-1 {
			s = max(s, math.Abs(a-b)/(1+size))
		}
	}
	return s / (1 + size)
}

// stationary is how far y, which must not decrease, is from optimal: sums of the
// gradient over the last elements of a block must not be positive, and over all zero.
func stationary(y, gradient []float64) (m float64) {
	s, size := 0.0, 0.0
	for i := len(y) - 1; i >= 0; i-- {
		s += gradient[i]
		size += math.Abs(gradient[i])
		m = max(m, s/(1+size))
		if i == 0 || y[i-1] != y[i] {
			m = max(m, math.Abs(s)/(1+size))
			s, size = 0, 0
		}
		if i > 0 && y[i-1] > y[i] {
			return math.Inf(1)
		}
	}
	return m
}

func table() []entry {
	strength := func(r *rand.Rand) A { return num.Scalar(math.Exp(r.NormFloat64())) }
	two := func(r *rand.Rand, n int) []A { return []A{arrays.Normal(r, 1, n), arrays.Normal(r, 1, n)} }
	soft := func(r *rand.Rand, n int) []A { return []A{arrays.Normal(r, 1, n), strength(r)} }
	gradL2 := func(y, x, w []float64) []float64 {
		g := make([]float64, len(y))
		for i := range y {
			g[i] = w[i] * (y[i] - x[i])
		}
		return negated(g) // ascent, as moving a tail up must not help
	}
	gradKL := func(v, s, w []float64) []float64 {
		g := make([]float64, len(v))
		for i := range v {
			g[i] = math.Exp(s[i]-v[i]) - math.Exp(w[i])
		}
		return g
	}
	lambda := func(in [][]float64) []float64 {
		s := make([]float64, len(in[0]))
		for i, v := range in[0] {
			s[i] = math.Abs(v)
		}
		at := down(s)
		d, u := picked(s, at), picked(in[1], down(in[1]))
		for i := range d {
			d[i] -= u[i]
		}
		v, y := reversed(pavL2(reversed(d), ones(len(d)))), make([]float64, len(s))
		for k, i := range at {
			y[i] = math.Copysign(max(v[k], 0), in[0][i])
		}
		return y
	}
	return []entry{
		{name: "L2", sample: func(r *rand.Rand, n int) []A { return []A{arrays.Normal(r, 1, n)} },
			f:    func(in []A) A { return i.L2(in[0], i.Increasing) },
			want: func(in [][]float64) []float64 { return pavL2(in[0], ones(len(in[0]))) },
			gap:  func(y []float64, in [][]float64) float64 { return stationary(y, gradL2(y, in[0], ones(len(y)))) }},
		{name: "L2/decreasing", sample: func(r *rand.Rand, n int) []A { return []A{arrays.Normal(r, 1, n)} },
			f:    func(in []A) A { return i.L2(in[0], i.Decreasing) },
			want: func(in [][]float64) []float64 { return negated(pavL2(negated(in[0]), ones(len(in[0])))) },
			gap: func(y []float64, in [][]float64) float64 {
				y, x := reversed(y), reversed(in[0])
				return stationary(y, gradL2(y, x, ones(len(y))))
			}},
		{name: "WeightedL2", sample: func(r *rand.Rand, n int) []A { return []A{arrays.Normal(r, 1, n), positives(r, n)} },
			f:    func(in []A) A { return i.WeightedL2(in[0], in[1], i.Increasing) },
			want: func(in [][]float64) []float64 { return pavL2(in[0], in[1]) },
			gap:  func(y []float64, in [][]float64) float64 { return stationary(y, gradL2(y, in[0], in[1])) }},
		{name: "WeightedL2/decreasing", sample: func(r *rand.Rand, n int) []A { return []A{arrays.Normal(r, 1, n), positives(r, n)} },
			f:    func(in []A) A { return i.WeightedL2(in[0], in[1], i.Decreasing) },
			want: func(in [][]float64) []float64 { return negated(pavL2(negated(in[0]), in[1])) }},
		{name: "KL", sample: two,
			f:    func(in []A) A { return i.KL(in[0], in[1], i.Increasing) },
			want: func(in [][]float64) []float64 { return pavKL(in[0], in[1]) },
			gap:  func(y []float64, in [][]float64) float64 { return stationary(y, gradKL(y, in[0], in[1])) }},
		{name: "KL/decreasing", sample: two,
			f:    func(in []A) A { return i.KL(in[0], in[1], i.Decreasing) },
			want: func(in [][]float64) []float64 { return reversed(pavKL(reversed(in[0]), reversed(in[1]))) }},
		{name: "SoftSort", sample: soft,
			f:    func(in []A) A { return i.SoftSort(in[0], in[1], i.Decreasing) },
			want: func(in [][]float64) []float64 { return projected(over(rho(len(in[0])), in[1][0]), in[0], false) },
			gap: func(y []float64, in [][]float64) float64 {
				return excess(y, over(rho(len(y)), in[1][0]), in[0], false)
			}},
		{name: "SoftSort/increasing", sample: soft,
			f: func(in []A) A { return i.SoftSort(in[0], in[1], i.Increasing) },
			want: func(in [][]float64) []float64 {
				return reversed(projected(over(rho(len(in[0])), in[1][0]), in[0], false))
			}},
		{name: "KLSoftSort", sample: soft,
			f:    func(in []A) A { return i.KLSoftSort(in[0], in[1], i.Decreasing) },
			want: func(in [][]float64) []float64 { return projected(over(rho(len(in[0])), in[1][0]), in[0], true) },
			gap: func(y []float64, in [][]float64) float64 {
				return excess(y, over(rho(len(y)), in[1][0]), in[0], true)
			}},
		{name: "KLSoftSort/increasing", sample: soft,
			f: func(in []A) A { return i.KLSoftSort(in[0], in[1], i.Increasing) },
			want: func(in [][]float64) []float64 {
				return negated(projected(over(rho(len(in[0])), in[1][0]), negated(in[0]), true))
			}},
		{name: "SoftRank", sample: soft,
			f:    func(in []A) A { return i.SoftRank(in[0], in[1], i.Decreasing) },
			want: func(in [][]float64) []float64 { return projected(over(in[0], -in[1][0]), rho(len(in[0])), false) },
			gap: func(y []float64, in [][]float64) float64 {
				return excess(y, over(in[0], -in[1][0]), rho(len(y)), false)
			}},
		{name: "SoftRank/increasing", sample: soft,
			f:    func(in []A) A { return i.SoftRank(in[0], in[1], i.Increasing) },
			want: func(in [][]float64) []float64 { return projected(over(in[0], in[1][0]), rho(len(in[0])), false) }},
		{name: "KLSoftRank", sample: soft,
			f:    func(in []A) A { return i.KLSoftRank(in[0], in[1], i.Decreasing) },
			want: func(in [][]float64) []float64 { return projected(over(in[0], -in[1][0]), rho(len(in[0])), true) },
			gap: func(y []float64, in [][]float64) float64 {
				return excess(y, over(in[0], -in[1][0]), rho(len(y)), true)
			}},
		{name: "KLSoftRank/increasing", sample: soft,
			f:    func(in []A) A { return i.KLSoftRank(in[0], in[1], i.Increasing) },
			want: func(in [][]float64) []float64 { return projected(over(in[0], in[1][0]), rho(len(in[0])), true) }},
		{name: "Permutahedron", sample: two,
			f:    func(in []A) A { return i.Permutahedron(in[0], in[1]) },
			want: func(in [][]float64) []float64 { return projected(in[0], in[1], false) },
			gap:  func(y []float64, in [][]float64) float64 { return excess(y, in[0], in[1], false) }},
		{name: "KLPermutahedron", sample: two,
			f:    func(in []A) A { return i.KLPermutahedron(in[0], in[1]) },
			want: func(in [][]float64) []float64 { return projected(in[0], in[1], true) },
			gap:  func(y []float64, in [][]float64) float64 { return excess(y, in[0], in[1], true) }},
		{name: "SortedL1", sample: func(r *rand.Rand, n int) []A { return []A{arrays.Normal(r, 1, n), positives(r, n).Scale(0.7)} },
			f:    func(in []A) A { return i.SortedL1(in[0], in[1]) },
			want: lambda},
	}
}

func (e entry) in(seed uint64, n int) []A { return e.sample(rand.New(rand.NewPCG(seed, 7)), n) }

func numbers(in []A) [][]float64 {
	var x [][]float64
	for _, a := range in {
		x = append(x, a.Float64s())
	}
	return x
}
