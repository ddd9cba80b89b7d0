package argmin

import (
	"github.com/argmin-go/argmin/num"
)

// StochasticMethod is a method for [Stochastic]: [Optim], [PolyakSGD], [ArmijoSGD] or a
// [Custom] one.
type StochasticMethod interface{ stochastic() definition }

// Stochastic minimizes the mean of f(x, batch) over batches of data, one batch per
// iteration: give them to [Solver.RunIterator] or, one at a time, to [Solver.Update].
// [Solver.Run] uses the same data in all iterations.
//
// A nil method means [Optim] with Adam. An iteration evaluates f on its batch, then makes
// its step: the value and error in the results are from before the last step. The
// condition of optimality is ∇f(x) = 0 on the data given to [Solver.Argmin].
func Stochastic[P, D any](f func(x P, batch D) num.Array, m StochasticMethod, opt Options) *Solver[P, D] {
	if m == nil {
		m = Optim{}
	}
	return newSolver(objective("Stochastic", f), defined(m, StochasticMethod.stochastic), opt)
}

// sample evaluates the objective where an iterate is.
func (p *Problem) sample(it Iterate) Iterate {
	it = p.At(it, it.X)
	it.Error = num.Norm(it.Grad)
	return it
}

// step moves an iterate whose value and error are known to x, unless numbers were lost.
func (p *Problem) step(it Iterate, x num.Array) Iterate {
	it.X = num.Where(x.IsFinite().All(), x, it.X)
	return it
}

// gradientNorm is the error of the first iterate of a stochastic method.
func gradientNorm(it Iterate) num.Array { return num.Norm(it.Grad) }
