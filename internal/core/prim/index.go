package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// DynamicSliceOp takes Size elements along every axis of its first operand, from
// the int32 vector of start indices that is its second one on. A start that would
// lead out of the array is moved to the nearest that does not. Lead axes of both
// operands come before these and are a batch.
type DynamicSliceOp struct {
	Size []int
	Lead int
}

func (DynamicSliceOp) Name() string     { return "dynamic_slice" }
func (s DynamicSliceOp) Params() string { return ints(append([]int{s.Lead}, s.Size...)) }

func checkStart(op string, lead int, x, start ir.Type, size []int) error {
	if start.DType != ir.Int32 || lead > x.Rank() || !slices.Equal(start.Shape, append(slices.Clone(x.Shape[:lead]), x.Rank()-lead)) {
		return ir.Errorf(ir.ShapeError, op, "start is %v, want i32[%d], an index for every axis of %v", start, x.Rank()-lead, x)
	}
	for i, n := range size {
		if n < 0 || n > x.Shape[lead+i] {
			return ir.Errorf(ir.ShapeError, op, "size %v does not fit into shape %s", size, ir.ShapeString(x.Shape[lead:]))
		}
	}
	return nil
}

func (s DynamicSliceOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 2 || s.Lead+len(s.Size) != in[0].Rank() {
		return nil, ir.Errorf(ir.ShapeError, "dynamic_slice", "size %v needs an entry for every axis of %s", s.Size, ir.TypeList(in))
	}
	if err := checkStart("dynamic_slice", s.Lead, in[0], in[1], s.Size); err != nil {
		return nil, err
	}
	return []ir.Type{in[0].WithShape(slices.Concat(in[0].Shape[:s.Lead], s.Size))}, nil
}

func (s DynamicSliceOp) JVP(x, y, dx values) values {
	if dx[0] == nil {
		return values{nil}
	}
	return ir.Apply(s, dx[0], x[1])
}

func (s DynamicSliceOp) Transpose(x, ct values, in []ir.Type) values {
	return values{ir.Apply1(DynamicUpdateSliceOp{s.Lead}, ir.Full(in[0], 0), ct[0], x[1]), nil}
}

func (s DynamicSliceOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[1] < 0 && s.Lead == 0 {
		start := Concat(0, ir.Full(ir.T(ir.Int32, 1), 0), x[1])
		return values{DynamicSlice(MoveTo(x[0], bd[0], 0, n), start, append([]int{n}, s.Size...))}, []int{0}
	}
	return batchLead(DynamicSliceOp{s.Size, s.Lead + 1}, x, bd, n)
}

// Moves implements [deps.Mover].
func (DynamicSliceOp) Moves() {}

// Depend implements [deps.Depender], for a start that is not known.
func (s DynamicSliceOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x[:1], out, len(s.Size))
}

func (s DynamicSliceOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	k := newBlock(in[0], s.Lead, s.Size)
	return func(f *ir.Frame, iv, ov []int32) {
		k.copy(f.Bufs[iv[0]], f.Bufs[ov[0]], ir.As[int32](f.Bufs[iv[1]]), false)
	}, nil
}

func (s DynamicSliceOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	switch {
	case out[0].Size() == 0:
		return []stablehlo.Value{b.Full(out[0], 0)}
	case s.Lead > 0:
		return b.Op("stablehlo.gather", boxDims(s.Lead, x[0].Rank(), x[1].Rank(), "offset_dims", "operand_batching_dims")+
			", slice_sizes = "+stablehlo.Array(append(slices.Repeat([]int{1}, s.Lead), s.Size...)),
			[]stablehlo.Value{x[0], clampStart(b, x[0], x[1], s.Lead, s.Size)}, out[0])
	}
	return b.Op("stablehlo.dynamic_slice", "slice_sizes = "+stablehlo.Array(s.Size), append(x[:1:1], scalars(b, x[1])...), out[0])
}

var _ = register(DynamicSliceOp{})

// scalars are the elements of a vector.
func scalars(b *stablehlo.Builder, v stablehlo.Value) []stablehlo.Value {
	s := make([]stablehlo.Value, v.Shape[0])
	for i := range s {
		s[i] = b.Reshape(b.Slice(v, []int{i}, []int{i + 1}, []int{1}))
	}
	return s
}

