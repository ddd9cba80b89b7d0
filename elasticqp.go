package argmin

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// ElasticQP is the program q with rows that may be violated at a price, so that it has a solution, and that has derivatives, whatever the rows ask for:
//
//	min ½ xᵀQx + cᵀx + weight · (Σ |Ax - b| + Σ |what Gx is outside of low and h|)
//
// or, if squared is set, with ½ weight · Σ of their squares. A solution of q is one of the elastic program, too, where weight is at least the largest magnitude
// of its multipliers; with squares, violations remain that fall as 1/weight. Without a solution of q, a large weight gives points close to
// satisfying the rows. Bounds of x hold as they are.
//
// The first n variables of its solution are x, and the others the violations: with p rows of A and m of G, 2p + 2m of them, and with squares
// p + m. Multipliers are those of q's rows; without squares their magnitude is at most weight, a scalar. (Tracy & Manchester, "On the differentiability of
// the primal-dual interior-point method", 2024; Fletcher, "Practical Methods of Optimization", 1987, section 14.3.)
func ElasticQP(q QP, weight num.Array, squared bool) QP {
	q = q.checked()
	n, p, m, d := q.C.Size(), q.B.Size(), q.H.Size(), q.C.DType()
	if weight == (num.Array{}) || weight.Rank() != 0 || weight.DType() != d {
		ir.Throw(ir.Errorf(ir.ArgumentError, "argmin.ElasticQP", "weight must be a scalar of type %s, as QP.C", d))
	}
	sides := 2
	if squared {
		sides = 1
	}
	k := sides * (p + m)
	e := elastic{n: n, more: k, sides: sides, d: d}
	q.A, q.G = e.rows(q.A, p, 0), e.rows(q.G, m, sides*p)
	price, least := weight.BroadcastTo(k), num.Full(d, 0, k)
	if squared {
		q.Q, price, least = e.square(q.Q, price), price.Scale(0), num.Full(d, math.Inf(-1), k)
	} else if q.Q != nil {
		q.Q = e.square(q.Q, price.Scale(0))
	}
	q.C, q.Lower, q.Upper = num.Concat(0, q.C, price), num.Concat(0, q.Lower, least), num.Concat(0, q.Upper, num.Full(d, math.Inf(1), k))
	return q
}

// elastic widens matrices of n columns by more.
type elastic struct {
	n, more, sides int
	d              num.DType
}

// rows is a matrix of rows rows less its own violations, which are from column at of the new ones on: above, and with two sides then below.
func (e elastic) rows(a Matrix, rows, at int) Matrix {
	switch a := a.(type) {
	case nil:
		return nil
	case num.Array:
		eye, zero := num.Eye(rows).AsType(e.d), func(k int) num.Array { return num.Full(e.d, 0, rows, k) }
		parts := []num.Array{a, zero(at), eye.Neg()}
		if e.sides == 2 {
			parts = append(parts, eye)
		}
		return num.Concat(1, append(parts, zero(e.more-at-e.sides*rows))...)
	case sparse.Matrix:
		eye, zero := sparse.Identity(e.d, rows), func(k int) sparse.Matrix { return sparse.FromCOO(rows, k, nil, nil, num.Full(e.d, 0, 0)) }
		parts := []sparse.Matrix{a, zero(at), eye.Scale(-1)}
		if e.sides == 2 {
			parts = append(parts, eye)
		}
		return sparse.HStack(append(parts, zero(e.more-at-e.sides*rows))...)
	}
	return LinearMap(func(x num.Array) num.Array {
		y := a.MatMul(x.Range(0, e.n)).Sub(x.Range(e.n+at, e.n+at+rows))
		if e.sides == 2 {
			y = y.Add(x.Range(e.n+at+rows, e.n+at+2*rows))
		}
		return y
	})
}

// square is Q with a diagonal for the new variables.
func (e elastic) square(q Matrix, diagonal num.Array) Matrix {
	switch q := q.(type) {
	case nil:
		return sparse.Diags(e.n+e.more, e.n+e.more, []int{0}, num.Concat(0, num.Full(e.d, 0, e.n), diagonal))
	case num.Array:
		zero := num.Full(e.d, 0, e.n, e.more)
		return num.Concat(0, num.Concat(1, q, zero), num.Concat(1, zero.T(), num.FromDiag(diagonal)))
	case sparse.Matrix:
		return sparse.BlockDiag(q, sparse.Diags(e.more, e.more, []int{0}, diagonal))
	}
	return LinearMap(func(x num.Array) num.Array {
		return num.Concat(0, q.MatMul(x.Range(0, e.n)), x.Range(e.n, e.n+e.more).Mul(diagonal))
	})
}
