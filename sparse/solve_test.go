package sparse_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// regular draws a square matrix that is not singular; its diagonal is of both signs, and partly missing.
func regular(rng *rand.Rand, n int) sparse.Matrix {
	a := random(rng, n, n, 0.3)
	perm := rng.Perm(n)
	at := make([]int, n)
	v := make([]float64, n)
	for i := range n {
		at[i], v[i] = i, 3+float64(i)
		if i%2 == 1 {
			v[i] = -v[i]
		}
	}
	return a.Add(sparse.FromCOO(n, n, at, perm, num.New(v, n)))
}

// symmetric draws an indefinite symmetric matrix.
func symmetric(rng *rand.Rand, n int) sparse.Matrix {
	a := regular(rng, n)
	return a.Add(a.T())
}

type system struct {
	A sparse.Matrix
	B num.Array
}

// sym is the symmetric part of a dense matrix, of which SolveSymmetric has the derivatives.
func sym(a num.Array) num.Array { return a.Add(a.T()).Scale(0.5) }

func TestSolutionsAreThoseOfDenseMatrices(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, c := range []struct {
		name          string
		draw          func(n int) sparse.Matrix
		sparse, dense func(s system) num.Array
	}{
		{"Solve", func(n int) sparse.Matrix { return regular(rng, n) },
			func(s system) num.Array { return sparse.Solve(s.A, s.B) }, func(s system) num.Array { return num.Solve(s.A.Dense(), s.B) }},
		{"SolveSymmetric", func(n int) sparse.Matrix { return symmetric(rng, n) },
			func(s system) num.Array { return sparse.SolveSymmetric(s.A, s.B) }, func(s system) num.Array { return num.Solve(sym(s.A.Dense()), s.B) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []int{1, 2, 7, 30} {
				for _, shape := range [][]int{{n}, {n, 3}, {n, 0}} {
					s := system{c.draw(n), arrays.Normal(rng, 1, shape...)}
					x, want := c.sparse(s), c.dense(s)
					if off := arrays.Off(x, want); !(off < 1e-11) {
						t.Errorf("n = %d, b of shape %v: off by %g", n, shape, off)
					}
					loss := func(f func(s system) num.Array) func(s system) num.Array {
						return func(s system) num.Array { x := f(s); return x.Square().Sum().Add(x.Sum()) }
					}
					g, w := num.Grad(loss(c.sparse))(s), num.Grad(loss(c.dense))(s)
					if off := max(arrays.Off(g.A.Values, w.A.Values), arrays.Off(g.B, w.B)); !(off < 1e-9) {
						t.Errorf("n = %d, b of shape %v: the gradient is off by %g", n, shape, off)
					}
					scaled := system{w.A.Scale(1e-2), w.B}
					_, h := num.JVP(num.Grad(loss(c.sparse)), s, scaled)
					_, k := num.JVP(num.Grad(loss(c.dense)), s, scaled)
					if off := max(arrays.Off(h.A.Values, k.A.Values), arrays.Off(h.B, k.B)); !(off < 1e-8) {
						t.Errorf("n = %d, b of shape %v: the second derivative is off by %g", n, shape, off)
					}
				}
			}
			// Batches of matrices, of right sides, and of both.
			s := system{c.draw(6), arrays.Normal(rng, 1, 6)}
			twice := func(x num.Array, by float64) num.Array { return num.Stack(x, x.Scale(by), x.Scale(2*by)) }
			for _, axes := range []num.Axes{nil, {".A": num.Shared}, {".B": num.Shared}} {
				batch := s
				if _, shared := axes[".A"]; !shared {
					batch.A = s.A.WithValues(twice(s.A.Values, 3))
				}
				if _, shared := axes[".B"]; !shared {
					batch.B = twice(s.B, -2)
				}
				got := num.VmapAxes(func(s system) []num.Array {
					g := num.Grad(func(s system) num.Array { return c.sparse(s).Square().Sum() })(s)
					return []num.Array{c.sparse(s), g.A.Values, g.B}
				}, axes, nil)(batch)
				for i, by := range [][2]float64{{1, 1}, {3, -2}, {6, -4}} {
					m := s
					if _, shared := axes[".A"]; !shared {
						m.A = s.A.Scale(by[0])
					}
					if _, shared := axes[".B"]; !shared {
						m.B = s.B.Scale(by[1])
					}
					g := num.Grad(func(s system) num.Array { return c.dense(s).Square().Sum() })(m)
					if off := max(arrays.Off(got[0].At(i), c.dense(m)), arrays.Off(got[1].At(i), g.A.Values), arrays.Off(got[2].At(i), g.B)); !(off < 1e-10) {
						t.Errorf("axes %v: member %d is off by %g", axes, i, off)
					}
				}
			}
			f := num.Float32
			if x := c.sparse(system{s.A.AsType(f), s.B.AsType(f)}); x.DType() != f || !(arrays.Off(x.AsType(num.Float64), c.dense(s)) < 1e-5) {
				t.Errorf("in float32: %v, want %v", x, c.dense(s))
			}
		})
	}
	if x := sparse.Solve(sparse.Identity(num.Float64, 0), num.Zeros(0)); x.Size() != 0 {
		t.Errorf("the solution of nothing is %v", x)
	}
}

