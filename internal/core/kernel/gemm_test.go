package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
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
func naiveGemm[T kernel.Float](tA, tB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T,
	ldc int) (want, scale []float64) {
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

// product is one case of Gemm, on random operands with pad columns too many.
type product[T kernel.Float] struct {
	tA, tB        bool
	m, n, k       int
	alpha, beta   T
	a, b, c       []T
	lda, ldb, ldc int
}

func newProduct[T kernel.Float](r *rand.Rand, tA, tB bool, m, n, k int, alpha, beta T, pad int) *product[T] {
	q := &product[T]{tA: tA, tB: tB, m: m, n: n, k: k, alpha: alpha, beta: beta}
	ra, ca, rb, cb := m, k, k, n
	if tA {
		ra, ca = k, m
	}
	if tB {
		rb, cb = n, k
	}
	q.lda, q.ldb, q.ldc = ca+pad, cb+2*pad, n+pad
	q.a, q.b, q.c = fill[T](r, ra*q.lda), fill[T](r, rb*q.ldb), fill[T](r, m*q.ldc)
	return q
}

// atA and atB are the places of an element of op(A) and op(B).
func (q *product[T]) atA(i, p int) *T {
	if q.tA {
		i, p = p, i
	}
	return &q.a[i*q.lda+p]
}

func (q *product[T]) atB(p, j int) *T {
	if q.tB {
		p, j = j, p
	}
	return &q.b[p*q.ldb+j]
}

func (q *product[T]) run() {
	kernel.Gemm(q.tA, q.tB, q.m, q.n, q.k, q.alpha, q.a, q.lda, q.b, q.ldb, q.beta, q.c, q.ldc)
}

func (q *product[T]) String() string {
	var zero T
	return fmt.Sprintf("%T %dx%dx%d tA=%v tB=%v alpha=%v beta=%v ldc=%d", zero, q.m, q.k, q.n, q.tA, q.tB, q.alpha, q.beta, q.ldc)
}

// check compares with the definition. What a beta of 0 overwrites is NaN, and so
// is what an alpha of 0 leaves unread.
func (q *product[T]) check(t *testing.T) {
	t.Helper()
	want, scale := naiveGemm(q.tA, q.tB, q.m, q.n, q.k, q.alpha, q.a, q.lda, q.b, q.ldb, q.beta, q.c, q.ldc)
	if q.beta == 0 {
		for i := range q.m {
			for j := range q.n {
				q.c[i*q.ldc+j] = T(math.NaN())
			}
		}
	}
	if q.alpha == 0 {
		for _, x := range [][]T{q.a, q.b} {
			for i := range x {
				x[i] = T(math.NaN())
			}
		}
	}
	before := append([]T(nil), q.c...)
	q.run()
	for i := range q.m {
		for j := range q.ldc {
			got := q.c[i*q.ldc+j]
			if j >= q.n {
				if got != before[i*q.ldc+j] {
					t.Fatalf("%v: wrote past column %d", q, q.n)
				}
				continue
			}
			w, s := want[i*q.n+j], scale[i*q.n+j]
			if !(math.Abs(float64(got)-w) <= eps[T]()*(4+math.Sqrt(float64(q.k)))*s) {
				t.Fatalf("%v (%d, %d): got %v, want %v", q, i, j, got, w)
			}
		}
	}
}

func testGemm[T kernel.Float](t *testing.T) {
	r := newRand()
	dims := [][3]int{{0, 3, 2}, {3, 0, 2}, {2, 3, 0}, {1, 1, 1}, {1, 7, 5}, {7, 1, 5}, {2, 4, 3}, {3, 5, 7},
		{8, 8, 8}, {10, 10, 10}, {17, 33, 5}, {65, 9, 258}, {70, 66, 300}, {5, 1030, 9}, {130, 140, 270}, {3, 600, 700},
		// Packed, on one core and on several.
		{20, 30, 3}, {20, 1100, 3}, {520, 515, 3},
		// Narrow, on several cores: shared by rows, and by runs of terms.
		{300, 5, 400}, {5, 400, 300}, {259, 8, 300}, {513, 5, 259}, {8, 8, 9000}, {127, 3, 2100}, {4, 126, 2050}, {20, 31, 2305}}
	for _, d := range dims {
		for mode := range 8 {
			alpha, beta := T(1), T(0)
			if mode&4 != 0 {
				alpha, beta = -0.5, 2
			}
			newProduct(r, mode&1 != 0, mode&2 != 0, d[0], d[1], d[2], alpha, beta, mode%3).check(t)
		}
	}
}

// testGemmFew covers every number of rows and columns about those of a tile.
func testGemmFew[T kernel.Float](t *testing.T) {
	r := newRand()
	factors := []T{0, 1, -0.5}
	mode := 0
	for m := 1; m <= 17; m++ {
		for n := 1; n <= 17; n++ {
			for _, k := range []int{1, 2, 3, 4, 7, 18, 257} {
				for trans := range 4 {
					alpha, beta := factors[mode%3], factors[mode/3%3]
					if alpha == 0 && k != 7 {
						alpha = 3
					}
					newProduct(r, trans&1 != 0, trans&2 != 0, m, n, k, alpha, beta, mode/9%4).check(t)
					mode++
				}
			}
		}
	}
}

func TestGemm(t *testing.T) {
	t.Run("f64", testGemm[float64])
	t.Run("f32", testGemm[float32])
	t.Run("few/f64", testGemmFew[float64])
	t.Run("few/f32", testGemmFew[float32])
}

// TestGemmRankOne: products too large for the definition, of small integers with
// the closed form (u*fᵀ)*(g*vᵀ) = (f·g)*u*vᵀ. All sums are exact.
func TestGemmRankOne(t *testing.T) {
	small := func(i, n int) float64 { return float64(i%n - n/2) }
	for _, d := range [][3]int{
		{520, 515, 300},  // packed
		{70, 66, 300},    // narrow
		{120, 121, 9500}, // narrow, with more runs than are kept apart at a time
		{121, 120, 9500},
	} {
		for mode := range 4 {
			q := newProduct[float64](newRand(), mode&1 != 0, mode&2 != 0, d[0], d[1], d[2], 2, -3, mode)
			var dot float64
			for p := range q.k {
				dot += small(p, 7) * small(p, 5)
				for i := range q.m {
					*q.atA(i, p) = small(i, 11) * small(p, 7)
				}
				for j := range q.n {
					*q.atB(p, j) = small(p, 5) * small(j, 13)
				}
			}
			for i := range q.c {
				q.c[i] = small(i, 9)
			}
			q.run()
			for i := range q.m {
				for j := range q.n {
					want := 2*dot*small(i, 11)*small(j, 13) - 3*small(i*q.ldc+j, 9)
					if got := q.c[i*q.ldc+j]; got != want {
						t.Fatalf("%v (%d, %d): got %v, want %v", q, i, j, got, want)
					}
				}
			}
		}
	}
}

// gemmShapes take every way through Gemm but those of a matrix with a vector.
var gemmShapes = [][3]int{{2, 2, 2}, {4, 4, 4}, {9, 9, 9}, {3, 40, 3}, {40, 40, 40}, {100, 5, 100}, {5, 100, 103},
	{260, 3, 515}, {2, 300, 257},
	{301, 5, 401}, {5, 400, 300}, {300, 300, 30}, {8, 7, 9001}, {126, 4, 2050}, {20, 30, 3}, {520, 515, 3}}

// TestGemmOrder: whatever the method, terms are added one by one in runs of 256.
func TestGemmOrder(t *testing.T) {
	r := newRand()
	for _, d := range gemmShapes {
		for mode := range 4 {
			q := newProduct[float64](r, mode&1 != 0, mode&2 != 0, d[0], d[1], d[2], 1, 0, mode)
			q.run()
			for i := range q.m {
				for j := range q.n {
					var want float64
					for p := 0; p < q.k; p += 256 {
						var s float64
						for l := p; l < min(p+256, q.k); l++ {
							s += *q.atA(i, l) * *q.atB(l, j)
						}
						want += s
					}
					if got := q.c[i*q.ldc+j]; got != want {
						t.Fatalf("%v (%d, %d): got %v, want %v", q, i, j, got, want)
					}
				}
			}
		}
	}
}

// TestGemmSameBits: nothing depends on the number of cores.
func TestGemmSameBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	r := newRand()
	for _, d := range gemmShapes {
		for mode := range 4 {
			q := newProduct[float32](r, mode&1 != 0, mode&2 != 0, d[0], d[1], d[2], 0.7, -0.3, mode)
			start := q.c
			var want []float32
			for _, procs := range []int{1, 2, 3, 7} {
				runtime.GOMAXPROCS(procs)
				q.c = slices.Clone(start)
				q.run()
				if want == nil {
					want = q.c
				}
				if !slices.Equal(q.c, want) {
					t.Fatalf("%v: %d procs give other bits than one", q, procs)
				}
			}
		}
	}
}

