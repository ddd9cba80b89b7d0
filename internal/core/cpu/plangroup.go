package cpu

import "github.com/argmin-go/argmin/internal/core/ir"

// group prepares a group. What no other node reads passes from step to step in
// the scratch; registers are given again after their last use.
func (pl *planner) group(k int, g *group) {
	m := min(g.n, chunk)
	u := &fused{n: g.n}
	lastStep := map[ir.Var]int{} // of values made in the group
	for i := range g.steps {
		s := &g.steps[i]
		lastStep[s.v] = i
		for _, in := range s.in[:s.nin] {
			if in.lit == nil && !in.splat {
				if r := pl.at(in.v); has(lastStep, r) {
					lastStep[r] = i
				}
			}
		}
	}
	for _, s := range g.sums {
		lastStep[pl.at(s.in.v)] = len(g.steps)
	}
	// last[r] is this node for values that only the group reads.
	isLocal := func(r ir.Var) bool { return has(lastStep, r) && pl.last[r] <= k && !pl.isOut[r] }
	regs := map[ir.Var]int{}
	var freeRegs []int
	regBytes := (max(m, 1)*8 + 63) &^ 63
	var regVars []ir.Var // of the registers, in a group of one chunk
	var held []func()    // storage of splats, given back after the group
	shares := map[ir.Var]ir.Var{}
	reg := func(i, size int) operand {
		o := operand{place: local, off: i * regBytes, size: size}
		if g.n <= chunk {
			o.idx = int32(regVars[i])
		}
		return o
	}
	resolve := func(in *input) operand {
		switch {
		case in.lit != nil:
			l := *in.lit
			l.Type = ir.T(l.Type.DType, m)
			v, ok := pl.literal(l, m)
			if !ok {
				pl.fills = append(pl.fills, fill{v, l})
			}
			return operand{place: shared, idx: int32(v), size: l.Type.DType.Size()}
		case in.splat:
			d := pl.p.Types[in.v].DType
			v, ok := shares[in.v]
			if !ok {
				off := pl.alloc(m * d.Size())
				v = pl.extra(off, m)
				shares[in.v] = v
				held = append(held, func() { pl.release(off, m*d.Size()) })
				u.splats = append(u.splats, splat{int32(in.v), int32(v), d})
			}
			return operand{place: shared, idx: int32(v), size: d.Size()}
		}
		size := pl.p.Types[in.v].DType.Size()
		if r := pl.at(in.v); isLocal(r) {
			return reg(regs[r], size)
		}
		return operand{place: whole, idx: int32(in.v), size: size}
	}
	for i := range g.steps {
		s := &g.steps[i]
		fs := fusedStep{block: s.block}
		for j, o := range []*operand{&fs.a, &fs.b, &fs.c}[:s.nin] {
			*o = resolve(&s.in[j])
		}
		// A register that is read here for the last time may take the result, if
		// its elements have the same size.
		size := pl.p.Types[s.v].DType.Size()
		var later []int
		for _, in := range s.in[:s.nin] {
			if in.lit == nil && !in.splat {
				if r := pl.at(in.v); isLocal(r) && lastStep[r] == i {
					if pl.p.Types[r].DType.Size() == size {
						freeRegs = append(freeRegs, regs[r])
					} else {
						later = append(later, regs[r])
					}
					lastStep[r] = -1
				}
			}
		}
		if isLocal(s.v) {
			if len(freeRegs) == 0 {
				freeRegs = append(freeRegs, u.bytes/regBytes)
				u.bytes += regBytes
				if g.n <= chunk {
					regVars = append(regVars, pl.extra(0, m))
				}
			}
			regs[s.v] = freeRegs[len(freeRegs)-1]
			freeRegs = freeRegs[:len(freeRegs)-1]
			fs.out = reg(regs[s.v], size)
		} else {
			pl.store(s.v)
			fs.out = operand{place: whole, idx: int32(s.v), size: size}
		}
		freeRegs = append(freeRegs, later...)
		if g.n <= chunk {
			u.small = append(u.small, smallStep{fs.block, s.scalar, fs.out.idx, fs.a.idx, fs.b.idx, fs.c.idx})
		} else {
			u.steps = append(u.steps, fs)
		}
	}
	for _, s := range g.sums {
		pl.store(s.v)
		u.sums = append(u.sums, fusedSum{resolve(&s.in), int32(s.v), s.d})
	}
	off := pl.alloc(u.bytes)
	u.scratch = int32(pl.extra(off, u.bytes/8))
	for i, v := range regVars {
		pl.slots[v].off = off + i*regBytes
	}
	pl.release(off, u.bytes)
	for _, f := range held {
		f()
	}
	pl.instrs = append(pl.instrs, instr{kernel: u.run})
}

// literal is the chunk of a literal, which stays in the frame.
func (pl *planner) literal(l ir.Literal, m int) (v ir.Var, ok bool) {
	key := litKey{l.Type.DType, l.Num, m}
	if v, ok = pl.lits[key]; ok {
		return v, true
	}
	v = pl.extra(pl.arena, m)
	pl.arena += (m*l.Type.DType.Size() + 63) &^ 63
	pl.lits[key] = v
	return v, false
}

type litKey struct {
	d   ir.DType
	num float64
	m   int
}

func has(m map[ir.Var]int, v ir.Var) bool {
	_, ok := m[v]
	return ok
}
