package sparse_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// random draws a matrix with the given share of its places; one row and one column are empty if it is large enough.
func random(rng *rand.Rand, rows, cols int, share float64) sparse.Matrix {
	var row, col []int
	for i := range rows {
		for j := range cols {
			if (rows < 3 || i != 1) && (cols < 3 || j != 2) && rng.Float64() < share {
				row, col = append(row, i), append(col, j)
			}
		}
	}
	return sparse.FromCOO(rows, cols, row, col, arrays.Normal(rng, 1, len(row)))
}

// example is the operands of an operation: two matrices and two dense arrays.
type example struct {
	A, B sparse.Matrix
	X, Y num.Array
}

// operation is a function of sparse matrices and what it is with dense ones.
type operation struct {
	name          string
	sparse, dense func(e example) num.Array
	// sizes of A, B, X and Y, of n, m and k.
	sizes func(m, n, k int) (a, b [2]int, x, y []int)
}

func sameSize(m, n, k int) (a, b [2]int, x, y []int) {
	return [2]int{m, n}, [2]int{m, n}, []int{n, k}, []int{m, k}
}

func chained(m, n, k int) (a, b [2]int, x, y []int) {
	return [2]int{m, n}, [2]int{n, k}, []int{n}, []int{m}
}

func square(m, n, k int) (a, b [2]int, x, y []int) {
	return [2]int{n, n}, [2]int{m, n}, []int{n}, []int{n}
}

func elementwise(m, n, k int) (a, b [2]int, x, y []int) {
	return [2]int{m, n}, [2]int{m, n}, []int{m, n}, []int{m}
}

func sparseDense(f func(e example) sparse.Matrix) func(e example) num.Array {
	return func(e example) num.Array { return f(e).Dense() }
}

