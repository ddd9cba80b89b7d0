package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// TrustRegionReflective is the trust-region reflective method, for least squares within bounds: SciPy's trf. Its
// iterates stay within the bounds, never on them, until the last one, which is put on the bounds that it came to.
//
// The trust region is an ellipsoid that is short in directions of near bounds, and a step that would
// cross them is reflected, shortened or replaced by the gradient, whichever has the least model
// (Branch, Coleman & Li, "A subspace, interior, and conjugate gradient method for large-scale
// bound-constrained minimization problems", 1999). Parameters are in units of the largest norms of the columns of the Jacobian so
// far, SciPy's x_scale="jac". The step within the region is found by singular values (Moré, 1978, algorithm 5.5).
//
// An iteration costs an evaluation, about 20n³ operations for the singular values, and if its step is taken a
// linearization, of n products, with its QR decomposition, 4mn² operations. Options.Unroll has no useful
// derivative: singular vectors have none where values are equal.
type TrustRegionReflective struct {
	Radius float64 // the first radius relative to the scaled start, or the first radius if the start is 0; default 1, SciPy's
}

func (m TrustRegionReflective) ranges() []option.Range {
	return []option.Range{option.Positive("Radius", m.Radius)}
}

func (m TrustRegionReflective) boundedLeastSquares() definition {
	d := define("TrustRegionReflective", m.rule)
	d.tol, d.maxIter = squaresTol, squaresMaxIter
	return d
}

type reflectiveState struct {
	modelState
	Radius num.Array // of the region, in scaled variables
}

func (m TrustRegionReflective) rule(p *Problem) Rule[reflectiveState] {
	r := reflective{m, p, p.squaresSystem("TrustRegionReflective", 0)}
	return Rule[reflectiveState]{
		evaluate: r.enter,
		Update:   r.update,
	}
}

// reflective is the method on a problem. Scaled variables are x over a scale, which is short near bounds.
type reflective struct {
	TrustRegionReflective
	p      *Problem
	system squaresSystem
}

func (r reflective) evaluate(it Iterate, st reflectiveState) (Iterate, reflectiveState) {
	it, st.modelState = r.p.squaresAt(it, st.modelState, r.system.condense)
	return it, st
}

// enter evaluates the iterate's point, and where that is no solution moves it off the bounds.
func (r reflective) enter(it Iterate, st reflectiveState) (Iterate, reflectiveState) {
	type both struct {
		It Iterate
		S  reflectiveState
	}
	fresh := st.Radius == (num.Array{})
	if fresh {
		st.Radius = it.X.Const(1)
	}
	it.X = r.p.Project(it.X)
	it, st = r.evaluate(it, st)
	const away = 1e-10 // of the bounds: SciPy's
	in := r.inside(it.X, away)
	move := in.Ne(it.X).Any().And(it.Error.Gt(num.Const(r.p.Options.Tol)))
	end := num.Cond(move, func(b both) both {
		b.It.X = r.inside(b.It.X, away)
		b.It, b.S = r.evaluate(b.It, b.S)
		return b
	}, func(b both) both { return b }, both{it, st})
	if st = end.S; fresh {
		st.Radius = r.first(end.It, st)
	}
	return end.It, st
}

// inside moves x off bounds by rel times the bound's size, at least to the next number. Fixed variables stay.
func (r reflective) inside(x num.Array, rel float64) num.Array {
	d := x.DType()
	off := func(bound num.Array) num.Array {
		size := num.Where(bound.IsInf(), num.Const(0), bound).Abs()
		return num.Maximum(size, num.Const(math.Min(1, rel/d.Eps()))).Scale(math.Max(rel, 2*d.Eps())).Add(num.Const(d.Tiny()))
	}
	lower, upper := r.p.Lower.Add(off(r.p.Lower)), r.p.Upper.Sub(off(r.p.Upper))
	middle := r.p.Lower.Add(r.p.Upper.Sub(r.p.Lower).Scale(0.5))
	narrow := lower.Ge(upper)
	return num.Where(narrow, num.Where(middle.IsFinite(), middle, x), num.Clip(x, num.Where(narrow, x, lower), num.Where(narrow, x, upper)))
}

