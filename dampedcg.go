package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// DampedCG needs only products with J and Jᵀ: conjugate gradients on the normal equations, to the boundary of the region at most
// (Steihaug, "The conjugate gradient method and trust regions in large scale optimization", 1983). It is for many
// parameters and sparse or structured Jacobians: an iteration takes time and memory in proportion to the residuals, for each step of the conjugate
// gradients a product with J and one with Jᵀ, and one more evaluation.
//
// Norms of columns are estimated from Probes products with random signs (Bekas, Kokiopoulou & Saad, "An estimator for the
// diagonal of a matrix", 2007); they scale the region and the error that Options.Tol bounds.
type DampedCG struct {
	Probes  int // products from which norms are estimated; default 8
	MaxIter int // most conjugate gradient steps for one step; default 200
}

func (c DampedCG) damped(p *Problem) damped {
	probes := max(1, option.Or(c.Probes, 8))
	return damped{
		condense: func(l Linearization) ([]num.Array, num.Array, num.Array) {
			signs := num.Rademacher(num.NewKey(1), l.R.DType(), probes, l.R.Size())
			sums := num.Map(l.TMul, signs)
			return nil, num.Norm(sums, 0).Scale(1), l.TMul(l.R)
		},
		step: func(it Iterate, _ modelState, _, radius, d num.Array) regionStep {
			l := p.Residual.Expand(it.X)
			apply := func(v num.Array) num.Array { return l.TMul(l.Mul(v.Div(d))).Div(d) }
			s, hs := squaresCG(apply, it, radius, d, max(1, option.Or(c.MaxIter, 200)))
			return regionStep{P: s.Div(d), JP: s.Dot(hs), Lambda: radius.Const(0), NFev: 1}
		},
	}
}

// squaresCG is a step within a region, in units of d, by products with the model's matrix, and its product, by at most so many steps, or 0 for twice as many as there are parameters.
func squaresCG(apply func(num.Array) num.Array, it Iterate, radius, d num.Array, most int) (s, hs num.Array) {
	g := it.Grad.Div(d)
	// The residual of the normal equations is to fall like the error, so that convergence is superlinear where residuals are small.
	forcing := num.Norm(g).Mul(num.Minimum(num.Const(0.1), it.Error.Sqrt()))
	s, hs, _ = steihaug(apply, g, forcing, &radius, radius, most)
	return s, hs
}
