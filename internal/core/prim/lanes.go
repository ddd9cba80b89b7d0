package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// LanesOp runs a program once for every member of a batch, each to its own end:
// a batch of loops costs the sum of its members' iterations. Inputs marked in In
// carry the batch as their first axis; all outputs do.
type LanesOp struct {
	Prog *ir.Program
	In   []bool
	N    int
}

func (LanesOp) Name() string              { return "lanes" }
func (l LanesOp) Params() string          { return fmt.Sprintf("%d %v %p", l.N, l.In, l.Prog) }
func (l LanesOp) Programs() []*ir.Program { return []*ir.Program{l.Prog} }

func laneTypes(ts []ir.Type, in []bool, n int) []ir.Type {
	out := slices.Clone(ts)
	for i := range out {
		if in == nil || in[i] {
			out[i] = ts[i].WithShape(append([]int{n}, ts[i].Shape...))
		}
	}
	return out
}

func (l LanesOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := matchTypes("lanes", laneTypes(l.Prog.InTypes(), l.In, l.N), in); err != nil {
		return nil, err
	}
	return laneTypes(l.Prog.OutTypes(), nil, l.N), nil
}

// Lanes runs one primitive lane by lane: it is the batching rule of primitives
// whose members take different paths.
func Lanes(op ir.Op, x values, bd []int, n int) (values, []int) {
	types := make([]ir.Type, len(x))
	in := make([]bool, len(x))
	args := slices.Clone(x)
	for i, v := range x {
		types[i] = v.Type
		if bd[i] >= 0 {
			in[i] = true
			args[i] = MoveTo(v, bd[i], 0, n)
			types[i] = v.WithShape(args[i].Shape[1:])
		}
	}
	p, _ := ad.Trace(op.Name(), types, func(x values) values { return ir.Apply(op, x...) })
	y := ir.Apply(LanesOp{p, in, n}, args...)
	return y, make([]int, len(y))
}

func (l LanesOp) JVP(x, y, dx values) values {
	_, dy := l.JVPAll(x, dx)
	return dy
}

func (l LanesOp) JVPAll(x, dx values) (y, dy values) {
	active := notNil(dx)
	p, out := ad.JVPProgram(l.Prog, active, nil)
	in := slices.Concat(l.In, ad.Pick(l.In, active))
	z := ir.Apply(LanesOp{p, in, l.N}, slices.Concat(x, ad.Pick(dx, active))...)
	n := len(l.Prog.Out)
	return z[:n], ad.Spread(z[n:], out)
}

func (l LanesOp) LinearizeAll(x, dx values) (y, dy values) {
	active := notNil(dx)
	s := ad.LinearizeProgram(l.Prog, active, nil)
	z := ir.Apply(LanesOp{s.Known, l.In, l.N}, x...)
	n := len(l.Prog.Out)
	y, extra := z[:n], z[n:]
	args := make(values, 0, len(s.Res))
	var in []bool
	for _, r := range s.Res {
		if r.Input >= 0 {
			args, in = append(args, x[r.Input]), append(in, l.In[r.Input])
		} else {
			args, in = append(args, extra[0]), append(in, true)
			extra = extra[1:]
		}
	}
	args = append(args, ad.Pick(dx, active)...)
	in = append(in, ad.Pick(l.In, active)...)
	if len(s.Linear.Out) == 0 {
		return y, make(values, n)
	}
	return y, ad.Spread(ir.Apply(LanesOp{s.Linear, in, l.N}, args...), s.Out)
}

// The linear inputs come after the residuals; the cotangent of one that is
// shared by all lanes is the sum of theirs.
func (l LanesOp) Transpose(x, ct values, in []ir.Type) values {
	var res values
	var resIn []bool
	var order []ir.Var
	var lin []int
	for i, v := range x {
		if v != nil {
			res, resIn, order = append(res, v), append(resIn, l.In[i]), append(order, l.Prog.In[i])
		} else {
			lin = append(lin, i)
		}
	}
	for _, i := range lin {
		order = append(order, l.Prog.In[i])
	}
	p := &ir.Program{Name: l.Prog.Name, Types: l.Prog.Types, In: order, Out: l.Prog.Out, Eqns: l.Prog.Eqns}
	t := ad.TransposeProgram(p, len(res))
	cts := ad.Zeros(ct, laneTypes(l.Prog.OutTypes(), nil, l.N))
	y := ir.Apply(LanesOp{t, slices.Concat(resIn, allTrue(len(cts))), l.N}, slices.Concat(res, cts)...)
	out := make(values, len(x))
	for j, i := range lin {
		out[i] = y[j]
		if !l.In[i] {
			out[i] = ReduceSum(y[j], 0)
		}
	}
	return out
}

// A batch of lanes is more lanes.
func (l LanesOp) Batch(x values, bd []int, n int) (values, []int) {
	args := make(values, len(x))
	in := make([]bool, len(x))
	for i, v := range x {
		args[i] = v
		if bd[i] < 0 && !l.In[i] {
			continue
		}
		in[i] = true
		v = MoveTo(v, bd[i], 0, n) // [n, (N,) …]
		if !l.In[i] {
			v = MoveTo(v, -1, 1, l.N)
		}
		args[i] = Reshape(v, append([]int{n * l.N}, v.Shape[2:]...))
	}
	y := ir.Apply(LanesOp{l.Prog, in, n * l.N}, args...)
	for i, v := range y {
		y[i] = Reshape(v, append([]int{n, l.N}, v.Shape[1:]...))
	}
	return y, make([]int, len(y))
}

