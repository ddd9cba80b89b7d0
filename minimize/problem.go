package minimize

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/status"
)

// Problem is the function to minimize, Func or FuncGrad, with the derivatives that are
// available. Missing ones are found by finite differences. Each call gets its own copy of the
// point, and must set its last argument in full.
//
// A function that cannot give a value ends the search by [Abort]. One that panics ends it too:
// the value of the panic is in the error, where errors.As finds it if it is an error.
type Problem struct {
	Func     func(x []float64) float64          // the value at x
	Grad     func(x, grad []float64)            // sets grad to the gradient at x; nil: finite differences
	FuncGrad func(x, grad []float64) float64    // both at once, used instead of Func and Grad by methods that use gradients
	Hess     func(x []float64, h *mat.SymDense) // sets h, n×n for n variables, to the Hessian at x, for methods that use it
	HessP    func(x, p, hp []float64)           // sets hp to the Hessian at x times p, for methods that use such products
	// Complex is Func for complex arguments, analytic. With the scheme "cs" of
	// Options.Differences the gradient is found by complex steps, exact to rounding.
	Complex func(z []complex128) complex128
}

// Bounds are limits of the variables: Lower ≤ x ≤ Upper, elementwise. Elements are infinite
// where there is no limit. Where two are equal the variable is fixed.
type Bounds struct {
	Lower []float64 // one for each variable; nil means -Inf for all
	Upper []float64 // one for each variable; nil means +Inf for all
}

// Constraint is a condition on the solution: Lower ≤ Func(x) ≤ Upper, elementwise; equal limits
// make an equation. A linear constraint has a matrix A instead of Func and Jac: Lower ≤ A x ≤
// Upper.
type Constraint struct {
	A    *mat.Dense                            // coefficients of a linear constraint, [m, n]
	Func func(x, c []float64)                  // sets c, of length m, to the values at x
	Jac  func(x []float64, j *mat.Dense)       // sets j, [m, n], to the Jacobian of Func at x; nil: finite differences
	Hess func(x, v []float64, h *mat.SymDense) // sets h to Σ vᵢ ∇²cᵢ(x), for trust-constr; nil: an approximation
	// Sparsity lists for every value of Func the variables that it depends on, so that
	// finite differences change several at once; nil: all on all.
	Sparsity     [][]int
	Lower        []float64 // lower limits, of length m; nil means -Inf for all if Upper is given
	Upper        []float64 // upper limits, of length m; nil means +Inf for all if Lower is given
	KeepFeasible bool      // trust-constr evaluates the function only where the constraint holds
}

// Result is the outcome of a search, SciPy's OptimizeResult. Without success X is the best point
// found. Fields with the names of methods are set by these methods only.
type Result struct {
	X       []float64     // the solution
	Fun     float64       // the value at X
	Jac     []float64     // the gradient at X, of methods that use it
	Hess    *mat.SymDense // the Hessian at X, of methods that use it
	HessInv *mat.SymDense // approximation of the inverse Hessian (BFGS; L-BFGS-B of up to 100 variables)
	// HessInvP sets to to the product of that approximation with v (L-BFGS-B). It keeps the
	// method's pairs in memory.
	HessInvP func(v, to []float64)

	Success     bool        // whether the method's stopping test held: Status is Converged
	Status      status.Code // why the search ended, the same codes for all methods
	SciPyStatus int         // SciPy's status, a code of the method's own
	Message     string      // why the search ended, in words

	NIter   int // iterations, SciPy's nit
	NFev    int // evaluations of the function, with those for finite differences
	NJev    int // gradients
	NHev    int // Hessians and products with it
	NReplay int // answers that came from Options.Checkpoint

	MaxCV            float64     // the largest violation of a bound or constraint at X
	Multipliers      []float64   // one for each value of the constraints (SLSQP, trust-constr; COBYLA and COBYQA by their last models)
	BoundMultipliers []float64   // one for each variable, positive at lower and negative at upper bounds (the same methods)
	Optimality       float64     // the largest element of the gradient of the Lagrangian, with respect to variables as they are (the same methods)
	TrustRadius      float64     // the last trust radius (trust-constr)
	Barrier          float64     // the last barrier parameter (trust-constr)
	Simplex          [][]float64 // the last simplex, the best vertex first (Nelder-Mead)
	SimplexFun       []float64   // the values at its vertices (Nelder-Mead)
	Directions       [][]float64 // the last set of directions (Powell)
}

// Err is nil after a success, and otherwise an error with the reason.
func (r Result) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("minimize: %v after %d iterations: %s", r.Status, r.NIter, r.Message)
}
