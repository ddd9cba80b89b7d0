package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/ir"
)

// DynamicSliceOp takes Size elements along every axis of its first operand, from
// the int32 vector of start indices that is its second one on. A start that would
// lead out of the array is moved to the nearest that does not.
type DynamicSliceOp struct{ Size []int }

func (DynamicSliceOp) Name() string     { return "dynamic_slice" }
func (s DynamicSliceOp) Params() string { return ints(s.Size) }

func checkStart(op string, x, start ir.Type, size []int) error {
	if start.DType != ir.Int32 || !slices.Equal(start.Shape, []int{x.Rank()}) {
		return ir.Errorf(ir.ShapeError, op, "start is %v, want i32[%d], an index for every axis of %v", start, x.Rank(), x)
	}
	for i, n := range size {
		if n < 0 || n > x.Shape[i] {
			return ir.Errorf(ir.ShapeError, op, "size %v does not fit into shape %s", size, ir.ShapeString(x.Shape))
		}
	}
	return nil
}

func (s DynamicSliceOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 2 || len(s.Size) != in[0].Rank() {
		return nil, ir.Errorf(ir.ShapeError, "dynamic_slice", "size %v needs an entry for every axis of %s", s.Size, typeList(in))
	}
	if err := checkStart("dynamic_slice", in[0], in[1], s.Size); err != nil {
		return nil, err
	}
	return []ir.Type{in[0].WithShape(s.Size)}, nil
}

func (s DynamicSliceOp) JVP(x, y, dx values) values {
	if dx[0] == nil {
		return values{nil}
	}
	return ir.Apply(s, dx[0], x[1])
}

func (s DynamicSliceOp) Transpose(x, ct values, in []ir.Type) values {
	return values{DynamicUpdateSlice(ir.Full(in[0], 0), ct[0], x[1]), nil}
}

func (s DynamicSliceOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[1] >= 0 {
		return Lanes(s, x, bd, n)
	}
	start := Concat(0, ir.Full(ir.T(ir.Int32, 1), 0), x[1])
	return values{DynamicSlice(MoveTo(x[0], bd[0], 0, n), start, append([]int{n}, s.Size...))}, []int{0}
}

func (s DynamicSliceOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	k := newBlock(in[0], s.Size)
	return func(f *ir.Frame, iv, ov []int32) {
		k.copy(f.Bufs[iv[0]], f.Bufs[ov[0]], ir.As[int32](f.Bufs[iv[1]]), false)
	}, nil
}

// DynamicSlice is [DynamicSliceOp].
func DynamicSlice(x, start *value, size []int) *value {
	return ir.Apply1(DynamicSliceOp{size}, x, start)
}

// DynamicUpdateSliceOp is its first operand with the second one written into it,
// from the start indices in the third on, which are treated as in [DynamicSliceOp].
type DynamicUpdateSliceOp struct{ plain }

func (DynamicUpdateSliceOp) Name() string { return "dynamic_update_slice" }

func (DynamicUpdateSliceOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 3 || in[0].DType != in[1].DType || in[0].Rank() != in[1].Rank() {
		return nil, ir.Errorf(ir.ShapeError, "dynamic_update_slice", "operands are %s, want an array, an update of its rank and dtype, and start indices", typeList(in))
	}
	if err := checkStart("dynamic_update_slice", in[0], in[2], in[1].Shape); err != nil {
		return nil, err
	}
	return in[:1], nil
}

func (DynamicUpdateSliceOp) JVP(x, y, dx values) values {
	if dx[0] == nil && dx[1] == nil {
		return values{nil}
	}
	d := ad2(dx, x)
	return values{DynamicUpdateSlice(d[0], d[1], x[2])}
}

// ad2 fills in zeros for the tangents of the first two operands.
func ad2(dx, x values) values {
	d := slices.Clone(dx[:2])
	for i, v := range d {
		if v == nil {
			d[i] = like(x[i], 0)
		}
	}
	return d
}

func (DynamicUpdateSliceOp) Transpose(x, ct values, in []ir.Type) values {
	out := make(values, 3)
	if x[0] == nil {
		out[0] = DynamicUpdateSlice(ct[0], ir.Full(in[1], 0), x[2])
	}
	if x[1] == nil {
		out[1] = DynamicSlice(ct[0], x[2], in[1].Shape)
	}
	return out
}

