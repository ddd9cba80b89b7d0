package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// AugmentedLagrangian is the method of multipliers for [Constrained]: a sequence of problems with only bounds, whose objective has a
// penalty for each violated constraint and an estimate of its multiplier, which every solution improves. It takes first derivatives and
// no matrices, so it is the method for very many variables or constraints.
//
// An iteration solves min f + (ρ/2)|c + y/ρ - clip(c + y/ρ, lo, hi)|² within the bounds, where c are all constraints, and makes ρ
// times the vector in the norm the next multipliers y. The penalty ρ grows tenfold where the violations have not halved. Objective
// and constraints are scaled by their gradients at the start. An iteration takes as many evaluations of f and c with their gradients
// as the inner method, in memory of the inner method plus some vectors of n + m numbers, for n variables and m constraints.
//
// It converges where the largest of these is below Options.Tol, 1e-7 by default: the gradient of the Lagrangian, relative to the
// gradient of f if that is larger than 1; each violation, relative to the norm of the constraint's gradient if that is larger than 1; and
// each product of a multiplier and the distance to its limit, relative to f if that is larger than 1. It is Infeasible where a large penalty leads to a point at which the violations have no descent.
//
// Conn, Gould & Toint, "A globally convergent augmented Lagrangian algorithm for optimization with general constraints and simple
// bounds", 1991; Andreani, Birgin, Martínez & Schuverdt, "On augmented Lagrangian methods with general lower-level constraints", 2008,
// for the penalties and the limits of the multipliers.
type AugmentedLagrangian struct {
	Inner        BoundedMethod // method for the problems with only bounds; default LBFGSB{}
	InnerMaxIter int           // most iterations of the inner method per problem; default 1000
	Penalty      float64       // first ρ; default from the objective and the violations at the start
	Growth       float64       // factor of ρ where violations fall too slowly; default 10
}

func (m AugmentedLagrangian) ranges() []option.Range {
	return []option.Range{option.AtLeast("InnerMaxIter", float64(m.InnerMaxIter), 0), option.Positive("Penalty", m.Penalty), option.AtLeast("Growth", m.Growth, 1)}
}

func (m AugmentedLagrangian) constrained() definition {
	d := define("AugmentedLagrangian", m.rule)
	d.maxIter, d.tol, d.noUnroll = 200, 1e-7, true
	if inner := m.inner(); inner.wrong != "" {
		d.wrong = "Inner: " + inner.wrong
	}
	return d
}

func (m AugmentedLagrangian) inner() definition {
	inner := m.Inner
	if inner == nil {
		inner = LBFGSB{}
	}
	return defined(inner, BoundedMethod.bounded)
}

// Numbers of the method: of Andreani et al., section 5, except where another source is given.
const (
	alMost    = 1e20 // of a multiplier
	alHalved  = 0.5  // violations that fall by this factor need no larger penalty
	alFirst   = 10   // most of the first penalty
	alLeast   = 1e-6 // least of it
	alSharper = 0.1  // factor of the inner tolerance, Conn, Gould & Toint's for penalties that grow tenfold
	alLarge   = 1e4  // penalty, relative to the first one or to 1, at which a stationary violation counts; our choice
	alGiveUp  = 1e16 // growth with which the objective is lost in rounding
	alWaits   = 20   // iterations without a smaller error that end the run; our choice
)

// augmented is the state, in scaled units: f times ScaleF and row i times ScaleC[i].
type augmented struct {
	Y              num.Array // multipliers of the rows, [m]
	Penalty, First num.Array
	Tol            num.Array // of the next inner solve
	Off            num.Array // violations and slacks after the last one
	Least, Waits   num.Array // least error so far, and the iterations since then, int32
	Kicked         num.Array // whether a point with a stationary violation was left once
	ScaleF, ScaleC num.Array
}

