package prim

import (
	"sync"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// loopState is the storage of one run of a loop, kept in a pool.
type loopState struct {
	in1, in2 []ir.Buf // arguments of the condition and the body
	out      []ir.Buf // where the body writes, the condition last
	spare    []ir.Buf // second buffers of the carries
	pred     ir.Buf
	pred1    []ir.Buf
}

type scratch struct {
	pool  sync.Pool
	types []ir.Type
	need  func(i int) bool
}

func newScratch(types []ir.Type, need func(i int) bool) *scratch {
	return &scratch{types: types, need: need}
}

func (p *scratch) get(n1, n2 int) *loopState {
	if s, ok := p.pool.Get().(*loopState); ok {
		return s
	}
	s := &loopState{in1: make([]ir.Buf, n1), in2: make([]ir.Buf, n2), out: make([]ir.Buf, len(p.types)+1), spare: make([]ir.Buf, len(p.types))}
	for i, t := range p.types {
		if p.need(i) {
			s.spare[i] = ir.NewBuf(t.DType, t.Size())
		}
	}
	s.pred = ir.NewBuf(ir.Bool, 1)
	s.pred1 = []ir.Buf{s.pred}
	return s
}

// put gives the state back, forgetting the caller's buffers.
func (p *scratch) put(s *loopState) {
	clear(s.in1)
	clear(s.in2)
	clear(s.out)
	p.pool.Put(s)
}
