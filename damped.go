package argmin

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// DampedSolver finds the steps of [LevenbergMarquardt], to the least |r + J p| within a region:
// [DampedQR], [DampedCholesky], [DampedSparse] or [DampedCG].
type DampedSolver interface{ damped(p *Problem) damped }

// damped is a solver of linear models of residuals.
type damped struct {
	condense condenser
	// factor solves (JᵀJ + λD²) p = -Jᵀr for one λ; nil if step is another way.
	factor func(it Iterate, model []num.Array, lambda, d num.Array) dampedSystem
	// newton minimizes |r + J p|, where there are several p by the shortest in units of d, and has |J p|²; nil: by factor with a small λ.
	newton func(model []num.Array, d num.Array) (p, jp num.Array)
	// step is the answer within |D p| ≤ radius, to a tenth of it, from a first guess of λ; nil: by factor. It needs d > 0.
	step func(it Iterate, st modelState, lambda, radius, d num.Array) regionStep
}

// dampedSystem is a factorization of JᵀJ + λD².
type dampedSystem struct {
	P     num.Array                   // the step of this λ
	JP    num.Array                   // |J p|²
	Solve func(b num.Array) num.Array // (JᵀJ + λD²)⁻¹ b
}

// regionStep is a step with its λ.
type regionStep struct {
	P, JP, Lambda num.Array
	NFev          int // evaluations that it took
}

// leastDamping is the λ that stands for 0: with it a parameter that the model does not determine stays where it is, and others do
// not notice unless the condition number of J is above ε^-⅝.
func leastDamping(d num.DType) float64 { return math.Pow(d.Eps(), 1.25) }

// within is the step of a solver within a region.
func (s damped) within(it Iterate, st modelState, lambda, radius, d num.Array) regionStep {
	if s.step != nil {
		return s.step(it, st, lambda, radius, d)
	}
	return s.region(it, st.Model, lambda, radius, d, positive(st.Norms), leastDamping(lambda.DType()))
}

// region is the step by factorizations. The first one, where λ is that small, is in units of the norms of columns.
func (s damped) region(it Iterate, model []num.Array, lambda, radius, d, norms num.Array, small float64) regionStep {
	// over is by how much a step is too long, and newton what Newton's method for over/length adds to λ.
	measure := func(f dampedSystem) (over, newton num.Array) {
		length := num.Norm(d.Mul(f.P))
		q := d.Square().Mul(f.P).Div(positive(length))
		over = length.Sub(radius)
		return over, over.Div(radius).Div(positive(q.Dot(f.Solve(q))))
	}
	// Moré, 1978, algorithm 5.5, with MINPACK's numbers.
	const near, iterations = 0.1, 10
	least := lambda.Const(small)
	full := s.factor(it, model, least, norms)
	if s.newton != nil {
		full.P, full.JP = s.newton(model, norms)
	}
	over, newton := measure(full)
	gradient := num.Norm(it.Grad.Div(d))
	lower := num.Maximum(newton, least)
	upper := num.Maximum(gradient.Div(radius), lower)
	guess := num.Clip(lambda, lower, upper)
	type state struct{ Next, Lambda, Lower, Upper, P, JP, Over, Done num.Array }
	fits := over.Le(radius.Scale(near)).Or(over.IsFinite().Not().And(gradient.IsFinite().Not()))
	end := num.WhileMax(iterations, func(st state) num.Array { return st.Done.Not() }, func(st state) state {
		f := s.factor(it, model, st.Next, d)
		over, newton := measure(f)
		long := over.Gt(num.Const(0))
		lower := num.Where(long, num.Maximum(st.Lower, st.Next), st.Lower)
		upper := num.Where(long, st.Upper, num.Minimum(st.Upper, st.Next))
		next := num.Maximum(lower, st.Next.Add(newton))
		next = num.Where(next.IsFinite(), next, num.Where(lower.Gt(num.Const(0)), lower.Mul(upper).Sqrt(), upper.Scale(1e-3)))
		done := over.Abs().Le(radius.Scale(near))
		return state{next, st.Next, lower, upper, f.P, f.JP, over, done}
	}, state{guess, least, lower, upper, full.P, full.JP, over, fits})
	return regionStep{P: end.P, JP: end.JP, Lambda: num.Where(fits, num.Const(0), end.Lambda)}
}
