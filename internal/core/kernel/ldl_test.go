package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestLDL multiplies the factors again, and compares the signs of D with those of eigenvalues: of random matrices, of those of
// saddle points, and of singular ones.
func TestLDL(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		n := 1 + r.IntN(24)
		a := make([]float64, n*n)
		for i := range n {
			for j := range i + 1 {
				v := r.NormFloat64()
				switch {
				case seed%4 == 1 && i >= n/2 && j >= n/2: // no second block
					v = 0
				case seed%4 == 2 && i == j:
					v *= 1e-8
				case seed%4 == 3 && r.IntN(3) > 0:
					v = 0
				}
				a[i*n+j], a[j*n+i] = v, v
			}
		}
		l, d, e, perm := make([]float64, n*n), make([]float64, n), make([]float64, n), make([]int32, n)
		LDL(n, a, l, d, e, perm)
		lm, dm := mat.NewDense(n, n, l), mat.NewDense(n, n, nil)
		negative, zero := 0, 0
		for i := range n {
			dm.Set(i, i, d[i])
			if e[i] != 0 {
				dm.Set(i, i+1, e[i])
				dm.Set(i+1, i, e[i])
				negative++
				if d[i]*d[i+1]-e[i]*e[i] >= 0 || i == n-1 || e[i+1] != 0 {
					t.Errorf("seed %d: block %d is definite", seed, i)
				}
			} else if i == 0 || e[i-1] == 0 {
				if d[i] < 0 {
					negative++
				}
				if math.Abs(d[i]) < 1e-13 {
					zero++
				}
			}
			for j := range n {
				if v := l[i*n+j]; i == j && v != 1 || j > i && v != 0 || math.Abs(v) > 2.8 {
					t.Fatalf("seed %d: L[%d, %d] = %g", seed, i, j, v)
				}
			}
		}
		var back mat.Dense
		back.Mul(lm, dm)
		back.Mul(&back, lm.T())
		sym := mat.NewSymDense(n, a)
		largest := mat.Max(sym) - mat.Min(sym)
		for i, p := range perm {
			for j, q := range perm {
				if v := back.At(i, j) - sym.At(int(p), int(q)); math.Abs(v) > 1e-13*(1+largest) {
					t.Fatalf("seed %d: A[%d, %d] off by %g", seed, p, q, v)
				}
			}
		}
		var eig mat.EigenSym
		eig.Factorize(sym, false)
		below, none := 0, 0
		for _, w := range eig.Values(nil) {
			switch {
			case math.Abs(w) < 1e-13:
				none++
			case w < 0:
				below++
			}
		}
		if negative != below && none == 0 && zero == 0 {
			t.Errorf("seed %d: %d negative pivots, %d negative eigenvalues", seed, negative, below)
		}
	}
}
