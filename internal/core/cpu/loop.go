package cpu

import (
	"slices"
	"sync"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// loop is a routine as the body of a loop: what it carries stays in its memory.
type loop struct {
	*routine
	consts, carries int
	carry           codes // moves the carry's new elements to where they begin the next step
	arrays          []shift
	bytes           int // of the memory
	images          []image
	stacked         [][]foreign
	pool            sync.Pool // of *loopFrame
}

// image is what a part of the memory begins with.
type image struct {
	at    int
	words []uint64
}

// shift is the move of a whole array.
type shift struct{ to, from, bytes int }

type loopFrame struct {
	ir.Frame
	memory []uint64
	base   unsafe.Pointer
}

// newLoop is the loop whose inputs are constants, what is carried, and slices, and whose outputs are what is carried and slices; nil
// where it is no faster than calls of the plan.
func newLoop(p *ir.Program, consts, carries int) *loop {
	r := newRoutine(p, consts, carries)
	if r == nil {
		return nil
	}
	l := &loop{routine: r, consts: consts, carries: carries, bytes: len(r.image) * 8, images: []image{{0, r.image}}}
	taken := map[uint32]bool{} // the places of what is carried
	for _, g := range r.in[consts : consts+carries] {
		if g.off < 0 {
			return nil
		}
		for i := range g.n {
			taken[uint32(g.off+i*g.size)] = true
		}
	}
	var late []code
	for i, g := range r.in[consts : consts+carries] {
		if from := r.out[i]; len(from) > codeElements && wholeArray(from, g.size, taken) {
			if int(from[0]) != g.off {
				l.arrays = append(l.arrays, shift{g.off, int(from[0]), g.n * g.size})
			}
			continue
		}
		for j, from := range r.out[i] {
			to := uint32(g.off + j*g.size)
			if from == to {
				continue
			}
			if taken[from] { // it may be overwritten before it is read
				spare := uint32(l.bytes)
				l.bytes += 8
				l.carry.emit(code{op: copyOf(g.size), o: spare, a: from}, nil)
				from = spare
			}
			late = append(late, code{op: copyOf(g.size), o: to, a: from})
		}
	}
	for _, k := range late {
		l.carry.emit(k, nil)
	}
	for i, places := range r.out[carries:] {
		size := r.size[carries+i]
		var moves []foreign
		for j, from := range places {
			moves = append(moves, foreign{int32(j * size), int32(from), int32(size)})
		}
		l.stacked = append(l.stacked, moves)
	}
	l.pool.New = func() any {
		f := &loopFrame{memory: make([]uint64, l.bytes/8)}
		for _, i := range l.images {
			copy(f.memory[i.at/8:], i.words)
		}
		f.base = unsafe.Pointer(unsafe.SliceData(f.memory))
		f.Bufs = make([]ir.Buf, len(r.bufs))
		for i, g := range r.bufs {
			if g.off >= 0 {
				f.Bufs[i] = ir.Buf{P: unsafe.Add(f.base, g.off), N: g.n}
			}
		}
		return f
	}
	return l
}

// wholeArray reports whether places lie one after the other, and those that are taken nowhere but where they are.
func wholeArray(places []uint32, size int, taken map[uint32]bool) bool {
	for i, at := range places {
		if at != places[0]+uint32(i*size) || taken[at] {
			return false
		}
	}
	return true
}

// start is the memory with constants and what is carried at first.
func (l *loop) start(f *ir.Frame, iv []int32) *loopFrame {
	m := l.pool.Get().(*loopFrame)
	m.Run = f.Run
	for i, g := range l.in[:l.consts+l.carries] {
		m.put(g, f.Bufs[iv[i]].P)
	}
	for i, g := range l.bufs {
		if g.off < 0 {
			m.Bufs[i] = f.Bufs[iv[-1-g.off]].Slice(g.first, g.n, g.size)
		}
	}
	return m
}

// put copies an array to its region.
func (m *loopFrame) put(g region, from unsafe.Pointer) {
	switch {
	case g.off < 0 || g.n == 0:
	case g.n == 1:
		move(unsafe.Add(m.base, g.off), from, int32(g.size))
	default:
		copy(unsafe.Slice((*byte)(unsafe.Add(m.base, g.off)), g.n*g.size), unsafe.Slice((*byte)(from), g.n*g.size))
	}
}

// step runs the body once.
func (l *loop) step(m *loopFrame) {
	for i := range l.parts {
		p := &l.parts[i]
		p.code.run(m.base)
		if p.kernel != nil {
			p.kernel(&m.Frame, p.in, p.out)
		}
	}
}

// next moves what a step has computed of the carry to where the next step reads it.
func (l *loop) next(m *loopFrame) {
	l.carry.run(m.base)
	for _, s := range l.arrays {
		copy(unsafe.Slice((*byte)(unsafe.Add(m.base, s.to)), s.bytes), unsafe.Slice((*byte)(unsafe.Add(m.base, s.from)), s.bytes))
	}
}

// end writes what is carried to the results.
func (l *loop) end(m *loopFrame, f *ir.Frame, ov []int32) {
	for i, g := range l.in[l.consts : l.consts+l.carries] {
		copy(f.Bufs[ov[i]].Bytes(g.size), unsafe.Slice((*byte)(unsafe.Add(m.base, g.off)), g.n*g.size))
	}
	for i, g := range l.bufs {
		if g.off < 0 {
			m.Bufs[i] = ir.Buf{}
		}
	}
	m.Run = nil
	l.pool.Put(m)
}

// Scan implements [ir.Looper].
func (pl *Plan) Scan(consts, carries, length int, reverse bool) ir.Kernel {
	l := newLoop(pl.program, consts, carries)
	if l == nil {
		return nil
	}
	slices := l.in[consts+carries:]
	for _, g := range slices {
		if g.off < 0 {
			return nil
		}
	}
	return func(f *ir.Frame, iv, ov []int32) {
		m := l.start(f, iv)
		for k := range length {
			if f.Run.Stopped() {
				break
			}
			if reverse {
				k = length - 1 - k
			}
			for i, g := range slices {
				m.put(g, unsafe.Add(f.Bufs[iv[consts+carries+i]].P, k*g.n*g.size))
			}
			l.step(m)
			for i, moves := range l.stacked {
				if len(moves) == 0 {
					continue
				}
				to := unsafe.Add(f.Bufs[ov[carries+i]].P, k*len(moves)*l.size[carries+i])
				for j := range moves {
					e := &moves[j]
					move(unsafe.Add(to, e.idx), unsafe.Add(m.base, e.off), e.size)
				}
			}
			l.next(m)
		}
		l.end(m, f, ov)
	}
}

// While implements [ir.Looper].
func (pl *Plan) While(consts int, cond *ir.Program) ir.Kernel {
	carries := len(pl.program.In) - consts
	l := newLoop(pl.program, consts, carries)
	if l == nil {
		return nil
	}
	begins := l.first(consts, cond)
	if begins == nil {
		return nil
	}
	more := l.out[carries][0]
	return func(f *ir.Frame, iv, ov []int32) {
		m := l.start(f, iv)
		for ok := !f.Run.Stopped() && begins(m, f, iv); ok && !f.Run.Stopped(); {
			l.step(m)
			ok = *(*bool)(unsafe.Add(m.base, more))
			l.next(m)
		}
		l.end(m, f, ov)
	}
}

// first is the test before the first step, whose operands are the first constants and what is carried: code on a copy of what it
// reads, or a run of its plan.
func (l *loop) first(consts int, cond *ir.Program) func(m *loopFrame, f *ir.Frame, iv []int32) bool {
	nc := len(cond.In) - l.carries
	operand := func(i int, iv []int32) int32 {
		if i >= nc {
			i += consts - nc
		}
		return iv[i]
	}
	if r := newRoutine(cond, len(cond.In), 0); r != nil && len(r.parts) == 1 {
		type read struct {
			input int
			region
		}
		var reads []read
		for i, g := range r.in {
			if g.off >= 0 && r.uses(g) {
				reads = append(reads, read{i, g})
			}
		}
		at := l.bytes
		l.bytes += len(r.image) * 8
		l.images = append(l.images, image{at, r.image})
		result := r.out[0][0]
		return func(m *loopFrame, f *ir.Frame, iv []int32) bool {
			c := loopFrame{base: unsafe.Add(m.base, at)}
			for i := range reads {
				g := &reads[i]
				c.put(g.region, f.Bufs[operand(g.input, iv)].P)
			}
			r.parts[0].code.run(c.base)
			return *(*bool)(unsafe.Add(c.base, result))
		}
	}
	plan, err := compile(cond, nil)
	if err != nil {
		return nil
	}
	return func(m *loopFrame, f *ir.Frame, iv []int32) bool {
		in, out := make([]ir.Buf, len(cond.In)), []ir.Buf{ir.NewBuf(ir.Bool, 1)}
		for i := range in {
			in[i] = f.Bufs[operand(i, iv)]
		}
		plan.Run(f.Run, in, out)
		return ir.As[bool](out[0])[0]
	}
}

// uses reports whether code reads a region, or it is the result.
func (r *routine) uses(g region) bool {
	within := func(at uint32) bool { return int(at) >= g.off && int(at) < g.off+g.n*g.size }
	for _, p := range r.parts {
		for i := range p.code.list {
			if slices.ContainsFunc(p.code.list[i].reads(), within) {
				return true
			}
		}
	}
	return slices.ContainsFunc(r.out, func(out []uint32) bool { return slices.ContainsFunc(out, within) })
}
