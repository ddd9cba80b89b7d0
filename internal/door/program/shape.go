package program

import (
	"slices"

	"github.com/argmin-go/argmin/num"
)

// The parameters that several operations of shapes and reductions have.
type (
	shapeParams struct {
		Shape     []int  `json:"shape"`
		Axes      []int  `json:"broadcast_dimensions"`
		DType     string `json:"dtype"`
		Dimension int    `json:"dimension"`
		NewSizes  []int  `json:"new_sizes"`
		Perm      []int  `json:"permutation"`
		Axis      int    `json:"axis"`
		Sizes     []int  `json:"sizes"`
	}
	sliceParams struct {
		Start   []int `json:"start_indices"`
		Limit   []int `json:"limit_indices"`
		Strides []int `json:"strides"`
		Sizes   []int `json:"slice_sizes"`
	}
	axesParams struct {
		Axes       []int  `json:"axes"`
		Dimensions []int  `json:"dimensions"`
		Axis       int    `json:"axis"`
		Reverse    bool   `json:"reverse"`
		DType      string `json:"index_dtype"`
	}
)

var _ = add(map[string]rule{
	"reshape": func(c *call) []num.Array {
		return []num.Array{c.arguments(1)[0].Reshape(params[shapeParams](c).NewSizes...)}
	},
	"transpose": func(c *call) []num.Array {
		return []num.Array{transpose(c.arguments(1)[0], params[shapeParams](c).Perm)}
	},
	"broadcast_in_dim": func(c *call) []num.Array {
		p := params[shapeParams](c)
		x := c.arguments(1)[0]
		shape := slices.Repeat([]int{1}, len(p.Shape))
		for i, k := range p.Axes {
			shape[k] = x.Shape()[i]
		}
		return []num.Array{x.Reshape(shape...).BroadcastTo(p.Shape...)}
	},
	"broadcast_to": func(c *call) []num.Array {
		return []num.Array{c.arguments(1)[0].BroadcastTo(params[shapeParams](c).Shape...)}
	},
	"squeeze": func(c *call) []num.Array {
		x := c.arguments(1)[0]
		var shape []int
		for i, n := range x.Shape() {
			if !slices.Contains(params[axesParams](c).Dimensions, i) {
				shape = append(shape, n)
			}
		}
		return []num.Array{x.Reshape(shape...)}
	},
	"rev": func(c *call) []num.Array {
		return []num.Array{flip(c.arguments(1)[0], params[axesParams](c).Dimensions)}
	},
	"concatenate": func(c *call) []num.Array {
		return []num.Array{num.Concat(params[shapeParams](c).Dimension, c.arguments(1)...)}
	},
	"stack": func(c *call) []num.Array {
		axis := params[axesParams](c).Axis
		parts := make([]num.Array, len(c.x))
		for i, a := range c.x {
			parts[i] = a.ExpandDims(axis)
		}
		return []num.Array{num.Concat(axis, parts...)}
	},
	"tile": func(c *call) []num.Array {
		x := c.arguments(1)[0]
		for axis, n := range params[struct {
			Reps []int `json:"reps"`
		}](c).Reps {
			x = num.Concat(axis, slices.Repeat([]num.Array{x}, n)...)
		}
		return []num.Array{x}
	},
	"split": func(c *call) []num.Array {
		p := params[shapeParams](c)
		var at []int
		for i := range p.Sizes[:len(p.Sizes)-1] {
			at = append(at, sum(p.Sizes[:i+1]))
		}
		return c.arguments(1)[0].SplitAt(p.Axis, at...)
	},
	"slice": func(c *call) []num.Array {
		p := params[sliceParams](c)
		return []num.Array{cut(c.arguments(1)[0], p.Start, p.Limit, p.Strides)}
	},
	"pad": func(c *call) []num.Array {
		p := params[struct {
			Config [][3]int `json:"padding_config"`
		}](c)
		x := c.arguments(2)
		return []num.Array{pad(x[0], x[1], p.Config)}
	},
	"iota": func(c *call) []num.Array {
		p := params[shapeParams](c)
		shape := slices.Repeat([]int{1}, len(p.Shape))
		shape[p.Dimension] = p.Shape[p.Dimension]
		return []num.Array{num.Arange(dtypeOf(p.DType), 0, p.Shape[p.Dimension]).Reshape(shape...).BroadcastTo(p.Shape...)}
	},
	"full": func(c *call) []num.Array {
		return []num.Array{c.arguments(1)[0].BroadcastTo(params[shapeParams](c).Shape...)}
	},

	"reduce_sum": reduction(num.Array.Sum), "reduce_prod": reduction(num.Array.Prod),
	"reduce_max": reduction(num.Array.Max), "reduce_min": reduction(num.Array.Min),
	"reduce_and": reduction(num.Array.All), "reduce_or": reduction(num.Array.Any),
	"reduce_xor": reduction(func(x num.Array, axes ...int) num.Array {
		return x.AsType(num.Int32).Sum(axes...).Rem(num.Int(2)).AsType(num.Bool)
	}),
	"logsumexp": reduction(num.Array.LogSumExp),
	"argmax":    position(num.Array.ArgMax), "argmin": position(num.Array.ArgMin),
	"cumsum": cumulation(num.Array.CumSum), "cumprod": cumulation(num.Array.CumProd),
	"cummax": cumulation(num.Array.CumMax), "cummin": cumulation(num.Array.CumMin),
	"cumlogsumexp": cumulation(func(x num.Array, axis int) num.Array {
		return num.AssociativeScan(num.LogAddExp, x.MoveAxis(axis, 0)).MoveAxis(0, axis)
	}),
	"sort": func(c *call) []num.Array {
		p := params[struct {
			Dimension int `json:"dimension"`
			Keys      int `json:"num_keys"`
		}](c)
		return sorted(c.arguments(1), p.Dimension, max(1, p.Keys))
	},
	"top_k": func(c *call) []num.Array {
		p := params[struct {
			K    int  `json:"k"`
			Axis *int `json:"axis"`
		}](c)
		x := c.arguments(1)[0]
		axis := x.Rank() - 1
		if p.Axis != nil {
			axis = *p.Axis
		}
		y, i := x.MoveAxis(axis, -1).TopK(p.K)
		return []num.Array{y.MoveAxis(-1, axis), i.MoveAxis(-1, axis)}
	},
})

