package prim

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// SparseSolveOp is the solution X of A X = B, or with Trans of Aᵀ X = B, for a sparse A and a dense B: values
// [nnz] and [n, k] give [n, k] and a scalar, the largest backward error of a column. That is infinite, and X is
// NaN, if A is singular. With Symmetric, the pattern is one triangle of a symmetric matrix, indefinite as it may be.
type SparseSolveOp struct {
	A                *sparse.Shared
	Symmetric, Trans bool
	// Regular is for a symmetric matrix that is not singular, however near: X is then as good as refinement makes it.
	Regular bool
	// Rough is for a Regular one whose X need not be refined where it is good to twelve digits.
	Rough bool
	// Half is for a Regular one of which half of the digits are enough, with the same factors.
	Half bool
}

func (SparseSolveOp) Work() ir.Work { return ir.Costly }
func (SparseSolveOp) Name() string  { return "sparse_solve" }
func (o SparseSolveOp) Params() string {
	return o.A.ID() + boolString(o.Symmetric) + boolString(o.Trans) + boolString(o.Regular) + boolString(o.Rough) + boolString(o.Half)
}
func (o SparseSolveOp) Describe() (string, []string) {
	return ir.Params(describePattern(o.A), ir.FlagParam("symmetric", o.Symmetric), ir.FlagParam("transposed", o.Trans),
		ir.FlagParam("regular", o.Regular), ir.FlagParam("rough", o.Rough), ir.FlagParam("half", o.Half)), nil
}

func (o SparseSolveOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, k, err := checkSparse("sparse_solve", in, []int{o.A.NNZ()}, []int{o.A.Rows, -1})
	if err != nil {
		return nil, err
	}
	return []ir.Type{in[1].WithShape(append(lead, o.A.Rows, k)), in[1].WithShape(lead)}, nil
}

// A X = B, so dX = A⁻¹ (dB - dA X).
func (o SparseSolveOp) JVP(x, y, dx values) values {
	rhs := dx[1]
	if dx[0] != nil {
		rhs = sum(rhs, Neg(o.product(dx[0], y[0])))
	}
	return values{ir.Apply(o, x[0], rhs)[0], nil}
}

// product is the product with the matrix that is solved with.
func (o SparseSolveOp) product(v, x *value) *value {
	if !o.Symmetric {
		return SparseDot(o.A, o.Trans, v, x)
	}
	m, from := o.A.Mirrored()
	if len(from) > 0 {
		v = Gather(v, indexVector(from), v.Rank()-1)
	}
	return SparseDot(m, false, v, x)
}

func (o SparseSolveOp) Transpose(x, ct values, in []ir.Type) values {
	if ct[0] == nil {
		return values{nil, nil}
	}
	o.Trans = !o.Trans && !o.Symmetric
	return values{nil, ir.Apply(o, x[0], ct[0])[0]}
}

// Batch of the right-hand sides only is more of them, and their backward error is one.
func (o SparseSolveOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[0] >= 0 || n == 0 {
		return batchLead(o, x, bd, n)
	}
	r := x[1].Rank() - 1 // without the batch
	b := MoveTo(x[1], bd[1], r-1, n)
	k := b.Shape[r]
	y := ir.Apply(o, x[0], Reshape(b, append(slices.Clone(b.Shape[:r-1]), n*k)))
	return values{Reshape(y[0], append(slices.Clone(y[0].Shape[:r-1]), n, k)), y[1]}, []int{r - 1, -1}
}

// Depend implements [deps.Depender]: A dX = dB - dA X.
func (o SparseSolveOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	types := []ir.Type{x[0].Type, x[1].Type}
	p := ad.Closed(o.Name(), types, func(z values) values { return values{o.product(z[0], z[1])} })
	residual := t.Interpret(p, []deps.Array{x[0], {}})
	m := t.Template(p, []bool{false, true}, []*ir.Data{x[0].Known, nil})
	return append(m.Solve(t, [][]deps.Set{t.Each(residual[0].Sets, x[1].Sets)}), nil)
}

func (o SparseSolveOp) solver() (*sparse.Solver, error) {
	switch {
	case o.Rough:
		return o.A.RoughSolver()
	case o.Half:
		return o.A.HalfSolver()
	case o.Regular:
		return o.A.RegularSolver()
	case o.Symmetric:
		return o.A.SymmetricSolver()
	}
	return o.A.GeneralSolver()
}

func (o SparseSolveOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	s, err := o.solver()
	if err != nil {
		return nil, ir.Errorf(ir.ArgumentError, "sparse_solve", "%v", err)
	}
	return byFloat(in[0].DType, sparseSolveKernel[float64](o, s, in), sparseSolveKernel[float32](o, s, in))
}

