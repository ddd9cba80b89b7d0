package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/internal/core/treedef"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
)

// OptimOptions configures [Optim]; the zero value is useful.
type OptimOptions struct {
	MaxIter int              // iterations at most; 0 means 500
	Tol     float64          // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	Unroll  bool             // Argmin differentiates through the iterations instead of implicitly
	Linear  num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History bool             // keep the value and error of every iteration in Result.History
	Logger  *slog.Logger     // gets a record for every iteration; nil means none
	NoJit   bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// Optim is the solver whose steps are made by a gradient transformation of package
// optim, such as optim.Adam. It is meant for [Solver.RunIterator] and [Solver.Update] with a
// batch each: an iteration evaluates the objective once, and the value and error of a
// state are those before its last step. With Unroll the derivative with respect to data,
// and to learning rates that are arrays, is that of the training.
func Optim[P, A any](f func(P, A) num.Array, t optim.Transform, opt OptimOptions) *Solver[P, A] {
	set := settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit}.defaults()
	r := func(b binding[P, A]) method { return transformed[P, A]{t, b, set.tol} }
	return newSolver(f, r, nil, set)
}

type transformed[P, A any] struct {
	t optim.Transform
	binding[P, A]
	tol float64
}

func (transformed[P, A]) start(it iterate) num.Array { return num.Norm(it.G) }
func (transformed[P, A]) samples()                   {}

// The state is the arrays of the transformation's.
func (m transformed[P, A]) init(it iterate) []num.Array {
	leaves, _ := m.flat(optim.Init(m.t, m.unravel(it.X)))
	return leaves
}

func (transformed[P, A]) flat(s optim.State) ([]num.Array, *treedef.Def) {
	leaves, def, err := treedef.Flatten[num.Array](s)
	if err != nil {
		panic(err) // a State is a tree by its type
	}
	return leaves, def
}

func (m transformed[P, A]) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	it = it.sample(f)
	params := m.unravel(it.X)
	_, def := m.flat(optim.Init(m.t, params)) // for the structure alone
	state, err := treedef.UnflattenTo[optim.State](def, st)
	if err != nil {
		panic(err)
	}
	updates, next := optim.Update(m.t, m.unravel(it.G), state, params, it.Value)
	leaves, _ := m.flat(next)
	return it.unlessDone(m.tol, m.ravel(optim.Apply(params, updates))), leaves
}
