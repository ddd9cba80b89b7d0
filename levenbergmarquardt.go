package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// LevenbergMarquardt is the method of Levenberg and Marquardt: steps to the minimum of the linear model of the residuals within a
// region where the model is good, the default for least squares. It needs no good start.
//
// The region is an ellipsoid in units of D, the largest norms of the columns of J so far, so that units of
// parameters do not matter; a step within it solves (JᵀJ + λD²) p = -Jᵀr (Moré, "The Levenberg-Marquardt
// algorithm: implementation and theory", 1978, algorithm 7.1, which is MINPACK's). An iteration tries one step, which costs
// an evaluation of the residuals and, if it is taken, a linearization, of which Linear makes what steps need.
//
// The method stops by the error of [LeastSquares]. It ends as Stalled where rounding hides any further decrease.
type LevenbergMarquardt struct {
	// Linear finds the steps: DampedQR is the most accurate, DampedCholesky faster, DampedSparse for many parameters and residuals
	// that each depend on a few, DampedCG needs only products. Default DampedQR for up to 100 parameters; for more DampedSparse where
	// three quarters of the entries of J, at least, cannot be other than zero, and DampedCG where J has more than 2²⁸ entries, two gigabytes.
	Linear DampedSolver
	Radius float64 // the first radius relative to the scaled start, or the first radius if the start is 0; default 1
	// Geodesic adds to a step half of its second-order correction, which follows curved valleys in fewer iterations, for one second
	// derivative along a direction each (Transtrum & Sethna, "Improvements to the Levenberg-Marquardt algorithm for
	// nonlinear least-squares minimization", 2012). DampedCG has no correction.
	Geodesic bool
	// MaxAcceleration is the largest ratio of twice the correction to the step, as |D·|, at which a step is tried; default 0.75, from the same paper.
	MaxAcceleration float64
}

func (m LevenbergMarquardt) ranges() []option.Range {
	return []option.Range{option.Positive("Radius", m.Radius), option.Positive("MaxAcceleration", m.MaxAcceleration)}
}

func (m LevenbergMarquardt) leastSquares() definition {
	d := define("LevenbergMarquardt", m.rule)
	d.tol, d.maxIter = squaresTol, squaresMaxIter
	if _, products := m.Linear.(DampedCG); products && m.Geodesic {
		d.wrong = "LevenbergMarquardt.Geodesic needs a factorization, which DampedCG has not"
	}
	if option.Nil(m.Linear) {
		d.wrong = "LevenbergMarquardt.Linear is a nil pointer"
	}
	return d
}

// lmState is what LevenbergMarquardt keeps between two iterations.
type lmState struct {
	modelState           // its Scale is D
	Radius     num.Array // of the region; 0 before the first step
	Lambda     num.Array // the last λ
}

func (m LevenbergMarquardt) rule(p *Problem) Rule[lmState] {
	linear := m.Linear
	if linear == nil {
		linear = p.dampedBySize()
	}
	lm := levenbergMarquardt{m, p, linear.damped(p)}
	return Rule[lmState]{
		evaluate: lm.evaluate,
		Update:   lm.update,
	}
}

type levenbergMarquardt struct {
	LevenbergMarquardt
	p      *Problem
	solver damped
}

// evaluate finds everything at the iterate's point.
func (m levenbergMarquardt) evaluate(it Iterate, st lmState) (Iterate, lmState) {
	if st.Radius == (num.Array{}) {
		st.Radius, st.Lambda = it.X.Const(0), it.X.Const(0)
	}
	it, st.modelState = m.p.squaresAt(it, st.modelState, m.solver.condense)
	return it, st
}