func (o DynamicUpdateSliceOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[2] >= 0 {
		return Lanes(o, x, bd, n)
	}
	start := Concat(0, ir.Full(ir.T(ir.Int32, 1), 0), x[2])
	return values{DynamicUpdateSlice(MoveTo(x[0], bd[0], 0, n), MoveTo(x[1], bd[1], 0, n), start)}, []int{0}
}

func (DynamicUpdateSliceOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	k := newBlock(in[0], in[1].Shape)
	size := in[0].DType.Size()
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := f.Bufs[iv[0]], f.Bufs[ov[0]]
		if x.P != y.P {
			copy(y.Bytes(size), x.Bytes(size))
		}
		k.copy(y, f.Bufs[iv[1]], ir.As[int32](f.Bufs[iv[2]]), true)
	}, nil
}

// InPlace implements [ir.InPlace].
func (DynamicUpdateSliceOp) InPlace() int { return 0 }

// DynamicUpdateSlice is [DynamicUpdateSliceOp].
func DynamicUpdateSlice(x, u, start *value) *value {
	return ir.Apply1(DynamicUpdateSliceOp{}, x, u, start)
}

// block moves a box of a larger array to or from an array of its own.
type block struct {
	t       ir.Type
	size    []int
	strides []int
	run     int // trailing elements that are contiguous in both
	outer   int // number of such runs
	axes    int // axes that are not in a run
}

func newBlock(t ir.Type, size []int) block {
	b := block{t: t, size: slices.Clone(size), strides: ir.Strides(t.Shape), run: 1, axes: len(size)}
	for b.axes > 0 {
		b.axes--
		b.run *= size[b.axes]
		if size[b.axes] != t.Shape[b.axes] {
			break
		}
	}
	b.outer = ir.SizeOf(size[:b.axes])
	return b
}

func (b *block) copy(large, box ir.Buf, start []int32, into bool) {
	base := 0
	for i, s := range start {
		base += min(max(int(s), 0), b.t.Shape[i]-b.size[i]) * b.strides[i]
	}
	es := b.t.DType.Size()
	for k := range b.outer {
		off, rest := base, k
		for i := b.axes - 1; i >= 0; i-- {
			off += rest % b.size[i] * b.strides[i]
			rest /= b.size[i]
		}
		l, s := large.Slice(off, b.run, es), box.Slice(k*b.run, b.run, es)
		if into {
			copy(l.Bytes(es), s.Bytes(es))
		} else {
			copy(s.Bytes(es), l.Bytes(es))
		}
	}
}

// GatherOp takes elements along one axis: y[b, p, i, q] = x[b, p, idx[b, i], q],
// where b are Lead leading axes that both operands have, p the axes of x between
// them and Axis, i the other axes of the int32 indices, and q the axes of x after
// Axis. Indices out of range are moved into it.
type GatherOp struct{ Axis, Lead int }

func (GatherOp) Name() string     { return "gather" }
func (g GatherOp) Params() string { return ints([]int{g.Axis, g.Lead}) }

// gathered is the shape of the result.
func gathered(op string, axis, nb int, x, idx ir.Type) ([]int, error) {
	if nb > idx.Rank() || axis < nb || axis >= x.Rank() || !slices.Equal(x.Shape[:nb], idx.Shape[:nb]) {
		return nil, ir.Errorf(ir.ShapeError, op, "axis %d with %d batch axes does not fit operands %v and %v", axis, nb, x, idx)
	}
	if idx.DType != ir.Int32 {
		return nil, ir.Errorf(ir.DTypeError, op, "indices are %s, want int32", idx.DType)
	}
	if x.Shape[axis] == 0 && idx.Size() > 0 {
		return nil, ir.Errorf(ir.ShapeError, op, "axis %d of shape %s is empty: there is nothing to take", axis, ir.ShapeString(x.Shape))
	}
	return slices.Concat(x.Shape[:axis], idx.Shape[nb:], x.Shape[axis+1:]), nil
}

