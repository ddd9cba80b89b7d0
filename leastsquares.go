package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/robust"
	"github.com/argmin-go/argmin/tree"
)

// LeastSquaresMethod is a method for [LeastSquares]: [LevenbergMarquardt], [GaussNewton], [Dogleg] or a
// [Custom] one.
type LeastSquaresMethod interface{ leastSquares() definition }

// BoundedLeastSquaresMethod is a method for [BoundedLeastSquares]: [TrustRegionReflective] or a [Custom] one.
type BoundedLeastSquaresMethod interface{ boundedLeastSquares() definition }

// LeastSquares solves
//
//	min ½ Σ r(x, data)²
//
// for residuals r that are any tree of arrays: it fits the parameters of a model to data. Pass the
// residuals themselves, not their squares or sum. A nil method means [LevenbergMarquardt].
//
// [Solver.WithLoss] reduces the weight of outliers, and [Solver.WithPrior] adds what is known of the
// parameters. [BoundedLeastSquares] has bounds, [Separated] eliminates parameters in which the model is
// linear, and package fit has the statistics of the answer, such as standard errors.
//
// The error that Options.Tol bounds has no units: the largest cosine of the angle between the residuals and a column of
// their Jacobian, MINPACK's test (Moré, "The Levenberg-Marquardt algorithm: implementation and theory",
// 1978). Its square is the part of the value that a step along one parameter can still take away; the default, 1e-8,
// leaves parameters within about 1e-8 of their standard errors. Residuals count as zero, and so does the cosine, where
// they are within rounding of the terms that they are made of, so that a fit that is exact converges, too.
//
// The condition of optimality is Jᵀr = 0, and derivatives of the solution follow from it with all of its second
// derivatives. Where the Jacobian does not have full rank the solution is not unique: methods take steps of least
// norm, and so does the derivative.
func LeastSquares[P, D, R any](residual func(x P, data D) R, m LeastSquaresMethod, opt Options) *Solver[P, D] {
	if m == nil {
		m = LevenbergMarquardt{}
	}
	k := newSquares("LeastSquares", residual).install(kind[P, D]{name: "LeastSquares"})
	k.refuseNil("residual", residual == nil)
	return newSolver(k, defined(m, LeastSquaresMethod.leastSquares), opt)
}

// BoundedLeastSquares solves
//
//	min ½ Σ r(x, data)² over lower ≤ x ≤ upper
//
// as [LeastSquares], for (lower, upper) = bounds(data) as in [Bounded]: trees like the parameters, with infinities where
// there is no bound. A nil method means [TrustRegionReflective].
//
// In the error, a column whose parameter has little room before a bound counts by what that room can take away.
// The condition of optimality is the one of [Bounded]; the solution can be differentiated with respect to the
// bounds as well.
func BoundedLeastSquares[P, D, R any](residual func(x P, data D) R, bounds func(data D) (lower, upper P), m BoundedLeastSquaresMethod,
	opt Options) *Solver[P, D] {
	const name = "BoundedLeastSquares"
	if m == nil {
		m = TrustRegionReflective{}
	}
	k := newSquares(name, residual).install(boundedKind(kind[P, D]{name: name}, bounds))
	k.refuseNil("residual", residual == nil)
	return newSolver(k, defined(m, BoundedLeastSquaresMethod.boundedLeastSquares), opt)
}

// WithLoss returns a solver of [LeastSquares] or [BoundedLeastSquares] that minimizes
//
//	½ Σ s² ρ((r/s)²)
//
// instead: residuals much larger than the scale s = scale(data), a positive scalar, count less than their squares. Package robust has
// losses ρ, which may also be a function of your own of one element, with ρ(0) = 0, ρ′(0) = 1 and two derivatives. A nil
// scale means 1. Solutions can be differentiated with respect to the scale.
//
// Methods see residuals and a Jacobian that are corrected so that they have the gradient of the loss and,
// nearly, its curvature (Triggs, McLauchlan, Hartley & Fitzgibbon, "Bundle adjustment - a modern synthesis", 1999,
// section 4.3). Where that curvature is negative, as it is for outliers, a tenth of the weight of the residual stands for it.
func (s *Solver[P, D]) WithLoss(loss robust.Loss, scale func(data D) num.Array) *Solver[P, D] {
	other, q := s.squaresOf("WithLoss")
	if q != nil && loss == nil {
		other.wrong = wrong("WithLoss", "loss is nil")
	} else if q != nil {
		q.loss, q.scale = loss, scale
		other.kind = q.install(other.kind)
	}
	return other.jit()
}

