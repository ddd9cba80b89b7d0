package cpu

import (
	"fmt"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Describe explains the plan of a program: its steps in their order, what is fused into one
// step, where each result is kept, and what needs no step at all. Variables have the letters
// of ir.Program.Text. The plans of programs inside a step follow it, indented.
func Describe(name string, p *ir.Program) (string, error) {
	var s strings.Builder
	if err := describe(&s, name, p, nil, ""); err != nil {
		return "", err
	}
	return strings.TrimSuffix(s.String(), "\n"), nil
}

// description prints one plan.
type description struct {
	*builder
	*Plan
	s      *strings.Builder
	indent string
	names  []string
	by     map[ir.Var]*ir.Eqn // the equation that makes a variable
	result map[ir.Var]int     // the outputs that a step writes itself
}

func describe(s *strings.Builder, name string, p *ir.Program, donate []int, indent string) error {
	pl, err := compile(p, donate)
	if err != nil {
		return err
	}
	d := &description{builder: newBuilder(p), Plan: pl, s: s, indent: indent, names: p.VarNames(),
		by: map[ir.Var]*ir.Eqn{}, result: map[ir.Var]int{}}
	for i := range p.Eqns {
		for _, v := range p.Eqns[i].Out {
			d.by[v] = &p.Eqns[i]
		}
	}
	for i, v := range pl.out {
		if v >= 0 {
			d.result[v] = i
		}
	}
	var steps []int
	for k, n := range d.nodes {
		if !d.filled(n.eqn) {
			steps = append(steps, k)
		}
	}
	plural := "s"
	if len(steps) == 1 {
		plural = ""
	}
	d.line("plan of %s: %d step%s, %d bytes of memory", name, len(steps), plural, pl.arena)
	for i, k := range steps {
		if err := d.step(i+1, &d.nodes[k]); err != nil {
			return err
		}
	}
	d.unstepped()
	return nil
}

func (d *description) line(format string, args ...any) {
	fmt.Fprintf(d.s, d.indent+format+"\n", args...)
}

// filled reports whether an equation is a literal that is written once, when the memory is
// made, instead of in a step.
func (d *description) filled(e *ir.Eqn) bool {
	if e == nil {
		return false
	}
	_, literal := e.Op.(ir.Literal)
	return literal && d.slots[e.Out[0]].kind == inArena
}

func (d *description) step(number int, n *node) error {
	g := n.fused
	if g == nil {
		return d.equation(number, n.eqn)
	}
	chunks := ""
	if g.n > chunk {
		chunks = fmt.Sprintf(", %d at a time", chunk)
	}
	d.line("%d. fused over %s%s:", number, elements(g.n), chunks)
	for i := range g.steps {
		st := &g.steps[i]
		e := d.by[st.v]
		d.line("     %s", d.placed(st.v, e.Op.Name(), d.operands(st.in[:st.nin])))
	}
	for i := range g.sums {
		d.line("     %s", d.placed(g.sums[i].v, "sum", d.operands([]input{g.sums[i].in})))
	}
	return nil
}

func elements(n int) string {
	if n == 1 {
		return "1 element"
	}
	return fmt.Sprintf("%d elements", n)
}

// operands of a fused step: a repeated element is marked with dots.
func (d *description) operands(in []input) string {
	s := make([]string, len(in))
	for i, x := range in {
		switch {
		case x.lit != nil:
			s[i], _, _ = strings.Cut(d.names[x.v], ":")
		case x.splat:
			s[i] = d.names[x.v] + "…"
		default:
			s[i] = d.names[x.v]
		}
	}
	return strings.Join(s, " ")
}

// placed is an assignment and where the variable is kept.
func (d *description) placed(v ir.Var, op, operands string) string {
	return fmt.Sprintf("%-25s %s", strings.TrimSpace(fmt.Sprintf("%s = %s %s", d.names[v], op, operands)), d.place(v))
}

// place is where a variable is kept.
func (d *description) place(v ir.Var) string {
	if i, ok := d.result[v]; ok {
		return fmt.Sprintf("→ result %d", i)
	}
	switch sl := d.slots[v]; sl.kind {
	case inArena:
		return fmt.Sprintf("→ memory at %d", sl.off)
	case external:
		return "→ the caller's memory"
	}
	return "→ register"
}

// equation is a step that runs one primitive's kernel.
func (d *description) equation(number int, e *ir.Eqn) error {
	params, inner := ir.Describe(e.Op)
	op := e.Op.Name()
	if params != "" {
		op += "[" + params + "]"
	}
	in, out := make([]string, len(e.In)), make([]string, len(e.Out))
	places := make([]string, len(e.Out))
	for i, v := range e.In {
		in[i] = d.names[d.rep[v]]
	}
	for i, v := range e.Out {
		out[i] = d.names[v]
		places[i] = d.place(v)
	}
	text := op + " " + strings.Join(in, " ")
	if len(out) > 0 {
		text = strings.Join(out, ", ") + " = " + text
	}
	d.line("%d. %-27s %s", number, strings.TrimSpace(text), strings.Join(places, ", "))
	sub, ok := e.Op.(ir.Programs)
	if !ok {
		return nil
	}
	r := &recorder{}
	types := func(vs []ir.Var) []ir.Type {
		ts := make([]ir.Type, len(vs))
		for i, v := range vs {
			ts[i] = d.p.Types[v]
		}
		return ts
	}
	if _, err := e.Op.Kernel(r, types(e.In), types(e.Out)); err != nil {
		return err
	}
	for _, c := range r.compiled {
		name := "a program that it makes of these"
		for i, q := range sub.Programs() {
			if q == c.p {
				name = inner[i]
			}
		}
		if err := describe(d.s, name, c.p, c.donate, d.indent+"     "); err != nil {
			return err
		}
	}
	return nil
}

// recorder is a compiler that remembers the programs that a kernel has compiled.
type recorder struct {
	compiled []struct {
		p      *ir.Program
		donate []int
	}
}

func (r *recorder) Compile(p *ir.Program, donate []int) (ir.Runnable, error) {
	r.compiled = append(r.compiled, struct {
		p      *ir.Program
		donate []int
	}{p, donate})
	return compile(p, donate)
}

// unstepped lists the variables that no step computes: repeated equations, views, and
// outputs that are copied; and literals that are in the memory from the beginning.
func (d *description) unstepped() {
	for _, n := range d.nodes {
		if d.filled(n.eqn) {
			v := n.eqn.Out[0]
			d.line("%s stays in memory at %d", d.names[v], d.slots[v].off)
		}
	}
	for i := range d.p.Eqns {
		for _, v := range d.p.Eqns[i].Out {
			switch r := d.rep[v]; {
			case d.splat[v] != nil:
			case r != v:
				d.line("%s is %s, which is computed once", d.names[v], d.names[r])
			case d.root[v] != v:
				d.line("%s is a view of %s from element %d on", d.names[v], d.names[d.root[v]], d.off[v])
			}
		}
	}
	for _, c := range d.copies {
		d.line("result %d is a copy of %s", c.out, d.names[c.src])
	}
	for i, over := range d.inPlace {
		if over {
			d.line("result %d is written over the input donated for it", i)
		}
	}
}
