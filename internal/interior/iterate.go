package interior

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Options are the method's numbers.
type Options struct {
	Tol   float64
	Mu    float64 // first weight of the barrier
	Least float64 // weight of the barrier at the end; 0: a tenth of Tol
}

// Method is the method on one problem.
type Method struct {
	Problem
	Options
}

// Point is a point with its multipliers, not scaled.
type Point struct{ X, Y, W array }

// Outcome is what an iteration leads to.
type Outcome struct {
	Point
	State State
	Value array // at the point before the step
	Error array // there
	Step  array // part of the Newton step that was made
	NFev  array // evaluations of the objective, int32
	NVal  array // those among them without derivatives
	Done  array // whether the point before the step is a solution
}

// scales are WB's gradient-based scaling (section 3.8): no gradient at the start is larger than 100.
func (m Method) scales(g array, jac Matrix) (f, c array) {
	const most = 100
	unit := func(v array) array {
		ok := v.IsFinite().And(v.Gt(num.Const(most)))
		return num.Where(ok, num.Const(most).Div(num.Where(ok, v, num.Const(1))), num.Const(1))
	}
	return unit(largest(g)), unit(m.System.Largest(jac))
}

// Start moves a start to where the method can begin. warm, a bool scalar, reports whether multipliers are given: the
// start is then moved as little as possible.
func (m Method) Start(x, warm array) array {
	n := x.Size()
	one := num.Full(x.DType(), 1, m.Low.Size())
	l := newLimits(m.Problem, one)
	v := num.Concat(0, x, one)
	return num.Where(warm, l.inside(v, warmShare), l.inside(v, coldShare)).Range(0, n)
}

// How far from its limits a start is moved, in their units: κ₁ = κ₂ of WB, section 3.6, and IPOPT's value for warm starts.
const (
	coldShare = 1e-2
	warmShare = 1e-9
)

// Init is the state before the first iteration, at a start that Start moved; f and g are the objective's there.
func (m Method) Init(p Point, f, g array) State {
	d := p.X.DType()
	c, jac := m.System.Jacobian(p.X)
	warm := Warm(p)
	sf, sc := m.scales(g, jac)
	l := newLimits(m.Problem, sc)
	n, rows := l.n, l.m
	c = c.Mul(sc)
	raw := num.Concat(0, p.X, c)
	v := num.Where(warm, l.inside(raw, warmShare), l.inside(raw, coldShare))
	s := num.Where(l.free.Gt(num.Const(0)), c, l.s(v))
	z := num.Concat(0, p.W.Mul(sf), p.Y.Mul(sf).Div(sc))
	lower, upper := l.slack(num.Concat(0, p.X, s))
	mu := num.Full(d, m.Mu)
	one := num.Full(d, 1, rows)
	st := State{S: s, Y: num.Where(warm, l.rows.Mul(p.Y).Mul(sf).Div(sc), num.Const(0)), Mu: mu, Delta: mu.Const(0), Filter: newFilter(d), ScaleF: sf, ScaleC: sc,
		Fresh: warm.Not(), Infeasible: num.Full(num.Bool, 0), Failed: num.Full(num.Bool, 0)}
	st.Restore = Restoration{On: num.Full(num.Bool, 0), P: one, N: one, ZP: one, ZN: one, X: p.X, Mu: mu, Theta: mu.Const(0), Filter: newFilter(d)}
	// At a warm start the barrier is as strong as the error there.
	r := c.Sub(s).Mul(l.rows)
	gap := num.Maximum(largest(num.Minimum(lower, num.Maximum(z.Neg(), num.Const(0))).Mul(l.hasL)), largest(num.Minimum(upper, num.Maximum(z, num.Const(0))).Mul(l.hasU)))
	dual := largest(g.Mul(sf).Add(m.System.TransposeTimes(jac, p.Y.Mul(sf))).Add(p.W.Mul(sf)).Mul(l.keep))
	near := num.Maximum(num.Maximum(largest(r), dual), gap)
	near = num.Where(near.IsFinite(), num.Minimum(num.Maximum(near, num.Const(m.least())), mu), mu)
	st.Mu = num.Where(warm, near, mu)
	cold := num.Const(1)
	st.ZL = num.Where(warm, num.Maximum(z.Neg(), st.Mu.Div(lower)), cold).Mul(l.hasL)
	st.ZU = num.Where(warm, num.Maximum(z, st.Mu.Div(upper)), cold).Mul(l.hasU)
	theta := r.Abs().Sum()
	st.ThetaMin, st.ThetaMax = num.Maximum(theta, num.Const(1)).Scale(1e-4), num.Maximum(theta, num.Const(1)).Scale(1e4)
	_ = n
	return st
}

