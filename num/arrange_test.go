package num_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestTakeFill(t *testing.T) {
	x := num.Arange(num.Float64, 0, 6).Reshape(3, 2)
	idx := num.New([]int32{2, 3, -1, -4})
	equal(t, "rows", x.TakeFill(idx, 0, -7), num.New([]float64{4, 5, -7, -7, 4, 5, -7, -7}, 4, 2), 0)
	equal(t, "columns", x.TakeFill(num.Int(2), 1, math.NaN()), num.Full(num.Float64, math.NaN(), 3), 0)
	equal(t, "of nothing", num.Zeros(0).TakeFill(idx, 0, 1), num.Ones(4), 0)
	g := num.Grad(func(x A) A { return x.TakeFill(idx, 0, 1).Sum() })(x)
	equal(t, "the gradient", g, num.New([]float64{0, 0, 0, 0, 2, 2}, 3, 2), 0)
}

// A scan by an associative operation that does not commute gives what one after another does.
func TestAssociativeScan(t *testing.T) {
	type affine struct{ A, B A } // x ↦ a x + b
	join := func(f, g affine) affine { return affine{g.A.MatMul(f.A), g.A.MatMul(f.B).Add(g.B)} }
	for n := range 12 {
		xs := affine{randn(1, n, 2, 2), randn(2, n, 2)}
		got := num.AssociativeScan(join, xs)
		if n == 0 {
			continue
		}
		last := affine{num.Eye(2), num.Zeros(2)}
		_, want := num.Scan(func(c, x affine) (affine, affine) { y := join(c, x); return y, y }, last, xs)
		equal(t, "a", got.A, want.A, 1e-13)
		equal(t, "b", got.B, want.B, 1e-13)
		f := func(x affine) A { return num.AssociativeScan(join, x).B.Sin().Sum() }
		slow := func(x affine) A {
			_, y := num.Scan(func(c, x affine) (affine, affine) { y := join(c, x); return y, y }, last, x)
			return y.B.Sin().Sum()
		}
		equal(t, "the gradient", num.Grad(f)(xs).A, num.Grad(slow)(xs).A, 1e-12)
	}
}

func TestMap(t *testing.T) {
	x := randn(3, 5, 3)
	f := func(x A) [2]A { return [2]A{x.Sum(), x.Exp()} }
	got, want := num.Map(f, x), num.Vmap(f)(x)
	equal(t, "the first", got[0], want[0], 1e-15)
	equal(t, "the second", got[1], want[1], 1e-15)
}

func TestSorts(t *testing.T) {
	first, second := num.Vector(1, 0, 2, 1, 1), num.New([]int32{1, 1, 0, 0, 1})
	equal(t, "Lexsort", num.Lexsort(first, second), num.New([]int32{3, 2, 1, 0, 4}), 0)
	rows := num.Ones(2, 3).Unstack()
	if len(rows) != 2 {
		t.Errorf("Unstack gives %d arrays", len(rows))
	}
	equal(t, "Unstack", rows[1], num.Ones(3), 0)
}

// Powers have exact logarithms, and float32 is right to its last digit.
func TestExactLogarithms(t *testing.T) {
	for n := -1000; n <= 1000; n += 7 {
		if y := num.Scalar(math.Ldexp(1, n)).Log2().Item(); y != float64(n) {
			t.Errorf("the logarithm of 2^%d is %v", n, y)
		}
	}
	for n := -300; n <= 300; n++ {
		if y := num.Scalar(math.Pow(10, float64(n))).Log10().Item(); y != float64(n) {
			t.Errorf("the logarithm of 10^%d is %v", n, y)
		}
	}
	for _, d := range []num.DType{num.Float32, num.Float64} {
		x := num.Vector(0.3, 5).AsType(d)
		y := num.GammaInc(x, x.AddScalar(1))
		if y.DType() != d {
			t.Errorf("of %v GammaInc is %v", d, y.DType())
		}
	}
}

// The derivative of a median of ties and of a sorted axis adds up to one.
func TestTies(t *testing.T) {
	x := num.Vector(2, 1, 2, 2)
	for name, f := range map[string]func(x A) A{
		"Median": func(x A) A { return x.Median(0) }, "NanMax": func(x A) A { return x.NanMax() },
		"SegmentMax": func(x A) A { return num.SegmentMax(x, num.New([]int32{0, 0, 0, 0}), 1).Sum() },
		"LogAddExp":  func(x A) A { return num.LogAddExp(x.At(0), x.At(2)) },
	} {
		if s := num.Grad(f)(x).Sum().Item(); math.Abs(s-1) > 1e-15 {
			t.Errorf("%s: the gradient sums to %v", name, s)
		}
	}
	h := num.Hessian(func(x A) A { return num.LogAddExp(x.At(0), x.At(1)) })(num.Vector(3, 3))
	near(t, "the Hessian of LogAddExp at a tie", h, num.New([]float64{0.25, -0.25, -0.25, 0.25}, 2, 2), 1e-15)
}
