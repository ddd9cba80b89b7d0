package argmin

import (
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// FrankWolfe minimizes a smooth function on a bounded set that has a linear minimization
// oracle, without projections: each step goes toward the point s of the set with the
// least <∇f(x), s>.
//
// It is the conditional gradient method (Frank & Wolfe, "An algorithm for quadratic
// programming", 1956) with the steps of Pedregosa et al., "Linearly convergent Frank-Wolfe
// with backtracking line-search", 2020.
//
// The error is the gap <∇f(x), x - s>, which bounds f(x) - min f of a convex f. With
// Set.Project a start outside of the set is moved to the nearest point in it, and the solution
// has an implicit derivative; without, the start must be in the set.
type FrankWolfe struct{}

func (m FrankWolfe) onSet() definition {
	const name = "FrankWolfe"
	return define(name, func(p *Problem) Rule[num.Array] {
		if p.Oracle == nil {
			throwf(name, "the method needs Set.Oracle")
		}
		// The state is the estimate of the gradient's Lipschitz constant.
		return Rule[num.Array]{
			Start:  p.Project, // if there is one: the gap means nothing outside of the set
			Error:  func(it Iterate) num.Array { return gap(p, it) },
			Init:   func(it Iterate) num.Array { return it.X.Const(1) },
			Update: func(it Iterate, l num.Array) (Iterate, num.Array) { return m.update(p, it, l) },
		}
	})
}

func gap(p *Problem, it Iterate) num.Array { return it.Grad.Dot(it.X.Sub(p.Oracle(it.Grad))) }

func (FrankWolfe) update(p *Problem, it Iterate, last num.Array) (Iterate, num.Array) {
	d := it.X.DType()
	dir := p.Oracle(it.Grad).Sub(it.X)
	promise, square := it.Grad.Dot(dir).Neg(), dir.Dot(dir)
	step := func(l num.Array) num.Array { // the best for the model with the constant l
		return num.Minimum(promise.Div(num.Maximum(l.Mul(square), num.Const(d.Tiny()))), num.Const(1))
	}
	type point struct{ X, Value, G num.Array }
	// The constant L, which makes steps short, is what is searched for.
	try := func(l num.Array) linesearch.Trial[point] {
		step := step(l)
		x := it.X.Add(dir.Mul(step))
		v, g := p.Func(x)
		bound := step.Mul(l.Mul(square).Mul(step).Scale(0.5).Sub(promise))
		// Where rounding hides the decrease the slopes decide: g changes by at most L.
		level := bound.Abs().Le(noise(v, it.Value)).Or(v.Eq(it.Value))
		slow := g.Sub(it.Grad).Dot(dir).Le(l.Mul(square).Mul(step))
		ok := num.Where(level, slow, v.Sub(it.Value).Le(bound)).And(v.IsFinite()).And(g.IsFinite().All())
		return linesearch.Trial[point]{Found: point{x, v, g}, Next: l.Scale(2), NFev: num.Int(1), OK: ok}
	}
	// The factors 0.9 and 2 are the paper's choice of η and τ.
	t := linesearch.Curve(0, point{it.X, it.Value, it.Grad}, last.Scale(0.9), try)
	end, l, n := t.Found, t.Step, t.NFev
	if p.Options.Unroll { // L is a constant of derivatives, as the step is in alongArc
		l = l.StopGradient()
		end.X = it.X.Add(dir.Mul(step(l)))
		end.Value, end.G = p.Func(end.X)
		n = n.AddScalar(1)
	}
	next := it
	next.X, next.Value, next.Grad = num.Where(t.OK, end.X, it.X), num.Where(t.OK, end.Value, it.Value), num.Where(t.OK, end.G, it.Grad)
	next.NFev = it.NFev.Add(n)
	next.StepSize, next.NFailed = step(l), it.NFailed.Add(t.OK.Not().AsType(num.Int32))
	next.Code = num.Where(t.OK, code(status.Running), code(status.LineSearchFailed))
	next.Error = gap(p, next)
	return next, num.Where(t.OK, l, last)
}
