package qp

import (
	"math"

	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// Point is the point of a state, within its bounds.
func (m Method) Point(st State) Point { return m.point(st.X, st.T) }

// point is x, within its bounds, and the multipliers t of all limits in the units of the problem.
func (m program) point(x, t array) Point {
	t = t.Mul(m.rows).Div(m.cost)
	x = num.Maximum(m.head(m.low), num.Minimum(m.head(m.high), x.Mul(m.d)))
	return Point{X: x, Y: m.tail(t), W: m.head(t)}
}

// errors measures a state.
func (m Method) errors(st State) Errors {
	e := m.errorsAt(m.Point(st))
	if m.Least > 0 {
		weight := m.cost.Scale(m.Least)
		off := func(s, z, has array) array { return s.Mul(z).Sub(weight).Mul(has).Abs().Sum() }
		e.Gap = off(st.SL, st.ZL, m.hasL).Add(off(st.SU, st.ZU, m.hasU)).Div(m.cost)
	}
	return e
}

// errorsAt measures a point on the data as they are given, which scaling has not rounded.
func (m program) errorsAt(p Point) Errors {
	sys := m.Products
	hx, v, t := sys.HTimes(m.K, p.X), num.Concat(0, p.X, sys.JTimes(m.K, p.X)), num.Concat(0, p.W, p.Y)
	pull := sys.TransposeTimes(m.K, p.Y)
	some := num.Maximum(m.hasL, num.Maximum(m.hasU, m.eq))
	outside := num.Maximum(m.low.Sub(v), v.Sub(m.high))
	quad, lin := p.X.Dot(hx), p.X.Dot(m.C)
	e := Errors{Primal: largest(num.Maximum(outside, num.Const(0))), Dual: largest(hx.Add(m.C).Add(p.W).Add(pull)), Value: quad.Scale(0.5).Add(lin)}
	e.PrimalSize = largest(v.Mul(some))
	e.DualSize = num.Maximum(num.Maximum(largest(hx), largest(m.C)), num.Maximum(largest(p.W), largest(pull)))
	e.Gap = quad.Add(lin).Add(support(t, m.low, m.high)).Abs()
	e.GapSize = num.Maximum(e.Value.Abs(), quad.Abs().Scale(0.5))
	return e
}

// support is the largest tᵀv of values v within limits.
func support(t, lo, hi array) array {
	zero := num.Const(0)
	return num.Where(positive(t), num.Where(positive(t), hi, zero).Mul(t), num.Where(positive(t.Neg()), lo, zero).Mul(t)).Sum()
}

// negligible is how small what is left of a certificate may be, relative to what it proves: as Clarabel and SCS.
const negligible = 1e-8

// idle is how many iterations are the last ones in which nothing gets smaller by a tenth, a choice.
const idle = 40

// measured is the state with its errors.
func (m Method) measured(st State) State {
	e := m.errors(st)
	st.Errors, st.Before, st.Error = e, st.Best.At(0), m.worst(e)
	least := []array{st.Error, e.Primal, e.Dual, e.Gap, st.Mu}
	st.Idle = st.Idle.AddScalar(1)
	for i, v := range least {
		best := st.Best.At(i)
		better := v.Lt(best.Scale(0.9))
		st.Idle = num.Where(better, num.Int(0), st.Idle)
		if i == 0 {
			st.Since = num.Where(better, num.Int(0), st.Since.AddScalar(1))
		}
		least[i] = num.Where(better, v, best)
	}
	st.Best = num.Stack(least...)
	return st
}

// Polish takes a state within the tolerance to rounding, mostly, on which derivatives depend, and one near a solution that gets no nearer.
func (m Method) Polish(st State) State {
	if m.Least > 0 {
		return st
	}
	near := Options{}.worst(st.Errors).Le(num.Const(stranded))
	due := near.And(positive(st.Since)).And(st.Since.Rem(num.Int(again)).Eq(num.Int(0)))
	return num.Cond(st.Error.Le(num.Const(m.Tol)).Or(due), func(st State) State {
		low, up := flag(st.ZL.Gt(st.SL), m.c.DType()).Mul(m.hasL), flag(st.ZU.Gt(st.SU), m.c.DType()).Mul(m.hasU)
		up = up.Mul(num.Const(1).Sub(low))
		st.X, st.T = m.polished(st.X, st.T, low, up, st.Error)
		st.V, st.HX = num.Concat(0, st.X, m.System.JTimes(m.k, st.X)), m.System.HTimes(m.k, st.X)
		return m.sharpened(st)
	}, func(st State) State { return st }, st)
}

// sharpened is a state with its errors, in the units of the problem beyond rounding.
func (m Method) sharpened(st State) State {
	if !m.Absolute {
		return m.with(st, m.errors(st))
	}
	exact := func(st State) State {
		e := m.errors(st)
		p := m.Point(st)
		e.Gap = num.Where(e.Gap.IsFinite(), m.gap(p).Abs(), e.Gap)
		e.Primal, e.Dual = m.left(p)
		return m.with(st, e)
	}
	st = exact(st)
	closed := exact(m.closed(st))
	return num.Cond(closed.Error.Lt(st.Error), func(a [2]State) State { return a[1] }, func(a [2]State) State { return a[0] }, [2]State{st, closed})
}

// with is a state with its errors.
func (m Method) with(st State, e Errors) State {
	st.Errors, st.Error = e, m.worst(e)
	return st
}

// stranded is the relative error from which on it is tried to polish a point that gets no better, and again after how many iterations. They are
// choices: an attempt costs as much as an iteration.
const (
	stranded = 1e-4
	again    = 4
)

// Judge says how a state stands to a solution, and what it proves.
func (m Method) Judge(st State) Outcome {
	tol := num.Const(m.Tol)
	o := Outcome{Done: st.Error.Le(tol)}
	if !m.Absolute {
		// Where polishing did not, the step after the tolerance is reached takes the answer to rounding, mostly.
		best := st.Before.Le(tol).Or(st.Error.Le(num.Const(1e-3 * m.Tol))).Or(st.Since.Ge(num.Int(again)))
		o.Done = o.Done.And(best)
	}
	infeasible, unbounded := m.certificates(st.X, st.V, st.HX, st.T)
	o.Infeasible = infeasible.And(o.Done.Not())
	o.Unbounded = unbounded.And(o.Done.Not()).And(infeasible.Not())
	o.Stuck = st.Idle.Ge(num.Int(idle))
	return o
}

// certificates reports whether multipliers t prove that no point is within the limits, and whether x, with Jx in v and Hx, is a
// direction in which values fall without end.
func (m program) certificates(x, v, hx, t array) (infeasible, unbounded array) {
	return m.infeasible(x, t), m.unbounded(x, v, hx)
}

// infeasible is the first of the certificates, for points as large as x.
func (m program) infeasible(x, t array) array {
	// Farkas: tᵀv ≤ support(t) for every feasible v, and tᵀv = xᵀ(t + Jᵀt) is zero.
	t = m.signed(t)
	down := support(t, m.lo, m.hi).Neg()
	rest := m.pulls(t)
	left := largest(rest)
	size := num.Maximum(largest(x), num.Const(1))
	proof := positive(down).And(left.Mul(size).Le(down.Scale(negligible))).And(left.Le(largest(t).Scale(negligible)))
	proof = proof.And(m.small(largest(rest.Div(m.d)), down))
	return num.Cond(proof, m.cancels, func(array) array { return num.Full(num.Bool, 0) }, t)
}

// A combination of rows is zero where its terms cancel, element by element: where only one row has a variable, nothing cancels, however small its coefficient
// is, and a point far away may satisfy all rows. Multipliers below trifling of the largest are rounding, and elements are zero up to cancelled of their terms.
// Both are choices, between what the tests of a proof leave and where nothing cancels.
const (
	trifling  = 1e-6
	cancelled = 1e-3
)

// cancels reports whether what multipliers t pull at cancels in each variable.
func (m program) cancels(t array) array {
	t = t.Div(largest(t))
	t = num.Where(t.Abs().Gt(num.Const(trifling)), t, num.Const(0))
	k := kkt.Matrices{H: m.k.H.Scale(0), J: m.k.J, T: m.k.T}
	terms, _ := m.Products.Sums(m.Products.Scaled(k, m.c.Scale(0).AddScalar(1), m.tail(t)))
	return m.pulls(t).Abs().Le(terms.Add(m.head(t).Abs()).Scale(cancelled)).All()
}

// unbounded is the second one: no curvature, within all limits, and a slope downwards.
func (m program) unbounded(x, v, hx array) array {
	fall := x.Dot(m.c).Neg()
	outside := m.outside(v)
	out, bent, far := largest(outside), largest(hx), largest(x)
	proof := positive(fall).And(num.Maximum(out, bent).Le(fall.Scale(negligible)))
	proof = proof.And(m.small(num.Maximum(largest(outside.Div(m.rows)).Mul(m.cost), largest(hx.Div(m.d))), fall))
	// All of it relative to the matrices, too: a small curvature is one, and far away it ends the fall.
	proof = proof.And(out.Le(far.Scale(negligible))).And(bent.Le(far.Mul(m.curve).Scale(negligible)))
	// What a direction without curvature has of others counts in xᵀHx by its square only, and the smallest curvature along all of it counts whole.
	return proof.And(x.Dot(hx).Le(x.Dot(x).Mul(m.curve).Scale(math.Pow(x.DType().Eps(), uncurved))))
}

// uncurved is the power of rounding that the curvature of a ray is below, beside the largest one: a choice, between rounding and what is a curvature.
const uncurved = 3. / 4

// proved is p with what a certificate proves: multipliers dt where no point is within the limits, and the direction dx in place of x where
// values fall without end.
func (m program) proved(o Outcome, p Point, dx, dt array) Point {
	t := m.signed(dt).Mul(m.rows).Div(m.cost)
	p.Y, p.W = num.Where(o.Infeasible, m.tail(t), p.Y), num.Where(o.Infeasible, m.head(t), p.W)
	p.X = num.Where(o.Unbounded, dx.Mul(m.d), p.X)
	return p
}

// outside is by how much a direction with elements v leaves those in which limits never end.
func (m program) outside(v array) array {
	out := num.Maximum(v.Neg().Mul(num.Maximum(m.hasL, m.eq)), v.Mul(num.Maximum(m.hasU, m.eq)))
	return num.Maximum(out, num.Const(0))
}

// small reports whether what is left of a certificate is within an absolute tolerance of what it proves, in the units of the problem.
func (m program) small(left, of array) array {
	if !m.Absolute {
		return positive(of)
	}
	return left.Le(of.Scale(m.Tol))
}

// Convex reports whether no eigenvalue of H, with rows and columns scaled, is more below zero than what six digits of the data leave: the third root
// of rounding.
func (m Method) Convex() array {
	shift := num.Maximum(m.curve.Scale(math.Cbrt(m.c.DType().Eps())), num.Const(1e-30))
	return m.System.Definite(m.k, shift.BroadcastTo(m.n)).Or(m.curve.IsFinite().Not())
}
