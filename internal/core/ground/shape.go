package ground

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// BroadcastOp repeats its operand along new axes: axis i of the operand becomes
// axis Dims[i] of the output, Dims increasing; its size must be the same.
type BroadcastOp struct{ Shape, Dims []int }

func (BroadcastOp) Name() string     { return "broadcast" }
func (b BroadcastOp) Params() string { return ir.ShapeString(b.Shape) + ir.ShapeString(b.Dims) }

func (b BroadcastOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 || len(b.Dims) != in[0].Rank() {
		return nil, ir.Errorf(ir.ShapeError, "broadcast", "operand %s needs one output axis for each of its axes, got %v",
			ir.TypeList(in), b.Dims)
	}
	for i, d := range b.Dims {
		if d < 0 || d >= len(b.Shape) || b.Shape[d] != in[0].Shape[i] || i > 0 && d <= b.Dims[i-1] {
			return nil, ir.Errorf(ir.ShapeError, "broadcast", "shape %s does not fit into %s along axes %v",
				ir.ShapeString(in[0].Shape), ir.ShapeString(b.Shape), b.Dims)
		}
	}
	return []ir.Type{{DType: in[0].DType, Shape: b.Shape}}, nil
}

func (b BroadcastOp) JVP(x, y, dx values) values { return ir.Apply(b, dx...) }

func (b BroadcastOp) Transpose(x, ct values, in []ir.Type) values {
	var axes []int
	for i := range b.Shape {
		if !slices.Contains(b.Dims, i) {
			axes = append(axes, i)
		}
	}
	return values{ReduceSum(ct[0], axes...)}
}

func (b BroadcastOp) Batch(x values, bd []int, n int) (values, []int) {
	v := MoveTo(x[0], bd[0], 0, n)
	dims := []int{0}
	for _, d := range b.Dims {
		dims = append(dims, d+1)
	}
	return values{Broadcast(v, append([]int{n}, b.Shape...), dims)}, []int{0}
}

func (b BroadcastOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	strides := make([]int, len(b.Shape))
	for i, s := range ir.Strides(in[0].Shape) {
		strides[b.Dims[i]] = s
	}
	shape := slices.Clone(b.Shape)
	if in[0].Size() == out[0].Size() {
		return CopyKernel(out[0]), nil
	}
	switch out[0].DType.Size() {
	case 1:
		return broadcastKernel[bool](shape, strides), nil
	case 4:
		return broadcastKernel[int32](shape, strides), nil
	}
	return broadcastKernel[int64](shape, strides), nil
}

func (b BroadcastOp) StableHLO(h *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{h.Broadcast(x[0], b.Shape, b.Dims)}
}

// Moves implements [deps.Mover].
func (BroadcastOp) Moves() {}

// Repeats implements [ir.Repeater].
func (BroadcastOp) Repeats(in ir.Type) bool { return in.Size() == 1 }

// View: only axes of size 1 are new.
func (b BroadcastOp) View(in, out ir.Type) (int, bool) { return 0, in.Size() == out.Size() }

func broadcastKernel[T ir.Elem](shape, strides []int) ir.Kernel {
	return func(f *ir.Frame, in, out []int32) {
		dst, src := ir.As[T](f.Bufs[out[0]]), ir.As[T](f.Bufs[in[0]])
		if len(src) == 1 {
			v := src[0]
			for i := range dst {
				dst[i] = v
			}
			return
		}
		kernel.BroadcastTo(dst, src, strides, shape)
	}
}

// CopyKernel copies its input, of type t, unless the output is the same storage.
func CopyKernel(t ir.Type) ir.Kernel {
	size := t.DType.Size()
	return func(f *ir.Frame, in, out []int32) {
		o, x := f.Bufs[out[0]], f.Bufs[in[0]]
		if o.P != x.P {
			copy(o.Bytes(size), x.Bytes(size))
		}
	}
}

// Broadcast is [BroadcastOp]; a literal stays a literal.
func Broadcast(x *value, shape, dims []int) *value {
	if slices.Equal(x.Shape, shape) {
		return x
	}
	if d := x.Data(); d != nil {
		if n, ok := d.IsSplat(); ok {
			return ir.Full(ir.Type{DType: x.DType, Shape: shape}, n)
		}
	}
	return ir.Apply1(BroadcastOp{shape, dims}, x)
}

var _ = Register(BroadcastOp{[]int{2, 3}, []int{1}})

// ReshapeOp changes the shape and keeps the row-major order of the elements.
type ReshapeOp struct{ Shape []int }

func (ReshapeOp) Name() string     { return "reshape" }
func (r ReshapeOp) Params() string { return ir.ShapeString(r.Shape) }
func (r ReshapeOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 || in[0].Size() != ir.SizeOf(r.Shape) {
		return nil, ir.Errorf(ir.ShapeError, "reshape", "cannot make shape %s of %s", ir.ShapeString(r.Shape), ir.TypeList(in))
	}
	return []ir.Type{in[0].WithShape(r.Shape)}, nil
}
func (r ReshapeOp) JVP(x, y, dx values) values { return ir.Apply(r, dx...) }
func (r ReshapeOp) Transpose(x, ct values, in []ir.Type) values {
	return values{Reshape(ct[0], in[0].Shape)}
}
func (r ReshapeOp) Batch(x values, bd []int, n int) (values, []int) {
	v := MoveTo(x[0], bd[0], 0, n)
	return values{Reshape(v, append([]int{n}, r.Shape...))}, []int{0}
}
func (r ReshapeOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return CopyKernel(out[0]), nil
}