func (m levenbergMarquardt) update(it Iterate, st lmState) (Iterate, lmState) {
	d := positive(st.Scale)
	first := st.Radius.Eq(num.Const(0))
	size := num.Norm(d.Mul(it.X))
	radius := num.Minimum(positive(size).Scale(option.Or(m.Radius, 1)), num.Const(longest(size.DType())))
	radius = num.Where(first, radius, st.Radius)
	step := m.solver.within(it, st.modelState, st.Lambda, radius, d)
	length := num.Norm(d.Mul(step.P))
	radius = num.Where(first, num.Minimum(radius, positive(length)), radius)
	move, ok := step.P, num.Full(num.Bool, 1)
	it.NFev, it.NVal = it.NFev.AddScalar(float64(step.NFev)+1), it.NVal.AddScalar(1) // of the trial
	if m.Geodesic {
		move, ok = m.accelerated(it, st.Model, step, d, length)
		it.NFev, it.NVal = it.NFev.AddScalar(2), it.NVal.AddScalar(1)
	}
	x := it.X.Add(move)
	slope := step.JP.Add(length.Square().Mul(step.Lambda)) // -(JᵀJ p + λD²p)ᵀp
	promise := slope.Sub(step.JP.Scale(0.5))
	v := m.p.Residual.Value(x)
	ratio, hidden := squaresTrial(it, st.modelState, v, promise)
	good := ok.And(ratio.Gt(num.Const(leastRatio)))
	next, ns, moved := squaresMoved(it, st, x, good, m.evaluate)
	ratio = num.Where(moved, ratio, num.Minimum(ratio, num.Const(0)))
	ns.Radius, ns.Lambda = moreRadius(radius, step.Lambda, length, ratio, slope, it.Value, v)
	still := length.Le(size.Scale(it.X.DType().Eps()))
	next, model, again := m.p.squaresStalled(it, next, ns.modelState, hidden, moved, still)
	ns.modelState, ns.Radius = model, num.Where(again, num.Const(0), widened(ns.Radius, hidden.And(moved)))
	return next, ns
}

// moreRadius is the radius for the next step, and λ in proportion (Moré, 1978, algorithm 7.1, steps d and e, with
// MINPACK's numbers).
func moreRadius(radius, lambda, length, ratio, slope, value, v num.Array) (num.Array, num.Array) {
	fell := value.Sub(v)
	by := slope.Scale(0.5).Div(positive(slope.Sub(fell))) // to the minimum of a parabola
	far := v.IsFinite().Not().Or(v.Ge(value.Scale(100)))  // residuals of ten times the length
	by = num.Where(fell.Ge(num.Const(0)), num.Const(0.5), num.Clip(num.Where(far, num.Const(0.1), by), by.Const(0.1), by.Const(0.5)))
	shrink := ratio.Le(num.Const(0.25))
	grow := lambda.Eq(num.Const(0)).Or(ratio.Ge(num.Const(0.75)))
	most := num.Const(longest(radius.DType()))
	shorter := by.Mul(num.Minimum(radius, length.Scale(10)))
	longer := num.Where(grow, num.Minimum(length.Scale(2), most), radius)
	return num.Where(shrink, shorter, longer), num.Where(shrink, lambda.Div(by), num.Where(grow, lambda.Scale(0.5), lambda))
}

// accelerated is a step with its second-order correction a, (JᵀJ + λD²) a = -½ Jᵀ r″(p, p), and whether the correction is
// small enough to be believed.
func (m levenbergMarquardt) accelerated(it Iterate, model []num.Array, step regionStep, d, length num.Array) (move, ok num.Array) {
	second := m.p.Residual.Second(it.X, step.P)
	lambda := num.Maximum(step.Lambda, num.Const(leastDamping(length.DType())))
	a := m.solver.factor(it, model, lambda, d).Solve(m.p.Residual.Expand(it.X).TMul(second)).Scale(-0.5)
	ok = num.Norm(d.Mul(a)).Scale(2).Le(length.Scale(option.Or(m.MaxAcceleration, 0.75)))
	return step.P.Add(num.Where(a.IsFinite(), a, num.Const(0))), ok
}
