package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/activeset"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// SQP is sequential quadratic programming with active sets for [Constrained], for small problems of up to a hundred or so variables and
// constraints: it takes the fewest evaluations, and finds which constraints are active exactly.
//
// An iteration solves a quadratic program, whose objective is a model of the Lagrangian and whose constraints are the linearized ones, and
// searches along its solution for a decrease of f + Σ μᵢ·violationᵢ. The model has Powell's damped BFGS approximation of the Hessian, or
// with Exact the Hessian with its eigenvalues made positive. A full step that only the violations forbid is bent
// by a second-order correction. Where the linearized constraints contradict each other, each of them may be violated,
// at a price for the square that grows.
//
// It takes one evaluation of f, the constraints and their first derivatives per iteration, few more of values, and for n variables and m
// constraints with k active ones about k(n + m)³/3 operations for the quadratic program. The test for Converged is that of
// [AugmentedLagrangian], with the norms of gradients as they are and 1e-8 as the default of Options.Tol. It is Infeasible where the
// violations have no descent.
//
// Nocedal & Wright, "Numerical Optimization", 2006, chapter 18; Powell, "A fast algorithm for nonlinearly constrained optimization
// calculations", 1978, for the update and the penalties μ; Gill, Murray & Saunders, "SNOPT: an SQP algorithm for large-scale constrained optimization",
// 2005, for violations at a price; Goldfarb & Idnani, "A numerically stable dual method
// for solving strictly convex quadratic programs", 1983.
type SQP struct {
	Exact bool    // the Hessian of the Lagrangian instead of an approximation: n gradients' work per iteration and more certain progress
	C1    float64 // part of the decrease that the model promises, for a step to be taken; default 1e-4
}

func (m SQP) ranges() []option.Range {
	return []option.Range{option.Positive("C1", m.C1).AtMost(0.5)}
}

func (m SQP) constrained() definition {
	d := define("SQP", m.rule)
	d.tol, d.noUnroll = 1e-8, true
	return d
}

// sqpState is what SQP keeps: the constraints and their Jacobian at the iterate, and what it has learned.
type sqpState struct {
	C, J   num.Array // [m], [m, n]
	B      num.Array // model of the Hessian of the Lagrangian, [n, n]
	Fresh  num.Array // whether B says nothing yet
	Mu     num.Array // penalties of the rows, [m]
	Price  num.Array // of relaxing violated rows
	Kicked num.Array // whether a point with a stationary violation was left once
}

func (m SQP) rule(p *Problem) Rule[sqpState] {
	t := p.Constrained
	if t == nil {
		throwf("SQP", "the method is for Constrained problems")
	}
	s := sqp{SQP: m, ConstrainedTerms: t, p: p, rows: num.TraceOnce(t.Rows, t.Lower), value: num.TraceOnce(t.F, t.Lower)}
	s.jacobian = num.JacobianRev(t.Rows)
	if t.Low.Size() > t.Lower.Size() {
		s.jacobian = num.JacobianFwd(t.Rows)
	}
	return Rule[sqpState]{
		Start: func(point num.Array) num.Array {
			x, y, w := t.Parts(point)
			return t.Join(t.clip(x), y, w)
		},
		Init: func(it Iterate) sqpState {
			x, y, _ := t.Parts(it.X)
			return sqpState{C: s.rows(x), J: s.jacobian(x), B: num.FromDiag(num.OnesLike(x)), Fresh: num.Full(num.Bool, 1), Mu: y.Abs(),
				Price: x.Const(sqpPrice), Kicked: num.Full(num.Bool, 0)}
		},
		Error: func(it Iterate) num.Array {
			x, y, w := t.Parts(it.X)
			g, _, _ := t.Parts(it.Grad)
			return s.errorAt(x, y, w, it.Value, g, s.rows(x), s.jacobian(x)).largest()
		},
		Update: s.update,
		renews: true,
	}
}

// sqp is the method on one problem.
type sqp struct {
	SQP
	*ConstrainedTerms
	p              *Problem
	rows, jacobian func(x num.Array) num.Array
	value          func(x num.Array) num.Array
}

const (
	sqpPrice   = 1e2 // first price of a relaxed constraint, Kraft's
	sqpDearest = 1e8 // and the highest one: the model loses as many digits
)

func (s sqp) errorAt(x, y, w, v, g, c, j num.Array) kktError {
	return s.error(x, y, w, v, g, c, y.MatMul(j), num.Norm(j, 1))
}

// model is a quadratic program at a point.
type model struct{ X, G, C, J, B, Price num.Array }

// step is a solution of a model.
type sqpStep struct {
	D, Y, W num.Array
	Left    num.Array // by how much each linearized row stays violated, [m]
	OK      num.Array
}

