package argmin

import "github.com/argmin-go/argmin/num"

// GradientDescentOptions configures [GradientDescent]; the zero value is useful.
type GradientDescentOptions struct {
	MaxIter int     // iterations at most; 0 means 500
	Tol     float64 // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	Unroll  bool    // Argmin differentiates through the iterations (forward mode) instead of implicitly
}

// GradientDescent follows the negative gradient with a backtracking line search
// whose first step is twice the last one.
func GradientDescent[P, A any](f func(P, A) num.Array, opt GradientDescentOptions) *Solver[P, A] {
	return newSolver(f, gradientDescent{}, opt.MaxIter, opt.Tol, opt.Unroll)
}

type gradientDescent struct{}

func (gradientDescent) init(it iterate) []num.Array {
	return []num.Array{num.Full(it.X.DType(), 0.5)}
}

func (gradientDescent) update(f func(num.Array) (num.Array, num.Array), it iterate, st []num.Array) (iterate, []num.Array) {
	next, step, _ := backtrack(f, it, it.G.Neg(), st[0].Scale(2))
	return next, []num.Array{step}
}