func (g GatherOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 2 {
		return nil, ir.Errorf(ir.ArgumentError, "gather", "%d operands, want 2", len(in))
	}
	shape, err := gathered("gather", g.Axis, g.Lead, in[0], in[1])
	return []ir.Type{in[0].WithShape(shape)}, err
}

func (g GatherOp) JVP(x, y, dx values) values {
	if dx[0] == nil {
		return values{nil}
	}
	return ir.Apply(g, dx[0], x[1])
}

func (g GatherOp) Transpose(x, ct values, in []ir.Type) values {
	return values{ir.Apply1(ScatterOp{g.Axis, g.Lead, true}, ir.Full(in[0], 0), x[1], ct[0]), nil}
}

func (g GatherOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[1] < 0 && g.Lead == 0 {
		return ir.Apply(GatherOp{g.Axis + 1, 0}, MoveTo(x[0], bd[0], 0, n), x[1]), []int{0}
	}
	if bd[0] < 0 && g.Lead == 0 {
		return ir.Apply(g, x[0], MoveTo(x[1], bd[1], 0, n)), []int{g.Axis}
	}
	return ir.Apply(GatherOp{g.Axis + 1, g.Lead + 1}, MoveTo(x[0], bd[0], 0, n), MoveTo(x[1], bd[1], 0, n)), []int{0}
}

// walk calls f for every index with the places of its elements: q of them at off
// in x and at at in the gathered array.
type walk struct{ b, p, d, i, q int }

func newWalk(axis, nb int, x, idx ir.Type) walk {
	return walk{ir.SizeOf(x.Shape[:nb]), ir.SizeOf(x.Shape[nb:axis]), x.Shape[axis], ir.SizeOf(idx.Shape[nb:]), ir.SizeOf(x.Shape[axis+1:])}
}

func (w *walk) each(idx []int32, f func(off, at int)) {
	at := 0
	for b := range w.b {
		for p := range w.p {
			base := (b*w.p + p) * w.d
			for _, k := range idx[b*w.i : (b+1)*w.i] {
				f((base+min(max(int(k), 0), w.d-1))*w.q, at)
				at += w.q
			}
		}
	}
}

func (g GatherOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	w := newWalk(g.Axis, g.Lead, in[0], in[1])
	switch in[0].DType.Size() {
	case 1:
		return gatherKernel[bool](w), nil
	case 4:
		return gatherKernel[int32](w), nil
	}
	return gatherKernel[int64](w), nil
}

func gatherKernel[T ir.Elem](w walk) ir.Kernel {
	return func(f *ir.Frame, iv, ov []int32) {
		x, y, idx := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]]), ir.As[int32](f.Bufs[iv[1]])
		if w.q != 1 {
			w.each(idx, func(off, at int) { copy(y[at:at+w.q], x[off:]) })
			return
		}
		at := 0
		for b := range w.b {
			is := idx[b*w.i : (b+1)*w.i]
			for p := range w.p {
				row := x[(b*w.p+p)*w.d:]
				row = row[:w.d]
				for _, k := range is {
					y[at] = row[min(max(int(k), 0), len(row)-1)]
					at++
				}
			}
		}
	}
}

// Gather is [GatherOp] without batch axes.
func Gather(x, idx *value, axis int) *value { return ir.Apply1(GatherOp{Axis: axis}, x, idx) }

// ScatterOp is its first operand with the third one written (Add: added) where
// [GatherOp] with the indices of the second one would take it from. Of several
// writes to one place the last counts.
type ScatterOp struct {
	Axis, Lead int
	Add        bool
}

func (s ScatterOp) Name() string {
	if s.Add {
		return "scatter_add"
	}
	return "scatter"
}
func (s ScatterOp) Params() string { return ints([]int{s.Axis, s.Lead}) }

func (s ScatterOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 3 {
		return nil, ir.Errorf(ir.ArgumentError, s.Name(), "%d operands, want 3", len(in))
	}
	shape, err := gathered(s.Name(), s.Axis, s.Lead, in[0], in[1])
	if err != nil {
		return nil, err
	}
	if want := in[0].WithShape(shape); !in[2].Equal(want) {
		return nil, ir.Errorf(ir.ShapeError, s.Name(), "the update is %v, want %v", in[2], want)
	}
	if s.Add && in[0].DType == ir.Bool {
		return nil, ir.Errorf(ir.DTypeError, s.Name(), "operand is bool, want a number")
	}
	return in[:1], nil
}