func (m AugmentedLagrangian) rule(p *Problem) Rule[augmented] {
	t := p.Constrained
	if t == nil {
		throwf("AugmentedLagrangian", "the method is for Constrained problems")
	}
	return Rule[augmented]{
		Start: func(point num.Array) num.Array {
			x, y, w := t.Parts(point)
			return t.Join(t.clip(x), y, w)
		},
		Init: func(it Iterate) augmented { return m.first(t, it, p.Options.Tol) },
		Error: func(it Iterate) num.Array {
			x, y, w := t.Parts(it.X)
			g, _, _ := t.Parts(it.Grad)
			c, pull := num.VJP(t.Rows, x)
			return t.error(x, y, w, it.Value, g, c, pull(y), t.rowSizes(x)).largest()
		},
		Update: func(it Iterate, st augmented) (Iterate, augmented) { return m.update(p, it, st) },
		renews: true,
	}
}

// first is the state at a start.
func (m AugmentedLagrangian) first(t *ConstrainedTerms, it Iterate, tol float64) augmented {
	x, y, _ := t.Parts(it.X)
	g, _, _ := t.Parts(it.Grad)
	one := num.Const(1)
	st := augmented{ScaleF: one.Div(num.Maximum(largest(g), one)), ScaleC: one.Div(num.Maximum(t.rowSizes(x), one))}
	st.ScaleF = num.Where(st.ScaleF.IsFinite(), st.ScaleF, one)
	st.Y = y.Mul(st.ScaleF).Div(st.ScaleC)
	off := outside(t.Rows(x), t.Low, t.High).Mul(st.ScaleC)
	auto := it.Value.Mul(st.ScaleF).Abs().Scale(2).Div(num.Maximum(off.Dot(off), num.Const(off.DType().Tiny())))
	st.Penalty = num.Maximum(num.Const(alLeast), num.Minimum(auto, num.Const(alFirst)))
	st.Penalty = num.Where(auto.IsNaN(), num.Const(alFirst), st.Penalty)
	if m.Penalty > 0 {
		st.Penalty = x.Const(m.Penalty)
	}
	st.Least, st.Waits, st.Kicked = it.Error, num.Int(0), num.Full(num.Bool, 0)
	st.First, st.Off, st.Tol = st.Penalty, x.Const(inf), x.Const(math.Max(math.Sqrt(tol), tol))
	return st
}

// beyond is y/ρ for the next multipliers y at rows c, in scaled units.
func (st augmented) beyond(t *ConstrainedTerms, c num.Array) num.Array {
	return outside(c.Add(st.Y.Div(st.Penalty)), t.Low.Mul(st.ScaleC), t.High.Mul(st.ScaleC))
}

