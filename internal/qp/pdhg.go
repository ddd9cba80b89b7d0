package qp

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// PDHG is the primal–dual hybrid gradient method on one problem, which needs nothing but products with H, J and Jᵀ (Chambolle & Pock, "A first-order
// primal-dual algorithm for convex problems with applications to imaging", J. Math. Imaging Vis. 40, 2011; with a gradient step on the
// quadratic part, Condat, "A primal–dual splitting method for convex optimization", J. Optim. Theory Appl. 158, 2013):
//
//	x̂ = clip(x - τ(Hx + c + Jᵀy)),  ŷ = y + σ(J(2x̂ - x) - the nearest values within the limits)
//
// A step goes beyond that image of (x, y), and back to an anchor by less and less (Halpern); where the movement has become much smaller, the method restarts
// with the image as the anchor and another weight between the primal and the dual steps (Lu & Yang, "Restarted Halpern PDHG for linear
// programming", 2024; Lu, Peng & Yang, "cuPDLPx: a further enhanced GPU-based first-order solver for linear programming", 2025).
type PDHG struct {
	program
	Every  int     // how many steps are made between two looks at the error
	Weight float64 // first weight ω; 0 for that of the sizes of the objective and the limits
	Linear bool    // H is zero

	whole       bool  // multipliers of bounds are whole slopes, whether a step would reach the bound or not
	least, most array // the limits, infinite where there is none
}

// NewPDHG is the method on a problem.
func NewPDHG(p Problem, o Options, every int, weight float64, linear bool) PDHG {
	m := PDHG{program: newProgram(p, o, balanced(p)), Every: every, Weight: weight, Linear: linear}
	m.least = num.Where(positive(m.hasL.Add(m.eq)), m.lo, num.Const(-inf))
	m.most = num.Where(positive(m.hasU.Add(m.eq)), m.hi, num.Const(inf))
	return m
}

// PDHGState is what the method keeps between two looks at the error, in scaled units.
type PDHGState struct {
	X, Y   array // where the next step starts
	X0, Y0 array // the anchor
	Age    array // steps since the anchor was chosen, int32
	Total  array // steps since the beginning, int32
	Weight array // ω
	Drift  array // sum of the logarithms by which ω was off
	Norm   array // estimate of the norm of J
	Bend   array // estimate of that of H
	First  array // movement at the anchor
	Last   array // movement when it was looked at last

	PX, PT                array // the point with its multipliers, or what proves that there is none
	Infeasible, Unbounded array
	Next                  array // after how many steps feasibility is polished next, int32
	Stuck                 array // whether a step is within the rounding of the point
	Errors                Errors
	Error                 array
	Data                  array
}

// lengths are the lengths of a step.
type lengths struct{ primal, dual array }

// beyond is by how much steps are shorter than what the norm of J allows: cuPDLPx's.
const beyond = 0.998

// steps are the lengths of steps in a state: 1/τ = ω|J| + |H| and σ = ω/|J|, with which the image does not expand in the norm of the method.
func (m PDHG) steps(st PDHGState) lengths {
	norm := st.Norm.Scale(1 / beyond)
	return lengths{primal: num.Const(1).Div(st.Weight.Mul(norm).Add(st.Bend)), dual: st.Weight.Div(norm)}
}

// place is a primal and a dual point.
type place struct{ X, Y array }

// image is the point that the method without anchors goes to.
func (m PDHG) image(at place, s lengths) place {
	x := m.clipped(at.X.Sub(m.slope(at).Mul(s.primal)))
	y := at.Y.Add(m.Products.JTimes(m.k, x.Scale(2).Sub(at.X)).Mul(s.dual))
	// y less σ times the nearest point of y/σ within the limits
	low, up := y.Sub(m.tail(m.least).Mul(s.dual)), y.Sub(m.tail(m.most).Mul(s.dual))
	return place{x, num.Minimum(low, num.Maximum(up, num.Const(0)))}
}

// slope is Hx + c + Jᵀy.
func (m PDHG) slope(at place) array {
	return m.bent(at.X).Add(m.c).Add(m.Products.TransposeTimes(m.k, at.Y))
}

// bent is Hx.
func (m PDHG) bent(x array) array {
	if m.Linear {
		return x.Const(0)
	}
	return m.Products.HTimes(m.k, x)
}

func (m PDHG) clipped(x array) array {
	return num.Maximum(m.head(m.least), num.Minimum(m.head(m.most), x))
}

// toward is the step that follows from an image: beyond it by as much as it does not expand distances, and back to the anchor.
func (m PDHG) toward(at, image, anchor place, age array) place {
	reflect := 2.
	if !m.Linear {
		reflect = 1.5 // with |H| as it is in steps, by Condat's theorem 3.1
	}
	k := age.AsType(at.X.DType())
	a := k.AddScalar(1).Div(k.AddScalar(2))
	mix := func(x, to, from array) array {
		return x.Add(to.Sub(x).Scale(reflect)).Mul(a).Add(from.Mul(num.Const(1).Sub(a)))
	}
	return place{mix(at.X, image.X, anchor.X), mix(at.Y, image.Y, anchor.Y)}
}

