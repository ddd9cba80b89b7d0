package convex

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// What argmin's solvers claim of small programs holds.
func TestOursClaimNothingFalse(t *testing.T) {
	qps, err := MarosMeszaros(filepath.Join("testdata", "maros-meszaros"))
	if err != nil {
		t.Fatal(err)
	}
	lps, err := Netlib(filepath.Join("testdata", "netlib-lp"))
	if err != nil {
		t.Fatal(err)
	}
	for _, level := range []Level{{"middle", 1e-6}, {"high", 1e-9}} {
		claims(t, level, append(qps, lps...))
	}
}

func claims(t *testing.T, level Level, problems []*Problem) {
	for _, s := range Ours() {
		r := &Record{}
		for _, p := range problems {
			f := p.Judge(s.Name(), level, 600, s.Solve(context.Background(), p, level.Bound, 10*time.Minute))
			t.Log(f)
			r.Put(f)
		}
		sum := r.Summarize(problems, s.Name(), level, 600)
		t.Logf("%s, %s, solves %d of %d", s.Name(), level.Name, sum.Solved, sum.Count)
		for _, w := range append(sum.Wrong, sum.Far...) {
			t.Errorf("%s, %s: %s", s.Name(), level.Name, w)
		}
	}
}

// large is a program with solutions of about 10⁴ and a value of about 10⁸, in which rounding leaves more than 1e-9 of each sum.
func large(r *rand.Rand, n, rows int, curved bool) *Problem {
	a, p := build(rows+n, n), build(n, n)
	x := vector(n, func(j int) float64 { return 1e4 * r.Float64() * float64(j%2) })
	for i := range rows {
		for range 4 {
			a.add(i, r.IntN(n), 1+r.Float64())
		}
	}
	a.diagonal(rows, 0, n, 1)
	if curved {
		p.diagonal(0, 0, n, 0.1)
	}
	q := &Problem{Name: "large", P: p.matrix(), A: a.matrix(), Q: vector(n, func(int) float64 { return 1e3 * r.Float64() })}
	at := rounded(times(q.A, x))
	q.L = slices.Concat(at[:rows], constant(n, 0))
	q.U = slices.Concat(at[:rows], constant(n, math.Inf(1)))
	return q
}

// Values of 10⁸ can be had with a gap of 1e-9, beyond what adding in the usual way shows, by the interior point method, which adds with twice the digits. PDHG adds in
// the usual way, which leaves 1e-8 of such a value, and OSQP does not come near: it is for few digits.
func TestOursWithLargeValues(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{40, 200} {
		for _, curved := range []bool{false, true} {
			p := large(r, n, n/4, curved)
			for _, s := range Ours() {
				level := Level{"high", 1e-9}
				switch s.Name() {
				case "admm":
					continue
				case "pdhg":
					level = Level{"mid", 1e-6}
				}
				f := p.Judge(s.Name(), level, 600, s.Solve(context.Background(), p, level.Bound, time.Minute))
				if !f.Solved || math.Abs(f.Residuals.Value) < 1e6 {
					t.Error(f)
				}
			}
		}
	}
}

// Bounded variables far from zero do not hide the direction in which values fall.
func TestOursUnboundedBesideBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	p := large(r, 150, 30, false)
	for i := range p.U {
		p.U[i] = min(p.U[i], 1e5)
	}
	p.open(r)
	p.Expect = Unbounded
	for _, s := range Ours() {
		if s.Name() == "admm" {
			continue // its steps along the direction are too short beside points of 1e5
		}
		f := p.Judge(s.Name(), Level{"high", 1e-9}, 600, s.Solve(context.Background(), p, 1e-9, time.Minute))
		if !f.Solved {
			t.Error(f)
		}
	}
}

func TestSum(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	var s sum
	exact := new(big.Float).SetPrec(500)
	for range 1000 {
		a, b := r.NormFloat64(), math.Ldexp(r.NormFloat64(), r.IntN(60))
		s.product(a, b)
		exact.Add(exact, new(big.Float).Mul(big.NewFloat(a).SetPrec(500), big.NewFloat(b)))
	}
	v, _ := exact.Float64()
	s.add(-v)
	exact.Sub(exact, big.NewFloat(v))
	if rest, _ := exact.Float64(); math.Abs(s.value()-rest) > 1e-12*math.Abs(v)*1e-15 {
		t.Errorf("%v instead of %v is left of %v", s.value(), rest, v)
	}
	if (sum{1, 0}).less(math.Inf(1)) != math.Inf(-1) {
		t.Error("an infinite limit is not infinitely far")
	}
}
