package sparsity_test

import (
	"runtime"
	"testing"

	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/num"
)

// bratu is Δu + λ exp(u) on a square of n×n points, with u = 0 around it.
func bratu(n int) func(u num.Array) num.Array {
	h := 1 / float64(n+1)
	return func(u num.Array) num.Array {
		p := u.Reshape(n, n).Pad([]int{1, 1}, []int{1, 1})
		at := func(i, j int) num.Array { return p.Index(num.Span(i, i+n), num.Span(j, j+n)) }
		sum := at(0, 1).Add(at(2, 1)).Add(at(1, 0)).Add(at(1, 2))
		lap := sum.Sub(at(1, 1).Scale(4))
		return lap.Scale(1 / (h * h)).Add(at(1, 1).Exp().Scale(5)).Reshape(n * n)
	}
}

// rosenbrock is Rosenbrock's function of a chain of variables.
func rosenbrock(x num.Array) num.Array {
	n := x.Size()
	a, b := x.Range(0, n-1), x.Range(1, n)
	return b.Sub(a.Square()).Square().Scale(100).Add(a.Neg().AddScalar(1).Square()).Sum()
}

// surface is the area of a surface over a square of n×n inner points, 0 around it.
func surface(n int) func(x num.Array) num.Array {
	return func(x num.Array) num.Array {
		p := x.Reshape(n, n).Pad([]int{1, 1}, []int{1, 1})
		at := func(i, j int) num.Array { return p.Index(num.Span(i, i+n+1), num.Span(j, j+n+1)) }
		d, e := at(1, 1).Sub(at(0, 0)), at(0, 1).Sub(at(1, 0))
		return d.Square().Add(e.Square()).Scale(0.5).AddScalar(1).Sqrt().Sum()
	}
}

type problem struct {
	name      string
	f         func(n int) func(num.Array) num.Array
	symmetric bool
	products  int // at most
	perRow    int // entries, at most
}

var problems = []problem{
	{"Jacobian of Bratu's equation", bratu, false, 7, 5},
	{"Hessian of Rosenbrock's function", func(int) func(num.Array) num.Array { return num.Grad(rosenbrock) }, true, 3, 3},
	{"Hessian of a surface", func(n int) func(num.Array) num.Array { return num.Grad(surface(n)) }, true, 9, 9},
}

// The number of products does not grow with the number of variables, and memory grows with the number of entries.
func TestTenToTheFive(t *testing.T) {
	sides := []int{100, 316}
	if testing.Short() {
		sides = []int{32, 100}
	}
	for _, c := range problems {
		t.Run(c.name, func(t *testing.T) {
			var perVariable []float64
			for _, side := range sides {
				n := side * side
				f, x := c.f(side), num.Full(num.Float64, 0.1, n)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				p, err := sparsity.New("", f, x, sparsity.Options{Symmetric: c.symmetric})
				if err != nil {
					t.Fatal(err)
				}
				runtime.ReadMemStats(&after)
				perVariable = append(perVariable, float64(after.TotalAlloc-before.TotalAlloc)/float64(n))
				if p.Products() > c.products || p.Pattern.NNZ() > c.perRow*n || !p.Worth() {
					t.Errorf("%d products for %d entries of %d variables; a sparse matrix is worth it: %t", p.Products(), p.Pattern.NNZ(), n, p.Worth())
				}
				checkProduct(t, p, f, x)
			}
			t.Logf("%.0f bytes allocated per variable", perVariable)
			if perVariable[1] > 2*perVariable[0] {
				t.Errorf("%.0f bytes per variable for %d², %.0f for %d²", perVariable[0], sides[0], perVariable[1], sides[1])
			}
		})
	}
}

// checkProduct compares the entries' product with a vector with the derivative along it.
func checkProduct(t *testing.T, p *sparsity.Plan, f func(num.Array) num.Array, x num.Array) {
	t.Helper()
	v := num.Arange(num.Float64, 0, x.Size()).Sin()
	x = x.Add(v.Scale(0.3))
	values, err := num.Jit(func(x num.Array) num.Array { _, v := p.At(f, x); return v }).Call(x)
	if err != nil {
		t.Fatal(err)
	}
	if err := sparsity.Probe("", f, x, &p.Pattern.Pattern, values.Float64s()); err != nil {
		t.Error(err)
	}
}

// A matrix that is full, or has few rows, is not worth it.
func TestWorth(t *testing.T) {
	for name, f := range map[string]func(num.Array) num.Array{
		"full":    func(x num.Array) num.Array { return x.Exp().Div(x.Exp().Sum()) },
		"one row": func(x num.Array) num.Array { return x.Square().Sum().Reshape(1) },
	} {
		p, err := sparsity.New("", f, num.Zeros(50), sparsity.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Worth() {
			t.Errorf("%s: %d products for %d entries are worth it", name, p.Products(), p.Pattern.NNZ())
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	for _, c := range problems {
		b.Run(c.name, func(b *testing.B) {
			f, x := c.f(316), num.Full(num.Float64, 0.1, 316*316)
			for b.Loop() {
				if _, err := sparsity.New("", f, x, sparsity.Options{Symmetric: c.symmetric}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDependencies(b *testing.B) {
	for _, c := range problems {
		b.Run(c.name, func(b *testing.B) {
			f, x := c.f(316), num.Full(num.Float64, 0.1, 316*316)
			for b.Loop() {
				num.Dependencies(f, x, 0)
			}
		})
	}
}

func BenchmarkAt(b *testing.B) {
	for _, c := range problems {
		b.Run(c.name, func(b *testing.B) {
			f, x := c.f(316), num.Full(num.Float64, 0.1, 316*316)
			p, err := sparsity.New("", f, x, sparsity.Options{Symmetric: c.symmetric})
			if err != nil {
				b.Fatal(err)
			}
			j := num.Jit(func(x num.Array) num.Array { _, v := p.At(f, x); return v })
			for b.Loop() {
				if _, err := j.Call(x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
