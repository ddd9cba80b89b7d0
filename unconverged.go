package argmin

import (
	"fmt"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// noDigits is the part of its terms that the condition of optimality may still be for the answer
// of a run that did not converge to have a derivative. The implicit derivative is right to about
// as many digits as the condition is met to, relative to its terms: at a tenth that is one.
const noDigits = 0.1

// verdicts judge an answer before it is differentiated: a run that did not converge must have come
// near a solution all the same. The terms of the condition F are measured by F at the start and by
// ∂F·x, the part that grows with x.
func (s *Solver[P, D]) verdicts(condition func(P, D) P, x, init P, data D, state State) []num.Verdict {
	converged := state.Code.Eq(code(status.Converged))
	type point struct {
		X, Init P
		Data    D
	}
	// A run that converged needs no evaluation here.
	left := num.Cond(converged, func(p point) num.Array {
		return num.Full(tree.DType(p.X), 0)
	}, func(p point) num.Array {
		f, along := num.JVP(func(x P) P { return condition(x, p.Data) }, p.X, p.X)
		terms := num.Maximum(tree.Norm(along), tree.Norm(condition(p.Init, p.Data)))
		size := tree.Norm(f)
		return size.Div(num.Where(terms.Gt(num.Const(0)), terms, size))
	}, point{x, init, data})
	var all []num.Verdict
	for c := status.IterationLimit; c <= status.Stationary; c++ {
		ok := state.Code.Ne(code(c)).Or(left.Le(num.Const(noDigits)))
		msg := fmt.Sprintf("argmin.%s: the derivative of a run that ended with %q far from a solution has no correct "+
			"digit; let it converge (Options.MaxIter, Tol, or another method or start: ArgminState reports how it ended), "+
			"or set Options.AllowUnconverged; condition of optimality relative to its terms", s.kind.name, c)
		all = append(all, num.Verdict{OK: ok, Measure: left, Msg: msg})
	}
	if s.kind.simple != nil {
		for _, v := range s.kind.simple(x, data) {
			v.OK = v.OK.Or(converged.Not()) // judged above
			all = append(all, v)
		}
	}
	return all
}
