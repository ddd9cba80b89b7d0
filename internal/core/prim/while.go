package prim

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// WhileOp repeats carry = Body(consts, carry) while Cond(consts, carry). Its
// operands are NCond constants of Cond, NBody constants of Body, and the carry.
type WhileOp struct {
	Cond, Body   *ir.Program
	NCond, NBody int
	Max          int // a promise: at most Max iterations; 0 for none
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
	nd := len(ad.Pick(dbc, constActive))
	body := permuteInputs(jvp, w.NBody, n, nd)
	cond := extendInputs(w.Cond, ad.Pick(w.carryTypes(), active))
	init := ad.Zeros(dcarry, w.carryTypes())
	args := slices.Concat(cc, bc, ad.Pick(dbc, constActive), carry, ad.Pick(init, active))
	out := ir.Apply(WhileOp{cond, body, w.NCond, w.NBody + nd, w.Max}, args...)
	return out[:n], ad.Spread(out[n:], active)
}

// LinearizeAll runs the loop outside and, for the tangents, the loop with its
// tangents inside: that is right forward, but cannot be transposed. With a bound
// on the iterations, the loop is a scan, which can.
func (w WhileOp) LinearizeAll(x, dx values) (y, dy values) {
	if w.Max > 0 {
		return w.bounded(x).LinearizeAll(x, dx)
	}
	y = ir.Apply(w, x...)
	_, dy = w.JVPAll(x, dx)
	return y, dy
}

// bounded is the loop as a scan of about √Max chunks of as many steps, each of
// which does nothing once the condition is false. Chunks are checkpoints: reverse
// mode keeps one carry a chunk and the steps of one chunk at a time.
func (w WhileOp) bounded(x values) ScanOp {
	chunk := int(math.Ceil(math.Sqrt(float64(w.Max))))
	nc, types := w.NCond+w.NBody, ir.TypesOf(x)
	id := ad.Closed("while", types, func(z values) values { return z[nc:] })
	guarded := func(step *ir.Program) *ir.Program {
		return ad.Closed("while", types, func(z values) values {
			ok := ir.Inline(w.Cond, slices.Concat(z[:w.NCond], z[nc:]))[0]
			return ir.Apply(SwitchOp{Branches: []*ir.Program{id, step}}, slices.Concat(values{Convert(ok, ir.Int32)}, z)...)
		})
	}
	step := guarded(ad.Closed("while", types, func(z values) values { return ir.Inline(w.Body, z[w.NCond:]) }))
	steps := ad.Closed("while", types, func(z values) values {
		return ir.Apply(ScanOp{Body: step, NConst: nc, NCarry: len(types) - nc, Len: chunk}, z...)
	})
	outer := guarded(ad.Closed("while", types, func(z values) values { return ir.Apply(CheckpointOp{steps}, z...) }))
	return ScanOp{Body: outer, NConst: nc, NCarry: len(types) - nc, Len: (w.Max + chunk - 1) / chunk}
}

func (w WhileOp) Transpose(x, ct values, in []ir.Type) values {
	ir.Throw(ir.Errorf(ir.RuleError, "num.While",
		"a while loop has no reverse-mode derivative, because its number of iterations is not known; use "+
			"num.WhileMax, num.Scan or num.ForLoop, forward mode (num.JVP, num.JacobianFwd), or implicit differentiation "+
			"(num.CustomRoot)"))
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
	return ir.Apply(WhileOp{cond, body, w.NCond, w.NBody, w.Max}, args...), out
}

// DependAll implements [deps.Whole]: step by step while the condition is known, and after that for
// any number of steps.
func (w WhileOp) DependAll(t *deps.Table, x []deps.Array, out []ir.Type) []deps.Array {
	if !deps.Any(x) {
		return make([]deps.Array, len(out))
	}
	cc, bc, carry := x[:w.NCond], x[w.NCond:w.NCond+w.NBody], x[w.NCond+w.NBody:]
	for t.Step(w.Body) {
		ok := t.Interpret(w.Cond, slices.Concat(deps.Only(cc), deps.Only(carry)))[0].Known
		switch {
		case ok == nil:
			return t.Fixpoint(w.Body, bc, carry)
		case !ir.As[bool](ok.Buf())[0]:
			return carry
		}
		carry = t.Interpret(w.Body, slices.Concat(bc, carry))
	}
	return t.Fixpoint(w.Body, bc, carry)
}