// ErrorAt is what is left of the conditions of optimality at a start, where f and g are the objective's.
func (m Method) ErrorAt(p Point, f, g array) array {
	st := m.Init(p, f, g)
	c, jac := m.System.Jacobian(p.X)
	l := newLimits(m.Problem, st.ScaleC)
	loc := local{f.Mul(st.ScaleF), g.Mul(st.ScaleF), c.Mul(st.ScaleC), jac, st.ScaleC}
	w := newton{sys: m.System, ph: st.phase(l), at: place{num.Concat(0, p.X, st.S), st.Restore.P, st.Restore.N}, st: st, l: loc}
	w.lower, w.upper = w.ph.slack(w.at.V)
	return w.errors(st.Mu.Const(0))
}

// Warm reports whether a point has multipliers.
func Warm(p Point) array { return largest(p.Y).Gt(num.Const(0)).Or(largest(p.W).Gt(num.Const(0))) }

func (m Method) least() float64 {
	if m.Least > 0 {
		return m.Least
	}
	return m.Tol / 11
}

// errors are what is left of the conditions of the barrier problem with weight mu (WB, equation 5).
func (w newton) errors(mu array) array {
	ph, st := w.ph, w.st
	const most = 100
	z := st.ZU.Sub(st.ZL)
	dual := num.Maximum(largest(ph.pull(w.at, w.l.g).Add(w.l.trans(w.sys, st.Y)).Add(ph.x(z)).Mul(ph.keep)), largest(ph.s(z).Sub(st.Y).Mul(ph.moves)))
	gap := func(d, z, on array) array { return largest(d.Mul(z).Sub(mu).Mul(on)) }
	off := num.Maximum(gap(w.lower, st.ZL, ph.hasL), gap(w.upper, st.ZU, ph.hasU))
	sum := st.ZL.Sum().Add(st.ZU.Sum())
	unit := func(sum array, n int) array {
		return num.Maximum(num.Const(most), sum.Scale(1/float64(max(n, 1)))).Scale(1. / most)
	}
	sd, sc := unit(sum.Add(st.Y.Abs().Sum()), 2*ph.n+3*ph.m), unit(sum, 2*(ph.n+ph.m))
	r := st.Restore
	on := ph.on.Mul(ph.rows)
	off = num.Maximum(off, num.Maximum(gap(w.at.P, r.ZP, on), gap(w.at.N, r.ZN, on)))
	dual = num.Maximum(dual, largest(num.Const(rho).Sub(st.Y).Sub(r.ZP).Mul(on)))
	dual = num.Maximum(dual, largest(num.Const(rho).Add(st.Y).Sub(r.ZN).Mul(on)))
	return num.Maximum(num.Maximum(dual.Div(sd), largest(ph.residual(w.at, w.l.c))), off.Div(sc))
}

// lowered is the state with the weight of the barrier lowered as long as its problem is solved (WB, equation 7).
func (w newton) lowered(least float64) State {
	const enough, factor, power = 10, 0.2, 1.5
	mu := num.While(func(mu array) array {
		return w.errors(mu).Le(mu.Scale(enough)).And(mu.Gt(num.Const(least)))
	}, func(mu array) array {
		return num.Maximum(num.Const(least), num.Minimum(mu.Scale(factor), mu.Pow(num.Const(power))))
	}, w.ph.mu)
	st := w.st
	changed := mu.Lt(w.ph.mu)
	on := st.Restore.On
	none := newFilter(mu.DType())
	st.Filter = none.or(changed.And(on.Not()), st.Filter)
	st.Restore.Filter = none.or(changed.And(on), st.Restore.Filter)
	st.Mu, st.Restore.Mu = num.Where(on, st.Mu, mu), num.Where(on, mu, st.Restore.Mu)
	return st
}