func (s ScatterOp) JVP(x, y, dx values) values {
	if dx[0] == nil && dx[2] == nil {
		return values{nil}
	}
	d := ad2(values{dx[0], dx[2]}, values{x[0], x[2]})
	return ir.Apply(s, d[0], x[1], d[1])
}

func (s ScatterOp) Transpose(x, ct values, in []ir.Type) values {
	out := make(values, 3)
	gather := GatherOp{s.Axis, s.Lead}
	if x[0] == nil {
		out[0] = ct[0]
		if !s.Add {
			out[0] = ir.Apply1(s, ct[0], x[1], ir.Full(in[2], 0))
		}
	}
	if x[2] == nil {
		out[2] = ir.Apply1(gather, ct[0], x[1])
		if !s.Add {
			out[2] = Select(s.written(x[1], in), out[2], ir.Full(in[2], 0))
		}
	}
	return out
}

// written tells which elements of the update are not overwritten by later ones.
func (s ScatterOp) written(idx *value, in []ir.Type) *value {
	t := ir.Type{DType: ir.Int32, Shape: in[2].Shape}
	own := ir.NewBuf(ir.Int32, t.Size())
	w := newWalk(s.Axis, s.Lead, in[0], in[1])
	for k := range ir.As[int32](own) {
		ir.As[int32](own)[k] = int32(k / max(w.q, 1) % max(w.i, 1))
	}
	mine := ir.Const(ir.NewData(t, own))
	last := ir.Apply1(s, ir.Full(ir.Type{DType: ir.Int32, Shape: in[0].Shape}, 0), idx, mine)
	return Eq(ir.Apply1(GatherOp{s.Axis, s.Lead}, last, idx), mine)
}

func (s ScatterOp) Batch(x values, bd []int, n int) (values, []int) {
	a, u := MoveTo(x[0], bd[0], 0, n), MoveTo(x[2], bd[2], 0, n)
	if bd[1] < 0 && s.Lead == 0 {
		return ir.Apply(ScatterOp{s.Axis + 1, 0, s.Add}, a, x[1], u), []int{0}
	}
	return ir.Apply(ScatterOp{s.Axis + 1, s.Lead + 1, s.Add}, a, MoveTo(x[1], bd[1], 0, n), u), []int{0}
}

func (s ScatterOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	w := newWalk(s.Axis, s.Lead, in[0], in[1])
	es := in[0].DType.Size()
	var add func(y, u ir.Buf, idx []int32)
	switch in[0].DType {
	case ir.Float64:
		add = scatterAdd[float64](w)
	case ir.Float32:
		add = scatterAdd[float32](w)
	case ir.Int64:
		add = scatterAdd[int64](w)
	case ir.Int32:
		add = scatterAdd[int32](w)
	case ir.Uint32:
		add = scatterAdd[uint32](w)
	}
	return func(f *ir.Frame, iv, ov []int32) {
		x, idx, u, y := f.Bufs[iv[0]], ir.As[int32](f.Bufs[iv[1]]), f.Bufs[iv[2]], f.Bufs[ov[0]]
		if x.P != y.P {
			copy(y.Bytes(es), x.Bytes(es))
		}
		if s.Add {
			add(y, u, idx)
			return
		}
		yb, ub := y.Bytes(es), u.Bytes(es)
		w.each(idx, func(off, at int) { copy(yb[off*es:(off+w.q)*es], ub[at*es:]) })
	}, nil
}

func scatterAdd[T ir.Number](w walk) func(y, u ir.Buf, idx []int32) {
	return func(yb, ub ir.Buf, idx []int32) {
		y, u := ir.As[T](yb), ir.As[T](ub)
		w.each(idx, func(off, at int) {
			for k := range w.q {
				y[off+k] += u[at+k]
			}
		})
	}
}

// InPlace implements [ir.InPlace].
func (ScatterOp) InPlace() int { return 0 }

func init() {
	register(DynamicSliceOp{}, DynamicUpdateSliceOp{}, GatherOp{}, ScatterOp{}, ScatterOp{Add: true})
}