// boxDims are the dimension numbers of a gather or scatter of one box for each of
// a batch.
func boxDims(lead, rank, indexRank int, window, batching string) string {
	kind, indexBatch, indexMap := "gather", "start_indices_batching_dims", "start_index_map"
	if window == "update_window_dims" {
		kind, indexBatch, indexMap = "scatter", "scatter_indices_batching_dims", "scatter_dims_to_operand_dims"
	}
	name := "dimension_numbers"
	if kind == "scatter" {
		name = "scatter_dimension_numbers"
	}
	box := stablehlo.Ints(span(lead, rank-lead))
	return fmt.Sprintf("%s = #stablehlo.%s<%s = %s, %s = %s, %s = %s, %s = %s, index_vector_dim = %d>",
		name, kind, window, box, batching, stablehlo.Ints(span(0, lead)), indexBatch, stablehlo.Ints(span(0, lead)), indexMap, box, indexRank-1)
}

// clampStart moves start indices so that boxes of the size lie within x.
func clampStart(b *stablehlo.Builder, x, start stablehlo.Value, lead int, size []int) stablehlo.Value {
	room := make([]int32, len(size))
	for i, n := range size {
		room[i] = int32(x.Shape[lead+i] - n)
	}
	top := b.Dense(ir.NewData(ir.T(ir.Int32, len(size)), ir.Of(room)))
	top = b.Broadcast(top, start.Shape, []int{start.Rank() - 1})
	return b.Map("stablehlo.minimum", b.Map("stablehlo.maximum", start, b.Full(start.Type, 0)), top)
}

// DynamicSlice takes a part of a given size, whose start indices are an array.
func DynamicSlice(x, start *value, size []int) *value {
	return ir.Apply1(DynamicSliceOp{Size: size}, x, start)
}

// DynamicUpdateSliceOp is its first operand with the second one written into it,
// from the start indices in the third on, which are treated as in [DynamicSliceOp].
type DynamicUpdateSliceOp struct{ Lead int }

func (DynamicUpdateSliceOp) Name() string     { return "dynamic_update_slice" }
func (o DynamicUpdateSliceOp) Params() string { return ints([]int{o.Lead}) }

func (o DynamicUpdateSliceOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 3 || in[0].DType != in[1].DType || in[0].Rank() != in[1].Rank() || o.Lead > in[1].Rank() ||
		!slices.Equal(in[0].Shape[:o.Lead], in[1].Shape[:o.Lead]) {
		return nil, ir.Errorf(ir.ShapeError, "dynamic_update_slice",
			"operands are %s, want an array, an update of its rank and dtype, and start indices", ir.TypeList(in))
	}
	if err := checkStart("dynamic_update_slice", o.Lead, in[0], in[2], in[1].Shape[o.Lead:]); err != nil {
		return nil, err
	}
	return in[:1], nil
}

func (o DynamicUpdateSliceOp) JVP(x, y, dx values) values {
	if dx[0] == nil && dx[1] == nil {
		return values{nil}
	}
	d := ad2(dx, x)
	return ir.Apply(o, d[0], d[1], x[2])
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

func (o DynamicUpdateSliceOp) Transpose(x, ct values, in []ir.Type) values {
	out := make(values, 3)
	if x[0] == nil {
		out[0] = ir.Apply1(o, ct[0], ir.Full(in[1], 0), x[2])
	}
	if x[1] == nil {
		out[1] = ir.Apply1(DynamicSliceOp{in[1].Shape[o.Lead:], o.Lead}, ct[0], x[2])
	}
	return out
}

func (o DynamicUpdateSliceOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[2] < 0 && o.Lead == 0 {
		start := Concat(0, ir.Full(ir.T(ir.Int32, 1), 0), x[2])
		return values{DynamicUpdateSlice(MoveTo(x[0], bd[0], 0, n), MoveTo(x[1], bd[1], 0, n), start)}, []int{0}
	}
	return batchLead(DynamicUpdateSliceOp{o.Lead + 1}, x, bd, n)
}

// Moves implements [deps.Mover].
func (DynamicUpdateSliceOp) Moves() {}

// Depend implements [deps.Depender], for a start that is not known.
func (o DynamicUpdateSliceOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return [][]deps.Set{t.Each(x[0].Sets, t.PerMember(x[1:2], out, x[0].Rank()-o.Lead)[0])}
}

func (o DynamicUpdateSliceOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	k := newBlock(in[0], o.Lead, in[1].Shape[o.Lead:])
	size := in[0].DType.Size()
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := f.Bufs[iv[0]], f.Bufs[ov[0]]
		if x.P != y.P {
			copy(y.Bytes(size), x.Bytes(size))
		}
		k.copy(y, f.Bufs[iv[1]], ir.As[int32](f.Bufs[iv[2]]), true)
	}, nil
}