// TestGemmNaN: a NaN or an infinity reaches the elements that it is a term of,
// past any zero, and no others.
func TestGemmNaN(t *testing.T) {
	r := newRand()
	for _, d := range gemmShapes {
		for mode := range 16 {
			q := newProduct[float64](r, mode&1 != 0, mode&2 != 0, d[0], d[1], d[2], 1, 0, mode%3)
			clear(q.a)
			clear(q.b)
			bad := math.NaN()
			if mode&4 != 0 {
				bad = math.Inf(1)
			}
			row, col, term := r.IntN(q.m), r.IntN(q.n), r.IntN(q.k)
			if mode&8 != 0 {
				*q.atA(row, term) = bad
			} else {
				*q.atB(term, col) = bad
			}
			q.run()
			for i := range q.m {
				for j := range q.n {
					want := mode&8 != 0 && i == row || mode&8 == 0 && j == col
					if got := q.c[i*q.ldc+j]; math.IsNaN(got) != want || !want && got != 0 {
						t.Fatalf("%v with %v: (%d, %d) is %v", q, bad, i, j, got)
					}
				}
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

func BenchmarkGemmNarrow(b *testing.B) {
	for _, d := range [][3]int{{700, 5, 700}, {700, 2, 700}, {700, 16, 700}, {5, 700, 700}, {100, 5, 100}, {8, 8, 20000}, {20, 5, 20}} {
		for mode := range 4 {
			q := newProduct[float64](newRand(), mode&1 != 0, mode&2 != 0, d[0], d[1], d[2], 1, 0, 0)
			b.Run(fmt.Sprintf("f64/%dx%dx%d/tA=%v,tB=%v", q.m, q.k, q.n, q.tA, q.tB), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					q.run()
				}
				gflops(b, 2*float64(q.m)*float64(q.n)*float64(q.k))
			})
		}
	}
	q := newProduct[float32](newRand(), false, false, 700, 5, 700, 1, 0, 0)
	b.Run("f32/700x700x5", func(b *testing.B) {
		for b.Loop() {
			q.run()
		}
		gflops(b, 2*700*700*5)
	})
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
