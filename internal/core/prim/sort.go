package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// ArgsortOp gives the indices that sort the last axis ascending, as int32; equal
// elements keep their order and NaN comes last.
type ArgsortOp struct {
	plain
	noDerivative
}

func (ArgsortOp) Work() ir.Work { return ir.Costly }
func (ArgsortOp) Name() string  { return "argsort" }
func (ArgsortOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 || in[0].Rank() == 0 || in[0].DType == ir.Bool {
		return nil, ir.Errorf(ir.ShapeError, "argsort", "operand is %s, want numbers with an axis", ir.TypeList(in))
	}
	return []ir.Type{{DType: ir.Int32, Shape: in[0].Shape}}, nil
}
func (o ArgsortOp) Batch(x values, bd []int, n int) (values, []int) {
	return ir.Apply(o, MoveTo(x[0], bd[0], 0, n)), []int{0}
}
func (ArgsortOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	n := in[0].Shape[in[0].Rank()-1]
	switch in[0].DType {
	case ir.Float64:
		return argsortKernel[float64](n), nil
	case ir.Float32:
		return argsortKernel[float32](n), nil
	case ir.Int64:
		return argsortKernel[int64](n), nil
	case ir.Int32:
		return argsortKernel[int32](n), nil
	}
	return argsortKernel[uint32](n), nil
}

func (ArgsortOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	axis := x[0].Rank() - 1
	if out[0].Size() == 0 {
		return []stablehlo.Value{b.Full(out[0], 0)}
	}
	index := b.Iota(out[0], axis)
	d := x[0].DType
	sorted := b.WithRegion("stablehlo.sort", fmt.Sprintf("dimension = %d : i64, is_stable = true", axis), []stablehlo.Value{x[0], index},
		[]ir.DType{d, d, ir.Int32, ir.Int32}, func(a []stablehlo.Value) []stablehlo.Value {
			less := b.Compare("LT", a[0], a[1])
			if d.IsFloat() { // NaN is above all else
				less = b.Map("stablehlo.or", less, b.Map("stablehlo.and", b.Compare("EQ", a[0], a[0]), b.Compare("NE", a[1], a[1])))
			}
			return []stablehlo.Value{less}
		}, x[0].Type, out[0])
	return sorted[1:]
}

var _ = register(ArgsortOp{})

func argsortKernel[T ir.Number](n int) ir.Kernel {
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[int32](f.Bufs[ov[0]])
		for lo := 0; lo < len(x); lo += n {
			kernel.ArgsortStable(x[lo:lo+n], y[lo:lo+n])
		}
	}
}

// Argsort gives the int32 indices that sort the last axis ascending.
func Argsort(x *value) *value { return ir.Apply1(ArgsortOp{}, x) }

// ArgOp gives the int32 index of the largest (Min: smallest) element along Axis,
// the first one among equals; NaN wins.
type ArgOp struct {
	noDerivative
	Axis int
	Min  bool
}

func (o ArgOp) Name() string {
	if o.Min {
		return "argmin"
	}
	return "argmax"
}
func (o ArgOp) Params() string { return ints([]int{o.Axis}) }
func (o ArgOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 || o.Axis < 0 || o.Axis >= in[0].Rank() || in[0].DType == ir.Bool {
		return nil, ir.Errorf(ir.ShapeError, o.Name(), "axis %d does not fit %s", o.Axis, ir.TypeList(in))
	}
	if in[0].Shape[o.Axis] == 0 {
		return nil, ir.Errorf(ir.ShapeError, o.Name(), "axis %d of shape %s is empty", o.Axis, ir.ShapeString(in[0].Shape))
	}
	return []ir.Type{{DType: ir.Int32, Shape: slices.Delete(slices.Clone(in[0].Shape), o.Axis, o.Axis+1)}}, nil
}
func (o ArgOp) Batch(x values, bd []int, n int) (values, []int) {
	return ir.Apply(ArgOp{Axis: o.Axis + 1, Min: o.Min}, MoveTo(x[0], bd[0], 0, n)), []int{0}
}
func (o ArgOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	w := newWalk(o.Axis, 0, in[0], ir.T(ir.Int32))
	switch in[0].DType {
	case ir.Float64:
		return argKernel[float64](w, o.Min), nil
	case ir.Float32:
		return argKernel[float32](w, o.Min), nil
	case ir.Int64:
		return argKernel[int64](w, o.Min), nil
	case ir.Int32:
		return argKernel[int32](w, o.Min), nil
	}
	return argKernel[uint32](w, o.Min), nil
}

// StableHLO finds the first element that equals the extremum, or is NaN.
func (o ArgOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	index := b.Iota(ir.Type{DType: ir.Int32, Shape: x[0].Shape}, o.Axis)
	return expand(b, []stablehlo.Value{x[0], index}, func(z values) values {
		v, extreme := z[0], ReduceMax
		if o.Min {
			extreme = ReduceMin
		}
		m := Broadcast(extreme(v, o.Axis), v.Shape, slices.Delete(AllAxes(v.Rank()), o.Axis, o.Axis+1))
		hit := Or(Eq(v, m), Ne(v, v))
		return values{ReduceMin(Select(hit, z[1], like(z[1], float64(v.Shape[o.Axis]))), o.Axis)}
	})
}

var (
	_ = register(ArgOp{})
	_ = register(ArgOp{Min: true})
)

func argKernel[T ir.Number](w walk, least bool) ir.Kernel {
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[int32](f.Bufs[ov[0]])
		for p := range w.p {
			for q := range w.q {
				best, at := x[p*w.d*w.q+q], 0
				for k := 1; k < w.d && best == best; k++ {
					if v := x[(p*w.d+k)*w.q+q]; v != v || !least && v > best || least && v < best {
						best, at = v, k
					}
				}
				y[p*w.q+q] = int32(at)
			}
		}
	}
}
