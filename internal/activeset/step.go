package activeset

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Method is the method on one problem, with what all steps need.
type Method struct {
	Problem
	j     array // J with Jᵀ B J = I, [n, n]
	norm  array // of the rows in the metric of B, [m]
	equal array
}

// New is the method on a problem with at least one row. Its G is where it begins; a state may have another one.
func New(p Problem) Method {
	l := num.Cholesky(p.B)
	q := Method{Problem: p, equal: p.Lo.Eq(p.Hi)}
	q.j = num.SolveTriangular(l, num.Eye(p.G.Size()).AsType(p.G.DType()), num.Triangle{Lower: true, Trans: true})
	q.norm = num.Maximum(num.Norm(p.A.MatMul(q.j), 1), num.Const(p.G.DType().Tiny()))
	return q
}

// State is where the method stands: X is the solution with the active rows as equations, unless Going.
//
// The active rows, at most n of them, are in slots. With N the matrix whose columns they are, Jᵀ B J = I, the columns of J of free slots are
// orthogonal to N, and T is the inverse of Jᵀ N on the slots that are taken, zero elsewhere. Both change by reflections only.
type State struct {
	X, G  array // [n]
	Y     array // multipliers by slots, [n]
	Side  array // by slots: 1 where the upper limit is active, -1 where the lower one, 0 for a free slot, [n]
	Slot  array // the row in each slot, int32, [n]
	On    array // whether each row is active, Boolean, [m]
	J, T  array // [n, n]
	Row   array // the row that is to be added, int32, with
	Sign  array // its side and
	Price array // its multiplier so far
	Going array // whether Row is not finished
	Ended array // 0, or why the method ended
	Steps array // int32
}

// Why a method ended.
const (
	Solved = iota + 1
	Infeasible
)

// Begin is the state without active rows.
func (q Method) Begin(g array) State {
	zero := g.Scale(0)
	s := State{G: g, Y: zero, Side: zero, Slot: zero.AsType(num.Int32), On: num.Full(num.Bool, 0, q.Lo.Size()), J: q.j, T: q.j.Scale(0),
		Row: num.Int(0), Sign: g.Const(0), Price: g.Const(0), Going: no(), Ended: num.Int(0), Steps: num.Int(0)}
	return q.placed(s)
}

// Warm is the state with a guess of the active rows: 1 where the upper limit is, -1 where the lower one is, [m]. Of rows that depend on
// others the first ones are taken.
func (q Method) Warm(g, side array) State {
	side = num.Where(q.equal, num.Const(1), num.Where(q.limit(side).IsFinite(), side, num.Const(0)))
	type guess struct {
		State State
		Left  array // [m]
	}
	left := num.Where(q.equal, num.Const(2), side.Abs()) // equations first
	end := num.While(func(c guess) array { return c.Left.Gt(num.Const(0)).Any() }, func(c guess) guess {
		row := c.Left.ArgMax(0)
		d := q.A.Take(row, 0).MatMul(c.State.J)
		fits := q.parallel(c.State, d).Not()
		out := num.Where(at(row, c.Left), num.Const(0), c.Left)
		return guess{q.enter(c.State, row, side.Take(row, 0), d, fits), out}
	}, guess{q.Begin(g), left})
	return q.placed(end.State)
}

// limit is the limit of each row on the given side of it.
func (q Method) limit(side array) array { return num.Where(side.Ge(num.Const(0)), q.Hi, q.Lo) }

// Sides are the sides of all rows that are active, and Multipliers their multipliers, [m].
func (q Method) Sides(s State) array       { return num.SegmentSum(s.Side, s.Slot, q.Lo.Size()) }
func (q Method) Multipliers(s State) array { return num.SegmentSum(s.Y, s.Slot, q.Lo.Size()) }

// Ray is the combination of rows that proves that there is no solution, in a state that ended so: Aᵀ Ray = 0.
func (q Method) Ray(s State) array {
	r := s.T.MatMul(q.A.Take(s.Row, 0).MatMul(s.J))
	row := num.Where(at(s.Row, q.Lo), s.Sign, num.Const(0))
	return row.Sub(num.SegmentSum(r.Mul(s.Sign), s.Slot, q.Lo.Size()))
}

// Moved is the state with another linear term, for which a solution is to be found.
func (q Method) Moved(s State, g array) State {
	s.G, s.Ended = g, num.Int(0)
	return q.placed(s)
}

