package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// rowOp is a primitive for members along the last axis that has a kernel of its own, which works on rows: the elements of one
// place in the arrays of all members. It exists inside of kernels only.
type rowOp struct {
	kernelOnly
	Of    ir.Op // the primitive for one member
	Out   ir.Type
	Build func() ir.Kernel
}

func (o rowOp) Name() string                       { return "rows_" + o.Of.Name() }
func (o rowOp) Params() string                     { return o.Of.Params() }
func (o rowOp) Infer([]ir.Type) ([]ir.Type, error) { return []ir.Type{o.Out}, nil }
func (o rowOp) Kernel(ir.Compiler, []ir.Type, []ir.Type) (ir.Kernel, error) {
	return o.Build(), nil
}

// byRows applies a primitive by its kernel for rows, if it has one for these operands; in marks those that carry n members
// along the last axis.
func byRows(op ir.Op, x values, in []bool, n int) *value {
	_, product := op.(DotOp)
	types := make([]ir.Type, len(x)) // of one member
	for i, v := range x {
		switch {
		case in[i]:
			types[i] = v.WithShape(v.Shape[:v.Rank()-1])
		case product:
			types[i] = v.Type
		default:
			return nil
		}
		if types[i].Size() == 0 {
			return nil
		}
	}
	var build func() ir.Kernel
	double := x[0].DType == ir.Float64
	switch op := op.(type) {
	case ground.SumOp:
		if run, ok := reducedLast(op.Axes, types[0]); ok && x[0].DType.IsFloat() && run <= mostTerms {
			build = byFloats(double, rowSum[float64](types[0], run, n), rowSum[float32](types[0], run, n))
		}
	case NormOp:
		if run, ok := reducedLast(op.Axes, types[0]); ok && run <= mostTerms {
			build = byFloats(double, rowNorm[float64](types[0], run, n), rowNorm[float32](types[0], run, n))
		}
	case ReduceOp:
		if run, ok := reducedLast(op.Axes, types[0]); ok && run > 1 {
			build = rowReduce(op, types[0], run, n)
		}
	case DotOp:
		if x[0].DType == x[1].DType && ir.SizeOf(dimsOf(types[0].Shape, op.LC)) <= mostTerms {
			build = byFloats(double, rowDot[float64](op, types, in, n), rowDot[float32](op, types, in, n))
		}
	case CholeskyOp:
		if m := types[0].Shape[types[0].Rank()-1]; double && m <= largestRowMatrix {
			build = rowCholesky(types[0], n)
		}
	case TriangularSolveOp:
		if m := types[0].Shape[types[0].Rank()-1]; op.Left && m <= largestRowMatrix {
			build = byFloats(double, rowTriangular[float64](op, types, n), rowTriangular[float32](op, types, n))
		}
	}
	if build == nil {
		return nil
	}
	out, err := op.Infer(types)
	if err != nil {
		return nil
	}
	return ir.Apply1(rowOp{Of: op, Out: memberTypes(out, nil, n)[0], Build: build}, x...)
}

// mostTerms is the number of terms up to which kernels for one member add them in one piece, and largestRowMatrix the order up to
// which they factor and solve by substitution only.
const mostTerms, largestRowMatrix = 512, 32

func byFloats(double bool, f64, f32 func() ir.Kernel) func() ir.Kernel {
	if double {
		return f64
	}
	return f32
}

// reducedLast is the number of elements that are reduced to one, if they follow each other.
func reducedLast(axes []int, t ir.Type) (run int, ok bool) {
	first := t.Rank() - len(axes)
	if !slices.Equal(axes, span(first, len(axes))) {
		return 0, false
	}
	return ir.SizeOf(t.Shape[first:]), true
}

func rowSum[T ir.Float](t ir.Type, run, n int) func() ir.Kernel {
	return reduction(t, run, n, func(y, x []T) { kernel.RowSum(n, run, y, x) })
}

func rowNorm[T ir.Float](t ir.Type, run, n int) func() ir.Kernel {
	return reduction(t, run, n, func(y, x []T) { kernel.RowNorm(n, run, y, x) })
}

// reduction reduces runs of rows to one row each.
func reduction[T ir.Elem](t ir.Type, run, n int, f func(y, x []T)) func() ir.Kernel {
	rows := t.Size() / run
	return func() ir.Kernel {
		return func(f0 *ir.Frame, iv, ov []int32) {
			x, y := ir.As[T](f0.Bufs[iv[0]]), ir.As[T](f0.Bufs[ov[0]])
			for r := range rows {
				f(y[r*n:(r+1)*n], x[r*run*n:(r+1)*run*n])
			}
		}
	}
}

