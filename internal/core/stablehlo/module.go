package stablehlo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Module is a program as text.
type Module struct {
	Text string
	// Checks are the messages of the program's checks. If there are any, two results
	// follow the program's results: the number of the first check that failed, from 1,
	// or 0 (i32), and what it measured (f32).
	Checks []string
	// Mesh is the grid of devices that the program is for, nil for one device, and
	// Shardings how the results of the program lie on it.
	Mesh      ir.Mesh
	Shardings []*ir.Sharding
}

// Options describe how to write a program.
type Options struct {
	Name   string   // of the module
	Inputs []string // names of the inputs, "" for arg, arg_1, …
	// Captured are the first inputs, to be written as constants; nil for none.
	Captured []*ir.Data
	// Shardings are how the inputs lie on a mesh, nil for whole on every device; without
	// any, and without any in the program, it is for one device.
	Shardings []*ir.Sharding
	Donate    []int // for every output the input whose storage it may take, or -1; nil for none
}

// Print writes a program. It fails for one that no XLA backend can run, such as one
// with a callback.
func Print(p *ir.Program, opt Options) (m Module, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*ir.Error)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	b := &Builder{count: map[string]int{}, consts: []map[string]Value{{}}}
	ins := b.arguments(p, opt)
	b.mesh, err = meshOf(p, opt.Shardings)
	if err != nil {
		return Module{}, err
	}
	outs := b.body(p, ins, opt.Captured)
	var places []*ir.Sharding
	if b.mesh != nil {
		in := make([]*ir.Sharding, len(p.In))
		copy(in, opt.Shardings)
		places = ir.Place(p, in)
	}
	var s strings.Builder
	fmt.Fprintf(&s, "module @%s {\n", identifier(opt.Name))
	if b.mesh != nil {
		fmt.Fprintf(&s, "  sdy.mesh @mesh = <[%v]>\n", b.mesh)
	}
	fmt.Fprintf(&s, "  func.func public @main(%s) -> (%s) {\n", b.signature(ins, opt), b.results(outs, places))
	s.WriteString(b.text.String())
	s.WriteString("  }\n}\n")
	return Module{s.String(), b.checks, b.mesh, places}, nil
}

// arguments names the inputs that are not captured.
func (b *Builder) arguments(p *ir.Program, opt Options) []Value {
	ins := make([]Value, len(p.In))
	for i, t := range p.InTypes() {
		if i < len(opt.Captured) {
			continue
		}
		name := "arg"
		if i < len(opt.Inputs) && opt.Inputs[i] != "" {
			name = identifier(opt.Inputs[i])
		}
		ins[i] = Value{t, b.fresh(name)}
	}
	return ins
}

// body writes the equations of the function, and the constants of captured inputs.
func (b *Builder) body(p *ir.Program, ins []Value, captured []*ir.Data) (outs []Value) {
	b.indent = 1
	b.scope(func() []Value {
		if hasChecks(p) {
			b.state = []Value{b.Full(ir.T(ir.Int32), 0), b.Full(ir.T(ir.Float32), 0)}
		}
		for i, d := range captured {
			ins[i] = b.Dense(d)
		}
		outs = slices.Concat(b.Program(p, ins), b.state)
		return outs
	}, "return")
	return outs
}

// signature is the list of the function's parameters.
func (b *Builder) signature(ins []Value, opt Options) string {
	attrs := make([][]string, len(ins))
	for out, in := range opt.Donate {
		if in >= 0 {
			attrs[in] = append(attrs[in], fmt.Sprintf("tf.aliasing_output = %d : i32", out))
		}
	}
	var sig []string
	for i, v := range ins {
		if i < len(opt.Captured) {
			continue
		}
		if b.mesh != nil {
			attrs[i] = append(attrs[i], placement(v.Type, opt.Shardings, i))
		}
		s := v.Name + ": " + TypeString(v.Type)
		if len(attrs[i]) > 0 {
			s += " {" + strings.Join(attrs[i], ", ") + "}"
		}
		sig = append(sig, s)
	}
	return strings.Join(sig, ", ")
}

// results is the list of the types of the function's results.
func (b *Builder) results(outs []Value, places []*ir.Sharding) string {
	s := make([]string, len(outs))
	for i, v := range outs {
		s[i] = TypeString(v.Type)
		if b.mesh != nil {
			s[i] += " {" + placement(v.Type, places, i) + "}"
		}
	}
	return strings.Join(s, ", ")
}

