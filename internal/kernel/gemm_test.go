package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/kernel"
)

// fill returns n normal numbers.
func fill[T kernel.Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(r.NormFloat64())
	}
	return x
}

func eps[T kernel.Float]() float64 {
	if T(1)+T(1e-10) == 1 {
		return 0x1p-23
	}
	return 0x1p-52
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// naiveGemm is the definition, in float64, and the sum of absolute terms.
func naiveGemm[T kernel.Float](tA, tB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) (want, scale []float64) {
	for i := range m {
		for j := range n {
			var s, abs float64
			for p := range k {
				ia, ib := i*lda+p, p*ldb+j
				if tA {
					ia = p*lda + i
				}
				if tB {
					ib = j*ldb + p
				}
				s += float64(a[ia]) * float64(b[ib])
				abs += math.Abs(float64(a[ia]) * float64(b[ib]))
			}
			s, abs = float64(alpha)*s, math.Abs(float64(alpha))*abs
			if beta != 0 {
				s += float64(beta) * float64(c[i*ldc+j])
				abs += math.Abs(float64(beta) * float64(c[i*ldc+j]))
			}
			want, scale = append(want, s), append(scale, abs)
		}
	}
	return want, scale
}

func testGemm[T kernel.Float](t *testing.T) {
	r := newRand()
	dims := [][3]int{{0, 3, 2}, {3, 0, 2}, {2, 3, 0}, {1, 1, 1}, {1, 7, 5}, {7, 1, 5}, {2, 4, 3}, {3, 5, 7},
		{8, 8, 8}, {10, 10, 10}, {17, 33, 5}, {65, 9, 258}, {70, 66, 300}, {5, 1030, 9}, {130, 140, 270}, {3, 600, 700}}
	for _, d := range dims {
		m, n, k := d[0], d[1], d[2]
		for mode := range 8 {
			tA, tB := mode&1 != 0, mode&2 != 0
			alpha, beta := T(1), T(0)
			if mode&4 != 0 {
				alpha, beta = -0.5, 2
			}
			ra, ca, rb, cb := m, k, k, n
			if tA {
				ra, ca = k, m
			}
			if tB {
				rb, cb = n, k
			}
			pad := mode % 3
			lda, ldb, ldc := ca+pad, cb+pad, n+pad
			a, b, c := fill[T](r, ra*lda), fill[T](r, rb*ldb), fill[T](r, m*ldc)
			want, scale := naiveGemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			if beta == 0 {
				for i := range m {
					for j := range n {
						c[i*ldc+j] = T(math.NaN())
					}
				}
			}
			before := append([]T(nil), c...)
			kernel.Gemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			for i := range m {
				for j := range ldc {
					got := c[i*ldc+j]
					if j >= n {
						if got != before[i*ldc+j] {
							t.Fatalf("%v mode %d: wrote past column %d", d, mode, n)
						}
						continue
					}
					w, s := want[i*n+j], scale[i*n+j]
					if !(math.Abs(float64(got)-w) <= eps[T]()*(4+math.Sqrt(float64(k)))*s) {
						t.Fatalf("%v mode %d (%d, %d): got %v, want %v", d, mode, i, j, got, w)
					}
				}
			}
		}
	}
}

func TestGemm(t *testing.T) {
	t.Run("f64", testGemm[float64])
	t.Run("f32", testGemm[float32])
}

// TestGemmNaN: a zero must not hide a NaN, whatever the size.
func TestGemmNaN(t *testing.T) {
	for _, n := range []int{2, 9, 40, 100} {
		a, b, c := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
		b[n+1] = math.NaN()
		kernel.Gemm(false, false, n, n, n, 1, a, n, b, n, 0, c, n)
		for i := range n {
			for j := range n {
				if math.IsNaN(c[i*n+j]) != (j == 1) {
					t.Fatalf("n=%d: c(%d, %d) = %v", n, i, j, c[i*n+j])
				}
			}
		}
		kernel.Gemm(false, false, n, n, n, 0, a, n, b, n, 0, c, n)
		for _, v := range c {
			if v != 0 {
				t.Fatalf("n=%d: alpha 0, beta 0 gives %v", n, v)
			}
		}
	}
}

func testGemv[T kernel.Float](t *testing.T) {
	r := newRand()
	for _, d := range [][2]int{{0, 3}, {3, 0}, {1, 1}, {3, 2}, {4, 5}, {10, 10}, {9, 13}, {1000, 100}, {700, 900}, {20000, 30}} {
		m, n := d[0], d[1]
		for mode := range 4 {
			trans := mode&1 != 0
			alpha, beta := T(1), T(0)
			if mode&2 != 0 {
				alpha, beta = 3, -1
			}
			rows, cols := m, n
			if trans {
				rows, cols = n, m
			}
			lda := n + mode
			a, x, y := fill[T](r, m*lda), fill[T](r, cols), fill[T](r, rows)
			want, scale := naiveGemm(trans, false, rows, 1, cols, alpha, a, lda, x, 1, beta, y, 1)
			if beta == 0 {
				for i := range y {
					y[i] = T(math.NaN())
				}
			}
			kernel.Gemv(trans, m, n, alpha, a, lda, x, beta, y)
			for i := range y {
				if !(math.Abs(float64(y[i])-want[i]) <= eps[T]()*(4+math.Sqrt(float64(cols)))*scale[i]) {
					t.Fatalf("%v mode %d, %d: got %v, want %v", d, mode, i, y[i], want[i])
				}
			}
		}
	}
}

func TestGemv(t *testing.T) {
	t.Run("f64", testGemv[float64])
	t.Run("f32", testGemv[float32])
}

// gflops reports the speed of a benchmark whose one turn takes n operations.
func gflops(b *testing.B, n float64) {
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOPS")
}

func benchGemm[T kernel.Float](b *testing.B, n int) {
	r := newRand()
	x, y, z := fill[T](r, n*n), fill[T](r, n*n), make([]T, n*n)
	b.ReportAllocs()
	for b.Loop() {
		kernel.Gemm(false, false, n, n, n, 1, x, n, y, n, 0, z, n)
	}
	gflops(b, 2*float64(n)*float64(n)*float64(n))
}

func BenchmarkGemm(b *testing.B) {
	for _, n := range []int{4, 8, 10, 32, 64, 128, 512} {
		b.Run(fmt.Sprintf("f64/%d", n), func(b *testing.B) { benchGemm[float64](b, n) })
	}
	for _, n := range []int{8, 64, 512} {
		b.Run(fmt.Sprintf("f32/%d", n), func(b *testing.B) { benchGemm[float32](b, n) })
	}
}

func BenchmarkGemv(b *testing.B) {
	r := newRand()
	for _, d := range [][2]int{{10, 10}, {1000, 100}, {20000, 200}} {
		m, n := d[0], d[1]
		for _, trans := range []bool{false, true} {
			b.Run(fmt.Sprintf("f64/%dx%d/trans=%v", m, n, trans), func(b *testing.B) {
				a, x, y := fill[float64](r, m*n), fill[float64](r, max(m, n)), make([]float64, max(m, n))
				b.ReportAllocs()
				for b.Loop() {
					kernel.Gemv(trans, m, n, 1, a, n, x, 0, y)
				}
				gflops(b, 2*float64(m)*float64(n))
			})
		}
	}
}
