package kernel_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
	"pgregory.net/rapid"
)

// strides of a contiguous array.
func strides(shape []int) []int {
	s, step := make([]int, len(shape)), 1
	for i := len(shape) - 1; i >= 0; i-- {
		s[i] = step
		step *= shape[i]
	}
	return s
}

// size is the number of elements of an array.
func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// each calls f with every index of the shape, in row-major order.
func each(shape []int, f func(at int, index []int)) {
	index := make([]int, len(shape))
	for at := range size(shape) {
		r := at
		for i := len(shape) - 1; i >= 0; i-- {
			index[i] = r % shape[i]
			r /= shape[i]
		}
		f(at, index)
	}
}

func iota32(n int) []int32 {
	x := make([]int32, n)
	for i := range x {
		x[i] = int32(i)
	}
	return x
}

func offset(index, strides []int) int {
	o := 0
	for i, k := range index {
		o += k * strides[i]
	}
	return o
}

func TestPermute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 40), 0, 3).Draw(t, "shape")
		if rapid.Bool().Draw(t, "deep") {
			shape = rapid.SliceOfN(rapid.IntRange(1, 4), 4, 7).Draw(t, "deep shape")
		}
		dims := make([]int, len(shape))
		for i := range dims {
			dims[i] = i
		}
		perm := dims
		if len(dims) > 0 {
			perm = rapid.Permutation(dims).Draw(t, "perm")
		}
		src, out := iota32(size(shape)), make([]int, len(shape))
		for i, p := range perm {
			out[i] = shape[p]
		}
		dst, st := make([]int32, len(src)), strides(shape)
		kernel.Permute(dst, src, shape, perm)
		each(out, func(at int, index []int) {
			o := 0
			for i, p := range perm {
				o += index[i] * st[p]
			}
			if dst[at] != src[o] {
				t.Fatalf("at %v: got %d, want %d", index, dst[at], src[o])
			}
		})
	})
}

func TestBroadcastTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 6), 0, 4).Draw(t, "shape")
		from := make([]int, len(shape))
		for i, n := range shape {
			from[i] = n
			if rapid.Bool().Draw(t, "repeat") {
				from[i] = 1
			}
		}
		st := strides(from)
		for i, n := range from {
			if n == 1 {
				st[i] = 0
			}
		}
		src, dst := iota32(size(from)), make([]int32, size(shape))
		kernel.BroadcastTo(dst, src, st, shape)
		each(shape, func(at int, index []int) {
			if want := src[offset(index, st)]; dst[at] != want {
				t.Fatalf("at %v: got %d, want %d", index, dst[at], want)
			}
		})
	})
}

// TestCopyStrided writes a reversed, stepped window into the middle of an array
// and leaves the rest alone.
func TestCopyStrided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 4).Draw(t, "shape")
		src := kernel.Strided[bool]{Strides: make([]int, len(shape))}
		dst := kernel.Strided[bool]{Strides: make([]int, len(shape))}
		ns, nd := 1, 1
		for i := len(shape) - 1; i >= 0; i-- {
			n := shape[i]
			step := rapid.IntRange(-2, 2).Draw(t, "step")
			src.Strides[i] = step * ns
			if step < 0 {
				src.Offset -= step * ns * max(n-1, 0)
			}
			ns *= max(2*n, 1)
			lo := rapid.IntRange(0, 2).Draw(t, "lo")
			dst.Strides[i] = nd
			dst.Offset += lo * nd
			nd *= n + 3
		}
		src.Data, dst.Data = make([]bool, ns), make([]bool, nd)
		for i := range src.Data {
			src.Data[i] = i*7%3 == 0
		}
		want := make([]bool, nd)
		for i := range want {
			want[i] = i%5 == 0
		}
		copy(dst.Data, want)
		each(shape, func(_ int, index []int) {
			want[dst.Offset+offset(index, dst.Strides)] = src.Data[src.Offset+offset(index, src.Strides)]
		})
		kernel.CopyStrided(dst, src, shape)
		if !slices.Equal(dst.Data, want) {
			t.Fatalf("got %v, want %v", dst.Data, want)
		}
	})
}

func TestPermuteLarge(t *testing.T) {
	shape, perm := []int{7, 150, 700}, []int{2, 0, 1}
	src, dst, back := iota32(size(shape)), make([]int32, size(shape)), make([]int32, size(shape))
	kernel.Permute(dst, src, shape, perm)
	kernel.Permute(back, dst, []int{700, 7, 150}, []int{1, 2, 0})
	if !slices.Equal(back, src) {
		t.Error("permuting there and back changes the array")
	}
	if dst[1] != 700 || dst[150] != 150*700 || dst[7*150] != 1 {
		t.Error("permuted elements stand elsewhere")
	}
}

func TestPermuteNoAllocation(t *testing.T) {
	src, dst := make([]float64, 600), make([]float64, 600)
	shape, perm := []int{4, 5, 30}, []int{2, 0, 1}
	if a := testing.AllocsPerRun(50, func() { kernel.Permute(dst, src, shape, perm) }); a != 0 {
		t.Errorf("Permute allocates %v times a run", a)
	}
}

func BenchmarkPermute(b *testing.B) {
	for _, c := range []struct{ shape, perm []int }{
		{[]int{10, 10}, []int{1, 0}}, {[]int{500, 500}, []int{1, 0}}, {[]int{64, 32, 100}, []int{1, 0, 2}}, {[]int{30, 40, 50}, []int{2, 1, 0}},
	} {
		b.Run(fmt.Sprint(c.shape, c.perm), func(b *testing.B) {
			src, dst := make([]float64, size(c.shape)), make([]float64, size(c.shape))
			b.SetBytes(8 * int64(len(src)))
			for b.Loop() {
				kernel.Permute(dst, src, c.shape, c.perm)
			}
		})
	}
}
