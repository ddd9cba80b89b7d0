package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// SparseLeastSquaresOp is the minimizer X of |J X - R|² + |D X|² - 2 GᵀX for a sparse J [m, n], a diagonal D and dense R
// and G: the values [nnz] of J, the diagonal [n] and R with G below it, [m + n, k], give X [n, k] and a scalar, the largest
// element of the gradient relative to its terms. It solves (JᵀJ + D²) X = JᵀR + G with corrections from residuals of the problem
// itself. Where numbers are not finite X is NaN and the scalar NaN or infinite.
type SparseLeastSquaresOp struct{ J *sparse.Shared }

func (SparseLeastSquaresOp) Work() ir.Work    { return ir.Costly }
func (SparseLeastSquaresOp) Name() string     { return "sparse_least_squares" }
func (o SparseLeastSquaresOp) Params() string { return o.J.ID() }
func (o SparseLeastSquaresOp) Describe() (string, []string) {
	return describePattern(o.J), nil
}

func (o SparseLeastSquaresOp) check(in []ir.Type) (lead []int, k int, err error) {
	return checkSparse("sparse_least_squares", in, []int{o.J.NNZ()}, []int{o.J.Cols}, []int{o.J.Rows + o.J.Cols, -1})
}

func (o SparseLeastSquaresOp) Infer(in []ir.Type) ([]ir.Type, error) {
	lead, k, err := o.check(in)
	if err != nil {
		return nil, err
	}
	return []ir.Type{in[2].WithShape(append(lead, o.J.Cols, k)), in[2].WithShape(lead)}, nil
}

// (JᵀJ + D²) dX = Jᵀ (dR - dJ X) + dG + dJᵀ (R - J X) - 2 D dD X, which is a problem with the same matrix.
func (o SparseLeastSquaresOp) JVP(x, y, dx values) values {
	m, n := o.J.Rows, o.J.Cols
	r := x[2].Rank()
	part := someRows
	var dr, dg *value
	if dx[2] != nil {
		dr, dg = part(dx[2], 0, m), part(dx[2], m, m+n)
	}
	if dx[0] != nil {
		rest := Sub(part(x[2], 0, m), SparseDot(o.J, false, x[0], y[0]))
		dr = sum(dr, Neg(SparseDot(o.J, false, dx[0], y[0])))
		dg = sum(dg, SparseDot(o.J, true, dx[0], rest))
	}
	if dx[1] != nil {
		twice := Mul(Mul(x[1], dx[1]), ir.Full(x[1].Type, 2))
		dg = sum(dg, Neg(Mul(byRow(twice, x[2].Shape[r-1]), y[0])))
	}
	if dr == nil {
		dr = ir.Full(part(x[2], 0, m).Type, 0)
	}
	return values{ir.Apply(o, x[0], x[1], Concat(r-2, dr, dg))[0], nil}
}

// someRows are rows lo to hi of a matrix.
func someRows(v *value, lo, hi int) *value {
	r := v.Rank()
	from, to, step := make([]int, r), slices.Clone(v.Shape), slices.Repeat([]int{1}, r)
	from[r-2], to[r-2] = lo, hi
	return Slice(v, from, to, step)
}

// X is (JᵀJ + D²)⁻¹ [Jᵀ I] b, and the matrix is symmetric.
func (o SparseLeastSquaresOp) Transpose(x, ct values, in []ir.Type) values {
	if ct[0] == nil {
		return values{nil, nil, nil}
	}
	r := ct[0].Rank()
	shape := slices.Clone(ct[0].Shape)
	shape[r-2] = o.J.Rows
	y := ir.Apply(o, x[0], x[1], Concat(r-2, ir.Full(ct[0].Type.WithShape(shape), 0), ct[0]))[0]
	return values{nil, nil, Concat(r-2, SparseDot(o.J, false, x[0], y), y)}
}

func (o SparseLeastSquaresOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[0] >= 0 || bd[1] >= 0 || n == 0 {
		return batchLead(o, x, bd, n)
	}
	// More right sides.
	r := x[2].Rank() - 1 // without the batch
	b := MoveTo(x[2], bd[2], r-1, n)
	k := b.Shape[r]
	y := ir.Apply(o, x[0], x[1], Reshape(b, append(slices.Clone(b.Shape[:r-1]), n*k)))
	return values{Reshape(y[0], append(slices.Clone(y[0].Shape[:r-1]), n, k)), y[1]}, []int{r - 1, -1}
}

// Depend implements [deps.Depender]: the gradient is zero.
func (o SparseLeastSquaresOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	m, n := o.J.Rows, o.J.Cols
	types := []ir.Type{x[0].Type, x[1].Type, x[2].Type, out[0]}
	r := len(out[0].Shape)
	p := ad.Closed(o.Name(), types, func(z values) values {
		rest := Sub(someRows(z[2], 0, m), SparseDot(o.J, false, z[0], z[3]))
		damped := Mul(byRow(Mul(z[1], z[1]), out[0].Shape[r-1]), z[3])
		return values{Sub(Add(SparseDot(o.J, true, z[0], rest), someRows(z[2], m, m+n)), damped)}
	})
	residual := t.Interpret(p, append(slices.Clone(x), deps.Array{}))
	template := t.Template(p, []bool{false, false, false, true}, []*ir.Data{x[0].Known, x[1].Known, x[2].Known, nil})
	return append(template.Solve(t, [][]deps.Set{residual[0].Sets}), nil)
}

func (o SparseLeastSquaresOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	s, err := o.J.LeastSquaresSolver()
	if err != nil {
		return nil, ir.Errorf(ir.ArgumentError, "sparse_least_squares", "%v", err)
	}
	return byFloat(in[0].DType, sparseSquaresKernel[float64](o, s, in), sparseSquaresKernel[float32](o, s, in))
}

func sparseSquaresKernel[T ir.Float](o SparseLeastSquaresOp, s *sparse.LeastSquaresSolver, in []ir.Type) ir.Kernel {
	lead, k, _ := o.check(in)
	m, n, nnz := o.J.Rows, o.J.Cols, o.J.NNZ()
	return func(f *ir.Frame, iv, ov []int32) {
		v, d, b := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[iv[2]])
		x, e := ir.As[T](f.Bufs[ov[0]]), ir.As[T](f.Bufs[ov[1]])
		each(ir.SizeOf(lead), factorWork*nnz, func(i int) {
			out, done := inDouble(x[i*n*k : (i+1)*n*k])
			right := doubles(b[i*(m+n)*k : (i+1)*(m+n)*k])
			e[i] = T(s.Solve(doubles(v[i*nnz:(i+1)*nnz]), doubles(d[i*n:(i+1)*n]), right, out, k))
			done()
		})
	}
}

func (o SparseLeastSquaresOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	b.Throw(noFactorization("a sparse least-squares problem"))
	return nil
}

var _ = register(SparseLeastSquaresOp{J: examplePattern})
