package activeset

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// random is a feasible problem with equations, intervals and one-sided rows, and rows that repeat others.
func random(rng *rand.Rand, n, m int) Problem {
	normal := func(k int) []float64 {
		v := make([]float64, k)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return v
	}
	r := num.New(normal(n*n), n, n)
	b := r.MatMul(r.T()).Add(num.Eye(n).Scale(0.1))
	rows := normal(n * m)
	if m > 3 {
		copy(rows[n:2*n], rows[:n]) // the second row is the first one
	}
	a := num.New(rows, m, n)
	inside := num.New(normal(n), n)
	lo, hi := a.MatMul(inside).Float64s(), a.MatMul(inside).Float64s()
	for i := range m {
		switch rng.IntN(4) {
		case 0:
			lo[i], hi[i] = lo[i]-rng.Float64(), math.Inf(1)
		case 1:
			lo[i] = math.Inf(-1)
		case 2:
			lo[i], hi[i] = lo[i]-rng.Float64(), hi[i]+rng.Float64()
		}
	}
	equations := 0
	for i := range m {
		if lo[i] == hi[i] {
			if equations++; equations > n/2 {
				hi[i]++
			}
		}
	}
	return Problem{B: b, G: num.New(normal(n), n), A: a, Lo: num.New(lo, m), Hi: num.New(hi, m)}
}

// residual is the largest violation of the conditions of optimality.
func residual(p Problem, s Solution) float64 {
	worst := num.Norm(p.B.MatMul(s.X).Add(p.G).Add(p.A.T().MatMul(s.Y))).Item()
	v, y, lo, hi := p.A.MatMul(s.X).Float64s(), s.Y.Float64s(), p.Lo.Float64s(), p.Hi.Float64s()
	for i := range v {
		worst = max(worst, lo[i]-v[i], v[i]-hi[i])
		if y[i] > 0 {
			worst = max(worst, math.Abs(v[i]-hi[i]))
		}
		if y[i] < 0 {
			worst = max(worst, math.Abs(v[i]-lo[i]))
		}
	}
	return worst
}

func TestRandomPrograms(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		n, m := 1+rng.IntN(8), rng.IntN(14)
		p := random(rng, n, m)
		s := Solve(p)
		if s.Infeasible.Item() != 0 || s.Failed.Item() != 0 || !(residual(p, s) < 1e-8) {
			t.Fatalf("problem %d, %d variables, %d rows: infeasible %v, failed %v, %v steps, residual %g", i, n, m, s.Infeasible, s.Failed, s.Steps, residual(p, s))
		}
	}
}

func TestContradiction(t *testing.T) {
	p := Problem{B: num.Eye(2), G: num.Zeros(2), A: num.New([]float64{1, 1, 1, 1}, 2, 2), Lo: num.Vector(2, math.Inf(-1)), Hi: num.Vector(math.Inf(1), 1)}
	if s := Solve(p); s.Infeasible.Item() != 1 {
		t.Errorf("x + y ≥ 2 and x + y ≤ 1: infeasible %v, x %v", s.Infeasible, s.X)
	}
	p.A, p.Lo, p.Hi = num.New([]float64{1, 0, 2, 0}, 2, 2), num.Vector(1, 2), num.Vector(1, 2)
	if s := Solve(p); s.Infeasible.Item() != 0 || math.Abs(s.X.At(0).Item()-1) > 1e-12 {
		t.Errorf("an equation twice: infeasible %v, x %v", s.Infeasible, s.X)
	}
}

// The members of a batch have as many steps as they need.
func TestBatch(t *testing.T) {
	p := Problem{B: num.Eye(2), A: num.Eye(2), Lo: num.Vector(0, 0), Hi: num.Vector(1, 1)}
	gs := num.New([]float64{-0.5, -0.5, -3, -0.5, -3, 3}, 3, 2)
	got := num.Vmap(func(g array) Solution { p := p; p.G = g; return Solve(p) })(gs)
	if want := num.New([]float64{0.5, 0.5, 1, 0.5, 1, 0}, 3, 2); num.AllClose(got.X, want, 1e-12, 1e-12).Item() != 1 {
		t.Errorf("got %v, want %v", got.X, want)
	}
	if want := num.New([]int32{0, 1, 2}, 3); num.ArrayEqual(got.Steps, want).Item() != 1 {
		t.Errorf("steps %v, want %v", got.Steps, want)
	}
}