func sparseSolveKernel[T ir.Float](o SparseSolveOp, s *sparse.Solver, in []ir.Type) ir.Kernel {
	lead, k, _ := checkSparse("", in, []int{o.A.NNZ()}, []int{o.A.Rows, -1})
	batch, nnz, size := ir.SizeOf(lead), o.A.NNZ(), o.A.Rows*k
	return func(f *ir.Frame, iv, ov []int32) {
		v, b := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]])
		x, e := ir.As[T](f.Bufs[ov[0]]), ir.As[T](f.Bufs[ov[1]])
		each(batch, factorWork*nnz, func(i int) {
			out, done := inDouble(x[i*size : (i+1)*size])
			e[i] = T(s.Solve(doubles(v[i*nnz:(i+1)*nnz]), doubles(b[i*size:(i+1)*size]), out, k, o.Trans, f.Run.Stopped))
			done()
		})
		abandon(f.Run)
	}
}

// abandon says that what was computed is no answer, if a run was stopped meanwhile: factorizations end early then.
func abandon(r *ir.Run) {
	if r.Stopped() {
		r.Abandon()
	}
}

// Abandons implements [ir.Abandoning].
func (SparseSolveOp) Abandons() {}

// factorWork is how many operations a factorization takes for each entry at least, where there is any fill.
const factorWork = 30

// doubles is x in double precision, in which sparse matrices are factored.
func doubles[T ir.Float](x []T) []float64 {
	if d, ok := any(x).([]float64); ok {
		return d
	}
	d := make([]float64, len(x))
	for i, v := range x {
		d[i] = float64(v)
	}
	return d
}

// inDouble is a slice to be written in double precision; done writes it to x.
func inDouble[T ir.Float](x []T) (d []float64, done func()) {
	if d, ok := any(x).([]float64); ok {
		return d, func() {}
	}
	d = make([]float64, len(x))
	return d, func() {
		for i, v := range d {
			x[i] = T(v)
		}
	}
}

func (o SparseSolveOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	op := "sparse.Solve"
	if o.Symmetric {
		op = "sparse.SolveSymmetric"
	}
	b.Throw(noFactorization(op))
	return nil
}

func noFactorization(op string) *ir.Error {
	return ir.Errorf(ir.BackendError, op, "XLA has no factorization of sparse matrices: run this program on the cpu backend, "+
		"solve by iteration with a solver of package linsolve, such as linsolve.CG or linsolve.GMRES, on a.MatMul, or with the dense matrix, num.Solve(a.Dense(), b)")
}

var _ = register(SparseSolveOp{A: exampleSquare})

// SparseInertiaOp is the numbers of positive, negative and zero eigenvalues of a symmetric matrix, of which the pattern is
// one triangle: values [nnz] give [3], NaN if a value is not finite.
type SparseInertiaOp struct {
	A *sparse.Shared
	noDerivative
}

func (SparseInertiaOp) Work() ir.Work                  { return ir.Costly }
func (SparseInertiaOp) Name() string                   { return "sparse_inertia" }
func (o SparseInertiaOp) Params() string               { return o.A.ID() }
func (o SparseInertiaOp) Describe() (string, []string) { return describePattern(o.A), nil }

// Abandons implements [ir.Abandoning].
func (SparseInertiaOp) Abandons() {}

func (o SparseInertiaOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, _, err := checkSparse("sparse_inertia", in, []int{o.A.NNZ()})
	if err != nil {
		return nil, err
	}
	return []ir.Type{in[0].WithShape(append(lead, 3))}, nil
}

func (o SparseInertiaOp) Batch(x values, bd []int, n int) (values, []int) {
	return batchLead(o, x, bd, n)
}

func (o SparseInertiaOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	s, err := o.A.SymmetricSolver()
	if err != nil {
		return nil, ir.Errorf(ir.ArgumentError, "sparse_inertia", "%v", err)
	}
	return byFloat(in[0].DType, sparseInertiaKernel[float64](o, s, in[0]), sparseInertiaKernel[float32](o, s, in[0]))
}

func sparseInertiaKernel[T ir.Float](o SparseInertiaOp, s *sparse.Solver, in ir.Type) ir.Kernel {
	batch, nnz := ir.SizeOf(in.Shape[:in.Rank()-1]), o.A.NNZ()
	return func(f *ir.Frame, iv, ov []int32) {
		v, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
		each(batch, factorWork*nnz, func(i int) {
			out := y[3*i : 3*i+3]
			positive, negative, zero, ok := s.Inertia(doubles(v[i*nnz:(i+1)*nnz]), f.Run.Stopped)
			out[0], out[1], out[2] = T(positive), T(negative), T(zero)
			if !ok {
				out[0], out[1], out[2] = T(math.NaN()), T(math.NaN()), T(math.NaN())
			}
		})
		abandon(f.Run)
	}
}

func (o SparseInertiaOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	b.Throw(noFactorization("sparse.Inertia"))
	return nil
}

var _ = register(SparseInertiaOp{A: exampleSquare})
