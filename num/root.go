package num

// CustomRoot makes the answer of a solver differentiable. solve returns x with
// optimality(x, args) = 0; the derivative of x with respect to args is the one
// that the implicit function theorem gives, and the iterations of the solver are
// not differentiated. Arrays that the functions capture are differentiated like
// args. The linear system is written out and solved densely, which is accurate to
// rounding; a singular one is an error (errors.Is(err, ErrNumeric)).
func CustomRoot[P, A any](optimality func(x P, args A) P, solve func(args A) P) func(A) P {
	f := CustomRootAux(optimality, func(a A) (P, struct{}) { return solve(a), struct{}{} })
	return func(a A) P {
		x, _ := f(a)
		return x
	}
}
