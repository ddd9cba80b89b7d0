package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// invariant marks the equations of a loop's program that depend on its first n inputs only,
// which are the same in every iteration, and whose work is at most most.
func invariant(p *ir.Program, n int, most ir.Work) []bool {
	same := make([]bool, len(p.Types))
	for _, v := range p.In[:n] {
		same[v] = true
	}
	marks := make([]bool, len(p.Eqns))
	for i := range p.Eqns {
		e := &p.Eqns[i]
		ok := ir.WorkOf(e.Op) <= most
		for _, v := range e.In {
			ok = ok && same[v]
		}
		marks[i] = ok
		for _, v := range e.Out {
			same[v] = ok
		}
	}
	return marks
}

// worthwhile is how many numbers a cheap operation has to give for it to be worth a branch of
// its own, which takes about as long as an operation on each of a thousand numbers.
const worthwhile = 1000

// worth leaves those marks of [invariant] that pay for a branch, and what they depend on.
func worth(p *ir.Program, marks []bool) []bool {
	needed := make([]bool, len(p.Types))
	for i := len(p.Eqns) - 1; i >= 0; i-- {
		e := &p.Eqns[i]
		pays := ir.WorkOf(e.Op) > ir.Cheap
		for _, v := range e.Out {
			pays = pays || needed[v] || p.Types[v].Size() >= worthwhile
		}
		if _, ok := e.Op.(ir.Constant); ok {
			continue
		}
		if marks[i] = marks[i] && pays; marks[i] {
			for _, v := range e.In {
				needed[v] = true
			}
		}
	}
	return marks
}

// hoist moves the marked equations out of a loop's program. out takes its first n inputs and
// gives what the rest needs; rest takes those of them that it still reads, kept, then the
// results of out, then the other inputs. out is nil if nothing moves.
func hoist(p *ir.Program, n int, marks []bool) (out, rest *ir.Program, kept []int) {
	moved := make([]bool, len(p.Types))
	var outs, stay []ir.Eqn
	for i, e := range p.Eqns {
		if _, ok := e.Op.(ir.Constant); ok { // text in both programs, which costs nothing
			outs, stay = append(outs, e), append(stay, e)
			continue
		}
		if !marks[i] {
			stay = append(stay, e)
			continue
		}
		outs = append(outs, e)
		for _, v := range e.Out {
			moved[v] = true
		}
	}
	read := make([]bool, len(p.Types))
	for _, e := range stay {
		for _, v := range e.In {
			read[v] = true
		}
	}
	for _, v := range p.Out {
		read[v] = true
	}
	var results []ir.Var
	for v := range p.Types {
		if moved[v] && read[v] {
			results = append(results, ir.Var(v))
		}
	}
	if len(results) == 0 {
		return nil, p, nil
	}
	in := make([]ir.Var, 0, n+len(results))
	for i, v := range p.In[:n] {
		if read[v] {
			kept, in = append(kept, i), append(in, v)
		}
	}
	in = slices.Concat(in, results, p.In[n:])
	out = &ir.Program{Name: p.Name, Types: p.Types, In: p.In[:n:n], Out: results, Eqns: ir.Live(outs, results, len(p.Types))}
	rest = &ir.Program{Name: p.Name, Types: p.Types, In: in, Out: p.Out, Eqns: ir.Live(stay, p.Out, len(p.Types))}
	return out, rest, kept
}

// moveOut moves the marked equations of a loop's program, which depend on its constants x
// only, to before the loop, where run runs them. It returns the program that is left with its
// constants.
func moveOut(p *ir.Program, x values, marks []bool, run func(p *ir.Program, x values) values) (*ir.Program, values) {
	out, rest, kept := hoist(p, len(x), marks)
	if out == nil {
		return p, x
	}
	return rest, append(take(x, kept), run(out, x)...)
}

// While repeats carry = body(bc…, carry…) while cond(cc…, carry…), at most limit times if
// that is not 0. What the functions compute from the constants cc and bc alone is computed
// once, before the loop; but what is costly or can fail does not run there if the loop has no
// iterations.
func While(cond, body *ir.Program, cc, bc, carry values, limit int) values {
	cond, cc = moveOut(cond, cc, invariant(cond, len(cc), ir.Fallible), ir.Inline) // it runs at least once
	if limit == 0 {
		// In reverse mode, which only loops with a limit have, nothing cheap is harmless either:
		// a derivative may be infinite, and zero times that, for no iterations, is NaN.
		body, bc = moveOut(body, bc, invariant(body, len(bc), ir.Cheap), ir.Inline)
	}
	body, bc = moveOut(body, bc, worth(body, invariant(body, len(bc), ir.Fallible)), func(p *ir.Program, x values) values {
		return ifAny(ir.Inline(cond, slices.Concat(cc, carry))[0], p, x)
	})
	return ir.Apply(WhileOp{cond, body, len(cc), len(bc), limit}, slices.Concat(cc, bc, carry)...)
}

// ifAny is p(x) where ok is true for some member of a batch, and zeros elsewhere, which
// nobody may use.
func ifAny(ok *value, p *ir.Program, x values) values {
	zeros := ad.Closed(p.Name, p.InTypes(), func(values) values {
		z := make(values, len(p.Out))
		for i, t := range p.OutTypes() {
			z[i] = ir.Full(t, 0)
		}
		return z
	})
	op := SwitchOp{Branches: []*ir.Program{zeros, p}, Shared: true}
	return ir.Apply(op, append(values{Convert(ok, ir.Int32)}, x...)...)
}

// Scan repeats body over the slices of xs: see [ScanOp], whose operands are consts, carry and
// xs. What body computes from the constants alone is computed once, before the loop.
func Scan(op ScanOp, consts, carry, xs values) values {
	if op.Len > 0 {
		op.Body, consts = moveOut(op.Body, consts, invariant(op.Body, len(consts), ir.Fallible), ir.Inline)
	}
	op.NConst, op.NCarry = len(consts), len(carry)
	return ir.Apply(op, slices.Concat(consts, carry, xs)...)
}
