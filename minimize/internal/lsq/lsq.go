// Package lsq solves dense linear least-squares problems with linear constraints, the
// subproblems of sequential quadratic programming:
//
//	NNLS  min |A x - b|, x ≥ 0
//	LDP   min |x|, G x ≥ h
//	LSI   min |E x - f|, G x ≥ h
//	LSEI  min |E x - f|, C x = d, G x ≥ h
//	HFTI  min |A x - b| with the least |x|, for A of any rank
//
// Each reduces to the one above it, except HFTI, which LSEI uses for problems with equations only. Read
// nnls.go, ldp.go (with LSI), hfti.go, lsei.go.
//
// Lawson & Hanson, "Solving Least Squares Problems", 1974, chapters 14, 20 and 23. Unlike there, rows of
// constraints are scaled, and so is the distance of the least-distance problem: whether constraints are
// compatible does then not depend on their units, nor on how far away they are. Equations may depend on each
// other.
package lsq

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Tolerances, our choices.
const (
	// rounding is the part of the terms of a constraint up to which a violation counts as rounding: some
	// 5000 ε, as solutions lose digits to the condition of the problem.
	rounding = 1e-12
	// nearly is the distance in the dual of a least-distance problem below which the rows count as nearly
	// incompatible: the root of the precision.
	nearly = 1e-8
)

// Status is how the solution of a problem ended.
type Status int

// The statuses.
const (
	OK                 Status = iota
	IterationLimit            // NNLS made more than 3 iterations for every variable
	Incompatible              // the inequalities, with the equations, have no common point: there are weights that prove it
	NearlyIncompatible        // they have a common point, but only some 1e8 times as far away as the farthest of them
	SingularE                 // the rank of E is less than the number of variables, where there are inequalities
	SingularC                 // the equations depend on each other and contradict each other
	RankDeficient             // without inequalities: with the equations the solution is not unique
	NonFinite                 // something is NaN or overflows
)

var names = [...]string{"ok", "iteration limit", "incompatible", "nearly incompatible", "singular E", "singular C", "rank deficient", "not finite"}

// String is the status in words.
func (s Status) String() string { return names[s] }

// Solver solves problems and keeps its memory from one to the next. Its methods
// overwrite the matrices and right-hand sides that they are given.
type Solver struct {
	// Tol is the violation, absolute, that is allowed of constraints which the others leave no freedom to
	// satisfy; rounding is allowed for in any case.
	Tol float64
	// Project replaces equations that contradict each other by equations with the nearest right-hand
	// side that do not, by least squares of the scaled rows.
	Project bool

	work       []float64
	nnls       nnls
	ldp        ldp
	lsi        lsi
	lsei       lsei
	hftiMemory hfti
}

// space is the workspace of LAPACK's routines for matrices of m rows or columns.
func (s *Solver) space(m int) []float64 {
	size := 34*m + 4200
	if m <= 32 { // they are not blocked
		size = 4*m + 4
	}
	s.work = vec.Grown(s.work, size)
	return s.work
}

// dot is xᵀy. Loops are faster than calls of BLAS up to length 48, as measured here.
func dot(x, y []float64) float64 {
	if len(x) > 48 {
		return vec.Dot(x, y)
	}
	return vec.DotInPairs(x, y)
}

// length is the Euclidean norm.
func length(x []float64) float64 {
	s := dot(x, x)
	if s > 1e-200 && s < 1e200 {
		return math.Sqrt(s)
	}
	return vec.Norm2(x) // squares overflow, or are not there
}

// column is x as a matrix of one column.
func column(x []float64) blas64.General { return vec.Matrix(len(x), 1, x) }

// columns is a from column k on.
func columns(a blas64.General, k int) blas64.General {
	if k == a.Cols || a.Rows == 0 {
		return blas64.General{Rows: a.Rows, Stride: max(a.Stride, 1)}
	}
	a.Cols -= k
	a.Data = a.Data[k:]
	return a
}