// movement is the distance of a point and its image, in the norm of the method, with the change of x and J times it.
func (m PDHG) movement(at, image place, s lengths) (size array, dx, dy, jdx array) {
	dx, dy = image.X.Sub(at.X), image.Y.Sub(at.Y)
	jdx = m.Products.JTimes(m.k, dx)
	square := dx.Dot(dx).Div(s.primal).Add(dy.Dot(dy).Div(s.dual)).Sub(dy.Dot(jdx).Scale(2))
	return num.Maximum(square, num.Const(0)).Sqrt(), dx, dy, jdx
}

// Begin implements [Iterative].
func (m PDHG) Begin(p Point) PDHGState {
	d := m.c.DType()
	t := num.Concat(0, p.W, p.Y).Div(m.rows).Mul(m.cost)
	at := place{m.clipped(p.X.Div(m.d)), m.tail(t)}
	no, zero := num.Full(num.Bool, 0), num.Full(d, 0)
	st := PDHGState{X: at.X, Y: at.Y, X0: at.X, Y0: at.Y, Age: num.Int(0), Total: num.Int(0), Drift: zero, First: zero, Last: zero,
		Infeasible: no, Unbounded: no, Stuck: no, Next: num.Int(0), Data: m.data()}
	st.Norm, st.Bend = m.norms()
	st.Weight = num.Full(d, m.Weight)
	if m.Weight == 0 {
		st.Weight = m.firstWeight(at)
	}
	st = m.assess(st, at, m.steps(st))
	// A start with multipliers of its own is judged by them.
	own := m.errorsAt(m.point(at.X, t))
	better := m.worst(own).Lt(st.Error)
	return num.Cond(better, func(st PDHGState) PDHGState {
		st.PX, st.PT, st.Errors, st.Error = at.X, t, own, m.worst(own)
		return st
	}, func(st PDHGState) PDHGState { return st }, st)
}

// firstWeight is the relation of the sizes of multipliers and variables at a point, or where it is nothing that of the objective and the limits (PDLP's).
func (m PDHG) firstWeight(at place) array {
	one := num.Const(1)
	limit := num.Maximum(m.tail(m.lo).Abs(), m.tail(m.hi).Abs())
	w := num.Norm(m.c).AddScalar(1).Div(num.Norm(limit).AddScalar(1))
	x, y := num.Norm(at.X), num.Norm(at.Y)
	some := positive(x).And(positive(y)).And(x.IsFinite()).And(y.IsFinite())
	return num.Where(some, y.Div(num.Where(some, x, one)), w)
}

// For implements [Iterative].
func (m PDHG) For(st PDHGState, p Point) array {
	return m.known(st.Data, st.Errors, m.point(st.PX, st.PT), p)
}

// Report implements [Iterative].
func (m PDHG) Report(st PDHGState) (Point, Errors, array) {
	return m.point(st.PX, st.PT), st.Errors, st.Error
}

// Step implements [Iterative]: as many steps as lie between two looks at the error. It gives the length of the primal ones.
func (m PDHG) Step(st PDHGState) (next PDHGState, length, evaluations array) {
	s, anchor := m.steps(st), place{st.X0, st.Y0}
	type going struct {
		At  place
		Age array
	}
	at := place{st.X, st.Y}
	image := m.image(at, s)
	size, _, _, _ := m.movement(at, image, s)
	st.First = num.Where(st.Age.Eq(num.Int(0)), size, st.First)
	g := going{m.toward(at, image, anchor, st.Age), st.Age.AddScalar(1)}
	g = num.ForLoop(0, m.Every-2, func(_ array, g going) going {
		return going{m.toward(g.At, m.image(g.At, s), anchor, g.Age), g.Age.AddScalar(1)}
	}, g)
	image = m.image(g.At, s)
	size, dx, dy, jdx := m.movement(g.At, image, s)
	to := m.toward(g.At, image, anchor, g.Age)
	st.X, st.Y, st.Age = to.X, to.Y, g.Age.AddScalar(1)
	st.Total = st.Total.AddScalar(float64(m.Every))
	st = m.assess(st, image, s)
	st = m.proofs(st, dx, dy, jdx)
	st.Stuck = still(dx, image.X).And(still(dy, image.Y))
	st = m.restarted(st, image, size)
	st.Norm, st.Bend = num.Maximum(st.Norm, ratio(jdx, dx)), m.sharper(st.Bend, dx)
	st, more := m.made(st)
	return st, s.primal, more.AddScalar(float64(m.Every))
}

// still reports whether a change to v is rounding.
func still(change, v array) array { return largest(change).Le(largest(v).Scale(v.DType().Eps())) }

// ratio is |a|/|b|, 0 where b is.
func ratio(a, b array) array {
	size := num.Norm(b)
	return num.Norm(a).Div(num.Where(positive(size), size, num.Const(inf)))
}

