// Package kkt is the linear algebra of quadratic programs, written with traced arrays: products with their matrices, scaling,
// and the symmetric systems that interior point methods solve in each step.
//
// A dense and a sparse form differ in nothing else.
package kkt

import "github.com/argmin-go/argmin/num"

type array = num.Array

// Matrices are the Hessian H, symmetric, [n, n], and the matrix J of the rows, [m, n], as Products keep them. T is what else they keep, if
// anything.
type Matrices struct{ H, J, T array }

// Factors are what a System keeps of a factorization.
type Factors []array

// Products is the linear algebra of one program as far as products with its matrices go.
type Products interface {
	// Size is the number of variables and of rows.
	Size() (n, m int)
	// HTimes is Hx, JTimes Jx, and TransposeTimes Jᵀy.
	HTimes(k Matrices, x array) array
	JTimes(k Matrices, x array) array
	TransposeTimes(k Matrices, y array) array
	// Largest are the largest magnitudes: of each column of [H; J], [n], of each row of J, [m], and of each column of H, [n].
	Largest(k Matrices) (cols, rows, h array)
	// Sums are the sums of magnitudes: of each column of [H; J], [n], and of each row of J, [m].
	Sums(k Matrices) (cols, rows array)
	// Scaled is diag(d) H diag(d) and diag(e) J diag(d).
	Scaled(k Matrices, d, e array) Matrices
}

// System is [Products] with the systems that methods with factorizations solve.
type System interface {
	Products
	// Factor factors the matrix
	//
	//	[ H + diag(a)   Jᵀ           ]
	//	[ J            -diag(1 / w)  ]
	//
	// for positive a and w. Rows with w = 0 are left out.
	Factor(k Matrices, a, w array) Factors
	// Solve solves with the factors. Rows that were left out have y = 0.
	Solve(f Factors, bx, by array) (x, y array)
	// Definite reports whether H + diag(a) is positive definite.
	Definite(k Matrices, a array) array
}