// solve solves a model; shift is added to the rows' values.
func (s sqp) solve(q model, shift num.Array) sqpStep {
	n, m := q.X.Size(), q.C.Size()
	at := q.C.Add(shift)
	a := num.Concat(0, q.J, num.Eye(n).AsType(q.X.DType()))
	lo, hi := num.Concat(0, s.Low.Sub(at), s.Lower.Sub(q.X)), num.Concat(0, s.High.Sub(at), s.Upper.Sub(q.X))
	part := func(r activeset.Solution, left num.Array) sqpStep {
		return sqpStep{r.X.Range(0, n), r.Y.Range(0, m), r.Y.Range(m, m+n), left, r.Failed.Or(r.Infeasible).Not().And(r.X.IsFinite().All()).And(r.Y.IsFinite().All())}
	}
	plain := part(activeset.Solve(activeset.Problem{B: q.B, G: q.G, A: a, Lo: lo, Hi: hi}), q.C.Scale(0))
	relaxed := func(sqpStep) sqpStep {
		// One more variable for each row is what it is off by, at a price.
		d := q.X.DType()
		price := q.Price.Div(num.Maximum(num.Norm(q.J, 1), num.Const(1)).Square())
		b := num.Concat(0, num.Concat(1, q.B, num.Full(d, 0, n, m)), num.Concat(1, num.Full(d, 0, m, n), num.FromDiag(price)))
		wide := num.Concat(1, a, num.Concat(0, num.Eye(m).AsType(d), num.Full(d, 0, n, m)))
		r := activeset.Solve(activeset.Problem{B: b, G: num.Concat(0, q.G, q.C.Scale(0)), A: wide, Lo: lo, Hi: hi})
		return part(r, r.X.Range(n, n+m).Abs())
	}
	return num.Cond(plain.OK, func(p sqpStep) sqpStep { return p }, relaxed, plain)
}

// trial is a point of the line search.
type sqpTrial struct {
	X, C, Merit, Alpha, N, OK num.Array
}

// search finds a step of a model's solution.
func (s sqp) search(q model, d sqpStep, v, mu num.Array) sqpTrial {
	merit := func(x num.Array) (phi, c num.Array) {
		c = s.rows(x)
		return s.value(x).Add(mu.Dot(outside(c, s.Low, s.High).Abs())), c
	}
	off := outside(q.C, s.Low, s.High).Abs()
	phi := v.Add(mu.Dot(off))
	slope := q.G.Dot(d.D).Sub(mu.Dot(off.Sub(d.Left)))
	c1 := option.Or(s.C1, 1e-4)
	try := func(dir, alpha, n num.Array) sqpTrial {
		x := s.clip(q.X.Add(dir.Mul(alpha)))
		now, c := merit(x)
		enough := now.Le(phi.Add(slope.Mul(alpha).Scale(c1)))
		// Where rounding hides the decrease, a value that does not rise is enough.
		hidden := slope.Mul(alpha).Abs().Le(noise(phi, phi)).And(now.Le(phi.Add(noise(phi, phi))))
		return sqpTrial{x, c, now, alpha, n.AddScalar(1), enough.And(slope.Lt(num.Const(0))).Or(hidden).And(now.IsFinite())}
	}
	t := try(d.D, v.Const(1), num.Int(0))
	bend := t.OK.Not().And(t.C.IsFinite().All()).And(d.Left.Eq(num.Const(0)).All())
	t = num.Cond(bend, func(t sqpTrial) sqpTrial {
		again := s.solve(q, t.C.Sub(q.C).Sub(q.J.MatMul(d.D)))
		bent := try(again.D, t.Alpha, t.N)
		bent.OK = bent.OK.And(again.OK).And(again.Left.Eq(num.Const(0)).All())
		bent.X, bent.C = num.Where(bent.OK, bent.X, t.X), num.Where(bent.OK, bent.C, t.C)
		bent.Merit = num.Where(bent.OK, bent.Merit, t.Merit)
		return bent
	}, func(t sqpTrial) sqpTrial { return t }, t)
	least := num.Const(phi.DType().Eps())
	size := largest(d.D).Div(num.Maximum(largest(q.X), num.Const(1)))
	return num.While(func(t sqpTrial) num.Array { return t.OK.Not().And(t.Alpha.Mul(size).Gt(least)).And(t.Alpha.Gt(least)) }, func(t sqpTrial) sqpTrial {
		// The minimum of the parabola through both values with the slope, between a tenth and a half.
		bow := t.Merit.Sub(phi).Sub(slope.Mul(t.Alpha))
		best := slope.Neg().Mul(t.Alpha).Div(bow.Scale(2))
		part := num.Where(best.IsFinite(), num.Maximum(num.Const(0.1), num.Minimum(best, num.Const(0.5))), num.Const(0.1))
		return try(d.D, t.Alpha.Mul(part), t.N)
	}, t)
}

