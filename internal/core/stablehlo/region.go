package stablehlo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// region writes a block: f gives what it returns. Constants written inside do not
// leave it, and the state of checks is restored after it.
func (b *Builder) region(head string, f func() []Value) {
	b.line("%s", head)
	b.scope(f, "stablehlo.return")
}

func (b *Builder) scope(f func() []Value, ret string) {
	b.indent++
	b.consts = append(b.consts, map[string]Value{})
	state, loc := b.state, b.loc
	out := f()
	if len(out) == 0 {
		b.line("%s", ret)
	} else {
		b.line("%s %s : %s", ret, names(out), typeStrings(types(out)))
	}
	b.state, b.loc = state, loc
	b.consts = b.consts[:len(b.consts)-1]
	b.indent--
}

// While repeats x = body(x) while cond(x).
func (b *Builder) While(init []Value, cond func([]Value) Value, body func([]Value) []Value) []Value {
	n := len(init)
	init = slices.Concat(init, b.state)
	def, out := b.result("while", types(init))
	args := make([]Value, len(init))
	bind := make([]string, len(init))
	for i, v := range init {
		args[i] = Value{v.Type, b.fresh("arg")}
		bind[i] = args[i].Name + " = " + v.Name
	}
	b.line("%s = stablehlo.while(%s) : %s", def, strings.Join(bind, ", "), typeStrings(types(init)))
	outer := b.state
	inside := func(f func() []Value) func() []Value {
		return func() []Value {
			if outer != nil {
				b.state = args[n:]
			}
			return f()
		}
	}
	b.region("cond {", inside(func() []Value { return []Value{cond(args[:n])} }))
	b.region("} do {", inside(func() []Value { return slices.Concat(body(args[:n]), b.state) }))
	b.line("}%s", b.loc)
	if outer != nil {
		b.state = out[n:]
	}
	return out[:n]
}

// Case runs the branch with the number index, an i32 scalar; the last one if there
// is none.
func (b *Builder) Case(index Value, out []ir.Type, branches []func() []Value) []Value {
	all := slices.Concat(out, types(b.state))
	if len(all) == 0 {
		return nil
	}
	def, res := b.result("case", all)
	for i, f := range branches {
		head := "}, {"
		if i == 0 {
			head = fmt.Sprintf("%s = \"stablehlo.case\"(%s) ({", def, index.Name)
		}
		b.region(head, func() []Value { return slices.Concat(f(), b.state) })
	}
	b.line("}) : (%s) -> %s%s", TypeString(index.Type), resultTypes(all), b.loc)
	if b.state != nil {
		b.state = res[len(out):]
	}
	return res[:len(out)]
}

// Reduce joins the elements along axes by an operation such as "stablehlo.add",
// starting from a scalar.
func (b *Builder) Reduce(op string, x, start Value, axes []int) Value {
	var shape []int
	for i, n := range x.Shape {
		if !slices.Contains(axes, i) {
			shape = append(shape, n)
		}
	}
	out := x.WithShape(shape)
	def, vs := b.result("reduce", []ir.Type{out})
	b.line("%s = stablehlo.reduce(%s init: %s) applies %s across dimensions = %s : (%s, %s) -> %s%s",
		def, x.Name, start.Name, op, Ints(axes), TypeString(x.Type), TypeString(start.Type), TypeString(out), b.loc)
	return vs[0]
}

// WithRegion writes an operation with one block, whose arguments are scalars of the
// given types.
func (b *Builder) WithRegion(op, attrs string, in []Value, args []ir.DType, block func(args []Value) []Value, out ...ir.Type) []Value {
	def, vs := b.result(op, out)
	as := make([]Value, len(args))
	sig := make([]string, len(args))
	for i, d := range args {
		as[i] = Value{ir.Type{DType: d}, b.fresh("arg")}
		sig[i] = as[i].Name + ": " + TypeString(as[i].Type)
	}
	b.line("%s = %q(%s) ({", def, op, names(in))
	b.line("^bb0(%s):", strings.Join(sig, ", "))
	b.scope(func() []Value { return block(as) }, "stablehlo.return")
	if attrs != "" {
		attrs = " {" + attrs + "}"
	}
	b.line("})%s : (%s) -> %s%s", attrs, typeStrings(types(in)), resultTypes(out), b.loc)
	return vs
}

// Check records that a check failed where ok, a bool scalar, is false.
func (b *Builder) Check(msg string, ok, measure Value) {
	id := slices.Index(b.checks, msg)
	if id < 0 {
		b.checks = append(b.checks, msg)
		id = len(b.checks) - 1
	}
	i32 := ir.Type{DType: ir.Int32}
	first := b.Map("stablehlo.and", b.Map("stablehlo.not", ok), b.Compare("EQ", b.state[0], b.Full(i32, 0)))
	b.state = []Value{
		b.Select(first, b.Full(i32, float64(id+1)), b.state[0]),
		b.Select(first, b.Convert(measure, ir.Float32), b.state[1]),
	}
}
