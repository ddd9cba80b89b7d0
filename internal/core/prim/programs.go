package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// matchTypes checks the operands of a primitive that runs a program.
func matchTypes(op string, want, got []ir.Type) error {
	if len(want) != len(got) {
		return ir.Errorf(ir.ArgumentError, op, "%d operands, want %d", len(got), len(want))
	}
	for i := range want {
		if !want[i].Equal(got[i]) {
			return ir.Errorf(ir.ShapeError, op, "operand %d is %v, want %v", i, got[i], want[i])
		}
	}
	return nil
}

func notNil(vs values) []bool {
	out := make([]bool, len(vs))
	for i, v := range vs {
		out[i] = v != nil
	}
	return out
}

func allTrue(n int) []bool {
	b := make([]bool, n)
	for i := range b {
		b[i] = true
	}
	return b
}

// fixpoint grows a set of carries until the body maps it into itself.
func fixpoint(carry []bool, body func(carry []bool) (out []bool)) []bool {
	carry = slices.Clone(carry)
	for {
		grown := false
		for i, o := range body(carry) {
			if o && !carry[i] {
				carry[i], grown = true, true
			}
		}
		if !grown {
			return carry
		}
	}
}

// permuteInputs moves the block of c inputs that follows the first a+b ones before those b.
func permuteInputs(p *ir.Program, a, b, c int) *ir.Program {
	in := slices.Concat(p.In[:a], p.In[a+b:a+b+c], p.In[a:a+b], p.In[a+b+c:])
	return &ir.Program{Name: p.Name, Types: p.Types, In: in, Out: p.Out, Eqns: p.Eqns}
}

// extendInputs adds inputs that the program ignores.
func extendInputs(p *ir.Program, ts []ir.Type) *ir.Program {
	in := slices.Clone(p.In)
	types := slices.Clone(p.Types)
	for _, t := range ts {
		in = append(in, ir.Var(len(types)))
		types = append(types, t)
	}
	return &ir.Program{Name: p.Name, Types: types, In: in, Out: p.Out, Eqns: p.Eqns}
}

// rewire is the program with its inputs and outputs in another order: input i is
// the old in[i], output j the old out[j]. in must be a permutation; out may leave
// outputs out or repeat them. Nil keeps the order.
func rewire(p *ir.Program, in, out []int) *ir.Program {
	q := &ir.Program{Name: p.Name, Types: p.Types, In: p.In, Out: p.Out, Eqns: p.Eqns}
	if in != nil {
		q.In = make([]ir.Var, len(in))
		for i, j := range in {
			q.In[i] = p.In[j]
		}
	}
	if out != nil {
		q.Out = make([]ir.Var, len(out))
		for i, j := range out {
			q.Out[i] = p.Out[j]
		}
	}
	return q
}

// span is lo, lo+1, …, lo+n-1.
func span(lo, n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = lo + i
	}
	return s
}

// where lists the indices i in [lo, hi) with keep[i].
func where(keep []bool, lo, hi int) []int {
	var s []int
	for i := lo; i < hi; i++ {
		if keep[i] {
			s = append(s, i)
		}
	}
	return s
}

func take[T any](s []T, at []int) []T {
	out := make([]T, len(at))
	for i, j := range at {
		out[i] = s[j]
	}
	return out
}

// transposeByLinearization transposes a primitive some of whose operands make
// its program only partly linear (a counter in the carry of a loop, say): a
// linear map is its own derivative, so it is linearized, which separates the
// parts, and the result is transposed.
func transposeByLinearization(op ir.Op, x, ct values, in []ir.Type) values {
	p := ad.Closed(op.Name(), in, func(x values) values { return ir.Apply(op, x...) })
	active := make([]bool, len(x))
	at := slices.Clone(x)
	for i, v := range x {
		if v == nil {
			active[i] = true
			at[i] = ir.Full(in[i], 0)
		}
	}
	_, lin := ad.Linearize(p, at, active)
	return lin.Transpose(ct, len(x))
}