// sharper is the estimate of the norm of H after a look at a direction.
func (m PDHG) sharper(bend, dx array) array {
	if m.Linear {
		return bend
	}
	return num.Maximum(bend, ratio(m.bent(dx), dx))
}

// assess sets the point of a state and its errors. The multipliers of bounds are what a step down the slope would be cut by.
func (m PDHG) assess(st PDHGState, at place, s lengths) PDHGState {
	down := at.X.Sub(m.slope(at).Mul(s.primal))
	w := down.Sub(m.clipped(down)).Div(s.primal)
	st.PX, st.PT = at.X, num.Concat(0, w, at.Y)
	if m.whole {
		st.PT = m.signed(num.Concat(0, m.slope(at).Neg(), at.Y))
	}
	st.Errors = m.errorsAt(m.point(st.PX, st.PT))
	st.Error = m.worst(st.Errors)
	return st
}

// proofs looks whether the last change proves that there is no solution: of a problem without one it converges, to a ray (Applegate, Díaz,
// Lu & Lubin, "Infeasibility detection with primal-dual hybrid gradient for large-scale linear programming", SIAM J. Optim. 34, 2024).
func (m PDHG) proofs(st PDHGState, dx, dy, jdx array) PDHGState {
	t := m.signed(num.Concat(0, m.Products.TransposeTimes(m.k, dy).Neg(), dy))
	t = unit(t)
	ray := num.Where(positive(num.Maximum(m.hasL, m.eq)), num.Maximum(num.Concat(0, dx, jdx), num.Const(0)), num.Concat(0, dx, jdx))
	ray = num.Where(positive(num.Maximum(m.hasU, m.eq)), num.Minimum(ray, num.Const(0)), ray)
	x := unit(m.head(ray))
	st.Infeasible = m.infeasible(st.PX, t)
	st.Unbounded = m.unbounded(x, num.Concat(0, x, m.Products.JTimes(m.k, x)), m.bent(x).BroadcastTo(m.n)).And(st.Infeasible.Not())
	st.PX, st.PT = num.Where(st.Unbounded, x, st.PX), num.Where(st.Infeasible, t, st.PT)
	return st
}

// unit is v divided by its largest magnitude.
func unit(v array) array {
	size := largest(v)
	return v.Div(num.Where(positive(size), size, num.Const(1)))
}

// When to restart: after the movement has become so much smaller, if it does not fall any more, or after a part of all steps. The first and the last are
// cuPDLPx's numbers, the second is PDLP's.
const (
	sufficient = 0.2
	necessary  = 0.5
	longestRun = 0.36
)

// restarted is the state with the image as its anchor, if that is better.
func (m PDHG) restarted(st PDHGState, image place, size array) PDHGState {
	age, total := st.Age.AsType(size.DType()), st.Total.AsType(size.DType())
	now := size.Le(st.First.Scale(sufficient)).Or(size.Le(st.First.Scale(necessary)).And(size.Gt(st.Last)))
	now = now.Or(age.Ge(total.Scale(longestRun)))
	st.Last = num.Where(now, num.Const(inf), size)
	type restart struct {
		State PDHGState
		Image place
	}
	return num.Cond(now, func(r restart) PDHGState {
		st := m.weighed(r.State, r.Image)
		st.X, st.Y, st.X0, st.Y0, st.Age = r.Image.X, r.Image.Y, r.Image.X, r.Image.Y, num.Int(0)
		return st
	}, func(r restart) PDHGState { return r.State }, restart{st, image})
}

// weighed is the state with a weight by which x and y moved as far from the anchor as each other: cuPDLPx's controller, with its gains.
func (m PDHG) weighed(st PDHGState, image place) PDHGState {
	dx, dy := num.Norm(image.X.Sub(st.X0)), num.Norm(image.Y.Sub(st.Y0))
	both, one := positive(dx).And(positive(dy)), num.Const(1)
	off := num.Where(both, dy.Div(num.Where(both, dx.Mul(st.Weight), one)), one).Log()
	st.Drift = st.Drift.Add(off)
	const proportional, integral = 0.99, 0.01
	by := off.Scale(proportional).Add(st.Drift.Scale(integral))
	// Where one of them does not move, its steps are too short.
	by = num.Where(both, by, num.Where(positive(dx), num.Const(-math.Ln10), num.Where(positive(dy), num.Const(math.Ln10), num.Const(0))))
	st.Weight = num.Clip(st.Weight.Mul(by.Exp()), num.Const(1e-12), num.Const(1e12))
	return st
}

// Judge implements [Iterative].
func (m PDHG) Judge(st PDHGState) Outcome {
	done := st.Error.Le(num.Const(m.Tol))
	return Outcome{Done: done, Infeasible: st.Infeasible.And(done.Not()), Unbounded: st.Unbounded.And(done.Not()), Stuck: st.Stuck}
}
