package argmin

import "github.com/argmin-go/argmin/num"

// DampedSolver solves the linear systems of [LevenbergMarquardt], (JᵀJ + λD²) p = -Jᵀr with a diagonal D:
// [DampedQR], [DampedCholesky] or [DampedCG].
type DampedSolver interface{ damped(p *Problem) damped }

// damped is a solver of damped linear models of residuals.
type damped struct {
	// condense is what the solver keeps of a linear model: arrays of the same shapes at every point; and the norms of the
	// columns of J and the gradient Jᵀr.
	condense func(l Linearization) (model []num.Array, norms, grad num.Array)
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

// columnNorms are the Euclidean norms of the columns of a matrix, without overflow.
func columnNorms(j num.Array) num.Array { return num.Norm(j, 0) }
