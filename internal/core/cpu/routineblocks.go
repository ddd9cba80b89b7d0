package cpu

import "github.com/argmin-go/argmin/internal/core/ir"

// blockGroup is a group of elementwise steps of a routine, by blocks on whole arrays.
type blockGroup struct {
	splats []splat
	steps  []smallStep
	sums   []fusedSum
}

func (g *blockGroup) run(f *ir.Frame, _, _ []int32) {
	b := f.Bufs
	for i := range g.splats {
		s := &g.splats[i]
		b[s.dst].Repeat(s.d, b[s.src])
	}
	for i := range g.steps {
		s := &g.steps[i]
		s.block(b[s.out], b[s.a], b[s.b], b[s.c])
	}
	for i := range g.sums {
		s := &g.sums[i]
		b[s.out].Set(s.d, 0, sumOf(s.d, b[s.in.idx]))
	}
}

// codeElements is the number of elements up to which code is as fast as a block.
const codeElements = 8

// byBlocks reports whether a group runs faster by blocks than as code for each element, or cannot be code.
func (w *writer) byBlocks(g *fusedGroup) bool {
	if g.n > routineElements {
		return true
	}
	if g.n <= codeElements {
		return false
	}
	elements := len(g.steps) * g.n
	blocks := len(g.steps) * (costBlock + g.n/4)
	g.inputs(func(in *input) {
		blocks += w.arranging(g, in)
	})
	return blocks < elements
}

// arranging is what it costs to bring an input of a group into an array.
func (w *writer) arranging(g *fusedGroup, in *input) int {
	switch {
	case in.lit != nil || w.large(in.v):
		return 0
	case in.splat:
		return costBlock + g.n/4
	}
	e, made := w.of[w.at(in.v)]
	if !made { // by a step of the group
		return 0
	}
	if e = e[w.off[w.rep[in.v]]:][:w.count[in.v]]; !w.contiguous(e, w.p.Types[in.v].DType.Size()) {
		return g.n
	}
	return 0
}

// blocks writes a group by blocks.
func (w *writer) blocks(g *fusedGroup) bool {
	if g.n > routineStored {
		return false
	}
	k := &blockGroup{}
	shares := map[ir.Var]int32{}
	operand := func(in *input) (at int32, ok bool) {
		switch {
		case in.lit != nil:
			return w.literals(in.lit.Type.DType, in.lit.Num, g.n), true
		case !in.splat:
			t := w.p.Types[in.v]
			if w.count[in.v] != g.n {
				return 0, false
			}
			return w.array(in.v, t)
		}
		at, ok = shares[in.v]
		if !ok {
			t := w.p.Types[in.v]
			src, fine := w.array(in.v, t)
			if !fine {
				return 0, false
			}
			at = w.buf(region{off: int(w.fresh(ir.T(t.DType, g.n))[0]), n: g.n, size: t.DType.Size()})
			shares[in.v] = at
			k.splats = append(k.splats, splat{src, at, t.DType})
			w.cost += costBlock + g.n/4
		}
		return at, true
	}
	for i := range g.steps {
		s := &g.steps[i]
		step := smallStep{block: s.block}
		for j, at := range []*int32{&step.a, &step.b, &step.c}[:s.nin] {
			var ok bool
			if *at, ok = operand(&s.in[j]); !ok {
				return false
			}
		}
		t := w.p.Types[s.v]
		w.of[s.v], w.own[s.v] = w.fresh(t), true
		step.out = w.buf(region{off: int(w.start(s.v)), n: g.n, size: t.DType.Size()})
		k.steps = append(k.steps, step)
		w.cost += costBlock + g.n/4
	}
	for _, s := range g.sums {
		at, ok := operand(&s.in)
		if !ok {
			return false
		}
		w.of[s.v] = w.fresh(ir.T(s.d))
		k.sums = append(k.sums, fusedSum{in: operandAt(at), out: w.buf(region{off: int(w.start(s.v)), n: 1, size: s.d.Size()}), d: s.d})
		w.cost += costBlock
	}
	w.call(k.run)
	return true
}

// operandAt is an operand that is a variable of Bufs.
func operandAt(idx int32) operand { return operand{place: whole, idx: idx} }
