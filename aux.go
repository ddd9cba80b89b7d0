package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// DropAux makes an objective of a function that returns something in addition to its value.
// To get that at a minimum, call f there.
func DropAux[P, D, X any](f func(P, D) (num.Array, X)) func(P, D) num.Array {
	if f == nil {
		return nil
	}
	return func(p P, data D) num.Array {
		v, _ := f(p, data)
		return v
	}
}

// WithAux returns the solver with results that have in Result.Aux what f returns in addition to its
// first result, at Result.Params: metrics of a model, its predictions, its new statistics. f is
// usually the function that made the solver by [DropAux], of any kind of problem:
//
//	solver := argmin.WithAux(argmin.Minimize(argmin.DropAux(loss), nil, argmin.Options{}), loss)
//	result, err := solver.Run(w0, data)
//	metrics := result.Aux.(Metrics)
//
// X can be any tree of arrays. It costs one evaluation of f for each result, which is not counted.
// Derivatives do not go through Aux: call f at [Solver.Argmin] for them.
func WithAux[P, D, V, X any](s *Solver[P, D], f func(P, D) (V, X)) *Solver[P, D] {
	switch {
	case s == nil:
		return &Solver[P, D]{wrong: wrong("WithAux", "the solver is nil")}
	case s.check() != nil:
		return s
	}
	other := *s
	if f == nil {
		other.wrong = wrong("WithAux", "f is nil")
		return other.jit()
	}
	other.kind.aux = func(x P, data D) any {
		_, aux := f(tree.Map(num.Array.StopGradient, x), data)
		return aux
	}
	return other.jit()
}

// WithPreUpdate returns the solver with a function that changes the parameters before each
// iteration, such as a projection, a normalization or a shift towards an average. Only methods that
// evaluate the objective at the beginning of their iterations can have it: those of [Stochastic].
func (s *Solver[P, D]) WithPreUpdate(change func(x P, data D) P) *Solver[P, D] {
	other := *s
	if change == nil {
		other.wrong = wrong("WithPreUpdate", "change is nil")
		return other.jit()
	}
	other.kind.before = func(x P, data D) P {
		return checkLike("WithPreUpdate", "the changed parameters", change(x, data), "the parameters", x)
	}
	return other.jit()
}
