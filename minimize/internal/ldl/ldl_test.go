package ldl

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// matrix is what f is the factor of, from its root.
func (f *Factor) matrix() *mat.Dense {
	r := blas64.General{Rows: f.N, Cols: f.N, Stride: f.N, Data: make([]float64, f.N*f.N)}
	f.Root(r)
	root := mat.NewDense(f.N, f.N, r.Data)
	var a mat.Dense
	a.Mul(root.T(), root)
	return &a
}

func normals(r *rand.Rand, n int) []float64 {
	z := make([]float64, n)
	for i := range z {
		z[i] = r.NormFloat64()
	}
	return z
}

// TestUpdate adds and takes away matrices of rank one, up to nearly singular ones.
func TestUpdate(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		n := 1 + r.IntN(12)
		f := New(n)
		want := mat.NewDense(n, n, nil)
		for i := range n {
			want.Set(i, i, 1)
		}
		largest := 1.0
		for step := range 30 {
			z := normals(r, n)
			sigma := math.Exp(4 * r.NormFloat64())
			if step%2 == 1 { // 1 - |σ| zᵀA⁻¹z of the determinant stays
				y := append([]float64(nil), z...)
				f.Solve(y)
				sigma = -(1 - math.Pow(10, -float64(step%9))) / mat.Dot(mat.NewVecDense(n, y), mat.NewVecDense(n, z))
			}
			v := mat.NewVecDense(n, append([]float64(nil), z...))
			want.RankOne(want, sigma, v, v)
			largest = math.Max(largest, mat.Norm(want, 2))
			f.Update(sigma, z)
			var d mat.Dense
			d.Sub(f.matrix(), want)
			if e := mat.Norm(&d, 2); e > 1e-12*largest {
				t.Fatalf("seed %d, step %d: off by %g of %g", seed, step, e, largest)
			}
			for i, v := range f.D {
				if !(v > 0) {
					t.Fatalf("seed %d, step %d: D[%d] = %g", seed, step, i, v)
				}
			}
		}
	}
}

// TestIndefinite takes away more than there is: the factor stays definite.
func TestIndefinite(t *testing.T) {
	f := New(3)
	f.Update(-1.5, []float64{1, 0.5, 0.25})
	for i, v := range f.D {
		if !(v > 0) {
			t.Errorf("D[%d] = %g", i, v)
		}
	}
}

func TestSolveMul(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	f := New(6)
	for range 8 {
		f.Update(1+r.Float64(), normals(r, 6))
	}
	x := normals(r, 6)
	b, y := make([]float64, 6), mat.NewVecDense(6, nil)
	f.Mul(b, x)
	y.MulVec(f.matrix(), mat.NewVecDense(6, x))
	for i, v := range b {
		if math.Abs(v-y.AtVec(i)) > 1e-13*mat.Norm(y, 2) {
			t.Errorf("product %d: %g, want %g", i, v, y.AtVec(i))
		}
	}
	f.Solve(b)
	for i, v := range b {
		if math.Abs(v-x[i]) > 1e-12 {
			t.Errorf("solution %d: %g, want %g", i, v, x[i])
		}
	}
	f.Reset()
	f.Mul(b, x)
	for i, v := range b {
		if v != x[i] {
			t.Errorf("after Reset: %g, want %g", v, x[i])
		}
	}
}
