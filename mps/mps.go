// Package mps reads and writes linear and quadratic programs as MPS and QPS files, fixed or free.
//
//	f, err := os.Open("afiro.mps")
//	p, err := mps.Read(f, mps.Options{})
//	a := sparse.FromCSC(p.A.Rows, p.A.Cols, p.A.Ptr, p.A.Ind, num.Vector(p.A.Values...))
//
// A [Problem] is plain slices: names, a quadratic objective, sparse rows with a lower and an upper limit each, bounds of
// the variables, and marks of integers. MPS is IBM's format of the 1960s (Mathematical Programming System Extended, SH20-0968)
// with its free form by blanks; QPS is its extension for quadratic objectives (Maros & Mészáros, "A repository of convex quadratic
// programming problems", 1999).
//
// Where descriptions of the format differ, this is how files are read:
//   - A right-hand side of the objective is minus a constant.
//   - A column without bounds is in [0, ∞), and in [0, 1] if it is between integer markers. Any bound of it cancels this.
//   - A negative UP bound without a lower bound makes the lower bound -∞. MI does not change the upper bound.
//   - A range R of an E row with right-hand side b is [b, b+|R|] for R ≥ 0 and [b-|R|, b] for R < 0.
//   - The first N row is the objective, unless OBJNAME or [Options] name another; other N rows are left out.
//   - Numbers of bounds, right-hand sides and ranges of 1e20 and more are infinite. Stored zeros are left out.
//   - QUADOBJ and QSECTION list one triangle of Q, whose entries off the diagonal stand for two; QMATRIX lists all of Q.
//   - Of several sets of right-hand sides, ranges or bounds one must be chosen by [Options].
//   - A column must have a line in COLUMNS before it has bounds or entries of Q, and a second entry at a place is an error,
//     unless [Options] have AddUp.
//   - After the second word of a line, one that begins with $ or * and is not a name begins a comment.
//
// Quadratic constraints, special ordered sets and other sections beyond linear constraints are errors.
package mps

import "github.com/argmin-go/argmin/internal/lines"

// Error is a fault of a file, with its line and column.
type Error = lines.Error

// Problem is a linear or quadratic program: minimize, or maximize, ½ xᵀQx + Cᵀx + Constant subject to
// RowLower ≤ A x ≤ RowUpper and Lower ≤ x ≤ Upper, for n columns (variables) and m rows (constraints).
type Problem struct {
	Name      string    // of the problem; may be empty
	Objective string    // name of the objective's row; empty if there is none
	Maximize  bool      // whether the objective is to be largest
	Constant  float64   // of the objective
	C         []float64 // linear objective [n]
	Q         Matrix    // n×n, symmetric, both triangles
	A         Matrix    // m×n

	RowNames           []string  // [m]
	RowLower, RowUpper []float64 // [m], ±Inf where there is no limit

	ColNames     []string  // [n]
	Lower, Upper []float64 // [n], ±Inf where there is no bound
	Kinds        []Kind    // [n]; nil if all are Continuous
}

// Matrix is a sparse matrix in compressed columns: the entries of column j are in the rows Ind[Ptr[j]:Ptr[j+1]], which increase,
// and have the values Values[Ptr[j]:Ptr[j+1]].
type Matrix struct {
	Rows, Cols int       // size
	Ptr        []int     // where columns begin [Cols+1]; nil if there are no entries
	Ind        []int     // rows of the entries
	Values     []float64 // values of the entries
}

// Column gives the rows and values of the entries of column j.
func (a Matrix) Column(j int) (ind []int, values []float64) {
	if a.Ptr == nil {
		return nil, nil
	}
	return a.Ind[a.Ptr[j]:a.Ptr[j+1]], a.Values[a.Ptr[j]:a.Ptr[j+1]]
}

// Kind is what values a variable may have.
type Kind uint8

// The kinds of variables.
const (
	Continuous     Kind = iota // any number within the bounds
	Integer                    // any whole number within the bounds
	SemiContinuous             // 0, or any number within the bounds
	SemiInteger                // 0, or any whole number within the bounds
)

// Format is a layout of MPS.
type Format uint8

// The layouts.
const (
	// Auto reads each line by its blanks or by its columns, whichever gives names and numbers that fit; a line where both fit
	// and differ is an error. It writes Free, or Fixed if names contain blanks.
	Auto Format = iota
	// Fixed has fields at given columns of a line: 2–3, 5–12, 15–22, 25–36, 40–47 and 50–61. Names may contain blanks.
	Fixed
	// Free has fields that blanks separate.
	Free
)

// Options choose what is read of a file, and how it is written.
type Options struct {
	Format    Format // layout; default Auto
	Objective string // name of the N row that is the objective; default the first one
	RHS       string // name of the set of right-hand sides; default the only one
	Ranges    string // name of the set of ranges; default the only one
	Bounds    string // name of the set of bounds; default the only one
	AddUp     bool   // several entries at a place of A, the objective or Q add up, as some readers have it
}

// infinite is where numbers of limits are no limits any more, as in HiGHS and Gurobi.
const infinite = 1e20
