package interior

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Options are the method's numbers.
type Options struct {
	Tol float64
	Mu  float64 // first weight of the barrier
	// Least, if not 0, is the weight of the barrier at the end, in units of the objective: its problem is what is solved. 0 is for a weight
	// that the tolerance does not see.
	Least float64
	Quasi bool // take [Secant] approximations of Hessians; for a [Dense] or [Limited] system
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
	Away  array // whether it is feasible, and it and the values went away without end
}

// least is the weight of the barrier at the end: as IPOPT's, a little below a tenth of the tolerance.
func (m Method) least(st State) array {
	if m.Least > 0 {
		return st.ScaleF.Scale(m.Least)
	}
	return st.Tight.Scale(m.Tol / 11)
}

// target is the weight of the barrier whose problem is to be solved.
func (m Method) target(st State) array {
	if m.Least > 0 {
		return m.least(st)
	}
	return st.ScaleF.Const(0)
}

// limits are those of the problem, in units of the rows of scale.
func (m Method) limits(scale array) limits {
	l := newLimits(m.Problem, scale)
	if m.Least > 0 {
		l.damp = l.damp.Scale(0) // the barrier's problem is the one to solve
	}
	return l
}

// errors are what is left of the conditions of the barrier problem with weight mu (WB, equation 5).
func (w newton) errors(mu array) array {
	ph, st := w.ph, w.st
	z := st.ZU.Sub(st.ZL)
	dual := num.Maximum(largest(w.force(z)), largest(w.slip(z)))
	gap := func(d, z, on array) array { return largest(d.Mul(z).Sub(mu).Mul(on)) }
	off := num.Maximum(gap(w.lower, st.ZL, ph.hasL), gap(w.upper, st.ZU, ph.hasU))
	sum := st.ZL.Sum().Add(st.ZU.Sum())
	sd, sc := unit(sum.Add(st.Y.Abs().Sum()), 2*ph.n+3*ph.m), unit(sum, 2*(ph.n+ph.m))
	r := st.Restore
	on := ph.on.Mul(ph.rows)
	off = num.Maximum(off, num.Maximum(gap(w.at.P, r.ZP, on), gap(w.at.N, r.ZN, on)))
	dual = num.Maximum(dual, largest(num.Const(rho).Sub(st.Y).Sub(r.ZP).Mul(on)))
	dual = num.Maximum(dual, largest(num.Const(rho).Add(st.Y).Sub(r.ZN).Mul(on)))
	return num.Maximum(num.Maximum(dual.Div(sd), largest(ph.residual(w.at, w.l.c))), off.Div(sc))
}

// force is the gradient of the Lagrangian with multipliers z of the limits, and slip what the multipliers of the slacks leave of those of
// the rows.
func (w newton) force(z array) array {
	ph := w.ph
	return ph.pull(w.at, w.l.g).Add(w.l.trans(w.sys, w.st.Y)).Add(ph.x(z)).Mul(ph.keep)
}

func (w newton) slip(z array) array { return w.ph.s(z).Sub(w.st.Y).Mul(w.ph.moves) }

// consistent reports whether the gradient of the Lagrangian vanishes relative to the largest of the terms that cancel in each of its entries,
// with the multipliers of the slacks in place of those of the rows. Neither follows from errors: its unit grows with the multipliers, and where
// a constraint's gradient has become large, a multiplier that is almost zero is not zero.
func (w newton) consistent(tol float64) array {
	z := w.st.ZU.Sub(w.st.ZL)
	y := w.st.Y.Add(w.slip(z))
	size := make(Matrix, len(w.l.jac))
	for i, a := range w.l.jac {
		size[i] = a.Abs()
	}
	pull := w.ph.pull(w.at, w.l.g)
	terms := num.Maximum(num.Maximum(pull.Abs(), w.ph.x(z).Abs()), w.sys.TransposeTimes(size, y.Abs().Mul(w.l.scaleC)))
	left := w.force(z).Add(w.l.trans(w.sys, w.slip(z))).Mul(w.ph.keep)
	const small = 1e-6 // our choice: a hundred times the default tolerance, since terms are sums themselves
	return left.Abs().Le(num.Maximum(terms.Scale(max(small, 1e3*terms.DType().Eps())), num.Const(tol))).All()
}

// unit is the size of n multipliers with a sum, where they are large: the unit of errors (WB, equation 6).
func unit(sum array, n int) array {
	const most = 100
	return num.Maximum(num.Const(most), sum.Scale(1/float64(max(n, 1)))).Scale(1. / most)
}