func (r ReshapeOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{b.Reshape(x[0], r.Shape...)}
}

// Moves implements [deps.Mover].
func (ReshapeOp) Moves() {}

// View: the elements stay where they are.
func (ReshapeOp) View(in, out ir.Type) (int, bool) { return 0, true }

// Place: the parts of the first axis stay parts of the first axis, if only that
// one is cut.
func (r ReshapeOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	s := in[0]
	if s == nil || len(r.Shape) == 0 || s.Axes[0] == "" || slices.ContainsFunc(s.Axes[1:], func(a string) bool { return a != "" }) {
		return []*ir.Sharding{nil}
	}
	axes := make([]string, len(r.Shape))
	axes[0] = s.Axes[0]
	out := &ir.Sharding{Mesh: s.Mesh, Axes: axes}
	if out.Check("reshape", y[0]) != nil {
		return []*ir.Sharding{nil}
	}
	return []*ir.Sharding{out}
}

// Reshape is [ReshapeOp]; a literal stays a literal.
func Reshape(x *value, shape []int) *value {
	if slices.Equal(x.Shape, shape) {
		return x
	}
	if d := x.Data(); d != nil && ir.SizeOf(shape) == x.Size() {
		if n, ok := d.IsSplat(); ok {
			return ir.Full(ir.Type{DType: x.DType, Shape: shape}, n)
		}
	}
	return ir.Apply1(ReshapeOp{shape}, x)
}

var _ = Register(ReshapeOp{[]int{6}})

// TransposeOp permutes axes: axis i of the output is axis Perm[i] of the operand.
type TransposeOp struct{ Perm []int }

func (TransposeOp) Name() string     { return "transpose" }
func (t TransposeOp) Params() string { return ir.ShapeString(t.Perm) }
func (t TransposeOp) Infer(in []ir.Type) ([]ir.Type, error) {
	bad := len(in) != 1 || len(t.Perm) != in[0].Rank()
	seen := make([]bool, len(t.Perm))
	for _, p := range t.Perm {
		if bad || p < 0 || p >= len(seen) || seen[p] {
			return nil, ir.Errorf(ir.ShapeError, "transpose", "%v is not a permutation of the axes of %s", t.Perm, ir.TypeList(in))
		}
		seen[p] = true
	}
	if bad {
		return nil, ir.Errorf(ir.ShapeError, "transpose", "%v is not a permutation of the axes of %s", t.Perm, ir.TypeList(in))
	}
	shape := make([]int, len(t.Perm))
	for i, p := range t.Perm {
		shape[i] = in[0].Shape[p]
	}
	return []ir.Type{in[0].WithShape(shape)}, nil
}
func (t TransposeOp) JVP(x, y, dx values) values { return ir.Apply(t, dx...) }
func (t TransposeOp) Transpose(x, ct values, in []ir.Type) values {
	inv := make([]int, len(t.Perm))
	for i, p := range t.Perm {
		inv[p] = i
	}
	return values{Transpose(ct[0], inv)}
}
func (t TransposeOp) Batch(x values, bd []int, n int) (values, []int) {
	perm := []int{bd[0]}
	for _, p := range t.Perm {
		if p >= bd[0] {
			p++
		}
		perm = append(perm, p)
	}
	return values{Transpose(x[0], perm)}, []int{0}
}

// Moves implements [deps.Mover].
func (TransposeOp) Moves() {}

// View: only axes of size 1 change their place.
func (t TransposeOp) View(in, out ir.Type) (int, bool) {
	last := -1
	for _, a := range t.Perm {
		if in.Shape[a] == 1 {
			continue
		}
		if a < last {
			return 0, false
		}
		last = a
	}
	return 0, true
}

func (t TransposeOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	shape, perm := slices.Clone(in[0].Shape), slices.Clone(t.Perm)
	switch out[0].DType.Size() {
	case 1:
		return permuteKernel[bool](shape, perm), nil
	case 4:
		return permuteKernel[int32](shape, perm), nil
	}
	return permuteKernel[int64](shape, perm), nil
}

func (t TransposeOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Op("stablehlo.transpose", "permutation = "+stablehlo.Array(t.Perm), x, out[0])
}

func permuteKernel[T ir.Elem](shape, perm []int) ir.Kernel {
	return func(f *ir.Frame, in, out []int32) {
		kernel.Permute(ir.As[T](f.Bufs[out[0]]), ir.As[T](f.Bufs[in[0]]), shape, perm)
	}
}

// Transpose is [TransposeOp].
func Transpose(x *value, perm []int) *value {
	id := true
	for i, p := range perm {
		id = id && i == p
	}
	if id && len(perm) == x.Rank() {
		return x
	}
	return ir.Apply1(TransposeOp{perm}, x)
}

var _ = Register(TransposeOp{[]int{1, 0}})

// MoveTo moves the batch axis of v from bd to axis to; without one (bd < 0) the
// value is repeated n times along a new axis.
func MoveTo(v *value, bd, to, n int) *value {
	if bd == to {
		return v
	}
	if bd < 0 {
		shape := slices.Insert(slices.Clone(v.Shape), to, n)
		var dims []int
		for i := range shape {
			if i != to {
				dims = append(dims, i)
			}
		}
		return Broadcast(v, shape, dims)
	}
	perm := make([]int, 0, v.Rank())
	for i := range v.Rank() {
		if i != bd {
			perm = append(perm, i)
		}
	}
	return Transpose(v, slices.Insert(perm, to, bd))
}
