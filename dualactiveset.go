package argmin

import (
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/internal/qp"
)

// DualActiveSet is a method for small [Quadratic] programs with dense matrices: it takes one violated limit after the other into the set of
// active ones, and drops those whose multipliers would change their sign. It takes about as many iterations as there are active inequalities,
// to rounding, and from the answer of a program that differs little only as many as limits changed.
//
// An iteration costs n² operations for n variables and a product with all rows, and needs some n² numbers; the beginning and the end cost n³.
//
// It is the method of Goldfarb & Idnani, "A numerically stable dual method for solving strictly convex quadratic programs", 1983, with reflections
// for its updates. A Q that is only semidefinite, or none, takes proximal iterations around it, as in Arnström, Bemporad & Axehill, "A dual active-set solver for
// embedded quadratic programming using recursive LDLᵀ updates", 2022; each of them keeps the active set of the one before.
type DualActiveSet struct {
	// Absolute is as in [ProximalInteriorPoint].
	Absolute bool
}

func (m DualActiveSet) quadratic() definition {
	d := define("DualActiveSet", m.rule)
	d.tol, d.noUnroll, d.maxIter = 1e-8, true, 5000
	return d
}

func (m DualActiveSet) rule(p *Problem) Rule[qp.ActiveSetState] {
	t := p.Quadratic
	if t == nil {
		throwf("DualActiveSet", "the method is for Quadratic programs")
	}
	if _, ok := t.System.(kkt.Dense); !ok {
		n, rows := t.System.Size()
		throwf("DualActiveSet", "the program has %d variables and %d rows and matrices that are not arrays; the method is for small dense ones: take ProximalInteriorPoint, or give arrays", n, rows)
	}
	return quadraticRule(t, qp.NewActiveSet(t.problem(), qp.Options{Tol: p.Options.Tol, Absolute: m.Absolute}))
}
