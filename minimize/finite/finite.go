// Package finite has the options of finite differences, which searches use to find
// derivatives that a problem does not have.
package finite

// Differences specifies how missing derivatives are found. The zero value takes forward
// differences, one variable after the other. It is embedded in the options of every search
// that uses differences:
//
//	minimize.Options{Differences: finite.Differences{Scheme: "3-point", Workers: 8}}
type Differences struct {
	// Scheme is "2-point" (the default: one evaluation per variable, half of the digits),
	// "3-point" (two evaluations per variable, two thirds of the digits) or, where a problem
	// has a function of complex numbers, "cs" for complex steps (one evaluation per variable,
	// exact to rounding). Steps stay within the bounds.
	Scheme string
	// RelStep is the step relative to max(1, |x|): one positive number, or one for each
	// variable. If it is nil the step is √ε for two points and ∛ε for three, with the
	// machine precision ε, which balances the errors of truncation and of rounding.
	RelStep []float64
	// Workers is the number of goroutines that may call the functions of the problem at the
	// same time; default 1. The answers do not depend on it.
	Workers int
}
