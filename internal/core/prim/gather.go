package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

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

// Moves implements [deps.Mover].
func (GatherOp) Moves() {}

// Depend implements [deps.Depender], for indices that are not known: any element along the axis.
func (g GatherOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	w := newWalk(g.Axis, g.Lead, x[0].Type, x[1].Type)
	some := t.Along(x[0], []int{g.Axis})
	sets := make([]deps.Set, 0, out[0].Size())
	for k := range w.b * w.p {
		for range w.i {
			sets = append(sets, some[k*w.q:(k+1)*w.q]...)
		}
	}
	return [][]deps.Set{sets}
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

func (g GatherOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	if out[0].Size() == 0 {
		return []stablehlo.Value{b.Full(out[0], 0)}
	}
	size := slices.Clone(x[0].Shape)
	for i := range g.Lead {
		size[i] = 1
	}
	size[g.Axis] = 1
	return b.Op("stablehlo.gather", g.dims("gather", x[0], x[1])+", slice_sizes = "+stablehlo.Array(size),
		[]stablehlo.Value{x[0], clampIndex(b, x[0].Shape[g.Axis], x[1])}, out[0])
}

var _ = register(GatherOp{})

func clampIndex(b *stablehlo.Builder, n int, idx stablehlo.Value) stablehlo.Value {
	return b.Map("stablehlo.minimum", b.Map("stablehlo.maximum", idx, b.Full(idx.Type, 0)), b.Full(idx.Type, float64(n-1)))
}

// dims are the dimension numbers of the gather, or of the scatter that undoes it.
func (g GatherOp) dims(kind string, x, idx stablehlo.Value) string {
	lead, axis := stablehlo.Ints(span(0, g.Lead)), stablehlo.Ints([]int{g.Axis})
	window := append(span(g.Lead, g.Axis-g.Lead), span(g.Axis+idx.Rank()-g.Lead, x.Rank()-g.Axis-1)...)
	format := "dimension_numbers = #stablehlo.gather<offset_dims = %s, collapsed_slice_dims = %s, " +
		"operand_batching_dims = %s, start_indices_batching_dims = %s, start_index_map = %s, index_vector_dim = %d>"
	if kind == "scatter" {
		format = "scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = %s, inserted_window_dims = %s, " +
			"input_batching_dims = %s, scatter_indices_batching_dims = %s, scatter_dims_to_operand_dims = %s, " +
			"index_vector_dim = %d>"
	}
	return fmt.Sprintf(format, stablehlo.Ints(window), axis, lead, lead, axis, idx.Rank())
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

// Gather takes the elements with the given int32 indices along an axis; indices out
// of range are moved into it.
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

// written reports which elements of the update are not overwritten by later ones.
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

// Depend implements [deps.Depender].
func (s ScatterOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	w := newWalk(s.Axis, s.Lead, x[0].Type, x[1].Type)
	sets := x[0].Sets
	if sets == nil {
		sets = make([]deps.Set, out[0].Size())
	} else {
		sets = slices.Clone(sets)
	}
	if x[1].Known == nil { // any update along the axis
		if x[2].Sets == nil {
			return [][]deps.Set{sets}
		}
		flat := deps.Array{Type: ir.T(out[0].DType, w.b*w.p, w.i, w.q), Sets: x[2].Sets}
		some := t.Along(flat, []int{1})
		for k := range sets {
			sets[k] = t.Union(sets[k], some[k/(w.d*w.q)*w.q+k%w.q])
		}
		return [][]deps.Set{sets}
	}
	idx := ir.As[int32](x[1].Known.Buf())
	if !s.Add {
		w.each(idx, func(off, at int) {
			for k := range w.q {
				sets[off+k] = 0
				if x[2].Sets != nil {
					sets[off+k] = x[2].Sets[at+k]
				}
			}
		})
		return [][]deps.Set{sets}
	}
	return [][]deps.Set{scatterSets(t, w, idx, sets, x[2].Sets)}
}

// scatterSets joins all that is added to each place, at once: one after the other, each union would be
// made of the one before.
func scatterSets(t *deps.Table, w walk, idx []int32, sets, u []deps.Set) []deps.Set {
	if u == nil {
		return sets
	}
	first := make([]int, len(sets)+1) // of what is added to each place
	w.each(idx, func(off, at int) {
		for k := range w.q {
			first[off+k+1]++
		}
	})
	for i := range sets {
		first[i+1] += first[i]
	}
	next := slices.Clone(first)
	added := make([]deps.Set, first[len(sets)])
	w.each(idx, func(off, at int) {
		for k := range w.q {
			added[next[off+k]] = u[at+k]
			next[off+k]++
		}
	})
	for i, s := range sets {
		sets[i] = t.Union(s, t.Join(added[first[i]:first[i+1]]))
	}
	return sets
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

// StableHLO makes the writes unique, where they might not be: those that later ones
// overwrite get an index out of range, which XLA leaves out.
func (s ScatterOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	if x[2].Size() == 0 {
		return x[:1]
	}
	n := x[0].Shape[s.Axis]
	idx := clampIndex(b, n, x[1])
	dims := GatherOp{s.Axis, s.Lead}.dims("scatter", x[0], idx)
	if s.Add {
		return []stablehlo.Value{scatter(b, "stablehlo.add", dims, false, x[0], idx, x[2])}
	}
	if lead := idx.Shape[:s.Lead]; idx.Size() > ir.SizeOf(lead) {
		flat := append(slices.Clone(lead), idx.Size()/ir.SizeOf(lead))
		own := b.Reshape(b.Iota(ir.Type{DType: ir.Int32, Shape: flat}, s.Lead), idx.Shape...)
		last := GatherOp{s.Lead, s.Lead}
		places := ir.Type{DType: ir.Int32, Shape: append(slices.Clone(lead), n)}
		empty := b.Full(places, -1)
		winner := scatter(b, "stablehlo.maximum", last.dims("scatter", empty, idx), false, empty, idx, own)
		mine := b.Op1("stablehlo.gather",
			last.dims("gather", winner, idx)+", slice_sizes = "+stablehlo.Array(slices.Repeat([]int{1}, s.Lead+1)), own.Type, winner, idx)
		idx = b.Select(b.Compare("EQ", mine, own), idx, b.Full(idx.Type, float64(n)))
	}
	return []stablehlo.Value{scatter(b, "", dims, true, x[0], idx, x[2])}
}

var (
	_ = register(ScatterOp{})
	_ = register(ScatterOp{Add: true})
)

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
