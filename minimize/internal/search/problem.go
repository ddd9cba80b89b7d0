package search

import "gonum.org/v1/gonum/mat"

// Problem is what to minimize and its derivatives, as in minimize.Problem, whose comments hold here.
type Problem struct {
	Func     func(x []float64) float64
	Grad     func(x, grad []float64)
	FuncGrad func(x, grad []float64) float64
	Hess     func(x []float64, h *mat.SymDense)
	HessP    func(x, p, hp []float64)
	Complex  func(z []complex128) complex128
}

// Constraint is Lower ≤ Func(x) ≤ Upper or Lower ≤ A x ≤ Upper, as in minimize.Constraint, whose
// comments hold here.
type Constraint struct {
	A            *mat.Dense
	Func         func(x, c []float64)
	Jac          func(x []float64, j *mat.Dense)
	Hess         func(x, v []float64, h *mat.SymDense)
	Sparsity     [][]int
	Lower, Upper []float64
	KeepFeasible bool
}
