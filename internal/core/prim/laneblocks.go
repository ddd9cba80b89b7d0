package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// Lanes of small arrays run in blocks: an operation costs some sixty nanoseconds to dispatch, which is more than it takes to
// compute a handful of numbers, so that operations on a block of members at once are several times faster than one member
// after the other. Within a block the members lie along the last axis, so that parts of a member's array, and its axes in
// another order, are rows of the block. Loops keep a block full ([memberLoopOp]), so that each member still ends by itself.

// leastBlock is the number of members below which a block is not worth another program. largestBlock is as many as an
// elementwise step takes at a time.
const leastBlock, largestBlock = 16, 512

// mostLive is the number of elements that a program may need at one time, for one member. With more, an operation's time is mostly that of its
// arithmetic for one member too: measured, quadratic programs with 16,643 elements are 1.3 times as fast in blocks, with 24,000 1.13 times, with 32,000
// as fast, and with 47,000 0.8 times.
const mostLive = 1 << 15

// inBlocks reports whether the members of a batch run together: programs with loops and branches over small arrays, without
// effects that one member has and another has not.
func inBlocks(p *ir.Program) bool {
	var w work
	return w.add(p, false) && w.control && live(p, true) <= mostLive
}

// work counts the elements of the results of a program's operations, and of the programs inside, and notes whether there are loops or
// branches.
type work struct {
	elements int
	control  bool
}

// add counts a program, and reports whether it may run for many members at once: a check only where all members come by.
func (w *work) add(p *ir.Program, inside bool) bool {
	for i := range p.Eqns {
		e := &p.Eqns[i]
		switch op := e.Op.(type) {
		case ir.Effectful:
			return false
		case CheckOp:
			if inside || p.Types[e.In[1]].Rank() > 0 {
				return false
			}
		case RootOp:
			if !w.add(op.Run, inside) {
				return false
			}
		case ir.Programs:
			switch op.(type) {
			case WhileOp, SwitchOp:
				w.control = true
			}
			for _, q := range op.Programs() {
				if !w.add(q, true) {
					return false
				}
			}
		}
		for _, v := range e.Out {
			w.elements += p.Types[v].Size()
		}
	}
	return true
}

// live is the largest number of elements that a program has between two operations, with those of the programs inside; inputs are those
// of the program around it, but for the outermost one.
func live(p *ir.Program, outermost bool) int {
	last := make([]int, len(p.Types))
	for i := range p.Eqns {
		for _, v := range p.Eqns[i].In {
			last[v] = i
		}
	}
	for _, v := range p.Out {
		last[v] = len(p.Eqns)
	}
	gone := make([]int, len(p.Eqns)+1) // elements that are last needed by each operation
	now, most := 0, 0
	add := func(v ir.Var, at int) {
		now += p.Types[v].Size()
		gone[max(last[v], at)] += p.Types[v].Size()
	}
	if outermost {
		for _, v := range p.In {
			add(v, 0)
		}
	}
	for i := range p.Eqns {
		e := &p.Eqns[i]
		within := 0
		switch op := e.Op.(type) {
		case RootOp:
			within = live(op.Run, false)
		case ir.Programs:
			for _, q := range op.Programs() {
				within = max(within, live(q, false))
			}
		}
		for _, v := range e.Out {
			add(v, i)
		}
		most = max(most, now+within)
		now -= gone[i]
	}
	return most
}

// memberTypes are the types of n members along the last axis.
func memberTypes(ts []ir.Type, in []bool, n int) []ir.Type {
	out := slices.Clone(ts)
	for i, t := range ts {
		if in == nil || in[i] {
			out[i] = t.WithShape(append(slices.Clone(t.Shape), n))
		}
	}
	return out
}

// axesOfMembers are the axes of operands that carry members along the last axis where in is set.
func axesOfMembers(x values, in []bool) []int {
	bd := make([]int, len(x))
	for i, v := range x {
		bd[i] = -1
		if in[i] {
			bd[i] = v.Rank() - 1
		}
	}
	return bd
}

// members evaluates a program on n members along the last axis of the operands marked in, and gives results with all of them.
func members(p *ir.Program, x values, in []bool, n int) values {
	y, bd := batch.InterpretBy(byMembers, p, x, axesOfMembers(x, in), n)
	for i, v := range y {
		y[i] = lastAxis(v, bd[i], n)
	}
	return y
}

// lastAxis moves the members to the last axis.
func lastAxis(v *value, bd, n int) *value {
	if bd < 0 {
		return MoveTo(v, bd, v.Rank(), n)
	}
	return MoveTo(v, bd, v.Rank()-1, n)
}

