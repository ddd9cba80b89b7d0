package linsolve

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/krylov"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// Options of the iterative solvers; the zero value is useful.
type Options struct {
	Tol     float64                   // relative residual |b - A x| / |b| to reach; default 100 ε of the dtype
	MaxIter int                       // maximum number of iterations; default 10 n, and at least 100
	Ridge   float64                   // added to the diagonal of A; for NormalCG to the diagonal of Aᵀ A
	Precond func(num.Array) num.Array // approximates A⁻¹, for NormalCG (Aᵀ A)⁻¹; default none
}

type array = num.Array

func (o Options) complete(b array) Options {
	o.Tol = option.Or(o.Tol, 100*b.DType().Eps())
	o.MaxIter = option.Or(o.MaxIter, max(100, 10*b.Size()))
	return o
}

// ridged is A + Ridge·I.
func (o Options) ridged(matvec func(array) array) func(array) array {
	if o.Ridge == 0 {
		return matvec
	}
	return func(x array) array { return matvec(x).Add(x.Scale(o.Ridge)) }
}

// language is num, for the methods of package krylov.
var language = krylov.Language[array]{
	While: func(more func([]array) array, step func([]array) []array, init []array) []array {
		return num.While(more, step, init)
	},
	Where: num.Where,
}

type system = krylov.System[array]

// solve solves a x = b by a method and checks the answer. The method sees numbers of size one,
// whatever the size of b and of the map.
func (o Options) solve(name string, a func(array) array, b array, method func(system) array) array {
	if b.Size() == 0 {
		return b
	}
	s := system{Language: language, Map: a, Precond: o.Precond, B: b, MaxIter: o.MaxIter}
	return krylov.Scaled(s, func(s system) array {
		s.Limit = krylov.Norm(s.B).Scale(o.Tol)
		return o.check(name, s.Map, method(s), s.B)
	})
}

// check lets x through if its true residual is near the tolerance: within ten times of
// it, as the residual that a method updates drifts from the true one by rounding.
func (o Options) check(name string, matvec func(array) array, x, b array) array {
	if b.Size() == 0 {
		return x
	}
	// In units of b, so that no square under- or overflows.
	size := b.Abs().Max()
	size = arg.Safe(size.Gt(num.Const(0)), size)
	norm := krylov.Norm(b.Div(size))
	rel := krylov.Norm(b.Sub(matvec(x)).Div(size)).Div(arg.Safe(norm.Gt(num.Const(0)), norm))
	ok := rel.Le(num.Const(10 * o.Tol))
	return num.Check(x, ok, rel, fmt.Sprintf("linsolve.%s: the system of %d unknowns is not solved to the tolerance %.3g after at most %d iterations "+
		"(it is singular without a solution, not what the method is for, or needs a preconditioner, a ridge or more iterations): relative residual",
		name, b.Size(), o.Tol, o.MaxIter))
}

// CG is the method of conjugate gradients, for symmetric positive definite maps
// (Hestenes & Stiefel, "Methods of conjugate gradients for solving linear
// systems", 1952; with a preconditioner: Saad, "Iterative Methods for Sparse
// Linear Systems", algorithm 9.1). One application of the map per iteration. A
// semidefinite system that has solutions gives the one of smallest norm.
func CG(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		return o.solve("CG", o.ridged(matvec), b, krylov.CG[array])
	}
}

// MINRES is the minimal residual method, for symmetric maps, definite or not (Paige &
// Saunders, "Solution of sparse indefinite systems of linear equations", 1975). One
// application of the map per iteration. A singular system that has solutions gives the one of smallest norm. Where
// rounding stops it above the tolerance it starts again with the residual, with MaxIter more
// iterations. It has no preconditioner: Precond is an error.
func MINRES(opt Options) num.LinearSolver {
	if opt.Precond != nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, "linsolve.MINRES", "the method has no preconditioner; leave Options.Precond nil"))
	}
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		return o.solve("MINRES", o.ridged(matvec), b, func(s system) array {
			x, _ := krylov.Refined(s, func(s system) array { return krylov.MINRES(s, b.DType().Eps()) }, 1, s.B.Scale(0), s.B, num.Full(num.Bool, 1))
			return x
		})
	}
}

// BiCGSTAB is the stabilized bi-conjugate gradient method, for any map (van der
// Vorst, 1992; Saad, algorithm 7.7). Two applications of the map per iteration.
func BiCGSTAB(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		return o.solve("BiCGSTAB", o.ridged(matvec), b, krylov.BiCGSTAB[array])
	}
}
