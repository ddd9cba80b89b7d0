package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// FrankWolfe minimizes a smooth function on a bounded set that has a linear minimization
// oracle, without projections: each step goes toward the point s of the set with the
// least <∇f(x), s>.
//
// It is the conditional gradient method (Frank & Wolfe, "An algorithm for quadratic
// programming", 1956) with the steps of Pedregosa et al., "Linearly convergent Frank-Wolfe
// with backtracking line-search", 2020. The start must be in the set.
//
// The error is the gap <∇f(x), x - s>, which bounds f(x) - min f of a convex f. Give
// Set.Project as well, for the condition of optimality and the implicit derivative, unless
// Options.Unroll is set.
type FrankWolfe struct{}

func (m FrankWolfe) onSet() definition {
	const name = "FrankWolfe"
	return define(name, func(p *Problem) Rule[num.Array] {
		if p.Oracle == nil {
			throwf(name, "the method needs Set.Oracle")
		}
		// The state is the estimate of the gradient's Lipschitz constant.
		return Rule[num.Array]{
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
		return num.Minimum(promise.Div(num.Maximum(l.Mul(square), num.Const(minPositive(d)))), num.Const(1))
	}
	type state struct{ X, Value, G, L, Next, N, OK num.Array }
	try := func(s state) state {
		step := step(s.Next)
		x := it.X.Add(dir.Mul(step))
		v, g := p.Func(x)
		bound := step.Mul(s.Next.Mul(square).Mul(step).Scale(0.5).Sub(promise))
		// Where rounding hides the decrease the slopes decide: g changes by at most L.
		level := bound.Abs().Le(noise(v, it.Value))
		slow := g.Sub(it.Grad).Dot(dir).Le(s.Next.Mul(square).Mul(step))
		ok := num.Where(level, slow, v.Sub(it.Value).Le(bound)).And(v.IsFinite()).And(g.IsFinite().All())
		return state{x, v, g, s.Next, s.Next.Scale(2), s.N.AddScalar(1), ok}
	}
	// The factors 0.9 and 2 are the paper's choice of η and τ.
	start := state{it.X, it.Value, it.Grad, last, last.Scale(0.9), num.Int(0), num.Full(num.Bool, 0)}
	end := num.WhileMax(maxTrials, func(s state) num.Array { return s.OK.Not() }, try, start)
	if p.Options.Unroll { // the step's constant is one of derivatives, as in alongArc
		end.L = end.L.StopGradient()
		end.X = it.X.Add(dir.Mul(step(end.L)))
		end.Value, end.G = p.Func(end.X)
		end.N = end.N.AddScalar(1)
	}
	next := it
	next.X, next.Value, next.Grad = num.Where(end.OK, end.X, it.X), num.Where(end.OK, end.Value, it.Value), num.Where(end.OK, end.G, it.Grad)
	next.NumFun = it.NumFun.Add(end.N)
	next.Code = num.Where(end.OK, code(status.Running), code(status.LineSearchFailed))
	next.Error = gap(p, next)
	return next, num.Where(end.OK, end.L, last)
}
