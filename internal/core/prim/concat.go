package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// PadOp puts the operand into zeros: Lo before, Hi after and Inner between the
// elements of every axis, none negative.
type PadOp struct{ Lo, Hi, Inner []int }

func (PadOp) Name() string     { return "pad" }
func (p PadOp) Params() string { return ints(p.Lo) + ints(p.Hi) + ints(p.Inner) }
func (p PadOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 || len(p.Lo) != in[0].Rank() || len(p.Hi) != len(p.Lo) || len(p.Inner) != len(p.Lo) {
		return nil, ir.Errorf(ir.ShapeError, "pad", "%s needs one padding per axis, got %v %v %v", ir.TypeList(in), p.Lo, p.Hi, p.Inner)
	}
	shape := make([]int, len(p.Lo))
	for i, n := range in[0].Shape {
		if p.Lo[i] < 0 || p.Hi[i] < 0 || p.Inner[i] < 0 {
			return nil, ir.Errorf(ir.ShapeError, "pad", "negative padding of axis %d", i)
		}
		shape[i] = p.Lo[i] + p.Hi[i] + n + max(0, n-1)*p.Inner[i]
	}
	return []ir.Type{in[0].WithShape(shape)}, nil
}
func (p PadOp) JVP(x, y, dx values) values { return ir.Apply(p, dx...) }
func (p PadOp) Transpose(x, ct values, in []ir.Type) values {
	hi, step := make([]int, len(p.Lo)), make([]int, len(p.Lo))
	for i, n := range in[0].Shape {
		step[i] = p.Inner[i] + 1
		hi[i] = p.Lo[i]
		if n > 0 {
			hi[i] += (n-1)*step[i] + 1
		}
	}
	return values{Slice(ct[0], p.Lo, hi, step)}
}
func (p PadOp) Batch(x values, bd []int, n int) (values, []int) {
	d := bd[0]
	at := func(s []int) []int { return slices.Insert(slices.Clone(s), d, 0) }
	return values{Pad(x[0], at(p.Lo), at(p.Hi), at(p.Inner))}, []int{d}
}

// Moves implements [deps.Mover].
func (PadOp) Moves() {}

func (p PadOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	st := ir.Strides(out[0].Shape)
	off := 0
	for i := range st {
		off += p.Lo[i] * st[i]
		st[i] *= p.Inner[i] + 1
	}
	return stridedKernel(in[0].DType, in[0].Shape, st, off, ir.Strides(in[0].Shape), 0, true), nil
}

func (p PadOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	attrs := "edge_padding_low = " + stablehlo.Array(p.Lo) + ", edge_padding_high = " + stablehlo.Array(p.Hi) +
		", interior_padding = " + stablehlo.Array(p.Inner)
	return b.Op("stablehlo.pad", attrs, append(x, b.Full(ir.T(x[0].DType), 0)), out[0])
}

var _ = register(PadOp{[]int{1}, []int{2}, []int{1}})

// Pad puts zeros before (lo), after (hi) and between (inner) the elements of every
// axis. The numbers of zeros, one per axis, must not be negative.
func Pad(x *value, lo, hi, inner []int) *value { return ir.Apply1(PadOp{lo, hi, inner}, x) }

// ConcatOp joins operands along an axis.
type ConcatOp struct{ Axis int }

func (ConcatOp) Name() string     { return "concatenate" }
func (c ConcatOp) Params() string { return fmt.Sprint(c.Axis) }
func (c ConcatOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) == 0 || c.Axis < 0 || c.Axis >= in[0].Rank() {
		return nil, ir.Errorf(ir.ShapeError, "concatenate", "axis %d is out of range for %s", c.Axis, ir.TypeList(in))
	}
	shape := slices.Clone(in[0].Shape)
	for _, t := range in[1:] {
		ok := t.Rank() == len(shape) && t.DType == in[0].DType
		for i := range shape {
			ok = ok && (i == c.Axis || t.Shape[i] == shape[i])
		}
		if !ok {
			return nil, ir.Errorf(ir.ShapeError, "concatenate", "operands do not fit along axis %d: %s", c.Axis, ir.TypeList(in))
		}
		shape[c.Axis] += t.Shape[c.Axis]
	}
	return []ir.Type{in[0].WithShape(shape)}, nil
}
func (c ConcatOp) JVP(x, y, dx values) values {
	d := make(values, len(dx))
	for i, v := range dx {
		if v == nil {
			v = like(x[i], 0)
		}
		d[i] = v
	}
	return ir.Apply(c, d...)
}
func (c ConcatOp) Transpose(x, ct values, in []ir.Type) values {
	out := make(values, len(x))
	lo := make([]int, in[0].Rank())
	step := make([]int, in[0].Rank())
	for i := range step {
		step[i] = 1
	}
	for i, t := range in {
		hi := slices.Clone(ct[0].Shape)
		hi[c.Axis] = lo[c.Axis] + t.Shape[c.Axis]
		if x[i] == nil {
			out[i] = Slice(ct[0], slices.Clone(lo), hi, step)
		}
		lo[c.Axis] = hi[c.Axis]
	}
	return out
}
func (c ConcatOp) Batch(x values, bd []int, n int) (values, []int) {
	out := make(values, len(x))
	for i, v := range x {
		out[i] = MoveTo(v, bd[i], 0, n)
	}
	return values{Concat(c.Axis+1, out...)}, []int{0}
}

// Moves implements [deps.Mover].
func (ConcatOp) Moves() {}

func (c ConcatOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	size := out[0].DType.Size()
	outer := ir.SizeOf(out[0].Shape[:c.Axis])
	run := make([]int, len(in))
	total := 0
	for i, t := range in {
		run[i] = ir.SizeOf(t.Shape[c.Axis:]) * size
		total += run[i]
	}
	return func(f *ir.Frame, iv, ov []int32) {
		dst := f.Bufs[ov[0]].Bytes(size)
		at := 0
		for i, v := range iv {
			src := f.Bufs[v].Bytes(size)
			for o := range outer {
				copy(dst[o*total+at:o*total+at+run[i]], src[o*run[i]:])
			}
			at += run[i]
		}
	}, nil
}

func (c ConcatOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Op("stablehlo.concatenate", fmt.Sprintf("dimension = %d : i64", c.Axis), x, out[0])
}

var _ = register(ConcatOp{0})

// Concat joins arrays along an axis.
func Concat(axis int, x ...*value) *value {
	if len(x) == 1 {
		return x[0]
	}
	return ir.Apply1(ConcatOp{axis}, x...)
}
