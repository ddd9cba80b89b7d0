package argmin

import (
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
)

// Matrix is a matrix of a [QP] or [ConeProgram]: a num.Array of two axes, a sparse.Matrix, or a [LinearMap]. nil stands for one
// without rows, or zero.
type Matrix interface {
	MatMul(x num.Array) num.Array // the product with a vector
}

// QP is the data of a quadratic program of n variables,
//
//	min ½ xᵀQx + cᵀx + constant over x with Ax = b, low ≤ Gx ≤ h, lower ≤ x ≤ upper
//
// for a positive semidefinite Q. What is left out is not there: the zero Array stands for no limits, a nil matrix for no rows, a nil Q for a
// linear program. Limits may be infinite, and may be equal. Limits are of the shape of what they limit, or scalars.
type QP struct {
	Q Matrix    // [n, n], symmetric
	C num.Array `tree:"omitzero"` // [n]

	// Constant is added to the objective: a scalar.
	Constant num.Array `tree:"omitzero"`

	A Matrix    // [p, n]
	B num.Array `tree:"omitzero"` // [p]

	G      Matrix    // [m, n]
	Low, H num.Array `tree:"omitzero"` // [m]

	Lower, Upper num.Array `tree:"omitzero"` // [n]
}

// ConeProgram is the data of a convex program in conic form, of n variables and m rows,
//
//	min ½ xᵀQx + cᵀx over x and s with Ax + s = b, s in K
//
// for a positive semidefinite Q, nil if there is none, and a product K of cones.
type ConeProgram struct {
	Q     Matrix      // [n, n], symmetric
	C     num.Array   // [n]
	A     Matrix      // [m, n]
	B     num.Array   // [m]
	Cones []cone.Cone // with m rows together
}

// LinearMap is a matrix that is given by its products with vectors: a linear function.
type LinearMap func(x num.Array) num.Array

// MatMul implements [Matrix].
func (m LinearMap) MatMul(x num.Array) num.Array { return m(x) }