// step is Body followed by Cond of what it gives, on operands of both: one program
// per iteration.
func (w WhileOp) step() *ir.Program {
	types := slices.Concat(w.Cond.InTypes()[:w.NCond], w.Body.InTypes())
	return ad.Closed(w.Body.Name, types, func(x values) values {
		y := ir.Inline(w.Body, x[w.NCond:])
		return append(y, ir.Inline(w.Cond, slices.Concat(x[:w.NCond], y))[0])
	})
}

func (w WhileOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	nc, n := w.NCond+w.NBody, len(out)
	donate := make([]int, n+1)
	keep := w.Body.MayAbandon() // what the loop had before, until a step is done
	for i := range n {
		donate[i] = nc + i
		if keep {
			donate[i] = -1
		}
	}
	donate[n] = -1
	cond, err := c.Compile(w.Cond, nil)
	if err != nil {
		return nil, err
	}
	step, err := c.Compile(w.step(), donate)
	if err != nil {
		return nil, err
	}
	if l, ok := step.(ir.Looper); ok && !keep {
		if k := l.While(nc, w.Cond); k != nil {
			return k, nil
		}
	}
	pool := newScratch(out, func(i int) bool { return !step.InPlace(i) })
	sizes := make([]int, n)
	for i, t := range out {
		sizes[i] = t.DType.Size()
	}
	return func(f *ir.Frame, iv, ov []int32) {
		s := pool.get(w.NCond+n, nc+n)
		for i := range nc {
			s.in2[i] = f.Bufs[iv[i]]
		}
		copy(s.in1, s.in2[:w.NCond])
		cur, next := s.in2[nc:], s.out[:n]
		for i := range n {
			cur[i] = f.Bufs[ov[i]]
			copy(cur[i].Bytes(sizes[i]), f.Bufs[iv[nc+i]].Bytes(sizes[i]))
			if s.spare[i].P != nil || !step.InPlace(i) {
				next[i] = s.spare[i]
			} else {
				next[i] = cur[i]
			}
		}
		s.out[n] = s.pred
		ok := ir.As[bool](s.pred)
		if !f.Run.Stopped() {
			copy(s.in1[w.NCond:], cur)
			cond.Run(f.Run, s.in1, s.pred1)
			for ok[0] && !f.Run.Stopped() {
				step.Run(f.Run, s.in2, s.out)
				if keep && f.Run.Abandoned() {
					break
				}
				for i := range n {
					cur[i], next[i] = next[i], cur[i]
				}
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

func (w WhileOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	nc := w.NCond + w.NBody
	return b.While(x[nc:],
		func(c []stablehlo.Value) stablehlo.Value { return b.Program(w.Cond, slices.Concat(x[:w.NCond], c))[0] },
		func(c []stablehlo.Value) []stablehlo.Value {
			return b.Program(w.Body, slices.Concat(x[w.NCond:nc], c))
		})
}

var _ = register(WhileOp{})

// lockstep continues while any member does; the others keep what they have.
func (w WhileOp) lockstep(x values, bd []int, n int) (values, []int) {
	nc := w.NCond + w.NBody
	args, in := leadBatch(x, bd, n)
	for i := nc; i < len(x); i++ {
		args[i] = MoveTo(x[i], bd[i], 0, n)
	}
	all := allTrue(len(x) - nc)
	cond, _ := batch.Program(w.Cond, slices.Concat(in[:w.NCond], all), []bool{true}, n)
	body, _ := batch.Program(w.Body, slices.Concat(in[w.NCond:nc], all), all, n)
	types := append(ir.TypesOf(args), ir.T(ir.Bool, n))
	going := ad.Closed("while", types, func(z values) values { return values{ReduceOr(z[len(z)-1], 0)} })
	step := ad.Closed("while", types, func(z values) values {
		carry, on := z[nc:len(z)-1], z[len(z)-1]
		next := ir.Inline(body, z[w.NCond:len(z)-1])
		for i, v := range next {
			next[i] = Select(Broadcast(on, v.Shape, []int{0}), v, carry[i])
		}
		more := ir.Inline(cond, slices.Concat(z[:w.NCond], next))[0]
		return append(next, And(on, more))
	})
	start := ir.Inline(cond, slices.Concat(args[:w.NCond], args[nc:]))[0]
	loop := WhileOp{Cond: going, Body: step, NCond: nc, NBody: nc}
	y := ir.Apply(loop, slices.Concat(args[:nc], args[:nc], args[nc:], values{start})...)
	y = y[:len(y)-1]
	return y, make([]int, len(y))
}

// Place: the carry stays where it starts.
func (w WhileOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	return in[w.NCond+w.NBody:]
}
