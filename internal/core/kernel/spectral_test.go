package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// shapes for the factorizations of rectangles: square, tall, wide, very tall
// and very wide, empty.
var shapes = [][2]int{{0, 0}, {0, 3}, {3, 0}, {1, 1}, {2, 2}, {5, 5}, {4, 3}, {3, 4}, {30, 7}, {7, 30}, {1, 9},
	{9, 1}, {40, 40}, {90, 50}, {50, 90}, {120, 3}}

func testQR[T kernel.Float](t *testing.T) {
	r := newRand()
	for _, d := range shapes {
		for _, full := range []bool{false, true} {
			m, n := d[0], d[1]
			k := min(m, n)
			if full {
				k = m
			}
			what := fmt.Sprintf("%dx%d full=%v", m, n, full)
			a, q, rr := fill[T](r, m*n), fill[T](r, m*k), fill[T](r, k*n)
			kernel.QR(m, n, a, q, rr, full)
			near(t, what+": Q*R", multiply(false, false, m, n, k, q, rr), a, 60*eps[T]())
			near(t, what+": Q'*Q", multiply(true, false, k, k, m, q, q), identity(k), 60*eps[T]())
			for i := range k {
				for j := range min(i, n) {
					if rr[i*n+j] != 0 {
						t.Fatalf("%s: R(%d, %d) is %v", what, i, j, rr[i*n+j])
					}
				}
			}
			if m*n > 0 {
				a[m*n-1] = T(math.Inf(1))
				kernel.QR(m, n, a, q, rr, full)
				allNaN(t, what+" with Inf", append(q, rr...))
			}
		}
	}
}

func TestQR(t *testing.T) {
	t.Run("f64", testQR[float64])
	t.Run("f32", testQR[float32])
}

func testEigh[T kernel.Float](t *testing.T) {
	r := newRand()
	for _, n := range orders {
		a := fill[T](r, n*n)
		sym := make([]T, n*n)
		for i := range n {
			for j := range n {
				sym[i*n+j] = a[max(i, j)*n+min(i, j)]
				if j > i {
					a[i*n+j] = T(math.NaN()) // never read
				}
			}
		}
		w, v, again := make([]T, n), make([]T, n*n), make([]T, n*n)
		if !kernel.Eigh(n, a, w, v) {
			t.Fatalf("n=%d: not ok", n)
		}
		vw := append([]T(nil), v...)
		for i := range n {
			for j := range n {
				vw[i*n+j] *= w[j]
			}
			if i > 0 && w[i] < w[i-1] {
				t.Fatalf("n=%d: eigenvalues %v not ascending", n, w)
			}
		}
		near(t, fmt.Sprintf("n=%d: v*w*v'", n), multiply(false, true, n, n, n, vw, v), sym, 60*eps[T]())
		near(t, fmt.Sprintf("n=%d: v'*v", n), multiply(true, false, n, n, n, v, v), identity(n), 60*eps[T]())
		kernel.Eigh(n, a, w, again)
		near(t, "again", again, v, 0)
		if n > 0 {
			a[(n-1)*n] = T(math.NaN())
			if kernel.Eigh(n, a, w, v) {
				t.Errorf("n=%d with NaN: ok", n)
			}
			allNaN(t, "Eigh with NaN", append(w, v...))
		}
	}
	// Repeated eigenvalues, and sizes that overflow when squared.
	for _, scale := range []float64{1, 1e-30, 1e30} {
		a := []T{T(scale), 0, 0, 0, T(scale), 0, 0, 0, T(scale)}
		w, v := make([]T, 3), make([]T, 9)
		if !kernel.Eigh(3, a, w, v) {
			t.Fatalf("scale %v: not ok", scale)
		}
		near(t, "scaled unit", w, []float64{scale, scale, scale}, 4*eps[T]())
	}
}

func TestEigh(t *testing.T) {
	t.Run("f64", testEigh[float64])
	t.Run("f32", testEigh[float32])
}

func testSVD[T kernel.Float](t *testing.T) {
	r := newRand()
	for _, d := range shapes {
		for _, full := range []bool{false, true} {
			m, n := d[0], d[1]
			k := min(m, n)
			uc, vr := k, k
			if full {
				uc, vr = m, n
			}
			what := fmt.Sprintf("%dx%d full=%v", m, n, full)
			a, u, s, vt := fill[T](r, m*n), fill[T](r, m*uc), make([]T, k), fill[T](r, vr*n)
			if !kernel.SVD(m, n, a, u, s, vt, full) {
				t.Fatalf("%s: not ok", what)
			}
			us := make([]T, m*vr)
			for i := range m {
				for j := range k {
					us[i*vr+j] = u[i*uc+j] * s[j]
				}
			}
			near(t, what+": U*S*V'", multiply(false, false, m, n, vr, us, vt), a, 80*eps[T]())
			near(t, what+": U'*U", multiply(true, false, uc, uc, m, u, u), identity(uc), 80*eps[T]())
			near(t, what+": V'*V", multiply(false, true, vr, vr, n, vt, vt), identity(vr), 80*eps[T]())
			for i := range s {
				if s[i] < 0 || i > 0 && s[i] > s[i-1] {
					t.Fatalf("%s: singular values %v", what, s)
				}
			}
			if m*n > 0 {
				a[0] = T(math.NaN())
				if kernel.SVD(m, n, a, u, s, vt, full) {
					t.Errorf("%s with NaN: ok", what)
				}
				allNaN(t, what+" with NaN", append(append(u, s...), vt...))
			}
		}
	}
	// All zeros, and rank one.
	u, s, vt := make([]T, 6), make([]T, 2), make([]T, 4)
	for _, a := range [][]T{make([]T, 6), {1, 2, 2, 4, 3, 6}} {
		if !kernel.SVD(3, 2, a, u, s, vt, false) {
			t.Errorf("SVD of %v: not ok", a)
		}
		want := math.Sqrt(float64(kernel.Dot(a, a)))
		if math.Abs(float64(s[0])-want) > 10*eps[T]()*want || float64(s[1]) > 10*eps[T]()*want {
			t.Errorf("SVD of %v: singular values %v", a, s)
		}
	}
}

func TestSVD(t *testing.T) {
	t.Run("f64", testSVD[float64])
	t.Run("f32", testSVD[float32])
}

func BenchmarkSpectral(b *testing.B) {
	for _, n := range []int{10, 100} {
		r := newRand()
		a, sym := fill[float64](r, n*n), spd[float64](r, n)
		x, y, w := make([]float64, n*n), make([]float64, n*n), make([]float64, n)
		b.Run(fmt.Sprintf("QR/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				kernel.QR(n, n, a, x, y, false)
			}
		})
		b.Run(fmt.Sprintf("Eigh/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				kernel.Eigh(n, sym, w, x)
			}
		})
		b.Run(fmt.Sprintf("SVD/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				kernel.SVD(n, n, a, x, w, y, false)
			}
		})
	}
}
