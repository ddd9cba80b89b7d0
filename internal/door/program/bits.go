package program

import (
	"github.com/argmin-go/argmin/num"
)

var _ = add(map[string]rule{
	"bitcast_convert_type": func(c *call) []num.Array {
		p := params[struct {
			DType string `json:"new_dtype"`
		}](c)
		return []num.Array{c.arguments(1)[0].Bitcast(dtypeOf(p.DType))}
	},
	"population_count": one(func(x num.Array) num.Array { return sumOfBits(x, func(b num.Array) num.Array { return b }) }),
	// Those before the highest bit of x are those that are not set once it is smeared to the right.
	"clz": one(func(x num.Array) num.Array {
		for k := 1; k < 8*x.DType().Size(); k *= 2 {
			x = x.Or(x.ShiftRight(x.Const(float64(k))))
		}
		return sumOfBits(x, func(b num.Array) num.Array { return b.Const(1).Sub(b) })
	}),
	// The numbers of one sign are in the order of their bits as integers.
	"nextafter": two(func(a, b num.Array) num.Array {
		ints := num.Int64
		if a.DType() == num.Float32 {
			ints = num.Int32
		}
		i, zero := a.Bitcast(ints), a.Const(0)
		away := a.Lt(b).Eq(a.Gt(zero)) // from zero
		next := num.Where(away, i.Add(i.Const(1)), i.Sub(i.Const(1))).Bitcast(a.DType())
		least := i.Const(1).Bitcast(a.DType())
		next = num.Where(a.Eq(zero), num.Where(b.Gt(zero), least, least.Neg()), next)
		return num.Where(a.IsNaN().Or(b.IsNaN()), a.Add(b), num.Where(a.Eq(b), b, next))
	}),

	// Random numbers come from keys, pairs of uint32 along the last axis. Axes of keys are batches.
	"random_split": func(c *call) []num.Array {
		shape := params[shapeParams](c).Shape
		return []num.Array{ofKeys(c.arguments(1), func(x []num.Array) num.Array { return pairs(x[0], shape) })}
	},
	"random_fold_in": func(c *call) []num.Array {
		return []num.Array{ofKeys(c.arguments(2), func(x []num.Array) num.Array { return num.FoldIn(x[0], x[1]) })}
	},
	"random_gamma_grad": two(num.RandGammaGrad),
	"random_bits": func(c *call) []num.Array { // as uint32, or as int64 of two of them
		p := params[struct {
			Shape []int `json:"shape"`
			Width int   `json:"bit_width"`
		}](c)
		return []num.Array{ofKeys(c.arguments(1), func(x []num.Array) num.Array {
			if p.Width != 64 {
				return num.Bits(x[0], p.Shape...)
			}
			w := pairs(x[0], p.Shape).AsType(num.Int64)
			high, low := w.Index(num.Ellipsis, num.I(0)), w.Index(num.Ellipsis, num.I(1))
			return high.ShiftLeft(high.Const(32)).Or(low)
		})}
	},
})

// pairs are random pairs of uint32, which are keys, too.
func pairs(key num.Array, shape []int) num.Array {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return num.Split(key, n).Reshape(append(append([]int{}, shape...), 2)...)
}

// ofKeys maps a function over the axes of keys, and of what has an element for each.
func ofKeys(x []num.Array, f func(x []num.Array) num.Array) num.Array {
	if x[0].Rank() == 1 {
		return f(x)
	}
	return num.Vmap(func(v []num.Array) num.Array { return ofKeys(v, f) })(x)
}

// sumOfBits is the sum of a function of each bit.
func sumOfBits(x num.Array, f func(num.Array) num.Array) num.Array {
	var y num.Array
	for k := range 8 * x.DType().Size() {
		b := f(x.ShiftRight(x.Const(float64(k))).And(x.Const(1)))
		if k == 0 {
			y = b
		} else {
			y = y.Add(b)
		}
	}
	return y
}
