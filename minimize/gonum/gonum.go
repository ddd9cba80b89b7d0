// Package gonum adapts problems of gonum's package optimize to package minimize. Code that was
// written for gonum only needs another call, and gains bounds, constraints and all of SciPy's
// methods.
package gonum

import (
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/status"
)

// Problem is p as a problem of [minimize.Minimize]. Its Status function is not called: stop a
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

// Status is the status that gonum's optimize has for the end of a search.
func Status(r minimize.Result) optimize.Status {
	switch r.Status {
	case status.Converged:
		return optimize.Success
	case status.IterationLimit:
		return optimize.IterationLimit
	case status.EvaluationLimit:
		return optimize.FunctionEvaluationLimit
	case status.Unbounded:
		return optimize.FunctionNegativeInfinity
	case status.Cancelled:
		return optimize.RuntimeLimit
	case status.Running, status.Stopped:
		return optimize.NotTerminated
	}
	return optimize.Failure
}
