package interior

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// State is what the method keeps between two iterations, of x and of the slacks of the rows. Everything is in scaled units:
// f times ScaleF and row i times ScaleC[i].
type State struct {
	S      array // slacks of the rows, [m]
	Y      array // multipliers of the rows, [m]
	ZL, ZU array // multipliers of the lower and upper limits of x and then S, [n+m], not negative
	Mu     array // weight of the barrier
	Delta  array // what was last added to the Hessian, 0 before
	Filter Filter

	ThetaMin, ThetaMax array // see WB, equations 19 and 21
	ScaleF, ScaleC     array

	Restore    Restoration
	X0, F0     array // where the run began
	Tight      array // part of the tolerance that the error has to reach
	Slow       array // steps in a row that hardly lower the violation, int32
	Watchdog   Watchdog
	Blocked    array // steps in a row that the filter shortened, int32
	Cleared    array // how often that emptied the filter, int32
	Rescues    array // searches without a step so far, int32
	Stage      array // of the end of the run, int32
	Kept       kept
	Secant     Secant
	Sure       array // whether Kept is within the tolerance
	Warm       array // how many steps are still to be made with the active limits of a warm start, int32
	Fresh      array // whether Y has to be estimated
	Infeasible array // whether the violation has no better point nearby
	Failed     array // whether no step was found
}

// Restoration is the phase that minimizes the violation Σ|c(x) - s|, by positive variables P - N = c(x) - s for each row
// (WB, section 3.3).
type Restoration struct {
	On     array // whether it is on
	P, N   array // [m]
	ZP, ZN array // multipliers of P ≥ 0 and N ≥ 0
	X      array // where it began, [n]
	Mu     array // weight of the barrier
	Theta  array // the violation where it began
	Filter Filter
}

// rho is the price of a violation in the restoration phase (WB, section 3.3).
const rho = 1000

// damping is a pull to limits that have no opposite, relative to the barrier: without it the barrier of a problem whose solutions go
// on without end has no minimum (WB, section 3.7, with IPOPT's constant).
const damping = 1e-5

// limits are the limits of x and S end to end, with what is known of each.
type limits struct {
	n, m   int
	lo, hi array // finite where has
	hasL   array // 1 where there is a lower limit and the entry is not fixed, else 0
	hasU   array
	fixed  array               // 1 where both limits are equal
	free   array               // 1 for rows without limits, [m]
	rows   array               // 1 for the others
	x, s   func(v array) array // the parts of a vector
	keep   array               // 1 for variables that are not fixed, [n]
	moves  array               // 1 for slacks that are not fixed, [m]
	damp   array               // what pulls to the only limit, relative to the barrier: positive to a lower one
}

func flag(b array, d num.DType) array { return b.AsType(d) }

func newLimits(p Problem, scale array) limits {
	n, m := p.Lower.Size(), p.Low.Size()
	lo, hi := num.Concat(0, p.Lower, p.Low.Mul(scale)), num.Concat(0, p.Upper, p.High.Mul(scale))
	d := lo.DType()
	// Limits within some units of rounding are equal.
	near := hi.Sub(lo).Le(num.Maximum(lo.Abs(), hi.Abs()).Scale(4 * d.Eps()))
	fixed := flag(lo.IsFinite().And(hi.IsFinite()).And(near), d)
	one := num.Const(1)
	l := limits{n: n, m: m, fixed: fixed,
		hasL: flag(lo.IsFinite(), d).Mul(one.Sub(fixed)), hasU: flag(hi.IsFinite(), d).Mul(one.Sub(fixed)),
		lo: num.Where(lo.IsFinite(), lo, num.Const(0)), hi: num.Where(hi.IsFinite(), hi, num.Const(0)),
		x: func(v array) array { return v.Range(0, n) }, s: func(v array) array { return v.Range(n, n+m) }}
	l.rows = l.s(num.Maximum(num.Maximum(l.hasL, l.hasU), fixed))
	l.free = one.Sub(l.rows)
	l.damp = l.hasL.Sub(l.hasU).Scale(damping)
	l.keep, l.moves = one.Sub(l.x(fixed)), l.rows.Mul(one.Sub(l.s(fixed)))
	return l
}