// lowered is the state with the weight of the barrier lowered as long as its problem is solved (WB, equation 7).
func (w newton) lowered(st State, end array) State {
	const enough, factor, power = 10, 0.2, 1.5
	mu := num.While(func(mu array) array {
		return w.errors(mu).Le(mu.Scale(enough)).And(mu.Gt(end))
	}, func(mu array) array {
		return num.Maximum(end, num.Minimum(mu.Scale(factor), mu.Pow(num.Const(power))))
	}, w.ph.mu)
	changed := mu.Lt(w.ph.mu)
	on := st.Restore.On
	none := newFilter(mu.DType())
	st.Filter = none.or(changed.And(on.Not()), st.Filter)
	st.Restore.Filter = none.or(changed.And(on), st.Restore.Filter)
	st.Mu, st.Restore.Mu = num.Where(on, st.Mu, mu), num.Where(on, mu, st.Restore.Mu)
	st.Watchdog = st.Watchdog.stopped(changed)
	return st
}

// Iterate makes one iteration from a point.
func (m Method) Iterate(p Point, st State) Outcome {
	l := m.limits(st.ScaleC)
	f, g := m.Gradient(p.X)
	c, jac := m.System.Jacobian(p.X)
	loc := local{f.Mul(st.ScaleF), g.Mul(st.ScaleF), c.Mul(st.ScaleC), jac, st.ScaleC}
	st.S = num.Where(l.free.Gt(num.Const(0)), loc.c, st.S)
	judged := st.Stage.Gt(num.Int(searching))
	at := num.Concat(0, p.X, st.S)
	w := newNewton(m.System, st.phase(l), Place{num.Where(judged, at, l.within(at)), st.Restore.P, st.Restore.N}, st, loc)
	tried := st.Stage.Eq(num.Int(polished))
	st = pickState(tried, w.reflected(), st)
	w.st = st
	err := w.errors(m.target(st))

	// Of the last step's point and the one before, the better one stays. After a warm start the search goes on from there.
	sound := w.consistent(m.Tol)
	better := err.Le(st.Kept.Error).And(sound.Or(st.Sure.Not()))
	done := st.Stage.Eq(num.Int(settled)).Or(tried.And(better).And(st.Sure))
	back := tried.And(better.Not())
	st.Warm = num.Where(back, num.Int(0), st.Warm)
	type step struct {
		Point Point
		State State
		Step  array
		NFev  array
		NVal  array
	}
	next := num.Cond(done.Or(back), func(st State) step {
		st, x := settle(st, p.X)
		return step{m.join(l, x, st), st, st.Mu.Const(0), num.Int(0), num.Int(0)}
	}, func(st State) step {
		st.Stage = num.Int(searching)
		st.Y = num.Cond(st.Fresh, func(y array) array { return w.multipliers() }, func(y array) array { return y }, st.Y)
		st.Fresh = num.Full(num.Bool, 0)
		w := w
		w.st = st
		st = w.lowered(st, m.least(st))
		inside := Place{l.within(w.at.V), w.at.P, w.at.N}
		point, st, size, n, values := m.step(newNewton(m.System, st.phase(l), inside, st, loc), err, sound)
		return step{point, st, size, n, values}
	}, st)
	// A last step may lead to where there are no numbers: the report is then of the point to which it is taken back.
	value := num.Where(back, st.Kept.Value, f)
	return Outcome{Point: next.Point, State: next.State, Value: value, Error: num.Where(back, st.Kept.Error, err), Step: next.Step, NFev: next.NFev.AddScalar(1), NVal: next.NVal, Done: done,
		Away: w.away(f, p.X)}
}

// away reports whether a feasible point and its value, lower than at the start, are so far from there that no digit of where they began
// is left.
func (w newton) away(f, x array) array {
	far := func(to, from array) array {
		return largest(to.Sub(from)).Gt(num.Maximum(largest(from), num.Const(1)).Scale(0.01 / from.DType().Eps()))
	}
	r := w.ph.residual(w.at, w.l.c)
	feasible := largest(r).Le(num.Maximum(largest(x), num.Const(1)).Scale(math.Sqrt(x.DType().Eps())))
	return w.st.Restore.On.Not().And(feasible).And(f.Lt(w.st.F0)).And(far(f.Reshape(1), w.st.F0.Reshape(1))).And(far(x, w.st.X0))
}

// settle is the state and x from before the last step.
func settle(st State, x array) (State, array) {
	k := st.Kept
	st.S, st.Y, st.ZL, st.ZU = k.S, k.Y, k.ZL, k.ZU
	st.Stage = num.Where(st.Sure, num.Int(settled), num.Int(searching))
	return st, k.X
}

