package minimize

import (
	"gonum.org/v1/gonum/mat"
)

// Problem is what to minimize. Functions must not keep or change x; they may be nil
// but for one of Func and FuncGrad.
type Problem struct {
	Func     func(x []float64) float64
	Grad     func(x, grad []float64)            // sets grad; nil: finite differences
	FuncGrad func(x, grad []float64) float64    // both at once, used instead of Func and Grad
	Hess     func(x []float64, h *mat.SymDense) // sets h, of the order of x
	HessP    func(x, p, hp []float64)           // sets hp to the Hessian times p, for methods that take it
}

// Bounds limit every element of x; infinite where there is none.
type Bounds struct{ Lower, Upper []float64 }

// Constraint is Lower ≤ Func(x) ≤ Upper, elementwise; equal bounds make an equation.
// A linear one has a matrix A instead of Func and Jac.
type Constraint struct {
	A            *mat.Dense                            // linear: Lower ≤ A x ≤ Upper
	Func         func(x, c []float64)                  // sets c, of the length of Lower
	Jac          func(x []float64, j *mat.Dense)       // sets the Jacobian of Func; nil: finite differences
	Hess         func(x, v []float64, h *mat.SymDense) // sets Σ vᵢ ∇²cᵢ, for trust-constr; nil: an approximation
	Lower, Upper []float64
	KeepFeasible bool // trust-constr: stay within while iterating
}

// Result is SciPy's OptimizeResult.
type Result struct {
	X       []float64
	Fun     float64
	Jac     []float64     // the gradient at X, of methods that use it
	Hess    *mat.SymDense // at X, of methods that use it
	HessInv *mat.SymDense // approximation of the inverse Hessian (BFGS)

	Success bool
	Status  int // the method's own code, as in SciPy
	Message string

	NIter            int         // SciPy's nit
	NFev, NJev, NHev int         // evaluations of the function, the gradient and the Hessian
	MaxCV            float64     // largest violation of constraints (COBYLA, COBYQA, trust-constr)
	Multipliers      []float64   // of the constraints (SLSQP, trust-constr)
	Simplex          [][]float64 // the last simplex (Nelder-Mead)
	SimplexFun       []float64
	Directions       [][]float64 // Powell's
}
