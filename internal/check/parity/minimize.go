package parity

import (
	"context"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize"
)

// MinimizeCase is a method of minimize.Minimize on a problem.
type MinimizeCase struct {
	Method  string
	Problem *testproblems.Problem
}

// Name is METHOD/PROBLEM.
func (c MinimizeCase) Name() string { return c.Method + "/" + c.Problem.Name }

// Labels are the names of the method and the problem.
func (c MinimizeCase) Labels() (method, problem string) { return c.Method, c.Problem.Name }

// Kind is the kind of the problem, by whether it has bounds or constraints.
func (c MinimizeCase) Kind() string {
	switch {
	case c.Problem.Cons != nil:
		return "constraints"
	case c.Problem.Lower != nil:
		return "bounds"
	}
	return "unconstrained"
}

// derivativeFree are the methods that use only values, and find fewer digits.
var derivativeFree = []string{"Nelder-Mead", "Powell", "COBYLA", "COBYQA"}

// MinimizeCases are all methods on the problems that they take.
func MinimizeCases() []MinimizeCase {
	var all []MinimizeCase
	for _, name := range minimize.Methods() {
		m, err := minimize.MethodByName(name, nil)
		if err != nil {
			panic(err)
		}
		can := m.Capability()
		for _, p := range testproblems.All() {
			c := MinimizeCase{Method: name, Problem: p}
			if p.Lower != nil && !can.Bounds || p.Cons != nil && !can.Constraints {
				continue
			}
			all = append(all, c)
		}
	}
	return all
}

// Judge sets whether a search found a minimum: the value is the value of a known minimum, and the
// point is feasible. The value is exact within a thousandth, or with methods that see only values a
// hundredth; where the minimum is 0, within 1e-7 or 1e-6 of the decrease from the start.
func (c MinimizeCase) Judge(f Figure) Figure {
	f.Cost = f.NFev + f.NJev
	cv := 0.0
	p := c.Problem
	if len(f.X) == len(p.X0) && p.Cons != nil {
		v := make([]float64, len(p.CLower))
		p.Constraints(f.X, v)
		for i, e := range v {
			cv = max(cv, p.CLower[i]-e, e-p.CUpper[i])
		}
	}
	if len(f.X) != len(p.X0) || math.IsNaN(float64(f.Fun)) {
		return f
	}
	f.feasible = cv <= 1e-4
	// As near as is due after the decrease from the start (Moré & Wild, "Benchmarking
	// derivative-free optimization algorithms", 2009, equation 2.2), but three digits.
	value, first := p.Value(f.X), p.Value(p.X0)
	for i, want := range p.Min {
		tau := 1e-5
		if slices.Contains(derivativeFree, c.Method) {
			tau = 1e-4
		}
		tol := max(tau*10*math.Abs(want), min(tau*math.Abs(first-want), 1e-3), 1e-7)
		if math.Abs(value-want) <= tol && f.feasible {
			f.Solved = true
			f.Global = i == 0
			f.Exact = f.Exact || math.Abs(value-want) <= 100*tau*math.Abs(want)+tau/100*min(math.Abs(first-want), 1)
		}
	}
	return f
}

// Run solves a case by our method.
func (c MinimizeCase) Run(ctx context.Context) (Figure, error) {
	p, opt := c.Problem.Minimize()
	var err error
	if opt.Method, err = minimize.MethodByName(c.Method, nil); err != nil {
		return Figure{}, err
	}
	r, err := minimize.Minimize(ctx, p, c.Problem.X0, opt)
	if err != nil {
		return Figure{}, err
	}
	return c.Judge(Figure{Method: c.Method, Problem: c.Problem.Name, Fun: Number(r.Fun), X: r.X, Success: r.Success,
		Status: r.SciPyStatus, Message: r.Message,
		NIter: r.NIter, NFev: r.NFev, NJev: r.NJev, NHev: r.NHev}), nil
}
