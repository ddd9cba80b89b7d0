package activeqp

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/ldl"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

func normals(r *rand.Rand, n int) []float64 {
	z := make([]float64, n)
	for i := range z {
		z[i] = r.NormFloat64()
	}
	return z
}

// drawn is a problem with a point that satisfies all constraints, and that point.
func drawn(r *rand.Rand, n, m, equations int) (*Problem, []float64) {
	p := &Problem{B: ldl.New(n), G: normals(r, n), A: normals(r, m*n), C: make([]float64, m), Equations: equations}
	for range 2 * n {
		p.B.Update(math.Exp(r.NormFloat64()), normals(r, n))
	}
	for i := range p.G {
		p.G[i] *= 10
	}
	x := normals(r, n)
	for _, v := range x {
		lo, hi := v-r.ExpFloat64(), v+r.ExpFloat64()
		switch r.IntN(5) {
		case 0:
			lo = math.Inf(-1)
		case 1:
			hi = math.Inf(1)
		case 2:
			lo = v
		}
		p.Lower, p.Upper = append(p.Lower, lo), append(p.Upper, hi)
	}
	for i := range m {
		p.C[i] = -mat.Dot(mat.NewVecDense(n, p.A[i*n:(i+1)*n]), mat.NewVecDense(n, x))
		if i >= equations && r.IntN(2) == 0 {
			p.C[i] += r.ExpFloat64()
		}
	}
	return p, x
}

// check tests the conditions of Karush, Kuhn and Tucker.
func check(t *testing.T, name string, p *Problem, x, lambda, nu []float64) {
	t.Helper()
	n := len(x)
	w := make([]float64, n)
	p.B.Mul(w, x)
	size := 1.0
	for i, v := range p.G {
		size = max(size, math.Abs(w[i]), math.Abs(v))
		w[i] += v - nu[i]
	}
	for i, l := range lambda {
		vec.Axpy(-l, p.A[i*n:(i+1)*n], w)
		size = max(size, math.Abs(l))
		c := p.C[i] + vec.ShortDot(p.A[i*n:(i+1)*n], x)
		switch tol := 1e-10 * (1 + math.Abs(p.C[i])); {
		case i < p.Equations:
			if math.Abs(c) > tol {
				t.Errorf("%s: equation %d is %g", name, i, c)
			}
		case c < -tol || l < 0 || l > 0 && c > tol:
			t.Errorf("%s: inequality %d is %g, its multiplier %g", name, i, c, l)
		}
	}
	for i, v := range w {
		if !(math.Abs(v) < 1e-9*size) {
			t.Errorf("%s: element %d of the Lagrangian's gradient is %g", name, i, v)
		}
		if x[i] < p.Lower[i] || x[i] > p.Upper[i] || nu[i] > 0 && x[i] != p.Lower[i] || nu[i] < 0 && x[i] != p.Upper[i] {
			t.Errorf("%s: %g ≤ x[%d] = %g ≤ %g, multiplier %g", name, p.Lower[i], i, x[i], p.Upper[i], nu[i])
		}
	}
}

// TestSolve solves random problems of several sizes, each from what was active in the one
// before, and again from its own solution, which is a right guess.
func TestSolve(t *testing.T) {
	for _, c := range []struct{ n, m, equations, least int }{
		{1, 0, 0, 100}, {5, 0, 0, 99}, {40, 0, 0, 95}, {6, 3, 0, 80}, {6, 3, 3, 60}, {9, 6, 2, 60}, {45, 3, 1, 60},
	} {
		r := rand.New(rand.NewPCG(uint64(c.n), uint64(c.m)))
		s := Solver{Rounds: 20}
		x, lambda, nu := make([]float64, c.n), make([]float64, c.m), make([]float64, c.n)
		solved := 0
		for range 100 {
			p, _ := drawn(r, c.n, c.m, c.equations)
			if !s.Solve(p, x, lambda, nu) {
				continue
			}
			solved++
			check(t, "solved", p, x, lambda, nu)
			again := Solver{Rounds: 1}
			again.Guess(lambda, nu, c.equations)
			if !again.Solve(p, x, lambda, nu) {
				t.Errorf("n = %d, m = %d: not solved from its active constraints", c.n, c.m)
			}
			check(t, "again", p, x, lambda, nu)
		}
		if solved < c.least {
			t.Errorf("n = %d, m = %d, %d equations: %d of 100 solved, want %d", c.n, c.m, c.equations, solved, c.least)
		}
	}
}

// TestUnsolvable: no solution is reported where there is none, or numbers are not finite.
func TestUnsolvable(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	solve := func(p *Problem) bool {
		s := Solver{Rounds: 20}
		n, m := len(p.G), len(p.C)
		return s.Solve(p, make([]float64, n), make([]float64, m), make([]float64, n))
	}
	for name, spoil := range map[string]func(p *Problem){
		"contradicting equations":    func(p *Problem) { copy(p.A[6:12], p.A[:6]); p.C[1] = p.C[0] + 1 },
		"contradicting inequalities": func(p *Problem) { opposite(p.A[12:18], p.A[18:]); p.C[2], p.C[3] = -1, 0.5 },
		"a row of zeros":             func(p *Problem) { clear(p.A[:6]); p.C[0] = 1 },
		"NaN in g":                   func(p *Problem) { p.G[3] = math.NaN() },
		"NaN in a row":               func(p *Problem) { p.A[3] = math.NaN() },
		"NaN in c":                   func(p *Problem) { p.C[3] = math.NaN() },
		"infinite g":                 func(p *Problem) { p.G[3] = math.Inf(1) },
		"singular B":                 func(p *Problem) { p.B.D[2] = 0 },
		"NaN in B":                   func(p *Problem) { p.B.U[3] = math.NaN() },
	} {
		p, _ := drawn(r, 6, 4, 2)
		for i := range p.Lower {
			p.Lower[i], p.Upper[i] = math.Inf(-1), math.Inf(1)
		}
		if !solve(p) {
			t.Fatalf("%s: not solvable to begin with", name)
		}
		if spoil(p); solve(p) {
			t.Errorf("%s: reported as solved", name)
		}
	}
}

func opposite(to, from []float64) {
	for i, v := range from {
		to[i] = -v
	}
}
