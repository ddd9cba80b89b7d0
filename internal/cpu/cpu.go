// Package cpu executes programs in Go: a program becomes a [Plan], a list of
// prepared kernels and a static layout of the memory between them.
package cpu

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"github.com/argmin-go/argmin/internal/ir"
)

func init() { ir.Eager = eager }

// Plan is a compiled program. It may be run by many goroutines at once.
type Plan struct {
	instrs  []instr
	in, out []ir.Var  // out: representatives of the program's outputs
	copies  []outCopy // outputs that are inputs, literals or repeated
	slots   []slot    // where each variable lives
	sizes   []int     // bytes of one element, per variable
	counts  []int     // number of elements, per variable
	arena   int       // bytes
	fills   []fill    // literals, written once a frame
	frames  sync.Pool // of *frame
}

type instr struct {
	kernel  ir.Kernel
	in, out []int32
}

type slotKind uint8

const (
	unused   slotKind = iota
	external          // an input or output: the caller's buffer
	inArena
)

type slot struct {
	kind slotKind
	off  int
}

type outCopy struct{ out, src int }

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

type planKey struct{}

func (compiler) Compile(p *ir.Program, donate []int) (ir.Runnable, error) {
	return compile(p)
}

func compile(p *ir.Program) (*Plan, error) {
	v, err := p.Plan(planKey{}, func() (any, error) { return Compile(p) })
	if err != nil {
		return nil, err
	}
	return v.(*Plan), nil
}

// Compile plans a program.
func Compile(p *ir.Program) (*Plan, error) {
	n := len(p.Types)
	pl := &Plan{in: p.In, out: make([]ir.Var, len(p.Out)), slots: make([]slot, n), sizes: make([]int, n), counts: make([]int, n)}
	for i, t := range p.Types {
		pl.sizes[i], pl.counts[i] = t.DType.Size(), t.Size()
	}
	rep := make([]ir.Var, n) // common subexpressions: the variable that stands for each
	for i := range rep {
		rep[i] = ir.Var(i)
	}
	isOut := make([]bool, n)
	for _, v := range p.In {
		pl.slots[v].kind = external
	}
	seen := map[string][]ir.Var{}
	var eqns []int
	for i := range p.Eqns {
		e := &p.Eqns[i]
		if key, ok := eqnKey(e, rep); ok {
			if old, ok := seen[key]; ok {
				for j, v := range e.Out {
					rep[v] = old[j]
				}
				continue
			}
			seen[key] = e.Out
		}
		eqns = append(eqns, i)
	}
	for i, v := range p.Out {
		v = rep[v]
		pl.out[i] = v
		if pl.slots[v].kind == external || isOut[v] {
			pl.copies = append(pl.copies, outCopy{i, int(v)})
			continue
		}
		isOut[v] = true
	}
	last := make([]int, n)
	for k, i := range eqns {
		for _, v := range p.Eqns[i].In {
			last[rep[v]] = k
		}
	}
	for _, c := range pl.copies {
		last[c.src] = len(eqns)
	}
	free := map[int][]int{}
	alloc := func(bytes int) int {
		bytes = (bytes + 63) &^ 63
		if f := free[bytes]; len(f) > 0 {
			free[bytes] = f[:len(f)-1]
			return f[len(f)-1]
		}
		off := pl.arena
		pl.arena += bytes
		return off
	}
	var types, outs []ir.Type
	for k, i := range eqns {
		e := &p.Eqns[i]
		lit, isLit := e.Op.(ir.Literal)
		for _, v := range e.Out {
			if isOut[v] {
				pl.slots[v].kind = external
			} else {
				bytes := pl.counts[v] * pl.sizes[v]
				if isLit { // written once a frame, so it shares its place with nothing
					pl.slots[v] = slot{inArena, pl.arena}
					pl.arena += (bytes + 63) &^ 63
				} else {
					pl.slots[v] = slot{inArena, alloc(bytes)}
				}
			}
		}
		if isLit && !isOut[e.Out[0]] {
			pl.fills = append(pl.fills, fill{e.Out[0], lit})
			continue // never freed
		}
		types, outs = types[:0:0], outs[:0:0]
		in, out := make([]int32, len(e.In)), make([]int32, len(e.Out))
		for j, v := range e.In {
			in[j] = int32(rep[v])
			types = append(types, p.Types[v])
		}
		for j, v := range e.Out {
			out[j] = int32(v)
			outs = append(outs, p.Types[v])
		}
		kern, err := e.Op.Kernel(compiler{}, types, outs)
		if err != nil {
			return nil, err
		}
		pl.instrs = append(pl.instrs, instr{kern, in, out})
		release := func(v ir.Var) {
			if s := pl.slots[v]; s.kind == inArena && last[v] <= k {
				b := (pl.counts[v]*pl.sizes[v] + 63) &^ 63
				free[b] = append(free[b], s.off)
				last[v] = len(eqns) + 1
			}
		}
		for _, v := range e.In {
			if !pl.isFill(rep[v]) {
				release(rep[v])
			}
		}
		for _, v := range e.Out {
			release(v) // an output that nothing reads
		}
	}
	pl.frames.New = func() any { return pl.newFrame() }
	return pl, nil
}

