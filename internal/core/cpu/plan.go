package cpu

import (
	"sync"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Plan is a compiled program. It may be run by many goroutines at once.
type Plan struct {
	program *ir.Program
	instrs  []instr
	in, out []ir.Var  // out: where the program's outputs are, -1 if copied or in place
	copies  []outCopy // outputs that are inputs, splats or repeated
	views   []view    // parts of the caller's buffers
	slots   []slot    // where each variable lives
	arena   int       // bytes
	fills   []fill    // literals, written once per frame
	inPlace []bool    // for each output: it is written over its donated input
	clears  []ir.Var  // what holds the caller's buffers
	frames  sync.Pool // of *frame
}

type instr struct {
	kernel  ir.Kernel
	in, out []int32
}

type slotKind uint8

const (
	unused   slotKind = iota
	external          // an input or output: the caller's buffer, or a part of it
	inArena
)

type slot struct {
	kind  slotKind
	off   int // bytes
	count int
}

type outCopy struct {
	out  int
	src  ir.Var
	size int
}

type view struct {
	v, root      ir.Var
	off, n, size int
}

type fill struct {
	v   ir.Var
	lit ir.Literal
}

type frame struct {
	ir.Frame
	arena []uint64
}

// compiler implements ir.Compiler: it caches plans on their programs.
type compiler struct{}

type planKey struct{ donate string }

func (compiler) Compile(p *ir.Program, donate []int) (ir.Runnable, error) { return compile(p, donate) }

func compile(p *ir.Program, donate []int) (*Plan, error) {
	var key []byte
	for _, d := range donate {
		key = append(key, byte(d), byte(d>>8), byte(d>>16))
	}
	v, err := p.Plan(planKey{string(key)}, func() (any, error) { return Compile(p, donate) })
	if err != nil {
		return nil, err
	}
	return v.(*Plan), nil
}

// planner lays out the memory of the nodes of a program.
type planner struct {
	*builder
	*Plan
	base  ir.Var // the start of the memory
	last  []int  // the last node that reads a root; len(nodes) for an output
	isOut []bool
	free  map[int][]int
	lits  map[litKey]ir.Var // chunks of literals
}

// Compile plans a program. donate[i] is the input that output i may overwrite,
// or -1; nil for none.
func Compile(p *ir.Program, donate []int) (*Plan, error) {
	b := newBuilder(p)
	n := len(p.Types)
	pl := &planner{builder: b, Plan: &Plan{program: p, in: p.In, out: make([]ir.Var, len(p.Out)), slots: make([]slot, n),
		inPlace: make([]bool, len(p.Out))},
		last: make([]int, n), isOut: make([]bool, n), free: map[int][]int{}, lits: map[litKey]ir.Var{}}
	for i := range pl.last {
		pl.last[i] = -1
		pl.slots[i].count = b.count[i]
	}
	for _, v := range p.In {
		pl.slots[v].kind = external
	}
	for k := range b.nodes {
		b.nodes[k].reads(func(v ir.Var) { pl.last[b.at(v)] = k })
	}
	pl.base = pl.extra(0, 0)
	pl.outputs(donate)
	for k := range b.nodes {
		if err := pl.node(k); err != nil {
			return nil, err
		}
	}
	pl.finish()
	pl.frames.New = func() any { return pl.newFrame() }
	return pl.Plan, nil
}

// reads calls f for every variable that the node reads.
func (n *node) reads(f func(v ir.Var)) {
	if n.eqn != nil {
		for _, v := range n.eqn.In {
			f(v)
		}
		return
	}
	n.fused.inputs(func(in *input) {
		if in.lit == nil {
			f(in.v)
		}
	})
}

// outputs decides where the program's outputs are computed.
func (pl *planner) outputs(donate []int) {
	p, end := pl.p, len(pl.nodes)
	donated := func(i int) ir.Var {
		if donate == nil || donate[i] < 0 {
			return -1
		}
		return p.In[donate[i]]
	}
	var rest []int
	for i, v := range p.Out {
		r := pl.at(v)
		whole := pl.off[pl.rep[v]] == 0 && pl.count[v] == pl.count[r]
		pl.out[i] = -1
		switch {
		case whole && r == donated(i):
			pl.inPlace[i] = true // passed through
			pl.last[r] = end
		case whole && pl.slots[r].kind != external && !pl.isOut[r]:
			pl.out[i], pl.isOut[r] = r, true
			pl.slots[r].kind = external
			rest = append(rest, i)
		default:
			pl.copies = append(pl.copies, outCopy{i, pl.rep[v], p.Types[v].DType.Size()})
		}
	}
	for _, c := range pl.copies {
		pl.last[pl.at(c.src)] = end
	}
	taken := map[ir.Var]bool{}
	for _, i := range rest {
		u := donated(i)
		if u < 0 || taken[u] {
			continue
		}
		for k := range pl.nodes {
			e := pl.nodes[k].eqn
			if e == nil || len(e.Out) != 1 || e.Out[0] != pl.out[i] {
				continue
			}
			if pl.mayOverwrite(k, u) {
				taken[u], pl.inPlace[i] = true, true
			}
		}
	}
}

// mayOverwrite reports whether node k may write its output over the storage u.
func (pl *planner) mayOverwrite(k int, u ir.Var) bool {
	e := pl.nodes[k].eqn
	op, ok := e.Op.(ir.InPlace)
	if !ok || pl.last[u] != k {
		return false
	}
	for j, v := range e.In {
		if pl.at(v) == u && (j != op.InPlace() || pl.count[v] != pl.count[u]) {
			return false
		}
	}
	return pl.at(e.In[op.InPlace()]) == u && pl.count[u] == pl.count[e.Out[0]]
}

func (pl *planner) bytes(v ir.Var) int { return pl.count[v] * pl.p.Types[v].DType.Size() }

func (pl *planner) alloc(bytes int) int {
	bytes = (bytes + 63) &^ 63
	if f := pl.free[bytes]; len(f) > 0 {
		pl.free[bytes] = f[:len(f)-1]
		return f[len(f)-1]
	}
	off := pl.arena
	pl.arena += bytes
	return off
}

func (pl *planner) release(off, bytes int) {
	bytes = (bytes + 63) &^ 63
	pl.free[bytes] = append(pl.free[bytes], off)
}

// store gives a variable its place.
func (pl *planner) store(v ir.Var) {
	if !pl.isOut[v] {
		pl.slots[v] = slot{inArena, pl.alloc(pl.bytes(v)), pl.count[v]}
	}
}

// node plans node k.
func (pl *planner) node(k int) error {
	nd := &pl.nodes[k]
	if nd.fused != nil {
		pl.planFused(k, nd.fused)
	} else if err := pl.eqn(k, nd.eqn); err != nil {
		return err
	}
	done := func(v ir.Var) {
		r := pl.at(v)
		if s := pl.slots[r]; s.kind == inArena && pl.last[r] <= k && pl.last[r] != freed {
			pl.release(s.off, pl.bytes(r))
			pl.last[r] = freed
		}
	}
	nd.reads(done)
	for _, v := range nd.writes() {
		done(v)
	}
	return nil
}

// freed marks storage that has been given back, or that is never to be.
const freed = int(^uint(0) >> 1)

func (n *node) writes() []ir.Var {
	if n.eqn != nil {
		return n.eqn.Out
	}
	var vs []ir.Var
	for i := range n.fused.steps {
		vs = append(vs, n.fused.steps[i].v)
	}
	for i := range n.fused.sums {
		vs = append(vs, n.fused.sums[i].v)
	}
	return vs
}

func (pl *planner) eqn(k int, e *ir.Eqn) error {
	if lit, ok := e.Op.(ir.Literal); ok && !pl.isOut[e.Out[0]] {
		v := e.Out[0]
		pl.slots[v] = slot{inArena, pl.arena, pl.count[v]}
		pl.arena += (pl.bytes(v) + 63) &^ 63
		pl.last[v] = freed // it stays
		pl.fills = append(pl.fills, fill{v, lit})
		return nil
	}
	in, out := make([]int32, len(e.In)), make([]int32, len(e.Out))
	types, outs := make([]ir.Type, len(e.In)), make([]ir.Type, len(e.Out))
	for j, v := range e.In {
		in[j], types[j] = int32(pl.rep[v]), pl.p.Types[v]
	}
	if op, ok := e.Op.(ir.InPlace); ok && !pl.isOut[e.Out[0]] {
		if u := pl.at(e.In[op.InPlace()]); pl.slots[u].kind == inArena && pl.mayOverwrite(k, u) {
			pl.slots[e.Out[0]] = pl.slots[u]
			pl.last[u] = freed // the output has taken it
		}
	}
	for j, v := range e.Out {
		out[j], outs[j] = int32(v), pl.p.Types[v]
		if pl.slots[v].kind == unused {
			pl.store(v)
		}
	}
	kern, err := e.Op.Kernel(compiler{}, types, outs)
	if err != nil {
		return err
	}
	pl.instrs = append(pl.instrs, instr{kern, in, out})
	return nil
}

// extra makes a variable for storage of the plan's own, of one chunk.
func (pl *planner) extra(off, count int) ir.Var {
	pl.slots = append(pl.slots, slot{inArena, off, count})
	return ir.Var(len(pl.slots) - 1)
}

// finish places the views and lists what holds the caller's buffers.
func (pl *planner) finish() {
	for i := range pl.p.Types {
		v := ir.Var(i)
		if r := pl.root[v]; r != v && pl.rep[v] == v {
			size := pl.p.Types[v].DType.Size()
			switch s := pl.slots[r]; s.kind {
			case inArena:
				pl.slots[v] = slot{inArena, s.off + pl.off[v]*size, pl.count[v]}
			case external:
				pl.slots[v] = slot{external, 0, pl.count[v]}
				pl.views = append(pl.views, view{v, r, pl.off[v], pl.count[v], size})
			}
		}
	}
	for v, s := range pl.slots {
		if s.kind == external {
			pl.clears = append(pl.clears, ir.Var(v))
		}
	}
}

func (pl *Plan) newFrame() *frame {
	f := &frame{arena: make([]uint64, pl.arena/8+8)}
	f.Bufs = make([]ir.Buf, len(pl.slots))
	base := unsafe.Pointer(unsafe.SliceData(f.arena))
	base = unsafe.Add(base, (64-uintptr(base)%64)%64)
	for v, s := range pl.slots {
		if s.kind == inArena {
			f.Bufs[v] = ir.Buf{P: unsafe.Add(base, s.off), N: s.count}
		}
	}
	for _, l := range pl.fills {
		f.Bufs[l.v].Fill(l.lit.Type.DType, l.lit.Num)
	}
	return f
}

// InPlace implements ir.Runnable.
func (pl *Plan) InPlace(i int) bool { return pl.inPlace[i] }

// Run implements ir.Runnable.
func (pl *Plan) Run(r *ir.Run, in, out []ir.Buf) {
	f := pl.frames.Get().(*frame)
	f.Run = r
	for i, v := range pl.in {
		f.Bufs[v] = in[i]
	}
	for i, v := range pl.out {
		if v >= 0 {
			f.Bufs[v] = out[i]
		}
	}
	for i := range pl.views {
		w := &pl.views[i]
		f.Bufs[w.v] = f.Bufs[w.root].Slice(w.off, w.n, w.size)
	}
	for i := range pl.instrs {
		n := &pl.instrs[i]
		n.kernel(&f.Frame, n.in, n.out)
	}
	for _, c := range pl.copies {
		copy(out[c.out].Bytes(c.size), f.Bufs[c.src].Bytes(c.size))
	}
	f.Run = nil
	for _, v := range pl.clears {
		f.Bufs[v] = ir.Buf{}
	}
	pl.frames.Put(f)
}
