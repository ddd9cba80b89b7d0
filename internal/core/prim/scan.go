package prim

import (
	"fmt"
	"slices"
	"sync"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// ScanOp runs Body: consts…, carry…, x… → carry…, y… once for each of Len slices
// of the xs along their first axis, in order or in reverse. Its operands are
// NConst constants, NCarry initial carries and the xs; its results the last carry
// and the stacked ys.
type ScanOp struct {
	Body           *ir.Program
	NConst, NCarry int
	Len            int
	Reverse        bool
	// Linear promises that the results are linear in the carries (and in some of
	// the other operands): a carry with a known start is then one that starts at
	// zero, and not something like a counter.
	Linear bool
}

func (ScanOp) Name() string { return "scan" }
func (s ScanOp) Params() string {
	return fmt.Sprintf("%d reverse=%t %p", s.Len, s.Reverse, s.Body)
}
func (s ScanOp) Programs() []*ir.Program { return []*ir.Program{s.Body} }

func (s ScanOp) Infer(in []ir.Type) ([]ir.Type, error) {
	want := s.Body.InTypes()
	for i := s.NConst + s.NCarry; i < len(want); i++ {
		want[i] = stackedType(want[i], s.Len)
	}
	if err := matchTypes("scan", want, in); err != nil {
		return nil, err
	}
	out := s.Body.OutTypes()
	for i := s.NCarry; i < len(out); i++ {
		out[i] = stackedType(out[i], s.Len)
	}
	return out, nil
}

func stackedType(t ir.Type, n int) ir.Type { return t.WithShape(append([]int{n}, t.Shape...)) }

// activity finds which carries have tangents, given which of all inputs have.
func (s ScanOp) activity(dx values, body func(in, force []bool) (out []bool)) (in, out []bool) {
	start := notNil(dx)
	nc, n := s.NConst, s.NConst+s.NCarry
	all := func(c []bool) []bool { return slices.Concat(start[:nc], c, start[n:]) }
	force := func(c []bool) []bool {
		return slices.Concat(c, make([]bool, len(s.Body.Out)-s.NCarry))
	}
	carry := fixpoint(start[nc:n], func(c []bool) []bool { return body(all(c), force(c))[:s.NCarry] })
	return all(carry), force(carry)
}

func (s ScanOp) JVP(x, y, dx values) values {
	_, dy := s.JVPAll(x, dx)
	return dy
}

// The tangents join the constants, the carry and the xs.
func (s ScanOp) JVPAll(x, dx values) (y, dy values) {
	active, force := s.activity(dx, func(in, force []bool) []bool {
		_, out := ad.JVPProgram(s.Body, in, force)
		return out
	})
	p, out := ad.JVPProgram(s.Body, active, force)
	nc, n, no := s.NConst, s.NConst+s.NCarry, len(s.Body.Out)
	at := func(lo, hi int) []int { // positions among p's inputs of the tangents of inputs lo…hi
		return span(len(x)+len(where(active, 0, lo)), len(where(active, lo, hi)))
	}
	order := slices.Concat(span(0, nc), at(0, nc), span(nc, s.NCarry), at(nc, n), span(n, len(x)-n), at(n, len(x)))
	dcarry := len(where(out, 0, s.NCarry))
	dys := len(where(out, s.NCarry, no))
	outs := slices.Concat(span(0, s.NCarry), span(no, dcarry), span(s.NCarry, no-s.NCarry), span(no+dcarry, dys))
	args := slices.Concat(x, ad.Pick(s.zeros(dx, x, active), active))
	op := ScanOp{Body: rewire(p, order, outs), NConst: nc + len(where(active, 0, nc)), NCarry: s.NCarry + dcarry,
		Len: s.Len, Reverse: s.Reverse}
	z := ir.Apply(op, take(args, order)...)
	y = slices.Concat(z[:s.NCarry], z[s.NCarry+dcarry:no+dcarry])
	return y, ad.Spread(slices.Concat(z[s.NCarry:s.NCarry+dcarry], z[no+dcarry:]), out)
}

// zeros fills in the tangents of active operands that have none.
func (s ScanOp) zeros(dx, x values, active []bool) values {
	out := slices.Clone(dx)
	for i, v := range x {
		if active[i] && dx[i] == nil {
			out[i] = like(v, 0)
		}
	}
	return out
}

// LinearizeAll runs the scan with the residuals of every step as further ys, and
// records a linear scan over them. A carry that is a residual becomes a y too.
func (s ScanOp) LinearizeAll(x, dx values) (y, dy values) {
	nc, n, nx, no := s.NConst, s.NConst+s.NCarry, len(x), len(s.Body.Out)
	active, force := s.activity(dx, func(in, force []bool) []bool {
		return ad.LinearizeProgram(s.Body, in, force).Out
	})
	split := ad.LinearizeProgram(s.Body, active, force)
	known := split.Known
	var constRes, stackRes []int // positions among Linear's inputs
	var consts, stacks values
	var fromKnown []int // for each of stackRes: the index among the scan's results, or -1
	extra := no
	for j, r := range split.Res {
		switch {
		case r.Input >= 0 && r.Input < nc:
			constRes, consts = append(constRes, j), append(consts, x[r.Input])
			continue
		case r.Input >= n:
			stacks, fromKnown = append(stacks, x[r.Input]), append(fromKnown, -1)
		case r.Input >= 0:
			known = rewire(known, nil, nil)
			known.Out = append(slices.Clone(known.Out), known.In[r.Input])
			stacks, fromKnown = append(stacks, nil), append(fromKnown, len(known.Out)-1)
		default:
			stacks, fromKnown = append(stacks, nil), append(fromKnown, extra)
			extra++
		}
		stackRes = append(stackRes, j)
	}
	z := ir.Apply(ScanOp{Body: known, NConst: nc, NCarry: s.NCarry, Len: s.Len, Reverse: s.Reverse}, x...)
	for i, k := range fromKnown {
		if k >= 0 {
			stacks[i] = z[k]
		}
	}
	y = z[:no]
	if len(split.Linear.Out) == 0 {
		return y, make(values, no)
	}
	nr := len(split.Res)
	dc, dcarry, dxs := len(where(active, 0, nc)), len(where(active, nc, n)), len(where(active, n, nx))
	order := slices.Concat(constRes, span(nr, dc+dcarry), stackRes, span(nr+dc+dcarry, dxs))
	d := ad.Pick(s.zeros(dx, x, active), active)
	op := ScanOp{rewire(split.Linear, order, nil), len(constRes) + dc, dcarry, s.Len, s.Reverse, true}
	return y, ad.Spread(ir.Apply(op, slices.Concat(consts, d[:dc+dcarry], stacks, d[dc+dcarry:])...), split.Out)
}

// Transpose runs the transposed body backwards; the cotangents of the constants
// accumulate in the carry.
func (s ScanOp) Transpose(x, ct values, in []ir.Type) values {
	nc, n := s.NConst, s.NConst+s.NCarry
	for _, v := range x[nc:n] {
		if v != nil && !s.Linear {
			return transposeByLinearization(s, x, ct, in)
		}
	}
	linear := make([]bool, len(x))
	known := make([]bool, len(x))
	for i, v := range x {
		linear[i], known[i] = v == nil, v != nil
	}
	resC, linC := where(known, 0, nc), where(linear, 0, nc)
	resX, linX := where(known, n, len(x)), where(linear, n, len(x))
	p := rewire(s.Body, slices.Concat(resC, resX, linC, span(nc, s.NCarry), linX), nil)
	back := ad.TransposeProgram(p, len(resC)+len(resX)) // res…, ct of carry and ys… → ct of linC, carry, linX
	bt := s.Body.InTypes()
	// The body of the transposed scan: resC…, accumulators…, ct of carry…, resX…, ct of ys…
	types := slices.Concat(take(bt, resC), take(bt, linC), bt[nc:n], take(bt, resX), s.Body.OutTypes()[s.NCarry:])
	body := ad.Closed(s.Body.Name, types, func(z values) values {
		a, b := len(resC), len(resC)+len(linC)
		c := b + s.NCarry
		d := c + len(resX)
		out := ir.Inline(back, slices.Concat(z[:a], z[c:d], z[b:c], z[d:]))
		for i := range linC {
			out[i] = Add(z[a+i], out[i])
		}
		return out
	})
	outTypes, _ := s.Infer(in)
	cts := ad.Zeros(ct, outTypes)
	acc := make(values, len(linC))
	for i, j := range linC {
		acc[i] = ir.Full(in[j], 0)
	}
	op := ScanOp{body, len(resC), len(linC) + s.NCarry, s.Len, !s.Reverse, true}
	y := ir.Apply(op, slices.Concat(take(x, resC), acc, cts[:s.NCarry], take(x, resX), cts[s.NCarry:])...)
	out := make(values, len(x))
	for i, j := range slices.Concat(linC, span(nc, s.NCarry), linX) {
		if x[j] == nil {
			out[j] = y[i]
		}
	}
	return out
}

// The batch is the second axis of what is stacked.
func (s ScanOp) Batch(x values, bd []int, n int) (values, []int) {
	batched := make([]bool, len(x))
	for i, d := range bd {
		batched[i] = d >= 0
	}
	nc, m := s.NConst, s.NConst+s.NCarry
	carry := fixpoint(batched[nc:m], func(c []bool) []bool {
		_, out := batch.Program(s.Body, slices.Concat(batched[:nc], c, batched[m:]), slices.Concat(c, make([]bool, len(s.Body.Out)-s.NCarry)), n)
		return out[:s.NCarry]
	})
	body, out := batch.Program(s.Body, slices.Concat(batched[:nc], carry, batched[m:]),
		slices.Concat(carry, make([]bool, len(s.Body.Out)-s.NCarry)), n)
	args := slices.Clone(x)
	for i := range x {
		switch {
		case i >= m && batched[i]:
			args[i] = MoveTo(x[i], bd[i], 1, n)
		case batched[i] || i >= nc && i < m && carry[i-nc]:
			args[i] = MoveTo(x[i], bd[i], 0, n)
		}
	}
	ybd := make([]int, len(out))
	for i, b := range out {
		switch {
		case !b:
			ybd[i] = -1
		case i >= s.NCarry:
			ybd[i] = 1
		}
	}
	return ir.Apply(ScanOp{body, nc, s.NCarry, s.Len, s.Reverse, s.Linear}, args...), ybd
}

// DependAll implements [deps.Whole]: step by step.
func (s ScanOp) DependAll(t *deps.Table, x []deps.Array, out []ir.Type) []deps.Array {
	if !deps.Any(x) {
		return make([]deps.Array, len(out))
	}
	nc, n := s.NConst, s.NConst+s.NCarry
	step := t.Steps(s.Body, x, nc, s.Len)
	carry := x[nc:n]
	ys := make([][]deps.Array, s.Len)
	for k := range s.Len {
		if s.Reverse {
			k = s.Len - 1 - k
		}
		in := slices.Concat(x[:nc], carry)
		for _, a := range x[n:] {
			in = append(in, a.Part(k))
		}
		y := step(in)
		carry, ys[k] = y[:s.NCarry], y[s.NCarry:]
	}
	res := slices.Clone(carry)
	for _, sets := range deps.Stacked(ys, out[s.NCarry:]) {
		res = append(res, deps.Array{Sets: sets})
	}
	return res
}

// scanState is the storage of one run.
type scanState struct {
	in, out []ir.Buf
	spare   []ir.Buf // second buffers of the carries
}

// The carry alternates between the result's buffer and a spare one; slices of
// the xs and ys are used in place.
func (s ScanOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	nc, n := s.NConst, s.NConst+s.NCarry
	donate := make([]int, len(out))
	for i := range donate {
		donate[i] = -1
		if i < s.NCarry {
			donate[i] = nc + i
		}
	}
	body, err := c.Compile(s.Body, donate)
	if err != nil {
		return nil, err
	}
	if l, ok := body.(ir.Looper); ok {
		if k := l.Scan(nc, s.NCarry, s.Len, s.Reverse); k != nil {
			return k, nil
		}
	}
	it, ot := s.Body.InTypes(), s.Body.OutTypes()
	pool := sync.Pool{New: func() any {
		st := &scanState{make([]ir.Buf, len(in)), make([]ir.Buf, len(out)), make([]ir.Buf, s.NCarry)}
		for i := range st.spare {
			if !body.InPlace(i) {
				st.spare[i] = ir.NewBuf(out[i].DType, out[i].Size())
			}
		}
		return st
	}}
	return func(f *ir.Frame, iv, ov []int32) {
		st := pool.Get().(*scanState)
		for i := range nc {
			st.in[i] = f.Bufs[iv[i]]
		}
		cur, next := st.in[nc:n], st.out[:s.NCarry]
		for i := range cur {
			cur[i] = f.Bufs[ov[i]]
			size := ot[i].DType.Size()
			copy(cur[i].Bytes(size), f.Bufs[iv[nc+i]].Bytes(size))
			next[i] = cur[i]
			if !body.InPlace(i) {
				next[i] = st.spare[i]
			}
		}
		for k := range s.Len {
			if f.Run.Stopped() {
				break
			}
			if s.Reverse {
				k = s.Len - 1 - k
			}
			for i := n; i < len(st.in); i++ {
				m := it[i].Size()
				st.in[i] = f.Bufs[iv[i]].Slice(k*m, m, it[i].DType.Size())
			}
			for i := s.NCarry; i < len(st.out); i++ {
				m := ot[i].Size()
				st.out[i] = f.Bufs[ov[i]].Slice(k*m, m, ot[i].DType.Size())
			}
			body.Run(f.Run, st.in, st.out)
			for i := range cur {
				cur[i], next[i] = next[i], cur[i]
			}
		}
		for i := range cur {
			if o := f.Bufs[ov[i]]; o.P != cur[i].P {
				size := ot[i].DType.Size()
				copy(o.Bytes(size), cur[i].Bytes(size))
			}
		}
		clear(st.in)
		clear(st.out)
		pool.Put(st)
	}, nil
}

func (s ScanOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	nc, n := s.NConst, s.NConst+s.NCarry
	i32 := ir.T(ir.Int32)
	init := append([]stablehlo.Value{b.Full(i32, 0)}, x[nc:n]...)
	for _, t := range out[s.NCarry:] {
		init = append(init, b.Full(t, 0))
	}
	// at is the place of slice i of v.
	at := func(i stablehlo.Value, rank int) []stablehlo.Value {
		idx := []stablehlo.Value{i}
		for range rank - 1 {
			idx = append(idx, b.Full(i32, 0))
		}
		return idx
	}
	y := b.While(init,
		func(c []stablehlo.Value) stablehlo.Value {
			return b.Compare("LT", c[0], b.Full(i32, float64(s.Len)))
		},
		func(c []stablehlo.Value) []stablehlo.Value {
			i := c[0]
			if s.Reverse {
				i = b.Map("stablehlo.subtract", b.Full(i32, float64(s.Len-1)), i)
			}
			args := slices.Concat(x[:nc], c[1:1+s.NCarry])
			for _, v := range x[n:] {
				one := append([]int{1}, v.Shape[1:]...)
				if v.Size() == 0 {
					args = append(args, b.Full(v.WithShape(v.Shape[1:]), 0))
					continue
				}
				slice := b.Op1("stablehlo.dynamic_slice", "slice_sizes = "+stablehlo.Array(one), v.WithShape(one),
					append([]stablehlo.Value{v}, at(i, v.Rank())...)...)
				args = append(args, b.Reshape(slice, v.Shape[1:]...))
			}
			z := b.Program(s.Body, args)
			next := append([]stablehlo.Value{b.Map("stablehlo.add", c[0], b.Full(i32, 1))}, z[:s.NCarry]...)
			for k, ys := range c[1+s.NCarry:] {
				if ys.Size() > 0 {
					one := b.Reshape(z[s.NCarry+k], append([]int{1}, ys.Shape[1:]...)...)
					ys = b.Op1("stablehlo.dynamic_update_slice", "", ys.Type, append([]stablehlo.Value{ys, one}, at(i, ys.Rank())...)...)
				}
				next = append(next, ys)
			}
			return next
		})
	return y[1:]
}

var _ = register(ScanOp{})

// Place: the carry stays where it starts.
func (s ScanOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	return append(slices.Clone(in[s.NConst:s.NConst+s.NCarry]), make([]*ir.Sharding, len(y)-s.NCarry)...)
}
