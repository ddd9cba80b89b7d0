package trqp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

func normals(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

// TestCone compares projections with the best over all sets of normals with
// nonnegative multipliers.
func TestCone(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		n, m := 1+rng.IntN(4), rng.IntN(5)
		a := Normals{N: n, Rows: normals(rng, m*n), Free: rng.IntN(min(m, n-1) + 1)}
		if m > 2 && rng.IntN(3) == 0 {
			copy(a.row(m-1), a.row(m-2)) // dependent
		}
		g := normals(rng, n)
		var near []int
		for j := a.Free; j < m+2*n; j++ {
			if j < m || rng.IntN(3) == 0 {
				near = append(near, j)
			}
		}
		c := NewCone(n)
		c.Project(g, &a, near)
		got := math.Sqrt(vec.DotInOrder(c.S, c.S))
		if want := bruteCone(g, &a, near); math.Abs(got-want) > 1e-9*(1+want) {
			t.Fatalf("n %d m %d free %d near %v: |s| = %g, want %g", n, m, a.Free, near, got, want)
		}
		s := make([]float64, n) // -g - Σ λ a
		for i, v := range g {
			s[i] = -v
		}
		for k, j := range c.Active {
			a.addTo(s, -c.Lambda[k], j)
			if j >= a.Free && c.Lambda[k] < 0 {
				t.Errorf("multiplier %g", c.Lambda[k])
			}
		}
		for i, v := range s {
			if math.Abs(v-c.S[i]) > 1e-9 {
				t.Errorf("s = %v, with the multipliers %v", c.S, s)
			}
		}
		for _, j := range near {
			if v := a.dot(j, c.S); v > 1e-9 {
				t.Errorf("s leaves the cone by %g", v)
			}
		}
	}
}

// bruteCone is the least |g + Σ λⱼ aⱼ| over sets of normals that are independent.
func bruteCone(g []float64, a *Normals, near []int) float64 {
	n, best := len(g), math.Inf(1)
	for set := range 1 << len(near) {
		var cols []int
		for j := range a.Free {
			cols = append(cols, j)
		}
		for k, j := range near {
			if set>>k&1 == 1 {
				cols = append(cols, j)
			}
		}
		k := len(cols)
		if k > n {
			continue
		}
		s := make([]float64, n)
		for i, v := range g {
			s[i] = -v
		}
		if k > 0 {
			m := mat.NewDense(n, k, nil)
			for i, j := range cols {
				v := make([]float64, n)
				a.addTo(v, 1, j)
				m.SetCol(i, v)
			}
			var l mat.VecDense
			if l.SolveVec(m, mat.NewVecDense(n, append([]float64(nil), s...))) != nil {
				continue
			}
			ok := true
			for i, j := range cols {
				ok = ok && (j < a.Free || l.AtVec(i) >= -1e-12)
				a.addTo(s, -l.AtVec(i), j)
			}
			if !ok {
				continue
			}
		}
		best = min(best, math.Sqrt(vec.DotInOrder(s, s)))
	}
	return best
}

// symmetric is a random symmetric matrix, definite if it is convex.
func symmetric(rng *rand.Rand, n int, convex bool) []float64 {
	b := make([]float64, n*n)
	for range 2 * n {
		v, s := normals(rng, n), rng.NormFloat64()
		if convex {
			s = math.Abs(s) + 0.1
		}
		for i := range n {
			vec.Axpy(s*v[i], v, b[i*n:(i+1)*n])
		}
	}
	return b
}

func box(n int, size float64) (lo, hi []float64) {
	for range n {
		lo, hi = append(lo, -size), append(hi, size)
	}
	return lo, hi
}

// TestBall compares with the exact minimum in a ball, from the eigenvalues of B.
func TestBall(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for n := 1; n <= 10; n++ {
		w := NewSolver(n)
		for range 50 {
			q := &Quadratic{G: normals(rng, n), B: symmetric(rng, n, rng.IntN(2) == 0), Radius: math.Exp(2 * rng.NormFloat64()), A: Normals{N: n}}
			q.Lower, q.Upper = box(n, math.Inf(1))
			d := make([]float64, n)
			w.Minimize(q, d)
			if size := math.Sqrt(vec.DotInOrder(d, d)); size > q.Radius*(1+1e-12) {
				t.Errorf("|d| = %g, radius %g", size, q.Radius)
			}
			if got, want := q.Value(d), ball(q); !(got <= 0.99*want) || got < want*(1+1e-8) {
				t.Errorf("n = %d, radius %g: %g, want %g", n, q.Radius, got, want)
			}
		}
	}
}

