package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// Products with sparse matrices. The pattern of a matrix is a parameter of the primitive and its
// values, [nnz] in the order of the pattern, are an operand. Equal axes before those of every
// operand are a batch.

// SparseDotOp is the product of a sparse matrix, or with Trans of its transpose, with a dense one:
// values [nnz] and [n, k] give [m, k].
type SparseDotOp struct {
	A     *sparse.Shared
	Trans bool
}

func (SparseDotOp) Work() ir.Work    { return ir.Costly }
func (SparseDotOp) Name() string     { return "sparse_dot" }
func (d SparseDotOp) Params() string { return d.A.ID() + boolString(d.Trans) }
func (d SparseDotOp) Describe() (string, []string) {
	return ir.Params(describePattern(d.A), ir.FlagParam("transposed", d.Trans)), nil
}

func describePattern(p *sparse.Shared) string {
	return fmt.Sprintf("%d×%d nnz=%d", p.Rows, p.Cols, p.NNZ())
}

// dims are the rows and columns of the matrix that multiplies.
func (d SparseDotOp) dims() (m, n int) {
	if d.Trans {
		return d.A.Cols, d.A.Rows
	}
	return d.A.Rows, d.A.Cols
}

// checkSparse is the shape rule of such primitives: operands of one floating-point type whose shapes
// end as given (-1: anything) after equal batch axes. It gives these, and the last axis of the last
// operand.
func checkSparse(op string, in []ir.Type, want ...[]int) (lead []int, k int, err error) {
	if len(in) != len(want) {
		return nil, 0, ir.Errorf(ir.ArgumentError, op, "%d operands, want %d", len(in), len(want))
	}
	for i, w := range want {
		t := in[i]
		if t.DType != in[0].DType || !t.DType.IsFloat() {
			return nil, 0, ir.Errorf(ir.DTypeError, op, "operands are %s, want one floating-point type", ir.TypeList(in))
		}
		r := t.Rank() - len(w)
		if i == 0 && r >= 0 {
			lead = t.Shape[:r:r]
		}
		fits := r >= 0 && slices.Equal(lead, t.Shape[:r])
		for j, n := range w {
			fits = fits && (n < 0 || n == t.Shape[r+j])
		}
		if !fits {
			return nil, 0, ir.Errorf(ir.ShapeError, op, "operands are %s, want shapes that end with %v after equal batch axes (-1: any length)",
				ir.TypeList(in), want)
		}
	}
	last := in[len(in)-1].Shape
	return lead, last[len(last)-1], nil
}

func (d SparseDotOp) Infer(in []ir.Type) ([]ir.Type, error) {
	m, n := d.dims()
	lead, k, err := checkSparse("sparse_dot", in, []int{d.A.NNZ()}, []int{n, -1})
	if err != nil {
		return nil, err
	}
	return []ir.Type{in[0].WithShape(append(lead, m, k))}, nil
}

func (d SparseDotOp) JVP(x, y, dx values) values { return bilinear(d, x, dx) }

// bilinear is the JVP of a primitive that is linear in each of two operands.
func bilinear(op ir.Op, x, dx values) values {
	var a, b *value
	if dx[0] != nil {
		a = ir.Apply1(op, dx[0], x[1])
	}
	if dx[1] != nil {
		b = ir.Apply1(op, x[0], dx[1])
	}
	return values{sum(a, b)}
}

func (d SparseDotOp) Transpose(x, ct values, in []ir.Type) values {
	if x[1] == nil {
		return values{nil, SparseDot(d.A, !d.Trans, x[0], ct[0])}
	}
	if d.Trans {
		return values{SparseSample(d.A, x[1], ct[0]), nil}
	}
	return values{SparseSample(d.A, ct[0], x[1]), nil}
}

// Batch of the dense matrix only is more columns.
func (d SparseDotOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[0] >= 0 {
		return batchLead(d, x, bd, n)
	}
	r := x[1].Rank() - 1 // without the batch
	b := MoveTo(x[1], bd[1], r-1, n)
	k := b.Shape[r]
	y := SparseDot(d.A, d.Trans, x[0], Reshape(b, append(slices.Clone(b.Shape[:r-1]), n*k)))
	return values{Reshape(y, append(slices.Clone(y.Shape[:r-1]), n, k))}, []int{r - 1}
}

func (d SparseDotOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, sparseDotKernel[float64](d, in), sparseDotKernel[float32](d, in))
}

func sparseDotKernel[T ir.Float](d SparseDotOp, in []ir.Type) ir.Kernel {
	m, n := d.dims()
	lead, k, _ := checkSparse("", in, []int{d.A.NNZ()}, []int{n, -1})
	batch, nnz := ir.SizeOf(lead), d.A.NNZ()
	product := sparse.Product[T]
	if d.Trans {
		product = sparse.ProductT[T]
	}
	return func(f *ir.Frame, iv, ov []int32) {
		v, x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[ov[0]])
		each(batch, 2*nnz*k, func(i int) {
			product(d.A, v[i*nnz:(i+1)*nnz], x[i*n*k:(i+1)*n*k], y[i*m*k:(i+1)*m*k], k)
		})
	}
}