// update is an iteration: an inner solve and what follows from it.
func (m AugmentedLagrangian) update(p *Problem, it Iterate, st augmented) (Iterate, augmented) {
	t := p.Constrained
	x, y, w := t.Parts(it.X)
	in := m.solve(p, st, x)
	lost := in.Code.Eq(code(status.Unbounded)).Or(in.X.IsFinite().All().Not())
	x = num.Where(lost, x, in.X)

	c, pull := num.VJP(t.Rows, x)
	d := st.beyond(t, c.Mul(st.ScaleC))
	scaled := num.Maximum(num.Const(-alMost), num.Minimum(d.Mul(st.Penalty), num.Const(alMost)))
	off := largest(scaled.Sub(st.Y).Div(st.Penalty)) // violations, and slacks of multipliers that are left
	scaled = num.Where(lost, st.Y, scaled)
	y = num.Where(lost, y, scaled.Mul(st.ScaleC).Div(st.ScaleF))
	v, g := p.Func(t.Join(x, y, w))
	g, _, _ = t.Parts(g)
	pulled := pull(y)
	force := g.Add(pulled)
	held := x.Le(t.Lower).And(force.Gt(num.Const(0))).Or(x.Ge(t.Upper).And(force.Lt(num.Const(0))))
	w = num.Where(held, force.Neg(), num.Const(0))
	sizes := t.rowSizes(x)
	e := t.error(x, y, w, v, g, c, pulled, sizes)

	next := it
	next.X, next.Value, next.Error = t.Join(x, y, w), v, e.largest()
	next.Grad = t.Join(g, y.Scale(0), w.Scale(0))
	next.NFev = it.NFev.Add(in.NFev).AddScalar(1)
	next.NFailed = it.NFailed.Add(in.NFailed)

	// As Conn, Gould & Toint: violations that have not fallen enough make the penalty larger, and leave the multipliers, which would
	// otherwise grow without end where there is no feasible point.
	slow := lost.Or(off.Gt(st.Off.Scale(alHalved)))
	grown := num.Where(slow, st.Penalty.Scale(option.Or(m.Growth, 10)), st.Penalty)
	sizes = num.Maximum(sizes, num.Const(1))
	bad := outside(c, t.Low, t.High).Div(sizes)
	stuck := t.hopeless(x, bad, pull(bad.Div(sizes))).And(e.Violation.Gt(num.Const(10 * p.Options.Tol)))
	stuck = stuck.And(grown.Ge(num.Maximum(st.First, num.Const(1)).Scale(alLarge))).And(lost.Not())
	kick := stuck.And(st.Kicked.Not())
	stuck = stuck.And(st.Kicked)
	next.X = num.Where(kick, t.Join(t.away(x), y, w), next.X)
	over := grown.Gt(st.First.Scale(alGiveUp)).Or(st.Waits.Ge(num.Int(alWaits)))
	next.Code = num.Where(stuck, code(status.Infeasible), num.Where(over, num.Where(lost, code(status.Unbounded), code(status.Stalled)), code(status.Running)))

	least := num.Maximum(largest(g), num.Const(1)).Mul(st.ScaleF).Scale(0.5 * p.Options.Tol)
	tol := num.Maximum(num.Minimum(st.Tol.Scale(alSharper), least.Const(1)), least)
	fell := next.Error.Lt(st.Least.Scale(0.9))
	waits := num.Where(fell, num.Int(0), st.Waits.AddScalar(1))
	st.Least, st.Waits, st.Kicked = num.Where(fell, next.Error, st.Least), waits, st.Kicked.Or(kick)
	st.Y, st.Penalty, st.Tol = num.Where(slow, st.Y, scaled), grown, tol
	st.Off = num.Where(slow, st.Off, off)
	st.Off = num.Where(kick, num.Const(inf), st.Off)
	return next, st
}

// solve minimizes the augmented Lagrangian within the bounds by the inner method, from x.
func (m AugmentedLagrangian) solve(p *Problem, st augmented, x num.Array) Iterate {
	t := p.Constrained
	value := num.TraceOnce(func(x num.Array) num.Array {
		d := st.beyond(t, t.Rows(x).Mul(st.ScaleC))
		return t.F(x).Mul(st.ScaleF).Add(d.Dot(d).Mul(st.Penalty).Scale(0.5))
	}, x)
	sub := Problem{Func: num.ValueAndGrad(value), Lower: t.Lower, Upper: t.Upper, Options: p.Options, start: x}
	sub.Options.Unroll = false
	sub.Project = t.clip
	// x - clip(x - g), without a difference of large numbers.
	sub.Optimality = func(x, g num.Array) num.Array {
		return num.Maximum(x.Sub(t.Upper), num.Minimum(x.Sub(t.Lower), g))
	}
	r := m.inner().rule(&sub)
	off := func(it Iterate) num.Array { return largest(sub.Optimality(it.X, it.Grad)) }
	if r.start != nil {
		x = r.start(x)
	}
	v, g := sub.Func(x)
	it := Iterate{X: x, Grad: g, Value: v, NIter: num.Int(0), Code: code(status.Running), NFev: num.Int(1), NVal: num.Int(0), StepSize: x.Const(0), NFailed: num.Int(0)}
	it.Error = off(it)
	type carry struct {
		It    Iterate
		State []num.Array
	}
	most := option.Or(m.InnerMaxIter, 1000)
	end := num.While(func(c carry) num.Array {
		return c.It.Code.Eq(code(status.Running)).And(c.It.Error.Gt(st.Tol)).And(c.It.NIter.Lt(num.Int(most)))
	}, func(c carry) carry {
		next, s := r.update(c.It, c.State)
		next.NIter = c.It.NIter.AddScalar(1)
		next.Error = off(next)
		// In scaled units, this far down the problem has no minimum.
		next.Code = num.Where(next.Value.Lt(num.Const(-1/x.DType().Eps())), code(status.Unbounded), next.Code)
		return carry{next, s}
	}, carry{it, r.init(it)})
	return end.It
}
