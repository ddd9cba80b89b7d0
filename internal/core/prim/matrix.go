package prim

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// The primitives of linear algebra work on matrices in the last two axes; axes
// before them are a batch.

// batchLead is the batching rule of such primitives: the batch is one more
// leading axis of every operand.
func batchLead(op ir.Op, x values, bd []int, n int) (values, []int) {
	args := make(values, len(x))
	for i, v := range x {
		args[i] = MoveTo(v, bd[i], 0, n)
	}
	y := ir.Apply(op, args...)
	return y, make([]int, len(y))
}

// checkMatrix is their shape rule for the first operand: lead are its batch axes.
func checkMatrix(op string, t ir.Type, square bool) (lead []int, m, n int, err error) {
	r := t.Rank()
	if r < 2 || !t.DType.IsFloat() || square && t.Shape[r-1] != t.Shape[r-2] {
		want := "a matrix"
		if square {
			want = "a square matrix"
		}
		return nil, 0, 0, ir.Errorf(ir.ShapeError, op, "operand is %v, want %s of floating-point numbers (and batch axes before it)", t, want)
	}
	return t.Shape[: r-2 : r-2], t.Shape[r-2], t.Shape[r-1], nil
}

// each runs f for every matrix of a batch; work is the number of operations of one.
func each(batch, work int, f func(i int)) {
	if batch == 1 {
		f(0)
		return
	}
	kernel.Parallel(batch, max(1, kernel.ParallelWork/4/max(work, 1)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			f(i)
		}
	})
}

// byFloat chooses between the two versions of a kernel.
func byFloat(d ir.DType, f64, f32 ir.Kernel) (ir.Kernel, error) {
	if d == ir.Float64 {
		return f64, nil
	}
	return f32, nil
}

// MatMul is the product of matrices with equal batch axes.
func MatMul(a, b *value) *value {
	r := a.Rank()
	lead := span(0, r-2)
	return DotGeneral(a, b, []int{r - 1}, []int{r - 2}, lead, lead)
}

// MatT transposes matrices.
func MatT(a *value) *value {
	p := span(0, a.Rank())
	n := len(p)
	p[n-1], p[n-2] = p[n-2], p[n-1]
	return Transpose(a, p)
}

// masked keeps the elements (i, j) of matrices for which keep holds.
func masked(a *value, keep func(i, j int) bool) *value {
	r := a.Rank()
	m, n := a.Shape[r-2], a.Shape[r-1]
	b := make([]bool, m*n)
	for i := range m {
		for j := range n {
			b[i*n+j] = keep(i, j)
		}
	}
	mask := ir.Const(ir.NewData(ir.T(ir.Bool, m, n), ir.Of(b)))
	return Select(Broadcast(mask, a.Shape, []int{r - 2, r - 1}), a, like(a, 0))
}

// Tril is the triangle on and below diagonal k, Triu that on and above it.
func Tril(a *value, k int) *value { return masked(a, func(i, j int) bool { return j <= i+k }) }

// Triu is the triangle on and above diagonal k.
func Triu(a *value, k int) *value { return masked(a, func(i, j int) bool { return j >= i+k }) }

// Diag is the diagonals of matrices.
func Diag(a *value) *value {
	r := a.Rank()
	m, n := a.Shape[r-2], a.Shape[r-1]
	k := min(m, n)
	if k == 0 {
		return ir.Full(a.WithShape(append(slices.Clone(a.Shape[:r-2]), 0)), 0)
	}
	flat := Reshape(a, append(slices.Clone(a.Shape[:r-2]), m*n))
	lo, hi, step := make([]int, r-1), slices.Clone(flat.Shape), slices.Repeat([]int{1}, r-1)
	hi[r-2], step[r-2] = (k-1)*(n+1)+1, n+1
	return Slice(flat, lo, hi, step)
}

// byRow is v[..., i] repeated along a new last axis of n, byColumn along a new
// last but one.
func byRow(v *value, n int) *value {
	return Broadcast(v, append(slices.Clone(v.Shape), n), span(0, v.Rank()))
}

func byColumn(v *value, n int) *value {
	r := v.Rank()
	shape := slices.Insert(slices.Clone(v.Shape), r-1, n)
	return Broadcast(v, shape, append(span(0, r-1), r))
}

// lowerSymmetric is the symmetric matrix with the lower triangle of a, which is
// all that some kernels read.
func lowerSymmetric(a *value) *value { return Add(Tril(a, 0), MatT(Tril(a, -1))) }