func sum(x []int) (s int) {
	for _, n := range x {
		s += n
	}
	return s
}

// flip reverses the elements along axes; unlike in num, none is none.
func flip(x num.Array, axes []int) num.Array {
	if len(axes) == 0 {
		return x
	}
	return x.Flip(axes...)
}

// transpose permutes the axes; unlike in num, the permutation of no axes changes nothing.
func transpose(x num.Array, perm []int) num.Array {
	if len(perm) == 0 {
		return x
	}
	return x.T(perm...)
}

// cut takes every stride-th element from start to limit along each axis.
func cut(x num.Array, start, limit, strides []int) num.Array {
	idx := make([]num.Index, len(start))
	for i := range start {
		idx[i] = num.Span(start[i], limit[i])
		if strides != nil {
			idx[i] = idx[i].Step(strides[i])
		}
	}
	return x.Index(idx...)
}

// pad puts value around x and between its elements: before, after, and how many between two; negative numbers cut.
func pad(x, value num.Array, config [][3]int) num.Array {
	for axis, p := range config {
		n := x.Shape()[axis]
		if p[2] == 0 || n < 2 {
			continue
		}
		// Each element gets as many fillers after it, the last one none.
		wide := slices.Insert(slices.Clone(x.Shape()), axis+1, p[2])
		y := num.Concat(axis+1, x.ExpandDims(axis+1), value.BroadcastTo(wide...))
		merged := slices.Clone(x.Shape())
		merged[axis] = n * (p[2] + 1)
		x = y.Reshape(merged...)
		x = along(x, axis, 0, merged[axis]-p[2])
	}
	for axis, p := range config {
		lo, hi := p[0], p[1]
		if lo < 0 || hi < 0 {
			x = along(x, axis, max(0, -lo), x.Shape()[axis]-max(0, -hi))
			lo, hi = max(0, lo), max(0, hi)
		}
		parts := []num.Array{x}
		fill := func(n int) num.Array {
			shape := slices.Clone(x.Shape())
			shape[axis] = n
			return value.BroadcastTo(shape...)
		}
		if lo > 0 {
			parts = slices.Insert(parts, 0, fill(lo))
		}
		if hi > 0 {
			parts = append(parts, fill(hi))
		}
		if len(parts) > 1 {
			x = num.Concat(axis, parts...)
		}
	}
	return x
}

// along takes the elements lo … hi-1 of an axis.
func along(x num.Array, axis, lo, hi int) num.Array {
	idx := slices.Repeat([]num.Index{num.All}, axis+1)
	idx[axis] = num.Span(lo, max(lo, hi))
	return x.Index(idx...)
}

// reduction is the rule of a reduction along axes; unlike in num, none is none.
func reduction(f func(x num.Array, axes ...int) num.Array) rule {
	return func(c *call) []num.Array {
		p := params[axesParams](c)
		x := c.arguments(1)[0]
		if len(p.Axes) == 0 {
			return []num.Array{x}
		}
		return []num.Array{f(x, p.Axes...)}
	}
}

// position is the rule of the place of the largest or smallest element.
func position(f func(x num.Array, axis int) num.Array) rule {
	return func(c *call) []num.Array {
		p := params[axesParams](c)
		axis := p.Axis
		if len(p.Axes) > 0 {
			axis = p.Axes[0]
		}
		x := c.arguments(1)[0]
		if x.DType() == num.Bool { // of which the first true one is the largest
			x = x.AsType(num.Int32)
		}
		y := f(x, axis)
		if p.DType != "" {
			y = y.AsType(dtypeOf(p.DType))
		}
		return []num.Array{y}
	}
}

// cumulation is the rule of running sums and the like, which may run backwards.
func cumulation(f func(x num.Array, axis int) num.Array) rule {
	return func(c *call) []num.Array {
		p := params[axesParams](c)
		x := c.arguments(1)[0]
		if p.Reverse {
			return []num.Array{f(x.Flip(p.Axis), p.Axis).Flip(p.Axis)}
		}
		return []num.Array{f(x, p.Axis)}
	}
}

// sorted sorts arrays along an axis by the first of them, the keys, of which earlier ones weigh more.
func sorted(x []num.Array, axis, keys int) []num.Array {
	order := x[keys-1].Argsort(axis)
	for k := keys - 2; k >= 0; k-- {
		order = order.TakeAlong(x[k].TakeAlong(order, axis).Argsort(axis), axis)
	}
	y := make([]num.Array, len(x))
	for i, a := range x {
		y[i] = a.TakeAlong(order, axis)
	}
	return y
}
