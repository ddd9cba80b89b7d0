package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// FixedPointMethod is a method for [FixedPoint]: [AndersonAcceleration],
// [FixedPointIteration] or a [Custom] one.
type FixedPointMethod interface{ fixedPoint() definition }

// FixedPoint solves
//
//	x = T(x, data)
//
// for parameters x. A nil method means [AndersonAcceleration]. The value in the results is
// ½|x - T(x)|² and the condition is x - T(x) = 0.
func FixedPoint[P, D any](t func(x P, data D) P, m FixedPointMethod, opt Options) *Solver[P, D] {
	if m == nil {
		m = AndersonAcceleration{}
	}
	return newSolver(kind[P, D]{valueAndGrad: func(x P, data D) (num.Array, P) {
		r := tree.Sub(x, t(x, data))
		return tree.Dot(r, r).Scale(0.5), r
	}}, m.fixedPoint(), opt)
}