// CholeskyOp is the lower triangular L with L Lᵀ = A for a symmetric positive
// definite A, of which it reads the lower triangle; NaN where A is not.
type CholeskyOp struct {
	plain
	nonlinear
}

func (CholeskyOp) Work() ir.Work { return ir.Costly }
func (CholeskyOp) Name() string  { return "cholesky" }
func (CholeskyOp) Infer(in []ir.Type) ([]ir.Type, error) {
	_, _, _, err := checkMatrix("cholesky", in[0], true)
	return in, err
}

// dL = L Φ(L⁻¹ dA L⁻ᵀ), where Φ takes the lower triangle and half the diagonal
// (Murray, "Differentiation of the Cholesky decomposition", 2016, equation 8).
func (CholeskyOp) JVP(x, y, dx values) values {
	l := y[0]
	m := TriangularSolve(l, lowerSymmetric(dx[0]), TriangularSolveOp{Left: true, Lower: true})
	m = TriangularSolve(l, m, TriangularSolveOp{Lower: true, Trans: true})
	half := Mul(like(m, 0.5), Add(Tril(m, 0), Tril(m, -1)))
	return values{MatMul(l, half)}
}
func (o CholeskyOp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(o, x, bd, n) }

// Depend implements [deps.Depender]: matrices of a batch do not depend on each other.
func (CholeskyOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x, out, 2)
}

func (CholeskyOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, choleskyKernel[float64](in[0]), choleskyKernel[float32](in[0]))
}

func (CholeskyOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	if out[0].Size() == 0 {
		return x
	}
	l := b.Op1("stablehlo.cholesky", "lower = true", out[0], x[0])
	return expand(b, []stablehlo.Value{l}, func(z values) values {
		l := Tril(z[0], 0)
		r := l.Rank()
		trace := ReduceSum(Diag(l), r-2)
		ok := Broadcast(IsFinite(trace), l.Shape, AllAxes(r-2))
		return values{Select(ok, l, like(l, math.NaN()))}
	})
}

var _ = register(CholeskyOp{})

func choleskyKernel[T ir.Float](t ir.Type) ir.Kernel {
	lead, n, _, _ := checkMatrix("", t, true)
	batch := ir.SizeOf(lead)
	return func(f *ir.Frame, iv, ov []int32) {
		a, l := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
		each(batch, n*n*n/3, func(i int) { kernel.Cholesky(n, a[i*n*n:(i+1)*n*n], l[i*n*n:(i+1)*n*n]) })
	}
}

// TriangularSolveOp is the solution X of op(A) X = B (Left) or X op(A) = B, where
// A is triangular, the other triangle is not read, and op transposes with Trans.
// Unit stands for a diagonal of ones, which is not read.
type TriangularSolveOp struct{ Left, Lower, Trans, Unit bool }

func (TriangularSolveOp) Work() ir.Work { return ir.Costly }
func (TriangularSolveOp) Name() string  { return "triangular_solve" }
func (o TriangularSolveOp) Params() string {
	return boolString(o.Left) + boolString(o.Lower) + boolString(o.Trans) + boolString(o.Unit)
}

