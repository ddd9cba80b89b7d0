package argmin

import "github.com/argmin-go/argmin/num"

// SmoothMethod is a method for [Minimize]: [BFGS], [GradientDescent], [LBFGS],
// [NelderMead], [Newton], [NewtonCG], [NonlinearCG], [TrustRegion] or a [Custom] one.
type SmoothMethod interface{ smooth() definition }

// Minimize solves
//
//	min f(x, data) over x
//
// for a smooth f, whose gradient is found by automatic differentiation. A nil method
// means [LBFGS]. The condition of optimality, from which the derivative of the solution
// follows, is ∇f(x) = 0.
func Minimize[P, D any](f func(x P, data D) num.Array, m SmoothMethod, opt Options) *Solver[P, D] {
	if m == nil {
		m = LBFGS{}
	}
	return newSolver(objective("Minimize", f), defined(m, SmoothMethod.smooth), opt)
}
