package prim

import "github.com/argmin-go/argmin/internal/core/ir"

// operands are the constants and the carry of n members.
type operands struct {
	n             int
	consts, carry []ir.Buf
}

// slots is the state of a block.
type slots struct {
	operands // the current ones
	stage    *stage
	own      []ir.Buf // storage for constants that differ
	next     []ir.Buf // where the next carry is written
	pred     ir.Buf   // whether each slot has another iteration
	who      []int32  // the member in each slot, -1 for none
	all      []int32  // the slots
	in, out  []ir.Buf // arguments of the program

	places, members []int32 // slots and members that are copied
}

func (r *memberLoop) slots(s *stage) *slots {
	if b, ok := s.pool.Get().(*slots); ok {
		return b
	}
	b := &slots{stage: s, pred: ir.NewBuf(ir.Bool, s.n), who: make([]int32, s.n), all: make([]int32, s.n)}
	for j := range b.all {
		b.all[j] = int32(j)
	}
	b.n = s.n
	b.consts, b.own = make([]ir.Buf, len(r.consts)), make([]ir.Buf, len(r.consts))
	for i, t := range r.carry {
		buf := ir.NewBuf(t.DType, t.Size()*s.n)
		b.carry, b.next = append(b.carry, buf), append(b.next, buf)
		if !s.run.InPlace(i) {
			b.next[i] = ir.NewBuf(t.DType, t.Size()*s.n)
		}
	}
	b.in, b.out = make([]ir.Buf, len(r.consts)+len(r.carry)), make([]ir.Buf, len(r.carry)+1)
	return b
}

// put gives the state back, forgetting the caller's buffers.
func (b *slots) put() {
	clear(b.consts)
	clear(b.in)
	clear(b.out)
	b.stage.pool.Put(b)
}

// apart gives the constants storage of the block's own, into which members are copied.
func (r *memberLoop) apart(b *slots, shared []ir.Buf) {
	for i, t := range r.consts {
		b.consts[i] = shared[i]
		if r.op.In[i] {
			if b.own[i].P == nil {
				b.own[i] = ir.NewBuf(t.DType, t.Size()*b.n)
			}
			b.consts[i] = b.own[i]
		}
	}
}

// iterate makes one iteration of all slots.
func (b *slots) iterate(run *ir.Run) {
	copy(b.in, b.consts)
	copy(b.in[len(b.consts):], b.carry)
	copy(b.out, b.next)
	b.out[len(b.next)] = b.pred
	b.stage.run.Run(run, b.in, b.out)
	b.carry, b.next = b.next, b.carry
}

// copyMembers copies the constants and the carry of members k of from to places j of to.
func (r *memberLoop) copyMembers(to operands, j []int32, from operands, k []int32) {
	for i, t := range r.consts {
		if r.op.In[i] {
			copyColumns(t, to.consts[i], to.n, j, from.consts[i], from.n, k)
		}
	}
	r.copyCarry(to.carry, to.n, j, from.carry, from.n, k)
}

func (r *memberLoop) copyCarry(to []ir.Buf, n int, j []int32, from []ir.Buf, m int, k []int32) {
	for i, t := range r.carry {
		copyColumns(t, to[i], n, j, from[i], m, k)
	}
}

// copyColumns copies members k of m to members j of n, for an array of type t for each member. The last k stands for the following ones.
func copyColumns(t ir.Type, to ir.Buf, n int, j []int32, from ir.Buf, m int, k []int32) {
	switch size := t.Size(); t.DType.Size() {
	case 1:
		columns(ir.As[bool](to), n, j, ir.As[bool](from), m, k, size)
	case 4:
		columns(ir.As[int32](to), n, j, ir.As[int32](from), m, k, size)
	default:
		columns(ir.As[int64](to), n, j, ir.As[int64](from), m, k, size)
	}
}

func columns[T ir.Elem](to []T, n int, j []int32, from []T, m int, k []int32, size int) {
	for e := range size {
		row, other := to[e*n:(e+1)*n], from[e*m:(e+1)*m]
		for i, p := range k {
			row[j[i]] = other[p]
		}
		last := other[k[len(k)-1]]
		for _, p := range j[len(k):] {
			row[p] = last
		}
	}
}

// ending is a run of a [memberLoop].
type ending struct {
	*memberLoop
	run     *ir.Run
	x       operands
	y       []ir.Buf
	waiting *waiting
}

// stageFor is the smallest stage with room for n members, at or after stage k.
func (e *ending) stageFor(n, k int) int {
	for k+1 < len(e.stages) && e.stages[k+1].n >= n {
		k++
	}
	return k
}

// open has a block of stage k, whose constants that do not differ are those of the operands.
func (e *ending) open(k int) *slots {
	s := e.stages[k]
	if err := e.prepare(s); err != nil {
		e.run.Fail(err, true)
		return nil
	}
	b := e.slots(s)
	e.apart(b, e.x.consts)
	return b
}

// work fills a block with members that wait until none is left.
func (e *ending) work() {
	left := len(e.waiting.members) - int(e.waiting.next.Load())
	k := e.stageFor(max(left, 0), 0)
	b := e.open(k)
	if b == nil {
		return
	}
	for j := range b.who {
		b.who[j] = -1
	}
	e.toEnd(b, k, e.refill(b))
}

