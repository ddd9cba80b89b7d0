package argmin

import (
	"math"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// This file has what several methods make their steps of.

// searchOr is a search, or the default if it is nil.
func searchOr(search, def linesearch.Search) linesearch.Search {
	if search == nil {
		return def
	}
	return search
}

// short is the factor that scales a vector of the given norm to a first step, whose scale is
// unknown: to a norm of at most 1, or at most √ε of x where a step of 1 would be lost in its rounding.
func (it Iterate) short(norm num.Array) num.Array {
	return num.Minimum(num.Const(1), it.unit().Div(num.Maximum(norm, num.Const(norm.DType().Tiny()))))
}

// unit is the length of such a step.
func (it Iterate) unit() num.Array {
	return num.Maximum(num.Norm(it.X).Scale(math.Sqrt(it.X.DType().Eps())), num.Const(1))
}

// longest is the longest step that a method tries by itself: its square is finite.
func longest(d num.DType) float64 { return 1 / math.Sqrt(d.Tiny()) }

// growing is the first step of the next search: 1, or where the last pair had no curvature that
// says how far to go, twice the last step.
func growing(kept, last num.Array) num.Array {
	again := kept.Not().And(last.Gt(num.Const(0)))
	return num.Where(again, num.Minimum(last.Scale(2), num.Const(longest(last.DType()))), num.Const(1))
}

// curved reports whether a pair of a step and a change of the gradient has positive curvature:
// a cosine above rounding, whatever the units.
func curved(s, y num.Array) num.Array {
	return s.Dot(y).Gt(num.Norm(s).Mul(num.Norm(y)).Scale(s.DType().Eps()))
}

// noise is how far apart two values can be from rounding: 100 ε of the larger one, as much
// as the sum of some thousand terms typically loses.
func noise(a, b num.Array) num.Array {
	return num.Maximum(a.Abs(), b.Abs()).Scale(100 * a.DType().Eps())
}

// momentum is Nesterov's: the next counter t, and the factor of the extrapolation, from the
// current counter.
func momentum(t num.Array) (next, beta num.Array) {
	next = t.Square().Scale(4).AddScalar(1).Sqrt().AddScalar(1).Scale(0.5)
	return next, t.AddScalar(-1).Div(next)
}

// hessp is the product of the Hessian at x with a vector. All products together take one
// evaluation, and each of them the linear part of one of the gradient.
func hessp(f linesearch.Func, x num.Array) func(num.Array) num.Array {
	_, product := num.Linearize(func(x num.Array) num.Array { _, g := f(x); return g }, x)
	return product
}

// arc is the answer of [alongArc].
type arc struct {
	arcPoint
	Step, N, Code num.Array
}

// arcPoint is a trial on an arc. Grow is the factor by which the next step may be longer: 1
// where rounding hid whether this one was short enough.
type arcPoint struct{ X, Value, Grad, Grow num.Array }

// alongArc halves a step until the point that it leads to lowers the value by c times what
// the gradient promises. Where rounding hides the decrease, the slope at the new point
// decides, as in the approximate Wolfe condition of package linesearch, and where it hides
// the slope, a step of the size that was short enough before is taken.
//
// With unroll the step is a constant of derivatives: they converge to the derivative of the
// solution all the same (Griewank & Walther, "Evaluating derivatives", section 15.3),
// without the noise of how a step depends on differences of values.
func alongArc(f linesearch.Func, it Iterate, at func(step num.Array) num.Array, first num.Array, c float64, unroll bool) arc {
	try := func(step num.Array) linesearch.Trial[arcPoint] {
		x := at(step)
		v, g := f(x)
		dx := x.Sub(it.X)
		slope := it.Grad.Dot(dx)
		noise := noise(v, it.Value)
		fell := v.Sub(it.Value).Le(slope.Scale(c))
		flat := g.Dot(dx).Le(slope.Scale(2*c - 1))
		blind := slopeHidden(slope, it)
		level := blind.Or(slope.Neg().Le(noise)).Or(v.Eq(it.Value))
		ok := num.Where(level, v.Sub(it.Value).Le(noise).And(blind.Or(flat)), fell)
		ok = ok.And(blind.Or(slope.Lt(num.Const(0)))).And(v.IsFinite()).And(g.IsFinite().All())
		// Growth by half per iteration is a choice: one step in two is halved again at the worst.
		grow := num.Where(blind, first.Const(1), num.Const(1.5))
		return linesearch.Trial[arcPoint]{Found: arcPoint{x, v, g, grow}, Next: step.Scale(0.5), NFev: num.Int(1), OK: ok}
	}
	end := linesearch.Curve(0, arcPoint{it.X, it.Value, it.Grad, first.Const(1)}, first, try)
	r := arc{arcPoint: end.Found, Step: end.Step, N: end.NFev}
	if unroll {
		r.Step, r.Grow = r.Step.StopGradient(), r.Grow.StopGradient()
		r.X = at(r.Step)
		r.Value, r.Grad = f(r.X)
		r.N = r.N.AddScalar(1)
	}
	r.X, r.Value, r.Grad = num.Where(end.OK, r.X, it.X), num.Where(end.OK, r.Value, it.Value), num.Where(end.OK, r.Grad, it.Grad)
	r.Code = num.Where(end.OK, code(status.Running), code(status.LineSearchFailed))
	return r
}

// slopeHidden reports whether a slope along a step from it is within what rounding makes of
// <g, x>: ten units in its last place.
func slopeHidden(slope num.Array, it Iterate) num.Array {
	return slope.Abs().Le(num.Norm(it.Grad).Mul(num.Norm(it.X)).Scale(10 * slope.DType().Eps()))
}

// steihaug minimizes gᵀp + pᵀHp/2 by conjugate gradients, where apply multiplies with H, until the
// residual is at most tol or most steps were made (0: 2n + 10), in the ball of the given radius, if there is one
// (nil: none): it goes to the boundary where a step leads out or the curvature is not positive
// (Steihaug, "The conjugate gradient method and trust regions in large scale optimization",
// 1983). Without radius it goes by reach along a direction whose curvature is not positive. It also
// returns H p, and reports whether p is on the boundary, or where without radius the curvature ended it.
func steihaug(apply func(num.Array) num.Array, g, tol num.Array, radius *num.Array, reach num.Array, most int) (p, hp, edge num.Array) {
	type state struct{ P, HP, R, D, RR, Done, Edge num.Array }
	// In units of |g| no square overflows.
	norm := num.Norm(g)
	norm = num.Where(norm.Gt(num.Const(0)), norm, num.Const(1))
	g, tol, reach = g.Div(norm), tol.Div(norm), reach.Div(norm)
	if radius != nil {
		scaled := radius.Div(norm)
		radius = &scaled
	}
	no := num.Full(num.Bool, 0)
	start := state{g.Scale(0), g.Scale(0), g, g.Neg(), g.Dot(g), no, no}
	if most == 0 {
		most = 2*g.Size() + 10
	}
	end := num.WhileMax(most, func(s state) num.Array {
		return s.Done.Not().And(s.RR.Sqrt().Gt(tol))
	}, func(s state) state {
		hd := apply(s.D)
		curve := s.D.Dot(hd)
		bent := curve.Gt(num.Const(0)).Not()
		alpha := s.RR.Div(num.Where(bent, num.Const(1), curve))
		out, tau := bent, reach.Div(num.Norm(s.D))
		if radius != nil {
			out = bent.Or(num.Norm(s.P.Add(s.D.Mul(alpha))).Ge(*radius))
			tau = toBoundary(s.P, s.D, *radius)
		}
		step := num.Where(out, tau, alpha)
		r := s.R.Add(hd.Mul(step))
		rr := r.Dot(r)
		return state{s.P.Add(s.D.Mul(step)), s.HP.Add(hd.Mul(step)), r, s.D.Mul(rr.Div(s.RR)).Sub(r), rr, out, out}
	}, start)
	return end.P.Mul(norm), end.HP.Mul(norm), end.Edge
}

// toBoundary is the positive root τ of |p + τ d| = radius, for a p within.
func toBoundary(p, d, radius num.Array) num.Array {
	norm := num.Norm(d) // along a unit vector, and in units of the radius, no product overflows
	b, c := p.Dot(d.Div(norm)).Div(radius), num.Maximum(num.Const(1).Sub(num.Norm(p).Div(radius).Square()), num.Const(0))
	return c.Div(b.Add(b.Square().Add(c).Sqrt())).Div(norm).Mul(radius)
}
