// Package cbf reads and writes cone programs in the Conic Benchmark Format, in which CBLIB has its problems.
//
//	f, err := os.Open("problem.cbf")
//	p, err := cbf.Read(f)
//	a := sparse.FromCOO(p.M(), p.N(), p.A.Row, p.A.Col, num.Vector(p.A.Values...))
//
// A [Problem] is plain slices: cones, sparse vectors and matrices by their entries. The format is H. Friberg's, "CBLIB 2014: a benchmark
// library for conic mixed-integer and continuous optimization", Mathematical Programming Computation 8, 2016; versions 1 to 4 are read.
// A file may have a sequence of related problems (keyword CHANGE): see [ReadSequence].
package cbf

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/lines"
)

// Error is a fault of a file, with its line and column.
type Error = lines.Error

// Problem is a cone program with variables x, a vector, and X₁, X₂, …, symmetric matrices: minimize, or maximize,
//
//	⟨ObjF, X⟩ + Cᵀx + Constant
//
// subject to ⟨F, X⟩ + A x + B in the product of Cons, H x + D in products of positive semidefinite matrices, x in the
// product of Vars, and Xⱼ positive semidefinite. A symmetric matrix is given by its lower triangle; an entry off the diagonal stands
// for two.
type Problem struct {
	Version  int  // of the format; 0 writes the lowest that has the cones
	Maximize bool // whether the objective is to be largest

	Vars     []Cone // where x is, one cone after the other
	Cons     []Cone // where ⟨F, X⟩ + A x + B is
	PSDVars  []int  // sizes of the matrices X
	PSDCons  []int  // sizes of the matrices H x + D
	Integers []int  // which of x are whole numbers, increasing

	C        Vector   // linear objective [n]
	Constant float64  // of the objective
	A        Triplets // [m, n]
	B        Vector   // [m]

	ObjF []Entry // at Row, Col of the matrix that is multiplied with X number Var
	F    []Entry // the same for the constraint Con
	H    []Entry // at Row, Col of matrix number Con, multiplied with x number Var
	D    []Entry // at Row, Col of matrix number Con
}

// N is how many scalar variables there are.
func (p *Problem) N() int { return total(p.Vars) }

// M is how many scalar constraints there are.
func (p *Problem) M() int { return total(p.Cons) }

func total(cones []Cone) int {
	n := 0
	for _, c := range cones {
		n += c.Dim
	}
	return n
}

// Vector is a vector by its entries, at increasing places.
type Vector struct {
	Ind    []int     // places, from 0
	Values []float64 // what is there
}

// Dense is the vector with its zeros, of length n.
func (v Vector) Dense(n int) []float64 {
	to := make([]float64, n)
	for k, i := range v.Ind {
		to[i] = v.Values[k]
	}
	return to
}

// Triplets is a matrix by its entries, row by row.
type Triplets struct {
	Row, Col []int     // places, from 0
	Values   []float64 // what is there
}

// Entry is one number of a set of symmetric matrices, with Row ≥ Col.
type Entry struct {
	Con, Var int     // which matrix; 0 where that is not needed
	Row, Col int     // place in it, from 0
	Value    float64 // what is there
}

// Kind is a kind of cone, named as the format does.
type Kind string

// The kinds of cones, of vectors u.
const (
	Free                 Kind = "F"         // any u
	NonNegative          Kind = "L+"        // u ≥ 0
	NonPositive          Kind = "L-"        // u ≤ 0
	Zero                 Kind = "L="        // u = 0
	Quadratic            Kind = "Q"         // u₀ ≥ ‖(u₁, …)‖
	RotatedQuadratic     Kind = "QR"        // 2 u₀ u₁ ≥ ‖(u₂, …)‖², u₀ ≥ 0, u₁ ≥ 0
	Exponential          Kind = "EXP"       // closure of u₀ ≥ u₁ exp(u₂/u₁), u₁ > 0
	DualExponential      Kind = "EXP*"      // closure of u₀ ≥ -u₂ exp(u₁/u₂ - 1), u₂ < 0
	Power                Kind = "POW"       // Π uᵢ^αᵢ ≥ ‖rest‖^Σα over the first len(α) elements, which are ≥ 0
	DualPower            Kind = "POW*"      // Π (uᵢ Σα/αᵢ)^αᵢ ≥ ‖rest‖^Σα over the first len(α) elements, which are ≥ 0
	SemidefiniteVector   Kind = "SVECPSD"   // lower triangle by columns, off the diagonal times √2, of a positive semidefinite matrix
	GeometricMeanAbs     Kind = "GMEANABS"  // geometric mean of all but the last element, which are ≥ 0, ≥ |last|
	DualGeometricMeanAbs Kind = "GMEANABS*" // the dual of GMEANABS
)

// Cone is a cone of vectors.
type Cone struct {
	Kind  Kind      // which kind
	Dim   int       // length of the vectors
	Alpha []float64 // powers of Power and DualPower, > 0; need not add up to 1
}

// kinds are the least dimensions of the cones without powers.
var kinds = map[Kind]int{
	Free: 0, NonNegative: 0, NonPositive: 0, Zero: 0, Quadratic: 1, RotatedQuadratic: 2, Exponential: 3, DualExponential: 3,
	SemidefiniteVector: 1, GeometricMeanAbs: 2, DualGeometricMeanAbs: 2,
}

// check is an error if there is no such cone.
func (c Cone) check() error {
	least, plain := kinds[c.Kind]
	switch {
	case c.Kind == Power || c.Kind == DualPower:
		least = max(len(c.Alpha), 1)
		if len(c.Alpha) == 0 {
			return fmt.Errorf("a cone %s without powers", c.Kind)
		}
		for _, a := range c.Alpha {
			if !(a > 0) || a > maxNumber {
				return fmt.Errorf("a cone %s with power %v, want a positive number", c.Kind, a)
			}
		}
	case !plain:
		return fmt.Errorf("no cone %q; there are F, L+, L-, L=, Q, QR, EXP, EXP*, @k:POW, @k:POW*, SVECPSD, GMEANABS and GMEANABS*", c.Kind)
	case c.Alpha != nil:
		return fmt.Errorf("a cone %s with powers", c.Kind)
	}
	switch {
	case c.Dim < least:
		return fmt.Errorf("a cone %s of dimension %d, want at least %d", c.Kind, c.Dim, least)
	case (c.Kind == Exponential || c.Kind == DualExponential) && c.Dim != 3:
		return fmt.Errorf("a cone %s of dimension %d, want 3", c.Kind, c.Dim)
	case c.Kind == SemidefiniteVector && !triangular(c.Dim):
		return fmt.Errorf("a cone %s of dimension %d, want n(n+1)/2", c.Kind, c.Dim)
	}
	return nil
}

// version is the lowest one of the format that has the cone.
func (c Cone) version() int {
	switch c.Kind {
	case SemidefiniteVector, GeometricMeanAbs, DualGeometricMeanAbs:
		return 4
	case Exponential, DualExponential, Power, DualPower:
		return 3
	}
	return 1
}
