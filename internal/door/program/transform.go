package program

import (
	"slices"

	"github.com/argmin-go/argmin/num"
)

// transformed are the parameters of the transformations of a program.
type transformed struct {
	Program *Program `json:"program"`
	Wrt     []int    `json:"wrt"`     // with respect to which arguments
	Outs    []int    `json:"outs"`    // of which results; vjp and jvp
	InAxes  []*int   `json:"in_axes"` // which axis of each argument is the batch, null for none; vmap
}

var _ = add(map[string]rule{
	"call": func(c *call) []num.Array { return c.inner(params[transformed](c).Program)(c.x) },
	// value_and_grad gives all results, then the gradients of the first one.
	"value_and_grad": func(c *call) []num.Array {
		p := params[transformed](c)
		y, rest, g := num.ValueAndGradAux(func(v []num.Array) (num.Array, []num.Array) {
			y := c.inner(p.Program)(p.with(c.x, v))
			return y[0], y[1:]
		})(pick(c.x, p.Wrt))
		return slices.Concat([]num.Array{y}, rest, g)
	},
	// vjp takes the arguments and the cotangents of some results, and gives these results and cotangents of the arguments.
	"vjp": func(c *call) []num.Array {
		p := params[transformed](c)
		n := len(p.Program.In)
		y, back := num.VJP(func(v []num.Array) []num.Array {
			return pick(c.inner(p.Program)(p.with(c.x[:n], v)), p.Outs)
		}, pick(c.x[:n], p.Wrt))
		return slices.Concat(y, back(c.x[n:]))
	},
	// jvp takes the arguments and tangents of some, and gives results and their tangents.
	"jvp": func(c *call) []num.Array {
		p := params[transformed](c)
		n := len(p.Program.In)
		y, dy := num.JVP(func(v []num.Array) []num.Array {
			return pick(c.inner(p.Program)(p.with(c.x[:n], v)), p.Outs)
		}, pick(c.x[:n], p.Wrt), c.x[n:])
		return slices.Concat(y, dy)
	},
	// vmap maps a program over an axis of some arguments; the results have it first.
	"vmap": func(c *call) []num.Array {
		p := params[transformed](c)
		if len(p.InAxes) != len(c.x) {
			throw("vmap has %d in_axes for %d arguments", len(p.InAxes), len(c.x))
		}
		var mapped []num.Array
		for i, axis := range p.InAxes {
			if axis == nil {
				continue
			}
			p.Wrt = append(p.Wrt, i)
			mapped = append(mapped, c.x[i].MoveAxis(*axis, 0))
		}
		return num.Vmap(func(v []num.Array) []num.Array { return c.inner(p.Program)(p.with(c.x, v)) })(mapped)
	},
})

// with is x with the arguments of Wrt replaced.
func (p transformed) with(x, v []num.Array) []num.Array {
	y := slices.Clone(x)
	for i, k := range p.Wrt {
		y[k] = v[i]
	}
	return y
}

func pick(x []num.Array, which []int) []num.Array {
	y := make([]num.Array, len(which))
	for i, k := range which {
		y[i] = x[k]
	}
	return y
}
