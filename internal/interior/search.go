package interior

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Constants of the filter line search: those of WB, section 2.3 and table in section 3, as IPOPT has them.
const (
	gammaTheta = 1e-5
	gammaPhi   = 1e-8
	gammaAlpha = 0.05
	deltaPhi   = 1.0
	powTheta   = 1.1
	powPhi     = 2.3
	etaPhi     = 1e-8
	kappaSOC   = 0.99
	mostSOC    = 4
)

// trial is a point of a line search with its judgement.
type trial struct {
	At          Place
	F, C        array // scaled values there
	Theta, Phi  array
	Alpha       array // part of the step that is judged, also where a correction takes its place
	Step        array // part of Dir
	Dir         move
	Soc         array // second-order corrections made, int32
	Rows        array // what the correction is to remove
	Best        array // violation before the last correction
	OK, Armijo  array
	Blocked     array // whether the last trial that was refused was refused by the filter alone
	Leap        array // whether it is a step of a watchdog that the filter did not accept
	NFev, Tries array // int32
}

// searcher is one line search.
type searcher struct {
	newton
	fix          correction
	d            move
	theta0, phi0 array
	slope        array
	filter       Filter
	value        func(x array) (f, c array)
	tau          array
	least        array // the shortest step
	once         array // whether there is only one trial, a watchdog's
	leaps        array // whether that is taken in any case
	back         array // whether the full step is known to fail
}

// search tries steps along d until one lowers the violation or the barrier function and the filter accepts it.
func (s searcher) search(start trial) trial {
	s.least = num.Where(s.fix.OK, s.shortest(), num.Const(math.Inf(1))) // without a matrix of the right signs there is no direction
	return num.While(func(t trial) array {
		return t.OK.Not().And(t.Alpha.Ge(s.least)).And(s.once.Not().Or(t.Tries.Eq(num.Int(0))))
	}, func(t trial) trial { return s.next(t) }, start)
}

// start is the search before its first trial.
func (s searcher) start() trial {
	full := s.ph.room(s.at, s.d.Place, s.tau)
	alpha := num.Where(s.back, full.Scale(0.5), full)
	zero, no := num.Int(0), num.Full(num.Bool, 0)
	return trial{At: s.at, F: s.l.f, C: s.l.c, Theta: s.theta0, Phi: s.phi0, Alpha: alpha, Step: alpha, Dir: s.d, Soc: zero,
		Rows: s.ph.residual(s.at, s.l.c), Best: s.theta0, OK: no, Armijo: no, Blocked: no, Leap: no, NFev: zero, Tries: s.back.AsType(num.Int32)}
}

// next makes the trial that t prepared, and prepares another one.
func (s searcher) next(t trial) trial {
	ph := s.ph
	at := s.at.along(t.Dir.Place, t.Step)
	at.V = ph.within(at.V)
	f, c := s.value(ph.x(at.V))
	r := ph.residual(at, c)
	theta, phi := r.Abs().Sum(), ph.barrier(at, f)
	ok, armijo, blocked := s.accepts(num.Where(s.once, s.st.Watchdog.Alpha, t.Alpha), theta, phi, f)
	t.Leap = ok.Not().And(s.leaps).And(theta.IsFinite()).And(phi.IsFinite())
	ok = ok.Or(t.Leap)
	t.NFev = t.NFev.AddScalar(1)
	t.Tries = t.Tries.AddScalar(1)
	t.OK, t.Armijo, t.Blocked = ok, armijo, num.Where(ok, t.Blocked, blocked)
	taken := trial{At: at, F: f, C: c, Theta: theta, Phi: phi}

	// A correction, if the full step raised the violation, or if the last correction lowered it.
	first := t.Tries.Eq(num.Int(1))
	again := t.Soc.Gt(num.Int(0)).And(t.Soc.Lt(num.Int(mostSOC))).And(theta.Le(t.Best.Scale(kappaSOC))).And(t.Tries.Eq(t.Soc.AddScalar(1)))
	correct := ok.Not().And(theta.IsFinite()).And(first.And(theta.Ge(s.theta0)).Or(again))
	rows := t.Rows.Mul(t.Step).Add(r)
	dir := num.Cond(correct, func(rows array) move { return s.step(s.fix, rows) }, func(array) move { return s.d }, rows)
	t.Rows = num.Where(correct, rows, t.Rows)
	t.Soc = num.Where(correct, t.Soc.AddScalar(1), t.Soc)
	t.Best = theta
	// Only steps back make Alpha smaller.
	t.Alpha = num.Where(ok.Or(correct), t.Alpha, t.Alpha.Scale(0.5))
	t.Step = num.Where(ok, t.Step, num.Where(correct, ph.room(s.at, dir.Place, s.tau), t.Alpha))
	t.Dir = tree.MapAll(func(v ...array) array { return num.Where(ok, v[0], v[1]) }, t.Dir, dir)
	t.At = taken.At.or(ok, t.At)
	t.F, t.C = num.Where(ok, f, t.F), num.Where(ok, c, t.C)
	t.Theta, t.Phi = num.Where(ok, theta, t.Theta), num.Where(ok, phi, t.Phi)
	return t
}

// falls reports whether the slope promises more than the violation (WB, equation 19).
func (s searcher) falls(alpha array) array {
	down := s.slope.Lt(num.Const(0))
	gain := num.Where(down, s.slope.Neg(), num.Const(0)).Pow(num.Const(powPhi)).Mul(alpha)
	return down.And(gain.Gt(s.theta0.Pow(num.Const(powTheta)).Scale(deltaPhi)))
}

// accepts judges a trial, and reports whether it is one by the decrease of only the barrier function, and whether only the filter refuses it.
func (s searcher) accepts(alpha, theta, phi, f array) (ok, armijo, blocked array) {
	slack := s.phi0.Abs().Scale(10 * s.phi0.DType().Eps())
	fall := phi.Sub(s.phi0).Sub(slack)
	enough := fall.Le(alpha.Mul(s.slope).Scale(etaPhi))
	armijo = s.falls(alpha).And(s.theta0.Le(s.st.ThetaMin))
	better := theta.Le(s.theta0.Scale(1 - gammaTheta)).Or(fall.Le(s.theta0.Scale(-gammaPhi)))
	ok = num.Where(armijo, enough, better)
	ok = ok.And(theta.IsFinite()).And(phi.IsFinite()).And(f.IsFinite()).And(theta.Le(s.st.ThetaMax))
	free := s.filter.accepts(theta, phi.Sub(slack))
	return ok.And(free), armijo, ok.And(free.Not())
}

// shortest is the step below which the search ends (WB, equation 23).
func (s searcher) shortest() array {
	down := s.slope.Lt(num.Const(0))
	slope := num.Where(down, s.slope.Neg(), num.Const(1))
	byPhi := num.Minimum(num.Const(gammaTheta), s.theta0.Scale(gammaPhi).Div(slope))
	bySwitch := s.theta0.Pow(num.Const(powTheta)).Scale(deltaPhi).Div(slope.Pow(num.Const(powPhi)))
	byPhi = num.Where(s.theta0.Le(s.st.ThetaMin), num.Minimum(byPhi, bySwitch), byPhi)
	least := num.Where(down, byPhi, num.Const(gammaTheta)).Scale(gammaAlpha)
	return num.Maximum(least, num.Const(s.theta0.DType().Eps()))
}
