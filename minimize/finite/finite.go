// Package finite has the options of finite differences, which searches use to find
// derivatives that a problem does not have.
package finite

// Differences specifies how missing derivatives are found. The zero value takes forward
// differences, one variable after the other. It is embedded in the options of every search
// that uses differences:
//
//	minimize.Options{Differences: finite.Differences{Scheme: "3-point", Workers: 8}}
//
// # Steps
//
// A difference is between values at two points that are a step apart. By default a step changes half
// of the digits of a variable, x ± √ε |x| with the machine precision ε, or ∛ε |x| for three points,
// which balances the errors of truncation and of rounding (Press, Teukolsky, Vetterling & Flannery,
// "Numerical Recipes", section 5.7). What takes the place of |x|, the size of a variable:
//
//	packages root, leastsq      |x|, as in MINPACK, and 1 where x is 0; a step that changes no value by more than rounding is made longer
//	package minimize            max(1, |x|), as in SciPy
//	where sizes are given, as   the larger one of |x| and the size
//	XScale of leastsq.Options
//
// RelStep and AbsStep replace these steps.
type Differences struct {
	// Scheme is "2-point" (the default: one evaluation per variable, half of the digits),
	// "3-point" (two evaluations per variable, two thirds of the digits) or, where a problem
	// has a function of complex numbers, "cs" for complex steps (one evaluation per variable,
	// exact to rounding). Steps stay within the bounds.
	Scheme string
	// RelStep is the step relative to |x|, as SciPy's finite_diff_rel_step and diff_step: one positive
	// number, or one for each variable. Where such a step would not change x, as at 0, it is the
	// default step. Default as above.
	RelStep []float64
	// AbsStep is the step in the units of the variables, as SciPy's eps: one positive number, or one for
	// each variable. It excludes RelStep. Default as above.
	AbsStep []float64
	// FuncError is the relative error of the values of the functions, MINPACK's epsfcn: 6e-8 for values
	// computed in float32, 1e-6 for a simulation with six digits. Steps are longer for values that are
	// less exact, with √FuncError in place of √ε, and searches do not ask for changes of values that are
	// smaller. Default 2.22e-16, ε.
	FuncError float64
	// Workers is the number of goroutines that may call the functions of the problem at the
	// same time; default 1. The answers do not depend on it.
	Workers int
}
