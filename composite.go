package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
)

// CompositeMethod is a method for [Composite]: [ProximalGradient] or a [Custom] one.
type CompositeMethod interface{ composite() definition }

// Composite solves
//
//	min f(x, data) + h(x, data) over x
//
// for a smooth f and an h that is given by its proximal operator,
//
//	prox(x, data, step) = argmin_y step·h(y, data) + ½|y - x|²,
//
// such as the operators of package prox. A nil method means [ProximalGradient]. The value in the
// results is f, without h. The condition of optimality is x = prox(x - ∇f(x), data, 1).
func Composite[P, D any](f func(x P, data D) num.Array, prox func(x P, data D, step num.Array) P, m CompositeMethod,
	opt Options) *Solver[P, D] {
	if m == nil {
		m = ProximalGradient{}
	}
	k := objective("Composite", f)
	k.partial = true
	k.refuseNil("prox", prox == nil)
	h := func(x P, data D, step num.Array) P {
		return checkLike("Composite", "the result of prox", prox(x, data, step), "the parameters", x)
	}
	k.condition = func(x, g P, data D) P {
		return optimality.ProximalGradient(func(P, D) P { return g }, h)(x, data)
	}
	k.bind = func(p *Problem, b binding[P, D]) {
		p.Prox = func(x, step num.Array) num.Array { return b.ravel(h(b.params(x), b.data, step)) }
	}
	return newSolver(k, defined(m, CompositeMethod.composite), opt)
}
