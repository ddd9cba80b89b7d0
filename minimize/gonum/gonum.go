// Package gonum makes problems of package minimize of those of gonum's optimize, so
// that code written for that needs another call alone, and gains bounds, constraints
// and all of SciPy's methods.
package gonum

import (
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"github.com/argmin-go/argmin/minimize"
)

// Problem is p for [minimize.Minimize]. Its Status function is not called: end a
// search by the context or the callback.
func Problem(p optimize.Problem) minimize.Problem {
	q := minimize.Problem{Func: p.Func}
	if p.Grad != nil {
		q.Grad = func(x, grad []float64) { p.Grad(grad, x) }
	}
	if p.Hess != nil {
		q.Hess = func(x []float64, h *mat.SymDense) { p.Hess(h, x) }
	}
	return q
}

// Status is how gonum's optimize would call the end of a search.
func Status(r minimize.Result) optimize.Status {
	switch r.Reason {
	case minimize.Converged:
		return optimize.Success
	case minimize.IterationLimit:
		return optimize.IterationLimit
	case minimize.EvaluationLimit:
		return optimize.FunctionEvaluationLimit
	case minimize.Unbounded:
		return optimize.FunctionNegativeInfinity
	case minimize.Cancelled:
		return optimize.RuntimeLimit
	case minimize.Unfinished, minimize.Stopped:
		return optimize.NotTerminated
	}
	return optimize.Failure
}
