package conic

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Point is a point of a program with its slacks and multipliers.
type Point struct {
	X    array // [n]
	S, Z array // [m]
}

// State is what the method keeps between two iterations, in scaled units.
type State struct {
	X, S, Z    array
	Tau, Kappa array
	Waits      array // points so far that were [Report.Near], int32
}

// Method is the method on a program.
type Method struct {
	program Program
	p       scaledProgram
	sys     system
	tol     float64
}

// New is the method for a program, which stops at the tolerance tol.
func New(p Program, tol float64) Method {
	s := newScaledProgram(p)
	return Method{program: p, p: s, sys: newSystem(s), tol: tol}
}

// residuals are what is left of the equations of the embedding, and what they have in common.
type residuals struct {
	x, z, tau   array
	qx, ax, atz array
	xqx, cx, bz array
}

func (m Method) residuals(st State) residuals {
	p := m.p
	r := residuals{qx: p.quad(st.X), ax: p.a.times(st.X), atz: p.a.trans(st.Z)}
	r.xqx, r.cx, r.bz = st.X.Dot(r.qx), p.c.Dot(st.X), p.b.Dot(st.Z)
	r.x = r.qx.Add(r.atz).Add(p.c.Mul(st.Tau))
	r.z = r.ax.Add(st.S).Sub(p.b.Mul(st.Tau))
	r.tau = st.Kappa.Add(r.xqx.Div(st.Tau)).Add(r.cx).Add(r.bz)
	return r
}

// weight is that of the central path.
func (m Method) weight(st State) array {
	return st.S.Dot(st.Z).Add(st.Tau.Mul(st.Kappa)).Scale(1 / float64(m.p.layout.degree()+1))
}

// Step makes an iteration with a step of size alpha. Where there is none, as rounding leaves no direction, ok is false and the state
// stays.
func (m Method) Step(st State) (next State, alpha, ok array) {
	mu := m.weight(st)
	w := newton{m: m, st: st, r: m.residuals(st), sc: m.p.layout.scale(st.S, st.Z, mu)}
	w.factors = factored{m.p, w.sc.blocks, m.sys.factor(w.sc.blocks)}
	w.prepare()
	zero, one := st.Tau.Const(0), st.Tau.Const(1)
	affine := w.direction(zero, st.S, st.Kappa.Mul(st.Tau))
	a := w.reach(affine, one)
	sigma := one.Sub(a).Pow(num.Const(3))
	to := sigma.Mul(mu)
	d := w.direction(sigma, w.sc.target(affine.S, affine.Z, to), st.Kappa.Mul(st.Tau).Sub(to).Add(affine.Tau.Mul(affine.Kappa)))
	alpha = num.Minimum(one, w.reach(d, one.Scale(1/shy)).Scale(shy))
	next = st.plus(d, alpha)
	ok = alpha.Gt(num.Const(shortest))
	for _, v := range []array{next.X, next.S, next.Z, next.Tau, next.Kappa} {
		ok = ok.And(v.IsFinite().All())
	}
	return pick(ok, next, st), num.Where(ok, alpha, zero), ok
}

// shortest is the least step that counts as one, as Clarabel's for symmetric cones.
const shortest = 1e-4

func pick(first array, a, b State) State {
	return tree.MapAll(func(v ...array) array { return num.Where(first, v[0], v[1]) }, a, b)
}

// shy is the part of the way to the boundary of the cones that a step may go, as in GC.
const shy = 0.99

func (st State) plus(d State, alpha array) State {
	add := func(v, dv array) array { return v.Add(dv.Mul(alpha)) }
	return State{add(st.X, d.X), add(st.S, d.S), add(st.Z, d.Z), add(st.Tau, d.Tau), add(st.Kappa, d.Kappa), st.Waits}
}

// newton is the linear equations of a step.
type newton struct {
	m       Method
	st      State
	r       residuals
	sc      scaling
	factors factored
	x2, z2  array // what a unit of τ adds to x and z
	den     array
}

func (w *newton) prepare() {
	p, st := w.m.p, w.st
	w.x2, w.z2 = w.factors.solve(p.c.Neg(), p.b)
	// With the definite terms apart, the sum has nothing to cancel (GC, section 4).
	off := st.X.Div(st.Tau).Sub(w.x2)
	w.den = st.Kappa.Div(st.Tau).Add(off.Dot(p.quad(off))).Add(w.z2.Dot(w.sc.times(w.z2)))
	// Where the rows contradict each other, z is as large as ε allows, and counts in the sum itself.
	xi := st.X.Div(st.Tau)
	plain := st.Kappa.Div(st.Tau).Add(xi.Dot(p.quad(xi))).Sub(w.r.qx.Dot(w.x2).Scale(2).Div(st.Tau)).Sub(p.c.Dot(w.x2)).Sub(p.b.Dot(w.z2))
	w.den = num.Maximum(w.den, plain)
}

// direction is the step that leaves sigma of the residuals, for targets ds of the cones and dk of τκ.
func (w *newton) direction(sigma, ds, dk array) State {
	p, st, r := w.m.p, w.st, w.r
	less := num.Const(1).Sub(sigma)
	x1, z1 := w.factors.solve(r.x.Mul(less).Neg(), ds.Sub(r.z.Mul(less)))
	rest := dk.Div(st.Tau).Sub(r.tau.Mul(less)).Sub(r.qx.Dot(x1).Scale(2).Div(st.Tau)).Sub(p.c.Dot(x1)).Sub(p.b.Dot(z1))
	dt := rest.Div(w.den).Neg()
	d := State{X: x1.Add(w.x2.Mul(dt)), Z: z1.Add(w.z2.Mul(dt)), Tau: dt}
	// By the rows' equations, not by the cones': rounding then leaves residuals as they should be.
	d.S = p.b.Mul(dt).Sub(r.z.Mul(less)).Sub(p.a.times(d.X)).Mul(p.layout.inequality(r.z))
	d.Kappa = dk.Add(st.Kappa.Mul(dt)).Div(st.Tau).Neg()
	return d
}

// reach is the longest step of a direction, at most the one given.
func (w *newton) reach(d State, most array) array {
	st := w.st
	most = num.Minimum(most, num.Minimum(ratio(st.Tau, d.Tau), ratio(st.Kappa, d.Kappa)))
	return w.sc.reach(d.S, d.Z, most, func(alpha array) array { return w.m.weight(st.plus(d, alpha)) })
}
