package sparse_test

import (
	"reflect"
	"runtime"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// Large products run in parallel, and must give the same bits on any number of cores.
func TestProductsDoNotDependOnCores(t *testing.T) {
	for name, a := range map[string]sparse.Matrix{"scattered": scattered(20_000, 60), "banded": banded(200_000, 3),
		"a dense column": sparse.HStack(banded(200_000, 2), sparse.FromDense(num.Ones(200_000, 1)))} {
		m, n := a.Dims()
		run := func() []num.Array {
			x, y := num.Linspace(-1, 2, n), num.Linspace(1, 3, m)
			cols := num.Stack(x, x.Square(), x.Neg()).T()
			rows := num.Stack(y, y.Square(), y.Neg()).T()
			all := []num.Array{a.MatMul(x), a.TMatMul(y), a.MatMul(cols), a.TMatMul(rows), a.Pattern().Sample(y, x).Values}
			if name == "banded" { // the others make dense matrices
				all = append(all, a.Gram().Values)
			}
			return all
		}
		old := runtime.GOMAXPROCS(1)
		one := run()
		runtime.GOMAXPROCS(7)
		many := run()
		runtime.GOMAXPROCS(old)
		for i := range one {
			if !reflect.DeepEqual(one[i].Float64s(), many[i].Float64s()) {
				t.Errorf("%s: result %d is not the same on one core and on seven", name, i)
			}
		}
	}
}

// A million rows: time and memory are linear in the number of entries. A dense matrix would have 10¹² numbers.
func TestLargeMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds")
	}
	const n = 1_000_000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a := tridiagonal(n)
	x := num.Ones(n)
	loss := func(a sparse.Matrix) num.Array { return a.MatMul(x).Dot(a.TMatMul(x)) }
	g := num.Grad(loss)(a)
	runtime.ReadMemStats(&after)
	// ∂/∂a of (A1)·(Aᵀ1) in the interior: 2 + 2.
	if v := g.At(n/2, n/2).Item(); v != 4 {
		t.Errorf("the derivative is %v", v)
	}
	if used := (after.TotalAlloc - before.TotalAlloc) / uint64(a.NNZ()); used > 400 {
		t.Errorf("%d bytes for each entry", used)
	}
	b := a.MatMul(x)
	if off := arrays.Off(sparse.SolveSymmetric(a, b), x); !(off < 1e-12) {
		t.Errorf("the solution is off by %g", off)
	}
}

// The gradient of a solution with respect to the entries of a matrix of a five-point stencil.
func TestLargeSystem(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds")
	}
	const n = 200
	line := sparse.Diags(n, n, []int{-1, 0, 1}, num.Scalar(-1.5), num.Scalar(2), num.Scalar(-0.5))
	eye := sparse.Identity(num.Float64, n)
	a := sparse.Kron(eye, line).Add(sparse.Kron(line, eye))
	x := num.Linspace(0, 1, n*n)
	b := a.MatMul(x)
	if off := arrays.Off(sparse.Solve(a, b), x); !(off < 1e-11) {
		t.Errorf("the solution is off by %g", off)
	}
	g := num.Grad(func(a sparse.Matrix) num.Array { return sparse.Solve(a, b).Sum() })(a)
	// With respect to aᵢⱼ it is -λᵢxⱼ where Aᵀλ = 1.
	lambda := sparse.Solve(a.T(), num.Ones(n*n))
	if off := arrays.Off(g.Values, a.Pattern().Sample(lambda.Neg(), x).Values); !(off < 1e-9) {
		t.Errorf("the gradient is off by %g", off)
	}
}

func TestPrinting(t *testing.T) {
	want := "100×100 sparse matrix, 298 entries of float64\n(0, 0)  4\n(0, 1)  -1\n(1, 0)  -1\n(1, 1)  4\n(1, 2)  -1\n…\n" +
		"(98, 97)  -1\n(98, 98)  4\n(98, 99)  -1\n(99, 98)  -1\n(99, 99)  4"
	if got := tridiagonal(100).String(); got != want {
		t.Errorf("it prints\n%s", got)
	}
	var traced string
	num.Grad(func(a sparse.Matrix) num.Array { traced = a.String(); return a.Values.Sum() })(tridiagonal(3))
	if traced != "3×3 sparse matrix, 7 entries of float64, traced" {
		t.Errorf("a traced matrix prints %q", traced)
	}
	if got := tridiagonal(3).Pattern().String() + (sparse.Matrix{}).String() + (sparse.Pattern{}).String(); got != "3×3 pattern of 7 entries<no matrix><no pattern>" {
		t.Errorf("they print %q", got)
	}
}
