package argmin

import (
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// This file solves the linear system of the derivative of a [Quadratic] program, which is the one of the equations that its conditions of optimality
// are where limits are active: of the order of x and the rows, whatever the number of bounds, symmetric, and sparse where the matrices are.

// guide prepares the derivative at an answer.
func (q QP) guide(s QPPoint) num.Guide[QPPoint, kkt.Active] {
	t := q.terms(false)
	n, m := t.System.Size()
	e := activeLimits{q: q, ActiveSolver: kkt.ActiveSolver{System: t.System, N: n, M: m}}
	k, du, eu := e.Scaled(t.K)
	factor := func(s QPPoint) kkt.Active {
		rows, bounds := e.holding(s)
		return e.Factor(k, du, eu, rows, bounds)
	}
	s = e.closer(s, factor)
	return num.Guide[QPPoint, kkt.Active]{Point: s, Kept: factor(s), Solve: activeLimits{ActiveSolver: e.ActiveSolver}.solve}
}

// activeLimits are the systems of a program's limits that hold.
type activeLimits struct {
	kkt.ActiveSolver
	q QP
}

// holding are the flags of the rows and bounds that hold at a point, as its condition takes them: see [complementary].
func (e activeLimits) holding(s QPPoint) (rows, bounds num.Array) {
	q, d := e.q, s.X.DType()
	flag := func(z, h, lo, hi num.Array) num.Array { return holds(z, h.Sub(lo), h.Sub(hi)).AsType(d) }
	return num.Concat(0, num.Full(d, 1, q.B.Size()), flag(s.Between, q.times(q.G, s.X), q.Low, q.H)), flag(s.Bounds, s.X, q.Lower, q.Upper)
}

// solve solves with the derivative of [QP.condition], which is symmetric: limits that do not hold have a row -dz = b.
func (e activeLimits) solve(a kkt.Active, b QPPoint, _ bool) (QPPoint, num.Array) {
	p := b.Equal.Size()
	by := num.Concat(0, b.Equal, b.Between)
	dx, dy, dw, ok := e.Solve(a, b.X, by, b.Bounds)
	dy = num.Where(a.Rows.Gt(num.Const(0)), dy, by.Neg())
	dw = num.Where(a.Bounds.Gt(num.Const(0)), dw, b.Bounds.Neg())
	return QPPoint{dx, dy.Range(0, p), dy.Range(p, e.M), dw}, ok
}

// mostSteps is how many Newton steps an answer gets before its derivative is taken: each changes which limits are active.
const mostSteps = 8

// closer is a point closer to the solution than an answer within a tolerance, where limits that are almost active may count as what they are not: the best one after
// Newton's steps on the condition, which is linear where no limit changes, until none does or nothing but rounding is left of the condition.
func (e activeLimits) closer(s QPPoint, factor func(QPPoint) kkt.Active) QPPoint {
	left := func(s QPPoint) (QPPoint, num.Array) {
		_, slopes := quadraticAt(e.q.Q, e.q.C, s.X)
		g := tree.ZerosLike(s)
		g.X = slopes
		f := e.q.condition(s, g, 0)
		size := func(p QPPoint) num.Array { return num.Concat(0, p.X, p.Equal, p.Between, p.Bounds).Abs().Max() }
		return f, size(f).Div(num.Maximum(size(s), num.Maximum(e.q.C.Abs().Max(), num.Const(1))))
	}
	flags := func(s QPPoint) num.Array { rows, bounds := e.holding(s); return num.Concat(0, rows, bounds) }
	type state struct {
		S, Best     QPPoint
		Left, Least num.Array // of the condition at both
		Changes     num.Array // whether the last step changed what is active
		K           num.Array
	}
	_, first := left(s)
	enough := num.Const(1e3 * first.DType().Eps())
	out := num.While(func(st state) num.Array {
		return st.Changes.And(st.Left.Gt(enough)).And(st.K.Lt(num.Int(mostSteps)))
	}, func(st state) state {
		f, _ := left(st.S)
		d, ok := e.solve(factor(st.S), tree.Map(num.Array.Neg, f), false)
		next := state{S: tree.Add(st.S, d), K: st.K.AddScalar(1)}
		_, next.Left = left(next.S)
		next.Changes = ok.And(flags(next.S).Eq(flags(st.S)).All().Not())
		better := ok.And(next.Left.Lt(st.Least))
		next.Least = num.Where(better, next.Left, st.Least)
		next.Best = tree.MapAll(func(v ...num.Array) num.Array { return num.Where(better, v[0], v[1]) }, next.S, st.Best)
		return next
	}, state{s, s, first, first, num.Full(num.Bool, 1), num.Int(0)})
	return out.Best
}
