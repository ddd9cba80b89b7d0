package sparse_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// scattered is an n×n matrix with r entries per row at random columns, banded one with 2r+1 diagonals.
func scattered(n, r int) sparse.Matrix {
	rng := rand.New(rand.NewPCG(1, 1))
	row, col, v := make([]int, 0, n*r), make([]int, 0, n*r), make([]float64, 0, n*r)
	for i := range n {
		for range r {
			row, col, v = append(row, i), append(col, rng.IntN(n)), append(v, rng.NormFloat64())
		}
	}
	return sparse.FromCOO(n, n, row, col, num.Vector(v...))
}

func banded(n, r int) sparse.Matrix {
	var offsets []int
	var d []num.Array
	for k := -r; k <= r; k++ {
		offsets, d = append(offsets, k), append(d, num.Scalar(float64(k)+0.5))
	}
	return sparse.Diags(n, n, offsets, d...)
}

func BenchmarkMatMul(b *testing.B) {
	for _, c := range []struct {
		name string
		a    sparse.Matrix
	}{
		{"scattered/1e5x10", scattered(1e5, 10)},
		{"scattered/1e6x10", scattered(1e6, 10)},
		{"banded/1e6x5", banded(1e6, 2)},
	} {
		n, _ := c.a.Dims()
		for _, k := range []int{1, 8} {
			x := num.Ones(n, k)
			if k == 1 {
				x = num.Ones(n)
			}
			f := num.Jit(func(x num.Array) num.Array { return c.a.MatMul(x) })
			ft := num.Jit(func(x num.Array) num.Array { return c.a.TMatMul(x) })
			b.Run(fmt.Sprintf("%s/k=%d", c.name, k), func(b *testing.B) {
				run(b, f, x)
			})
			b.Run(fmt.Sprintf("%s/k=%d/transposed", c.name, k), func(b *testing.B) {
				run(b, ft, x)
			})
		}
	}
}

// run reports the fastest call too, which on a busy machine is the one to compare.
func run(b *testing.B, f *num.Jitted[num.Array, num.Array], x num.Array) {
	best := time.Duration(math.MaxInt64)
	for b.Loop() {
		start := time.Now()
		if _, err := f.Call(x); err != nil {
			b.Fatal(err)
		}
		best = min(best, time.Since(start))
	}
	b.ReportMetric(float64(best.Microseconds())/1e3, "ms-best")
}
