// Package sparse has matrices of which most entries are zero: [Matrix] stores the others.
//
// A matrix consists of its Values, an array like any other, and of its [Pattern], the places of
// the values. A function that is traced (differentiated, batched, compiled) sees the values as a
// leaf of its argument, while the pattern is known: it is part of the structure of the tree, like
// the length of a slice. So a matrix can be a solver's data or its parameters, its gradient is a
// matrix of the same pattern, and num.Vmap maps over matrices that share a pattern.
//
//	a := sparse.FromCOO(3, 3, []int{0, 1, 2, 2}, []int{0, 1, 2, 0}, num.Vector(4, 5, 6, 1))
//	y := a.MatVec(num.Vector(1, 2, 3))
//
// [Jacobian] and [Hessian] are derivatives as sparse matrices, whose patterns they find; see
// docs/sparsity.md.
//
// Functions that make or combine matrices panic with a *num.Error on arguments that do not fit, as
// those of package num do; num.Try makes it an error.
package sparse
