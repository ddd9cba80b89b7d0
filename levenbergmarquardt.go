package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// LevenbergMarquardt is the method of Levenberg and Marquardt: Gauss-Newton steps that are damped where the linear
// model of the residuals is wrong, the default for least squares. It needs no good start.
//
// A step minimizes |r + J p|² + λ|D p|², where D has the largest norms of the columns of J so far, so that units of
// parameters do not matter (Moré, "The Levenberg-Marquardt algorithm: implementation and theory", 1978). λ
// changes by how well the model predicts the decrease (Nielsen, "Damping parameter in Marquardt's method",
// 1999). An iteration tries one step; one that is taken costs an evaluation of the residuals and a
// linearization, of which Linear makes what steps need, one that is not only an evaluation.
//
// The method stops by the error of [LeastSquares]. It ends as Stalled where rounding hides any further decrease.
type LevenbergMarquardt struct {
	// Linear solves the systems: DampedQR (the default) is the most accurate, DampedCholesky faster, DampedCG for
	// many parameters needs only products.
	Linear  DampedSolver
	Damping float64 // λ of the first step; default 1e-3, 1e-6 or less for good starts
	// Geodesic adds to a step half of its second-order correction, which follows curved valleys in fewer iterations, for one second
	// derivative along a direction each (Transtrum & Sethna, "Improvements to the Levenberg-Marquardt algorithm for
	// nonlinear least-squares minimization", 2012).
	Geodesic bool
	// MaxAcceleration is the largest ratio of twice the correction to the step, as |D·|, at which a step is tried; default 0.75, from the same paper.
	MaxAcceleration float64
}

func (m LevenbergMarquardt) ranges() []option.Range {
	return []option.Range{option.Positive("Damping", m.Damping), option.Positive("MaxAcceleration", m.MaxAcceleration)}
}

func (m LevenbergMarquardt) leastSquares() definition {
	d := define("LevenbergMarquardt", m.rule)
	d.tol = squaresTol
	if option.Nil(m.Linear) {
		d.wrong = "LevenbergMarquardt.Linear is a nil pointer"
	}
	return d
}

// squaresTol is the default of Options.Tol for sums of squares: what a step can take away of the value is then within its
// rounding in float64.
const squaresTol = 1e-8

// lmState is what LevenbergMarquardt keeps between two iterations.
type lmState struct {
	modelState           // its Scale is D
	Damping    num.Array // λ
	Growth     num.Array // by what λ grows at the next failure
}

func (m LevenbergMarquardt) rule(p *Problem) Rule[lmState] {
	linear := m.Linear
	if linear == nil {
		linear = DampedQR{}
	}
	lm := levenbergMarquardt{m, p, linear.damped(p)}
	return Rule[lmState]{
		begin: func(x num.Array) (Iterate, lmState) {
			return lm.evaluate(beginning(x), lmState{Damping: x.Const(option.Or(m.Damping, 1e-3)), Growth: x.Const(2)})
		},
		again:  lm.evaluate,
		Update: lm.update,
	}
}

type levenbergMarquardt struct {
	LevenbergMarquardt
	p      *Problem
	solver damped
}

func (m levenbergMarquardt) evaluate(it Iterate, st lmState) (Iterate, lmState) {
	it, st.modelState = m.p.squaresAt(it, st.modelState, m.solver.condense)
	return it, st
}

func (m levenbergMarquardt) update(it Iterate, st lmState) (Iterate, lmState) {
	d := positive(st.Scale)
	step := m.solver.step(it, st.Model, st.Damping, d)
	length := num.Norm(d.Mul(step.P))
	promise := step.JP.Scale(0.5).Add(length.Square().Mul(st.Damping))
	move, ok := step.P, num.Full(num.Bool, 1)
	it.NFev, it.NVal = it.NFev.AddScalar(float64(step.NFev)+1), it.NVal.AddScalar(1) // of the trial
	if m.Geodesic {
		move, ok = m.accelerated(it, step, d, length)
		it.NFev, it.NVal = it.NFev.AddScalar(2), it.NVal.AddScalar(1)
	}
	x := it.X.Add(move)
	ratio, hidden := squaresTrial(it, m.p.Residual.Value(x), promise)
	good := ok.And(ratio.Gt(num.Const(leastRatio)))
	next, ns, moved := squaresMoved(it, st, x, good, m.evaluate)
	ns.Damping, ns.Growth = m.damping(st, moved, ratio)
	still := length.Le(num.Norm(d.Mul(it.X)).Scale(it.X.DType().Eps()))
	next, ns.modelState = m.p.squaresStalled(it, next, ns.modelState, hidden, moved, still)
	return next, ns
}

// damping is λ and its growth after a step with a ratio of the actual to the promised decrease (Nielsen, 1999, equation 2.5).
func (m levenbergMarquardt) damping(st lmState, moved, ratio num.Array) (lambda, growth num.Array) {
	c := num.Minimum(ratio, num.Const(1)).Scale(2).AddScalar(-1)
	by := num.Maximum(c.Square().Mul(c).Neg().AddScalar(1), num.Const(1./3))
	eps := st.Damping.DType().Eps()
	// At ε^1.5 the damping is nothing but the choice of a step where the Jacobian is singular to rounding.
	lambda = num.Where(moved, num.Maximum(st.Damping.Mul(by), num.Const(eps*math.Sqrt(eps))), st.Damping.Mul(st.Growth))
	// λ and ν stay finite.
	lambda = num.Minimum(lambda, num.Const(longest(st.Damping.DType())))
	growth = num.Where(moved, num.Const(2), num.Minimum(st.Growth.Scale(2), num.Const(longest(st.Growth.DType()))))
	return lambda, growth
}

// accelerated is a step with its second-order correction a, (JᵀJ + λD²) a = -½ Jᵀ r″(p, p), and whether the correction is
// small enough to be believed.
func (m levenbergMarquardt) accelerated(it Iterate, step dampedStep, d, length num.Array) (move, ok num.Array) {
	second := m.p.Residual.Second(it.X, step.P)
	a := step.Solve(m.p.Residual.Expand(it.X).TMul(second)).Scale(-0.5)
	ok = num.Norm(d.Mul(a)).Scale(2).Le(length.Scale(option.Or(m.MaxAcceleration, 0.75)))
	return step.P.Add(num.Where(a.IsFinite(), a, num.Const(0))), ok
}
