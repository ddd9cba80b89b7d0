package vec

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDots compares the four products with each other for lengths on both sides of their limits, and
// looks at what longer second arguments change: nothing.
func TestDots(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 3, 7, Short, Short + 1, 100} {
		x, y := make([]float64, n), make([]float64, n+2)
		want, size := 0.0, 0.0
		for i := range y {
			if y[i] = r.NormFloat64(); i < n {
				x[i] = r.NormFloat64()
				want += x[i] * y[i]
				size += math.Abs(x[i] * y[i])
			}
		}
		for name, got := range map[string]float64{"Dot": Dot(x, y[:n]), "ShortDot": ShortDot(x, y), "DotInOrder": DotInOrder(x, y), "DotInPairs": DotInPairs(x, y)} {
			if math.Abs(got-want) > 1e-15*size {
				t.Errorf("%s of length %d is %g, want %g", name, n, got, want)
			}
		}
	}
}

// TestAxpy is for lengths on both sides of the limit.
func TestAxpy(t *testing.T) {
	for _, n := range []int{0, 1, Short, Short + 1} {
		x, y := make([]float64, n), make([]float64, n+1)
		for i := range x {
			x[i] = float64(i)
		}
		Axpy(2, x, y)
		for i, v := range y[:n] {
			if v != 2*float64(i) {
				t.Errorf("length %d: element %d is %g", n, i, v)
			}
		}
		if y[n] != 0 {
			t.Errorf("length %d: the element behind x has become %g", n, y[n])
		}
	}
}

// TestGrown is on which memory is used again.
func TestGrown(t *testing.T) {
	s := Grown[float64](nil, 3)
	if len(s) != 3 {
		t.Fatalf("length %d, want 3", len(s))
	}
	if short := Grown(s, 2); len(short) != 2 || &short[0] != &s[0] {
		t.Errorf("length %d, want 2 in the same memory", len(short))
	}
	if long := Grown(s, 1000); len(long) != 1000 {
		t.Errorf("length %d, want 1000", len(long))
	}
}

// TestFinite is on numbers that are not.
func TestFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if IsFinite(v) || AllFinite([]float64{1, v}) || HasNaN([]float64{1, v}) != math.IsNaN(v) {
			t.Errorf("%g: %v, %v, %v", v, IsFinite(v), AllFinite([]float64{1, v}), HasNaN([]float64{1, v}))
		}
	}
	if huge := []float64{math.MaxFloat64, math.MaxFloat64}; !AllFinite(huge) {
		t.Errorf("%g are not finite", huge)
	}
}
