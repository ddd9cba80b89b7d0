package num_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// randomSystems are n systems of m equations, whose members are of different difficulty.
func randomSystems(n, m int) (a, b num.Array) {
	rng := rand.New(rand.NewPCG(7, uint64(m)))
	xs, ys := make([]float64, n*m*m), make([]float64, n*m)
	for i := range xs {
		xs[i] = rng.NormFloat64()
	}
	for i := range ys {
		ys[i] = rng.NormFloat64() * math.Pow(10, float64(i/m%5))
	}
	return num.New(xs, n, m, m), num.New(ys, n, m)
}

// Loops over small vectors and matrices run in blocks in a batch: every member makes its own number of iterations, and has
// the bits that it has by itself, with products, factorizations, reductions, slices and branches of every kind.
func TestLoopsOfVectorsInBlocks(t *testing.T) {
	type state struct{ X, Old, R, N num.Array }
	type member struct{ A, B num.Array }
	for _, m := range []int{1, 2, 3, 5, 8, 11, 20} {
		solve := func(p member) state {
			spd := p.A.T().MatMul(p.A).Add(num.Eye(m))
			c := num.Cholesky(spd)
			return num.While(func(s state) num.Array {
				return s.R.Gt(num.Const(1e-9)).And(s.N.Lt(num.Int(60)))
			}, func(s state) state {
				r := p.B.Sub(spd.MatMul(s.X))
				d := num.SolveCholesky(c, r)
				// Half a step, or less where a loop inside says so.
				step := num.While(func(h num.Array) num.Array { return num.Norm(d.Mul(h)).Gt(num.Const(100)) }, func(h num.Array) num.Array {
					return h.Scale(0.7)
				}, r.Const(0.5))
				d = num.Cond(r.At(0).Gt(num.Const(0)), func(d num.Array) num.Array { return d.Mul(step) },
					func(d num.Array) num.Array {
						return d.Mul(step).Scale(1.25).Add(p.A.MatMul(d).Scale(0)).Add(d.MatMul(p.A).Scale(0))
					}, d)
				old := s.Old.DynamicUpdateSlice(d.Reshape(1, m), []num.Array{s.N.Rem(num.Int(3)), num.Int(0)})
				x := s.X.Add(old.Sum(0)).Sub(old.Range(0, 1).Sum(0)).Sub(old.Range(1, 3).Sum(0))
				x = x.Add(d)
				return state{x, old, num.Norm(d).Div(num.Norm(x).AddScalar(1)).Add(d.Abs().Max().Scale(1e-3)), s.N.AddScalar(1)}
			}, state{p.B.Scale(0), num.Zeros(3, m), num.Scalar(1), num.Int(0)})
		}
		for _, n := range []int{16, 67, 300} {
			t.Run(fmt.Sprint(m, "x", n), func(t *testing.T) {
				a, b := randomSystems(n, m)
				got := num.Vmap(solve)(member{a, b})
				alone := num.Jit(solve)
				var longest, shortest float64 = 0, 60
				for i := range n {
					want, err := alone.Call(member{a.At(i), b.At(i)})
					if err != nil {
						t.Fatal(err)
					}
					k := want.N.Item()
					longest, shortest = max(longest, k), min(shortest, k)
					if got.N.At(i).Item() != k {
						t.Fatalf("member %d makes %v iterations, alone %v", i, got.N.At(i), k)
					}
					for j, v := range got.X.At(i).Float64s() {
						if w := want.X.Float64s()[j]; math.Float64bits(v) != math.Float64bits(w) {
							t.Fatalf("member %d is %v, alone %v", i, got.X.At(i), want.X)
						}
					}
				}
				if longest == shortest {
					t.Errorf("all members make %v iterations: nothing is tested", longest)
				}
			})
		}
	}
}