// ball is the minimum in a ball, with the multiplier of the radius by bisection (Moré &
// Sorensen, "Computing a trust region step", 1983; g has a part in every eigenvector).
func ball(q *Quadratic) float64 {
	n := len(q.G)
	var e mat.EigenSym
	e.Factorize(mat.NewSymDense(n, q.B), true)
	var v mat.Dense
	e.VectorsTo(&v)
	values := e.Values(nil)
	g := mat.NewVecDense(n, nil)
	g.MulVec(v.T(), mat.NewVecDense(n, q.G))
	at := func(l float64) (size, value float64) {
		for i, b := range values {
			x := -g.AtVec(i) / (b + l)
			size += x * x
			value += x*g.AtVec(i) + x*x*b/2
		}
		return math.Sqrt(size), value
	}
	lo := max(0, -values[0])
	if values[0] > 0 {
		if size, value := at(0); size <= q.Radius {
			return value
		}
	}
	hi := lo + 1
	for size, _ := at(hi); size > q.Radius; size, _ = at(hi) {
		hi = lo + 2*(hi-lo)
	}
	for range 200 {
		mid := (lo + hi) / 2
		if size, _ := at(mid); size > q.Radius {
			lo = mid
		} else {
			hi = mid
		}
	}
	_, value := at(hi)
	return value
}

// TestQuadratic solves convex problems with constraints in a large ball to a point
// whose projected gradient vanishes, and checks feasibility and decrease in small ones
// and without convexity.
func TestQuadratic(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for trial := range 400 {
		n, m := 1+rng.IntN(8), rng.IntN(8)
		convex := trial%2 == 0
		q := &Quadratic{G: normals(rng, n), B: symmetric(rng, n, convex), Radius: 1e3}
		if !convex {
			q.Radius = math.Exp(rng.NormFloat64())
		}
		q.A = Normals{N: n, Rows: normals(rng, m*n), Free: rng.IntN(min(m, n-1)/2 + 1)}
		q.Lower, q.Upper = box(n, math.Exp(rng.NormFloat64()))
		for i := range n {
			if rng.IntN(4) == 0 {
				q.Upper[i] = 0
			}
		}
		for range m {
			q.Limit = append(q.Limit, max(rng.NormFloat64(), 0))
		}
		w, d := NewSolver(n), make([]float64, n)
		w.Minimize(q, d)
		name := fmt.Sprintf("trial %d, n %d, m %d, free %d", trial, n, m, q.A.Free)
		if v := math.Sqrt(vec.DotInOrder(d, d)) - q.Radius; v > 1e-10*q.Radius {
			t.Errorf("%s: %g outside of the ball", name, v)
		}
		var near []int
		for j := range m + 2*n {
			v := q.A.dot(j, d)
			switch limit := q.limit(j); {
			case j < q.A.Free:
				if math.Abs(v) > 1e-9 {
					t.Errorf("%s: equation %d violated by %g", name, j, v)
				}
			case v > limit+1e-8 || j >= m && v > limit:
				t.Errorf("%s: constraint %d violated by %g", name, j, v-limit)
			case v > limit-1e-7:
				near = append(near, j)
			}
		}
		// The step is at least as good as the best one along the first projected gradient.
		c, g := NewCone(n), make([]float64, n)
		if convex {
			q.times(d, g)
			vec.Axpy(1, q.G, g)
			c.Project(g, &q.A, near)
			if s := math.Sqrt(vec.DotInOrder(c.S, c.S)); s > 1e-6*math.Sqrt(vec.DotInOrder(q.G, q.G)) {
				t.Errorf("%s: projected gradient %g", name, s)
			}
		}
		if v, cauchy := q.Value(d), cauchy(q); v > cauchy+1e-12 {
			t.Errorf("%s: value %g, along the projected gradient %g", name, v, cauchy)
		}
	}
}

