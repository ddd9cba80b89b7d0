// Package ad differentiates programs. Forward mode interprets a program with
// each primitive's JVP rule. Reverse mode is not written per primitive: the same
// rules, applied with the tangents living in an inner builder, leave a linear
// program there, which is then transposed equation by equation (Frostig,
// Johnson, Maclaurin, Paszke, Radul: "Decomposing reverse-mode automatic
// differentiation", 2021). So forward and reverse mode cannot disagree.
//
// A nil tangent or cotangent stands for zero.
package ad

import (
	"github.com/argmin-go/argmin/internal/core/ir"
)

// JVP evaluates p at x and its derivative along dx.
func JVP(p *ir.Program, x, dx []*ir.Value) (y, dy []*ir.Value) {
	return interpret(p, x, dx, false)
}

func interpret(p *ir.Program, x, dx []*ir.Value, linearize bool) (y, dy []*ir.Value) {
	env := p.Env(x)
	tan := make([]*ir.Value, len(p.Types))
	ir.Write(tan, p.In, dx)
	var xs, dxs []*ir.Value
	for i := range p.Eqns {
		e := &p.Eqns[i]
		if lit, ok := e.Op.(ir.Constant); ok {
			env[e.Out[0]] = lit.Value()
			continue
		}
		xs = ir.Read(xs, env, e.In)
		dxs = ir.Read(dxs, tan, e.In)
		restore := ir.AtSite(e.Site, xs, dxs)
		ys, dys := rule(e.Op, xs, dxs, linearize)
		restore()
		ir.Write(env, e.Out, ys)
		if dys != nil {
			ir.Write(tan, e.Out, dys)
		}
	}
	return ir.Read(nil, env, p.Out), ir.Read(nil, tan, p.Out)
}

func rule(op ir.Op, x, dx []*ir.Value, linearize bool) (y, dy []*ir.Value) {
	if AllZero(dx) {
		return ir.Apply(op, x...), nil
	}
	if s, ok := op.(ir.Structured); ok {
		x, dx = append([]*ir.Value(nil), x...), append([]*ir.Value(nil), dx...)
		if linearize {
			return s.LinearizeAll(x, dx)
		}
		return s.JVPAll(x, dx)
	}
	y = ir.Apply(op, x...)
	return y, op.JVP(x, y, dx)
}

// AllZero reports whether every value is nil.
func AllZero(vs []*ir.Value) bool {
	for _, v := range vs {
		if v != nil {
			return false
		}
	}
	return true
}

// Linear is the derivative of a program at a point, as a linear program.
type Linear struct {
	Prog *ir.Program // inputs: residuals, then one tangent for each of In
	Res  []*ir.Value // the residuals: values outside of Prog that it needs
	In   []int       // indices of the inputs whose tangents Prog takes
	Out  []int       // indices of the outputs whose tangents are not zero
}

// Linearize evaluates p at x and gives its derivative with respect to the
// inputs marked active.
func Linearize(p *ir.Program, x []*ir.Value, active []bool) ([]*ir.Value, *Linear) {
	lb := ir.NewBuilder(p.Name)
	l := new(Linear)
	dx := make([]*ir.Value, len(x))
	for i, a := range active {
		if a && x[i].DType.IsFloat() {
			dx[i] = lb.Input(x[i].Type)
			l.In = append(l.In, i)
		}
	}
	y, dy := interpret(p, x, dx, true)
	var outs []*ir.Value
	for i, v := range dy {
		if v != nil {
			l.Out = append(l.Out, i)
			outs = append(outs, v)
		}
	}
	l.Prog, l.Res = lb.Finish(outs)
	return y, l
}

// Apply is the derivative along dx, which has one entry for every input of the
// original program; the result has nout entries, some of them nil.
func (l *Linear) Apply(dx []*ir.Value, nout int) []*ir.Value {
	in := append([]*ir.Value(nil), l.Res...)
	for _, i := range l.In {
		v := dx[i]
		if v == nil {
			v = ir.Full(l.Prog.Types[l.Prog.In[len(in)]], 0)
		}
		in = append(in, v)
	}
	dy := make([]*ir.Value, nout)
	for j, v := range ir.Inline(l.Prog, in) {
		dy[l.Out[j]] = v
	}
	return dy
}

// Transpose is the transposed derivative: from one cotangent for every output of
// the original program (nil: zero), one for every one of its nin inputs.
func (l *Linear) Transpose(ct []*ir.Value, nin int) []*ir.Value {
	cts := make([]*ir.Value, len(l.Out))
	for j, i := range l.Out {
		cts[j] = ct[i]
	}
	cx := Backward(l.Prog, l.Res, cts)
	res := make([]*ir.Value, nin)
	for j, i := range l.In {
		res[i] = cx[j]
	}
	return res
}

// Add adds two cotangents; nil is zero. It is set by the package of the
// primitives.
var Add func(a, b *ir.Value) *ir.Value

// Backward transposes a program that is linear in its inputs after the first
// len(res): from the cotangents of its outputs, those of its linear inputs.
func Backward(p *ir.Program, res, ct []*ir.Value) []*ir.Value {
	lin := p.In[len(res):]
	cts := make([]*ir.Value, len(p.Types))
	accumulate := func(v ir.Var, c *ir.Value) {
		if c == nil {
			return
		}
		if old := cts[v]; old != nil {
			c = Add(old, c)
		}
		cts[v] = c
	}
	for i, v := range p.Out {
		accumulate(v, ct[i])
	}
	if AllZero(cts) {
		return make([]*ir.Value, len(lin))
	}
	// What does not depend on the linear inputs is evaluated first.
	env := make([]*ir.Value, len(p.Types))
	ir.Write(env, p.In[:len(res)], res)
	linear := make([]bool, len(p.Types))
	for _, v := range lin {
		linear[v] = true
	}
	dep := make([]bool, len(p.Eqns))
	for i := range p.Eqns {
		e := &p.Eqns[i]
		for _, v := range e.In {
			dep[i] = dep[i] || linear[v]
		}
		if dep[i] {
			for _, v := range e.Out {
				linear[v] = true
			}
			continue
		}
		if lit, ok := e.Op.(ir.Constant); ok {
			env[e.Out[0]] = lit.Value()
			continue
		}
		xs := ir.Read(nil, env, e.In)
		restore := ir.AtSite(e.Site, xs)
		ir.Write(env, e.Out, ir.Apply(e.Op, xs...))
		restore()
	}
	var types []ir.Type
	for i := len(p.Eqns) - 1; i >= 0; i-- {
		e := &p.Eqns[i]
		if !dep[i] {
			continue
		}
		cy := ir.Read(nil, cts, e.Out)
		if AllZero(cy) {
			continue
		}
		xs := ir.Read(nil, env, e.In) // nil where linear
		types = types[:0]
		for _, v := range e.In {
			types = append(types, p.Types[v])
		}
		restore := ir.AtSite(e.Site, xs, cy)
		cx := e.Op.Transpose(xs, cy, types)
		restore()
		for j, v := range e.In {
			if linear[v] && j < len(cx) {
				accumulate(v, cx[j])
			}
		}
	}
	return ir.Read(nil, cts, lin)
}

// Zeros replaces nil tangents or cotangents by arrays of zeros.
func Zeros(vs []*ir.Value, types []ir.Type) []*ir.Value {
	out := make([]*ir.Value, len(vs))
	for i, v := range vs {
		if v == nil {
			v = ir.Full(types[i], 0)
		}
		out[i] = v
	}
	return out
}
