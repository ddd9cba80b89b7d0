package batch

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// Rule applies a primitive to operands some of which carry a batch of n along axis
// bd[i] (-1: none), and reports where the results carry it.
type Rule func(op ir.Op, x []*ir.Value, bd []int, n int) (y []*ir.Value, ybd []int)

// Interpret evaluates p on inputs some of which carry a batch of n along axis
// bd[i] (-1: none), and reports where the outputs carry it.
func Interpret(p *ir.Program, x []*ir.Value, bd []int, n int) ([]*ir.Value, []int) {
	return InterpretBy(ir.Op.Batch, p, x, bd, n)
}

// batched is a value with its batch axis, -1 for none.
type batched struct {
	x    *ir.Value
	axis int
}

func (b batched) Values() (*ir.Value, *ir.Value) { return b.x, nil }

// InterpretBy is [Interpret] with another rule for operands that carry a batch.
func InterpretBy(rule Rule, p *ir.Program, x []*ir.Value, bd []int, n int) ([]*ir.Value, []int) {
	in := make([]batched, len(x))
	for i, v := range x {
		in[i] = batched{v, bd[i]}
	}
	var res []batched
	out := ir.Interpret(p, in, func(c *ir.Value) batched { return batched{c, -1} }, func(e *ir.Eqn, x []batched) []batched {
		xs, bs := make([]*ir.Value, len(x)), make([]int, len(x)) // rules may keep them
		some := false
		for i, b := range x {
			xs[i], bs[i] = b.x, b.axis
			some = some || b.axis >= 0
		}
		res = res[:0]
		if !some {
			for _, v := range ir.Apply(e.Op, xs...) {
				res = append(res, batched{v, -1})
			}
			return res
		}
		ys, ybd := rule(e.Op, xs, bs, n)
		for j, v := range ys {
			res = append(res, batched{v, ybd[j]})
		}
		return res
	})
	y, ybd := make([]*ir.Value, len(out)), make([]int, len(out))
	for i, b := range out {
		y[i], ybd[i] = b.x, b.axis
	}
	return y, ybd
}

// Program vectorizes p: inputs marked in carry the batch as their first axis.
// Outputs marked in force do so too; the result reports which outputs do.
func Program(p *ir.Program, in, force []bool, n int) (*ir.Program, []bool) {
	type key struct {
		in, force string
		n         int
	}
	type result struct {
		p   *ir.Program
		out []bool
	}
	r := ir.Derived(p, key{ad.Mask(in), ad.Mask(force), n}, func() (r result) {
		r.p, r.out = vectorize(p, in, force, n)
		return r
	})
	return r.p, slices.Clone(r.out)
}

func vectorize(p *ir.Program, in, force []bool, n int) (*ir.Program, []bool) {
	types := p.InTypes()
	bd := make([]int, len(types))
	for i, t := range types {
		bd[i] = -1
		if in[i] {
			bd[i] = 0
			types[i] = t.WithShape(append([]int{n}, t.Shape...))
		}
	}
	out := make([]bool, len(p.Out))
	q := ad.Closed(p.Name, types, func(x []*ir.Value) []*ir.Value {
		y, ybd := Interpret(p, x, bd, n)
		for i := range y {
			if ybd[i] >= 0 || force != nil && force[i] {
				out[i] = true
				y[i] = ground.MoveTo(y[i], ybd[i], 0, n)
			}
		}
		return y
	})
	return q, out
}