// scale is the scale of the variables at an iterate, and the diagonal of the term that it adds to
// the model: the square root of the distance to the bound in the direction of the negative gradient, and its
// derivative (Branch, Coleman & Li, section 2).
func (r reflective) scale(it Iterate, st reflectiveState) (scale, diagonal num.Array) {
	d := positive(st.Scale)
	up, down := it.Grad.Lt(num.Const(0)), it.Grad.Gt(num.Const(0))
	toUpper, toLower := up.And(r.p.Upper.IsInf().Not()), down.And(r.p.Lower.IsInf().Not())
	toward := toUpper.Or(toLower)
	v := num.Where(toUpper, r.p.Upper.Sub(it.X), num.Where(toLower, it.X.Sub(r.p.Lower), num.Const(0)))
	v = num.Where(toward, num.Maximum(v, num.Const(0)).Mul(d), num.Const(1))
	scale = num.Where(r.p.Lower.Eq(r.p.Upper), num.Const(0), v.Sqrt().Div(d))
	return scale, num.Where(toward, it.Grad.Abs().Div(d), num.Const(0))
}

// quadratic is a model of the value, in scaled variables: g·h + ½|J h|² + ½ h·(diagonal h).
type quadratic struct {
	j           func(h num.Array) num.Array
	g, diagonal num.Array
}

func (q quadratic) value(h num.Array) num.Array {
	jh := q.j(h)
	return q.g.Dot(h).Add(jh.Dot(jh).Add(h.Dot(h.Mul(q.diagonal))).Scale(0.5))
}

// along is the t from lo to hi with the least model at from + t h, and the model there.
func (q quadratic) along(from, h, lo, hi num.Array) (t, value num.Array) {
	jh := q.j(h)
	a := jh.Dot(jh).Add(h.Dot(h.Mul(q.diagonal)))
	b := q.g.Dot(h).Add(jh.Dot(q.j(from))).Add(h.Dot(from.Mul(q.diagonal)))
	best := num.Clip(b.Neg().Div(positive(a)), lo, hi)
	at := func(t num.Array) num.Array { return t.Mul(b.Add(t.Mul(a).Scale(0.5))) }
	best = num.Where(a.Gt(num.Const(0)), best, lo)
	best = num.Where(at(hi).Lt(at(best)), hi, best)
	return best, q.value(from).Add(at(best))
}

// part is the part of a step from x after which it meets the first bound, and of which variables those bounds are.
func (r reflective) part(x, step num.Array) (t, hit num.Array) {
	bound := num.Where(step.Gt(num.Const(0)), r.p.Upper.Sub(x), r.p.Lower.Sub(x))
	moves := step.Ne(num.Const(0))
	each := num.Where(moves, bound.Div(num.Where(moves, step, num.Const(1))), num.Const(math.Inf(1)))
	each = num.Maximum(each, num.Const(0))
	t = each.Min()
	return t, each.Eq(t).And(moves)
}

