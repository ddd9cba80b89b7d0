// Package kkt is the linear algebra of quadratic programs, written with traced arrays: products with their matrices, scaling,
// and the symmetric systems that interior point methods solve in each step.
//
// Matrices are [Dense], [Sparse] with factors, [Rows] that only multiply, or [Maps], functions of which nothing is known but their products. [Free] makes systems of
// any of them without factors.
package kkt

import "github.com/argmin-go/argmin/num"

type array = num.Array

// Matrices are the Hessian H, symmetric, [n, n], and the matrix J of the rows, [m, n], as Products keep them. T is what else they keep, if
// anything.
type Matrices struct {
	H, J array
	T    array `tree:"omitzero"`
}

// Factors are what a System keeps of a factorization.
type Factors []array

// Terms are the products of the entries of a matrix and those of a vector before they are added: Left ∘ Right. Sum adds what belongs together, Most is the
// largest of it, and Spread gives each product the number of its sum.
type Terms struct {
	Left, Right       array
	Sum, Most, Spread func(array) array
}

// Entries are the systems whose matrices are known by their entries, so that sums can be made of them that are exact to rounding.
type Entries interface {
	// Curvature gives xᵀHx as the sum of products h u v.
	Curvature(k Matrices, x array) (h, u, v array)
	// Dual gives the terms whose sums are Hx + Jᵀy, and Primal those of Jx.
	Dual(k Matrices, x, y array) Terms
	Primal(k Matrices, x array) Terms
}

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

// System is [Products] with the systems that most methods solve in each step.
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
	// Steepest is the largest w with which solutions still have digits of everything.
	Steepest() float64
	// Definite reports whether H + diag(a) is positive definite.
	Definite(k Matrices, a array) array
}

// Rough is a [System] whose solutions cost less without the corrections that give them their last digits.
type Rough interface {
	System
	SolveRough(f Factors, bx, by array) (x, y array)
}

// Roughly is how s solves to the digits that a direction needs which is only looked along.
func Roughly(s System) func(f Factors, bx, by array) (x, y array) {
	if r, ok := s.(Rough); ok {
		return r.SolveRough
	}
	return s.Solve
}
