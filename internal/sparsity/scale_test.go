package sparsity_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/argmin-go/argmin/internal/core/coloring"
	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/num"
)

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

func rosenbrock(x num.Array) num.Array {
	n := x.Size()
	a, b := x.Range(0, n-1), x.Range(1, n)
	return b.Sub(a.Square()).Square().Mul(num.Const(100)).Add(num.Const(1).Sub(a).Square()).Sum()
}

// surface is the area of a surface over a square of n×n inner points, 0 around it.
func surface(n int) func(x num.Array) num.Array {
	return func(x num.Array) num.Array {
		p := x.Reshape(n, n).Pad([]int{1, 1}, []int{1, 1})
		at := func(i, j int) num.Array { return p.Index(num.Span(i, i+n+1), num.Span(j, j+n+1)) }
		d, e := at(1, 1).Sub(at(0, 0)), at(0, 1).Sub(at(1, 0))
		return d.Square().Add(e.Square()).Mul(num.Const(0.5)).Add(num.Const(1)).Sqrt().Sum()
	}
}

func TestScale(t *testing.T) {
	for _, n := range []int{32, 100, 316} {
		for name, f := range map[string]func(num.Array) num.Array{"bratu": bratu(n), "rosenbrock": num.Grad(rosenbrock), "surface": num.Grad(surface(n))} {
			x := num.Full(num.Float64, 0.1, n*n)
			var m0, m1 runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m0)
			start := time.Now()
			p, _ := num.Dependencies(f, x)
			t1 := time.Since(start)
			start = time.Now()
			if name == "bratu" {
				coloring.Both(p)
			} else {
				coloring.Star(p)
			}
			t2 := time.Since(start)
			runtime.ReadMemStats(&m1)
			start = time.Now()
			plan, err := sparsity.New("", f, x, sparsity.Options{Symmetric: name != "bratu"})
			if err != nil {
				t.Fatal(err)
			}
			t3 := time.Since(start)
			j := num.Jit(func(x num.Array) num.Array { _, v := plan.At(f, x); return v })
			j.Call(x)
			start = time.Now()
			j.Call(x)
			t4 := time.Since(start)
			g := num.Jit(f)
			g.Call(x)
			start = time.Now()
			g.Call(x)
			t5 := time.Since(start)
			fmt.Printf("%-10s n=%7d nnz=%8d products=%d+%d detect %8.2fms color %8.2fms (%d MB) plan %8.2fms eval %8.2fms f %8.2fms\n", name, n*n, p.NNZ(), plan.Forward, plan.Reverse,
				ms(t1), ms(t2), (m1.TotalAlloc-m0.TotalAlloc)>>20, ms(t3), ms(t4), ms(t5))
		}
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