// choose is the step to try, in scaled variables, with its model: h if it stays within the bounds; otherwise, of h
// shortened, h reflected at the first bound, and the gradient, the one with the least model. theta is the part
// of the way to a bound that a step may go.
func (r reflective) choose(q quadratic, x, scale, h, radius, theta num.Array) (step, value num.Array) {
	none, inf := h.Scale(0), num.Const(math.Inf(1))
	t, hit := r.part(x, h.Mul(scale))
	whole := t.Ge(num.Const(1))
	cut := h.Mul(num.Minimum(t, num.Const(1)))

	back := num.Where(hit, h.Neg(), h)
	at := x.Add(cut.Mul(scale))
	toBound, _ := r.part(at, back.Mul(scale))
	toRegion := toBoundary(cut, num.Where(num.Norm(back).Gt(num.Const(0)), back, num.Const(1)), radius)
	far := num.Minimum(toBound, toRegion)
	lo := theta.Neg().AddScalar(1).Mul(num.Minimum(t, num.Const(1))).Div(positive(far))
	hi := num.Where(toBound.Le(toRegion), theta.Mul(toBound), toRegion)
	room := far.Gt(num.Const(0)).And(lo.Le(hi))
	on, reflected := q.along(cut, back, num.Where(room, lo, num.Const(0)), num.Where(room, hi, num.Const(0)))
	reflected = num.Where(room, reflected, inf)

	size := num.Norm(q.g)
	down := q.g.Div(positive(size)).Neg()
	edge, _ := r.part(x, down.Mul(scale))
	edge = num.Where(edge.Lt(radius), theta.Mul(edge), radius)
	along, descent := q.along(none, down, edge.Scale(0), edge)

	short := cut.Mul(theta)
	step, value = short, q.value(short)
	better := reflected.Lt(value)
	step, value = num.Where(better, cut.Add(back.Mul(on)), step), num.Where(better, reflected, value)
	better = descent.Lt(value)
	step, value = num.Where(better, down.Mul(along), step), num.Where(better, descent, value)
	return num.Where(whole, h, step), num.Where(whole, q.value(h), value)
}

func (r reflective) update(it Iterate, st reflectiveState) (Iterate, reflectiveState) {
	scale, diagonal := r.scale(it, st)
	q := quadratic{func(h num.Array) num.Array { return r.system.times(st.Model, h.Mul(scale)) }, it.Grad.Mul(scale), diagonal}
	h := r.system.within(it, st.Model, scale, diagonal, st.Radius)
	theta := num.Maximum(it.Error.Neg().AddScalar(1), num.Const(0.995)) // SciPy's
	step, value := r.choose(q, it.X, scale, h, st.Radius, theta)
	length := num.Norm(step)
	x := r.inside(it.X.Add(step.Mul(scale)), 0)
	it.NFev, it.NVal = it.NFev.AddScalar(1), it.NVal.AddScalar(1)
	promise := value.Neg()
	ratio, hidden := squaresTrial(it, st.modelState, r.p.Residual.Value(x), promise)
	good := ratio.Gt(num.Const(leastRatio)).And(promise.Gt(num.Const(0)).Or(hidden))
	next, ns, moved := squaresMoved(it, st, x, good, r.evaluate)
	ns.Radius = resized(st.Radius, length, num.Where(moved, ratio, num.Const(-1)))
	size := num.Norm(positive(st.Scale).Mul(it.X))
	still := num.Norm(positive(st.Scale).Mul(x.Sub(it.X))).Le(size.Scale(it.X.DType().Eps()))
	next, ns = r.land(next, ns)
	next, model, again := r.p.squaresStalled(it, next, ns.modelState, hidden, moved, still)
	ns.modelState = model
	ns.Radius = num.Where(again, r.first(next, ns), widened(ns.Radius, hidden.And(moved)))
	return next, ns
}

// first is the first radius at an iterate.
func (r reflective) first(it Iterate, st reflectiveState) num.Array {
	scale, _ := r.scale(it, st)
	size := num.Norm(num.Where(scale.Gt(num.Const(0)), it.X.Div(positive(scale)), num.Const(0)))
	size = num.Where(size.IsFinite(), size, num.Const(1))
	return num.Minimum(positive(size).Scale(option.Or(r.Radius, 1)), num.Const(longest(size.DType())))
}

