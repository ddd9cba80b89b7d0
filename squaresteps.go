package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// This file has what several methods for sums of squares make their steps of.

const (
	// roundedResidual is how many times ε of their terms residuals may be and count as zero, and
	// roundedStalled the same where no step makes them smaller: choices; a sum of a hundred terms loses about ten.
	roundedResidual, roundedStalled = 10, 1e3
	// hiddenDecrease is how many times ε of the value a decrease is hidden by rounding: as in TrustRegion.
	hiddenDecrease = 10
	// mostLevel is how many steps in a row whose decrease is hidden may leave the error where it is: a choice.
	mostLevel = 5
	// leastRatio is the least ratio of the actual to the promised decrease of a step that is taken: MINPACK's.
	leastRatio = 1e-4
)

// modelState is what methods for sums of squares know of the problem at an iterate.
type modelState struct {
	Model []num.Array // what their linear solver keeps
	Norms num.Array   // of the columns of the Jacobian
	Level num.Array   // steps in a row whose decrease was hidden and that did not lower the error, int32
}

// squaresError is the largest cosine of the residuals, of half the square sum v, with a column of the Jacobian,
// from the gradient g, the norms of the columns and, for bounds, the room along -g, nil for no bounds: the square of
// an entry is what the parameter alone can take away of v. Residuals count as zero where they are rounded times ε of their
// terms, here norms·x.
func (p *Problem) squaresError(it Iterate, norms num.Array, room *num.Array, rounded float64) num.Array {
	eps := it.X.DType().Eps()
	along := it.Grad.Abs().Div(positive(norms))
	along = num.Where(it.Grad.Eq(num.Const(0)), num.Const(0), along)
	if room != nil {
		along = num.Minimum(along, it.Grad.Abs().Mul(*room).Scale(2).Sqrt())
	}
	// A tolerance below ε is one that rounding hides.
	terms := num.Norm(norms.Mul(it.X)).Scale(rounded * eps / max(p.Options.Tol, eps))
	size := it.Value.Scale(2).Sqrt().Add(terms)
	return largest(along).Div(positive(size))
}

// positive is x, or 1 where x is 0.
func positive(x num.Array) num.Array { return num.Where(x.Gt(num.Const(0)), x, num.Const(1)) }

// squaresTrial compares the decrease of a value with the one that a model promises. Where rounding hides both, the
// model is taken at its word.
func squaresTrial(it Iterate, v, promise num.Array) (ratio, hidden num.Array) {
	slack := it.Value.Abs().Scale(hiddenDecrease * it.X.DType().Eps())
	ratio = it.Value.Sub(v).Add(slack).Div(positive(promise.Add(slack)))
	return num.Where(v.IsFinite(), ratio, num.Const(-1)), promise.Le(slack)
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
	kept := tree.MapAll(func(x ...num.Array) num.Array { return num.Where(moved, x[0], x[1]) }, at, here)
	kept.It.NFev = count
	return kept.It, kept.S, moved
}

// squaresStalled ends a run in which rounding hides whatever is left to gain, or whose steps do not move the point any more.
func (p *Problem) squaresStalled(from, next Iterate, st modelState, hidden, moved, still num.Array, room *num.Array) (Iterate, modelState) {
	better := moved.And(next.Error.Lt(from.Error.Scale(0.9)))
	st.Level = num.Where(hidden.And(better.Not()), st.Level.AddScalar(1), num.Int(0))
	ended := st.Level.Ge(num.Int(mostLevel)).Or(still.And(moved.Not()))
	next.Code = num.Where(ended, code(status.Stalled), next.Code)
	loose := p.squaresError(next, st.Norms, room, roundedStalled)
	next.Error = num.Where(ended, num.Minimum(loose, next.Error), next.Error)
	return next, st
}
