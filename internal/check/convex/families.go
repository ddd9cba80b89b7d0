package convex

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/argmin-go/argmin/mps"
)

var inf = math.Inf(1)

// Family is one of the seven classes of random problems by which OSQP is measured: Stellato, Banjac, Goulart, Bemporad & Boyd, "OSQP: an
// operator splitting solver for quadratic programs", Mathematical Programming Computation 12, 2020 (arXiv 1711.08013), appendix A.
type Family struct {
	Name     string
	nonzeros func(n float64) float64 // about how many there are for size n
	make     func(r *rand.Rand, n int) *Problem
}

// density is the part of the entries of matrices that are not zero, in most families.
const density = 0.15

// Families are the seven.
var Families = []Family{
	{"random", func(n float64) float64 { return gramNonzeros(n) + density*10*n*n }, randomQP},
	{"equality", func(n float64) float64 { return gramNonzeros(n) + density*n*n/2 }, equalityQP},
	// The states have dynamics with full matrices at each of the steps.
	{"control", func(n float64) float64 { return horizon * (1.5*n*n + 5*n) }, control},
	{"portfolio", func(n float64) float64 { return 50*n*n + 300*n }, portfolio},
	{"lasso", func(n float64) float64 { return 100*density*n*n + 304*n }, lasso},
	{"huber", func(n float64) float64 { return 100*density*n*n + 600*n }, huber},
	{"svm", func(n float64) float64 { return 100*density*n*n + 200*n }, svm},
}

// gramNonzeros is how many entries MMᵀ + αI has for a random M: each pair of rows may share a place.
func gramNonzeros(n float64) float64 {
	return n + n*(n-1)*(1-math.Pow(1-density*density, n))
}

// Variants of a family: as it is, with a row that contradicts others, and with a direction in which values fall without end.
var Variants = []Claim{Solved, Infeasible, Unbounded}

// Make is the problem with about so many nonzeros, the same for the same seed.
func (f Family) Make(nonzeros int, seed uint64, variant Claim) *Problem {
	lo, hi := 1.0, 1e7
	for hi-lo > 0.5 {
		if mid := (lo + hi) / 2; f.nonzeros(mid) < float64(nonzeros) {
			lo = mid
		} else {
			hi = mid
		}
	}
	n := max(2, int(math.Round(lo)))
	if f.Name == "portfolio" || f.Name == "lasso" || f.Name == "huber" || f.Name == "svm" {
		n = max(1, int(math.Round(lo)))
	}
	r := rand.New(rand.NewPCG(seed, uint64(nonzeros)))
	p := f.make(r, n)
	p.Name = f.Label(nonzeros, seed, variant)
	p.Optimum, p.Expect = math.NaN(), variant
	switch variant {
	case Infeasible:
		p.contradict(r)
	case Unbounded:
		p.open(r)
	}
	return p
}

// Label is the name of a problem that Make makes.
func (f Family) Label(nonzeros int, seed uint64, variant Claim) string {
	name := fmt.Sprintf("%s-%d-%d", f.Name, nonzeros, seed)
	if variant != Solved {
		name += "-" + string(variant)
	}
	return name
}

func normal(r *rand.Rand) func(int) float64 { return func(int) float64 { return r.NormFloat64() } }

func vector(n int, draw func(i int) float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = draw(i)
	}
	return v
}

func constant(n int, v float64) []float64 { return vector(n, func(int) float64 { return v }) }

