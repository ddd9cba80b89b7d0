package kernel_test

import (
	"math"
	"math/big"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// exactSum adds x, and the absolute values of x, without rounding.
func exactSum(x []float64) (sum, abs float64) {
	s, a := new(big.Float).SetPrec(2000), new(big.Float).SetPrec(2000)
	for _, v := range x {
		s.Add(s, big.NewFloat(v))
		a.Add(a, big.NewFloat(math.Abs(v)))
	}
	sum, _ = s.Float64()
	abs, _ = a.Float64()
	return sum, abs
}

func TestSumAndDot(t *testing.T) {
	r := newRand()
	for _, n := range []int{0, 1, 7, 8, 9, 511, 512, 513, 1025, 5000, 100_003} {
		x := fill[float64](r, n)
		want, abs := exactSum(x)
		tol := abs * 0x1p-52 * (2 + math.Log2(float64(n+2)))
		if got := kernel.Sum(x); !(math.Abs(got-want) <= tol) {
			t.Errorf("Sum of %d: got %v, want %v", n, got, want)
		}
		y := fill[float64](r, n)
		terms := make([]float64, n)
		for i := range x {
			terms[i] = x[i] * y[i]
		}
		want, abs = exactSum(terms)
		if got := kernel.Dot(x, y); !(math.Abs(got-want) <= 2*abs*0x1p-52*(2+math.Log2(float64(n+2)))) {
			t.Errorf("Dot of %d: got %v, want %v", n, got, want)
		}
	}
	if s := kernel.Sum([]float32{1, float32(math.Inf(1)), 2}); !math.IsInf(float64(s), 1) {
		t.Errorf("Sum with Inf: %v", s)
	}
	if s := kernel.Sum([]float64{1, math.NaN(), 2, 3, 4, 5, 6, 7, 8}); s == s {
		t.Errorf("Sum with NaN: %v", s)
	}
}

// TestSumLong: 1 is half a unit in the last place of 1<<24, where a running
// float32 sum stops.
func TestSumLong(t *testing.T) {
	if raceEnabled {
		t.Skip("slow under the race detector")
	}
	ones := make([]float32, 1<<24+1<<20)
	for i := range ones {
		ones[i] = 1
	}
	if got := kernel.Sum(ones); got != 1<<24+1<<20 {
		t.Errorf("Sum of %d float32 ones: %v", len(ones), got)
	}
}

func TestAxpyScal(t *testing.T) {
	r := newRand()
	for _, n := range []int{0, 1, 3, 4, 9, 1000} {
		x, y := fill[float32](r, n), fill[float32](r, n+2)
		want := append([]float32(nil), y...)
		for i := range x {
			want[i] += 1.5 * x[i]
		}
		kernel.Axpy(1.5, x, y)
		kernel.Scal(-2, x)
		for i := range y {
			if y[i] != want[i] {
				t.Fatalf("Axpy of %d at %d: got %v, want %v", n, i, y[i], want[i])
			}
		}
	}
	z := []float64{math.NaN(), 1}
	kernel.Scal(0, z)
	if z[0] == z[0] || z[1] != 0 {
		t.Errorf("Scal by 0: %v", z)
	}
}

func TestParallelCoversOnce(t *testing.T) {
	for _, n := range []int{0, 1, 5, 64, 1000} {
		for _, grain := range []int{0, 1, 7, 2000} {
			seen := make([]int32, n)
			kernel.Parallel(n, grain, func(lo, hi int) {
				if lo%max(grain, 1) != 0 || lo >= hi {
					t.Errorf("n=%d grain=%d: range %d to %d", n, grain, lo, hi)
				}
				for i := lo; i < hi; i++ {
					atomic.AddInt32(&seen[i], 1)
				}
			})
			for i, c := range seen {
				if c != 1 {
					t.Fatalf("n=%d grain=%d: %d visited %d times", n, grain, i, c)
				}
			}
		}
	}
}

func TestParallelNestsAndPanics(t *testing.T) {
	var total atomic.Int64
	kernel.Parallel(10, 1, func(lo, hi int) {
		kernel.Parallel((hi-lo)*10, 1, func(lo, hi int) { total.Add(int64(hi - lo)) })
	})
	if total.Load() != 100 {
		t.Errorf("nested calls visited %d, want 100", total.Load())
	}
	defer func() {
		if r := recover(); r != "boom" {
			t.Errorf("recovered %v, want boom", r)
		}
	}()
	kernel.Parallel(100, 1, func(lo, hi int) {
		if hi == 100 {
			panic("boom")
		}
	})
}

// TestSameBits: nothing may depend on the number of cores.
func TestSameBits(t *testing.T) {
	r := newRand()
	const m, n, k = 150, 700, 300
	a, b := fill[float64](r, m*k), fill[float64](r, k*n)
	long := fill[float64](r, 2_500_001)
	tall := fill[float64](r, 20000*40)
	gram := spd[float64](r, m)
	run := func() []float64 {
		c := make([]float64, m*n)
		kernel.Gemm(false, false, m, n, k, 1, a, k, b, n, 0, c, n)
		y := make([]float64, 1500)
		kernel.Gemv(false, 1500, 1000, 1, long, 1000, long, 0, y)
		c = append(c, y...)
		kernel.Gemv(true, 1000, 1500, 1, long, 1500, long, 0, y)
		c = append(c, y...)
		kernel.Gemv(true, 20000, 40, 1, tall, 40, long, 0, y)
		c = append(c, y...)
		c = append(c, kernel.Sum(long), kernel.Dot(long, long))
		f, g, h := make([]float64, m*m), make([]float64, m*m), make([]float64, m)
		kernel.LU(m, m, a[:m*m], f, make([]int32, m), make([]int32, m))
		c = append(c, f...)
		kernel.TriangularSolve(true, true, false, true, m, m, f, g)
		c = append(c, g...)
		kernel.Cholesky(m, gram, f)
		c = append(c, f...)
		kernel.QR(m, m, a[:m*m], f, g, false)
		c = append(append(c, f...), g...)
		kernel.Eigh(m, gram, h, f)
		c = append(append(c, f...), h...)
		kernel.SVD(m, m, a[:m*m], f, h, g, false)
		c = append(append(append(c, f...), g...), h...)
		out := make([]float64, 5*98*98)
		kernel.Conv(out, a[:30000], []int{1, 3, 100, 100}, b, []int{5, 3, 3, 3}, kernel.ConvDims{})
		return append(c, out...)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := run()
	for _, procs := range []int{2, 3, 7} {
		runtime.GOMAXPROCS(procs)
		for i, v := range run() {
			if v != want[i] {
				t.Fatalf("%d procs: element %d is %v, with one %v", procs, i, v, want[i])
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	if raceEnabled {
		t.Skip("pools leak under the race detector")
	}
	const n = 20
	x, y, c := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	for name, f := range map[string]func(){
		"Gemm": func() {
			for mode := range 4 {
				kernel.Gemm(mode&1 != 0, mode&2 != 0, n, n, n, 1, x, n, y, n, 0, c, n)
				kernel.Gemm(mode&1 != 0, mode&2 != 0, n, n, 3, 1, x, n, y, n, 0, c, n)
			}
		},
		"Gemv": func() { kernel.Gemv(true, n, n, 1, x, n, y, 0, c) },
		"Sum":  func() { c[0] = kernel.Sum(x) },
		"Dot":  func() { c[0] = kernel.Dot(x, y) },
		"Axpy": func() { kernel.Axpy(2, x, y) },
		"Scal": func() { kernel.Scal(2, x) },
	} {
		if a := testing.AllocsPerRun(100, f); a >= 1 {
			t.Errorf("%s allocates %v times a run", name, a)
		}
	}
}

func BenchmarkSum(b *testing.B) {
	x := fill[float64](newRand(), 10000)
	for b.Loop() {
		kernel.Sum(x)
	}
	gflops(b, 10000)
}

func BenchmarkDot(b *testing.B) {
	x := fill[float64](newRand(), 1000)
	for b.Loop() {
		kernel.Dot(x, x)
	}
	gflops(b, 2000)
}
