package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// orders are those around which the factorizations change their method.
var orders = []int{0, 1, 2, 3, 5, 10, 16, 17, 31, 33, 48, 49, 70, 130}

// multiply returns op(A)*op(B) in float64.
func multiply[T kernel.Float](tA, tB bool, m, n, k int, a, b []T) []float64 {
	lda, ldb := k, n
	if tA {
		lda = m
	}
	if tB {
		ldb = k
	}
	c, _ := naiveGemm(tA, tB, m, n, k, 1, a, lda, b, ldb, 0, nil, n)
	return c
}

// maxAbs is the largest absolute value, NaN if there is one.
func maxAbs[T kernel.Float](x []T) float64 {
	s := 0.0
	for _, v := range x {
		s = math.Max(s, math.Abs(float64(v)))
	}
	return s
}

// near fails unless got is want to within tol times the largest of want.
func near[T, U kernel.Float](t *testing.T, what string, got []T, want []U, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	scale := math.Max(maxAbs(want), 1e-300)
	for i := range got {
		if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= tol*scale) {
			t.Fatalf("%s: element %d is %v, want %v (off by %.1e of the scale)", what, i, got[i], want[i], d/scale)
		}
	}
}

// allNaN fails unless x is NaN throughout.
func allNaN[T kernel.Float](t *testing.T, what string, x []T) {
	t.Helper()
	for i, v := range x {
		if v == v {
			t.Fatalf("%s: element %d is %v, want NaN", what, i, v)
		}
	}
}

// identity is the unit matrix.
func identity(n int) []float64 {
	x := make([]float64, n*n)
	for i := range n {
		x[i*n+i] = 1
	}
	return x
}

// spd returns a random well-conditioned positive definite matrix.
func spd[T kernel.Float](r *rand.Rand, n int) []T {
	x := fill[float64](r, n*n)
	a := make([]T, n*n)
	for i, v := range multiply(false, true, n, n, n, x, x) {
		a[i] = T(v)
	}
	for i := range n {
		a[i*n+i] += T(n)
		for j := range i {
			a[j*n+i] = a[i*n+j]
		}
	}
	return a
}

func testCholesky[T kernel.Float](t *testing.T) {
	r := newRand()
	for _, n := range orders {
		a, l := spd[T](r, n), make([]T, n*n)
		for i := range n {
			for j := i + 1; j < n; j++ {
				l[i*n+j] = 7
			}
		}
		lower := append([]T(nil), a...) // what stands above the diagonal mustn't matter
		for i := range n {
			for j := i + 1; j < n; j++ {
				lower[i*n+j] = T(math.NaN())
			}
		}
		if !kernel.Cholesky(n, lower, l) {
			t.Fatalf("n=%d: not positive definite", n)
		}
		near(t, fmt.Sprintf("n=%d: L*L'", n), multiply(false, true, n, n, n, l, l), a, 4*eps[T]()*math.Sqrt(float64(n)))
		for i := range n {
			for j := i + 1; j < n; j++ {
				if l[i*n+j] != 0 {
					t.Fatalf("n=%d: (%d, %d) is %v, want 0", n, i, j, l[i*n+j])
				}
			}
		}
		if n == 0 {
			continue
		}
		for _, bad := range []float64{-1, 0, math.NaN(), math.Inf(1)} {
			broken := append([]T(nil), a...)
			broken[n*n-1] = T(bad)
			if kernel.Cholesky(n, broken, l) {
				t.Errorf("n=%d with %v in the last place: ok", n, bad)
			}
			allNaN(t, "Cholesky of a bad matrix", l)
		}
		if n > 1 {
			broken := append([]T(nil), a...)
			broken[(n-1)*n] = T(math.NaN())
			if kernel.Cholesky(n, broken, l) {
				t.Errorf("n=%d with NaN in the corner: ok", n)
			}
		}
		if !kernel.Cholesky(n, a, a) {
			t.Errorf("n=%d in place: not ok", n)
		}
	}
}

func TestCholesky(t *testing.T) {
	t.Run("f64", testCholesky[float64])
	t.Run("f32", testCholesky[float32])
}

func testLU[T kernel.Float](t *testing.T) {
	r := newRand()
	for _, m := range orders {
		for _, n := range []int{m, 1, 7, 40, 0, 90} {
			k := min(m, n)
			a, lu := fill[T](r, m*n), make([]T, m*n)
			piv, perm := make([]int32, k), make([]int32, m)
			kernel.LU(m, n, a, lu, piv, perm)
			l, u, pa := make([]T, m*k), make([]T, k*n), make([]T, m*n)
			for i := range m {
				copy(pa[i*n:(i+1)*n], a[int(perm[i])*n:])
				for j := range k {
					switch {
					case i == j:
						l[i*k+j] = 1
					case i > j:
						l[i*k+j] = lu[i*n+j]
						if math.Abs(float64(lu[i*n+j])) > 1 {
							t.Fatalf("%dx%d: multiplier %v above 1", m, n, lu[i*n+j])
						}
					}
				}
				for j := i; j < n && i < k; j++ {
					u[i*n+j] = lu[i*n+j]
				}
			}
			near(t, fmt.Sprintf("%dx%d: L*U", m, n), multiply(false, false, m, n, k, l, u), pa, 30*eps[T]())
			rows := make([]int32, m)
			for i := range rows {
				rows[i] = int32(i)
			}
			for i, p := range piv {
				rows[i], rows[p] = rows[p], rows[i]
			}
			for i := range rows {
				if rows[i] != perm[i] {
					t.Fatalf("%dx%d: exchanges give %v, perm is %v", m, n, rows, perm)
				}
			}
			if m*n > 0 {
				a[m*n-1] = T(math.NaN())
				kernel.LU(m, n, a, lu, piv, perm)
				allNaN(t, "LU with a NaN", lu)
			}
		}
	}
	// Singular: the zero shows on the diagonal of U.
	a, lu, piv, perm := []T{1, 2, 2, 4}, make([]T, 4), make([]int32, 2), make([]int32, 2)
	kernel.LU(2, 2, a, lu, piv, perm)
	if lu[3] != 0 || perm[0] != 1 {
		t.Errorf("LU of a singular matrix: %v, perm %v", lu, perm)
	}
}