// StableHLO takes the rows that the entries multiply, and adds up the products by their rows.
func (d SparseDotOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return expand(b, x, func(x values) values { return d.composed(x, out) })
}

// Depend implements [deps.Depender].
func (d SparseDotOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return dependAs(t, x, func(x values) values { return d.composed(x, out) })
}

func (d SparseDotOp) composed(x values, out []ir.Type) values {
	to, from := d.A.RowOf(), d.A.Ind32()
	if d.Trans {
		to, from = from, to
	}
	r := x[1].Rank()
	zero := ir.Full(out[0], 0)
	if len(from) == 0 || zero.Size() == 0 {
		return values{zero}
	}
	rows := Gather(x[1], indexVector(from), r-2)
	return values{ir.Apply1(ScatterOp{Axis: r - 2, Add: true}, zero, indexVector(to), Mul(byRow(x[0], x[1].Shape[r-1]), rows))}
}

func indexVector(i []int32) *value { return ir.Const(ir.NewData(ir.T(ir.Int32, len(i)), ir.Of(i))) }

var _ = register(SparseDotOp{A: examplePattern})

// examplePattern is of the primitives in the registry.
var examplePattern = func() *sparse.Shared {
	s, err := sparse.Share(&sparse.Pattern{Rows: 2, Cols: 3, Ptr: []int{0, 1, 3}, Ind: []int{1, 0, 2}})
	if err != nil {
		panic(err)
	}
	return s
}()

var (
	exampleTranspose, _ = examplePattern.T()
	exampleSquare, _    = sparse.MatMulPattern(examplePattern, exampleTranspose)
)

// SparseDot is the product of a sparse matrix, or its transpose, with a dense one; see [SparseDotOp].
func SparseDot(a *sparse.Shared, trans bool, v, x *value) *value {
	return ir.Apply1(SparseDotOp{a, trans}, v, x)
}

// SparseSampleOp is the entries of A Bᵀ at the places of a pattern, for dense A [m, k] and B [n, k]: the
// values [nnz] of a sparse matrix. It is also known as sampled dense-dense product (SDDMM), and is the
// derivative of [SparseDotOp] with respect to the values.
type SparseSampleOp struct{ P *sparse.Shared }

func (SparseSampleOp) Work() ir.Work                  { return ir.Costly }
func (SparseSampleOp) Name() string                   { return "sparse_sample" }
func (s SparseSampleOp) Params() string               { return s.P.ID() }
func (s SparseSampleOp) Describe() (string, []string) { return describePattern(s.P), nil }

func (s SparseSampleOp) check(in []ir.Type) (lead []int, k int, err error) {
	lead, k, err = checkSparse("sparse_sample", in, []int{s.P.Rows, -1}, []int{s.P.Cols, -1})
	if err == nil && in[0].Shape[len(lead)+1] != k {
		err = ir.Errorf(ir.ShapeError, "sparse_sample", "operands are %s, want equal last axes", ir.TypeList(in))
	}
	return lead, k, err
}

func (s SparseSampleOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, _, err := s.check(in)
	if err != nil {
		return nil, err
	}
	return []ir.Type{in[0].WithShape(append(lead, s.P.NNZ()))}, nil
}

func (s SparseSampleOp) JVP(x, y, dx values) values { return bilinear(s, x, dx) }

func (s SparseSampleOp) Transpose(x, ct values, in []ir.Type) values {
	if x[0] == nil {
		return values{SparseDot(s.P, false, ct[0], x[1]), nil}
	}
	return values{nil, SparseDot(s.P, true, ct[0], x[0])}
}

func (s SparseSampleOp) Batch(x values, bd []int, n int) (values, []int) {
	return batchLead(s, x, bd, n)
}

func (s SparseSampleOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, sparseSampleKernel[float64](s, in), sparseSampleKernel[float32](s, in))
}

func sparseSampleKernel[T ir.Float](s SparseSampleOp, in []ir.Type) ir.Kernel {
	lead, k, _ := s.check(in)
	batch, na, nb, nnz := ir.SizeOf(lead), s.P.Rows*k, s.P.Cols*k, s.P.NNZ()
	return func(f *ir.Frame, iv, ov []int32) {
		a, b, out := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[ov[0]])
		each(batch, 2*nnz*k, func(i int) {
			sparse.Sampled(s.P, a[i*na:(i+1)*na], b[i*nb:(i+1)*nb], out[i*nnz:(i+1)*nnz], k)
		})
	}
}

func (s SparseSampleOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return expand(b, x, func(x values) values { return s.composed(x, out) })
}

