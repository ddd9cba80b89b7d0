package isotonic_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	i "github.com/argmin-go/argmin/isotonic"
	"github.com/argmin-go/argmin/num"
)

func BenchmarkRegression(b *testing.B) {
	run := func(name string, f func(A) A, x A) {
		b.Run(name, func(b *testing.B) {
			g := num.Jit(f)
			if _, err := g.Call(x); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				g.Call(x)
			}
		})
	}
	l2 := func(x A) A { return i.L2(x, i.Increasing) }
	kl := func(x A) A { return i.KL(x, num.Scalar(0), i.Increasing) }
	rank := func(x A) A { return i.SoftRank(x, 0.1, i.Increasing) }
	grad := num.Grad(func(x A) A { return l2(x).Square().Sum() })
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{10, 1000, 100000} {
		x := arrays.Normal(r, 1, n).Add(num.Arange(num.Float64, 0, n).Scale(3 / float64(n)))
		run(fmt.Sprintf("l2/%d", n), l2, x)
		run(fmt.Sprintf("kl/%d", n), kl, x)
		run(fmt.Sprintf("gradient/%d", n), grad, x)
		run(fmt.Sprintf("rank/%d", n), rank, x)
	}
	x := arrays.Normal(r, 1, 10000).Reshape(1000, 10)
	run("l2/1000x10", num.Vmap(l2), x)
	run("kl/1000x10", num.Vmap(kl), x)
	run("rank/1000x10", num.Vmap(rank), x)
}