func (pl *Plan) isFill(v ir.Var) bool {
	for _, f := range pl.fills {
		if f.v == v {
			return true
		}
	}
	return false
}

// eqnKey identifies equations that compute the same; not those with effects or
// with programs inside.
func eqnKey(e *ir.Eqn, rep []ir.Var) (string, bool) {
	switch e.Op.(type) {
	case ir.Effectful, ir.Programs:
		return "", false
	}
	var b strings.Builder
	b.WriteString(e.Op.Name())
	b.WriteByte('{')
	b.WriteString(e.Op.Params())
	b.WriteByte('}')
	for _, v := range e.In {
		b.WriteString(strconv.Itoa(int(rep[v])))
		b.WriteByte(' ')
	}
	return b.String(), true
}

func (pl *Plan) newFrame() *frame {
	f := &frame{arena: make([]uint64, pl.arena/8+8)}
	f.Bufs = make([]ir.Buf, len(pl.slots))
	base := unsafe.Pointer(unsafe.SliceData(f.arena))
	base = unsafe.Add(base, (64-uintptr(base)%64)%64)
	for v, s := range pl.slots {
		if s.kind == inArena {
			f.Bufs[v] = ir.Buf{P: unsafe.Add(base, s.off), N: pl.counts[v]}
		}
	}
	for _, l := range pl.fills {
		f.Bufs[l.v].Fill(l.lit.Type.DType, l.lit.Num)
	}
	return f
}

// InPlace implements ir.Runnable: this executor always writes outputs apart.
func (pl *Plan) InPlace(int) bool { return false }

// Run implements ir.Runnable.
func (pl *Plan) Run(r *ir.Run, in, out []ir.Buf) {
	f := pl.frames.Get().(*frame)
	f.Run = r
	for i, v := range pl.in {
		f.Bufs[v] = in[i]
	}
	c := 0
	for i, v := range pl.out {
		if c < len(pl.copies) && pl.copies[c].out == i {
			c++
			continue
		}
		f.Bufs[v] = out[i]
	}
	for i := range pl.instrs {
		n := &pl.instrs[i]
		n.kernel(&f.Frame, n.in, n.out)
	}
	for _, c := range pl.copies {
		copy(out[c.out].Bytes(pl.sizes[c.src]), f.Bufs[c.src].Bytes(pl.sizes[c.src]))
	}
	f.Run = nil
	for v, s := range pl.slots {
		if s.kind == external {
			f.Bufs[v] = ir.Buf{}
		}
	}
	pl.frames.Put(f)
}

// Run executes a program under ctx. The outputs are returned also when a check
// in the program failed, with the error.
func Run(ctx context.Context, p *ir.Program, in []*ir.Data) (out []*ir.Data, err error) {
	pl, err := compile(p)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, done := ir.NewRun(ctx)
	defer done()
	ins, outs := make([]ir.Buf, len(in)), make([]ir.Buf, len(p.Out))
	for i, d := range in {
		ins[i] = d.Buf()
	}
	out = make([]*ir.Data, len(p.Out))
	for i, t := range p.OutTypes() {
		outs[i] = ir.NewBuf(t.DType, t.Size())
		out[i] = ir.NewData(t, outs[i])
	}
	defer recovered("num", &err)
	pl.Run(r, ins, outs)
	return out, r.Err()
}

// recovered turns a panic of a kernel into an error.
func recovered(op string, err *error) {
	if v := recover(); v != nil {
		if e, ok := v.(*ir.Error); ok {
			*err = e
			return
		}
		e := ir.Errorf(ir.BackendError, op, "panic while running: %v", v)
		if cause, ok := v.(error); ok {
			e.Err = fmt.Errorf("cpu: %w", cause)
		}
		*err = e
	}
}

// eager runs one primitive.
func eager(op ir.Op, in []*ir.Data, out []ir.Type) (res []*ir.Data, err error) {
	types := make([]ir.Type, len(in))
	f := ir.Frame{Bufs: make([]ir.Buf, 0, len(in)+len(out))}
	iv, ov := make([]int32, len(in)), make([]int32, len(out))
	for i, d := range in {
		types[i], iv[i] = d.Type, int32(len(f.Bufs))
		f.Bufs = append(f.Bufs, d.Buf())
	}
	res = make([]*ir.Data, len(out))
	for i, t := range out {
		b := ir.NewBuf(t.DType, t.Size())
		ov[i], res[i] = int32(len(f.Bufs)), ir.NewData(t, b)
		f.Bufs = append(f.Bufs, b)
	}
	k, err := op.Kernel(compiler{}, types, out)
	if err != nil {
		return nil, err
	}
	r, done := ir.NewRun(context.Background())
	defer done()
	f.Run = r
	defer recovered(op.Name(), &err)
	k(&f, iv, ov)
	return res, r.Err()
}
