package prim

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// memberLoopOp is a while loop of n members, which lie along the last axis of the operands: whether each has an iteration to
// make, the loop's constants (In marks those that differ from member to member), and the carry. It exists inside of kernels
// only.
//
// The body runs for a block of slots. A member that has ended leaves its slot to the next one that waits, and once none
// waits and few are left, these move to a smaller block, the last one to a block of one: so all make the iterations that they
// would make by themselves, and one that makes many does not keep the others going.
type memberLoopOp struct {
	kernelOnly
	W  WhileOp
	In []bool
	N  int
}

func (memberLoopOp) Name() string              { return "while" }
func (l memberLoopOp) Params() string          { return fmt.Sprintf("%v %d %s", l.In, l.N, l.W.Params()) }
func (l memberLoopOp) Programs() []*ir.Program { return l.W.Programs() }

func (l memberLoopOp) Infer([]ir.Type) ([]ir.Type, error) {
	return memberTypes(l.W.carryTypes(), nil, l.N), nil
}

// kernelOnly is embedded by primitives that only programs inside of kernels contain: no rule but the kernel is ever asked for.
type kernelOnly struct{ nonlinear }

func (kernelOnly) JVP(x, y, dx values) values {
	panic("prim: derivative of a program inside of a kernel")
}
func (kernelOnly) Batch(x values, bd []int, n int) (values, []int) {
	panic("prim: batch of a program inside of a kernel")
}

// loopOfMembers applies a loop to n members along the last axis of the operands marked in.
func loopOfMembers(w WhileOp, x values, in []bool, n int) values {
	nc := w.NCond + w.NBody
	args := slices.Clone(x)
	for i := nc; i < len(x); i++ {
		if !in[i] {
			args[i] = lastAxis(x[i], -1, n)
		}
	}
	first := members(w.Cond, slices.Concat(args[:w.NCond], args[nc:]), slices.Concat(in[:w.NCond], allTrue(len(x)-nc)), n)
	return ir.Apply(memberLoopOp{W: w, In: in[:nc:nc], N: n}, slices.Concat(first, args)...)
}

// blockKey is the key under which a program keeps what is made of it for blocks of n members.
type blockKey struct {
	cond *ir.Program
	in   string
	n    int
}

// stepOf is the body and then the condition for n members, for 1 without an axis of members.
func (l memberLoopOp) stepOf(n int) *ir.Program {
	w := l.W
	v, _ := w.Body.Plan(blockKey{w.Cond, fmt.Sprint(l.In), n}, func() (any, error) {
		if n == 1 {
			return w.step(), nil
		}
		one := slices.Concat(w.Cond.InTypes()[:w.NCond], w.Body.InTypes())
		carry := allTrue(len(w.Body.Out))
		types := memberTypes(one, slices.Concat(l.In, carry), n)
		return ad.Closed(w.Body.Name, types, func(x values) values {
			y := members(w.Body, x[w.NCond:], slices.Concat(l.In[w.NCond:], carry), n)
			more := members(w.Cond, slices.Concat(x[:w.NCond], y), slices.Concat(l.In[:w.NCond], carry), n)
			return append(y, more...)
		}), nil
	})
	return v.(*ir.Program)
}

// blockBytes is about the memory that the state of a block may take, so that it stays in a core's own cache, and ownBytes that of all that its body
// needs at one time: a core's own cache has two megabytes here.
const blockBytes, ownBytes = 1 << 19, 1 << 21

// slotsFor is the number of slots for a loop of n members.
func slotsFor(w WhileOp, n int) int {
	bytes := 0
	for _, t := range w.Body.Types {
		bytes += t.Size() * t.DType.Size()
	}
	// Most values of a body do not live at the same time.
	most := min(max(blockBytes/max(bytes/4, 1), leastBlock), largestBlock)
	// Several times as many members as slots, so that all cores have some to the end.
	most = min(most, max(n/4, leastBlock))
	slots := leastBlock
	for 2*slots <= most {
		slots *= 2
	}
	return slots
}