// placement is how array i of a list lies on the mesh, as an attribute: whole on
// every device if it is not in the list.
func placement(t ir.Type, list []*ir.Sharding, i int) string {
	s := &ir.Sharding{Axes: make([]string, t.Rank())}
	if i < len(list) && list[i] != nil {
		s = list[i]
	}
	return fmt.Sprintf("sdy.sharding = #sdy.sharding<@mesh, %v>", s)
}

// Shard writes a constraint on how an array lies on the mesh.
func (b *Builder) Shard(x Value, s *ir.Sharding) Value {
	v := Value{x.Type, b.fresh("shard")}
	b.line("%s = sdy.sharding_constraint %s <@mesh, %v> : %s%s", v.Name, x.Name, s, TypeString(x.Type), b.loc)
	return v
}

// meshOf is the one mesh of a program and its inputs, nil for none.
func meshOf(p *ir.Program, in []*ir.Sharding) (mesh ir.Mesh, err error) {
	see := func(m ir.Mesh) {
		switch {
		case mesh == nil:
			mesh = m
		case !slices.Equal(mesh, m) && err == nil:
			err = ir.Errorf(ir.ArgumentError, "num.Shard", "arrays of one program lie on different meshes: %v and %v", mesh, m)
		}
	}
	for _, s := range in {
		if s != nil {
			see(s.Mesh)
		}
	}
	var walk func(p *ir.Program)
	walk = func(p *ir.Program) {
		for i := range p.Eqns {
			if op, ok := p.Eqns[i].Op.(Sharder); ok {
				see(op.OnMesh())
			}
			if sub, ok := p.Eqns[i].Op.(ir.Programs); ok {
				for _, q := range sub.Programs() {
					walk(q)
				}
			}
		}
	}
	walk(p)
	return mesh, err
}

// Sharder is implemented by primitives that call [Builder.Shard].
type Sharder interface{ OnMesh() ir.Mesh }

// identifier keeps what may stand in a name.
func identifier(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, s)
	for strings.Contains(s, "__") {
		s = strings.ReplaceAll(s, "__", "_")
	}
	s = strings.Trim(s, "_")
	if s == "" {
		return "program"
	}
	if s[0] >= '0' && s[0] <= '9' {
		s = "_" + s
	}
	return s
}

// Checker is implemented by primitives that call [Builder.Check].
type Checker interface{ Checks() bool }

func hasChecks(p *ir.Program) bool {
	for i := range p.Eqns {
		if c, ok := p.Eqns[i].Op.(Checker); ok && c.Checks() {
			return true
		}
		if sub, ok := p.Eqns[i].Op.(ir.Programs); ok && slices.ContainsFunc(sub.Programs(), hasChecks) {
			return true
		}
	}
	return false
}

// Throw ends the writing with an error at the line of the equation being written.
func (b *Builder) Throw(e *ir.Error) {
	e.Loc = b.site
	panic(e)
}

// Program writes the equations of a program for operands in and gives its results.
func (b *Builder) Program(p *ir.Program, in []Value) []Value {
	env := make([]Value, len(p.Types))
	for i, v := range p.In {
		env[v] = in[i]
	}
	outer := b.loc
	for i := range p.Eqns {
		e := &p.Eqns[i]
		outerSite := b.site
		if s := e.Site.String(); s != "" {
			b.site = s
			file, line, _ := strings.Cut(s, ":")
			b.loc = fmt.Sprintf(" loc(%q:%s:0)", file, line)
		}
		var out []Value
		switch op := e.Op.(type) {
		case ir.Literal:
			out = []Value{b.Full(op.Type, op.Num)}
		case ir.Embedded:
			out = []Value{b.Dense(op.Data)}
		case Lowerer:
			args := make([]Value, len(e.In))
			for j, v := range e.In {
				args[j] = env[v]
			}
			ts := make([]ir.Type, len(e.Out))
			for j, v := range e.Out {
				ts[j] = p.Types[v]
			}
			out = op.StableHLO(b, args, ts)
		default:
			b.Throw(ir.Errorf(ir.BackendError, "stablehlo", "primitive %s cannot be written as StableHLO", e.Op.Name()))
		}
		for j, v := range e.Out {
			if want := p.Types[v]; !out[j].Type.Equal(want) {
				panic(fmt.Sprintf("stablehlo: %s gave %v, want %v", e.Op.Name(), out[j].Type, want))
			}
			env[v] = out[j]
		}
		b.loc, b.site = outer, outerSite
	}
	out := make([]Value, len(p.Out))
	for i, v := range p.Out {
		out[i] = env[v]
	}
	return out
}