// DependAll implements [deps.Whole]: member by member.
func (l LanesOp) DependAll(t *deps.Table, x []deps.Array, out []ir.Type) []deps.Array {
	if !deps.Any(x) {
		return make([]deps.Array, len(out))
	}
	shared := 0
	for shared < len(x) && !l.In[shared] {
		shared++
	}
	step := t.Steps(l.Prog, x, shared, l.N)
	ys := make([][]deps.Array, l.N)
	for k := range l.N {
		in := slices.Clone(x)
		for i, a := range x {
			if l.In[i] {
				in[i] = a.Part(k)
			}
		}
		ys[k] = step(in)
	}
	res := make([]deps.Array, len(out))
	for j, sets := range deps.Stacked(ys, out) {
		res[j].Sets = sets
	}
	return res
}

func (l LanesOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	if l.N >= leastBlock && inBlocks(l.Prog) {
		return l.inBlocks(c)
	}
	run, err := c.Compile(l.Prog, nil)
	if err != nil {
		return nil, err
	}
	it, ot := l.Prog.InTypes(), l.Prog.OutTypes()
	checks := mayFail(l.Prog)
	return func(f *ir.Frame, iv, ov []int32) {
		kernel.Parallel(l.N, 1, func(lo, hi int) {
			xs, ys := make([]ir.Buf, len(iv)), make([]ir.Buf, len(ov))
			for lane := lo; lane < hi; lane++ {
				for i, v := range iv {
					xs[i] = f.Bufs[v]
					if l.In[i] {
						xs[i] = xs[i].Slice(lane*it[i].Size(), it[i].Size(), it[i].DType.Size())
					}
				}
				for i, v := range ov {
					ys[i] = f.Bufs[v].Slice(lane*ot[i].Size(), ot[i].Size(), ot[i].DType.Size())
				}
				r := f.Run
				if checks {
					r = r.Member(lane, l.N)
				}
				run.Run(r, xs, ys)
			}
		})
	}, nil
}

// mayFail reports whether there are checks in a program, which then name the lane.
func mayFail(p *ir.Program) bool {
	return slices.ContainsFunc(p.Eqns, func(e ir.Eqn) bool {
		if _, ok := e.Op.(CheckOp); ok {
			return true
		}
		sub, ok := e.Op.(interface{ Programs() []*ir.Program })
		return ok && slices.ContainsFunc(sub.Programs(), mayFail)
	})
}

// StableHLO runs all members at once, in lockstep.
func (l LanesOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return expand(b, x, func(x values) values {
		bd := make([]int, len(x))
		for i, in := range l.In {
			if !in {
				bd[i] = -1
			}
		}
		y, ybd := batch.InterpretBy(inLockstep, l.Prog, x, bd, l.N)
		for i := range y {
			y[i] = MoveTo(y[i], ybd[i], 0, l.N)
		}
		return y
	})
}

var _ = register(LanesOp{})

// lockstepper is implemented by the primitives that Batch runs in lanes: lockstep
// is the batching rule for executors that run all members at once.
type lockstepper interface {
	ir.Op
	lockstep(x values, bd []int, n int) (values, []int)
}

// inLockstep is the batching rule by which programs run all members at once.
func inLockstep(op ir.Op, x values, bd []int, n int) (values, []int) {
	if l, ok := op.(lockstepper); ok {
		return l.lockstep(x, bd, n)
	}
	return op.Batch(x, bd, n)
}

// typesOfMembers are the types of one member's operands.
func typesOfMembers(x values, bd []int) []ir.Type {
	ts := ir.TypesOf(x)
	for i, d := range bd {
		if d >= 0 {
			ts[i] = x[i].WithShape(slices.Delete(slices.Clone(x[i].Shape), d, d+1))
		}
	}
	return ts
}

// oneByOne applies a primitive to the members of a batch in turn.
func oneByOne(op ir.Op, x values, bd []int, n int) (values, []int) {
	var order []int
	var shared, stacked values
	for i, v := range x {
		if bd[i] < 0 {
			order, shared = append(order, i), append(shared, v)
		}
	}
	for i, v := range x {
		if bd[i] >= 0 {
			order, stacked = append(order, i), append(stacked, MoveTo(v, bd[i], 0, n))
		}
	}
	p := ad.Closed(op.Name(), typesOfMembers(x, bd), func(z values) values { return ir.Apply(op, z...) })
	y := ir.Apply(ScanOp{Body: rewire(p, order, nil), NConst: len(shared), Len: n}, append(shared, stacked...)...)
	return y, make([]int, len(y))
}

// Place: the members stay where they are.
func (l LanesOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	out := make([]*ir.Sharding, len(y))
	for i, s := range in {
		if s == nil || !l.In[i] || s.Axes[0] == "" {
			continue
		}
		for j, t := range y {
			axes := make([]string, t.Rank())
			axes[0] = s.Axes[0]
			out[j] = &ir.Sharding{Mesh: s.Mesh, Axes: axes}
		}
		break
	}
	return out
}