var operations = []operation{
	{"MatMul", func(e example) num.Array { return e.A.MatMul(e.X) }, func(e example) num.Array { return e.A.Dense().MatMul(e.X) }, sameSize},
	{"MatMul vector", func(e example) num.Array { return e.A.MatMul(e.X) }, func(e example) num.Array { return e.A.Dense().MatMul(e.X) }, chained},
	{"TMatMul", func(e example) num.Array { return e.A.TMatMul(e.Y) }, func(e example) num.Array { return e.A.Dense().T().MatMul(e.Y) }, sameSize},
	{"TMatMul vector", func(e example) num.Array { return e.A.TMatMul(e.Y) }, func(e example) num.Array { return e.A.Dense().T().MatMul(e.Y) }, chained},
	{"sparse MatMul", sparseDense(func(e example) sparse.Matrix { return sparse.MatMul(e.A, e.B) }),
		func(e example) num.Array { return e.A.Dense().MatMul(e.B.Dense()) }, chained},
	{"Gram", sparseDense(func(e example) sparse.Matrix { return e.A.Gram() }),
		func(e example) num.Array { return e.A.Dense().T().MatMul(e.A.Dense()) }, sameSize},
	{"Sample", sparseDense(func(e example) sparse.Matrix { return e.A.Pattern().Sample(e.Y, e.X) }),
		func(e example) num.Array { return mask(e.A).Mul(e.Y.MatMul(e.X.T())) }, sameSize},
	{"Sample vectors", sparseDense(func(e example) sparse.Matrix { return e.A.Pattern().Sample(e.Y, e.X) }),
		func(e example) num.Array { return mask(e.A).Mul(num.Outer(e.Y, e.X)) }, chained},
	{"Add", sparseDense(func(e example) sparse.Matrix { return e.A.Add(e.B) }),
		func(e example) num.Array { return e.A.Dense().Add(e.B.Dense()) }, sameSize},
	{"Add itself", sparseDense(func(e example) sparse.Matrix { return e.A.Add(e.A) }),
		func(e example) num.Array { return e.A.Dense().Scale(2) }, sameSize},
	{"Sub", sparseDense(func(e example) sparse.Matrix { return e.A.Sub(e.B) }),
		func(e example) num.Array { return e.A.Dense().Sub(e.B.Dense()) }, sameSize},
	{"Mul", sparseDense(func(e example) sparse.Matrix { return e.A.Mul(e.B) }),
		func(e example) num.Array { return e.A.Dense().Mul(e.B.Dense()) }, sameSize},
	{"MulDense", sparseDense(func(e example) sparse.Matrix { return e.A.MulDense(e.X) }),
		func(e example) num.Array { return e.A.Dense().Mul(e.X) }, elementwise},
	{"Scale and Neg", sparseDense(func(e example) sparse.Matrix { return e.A.Scale(3).Neg() }),
		func(e example) num.Array { return e.A.Dense().Scale(-3) }, sameSize},
	{"ScaleRows", sparseDense(func(e example) sparse.Matrix { return e.A.ScaleRows(e.Y) }),
		func(e example) num.Array { return e.A.Dense().Mul(e.Y.Reshape(-1, 1)) }, chained},
	{"ScaleCols", sparseDense(func(e example) sparse.Matrix { return e.A.ScaleCols(e.X) }),
		func(e example) num.Array { return e.A.Dense().Mul(e.X) }, chained},
	{"Sum of columns", func(e example) num.Array { return e.A.Sum(0) }, func(e example) num.Array { return e.A.Dense().Sum(0) }, sameSize},
	{"Sum of rows", func(e example) num.Array { return e.A.Sum(-1) }, func(e example) num.Array { return e.A.Dense().Sum(1) }, sameSize},
	{"Diagonal", func(e example) num.Array { return e.A.Diagonal() }, func(e example) num.Array { return num.Diag(e.A.Dense()) }, sameSize},
	{"T", sparseDense(func(e example) sparse.Matrix { return e.A.T() }), func(e example) num.Array { return e.A.Dense().T() }, sameSize},
	{"CSC", sparseDense(func(e example) sparse.Matrix {
		ptr, ind, v := e.A.CSC()
		m, n := e.A.Dims()
		return sparse.FromCSC(m, n, ptr, ind, v)
	}), func(e example) num.Array { return e.A.Dense() }, sameSize},
	{"COO backwards", sparseDense(func(e example) sparse.Matrix {
		row, col, v := e.A.COO()
		for k := range len(row) / 2 {
			l := len(row) - 1 - k
			row[k], row[l], col[k], col[l] = row[l], row[k], col[l], col[k]
		}
		m, n := e.A.Dims()
		return sparse.FromCOO(m, n, row, col, v.Flip(0))
	}), func(e example) num.Array { return e.A.Dense() }, sameSize},
	{"COO twice", sparseDense(func(e example) sparse.Matrix {
		row, col, v := e.A.COO()
		m, n := e.A.Dims()
		return sparse.FromCOO(m, n, append(row, row...), append(col, col...), num.Concat(0, v, v.Scale(2)))
	}), func(e example) num.Array { return e.A.Dense().Scale(3) }, sameSize},
	{"FromDenseAt", sparseDense(func(e example) sparse.Matrix { return sparse.FromDenseAt(e.A.Pattern(), e.X) }),
		func(e example) num.Array { return mask(e.A).Mul(e.X) }, elementwise},
	{"RowRange", sparseDense(func(e example) sparse.Matrix { m, _ := e.A.Dims(); return e.A.RowRange(m/3, m) }),
		func(e example) num.Array { m, _ := e.A.Dims(); return e.A.Dense().Range(m/3, m) }, sameSize},
	{"TakeRows", sparseDense(func(e example) sparse.Matrix { m, _ := e.A.Dims(); return e.A.TakeRows(some(m)) }),
		func(e example) num.Array { m, _ := e.A.Dims(); return take(e.A.Dense(), some(m), 0) }, sameSize},
	{"TakeCols", sparseDense(func(e example) sparse.Matrix { _, n := e.A.Dims(); return e.A.TakeCols(some(n)) }),
		func(e example) num.Array { _, n := e.A.Dims(); return take(e.A.Dense(), some(n), 1) }, sameSize},
	{"VStack", sparseDense(func(e example) sparse.Matrix { return sparse.VStack(e.A, e.B, e.A) }),
		func(e example) num.Array { return num.Concat(0, e.A.Dense(), e.B.Dense(), e.A.Dense()) }, square},
	{"HStack", sparseDense(func(e example) sparse.Matrix { return sparse.HStack(e.A, e.B.Scale(2)) }),
		func(e example) num.Array { return num.Concat(1, e.A.Dense(), e.B.Dense().Scale(2)) }, sameSize},
	{"BlockDiag", sparseDense(func(e example) sparse.Matrix { return sparse.BlockDiag(e.A, e.B) }), func(e example) num.Array {
		a, b := e.A.Dense(), e.B.Dense()
		top := num.Concat(1, a, num.Full(a.DType(), 0, a.Shape()[0], b.Shape()[1]))
		return num.Concat(0, top, num.Concat(1, num.Full(a.DType(), 0, b.Shape()[0], a.Shape()[1]), b))
	}, chained},
	{"Kron", sparseDense(func(e example) sparse.Matrix { return sparse.Kron(e.A, e.B) }),
		func(e example) num.Array { return num.Kron(e.A.Dense(), e.B.Dense()) }, chained},
	{"Diags", sparseDense(func(e example) sparse.Matrix {
		n := e.X.Shape()[0]
		return sparse.Diags(n, n, []int{0}, e.X).Add(e.A)
	}), func(e example) num.Array { return num.FromDiag(e.X).Add(e.A.Dense()) }, square},
}