func TestLU(t *testing.T) {
	t.Run("f64", testLU[float64])
	t.Run("f32", testLU[float32])
}

func testTriangularSolve[T kernel.Float](t *testing.T) {
	r := newRand()
	for _, n := range orders {
		for _, rhs := range []int{0, 1, 3, 20} {
			for mode := range 16 {
				left, lower, trans, unit := mode&1 != 0, mode&2 != 0, mode&4 != 0, mode&8 != 0
				a, full := fill[T](r, n*n), make([]T, n*n)
				for i := range n {
					for j := range n {
						a[i*n+j] /= T(n)
						if i == j {
							a[i*n+j] += 2
							full[i*n+j] = a[i*n+j]
							if unit {
								full[i*n+j], a[i*n+j] = 1, T(math.NaN())
							}
						} else if (i > j) == lower {
							full[i*n+j] = a[i*n+j]
						} else {
							a[i*n+j] = T(math.NaN())
						}
					}
				}
				b := fill[T](r, n*rhs)
				x := append([]T(nil), b...)
				var back []float64
				if left {
					kernel.TriangularSolve(left, lower, trans, unit, n, rhs, a, x)
					back = multiply(trans, false, n, rhs, n, full, x)
				} else {
					kernel.TriangularSolve(left, lower, trans, unit, rhs, n, a, x)
					back = multiply(false, trans, rhs, n, n, x, full)
				}
				near(t, fmt.Sprintf("n=%d rhs=%d left=%v lower=%v trans=%v unit=%v", n, rhs, left, lower, trans, unit), back, b, 40*eps[T]())
			}
		}
	}
}

func TestTriangularSolve(t *testing.T) {
	t.Run("f64", testTriangularSolve[float64])
	t.Run("f32", testTriangularSolve[float32])
}

// TestTriangularSolveNaN: a NaN in the triangle or the right-hand side reaches
// what depends on it, through zeros too, and nothing before it; a zero on the
// diagonal gives an infinity.
func TestTriangularSolveNaN(t *testing.T) {
	const n = 50
	for _, rhs := range []int{1, 9} {
		a, b := identity(n), make([]float64, n*rhs)
		a[20*n+3] = math.NaN()
		kernel.TriangularSolve(true, true, false, false, n, rhs, a, b)
		allNaN(t, "row with the NaN", b[20*rhs:21*rhs])
		if b[19*rhs] != 0 {
			t.Errorf("rhs=%d: row before the NaN is %v", rhs, b[19*rhs])
		}
	}
	x := []float64{1, 1}
	kernel.TriangularSolve(true, true, false, false, 2, 1, []float64{0, 0, 0, 1}, x)
	if !math.IsInf(x[0], 1) {
		t.Errorf("zero on the diagonal: %v", x)
	}
}

func BenchmarkCholesky(b *testing.B) {
	for _, n := range []int{10, 100, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a, l := spd[float64](newRand(), n), make([]float64, n*n)
			b.ReportAllocs()
			for b.Loop() {
				kernel.Cholesky(n, a, l)
			}
			gflops(b, float64(n*n*n)/3)
		})
	}
}

func BenchmarkLU(b *testing.B) {
	for _, n := range []int{10, 100, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a, lu := fill[float64](newRand(), n*n), make([]float64, n*n)
			piv, perm := make([]int32, n), make([]int32, n)
			b.ReportAllocs()
			for b.Loop() {
				kernel.LU(n, n, a, lu, piv, perm)
			}
			gflops(b, 2*float64(n*n*n)/3)
		})
	}
}

func BenchmarkTriangularSolve(b *testing.B) {
	for _, d := range [][2]int{{10, 1}, {10, 10}, {200, 1}, {200, 200}} {
		b.Run(fmt.Sprintf("%dx%d", d[0], d[1]), func(b *testing.B) {
			n := d[0]
			l, x := make([]float64, n*n), fill[float64](newRand(), n*d[1])
			kernel.Cholesky(n, spd[float64](newRand(), n), l)
			b.ReportAllocs()
			for b.Loop() {
				kernel.TriangularSolve(true, true, false, false, n, d[1], l, x)
			}
			gflops(b, float64(n*n*d[1]))
		})
	}
}