// WithPrior returns a solver of [LeastSquares] or [BoundedLeastSquares] that knows something of the parameters: they
// are normally distributed with a mean and a standard deviation, so that
//
//	½ Σ ((x - mean)/deviation)²
//
// is added to the value; both are trees like the parameters and broadcast to them. An infinite deviation, or the zero Array for one, says nothing of a parameter. The
// residuals must be in units of their own standard deviation. A loss does not apply to the prior.
func (s *Solver[P, D]) WithPrior(prior func(data D) (mean, deviation P)) *Solver[P, D] {
	other, q := s.squaresOf("WithPrior")
	if q != nil && prior == nil {
		other.wrong = wrong("WithPrior", "prior is nil")
	} else if q != nil {
		q.prior = prior
		other.kind = q.install(other.kind)
	}
	return other.jit()
}

// squaresOf is a copy of the solver and of its sum of squares, or an error in the first if it has none.
func (s *Solver[P, D]) squaresOf(op string) (*Solver[P, D], *squares[P, D]) {
	other := *s
	if s.check() != nil {
		return &other, nil
	}
	if s.kind.squares == nil {
		other.wrong = wrong(op, "the solver is from %s, want one from LeastSquares or BoundedLeastSquares", s.kind.name)
		return &other, nil
	}
	q := *s.kind.squares
	return &other, &q
}

// squares is a sum of squares with the user's functions.
type squares[P, D any] struct {
	name     string
	residual func(x P, data D) num.Array // raveled
	loss     robust.Loss                 // nil: squares
	scale    func(data D) num.Array      // of the loss; nil: 1
	prior    func(data D) (mean, deviation P)
}

func newSquares[P, D, R any](name string, residual func(x P, data D) R) *squares[P, D] {
	return &squares[P, D]{name: name, residual: func(x P, data D) num.Array {
		return checkResiduals(name, residual(x, data), tree.DType(x))
	}}
}

// install makes a kind of problem minimize the sum.
func (q *squares[P, D]) install(k kind[P, D]) kind[P, D] {
	k.squares = q
	k.values = func(x P, data D) num.Array { return q.cost(q.parts(x, data), q.scaleOf(x, data)) }
	k.valueAndGrad = func(x P, data D) (num.Array, P) {
		return num.ValueAndGrad(func(x P) num.Array { return k.values(x, data) })(x)
	}
	k.bindResidual = func(p *Problem, b binding[P, D]) { p.Residual = q.terms(p, b) }
	return k
}

// parts are the residuals and, if there is a prior, those of the prior.
func (q *squares[P, D]) parts(x P, data D) []num.Array {
	parts := []num.Array{q.residual(x, data)}
	if q.prior == nil {
		return parts
	}
	mean, deviation := q.prior(data)
	means := tree.Leaves(checkBound("WithPrior", "mean", mean, x, 1))
	deviations := tree.Leaves(checkBound("WithPrior", "deviation", deviation, x, 1))
	i := -1
	away, _ := num.Ravel(tree.Map(func(x num.Array) num.Array {
		i++
		known := deviations[i].IsInf().Not()
		return num.Where(known, x.Sub(num.Where(known, means[i], num.Const(0))).Div(deviations[i]), num.Const(0))
	}, x))
	return append(parts, away)
}

// scaleOf is the scale of the loss.
func (q *squares[P, D]) scaleOf(x P, data D) num.Array {
	one := num.Full(tree.DType(x), 1)
	if q.scale == nil {
		return one
	}
	s := q.scale(data)
	if s == (num.Array{}) || s.Rank() > 0 {
		throwf("WithLoss", "scale returned %v, want a scalar", s)
	}
	return s.AsType(one.DType())
}

// cost is half the sum of the losses of residuals.
func (q *squares[P, D]) cost(r []num.Array, scale num.Array) num.Array {
	v := r[0].Dot(r[0])
	if q.loss != nil {
		z := r[0].Div(scale).Square()
		v = checkLike("WithLoss", "the loss", q.loss(z), "its argument", z).Sum().Mul(scale.Square())
	}
	for _, r := range r[1:] {
		v = v.Add(r.Dot(r))
	}
	return v.Scale(0.5)
}
