package argmin

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// This file has what several methods for sums of squares make their steps of.

const (
	// squaresTol is the default of Options.Tol for sums of squares: what a step can take away of the value is then within its
	// rounding in float64. squaresMaxIter is the default of MaxIter: a step is cheap, and fits from far away need some hundred.
	squaresTol, squaresMaxIter = 1e-8, 2000
	// roundedResidual is how many times ε of their terms residuals may be and count as zero, and
	// roundedStalled the same where no step makes them smaller: choices; a sum of a hundred terms loses about ten.
	roundedResidual, roundedStalled = 10, 1e3
	// hiddenDecrease is how many times ε of the value a decrease is hidden by rounding: as in TrustRegion.
	hiddenDecrease = 10
	// mostLevel is how many steps in a row whose decrease is hidden may leave the error where it is: a choice. The region grows
	// tenfold with each of them, as it may be small only because rounding made steps before look bad.
	mostLevel = 8
	// leastRatio is the least ratio of the actual to the promised decrease of a step that is taken: MINPACK's.
	leastRatio = 1e-4
)

// modelState is what methods for sums of squares know of the problem at an iterate.
type modelState struct {
	Model []num.Array // what their linear solver keeps of the residuals
	Norms num.Array   // of the columns of the Jacobian
	Scale num.Array   // the largest norms so far
	Level num.Array   // steps in a row whose decrease was hidden and that did not lower the error, int32
	From  num.Array   // the value where the method last began again
}

// condenser makes of a linear model what a method keeps of it: arrays of the same shapes at every point, the norms
// of the columns of J and the gradient Jᵀr.
type condenser func(l Linearization) (model []num.Array, norms, grad num.Array)

// squaresAt finds everything at the iterate's point. The state may be zero.
func (p *Problem) squaresAt(it Iterate, st modelState, condense condenser) (Iterate, modelState) {
	l := p.Residual.Expand(it.X)
	model, norms, grad := condense(l)
	it.Value, it.Grad, it.NFev = l.Value, grad, it.NFev.AddScalar(1)
	if st.Scale == (num.Array{}) {
		st.Scale, st.Level, st.From = norms, num.Int(0), it.Value.Const(math.Inf(1))
	}
	st.Model, st.Norms, st.Scale = model, norms, num.Maximum(st.Scale, norms)
	it.Error = p.squaresError(it, it.Grad, norms, roundedResidual)
	return it, st
}

// squaresError is the largest cosine of the residuals, whose half square sum is the value, with a column of the Jacobian,
// from the gradient g, or a part of it, and the norms of the columns: the square of an entry is the part of the value that
// this parameter by itself can take away, within its bounds. Residuals count as zero where they are rounded times ε of their terms, which the norms
// of the columns tell.
func (p *Problem) squaresError(it Iterate, g, norms num.Array, rounded float64) num.Array {
	it, g, norms = tree.Map(num.Array.StopGradient, it), g.StopGradient(), norms.StopGradient()
	terms := num.Norm(norms.Mul(it.X)).Scale(rounded)
	eps := it.X.DType().Eps()
	some := g.Ne(num.Const(0)) // or NaN
	along := num.Where(some, g.Abs().Div(positive(norms)), num.Const(0))
	if p.infeasible != nil { // there are bounds
		along = num.Minimum(along, num.Where(some, g.Abs().Mul(p.room(it)).Scale(2).Sqrt(), num.Const(0)))
	}
	// A tolerance below ε is one that rounding hides.
	size := it.Value.Scale(2).Sqrt().Add(terms.Scale(eps / max(p.Options.Tol, eps)))
	return num.Where(it.Value.Eq(num.Const(0)), num.Const(0), largest(along).Div(positive(size)))
}

// room is how far each parameter may go along the negative gradient before a bound. A distance within rounding is none.
func (p *Problem) room(it Iterate) num.Array {
	down := it.Grad.Gt(num.Const(0))
	bound := num.Where(down, p.Lower, p.Upper)
	room := it.X.Sub(bound).Abs()
	rounding := num.Maximum(it.X.Abs(), num.Where(bound.IsInf(), num.Const(0), bound).Abs()).Scale(8 * it.X.DType().Eps())
	return num.Maximum(room.Sub(rounding), num.Const(0))
}

