package prim

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// cheapBranches is the number of elements that the operations of branches may have in all so that they are all computed for
// all members, and each takes the results of its own: bringing the members of one branch together costs as much as some tens of operations.
const cheapBranches = 40

// switchOfMembers applies a switch to n members along the last axis of the operands marked in, each with its own choice.
func switchOfMembers(s SwitchOp, x values, in []bool, n int) values {
	x = slices.Clone(x)
	x[0] = Max(Min(x[0], like(x[0], float64(len(s.Branches)-1))), like(x[0], 0))
	if !s.cheap() {
		return ir.Apply(memberSwitchOp{S: s, In: in[1:], N: n}, x...)
	}
	var y values
	for k, p := range s.Branches {
		z := members(p, x[1:], in[1:], n)
		if k == 0 {
			y = z
			continue
		}
		mine := Eq(x[0], like(x[0], float64(k)))
		for i, v := range z {
			y[i] = Select(Broadcast(mine, v.Shape, []int{v.Rank() - 1}), v, y[i])
		}
	}
	return y
}

// cheap reports whether all branches may be computed for all members. A loop might not end for a member that does not take it.
func (s SwitchOp) cheap() bool {
	var w work
	for _, p := range s.Branches {
		if hasLoop(p) || !w.add(p, true) {
			return false
		}
	}
	return w.elements <= cheapBranches
}

// memberSwitchOp is a switch of n members, which lie along the last axis of the operands: each one's choice, which is one of the
// branches, and the operands of the branches, of which In marks those that differ from member to member. It exists inside
// of kernels only.
type memberSwitchOp struct {
	kernelOnly
	S  SwitchOp
	In []bool
	N  int
}

func (memberSwitchOp) Name() string              { return "switch" }
func (s memberSwitchOp) Params() string          { return fmt.Sprintf("%v %d %s", s.In, s.N, s.S.Params()) }
func (s memberSwitchOp) Programs() []*ir.Program { return s.S.Programs() }

func (s memberSwitchOp) Infer([]ir.Type) ([]ir.Type, error) {
	return memberTypes(s.S.Branches[0].OutTypes(), nil, s.N), nil
}

// branchOf is a branch for n members, for 1 without an axis of members.
func (s memberSwitchOp) branchOf(p *ir.Program, n int) *ir.Program {
	if n == 1 {
		return p
	}
	v, _ := p.Plan(blockKey{in: fmt.Sprint(s.In), n: n}, func() (any, error) {
		return ad.Closed(p.Name, memberTypes(p.InTypes(), s.In, n), func(x values) values { return members(p, x, s.In, n) }), nil
	})
	return v.(*ir.Program)
}

func (s memberSwitchOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	r := &memberSwitch{op: s, c: c, operands: s.S.Branches[0].InTypes(), results: s.S.Branches[0].OutTypes(),
		branches: make([]memberBranch, len(s.S.Branches))}
	for k, p := range s.S.Branches {
		b := &r.branches[k]
		b.p, b.loops = p, hasLoop(p)
		if b.pass = passes(p); b.pass != nil {
			continue
		}
		for n := s.N; n >= 8; n /= 4 {
			b.stages = append(b.stages, &branchStage{n: n})
		}
		b.stages = append(b.stages, &branchStage{n: 1})
	}
	return func(f *ir.Frame, iv, ov []int32) {
		r.run(f.Run, ir.As[int32](f.Bufs[iv[0]]), bufsOf(f, iv[1:]), bufsOf(f, ov))
	}, nil
}

// memberSwitch is a [memberSwitchOp] prepared to run.
type memberSwitch struct {
	op                memberSwitchOp
	c                 ir.Compiler
	operands, results []ir.Type // of one member
	branches          []memberBranch
}

type memberBranch struct {
	p      *ir.Program
	pass   []int // the operands that are the results of a branch that does nothing
	loops  bool
	stages []*branchStage // for fewer and fewer members, the last one for one
}

// branchStage is a branch for n members.
type branchStage struct {
	n    int
	once sync.Once
	run  ir.Runnable
	err  error
	pool sync.Pool // of *branchArgs
}

