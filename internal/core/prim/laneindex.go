package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// memberSliceOp and memberUpdateOp are [DynamicSliceOp] and [DynamicUpdateSliceOp] of n members along the last axis of all
// operands, each with its own place. They exist inside of kernels only.
type memberSliceOp struct {
	kernelOnly
	Size []int
}

func (memberSliceOp) Name() string     { return "rows_dynamic_slice" }
func (o memberSliceOp) Params() string { return ints(o.Size) }
func (o memberSliceOp) Infer(in []ir.Type) ([]ir.Type, error) {
	n := in[0].Shape[in[0].Rank()-1]
	return []ir.Type{in[0].WithShape(append(slices.Clone(o.Size), n))}, nil
}

func (o memberSliceOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	b := newMemberBox(in[0], o.Size)
	return func(f *ir.Frame, iv, ov []int32) {
		b.move(f.Bufs[iv[0]], f.Bufs[ov[0]], ir.As[int32](f.Bufs[iv[1]]), false)
	}, nil
}

type memberUpdateOp struct{ kernelOnly }

func (memberUpdateOp) Name() string                          { return "rows_dynamic_update_slice" }
func (memberUpdateOp) Params() string                        { return "" }
func (memberUpdateOp) Infer(in []ir.Type) ([]ir.Type, error) { return in[:1:1], nil }

// InPlace implements [ir.InPlace].
func (memberUpdateOp) InPlace() int { return 0 }

func (memberUpdateOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	b := newMemberBox(in[0], in[1].Shape[:in[1].Rank()-1])
	size := in[0].DType.Size()
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := f.Bufs[iv[0]], f.Bufs[ov[0]]
		if x.P != y.P {
			copy(y.Bytes(size), x.Bytes(size))
		}
		b.move(y, f.Bufs[iv[1]], ir.As[int32](f.Bufs[iv[2]]), true)
	}, nil
}

// memberBox moves boxes of the arrays of n members.
type memberBox struct {
	n, elem int
	room    []int // the largest start along each axis
	strides []int
	offsets []int // of the elements of a box
}

func newMemberBox(t ir.Type, size []int) memberBox {
	r := t.Rank() - 1
	b := memberBox{n: t.Shape[r], elem: t.DType.Size(), strides: ir.Strides(t.Shape[:r]), offsets: []int{0}}
	for a, s := range size {
		b.room = append(b.room, t.Shape[a]-s)
		var next []int
		for _, o := range b.offsets {
			for i := range s {
				next = append(next, o+i*b.strides[a])
			}
		}
		b.offsets = next
	}
	return b
}

func (b memberBox) move(large, box ir.Buf, start []int32, into bool) {
	switch b.elem {
	case 1:
		moveBoxes(b, ir.As[bool](large), ir.As[bool](box), start, into)
	case 4:
		moveBoxes(b, ir.As[int32](large), ir.As[int32](box), start, into)
	default:
		moveBoxes(b, ir.As[int64](large), ir.As[int64](box), start, into)
	}
}

func moveBoxes[T ir.Elem](b memberBox, large, box []T, start []int32, into bool) {
	n := b.n
	for k := range n {
		base := 0
		for a, room := range b.room {
			base += min(max(int(start[a*n+k]), 0), room) * b.strides[a]
		}
		if into {
			for e, o := range b.offsets {
				large[(base+o)*n+k] = box[e*n+k]
			}
			continue
		}
		for e, o := range b.offsets {
			box[e*n+k] = large[(base+o)*n+k]
		}
	}
}