// positive is x, or 1 where x is 0.
func positive(x num.Array) num.Array { return num.Where(x.Gt(num.Const(0)), x, num.Const(1)) }

// squaresTrial compares the decrease of a value with the one that a model promises. Where rounding hides both, the
// model is taken at its word.
func squaresTrial(it Iterate, st modelState, v, promise num.Array) (ratio, hidden num.Array) {
	eps := it.X.DType().Eps()
	// Residuals are rounded to ε of their terms, and the value to that times the residuals.
	rounding := it.Value.StopGradient().Scale(2).Sqrt().Mul(num.Norm(st.Norms.Mul(it.X)).StopGradient())
	slack := it.Value.Add(rounding).Scale(hiddenDecrease * eps)
	hidden = promise.Le(slack)
	ratio = it.Value.Sub(v).Div(positive(promise))
	ratio = num.Where(hidden.And(v.Sub(it.Value).Le(slack)), num.Const(1), ratio)
	return num.Where(v.IsFinite(), ratio, num.Const(-1)), hidden
}

// squaresMoved is the iterate at the trial point x, or where the trial is not good the one before, which
// next takes over the evaluations of. evaluate finds everything at a point.
func squaresMoved[S any](it Iterate, s S, x num.Array, good num.Array, evaluate func(Iterate, S) (Iterate, S)) (next Iterate, ns S, moved num.Array) {
	type both struct {
		It Iterate
		S  S
	}
	here := both{it, s}
	at := num.Cond(good, func(x num.Array) both {
		to := it
		to.X = x
		to, s := evaluate(to, s)
		return both{to, s}
	}, func(num.Array) both { return here }, x)
	// Derivatives may be lost where the value is a number.
	moved = good.And(at.It.Error.IsFinite()).And(at.It.Grad.IsFinite().All())
	count := at.It.NFev
	kept := chosen(moved, at, here)
	kept.It.NFev = count
	return kept.It, kept.S, moved
}

// squaresStalled ends a run in which rounding hides whatever is left to gain, or whose steps do not move the point any more.
// Where that is no solution the method may begin again from there, with scales and a region that do not remember the way; again reports it. It does so once
// for each time that the value has fallen by 1%, a choice.
func (p *Problem) squaresStalled(from, next Iterate, st modelState, hidden, moved, still num.Array) (_ Iterate, _ modelState, again num.Array) {
	better := moved.And(next.Error.Lt(from.Error.Scale(0.9)))
	st.Level = num.Where(hidden.And(better.Not()), st.Level.AddScalar(1), num.Int(0))
	ended := st.Level.Ge(num.Int(mostLevel)).Or(still.And(moved.Not()))
	loose := num.Minimum(p.squaresError(next, next.Grad, st.Norms, roundedStalled), next.Error)
	again = ended.And(loose.Gt(num.Const(p.Options.Tol))).And(next.Value.Lt(st.From.Scale(0.99)))
	ended = ended.And(again.Not())
	next.Code = num.Where(ended, code(status.Stalled), next.Code)
	next.Error = num.Where(ended, loose, next.Error)
	st.Level = num.Where(again, num.Int(0), st.Level)
	st.From = num.Where(again, next.Value, st.From)
	st.Scale = num.Where(again, st.Norms, st.Scale)
	return next, st, again
}

// widened is the radius after a step that was taken though rounding hid its decrease.
func widened(radius, taken num.Array) num.Array {
	return num.Where(taken, num.Minimum(radius.Scale(10), num.Const(longest(radius.DType()))), radius)
}

// chosen is a where ok is true, a bool scalar, and b elsewhere.
func chosen[T any](ok num.Array, a, b T) T {
	return tree.MapAll(func(x ...num.Array) num.Array { return num.Where(ok, x[0], x[1]) }, a, b)
}
