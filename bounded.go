package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/projection"
)

// BoundedMethod is a method for [Bounded]: [LBFGSB], [ProjectedGradient] or a [Custom] one.
type BoundedMethod interface{ bounded() definition }

// Bounded solves
//
//	min f(x, data) over lower ≤ x ≤ upper
//
// for a smooth f, where (lower, upper) = bounds(data) are trees like the parameters, with
// infinities where there is no bound. A start outside the bounds is moved to the nearest
// point within them.
// A nil method means [LBFGSB]. The condition of optimality is
// x = clip(x - ∇f(x), lower, upper); the solution can be differentiated with respect to the
// bounds as well.
func Bounded[P, D any](f func(x P, data D) num.Array, bounds func(data D) (lower, upper P), m BoundedMethod, opt Options) *Solver[P, D] {
	if m == nil {
		m = LBFGSB{}
	}
	k := objective(f)
	k.condition = func(x, g P, data D) P {
		return optimality.ProjectedGradient(func(P, D) P { return g }, func(x P, data D) P {
			lower, upper := bounds(data)
			return projection.Box(x, lower, upper)
		})(x, data)
	}
	k.bind = func(p *Problem, b binding[P, D]) {
		lower, upper := bounds(b.data)
		p.Lower, p.Upper = b.ravel(lower), b.ravel(upper)
		p.Project = func(x num.Array) num.Array { return projection.Box(x, p.Lower, p.Upper) }
	}
	return newSolver(k, m.bounded(), opt)
}
