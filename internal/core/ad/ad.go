package ad

import (
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// JVP evaluates p at x and its derivative along dx.
func JVP(p *ir.Program, x, dx []*ir.Value) (y, dy []*ir.Value) {
	return interpret(p, x, dx, false)
}

// dual is a value with its tangent, which is nil for zero.
type dual struct{ x, dx *ir.Value }

func (d dual) Values() (*ir.Value, *ir.Value) { return d.x, d.dx }

// interpret evaluates p on dual numbers. With linearize, dx belong to an inner
// builder, in which only the linear part may be recorded.
func interpret(p *ir.Program, x, dx []*ir.Value, linearize bool) (y, dy []*ir.Value) {
	in := make([]dual, len(x))
	for i, v := range x {
		in[i] = dual{v, dx[i]}
	}
	var xs, dxs []*ir.Value
	var res []dual
	out := ir.Interpret(p, in, func(c *ir.Value) dual { return dual{x: c} }, func(e *ir.Eqn, x []dual) []dual {
		xs, dxs, res = xs[:0], dxs[:0], res[:0]
		for _, d := range x {
			xs, dxs = append(xs, d.x), append(dxs, d.dx)
		}
		ys, dys := rule(e.Op, xs, dxs, linearize)
		for j, v := range ys {
			d := dual{x: v}
			if dys != nil {
				d.dx = dys[j]
			}
			res = append(res, d)
		}
		return res
	})
	y, dy = make([]*ir.Value, len(out)), make([]*ir.Value, len(out))
	for i, d := range out {
		y[i], dy[i] = d.x, d.dx
	}
	return y, dy
}

// rule gives the results of a primitive and their tangents, nil if all are zero.
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

// Along is the derivative of p at x along dx, nil for zeros. What does not depend on dx is
// computed apart from it, as it must be where dx belong to the builder of a linear program; [JVP]
// would put a branch or a loop there with its value and its tangent in one.
func Along(p *ir.Program, x, dx []*ir.Value) []*ir.Value {
	active := make([]bool, len(dx))
	for i, d := range dx {
		active[i] = d != nil
	}
	_, lin := Linearize(p, x, active)
	return lin.Apply(dx, len(p.Out))
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

// Backward transposes a program that is linear in its inputs after the first
// len(res): from the cotangents of its outputs, it gives the cotangents of its linear inputs.
//
// Forward, what does not depend on the linear inputs is evaluated, and the linear
// equations are put on a tape with their known operands; backward, every equation
// on the tape hands the cotangents of its outputs on to its linear inputs.
func Backward(p *ir.Program, res, ct []*ir.Value) []*ir.Value {
	cts := cotangents{make([]*ir.Value, len(p.Types))}
	for i, v := range p.Out {
		cts.add(v, ct[i])
	}
	lin := p.In[len(res):]
	if AllZero(cts.of) {
		return make([]*ir.Value, len(lin))
	}
	linear := linearPart(p, res)
	var at ir.Sites
	var types []ir.Type
	for i := len(linear) - 1; i >= 0; i-- {
		e, xs := linear[i].eqn, linear[i].x
		cy := cts.read(e.Out)
		if AllZero(cy) {
			continue
		}
		types = types[:0]
		for _, v := range e.In {
			types = append(types, p.Types[v])
		}
		for _, v := range xs {
			at.Add(v)
		}
		for _, v := range cy {
			at.Add(v)
		}
		at.Set(e.Site)
		cx := e.Op.Transpose(xs, cy, types)
		at.Restore()
		for j, v := range e.In {
			if xs[j] == nil && j < len(cx) {
				cts.add(v, cx[j])
			}
		}
	}
	return cts.read(lin)
}

// cotangents belong to the variables of a program so far, nil for zero.
type cotangents struct{ of []*ir.Value }

func (c cotangents) add(v ir.Var, x *ir.Value) {
	if x == nil {
		return
	}
	if old := c.of[v]; old != nil {
		x = ground.Add(old, x)
	}
	c.of[v] = x
}

func (c cotangents) read(vs []ir.Var) []*ir.Value {
	out := make([]*ir.Value, len(vs))
	for i, v := range vs {
		out[i] = c.of[v]
	}
	return out
}

// linearEqn is an equation with its operands, nil where it is linear.
type linearEqn struct {
	eqn *ir.Eqn
	x   []*ir.Value
}

// linearPart lists the equations of p that depend on the inputs after the first
// len(res), in their order. It evaluates all others, from the values res.
func linearPart(p *ir.Program, res []*ir.Value) []linearEqn {
	in := make([]*ir.Value, len(p.In))
	copy(in, res)
	var tape []linearEqn
	var none []*ir.Value // the results of a linear equation are linear
	ir.Interpret(p, in, func(c *ir.Value) *ir.Value { return c }, func(e *ir.Eqn, x []*ir.Value) []*ir.Value {
		for _, v := range x {
			if v == nil {
				tape = append(tape, linearEqn{e, append([]*ir.Value(nil), x...)})
				for len(none) < len(e.Out) {
					none = append(none, nil)
				}
				return none
			}
		}
		return ir.Apply(e.Op, x...)
	})
	return tape
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
