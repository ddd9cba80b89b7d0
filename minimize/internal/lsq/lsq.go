// Package lsq solves dense linear least-squares problems with linear constraints, the
// subproblems of sequential quadratic programming:
//
//	NNLS  min |A x - b|, x ≥ 0
//	LDP   min |x|, G x ≥ h
//	LSI   min |E x - f|, G x ≥ h
//	LSEI  min |E x - f|, C x = d, G x ≥ h
//	HFTI  min |A x - b|, and of those the least |x|, whatever the rank of A
//
// Lawson & Hanson, "Solving Least Squares Problems", 1974, chapters 14, 20 and 23.
// Other than there, rows of constraints are scaled, and so is the distance of the
// least-distance problem: whether constraints are compatible does then not depend on
// their units, nor on how far away they are. Equations may depend on each other.
package lsq

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

const eps = 0x1p-52

// Status says how a problem was solved.
type Status int

// The statuses.
const (
	OK                 Status = iota
	IterationLimit            // NNLS made more than 3 iterations for every variable
	Incompatible              // the inequalities, with the equations, have no common point: there are weights that prove it
	NearlyIncompatible        // they have one, but only some 1e8 times as far as the farthest of them
	SingularE                 // the rank of E is less than the number of variables, where there are inequalities
	SingularC                 // the equations depend on each other and contradict each other
	RankDeficient             // without inequalities: with the equations the solution is not unique
	NonFinite                 // something is NaN or overflows
)

var names = [...]string{"ok", "iteration limit", "incompatible", "nearly incompatible", "singular E", "singular C", "rank deficient", "not finite"}

func (s Status) String() string { return names[s] }

// Solver solves problems and keeps its memory from one to the next. Its methods
// overwrite the matrices and right-hand sides that they are given.
type Solver struct {
	// Tol is how much constraints that the others leave no freedom to satisfy may be
	// violated, absolute; that much is allowed for rounding in any case.
	Tol float64
	// Project makes of equations that contradict each other those with the nearest
	// right-hand side that do not, as do least squares of their scaled rows.
	Project bool

	work       []float64
	nnls       nnls
	ldp        ldp
	lsi        lsi
	lsei       lsei
	hftiMemory hfti
}

func grown(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n, n+n/2)
	}
	return s[:n]
}

func grownInts(s []int, n int) []int {
	if cap(s) < n {
		return make([]int, n, n+n/2)
	}
	return s[:n]
}

// space is the workspace of LAPACK's routines for matrices of m rows or columns.
func (s *Solver) space(m int) []float64 {
	size := 34*m + 4200
	if m <= 32 { // they are not blocked
		size = 4*m + 4
	}
	s.work = grown(s.work, size)
	return s.work
}

// dot is xᵀy. Loops are faster than calls of BLAS for the short vectors here.
func dot(x, y []float64) float64 {
	if len(x) > 48 {
		return blas64.Dot(vec.Of(x), vec.Of(y))
	}
	y = y[:len(x)]
	s, t := 0.0, 0.0
	for ; len(x) >= 2; x, y = x[2:], y[2:] {
		s += x[0] * y[0]
		t += x[1] * y[1]
	}
	if len(x) > 0 {
		s += x[0] * y[0]
	}
	return s + t
}

// axpy adds a x to y.
func axpy(a float64, x, y []float64) {
	if len(x) > 48 {
		blas64.Axpy(a, vec.Of(x), vec.Of(y))
		return
	}
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

// length is the Euclidean norm.
func length(x []float64) float64 {
	s := dot(x, x)
	if s > 1e-200 && s < 1e200 {
		return math.Sqrt(s)
	}
	return blas64.Nrm2(vec.Of(x)) // squares overflow, or are not there
}

func row(a blas64.General, i int) []float64 { return a.Data[i*a.Stride : i*a.Stride+a.Cols] }

// columns is a from column k on.
func columns(a blas64.General, k int) blas64.General {
	if k == a.Cols || a.Rows == 0 {
		return blas64.General{Rows: a.Rows, Stride: max(a.Stride, 1)}
	}
	a.Cols -= k
	a.Data = a.Data[k:]
	return a
}
