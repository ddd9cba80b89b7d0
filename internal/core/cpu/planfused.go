package cpu

import "github.com/argmin-go/argmin/internal/core/ir"

// planFused prepares a fused group, node k of the plan. What no other node reads
// passes from step to step in registers, which are chunks of scratch.
func (pl *planner) planFused(k int, g *fusedGroup) {
	p := &groupPlan{planner: pl, k: k, group: g, fused: &fusedKernel{n: g.n}, elems: min(g.n, chunk),
		lastStep: pl.lastSteps(g), shares: map[ir.Var]ir.Var{}}
	p.registers = registers{bytes: (max(p.elems, 1)*8 + 63) &^ 63, of: map[ir.Var]int{}}
	if g.n == 1 {
		p.registers.bytes = 8
	}
	for i := range g.steps {
		p.step(i)
	}
	for i := range g.sums {
		p.sum(&g.sums[i])
	}
	p.placeScratch()
	if g.n == 1 {
		p.single()
	}
	p.giveBack()
	pl.instrs = append(pl.instrs, instr{kernel: p.fused.run})
}

// lastSteps is the last step of the group that reads each value made in it; for
// values to be summed that is after all steps.
func (pl *planner) lastSteps(g *fusedGroup) map[ir.Var]int {
	last := map[ir.Var]int{}
	for i := range g.steps {
		s := &g.steps[i]
		last[s.v] = i
		for _, in := range s.in[:s.nin] {
			if r := pl.at(in.v); in.whole() && has(last, r) {
				last[r] = i
			}
		}
	}
	for _, s := range g.sums {
		last[pl.at(s.in.v)] = len(g.steps)
	}
	return last
}

// groupPlan is the planning of one fused group.
type groupPlan struct {
	*planner
	k     int // the group's node
	group *fusedGroup
	fused *fusedKernel
	elems int // elements at a time

	lastStep  map[ir.Var]int
	registers registers
	shares    map[ir.Var]ir.Var // chunks that repeat the one element of a variable, and
	held      []piece           // their storage, given back after the group
}

// piece is a part of the arena.
type piece struct{ off, bytes int }

// registers are chunks of scratch that hold values between the steps of a group.
type registers struct {
	bytes int            // of one register
	n     int            // how many there are
	free  []int          // those that hold nothing
	of    map[ir.Var]int // the register of a value
	vars  []ir.Var       // of each register, in a group of one chunk: its variable in Bufs
}

// take finds a register for a value, and reports whether it had to make one.
func (r *registers) take(v ir.Var) (made bool) {
	if len(r.free) == 0 {
		r.free = append(r.free, r.n)
		r.n++
		made = true
	}
	last := len(r.free) - 1
	r.of[v] = r.free[last]
	r.free = r.free[:last]
	return made
}

// local reports whether only the group reads a value that it makes.
func (p *groupPlan) local(r ir.Var) bool {
	return has(p.lastStep, r) && p.last[r] <= p.k && !p.isOut[r]
}

// size is the number of bytes of an element.
func (p *groupPlan) size(v ir.Var) int { return p.p.Types[v].DType.Size() }

// register is the operand in the register of a value.
func (p *groupPlan) register(r ir.Var, size int) operand {
	i := p.registers.of[r]
	o := operand{place: local, off: i * p.registers.bytes, size: size}
	if p.group.n <= chunk {
		o.idx = int32(p.registers.vars[i])
	}
	return o
}

// operand is where a step finds an input.
func (p *groupPlan) operand(in *input) operand {
	switch {
	case in.lit != nil:
		return p.literal(*in.lit)
	case in.splat && p.elems != 1:
		return p.share(in.v)
	}
	if r := p.at(in.v); p.local(r) {
		return p.register(r, p.size(in.v))
	}
	return operand{place: whole, idx: int32(in.v), size: p.size(in.v)}
}

// share is a chunk that repeats the one element of a variable.
func (p *groupPlan) share(v ir.Var) operand {
	d := p.p.Types[v].DType
	w, ok := p.shares[v]
	if !ok {
		b := piece{p.alloc(p.elems * d.Size()), p.elems * d.Size()}
		w = p.extra(b.off, p.elems)
		p.shares[v] = w
		p.held = append(p.held, b)
		p.fused.splats = append(p.fused.splats, splat{int32(v), int32(w), d})
	}
	return operand{place: shared, idx: int32(w), size: d.Size()}
}

