// Package cone names the convex cones of which the constraints of a cone program are made.
//
// A program has a list of them, and its slack vector is in their product: the first rows are in the first cone, the next ones in
// the second, and so on.
package cone

import "fmt"

// Kind is which cone.
type Kind int

// The kinds.
const (
	KindZero        Kind = iota // {0}: equations
	KindNonNegative             // s ≥ 0
	KindSecondOrder             // s₀ ≥ |(s₁, …)|
	KindPSD                     // symmetric positive semidefinite matrices
	KindExponential             // s₁ exp(s₀/s₁) ≤ s₂, s₁ > 0, closed
	KindPower                   // s₀^α s₁^(1-α) ≥ |s₂|, s₀, s₁ ≥ 0
)

var names = [...]string{"zero", "nonnegative", "second-order", "positive semidefinite", "exponential", "power"}

// String is the kind in words, such as "second-order".
func (k Kind) String() string {
	if k >= 0 && int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("cone.Kind(%d)", int(k))
}

// Cone is one convex cone. Make one with [Zero] or another function of this package.
type Cone struct {
	Kind  Kind    // which one
	Dim   int     // its number of rows
	Order int     // of the matrices, for PSD; else 0
	Alpha float64 // the exponent, for Power; else 0
}

// Zero is the cone {0} in n dimensions: its rows are equations.
func Zero(n int) Cone { return Cone{Kind: KindZero, Dim: n} }

// NonNegative is the cone of vectors of n entries ≥ 0: its rows are inequalities.
func NonNegative(n int) Cone { return Cone{Kind: KindNonNegative, Dim: n} }

// SecondOrder is the cone of vectors of n entries, n ≥ 1, of which the first is at least the Euclidean norm of the others.
func SecondOrder(n int) Cone { return Cone{Kind: KindSecondOrder, Dim: n} }

// PSD is the cone of the symmetric positive semidefinite n×n matrices, as n(n+1)/2 rows: the columns of the lower triangle end
// to end, with the entries off the diagonal times √2, so that the inner product of two such vectors is that of the matrices.
func PSD(n int) Cone { return Cone{Kind: KindPSD, Dim: n * (n + 1) / 2, Order: n} }

// Exponential is the closure of the set of (x, y, z) with y·exp(x/y) ≤ z and y > 0.
func Exponential() Cone { return Cone{Kind: KindExponential, Dim: 3} }

// Power is the set of (x, y, z) with x^α·y^(1-α) ≥ |z| and x, y ≥ 0, for 0 < α < 1.
func Power(alpha float64) Cone { return Cone{Kind: KindPower, Dim: 3, Alpha: alpha} }

// String is the cone with its size, such as "second-order cone of 3 rows".
func (c Cone) String() string {
	switch c.Kind {
	case KindPSD:
		return fmt.Sprintf("positive semidefinite cone of order %d", c.Order)
	case KindPower:
		return fmt.Sprintf("power cone with exponent %g", c.Alpha)
	}
	return fmt.Sprintf("%v cone of %d rows", c.Kind, c.Dim)
}

// Rows is how many rows a list of cones has.
func Rows(list []Cone) int {
	n := 0
	for _, c := range list {
		n += c.Dim
	}
	return n
}
