package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

func testSort[T kernel.Key](t *testing.T, draw func(*rand.Rand) T) {
	r := newRand()
	for _, n := range []int{0, 1, 2, 10, 100, 101, 300, 5000} {
		keys := make([]T, n)
		for i := range keys {
			keys[i] = draw(r)
		}
		want := make([]int, n)
		for i := range want {
			want[i] = i
		}
		sort.SliceStable(want, func(i, j int) bool {
			x, y := keys[want[i]], keys[want[j]]
			return x < y || x == x && y != y
		})
		i32, i64, sorted := make([]int32, n), make([]int64, n), append([]T(nil), keys...)
		kernel.ArgsortStable(keys, i32)
		kernel.ArgsortStable(keys, i64)
		kernel.Sort(sorted)
		for i, w := range want {
			if int(i32[i]) != w || int(i64[i]) != w {
				t.Fatalf("n=%d: place %d has %d and %d, want %d", n, i, i32[i], i64[i], w)
			}
			got := sorted[i]
			if (got != keys[w] || 1/float64(got) != 1/float64(keys[w])) && (got == got || keys[w] == keys[w]) {
				t.Fatalf("n=%d: place %d has %v, want %v", n, i, got, keys[w])
			}
		}
	}
}

// drawFloat gives normal numbers with ties, both zeros, NaN and infinities.
func drawFloat[T kernel.Float](r *rand.Rand) T {
	switch r.IntN(12) {
	case 0:
		return T(math.NaN())
	case 1:
		return T(math.Copysign(0, -1))
	case 2:
		return 0
	case 3:
		return T(math.Inf(1 - 2*r.IntN(2)))
	case 4, 5:
		return T(r.IntN(5) - 2)
	case 6:
		return T(r.NormFloat64() * 1e-310)
	}
	return T(r.NormFloat64() * 1000)
}

func TestSort(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testSort(t, drawFloat[float64]) })
	t.Run("f32", func(t *testing.T) { testSort(t, drawFloat[float32]) })
	t.Run("i32", func(t *testing.T) { testSort(t, func(r *rand.Rand) int32 { return int32(r.Uint32()) >> r.IntN(30) }) })
	t.Run("i64", func(t *testing.T) { testSort(t, func(r *rand.Rand) int64 { return int64(r.Uint64()) >> r.IntN(62) }) })
	t.Run("u32", func(t *testing.T) { testSort(t, func(r *rand.Rand) uint32 { return r.Uint32() >> r.IntN(30) }) })
	t.Run("u64", func(t *testing.T) { testSort(t, func(r *rand.Rand) uint64 { return r.Uint64() >> r.IntN(62) }) })
}

func BenchmarkArgsort(b *testing.B) {
	for _, n := range []int{10, 100, 101, 1000, 100_000} {
		x, idx := fill[float64](newRand(), n), make([]int32, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				kernel.ArgsortStable(x, idx)
			}
		})
	}
}