// placed is the state at the solution with its active rows as equations, whatever the signs of the multipliers.
func (q Method) placed(s State) State {
	used := s.Side.Ne(num.Const(0))
	limit := num.Where(s.Side.Gt(num.Const(0)), q.Hi.Take(s.Slot, 0), q.Lo.Take(s.Slot, 0))
	along, slope := num.Where(used, limit, num.Const(0)).MatMul(s.T), s.G.MatMul(s.J)
	s.X = s.J.MatMul(num.Where(used, along, slope.Neg()))
	s.Y = s.T.MatMul(num.Where(used, along.Add(slope), num.Const(0))).Neg()
	return s
}

// at is true in the place k of vectors such as v.
func at(k, v array) array { return num.Arange(num.Int32, 0, v.Size()).Eq(k) }

// parallel reports whether the row with d = Jᵀa depends on the active ones.
func (q Method) parallel(s State, d array) array {
	free := num.Where(s.Side.Eq(num.Const(0)), d, num.Const(0))
	return free.Dot(free).Le(d.Dot(d).Scale(math.Sqrt(d.DType().Eps()) * 1e-3))
}

// excess is by how much each row is above its upper limit, or, negative, below its lower one.
func (q Method) excess(x array) array {
	v := q.A.MatMul(x)
	return v.Sub(num.Maximum(q.Lo, num.Minimum(q.Hi, v)))
}

// noise is what the method's rounding makes of A x - limit, [m]: of rows that repeat active ones, say. With 10⁵ units in the last place
// a thousand random programs had no contradiction.
func (q Method) noise(x array) array {
	d := x.DType()
	limit := num.Maximum(num.Where(q.Lo.IsFinite(), q.Lo.Abs(), num.Const(0)), num.Where(q.Hi.IsFinite(), q.Hi.Abs(), num.Const(0)))
	return q.A.Abs().MatMul(x.Abs()).Add(limit).Scale(1e5 * d.Eps())
}

// wrong is how far the multiplier in each slot is on the wrong side of zero. Nothing is where rounding may have put it there.
func (q Method) wrong(s State) array {
	size := s.Y.Abs().Max().Scale(1e4 * s.Y.DType().Eps())
	off := s.Y.Mul(s.Side).Neg()
	return num.Where(off.Gt(size).And(q.equal.Take(s.Slot, 0).Not()), off, num.Const(0))
}

// Step makes a step: it drops an active row whose multiplier has the wrong sign, which a guess may have, or takes the next row, or goes one step
// on with it. A state without violated rows is Solved.
func (q Method) Step(s State) State {
	wrong := q.wrong(s)
	worst := wrong.ArgMax(0)
	only := s.Going.Not().And(wrong.Gt(num.Const(0)).Any())
	s = q.next(s)
	s.Ended = num.Where(s.Going.Or(only), num.Int(0), num.Int(Solved))
	return q.move(s, only, worst)
}

// next picks the row to add, unless there is one: equations first, then the most violated row in the metric of B.
func (q Method) next(s State) State {
	off := q.excess(s.X)
	score := num.Where(off.Abs().Gt(q.noise(s.X)).And(s.On.Not()), off.Abs().Div(q.norm), num.Const(0))
	score = num.Where(q.equal.And(score.Gt(num.Const(0))), num.Const(math.Inf(1)), score)
	row := num.Where(s.Going, s.Row, score.ArgMax(0))
	s.Sign = num.Where(s.Going, s.Sign, off.Take(row, 0).Sign())
	s.Price = num.Where(s.Going, s.Price, num.Const(0))
	s.Row, s.Going = row, s.Going.Or(score.Take(row, 0).Gt(num.Const(0)))
	return s
}

