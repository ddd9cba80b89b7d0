package minimize

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/status"
)

// Problem is what to minimize: Func or FuncGrad, and what is known of its
// derivatives. What is missing is found by finite differences. The functions get a
// copy of the point, which is theirs; what they return through their last argument is theirs to set
// in full.
//
// A function that cannot answer ends the search by [Abort]. One that panics ends it
// too: the panic's value is in the error, and can be found there by errors.As if it is
// an error.
type Problem struct {
	Func     func(x []float64) float64
	Grad     func(x, grad []float64)            // sets grad; nil: finite differences
	FuncGrad func(x, grad []float64) float64    // both at once, used instead of Func and Grad by methods that use gradients
	Hess     func(x []float64, h *mat.SymDense) // sets h, of the order of x
	HessP    func(x, p, hp []float64)           // sets hp to the Hessian times p, for methods that take it
	// Complex is Func for complex arguments, analytic: with Options.FiniteDiff "cs" the
	// gradient is found by complex steps, exact to rounding.
	Complex func(z []complex128) complex128
}

// Bounds limit every element of x; infinite where there is none, nil for none at all. Where
// they are equal the variable is fixed.
type Bounds struct{ Lower, Upper []float64 }

// Constraint is Lower ≤ Func(x) ≤ Upper, elementwise; equal bounds make an equation.
// A linear one has a matrix A instead of Func and Jac: Lower ≤ A x ≤ Upper.
type Constraint struct {
	A    *mat.Dense                            // [m, n]
	Func func(x, c []float64)                  // sets c, of the length m of Lower
	Jac  func(x []float64, j *mat.Dense)       // sets the Jacobian of Func, [m, n]; nil: finite differences
	Hess func(x, v []float64, h *mat.SymDense) // sets Σ vᵢ ∇²cᵢ(x), for trust-constr; nil: an approximation
	// Sparsity lists for every value of Func the variables that it depends on, so that
	// finite differences change several at once; nil: all on all.
	Sparsity     [][]int
	Lower, Upper []float64 // of length m; one of them may be nil, for none
	KeepFeasible bool      // trust-constr: stay within while iterating
}

// Result is SciPy's OptimizeResult. Without success X is the best point found.
type Result struct {
	X       []float64
	Fun     float64
	Jac     []float64     // the gradient at X, of methods that use it
	Hess    *mat.SymDense // at X, of methods that use it
	HessInv *mat.SymDense // approximation of the inverse Hessian (BFGS; L-BFGS-B of up to 100 variables)
	// HessInvP sets to to the product of that approximation with v (L-BFGS-B). It keeps the
	// method's pairs in memory.
	HessInvP func(v, to []float64)

	Success     bool
	Status      status.Code
	SciPyStatus int // the method's own code, as in SciPy
	Message     string

	NIter            int // SciPy's nit
	NFev, NJev, NHev int // evaluations of the function, the gradient and the Hessian
	NReplay          int // answers that came from Options.Checkpoint

	MaxCV            float64     // the largest violation of a bound or constraint at X
	Multipliers      []float64   // of the constraints (SLSQP, trust-constr)
	BoundMultipliers []float64   // of the bounds, positive at lower and negative at upper ones (SLSQP, trust-constr)
	Optimality       float64     // norm of the gradient of the Lagrangian (trust-constr)
	TrustRadius      float64     // trust-constr
	Barrier          float64     // the last barrier parameter (trust-constr)
	Simplex          [][]float64 // the last simplex (Nelder-Mead)
	SimplexFun       []float64   // the values there
	Directions       [][]float64 // Powell's
}

// Err is nil after a success, otherwise an error with the reason.
func (r Result) Err() error {
	if r.Success {
		return nil
	}
	return fmt.Errorf("minimize: %v after %d iterations: %s", r.Status, r.NIter, r.Message)
}
