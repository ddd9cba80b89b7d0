package cpu

import (
	"sync"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// chunk is the number of elements that a group computes at a time, so that what
// passes from one step to the next stays in the first-level cache.
const chunk = 512

// fusedGroup is a run of elementwise equations over arrays of n elements, which are
// computed chunk by chunk, and sums over their results.
type fusedGroup struct {
	n     int
	steps []step
	sums  []sum
}

type step struct {
	v     ir.Var
	block ir.Block
	prim  ir.Elementwise
	types []ir.DType // of the operands
	in    [3]input
	nin   int
}

type sum struct {
	v  ir.Var
	in input
	d  ir.DType
}

// input is an operand of a step: a variable, the one element of a variable
// repeated, or a literal.
type input struct {
	v     ir.Var
	splat bool
	lit   *ir.Literal
}

// whole reports whether the operand is a variable of as many elements as the group.
func (in *input) whole() bool { return in.lit == nil && !in.splat }

func (g *fusedGroup) makesSum(v ir.Var) bool {
	for _, s := range g.sums {
		if s.v == v {
			return true
		}
	}
	return false
}

// inputs calls f for every operand of the group.
func (g *fusedGroup) inputs(f func(in *input)) {
	for i := range g.steps {
		s := &g.steps[i]
		for j := range s.nin {
			f(&s.in[j])
		}
	}
	for i := range g.sums {
		f(&g.sums[i].in)
	}
}

type place uint8

const (
	none   place = iota
	whole        // an array of n elements in Bufs
	shared       // one chunk of equal elements in Bufs
	local        // one chunk in the worker's scratch
)

// operand is where a step finds or leaves a chunk.
type operand struct {
	place place
	idx   int32 // in Bufs; of a local one if the group has one chunk only
	off   int   // bytes in the scratch
	size  int   // bytes of an element
}

// fusedKernel is a group ready to run.
type fusedKernel struct {
	n       int
	steps   []fusedStep
	small   []smallStep // instead of steps, if there is one chunk only
	single  single      // instead of both, if there is one element only
	sums    []fusedSum
	splats  []splat
	scratch int32 // in Bufs: the scratch of a run on one core
	bytes   int   // of the scratch
	pool    sync.Pool
}

type fusedStep struct {
	block        ir.Block
	out, a, b, c operand
}

// smallStep is a step of a group of one chunk: all its operands are in Bufs.
type smallStep struct {
	block        ir.Block
	out, a, b, c int32
}

// single is a group of one element: code, between copies of what lies in the caller's buffers.
type single struct {
	code    codes
	base    int32 // in Bufs: the plan's memory
	in, out []foreign
}

// foreign is a single number in a caller's buffer, and its place in the plan's memory.
type foreign struct {
	idx, off, size int32
}

func (g *single) run(f *ir.Frame) {
	base := f.Bufs[g.base].P
	for i := range g.in {
		e := &g.in[i]
		move(unsafe.Add(base, e.off), f.Bufs[e.idx].P, e.size)
	}
	g.code.run(base)
	for i := range g.out {
		e := &g.out[i]
		move(f.Bufs[e.idx].P, unsafe.Add(base, e.off), e.size)
	}
}

// move copies an element of 8, 4 or 1 bytes.
func move(to, from unsafe.Pointer, size int32) {
	switch size {
	case 8:
		*(*uint64)(to) = *(*uint64)(from)
	case 4:
		*(*uint32)(to) = *(*uint32)(from)
	default:
		*(*uint8)(to) = *(*uint8)(from)
	}
}

type fusedSum struct {
	in  operand
	out int32
	d   ir.DType
}

// splat fills a shared chunk with one element.
type splat struct {
	src, dst int32
	d        ir.DType
}

func (o *operand) buf(f *ir.Frame, scratch unsafe.Pointer, lo, m int) ir.Buf {
	switch o.place {
	case whole:
		return f.Bufs[o.idx].Slice(lo, m, o.size)
	case shared:
		return ir.Buf{P: f.Bufs[o.idx].P, N: m}
	case local:
		return ir.Buf{P: unsafe.Add(scratch, o.off), N: m}
	}
	return ir.Buf{}
}

func (u *fusedKernel) run(f *ir.Frame, _, _ []int32) {
	if u.n == 1 {
		u.single.run(f)
		return
	}
	for i := range u.splats {
		s := &u.splats[i]
		f.Bufs[s.dst].Repeat(s.d, f.Bufs[s.src])
	}
	switch {
	case u.n <= chunk:
		b := f.Bufs
		for i := range u.small {
			s := &u.small[i]
			s.block(b[s.out], b[s.a], b[s.b], b[s.c])
		}
		for i := range u.sums {
			s := &u.sums[i]
			b[s.out].Set(s.d, 0, sumOf(s.d, b[s.in.idx]))
		}
	case u.n <= kernel.Grain:
		part := u.partials()
		u.chunks(f, f.Bufs[u.scratch].P, 0, (u.n+chunk-1)/chunk, part)
		u.finish(f, part)
	default:
		u.parallel(f)
	}
}

// parallel is a separate method because its closure makes its variables escape.
func (u *fusedKernel) parallel(f *ir.Frame) {
	part := u.partials()
	kernel.Parallel((u.n+chunk-1)/chunk, kernel.Grain/chunk, func(lo, hi int) {
		s, _ := u.pool.Get().(*[]uint64)
		if s == nil {
			buf := make([]uint64, u.bytes/8+1)
			s = &buf
		}
		u.chunks(f, unsafe.Pointer(unsafe.SliceData(*s)), lo, hi, part)
		u.pool.Put(s)
	})
	u.finish(f, part)
}

// partials is storage for the sum of every chunk. That they are added up in their
// order makes the result the same on any number of cores.
func (u *fusedKernel) partials() []float64 {
	if len(u.sums) == 0 {
		return nil
	}
	return make([]float64, len(u.sums)*((u.n+chunk-1)/chunk))
}

func (u *fusedKernel) chunks(f *ir.Frame, scratch unsafe.Pointer, lo, hi int, part []float64) {
	all := (u.n + chunk - 1) / chunk
	for c := lo; c < hi; c++ {
		at := c * chunk
		m := min(chunk, u.n-at)
		u.steps1(f, scratch, at, m)
		for i := range u.sums {
			s := &u.sums[i]
			part[i*all+c] = sumOf(s.d, s.in.buf(f, scratch, at, m))
		}
	}
}

func (u *fusedKernel) finish(f *ir.Frame, part []float64) {
	all := (u.n + chunk - 1) / chunk
	for i := range u.sums {
		s := &u.sums[i]
		f.Bufs[s.out].Set(s.d, 0, kernel.Sum(part[i*all:(i+1)*all]))
	}
}

func sumOf(d ir.DType, x ir.Buf) float64 {
	if d == ir.Float64 {
		return kernel.Sum(ir.As[float64](x))
	}
	return float64(kernel.Sum(ir.As[float32](x)))
}

// steps1 computes the m elements from lo on.
func (u *fusedKernel) steps1(f *ir.Frame, scratch unsafe.Pointer, lo, m int) {
	for i := range u.steps {
		s := &u.steps[i]
		s.block(s.out.buf(f, scratch, lo, m), s.a.buf(f, scratch, lo, m), s.b.buf(f, scratch, lo, m), s.c.buf(f, scratch, lo, m))
	}
}
