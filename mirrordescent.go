package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
)

// MirrorDescentOptions configures [MirrorDescent]; the zero value is useful.
type MirrorDescentOptions struct {
	MaxIter    int              // iterations at most; 0 means 500
	Tol        float64          // stop when the Euclidean norm of the condition is at most this; 0 means 1e-6
	StepSize   float64          // a fixed step; 0 means a line search
	Accelerate bool             // with momentum
	Unroll     bool             // Argmin differentiates through the iterations instead of implicitly
	Linear     num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History    bool             // keep the value and error of every iteration in Result.History
	Logger     *slog.Logger     // gets a record for every iteration; nil means none
	NoJit      bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// MirrorDescent minimizes f(x, data) over a set by steps in a geometry of its own:
// step(x, g, size, data) is the minimum of size·<g, y> + D(y, x) over the set, where D is
// a Bregman divergence. [optimality.Entropic] is that of probability simplices with the
// Kullback–Leibler divergence; [optimality.Bregman] makes one from a mapping and a
// projection. (Beck & Teboulle, "Mirror descent and nonlinear projected subgradient
// methods for convex optimization", 2003; the line search is that of Li & Cevher,
// "Convergence of the exponentiated gradient method with Armijo line search", 2018.)
//
// With Accelerate a step starts from where the last ones lead on: mirror steps add up, as
// those of a gradient do, so that Nesterov's extrapolation (Nesterov, "A method of solving a
// convex programming problem with convergence rate O(1/k²)", 1983) is a step along the sum
// of gradients that led from the last point to this one. Weights stay positive, and those
// that go to zero do so geometrically, where the convex combinations of Auslender & Teboulle
// ("Interior gradient and proximal methods for convex and conic optimization", 2006) and of
// Hanzely, Richtárik & Xiao ("Accelerated Bregman proximal gradient methods for relatively
// smooth convex optimization", 2021) keep a share of what they were. Steps
// obey f(x) ≤ f(y) + <∇f(y), x - y> + D(x, y)/size; momentum that leads uphill is forgotten
// (O'Donoghue & Candès, "Adaptive restart for accelerated gradient schemes", 2015), and what
// it raised is taken back, so that the values where steps end never rise; iterates are where
// steps start. No rate is proved; as observed, the iterations go with the square root of the
// condition number. Each costs f's gradient and one or two of its values.
//
// The start must be in the set, and for entropic steps without zeros, which stay.
// The condition of optimality is x = step(x, ∇f(x), 1). Where steps are entropic it holds at
// zeros whatever the gradient, and nearly so at weights that are far from the zero that they
// go to with a small multiplier; the answer and its derivative are then less accurate than
// Tol. On a set with a cheap projection, that of [Solver.WithOptimality] is the better one:
//
//	solver.WithOptimality(func(x, g P, data A) P { return tree.Sub(x, project(tree.Sub(x, g), data)) })
//
// The derivative by Unroll converges later than the iterates: to have it as accurate as
// them takes a smaller Tol, say by a hundredth.
func MirrorDescent[P, A any](f func(P, A) num.Array, step func(x, g P, size num.Array, data A) P, opt MirrorDescentOptions) *Solver[P, A] {
	r := func(b binding[P, A]) method {
		m := mirror{opt.StepSize, opt.Unroll, func(x, g, size num.Array) num.Array {
			return b.ravel(step(b.unravel(x), b.unravel(g), size, b.data))
		}}
		if opt.Accelerate {
			return acceleratedMirror{m}
		}
		return m
	}
	zero := func(x, g P, data A) P {
		return optimality.MirrorDescent(func(P, A) P { return g }, step)(x, data)
	}
	return newSolver(f, r, zero, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type mirror struct {
	size   float64
	unroll bool
	step   func(x, g, size num.Array) num.Array
}

// The state is the size of the next step.
func (m mirror) init(it iterate) []num.Array {
	if m.size > 0 {
		return []num.Array{num.Full(it.X.DType(), m.size)}
	}
	return []num.Array{num.Full(it.X.DType(), 1)}
}

func (m mirror) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	next := it
	at := func(size num.Array) num.Array { return m.step(it.X, it.G, size) }
	if m.size > 0 {
		next.X = at(st[0])
		next.Value, next.G = f(next.X)
		next.NumFun = it.NumFun.AddScalar(1)
		return next, st
	}
	r := alongArc(f, it, at, st[0], 0.5, m.unroll)
	next.X, next.Value, next.G, next.Code = r.X, r.Value, r.G, r.Code
	next.NumFun = it.NumFun.Add(r.N)
	d := it.X.DType()
	return next, []num.Array{num.Minimum(r.Step.Mul(r.Grow), num.Full(d, 1/d.Eps()))}
}

// arc is the answer of [alongArc]. Grow is the factor by which the next step may be
// longer: 1 where rounding hid whether this one was short enough.
type arc struct{ X, Value, G, Step, N, Code, Grow num.Array }

// alongArc halves a step until the point that it leads to lowers the value by c times
// what the gradient promises. Where rounding hides the decrease, the slope at the new
// point decides, as in the approximate Wolfe condition of package linesearch, and
// where it hides the slope, a step of the size that was short enough before is taken.
// With unroll the step is a constant of derivatives: they converge to that of the
// solution all the same (Griewank & Walther, "Evaluating derivatives", section 15.3),
// without the noise of how a step depends on differences of values.
func alongArc(f linesearch.Func, it iterate, at func(step num.Array) num.Array, first num.Array, c float64, unroll bool) arc {
	d := it.X.DType()
	zero := num.Full(d, 0)
	type state struct {
		arc
		OK, Next num.Array
	}
	end := num.WhileMax(60, func(s state) num.Array { return s.OK.Not() }, func(s state) state {
		x := at(s.Next)
		v, g := f(x)
		dx := x.Sub(it.X)
		slope := it.G.Dot(dx)
		noise := num.Maximum(v.Abs(), it.Value.Abs()).Scale(100 * d.Eps())
		fell := v.Sub(it.Value).Le(slope.Scale(c))
		flat := g.Dot(dx).Le(slope.Scale(2*c - 1))
		blind := slope.Abs().Le(num.Norm(it.G).Mul(num.Norm(it.X)).Scale(10 * d.Eps()))
		ok := num.Where(blind.Or(slope.Neg().Le(noise)), v.Sub(it.Value).Le(noise).And(blind.Or(flat)), fell)
		ok = ok.And(blind.Or(slope.Lt(zero))).And(v.IsFinite()).And(g.IsFinite().All())
		grow := num.Where(blind, num.Full(d, 1), num.Full(d, 1.5))
		return state{arc{x, v, g, s.Next, s.N.AddScalar(1), s.Code, grow}, ok, s.Next.Scale(0.5)}
	}, state{arc{it.X, it.Value, it.G, first, int32s(0), int32s(Running), num.Full(d, 1)}, num.Full(num.Bool, 0), first})
	r := end.arc
	if unroll {
		r.Step, r.Grow = r.Step.StopGradient(), r.Grow.StopGradient()
		r.X = at(r.Step)
		r.Value, r.G = f(r.X)
		r.N = r.N.AddScalar(1)
	}
	r.X, r.Value, r.G = num.Where(end.OK, r.X, it.X), num.Where(end.OK, r.Value, it.Value), num.Where(end.OK, r.G, it.G)
	r.Code = num.Where(end.OK, int32s(Running), int32s(LineSearchFailed))
	return r
}
