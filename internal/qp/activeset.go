package qp

import (
	"math"

	"github.com/argmin-go/argmin/internal/activeset"
	"github.com/argmin-go/argmin/num"
)

// ActiveSet is Goldfarb & Idnani's dual method of package activeset on one program with dense matrices, in scaled units. Where H is not definite enough for
// it, it solves programs with ½ prox |x - center|² added, whose centers are the solutions before (Arnström, Bemporad & Axehill, "A dual active-set
// solver for embedded quadratic programming using recursive LDLᵀ updates", IEEE Trans. Autom. Control 67, 2022, section V).
type ActiveSet struct {
	Method
	core activeset.Method
	prox array // 0 for a definite H
}

// ActiveSetState is what the method keeps between two steps, in scaled units.
type ActiveSetState struct {
	Set    activeset.State
	Center array // [n]
	DX     array // how far the last center is from its solution, which becomes a certificate
	Reach  array // how many times as far the center went beyond it
	X, T   array // the point with its multipliers
	Errors Errors
	Error  array
	Data   array
}

// proximal is the weight of the proximal term, the fourth root of rounding: it loses a quarter of the digits, and leaves as small a part of the distance to the
// solution in an iteration, in directions of unit curvature. It is a choice.
func proximal(d num.DType) float64 { return math.Sqrt(math.Sqrt(d.Eps())) }

// NewActiveSet is the method on a program whose System is dense.
func NewActiveSet(p Problem, o Options) ActiveSet {
	m := ActiveSet{Method: New(p, o)}
	d, h := m.c.DType(), m.k.H
	pivots := num.Diag(num.Cholesky(h)).Square()
	definite := pivots.IsFinite().All().And(pivots.Min().Gt(num.Diag(h).Max().Scale(math.Sqrt(d.Eps()))))
	m.prox = num.Where(definite, num.Const(0), num.Maximum(m.curve, num.Const(1)).Scale(proximal(d)))
	eye := num.Eye(m.n).AsType(d)
	b := h.Add(eye.Mul(m.prox))
	b = num.Where(num.Cholesky(b).IsFinite().All(), b, eye) // of one that is not convex nothing is solved
	some := func(has array) array { return positive(has.Add(m.eq)) }
	m.core = activeset.New(activeset.Problem{B: b, G: m.c, A: num.Concat(0, eye, m.k.J),
		Lo: num.Where(some(m.hasL), m.lo, num.Const(-inf)), Hi: num.Where(some(m.hasU), num.Where(positive(m.eq), m.lo, m.hi), num.Const(inf))})
	return m
}

// straight is the cosine from which on two directions are the same, a choice.
const straight = 1 - 1e-6

// seen is the size of a multiplier, relative to the largest one, from which on its limit is taken for an active one at a start.
const seen = 1e-9

// Begin implements [Iterative]: the limits with multipliers are the first guess of the active ones.
func (m ActiveSet) Begin(p Point) ActiveSetState {
	x, t := p.X.Div(m.d), num.Concat(0, p.W, p.Y).Div(m.rows).Mul(m.cost)
	known := t.IsFinite().All().And(x.IsFinite().All())
	t, x = num.Where(known, m.signed(t), num.Const(0)), num.Where(known, x, num.Const(0))
	side := num.Where(t.Abs().Gt(largest(t).Scale(seen)), t.Sign(), num.Const(0))
	st := ActiveSetState{Set: m.core.Warm(m.c.Sub(x.Mul(m.prox)), side), Center: x, DX: x.Scale(0), Reach: num.Full(x.DType(), 0), Data: m.data()}
	return m.assess(st)
}

// assess is the state with the point of its active set.
func (m ActiveSet) assess(st ActiveSetState) ActiveSetState {
	st.X, st.T = st.Set.X, m.signed(m.core.Multipliers(st.Set)) // rounding may have another sign
	return m.measure(st)
}

func (m ActiveSet) measure(st ActiveSetState) ActiveSetState {
	st.Errors = m.errorsAt(m.at(st))
	st.Error = m.worst(st.Errors)
	return st
}

func (m ActiveSet) at(st ActiveSetState) Point { return m.Method.Point(State{X: st.X, T: st.T}) }

// For implements [Iterative].
func (m ActiveSet) For(st ActiveSetState, p Point) array {
	return m.known(st.Data, st.Errors, m.at(st), p)
}

// Report implements [Iterative].
func (m ActiveSet) Report(st ActiveSetState) (Point, Errors, array) {
	return m.proved(m.Judge(st), m.at(st), st.DX, m.ray(st)), st.Errors, st.Error
}

// Step implements [Iterative]: one row of the active set comes or goes, or nothing is left to do for this center.
func (m ActiveSet) Step(st ActiveSetState) (next ActiveSetState, length, evaluations array) {
	st.Set = m.core.Step(st.Set)
	st = m.assess(st)
	over := st.Set.Ended.Ne(num.Int(0)).Or(st.Error.Le(num.Const(m.Tol)))
	st = num.Cond(over, m.finished, func(st ActiveSetState) ActiveSetState { return st }, st)
	return st, st.Error.Const(0), num.Int(1)
}

// finished is the state with its active set solved for to rounding, mostly, and at the next center where that is not a solution yet.
func (m ActiveSet) finished(st ActiveSetState) ActiveSetState {
	d, side := m.c.DType(), m.core.Sides(st.Set)
	ineq := num.Const(1).Sub(m.eq)
	low, up := flag(side.Lt(num.Const(0)), d).Mul(ineq), flag(side.Gt(num.Const(0)), d).Mul(ineq)
	st.X, st.T = m.polished(st.X, st.T, low, up, st.Error)
	st = m.measure(st)
	further := st.Error.Gt(num.Const(m.Tol)).And(positive(m.prox)).And(st.Set.Ended.Eq(num.Int(activeset.Solved)))
	return num.Cond(further, func(st ActiveSetState) ActiveSetState {
		// A center may be anywhere: where solutions go the same way again, twice as far beyond them.
		dx := st.Set.X.Sub(st.Center)
		same := dx.Dot(st.DX).Ge(num.Norm(dx).Mul(num.Norm(st.DX)).Scale(straight)).And(positive(num.Norm(dx)))
		st.Reach = num.Where(same, num.Minimum(st.Reach.Scale(2).AddScalar(1), num.Const(1/m.c.DType().Eps())), num.Const(0))
		st.DX, st.Center = dx, st.Set.X.Add(dx.Mul(st.Reach))
		st.Set = m.core.Moved(st.Set, m.c.Sub(st.Center.Mul(m.prox)))
		return st
	}, func(st ActiveSetState) ActiveSetState { return st }, st)
}

// ray are multipliers that prove that no point is within the limits, where the method found some.
func (m ActiveSet) ray(st ActiveSetState) array {
	return num.Where(st.Set.Ended.Eq(num.Int(activeset.Infeasible)), m.core.Ray(st.Set), num.Const(0))
}

// Judge implements [Iterative].
func (m ActiveSet) Judge(st ActiveSetState) Outcome {
	ended := st.Set.Ended.Ne(num.Int(0))
	o := Outcome{Done: st.Error.Le(num.Const(m.Tol))}
	v := num.Concat(0, st.DX, m.System.JTimes(m.k, st.DX))
	o.Infeasible, o.Unbounded = m.certificates(st.DX, v, m.System.HTimes(m.k, st.DX), m.ray(st))
	o.Infeasible = o.Infeasible.And(o.Done.Not())
	o.Unbounded = o.Unbounded.And(o.Infeasible.Not()).And(o.Done.Not())
	o.Stuck = ended.And(o.Done.Not())
	return o
}
