package search

import "gonum.org/v1/gonum/mat"

// Problem is what to minimize and its derivatives, as in minimize.Problem.
type Problem struct {
	Func     func(x []float64) float64          // the objective, by itself or in FuncGrad
	Grad     func(x, grad []float64)            // sets grad to the gradient; nil: finite differences
	FuncGrad func(x, grad []float64) float64    // both at once
	Hess     func(x []float64, h *mat.SymDense) // sets h to the Hessian; may be nil
	HessP    func(x, p, hp []float64)           // sets hp to the Hessian times p; may be nil
	Complex  func(z []complex128) complex128    // Func for complex arguments, for complex steps; may be nil
}

// Constraint is Lower ≤ Func(x) ≤ Upper or Lower ≤ A x ≤ Upper, as in minimize.Constraint.
type Constraint struct {
	A            *mat.Dense                            // of a linear constraint; else nil
	Func         func(x, c []float64)                  // of another: sets c to the values
	Jac          func(x []float64, j *mat.Dense)       // sets j to the Jacobian; nil: finite differences
	Hess         func(x, v []float64, h *mat.SymDense) // sets h to Σ vᵢ ∇²cᵢ(x); may be nil
	Sparsity     [][]int                               // the variables that each value depends on; nil: all
	Lower, Upper []float64                             // the limits
	KeepFeasible bool                                  // the objective is evaluated only where it holds (trust-constr)
}