// mask is 1 where a has entries.
func mask(a sparse.Matrix) num.Array { return a.WithValues(a.Values.Scale(0).AddScalar(1)).Dense() }

// some are three indices below n, one of them twice.
func some(n int) []int {
	if n == 0 {
		return nil
	}
	return []int{n - 1, 0, n - 1, n / 2}
}

func take(x num.Array, idx []int, axis int) num.Array {
	v := make([]int32, len(idx))
	for i, k := range idx {
		v[i] = int32(k)
	}
	if len(idx) == 0 {
		return x
	}
	return x.Take(num.New(v, len(v)), axis)
}

func draw(rng *rand.Rand, o operation, m, n, k int, share float64) example {
	a, b, x, y := o.sizes(m, n, k)
	return example{random(rng, a[0], a[1], share), random(rng, b[0], b[1], share), arrays.Normal(rng, 1, x...), arrays.Normal(rng, 1, y...)}
}

func TestOperationsAreThoseOfDenseMatrices(t *testing.T) {
	for _, o := range operations {
		t.Run(o.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			for _, s := range [][3]int{{4, 5, 3}, {6, 3, 2}, {1, 1, 1}, {0, 3, 2}, {3, 0, 2}, {0, 0, 0}, {3, 4, 0}} {
				for _, share := range []float64{0, 0.4, 1} {
					e := draw(rng, o, s[0], s[1], s[2], share)
					what := fmt.Sprintf("sizes %v, share %v: ", s, share)
					got, want := o.sparse(e), o.dense(e)
					if off := arrays.Off(got, want); !(off < 1e-12) {
						t.Errorf("%sthe result is off by %g:\n%v\n%v", what, off, got, want)
					}
					checkDerivatives(t, what, o, e, got, rng)
				}
			}
		})
	}
}

