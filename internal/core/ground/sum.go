package ground

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// ReduceSum sums along the given axes (none: nothing).
func ReduceSum(x *value, axes ...int) *value {
	if len(axes) == 0 {
		return x
	}
	return ir.Apply1(SumOp{slices.Sorted(slices.Values(axes))}, x)
}

// SumOp sums along axes, given in increasing order.
type SumOp struct{ Axes []int }

func (SumOp) Name() string     { return "reduce_sum" }
func (s SumOp) Params() string { return ir.ShapeString(s.Axes) }

func (s SumOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 {
		return nil, ir.Errorf(ir.ArgumentError, "reduce_sum", "%d operands, want 1", len(in))
	}
	if in[0].DType == ir.Bool {
		return nil, ir.Errorf(ir.DTypeError, "reduce_sum", "operand is bool, want number")
	}
	t, err := Reduced("reduce_sum", s.Axes, in[0])
	return []ir.Type{t}, err
}

func (s SumOp) JVP(x, y, dx values) values { return ir.Apply(s, dx...) }

func (s SumOp) Transpose(x, ct values, in []ir.Type) values {
	return values{Broadcast(ct[0], in[0].Shape, Kept(s.Axes, in[0].Rank()))}
}

func (s SumOp) Batch(x values, bd []int, n int) (values, []int) {
	axes, out := BatchAxes(s.Axes, bd[0])
	return ir.Apply(SumOp{axes}, x...), []int{out}
}

// Depend implements [deps.Depender].
func (s SumOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return [][]deps.Set{t.Along(x[0], s.Axes)}
}

// View: the reduced axes have one element.
func (s SumOp) View(in, out ir.Type) (int, bool) {
	return 0, in.Size() == out.Size() && in.Size() > 0
}

// SumsAll implements [ir.Summer].
func (SumOp) SumsAll(in, out ir.Type) bool { return out.Size() == 1 }

func (s SumOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	switch in[0].DType {
	case ir.Float64:
		return sumKernel(s, in[0], kernel.Sum[float64]), nil
	case ir.Float32:
		return sumKernel(s, in[0], kernel.Sum[float32]), nil
	case ir.Int64:
		return sumKernel(s, in[0], sumInt[int64]), nil
	case ir.Int32:
		return sumKernel(s, in[0], sumInt[int32]), nil
	}
	return sumKernel(s, in[0], sumInt[uint32]), nil
}

func (s SumOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{b.Reduce("stablehlo.add", x[0], b.Full(ir.T(x[0].DType), 0), s.Axes)}
}

var _ = Register(SumOp{[]int{0}})

func sumInt[T ir.Number](x []T) T {
	var s T
	for _, v := range x {
		s += v
	}
	return s
}

// sumKernel adds up rows if only leading axes are summed, otherwise contiguous runs.
func sumKernel[T ir.Number](s SumOp, in ir.Type, run func([]T) T) ir.Kernel {
	k := len(s.Axes)
	if k == in.Rank() || k == 0 || s.Axes[k-1] != k-1 {
		return ReduceRuns(s.Axes, in, run)
	}
	rows, n := ir.SizeOf(in.Shape[k:]), ir.SizeOf(in.Shape[:k])
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
		clear(y)
		for i := range n {
			row := x[i*rows : (i+1)*rows]
			for j, v := range row {
				y[j] += v
			}
		}
	}
}

// What reductions share.

// Reduced is the shape rule of reductions along axes.
func Reduced(op string, axes []int, in ir.Type) (ir.Type, error) {
	for i, a := range axes {
		if a < 0 || a >= in.Rank() || i > 0 && a <= axes[i-1] {
			return ir.Type{}, ir.Errorf(ir.ShapeError, op, "axes %v do not fit shape %s", axes, ir.ShapeString(in.Shape))
		}
	}
	var shape []int
	for _, a := range Kept(axes, in.Rank()) {
		shape = append(shape, in.Shape[a])
	}
	return in.WithShape(shape), nil
}

// Kept are the axes that a reduction along axes keeps.
func Kept(axes []int, rank int) []int {
	var k []int
	for i := range rank {
		if !slices.Contains(axes, i) {
			k = append(k, i)
		}
	}
	return k
}

// BatchAxes are the axes of a reduction whose operand carries a batch along axis
// bd, and the axis along which its result does.
func BatchAxes(axes []int, bd int) (batched []int, out int) {
	batched, out = slices.Clone(axes), bd
	for i, a := range axes {
		if a >= bd {
			batched[i]++
		} else {
			out--
		}
	}
	return batched, out
}

// ReduceRuns reduces contiguous runs of elements by run, after bringing the
// reduced axes to the end if they are not there.
func ReduceRuns[T ir.Elem](axes []int, in ir.Type, run func([]T) T) ir.Kernel {
	kept := Kept(axes, in.Rank())
	perm := append(kept, axes...)
	n := 1
	for _, a := range axes {
		n *= in.Shape[a]
	}
	rows := ir.SizeOf(in.Shape) / max(n, 1)
	if n == 0 {
		rows = 1
		for _, a := range kept {
			rows *= in.Shape[a]
		}
	}
	shape := slices.Clone(in.Shape)
	if slices.IsSorted(perm) {
		return func(f *ir.Frame, iv, ov []int32) {
			x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
			if rows*n <= kernel.Grain {
				for i := range rows {
					y[i] = run(x[i*n : (i+1)*n])
				}
				return
			}
			kernel.Parallel(rows, max(1, kernel.Grain/max(n, 1)), func(lo, hi int) {
				for i := lo; i < hi; i++ {
					y[i] = run(x[i*n : (i+1)*n])
				}
			})
		}
	}
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
		t := make([]T, len(x))
		kernel.Permute(t, x, shape, perm)
		for i := range rows {
			y[i] = run(t[i*n : (i+1)*n])
		}
	}
}

// ReduceRows is ReduceRuns of a function that also folds rows of elements, by fold, as it does where the leading axes are reduced: they are read in their order.
func ReduceRows[T ir.Elem](axes []int, in ir.Type, run func([]T) T, fold func(y, row []T)) ir.Kernel {
	n, rows := 1, 1 // elements of a row, and rows
	leading := axes[len(axes)-1] == len(axes)-1
	for a, size := range in.Shape {
		if a < len(axes) {
			rows *= size
		} else {
			n *= size
		}
	}
	if !leading || n == 1 || n*rows == 0 {
		return ReduceRuns(axes, in, run)
	}
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
		copy(y, x[:n])
		for i := 1; i < rows; i++ {
			fold(y[:n], x[i*n:(i+1)*n])
		}
	}
}