// cauchy is the least value along the projected gradient at 0.
func cauchy(q *Quadratic) float64 {
	n := q.A.N
	var near []int
	for j := q.A.Free; j < q.A.M()+2*n; j++ {
		if q.limit(j) <= 0 {
			near = append(near, j)
		}
	}
	c := NewCone(n)
	c.Project(q.G, &q.A, near)
	s := c.S
	if vec.DotInOrder(s, s) < 1e-20 {
		return 0
	}
	t := q.Radius / math.Sqrt(vec.DotInOrder(s, s))
	for j := q.A.Free; j < q.A.M()+2*n; j++ {
		if v := q.A.dot(j, s); v > 1e-12 {
			t = min(t, q.limit(j)/v)
		}
	}
	vec.Scale(t, s)
	best := 0.0
	for k := range 101 {
		d := append([]float64(nil), s...)
		vec.Scale(float64(k)/100, d)
		best = min(best, q.Value(d))
	}
	return best
}

// TestRelax finds feasible points where there are some, and otherwise points whose
// gradient of the squared violations vanishes but for the bounds.
func TestRelax(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for trial := range 400 {
		n, m := 1+rng.IntN(6), 1+rng.IntN(8)
		v := &Violation{A: Normals{N: n, Rows: normals(rng, m*n), Free: rng.IntN(min(m, n))}, C: normals(rng, m), Radius: 1e4}
		v.Lower, v.Upper = box(n, 0.5+rng.ExpFloat64())
		if consistent := trial%2 == 0; consistent {
			x := make([]float64, n)
			for i := range x {
				x[i] = (2*rng.Float64() - 1) * v.Upper[i]
			}
			for j := range v.C {
				v.C[j] = -vec.DotInOrder(v.A.row(j), x)
				if j >= v.A.Free {
					v.C[j] -= rng.ExpFloat64() * float64(rng.IntN(2))
				}
			}
		}
		w, d := NewSolver(n), make([]float64, n)
		before := v.Size(d)
		w.Relax(v, d)
		after := v.Size(d)
		if after > before {
			t.Errorf("trial %d: violation %g, before %g", trial, after, before)
		}
		g := make([]float64, n)
		for j, c := range v.C {
			if r := c + vec.DotInOrder(v.A.row(j), d); r > 0 || j < v.A.Free {
				vec.Axpy(r, v.A.row(j), g)
			}
		}
		for i, x := range g {
			if x < 0 && d[i] < v.Upper[i] || x > 0 && d[i] > v.Lower[i] {
				if math.Abs(x) > 1e-6*before {
					t.Errorf("trial %d, n %d, m %d: derivative %g by element %d", trial, n, m, x, i)
				}
			}
			if d[i] < v.Lower[i] || d[i] > v.Upper[i] {
				t.Errorf("trial %d: out of bounds", trial)
			}
		}
		if trial%2 == 0 && after > 1e-9*max(before, 1) {
			t.Errorf("trial %d, n %d, m %d: violation %g of constraints that can be satisfied", trial, n, m, after)
		}
		v.Radius = 0.1
		clear(d)
		w.Relax(v, d)
		if size := math.Sqrt(vec.DotInOrder(d, d)); size > 0.1*(1+1e-12) || v.Size(d) > before {
			t.Errorf("trial %d: length %g, violation %g", trial, size, v.Size(d))
		}
	}
}

// TestMultipliers are those of a solution: g + Aᵀλ = 0.
func TestMultipliers(t *testing.T) {
	a := Normals{N: 3, Rows: []float64{1, 0, 0, 1, 1, 0}, Free: 1}
	c := NewCone(3)
	c.Project([]float64{1, -2, 3}, &a, []int{1, 2 + 3 + 2}) // the row and the lower bound of x₂
	if got := math.Sqrt(vec.DotInOrder(c.S, c.S)); got > 1e-15 || len(c.Lambda) != 3 {
		t.Fatalf("|s| = %g, multipliers %v", got, c.Lambda)
	}
	want := map[int]float64{0: -3, 1: 2, 7: 3}
	for k, j := range c.Active {
		if math.Abs(c.Lambda[k]-want[j]) > 1e-14 {
			t.Errorf("multiplier of %d is %g, want %g", j, c.Lambda[k], want[j])
		}
	}
}
