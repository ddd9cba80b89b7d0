package qp

import (
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// ADMM is the alternating direction method of OSQP on one problem (Stellato, Banjac, Goulart, Bemporad & Boyd, "OSQP: an operator splitting
// solver for quadratic programs", Math. Program. Comput. 12, 2020), in the notation of this package: v are x and Jx, z is their copy within the limits, and
// t are the multipliers of v = z.
type ADMM struct {
	Method
	Relax    float64 // over-relaxation α
	Rho      float64 // first weight ρ of v = z
	Every    int     // how many steps are made between two looks at the error
	Adapt    int     // how many steps lie between two changes of ρ; 0 for none
	NoPolish bool
}

// ADMMState is what the method keeps between two steps, in scaled units.
type ADMMState struct {
	X, Z, T array
	Rho     array       // weight ρ, a scalar
	Factors kkt.Factors // for Rho
	Age     array       // steps since Rho was looked at, int32
	DX, DT  array       // the last changes, which become certificates
	Errors  Errors
	Error   array
	Data    array
}

// sigma is the weight of the proximal term in x, and equal how much larger ρ is for equations: OSQP's values.
const (
	sigma = 1e-6
	equal = 1e3
)

// rho is the weight of each limit: little where there is none.
func (m ADMM) rho(rho array) array {
	some := num.Maximum(m.hasL, m.hasU)
	w := num.Where(positive(m.eq), rho.Scale(equal), num.Where(positive(some), rho, num.Const(1e-6)))
	return num.Clip(w, num.Const(1e-6), num.Const(1e6))
}

func (m ADMM) factors(rho array) kkt.Factors {
	w := m.rho(rho)
	return m.System.Factor(m.k, m.head(w).AddScalar(sigma), m.tail(w))
}

func (m ADMM) clip(v array) array {
	return num.Maximum(num.Where(positive(m.hasL.Add(m.eq)), m.lo, num.Const(-inf)), num.Minimum(num.Where(positive(m.hasU.Add(m.eq)), m.hi, num.Const(inf)), v))
}

// Begin implements [Iterative].
func (m ADMM) Begin(p Point) ADMMState {
	d := m.c.DType()
	x := p.X.Div(m.d)
	t := num.Concat(0, p.W, p.Y).Div(m.rows).Mul(m.cost)
	rho := num.Full(d, m.Rho)
	st := ADMMState{X: x, Z: m.clip(num.Concat(0, x, m.System.JTimes(m.k, x))), T: t, Rho: rho, Factors: m.factors(rho), Age: num.Int(0),
		DX: x.Scale(0), DT: t.Scale(0), Data: m.data()}
	return m.assess(st)
}

// At is the point of a state.
func (m ADMM) At(st ADMMState) Point { return m.Method.Point(State{X: st.X, T: st.T}) }

// For implements [Iterative].
func (m ADMM) For(st ADMMState, p Point) array { return m.known(st.Data, st.Errors, m.At(st), p) }

// Report implements [Iterative].
func (m ADMM) Report(st ADMMState) (Point, Errors, array) {
	return m.proved(m.Judge(st), m.At(st), st.DX, st.DT), st.Errors, st.Error
}

func (m ADMM) assess(st ADMMState) ADMMState {
	st.Errors = m.errorsAt(m.At(st))
	st.Error = m.worst(st.Errors)
	return st
}

// Step implements [Iterative]: as many steps as lie between two looks at the error. They are whole, and their length is not known.
func (m ADMM) Step(st ADMMState) (next ADMMState, length, evaluations array) {
	w, f := m.rho(st.Rho), st.Factors
	v := num.ForLoop(0, m.Every, func(_ array, v variables) variables { return m.step(v, w, f) }, variables{st.X, st.Z, st.T, st.DX, st.DT})
	st.X, st.Z, st.T, st.DX, st.DT = v.X, v.Z, v.T, v.DX, v.DT
	st.Age = st.Age.AddScalar(float64(m.Every))
	st = m.assess(st)
	if m.Adapt > 0 {
		st = num.Cond(st.Age.Ge(num.Int(m.Adapt)), m.adapted, func(st ADMMState) ADMMState { return st }, st)
	}
	if !m.NoPolish {
		st = m.polish(st)
	}
	return st, st.Rho.Const(0), num.Int(m.Every)
}

// variables are what a step changes.
type variables struct{ X, Z, T, DX, DT array }

// step makes one step with the weights w of the limits and their factors.
func (m ADMM) step(v variables, w array, f kkt.Factors) variables {
	push := w.Mul(v.Z).Sub(v.T)
	x, y := m.solve(v, f, v.X.Scale(sigma).Sub(m.c).Add(m.head(push)), m.tail(push.Div(w)))
	z := num.Concat(0, x, m.tail(v.Z).Add(y.Sub(m.tail(v.T)).Div(m.tail(w))))
	mixed := z.Scale(m.Relax).Add(v.Z.Scale(1 - m.Relax))
	next := variables{X: x.Scale(m.Relax).Add(v.X.Scale(1 - m.Relax)), Z: m.clip(mixed.Add(v.T.Div(w)))}
	next.T = m.signed(v.T.Add(w.Mul(mixed.Sub(next.Z))))
	next.DX, next.DT = next.X.Sub(v.X), next.T.Sub(v.T)
	return next
}

// solve solves the system of a step. Without factors it is solved from where the step before would lead to, and to a part of what is left there: what is not
// solved is small beside the step.
func (m ADMM) solve(v variables, f kkt.Factors, bx, by array) (x, y array) {
	switch s := m.System.(type) {
	case kkt.Free:
		return s.SolveFrom(f, v.X.Add(v.DX), bx, by, inexact)
	case kkt.Sparse:
		return s.SolveOften(f, bx, by)
	}
	return m.System.Solve(f, bx, by)
}

// inexact is the part of a residual that an iterative solution leaves, a choice.
const inexact = 1e-3

// adapted is the state with a weight that balances the residuals (OSQP, section 5.2), if it changes by much.
func (m ADMM) adapted(st ADMMState) ADMMState {
	v, hx := num.Concat(0, st.X, m.System.JTimes(m.k, st.X)), m.System.HTimes(m.k, st.X)
	pull := m.System.TransposeTimes(m.k, m.tail(st.T)).Add(m.head(st.T))
	one := num.Const(1e-30)
	some := num.Maximum(m.eq, num.Maximum(m.hasL, m.hasU))
	primal := largest(v.Sub(st.Z)).Div(num.Maximum(num.Maximum(largest(v.Mul(some)), largest(st.Z.Mul(some))), one))
	dual := largest(hx.Add(m.c).Add(pull)).Div(num.Maximum(num.Maximum(largest(hx), largest(pull)), num.Maximum(largest(m.c), one)))
	rho := num.Clip(st.Rho.Mul(num.Maximum(primal, one).Div(num.Maximum(dual, one)).Sqrt()), num.Const(1e-6), num.Const(1e6))
	const much = 5 // OSQP's
	changes := rho.Gt(st.Rho.Scale(much)).Or(rho.Lt(st.Rho.Scale(1. / much)))
	st.Age = num.Int(0)
	return num.Cond(changes, func(a adaptation) ADMMState {
		a.State.Rho, a.State.Factors = a.Rho, m.factors(a.Rho)
		return a.State
	}, func(a adaptation) ADMMState { return a.State }, adaptation{st, rho})
}

type adaptation struct {
	State ADMMState
	Rho   array
}

// polish takes a state within the tolerance to rounding, mostly.
func (m ADMM) polish(st ADMMState) ADMMState {
	return num.Cond(st.Error.Le(num.Const(m.Tol)), func(st ADMMState) ADMMState {
		v := num.Concat(0, st.X, m.System.JTimes(m.k, st.X))
		d := m.c.DType()
		low := flag(v.Sub(m.lo).Lt(st.T.Neg()), d).Mul(m.hasL)
		up := flag(m.hi.Sub(v).Lt(st.T), d).Mul(m.hasU).Mul(num.Const(1).Sub(low))
		st.X, st.T = m.polished(st.X, st.T, low, up, st.Error)
		return m.assess(st)
	}, func(st ADMMState) ADMMState { return st }, st)
}

// Judge says how a state stands to a solution, and what its last change proves.
func (m ADMM) Judge(st ADMMState) Outcome {
	o := Outcome{Done: st.Error.Le(num.Const(m.Tol)), Stuck: num.Full(num.Bool, 0)}
	o.Infeasible, o.Unbounded = m.certificates(st.DX, num.Concat(0, st.DX, m.System.JTimes(m.k, st.DX)), m.System.HTimes(m.k, st.DX), st.DT)
	o.Infeasible, o.Unbounded = o.Infeasible.And(o.Done.Not()), o.Unbounded.And(o.Done.Not()).And(o.Infeasible.Not())
	return o
}
