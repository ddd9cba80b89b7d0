package deps

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// maxSteps is how many equations are interpreted for the steps of loops, all loops together: a few hundred
// milliseconds. A loop that has more is interpreted once.
const maxSteps = 1 << 17

// Step reports whether the step of a loop may be interpreted by itself, and counts it.
func (t *Table) Step(p *ir.Program) bool { return t.spend(1 + len(p.Eqns)) }

func (t *Table) spend(equations int) bool {
	if equations > t.steps {
		return false
	}
	t.steps -= equations
	return true
}

// Steps is the function that interprets a program with operands like x again and again, n times. The first
// consts of them are the same every time. A loop with a counter, or other numbers that are known, is
// interpreted for each; for other loops, the program is interpreted once.
func (t *Table) Steps(p *ir.Program, x []Array, consts, n int) func(x []Array) []Array {
	counts := slices.ContainsFunc(x[consts:], func(a Array) bool { return a.Known != nil })
	if n <= 1 || counts && t.spend(n*(1+len(p.Eqns))) {
		return func(x []Array) []Array { return t.Interpret(p, x) }
	}
	known := KnownOf(x)
	clear(known[consts:])
	m := t.Template(p, nil, known)
	types := p.OutTypes()
	return func(x []Array) []Array {
		y := make([]Array, len(types))
		for i, s := range m.Apply(t, SetsOf(x)) {
			y[i] = Array{Type: types[i], Sets: s}
		}
		return y
	}
}

// growth is how often a loop's state is passed through its program to see whether more dependencies
// arise, before all of it is taken to depend on all.
const growth = 64

// Fixpoint is what the state of a loop depends on after any number of steps of a program: consts,
// state → state.
func (t *Table) Fixpoint(p *ir.Program, consts, state []Array) []Array {
	known := append(KnownOf(consts), make([]*ir.Data, len(state))...)
	m := t.Template(p, nil, known)
	types := p.InTypes()[len(consts):]
	state = slices.Clone(state)
	for i := range state {
		state[i].Known = nil
	}
	for range growth {
		next := m.Apply(t, SetsOf(slices.Concat(consts, state)))
		same := true
		for i, s := range next {
			u := t.Each(state[i].Sets, s)
			if types[i].DType.IsFloat() && !slices.Equal(u, state[i].Sets) {
				state[i].Sets, same = u, false
			}
		}
		if same {
			return state
		}
	}
	for i, s := range t.Dense(slices.Concat(consts, state), types) {
		state[i] = Array{Type: types[i], Sets: s}
	}
	return state
}
