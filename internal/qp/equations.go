package qp

import (
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// Equations is the method for programs whose limits are equations: their conditions of optimality are one linear system. With factors, that of the proximal
// method of multipliers is solved again for what is left, which is regular whatever depends on what; without, MINRES solves the system itself.
type Equations struct{ Method }

// EquationsState is what the method keeps between two corrections, in scaled units.
type EquationsState struct {
	X, T    array
	DX, DT  array       // the last correction, or what it left, which become certificates
	Factors kkt.Factors // empty without
	Errors  Errors
	Error   array
	Before  array // the error before the last correction
	Idle    array // how many corrections there were since one that lowered the error, int32
	Data    array
}

// Inequalities is how many limits there are that are not equations.
func (m Equations) Inequalities() array { return m.hasL.Add(m.hasU).Sum() }

func (m Equations) free() bool { _, ok := m.System.(kkt.Free); return ok }

// weights are ρ and δ, and the weight of each row in the system, which must not hide a small H.
func (m Equations) weights() (rho, delta, w array) {
	d := m.c.DType()
	_, _, least, _ := weights(d)
	curve := num.Where(positive(m.curve), num.Minimum(m.curve, num.Const(1)), num.Const(1))
	rho = num.Full(d, least)
	delta = num.Maximum(rho, num.Const(1/m.System.Steepest()).Div(curve))
	return rho, delta, m.eq.Div(delta)
}

// Begin implements [Iterative].
func (m Equations) Begin(p Point) EquationsState {
	t := num.Concat(0, p.W, p.Y).Div(m.rows).Mul(m.cost).Mul(m.eq)
	st := EquationsState{X: p.X.Div(m.d), T: t, Idle: num.Int(0), Error: num.Full(t.DType(), inf), Data: m.data()}
	st.DX, st.DT = st.X.Scale(0), t.Scale(0)
	if !m.free() {
		rho, _, w := m.weights()
		st.Factors = m.System.Factor(m.k, rho.Add(m.head(w)), m.tail(w))
	}
	return m.assess(st)
}

func (m Equations) at(st EquationsState) Point { return m.Method.Point(State{X: st.X, T: st.T}) }

func (m Equations) assess(st EquationsState) EquationsState {
	st.Before = st.Error
	st.Errors = m.errorsAt(m.at(st))
	st.Error = m.worst(st.Errors)
	st.Idle = num.Where(st.Error.Lt(st.Before.Scale(0.9)), num.Int(0), st.Idle.AddScalar(1))
	return st
}

// For implements [Iterative].
func (m Equations) For(st EquationsState, p Point) array {
	return m.known(st.Data, st.Errors, m.at(st), p)
}

// Report implements [Iterative].
func (m Equations) Report(st EquationsState) (Point, Errors, array) {
	return m.proved(m.Judge(st), m.at(st), st.DX, st.DT), st.Errors, st.Error
}

// Step implements [Iterative]: one correction.
func (m Equations) Step(st EquationsState) (next EquationsState, length, evaluations array) {
	if m.free() {
		return m.assess(m.corrected(st)), st.Error.Const(1), num.Int(1)
	}
	rho, delta, w := m.weights()
	one, zero := w.Scale(0).AddScalar(1), w.Scale(0)
	at := State{X: st.X, T: st.T, Rho: rho, Delta: delta, SL: one, SU: one, ZL: zero, ZU: zero}
	at.V, at.HX = num.Concat(0, st.X, m.System.JTimes(m.k, st.X)), m.System.HTimes(m.k, st.X)
	d := newton{Method: m.Method, st: at, r: m.residuals(at), w: w, flat: one, f: st.Factors}.toward(zero, zero)
	st.DX, st.DT = d.X, d.T.Mul(m.eq)
	st.X, st.T = st.X.Add(st.DX), st.T.Add(st.DT)
	return m.assess(st), st.Error.Const(1), num.Int(1)
}

// corrected is the state after a correction by MINRES. What it leaves is orthogonal to the range of the system, which makes it a certificate.
func (m Equations) corrected(st EquationsState) EquationsState {
	n := m.n
	apply := func(u array) array {
		x, t := u.Range(0, n), u.Range(n, u.Size())
		on := t.Mul(m.eq)
		top := m.System.HTimes(m.k, x).Add(m.head(on)).Add(m.System.TransposeTimes(m.k, m.tail(on)))
		rows := num.Concat(0, x, m.System.JTimes(m.k, x))
		return num.Concat(0, top, num.Where(positive(m.eq), rows, t))
	}
	left := func(st EquationsState) array {
		u := apply(num.Concat(0, st.X, st.T))
		return num.Concat(0, m.c.Neg(), m.lo.Mul(m.eq)).Sub(u)
	}
	u := kkt.LeastResidual(apply, left(st))
	st.X, st.T = st.X.Add(u.Range(0, n)), st.T.Add(u.Range(n, u.Size()).Mul(m.eq))
	r := left(st)
	st.DX, st.DT = r.Range(0, n), r.Range(n, r.Size()).Mul(m.eq).Neg()
	return st
}

// stalled is how many corrections without an improvement are the last, a choice.
const stalled = 8

// Judge implements [Iterative].
func (m Equations) Judge(st EquationsState) Outcome {
	tol := num.Const(m.Tol)
	o := Outcome{Done: st.Error.Le(tol).And(st.Before.Le(tol).Or(st.Error.Le(num.Const(1e-3 * m.Tol))))}
	v := num.Concat(0, st.DX, m.System.JTimes(m.k, st.DX))
	o.Infeasible, o.Unbounded = m.certificates(st.DX, v, m.System.HTimes(m.k, st.DX), st.DT)
	o.Infeasible = o.Infeasible.And(o.Done.Not())
	o.Unbounded = o.Unbounded.And(o.Done.Not()).And(o.Infeasible.Not())
	o.Stuck = st.Idle.Ge(num.Int(stalled))
	return o
}
