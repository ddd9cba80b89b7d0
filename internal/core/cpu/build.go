package cpu

import (
	"strconv"
	"strings"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// node is one step of a plan: an equation, or a group of fused ones.
type node struct {
	eqn   *ir.Eqn
	fused *fusedGroup
}

// builder orders a program into nodes: it finds equal equations, results that
// are parts of others (views), results that repeat one element (splats, which a
// group needs not store), and groups of elementwise equations.
type builder struct {
	p     *ir.Program
	rep   []ir.Var // the variable computed first among equal ones
	root  []ir.Var // the variable whose storage holds this one, from
	off   []int    // this element on
	count []int

	splat   []*ir.Eqn // the literal, or broadcast of one element, that makes the variable
	stored  []bool    // a splat that has its own node
	open    map[int]*fusedGroup
	pending []*fusedGroup // the open group that makes the variable
	nodes   []node
}

func newBuilder(p *ir.Program) *builder {
	n := len(p.Types)
	b := &builder{p: p, rep: make([]ir.Var, n), root: make([]ir.Var, n), off: make([]int, n), count: make([]int, n),
		splat: make([]*ir.Eqn, n), stored: make([]bool, n), open: map[int]*fusedGroup{}, pending: make([]*fusedGroup, n)}
	for i, t := range p.Types {
		b.rep[i], b.root[i], b.count[i] = ir.Var(i), ir.Var(i), t.Size()
	}
	seen := map[string]*ir.Eqn{}
	var key strings.Builder
	for i := range p.Eqns {
		e := &p.Eqns[i]
		if b.eqnKey(&key, e) {
			if old, ok := seen[key.String()]; ok {
				for j, v := range e.Out {
					b.rep[v] = old.Out[j]
				}
				continue
			}
			seen[key.String()] = e
		}
		b.add(e)
	}
	for _, v := range p.Out {
		b.need(v)
	}
	// Groups that are still open are not needed.
	return b
}

// eqnKey identifies equations that compute the same; not those with effects or
// with programs inside.
func (b *builder) eqnKey(key *strings.Builder, e *ir.Eqn) bool {
	switch e.Op.(type) {
	case ir.Effectful, ir.Programs:
		return false
	}
	key.Reset()
	key.WriteString(e.Op.Name())
	key.WriteByte('{')
	key.WriteString(e.Op.Params())
	key.WriteByte('}')
	var digits [12]byte
	for _, v := range e.In {
		key.Write(strconv.AppendInt(digits[:0], int64(b.rep[v]), 10))
		key.WriteByte(' ')
	}
	return true
}

// at is the storage of a variable.
func (b *builder) at(v ir.Var) ir.Var { return b.root[b.rep[v]] }

func (b *builder) add(e *ir.Eqn) {
	out := e.Out
	if view, ok := e.Op.(ir.View); ok {
		v := b.rep[e.In[0]]
		if off, ok := view.View(b.p.Types[v], b.p.Types[out[0]]); ok {
			b.root[out[0]], b.off[out[0]] = b.root[v], b.off[v]+off
			return
		}
	}
	switch op := e.Op.(type) {
	case ir.Literal:
		b.splat[out[0]] = e
		return
	case ir.Repeater:
		if op.Repeats(b.p.Types[e.In[0]]) {
			b.splat[out[0]] = e
			return
		}
	case ir.Elementwise:
		types := make([]ir.DType, len(e.In))
		for i, v := range e.In {
			types[i] = b.p.Types[v].DType
		}
		if block := op.Block(types); block != nil {
			b.fuse(e, op, block, types)
			return
		}
	case ir.Summer:
		if b.joinSum(e, op) {
			return
		}
	}
	for _, v := range e.In {
		b.need(v)
	}
	b.nodes = append(b.nodes, node{eqn: e})
}

// need makes sure that a variable is stored when the next node runs.
func (b *builder) need(v ir.Var) {
	r := b.at(v)
	if e := b.splat[r]; e != nil && !b.stored[r] {
		b.stored[r] = true
		for _, v := range e.In {
			b.need(v)
		}
		b.nodes = append(b.nodes, node{eqn: e})
	}
	b.flush(b.pending[r])
}

// flush ends a group: it runs here.
func (b *builder) flush(g *fusedGroup) {
	if g == nil {
		return
	}
	b.nodes = append(b.nodes, node{fused: g})
	delete(b.open, g.n)
	for _, s := range g.steps {
		b.pending[s.v] = nil
	}
	for _, s := range g.sums {
		b.pending[s.v] = nil
	}
}

// operand resolves an input of a step of g. It ends groups that the step depends
// on, which may be g itself: then ok is false and the step must begin a new one.
func (b *builder) operand(g *fusedGroup, v ir.Var) (o input, ok bool) {
	r := b.at(v)
	if e := b.splat[r]; e != nil && !b.stored[r] {
		if lit, ok := e.Op.(ir.Literal); ok {
			return input{v: r, lit: &lit}, true
		}
		src := b.at(e.In[0])
		if b.splat[src] != nil {
			b.need(e.In[0])
		}
		p := b.pending[src]
		b.flush(p)
		return input{v: b.rep[e.In[0]], splat: true}, p == nil || p != g
	}
	p := b.pending[r]
	switch {
	case p == nil:
	case p != g:
		b.flush(p)
	case g.makesSum(r) || b.count[v] != b.count[r]:
		b.flush(g)
		return input{v: b.rep[v]}, false
	}
	return input{v: b.rep[v]}, true
}

// fuse adds an elementwise equation to the open group of its size.
func (b *builder) fuse(e *ir.Eqn, op ir.Elementwise, block ir.Block, types []ir.DType) {
	v := e.Out[0]
	n := b.count[v]
	for {
		g := b.open[n]
		if g == nil {
			g = &fusedGroup{n: n}
		}
		s := step{v: v, block: block, prim: op, types: types}
		all := true
		for i, u := range e.In {
			o, ok := b.operand(g, u)
			s.in[i] = o
			all = all && ok
		}
		if !all {
			continue // g has ended: its results are stored now
		}
		s.nin = len(e.In)
		g.steps = append(g.steps, s)
		b.open[n], b.pending[v] = g, g
		return
	}
}

// scalar is the step as code for one element, and the function that it calls if it has no code of its own.
func (b *builder) scalar(s *step) (opcode, ir.ScalarFunc) {
	op := opcodeOf(s.prim, s.types, b.p.Types[s.v].DType)
	if op != call {
		return op, nil
	}
	return op, scalarOf(s.prim, s.types, s.block)
}

// scalarOf is the routine for one element of a primitive, its block if it has none.
func scalarOf(op ir.Elementwise, in []ir.DType, block ir.Block) ir.ScalarFunc {
	if s, ok := op.(ir.Scalarwise); ok {
		if f := s.Scalar(in); f != nil {
			return f
		}
	}
	return func(o, a, b, c unsafe.Pointer) {
		block(ir.Buf{P: o, N: 1}, ir.Buf{P: a, N: 1}, ir.Buf{P: b, N: 1}, ir.Buf{P: c, N: 1})
	}
}

// joinSum adds the sum of all elements of a value that an open group makes to it.
func (b *builder) joinSum(e *ir.Eqn, op ir.Summer) bool {
	v := e.In[0]
	r := b.at(v)
	g := b.pending[r]
	if g == nil || !op.SumsAll(b.p.Types[v], b.p.Types[e.Out[0]]) || !b.p.Types[v].DType.IsFloat() || b.count[v] != g.n || g.makesSum(r) {
		return false
	}
	g.sums = append(g.sums, sum{v: e.Out[0], in: input{v: b.rep[v]}, d: b.p.Types[v].DType})
	b.pending[e.Out[0]] = g
	return true
}
