// Package activeset solves small strictly convex quadratic programs on dense arrays by a dual active-set method, written with
// traced arrays.
package activeset

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

type array = num.Array

// Problem is min ½ xᵀB x + gᵀx with lo ≤ A x ≤ hi.
type Problem struct {
	B      array // [n, n], symmetric positive definite
	G      array // [n]
	A      array // [m, n]
	Lo, Hi array // [m]; equal for an equation, infinite where there is no limit
}

// Solution is a solution with its multipliers: B x + g + Aᵀy = 0, y ≥ 0 at an active upper limit and ≤ 0 at an active lower one.
type Solution struct {
	X, Y       array
	Infeasible array // whether no point satisfies the constraints; X and Y then belong to those that were taken so far
	Failed     array // whether the limit on steps was reached
	Steps      array // int32
}

// state is where the method stands: x is the solution with the active rows as equations.
type state struct {
	X     array
	Y     array // ≥ 0: multipliers times Side
	Side  array // 1 where the upper limit is active, -1 where the lower one, else 0, [m]
	Row   array // the row that is to be added, int32, with
	Sign  array // its side and
	Price array // its multiplier so far
	Going array // whether Row is not finished
	Ended array // 0, or why the method ended
	Steps array // int32
}

const (
	solved = iota + 1
	infeasible
)

// Solve is Goldfarb & Idnani's dual method ("A numerically stable dual method for solving strictly convex quadratic programs",
// Mathematical Programming 27, 1983). From the minimum without constraints it adds one violated row after the other, equations first, and
// drops rows whose multipliers would change their sign on the way. Each step solves a system of m equations by Cholesky factors, of the
// products of rows in the metric of B; an active set that is found is solved for once more with all of the problem, to lose no digits.
func Solve(p Problem) Solution {
	m := p.Lo.Size()
	l := num.Cholesky(p.B)
	back := func(v array) array { return num.SolveTriangular(l, v, num.Triangle{Lower: true, Trans: true}) }
	x := num.SolveCholesky(l, p.G).Neg()
	none := num.Full(x.DType(), 0, m)
	if m == 0 {
		return Solution{x, none, no(), no(), num.Int(0)}
	}
	q := quadratic{Problem: p, w: num.SolveTriangular(l, p.A.T(), num.Triangle{Lower: true}).T(), back: back}
	q.gram = q.w.MatMul(q.w.T())
	q.norm = num.Diag(q.gram).Sqrt()
	q.equal = p.Lo.Eq(p.Hi)
	first := state{X: x, Y: none, Side: none, Row: num.Int(0), Sign: x.Const(0), Price: x.Const(0), Going: no(), Ended: num.Int(0), Steps: num.Int(0)}
	limit := num.Int(10*(m+x.Size()) + 100)
	end := num.While(func(s state) array { return s.Ended.Eq(num.Int(0)).And(s.Steps.Lt(limit)) }, q.step, first)
	sol := Solution{X: end.X, Y: end.Y.Mul(end.Side), Infeasible: end.Ended.Eq(num.Int(infeasible)), Failed: end.Ended.Eq(num.Int(0)), Steps: end.Steps}
	return q.refined(sol, end.Side)
}

func no() array { return num.Full(num.Bool, 0) }

// quadratic is a problem with what all steps need: rows w = L⁻¹a, for B = L Lᵀ, and their products.
type quadratic struct {
	Problem
	w, gram array
	norm    array // of the rows of w
	equal   array
	back    func(v array) array // L⁻ᵀ v
}

// excess is by how much each row is above its upper limit, or, negative, below its lower one.
func (q quadratic) excess(x array) array {
	v := q.A.MatMul(x)
	return v.Sub(num.Maximum(q.Lo, num.Minimum(q.Hi, v)))
}

// noise is what the method's rounding makes of A x - limit, [m]: of rows that repeat active ones, say. With 10⁵ units in the last place
// a thousand random programs had no contradiction.
func (q quadratic) noise(x array) array {
	d := x.DType()
	limit := num.Maximum(num.Where(q.Lo.IsFinite(), q.Lo.Abs(), num.Const(0)), num.Where(q.Hi.IsFinite(), q.Hi.Abs(), num.Const(0)))
	return q.A.Abs().MatMul(x.Abs()).Add(limit).Scale(1e5 * d.Eps())
}

// step takes the next row, or goes one step on with it.
func (q quadratic) step(s state) state {
	m := s.Y.Size()
	s = num.Cond(s.Going, func(s state) state { return s }, q.next, s)
	return num.Cond(s.Ended.Eq(num.Int(0)), func(s state) state { return q.move(s, m) }, func(s state) state { return s }, s)
}

