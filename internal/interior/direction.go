package interior

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// local is the derivatives at a point, scaled.
type local struct {
	f, g, c array
	jac     Matrix // not scaled: the rows' scale is in products
	scaleC  array
}

func (a local) times(sys System, d array) array { return sys.JacobianTimes(a.jac, d).Mul(a.scaleC) }
func (a local) trans(sys System, y array) array { return sys.TransposeTimes(a.jac, y.Mul(a.scaleC)) }

// newton is the system of one step: its matrix, and what turns its solution into a step.
type newton struct {
	sys     System
	ph      phase
	at      Place
	st      State
	l       local
	lower   array // distances to the limits
	upper   array
	rx, rs  array // gradient of the barrier problem's Lagrangian
	elastic array // what P and N add to the diagonal of the rows
	hess    Matrix
}

// move is a step in all of the method's variables.
type move struct {
	Place
	Y, ZL, ZU, ZP, ZN array
}

func newNewton(sys System, ph phase, at Place, st State, l local) newton {
	w := newton{sys: sys, ph: ph, at: at, st: st, l: l}
	w.lower, w.upper = ph.slack(at.V)
	push := ph.push(w.lower, w.upper)
	w.rx = ph.pull(at, l.g).Add(l.trans(sys, st.Y)).Add(ph.x(push)).Mul(ph.keep)
	w.rs = ph.s(push).Sub(st.Y).Mul(ph.moves)
	r := st.Restore
	w.elastic = at.P.Div(r.ZP).Add(at.N.Div(r.ZN)).Mul(ph.on)
	return w
}

// curved is the system with the Hessian of the Lagrangian.
func (w newton) curved() newton {
	w.hess = w.sys.Hessian(w.ph.x(w.at.V), w.ph.weight.Mul(w.st.ScaleF), w.st.Y.Mul(w.st.ScaleC))
	return w
}

// correction is what is added to the diagonals for the inertia, with the factors of the matrix.
type correction struct {
	Delta, Drop array // to the Hessian, and from the block of the rows
	Factors     Matrix
	OK          array
	Dependent   array // whether rows seem to depend on each other
	N           array // int32
}

// sigma is Σ of WB, equation 10.
func (w newton) sigma() array {
	return w.st.ZL.Mul(w.ph.hasL).Div(w.lower).Add(w.st.ZU.Mul(w.ph.hasU).Div(w.upper))
}

// compliance is the inverse of what holds the slacks: 0 for those that are fixed.
func (w newton) compliance(delta array) array {
	s := w.ph.s(w.sigma()).Add(delta)
	return w.ph.moves.Div(num.Where(w.ph.moves.Gt(num.Const(0)), s, num.Const(1)))
}

func (w newton) kkt(delta, drop array) KKT {
	a := w.ph.x(w.sigma()).Add(w.ph.near).Add(delta)
	e := w.compliance(delta).Add(w.elastic).Add(drop)
	e = num.Where(w.ph.rows.Gt(num.Const(0)), e, num.Const(1))
	return KKT{H: w.hess, J: w.l.jac, Keep: w.ph.keep, Rows: w.l.scaleC.Mul(w.ph.rows), A: a, E: e}
}

// corrected factors the matrix with what has to be added to give it one negative eigenvalue for each row, so that steps
// lower the barrier function (WB, algorithm IC, with its constants). Fewer negative eigenvalues than rows, as a zero, say that rows depend on each
// other: those get a little compliance. So they do where no correction of the Hessian is enough, which rounding can hide from the signs.
func (w newton) corrected() correction {
	const first, least, most = 1e-4, 1e-20, 1e20
	last, want := w.st.Delta, num.Int(w.ph.m)
	start := num.Where(last.Gt(num.Const(0)), num.Maximum(last.Scale(1./3), num.Const(least)), num.Const(first))
	grow := num.Where(last.Gt(num.Const(0)), num.Const(8), num.Const(100))
	yield := w.ph.mu.Pow(num.Const(0.25)).Scale(1e-8)
	try := func(delta, drop array, n array) correction {
		f, in := w.sys.Factor(w.kkt(delta, drop))
		return correction{Delta: delta, Drop: drop, Factors: f, OK: in.Negative.Eq(want).And(in.Singular.Not()), N: n,
			Dependent: in.Singular.Or(in.Negative.Lt(want))}
	}
	zero := w.ph.mu.Const(0)
	return num.While(func(c correction) array {
		return c.OK.Not().And(c.Delta.Lt(num.Const(most)).Or(c.Drop.Eq(num.Const(0))))
	}, func(c correction) correction {
		end := c.Delta.Ge(num.Const(most))
		rows := c.Drop.Eq(num.Const(0)).And(c.Dependent.Or(end))
		more := num.Where(c.Delta.Gt(num.Const(0)), c.Delta.Mul(grow), start)
		delta := num.Where(rows, num.Where(end, num.Const(0), c.Delta), more)
		return try(delta, num.Where(rows, yield, c.Drop), c.N.AddScalar(1))
	}, try(zero, zero, num.Int(0)))
}

