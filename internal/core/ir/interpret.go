package ir

import "fmt"

// Operand is what an interpretation keeps for each variable of a program: a value,
// perhaps with something that belongs to it, such as its tangent or its batch axis.
type Operand interface {
	// Values are the values in the operand, nil for none. What is recorded for an
	// equation while it is interpreted, in the builders of these values, gets the
	// equation's source line.
	Values() (v, w *Value)
}

// Values makes a value an [Operand] by itself.
func (v *Value) Values() (*Value, *Value) { return v, nil }

// Interpret evaluates a program on operands of any kind, equation by equation: lift
// gives the operand of a constant, and rule the results of an equation from its
// operands. Evaluation, derivatives and batching differ only in V, lift and rule.
//
// The operands x are overwritten after rule returns; the results are copied, so
// that rule may return the same slice again.
func Interpret[V Operand](p *Program, in []V, lift func(c *Value) V, rule func(e *Eqn, x []V) []V) []V {
	if len(in) != len(p.In) {
		panic(fmt.Sprintf("ir: program %s takes %d inputs, got %d", p.Name, len(p.In), len(in)))
	}
	env := make([]V, len(p.Types))
	for i, v := range p.In {
		env[v] = in[i]
	}
	x := make([]V, 0, 8)
	var at Sites
	for i := range p.Eqns {
		e := &p.Eqns[i]
		if c, ok := e.Op.(Constant); ok {
			env[e.Out[0]] = lift(c.Value())
			continue
		}
		x = x[:0]
		for _, v := range e.In {
			x = append(x, env[v])
		}
		for _, o := range x {
			v, w := o.Values()
			at.Add(v)
			at.Add(w)
		}
		at.Set(e.Site)
		y := rule(e, x)
		at.Restore()
		for j, v := range e.Out {
			env[v] = y[j]
		}
	}
	out := make([]V, len(p.Out))
	for i, v := range p.Out {
		out[i] = env[v]
	}
	return out
}

// Inline applies the program's equations to values: it evaluates the program
// where the values are, at once if they are concrete, otherwise by recording the
// equations in their builder.
func Inline(p *Program, in []*Value) []*Value {
	return Interpret(p, in, func(c *Value) *Value { return c }, func(e *Eqn, x []*Value) []*Value { return Apply(e.Op, x...) })
}

// Sites sets the source line of what the builders of some values record, for the
// time of one rule. The zero value is ready; it can be used again and again.
type Sites struct {
	builders []*Builder
	old      []*Site
}

// Add includes the builder of a value, which may be nil or concrete.
func (s *Sites) Add(v *Value) {
	if v == nil || v.b == nil {
		return
	}
	for _, b := range s.builders {
		if b == v.b {
			return
		}
	}
	s.builders = append(s.builders, v.b)
}

// nowhere is the site of an equation that no line of the user's stands for.
var nowhere = new(Site)

// Set gives the builders the site of an equation.
func (s *Sites) Set(site *Site) {
	if site == nil {
		site = nowhere
	}
	s.old = s.old[:0]
	for _, b := range s.builders {
		s.old = append(s.old, b.site)
		b.site = site
	}
}

// Restore gives the builders the sites they had before, and forgets the builders.
func (s *Sites) Restore() {
	for i, b := range s.builders {
		b.site = s.old[i]
	}
	s.builders = s.builders[:0]
}