// rowReduce joins rows one after the other by the block of an elementwise primitive.
func rowReduce(r ReduceOp, t ir.Type, run, n int) func() ir.Kernel {
	join := map[Join]ir.Elementwise{JoinMax: OpMax.(ir.Elementwise), JoinMin: OpMin.(ir.Elementwise), JoinAnd: OpAnd.(ir.Elementwise),
		JoinOr: OpOr.(ir.Elementwise), JoinProd: OpMul.(ir.Elementwise)}[r.Join]
	block := join.Block([]ir.DType{t.DType, t.DType})
	if block == nil {
		return nil
	}
	size, rows := t.DType.Size(), t.Size()/run
	return func() ir.Kernel {
		return func(f *ir.Frame, iv, ov []int32) {
			x, y := f.Bufs[iv[0]], f.Bufs[ov[0]]
			for r := range rows {
				out := y.Slice(r*n, n, size)
				copy(out.Bytes(size), x.Slice(r*run*n, n, size).Bytes(size))
				for k := 1; k < run; k++ {
					block(out, out, x.Slice((r*run+k)*n, n, size), ir.Buf{})
				}
			}
		}
	}
}

// rowDot is a general product; its sums have the order of the kernel that multiplies the arrays of one member.
func rowDot[T ir.Float](d DotOp, in []ir.Type, members []bool, n int) func() ir.Kernel {
	lf, rf := free(in[0].Rank(), d.LC, d.LB), free(in[1].Rank(), d.RC, d.RB)
	ls, rs := ir.Strides(in[0].Shape), ir.Strides(in[1].Shape)
	offsets := func(shape, strides, axes []int) []int {
		at := []int{0}
		for _, a := range axes {
			var next []int
			for _, o := range at {
				for i := range shape[a] {
					next = append(next, o+i*strides[a])
				}
			}
			at = next
		}
		return at
	}
	lb, rb := offsets(in[0].Shape, ls, d.LB), offsets(in[1].Shape, rs, d.RB)
	left, right := offsets(in[0].Shape, ls, lf), offsets(in[1].Shape, rs, rf)
	lc, rc := offsets(in[0].Shape, ls, d.LC), offsets(in[1].Shape, rs, d.RC)
	k := len(lc)
	sl, ok1 := even(lc)
	sr, ok2 := even(rc)
	if !ok1 || !ok2 {
		return nil
	}
	order := kernel.InOrder
	switch m, n := len(left), len(right); {
	case m == 1 && n == 1:
		order = kernel.InEights
	case n == 1 && m > 1 && sl != 1, m == 1 && sr != 1: // a transposed matrix times a vector
		order = kernel.InQuarters
	}
	return func() ir.Kernel {
		return func(f *ir.Frame, iv, ov []int32) {
			x, y, z := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[ov[0]])
			at := 0
			for b := range lb {
				for _, i := range left {
					for _, j := range right {
						switch out := z[at : at+n]; {
						case !members[0]:
							kernel.RowDotShared(order, n, k, out, x, lb[b]+i, sl, y, rb[b]+j, sr)
						case !members[1]:
							kernel.RowDotShared(order, n, k, out, y, rb[b]+j, sr, x, lb[b]+i, sl)
						default:
							kernel.RowDot(order, n, k, out, x, lb[b]+i, sl, y, rb[b]+j, sr)
						}
						at += n
					}
				}
			}
		}
	}
}

// even is the distance between offsets, if it is the same everywhere.
func even(at []int) (step int, ok bool) {
	if len(at) < 2 {
		return 1, true
	}
	step = at[1] - at[0]
	for i := range at[1:] {
		if at[i+1]-at[i] != step {
			return 0, false
		}
	}
	return step, true
}

func rowCholesky(t ir.Type, n int) func() ir.Kernel {
	m := t.Shape[t.Rank()-1]
	size := m * m * n
	batch := t.Size() / (m * m)
	return func() ir.Kernel {
		return func(f *ir.Frame, iv, ov []int32) {
			a, l := ir.As[float64](f.Bufs[iv[0]]), ir.As[float64](f.Bufs[ov[0]])
			for i := range batch {
				kernel.RowCholesky(m, n, a[i*size:(i+1)*size], l[i*size:(i+1)*size])
			}
		}
	}
}

func rowTriangular[T ir.Float](o TriangularSolveOp, in []ir.Type, n int) func() ir.Kernel {
	r := in[1].Rank()
	m, c := in[1].Shape[r-2], in[1].Shape[r-1]
	batch := in[1].Size() / (m * c)
	return func() ir.Kernel {
		return func(f *ir.Frame, iv, ov []int32) {
			a, b, x := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[ov[0]])
			copy(x, b)
			for i := range batch {
				kernel.RowTriangularSolve(o.Lower, o.Trans, o.Unit, m, c, n, a[i*m*m*n:(i+1)*m*m*n], x[i*m*c*n:(i+1)*m*c*n])
			}
		}
	}
}
