package argmin

import (
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// acceleratedMirror is mirror descent with momentum. Mirror steps from one point to the
// next add up where the set is affine and its border is out of reach, as for entropic ones:
// step(step(x, u, 1), v, 1) = step(x, u + v, 1). So the momentum is what led from the last
// point to this one, as a sum of gradients, and Nesterov's extrapolation is a step along it.
//
// The iterate is the extrapolated point, where the gradient is needed anyway.
type acceleratedMirror struct{ mirror }

// The state is the size of the next step, the counter t of the momentum, the point that the
// last step led to, the value there, and what leads from it to the iterate.
func (m acceleratedMirror) init(it iterate) []num.Array {
	return []num.Array{m.mirror.init(it)[0], num.Full(it.X.DType(), 1), it.X, it.Value, it.G.Scale(0)}
}

func (m acceleratedMirror) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	size, t, x, value, lead := st[0], st[1], st[2], st[3], st[4]
	d := it.X.DType()
	zero, one := num.Full(d, 0), num.Full(d, 1)
	plain := t.Le(one)
	s := m.move(f, it, size)

	// Momentum that leads uphill is forgotten. Where rounding hides the slope, the
	// displacements decide.
	dx := s.X.Sub(x)
	uphill := num.Where(s.Blind, it.X.Sub(s.X).Dot(dx), it.G.Dot(dx)).Gt(zero)
	noise := num.Maximum(s.Value.Abs(), value.Abs()).Scale(100 * d.Eps())
	// What it raised is taken back.
	back := plain.Not().And(s.OK.Not().Or(s.Value.Sub(value).Gt(noise)))
	tn := t.Square().Scale(4).AddScalar(1).Sqrt().AddScalar(1).Scale(0.5)
	beta := t.AddScalar(-1).Div(tn)
	forget := uphill.Or(back)
	beta, tn = num.Where(forget, zero, beta), num.Where(forget, one, tn)
	x = num.Where(back, x, s.X)
	lead = lead.Add(it.G.Mul(s.Step)).Mul(beta)

	type point struct{ X, Value, G, T, Lead, N num.Array }
	at := func(p point) point {
		p.Value, p.G = f(p.X)
		p.N = p.N.AddScalar(1)
		return p
	}
	y := at(point{X: m.step(x, lead, one), T: tn, Lead: lead, N: int32s(0)})
	// Momentum may lead out of where the objective has numbers.
	y = num.Cond(y.Value.IsFinite(), func(y point) point { return y }, func(y point) point {
		y.X, y.T, y.Lead = x, one, lead.Scale(0)
		return at(y)
	}, y)

	next := it
	failed := plain.And(s.OK.Not())
	next.X, next.Value, next.G = num.Where(failed, it.X, y.X), num.Where(failed, it.Value, y.Value), num.Where(failed, it.G, y.G)
	next.Code = num.Where(failed, int32s(LineSearchFailed), int32s(Running))
	next.NumFun = it.NumFun.Add(s.N).Add(y.N)
	if m.size == 0 {
		grown := num.Where(s.Blind, s.Step.Div(num.Maximum(one, m.excess(it, next, s.Step))), num.Minimum(s.Step.Scale(1.05), num.Full(d, 1/d.Eps())))
		size = num.Where(s.OK, grown, size)
	}
	return next, []num.Array{size, y.T, x, num.Where(back, y.Value, s.Value), y.Lead}
}

// excess is by how much a step of a size was too long for the curvature between two points,
// which is seen without values or slopes: where the gradient changes by h over dx, a mirror
// step by h undoes -size·D⁻¹h for the Hessians H of f and D of the divergence, and
// <h, size·D⁻¹h>/<h, dx> is a mean of the eigenvalues of size·D⁻¹H, which are to be at most 1.
func (m acceleratedMirror) excess(from, to iterate, size num.Array) num.Array {
	h, dx := to.G.Sub(from.G).StopGradient(), to.X.Sub(from.X).StopGradient()
	x := from.X.StopGradient()
	bend := h.Dot(dx)
	zero := num.Full(bend.DType(), 0)
	return num.Where(bend.Gt(zero), h.Dot(x.Sub(m.step(x, h, size))).Div(num.Where(bend.Gt(zero), bend, bend.Scale(0).AddScalar(1))), zero)
}

// mirrorStep is where a step led. Blind says that rounding hid its slope.
type mirrorStep struct{ X, Value, Step, N, OK, Blind num.Array }

// move makes a step that f's model bounds, f(x) ≤ f(y) + <g, x - y> + D(x, y)/size for the
// iterate y: the relative smoothness of Bauschke, Bolte & Teboulle, "A descent lemma beyond
// Lipschitz gradient continuity", 2017. D itself is unknown, but
// D(x, y) + D(y, x) = -size·<g, x - y>, of which D(x, y) is half for short steps.
func (m acceleratedMirror) move(f linesearch.Func, it iterate, first num.Array) mirrorStep {
	d := first.DType()
	yes, no := num.Full(num.Bool, 1), num.Full(num.Bool, 0)
	type state struct {
		mirrorStep
		Next num.Array
	}
	try := func(s state) state {
		x := m.step(it.X, it.G, s.Next)
		v, _ := f(x)
		dx := x.Sub(it.X)
		slope := it.G.Dot(dx)
		noise := num.Maximum(v.Abs(), it.Value.Abs()).Scale(100 * d.Eps())
		blind := slope.Abs().Le(num.Norm(it.G).Mul(num.Norm(it.X)).Scale(10 * d.Eps()))
		type verdict struct{ Curve, N num.Array }
		// Where rounding hides the difference of the values, the gradients decide.
		c := num.Cond(slope.Neg().Le(noise.Scale(2)).And(blind.Not()),
			func(x num.Array) verdict { _, g := f(x); return verdict{g.Sub(it.G).Dot(dx), int32s(2)} },
			func(num.Array) verdict { return verdict{v.Sub(it.Value).Sub(slope).Scale(2), int32s(1)} }, x)
		finite := v.IsFinite().And(x.IsFinite().All())
		ok := blind.Or(c.Curve.Le(slope.Neg())).And(finite)
		shorter := num.Maximum(num.Minimum(slope.Neg().Div(c.Curve).Scale(0.95), num.Full(d, 0.8)), num.Full(d, 1e-3))
		shorter = num.Where(c.Curve.IsFinite(), shorter, num.Full(d, 0.1)).Mul(s.Next)
		return state{mirrorStep{x, v, s.Next, s.N.Add(c.N), ok, blind}, shorter}
	}
	start := state{mirrorStep{it.X, it.Value, first, int32s(0), no, no}, first}
	var end mirrorStep
	if m.size > 0 {
		end = try(start).mirrorStep
		end.OK = yes
	} else {
		end = num.WhileMax(60, func(s state) num.Array { return s.OK.Not() }, try, start).mirrorStep
	}
	if m.unroll { // the step is a constant of derivatives, as in alongArc
		end.Step = end.Step.StopGradient()
		end.X = m.step(it.X, it.G, end.Step)
	}
	return end
}