// next picks the row to add: equations first, then the most violated row in the metric of B.
func (q quadratic) next(s state) state {
	off := q.excess(s.X)
	idle := s.Side.Eq(num.Const(0))
	size := num.Maximum(q.norm, num.Const(q.norm.DType().Tiny()))
	score := num.Where(off.Abs().Gt(q.noise(s.X)), off.Abs().Div(size), num.Const(0))
	score = num.Where(idle, score, num.Const(0))
	score = num.Where(q.equal.And(score.Gt(num.Const(0))), num.Const(math.Inf(1)), score)
	row := score.ArgMax(0)
	s.Row, s.Sign, s.Price = row, off.Take(row, 0).Sign(), s.Price.Scale(0)
	s.Going = score.Take(row, 0).Gt(num.Const(0))
	s.Ended = num.Where(s.Going, num.Int(0), num.Int(solved))
	return s
}

// move makes one step towards the limit of the row that is added: to it, or to where a multiplier becomes zero.
func (q quadratic) move(s state, m int) state {
	d := s.X.DType()
	zero, one := num.Const(0), num.Const(1)
	on := s.Side.Abs()
	// Signed rows: the active limits are side·a x ≤ side·limit.
	normal := q.w.Take(s.Row, 0).Mul(s.Sign)
	products := q.gram.Take(s.Row, 0).Mul(s.Side).Mul(s.Sign)
	system := q.gram.Mul(num.Outer(s.Side, s.Side)).Add(num.FromDiag(one.Sub(on)))
	r := num.SolveCholesky(num.Cholesky(system.Add(num.FromDiag(num.Diag(system).Scale(d.Eps())))), products)
	r = num.Where(on.Gt(zero), r, zero)
	// In the metric of B, x moves along -(normal - what the active rows take of it).
	z := normal.Sub(r.Mul(s.Side).MatMul(q.w))
	zz := z.Dot(z)
	flat := zz.Le(normal.Dot(normal).Scale(math.Sqrt(d.Eps()) * 1e-3))

	falls := r.Gt(zero).And(on.Gt(zero)).And(q.equal.Not())
	ratio := num.Where(falls, s.Y.Div(num.Where(falls, r, one)), num.Const(math.Inf(1)))
	drop := ratio.ArgMin(0)
	t1 := ratio.Take(drop, 0)
	off := q.excess(s.X).Take(s.Row, 0).Abs()
	t2 := num.Where(flat, num.Const(math.Inf(1)), off.Div(num.Where(flat, one, zz)))
	t := num.Minimum(t1, t2)
	stuck := t.IsFinite().Not()
	full := t2.Le(t1).And(stuck.Not())
	t = num.Where(stuck, zero, t)

	at := func(k array) array { return num.Arange(num.Int32, 0, m).Eq(k) }
	s.X = s.X.Sub(q.back(z).Mul(num.Where(flat, zero, t)))
	y := num.Where(on.Gt(zero), s.Y.Sub(r.Mul(t)), zero)
	s.Price = s.Price.Add(t)
	partial := full.Not().And(stuck.Not())
	out := at(drop).And(partial)
	s.Y = num.Where(out, zero, num.Where(at(s.Row).And(full), s.Price, y))
	s.Side = num.Where(out, zero, num.Where(at(s.Row).And(full), s.Sign, s.Side))
	s.Going = partial
	s.Ended = num.Where(stuck, num.Int(infeasible), num.Int(0))
	s.Steps = s.Steps.AddScalar(1)
	return s
}

// refined solves for x and the multipliers of the active rows once more, where that is possible.
func (q quadratic) refined(s Solution, side array) Solution {
	n, m := s.X.Size(), side.Size()
	on := side.Abs()
	a := q.A.Mul(on.Reshape(m, 1))
	limit := num.Where(side.Gt(num.Const(0)), q.Hi, num.Where(side.Lt(num.Const(0)), q.Lo, num.Const(0)))
	k := num.Concat(0, num.Concat(1, q.B, a.T()), num.Concat(1, a, num.FromDiag(num.Const(1).Sub(on))))
	u := num.Solve(k, num.Concat(0, q.G.Neg(), limit))
	x, y := u.Range(0, n), u.Range(n, n+m).Mul(on)
	// Better only if it is the same answer.
	near := num.Norm(x.Sub(s.X)).Le(num.Norm(s.X).AddScalar(1).Scale(1e-4))
	right := y.Mul(side).Ge(num.Const(0)).Or(q.equal).All()
	ok := u.IsFinite().All().And(near).And(right).And(s.Infeasible.Not())
	s.X, s.Y = num.Where(ok, x, s.X), num.Where(ok, y, s.Y)
	return s
}
