package sparsity

import (
	"slices"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// Products of many groups are done in several batches, the last of which may be smaller.
func TestBatches(t *testing.T) {
	of := []int32{0, 1, 2, 3, 4, -1, 0}
	product := func(v num.Array) num.Array { return num.Stack(v.Sum(), v.Dot(num.Arange(num.Float64, 0, 7))) }
	for _, most := range []int{1, 2, 3, 5, 9} {
		got, err := num.Jit(func(x num.Array) num.Array { return each(5, 2, of, num.Float64, most, product).Add(x) }).Call(num.Scalar(0))
		if err != nil {
			t.Fatal(err)
		}
		if want := []float64{2, 6, 1, 1, 1, 2, 1, 3, 1, 4}; !slices.Equal(got.Float64s(), want) {
			t.Errorf("%d at once: %v, want %v", most, got, want)
		}
	}
}
