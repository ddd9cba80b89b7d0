package qp

import (
	"math"

	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// State is what the method keeps between two iterations, of the limits of x and Jx end to end and in scaled units.
type State struct {
	X, HX  array  // the variables and Hx, [n]
	V      array  // x and Jx
	T      array  // multipliers: of upper limits less those of lower ones
	SL, SU array  // slacks, 1 where there is no limit
	ZL, ZU array  // multipliers of limits of inequalities, 0 where there is none
	Rho    array  // weight of the proximal term of the variables
	Delta  array  // of the multipliers
	Mu     array  // mean product of a slack and its multiplier
	Best   array  // the smallest error so far
	Idle   array  // how many iterations there have been since, int32
	Since  array  // the same of the error alone
	Data   array  // c and the limits that it is for
	Errors Errors // of the point
	Error  array  // the one that the tolerance bounds
	Before array  // the least of those before
	Primal array  // the largest primal residual in scaled units
	Dual   array  // the largest dual one
}

// Point is a point with its multipliers, in the units of the problem: w of the bounds and y of the rows.
type Point struct{ X, Y, W array }

// Outcome is what a state says of the problem.
type Outcome struct {
	Done       array // whether the tolerance is reached
	Infeasible array // whether the multipliers prove that no point satisfies the constraints
	Unbounded  array // whether the point is a direction in which values fall without end
	Stuck      array // whether nothing gets better any more
}

// weights are those of the proximal terms at the start, ρ and δ, and at the least: of most programs, and where they hold steps back.
// They are PIQP's, and for single precision what has the same relation to its rounding.
func weights(d num.DType) (rho, delta, least, finest float64) {
	if d == num.Float64 {
		return 1e-6, 1e-4, 1e-10, 1e-13
	}
	return 1e-4, 1e-3, 1e-5, 1e-6
}

// fresh is a state without a point.
func (m Method) fresh() State {
	d := m.c.DType()
	rho, delta, _, _ := weights(d)
	return State{Rho: num.Full(d, rho), Delta: num.Full(d, delta), Idle: num.Int(0), Since: num.Int(0), Best: num.Full(d, math.Inf(1), bests), Error: num.Full(d, math.Inf(1)),
		Data: m.data()}
}

func (m program) data() array { return num.Concat(0, m.c, m.lo, m.hi) }

// known reports whether the data, and the errors e of a point, which see the matrices, are those of this program, and the point is p.
func (m program) known(data array, e Errors, at, p Point) array {
	now := m.errorsAt(at)
	same := equalAll(now.Value, e.Value).And(equalAll(now.Primal, e.Primal)).And(equalAll(now.Dual, e.Dual))
	return m.same(data, at, p).And(same)
}

// For implements [Iterative].
func (m Method) For(st State, p Point) array {
	v, hx := num.Concat(0, st.X, m.System.JTimes(m.k, st.X)), m.System.HTimes(m.k, st.X)
	return m.same(st.Data, m.Point(st), p).And(equalAll(st.V, v)).And(equalAll(st.HX, hx))
}

// same reports whether the data that a state is for are these, and its point is p.
func (m program) same(data array, at, p Point) array {
	return equalAll(data, m.data()).And(equalAll(at.X, p.X)).And(equalAll(at.Y, p.Y)).And(equalAll(at.W, p.W))
}

func equalAll(a, b array) array { return a.Eq(b).All() }

// Begin implements [Iterative].
func (m Method) Begin(p Point) State {
	t := num.Concat(0, p.W, p.Y)
	given := positive(largest(t)).And(t.IsFinite().All()).And(p.X.IsFinite().All())
	return num.Cond(given, m.Warm, func(Point) State { return m.Init() }, p)
}

// Step implements [Iterative].
func (m Method) Step(st State) (next State, length, evaluations array) {
	st, step := m.Iterate(st)
	return m.Polish(m.contradicted(m.away(st))), step, num.Int(1)
}

// Report implements [Iterative].
func (m Method) Report(st State) (Point, Errors, array) { return m.Point(st), st.Errors, st.Error }

// Init is the state before the first iteration at a point without multipliers: where ½ xᵀHx + ½ Σ (distance to limits)² is least, with multipliers
// that balance the gradient of the objective at the least cost, ½ |z|², and both moved until they are positive (Mehrotra, section 7).
//
// Multipliers do not depend on how far limits are from zero, nor slacks on costs: where one of the two starts at the other's size, it stays that large
// along directions that the problem leaves free, and rounding with it.
func (m Method) Init() State {
	st := m.fresh()
	rho, delta := st.Rho, st.Delta
	k := m.hasL.Add(m.hasU)
	middle := over(m.lo.Mul(m.hasL).Add(m.hi.Mul(m.hasU)), k, k).Add(m.lo.Mul(m.eq))
	w := k.Add(m.eq.Div(delta))
	f := m.System.Factor(m.k, rho.Add(m.head(w)), m.tail(w))
	near, _ := m.System.Solve(f, m.head(w.Mul(middle)), m.tail(middle))
	dx, y := m.System.Solve(f, m.c.Neg(), m.tail(middle).Scale(0))
	pull := num.Concat(0, m.head(w).Mul(dx), y)
	x := near.Add(dx.Mul(flag(positive(m.curve), m.c.DType())))
	st.X, st.V, st.HX = x, num.Concat(0, x, m.System.JTimes(m.k, x)), m.System.HTimes(m.k, x)
	st.T = pull.Mul(m.eq)
	one := num.Const(1)
	slack := func(dist, has array) array { return num.Where(positive(has), dist, one) }
	st.SL, st.SU = slack(st.V.Sub(m.lo), m.hasL), slack(m.hi.Sub(st.V), m.hasU)
	st.ZL, st.ZU = pull.Neg().Mul(m.hasL), pull.Mul(m.hasU)
	shift := func(a, b array) array {
		least := num.Minimum(num.Where(positive(m.hasL), a, one).Min(), num.Where(positive(m.hasU), b, one).Min())
		return num.Where(least.Lt(num.Const(1e-2)), one.Sub(least), num.Const(0))
	}
	up := shift(st.SL, st.SU)
	st.SL, st.SU = st.SL.Add(m.hasL.Mul(up)), st.SU.Add(m.hasU.Mul(up))
	up = shift(st.ZL, st.ZU)
	st.ZL, st.ZU = st.ZL.Add(m.hasL.Mul(up)), st.ZU.Add(m.hasU.Mul(up))
	return m.settled(st)
}

// Warm is the state before the first iteration at a point with multipliers, such as the solution of a program that differs little.
//
// Slacks and multipliers are moved away from zero by as much as the point is not a solution: closer to their limits, an interior point method would take
// short steps only (E. Yildirim & S. Wright, "Warm-start strategies in interior-point methods for linear programming", SIAM J. Optim. 12, 2002).
func (m Method) Warm(p Point) State {
	x := p.X.Div(m.d)
	t := num.Concat(0, p.W, p.Y).Div(m.rows).Mul(m.cost)
	st := m.fresh()
	st.X, st.V, st.HX, st.T = x, num.Concat(0, x, m.System.JTimes(m.k, x)), m.System.HTimes(m.k, x), t.Mul(m.eq)
	low, up := st.V.Sub(m.lo), m.hi.Sub(st.V)
	zl, zu := num.Maximum(t.Neg(), num.Const(0)).Mul(m.hasL), num.Maximum(t, num.Const(0)).Mul(m.hasU)
	off := func(s, z, has array) array { return largest(num.Minimum(s, z).Mul(has)) }
	dual := largest(st.HX.Add(m.c).Add(m.head(t)).Add(m.System.TransposeTimes(m.k, m.tail(t))))
	far := num.Maximum(num.Maximum(off(low, zl, m.hasL), off(up, zu, m.hasU)), num.Maximum(dual, largest(st.V.Sub(m.lo).Mul(m.eq))))
	far = num.Clip(far, num.Const(leastFar), num.Const(1))
	one := num.Const(1)
	st.SL, st.SU = num.Where(positive(m.hasL), num.Maximum(low, far), one), num.Where(positive(m.hasU), num.Maximum(up, far), one)
	st.ZL, st.ZU = num.Maximum(zl, far).Mul(m.hasL), num.Maximum(zu, far).Mul(m.hasU)
	return m.settled(st)
}

// leastFar is the least distance from zero at a warm start, and bests how many numbers State.Best has. The first is a choice.
const (
	leastFar = 1e-4
	bests    = 5
)

// settled is the state with what follows from the rest of it.
func (m Method) settled(st State) State {
	st.T = num.Where(positive(m.eq), st.T, st.ZU.Sub(st.ZL))
	st.Mu = st.SL.Mul(st.ZL).Add(st.SU.Mul(st.ZU)).Sum().Div(m.count)
	r := m.residuals(st)
	st.Primal, st.Dual = num.Maximum(largest(r.eq), num.Maximum(largest(r.l), largest(r.u))), largest(r.dual)
	return m.measured(st)
}

// residuals are what is left of the equations.
type residuals struct {
	dual     array // Hx + c + t + Jᵀt, [n]
	l, u, eq array // of the limits
}

func (m Method) residuals(st State) residuals {
	return residuals{
		dual: st.HX.Add(m.c).Add(m.head(st.T)).Add(m.System.TransposeTimes(m.k, m.tail(st.T))),
		l:    st.V.Sub(m.lo).Sub(st.SL).Mul(m.hasL), u: m.hi.Sub(st.V).Sub(st.SU).Mul(m.hasU), eq: st.V.Sub(m.lo).Mul(m.eq),
	}
}

// newton is the linear system of one iteration.
type newton struct {
	Method
	st      State
	r       residuals
	w, flat array // weights of the limits in the system, and 1 + δW
	f       kkt.Factors
}

// direction is a step of everything.
type direction struct{ X, V, T, SL, SU, ZL, ZU array }

func (m Method) newton(st State) newton {
	n := newton{Method: m, st: st, r: m.residuals(st)}
	curve := st.ZL.Div(st.SL).Add(st.ZU.Div(st.SU))
	n.flat = curve.Mul(st.Delta).AddScalar(1)
	n.w = num.Where(positive(m.eq), num.Const(1).Div(st.Delta), curve.Div(n.flat))
	n.f = m.System.Factor(m.k, st.Rho.Add(m.head(n.w)), m.tail(n.w))
	return n
}

// toward is the step after which the products of slacks and multipliers are s∘z - kl and s∘z - ku, to first order.
func (n newton) toward(kl, ku array) direction { return n.along(kl, ku, n.System.Solve) }

// along is toward with a function that solves the linear system.
func (n newton) along(kl, ku array, solve func(f kkt.Factors, bx, by array) (x, y array)) direction {
	st, r := n.st, n.r
	// A multiplier changes with its limit by dt = w dv + g.
	pull := kl.Add(st.ZL.Mul(r.l)).Div(st.SL).Sub(ku.Add(st.ZU.Mul(r.u)).Div(st.SU))
	g := num.Where(positive(n.eq), r.eq.Div(st.Delta), pull.Div(n.flat))
	some := positive(n.w)
	by := num.Where(some, g.Neg().Div(num.Where(some, n.w, num.Const(1))), num.Const(0))
	dx, dr := solve(n.f, r.dual.Neg().Sub(n.head(g)), n.tail(by))
	d := direction{X: dx, V: num.Concat(0, dx, n.System.JTimes(n.k, dx))}
	d.T = num.Concat(0, n.head(n.w).Mul(dx).Add(n.head(g)), dr)
	move := d.V.Sub(d.T.Mul(st.Delta))
	d.SL, d.SU = move.Add(r.l).Mul(n.hasL), r.u.Sub(move).Mul(n.hasU)
	along := func(k, a, da, b array) array { return k.Add(a.Mul(da)).Div(b).Neg() } // db with b da + a db = -k
	d.ZL, d.ZU = along(kl, st.ZL, d.SL, st.SL).Mul(n.hasL), along(ku, st.ZU, d.SU, st.SU).Mul(n.hasU)
	// Where a limit is active, its slack, which may be lost in the rounding of v, follows from its multiplier.
	strong := func(s, z, other, otherZ array) array { return z.Gt(s).And(z.Mul(other).Ge(s.Mul(otherZ))) }
	low := strong(st.SL, st.ZL, st.SU, st.ZU).And(positive(n.hasL))
	up := strong(st.SU, st.ZU, st.SL, st.ZL).And(positive(n.hasU)).And(low.Not())
	d.ZL, d.ZU = num.Where(low, d.ZU.Sub(d.T), d.ZL), num.Where(up, d.ZL.Add(d.T), d.ZU)
	d.SL = num.Where(low, along(kl, st.SL, d.ZL, num.Where(low, st.ZL, num.Const(1))), d.SL)
	d.SU = num.Where(up, along(ku, st.SU, d.ZU, num.Where(up, st.ZU, num.Const(1))), d.SU)
	return d
}

// longest is the largest step that keeps v positive along d.
func longest(v, d array) array {
	down := d.Lt(num.Const(0))
	return num.Where(down, v.Div(num.Where(down, d.Neg(), num.Const(1))), num.Const(math.Inf(1))).Min()
}

func (n newton) room(d direction) (primal, dual array) {
	st := n.st
	return num.Minimum(longest(st.SL, d.SL), longest(st.SU, d.SU)), num.Minimum(longest(st.ZL, d.ZL), longest(st.ZU, d.ZU))
}

// Iterate makes one iteration: a step, of which the shorter one of the two parts is given.
func (m Method) Iterate(st State) (State, array) {
	n := m.newton(st)
	base := m.cost.Scale(m.Least) // the barrier that stays, in scaled units
	kl, ku := st.SL.Mul(st.ZL).Sub(base.Mul(m.hasL)), st.SU.Mul(st.ZU).Sub(base.Mul(m.hasU))
	// How far to center, and how much the first direction curves, needs few digits.
	d := n.along(kl, ku, kkt.Roughly(m.System))
	ap, ad := n.room(d)
	one := num.Const(1)
	ap, ad = num.Minimum(ap, one), num.Minimum(ad, one)
	product := func(s, ds, z, dz array) array { return s.Add(ds.Mul(ap)).Mul(z.Add(dz.Mul(ad))) }
	after := product(st.SL, d.SL, st.ZL, d.ZL).Add(product(st.SU, d.SU, st.ZU, d.ZU)).Sum().Div(m.count)
	excess := num.Maximum(st.Mu.Sub(base), num.Const(0))
	some := positive(excess)
	ratio := num.Clip(after.Sub(base).Div(num.Where(some, excess, num.Const(1))), num.Const(0), num.Const(1))
	center := num.Maximum(ratio.Mul(ratio).Mul(ratio).Mul(excess), m.enough(st))
	d = n.toward(kl.Add(d.SL.Mul(d.ZL)).Sub(center.Mul(m.hasL)), ku.Add(d.SU.Mul(d.ZU)).Sub(center.Mul(m.hasU)))

	const back = 0.99 // of the way to where a slack or a multiplier becomes 0: PIQP's
	ap, ad = n.room(d)
	ap, ad = num.Minimum(ap.Scale(back), one), num.Minimum(ad.Scale(back), one)
	next := st
	next.X, next.V = st.X.Add(d.X.Mul(ap)), st.V.Add(d.V.Mul(ap))
	next.HX = m.System.HTimes(m.k, next.X)
	next.SL, next.SU = st.SL.Add(d.SL.Mul(ap)), st.SU.Add(d.SU.Mul(ap))
	next.ZL, next.ZU = st.ZL.Add(d.ZL.Mul(ad)), st.ZU.Add(d.ZU.Mul(ad))
	next.T = st.T.Add(d.T.Mul(ad))
	next = m.settled(next)
	next.Delta = lowered(st.Delta, next.Mu, st.Mu, 1/m.System.Steepest(), held(ap, next.Primal, st.Primal, d.T, st.Delta))
	next.Rho = lowered(st.Rho, next.Mu, st.Mu, 0, held(ad, next.Dual, st.Dual, d.X, st.Rho))
	return next, num.Minimum(ap, ad)
}

// enough is the mean product of slacks and multipliers that the tolerance does not see: a smaller one makes systems harder only.
func (m Method) enough(st State) array {
	size := num.Const(1)
	if !m.Absolute {
		size = num.Maximum(st.X.Dot(st.HX).Scale(0.5).Abs(), st.X.Dot(m.c).Abs()).Div(m.cost)
		size = num.Maximum(size, num.Const(1))
	}
	return m.cost.Mul(size).Div(m.count).Scale(1e-3 * m.Tol)
}

// held reports whether it is a proximal term of weight w that keeps a step d from ending a residual: it leaves half of it or more, by what
// the equations say, or as a full step did.
func held(step, after, before, d, w array) array {
	much := before.Scale(0.5)
	return largest(d).Mul(w).Gt(much).Or(step.Gt(num.Const(0.9)).And(after.Gt(much)))
}

// lowered is the weight of a proximal term after the mean product fell from before to mu: in the same proportion, and where the term
// holds steps back by a tenth at least, and further down; never below a bound.
func lowered(w, mu, before array, bound float64, held array) array {
	_, _, lower, finest := weights(w.DType())
	lower, finest = max(lower, bound), max(finest, bound)
	some := positive(before)
	ratio := num.Where(some, mu.Div(num.Where(some, before, num.Const(1))), num.Const(0.1))
	ratio = num.Where(held, num.Const(0.1), num.Clip(ratio, num.Const(0.1), num.Const(1)))
	least := num.Where(held, num.Const(finest), num.Minimum(w, num.Const(lower)))
	return num.Maximum(w.Mul(ratio), least)
}
