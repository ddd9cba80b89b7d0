package argmin

import "github.com/argmin-go/argmin/num"

// DampedSolver solves the linear systems of [LevenbergMarquardt], (JᵀJ + λD²) p = -Jᵀr with a diagonal D:
// [DampedQR], [DampedCholesky] or [DampedCG].
type DampedSolver interface{ damped(p *Problem) damped }

// damped is a solver of damped linear models of residuals.
type damped struct {
	condense condenser
	// step minimizes |r + J p|² + λ|D p|² over p at an iterate. It needs d > 0.
	step func(it Iterate, model []num.Array, lambda, d num.Array) dampedStep
}

// dampedStep is the answer of a damped solver.
type dampedStep struct {
	P     num.Array                   // the step
	JP    num.Array                   // |J p|²
	Solve func(b num.Array) num.Array // (JᵀJ + λD²)⁻¹ b
	NFev  int                         // evaluations that the step took
}
