package cpu

// What only one branch of a selection needs is computed only where the selection takes that branch: line searches guard most of
// what they compute by selections, and take the same branches almost always.

// sinkWorth is what a branch must cost, in operations, for a jump over it to be worth the jump.
const sinkWorth = 6

// sink moves operations of each part behind the decisions on them. Every place of a routine is written once in a step, so that an
// operation may be moved to any place between its operands and its first user.
func (w *writer) sink() {
	kept := map[uint32]bool{} // places that others than codes of the same part read
	for _, out := range w.r.out {
		for _, at := range out {
			kept[at] = true
		}
	}
	writer := map[uint32]int{} // the part that writes a place
	for i := range w.r.parts {
		p := &w.r.parts[i]
		for _, k := range p.code.list {
			writer[k.o] = i
		}
	}
	for i := range w.r.parts {
		p := &w.r.parts[i]
		for _, k := range p.code.list {
			for _, at := range k.reads() {
				if from, ok := writer[at]; ok && from != i {
					kept[at] = true
				}
			}
		}
	}
	for _, g := range w.r.bufs {
		for j := range g.n {
			if g.off >= 0 {
				kept[uint32(g.off+j*g.size)] = true
			}
		}
	}
	for i := range w.r.parts {
		c := &w.r.parts[i].code
		c.list = newSinker(c.list, kept).list()
	}
}

// reads are the places that an operation reads.
func (k *code) reads() []uint32 {
	switch k.op {
	case call, select1, select4, select8, mulAddF64:
		return []uint32{k.a, k.b, k.c}
	case negF64, absF64, sqrtF64, finiteF64, notBool, boolToF64, i32ToF64, boolToI32, copy1, copy4, copy8, skipIf, skipUnless:
		return []uint32{k.a}
	}
	return []uint32{k.a, k.b}
}

func (k *code) selects() bool { return k.op == select1 || k.op == select4 || k.op == select8 }

// price is about what an operation costs, in additions.
func (k *code) price() int {
	switch k.op {
	case call:
		return 6
	case divF64, sqrtF64:
		return 3
	}
	return 1
}

// sinker moves the operations of one run of code.
type sinker struct {
	code  []code
	users [][]int // of each operation's result, within the code
	kept  []bool  // others read it, too
	taken []bool  // it has been moved
}

func newSinker(list []code, kept map[uint32]bool) *sinker {
	s := &sinker{code: list, users: make([][]int, len(list)), kept: make([]bool, len(list)), taken: make([]bool, len(list))}
	by := map[uint32]int{}
	for i := range list {
		for _, at := range list[i].reads() {
			if j, ok := by[at]; ok {
				s.users[j] = append(s.users[j], i)
			}
		}
		by[list[i].o] = i
		s.kept[i] = kept[list[i].o]
	}
	return s
}

// list is the code with what was moved.
func (s *sinker) list() []code {
	all := make([]int, len(s.code))
	for i := range all {
		all[i] = i
	}
	return s.arranged(all)
}

// arranged is the code of some operations, in their order, with the branches of selections among them behind jumps.
func (s *sinker) arranged(ops []int) []code {
	type branch struct {
		cond uint32
		op   opcode
		ops  []int
	}
	branches := map[int][]branch{}
	for n := len(ops) - 1; n >= 0; n-- {
		i := ops[n]
		k := &s.code[i]
		if s.taken[i] || !k.selects() || k.b == k.c {
			continue
		}
		for _, b := range []struct {
			at   uint32
			op   opcode
			rest []uint32
		}{{k.b, skipUnless, []uint32{k.a, k.c}}, {k.c, skipIf, []uint32{k.a, k.b}}} {
			if set := s.only(ops[:n], i, b.at, b.rest); set != nil {
				branches[i] = append(branches[i], branch{k.a, b.op, set})
			}
		}
	}
	var out []code
	for _, i := range ops {
		if s.taken[i] {
			continue
		}
		for _, b := range branches[i] {
			for _, j := range b.ops {
				s.taken[j] = false
			}
			inner := s.arranged(b.ops)
			for _, j := range b.ops {
				s.taken[j] = true
			}
			out = append(out, code{op: b.op, a: b.cond, b: uint32(len(inner))})
			out = append(out, inner...)
		}
		out = append(out, s.code[i])
	}
	return out
}

// only are those of the operations before a selection, i, which nothing but its branch at a place needs, in their order; they are
// marked as taken. It is nil if they are not worth a jump.
func (s *sinker) only(before []int, i int, at uint32, rest []uint32) []int {
	in := map[int]bool{}
	var set []int
	price := 0
	for n := len(before) - 1; n >= 0; n-- {
		j := before[n]
		if s.taken[j] || s.kept[j] || len(s.users[j]) == 0 {
			continue
		}
		ok := true
		for _, u := range s.users[j] {
			ok = ok && (in[u] || u == i && s.code[j].o == at)
		}
		if at == rest[0] || at == rest[1] {
			ok = false
		}
		if ok {
			in[j] = true
			set = append(set, j)
			price += s.code[j].price()
		}
	}
	if price < sinkWorth {
		return nil
	}
	for l, r := 0, len(set)-1; l < r; l, r = l+1, r-1 {
		set[l], set[r] = set[r], set[l]
	}
	for _, j := range set {
		s.taken[j] = true
	}
	return set
}