// join is the point of a state, not scaled.
func (m Method) join(l limits, x array, st State) Point {
	return Point{x, st.Y.Mul(st.ScaleC).Div(st.ScaleF), l.x(st.ZU.Sub(st.ZL)).Div(st.ScaleF)}
}

// step makes a step of the search, or the last one where the error err is small. It returns the size of the step as well, how often
// the objective was evaluated, and how often of these without derivatives.
func (m Method) step(w newton, err, sound array) (_ Point, _ State, size, evaluations, values array) {
	st, ph, sys, loc := w.st, w.ph, w.sys, w.l
	x := ph.x(w.at.V)
	w = newNewton(sys, ph, w.at, st, loc)
	if m.Quasi {
		update := st.Secant.updated
		if m.limited() {
			update = st.Secant.remembered
		}
		st.Secant = pickSecant(st.Restore.On, st.Secant, update(x, loc.g.Add(loc.trans(sys, st.Y))))
		w.hess = st.Secant.matrix(ph.weight) // the violation's is not approximated
	} else {
		w = w.curved()
	}
	fix := w.corrected()

	small := err.Le(st.Tight.Scale(m.Tol)).And(st.Restore.On.Not())
	warm := st.Warm.Gt(num.Int(0))
	end := num.Cond(small.Or(warm), func(size array) candidate { return w.polish(fix, size) }, func(size array) candidate {
		no := num.Full(num.Bool, 0)
		return candidate{w.at.V, st.Y, st.ZL, st.ZU, no, no}
	}, num.Maximum(x.Abs(), x.Sub(st.X0).Abs()))
	sure := small.And(end.OK).And(sound.Or(end.Near))
	last := sure.Or(warm)
	if m.Least > 0 {
		last, sure = small, small // and the point stays: the barrier's problem is the one to solve
		end = candidate{V: w.at.V, Y: st.Y, ZL: st.ZL, ZU: st.ZU}
	}
	st.Sure, st.Warm = sure, num.Where(warm, st.Warm.AddScalar(-1), st.Warm)
	st.Tight = num.Where(small.And(sure.Not()), st.Tight.Scale(1e-2), st.Tight)

	r := ph.residual(w.at, loc.c)
	d := w.step(fix, r)
	tau := num.Maximum(num.Const(0.99), num.Const(1).Sub(ph.mu))
	filter := st.Restore.Filter.or(st.Restore.On, st.Filter)
	s := searcher{newton: w, fix: fix, d: d, theta0: r.Abs().Sum(), phi0: ph.barrier(w.at, loc.f), slope: ph.slope(w.at, d.Place, loc.g), filter: filter,
		value: func(x array) (f, c array) { return m.Value(x).Mul(st.ScaleF), sys.Rows(x).Mul(st.ScaleC) }, tau: tau}
	s, st = s.watched(st)
	t := num.Cond(last, func(t trial) trial { return t }, func(t trial) trial { return s.search(t) }, s.start())
	t.OK, st.Slow = s.crawls(t, st)
	next := m.moved(s, t, st)
	v := num.Where(t.OK, t.At.V, w.at.V)
	next, v = s.guarded(t, st, next, v)
	next = w.fixedForces(next, v)
	next.Secant.X, next.Secant.G, next.Secant.Any = x, loc.g.Add(loc.trans(sys, next.Y)), st.Restore.On.Not()

	final := st
	final.Kept = kept{x, st.S, st.Y, st.ZL, st.ZU, loc.f.Div(st.ScaleF), err}
	final.S, final.Y, final.ZL, final.ZU = ph.s(end.V), end.Y, end.ZL, end.ZU
	final.Stage = num.Int(polished)
	if m.Least > 0 {
		final.Stage = num.Int(settled)
	}
	next = pickState(last, final, next)
	x = num.Where(last, ph.x(end.V), num.Where(next.Infeasible, x, ph.x(v)))
	next = certified(st, next)
	return m.join(ph.limits, x, next), next, num.Where(t.OK, t.Step, num.Const(0)), t.NFev.Add(m.hessians(ph)), t.NFev
}

// limited reports whether approximations of Hessians have limited memory.
func (m Method) limited() bool {
	_, ok := m.System.(Limited)
	return ok
}

func pickSecant(pick array, a, b Secant) Secant {
	return tree.MapAll(func(v ...array) array { return num.Where(pick, v[0], v[1]) }, a, b)
}

