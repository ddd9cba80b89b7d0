package num_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// quadratic is the data of a quadratic program of vars variables with rows constraints.
type quadratic struct{ P, G, Q, Steps num.Array }

const quadraticVars, quadraticRows = 20, 30

func quadratics(n int) quadratic {
	g, q := randomSystems(n*quadraticRows/quadraticVars+1, quadraticVars)
	p := num.Zeros(n, quadraticVars, quadraticVars).Add(num.Eye(quadraticVars))
	steps := make([]float64, n)
	for i := range steps {
		steps[i] = 8 + float64(i%9)
	}
	g = g.Reshape(-1, quadraticVars).Range(0, n*quadraticRows).Reshape(n, quadraticRows, quadraticVars)
	return quadratic{p, g, q.Range(0, n), num.New(steps, n)}
}

// interiorShape has the operations of an interior point method: in each iteration one product GᵀDG, a factorization of order 20,
// and two solves.
func interiorShape(factor func(k num.Array) func(b num.Array) num.Array) func(q quadratic) num.Array {
	return func(q quadratic) num.Array {
		type state struct{ X, S, N num.Array }
		return num.While(func(s state) num.Array { return s.N.Lt(q.Steps) }, func(s state) state {
			d := num.Const(1).Div(s.S.Square().AddScalar(0.1))
			k := q.P.Add(q.G.T().MatMul(q.G.Mul(d.Reshape(quadraticRows, 1))))
			solve := factor(k)
			x := solve(q.Q.Sub(q.P.MatMul(s.X)))
			slack := q.G.MatMul(x)
			x = x.Add(solve(slack.Mul(d).MatMul(q.G)).Scale(0.1))
			return state{s.X.Add(x.Scale(0.5)), s.S.Add(slack).Scale(0.5), s.N.AddScalar(1)}
		}, state{q.Q.Scale(0), num.Ones(quadraticRows), num.Scalar(0)}).X
	}
}

func byCholesky(k num.Array) func(b num.Array) num.Array {
	c := num.Cholesky(k)
	return func(b num.Array) num.Array { return num.SolveCholesky(c, b) }
}

// straightInterior is interiorShape by Cholesky for one member, in plain Go.
func straightInterior(p, g, q []float64, steps int) []float64 {
	const n, m = quadraticVars, quadraticRows
	var x, b, v [n]float64
	var s, d, slack [m]float64
	var k [n * n]float64
	for i := range s {
		s[i] = 1
	}
	solve := func(b []float64) {
		for i := range n {
			for j := range i {
				b[i] -= k[i*n+j] * b[j]
			}
			b[i] /= k[i*n+i]
		}
		for i := n - 1; i >= 0; i-- {
			b[i] /= k[i*n+i]
			for j := range i {
				b[j] -= k[i*n+j] * b[i]
			}
		}
	}
	for range steps {
		for i := range d {
			d[i] = 1 / (s[i]*s[i] + 0.1)
		}
		copy(k[:], p)
		for r := range m {
			row := g[r*n : (r+1)*n]
			for i := range n {
				f := row[i] * d[r]
				for j := range i + 1 {
					k[i*n+j] += f * row[j]
				}
			}
		}
		for i := range n {
			ri := k[i*n : i*n+i+1]
			for j := range i + 1 {
				rj := k[j*n : j*n+j+1]
				t := ri[j]
				for l := range j {
					t -= ri[l] * rj[l]
				}
				if j == i {
					ri[i] = math.Sqrt(t)
				} else {
					ri[j] = t / rj[j]
				}
			}
		}
		for i := range n {
			b[i] = q[i]
			for j := range n {
				b[i] -= p[i*n+j] * x[j]
			}
		}
		solve(b[:])
		v = [n]float64{}
		for r := range m {
			row := g[r*n : (r+1)*n]
			slack[r] = 0
			for j := range n {
				slack[r] += row[j] * b[j]
			}
			for j := range n {
				v[j] += slack[r] * d[r] * row[j]
			}
		}
		solve(v[:])
		for i := range n {
			x[i] += 0.5 * (b[i] + 0.1*v[i])
		}
		for r := range m {
			s[r] = 0.5 * (s[r] + slack[r])
		}
	}
	return x[:]
}

// A batch of loops with the operations of an interior point method, which are products, factorizations and solves of order 20,
// gives each member what plain Go code gives.
func TestInteriorShapeInBlocks(t *testing.T) {
	const n = 100
	q := quadratics(n)
	got := num.Vmap(interiorShape(byCholesky))(q)
	alone := num.Jit(interiorShape(byCholesky))
	for i := range n {
		one := quadratic{q.P.At(i), q.G.At(i), q.Q.At(i), q.Steps.At(i)}
		want, err := alone.Call(one)
		if err != nil {
			t.Fatal(err)
		}
		straight := straightInterior(one.P.Float64s(), one.G.Float64s(), one.Q.Float64s(), int(one.Steps.Item()))
		for j, v := range got.At(i).Float64s() {
			if w := want.Float64s()[j]; math.Float64bits(v) != math.Float64bits(w) {
				t.Fatalf("member %d is %v, alone %v", i, got.At(i), want)
			}
			if math.Abs(v-straight[j]) > 1e-9*(1+math.Abs(v)) {
				t.Fatalf("member %d is %v, by plain code %v", i, got.At(i), straight)
			}
		}
	}
}

// BenchmarkInteriorShape reports microseconds per member and iteration.
func BenchmarkInteriorShape(b *testing.B) {
	for _, n := range []int{256, 1000, 10_000} {
		q := quadratics(n)
		iterations := q.Steps.Sum().Item()
		per := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1e3/float64(b.N)/iterations, "µs/iteration")
		}
		b.Run(fmt.Sprint("cholesky/", n), func(b *testing.B) {
			f := num.Jit(num.Vmap(interiorShape(byCholesky)))
			for b.Loop() {
				if _, err := f.Call(q); err != nil {
					b.Fatal(err)
				}
			}
			per(b)
		})
		b.Run(fmt.Sprint("straight/", n), func(b *testing.B) {
			p, g, r, steps := q.P.Float64s(), q.G.Float64s(), q.Q.Float64s(), q.Steps.Float64s()
			const v, m = quadraticVars, quadraticRows
			for b.Loop() {
				for i := range n {
					straightInterior(p[i*v*v:(i+1)*v*v], g[i*m*v:(i+1)*m*v], r[i*v:(i+1)*v], int(steps[i]))
				}
			}
			per(b)
		})
	}
}

// BenchmarkDivergentBatch has a thousand loops of twenty iterations, and the same with one that makes a hundred times as many.
func BenchmarkDivergentBatch(b *testing.B) {
	type state struct{ I, X num.Array }
	f := num.Jit(num.Vmap(func(n num.Array) num.Array {
		return num.While(func(s state) num.Array { return s.I.Lt(n) }, func(s state) state {
			x := s.X
			for range 20 {
				x = x.Add(x.Mul(x).Sum().Scale(1e-2)).Scale(0.5)
			}
			return state{s.I.AddScalar(1), x}
		}, state{num.Scalar(0), num.Linspace(0.1, 1, 10)}).X
	}))
	for _, longest := range []float64{20, 2000} {
		n := num.Full(num.Float64, 20, 1000).Float64s()
		n[500] = longest
		counts := num.New(n)
		b.Run(fmt.Sprint("longest=", longest), func(b *testing.B) {
			for b.Loop() {
				if _, err := f.Call(counts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
