package cpu

import (
	"slices"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// A routine is a program on small arrays, such as the body of a loop, written out: operations on the elements of very small arrays
// become code, what only moves elements becomes names of places, and what is left are blocks and kernels on arrays
// in the same memory. A step of a plan costs tens of nanoseconds whatever it does, an operation of code one or two.
type routine struct {
	parts []part
	in    []region   // the inputs
	out   [][]uint32 // the places of the elements of each output
	size  []int      // bytes of an element of each output
	image []uint64   // the memory before the first run: constants
	bufs  []region   // operands of kernels
}

// part is code, and then a kernel unless it is nil.
type part struct {
	code    codes
	kernel  ir.Kernel
	in, out []int32 // in bufs
}

// region is an array in the memory of a routine, or, where off is negative, in that of the caller: input -1-off, from the
// element first on.
type region struct{ off, n, size, first int }

// Limits of a routine: elements of an array that is written out element by element, elements of an array in its memory (those of
// one chunk), operations of code, and bytes, which should stay in the first-level cache.
const (
	routineElements = 64
	routineStored   = chunk
	routineCodes    = 4096
	routineBytes    = 1 << 15
)

// What steps of plans cost, and what a step of a loop costs around its plan, in operations of code (about 2 ns).
const (
	costKernel = 14
	costBlock  = 4
	costPlan   = 60
)

// newRoutine writes out the body of a loop with so many constants and carries; nil if its arrays are too large, or if its plan is
// faster.
func newRoutine(p *ir.Program, consts, carries int) *routine {
	if p.MayAbandon() {
		return nil
	}
	w := &writer{builder: newBuilder(p), r: &routine{}, of: map[ir.Var][]uint32{}, whole: map[ir.Var]int{}, lits: map[litKey]uint32{},
		own: map[ir.Var]bool{}, consts: consts, carries: carries}
	w.lasts()
	if !w.write() || w.bytes > routineBytes || w.cost > w.planCost()+costPlan {
		return nil
	}
	w.sink()
	w.r.image = make([]uint64, (w.bytes+7)/8)
	for _, f := range w.fills {
		ir.Buf{P: unsafe.Add(unsafe.Pointer(unsafe.SliceData(w.r.image)), f.off), N: f.n}.Fill(f.d, f.num)
	}
	return w.r
}

// writer makes a routine of the nodes of a program.
type writer struct {
	*builder
	r     *routine
	now   part
	of    map[ir.Var][]uint32 // the places of the elements of a variable that owns its storage
	whole map[ir.Var]int      // inputs that stay in the caller's memory
	lits  map[litKey]uint32
	fills []constant
	bytes int
	cost  int

	consts, carries int
	last            []int           // the last node that reads what is stored with a variable; len(nodes) for an output
	own             map[ir.Var]bool // arrays in a region of their own, which a kernel may write over after their last use
}

// constant is memory that is set once.
type constant struct {
	d      ir.DType
	off, n int
	num    float64
}

func (w *writer) write() bool {
	for i, v := range w.p.In {
		t := w.p.Types[v]
		g := region{off: -1 - i, n: t.Size(), size: t.DType.Size()}
		carried := i >= w.consts && i < w.consts+w.carries
		if g.n <= routineElements || carried && g.n <= routineStored {
			w.of[v] = w.fresh(t)
			w.own[v] = carried
			g.off = int(w.start(v))
		} else {
			w.whole[v] = i
		}
		w.r.in = append(w.r.in, g)
	}
	for k := range w.nodes {
		if !w.node(k) || w.cost > routineCodes {
			return false
		}
	}
	for _, v := range w.p.Out {
		if _, large := w.whole[w.at(v)]; large {
			return false
		}
		w.r.out = append(w.r.out, w.elements(v))
		w.r.size = append(w.r.size, w.p.Types[v].DType.Size())
	}
	w.r.parts = append(w.r.parts, w.now)
	return true
}

// start is the place of the first element of a variable, 0 if it has none.
func (w *writer) start(v ir.Var) uint32 {
	if e := w.of[v]; len(e) > 0 {
		return e[0]
	}
	return 0
}

// fresh is memory for an array.
func (w *writer) fresh(t ir.Type) []uint32 {
	e := make([]uint32, t.Size())
	for i := range e {
		e[i] = uint32(w.bytes + i*t.DType.Size())
	}
	w.bytes += (len(e)*t.DType.Size() + 7) &^ 7
	return e
}

// elements are the places of the elements of a variable.
func (w *writer) elements(v ir.Var) []uint32 {
	v = w.rep[v]
	return w.of[w.root[v]][w.off[v]:][:w.count[v]]
}

// literal is the place of a constant.
func (w *writer) literal(d ir.DType, num float64) uint32 {
	key := litKey{d: d, num: num}
	e, ok := w.lits[key]
	if !ok {
		e = w.fresh(ir.T(d))[0]
		w.fills = append(w.fills, constant{d, int(e), 1, num})
		if num == num {
			w.lits[key] = e
		}
	}
	return e
}

// emit appends an operation.
func (w *writer) emit(k code, f ir.ScalarFunc) {
	w.now.code.emit(k, f)
	w.cost++
}

// planCost is what a run of the plan costs.
func (w *writer) planCost() int {
	cost := 0
	for _, n := range w.nodes {
		switch {
		case n.eqn != nil:
			cost += costKernel
		case n.fused.n == 1:
			cost += costBlock + len(n.fused.steps)
		default:
			cost += costBlock + len(n.fused.steps)*(costBlock+n.fused.n/4) + len(n.fused.sums)*costBlock
		}
	}
	return cost
}

func (w *writer) node(k int) bool {
	n := &w.nodes[k]
	if n.fused != nil {
		return w.fused(n.fused)
	}
	e := n.eqn
	switch op := e.Op.(type) {
	case ir.Effectful:
		return false
	case ir.Literal:
		if w.count[e.Out[0]] > routineStored {
			return false
		}
		w.of[e.Out[0]] = slices.Repeat([]uint32{w.literal(op.Type.DType, op.Num)}, w.count[e.Out[0]])
		return true
	case ground.SumOp:
		if w.sum(e, op) {
			return true
		}
	case mover:
		if w.moves(e) {
			return true
		}
	case ir.Product:
		if w.products(e, op) {
			return true
		}
	}
	return w.kernel(k, e)
}

// lasts finds the last node that reads each array, also where it is read under another name: what only moves elements gives the
// places of its operands.
func (w *writer) lasts() {
	w.last = make([]int, len(w.p.Types))
	for _, v := range w.p.Out {
		w.last[w.at(v)] = len(w.nodes)
	}
	for k, n := range slices.Backward(w.nodes) {
		last := k
		if n.eqn != nil && isMove(n.eqn) {
			last = max(k, w.last[w.at(n.eqn.Out[0])])
		}
		n.reads(func(v ir.Var) { w.last[w.at(v)] = max(w.last[w.at(v)], last) })
	}
}

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

func (w *writer) buf(g region) int32 {
	w.r.bufs = append(w.r.bufs, g)
	return int32(len(w.r.bufs) - 1)
}

// array is the variable as an operand of kernels.
func (w *writer) array(v ir.Var, t ir.Type) (int32, bool) {
	size := t.DType.Size()
	if i, ok := w.whole[w.at(v)]; ok {
		rep := w.rep[v]
		return w.buf(region{off: -1 - i, n: t.Size(), size: size, first: w.off[rep]}), true
	}
	e := w.elements(v)
	switch {
	case len(e) == 0:
		return w.buf(region{size: size}), true
	case w.contiguous(e, size):
	case w.repeated(e) && w.constant(t.DType, e[0]) != nil:
		c := w.constant(t.DType, e[0])
		return w.literals(t.DType, c.num, len(e)), true
	default:
		from := e
		e = w.fresh(t)
		for j := range e {
			w.emit(code{op: copyOf(size), o: e[j], a: from[j]}, nil)
		}
	}
	return w.buf(region{off: int(e[0]), n: t.Size(), size: size}), true
}

// contiguous reports whether elements lie one after the other.
func (w *writer) contiguous(e []uint32, size int) bool {
	for i := range e {
		if e[i] != e[0]+uint32(i*size) {
			return false
		}
	}
	return true
}

// repeated reports whether all elements are one.
func (w *writer) repeated(e []uint32) bool {
	return !slices.ContainsFunc(e, func(at uint32) bool { return at != e[0] })
}

// constant is what stays at a place; nil if it changes.
func (w *writer) constant(d ir.DType, at uint32) *constant {
	for i := range w.fills {
		if c := &w.fills[i]; c.off == int(at) && c.d == d {
			return c
		}
	}
	return nil
}

// literals is an array of a constant as an operand.
func (w *writer) literals(d ir.DType, num float64, n int) int32 {
	key := litKey{d: d, num: num, n: n}
	at, ok := w.lits[key]
	if !ok {
		at = w.fresh(ir.T(d, n))[0]
		w.fills = append(w.fills, constant{d, int(at), n, num})
		if num == num {
			w.lits[key] = at
		}
	}
	return w.buf(region{off: int(at), n: n, size: d.Size()})
}
