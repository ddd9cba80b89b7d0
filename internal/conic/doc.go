// Package conic is an interior point method for cone programs on vectors, written with traced arrays,
//
//	min ½ xᵀQx + cᵀx over x and s with Ax + s = b, s in K
//
// with the dual cone's multipliers z of the rows. It follows the central path of the homogeneous embedding
//
//	Qx + Aᵀz + cτ = 0,  Ax + s - bτ = 0,  κ + xᵀQx/τ + cᵀx + bᵀz = 0,  s in K, z in K*, τ ≥ 0, κ ≥ 0
//
// whose solutions with τ > 0 are those of the program divided by τ, and whose solutions with κ > 0 prove that there is none
// (Goulart & Chen, "Clarabel: An interior-point solver for conic programs with quadratic objectives", 2024; GC below). Steps are
// Mehrotra's predictor and corrector. Symmetric cones are scaled as Nesterov and Todd do (Vandenberghe, "The CVXOPT linear and
// quadratic cone program solvers", 2010; V below), the others by two secant equations (Dahl & Andersen, "A primal-dual interior-point
// algorithm for nonsymmetric exponential-cone optimization", 2021; DA below).
package conic

import "github.com/argmin-go/argmin/num"

type array = num.Array
