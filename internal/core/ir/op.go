package ir

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Op is a primitive with its parameters: ALL of its rules in one Go type, so
// that the compiler refuses a primitive with a rule missing. Parameters are the
// fields of the type.
//
// Rules work on values and call [Apply]; they never look inside a builder. A nil
// value among tangents or cotangents stands for zero.
type Op interface {
	// Name is the primitive's name, such as "dot_general".
	Name() string
	// Params prints the parameters canonically: two ops with the same name and
	// params are interchangeable. Empty when there are none.
	Params() string
	// Infer is the shape and dtype rule.
	Infer(in []Type) ([]Type, error)
	// JVP gives the tangents of the outputs from inputs x, outputs y and input
	// tangents dx, at least one of which is not nil. It must be linear in dx.
	JVP(x, y, dx []*Value) []*Value
	// Transpose gives the cotangents of the linear inputs, those with x[i] == nil,
	// from the cotangents of the outputs. in are the types of all inputs.
	Transpose(x, ct []*Value, in []Type) []*Value
	// Batch applies the primitive to inputs some of which carry a batch of n along
	// axis bd[i] (-1: none), and reports where the outputs carry it.
	Batch(x []*Value, bd []int, n int) (y []*Value, ybd []int)
	// Kernel prepares the CPU routine for inputs and outputs of these types.
	Kernel(c Compiler, in, out []Type) (Kernel, error)
}

// Structured is implemented by primitives that contain programs and whose
// derivative cannot be given output by output.
type Structured interface {
	Op
	// JVPAll gives outputs and their tangents together (forward mode).
	JVPAll(x, dx []*Value) (y, dy []*Value)
	// LinearizeAll does the same where dx belong to an inner builder that is to
	// hold a linear program: what does not depend on dx must stay outside of it.
	LinearizeAll(x, dx []*Value) (y, dy []*Value)
}

// Elementwise is implemented by primitives that map one element of each input
// to one element of the output; all have the same shape. Executors fuse them.
type Elementwise interface {
	Op
	// Block gives the routine over equally long runs of elements. The output may be
	// the same storage as any input. Nil when the dtypes are not supported.
	Block(in []DType) Block
}

// Block computes out[i] = f(a[i], b[i], c[i]); unused inputs are empty.
type Block func(out, a, b, c Buf)

// Scalarwise is implemented by elementwise primitives with a routine for single
// numbers. The decisions of a solver are long chains of operations on single
// numbers, for which a block's loop costs more than its work.
type Scalarwise interface {
	Elementwise
	// Scalar gives the routine; nil where there is none, and the block is used.
	Scalar(in []DType) ScalarFunc
}

// ScalarFunc computes *o = f(*a, *b, *c); unused inputs point anywhere.
type ScalarFunc func(o, a, b, c unsafe.Pointer)

// Repeater is implemented by primitives whose output may repeat the only element
// of their input, so that executors need not store it.
type Repeater interface {
	Op
	Repeats(in Type) bool
}

// Summer is implemented by primitives whose output may be the sum of all elements
// of their input, so that executors can add them up while they are computed.
type Summer interface {
	Op
	SumsAll(in, out Type) bool
}

// InPlace is implemented by primitives that can write their output over one of
// their inputs, for example dynamic_update_slice over its first.
type InPlace interface {
	Op
	// InPlace is the index of the input whose storage the output may take.
	InPlace() int
}

// View is implemented by primitives whose output may be a contiguous part of
// their input, so that nothing is to be computed.
type View interface {
	Op
	// View gives the offset of that part in elements, and whether there is one.
	View(in, out Type) (offset int, ok bool)
}

// Kernel runs a primitive on the buffers of a frame: inputs f.Bufs[in[i]],
// outputs f.Bufs[out[i]], already allocated. Inputs must not be written, except
// that the output of an [InPlace] primitive may be the same storage as that input.
type Kernel func(f *Frame, in, out []int32)

// Frame is the storage of one run of a plan.
type Frame struct {
	Run  *Run
	Bufs []Buf
}

// Runnable is a compiled program.
type Runnable interface {
	// Run computes out from in. out[i] must be allocated and must not overlap in,
	// except where InPlace(i) reports that output i overwrites input donate[i]: there
	// out[i] must be that input's buffer.
	Run(r *Run, in, out []Buf)
	// InPlace reports whether output i is written over the input donated for it.
	InPlace(i int) bool
}