// literal is the chunk of a literal, which stays in the frame.
func (p *groupPlan) literal(l ir.Literal) operand {
	l.Type = ir.T(l.Type.DType, p.elems)
	size := l.Type.DType.Size()
	key := litKey{l.Type.DType, l.Num, p.elems}
	v, ok := p.lits[key]
	if !ok {
		v = p.extra(p.arena, p.elems)
		p.arena += (p.elems*size + 63) &^ 63
		p.lits[key] = v
		p.fills = append(p.fills, fill{v, l})
	}
	return operand{place: shared, idx: int32(v), size: size}
}

// step plans step i of the group.
func (p *groupPlan) step(i int) {
	s := &p.group.steps[i]
	f := fusedStep{block: s.block}
	for j, o := range []*operand{&f.a, &f.b, &f.c}[:s.nin] {
		*o = p.operand(&s.in[j])
	}
	later := p.freeReads(i)
	f.out = p.result(s.v)
	p.registers.free = append(p.registers.free, later...)
	if p.group.n <= chunk {
		p.fused.small = append(p.fused.small, smallStep{f.block, f.out.idx, f.a.idx, f.b.idx, f.c.idx})
	} else {
		p.fused.steps = append(p.fused.steps, f)
	}
}

// freeReads frees the registers that step i reads for the last time. The step may
// write its result over one of them, unless their elements have another size: those
// are returned, to be freed after the step.
func (p *groupPlan) freeReads(i int) (later []int) {
	s := &p.group.steps[i]
	for _, in := range s.in[:s.nin] {
		r := p.at(in.v)
		if !in.whole() || !p.local(r) || p.lastStep[r] != i {
			continue
		}
		if p.size(r) == p.size(s.v) {
			p.registers.free = append(p.registers.free, p.registers.of[r])
		} else {
			later = append(later, p.registers.of[r])
		}
		p.lastStep[r] = -1
	}
	return later
}

// result is where a step leaves its value.
func (p *groupPlan) result(v ir.Var) operand {
	if !p.local(v) {
		p.store(v)
		return operand{place: whole, idx: int32(v), size: p.size(v)}
	}
	if made := p.registers.take(v); made && p.group.n <= chunk {
		p.registers.vars = append(p.registers.vars, p.extra(0, p.elems))
	}
	return p.register(v, p.size(v))
}

// sum plans a sum over the results of the steps.
func (p *groupPlan) sum(s *sum) {
	p.store(s.v)
	p.fused.sums = append(p.fused.sums, fusedSum{p.operand(&s.in), int32(s.v), s.d})
}

// placeScratch allocates the registers.
func (p *groupPlan) placeScratch() {
	u := p.fused
	u.bytes = p.registers.n * p.registers.bytes
	off := p.alloc(u.bytes)
	u.scratch = int32(p.extra(off, u.bytes/8))
	for i, v := range p.registers.vars {
		p.slots[v].off = off + i*p.registers.bytes
	}
	p.held = append(p.held, piece{off, u.bytes})
}

// giveBack gives back what only the group needs.
func (p *groupPlan) giveBack() {
	for _, b := range p.held {
		p.release(b.off, b.bytes)
	}
}

// single makes code of the steps of a group of one element, whose operands have their places now.
func (p *groupPlan) single() {
	s := &p.fused.single
	s.base = int32(p.base)
	type element struct {
		v     ir.Var
		first int
	}
	copied := map[element]int32{} // places of what lies in the caller's buffers, by where it is there
	place := func(v int32, list *[]foreign) uint32 {
		root, first, size := ir.Var(v), 0, 8
		if int(v) < len(p.p.Types) {
			size = p.size(root)
			root, first = p.root[v], p.off[v]*size
		}
		if p.slots[root].kind == inArena {
			return uint32(p.slots[root].off + first)
		}
		off, ok := copied[element{root, first}]
		if !ok {
			b := piece{p.alloc(8), 8}
			p.held = append(p.held, b)
			off = int32(b.off)
			copied[element{root, first}] = off
			*list = append(*list, foreign{v, off, int32(size)})
		}
		return uint32(off)
	}
	for i, st := range p.fused.small {
		g := &p.group.steps[i]
		op, f := p.scalar(g)
		k := code{op: op}
		for j, at := range []*uint32{&k.a, &k.b, &k.c}[:g.nin] {
			*at = place([]int32{st.a, st.b, st.c}[j], &s.in)
		}
		k.o = place(st.out, &s.out)
		s.code.emit(k, f)
	}
	p.fused.small = nil
}

type litKey struct {
	d   ir.DType
	num float64
	n   int
}

func has(m map[ir.Var]int, v ir.Var) bool {
	_, ok := m[v]
	return ok
}
