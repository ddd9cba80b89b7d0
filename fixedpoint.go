package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// FixedPointOptions configures [FixedPointIteration]; the zero value is useful.
type FixedPointOptions struct {
	MaxIter int              // iterations at most; 0 means 500
	Tol     float64          // stop when the Euclidean norm of x - T(x) is at most this; 0 means 1e-6
	Unroll  bool             // Argmin differentiates through the iterations instead of implicitly
	Linear  num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History bool             // keep the value and error of every iteration in Result.History
	Logger  *slog.Logger     // gets a record for every iteration; nil means none
	NoJit   bool             // trace the map anew in every call, which then sees what it captures as it is
}

// FixedPointIteration repeats x ← T(x, data) until x - T(x) is small: the method of
// successive substitution, which converges linearly where T is a contraction. The value
// in the results is ½|x - T(x)|².
func FixedPointIteration[P, A any](t func(x P, data A) P, opt FixedPointOptions) *Solver[P, A] {
	return newSolverOf(displacement(t), always[P, A](fixedPoint{}), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

// displacement is a map as a problem: x - T(x) in the place of the gradient.
func displacement[P, A any](t func(P, A) P) func(P, A) (num.Array, P) {
	return func(x P, data A) (num.Array, P) {
		r := tree.Sub(x, t(x, data))
		return tree.Dot(r, r).Scale(0.5), r
	}
}

type fixedPoint struct{}

func (fixedPoint) init(iterate) []num.Array { return nil }

func (fixedPoint) update(f linesearch.Func, it iterate, _ []num.Array) (iterate, []num.Array) {
	it.X = it.X.Sub(it.G)
	it.Value, it.G = f(it.X)
	it.NumFun = it.NumFun.AddScalar(1)
	return it, nil
}