func boolString(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func (o TriangularSolveOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 2 {
		return nil, ir.Errorf(ir.ArgumentError, "triangular_solve", "%d operands, want 2", len(in))
	}
	lead, n, _, err := checkMatrix("triangular_solve", in[0], true)
	if err != nil {
		return nil, err
	}
	blead, rows, cols, err := checkMatrix("triangular_solve", in[1], false)
	if !o.Left {
		rows = cols
	}
	if err != nil || rows != n || !slices.Equal(lead, blead) || in[0].DType != in[1].DType {
		return nil, ir.Errorf(ir.ShapeError, "triangular_solve", "operands %s do not fit", ir.TypeList(in))
	}
	return in[1:], nil
}

// op(A) X = B, so op(A) dX = dB - op(dA) X, with the triangle of dA that is read.
func (o TriangularSolveOp) JVP(x, y, dx values) values {
	rhs := dx[1]
	if dx[0] != nil {
		k := 0
		if o.Unit {
			k = 1
		}
		var da *value
		if o.Lower {
			da = Tril(dx[0], -k)
		} else {
			da = Triu(dx[0], k)
		}
		if o.Trans {
			da = MatT(da)
		}
		if o.Left {
			da = MatMul(da, y[0])
		} else {
			da = MatMul(y[0], da)
		}
		rhs = sum(rhs, Neg(da))
	}
	return ir.Apply(o, x[0], rhs)
}

func (o TriangularSolveOp) Transpose(x, ct values, in []ir.Type) values {
	o.Trans = !o.Trans
	return values{nil, ir.Apply1(o, x[0], ct[0])}
}
func (o TriangularSolveOp) Batch(x values, bd []int, n int) (values, []int) {
	return batchLead(o, x, bd, n)
}

// Depend implements [deps.Depender]. Each right-hand side has its own solution, whose elements depend
// on those of it that are eliminated before them.
func (o TriangularSolveOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	var sets [2][]deps.Set
	if x[0].Sets != nil {
		sets[0] = t.PerMember(x[:1], out, 2)[0]
	}
	axis := out[0].Rank() - 1
	if o.Left {
		axis--
	}
	sets[1] = t.Running(x[1], axis, (o.Lower != o.Trans) != o.Left)
	return [][]deps.Set{t.Each(sets[0], sets[1])}
}

func (o TriangularSolveOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, triangularKernel[float64](o, in), triangularKernel[float32](o, in))
}

func (o TriangularSolveOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	if out[0].Size() == 0 {
		return x[1:]
	}
	trans := "NO_TRANSPOSE"
	if o.Trans {
		trans = "TRANSPOSE"
	}
	attrs := fmt.Sprintf("left_side = %t, lower = %t, unit_diagonal = %t, transpose_a = #stablehlo<transpose %s>",
		o.Left, o.Lower, o.Unit, trans)
	return b.Op("stablehlo.triangular_solve", attrs, x, out[0])
}

var _ = register(TriangularSolveOp{})

func triangularKernel[T ir.Float](o TriangularSolveOp, in []ir.Type) ir.Kernel {
	lead, m, n, _ := checkMatrix("", in[1], false)
	k := in[0].Shape[in[0].Rank()-1]
	batch := ir.SizeOf(lead)
	return func(f *ir.Frame, iv, ov []int32) {
		a, b, x := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[ov[0]])
		copy(x, b)
		if batch == 1 { // without the closure, which is allocated
			kernel.TriangularSolve(o.Left, o.Lower, o.Trans, o.Unit, m, n, a, x)
			return
		}
		each(batch, m*n*k, func(i int) {
			kernel.TriangularSolve(o.Left, o.Lower, o.Trans, o.Unit, m, n, a[i*k*k:(i+1)*k*k], x[i*m*n:(i+1)*m*n])
		})
	}
}

// TriangularSolve solves with triangular matrices a and right-hand sides b, as o
// selects.
func TriangularSolve(a, b *value, o TriangularSolveOp) *value { return ir.Apply1(o, a, b) }

// LUOp factors square matrices with partial pivoting, A[perm] = L U. Its results
// are L below the diagonal and U on and above it in one matrix, and perm, int32.
type LUOp struct {
	plain
	nonlinear
}

func (LUOp) Work() ir.Work { return ir.Costly }
func (LUOp) Name() string  { return "lu" }
func (LUOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, n, _, err := checkMatrix("lu", in[0], true)
	if err != nil {
		return nil, err
	}
	return []ir.Type{in[0], {DType: ir.Int32, Shape: append(lead, n)}}, nil
}

// With F = L⁻¹ dA[perm] U⁻¹, dL = L tril(F, -1) and dU = triu(F) U.
func (LUOp) JVP(x, y, dx values) values {
	lu := y[0]
	f := TriangularSolve(lu, PermuteRows(dx[0], y[1]), TriangularSolveOp{Left: true, Lower: true, Unit: true})
	f = TriangularSolve(lu, f, TriangularSolveOp{})
	l := masked(lu, func(i, j int) bool { return j < i })
	dl := Add(MatMul(l, Tril(f, -1)), Tril(f, -1))
	return values{Add(dl, MatMul(Triu(f, 0), Triu(lu, 0))), nil}
}
func (o LUOp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(o, x, bd, n) }

// Depend implements [deps.Depender]: matrices of a batch do not depend on each other.
func (LUOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x, out, 2)
}

func (LUOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, luKernel[float64](in[0]), luKernel[float32](in[0]))
}

func (o LUOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return eachMatrix(b, x, out, luLoop)
}