// byMembers is the batching rule for members along the last axis.
func byMembers(op ir.Op, x values, bd []int, n int) (values, []int) {
	in := make([]bool, len(x))
	args := slices.Clone(x)
	for i, d := range bd {
		if in[i] = d >= 0; in[i] {
			args[i] = lastAxis(x[i], d, n)
		}
	}
	last := func(y ...*value) (values, []int) {
		out := make([]int, len(y))
		for i, v := range y {
			out[i] = v.Rank() - 1
		}
		return y, out
	}
	with := func(axes []int) []int { return append(slices.Clone(axes), len(axes)) }
	switch op := op.(type) {
	case ir.Elementwise:
		for i, v := range x {
			args[i] = lastAxis(v, bd[i], n)
		}
		return last(ir.Apply(op, args...)...)
	case StopOp:
		return last(args...)
	case ground.ReshapeOp:
		return last(Reshape(args[0], append(slices.Clone(op.Shape), n)))
	case ground.BroadcastOp:
		return last(Broadcast(args[0], append(slices.Clone(op.Shape), n), append(slices.Clone(op.Dims), len(op.Shape))))
	case ground.TransposeOp:
		return last(Transpose(args[0], with(op.Perm)))
	case ConcatOp:
		for i, v := range x {
			args[i] = lastAxis(v, bd[i], n)
		}
		return last(Concat(op.Axis, args...))
	case DynamicSliceOp:
		if in[1] && op.Lead == 0 {
			return last(ir.Apply1(memberSliceOp{Size: op.Size}, lastAxis(x[0], bd[0], n), args[1]))
		}
	case DynamicUpdateSliceOp:
		if in[2] && op.Lead == 0 {
			return last(ir.Apply1(memberUpdateOp{}, lastAxis(x[0], bd[0], n), lastAxis(x[1], bd[1], n), args[2]))
		}
	case RootOp:
		return last(members(op.Run, args, in, n)...)
	case WhileOp:
		return last(loopOfMembers(op, args, in, n)...)
	case SwitchOp:
		if in[0] {
			return last(switchOfMembers(op, args, in, n)...)
		}
	}
	if y := byRows(op, args, in, n); y != nil {
		return last(y)
	}
	y, ybd := op.Batch(x, bd, n)
	for i, v := range y {
		if ybd[i] >= 0 {
			y[i] = lastAxis(v, ybd[i], n)
			ybd[i] = v.Rank() - 1
		}
	}
	return y, ybd
}

// mostMembers is how many members a block program takes at most: what is before and after its loops is computed for all of
// them at once. outerBytes is about the memory that their operands and results may take, so that they stay in the caches until the
// loops take them.
const mostMembers, outerBytes = 1 << 13, 1 << 22

// blockSize is the number of members of a block program: no power of two if there are many, as the rows of a member's array
// would then all want the same place in the caches.
func (l LanesOp) blockSize() int {
	bytes := 0
	for _, t := range slices.Concat(l.Prog.InTypes(), l.Prog.OutTypes()) {
		bytes += t.Size() * t.DType.Size()
	}
	return min(max(outerBytes/max(bytes, 1), 2*largestBlock)&^15, mostMembers) + 8
}

// block is the program of n members, which carry them along the first axis outside.
func (l LanesOp) block(n int) *ir.Program {
	return ad.Closed(l.Prog.Name, laneTypes(l.Prog.InTypes(), l.In, n), func(x values) values {
		for i, in := range l.In {
			if in {
				x[i] = MoveTo(x[i], 0, x[i].Rank()-1, n)
			}
		}
		y := members(l.Prog, x, l.In, n)
		for i, v := range y {
			y[i] = MoveTo(v, v.Rank()-1, 0, n)
		}
		return y
	})
}

// inBlocks is the kernel that runs blocks, and those members that are left as one smaller block.
func (l LanesOp) inBlocks(c ir.Compiler) (ir.Kernel, error) {
	size := min(l.blockSize(), l.N)
	run, err := c.Compile(l.block(size), nil)
	if err != nil {
		return nil, err
	}
	last := run
	if rest := l.N % size; rest > 0 {
		if last, err = c.Compile(l.block(rest), nil); err != nil {
			return nil, err
		}
	}
	it, ot := l.Prog.InTypes(), l.Prog.OutTypes()
	checks := mayFail(l.Prog)
	return func(f *ir.Frame, iv, ov []int32) {
		kernel.Parallel((l.N+size-1)/size, 1, func(lo, hi int) {
			xs, ys := make([]ir.Buf, len(iv)), make([]ir.Buf, len(ov))
			for b := lo; b < hi; b++ {
				from, n := b*size, min(size, l.N-b*size)
				for i, v := range iv {
					xs[i] = f.Bufs[v]
					if l.In[i] {
						xs[i] = xs[i].Slice(from*it[i].Size(), n*it[i].Size(), it[i].DType.Size())
					}
				}
				for i, v := range ov {
					ys[i] = f.Bufs[v].Slice(from*ot[i].Size(), n*ot[i].Size(), ot[i].DType.Size())
				}
				r := f.Run
				if checks {
					r = r.Part(from, l.N)
				}
				if n < size {
					last.Run(r, xs, ys)
				} else {
					run.Run(r, xs, ys)
				}
			}
		})
	}, nil
}