// land puts the variables that are next to bounds on them, if that is then a solution.
func (r reflective) land(it Iterate, st reflectiveState) (Iterate, reflectiveState) {
	tol := math.Max(r.p.Options.Tol, it.X.DType().Eps())
	// What the rest of the way can take away is a small part of the value.
	near := it.Grad.Abs().Mul(r.p.room(it)).Scale(2).Le(it.Value.Scale(2 * tol))
	bound := num.Where(it.Grad.Gt(num.Const(0)), r.p.Lower, r.p.Upper)
	near = near.And(it.Grad.Ne(num.Const(0))).And(bound.IsInf().Not())
	others := r.p.squaresError(it, num.Where(near, num.Const(0), it.Grad), st.Norms, roundedResidual)
	x := num.Where(near, bound, it.X)
	try := others.Le(num.Const(tol)).And(x.Ne(it.X).Any())
	next, ns, _ := squaresMoved(it, st, x, try, r.evaluate)
	solved := next.Error.Le(num.Const(r.p.Options.Tol))
	count := next.NFev
	next, ns = chosen(solved, next, it), chosen(solved, ns, st)
	next.NFev = count
	return next, ns
}

// inRegion is the minimum of |A h + b| within a ball, to 1% of its radius, by the singular values of A: the root-finding of
// Moré, 1978, algorithm 5.5, with SciPy's numbers.
func inRegion(a, b, radius num.Array) num.Array {
	u, s, vt := num.SVD(a)
	n, eps := vt.Shape()[1], a.DType().Eps()
	unit := positive(s.Max()) // so that squares do not overflow
	s = s.Div(unit)
	ub := b.MatMul(u).Div(unit)
	some := s.Gt(num.Const(eps * float64(max(a.Shape()[0], n)))) // the others are zero to rounding
	suf := num.Where(some, s.Mul(ub), num.Const(0))
	newton := num.Where(some, ub.Div(positive(s)), num.Const(0)).Neg()
	within := num.Norm(newton).Le(radius)
	// phi is |h(α)| - radius and its derivative.
	phi := func(alpha num.Array) (phi, slope num.Array) {
		den := s.Square().Add(alpha)
		w := num.Where(suf.Eq(num.Const(0)), num.Const(0), suf.Div(num.Where(den.Gt(num.Const(0)), den, num.Const(1))))
		size := num.Norm(w)
		sum := num.Where(suf.Eq(num.Const(0)), num.Const(0), w.Square().Div(num.Where(den.Gt(num.Const(0)), den, num.Const(1)))).Sum()
		return size.Sub(radius), sum.Neg().Div(positive(size))
	}
	type state struct{ Alpha, Lower, Upper, Done num.Array }
	upper := num.Norm(suf).Div(radius)
	phi0, slope0 := phi(upper.Const(0))
	ratio0 := phi0.Div(num.Where(slope0.Lt(num.Const(0)), slope0, num.Const(-1)))
	lower := num.Minimum(num.Maximum(ratio0.Neg(), num.Const(0)), upper)
	done := within.Or(upper.Gt(num.Const(0)).Not()).Or(upper.IsFinite().Not())
	end := num.WhileMax(10, func(st state) num.Array { return st.Done.Not() }, func(st state) state {
		alpha := num.Where(st.Alpha.Ge(st.Lower).And(st.Alpha.Le(st.Upper)).And(st.Alpha.Gt(num.Const(0))), st.Alpha,
			num.Maximum(st.Upper.Scale(1e-3), st.Lower.Mul(st.Upper).Sqrt()))
		f, slope := phi(alpha)
		ratio := f.Div(num.Where(slope.Lt(num.Const(0)), slope, num.Const(-1)))
		return state{
			Alpha: alpha.Sub(f.Add(radius).Mul(ratio).Div(radius)),
			Lower: num.Maximum(st.Lower, alpha.Sub(ratio)),
			Upper: num.Where(f.Lt(num.Const(0)), alpha, st.Upper),
			Done:  f.Abs().Lt(radius.Scale(0.01)),
		}
	}, state{lower, lower, upper, done})
	den := s.Square().Add(num.Maximum(end.Alpha, num.Const(0)))
	w := num.Where(suf.Eq(num.Const(0)), num.Const(0), suf.Div(num.Where(den.Gt(num.Const(0)), den, num.Const(1)))).Neg()
	w = w.Mul(radius.Div(positive(num.Norm(w))))
	w = num.Where(within, newton, num.Where(upper.Gt(num.Const(0)), w, num.Const(0)))
	return w.MatMul(vt)
}