// Iterate makes one iteration from a point.
func (m Method) Iterate(p Point, st State) Outcome {
	sys := m.System
	l := newLimits(m.Problem, st.ScaleC)
	f0, g0 := m.Gradient(p.X)
	c0, jac := sys.Jacobian(p.X)
	loc := local{f0.Mul(st.ScaleF), g0.Mul(st.ScaleF), c0.Mul(st.ScaleC), jac, st.ScaleC}
	st.S = num.Where(l.free.Gt(num.Const(0)), loc.c, st.S)
	at := place{l.within(num.Concat(0, p.X, st.S)), st.Restore.P, st.Restore.N}

	w := newton{sys: sys, ph: st.phase(l), at: at, st: st, l: loc}
	w.lower, w.upper = w.ph.slack(at.V)
	st = w.lowered(m.least())
	ph := st.phase(l)
	err := w.errors(w.ph.mu.Const(0))
	w = newNewton(sys, ph, at, st, loc)
	y := num.Cond(st.Fresh, func(y array) array { return w.multipliers() }, func(y array) array { return y }, st.Y)
	st.Y, st.Fresh = y, num.Full(num.Bool, 0)
	w = newNewton(sys, ph, at, st, loc).curved()

	fix := w.corrected()
	r := ph.residual(at, loc.c)
	d := w.step(fix, r)
	tau := num.Maximum(num.Const(0.99), num.Const(1).Sub(ph.mu))
	filter := st.Restore.Filter.or(st.Restore.On, st.Filter)
	s := searcher{newton: w, fix: fix, d: d, theta0: r.Abs().Sum(), phi0: ph.barrier(at, loc.f), slope: ph.slope(at, d.place, loc.g), filter: filter,
		value: func(x array) (f, c array) { return m.Value(x).Mul(st.ScaleF), sys.Rows(x).Mul(st.ScaleC) }, tau: tau}
	t := s.search()

	out := Outcome{State: m.moved(s, t, st), Value: f0, Error: err, NFev: t.NFev.AddScalar(1).Add(ph.weight.AsType(num.Int32)), NVal: t.NFev}
	out.Done = err.Le(num.Const(m.Tol)).And(st.Restore.On.Not())
	out.Step = num.Where(t.OK, t.Alpha, num.Const(0))
	out.Point = Point{X: l.x(t.At.V)}
	out.Y = out.State.Y.Mul(st.ScaleC).Div(st.ScaleF)
	out.W = l.x(out.State.ZU.Sub(out.State.ZL)).Div(st.ScaleF)
	// What holds a fixed variable is what the gradient will be there.
	grad := loc.g.Add(sys.HessianTimes(w.hess, l.x(t.At.V.Sub(at.V)))).Add(loc.trans(sys, out.State.Y))
	out.W = num.Where(l.keep.Gt(num.Const(0)), out.W, grad.Neg().Div(st.ScaleF))
	return out
}

// moved is the state after a line search.
func (m Method) moved(s searcher, t trial, st State) State {
	ph, d, re := s.ph, s.d, st.Restore
	on := re.On
	ok := t.OK
	dual := func(z, dz array) array { return longest(z, dz, s.tau) }
	az := num.Minimum(dual(st.ZL, d.ZL), dual(st.ZU, d.ZU))
	az = num.Where(on, num.Minimum(az, num.Minimum(dual(re.ZP, d.ZP), dual(re.ZN, d.ZN))), az)
	next := st
	next.Delta = num.Where(s.fix.Delta.Gt(num.Const(0)), s.fix.Delta, st.Delta)
	next.S = num.Where(ok, ph.s(t.At.V), st.S)
	next.Y = num.Where(ok, st.Y.Add(d.Y.Mul(t.Alpha)), st.Y)
	lower, upper := ph.slack(t.At.V)
	move := func(z, dz, slack, has array) array {
		return num.Where(ok, safe(z.Add(dz.Mul(az)), ph.mu, slack).Mul(has), z)
	}
	next.ZL, next.ZU = move(st.ZL, d.ZL, lower, ph.hasL), move(st.ZU, d.ZU, upper, ph.hasU)
	one := num.Const(1)
	rowsOn := ph.rows.Mul(ph.on)
	elastic := func(z, dz, p array) array { return num.Where(rowsOn.Gt(num.Const(0)), move(z, dz, p, one), one) }
	next.Restore.P, next.Restore.N = num.Where(ok, t.At.P, re.P), num.Where(ok, t.At.N, re.N)
	next.Restore.ZP, next.Restore.ZN = elastic(re.ZP, d.ZP, t.At.P), elastic(re.ZN, d.ZN, t.At.N)

	// The filter takes the point that was left, unless the barrier function alone decided.
	add := t.Armijo.And(ok).Not()
	theta, phi := s.theta0.Scale(1-gammaTheta), s.phi0.Sub(s.theta0.Scale(gammaPhi))
	next.Filter = st.Filter.with(theta, phi, add.And(on.Not()))
	next.Restore.Filter = re.Filter.with(theta, phi, add.And(on))

	next = m.entered(s, next, ok.Or(on).Not())
	return m.left(s, t, next, on)
}

