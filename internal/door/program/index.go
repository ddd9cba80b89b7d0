package program

import (
	"slices"

	"github.com/argmin-go/argmin/num"
)

// indexing are the parameters of gather and of the kinds of scatter, by gather's names: which axes of the result are
// within a slice, which axes of the operand a slice has not, where the numbers of an index vector point, and the axes
// that operand and indices share.
type indexing struct {
	Offset     []int    `json:"offset_dims"`
	Collapsed  []int    `json:"collapsed_slice_dims"`
	Map        []int    `json:"start_index_map"`
	Shared     []int    `json:"operand_batching_dims"`
	SharedWith []int    `json:"start_indices_batching_dims"`
	Sizes      []int    `json:"slice_sizes"`
	Mode       string   `json:"mode"` // "clip", "fill" or "promise", for places outside
	Fill       *float64 `json:"fill_value"`
}

var _ = add(map[string]rule{
	"dynamic_slice": func(c *call) []num.Array {
		x := c.arguments(1)
		return []num.Array{x[0].DynamicSlice(x[1:], params[sliceParams](c).Sizes...)}
	},
	"dynamic_update_slice": func(c *call) []num.Array {
		x := c.arguments(2)
		return []num.Array{x[0].DynamicUpdateSlice(x[1], x[2:])}
	},
	"gather":      gather,
	"scatter":     scatter(num.Array.Put),
	"scatter-add": scatter(num.Array.PutAdd), "scatter-mul": scatter(num.Array.PutMul),
	"scatter-min": scatter(num.Array.PutMin), "scatter-max": scatter(num.Array.PutMax),
	"take": func(c *call) []num.Array {
		x := c.arguments(2)
		return []num.Array{x[0].Take(x[1], params[axesParams](c).Axis)}
	},
	"take_along": func(c *call) []num.Array {
		x := c.arguments(2)
		return []num.Array{x[0].TakeAlong(x[1], params[axesParams](c).Axis)}
	},
	"one_hot": func(c *call) []num.Array {
		p := params[struct {
			N     int    `json:"n"`
			DType string `json:"dtype"`
		}](c)
		return []num.Array{c.arguments(1)[0].OneHot(p.N, dtypeOf(p.DType))}
	},
})

// gather takes slices of its first operand, at the places that the last axis of the second one has.
func gather(c *call) []num.Array {
	p := params[indexing](c)
	x, idx := c.arguments(2)[0], c.x[1]
	if y, ok := p.rows(x, idx); ok {
		return []num.Array{y}
	}
	places, inside := p.places(x.Shape(), idx)
	y := x.Reshape(x.Size()).Take(places, 0)
	if p.Mode == "fill" {
		y = num.Where(inside, y, p.filler(y))
	}
	return []num.Array{y}
}

// filler is what a gather gives for places outside: NaN, or for integers the smallest or largest number, as in lax.
func (p indexing) filler(y num.Array) num.Array {
	switch {
	case p.Fill != nil:
		return num.Full(y.DType(), *p.Fill)
	case y.DType().IsFloat():
		return num.Full(y.DType(), nan)
	case y.DType() == num.Bool:
		return num.Full(num.Bool, 1)
	case y.DType() == num.Int32:
		return num.Full(num.Int32, -1<<31)
	case y.DType() == num.Int64:
		return num.New([]int64{-1 << 63}, []int{}...)
	}
	return num.Full(num.Uint32, 1<<32-1)
}

// rows is the frequent case: whole slices across one axis, a Take. Places outside are not moved by Take where they are
// negative, so that they are moved here, or replaced.
func (p indexing) rows(x, idx num.Array) (y num.Array, ok bool) {
	if len(p.Map) != 1 || len(p.Shared) > 0 || !slices.Equal(p.Collapsed, p.Map) || x.Size() == 0 {
		return y, false
	}
	axis := p.Map[0]
	for i, n := range p.Sizes {
		if i != axis && n != x.Shape()[i] {
			return y, false
		}
	}
	batch := idx.Rank() - 1
	i := idx.Reshape(idx.Shape()[:batch]...).AsType(num.Int32)
	n := x.Shape()[axis]
	moved := num.Clip(i, i.Const(0), i.Const(float64(n-1)))
	y = x.Take(moved, axis) // the axes before axis, those of the indices, the axes after it
	if p.Mode == "fill" {
		inside := i.Ge(i.Const(0)).And(i.Lt(i.Const(float64(n))))
		shape := slices.Concat(inside.Shape(), slices.Repeat([]int{1}, x.Rank()-1-axis))
		y = num.Where(inside.Reshape(shape...), y, p.filler(y))
	}
	// Where the axes of the result come from: offset axes in order, the others from the indices.
	perm := make([]int, y.Rank())
	offset, place := 0, axis
	for k := range perm {
		if slices.Contains(p.Offset, k) {
			perm[k] = offset
			if offset >= axis {
				perm[k] += batch
			}
			offset++
		} else {
			perm[k] = place
			place++
		}
	}
	return transpose(y, perm), true
}

