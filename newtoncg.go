package argmin

import (
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// NewtonCG is the truncated Newton method with a line search: it needs only products with
// the Hessian, which forward mode through the gradient gives, and so scales to many
// parameters.
//
// Conjugate gradients solve the Newton system until the residual is at most min(½, |g|^½) |g|,
// or until they meet negative curvature (Nocedal & Wright, "Numerical Optimization", algorithm 7.1).
// That is followed as far as it was of use before, at first by a length of 1.
type NewtonCG struct {
	LineSearch linesearch.Search // default linesearch.Backtracking
}

func (m NewtonCG) smooth() definition { return define("NewtonCG", m.rule) }

// rule has as its state how far a step goes along negative curvature.
func (m NewtonCG) rule(p *Problem) Rule[num.Array] {
	return Rule[num.Array]{
		Init:   func(it Iterate) num.Array { return num.Minimum(num.Norm(it.Grad), it.unit()) },
		Update: func(it Iterate, reach num.Array) (Iterate, num.Array) { return m.step(p.Func, it, reach) },
	}
}

// step is one iteration on f.
func (m NewtonCG) step(f linesearch.Func, it Iterate, reach num.Array) (Iterate, num.Array) {
	search := searchOr(m.LineSearch, linesearch.Backtracking(linesearch.BacktrackingOptions{}))
	// As in TrustRegion, for superlinear convergence.
	forcing := it.Error.Mul(num.Minimum(num.Const(0.5), it.Error.Sqrt()))
	p, _, bent := steihaug(hessp(f, it.X), it.Grad, forcing, nil, reach, 0)
	next, r := it.along(f, search, p, p.Const(1))
	next.NFev = next.NFev.AddScalar(1) // of the Hessian's products
	// The curvature does not say how far to go: twice as far as the last time, or by a quarter of
	// that where nothing was found.
	grown := num.Minimum(reach.Mul(num.Where(r.Step.Gt(num.Const(0)), r.Step.Scale(2), num.Const(0.25))), num.Const(longest(p.DType())))
	return next, num.Where(bent, grown, reach)
}