// checkDerivatives compares those in both modes, and the second derivative.
func checkDerivatives(t *testing.T, what string, o operation, e example, y num.Array, rng *rand.Rand) {
	t.Helper()
	weights := arrays.Normal(rng, 1, y.Shape()...)
	loss := func(f func(e example) num.Array) func(e example) num.Array {
		return func(e example) num.Array { y := f(e); return y.Mul(weights).Add(y.Square()).Sum() }
	}
	offs := func(x, y example) float64 {
		return max(arrays.Off(x.A.Values, y.A.Values), arrays.Off(x.B.Values, y.B.Values), arrays.Off(x.X, y.X), arrays.Off(x.Y, y.Y))
	}
	g, w := num.Grad(loss(o.sparse))(e), num.Grad(loss(o.dense))(e)
	if off := offs(g, w); !(off < 1e-11) {
		t.Errorf("%sthe gradient is off by %g", what, off)
	}
	_, dy := num.JVP(o.sparse, e, w)
	_, dw := num.JVP(o.dense, e, w)
	if off := arrays.Off(dy, dw); !(off < 1e-11) {
		t.Errorf("%sthe tangent is off by %g", what, off)
	}
	hvp := func(f func(e example) num.Array) example {
		_, h := num.JVP(num.Grad(loss(f)), e, w)
		return h
	}
	if off := offs(hvp(o.sparse), hvp(o.dense)); !(off < 1e-10) {
		t.Errorf("%sthe second derivative is off by %g", what, off)
	}
}

func TestOperationsOnBatches(t *testing.T) {
	for _, o := range operations {
		rng := rand.New(rand.NewPCG(3, 4))
		e := draw(rng, o, 4, 5, 3, 0.4)
		const n = 3
		members := make([]example, n)
		for i := range members {
			d := draw(rng, o, 4, 5, 3, 0.4)
			members[i] = example{e.A.WithValues(arrays.Normal(rng, 1, e.A.NNZ())), e.B.WithValues(arrays.Normal(rng, 1, e.B.NNZ())), d.X, d.Y}
		}
		stack := func(of func(e example) num.Array) num.Array {
			return num.Stack(of(members[0]), of(members[1]), of(members[2]))
		}
		all := example{e.A.WithValues(stack(func(e example) num.Array { return e.A.Values })), e.B.WithValues(stack(func(e example) num.Array { return e.B.Values })),
			stack(func(e example) num.Array { return e.X }), stack(func(e example) num.Array { return e.Y })}
		f := func(e example) struct{ Y, G num.Array } {
			g := num.Grad(func(e example) num.Array { return o.sparse(e).Square().Sum() })(e)
			return struct{ Y, G num.Array }{o.sparse(e), num.Concat(0, g.A.Values, g.B.Values, g.X.Reshape(-1), g.Y.Reshape(-1))}
		}
		for _, axes := range []num.Axes{nil, {".A": num.Shared}, {".X": num.Shared, ".Y": num.Shared}, {".B.Values": num.Shared, ".X": num.Shared}} {
			batch, want := all, members
			if axes != nil {
				want = append([]example(nil), members...)
			}
			for key := range axes {
				for i := range want {
					switch key {
					case ".A":
						want[i].A, batch.A = e.A, e.A
					case ".B.Values":
						want[i].B, batch.B = e.B, e.B
					case ".X":
						want[i].X, batch.X = e.X, e.X
					case ".Y":
						want[i].Y, batch.Y = e.Y, e.Y
					}
				}
			}
			got := num.VmapAxes(f, axes, nil)(batch)
			for i, m := range want {
				one := f(m)
				if off := max(arrays.Off(got.Y.At(i), one.Y), arrays.Off(got.G.At(i), one.G)); !(off < 1e-12) {
					t.Errorf("%s, axes %v: member %d is off by %g", o.name, axes, i, off)
				}
			}
		}
	}
}

func TestOperationsInFloat32(t *testing.T) {
	for _, o := range operations {
		e := draw(rand.New(rand.NewPCG(5, 6)), o, 6, 5, 3, 0.5)
		f := num.Float32
		single := example{e.A.AsType(f), e.B.AsType(f), e.X.AsType(f), e.Y.AsType(f)}
		got := o.sparse(single)
		if got.DType() != f {
			t.Errorf("%s of float32 is %s", o.name, got.DType())
		}
		if off := arrays.Off(got.AsType(num.Float64), o.dense(e)); !(off < 1e-5) {
			t.Errorf("%s in float32 is off by %g", o.name, off)
		}
	}
}
