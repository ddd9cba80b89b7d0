package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// SliceOp takes elements Lo, Lo+Step, … < Hi along every axis.
type SliceOp struct{ Lo, Hi, Step []int }

func (SliceOp) Name() string     { return "slice" }
func (s SliceOp) Params() string { return ints(s.Lo) + ints(s.Hi) + ints(s.Step) }
func (s SliceOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 || len(s.Lo) != in[0].Rank() || len(s.Hi) != len(s.Lo) || len(s.Step) != len(s.Lo) {
		return nil, ir.Errorf(ir.ShapeError, "slice", "%s needs %v:%v:%v to have one entry per axis", ir.TypeList(in), s.Lo, s.Hi, s.Step)
	}
	shape := make([]int, len(s.Lo))
	for i := range shape {
		if s.Lo[i] < 0 || s.Hi[i] > in[0].Shape[i] || s.Lo[i] > s.Hi[i] || s.Step[i] < 1 {
			return nil, ir.Errorf(ir.ShapeError, "slice", "%d:%d:%d is out of range for axis %d of shape %s", s.Lo[i], s.Hi[i],
				s.Step[i], i, ir.ShapeString(in[0].Shape))
		}
		shape[i] = (s.Hi[i] - s.Lo[i] + s.Step[i] - 1) / s.Step[i]
	}
	return []ir.Type{in[0].WithShape(shape)}, nil
}
func (s SliceOp) JVP(x, y, dx values) values { return ir.Apply(s, dx...) }
func (s SliceOp) Transpose(x, ct values, in []ir.Type) values {
	hi := make([]int, len(s.Lo))
	inner := make([]int, len(s.Lo))
	for i, n := range ct[0].Shape {
		inner[i] = s.Step[i] - 1
		hi[i] = in[0].Shape[i] - s.Lo[i] - max(0, n+(n-1)*inner[i])
		if n == 0 {
			hi[i] = in[0].Shape[i] - s.Lo[i]
		}
	}
	return values{Pad(ct[0], s.Lo, hi, inner)}
}
func (s SliceOp) Batch(x values, bd []int, n int) (values, []int) {
	d := bd[0]
	return values{Slice(x[0], slices.Insert(slices.Clone(s.Lo), d, 0), slices.Insert(slices.Clone(s.Hi), d, n),
		slices.Insert(slices.Clone(s.Step), d, 1))}, []int{d}
}

// Moves implements [deps.Mover].
func (SliceOp) Moves() {}

// View: after the first axis that is cut, all are whole, and those before it have
// one element.
func (s SliceOp) View(in, out ir.Type) (int, bool) {
	if out.Size() == 0 {
		return 0, true
	}
	off, cut := 0, false
	for i, st := range ir.Strides(in.Shape) {
		off += s.Lo[i] * st
		switch {
		case cut && out.Shape[i] != in.Shape[i]:
			return 0, false
		case out.Shape[i] > 1:
			if s.Step[i] != 1 {
				return 0, false
			}
			cut = true
		}
	}
	return off, true
}

func (s SliceOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	st := ir.Strides(in[0].Shape)
	off := 0
	for i := range st {
		off += s.Lo[i] * st[i]
		st[i] *= s.Step[i]
	}
	return stridedKernel(out[0].DType, out[0].Shape, ir.Strides(out[0].Shape), 0, st, off, false), nil
}

func (s SliceOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{b.Slice(x[0], s.Lo, s.Hi, s.Step)}
}

var _ = register(SliceOp{[]int{1}, []int{4}, []int{2}})

// Slice takes elements lo, lo+step, … < hi along every axis.
func Slice(x *value, lo, hi, step []int) *value { return ir.Apply1(SliceOp{lo, hi, step}, x) }

// stridedKernel copies between strided views of the output and the only input,
// over a shape; with zero, the output is cleared first.
func stridedKernel(d ir.DType, shape, os []int, oo int, xs []int, xo int, zero bool) ir.Kernel {
	shape = slices.Clone(shape)
	if ir.SizeOf(shape) == 0 {
		return func(f *ir.Frame, in, out []int32) {
			if zero {
				clear(f.Bufs[out[0]].Bytes(d.Size()))
			}
		}
	}
	switch d.Size() {
	case 1:
		return stridedOf[bool](shape, os, oo, xs, xo, zero)
	case 4:
		return stridedOf[int32](shape, os, oo, xs, xo, zero)
	}
	return stridedOf[int64](shape, os, oo, xs, xo, zero)
}

func stridedOf[T ir.Elem](shape, os []int, oo int, xs []int, xo int, zero bool) ir.Kernel {
	if len(shape) == 1 && os[0] == 1 && xs[0] == 1 { // the frequent x[lo:hi]
		n := shape[0]
		return func(f *ir.Frame, in, out []int32) {
			dst := ir.As[T](f.Bufs[out[0]])
			if zero {
				clear(dst)
			}
			copy(dst[oo:oo+n], ir.As[T](f.Bufs[in[0]])[xo:xo+n])
		}
	}
	return func(f *ir.Frame, in, out []int32) {
		dst := ir.As[T](f.Bufs[out[0]])
		if zero {
			clear(dst)
		}
		kernel.CopyStrided(kernel.Strided[T]{Data: dst, Offset: oo, Strides: os},
			kernel.Strided[T]{Data: ir.As[T](f.Bufs[in[0]]), Offset: xo, Strides: xs}, shape)
	}
}
