package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/tree"
)

// BoundedMethod is a method for [Bounded]: [LBFGSB], [ProjectedGradient] or a [Custom] one.
type BoundedMethod interface{ bounded() definition }

// Bounded solves
//
//	min f(x, data) over lower ≤ x ≤ upper
//
// for a smooth f, where (lower, upper) = bounds(data) are trees like the parameters, with
// infinities, zero Arrays or nil where there is no bound; a bound broadcasts to its array of parameters. A start outside the bounds is moved to the nearest
// point within them; bounds that no point can satisfy end the run as Infeasible.
//
// A nil method means [LBFGSB]. The condition of optimality is
// x = clip(x - ∇f(x), lower, upper); the solution can be differentiated with respect to the
// bounds as well.
func Bounded[P, D any](f func(x P, data D) num.Array, bounds func(data D) (lower, upper P), m BoundedMethod, opt Options) *Solver[P, D] {
	if m == nil {
		m = LBFGSB{}
	}
	return newSolver(boundedKind(objective("Bounded", f), bounds), defined(m, BoundedMethod.bounded), opt)
}

// boundedKind is a kind of problem within bounds.
func boundedKind[P, D any](k kind[P, D], bounds func(data D) (lower, upper P)) kind[P, D] {
	k.constrained = true
	k.refuseNil("bounds", bounds == nil)
	limits := func(x P, data D) (lower, upper P) {
		lower, upper = bounds(data)
		return checkBound(k.name, "lower", lower, x, -1), checkBound(k.name, "upper", upper, x, 1)
	}
	k.condition = func(x, g P, data D) P {
		// x - clip(x - g, lower, upper), without a difference of large numbers.
		lower, upper := limits(x, data)
		return projection.Box(g, tree.Sub(x, upper), tree.Sub(x, lower))
	}
	k.bind = func(p *Problem, b binding[P, D]) {
		lower, upper := limits(b.params(p.start), b.data)
		p.Lower, p.Upper = b.ravel(lower), b.ravel(upper)
		empty := nonempty(p.Lower, p.Upper).All().Not()
		p.infeasible = &empty
		p.Project = func(x num.Array) num.Array { return projection.Box(x, p.Lower, p.Upper) }
	}
	return k
}

// nonempty reports where there is a number within limits.
func nonempty(lo, hi num.Array) num.Array {
	return lo.Le(hi).And(lo.Lt(num.Const(inf))).And(hi.Gt(num.Const(-inf)))
}
