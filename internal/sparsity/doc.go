// Package sparsity computes sparse Jacobians and Hessians of functions on vectors by few products.
//
// [New] makes a [Plan] for a function: the pattern of its Jacobian, found on its program
// (num.Dependencies), and groups of columns or rows that one product with the Jacobian gives (package
// coloring). [Plan.At] evaluates the function, linearizes it, and does all products as one batch. A
// solver asks [Plan.Worth] whether that is better than a dense matrix.
package sparsity