func (o DynamicUpdateSliceOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	switch {
	case x[1].Size() == 0:
		return x[:1]
	case o.Lead > 0:
		start := clampStart(b, x[0], x[2], o.Lead, x[1].Shape[o.Lead:])
		dims := boxDims(o.Lead, x[0].Rank(), x[2].Rank(), "update_window_dims", "input_batching_dims")
		return []stablehlo.Value{scatter(b, "", dims, true, x[0], start, x[1])}
	}
	return b.Op("stablehlo.dynamic_update_slice", "", append(x[:2:2], scalars(b, x[2])...), out[0])
}

var _ = register(DynamicUpdateSliceOp{})

// scatter writes u into x, or joins them by an operation.
func scatter(b *stablehlo.Builder, join, dims string, unique bool, x, idx, u stablehlo.Value) stablehlo.Value {
	attrs := fmt.Sprintf("%s, indices_are_sorted = false, unique_indices = %t", dims, unique)
	return b.WithRegion("stablehlo.scatter", attrs, []stablehlo.Value{x, idx, u}, []ir.DType{x.DType, x.DType},
		func(a []stablehlo.Value) []stablehlo.Value {
			if join == "" {
				return a[1:]
			}
			return []stablehlo.Value{b.Map(join, a...)}
		}, x.Type)[0]
}

// InPlace implements [ir.InPlace].
func (DynamicUpdateSliceOp) InPlace() int { return 0 }

// DynamicUpdateSlice is x with a part replaced, whose start indices are an array.
func DynamicUpdateSlice(x, u, start *value) *value {
	return ir.Apply1(DynamicUpdateSliceOp{}, x, u, start)
}

// block moves boxes of larger arrays, one for each of a batch, to or from arrays of
// their own.
type block struct {
	shape   []int // of one of the larger arrays
	elem    int   // bytes of an element
	size    []int
	strides []int
	run     int // trailing elements that are contiguous in both
	outer   int // number of such runs
	axes    int // axes that are not in a run
	batch   int
}

func newBlock(t ir.Type, lead int, size []int) block {
	shape := slices.Clone(t.Shape[lead:])
	b := block{shape: shape, elem: t.DType.Size(), size: slices.Clone(size), strides: ir.Strides(shape), run: 1,
		axes: len(size), batch: ir.SizeOf(t.Shape[:lead])}
	for b.axes > 0 {
		b.axes--
		b.run *= size[b.axes]
		if size[b.axes] != shape[b.axes] {
			break
		}
	}
	b.outer = ir.SizeOf(size[:b.axes])
	return b
}

func (b *block) copy(large, box ir.Buf, start []int32, into bool) {
	if b.batch == 1 {
		b.copyOne(large, box, start, into)
		return
	}
	n, m, r := ir.SizeOf(b.shape), ir.SizeOf(b.size), len(b.size)
	for i := range b.batch {
		b.copyOne(large.Slice(i*n, n, b.elem), box.Slice(i*m, m, b.elem), start[i*r:(i+1)*r], into)
	}
}

func (b *block) copyOne(large, box ir.Buf, start []int32, into bool) {
	base := 0
	for i, s := range start {
		base += min(max(int(s), 0), b.shape[i]-b.size[i]) * b.strides[i]
	}
	if b.run == 1 && b.axes == 1 && b.elem == 8 { // a column
		x, y, step := ir.As[int64](large)[base:], ir.As[int64](box)[:b.outer], b.strides[0]
		for k := range y {
			if into {
				x[k*step] = y[k]
			} else {
				y[k] = x[k*step]
			}
		}
		return
	}
	for k := range b.outer {
		off, rest := base, k
		for i := b.axes - 1; i >= 0; i-- {
			off += rest % b.size[i] * b.strides[i]
			rest /= b.size[i]
		}
		l, s := large.Slice(off, b.run, b.elem), box.Slice(k*b.run, b.run, b.elem)
		if into {
			copy(l.Bytes(b.elem), s.Bytes(b.elem))
		} else {
			copy(s.Bytes(b.elem), l.Bytes(b.elem))
		}
	}
}