func joined(parts ...[]float64) []float64 {
	var all []float64
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// randomQP has 10 n constraints: ½ xᵀPx + qᵀx with P = MMᵀ + 0.01 I, -U(0,1) ≤ Ax ≤ U(0,1).
func randomQP(r *rand.Rand, n int) *Problem {
	m := 10 * n
	p := &Problem{P: gram(sparseRandom(r, n, n, density, normal(r)), 1e-2), Q: vector(n, normal(r)), A: sparseRandom(r, m, n, density, normal(r))}
	p.L = vector(m, func(int) float64 { return -r.Float64() })
	p.U = vector(m, func(int) float64 { return r.Float64() })
	return p
}

// equalityQP has n/2 equations.
func equalityQP(r *rand.Rand, n int) *Problem {
	m := n / 2
	p := &Problem{P: gram(sparseRandom(r, n, n, density, normal(r)), 1e-2), Q: vector(n, normal(r)), A: sparseRandom(r, m, n, density, normal(r))}
	p.L = vector(m, normal(r))
	p.U = p.L
	// An empty row of a small A must not contradict.
	filled := make([]bool, m)
	for _, i := range p.A.Ind {
		filled[i] = true
	}
	for i, ok := range filled {
		if !ok {
			p.L[i] = 0
		}
	}
	return p
}

// portfolio maximizes μᵀx - γ xᵀ(FFᵀ + D)x with γ = 1 over the simplex, for n factors y = Fᵀx and 100 n assets.
func portfolio(r *rand.Rand, n int) *Problem {
	assets := 100 * n
	f := sparseRandom(r, n, assets, 0.5, normal(r)) // Fᵀ
	p := &Problem{Q: joined(vector(assets, func(int) float64 { return -r.NormFloat64() }), constant(n, 0))}
	h := build(assets+n, assets+n)
	for i := range assets {
		h.add(i, i, 2*r.Float64()*math.Sqrt(float64(n)))
	}
	h.diagonal(assets, assets, n, 2)
	a := build(n+1+assets, assets+n)
	a.put(0, 0, f, 1)
	a.diagonal(0, assets, n, -1)
	for i := range assets {
		a.add(n, i, 1)
	}
	a.diagonal(n+1, 0, assets, 1)
	p.P, p.A = h.matrix(), a.matrix()
	p.L = joined(constant(n, 0), []float64{1}, constant(assets, 0))
	p.U = joined(constant(n, 0), []float64{1}, constant(assets, inf))
	return p
}

// regression draws A [100 n, n] and b = A v + ε.
func regression(r *rand.Rand, n int, truth func() float64, noise func() float64) (a mps.Matrix, b []float64) {
	m := 100 * n
	a = sparseRandom(r, m, n, density, normal(r))
	b = rounded(times(a, vector(n, func(int) float64 { return truth() })))
	for i := range b {
		b[i] += noise()
	}
	return a, b
}

// lasso minimizes ‖Ax - b‖² + λ‖x‖₁ with a fifth of the least λ that gives zero, as yᵀy + λ 1ᵀt with y = Ax - b and -t ≤ x ≤ t.
func lasso(r *rand.Rand, n int) *Problem {
	data, b := regression(r, n, func() float64 {
		if r.Float64() < 0.5 {
			return 0
		}
		return r.NormFloat64() / math.Sqrt(float64(n))
	}, r.NormFloat64)
	m := data.Rows
	p := &Problem{Q: joined(constant(n+m, 0), constant(n, largest(rounded(pulled(data, b)))/5))} // x, y, t
	h, a := build(2*n+m, 2*n+m), build(m+2*n, 2*n+m)
	h.diagonal(n, n, m, 2)
	a.put(0, 0, data, 1)
	a.diagonal(0, n, m, -1)
	for k, sign := range []float64{-1, 1} { // x - t ≤ 0, x + t ≥ 0
		a.diagonal(m+k*n, 0, n, 1)
		a.diagonal(m+k*n, n+m, n, sign)
	}
	p.P, p.A = h.matrix(), a.matrix()
	p.L, p.U = joined(b, constant(n, -inf), constant(n, 0)), joined(b, constant(n, 0), constant(n, inf))
	return p
}

// huber minimizes Σ φ(aᵢᵀx - bᵢ), which is u² for |u| ≤ 1 and 2|u| - 1 beyond, as uᵀu + 2·1ᵀ(r+s) with Ax - b - u = r - s; one in twenty of
// b is an outlier.
func huber(r *rand.Rand, n int) *Problem {
	data, b := regression(r, n, func() float64 { return r.NormFloat64() / math.Sqrt(float64(n)) }, func() float64 {
		if r.Float64() < 0.05 {
			return 10 * r.Float64()
		}
		return r.NormFloat64() / 2
	})
	m := data.Rows
	p := &Problem{Q: joined(constant(n+m, 0), constant(2*m, 2))} // x, u, r, s
	h, a := build(n+3*m, n+3*m), build(3*m, n+3*m)
	h.diagonal(n, n, m, 2)
	a.put(0, 0, data, 1)
	for k, sign := range []float64{-1, -1, 1} {
		a.diagonal(0, n+k*m, m, sign)
	}
	a.diagonal(m, n+m, 2*m, 1)
	p.P, p.A = h.matrix(), a.matrix()
	p.L, p.U = joined(b, constant(2*m, 0)), joined(b, constant(2*m, inf))
	return p
}

// svm minimizes xᵀx + 1ᵀt with t ≥ diag(b) A x + 1, t ≥ 0, for two clouds of 50 n points each.
func svm(r *rand.Rand, n int) *Problem {
	m := 100 * n
	label := func(i int) float64 {
		if i < m/2 {
			return 1
		}
		return -1
	}
	data := sparseRandom(r, m, n, density, func(i int) float64 {
		return label(i)/float64(n) + r.NormFloat64()/math.Sqrt(float64(n))
	})
	for k, i := range data.Ind {
		data.Values[k] *= label(i)
	}
	p := &Problem{Q: joined(constant(n, 0), constant(m, 1))}
	h, a := build(n+m, n+m), build(2*m, n+m)
	h.diagonal(0, 0, n, 2)
	a.put(0, 0, data, 1)
	a.diagonal(0, n, m, -1)
	a.diagonal(m, n, m, 1)
	p.P, p.A = h.matrix(), a.matrix()
	p.L, p.U = joined(constant(m, -inf), constant(m, 0)), joined(constant(m, -1), constant(m, inf))
	return p
}
