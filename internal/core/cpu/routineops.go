package cpu

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// How the operations of a routine are written: as code, as places, as blocks or as kernels.

func (w *writer) fused(g *fusedGroup) bool {
	if w.byBlocks(g) {
		return w.blocks(g)
	}
	for i := range g.steps {
		s := &g.steps[i]
		op, f := w.scalar(s)
		out := w.fresh(w.p.Types[s.v])
		w.of[s.v] = out
		for j := range g.n {
			k := code{op: op, o: out[j]}
			for m, at := range []*uint32{&k.a, &k.b, &k.c}[:s.nin] {
				in := &s.in[m]
				switch {
				case in.lit != nil:
					*at = w.literal(in.lit.Type.DType, in.lit.Num)
				case w.large(in.v):
					return false
				case in.splat:
					*at = w.elements(in.v)[0]
				default:
					*at = w.elements(in.v)[j]
				}
			}
			w.emit(k, f)
		}
	}
	for _, s := range g.sums {
		if s.d != ir.Float64 {
			return false
		}
		w.of[s.v] = []uint32{w.added(w.elements(s.in.v))}
	}
	return true
}

func (w *writer) large(v ir.Var) bool {
	_, ok := w.whole[w.at(v)]
	return ok
}

// added is the sum of elements, in the order of [kernel.Sum].
func (w *writer) added(x []uint32) uint32 {
	add := func(a, b uint32) uint32 {
		o := w.fresh(ir.T(ir.Float64))[0]
		w.emit(code{op: addF64, o: o, a: a, b: b}, nil)
		return o
	}
	zero := w.literal(ir.Float64, 0)
	s := zero
	if len(x) >= 8 {
		var lane [8]uint32
		for i := range lane {
			lane[i] = add(zero, x[i])
			for j := i + 8; j < len(x)&^7; j += 8 {
				lane[i] = add(lane[i], x[j])
			}
		}
		s = add(add(add(lane[0], lane[1]), add(lane[2], lane[3])), add(add(lane[4], lane[5]), add(lane[6], lane[7])))
		x = x[len(x)&^7:]
	}
	for _, v := range x {
		s = add(s, v)
	}
	return s
}

// sum writes out the sum along axes, in the order of its kernel.
func (w *writer) sum(e *ir.Eqn, op ground.SumOp) bool {
	t := w.p.Types[e.In[0]]
	if t.DType != ir.Float64 || w.large(e.In[0]) || t.Size() > routineElements {
		return false
	}
	kept := ground.Kept(op.Axes, t.Rank())
	from := deps.Offsets(t.Shape, append(slices.Clone(kept), op.Axes...))
	x, rows := w.elements(e.In[0]), w.count[e.Out[0]]
	if rows == 0 {
		return false
	}
	n := len(x) / rows
	out := make([]uint32, rows)
	leading := len(op.Axes) < t.Rank() && op.Axes[len(op.Axes)-1] == len(op.Axes)-1
	for i := range out {
		run := make([]uint32, n)
		for j := range run {
			run[j] = x[from[i*n+j]]
		}
		if !leading {
			out[i] = w.added(run)
			continue
		}
		out[i] = w.literal(ir.Float64, 0) // one after the other
		for _, v := range run {
			o := w.fresh(ir.T(ir.Float64))[0]
			w.emit(code{op: addF64, o: o, a: out[i], b: v}, nil)
			out[i] = o
		}
	}
	w.of[e.Out[0]] = out
	return true
}

// products writes out a small product of matrices, in the order of its kernel.
func (w *writer) products(e *ir.Eqn, op ir.Product) bool {
	x, y := w.p.Types[e.In[0]], w.p.Types[e.In[1]]
	if x.DType != ir.Float64 || w.large(e.In[0]) || w.large(e.In[1]) || x.Size() > routineElements || y.Size() > routineElements {
		return false
	}
	terms, pairs := op.Terms([]ir.Type{x, y})
	n := 0
	for _, t := range terms {
		n += len(t)
	}
	if n == 0 || n > costKernel {
		return false
	}
	a, b := w.elements(e.In[0]), w.elements(e.In[1])
	fresh := func(k code) uint32 {
		k.o = w.fresh(ir.T(ir.Float64))[0]
		w.emit(k, nil)
		return k.o
	}
	out := make([]uint32, len(terms))
	for i, t := range terms {
		s := w.literal(ir.Float64, 0)
		pair := func(t [][2]int) uint32 {
			first := fresh(code{op: mulF64, a: a[t[0][0]], b: b[t[0][1]]})
			return fresh(code{op: mulAddF64, a: a[t[1][0]], b: b[t[1][1]], c: first})
		}
		for ; pairs && len(t) >= 4; t = t[4:] {
			s = fresh(code{op: addF64, a: s, b: fresh(code{op: addF64, a: pair(t), b: pair(t[2:])})})
		}
		for _, f := range t {
			s = fresh(code{op: mulAddF64, a: a[f[0]], b: b[f[1]], c: s})
		}
		out[i] = s
	}
	w.of[e.Out[0]] = out
	return true
}