// move makes one step towards the limit of the row that is added: to it, or to where a multiplier becomes zero. Where only is set, it drops
// the row in the slot worst and does nothing else.
func (q Method) move(s State, only, worst array) State {
	zero, one, inf := num.Const(0), num.Const(1), num.Const(math.Inf(1))
	used := s.Side.Ne(zero)
	a := q.A.Take(s.Row, 0)
	d := a.MatMul(s.J)
	free := num.Where(used, zero, d)
	// With a multiplier that grows by t, those in the slots fall by t·r, and x moves by -t·J free.
	parts := s.T.MatMul(d)
	r := parts.Mul(s.Sign)
	falls := r.Mul(s.Side)
	can := falls.Gt(r.Abs().Max().Scale(1e4 * d.DType().Eps())).And( // not what rounding made of zeros
		q.equal.Take(s.Slot, 0).Not())
	ratio := num.Where(can, num.Maximum(s.Y.Mul(s.Side), zero).Div(num.Where(can, falls, one)), inf)
	drop := ratio.ArgMin(0)
	t1 := ratio.Take(drop, 0)

	flat := q.parallel(s, d)
	off := a.Dot(s.X).Sub(q.limit(s.Sign).Take(s.Row, 0)).Abs()
	t2 := num.Where(flat, inf, off.Div(num.Where(flat, one, free.Dot(free))))
	t := num.Minimum(t1, t2)
	stands := s.Going.Not().Or(only) // nothing moves
	stuck := t.IsFinite().Not().And(stands.Not())
	full := t2.Le(t1).And(stuck.Not()).And(stands.Not())
	t = num.Where(stuck.Or(stands), zero, t)

	s.X = s.X.Sub(s.J.MatMul(free).Mul(s.Sign).Mul(num.Where(flat, zero, t)))
	s.Y = s.Y.Sub(r.Mul(t))
	s.Price = s.Price.Add(t)
	s.Going = s.Going.And(full.Not()).And(only.Not())
	out := stuck.Or(full).Not().And(stands.Not()).Or(only)
	s = q.turned(s, d, parts, full, num.Where(only, worst, drop), out)
	s.Ended = num.Where(stuck, num.Int(Infeasible), s.Ended)
	// Where a set is complete, its point follows from the factors, which forget no digits on the way.
	fresh := q.placed(s)
	s.X, s.Y = num.Where(full.Or(only), fresh.X, s.X), num.Where(full.Or(only), fresh.Y, s.Y)
	s.Steps = s.Steps.Add(stands.And(only.Not()).Not().AsType(num.Int32))
	return s
}

// enter adds a row, of which d is Jᵀa, where on is set.
func (q Method) enter(s State, row, sign, d, on array) State {
	s.Row, s.Sign = row, sign
	return q.turned(s, d, s.T.MatMul(d), on, num.Int(0), no())
}

// turned adds s.Row where enter is set, and drops the row in the slot drop where leave is. One reflection of J does either: it
// takes the free part of d = Jᵀa, or the row of T that goes, to one slot. parts = T d has the new row in terms of the active ones.
func (q Method) turned(s State, d, parts, enter, drop, leave array) State {
	zero, one := num.Const(0), num.Const(1)
	used := s.Side.Ne(zero)
	free := num.Where(used, zero, d)
	k := num.Where(leave, drop, num.Where(used, num.Const(-1), d.Abs()).ArgMax(0)).AsType(num.Int32)
	here := at(k, d)
	v := num.Where(leave, s.T.Take(drop, 0), num.Where(enter, free, zero))
	head := v.Take(k, 0)
	size := num.Norm(v)
	to := num.Where(head.Lt(zero), size, size.Neg()) // what the reflection leaves in the slot k
	v = v.Sub(num.Where(here, to, zero))
	vv := v.Dot(v)
	v = v.Scale(math.Sqrt2).Div(num.Where(vv.Gt(zero), vv, one).Sqrt())

	s.J = s.J.Sub(num.Outer(s.J.MatMul(v), v))
	t := s.T.Sub(num.Outer(s.T.MatMul(v), v)) // v is zero where T is not, if a row enters
	column := num.Where(here, one, parts.Neg()).Div(num.Where(enter, to, one))
	t = num.Where(leave.And(here.Reshape(d.Size(), 1).Or(here)), zero, t)
	s.T = num.Where(enter.And(here), column.Reshape(d.Size(), 1), t)

	row := num.Where(enter, s.Row, s.Slot.Take(k, 0))
	s.On = num.Where(at(row, s.On), num.Where(enter, num.Full(num.Bool, 1), s.On.And(leave.Not())), s.On)
	in := here.And(enter)
	s.Slot = num.Where(in, s.Row.AsType(num.Int32), s.Slot)
	s.Side = num.Where(in, s.Sign, num.Where(here.And(leave), zero, s.Side))
	s.Y = num.Where(in, s.Price.Mul(s.Sign), num.Where(here.And(leave), zero, s.Y))
	return s
}
