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
// or until they meet negative curvature, which is not followed (Nocedal & Wright, "Numerical
// Optimization", algorithm 7.1).
type NewtonCG struct {
	LineSearch linesearch.Search // default linesearch.Backtracking
}

func (m NewtonCG) smooth() definition { return define("NewtonCG", m.rule) }

func (m NewtonCG) rule(p *Problem) Rule[struct{}] {
	return stateless(func(it Iterate) Iterate { return m.step(p.Func, it) })
}

// step is one iteration on f.
func (m NewtonCG) step(f linesearch.Func, it Iterate) Iterate {
	search := searchOr(m.LineSearch, linesearch.Backtracking(linesearch.BacktrackingOptions{}))
	// As in TrustRegion, for superlinear convergence.
	forcing := it.Error.Mul(num.Minimum(num.Const(0.5), it.Error.Sqrt()))
	p, _ := conjugateGradients(hessp(f, it.X), it.Grad, forcing)
	// Negative curvature in the first step: the gradient, no longer than 1.
	p = num.Where(p.Dot(it.Grad).Lt(num.Const(0)), p, it.Grad.Neg().Mul(atMostOne(it.Error)))
	next, _ := it.along(f, search, p, p.Const(1))
	return next
}