// step is the step whose rows are to lose r.
func (w newton) step(c correction, r array) move {
	ph, st := w.ph, w.st
	e := w.compliance(c.Delta)
	re := st.Restore
	rhoLess, rhoMore := num.Const(rho).Sub(st.Y), st.Y.Add(num.Const(rho))
	pull := ph.mu.Sub(w.at.P.Mul(rhoLess)).Div(re.ZP).Sub(ph.mu.Sub(w.at.N.Mul(rhoMore)).Div(re.ZN)).Mul(ph.on)
	rows := r.Neg().Sub(e.Mul(w.rs)).Add(pull)
	rows = num.Where(ph.rows.Gt(num.Const(0)), rows, num.Const(0))
	b := num.Concat(0, w.rx.Neg(), rows)
	u := w.sys.Solve(c.Factors, b)
	u = u.Add(w.sys.Solve(c.Factors, b.Sub(w.times(c, u))))
	dx, dy := u.Range(0, ph.n), u.Range(ph.n, ph.n+ph.m)
	dv := num.Concat(0, dx, e.Mul(dy.Sub(w.rs)))
	m := move{Place: Place{V: dv}, Y: dy}
	m.P = ph.mu.Sub(w.at.P.Mul(rhoLess)).Add(w.at.P.Mul(dy)).Div(re.ZP).Mul(ph.rows).Mul(ph.on)
	m.N = ph.mu.Sub(w.at.N.Mul(rhoMore)).Sub(w.at.N.Mul(dy)).Div(re.ZN).Mul(ph.rows).Mul(ph.on)
	m.ZP = rhoLess.Sub(re.ZP).Sub(dy).Mul(ph.rows).Mul(ph.on)
	m.ZN = rhoMore.Sub(re.ZN).Add(dy).Mul(ph.rows).Mul(ph.on)
	m.ZL = ph.mu.Sub(st.ZL.Mul(dv)).Div(w.lower).Sub(st.ZL).Mul(ph.hasL)
	m.ZU = ph.mu.Add(st.ZU.Mul(dv)).Div(w.upper).Sub(st.ZU).Mul(ph.hasU)
	return m
}

// times is the product with the matrix of the step.
func (w newton) times(c correction, u array) array {
	k := w.kkt(c.Delta, c.Drop)
	x, y := u.Range(0, w.ph.n).Mul(k.Keep), u.Range(w.ph.n, w.ph.n+w.ph.m)
	one := num.Const(1)
	top := w.sys.HessianTimes(k.H, x).Add(k.A.Mul(x)).Add(w.sys.TransposeTimes(k.J, y.Mul(k.Rows)))
	top = top.Mul(k.Keep).Add(u.Range(0, w.ph.n).Mul(one.Sub(k.Keep)))
	return num.Concat(0, top, w.sys.JacobianTimes(k.J, x).Mul(k.Rows).Sub(k.E.Mul(y)))
}

// multipliers estimates the multipliers of the rows by least squares (WB, section 3.6): 0 where they would be large.
func (w newton) multipliers() array {
	const most = 1e3 // as WB
	ph, st := w.ph, w.st
	k := w.kkt(st.Mu.Const(0), st.Mu.Const(0))
	k.H, k.A = nil, num.Full(st.Mu.DType(), 1, ph.n)
	k.E = num.Where(ph.rows.Gt(num.Const(0)), ph.moves, num.Const(1)).AddScalar(math.Sqrt(st.Mu.DType().Eps()))
	f, _ := w.sys.Factor(k)
	z := st.ZU.Sub(st.ZL)
	gx, gs := w.l.g.Add(ph.x(z)).Mul(ph.keep), ph.s(z).Mul(ph.moves)
	u := w.sys.Solve(f, num.Concat(0, gx.Neg(), gs.Neg()))
	y := u.Range(ph.n, ph.n+ph.m).Mul(ph.rows)
	return num.Where(largest(y).Le(num.Const(most)), y, num.Const(0))
}
