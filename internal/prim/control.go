package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/ad"
	"github.com/argmin-go/argmin/internal/batch"
	"github.com/argmin-go/argmin/internal/ir"
	"github.com/argmin-go/argmin/internal/kernel"
)

// matchTypes checks the operands of a primitive that runs a program.
func matchTypes(op string, want, got []ir.Type) error {
	if len(want) != len(got) {
		return ir.Errorf(ir.ArgumentError, op, "%d operands, want %d", len(got), len(want))
	}
	for i := range want {
		if !want[i].Equal(got[i]) {
			return ir.Errorf(ir.ShapeError, op, "operand %d is %v, want %v", i, got[i], want[i])
		}
	}
	return nil
}

func notNil(vs values) []bool {
	out := make([]bool, len(vs))
	for i, v := range vs {
		out[i] = v != nil
	}
	return out
}

func pickValues(vs values, keep []bool) values {
	var out values
	for i, k := range keep {
		if k {
			out = append(out, vs[i])
		}
	}
	return out
}

func spread(vs values, keep []bool) values {
	out := make(values, len(keep))
	j := 0
	for i, k := range keep {
		if k {
			out[i] = vs[j]
			j++
		}
	}
	return out
}

func allTrue(n int) []bool {
	b := make([]bool, n)
	for i := range b {
		b[i] = true
	}
	return b
}

// fixpoint grows a set of carries until the body maps it into itself.
func fixpoint(carry []bool, body func(carry []bool) (out []bool)) []bool {
	carry = slices.Clone(carry)
	for {
		grown := false
		for i, o := range body(carry) {
			if o && !carry[i] {
				carry[i], grown = true, true
			}
		}
		if !grown {
			return carry
		}
	}
}

// WhileOp repeats carry = Body(consts, carry) while Cond(consts, carry). Its
// operands are NCond constants of Cond, NBody constants of Body, and the carry.
type WhileOp struct {
	Cond, Body   *ir.Program
	NCond, NBody int
}

func (WhileOp) Name() string              { return "while" }
func (w WhileOp) Params() string          { return fmt.Sprintf("%p %p", w.Cond, w.Body) }
func (w WhileOp) Programs() []*ir.Program { return []*ir.Program{w.Cond, w.Body} }

func (w WhileOp) carryTypes() []ir.Type { return w.Body.InTypes()[w.NBody:] }

func (w WhileOp) Infer(in []ir.Type) ([]ir.Type, error) {
	want := slices.Concat(w.Cond.InTypes()[:w.NCond], w.Body.InTypes())
	if err := matchTypes("while", want, in); err != nil {
		return nil, err
	}
	return w.carryTypes(), nil
}

func (w WhileOp) JVP(x, y, dx values) values {
	_, dy := w.JVPAll(x, dx)
	return dy
}

// The tangents of the carry join the carry.
func (w WhileOp) JVPAll(x, dx values) (y, dy values) {
	n := len(x) - w.NCond - w.NBody
	cc, bc, carry := x[:w.NCond], x[w.NCond:w.NCond+w.NBody], x[w.NCond+w.NBody:]
	dbc, dcarry := dx[w.NCond:w.NCond+w.NBody], dx[w.NCond+w.NBody:]
	constActive := notNil(dbc)
	active := fixpoint(notNil(dcarry), func(c []bool) []bool {
		_, out := ad.JVPProgram(w.Body, slices.Concat(constActive, c), c)
		return out
	})
	jvp, _ := ad.JVPProgram(w.Body, slices.Concat(constActive, active), active)
	// jvp: consts, carry, dconsts, dcarry. Wanted: consts, dconsts, carry, dcarry.
	nd := len(pickValues(dbc, constActive))
	body := permuteInputs(jvp, w.NBody, n, nd)
	cond := extendInputs(w.Cond, pickTypes(w.carryTypes(), active))
	init := ad.Zeros(dcarry, w.carryTypes())
	args := slices.Concat(cc, bc, pickValues(dbc, constActive), carry, pickValues(init, active))
	out := ir.Apply(WhileOp{cond, body, w.NCond, w.NBody + nd}, args...)
	return out[:n], spread(out[n:], active)
}

func pickTypes(ts []ir.Type, keep []bool) []ir.Type {
	var out []ir.Type
	for i, k := range keep {
		if k {
			out = append(out, ts[i])
		}
	}
	return out
}

// permuteInputs moves the block of c inputs that follows the first a+b ones before those b.
func permuteInputs(p *ir.Program, a, b, c int) *ir.Program {
	in := slices.Concat(p.In[:a], p.In[a+b:a+b+c], p.In[a:a+b], p.In[a+b+c:])
	return &ir.Program{Name: p.Name, Types: p.Types, In: in, Out: p.Out, Eqns: p.Eqns}
}

// extendInputs adds inputs that the program ignores.
func extendInputs(p *ir.Program, ts []ir.Type) *ir.Program {
	in := slices.Clone(p.In)
	types := slices.Clone(p.Types)
	for _, t := range ts {
		in = append(in, ir.Var(len(types)))
		types = append(types, t)
	}
	return &ir.Program{Name: p.Name, Types: types, In: in, Out: p.Out, Eqns: p.Eqns}
}