// slotsWithin is the number of slots for which a core's own cache has room.
func slotsWithin(w WhileOp) int {
	// Fused operations keep half of what lives in registers: measured, 42 of 64 kilobytes are in memory.
	bytes := live(w.Body, true) * ir.Float64.Size() / 2
	slots := leastBlock
	for slots < largestBlock && 2*slots*bytes <= ownBytes {
		slots *= 2
	}
	return slots
}

func (l memberLoopOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	w := l.W
	nc := w.NCond + w.NBody
	r := &memberLoop{op: l, c: c, consts: slices.Concat(w.Cond.InTypes()[:w.NCond], w.Body.InTypes()[:w.NBody]), carry: w.carryTypes(),
		nested: w.loops()}
	n := l.N
	if n > largestBlock {
		n = slotsFor(w, n)
	}
	n = min(n, slotsWithin(w))
	for ; n >= 8; n /= 4 {
		r.stages = append(r.stages, &stage{n: n})
	}
	r.stages = append(r.stages, &stage{n: 1})
	if err := r.prepare(r.stages[0]); err != nil {
		return nil, err
	}
	return func(f *ir.Frame, iv, ov []int32) {
		x := operands{n: l.N, consts: bufsOf(f, iv[1:1+nc]), carry: bufsOf(f, iv[1+nc:])}
		r.run(f.Run, x, ir.As[bool](f.Bufs[iv[0]]), bufsOf(f, ov))
	}, nil
}

func bufsOf(f *ir.Frame, vs []int32) []ir.Buf {
	b := make([]ir.Buf, len(vs))
	for i, v := range vs {
		b[i] = f.Bufs[v]
	}
	return b
}

// loops reports whether there are loops in the body.
func (w WhileOp) loops() bool { return hasLoop(w.Body) || hasLoop(w.Cond) }

func hasLoop(p *ir.Program) bool {
	return slices.ContainsFunc(p.Eqns, func(e ir.Eqn) bool {
		switch op := e.Op.(type) {
		case WhileOp, memberLoopOp:
			return true
		case ir.Programs:
			return slices.ContainsFunc(op.Programs(), hasLoop)
		}
		return false
	})
}

// memberLoop is a [memberLoopOp] prepared to run.
type memberLoop struct {
	op            memberLoopOp
	c             ir.Compiler
	consts, carry []ir.Type // of one member
	nested        bool
	stages        []*stage // blocks of fewer and fewer slots, the last one of one
}

// stage is the program of a block of n slots.
type stage struct {
	n    int
	once sync.Once
	run  ir.Runnable
	err  error
	pool sync.Pool // of *slots
}

// prepare compiles the program of a stage when it is first needed.
func (r *memberLoop) prepare(s *stage) error {
	s.once.Do(func() {
		nc := len(r.consts)
		donate := make([]int, len(r.carry)+1)
		for i := range r.carry {
			donate[i] = nc + i
		}
		donate[len(r.carry)] = -1
		s.run, s.err = r.c.Compile(r.op.stepOf(s.n), donate)
	})
	return s.err
}

// waiting are the members that have not begun.
type waiting struct {
	members []int32
	next    atomic.Int64
}

func (w *waiting) take() (member int, ok bool) {
	if i := int(w.next.Add(1)) - 1; i < len(w.members) {
		return int(w.members[i]), true
	}
	return 0, false
}

// run runs all members to their ends. y, which starts as the carry, has what they end with.
func (r *memberLoop) run(run *ir.Run, x operands, pred []bool, y []ir.Buf) {
	for i, t := range r.carry {
		copy(y[i].Bytes(t.DType.Size()), x.carry[i].Bytes(t.DType.Size()))
	}
	w := &waiting{}
	for i, p := range pred {
		if p {
			w.members = append(w.members, int32(i))
		}
	}
	if len(w.members) == 0 || run.Stopped() {
		return
	}
	e := &ending{r, run, x, y, w}
	first := r.stages[0].n
	if first == x.n && 2*len(w.members) > first && (!r.nested || len(w.members) == first) {
		e.directly()
		return
	}
	workers := min(runtime.GOMAXPROCS(0), (len(w.members)+first-1)/first)
	if workers == 1 {
		e.work()
		return
	}
	kernel.Parallel(workers, 1, func(int, int) { e.work() })
}