// fixedForces is the state after a step to v with what holds the fixed variables: what the gradient will be there.
func (w newton) fixedForces(st State, v array) State {
	ph := w.ph
	grad := w.l.g.Add(w.sys.HessianTimes(w.hess, ph.x(v.Sub(w.at.V)))).Add(w.l.trans(w.sys, st.Y))
	none := st.S.Scale(0)
	grad, held := num.Concat(0, grad, none), num.Concat(0, ph.x(ph.fixed), none).Gt(num.Const(0))
	positive := func(z array) array { return num.Maximum(z, num.Const(0)) }
	st.ZL, st.ZU = num.Where(held, positive(grad), st.ZL), num.Where(held, positive(grad.Neg()), st.ZU)
	return st
}

// hessians is how often the objective was evaluated for its Hessian.
func (m Method) hessians(ph phase) array {
	if m.Quasi {
		return num.Int(0)
	}
	return ph.weight.AsType(num.Int32)
}

// crawls reports whether a step is to be taken, and how many have been slow before: after mostSlow short steps in a row that hardly
// lower the violation, restoring feasibility is better.
func (s searcher) crawls(t trial, st State) (ok, slow array) {
	off := st.Restore.On.Not().And(s.once.Not()).And(s.theta0.Gt(num.Const(math.Sqrt(s.theta0.DType().Eps()))))
	same := t.Theta.Ge(s.theta0.Scale(0.9))
	size := num.Maximum(largest(s.at.V), num.Const(1))
	tiny := largest(t.At.V.Sub(s.at.V)).Le(size.Scale(1e-3))
	short := same.And(t.Alpha.Le(num.Const(0.1)).Or(tiny))
	slow = num.Where(t.OK.And(off).And(short), st.Slow.AddScalar(1), num.Int(0))
	again := slow.Ge(num.Int(mostSlow))
	return t.OK.And(again.Not()), num.Where(again, num.Int(0), slow)
}

// mostSlow is IPOPT's number of shortened steps after which it changes its course (its watchdog); our choice.
const mostSlow = 30

// pickState is a where pick is true, and otherwise b.
func pickState(pick array, a, b State) State {
	return tree.MapAll(func(v ...array) array { return num.Where(pick, v[0], v[1]) }, a, b)
}

// moved is the state after a line search.
func (m Method) moved(s searcher, t trial, st State) State {
	ph, d, re := s.ph, t.Dir, st.Restore
	on := re.On
	ok := t.OK
	dual := func(z, dz array) array { return longest(z, dz, s.tau) }
	az := num.Minimum(dual(st.ZL, d.ZL), dual(st.ZU, d.ZU))
	az = num.Where(on, num.Minimum(az, num.Minimum(dual(re.ZP, d.ZP), dual(re.ZN, d.ZN))), az)
	next := st
	next.Delta = num.Where(s.fix.OK.And(s.fix.Delta.Gt(num.Const(0))), s.fix.Delta, st.Delta)
	next.S = num.Where(ok, ph.s(t.At.V), st.S)
	next.Y = num.Where(ok, st.Y.Add(d.Y.Mul(t.Step)), st.Y)
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

	// The filter takes the point that was left, unless only the barrier function decided.
	next.Blocked = num.Where(ok.And(t.Blocked).And(on.Not()), st.Blocked.AddScalar(1), num.Int(0))
	clear := next.Blocked.Ge(num.Int(clearAfter)).And(st.Cleared.Lt(num.Int(mostClears)))
	next.Blocked, next.Cleared = num.Where(clear, num.Int(0), next.Blocked), num.Where(clear, st.Cleared.AddScalar(1), st.Cleared)
	st.Filter = newFilter(st.Mu.DType()).or(clear, st.Filter)
	add := t.Armijo.And(ok).Or(t.Leap).Not()
	theta, phi := s.theta0.Scale(1-gammaTheta), s.phi0.Sub(s.theta0.Scale(gammaPhi))
	next.Filter = st.Filter.with(theta, phi, add.And(on.Not()))
	next.Restore.Filter = re.Filter.with(theta, phi, add.And(on))

	// A restoration that finds no step begins again from where it is.
	again := on.And(ok.Not()).And(st.Rescues.Lt(num.Int(mostRescues)))
	next.Rescues = num.Where(again, st.Rescues.AddScalar(1), st.Rescues)
	next = m.entered(s, next, ok.Or(on).Not().Or(again))
	return m.left(s, t, next, on)
}

// safe keeps multipliers near what the barrier says of them (WB, equation 16).
func safe(z, mu, slack array) array {
	const far = 1e10
	ratio := mu.Div(slack)
	return num.Maximum(num.Minimum(z, ratio.Scale(far)), ratio.Scale(1/far))
}
