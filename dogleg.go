package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// Dogleg is Powell's dogleg method: within a trust region it goes along the negative gradient and turns to the
// Gauss-Newton step (Powell, "A hybrid method for nonlinear equations", 1970; Nocedal & Wright, "Numerical
// Optimization", section 4.1). A step that was refused costs nothing but the evaluation: the next one
// follows from the same two directions, where [LevenbergMarquardt] solves another system.
//
// The region is in units of the largest norms of the columns of the Jacobian so far. Where the Jacobian does not have full rank, the
// Gauss-Newton step is the one of least norm. An iteration costs an evaluation and, if its step is
// taken, a linearization as in [GaussNewton].
type Dogleg struct {
	Radius float64 // the first radius relative to the scaled start, or the first radius if the start is 0; default 1
	Rank   float64 // singular values up to Rank times the largest count as zero; default ε·max(m, n)
}

func (m Dogleg) ranges() []option.Range {
	return []option.Range{option.Positive("Radius", m.Radius), option.Share("Rank", m.Rank)}
}

func (m Dogleg) leastSquares() definition {
	d := define("Dogleg", m.rule)
	d.tol, d.maxIter = squaresTol, squaresMaxIter
	return d
}

type doglegState struct {
	modelState
	Newton num.Array // the Gauss-Newton step at the iterate
	Radius num.Array // of the region
}

func (m Dogleg) rule(p *Problem) Rule[doglegState] {
	system := p.squaresSystem("Dogleg", m.Rank)
	evaluate := func(it Iterate, st doglegState) (Iterate, doglegState) {
		it, st.modelState = p.squaresAt(it, st.modelState, system.condense)
		st.Newton = system.newton(it, st.Model, positive(st.Scale))
		if st.Radius == (num.Array{}) {
			st.Radius = m.first(it, st)
		}
		return it, st
	}
	return Rule[doglegState]{
		evaluate: evaluate,
		Update: func(it Iterate, st doglegState) (Iterate, doglegState) {
			return m.update(p, it, st, system, evaluate)
		},
	}
}

func (m Dogleg) update(p *Problem, it Iterate, st doglegState, system squaresSystem,
	evaluate func(Iterate, doglegState) (Iterate, doglegState)) (Iterate, doglegState) {
	d := positive(st.Scale)
	j := func(v num.Array) num.Array { return system.times(st.Model, v) }
	step := doglegStep(j, it.Grad, st.Newton, d, st.Radius)
	length := num.Norm(d.Mul(step))
	jp := j(step)
	promise := it.Grad.Dot(step).Add(jp.Dot(jp).Scale(0.5)).Neg()
	it.NFev, it.NVal = it.NFev.AddScalar(1), it.NVal.AddScalar(1)
	x := it.X.Add(step)
	ratio, hidden := squaresTrial(it, st.modelState, p.Residual.Value(x), promise)
	good := ratio.Gt(num.Const(leastRatio)).And(promise.Gt(num.Const(0)).Or(hidden))
	next, ns, moved := squaresMoved(it, st, x, good, evaluate)
	ns.Radius = resized(st.Radius, length, num.Where(moved, ratio, num.Const(-1)))
	still := length.Le(num.Norm(d.Mul(it.X)).Scale(it.X.DType().Eps()))
	next, model, again := p.squaresStalled(it, next, ns.modelState, hidden, moved, still)
	ns.modelState = model
	ns.Radius = num.Where(again, m.first(next, ns), widened(ns.Radius, hidden.And(moved)))
	return next, ns
}

// first is the first radius at an iterate.
func (m Dogleg) first(it Iterate, st doglegState) num.Array {
	size := num.Norm(positive(st.Scale).Mul(it.X))
	return num.Minimum(positive(size).Scale(option.Or(m.Radius, 1)), num.Const(longest(size.DType())))
}

// doglegStep is, for a model whose Jacobian j multiplies and the gradient g, the Gauss-Newton step if it is within |D p| ≤ radius; else where
// the path from 0 to Cauchy's point, the minimum along the scaled gradient, and on to that step leaves the region. Without a
// Gauss-Newton step that is a number it is along the gradient, and without a gradient along the Gauss-Newton step.
func doglegStep(j func(num.Array) num.Array, g, newton, d, radius num.Array) num.Array {
	length := num.Norm(d.Mul(newton))
	scaled := g.Div(d)
	slope := num.Norm(scaled)
	down := scaled.Div(positive(slope)).Div(d).Neg() // |D down| = 1
	curve := num.Norm(j(down))
	cauchy := slope.Div(positive(curve)).Div(positive(curve))
	turns := cauchy.Lt(radius).And(curve.Gt(num.Const(0))).And(length.IsFinite())
	c := down.Mul(num.Where(turns, cauchy, radius))
	way := num.Where(turns, newton.Sub(c), down)
	some := num.Norm(way).Gt(num.Const(0))
	t := num.Where(some, toBoundary(d.Mul(c), num.Where(some, d.Mul(way), num.Const(1)), radius), num.Const(0))
	path := num.Where(turns, c.Add(way.Mul(t)), c)
	path = num.Where(slope.Gt(num.Const(0)), path, newton.Mul(radius.Div(positive(length))))
	return num.Where(length.Le(radius), newton, path)
}

// resized is the radius of a trust region after a step of some length, from the ratio of the actual decrease to
// the promised one (Nocedal & Wright, algorithm 4.1).
func resized(radius, length, ratio num.Array) num.Array {
	grown := num.Where(length.Ge(radius.Scale(0.9)), num.Minimum(radius.Scale(2), num.Const(math.Sqrt(longest(radius.DType())))), radius)
	grown = num.Maximum(grown, radius)
	return num.Where(ratio.Lt(num.Const(0.25)), num.Minimum(length, radius).Scale(0.25), num.Where(ratio.Gt(num.Const(0.75)), grown, radius))
}