// safe keeps multipliers near what the barrier says of them (WB, equation 16).
func safe(z, mu, slack array) array {
	const far = 1e10
	ratio := mu.Div(slack)
	return num.Maximum(num.Minimum(z, ratio.Scale(far)), ratio.Scale(1/far))
}

// entered is the state with the restoration phase begun, where it is to begin.
func (m Method) entered(s searcher, st State, begin array) State {
	ph := s.ph
	r := s.l.c.Sub(ph.s(s.at.V)).Mul(ph.rows)
	theta := r.Abs().Sum()
	// Nothing to restore: there is no step although the point is feasible.
	least := num.Const(math.Sqrt(st.Mu.DType().Eps()) * 1e-2)
	hopeless := begin.And(theta.Le(least))
	begin = begin.And(theta.Gt(least))
	mu := num.Maximum(st.Mu, largest(r))
	// Of the violations the ones with the least barrier function (WB, equation 33).
	half := mu.Sub(r.Scale(rho)).Scale(0.5 / rho)
	n := half.Add(half.Square().Add(mu.Mul(r).Scale(0.5 / rho)).Sqrt())
	p := r.Add(n)
	on := begin.And(ph.rows.Gt(num.Const(0)))
	one := num.Const(1)
	re := Restoration{On: begin.Or(st.Restore.On), P: num.Where(on, p, st.Restore.P), N: num.Where(on, n, st.Restore.N),
		ZP: num.Where(on, mu.Div(p), st.Restore.ZP), ZN: num.Where(on, mu.Div(n), st.Restore.ZN), X: num.Where(begin, ph.x(s.at.V), st.Restore.X),
		Mu: num.Where(begin, mu, st.Restore.Mu), Theta: num.Where(begin, theta, st.Restore.Theta),
		Filter: newFilter(st.Mu.DType()).or(begin, st.Restore.Filter)}
	_ = one
	st.Restore = re
	st.Y = num.Where(begin, num.Const(0), st.Y)
	st.ZL, st.ZU = num.Where(begin, num.Minimum(st.ZL, num.Const(rho)), st.ZL), num.Where(begin, num.Minimum(st.ZU, num.Const(rho)), st.ZU)
	st.Failed = hopeless
	return st
}

// left is the state with the restoration phase ended, where the violation fell enough or can fall no more.
func (m Method) left(s searcher, t trial, st State, on array) State {
	ph := s.ph
	off := ph
	off.on, off.mu = ph.on.Scale(0), st.Mu
	theta := off.residual(t.At, t.C).Abs().Sum()
	phi := off.barrier(t.At, t.F)
	good := on.And(t.OK).And(theta.Le(st.Restore.Theta.Scale(0.9))).And(phi.IsFinite()).And(st.Filter.accepts(theta, phi))
	stuck := on.And(t.OK.Not())
	st.Failed = st.Failed.Or(stuck)
	lower, upper := ph.slack(t.At.V)
	again := func(z, slack, has array) array {
		return num.Where(good, num.Minimum(st.Mu.Div(slack), num.Const(rho)).Mul(has), z)
	}
	st.ZL, st.ZU = again(st.ZL, lower, ph.hasL), again(st.ZU, upper, ph.hasU)
	st.Restore.On = st.Restore.On.And(good.Not())
	st.Fresh = good
	// The restoration problem is solved, and the violation is still there.
	st.Infeasible = on.And(good.Not()).And(s.errors(num.Const(0).Add(ph.mu.Scale(0))).Le(num.Const(m.Tol))).And(theta.Gt(num.Const(m.Tol)))
	return st
}