// Depend implements [deps.Depender].
func (s SparseSampleOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return dependAs(t, x, func(x values) values { return s.composed(x, out) })
}

func (s SparseSampleOp) composed(x values, out []ir.Type) values {
	r := x[0].Rank()
	if out[0].Size() == 0 || x[0].Size() == 0 {
		return values{ir.Full(out[0], 0)}
	}
	return values{ReduceSum(Mul(Gather(x[0], indexVector(s.P.RowOf()), r-2), Gather(x[1], indexVector(s.P.Ind32()), r-2)), r-1)}
}

var _ = register(SparseSampleOp{P: examplePattern})

// SparseSample is the entries of A Bᵀ at the places of a pattern; see [SparseSampleOp].
func SparseSample(p *sparse.Shared, a, b *value) *value {
	return ir.Apply1(SparseSampleOp{p}, a, b)
}

// SparseMatMulOp is the product of two sparse matrices at the places of the pattern C: values [nnz of A] and
// [nnz of B] give [nnz of C]. Entries of the product elsewhere are left out.
type SparseMatMulOp struct{ A, B, C *sparse.Shared }

func (SparseMatMulOp) Work() ir.Work    { return ir.Costly }
func (SparseMatMulOp) Name() string     { return "sparse_matmul" }
func (m SparseMatMulOp) Params() string { return m.A.ID() + m.B.ID() + m.C.ID() }
func (m SparseMatMulOp) Describe() (string, []string) {
	return ir.Params(describePattern(m.A), describePattern(m.B), describePattern(m.C)), nil
}

func (m SparseMatMulOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, _, err := checkSparse("sparse_matmul", in, []int{m.A.NNZ()}, []int{m.B.NNZ()})
	if err != nil {
		return nil, err
	}
	return []ir.Type{in[0].WithShape(append(lead, m.C.NNZ()))}, nil
}

func (m SparseMatMulOp) JVP(x, y, dx values) values { return bilinear(m, x, dx) }

// With the cotangent C̄, that of A is C̄ Bᵀ where A has entries, and that of B is Aᵀ C̄.
func (m SparseMatMulOp) Transpose(x, ct values, in []ir.Type) values {
	if x[0] == nil {
		t, v := sparseTranspose(m.B, x[1])
		return values{SparseMatMul(m.C, t, m.A, ct[0], v), nil}
	}
	t, v := sparseTranspose(m.A, x[0])
	return values{nil, SparseMatMul(t, m.C, m.B, v, ct[0])}
}

// sparseTranspose is the transposed matrix.
func sparseTranspose(p *sparse.Shared, v *value) (*sparse.Shared, *value) {
	t, from := p.T()
	if len(from) == 0 {
		return t, v
	}
	return t, Gather(v, indexVector(from), v.Rank()-1)
}

func (m SparseMatMulOp) Batch(x values, bd []int, n int) (values, []int) {
	return batchLead(m, x, bd, n)
}

func (m SparseMatMulOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, sparseMatMulKernel[float64](m, in), sparseMatMulKernel[float32](m, in))
}

func sparseMatMulKernel[T ir.Float](m SparseMatMulOp, in []ir.Type) ir.Kernel {
	na, nb, nc := m.A.NNZ(), m.B.NNZ(), m.C.NNZ()
	batch := ir.SizeOf(in[0].Shape[:in[0].Rank()-1])
	return func(f *ir.Frame, iv, ov []int32) {
		a, b, c := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[ov[0]])
		each(batch, 2*(na+nb+nc), func(i int) {
			sparse.MatMul(m.A, m.B, m.C, a[i*na:(i+1)*na], b[i*nb:(i+1)*nb], c[i*nc:(i+1)*nc])
		})
	}
}

func (m SparseMatMulOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return expand(b, x, func(x values) values { return m.composed(x, out) })
}

// Depend implements [deps.Depender].
func (m SparseMatMulOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return dependAs(t, x, func(x values) values { return m.composed(x, out) })
}

func (m SparseMatMulOp) composed(x values, out []ir.Type) values {
	from, to := sparse.Products(m.A, m.B, m.C)
	zero, last := ir.Full(out[0], 0), x[0].Rank()-1
	if len(to) == 0 || zero.Size() == 0 {
		return values{zero}
	}
	products := Mul(Gather(x[0], indexVector(from[0]), last), Gather(x[1], indexVector(from[1]), last))
	return values{ir.Apply1(ScatterOp{Axis: last, Add: true}, zero, indexVector(to), products)}
}

var _ = register(SparseMatMulOp{A: examplePattern, B: exampleTranspose, C: exampleSquare})

// SparseMatMul is the product of two sparse matrices at the places of a pattern; see [SparseMatMulOp].
func SparseMatMul(a, b, c *sparse.Shared, va, vb *value) *value {
	return ir.Apply1(SparseMatMulOp{a, b, c}, va, vb)
}
