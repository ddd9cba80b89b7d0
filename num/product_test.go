package num_test

import (
	"slices"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestMatMulBatches(t *testing.T) {
	a, b := randn(1, 3, 1, 2, 4), randn(2, 5, 4, 3)
	y := a.MatMul(b)
	if !slices.Equal(y.Shape(), []int{3, 5, 2, 3}) {
		t.Fatalf("shape %v", y.Shape())
	}
	near(t, "member", y.At(2, 3), a.At(2, 0).MatMul(b.At(3)), 1e-14)
	near(t, "shared left", randn(3, 2, 4).MatMul(b).At(1), randn(3, 2, 4).MatMul(b.At(1)), 1e-14)
	near(t, "vector right", b.MatMul(num.Vector(1, 2, 3)).At(2), b.At(2).MatMul(num.Vector(1, 2, 3)), 1e-14)
	near(t, "vector left", num.Vector(1, 2, 3, 4).MatMul(b).At(2), num.Vector(1, 2, 3, 4).MatMul(b.At(2)), 1e-14)
}

// A tensor product over two pairs of axes is the sum that it stands for.
func TestTensordot(t *testing.T) {
	a, b := num.Arange(num.Float64, 0, 24).Reshape(2, 3, 4), num.Arange(num.Float64, 5, 65).Reshape(4, 5, 3)
	near(t, "two pairs", num.Tensordot(a, b, []int{1, 2}, []int{2, 0}), num.Einsum("iab,bka->ik", a, b), 1e-14)
	near(t, "no pair", num.Tensordot(num.Vector(1, 2), num.Vector(3, 4), nil, nil), num.New([]float64{3, 4, 6, 8}, 2, 2), 0)
}
