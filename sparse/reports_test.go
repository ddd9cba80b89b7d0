package sparse_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// What users of other libraries of sparse matrices met: each is a report to one of them.

func tridiagonal(n int) sparse.Matrix {
	return sparse.Diags(n, n, []int{-1, 0, 1}, num.Scalar(-1), num.Scalar(4), num.Scalar(-1))
}

// JAX: the gradient of a vmapped product with respect to shared values had the batch's shape.
func TestGradientOfAVmappedProduct(t *testing.T) {
	a := tridiagonal(4)
	b := num.New([]float64{1, 0, 2, 0, 1, 1, 1, 1, 0, 0, 2, 1}, 4, 3)
	vmapped := func(v num.Array) num.Array {
		x := num.VmapAxes(func(b num.Array) num.Array { return a.WithValues(v).MatMul(b) }, num.Axes{"": 1}, num.Axes{"": 1})(b)
		return x.Square().Sum()
	}
	direct := func(v num.Array) num.Array { return a.WithValues(v).MatMul(b).Square().Sum() }
	if off := arrays.Off(num.Grad(vmapped)(a.Values), num.Grad(direct)(a.Values)); !(off < 1e-14) {
		t.Errorf("off by %g", off)
	}
}

// JAX: no gradient through the product of two sparse matrices that are made of the argument. PyTorch: a wrong one, as
// the product of two identities lost entries.
func TestGradientThroughASparseProduct(t *testing.T) {
	g := sparse.Diags(4, 4, []int{0, -1}, num.Scalar(1), num.Scalar(-1))
	f := func(k num.Array) num.Array {
		return sparse.MatMul(sparse.Diags(4, 4, []int{0}, k), g).MatMul(num.Ones(4)).Square().Sum()
	}
	k := num.Vector(5, 10, 15, 20)
	h := func(k num.Array) num.Array {
		return num.FromDiag(k).MatMul(g.Dense()).MatMul(num.Ones(4)).Square().Sum()
	}
	if off := arrays.Off(num.Grad(f)(k), num.Grad(h)(k)); !(off < 1e-14) {
		t.Errorf("off by %g", off)
	}
	eye := sparse.Identity(num.Float64, 3)
	d := num.Grad(func(a sparse.Matrix) num.Array { return sparse.MatMul(a, eye).Values.Sum() })(eye)
	if !reflect.DeepEqual(d.Dense().Float64s(), num.Eye(3).Float64s()) {
		t.Errorf("the derivative is %v", d)
	}
}

// JAX: differentiating the constructor made a dense matrix: 10¹⁰ numbers here.
func TestGradientOfTheConstructorIsSparse(t *testing.T) {
	const n = 100_000
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	f := func(v num.Array) num.Array { return sparse.FromCOO(n, n, at, at, v).MatMul(num.Ones(n)).Sum() }
	if g := num.Grad(f)(num.Ones(n)); arrays.Off(g, num.Ones(n)) != 0 {
		t.Error("the gradient is wrong")
	}
}

// JAX: no forward mode for a function whose result is a sparse matrix.
func TestForwardModeOfAResult(t *testing.T) {
	f := func(x num.Array) sparse.Matrix {
		return sparse.FromCOO(1, 5, []int{0, 0}, []int{1, 2}, num.Stack(num.Scalar(2).Sub(x.Scale(4)), x.Scale(4).Sub(num.Scalar(1))))
	}
	y, dy := num.JVP(f, num.Scalar(0.3), num.Scalar(1))
	if !reflect.DeepEqual(dy.Dense().Float64s(), []float64{0, -4, 4, 0, 0}) || y.Pattern() != dy.Pattern() {
		t.Errorf("the derivative is %v", dy)
	}
	j := num.JacobianFwd(func(x num.Array) num.Array { return f(x).Dense() })(num.Scalar(0.3))
	if !reflect.DeepEqual(j.Float64s(), []float64{0, -4, 4, 0, 0}) {
		t.Errorf("the Jacobian is %v", j)
	}
}

// JAX: the number of entries had to be given where a dense matrix is converted in a compiled function, and padding became
// entries. Here the pattern is given.
func TestConversionInACompiledFunction(t *testing.T) {
	x := num.New([]float64{0, 0, 3, 0, 5, 6}, 2, 3)
	p := sparse.FromDense(x).Pattern()
	y, err := num.Jit(func(x num.Array) sparse.Matrix { return sparse.FromDenseAt(p, x) }).Call(x.Scale(0))
	if err != nil || y.NNZ() != 3 || arrays.MaxAbs(y.Dense()) != 0 {
		t.Errorf("%v, %v", y, err)
	}
	_, err = num.Jit(sparse.FromDense).Call(x)
	if err == nil || !strings.Contains(err.Error(), "give the pattern to sparse.FromDenseAt") {
		t.Errorf("the error is %v", err)
	}
}