// Product is implemented by primitives whose results are sums of products of elements of two operands.
type Product interface {
	Op
	// Terms are the terms of each element of the result, as places in the operands, in the order in which the kernel adds
	// them to zero: one after the other or, with pairs, four at a time as the sum of two pairs, and what is left one after the
	// other. They are nil where the kernel has another order.
	Terms(in []Type) (terms [][][2]int, pairs bool)
}

// Looper is implemented by runnables that have kernels for loops of small programs, whose steps are
// cheaper than runs: what is carried stays where it is.
type Looper interface {
	// Scan is the kernel of a scan with the program as its body: of constants, carries and stacked arrays to
	// carries and stacked arrays. It is nil where running the program step by step is as fast.
	Scan(consts, carries, length int, reverse bool) Kernel
	// While is the kernel of a loop whose body gives what is carried, and last whether there is one more step. It takes
	// constants and what is carried. Whether there is a first step is the result of cond on the first constants and what is
	// carried. It is nil as Scan's is.
	While(consts int, cond *Program) Kernel
}

// Compiler compiles the programs inside a primitive.
type Compiler interface {
	// Compile prepares p. donate[i] is the index of an input whose buffer output i
	// may overwrite, or -1; donate may be nil.
	Compile(p *Program, donate []int) (Runnable, error)
}

// Run is the state of one execution, shared by all plans in it: cancellation
// and the first error of a check or callback.
type Run struct {
	Ctx       context.Context
	stopped   atomic.Bool
	abandoned atomic.Bool
	mu        sync.Mutex
	err       error

	// The run of one member of a batch belongs to the run of the batch, and so does that of a part, whose first member it has.
	batch      *Run
	member, of int
	part       bool
}

// Member is the run of member i of a batch of n: its errors name it.
func (r *Run) Member(i, n int) *Run {
	if r.part {
		return &Run{Ctx: r.Ctx, batch: r.batch, member: r.member + i, of: r.of}
	}
	return &Run{Ctx: r.Ctx, batch: r, member: i, of: n}
}

// Part is the run of some members of a batch of n, from first on, which are its members 0, 1, and so on.
func (r *Run) Part(first, n int) *Run {
	return &Run{Ctx: r.Ctx, batch: r, member: first, of: n, part: true}
}

// named adds the member to the error of a check.
func named(err error, i, n int) error {
	e, ok := err.(*Error)
	if !ok || e.Kind != NumericError {
		return err
	}
	c := *e
	c.Msg = fmt.Sprintf("member %d of %d: %s", i, n, e.Msg)
	return &c
}

// NewRun makes the state of an execution under ctx. Call the returned function at the end.
func NewRun(ctx context.Context) (*Run, func()) {
	r := &Run{Ctx: ctx}
	if ctx.Done() == nil {
		return r, func() {}
	}
	stop := context.AfterFunc(ctx, func() { r.stopped.Store(true) })
	return r, func() { stop() }
}

// Stopped reports whether loops should end: the context is cancelled or a callback failed.
func (r *Run) Stopped() bool {
	if r.batch != nil {
		return r.batch.Stopped()
	}
	return r.stopped.Load()
}

// Abandon is called by a kernel that ended early because the run is stopped: what it computed is no answer, and a loop that it is part of
// keeps what it had before.
func (r *Run) Abandon() {
	if r.batch != nil {
		r.batch.Abandon()
		return
	}
	r.abandoned.Store(true)
}

// Abandoned reports whether a kernel ended early.
func (r *Run) Abandoned() bool {
	if r.batch != nil {
		return r.batch.Abandoned()
	}
	return r.abandoned.Load()
}

// Poll looks at the context itself. It is called after the user's functions, which
// may have cancelled it: loops must stop then, not when another goroutine reports it.
func (r *Run) Poll() {
	if r.batch != nil {
		r.batch.Poll()
		return
	}
	if r.Ctx.Err() != nil {
		r.stopped.Store(true)
	}
}

// Fail records the first error; the execution continues unless stop is set.
func (r *Run) Fail(err error, stop bool) {
	if r.batch != nil {
		if !r.part {
			err = named(err, r.member, r.of)
		}
		r.batch.Fail(err, stop)
		return
	}
	r.mu.Lock()
	if r.err == nil {
		r.err = err
	}
	r.mu.Unlock()
	if stop {
		r.stopped.Store(true)
	}
}

// Err is the first recorded error, or the context's.
func (r *Run) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	if r.stopped.Load() {
		return context.Cause(r.Ctx)
	}
	return nil
}
