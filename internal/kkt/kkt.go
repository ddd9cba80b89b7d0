// Package kkt is the linear algebra of quadratic programs, written with traced arrays: products with their matrices, scaling,
// and the symmetric systems that interior point methods solve in each step.
//
// A dense and a sparse form differ in nothing else.
package kkt

import "github.com/argmin-go/argmin/num"

type array = num.Array

// Matrices are the Hessian H, symmetric, [n, n], and the matrix J of the rows, [m, n], as a System keeps them.
type Matrices struct{ H, J array }

// Factors are what a System keeps of a factorization.
type Factors []array

// Products are those of a matrix and a vector before they are added: Left ∘ Right. Sum adds what belongs together, Most is the largest of it, and Spread
// gives each product the number of its sum.
type Products struct {
	Left, Right       array
	Sum, Most, Spread func(array) array
}

// Entries are the systems whose matrices are known by their entries, so that sums can be made of them that are exact to rounding.
type Entries interface {
	// Curvature gives xᵀHx as the sum of products h u v.
	Curvature(k Matrices, x array) (h, u, v array)
	// Dual gives the products whose sums are Hx + Jᵀy, and Primal those of Jx.
	Dual(k Matrices, x, y array) Products
	Primal(k Matrices, x array) Products
}

// System is the linear algebra of one program.
type System interface {
	// Size is the number of variables and of rows.
	Size() (n, m int)
	// HTimes is Hx, JTimes Jx, and TransposeTimes Jᵀy.
	HTimes(k Matrices, x array) array
	JTimes(k Matrices, x array) array
	TransposeTimes(k Matrices, y array) array
	// Largest are the largest magnitudes: of each column of [H; J], [n], of each row of J, [m], and of each column of H, [n].
	Largest(k Matrices) (cols, rows, h array)
	// Scaled is diag(d) H diag(d) and diag(e) J diag(d).
	Scaled(k Matrices, d, e array) Matrices
	// Factor factors the matrix
	//
	//	[ H + diag(a)   Jᵀ           ]
	//	[ J            -diag(1 / w)  ]
	//
	// for positive a and w. Rows with w = 0 are left out.
	Factor(k Matrices, a, w array) Factors
	// Solve solves with the factors. Rows that were left out have y = 0.
	Solve(f Factors, bx, by array) (x, y array)
	// Steepest is the largest w with which solutions still have digits of everything.
	Steepest() float64
	// Definite reports whether H + diag(a) is positive definite.
	Definite(k Matrices, a array) array
}
