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
	k := kind[P, D]{name: "FixedPoint", valueAndGrad: func(x P, data D) (num.Array, P) {
		r := tree.Sub(x, checkLike("FixedPoint", "the result of t", t(x, data), "the parameters", x))
		return tree.Dot(r, r).Scale(0.5), r
	}}
	k.refuseNil("t", t == nil)
	return newSolver(k, defined(m, FixedPointMethod.fixedPoint), opt)
}