func TestLeastSquares(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for _, s := range [][2]int{{9, 4}, {4, 9}, {5, 5}, {3, 0}} {
		m, n := s[0], s[1]
		k := max(m, n)
		a := regular(rng, k).RowRange(0, m)
		if n < k {
			a = regular(rng, k).T().RowRange(0, n).T()
		}
		for _, scale := range []float64{1, 1e-9, 1e9} {
			d := system{a.Scale(scale), arrays.Normal(rng, 1, m, 2)}
			x := sparse.LeastSquares(d.A, d.B)
			want := num.Pinv(d.A.Dense(), 1e-12).MatMul(d.B)
			if off := arrays.Off(x.Scale(scale), want.Scale(scale)); !(off < 1e-11) {
				t.Errorf("%d×%d times %g: off by %g", m, n, scale, off)
			}
		}
		d := system{a, arrays.Normal(rng, 1, m)}
		g := num.Grad(func(d system) num.Array { return sparse.LeastSquares(d.A, d.B).Square().Sum() })(d)
		w := num.Grad(func(d system) num.Array {
			return num.Pinv(d.A.Dense(), 1e-12).MatMul(d.B).Square().Sum()
		})(d)
		if off := max(arrays.Off(g.A.Values, w.A.Values), arrays.Off(g.B, w.B)); !(off < 1e-9) {
			t.Errorf("%d×%d: the gradient is off by %g", m, n, off)
		}
	}
}

func TestInertia(t *testing.T) {
	a := sparse.Diags(4, 4, []int{0}, num.Vector(1, -2, 0, 3))
	if got := sparse.Inertia(a).Float64s(); !reflect.DeepEqual(got, []float64{2, 1, 1}) {
		t.Errorf("the inertia is %v", got)
	}
	// A saddle point: as many negative eigenvalues as constraints.
	c := sparse.FromCOO(2, 5, []int{0, 0, 1, 1}, []int{0, 1, 3, 4}, num.Vector(1, 2, 1, -1))
	k := sparse.VStack(sparse.HStack(sparse.Identity(num.Float64, 5), c.T()), sparse.HStack(c, sparse.FromCOO(2, 2, nil, nil, num.Zeros(0))))
	if got := sparse.Inertia(k).Float64s(); !reflect.DeepEqual(got, []float64{5, 2, 0}) {
		t.Errorf("the inertia is %v", got)
	}
	many := num.Vmap(sparse.Inertia)(a.WithValues(num.New([]float64{1, -2, 0, 3, 1, 1, 1, 1, math.NaN(), 1, 1, 1}, 3, 4)))
	if got := many.Float64s()[:6]; !reflect.DeepEqual(got, []float64{2, 1, 1, 4, 0, 0}) || !math.IsNaN(many.At(2, 0).Item()) {
		t.Errorf("the inertias are %v", many)
	}
}

func TestSystemsWithoutASolution(t *testing.T) {
	v := num.Vector
	one := sparse.FromCOO(2, 2, []int{0, 0, 1, 1}, []int{0, 1, 0, 1}, v(1, 2, 2, 4))
	for _, c := range []struct {
		f    func()
		want string
	}{
		{func() { sparse.Solve(one, v(1, 1)) }, "sparse.Solve: the matrix of 2 rows and 4 entries is singular"},
		{func() { sparse.SolveSymmetric(one, v(1, 2)) }, "singular"},
		{func() { sparse.Solve(sparse.FromCOO(2, 2, []int{0}, []int{0}, v(1)), v(1, 1)) }, "singular"},
		{func() { sparse.Solve(one.WithValues(v(1, 2, math.NaN(), 4)), v(1, 1)) }, "not finite: backward error: NaN"},
		{func() { sparse.Solve(sparse.Identity(num.Float64, 2), v(1, math.Inf(1))) }, "not finite"},
		{func() { sparse.SolveSymmetric(one.WithValues(v(1, 2, 3, 4)), v(1, 1)) }, "not symmetric; values across the diagonal differ by: 1"},
		{func() { sparse.SolveSymmetric(sparse.FromCOO(2, 2, []int{0}, []int{1}, v(1)), v(1, 1)) }, "an entry (0, 1) and none at (1, 0)"},
		{func() { sparse.Solve(one.RowRange(0, 1), v(1)) }, "the matrix is 1×2, want a square one; for least squares"},
		{func() { sparse.Solve(one, v(1, 2, 3)) }, "the matrix is 2×2 and b has shape [3], want [2] or [2, k]"},
		{func() { sparse.Solve(one, v(1, 2).AsType(num.Float32)) }, "b is float32 and the matrix float64"},
		{func() { sparse.LeastSquares(sparse.VStack(one, one), v(1, 2, 3, 4)) }, "sparse.LeastSquares: the matrix is 4×2 and does not have full rank"},
	} {
		if got := message(t, c.f); !strings.Contains(got, c.want) {
			t.Errorf("error %q, want %q", got, c.want)
		}
	}
	// One member of a batch.
	f := num.Jit(num.Vmap(func(a sparse.Matrix) num.Array { return sparse.Solve(a, v(1, 1)) }))
	_, err := f.Call(one.WithValues(num.New([]float64{1, 2, 3, 4, 1, 2, 2, 4}, 2, 4)))
	if !errors.Is(err, num.ErrNumeric) || !strings.Contains(err.Error(), "member 1 of 2: sparse.Solve") {
		t.Errorf("the error of a batch is %v", err)
	}
}