// directly runs members in the storage of their constants, as one block.
func (e *ending) directly() {
	if err := e.prepare(e.stages[0]); err != nil {
		e.run.Fail(err, true)
		return
	}
	b := e.slots(e.stages[0])
	copy(b.consts, e.x.consts)
	for i, t := range e.carry {
		copy(b.carry[i].Bytes(t.DType.Size()), e.x.carry[i].Bytes(t.DType.Size()))
	}
	for j := range b.who {
		b.who[j] = -1
	}
	for _, m := range e.waiting.members {
		b.who[m] = m
	}
	live := len(e.waiting.members)
	e.waiting.next.Store(int64(live))
	for live > 0 && !e.run.Stopped() {
		b.iterate(e.run)
		ended := e.leave(b)
		live -= ended
		if e.nested && ended > 0 || e.stageFor(live, 0) > 0 {
			break
		}
	}
	if live == 0 || e.run.Stopped() {
		e.finish(b)
		return
	}
	e.move(b, e.stageFor(live, 0))
}

// leave stores the members that have ended and frees their slots.
func (e *ending) leave(b *slots) (ended int) {
	b.places, b.members = b.places[:0], b.members[:0]
	for j, more := range ir.As[bool](b.pred) {
		if m := b.who[j]; !more && m >= 0 {
			b.places, b.members = append(b.places, int32(j)), append(b.members, m)
			b.who[j] = -1
		}
	}
	if len(b.members) > 0 {
		e.copyCarry(e.y, e.x.n, b.members, b.carry, b.n, b.places)
	}
	return len(b.members)
}

// occupied lists the slots with a member and these.
func (b *slots) occupied() {
	b.places, b.members = b.places[:0], b.members[:0]
	for j, m := range b.who {
		if m >= 0 {
			b.places, b.members = append(b.places, int32(j)), append(b.members, m)
		}
	}
}

// finish stores all members as they are and gives the block back.
func (e *ending) finish(b *slots) {
	if b.occupied(); len(b.members) > 0 {
		e.copyCarry(e.y, e.x.n, b.members, b.carry, b.n, b.places)
	}
	b.put()
}

// move continues in stage k, with all members of b.
func (e *ending) move(b *slots, k int) {
	if e.stages[k].n == 1 {
		e.alone(b)
		return
	}
	c := e.open(k)
	if c == nil {
		e.finish(b)
		return
	}
	b.occupied()
	for j := range c.who {
		c.who[j] = -1
	}
	copy(c.who, b.members)
	// Slots without a member repeat the last one.
	e.copyMembers(c.operands, c.all, b.operands, b.places)
	live := len(b.members)
	b.put()
	e.toEnd(c, k, live)
}

// alone runs what is left one by one.
func (e *ending) alone(b *slots) {
	c := e.open(len(e.stages) - 1)
	if c == nil {
		e.finish(b)
		return
	}
	b.occupied()
	for i := range b.members {
		e.copyMembers(c.operands, c.all, b.operands, b.places[i:i+1])
		for ok := ir.As[bool](c.pred); !e.run.Stopped(); {
			c.iterate(e.run)
			if !ok[0] {
				break
			}
		}
		e.copyCarry(e.y, e.x.n, b.members[i:i+1], c.carry, 1, c.all)
	}
	c.put()
	b.put()
}

// toEnd runs a block of stage k with live members, and those that wait, to their ends.
func (e *ending) toEnd(b *slots, k, live int) {
	for live > 0 && !e.run.Stopped() {
		if next := e.stageFor(live, k); next > k && e.none() {
			e.move(b, next)
			return
		}
		b.iterate(e.run)
		ended := e.leave(b)
		live -= ended
		// Several members move at once: their numbers lie next to each other. A slot without one may go on only if no loop inside does.
		if free := b.n - live; live == 0 || free*8 >= b.n && !e.none() || e.nested && ended > 0 {
			live = e.refill(b)
		}
	}
	e.finish(b)
}

// none reports whether no member waits.
func (e *ending) none() bool { return int(e.waiting.next.Load()) >= len(e.waiting.members) }

// refill gives the slots without a member to those that wait, and returns how many have one. Slots that stay without one
// repeat another, as a loop inside might not end for a member that has ended.
func (e *ending) refill(b *slots) (live int) {
	b.places, b.members = b.places[:0], b.members[:0]
	first := -1 // slot with a member
	empty := 0
	for j, m := range b.who {
		if m < 0 {
			next, ok := e.waiting.take()
			if !ok {
				empty++
				continue
			}
			b.places, b.members = append(b.places, int32(j)), append(b.members, int32(next))
			b.who[j] = int32(next)
		}
		if first < 0 {
			first = j
		}
		live++
	}
	if len(b.members) > 0 {
		e.copyMembers(b.operands, b.places, e.x, b.members)
	}
	if live > 0 && empty > 0 && e.nested {
		b.places = b.places[:0]
		for j, m := range b.who {
			if m < 0 {
				b.places = append(b.places, int32(j))
			}
		}
		e.copyMembers(b.operands, b.places, b.operands, []int32{int32(first)})
	}
	return live
}