// update is an iteration.
func (s sqp) update(it Iterate, st sqpState) (Iterate, sqpState) {
	x, y, w := s.Parts(it.X)
	g, _, _ := s.Parts(it.Grad)
	b := st.B
	derivatives := 1
	if s.Exact {
		b = s.hessian(x, y)
		derivatives++ // the Hessian counts as one
	}
	q := model{x, g, st.C, st.J, b, st.Price}
	d := s.solve(q, num.ZerosLike(st.C))
	mu := num.Maximum(d.Y.Abs(), st.Mu.Add(d.Y.Abs()).Scale(0.5))
	tr := s.search(q, d, it.Value, mu)
	ok := tr.OK.And(d.OK)
	to := num.Where(ok, tr.X, x)

	next := it
	v, full := s.p.Func(s.Join(to, y, w))
	grad, _, _ := s.Parts(full)
	c, j := s.rows(to), s.jacobian(to)
	y, w = num.Where(d.OK, d.Y, y), num.Where(d.OK, d.W, w) // also where x cannot be better
	e := s.errorAt(to, y, w, v, grad, c, j)
	next.Value, next.Error = v, e.largest()
	next.NFev, next.NVal = it.NFev.Add(tr.N).AddScalar(float64(derivatives)), it.NVal.Add(tr.N)
	next.StepSize = num.Where(ok, tr.Alpha, num.Const(0))
	next.NFailed = it.NFailed.Add(ok.Not().AsType(num.Int32))

	sizes := num.Maximum(num.Norm(j, 1), num.Const(1))
	bad := outside(c, s.Low, s.High).Div(sizes)
	stuck := s.hopeless(to, bad, bad.Div(sizes).MatMul(j)).And(e.Violation.Gt(num.Const(10 * s.p.Options.Tol))).And(largest(d.Left).Gt(num.Const(0)).Or(ok.Not()))
	kick := stuck.And(st.Kicked.Not())
	dead := ok.Not().And(st.Fresh).And(kick.Not())
	next.Code = num.Where(dead, code(status.LineSearchFailed), code(status.Running))
	next.Code = num.Where(stuck.And(st.Kicked), code(status.Infeasible), next.Code)

	change := grad.Add(y.MatMul(j)).Sub(g).Sub(y.MatMul(st.J))
	updated := powell(st.B, to.Sub(x), change, st.Fresh)
	unit := num.FromDiag(num.OnesLike(x))
	dearer := largest(d.Left).Gt(num.Const(0)).And(st.Price.Lt(num.Const(sqpDearest)))
	after := sqpState{C: c, J: j, B: num.Where(ok, updated, unit), Fresh: ok.Not(), Mu: num.Where(ok, mu, st.Mu),
		Price: num.Where(dearer, st.Price.Scale(10), st.Price), Kicked: st.Kicked.Or(kick)}
	x = to
	moved := func(at sqpMoved) sqpMoved {
		x := s.away(at.X)
		v, full := s.p.Func(s.Join(x, y, w))
		return sqpMoved{x, v, full, s.rows(x), s.jacobian(x)}
	}
	m := num.Cond(kick, moved, func(at sqpMoved) sqpMoved { return at }, sqpMoved{x, v, full, c, j})
	next.X, next.Value, next.Grad = s.Join(m.X, y, w), m.Value, m.Grad
	after.C, after.J = m.C, m.J
	return next, after
}

// sqpMoved is a point with what is known there.
type sqpMoved struct{ X, Value, Grad, C, J num.Array }

// powell is Powell's update of B by a step with a change of the gradient of the Lagrangian (Nocedal & Wright, procedure 18.2). A fresh B is
// first given the size of the curvature of the step (there, equation 6.20).
func powell(b, step, change, fresh num.Array) num.Array {
	zero, one := num.Const(0), num.Const(1)
	sy, yy, ss := step.Dot(change), change.Dot(change), step.Dot(step)
	fit := fresh.And(curved(step, change))
	b = num.Where(fit, b.Mul(yy.Div(num.Where(fit, sy, one))), b)
	bs := b.MatMul(step)
	sbs := step.Dot(bs)
	theta := num.Where(sy.Ge(sbs.Scale(0.2)), one, sbs.Scale(0.8).Div(num.Where(sbs.Sub(sy).Gt(zero), sbs.Sub(sy), one)))
	r := change.Mul(theta).Add(bs.Mul(one.Sub(theta)))
	sr := step.Dot(r)
	ok := ss.Gt(zero).And(sr.Gt(zero)).And(sbs.Gt(zero)).And(r.IsFinite().All())
	next := b.Sub(num.Outer(bs, bs).Div(num.Where(ok, sbs, one))).Add(num.Outer(r, r).Div(num.Where(ok, sr, one)))
	ok = ok.And(next.IsFinite().All())
	return num.Where(ok, next, b)
}

// hessian is the Hessian of the Lagrangian with the magnitudes of its eigenvalues, none of them less than a small part of the largest one.
func (s sqp) hessian(x, y num.Array) num.Array {
	h := num.Hessian(func(x num.Array) num.Array { return s.F(x).Add(s.Rows(x).Dot(y)) })(x)
	h = num.Where(h.IsFinite().All(), h, num.FromDiag(num.OnesLike(x)))
	values, vectors := num.Eigh(h)
	least := math.Sqrt(x.DType().Eps())
	values = num.Maximum(values.Abs(), num.Maximum(largest(values), num.Const(1)).Scale(least))
	return vectors.Mul(values).MatMul(vectors.T())
}
