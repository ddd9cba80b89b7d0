package interior

import "github.com/argmin-go/argmin/num"

// Watchdog lets full Newton steps pass that the filter does not accept, where steps were shortened again and again: they may raise the
// violation and the barrier function before they lower them. If a few of them lead to nothing better, the search goes back to the point
// where they began (WB, section 3.2; Chamberlain, Powell, Lemarechal & Pedersen, "The watchdog technique for forcing convergence in
// algorithms for constrained optimization", 1982).
type Watchdog struct {
	Short           array // shortened steps in a row, int32
	On              array // whether the point is one that the filter did not accept
	Steps           array // full steps so far, int32
	Back            array // whether the search came back just now
	X, S, Y, ZL, ZU array // the point where the steps began
	Theta, Phi      array // the violation and the barrier function there
	Slope, Alpha    array // the slope of the first step, and how long that was
}

// IPOPT's numbers.
const (
	watchAfter = 10 // shortened steps in a row
	watchSteps = 3  // full steps that need not be accepted
)

func newWatchdog(x, s, y, z array) Watchdog {
	no, zero := num.Full(num.Bool, 0), x.Const(0)
	return Watchdog{Short: num.Int(0), On: no, Steps: num.Int(0), Back: no, X: x, S: s, Y: y, ZL: z, ZU: z, Theta: zero, Phi: zero, Slope: zero, Alpha: zero}
}

// stopped is the watchdog ended where stop holds, since the barrier problem is another one.
func (d Watchdog) stopped(stop array) Watchdog {
	d.On, d.Short = d.On.And(stop.Not()), num.Where(stop, num.Int(0), d.Short)
	return d
}

// watched is the searcher, and the state, with a watchdog begun where it is to begin.
func (s searcher) watched(st State) (searcher, State) {
	d, usual := st.Watchdog, st.Restore.On.Not()
	begin := d.On.Or(d.Back).Not().And(d.Short.Ge(num.Int(watchAfter))).And(usual).And(s.fix.OK)
	set := func(to *array, v array) { *to = num.Where(begin, v, *to) }
	set(&d.X, s.ph.x(s.at.V))
	set(&d.S, s.ph.s(s.at.V))
	set(&d.Y, st.Y)
	set(&d.ZL, st.ZL)
	set(&d.ZU, st.ZU)
	set(&d.Theta, s.theta0)
	set(&d.Phi, s.phi0)
	set(&d.Slope, s.slope)
	set(&d.Alpha, s.ph.room(s.at, s.d.Place, s.tau))
	set(&d.Steps, num.Int(0))
	d.On = d.On.And(usual).Or(begin)
	st.Watchdog = d
	s.once, s.back = d.On, d.Back
	s.leaps = d.On.And(d.Steps.Lt(num.Int(watchSteps)))
	s.theta0, s.phi0, s.slope = num.Where(d.On, d.Theta, s.theta0), num.Where(d.On, d.Phi, s.phi0), num.Where(d.On, d.Slope, s.slope)
	s.st = st
	return s, st
}

// guarded is the state next after a step from st to v, and v, with what the watchdog makes of them.
func (s searcher) guarded(t trial, st, next State, v array) (State, array) {
	d := st.Watchdog
	shortened := t.OK.And(st.Restore.On.Not()).And(d.On.Not()).And(t.Alpha.Lt(s.ph.room(s.at, s.d.Place, s.tau)))
	next.Watchdog.Short = num.Where(shortened, d.Short.AddScalar(1), num.Int(0))
	next.Watchdog.Steps = d.Steps.Add(t.Leap.AsType(num.Int32))
	next.Watchdog.On, next.Watchdog.Back = t.Leap, num.Full(num.Bool, 0)

	lost := d.On.And(t.OK.Not())
	from := st
	from.S, from.Y, from.ZL, from.ZU = d.S, d.Y, d.ZL, d.ZU
	from.Watchdog.On, from.Watchdog.Back, from.Watchdog.Short = next.Watchdog.Back, lost, num.Int(0)
	return pickState(lost, from, next), num.Where(lost, num.Concat(0, d.X, d.S), v)
}
