package linsolve

import "github.com/argmin-go/argmin/num"

// LU writes the map out as a matrix, factors it with partial pivoting and refines
// the solution once: [num.DenseSolver] with a ridge. n applications of the map,
// n² numbers, n³ operations. Ridge is the only option that it uses.
func LU(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		return num.DenseSolver(opt.ridged(matvec), b)
	}
}

// Cholesky is [LU] for symmetric positive definite maps, with half the
// operations. A map that is not positive definite is an error. It uses the options
// Tol and Ridge.
func Cholesky(opt Options) num.LinearSolver {
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		a := o.ridged(matvec)
		l := num.Cholesky(num.Vmap(a)(num.Eye(b.Size()).AsType(b.DType()))) // symmetric: rows are columns
		x := num.SolveCholesky(l, b)
		x = x.Add(num.SolveCholesky(l, b.Sub(a(x))))
		// About √ε: a solution that was refined once need not be nearer for a map that is
		// ill-conditioned.
		o.Tol = max(o.Tol, 1e-8)
		if b.DType() == num.Float32 {
			o.Tol = max(o.Tol, 1e-4)
		}
		return o.check("Cholesky", a, x, b)
	}
}

// Refine improves the solutions of a solver, by default of num.DenseSolver: steps times it solves for the
// residual and adds the result (Wilkinson's iterative refinement; Golub & Van
// Loan, "Matrix Computations", section 3.5.3). Each step costs a solve. It uses the options
// Ridge, which is added to the map before the solver sees it, and Tol.
func Refine(solver num.LinearSolver, steps int, opt Options) num.LinearSolver {
	if solver == nil {
		solver = num.DenseSolver
	}
	return func(matvec func(array) array, b array) array {
		o := opt.complete(b)
		a := o.ridged(matvec)
		x := solver(a, b)
		for range steps {
			x = x.Add(solver(a, b.Sub(a(x))))
		}
		return o.check("Refine", a, x, b)
	}
}