// LinearizeAll runs the loop outside and, for the tangents, the loop with its
// tangents inside: that is right forward, but cannot be transposed.
func (w WhileOp) LinearizeAll(x, dx values) (y, dy values) {
	y = ir.Apply(w, x...)
	_, dy = w.JVPAll(x, dx)
	return y, dy
}

func (w WhileOp) Transpose(x, ct values, in []ir.Type) values {
	ir.Throw(ir.Errorf(ir.RuleError, "num.While", "a while loop has no reverse-mode derivative, because its number of iterations is not known; use num.Scan or num.ForLoop, forward mode (num.JVP, num.JacobianFwd), or implicit differentiation (num.CustomRoot)"))
	return nil
}

// When the condition depends on the batch every member runs to its own end, as a
// lane; otherwise the body is batched.
func (w WhileOp) Batch(x values, bd []int, n int) (values, []int) {
	batched := make([]bool, len(x))
	for i, d := range bd {
		batched[i] = d >= 0
	}
	nc := w.NCond + w.NBody
	carry := fixpoint(batched[nc:], func(c []bool) []bool {
		_, out := batch.Program(w.Body, slices.Concat(batched[w.NCond:nc], c), c, n)
		return out
	})
	_, pred := batch.Program(w.Cond, slices.Concat(batched[:w.NCond], carry), nil, n)
	if pred[0] {
		return Lanes(w, x, bd, n)
	}
	cond, _ := batch.Program(w.Cond, slices.Concat(batched[:w.NCond], carry), nil, n)
	body, _ := batch.Program(w.Body, slices.Concat(batched[w.NCond:nc], carry), carry, n)
	args := slices.Clone(x)
	out := make([]int, len(carry))
	for i := range args {
		if batched[i] || i >= nc && carry[i-nc] {
			args[i] = MoveTo(x[i], bd[i], 0, n)
		}
	}
	for i, c := range carry {
		out[i] = -1
		if c {
			out[i] = 0
		}
	}
	return ir.Apply(WhileOp{cond, body, w.NCond, w.NBody}, args...), out
}

func (w WhileOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	nc, nb, n := w.NCond, w.NBody, len(out)
	donate := make([]int, n)
	for i := range donate {
		donate[i] = nb + i
	}
	cond, err := c.Compile(w.Cond, nil)
	if err != nil {
		return nil, err
	}
	body, err := c.Compile(w.Body, donate)
	if err != nil {
		return nil, err
	}
	pool := newScratch(out, func(i int) bool { return !body.InPlace(i) })
	sizes := make([]int, n)
	for i, t := range out {
		sizes[i] = t.DType.Size()
	}
	return func(f *ir.Frame, iv, ov []int32) {
		s := pool.get(nc+n, nb+n)
		for i := range nc {
			s.in1[i] = f.Bufs[iv[i]]
		}
		for i := range nb {
			s.in2[i] = f.Bufs[iv[nc+i]]
		}
		cur, next := s.in2[nb:], s.out
		for i := range n {
			cur[i] = f.Bufs[ov[i]]
			copy(cur[i].Bytes(sizes[i]), f.Bufs[iv[nc+nb+i]].Bytes(sizes[i]))
			if s.spare[i].P != nil || !body.InPlace(i) {
				next[i] = s.spare[i]
			} else {
				next[i] = cur[i]
			}
		}
		ok := ir.As[bool](s.pred)
		for !f.Run.Stopped() {
			copy(s.in1[nc:], cur)
			cond.Run(f.Run, s.in1, s.pred1)
			if !ok[0] {
				break
			}
			body.Run(f.Run, s.in2, next)
			for i := range n {
				cur[i], next[i] = next[i], cur[i]
			}
		}
		for i := range n {
			if o := f.Bufs[ov[i]]; o.P != cur[i].P {
				copy(o.Bytes(sizes[i]), cur[i].Bytes(sizes[i]))
			}
		}
		pool.put(s)
	}, nil
}

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
	in := slices.Concat(l.In, pickBools(l.In, active))
	z := ir.Apply(LanesOp{p, in, l.N}, slices.Concat(x, pickValues(dx, active))...)
	n := len(l.Prog.Out)
	return z[:n], spread(z[n:], out)
}

func pickBools(b, keep []bool) []bool {
	var out []bool
	for i, k := range keep {
		if k {
			out = append(out, b[i])
		}
	}
	return out
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
	args = append(args, pickValues(dx, active)...)
	in = append(in, pickBools(l.In, active)...)
	if len(s.Linear.Out) == 0 {
		return y, make(values, n)
	}
	return y, spread(ir.Apply(LanesOp{s.Linear, in, l.N}, args...), s.Out)
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

func (l LanesOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	run, err := c.Compile(l.Prog, nil)
	if err != nil {
		return nil, err
	}
	it, ot := l.Prog.InTypes(), l.Prog.OutTypes()
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
				run.Run(f.Run, xs, ys)
			}
		})
	}, nil
}
