package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
)

// Lanes of scalars run in blocks: an operation on one number costs some sixty nanoseconds to dispatch and one to
// compute, so that a block in which members wait for the last one is still much faster than one member after the
// other. Each keeps its own end and gets the same bits, as every operation is on single numbers.

// laneBlock is the number of members in a block, as many as an elementwise step takes at a time; fewer than leastBlock are
// not worth another program.
const laneBlock, leastBlock = 512, 16

// inStep reports whether a program consists of operations on single numbers, loops and branches of such, which can
// run for many members at once without an effect that one of them does not have.
func inStep(p *ir.Program) bool {
	if slices.ContainsFunc(p.Types, func(t ir.Type) bool { return t.Size() > 1 }) {
		return false
	}
	return !slices.ContainsFunc(p.Eqns, func(e ir.Eqn) bool {
		switch op := e.Op.(type) {
		case ir.Elementwise, ir.Literal, ground.ReshapeOp, ground.BroadcastOp, ground.TransposeOp, ground.SumOp, ReduceOp, NormOp, SliceOp, ConcatOp, StopOp:
			return false
		case WhileOp:
			return !inStep(op.Cond) || !inStep(op.Body)
		case SwitchOp:
			return slices.ContainsFunc(op.Branches, func(b *ir.Program) bool { return !inStep(b) })
		case LanesOp:
			return !inStep(op.Prog)
		case RootOp:
			return !inStep(op.Run)
		}
		return true
	})
}

// block is the program of n members at once.
func (l LanesOp) block(n int) *ir.Program {
	return ad.Closed(l.Prog.Name, laneTypes(l.Prog.InTypes(), l.In, n), func(x values) values {
		bd := make([]int, len(x))
		for i, in := range l.In {
			if !in {
				bd[i] = -1
			}
		}
		y, ybd := batch.InterpretBy(inLockstep, l.Prog, x, bd, n)
		for i := range y {
			y[i] = MoveTo(y[i], ybd[i], 0, n)
		}
		return y
	})
}

// inBlocks is the kernel that runs blocks, and those members that are left as one smaller block.
func (l LanesOp) inBlocks(c ir.Compiler) (ir.Kernel, error) {
	size := min(laneBlock, l.N)
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
				if n < size {
					last.Run(f.Run, xs, ys)
				} else {
					run.Run(f.Run, xs, ys)
				}
			}
		})
	}, nil
}
