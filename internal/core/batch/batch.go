// Package batch vectorizes programs: it interprets a program with the batching
// rule of each primitive.
package batch

import (
	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// Interpret evaluates p on inputs of which some carry a batch of n along axis
// bd[i] (-1: none), and says where the outputs carry it.
func Interpret(p *ir.Program, x []*ir.Value, bd []int, n int) ([]*ir.Value, []int) {
	env := p.Env(x)
	dims := make([]int, len(p.Types))
	for i, v := range p.In {
		dims[v] = bd[i]
	}
	var xs []*ir.Value
	var bs []int
	for i := range p.Eqns {
		e := &p.Eqns[i]
		if lit, ok := e.Op.(ir.Constant); ok {
			env[e.Out[0]], dims[e.Out[0]] = lit.Value(), -1
			continue
		}
		xs, bs = ir.Read(xs, env, e.In), bs[:0]
		batched := false
		for _, v := range e.In {
			bs = append(bs, dims[v])
			batched = batched || dims[v] >= 0
		}
		restore := ir.AtSite(e.Site, xs)
		if batched {
			ys, yb := e.Op.Batch(append([]*ir.Value(nil), xs...), append([]int(nil), bs...), n)
			ir.Write(env, e.Out, ys)
			for j, v := range e.Out {
				dims[v] = yb[j]
			}
		} else {
			ir.Write(env, e.Out, ir.Apply(e.Op, xs...))
			for _, v := range e.Out {
				dims[v] = -1
			}
		}
		restore()
	}
	ybd := make([]int, len(p.Out))
	for i, v := range p.Out {
		ybd[i] = dims[v]
	}
	return ir.Read(nil, env, p.Out), ybd
}

// MoveTo moves the batch axis of v from bd to axis to, broadcasting if there is
// none. It is set by the package of the primitives.
var MoveTo func(v *ir.Value, bd, to, n int) *ir.Value

// Program vectorizes p: inputs marked in carry the batch as their first axis.
// Outputs marked in force do so too; the result says which outputs do.
func Program(p *ir.Program, in, force []bool, n int) (*ir.Program, []bool) {
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
				y[i] = MoveTo(y[i], ybd[i], 0, n)
			}
		}
		return y
	})
	return q, out
}