// branchArgs are the members of a branch, and their results.
type branchArgs struct {
	own, in, out []ir.Buf
	all          []int32 // the places of members
}

func (r *memberSwitch) run(run *ir.Run, choice []int32, x, y []ir.Buf) {
	count := make([]int, len(r.branches))
	most := 0
	for _, k := range choice {
		count[k]++
	}
	for k, c := range count {
		if c > count[most] {
			most = k
		}
	}
	// The results of most members first, as those of all.
	base := -1
	if b := &r.branches[most]; !b.loops || count[most] == r.op.N {
		if r.all(run, b, x, y) {
			base = most
		}
	}
	for k := range r.branches {
		if k == base || count[k] == 0 {
			continue
		}
		mine := make([]int32, 0, count[k])
		for j, c := range choice {
			if int(c) == k {
				mine = append(mine, int32(j))
			}
		}
		r.some(run, &r.branches[k], mine, x, y)
	}
}

// all gives all members the results of one branch.
func (r *memberSwitch) all(run *ir.Run, b *memberBranch, x, y []ir.Buf) bool {
	if b.pass != nil {
		for i, from := range b.pass {
			if !r.op.In[from] {
				return false
			}
			size := r.results[i].DType.Size()
			copy(y[i].Bytes(size), x[from].Bytes(size))
		}
		return true
	}
	s := b.stages[0]
	if s.n != r.op.N || r.prepare(b, s) != nil {
		return false
	}
	s.run.Run(run, x, y)
	return true
}

func (r *memberSwitch) prepare(b *memberBranch, s *branchStage) error {
	s.once.Do(func() { s.run, s.err = r.c.Compile(r.op.branchOf(b.p, s.n), nil) })
	return s.err
}

// some gives the members that take a branch their results.
func (r *memberSwitch) some(run *ir.Run, b *memberBranch, mine []int32, x, y []ir.Buf) {
	n := r.op.N
	if b.pass != nil {
		for i, from := range b.pass {
			if r.op.In[from] {
				copyColumns(r.results[i], y[i], n, mine, x[from], n, mine)
			} else {
				copyColumns(r.results[i], y[i], n, mine, x[from], 1, []int32{0})
			}
		}
		return
	}
	s := b.stageFor(len(mine))
	if err := r.prepare(b, s); err != nil {
		run.Fail(err, true)
		return
	}
	a, ok := s.pool.Get().(*branchArgs)
	if !ok {
		a = r.arguments(s.n)
	}
	for len(mine) > 0 {
		some := mine[:min(len(mine), s.n)]
		mine = mine[len(some):]
		copy(a.in, x)
		for i, t := range r.operands {
			if !r.op.In[i] {
				continue
			}
			a.in[i] = a.own[i]
			copyColumns(t, a.own[i], s.n, a.all, x[i], n, some) // those that are too many repeat the last
		}
		s.run.Run(run, a.in, a.out)
		for i, t := range r.results {
			copyColumns(t, y[i], n, some, a.out[i], s.n, a.all[:len(some)])
		}
	}
	clear(a.in)
	s.pool.Put(a)
}

// dispatch is on about how many members an operation computes in the time that it takes to begin with it.
const dispatch = 8

// stageFor is the block in which n members take the least time, one after the other if there is no room for all.
func (b *memberBranch) stageFor(n int) *branchStage {
	best, least := b.stages[0], math.MaxInt
	for _, s := range b.stages {
		if cost := (n + s.n - 1) / s.n * (s.n + dispatch); cost < least {
			best, least = s, cost
		}
	}
	return best
}

func (r *memberSwitch) arguments(n int) *branchArgs {
	a := &branchArgs{own: make([]ir.Buf, len(r.operands)), in: make([]ir.Buf, len(r.operands)), out: make([]ir.Buf, len(r.results)),
		all: make([]int32, n)}
	for j := range a.all {
		a.all[j] = int32(j)
	}
	for i, t := range r.operands {
		if r.op.In[i] {
			a.own[i] = ir.NewBuf(t.DType, t.Size()*n)
		}
	}
	for i, t := range r.results {
		a.out[i] = ir.NewBuf(t.DType, t.Size()*n)
	}
	return a
}
