package cpu

import (
	"slices"
	"unsafe"

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
