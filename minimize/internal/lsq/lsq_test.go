package lsq

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// random draws matrices; the same seed gives the same ones.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 1))} }

func (r random) vector(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// matrix is of the rank, at most.
func (r random) matrix(m, n, rank int) *mat.Dense {
	a := mat.NewDense(max(m, 1), max(n, 1), nil)
	if m > 0 && n > 0 && rank > 0 {
		a.Mul(mat.NewDense(m, rank, r.vector(m*rank)), mat.NewDense(rank, n, r.vector(rank*n)))
	}
	return a
}

// copyOf is what a solver may overwrite. Matrices of no rows have none here.
func copyOf(a *mat.Dense, rows int) blas64.General {
	g := mat.DenseCopyOf(a).RawMatrix()
	g.Rows = rows
	return g
}

func cloned(x []float64) []float64 { return append([]float64(nil), x...) }

// residual is A x - b; of the transpose Aᵀ x - b.
func residual(a *mat.Dense, transposed bool, x, b []float64) []float64 {
	var m mat.Matrix = a
	if transposed {
		m = a.T()
	}
	rows, _ := m.Dims()
	y := mat.NewVecDense(rows, nil)
	if len(x) > 0 {
		y.MulVec(m, mat.NewVecDense(len(x), x))
	}
	for i := range b {
		y.SetVec(i, y.AtVec(i)-b[i])
	}
	return y.RawVector().Data[:max(len(b), 0)]
}

func norm(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return vec.Norm2(x)
}

func TestNNLS(t *testing.T) {
	var s Solver
	for seed := range uint64(600) {
		r := newRandom(seed)
		m, n := 1+r.IntN(12), 1+r.IntN(14)
		rank := min(m, n)
		if seed%3 == 1 {
			rank = 1 + r.IntN(rank)
		}
		a := r.matrix(m, n, rank)
		if seed%3 == 2 { // columns twice, zero columns, columns of other lengths
			for i := range m {
				a.Set(i, n-1, a.At(i, 0))
				a.Set(i, n/2, 1e6*a.At(i, n/2))
				a.Set(i, n/3, 0)
			}
		}
		b := r.vector(m)
		if seed%5 == 0 { // in the cone
			x := r.vector(n)
			for i := range x {
				x[i] = math.Max(x[i], 0)
			}
			b = residual(a, false, x, make([]float64, m))
		}
		x := make([]float64, n)
		norm2, status := s.NNLS(mat.DenseCopyOf(a.T()).RawMatrix().Data, m, cloned(b), x)
		if status != OK {
			t.Fatalf("%d: %v", seed, status)
		}
		res := residual(a, false, x, b)
		if d := norm(res) - norm2; math.Abs(d) > 1e-12*(1+norm(b)) {
			t.Errorf("%d: residual %g, reported %g", seed, norm(res), norm2)
		}
		w := residual(a, true, res, make([]float64, n)) // the gradient
		for j, v := range w {
			size := mat.Norm(a.ColView(j), 2) * (1 + norm(b)) * 1e-12
			if x[j] < 0 || v < -size || x[j] > 0 && v > size {
				t.Errorf("%d: x[%d] = %g, gradient %g", seed, j, x[j], v)
			}
		}
		if seed%5 == 0 && norm2 > 1e-11*(1+norm(b)) {
			t.Errorf("%d: residual %g of a point in the cone", seed, norm2)
		}
	}
}

func TestHFTI(t *testing.T) {
	var s Solver
	for seed := range uint64(300) {
		r := newRandom(seed)
		m, n := 1+r.IntN(9), 1+r.IntN(9)
		want := r.IntN(min(m, n) + 1)
		a, b := r.matrix(m, n, want), r.vector(m)
		x := make([]float64, n)
		rank, size := s.HFTI(copyOf(a, m), cloned(b), x, 1e-11)
		if rank != want {
			t.Fatalf("%d: rank %d, want %d", seed, rank, want)
		}
		var svd mat.SVD
		svd.Factorize(a, mat.SVDThin)
		shortest := mat.NewVecDense(n, nil)
		if rank > 0 {
			svd.SolveVecTo(shortest, mat.NewVecDense(m, b), rank)
		}
		for i, v := range x {
			if d := v - shortest.AtVec(i); math.Abs(d) > 1e-9*(1+norm(x)) {
				t.Errorf("%d: x[%d] = %g, want %g", seed, i, v, shortest.AtVec(i))
			}
		}
		if d := size - norm(residual(a, false, x, b)); math.Abs(d) > 1e-12*(1+norm(b)) {
			t.Errorf("%d: residual off by %g", seed, d)
		}
	}
}

// problem is one of LSEI.
type problem struct {
	e, c, g    *mat.Dense
	f, d, h    []float64
	unsolvable Status // OK: it has a solution
}

// drawn is a problem that a point solves, mostly on some of the inequalities. Kinds: 0
// any, 1 with inequalities that depend on each other, 2 with such equations, 3
// inequalities along equations, 4 with rows of very different length, 5 far away, 6
// contradicting inequalities, 7 contradicting equations.
func drawn(seed uint64, kind int) problem {
	r := newRandom(seed)
	n := 1 + r.IntN(8)
	mc, mg := r.IntN(n+1), r.IntN(12)
	if kind == 2 || kind == 7 {
		mc = max(mc, 2)
	}
	if kind == 1 || kind == 3 || kind == 6 {
		mg = max(mg, 4)
	}
	if kind == 3 {
		mc = max(mc, 1)
	}
	p := problem{e: r.matrix(n+r.IntN(4), n, n), c: r.matrix(mc, n, min(mc, n)), g: r.matrix(mg, n, n)}
	rows, _ := p.e.Dims()
	p.f = r.vector(rows)
	if kind == 2 || kind == 7 {
		p.c = r.matrix(mc, n, min(mc-1, n))
	}
	switch kind {
	case 1:
		p.g.SetRow(1, p.g.RawRowView(0))
		for j, v := range p.g.RawRowView(0) {
			p.g.Set(2, j, -3*v)
			p.g.Set(3, j, 0)
		}
	case 3:
		for j, v := range p.c.RawRowView(0) {
			p.g.Set(0, j, v)
			p.g.Set(1, j, -v/3)
		}
	case 4:
		for i := range mg {
			for j, v := range p.g.RawRowView(i) {
				p.g.Set(i, j, v*math.Pow(10, float64(4*(i%5)-8)))
			}
		}
	}
	x := r.vector(n)
	if kind == 5 {
		vec.Scale(1e9, x)
	}
	p.d, p.h = residual(p.c, false, x, make([]float64, mc)), residual(p.g, false, x, make([]float64, mg))
	for i := range p.h {
		if i > 2 && r.IntN(3) > 0 { // the first rows go through x
			p.h[i] -= math.Abs(r.NormFloat64() * norm(p.g.RawRowView(i)))
		}
	}
	switch kind {
	case 6:
		for j, v := range p.g.RawRowView(0) {
			p.g.Set(1, j, -2*v)
		}
		p.h[1] = -2*p.h[0] + 1e-3*norm(p.g.RawRowView(0))
		p.unsolvable = Incompatible
	case 7:
		p.c.SetRow(mc-1, p.c.RawRowView(0))
		p.d[mc-1] = p.d[0] + 1e-3*norm(p.c.RawRowView(0))
		p.unsolvable = SingularC
	}
	return p
}

func TestLSEI(t *testing.T) {
	var s Solver
	for kind := range 8 {
		for seed := range uint64(250) {
			p := drawn(1000*uint64(kind)+seed, kind)
			n := p.e.RawMatrix().Cols
			x, lambda, mu := make([]float64, n), make([]float64, len(p.d)), make([]float64, len(p.h))
			rows := len(p.f)
			status := s.LSEI(copyOf(p.e, rows), cloned(p.f), copyOf(p.c, len(p.d)), cloned(p.d), copyOf(p.g, len(p.h)), cloned(p.h), x, lambda, mu)
			if status != p.unsolvable {
				t.Errorf("kind %d, seed %d: %v, want %v (n %d, mc %d, mg %d)", kind, seed, status, p.unsolvable, n, len(p.d), len(p.h))
				continue
			}
			if status != OK {
				continue
			}
			// Eᵀ(E x - f) = Cᵀ lambda + Gᵀ mu
			cond := mat.Cond(p.e, 2)
			tol := 1e-12 * cond * (1 + norm(x) + norm(p.f))
			grad := residual(p.e, true, residual(p.e, false, x, p.f), make([]float64, n))
			size := norm(grad)
			for i, v := range lambda {
				size = math.Max(size, math.Abs(v)*norm(p.c.RawRowView(i)))
				vec.Axpy(-v, p.c.RawRowView(i), grad)
			}
			for i, v := range mu {
				if v < 0 {
					t.Errorf("kind %d, seed %d: mu[%d] = %g", kind, seed, i, v)
				}
				size = math.Max(size, v*norm(p.g.RawRowView(i)))
				vec.Axpy(-v, p.g.RawRowView(i), grad)
			}
			if v := norm(grad); v > tol*(1+size) {
				t.Errorf("kind %d, seed %d: gradient of the Lagrangian %g, condition %.2g, terms of %.2g", kind, seed, v, cond, size)
			}
			for i, v := range residual(p.c, false, x, p.d) {
				if math.Abs(v) > tol*norm(p.c.RawRowView(i)) {
					t.Errorf("kind %d, seed %d: equation %d off by %g", kind, seed, i, v)
				}
			}
			for i, v := range residual(p.g, false, x, p.h) {
				size := norm(p.g.RawRowView(i))
				if v < -tol*size || mu[i] > 0 && v > tol*size {
					t.Errorf("kind %d, seed %d: inequality %d is %g, its multiplier %g", kind, seed, i, v, mu[i])
				}
			}
		}
	}
}
