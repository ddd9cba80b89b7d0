package argmin

import (
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/internal/qp"
)

// BoxCDQP is coordinate descent for [Quadratic] programs with bounds only: each variable in turn goes to its best value between its bounds. An
// iteration is a sweep over all variables, and costs a product with Q. A program with rows is an error.
//
// Of a dense Q, a variable costs n operations. Variables of a sparse Q that are not in each other's rows move at once.
// It takes few sweeps where Q is not far from diagonal, and as many as its condition number where it is.
type BoxCDQP struct {
	// NoPolish leaves out the last step, which solves for the variables between their bounds and takes the answer to rounding, mostly. It factors a
	// matrix.
	NoPolish bool
	// Absolute is as in [ProximalInteriorPoint].
	Absolute bool
}

// mostGroups is how many groups of variables a sweep may have that are one after the other in its program: a choice, for programs
// that compile in a second or so.
const mostGroups = 256

func (m BoxCDQP) quadratic() definition {
	d := define("BoxCDQP", m.rule)
	d.tol, d.noUnroll, d.maxIter = 1e-8, true, 20000
	return d
}

func (m BoxCDQP) rule(p *Problem) Rule[qp.CoordinatesState] {
	t := p.Quadratic
	if t == nil {
		throwf("BoxCDQP", "the method is for Quadratic programs")
	}
	if _, rows := t.System.Size(); rows > 0 {
		throwf("BoxCDQP", "the program has %d rows of QP.A and QP.G; the method is for bounds only: take ProximalInteriorPoint", rows)
	}
	if s, ok := t.System.(kkt.Sparse); ok {
		if k := qp.Groups(s.Hessian()); k > mostGroups {
			throwf("BoxCDQP", "the entries of QP.Q join its variables into %d groups that move one after the other, and the method takes at most %d; give QP.Q as an array, or take ProximalInteriorPoint", k, mostGroups)
		}
	}
	c := qp.NewCoordinates(t.problem(), qp.Options{Tol: p.Options.Tol, Absolute: m.Absolute})
	c.NoPolish = m.NoPolish
	return quadraticRule(t, c)
}
