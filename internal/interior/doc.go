// Package interior is a primal–dual interior point method for constrained problems on vectors, written with traced
// arrays: one iteration is one function, whatever phase the method is in, so that the members of a batch can be in
// different ones.
//
// A problem has variables x within bounds and rows c(x) within limits; an equation is a row whose limits are equal. Each
// row gets a slack s = c(x) within the limits, and logarithmic barriers keep x and s inside. Newton's method on the
// barrier problem, with steps that a filter accepts, second-order corrections, a watchdog and a phase that restores feasibility,
// follows Wächter & Biegler, "On the implementation of an interior-point filter line-search algorithm for large-scale
// nonlinear programming", Mathematical Programming 106, 2006 (WB below).
package interior

import "github.com/argmin-go/argmin/num"

type array = num.Array

// Problem is a problem on vectors: n variables and m rows.
type Problem struct {
	Value        func(x array) array        // the objective
	Gradient     func(x array) (v, g array) // with its gradient
	Low, High    array                      // limits of the rows, [m]; equal for an equation, infinite where there is none
	Lower, Upper array                      // bounds of the variables, [n]
	System       System                     // the rows, and the linear algebra of a step
}

// Matrix is a matrix, or its factors, as a System keeps them.
type Matrix []array

// System is the linear algebra of a step: derivatives, their products, and the symmetric system
//
//	[ H + diag(A)   Jᵀ      ]
//	[ J            -diag(E) ]
//
// A dense and a sparse one differ in nothing else.
type System interface {
	// Rows is c(x).
	Rows(x array) array
	// Jacobian is c(x) with its Jacobian, [m, n].
	Jacobian(x array) (c array, jac Matrix)
	// Hessian is the Hessian of weight·f + yᵀc, where weight is 0 or 1: f is evaluated only for a weight of 1.
	Hessian(x, weight, y array) Matrix
	// HessianTimes, JacobianTimes and TransposeTimes are products with a vector.
	HessianTimes(h Matrix, d array) array
	JacobianTimes(jac Matrix, d array) array
	TransposeTimes(jac Matrix, y array) array
	// Largest is the largest magnitude of each row of a Jacobian.
	Largest(jac Matrix) array
	// Factor factors the matrix of a step.
	Factor(k KKT) (factors Matrix, inertia Inertia)
	// Solve solves with the factors.
	Solve(factors Matrix, b array) array
}

// KKT is the matrix of a step; a nil H is zero. The rows and columns of H that Keep excludes are replaced by the identity; so are the
// columns of J, whose rows are multiplied by Rows.
type KKT struct {
	H, J       Matrix
	Keep, Rows array // [n] of 0 and 1, and [m]
	A, E       array // [n] and [m]
}

// Inertia is what a factorization knows of the signs of eigenvalues.
type Inertia struct {
	Negative array // how many are negative, int32
	Singular array // whether one is zero up to rounding
}
