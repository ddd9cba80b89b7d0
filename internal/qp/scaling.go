package qp

import (
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// scaling is the change of units in which the method works: x = d x̂, rows e times, the objective cost times.
type scaling struct {
	d, e, cost array
	rows       array // of the limits: 1/d, and then e
}

// rounds is how often the matrix is equilibrated at most: as OSQP and PIQP have it, 10.
const rounds = 10

// equilibrate makes all columns of [H Jᵀ; J 0] about as large as 1, and then the objective.
func equilibrate(p Problem) scaling {
	return p.scaled(kkt.Equilibrate(p.Products, p.K, rounds))
}

// scaled is the scaling by d and e, which made the matrices k, and of the objective.
func (p Problem) scaled(k kkt.Matrices, d, e array) scaling {
	_, _, h := p.Products.Largest(k)
	size := num.Maximum(largest(p.C.Mul(d)), h.Mean())
	ok := positive(size).And(size.IsFinite())
	cost := num.Where(ok, num.Const(1).Div(num.Where(ok, size, num.Const(1))), num.Const(1))
	d, e, cost = binary(d), binary(e), binary(cost)
	return scaling{d: d, e: e, cost: cost, rows: num.Concat(0, num.Const(1).Div(d), e)}
}

// binary is the nearest powers of two: with those, scaling does not round.
func binary(v array) array { return v.Log2().Round().Exp2() }

// Errors are what is left of the conditions of optimality, in the units of the problem.
type Errors struct {
	Primal, Dual, Gap    array
	PrimalSize, DualSize array // the largest of the terms that cancel there
	GapSize              array
	Value                array
}

// part is an error, relative to the size of its terms if that is more than 1 unless errors are absolute.
func (e Errors) part(v, size array, absolute bool) array {
	if absolute {
		return v
	}
	return v.Div(num.Maximum(size, num.Const(1)))
}

// worst is the number that the tolerance bounds.
func (o Options) worst(e Errors) array {
	gap := e.part(e.Gap, e.GapSize, o.Absolute)
	if o.Gap > 0 {
		gap = gap.Scale(o.Tol / o.Gap)
	}
	return num.Maximum(num.Maximum(e.part(e.Primal, e.PrimalSize, o.Absolute), e.part(e.Dual, e.DualSize, o.Absolute)), gap)
}
