package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Products of all shapes near the sizes of tiles and blocks, against sums written out.
func TestMinusUpper(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		return x
	}
	for _, k := range []int{1, 2, 7, 32, 129, 260} {
		for _, rows := range []int{1, 3, 4, 5, 12, 13, 40, 140} {
			for _, extra := range []int{0, 1, 11, 12, 30} {
				cols := rows + extra
				ldl, ldw, ldc := rows+2, cols+3, cols+1
				l, w, c := random(k*ldl), random(k*ldw), random(rows*ldc)
				want := append([]float64(nil), c...)
				for i := range rows {
					for j := i; j < cols; j++ {
						for p := range k {
							want[i*ldc+j] -= l[p*ldl+i] * w[p*ldw+j]
						}
					}
				}
				MinusUpper(rows, cols, k, l, ldl, w, ldw, c, ldc)
				for i := range rows {
					for j := i; j < ldc; j++ {
						if e := math.Abs(c[i*ldc+j] - want[i*ldc+j]); e > 1e-12 {
							t.Fatalf("k %d, rows %d, cols %d: element (%d, %d) is off by %g", k, rows, cols, i, j, e)
						}
					}
				}
			}
		}
	}
}

// A NaN or an infinity gets to the elements that it belongs to, and to no other.
func TestMinusUpperNaN(t *testing.T) {
	const n, k = 17, 5
	l, w, c := make([]float64, n*k), make([]float64, n*k), make([]float64, n*n)
	l[2*n+3] = math.NaN()
	MinusUpper(n, n, k, l, n, w, n, c, n)
	for i := range n {
		for j := i; j < n; j++ {
			if got := c[i*n+j]; math.IsNaN(got) != (i == 3) {
				t.Errorf("element (%d, %d) is %g", i, j, got)
			}
		}
	}
}

func TestMinusTwo(t *testing.T) {
	for n := range 40 {
		x, y0, y1 := make([]float64, n), make([]float64, n), make([]float64, n+1)
		for i := range n {
			x[i], y0[i], y1[i] = float64(i+1), 10*float64(i), 7
		}
		MinusTwo(2, -3, x, y0, y1)
		for i := range n {
			if y0[i] != 10*float64(i)-2*float64(i+1) || y1[i] != 7+3*float64(i+1) {
				t.Fatalf("n %d: element %d is %g and %g", n, i, y0[i], y1[i])
			}
		}
		if y1[n] != 0 {
			t.Fatalf("n %d: what comes after is %g", n, y1[n])
		}
	}
}