// JAX: no batches for the direct solver, and a general matrix in CSR form given as CSC was solved transposed (SciPy).
func TestBatchOfSystems(t *testing.T) {
	a := sparse.FromCSR(3, 3, []int{0, 2, 3, 6}, []int{0, 2, 2, 0, 1, 2}, num.Vector(1, 2, 3, 4, 5, 6))
	x := num.Vmap(func(s system) num.Array { return sparse.Solve(s.A, s.B) })(system{
		a.WithValues(num.Stack(a.Values, a.Values.Scale(2))), num.Ones(2, 3)})
	want := num.Solve(a.Dense(), num.Ones(3))
	if off := arrays.Off(x, num.Stack(want, want.Scale(0.5))); !(off < 1e-14) {
		t.Errorf("off by %g", off)
	}
}

// SciPy: entries at one place stayed apart until some conversion, and counted twice in operations on each entry.
func TestDuplicatesAreSummedAtOnce(t *testing.T) {
	a := sparse.FromCOO(2, 3, []int{0, 0, 0, 1, 1}, []int{1, 1, 1, 2, 2}, num.Ones(5))
	if a.NNZ() != 2 || !reflect.DeepEqual(a.Values.Float64s(), []float64{3, 2}) {
		t.Errorf("the matrix is %v", a)
	}
	if s := a.Mul(a).Values.Sum().Item(); s != 13 {
		t.Errorf("the sum of squares is %v", s)
	}
	// Entries that cancel stay, as the pattern does not depend on numbers.
	if b := a.Sub(a); b.NNZ() != 2 || arrays.MaxAbs(b.Values) != 0 {
		t.Errorf("the difference is %v", b)
	}
}

// PyTorch: NaN from the product with a matrix without entries. SciPy: an error from one with a matrix of no columns.
func TestProductsOfNothing(t *testing.T) {
	none := sparse.FromCOO(3, 10, nil, nil, num.Zeros(0))
	if y := none.MatMul(num.Full(num.Float64, math.NaN(), 10, 150)); arrays.MaxAbs(y) != 0 || !reflect.DeepEqual(y.Shape(), []int{3, 150}) {
		t.Errorf("the product is %v", y)
	}
	if y := tridiagonal(4).MatMul(num.Zeros(4, 0)); !reflect.DeepEqual(y.Shape(), []int{4, 0}) {
		t.Errorf("the product has shape %v", y.Shape())
	}
	if a := tridiagonal(4).RowRange(2, 2); !reflect.DeepEqual(a.MatMul(num.Ones(4)).Shape(), []int{0}) {
		t.Errorf("no rows are %v", a)
	}
}

// An explicit zero is an entry: it multiplies NaN and infinity, has a derivative, and other places have none.
func TestExplicitZerosAreEntries(t *testing.T) {
	a := sparse.FromCOO(2, 2, []int{0, 1}, []int{0, 1}, num.Vector(0, 1))
	y := a.MatMul(num.Vector(math.Inf(1), 2))
	if v := y.Float64s(); !math.IsNaN(v[0]) || v[1] != 2 {
		t.Errorf("the product is %v", y)
	}
	g := num.Grad(func(a sparse.Matrix) num.Array { return a.MatMul(num.Vector(3, 5)).Sum() })(a)
	if !reflect.DeepEqual(g.Values.Float64s(), []float64{3, 5}) {
		t.Errorf("the gradient is %v", g)
	}
}

// SciPy: indices of 32 bits overflowed in slices, stacks, Kronecker products and dense places, to crashes and wrong results.
func TestSizesThatNoIndexCounts(t *testing.T) {
	const n = 1 << 17
	row := sparse.FromCSR(1, n, []int{0, n}, indices(n), num.Ones(n))
	wide := sparse.FromCOO(1, 1<<30, []int{0}, []int{1 << 29}, num.Ones(1))
	tall := sparse.FromCOO(100_000, 100_000, []int{99_998}, []int{99_998}, num.Ones(1))
	for _, c := range []struct {
		f    func()
		want string
	}{
		{func() { row.TakeRows(make([]int, n)) }, "17179869184 entries, which is too many"},
		{func() { sparse.HStack(wide, wide, wide) }, "too large: indices have 32 bits"},
		{func() { sparse.Kron(wide, row) }, "too large: indices have 32 bits"},
		{func() { tall.Dense() }, "a dense matrix of 100000×100000 is too large"},
	} {
		if got := message(t, c.f); !strings.Contains(got, c.want) {
			t.Errorf("error %q, want %q", got, c.want)
		}
	}
	if x := tall.At(99_998, 99_998).Item(); x != 1 {
		t.Errorf("the element is %v", x)
	}
}

func indices(n int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	return at
}
