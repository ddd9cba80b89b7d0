package deps

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Interpret finds what the outputs of a program depend on.
func (t *Table) Interpret(p *ir.Program, in []Array) []Array {
	env := make([]Array, len(p.Types))
	for i, v := range p.In {
		env[v] = in[i]
		env[v].Type = p.Types[v]
	}
	last := lastUses(p)
	for i := range p.Eqns {
		e := &p.Eqns[i]
		x := make([]Array, len(e.In))
		for j, v := range e.In {
			x[j] = env[v]
		}
		out := make([]ir.Type, len(e.Out))
		for j, v := range e.Out {
			out[j] = p.Types[v]
		}
		for j, a := range t.rule(e.Op, x, out) {
			env[e.Out[j]] = a
		}
		for _, v := range e.In {
			if last[v] == i {
				env[v] = Array{}
			}
		}
	}
	res := make([]Array, len(p.Out))
	for i, v := range p.Out {
		res[i] = env[v]
	}
	return res
}

// lastUses is the last equation that reads each variable, so that what is kept for it can be
// forgotten; outputs are kept.
func lastUses(p *ir.Program) []int {
	last := make([]int, len(p.Types))
	for i := range p.Eqns {
		for _, v := range p.Eqns[i].In {
			last[v] = i
		}
	}
	for _, v := range p.Out {
		last[v] = -1
	}
	return last
}

func (t *Table) rule(op ir.Op, x []Array, out []ir.Type) []Array {
	y := make([]Array, len(out))
	for j, o := range out {
		y[j].Type = o
	}
	if c, ok := op.(ir.Constant); ok {
		y[0].Known = c.Value().Data()
		return y
	}
	if known := evaluate(op, x); known != nil {
		for j, d := range known {
			y[j].Known = d
		}
		return y
	}
	if w, ok := op.(Whole); ok { // it may know numbers even where nothing depends on inputs
		for j, a := range w.DependAll(t, x, out) {
			y[j].Sets, y[j].Known = a.Sets, a.Known
		}
	} else if slices.ContainsFunc(x, func(a Array) bool { return a.Sets != nil }) {
		for j, s := range t.sets(op, x, out) {
			y[j].Sets = s
		}
	}
	for j, o := range out {
		if !o.DType.IsFloat() {
			y[j].Sets = nil
		}
	}
	return y
}

// Whole is implemented by primitives that contain programs, whose results may be known though not all
// operands are.
type Whole interface {
	ir.Op
	DependAll(t *Table, x []Array, out []ir.Type) []Array
}

// sets applies the rule of a primitive.
func (t *Table) sets(op ir.Op, x []Array, out []ir.Type) [][]Set {
	if m, ok := op.(Mover); ok {
		if y := moved(m, x); y != nil {
			return [][]Set{y}
		}
	}
	switch o := op.(type) {
	case Depender:
		return o.Depend(t, x, out)
	case ir.Elementwise:
		in := make([][]Set, len(x))
		for i, a := range x {
			in[i] = a.Sets
		}
		return [][]Set{t.Each(in...)}
	}
	return t.Dense(x, out)
}

// moved runs a primitive on sets instead of numbers, nil if it needs numbers that are not known.
func moved(op Mover, x []Array) []Set {
	in := make([]*ir.Value, len(x))
	for i, a := range x {
		switch {
		case a.DType.IsFloat():
			in[i] = value(a)
		case a.Known != nil:
			in[i] = ir.Const(a.Known)
		default:
			return nil
		}
	}
	return Slice(ir.Apply1(op, in...))
}

// value is the numbers of sets as an array.
func value(a Array) *ir.Value {
	t := ir.Type{DType: ir.Int32, Shape: a.Shape}
	if a.Sets == nil {
		return ir.Full(t, 0)
	}
	return ir.Const(ir.NewData(t, ir.Of(a.Sets)))
}

// Slice is an array of the numbers of sets as a slice.
func Slice(v *ir.Value) []Set { return ir.As[int32](v.Data().Buf()) }

// evaluate computes the results of a primitive from known operands, nil if they are not known or
// it is not for running here: it calls the user's functions, may fail, or contains programs.
func evaluate(op ir.Op, x []Array) []*ir.Data {
	if _, ok := op.(ir.Programs); ok || ir.WorkOf(op) > ir.Costly {
		return nil
	}
	if _, ok := op.(ir.Effectful); ok {
		return nil
	}
	in := make([]*ir.Value, len(x))
	for i, a := range x {
		if a.Known == nil {
			return nil
		}
		in[i] = ir.Const(a.Known)
	}
	out := ir.Apply(op, in...)
	data := make([]*ir.Data, len(out))
	for i, v := range out {
		data[i] = v.Data()
	}
	return data
}
