package sparse_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// bratu is Δu + λ exp(u) on a square of n×n points, with u = 0 around it.
func bratu(n int) func(u num.Array) num.Array {
	h := 1 / float64(n+1)
	return func(u num.Array) num.Array {
		p := u.Reshape(n, n).Pad([]int{1, 1}, []int{1, 1})
		at := func(i, j int) num.Array { return p.Index(num.Span(i, i+n), num.Span(j, j+n)) }
		sum := at(0, 1).Add(at(2, 1)).Add(at(1, 0)).Add(at(1, 2))
		lap := sum.Sub(at(1, 1).Mul(num.Const(4)))
		return lap.Div(num.Const(h * h)).Add(at(1, 1).Exp().Mul(num.Const(5))).Reshape(n * n)
	}
}

func TestBig(t *testing.T) {
	for _, n := range []int{10, 100, 316, 1000} {
		f := bratu(n)
		x := num.Full(num.Float64, 0.1, n*n)
		j := sparse.ValueAndJacobian(f, sparse.Derivative{})
		start := time.Now()
		_, m := j(x)
		fmt.Println(n*n, m.Pattern(), time.Since(start))
		start = time.Now()
		_, m = j(x)
		fmt.Println(time.Since(start))
	}
}