// slack is the distances of v to its limits, 1 where there is none.
func (l limits) slack(v array) (lower, upper array) {
	one := num.Const(1)
	lower = num.Where(l.hasL.Gt(num.Const(0)), v.Sub(l.lo), one)
	upper = num.Where(l.hasU.Gt(num.Const(0)), l.hi.Sub(v), one)
	return lower, upper
}

// beyond is by how much rows c are outside of their limits, [m].
func (l limits) beyond(c array) array {
	low, high := num.Maximum(l.s(l.hasL), l.s(l.fixed)), num.Maximum(l.s(l.hasU), l.s(l.fixed))
	off := num.Maximum(l.s(l.lo).Sub(c).Mul(low), c.Sub(l.s(l.hi)).Mul(high))
	return num.Maximum(off, num.Const(0))
}

// inside moves v to where it is at least share away from its limits, in their units (WB, section 3.6).
func (l limits) inside(v array, share float64) array {
	both := l.hasL.Mul(l.hasU).Gt(num.Const(0))
	gap := l.hi.Sub(l.lo).Scale(share)
	room := func(at array) array {
		far := num.Maximum(at.Abs(), num.Const(1)).Scale(share)
		return num.Where(both, num.Minimum(far, gap), far)
	}
	v = num.Where(l.hasL.Gt(num.Const(0)), num.Maximum(v, l.lo.Add(room(l.lo))), v)
	v = num.Where(l.hasU.Gt(num.Const(0)), num.Minimum(v, l.hi.Sub(room(l.hi))), v)
	return num.Where(l.fixed.Gt(num.Const(0)), l.lo, v)
}

// within is v moved to its limits only where it is not inside of them.
func (l limits) within(v array) array { return l.inside(v, 4*v.DType().Eps()) }

// largest is the largest magnitude; 0 of nothing.
func largest(v array) array {
	if v.Size() == 0 {
		return v.Const(0)
	}
	return v.Abs().Max()
}

// Filter is pairs of a violation and a value that no later point may be worse than in both.
type Filter struct {
	Theta, Phi array // infinite where there is none
	Next       array // the place of the next one, int32
}

// filterSize is how many pairs are kept: the oldest one is then replaced, which only weakens the protection against cycles.
const filterSize = 48

// A filter that shortens clearAfter steps in a row is of points that have nothing to do with where the search is now: it is emptied, mostClears
// times at most. IPOPT's rule and numbers.
const (
	clearAfter = 5
	mostClears = 5
)

func newFilter(d num.DType) Filter {
	none := num.Full(d, math.Inf(1), filterSize)
	return Filter{none, none, num.Int(0)}
}

// with is the filter with one more pair.
func (f Filter) with(theta, phi array, really array) Filter {
	put := func(a, v array) array {
		return num.Where(really, a.DynamicUpdateSlice(v.Reshape(1), []array{f.Next}), a)
	}
	next := num.Where(really, f.Next.AddScalar(1), f.Next)
	return Filter{put(f.Theta, theta), put(f.Phi, phi), num.Where(next.Ge(num.Int(filterSize)), num.Int(0), next)}
}

// accepts reports whether no pair forbids a point.
func (f Filter) accepts(theta, phi array) array {
	return theta.Lt(f.Theta).Or(phi.Lt(f.Phi)).All()
}

// or is f where pick is true, and otherwise g.
func (f Filter) or(pick array, g Filter) Filter {
	return Filter{num.Where(pick, f.Theta, g.Theta), num.Where(pick, f.Phi, g.Phi), num.Where(pick, f.Next, g.Next)}
}