// places are the places in the flat operand of all elements of the result, and whether the slice that an element
// belongs to is inside of the operand. Places outside are moved inside.
func (p indexing) places(shape []int, idx num.Array) (places, inside num.Array) {
	batch := idx.Shape()[:idx.Rank()-1]
	rank := len(batch) + len(p.Offset)
	var batchAxes []int // of the result
	for k := range rank {
		if !slices.Contains(p.Offset, k) {
			batchAxes = append(batchAxes, k)
		}
	}
	// spread lays an array whose axes are some axes of the result over it.
	spread := func(a num.Array, axes []int) num.Array {
		s := slices.Repeat([]int{1}, rank)
		for i, k := range axes {
			s[k] = a.Shape()[i]
		}
		return a.Reshape(s...)
	}
	idx = idx.AsType(num.Int32)
	starts := map[int]num.Array{} // by axes of the operand
	inside = num.Full(num.Bool, 1)
	for j, axis := range p.Map {
		s := idx.Index(num.Ellipsis, num.I(j))
		last := float64(shape[axis] - p.Sizes[axis])
		moved := num.Clip(s, s.Const(0), s.Const(last))
		inside = inside.And(spread(moved.Eq(s), batchAxes))
		starts[axis] = spread(moved, batchAxes)
	}
	offset := 0
	places = num.Int(0)
	stride := 1
	strides := make([]int, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = stride
		stride *= shape[i]
	}
	full := slices.Repeat([]int{1}, rank)
	for i, k := range batchAxes {
		full[k] = batch[i]
	}
	for axis, n := range shape {
		at := num.Int(0)
		if s, ok := starts[axis]; ok {
			at = s
		}
		if i := slices.Index(p.Shared, axis); i >= 0 {
			at = spread(num.Arange(num.Int32, 0, n), []int{batchAxes[p.SharedWith[i]]})
		} else if !slices.Contains(p.Collapsed, axis) {
			k := p.Offset[offset]
			full[k] = p.Sizes[axis]
			at = at.Add(spread(num.Arange(num.Int32, 0, p.Sizes[axis]), []int{k}))
			offset++
		}
		places = places.Add(at.Mul(num.Int(strides[axis])))
	}
	return places.BroadcastTo(full...), inside
}

// scatter is the rule that writes updates where gather would take them from. Those that lead outside are dropped.

func scatter(put func(a, idx, y num.Array, axis int) num.Array) rule {
	return func(c *call) []num.Array {
		p := params[indexing](c)
		x, idx, y := c.arguments(3)[0], c.x[1], c.x[2]
		// The slices have the sizes of the updates, 1 along axes that updates do not have.
		p.Sizes = slices.Repeat([]int{1}, x.Rank())
		offset := 0
		for axis := range x.Shape() {
			if !slices.Contains(p.Collapsed, axis) && !slices.Contains(p.Shared, axis) {
				p.Sizes[axis] = y.Shape()[p.Offset[offset]]
				offset++
			}
		}
		n := x.Size()
		places, inside := p.places(x.Shape(), idx)
		flat := x.Reshape(n)
		if p.Mode == "fill" { // one more place, for what is dropped
			places = num.Where(inside, places, num.Int(n))
			flat = num.Concat(0, flat, num.Full(x.DType(), 0, 1))
		}
		flat = put(flat, places.Reshape(y.Size()), y.Reshape(y.Size()), 0)
		return []num.Array{along(flat, 0, 0, n).Reshape(x.Shape()...)}
	}
}
