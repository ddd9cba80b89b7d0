package kernel_test

import (
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// TestThreefryKnown: the known answers published with Random123 1.x for
// threefry2x32, 20 rounds.
func TestThreefryKnown(t *testing.T) {
	for _, c := range []struct{ c0, c1, k0, k1, x, y uint32 }{
		{0, 0, 0, 0, 0x6b200159, 0x99ba4efe},
		{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7},
		{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0},
	} {
		if x, y := kernel.Threefry2x32(c.k0, c.k1, c.c0, c.c1); x != c.x || y != c.y {
			t.Errorf("key %x %x, counter %x %x: got %x %x, want %x %x", c.k0, c.k1, c.c0, c.c1, x, y, c.x, c.y)
		}
	}
}

// TestThreefryJAX: what jax.random.bits of JAX 0.10.2 gives for the key data
// (3, 5) and the shape (3,), as uint32 and as uint64.
func TestThreefryJAX(t *testing.T) {
	a, b := make([]uint32, 3), make([]uint64, 3)
	kernel.ThreefryFill([2]uint32{3, 5}, a)
	kernel.ThreefryFill64([2]uint32{3, 5}, b)
	wa := []uint32{0x870feceb, 0x1cd19853, 0xa5fe7789}
	wb := []uint64{0x81d0923306df7ed8, 0xe811945cf4c00c0f, 0xead7e5884f299201}
	if !slices.Equal(a, wa) || !slices.Equal(b, wb) {
		t.Errorf("got %x and %x, want %x and %x", a, b, wa, wb)
	}
}

func TestThreefryFill(t *testing.T) {
	key := [2]uint32{3, 5}
	for _, n := range []int{0, 1, 10, 50_000} {
		a, b := make([]uint32, n), make([]uint64, n)
		kernel.ThreefryFill(key, a)
		kernel.ThreefryFill64(key, b)
		for i := range n {
			x, y := kernel.Threefry2x32(3, 5, 0, uint32(i))
			if a[i] != x^y || b[i] != uint64(x)<<32|uint64(y) {
				t.Fatalf("n=%d, %d: got %x and %x from %x %x", n, i, a[i], b[i], x, y)
			}
		}
	}
}

// TestThreefryUniform: mean and correlation of a long run, within five standard
// deviations.
func TestThreefryUniform(t *testing.T) {
	const n = 1 << 17
	out := make([]uint32, n)
	kernel.ThreefryFill([2]uint32{0, 42}, out)
	var sum, lag float64
	for i, v := range out {
		u := float64(v)/(1<<32) - 0.5
		sum += u
		lag += u * (float64(out[(i+1)%n])/(1<<32) - 0.5)
	}
	if z := sum / 104.5; z > 5 || z < -5 { // sqrt(n/12)
		t.Errorf("mean is %.1f deviations from 1/2", z)
	}
	if z := lag / 30.17; z > 5 || z < -5 { // sqrt(n)/12
		t.Errorf("neighbours correlate by %.1f deviations", z)
	}
}

func BenchmarkThreefryFill(b *testing.B) {
	out := make([]uint32, 10_000)
	b.SetBytes(4 * int64(len(out)))
	for b.Loop() {
		kernel.ThreefryFill([2]uint32{1, 2}, out)
	}
}
