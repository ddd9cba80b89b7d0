package qp

import (
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// State is what the method keeps between two iterations, of the limits of x and Jx end to end and in scaled units.
type State struct {
	X, HX    array // the variables and Hx, [n]
	V        array // x and Jx
	T        array // multipliers: of upper limits less those of lower ones
	SL, SU   array // slacks, 1 where there is no limit
	ZL, ZU   array // multipliers of limits of inequalities, 0 where there is none
	Rho      array // weight of the proximal term of the variables
	Delta    array // of the multipliers
	Mu       array // mean product of a slack and its multiplier
	Short    array // how many steps in a row were short, int32
	Residual array // the primal residual in scaled units, the largest
}

// Point is a point with its multipliers, in the units of the problem: w of the bounds and y of the rows.
type Point struct{ X, Y, W array }

// Outcome is what a state says of the problem.
type Outcome struct {
	Errors     Errors
	Error      array // what the tolerance bounds
	Done       array // whether the tolerance is reached
	Infeasible array // whether the multipliers prove that no point satisfies the constraints
	Unbounded  array // whether the point is a direction in which values fall without end
	Stuck      array // whether no step is possible any more
}

// The proximal terms' weights at the start and at the least, for a scaled problem: PIQP's.
const (
	firstRho, firstDelta = 1e-6, 1e-4
	leastWeight          = 1e-10
)

// Init is the state before the first iteration: where a point has no multipliers, the minimizer of ½ xᵀHx + cᵀx + ½ Σ (distance to limits)²
// with slacks and multipliers moved until they are positive (Mehrotra, section 7; Vandenberghe, "The CVXOPT linear and quadratic cone
// program solvers", 2010, section 5.3).
func (m Method) Init() State {
	d := m.c.DType()
	rho, delta := num.Full(d, firstRho), num.Full(d, firstDelta)
	k := m.hasL.Add(m.hasU)
	middle := over(m.lo.Mul(m.hasL).Add(m.hi.Mul(m.hasU)), k, k).Add(m.lo.Mul(m.eq))
	w := k.Add(m.eq.Div(delta))
	f := m.System.Factor(m.k, rho.Add(m.head(w)), m.tail(w))
	x, y := m.System.Solve(f, m.head(w.Mul(middle)).Sub(m.c), m.tail(middle))
	st := State{X: x, V: num.Concat(0, x, m.System.JTimes(m.k, x)), HX: m.System.HTimes(m.k, x), Rho: rho, Delta: delta, Short: num.Int(0)}
	st.T = num.Concat(0, m.head(w).Mul(x.Sub(m.head(middle))), y).Mul(m.eq)
	one := num.Const(1)
	side := func(dist, has array) (s, z array) {
		return num.Where(positive(has), dist, one), dist.Neg().Mul(has)
	}
	st.SL, st.ZL = side(st.V.Sub(m.lo), m.hasL)
	st.SU, st.ZU = side(m.hi.Sub(st.V), m.hasU)
	shift := func(a, b array, ha, hb array) array {
		least := num.Minimum(num.Where(positive(ha), a, one).Min(), num.Where(positive(hb), b, one).Min())
		return num.Where(least.Lt(num.Const(1e-2)), one.Sub(least), num.Const(0))
	}
	up := shift(st.SL, st.SU, m.hasL, m.hasU)
	st.SL, st.SU = st.SL.Add(m.hasL.Mul(up)), st.SU.Add(m.hasU.Mul(up))
	up = shift(st.ZL, st.ZU, m.hasL, m.hasU)
	st.ZL, st.ZU = st.ZL.Add(m.hasL.Mul(up)), st.ZU.Add(m.hasU.Mul(up))
	return m.settled(st)
}

// settled is the state with what follows from the rest of it.
func (m Method) settled(st State) State {
	st.T = num.Where(positive(m.eq), st.T, st.ZU.Sub(st.ZL))
	st.Mu = st.SL.Mul(st.ZL).Add(st.SU.Mul(st.ZU)).Sum().Div(m.count)
	r := m.residuals(st)
	st.Residual = num.Maximum(largest(r.eq), num.Maximum(largest(r.l), largest(r.u)))
	return st
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
func (n newton) toward(kl, ku array) direction {
	st, r := n.st, n.r
	// A multiplier changes with its limit by dt = w dv + g.
	pull := kl.Add(st.ZL.Mul(r.l)).Div(st.SL).Sub(ku.Add(st.ZU.Mul(r.u)).Div(st.SU))
	g := num.Where(positive(n.eq), r.eq.Div(st.Delta), pull.Div(n.flat))
	by := over(g, n.w, flag(positive(n.w), g.DType())).Neg()
	dx, dr := n.System.Solve(n.f, r.dual.Neg().Sub(n.head(g)), n.tail(by))
	d := direction{X: dx, V: num.Concat(0, dx, n.System.JTimes(n.k, dx))}
	d.T = num.Concat(0, n.head(n.w).Mul(dx).Add(n.head(g)), dr)
	move := d.V.Sub(d.T.Mul(st.Delta))
	d.SL, d.SU = move.Add(r.l).Mul(n.hasL), r.u.Sub(move).Mul(n.hasU)
	d.ZL = kl.Add(st.ZL.Mul(d.SL)).Div(st.SL).Neg().Mul(n.hasL)
	d.ZU = ku.Add(st.ZU.Mul(d.SU)).Div(st.SU).Neg().Mul(n.hasU)
	return d
}

// longest is the largest step ≤ 1 that keeps v positive along d.
func longest(v, d array) array {
	down := d.Lt(num.Const(0))
	return num.Minimum(num.Where(down, v.Div(num.Where(down, d.Neg(), num.Const(1))), num.Const(1)).Min(), num.Const(1))
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
	d := n.toward(kl, ku)
	ap, ad := n.room(d)
	product := func(s, ds, z, dz array) array { return s.Add(ds.Mul(ap)).Mul(z.Add(dz.Mul(ad))) }
	after := product(st.SL, d.SL, st.ZL, d.ZL).Add(product(st.SU, d.SU, st.ZU, d.ZU)).Sum().Div(m.count)
	some := positive(st.Mu)
	ratio := num.Clip(after.Div(num.Where(some, st.Mu, num.Const(1))), num.Const(0), num.Const(1))
	center := ratio.Mul(ratio).Mul(ratio).Mul(st.Mu)
	d = n.toward(kl.Add(d.SL.Mul(d.ZL)).Sub(center.Mul(m.hasL)), ku.Add(d.SU.Mul(d.ZU)).Sub(center.Mul(m.hasU)))

	const back = 0.99 // of the way to where a slack or a multiplier becomes 0: PIQP's
	ap, ad = n.room(d)
	ap, ad = num.Where(ap.Lt(num.Const(1)), ap.Scale(back), ap), num.Where(ad.Lt(num.Const(1)), ad.Scale(back), ad)
	next := st
	next.X, next.V = st.X.Add(d.X.Mul(ap)), st.V.Add(d.V.Mul(ap))
	next.HX = m.System.HTimes(m.k, next.X)
	next.SL, next.SU = st.SL.Add(d.SL.Mul(ap)), st.SU.Add(d.SU.Mul(ap))
	next.ZL, next.ZU = st.ZL.Add(d.ZL.Mul(ad)), st.ZU.Add(d.ZU.Mul(ad))
	next.T = st.T.Add(d.T.Mul(ad))
	next = m.settled(next)
	next.Rho, next.Delta = lowered(st.Rho, next.Mu, st.Mu), lowered(st.Delta, next.Mu, st.Mu)
	short := num.Minimum(ap, ad).Lt(num.Const(1e-8))
	next.Short = num.Where(short, st.Short.AddScalar(1), num.Int(0))
	return next, num.Minimum(ap, ad)
}

// lowered is the weight of a proximal term after the mean product fell from before to mu.
func lowered(w, mu, before array) array {
	some := positive(before)
	ratio := num.Where(some, mu.Div(num.Where(some, before, num.Const(1))), num.Const(0.1))
	return num.Maximum(w.Mul(num.Clip(ratio, num.Const(0.1), num.Const(1))), num.Const(leastWeight))
}
