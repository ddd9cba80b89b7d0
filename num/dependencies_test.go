package num_test

import (
	"slices"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestDependencies(t *testing.T) {
	type pair struct{ A, B num.Array }
	f := func(p pair) pair { return pair{p.A.Mul(p.B.At(1)), p.A.Argsort(0)} } // indices have no derivative
	p, closed := num.Dependencies(f, pair{num.Vector(1, 2), num.Vector(3, 4, 5)}, 0)
	if !closed || p.Rows != 2 || p.Cols != 5 || !slices.Equal(p.Row(0), []int{0, 3}) || !slices.Equal(p.Row(1), []int{1, 3}) {
		t.Errorf("closed %t, pattern %+v", closed, p)
	}
	// With an array of the trace around it, whose numbers are not known.
	num.Grad(func(mask num.Array) num.Array {
		p, closed := num.Dependencies(func(x num.Array) num.Array { return x.Mul(mask) }, num.Vector(1, 2), 0)
		if closed || p.NNZ() != 2 {
			t.Errorf("closed %t, pattern %+v", closed, p)
		}
		return mask.Sum()
	})(num.Vector(1, 0))
	// With one that is constant.
	mask := num.Vector(1, 0)
	if p, closed := num.Dependencies(func(x num.Array) num.Array { return x.Mul(mask) }, num.Vector(1, 2), 0); !closed || p.NNZ() != 1 {
		t.Errorf("closed %t, pattern %+v", closed, p)
	}
	if p, _ := num.Dependencies(func(x num.Array) num.Array { return x.CumSum(0) }, num.Zeros(50_000), 0); p != nil {
		t.Errorf("the pattern has %d entries", p.NNZ())
	}
}