var _ = register(LUOp{})

func luKernel[T ir.Float](t ir.Type) ir.Kernel {
	lead, n, _, _ := checkMatrix("", t, true)
	batch := ir.SizeOf(lead)
	return func(f *ir.Frame, iv, ov []int32) {
		a, lu, perm := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]]), ir.As[int32](f.Bufs[ov[1]])
		each(batch, n*n*n, func(i int) {
			kernel.LU(n, n, a[i*n*n:(i+1)*n*n], lu[i*n*n:(i+1)*n*n], make([]int32, n), perm[i*n:(i+1)*n])
		})
	}
}

// PermuteRows is b with row i taken from perm[i]; both have the same batch axes.
func PermuteRows(b, perm *value) *value {
	lead := perm.Rank() - 1
	return ir.Apply1(GatherOp{Axis: lead, Lead: lead}, b, perm)
}

// LUSolve solves A X = B from the results of [LUOp] of A.
func LUSolve(lu, perm, b *value) *value {
	y := TriangularSolve(lu, PermuteRows(b, perm), TriangularSolveOp{Left: true, Lower: true, Unit: true})
	return TriangularSolve(lu, y, TriangularSolveOp{Left: true})
}

// SolveOp is the solution X of A X = B by LU factorization with partial pivoting;
// a singular A gives infinities or NaN.
type SolveOp struct{ plain }

func (SolveOp) Work() ir.Work { return ir.Costly }
func (SolveOp) Name() string  { return "solve" }
func (SolveOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 2 {
		return nil, ir.Errorf(ir.ArgumentError, "solve", "%d operands, want 2", len(in))
	}
	lead, n, _, err := checkMatrix("solve", in[0], true)
	if err != nil {
		return nil, err
	}
	blead, rows, _, err := checkMatrix("solve", in[1], false)
	if err != nil || rows != n || !slices.Equal(lead, blead) || in[0].DType != in[1].DType {
		return nil, ir.Errorf(ir.ShapeError, "solve", "operands %s do not fit", ir.TypeList(in))
	}
	return in[1:], nil
}

// A X = B, so dX = A⁻¹ (dB - dA X).
func (o SolveOp) JVP(x, y, dx values) values {
	rhs := dx[1]
	if dx[0] != nil {
		rhs = sum(rhs, Neg(MatMul(dx[0], y[0])))
	}
	return ir.Apply(o, x[0], rhs)
}
func (o SolveOp) Transpose(x, ct values, in []ir.Type) values {
	return values{nil, ir.Apply1(o, MatT(x[0]), ct[0])}
}
func (o SolveOp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(o, x, bd, n) }

// Depend implements [deps.Depender]: each right-hand side has its own solution.
func (SolveOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	var matrix []deps.Set
	if x[0].Sets != nil {
		matrix = t.PerMember(x[:1], out, 2)[0]
	}
	row := out[0].Rank() - 2
	below := deps.Array{Type: x[1].Type, Sets: t.Running(x[1], row, false)}
	return [][]deps.Set{t.Each(matrix, t.Running(below, row, true))}
}

func (o SolveOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return byFloat(in[0].DType, solveKernel[float64](in), solveKernel[float32](in))
}

func (o SolveOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return expand(b, x, func(z values) values {
		lu := ir.Apply(LUOp{}, z[0])
		return values{LUSolve(lu[0], lu[1], z[1])}
	})
}

var _ = register(SolveOp{})

func solveKernel[T ir.Float](in []ir.Type) ir.Kernel {
	lead, n, k, _ := checkMatrix("", in[1], false)
	batch := ir.SizeOf(lead)
	return func(f *ir.Frame, iv, ov []int32) {
		as, bs, xs := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[ov[0]])
		each(batch, n*n*(n+k), func(i int) {
			a, b, x := as[i*n*n:(i+1)*n*n], bs[i*n*k:(i+1)*n*k], xs[i*n*k:(i+1)*n*k]
			lu := make([]T, n*n)
			piv := make([]int32, 2*n)
			kernel.LU(n, n, a, lu, piv[:n], piv[n:])
			for i, p := range piv[n:] {
				copy(x[i*k:(i+1)*k], b[int(p)*k:])
			}
			kernel.TriangularSolve(true, true, false, true, n, k, lu, x)
			kernel.TriangularSolve(true, false, false, false, n, k, lu, x)
		})
	}
}