// mover is implemented by primitives whose results are elements of their operands, or zeros.
type mover interface {
	ir.Op
	Moves()
}

// isMove reports whether an equation gives elements of its operands, or zeros, whose places are known.
func isMove(e *ir.Eqn) bool {
	if _, ok := e.Op.(mover); !ok {
		return false
	}
	switch e.Op.Name() {
	case "broadcast", "reshape", "transpose", "slice", "pad", "concatenate", "reverse":
		return true
	}
	return false
}

// moves finds which elements such an equation takes by running it on their numbers. Where elements are taken depends on
// operands for some primitives: those stay kernels.
func (w *writer) moves(e *ir.Eqn) bool {
	if !isMove(e) {
		return false
	}
	out := w.p.Types[e.Out[0]]
	if out.Size() > 2*routineElements {
		return false
	}
	var from []uint32
	var bufs []ir.Buf
	var iv []int32
	var types []ir.Type
	for _, v := range e.In {
		if w.large(v) {
			return false
		}
		ids := make([]int64, w.count[v])
		for i, at := range w.elements(v) {
			from = append(from, at)
			ids[i] = int64(len(from))
		}
		iv = append(iv, int32(len(bufs)))
		bufs = append(bufs, ir.Of(ids))
		types = append(types, ir.T(ir.Int64, w.p.Types[v].Shape...))
	}
	chosen := make([]int64, out.Size())
	bufs = append(bufs, ir.Of(chosen))
	k, err := e.Op.Kernel(compiler{}, types, []ir.Type{ir.T(ir.Int64, out.Shape...)})
	if err != nil {
		return false
	}
	k(&ir.Frame{Bufs: bufs}, iv, []int32{int32(len(bufs) - 1)})
	places := make([]uint32, len(chosen))
	for i, id := range chosen {
		if id == 0 {
			places[i] = w.literal(out.DType, 0)
		} else {
			places[i] = from[id-1]
		}
	}
	if len(places) > 2*codeElements && !w.contiguous(places, out.DType.Size()) && !w.repeated(places) {
		return false // groups of so many elements run by blocks, for which the kernel is the faster copy
	}
	w.of[e.Out[0]] = places
	return true
}

// kernel calls the kernel of an equation, node k, whose operands must lie one element after the other.
func (w *writer) kernel(k int, e *ir.Eqn) bool {
	var types, outs []ir.Type
	for _, v := range e.In {
		t := w.p.Types[v]
		types = append(types, t)
		at, ok := w.array(v, t)
		if !ok {
			return false
		}
		w.now.in = append(w.now.in, at)
	}
	over := w.overwritten(k, e)
	for _, v := range e.Out {
		t := w.p.Types[v]
		if t.Size() > routineStored {
			return false
		}
		outs = append(outs, t)
		if over >= 0 {
			w.of[v] = w.of[over]
		} else {
			w.of[v] = w.fresh(t)
		}
		w.own[v] = true
		w.now.out = append(w.now.out, w.buf(region{off: int(w.start(v)), n: t.Size(), size: t.DType.Size()}))
	}
	kern, err := e.Op.Kernel(compiler{}, types, outs)
	if err != nil {
		return false
	}
	w.call(kern)
	w.cost += costKernel
	return true
}

// call ends the part with a kernel.
func (w *writer) call(k ir.Kernel) {
	w.now.kernel = k
	w.r.parts = append(w.r.parts, w.now)
	w.now = part{}
}

// overwritten is the array whose place the result of node k takes, -1 if there is none: an operand that nobody reads again.
func (w *writer) overwritten(k int, e *ir.Eqn) ir.Var {
	op, ok := e.Op.(ir.InPlace)
	if !ok {
		return -1
	}
	u := w.at(e.In[op.InPlace()])
	if !w.own[u] || w.last[u] != k || w.count[e.In[op.InPlace()]] != w.count[u] || w.count[e.Out[0]] != w.count[u] {
		return -1
	}
	for j, at := range w.now.in {
		a, b := w.r.bufs[at], w.r.bufs[w.now.in[op.InPlace()]]
		if j != op.InPlace() && a.off >= 0 && a.off < b.off+b.n*b.size && b.off < a.off+a.n*a.size {
			return -1
		}
	}
	return u
}
